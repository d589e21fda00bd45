"""How alike hidden units are: every number against brute force, and cases worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import redundancy as red
from dropout_viz.nn.plan import Plan
from tests.oracle import forward

PLAN = Plan(
    sizes=(3, 6, 2),
    activation="tanh",
    output="softmax",
    loss="softmax_cross_entropy",
    bias=True,
    drop=(0.0, 0.5),
    published=False,
    mean=True,
    optimiser="sgd",
    rate=0.1,
    beta1=0.9,
    beta2=0.999,
    epsilon=1e-8,
    dtype="float64",
)
Array = np.ndarray[Any, Any]


def network(plan: Plan, seed: int = 0) -> tuple[list[Array], list[Array], Array]:
    rng = np.random.default_rng(seed)
    weights, biases = plan.views(rng.normal(size=plan.parameters))
    return weights, biases, rng.normal(size=(60, plan.sizes[0]))


def test_likenesses_by_brute_force() -> None:
    weights, biases, x = network(PLAN)
    found = red.likeness(PLAN, weights, biases, 1, x, True).numbers
    h = np.tanh(x @ weights[0] + biases[0])
    rows = [np.append(weights[0][:, k], biases[0][k]) for k in range(6)]
    cosine = {
        (j, k): rows[j] @ rows[k] / math.sqrt((rows[j] @ rows[j]) * (rows[k] @ rows[k]))
        for j in range(6)
        for k in range(6)
        if j != k
    }
    correlation = {(j, k): np.corrcoef(h[:, j], h[:, k])[0, 1] for j, k in cosine}
    assert found["weight_cosine"] == pytest.approx(
        np.mean([max(cosine[j, k] for k in range(6) if k != j) for j in range(6)])
    )
    nearest = [max(correlation[j, k] for k in range(6) if k != j) for j in range(6)]
    assert found["activation_correlation"] == pytest.approx(np.mean(nearest))
    assert found["mean_correlation"] == pytest.approx(np.mean([abs(c) for (j, k), c in correlation.items() if j < k]))
    eigenvalues = np.linalg.eigvalsh(np.cov(h.T))
    assert found["participation"] == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum())
    adjusted = []
    for k in range(6):
        others = np.column_stack([np.delete(h, k, axis=1), np.ones(60)])
        rest = h[:, k] - others @ np.linalg.lstsq(others, h[:, k], rcond=None)[0]
        r2 = 1 - rest @ rest / np.square(h[:, k] - h[:, k].mean()).sum()
        adjusted.append(1 - (1 - r2) * 59 / (60 - 5 - 1))
    assert found["explained"] == pytest.approx(np.mean(adjusted), rel=1e-6)


def test_the_pairs_most_alike_are_named() -> None:
    weights, biases, x = network(PLAN)
    weights[0][:, 4] = 3 * weights[0][:, 1]
    biases[0][4] = 3 * biases[0][1]
    found = red.likeness(PLAN, weights, biases, 1, x, True)
    assert found.numbers["clones"] == 1
    pair = found.closest["weight_cosine"]
    assert (pair.first, pair.second, pair.value) == (1, 4, pytest.approx(1.0))
    pair = found.closest["activation_correlation"]
    assert pair.value == pytest.approx(np.corrcoef(np.tanh(x @ weights[0] + biases[0]).T)[pair.first, pair.second])


def test_clones_by_hand() -> None:
    rows = np.array([[1.0, 0], [2, 0], [-1, 0], [0, 3], [0.1, 3], [0, 0]])
    assert red.clone_pairs(red.cosines(rows)) == 2  # 1 with 2, 4 with 5; the third points the other way
    fan = np.arccos([1.0, 0.991, 0.95])  # of these only the first two are within an angle of cosine .99
    assert red.clone_pairs(red.cosines(np.stack([np.cos(fan), np.sin(fan)], axis=1))) == 1
    assert red.nearest(red.cosines(rows)) == pytest.approx(
        (1 + 1 + math.cos(math.pi / 2) + 2 * 3 / math.hypot(0.1, 3)) / 5
    )
    assert math.isnan(red.nearest(red.cosines(rows[:1]))) and red.closest(red.cosines(rows[:1])) is None
    most = red.closest(red.cosines(np.array([[1.0, 0], [2, 0], [3, 0], [0, 1]])))
    assert most is not None and (most.first, most.second, most.others) == (0, 1, 2)


def test_what_is_not_alike_at_all_has_no_other_pairs_either() -> None:
    """The closest of units that all point away from one another is below zero: nothing but pairs is counted."""
    fan = np.radians([0.0, 100.0, 240.0])
    for angles, others in ((fan, 0), (fan[:2], 0), (np.radians([0.0, 120.0, 240.0]), 2), (np.radians([0.0, 90.0]), 0)):
        most = red.closest(red.cosines(np.stack([np.cos(angles), np.sin(angles)], axis=1)))
        assert most is not None and most.value < 1e-9 and most.others == others


@pytest.mark.parametrize("power", [-250, 250])
@pytest.mark.parametrize("classes", [True, False])
def test_weights_may_be_of_any_size(power: int, classes: bool) -> None:
    """Their squares overflow, or vanish, and the numbers are those of the same weights in other units."""
    plan = replace(PLAN, sizes=(2, 5, 1), activation="relu", output="linear", loss="squared_error")
    weights, biases, x = network(plan, 3)
    large = [w * 10.0 ** (power * (layer == 0)) for layer, w in enumerate(weights)]
    shift = [b * 10.0 ** (power * (layer == 0)) for layer, b in enumerate(biases)]
    biases[1][:] = shift[1][:] = 0.0  # the output is as many times as large, too
    one = red.likeness(plan, weights, biases, 1, x, classes)
    other = red.likeness(plan, large, shift, 1, x, classes)
    keys = [m.key for m in red.MEASURES if m.key != "halves" or not classes]  # a class is a matter of size
    assert [other.numbers[k] for k in keys] == pytest.approx([one.numbers[k] for k in keys])
    assert all(math.isfinite(other.numbers[k]) for k in keys) and other.closest.keys() == one.closest.keys()


def test_halves_that_give_no_numbers_do_not_agree_nor_disagree() -> None:
    for classes in (True, False):
        weights, biases, x = network(PLAN)
        weights[1][0, 0] = np.nan
        assert math.isnan(red.likeness(PLAN, weights, biases, 1, x, classes).numbers["halves"])


def test_units_that_never_vary_are_counted() -> None:
    weights, biases, x = network(PLAN)
    weights[0][:, [1, 4]] = 0.0
    found = red.likeness(PLAN, weights, biases, 1, x, True)
    assert found.constant == 2 and not found.diverged


def test_units_that_never_vary_are_left_out() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=30)
    h = np.column_stack([a, 2 * a + 1, np.full(30, 0.3), np.zeros(30)])
    correlation = red.correlations(h)
    assert red.nearest(correlation) == pytest.approx(1) and red.mean_absolute(correlation) == pytest.approx(1)
    assert np.isnan(correlation[2:]).all()
    assert math.isnan(red.nearest(red.correlations(np.zeros((5, 3)))))
    assert math.isnan(red.participation_ratio(np.ones((5, 3))))


def test_participation_by_hand() -> None:
    signs = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])  # uncorrelated columns
    assert red.participation_ratio(signs) == pytest.approx(3)
    assert red.participation_ratio(signs[:, [0, 0, 0]]) == pytest.approx(1)
    assert red.participation_ratio(signs[:, [0, 1, 1]]) == pytest.approx(9 / 5)  # eigenvalues 1 and 2


def test_orientations_by_hand() -> None:
    one = np.ones((3, 1))
    apart = np.array([[1.0, 0, 0], [0, 2, 0], [0, 0, 4]])
    assert red.orientations(apart / [[1], [2], [4]], one, False) == pytest.approx(3)
    p = np.array([1, 2, 4]) / 7
    assert red.orientations(apart, one, False) == pytest.approx(math.exp(-(p * np.log(p)).sum()))
    assert red.orientations(apart, np.array([[4.0], [2], [-1]]), False) == pytest.approx(3)  # amplitudes 4 each
    twins = np.array([[1.0, 0], [1, 0], [0, 1]])
    assert red.orientations(twins, one, False) == pytest.approx(
        math.exp(-2 / 3 * math.log(2 / 3) - 1 / 3 * math.log(1 / 3))
    )
    mirrored = np.array([[1.0, 0], [-1, 0], [0, 1]])
    assert red.orientations(mirrored, one, False) == pytest.approx(3)
    assert red.orientations(mirrored, one, True) == pytest.approx(red.orientations(twins, one, False))
    ten = math.radians(10)
    near = np.array([[1.0, 0], [math.cos(ten), math.sin(ten)]])
    assert red.orientations(near, one[:2], False) == pytest.approx(1 / ((1 + math.exp(-1)) / 2))
    assert math.isnan(red.orientations(np.zeros((2, 2)), one[:2], False))


@pytest.mark.parametrize("classes", [True, False])
@pytest.mark.parametrize("scaling", ["inverted", "classical"])
def test_halves_are_run_as_networks_of_their_own(classes: bool, scaling: str) -> None:
    plan = replace(PLAN, sizes=(3, 5, 4, 2), drop=(0.1, 0.5, 0.3), scaling=scaling)
    weights, biases, x = network(plan, 3)
    got = red.likeness(plan, weights, biases, 1, x, classes).numbers["halves"]
    random, wanted = np.random.default_rng(2020), []
    for _ in range(red.SPLITS):
        order = random.permutation(5)
        answers = []
        for half in (order[:2], order[2:]):
            mask = np.zeros(5)
            mask[half] = 5 / len(half)
            scales = [np.full(1, s) for s in plan.test_scales]
            answers.append(forward(weights, biases, x, "tanh", "softmax", [scales[0], mask * scales[1], scales[2]]))
        a, b = answers
        agree = (a.argmax(1) == b.argmax(1)).mean() if classes else np.corrcoef(a.ravel(), b.ravel())[0, 1]
        wanted.append(agree)
    assert got == pytest.approx(np.mean(wanted))


def test_two_copies_of_everything_agree_completely() -> None:
    plan = replace(PLAN, sizes=(3, 2, 1), output="sigmoid", loss="binary_cross_entropy", bias=False)
    column = np.array([[1.0], [-2], [0.5]])
    weights = [np.hstack([column, column]), np.array([[2.0], [2.0]])]
    found = red.likeness(plan, weights, [np.empty(0)] * 2, 1, network(plan)[2], True).numbers
    for key, value in {
        "clones": 1,
        "weight_cosine": 1,
        "activation_correlation": 1,
        "mean_correlation": 1,
        "participation": 1,
        "orientations": 1,
        "halves": 1,
        "explained": 1,
    }.items():
        assert found[key] == pytest.approx(value, abs=1e-6), key


def test_explained_is_zero_on_average_where_nothing_is_to_explain() -> None:
    rng = np.random.default_rng(5)
    found = [red.explained_by_others(red.correlations(rng.normal(size=(60, 20))), 60) for _ in range(40)]
    assert abs(np.mean(found)) < 0.03
    assert math.isnan(red.explained_by_others(red.correlations(rng.normal(size=(30, 20))), 30))


def test_a_wide_layer_is_compared_in_part_and_a_diverged_one_not_at_all() -> None:
    plan = replace(PLAN, sizes=(3, red.MOST_UNITS + 100, 2))
    weights, biases, x = network(plan)
    found = red.likeness(plan, weights, biases, 1, x, True)
    assert len(found.units) == len(set(found.units.tolist())) == red.MOST_UNITS
    assert found.units[0] == 0 and found.units[-1] == red.MOST_UNITS + 99
    assert math.isnan(found.numbers["explained"]) and math.isfinite(found.numbers["participation"])
    weights[0][0, 0] = np.inf
    broken = red.likeness(plan, weights, biases, 1, x, True)
    assert all(math.isnan(v) for v in broken.numbers.values()) and not broken.closest
    assert broken.diverged and not found.diverged


def test_any_layer_can_be_chosen() -> None:
    plan = replace(PLAN, sizes=(3, 5, 4, 2), drop=(0.0, 0.5, 0.5), activation="relu")
    weights, biases, x = network(plan, 1)
    second = red.likeness(plan, weights, biases, 2, x, True).numbers
    h = np.maximum(np.maximum(x @ weights[0] + biases[0], 0) @ weights[1] + biases[1], 0)
    assert second["participation"] == pytest.approx(red.participation_ratio(h))
    assert second != red.likeness(plan, weights, biases, 1, x, True).numbers
