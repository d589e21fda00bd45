"""Lesions against a plain loop that runs the network unit by unit, and worths against sums over all sets."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import lesion, worth
from dropout_viz.analysis.lesion import Subject
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import LOSSES, correct
from tests.analysis.nets import random_network

Array = np.ndarray[Any, Any]
CASES = [
    ((3, 4, 1), "sigmoid", "squared_error"),
    ((2, 5, 3), "softmax", "softmax_cross_entropy"),
    ((2, 3, 4, 1), "sigmoid", "binary_cross_entropy"),
    ((3, 2, 3, 2, 2), "linear", "squared_error"),
]


def subject_of(sizes: tuple[int, ...], output: str, loss: str, seed: int = 0, **kw: Any) -> Subject:
    random = np.random.default_rng(seed + 100)
    x = random.normal(0, 1, (7, sizes[0]))
    y = np.eye(sizes[-1])[random.integers(0, sizes[-1], 7)] if sizes[-1] > 1 else random.integers(0, 2, (7, 1)) * 1.0
    return Subject(random_network(sizes, output=output, seed=seed, **kw), x, y, loss, output != "linear")


def by_hand(subject: Subject, left: Array, rescaled: bool) -> tuple[Array, float, float]:
    """Return outputs, loss and accuracy with some units left: one example and one unit after another."""
    n = subject.network
    outputs, sums = [], []
    for x in subject.x:
        values, at = [float(v * s) for v, s in zip(x, n.all_on[0], strict=True)], 0
        for layer, (w, b) in enumerate(zip(n.weights, n.biases, strict=True)):
            z = np.array([sum(v * w[i, j] for i, v in enumerate(values)) + b[j] for j in range(w.shape[1])])
            name = n.output if layer == len(n.weights) - 1 else n.activation
            h = ACTIVATIONS[name].value(z[None])[0]
            if layer == len(n.weights) - 1:
                outputs.append(h)
                sums.append(z)
                break
            own = left[at : at + len(h)]
            at += len(h)
            boost = len(h) / own.sum() if rescaled and own.sum() else 1.0
            values = [float(h[j] * own[j] * n.all_on[layer + 1][j] * boost) for j in range(len(h))]
    a = np.array(outputs)
    own = LOSSES[subject.loss]
    values = np.array(sums) if own.of_logits else a.copy()
    loss = float(own.per_unit(values, subject.y).sum(axis=1).mean())
    return a, loss, float(correct(a, subject.y).mean()) if subject.classes else math.nan


@pytest.mark.thinned(2)
@pytest.mark.parametrize("rescaled", [False, True])
@pytest.mark.parametrize(("sizes", "output", "loss"), CASES)
@pytest.mark.parametrize("classical", [False, True])
def test_every_lesion_is_the_network_without_those_units(
    sizes: tuple[int, ...], output: str, loss: str, rescaled: bool, classical: bool
) -> None:
    subject = subject_of(sizes, output, loss, classical=classical, per_unit=True)
    sets = np.array(list(itertools.product((0, 1), repeat=subject.units)))
    found = lesion.scores(subject, sets, rescaled)
    act = ACTIVATIONS[output]
    some = np.random.default_rng(1).permutation(len(sets))[:40]
    for k in some:
        a, loss_, right = by_hand(subject, sets[k], rescaled)
        np.testing.assert_allclose(act.value(lesion.answers(subject, sets[k : k + 1], rescaled))[..., 0], a, rtol=1e-9)
        assert found.loss[k] == pytest.approx(loss_, rel=1e-9)
        assert (math.isnan(right) and math.isnan(found.accuracy[k])) or found.accuracy[k] == right


def test_a_set_names_its_units_by_layer() -> None:
    subject = subject_of((3, 2, 3, 2, 2), "linear", "squared_error")
    assert subject.layers == (2, 3, 2) and subject.units == 7
    assert [subject.place(k) for k in range(7)] == [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 0), (3, 1)]
    with pytest.raises(IndexError):
        subject.place(7)


def test_it_stops_when_told() -> None:
    subject = subject_of((3, 4, 1), "sigmoid", "squared_error")
    with pytest.raises(lesion.LesionStopped):
        lesion.scores(subject, np.ones((3, 4)), going=lambda: False)


# The curve


@pytest.mark.parametrize(("sizes", "output", "loss"), CASES)
def test_the_curve_over_all_sets(sizes: tuple[int, ...], output: str, loss: str) -> None:
    subject = subject_of(sizes, output, loss)
    every = worth.every_set(subject)
    for rescaled in (False, True):
        found = lesion.curve_of_all(subject, lesion.scores(subject, every, rescaled))
        for k in range(subject.units + 1):
            losses = [
                by_hand(subject, np.array(left), rescaled)[1]
                for left in itertools.product((0, 1), repeat=subject.units)
                if subject.units - sum(left) == k
            ]
            assert found.removed[k] == k and found.choices == 0
            assert found.mean[k, 0] == pytest.approx(np.mean(losses), rel=1e-9)
            assert found.low[k, 0] == pytest.approx(np.quantile(losses, 0.1), rel=1e-9)
            assert found.high[k, 0] == pytest.approx(np.quantile(losses, 0.9), rel=1e-9)


def test_the_sampled_curve_comes_near_the_curve_over_all_sets() -> None:
    subject = subject_of((2, 8, 3), "softmax", "softmax_cross_entropy")
    removed, sets = lesion.curve_sets(subject, 20, 400, seed=3)
    assert removed.tolist() == list(range(9))
    assert (sets.reshape(9, 400, 8).sum(axis=2) == 8 - removed[:, None]).all()
    grown = sets.reshape(9, 400, 8)
    assert (grown[1:] <= grown[:-1]).all()  # a lesion grows: what is gone stays gone
    sampled = lesion.curve_of(removed, lesion.scores(subject, sets))
    whole = lesion.curve_of_all(subject, lesion.scores(subject, worth.every_set(subject)))
    spread = np.array([lesion.scores(subject, s).loss.std() for s in grown])
    assert (np.abs(sampled.mean[:, 0] - whole.mean[:, 0]) <= 4 * spread / 20 + 1e-12).all()
    assert sampled.mean[0] == pytest.approx(whole.mean[0]) and sampled.mean[-1] == pytest.approx(whole.mean[-1])
    assert sampled.choices == 400


def test_a_wide_network_s_curve_has_few_points() -> None:
    subject = subject_of((2, 60, 60, 1), "sigmoid", "binary_cross_entropy")
    removed, sets = lesion.curve_sets(subject, 20, 3, seed=0)
    assert len(removed) == 21 and removed[0] == 0 and removed[-1] == 120 and sets.shape == (63, 120)


# Two disjoint halves


def test_halves_are_disjoint_and_leave_nothing_out() -> None:
    subject = subject_of((3, 5, 4, 1), "sigmoid", "squared_error")
    one, other = lesion.halves(subject, 6, seed=0)
    assert (one ^ other).all()
    for part, size in zip(subject.split(one), subject.layers, strict=True):
        assert (part.sum(axis=1) == size // 2).all()
    assert len(np.unique(one, axis=0)) > 1


@pytest.mark.parametrize(("sizes", "output", "loss"), CASES)
def test_how_often_the_halves_agree(sizes: tuple[int, ...], output: str, loss: str) -> None:
    subject = subject_of(sizes, output, loss)
    one, other = lesion.halves(subject, 5, seed=1)
    found = lesion.agreement(subject, one, other)
    for k in range(5):
        a, b = by_hand(subject, one[k], True)[0], by_hand(subject, other[k], True)[0]
        if output == "linear":
            assert found[k] == pytest.approx(np.corrcoef(a.ravel(), b.ravel())[0, 1])
        elif sizes[-1] == 1:
            assert found[k] == np.mean([(p > 0.5) == (q > 0.5) for p, q in zip(a, b, strict=True)])
        else:
            assert found[k] == np.mean([p.argmax() == q.argmax() for p, q in zip(a, b, strict=True)])


def test_halves_whose_outputs_are_not_numbers_neither_agree_nor_disagree() -> None:
    subject = subject_of((3, 5, 4, 1), "sigmoid", "squared_error")
    subject.network.weights[0][:, 0] = np.nan  # the first unit is left in one half of each cut
    one, other = lesion.halves(subject, 3, seed=0)
    assert np.isnan(lesion.agreement(subject, one, other)).all()


# Worths


@pytest.mark.parametrize(("sizes", "output", "loss"), CASES)
def test_worths_are_differences_over_all_partner_sets(sizes: tuple[int, ...], output: str, loss: str) -> None:
    subject = subject_of(sizes, output, loss)
    n = subject.units
    losses = {s: by_hand(subject, np.array(s), False)[1] for s in itertools.product((0, 1), repeat=n)}
    found = worth.of_all(lesion.scores(subject, worth.every_set(subject)).loss)
    for k in range(n):
        wanted = sorted(losses[(*s[:k], 0, *s[k + 1 :])] - losses[s] for s in losses if s[k])
        np.testing.assert_allclose(np.sort(found.values[k]), wanted, rtol=1e-8, atol=1e-12)
        assert found.mean[k] == pytest.approx(np.mean(wanted))
    # first-order Sobol indices by their definition: the variance of the conditional mean
    total, explained = np.var(list(losses.values())), 0.0
    for k in range(n):
        given = [np.mean([v for s, v in losses.items() if s[k] == bit]) for bit in (0, 1)]
        explained += np.var(given)
    assert found.alone == pytest.approx(explained / total) and 0 < found.alone < 1
    # and the R squared of the best additive fit
    design = np.array([(1, *s) for s in losses], float)
    values = np.array(list(losses.values()))
    rest = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    assert found.alone == pytest.approx(1 - rest.var() / values.var())
    assert found.exact and found.alone_error == 0 and not found.error.any()


def test_units_that_work_alone_explain_everything() -> None:
    each = np.array([0.3, -1.0, 2.0, 0.0])
    sets = np.array([[i >> t & 1 for t in range(4)] for i in range(16)])
    found = worth.of_all(5 - sets @ each)
    assert found.alone == pytest.approx(1)
    np.testing.assert_allclose(found.values, np.repeat(each[:, None], 8, axis=1), atol=1e-14)
    copies = worth.of_all((1 - worth.every_set(subject_of((2, 8, 1), "linear", "squared_error")).mean(axis=1)) ** 2)
    assert copies.alone == pytest.approx(128 / 135)  # copies of one unit: the share is no measure of redundancy
    together = worth.of_all(np.array([0.0, 1, 1, 0]))  # an exclusive or: neither does anything alone
    assert together.alone == 0 and not together.mean.any()
    assert math.isnan(worth.of_all(np.full(8, 0.7)).alone)


@pytest.mark.parametrize("units", [9, 4])
def test_sampled_worths_come_within_their_stated_errors(units: int) -> None:
    subject = subject_of((2, 9, 2), "softmax", "softmax_cross_entropy", seed=5)
    exact = worth.of_all(lesion.scores(subject, worth.every_set(subject)).loss)
    away = []
    for seed in range(8):
        chosen, sets = worth.sample(subject, units, 300, seed)
        base = sets.reshape(len(chosen) + 1, 300, 9)
        assert all((base[k + 1] != base[0]).sum() == 300 for k in range(len(chosen)))
        found = worth.of_sample(subject, chosen, sets, lesion.scores(subject, sets).loss)
        assert (np.abs(found.mean - exact.mean[chosen]) < 5 * found.error).all()
        away.append((found.alone - exact.alone) / found.alone_error)
        assert not found.exact and found.alone_error > 0
    assert np.abs(away).max() < 5 and 0.2 < np.std(away) < 3  # the error is neither too small nor too large


def test_the_share_of_few_sets_is_freed_of_their_own_error() -> None:
    """The square of a worth with an error is too large on average: with 16 sets by a fifth."""
    subject = subject_of((2, 9, 2), "softmax", "softmax_cross_entropy", seed=5)
    exact = worth.of_all(lesion.scores(subject, worth.every_set(subject)).loss)
    shares = []
    for seed in range(200):
        chosen, sets = worth.sample(subject, 9, 16, seed)
        shares.append(worth.of_sample(subject, chosen, sets, lesion.scores(subject, sets).loss).alone)
    assert np.mean(shares) == pytest.approx(exact.alone, abs=0.04)
