"""Units in random company against a loop over all sets of partners."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import lesion, worth
from dropout_viz.analysis.lesion import Subject
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs import company
from tests.analysis.nets import random_network

Array = np.ndarray[Any, Any]


@pytest.fixture
def subject() -> Subject:
    random = np.random.default_rng(5)
    x, y = random.normal(0, 1, (40, 3)), np.eye(3)[random.integers(0, 3, 40)]
    return Subject(random_network((3, 6, 3), output="softmax", seed=4), x, y, "softmax_cross_entropy", True)


def right(subject: Subject, units: tuple[int, ...]) -> float:
    """Return the share that a set of units gets right, scaled up to the whole layer: by hand."""
    n, total = subject.network, 0.0
    for x, y in zip(subject.x, subject.y, strict=True):
        hidden = np.tanh(x @ n.weights[0] + n.biases[0])
        z = n.biases[1].copy()
        for unit in units:
            z += hidden[unit] * n.weights[1][unit] * len(hidden) / len(units)
        total += z.argmax() == y.argmax()
    return total / len(subject.y)


def all_sets(subject: Subject) -> dict[tuple[int, ...], float]:
    n = subject.units
    return {s: right(subject, s) for size in range(n + 1) for s in combinations(range(n), size)}


def check_company(found: company.Company, subject: Subject, tolerance: float) -> None:
    known = all_sets(subject)
    variance = np.var(list(known.values()))
    together = 0.0
    for unit in range(subject.units):
        on = [v for s, v in known.items() if unit in s]
        gains = [v - known[tuple(k for k in s if k != unit)] for s, v in known.items() if unit in s]
        assert found.mixability[unit] == pytest.approx(np.mean(on), abs=tolerance)
        assert found.contribution[unit] == pytest.approx(np.mean(gains), abs=tolerance)
        together += np.mean(np.square(gains)) / 4 / variance  # a total Sobol index
    assert found.whole == pytest.approx(known[tuple(range(subject.units))])
    assert found.together == pytest.approx(together, abs=10 * tolerance)


def test_random_company_is_the_mean_over_every_set_of_partners(subject: Subject) -> None:
    check_company(company.in_company(subject, 8, 0), subject, 1e-12)


def test_a_sample_of_sets_comes_to_the_same(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worth, "EXACT", 0)
    check_company(company.in_company(subject, 4000, 0), subject, 0.012)


def test_the_share_right_is_that_of_lesions(subject: Subject) -> None:
    sets = worth.every_set(subject)
    np.testing.assert_array_equal(company.share_right(subject, sets), lesion.scores(subject, sets, True).accuracy)


def test_a_unit_with_more_and_more_partners(subject: Subject) -> None:
    """With as many partners as there are sets, each is as likely as any other of its size."""
    known, n = all_sets(subject), subject.units
    partners, found = company.with_partners(subject, 10, 2000, 1)
    assert partners.tolist() == list(range(n))
    for unit in range(n):
        for k in range(n):
            of_size = [v for s, v in known.items() if unit in s and len(s) == k + 1]
            assert len(of_size) == comb(n - 1, k)
            assert found[unit, k] == pytest.approx(np.mean(of_size), abs=0.015)


def test_partners_needed_lie_on_the_line_between_points() -> None:
    partners = np.array([0, 2, 6])
    right = np.array([[0.2, 0.4, 0.8], [0.7, 0.1, 0.9], [0.1, 0.1, 0.4], [0.1, 0.6, 0.6]])
    found = company.partners_needed(partners, right, 0.6)
    np.testing.assert_allclose(found, [4.0, 0.0, np.nan, 2.0])


def test_how_often_a_network_works(subject: Subject) -> None:
    known, n = all_sets(subject), subject.units
    q = np.array([0.0, 0.3, 0.8, 1.0])
    wanted = float(np.median(list(known.values())))
    for found, reliability in zip(company.works(subject, q, 3000, wanted, 2), q, strict=True):
        chance = sum(reliability ** len(s) * (1 - reliability) ** (n - len(s)) for s, v in known.items() if v >= wanted)
        assert found == pytest.approx(chance, abs=4 * 0.5 / 3000**0.5)


def test_the_pair_differs_in_dropout_alone() -> None:
    config = company.pair("digits", 2, 3, 100, 8, 0.5)
    without, with_ = config.arm_configs
    assert (without.p_hidden, with_.p_hidden) == ((0.0,), (0.5,))
    assert without.changed(p_hidden=(0.5,), title="") == with_.changed(title="")
    trainer = Trainer(config)
    for one, other in zip(
        company.subjects(trainer, company.WITHOUT), company.subjects(trainer, company.WITH), strict=True
    ):
        assert all(np.array_equal(a, b) for a, b in zip(one.network.weights, other.network.weights, strict=True))
        assert np.array_equal(one.x, trainer.data.x_test)
        whole = lesion.scores(one, np.ones((1, 8))).accuracy[0]
        assert company.in_company(one, 20, 0).whole == whole
