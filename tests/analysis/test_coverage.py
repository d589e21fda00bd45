"""The expected number of different masks, against a sum over every mask and against draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dropout_viz.analysis.coverage import expected_pairs, expected_visited, groups, merged

CASES = {
    "one layer": ((5,), [((0.2,), 7)]),
    "two layers": ((3, 4), [((0.3, 0.5), 40)]),
    "a change of p": ((4, 2), [((0.2, 0.5), 12), ((0.6, 0.1), 30)]),
}


def by_enumeration(units: tuple[int, ...], phases: list[tuple[tuple[float, ...], int]]) -> float:
    total = 0.0
    for mask in itertools.product((0, 1), repeat=sum(units)):
        missed = 1.0
        for p, draws in phases:
            chances = [q for n, q in zip(units, p, strict=True) for _ in range(n)]
            missed *= (1 - np.prod([1 - q if on else q for on, q in zip(mask, chances, strict=True)])) ** draws
        total += 1 - missed
    return total


@pytest.mark.parametrize("name", CASES)
def test_is_the_sum_over_every_mask(name: str) -> None:
    units, phases = CASES[name]
    assert expected_visited(units, phases) == pytest.approx(by_enumeration(units, phases), rel=1e-12)
    assert groups(units) == np.prod([n + 1 for n in units])


@pytest.mark.parametrize("name", CASES)
def test_layers_of_the_same_p_are_one(name: str) -> None:
    units, phases = CASES[name]
    twice = (*units, *units[:1])
    alike = [((*p, p[0]), draws) for p, draws in phases]
    fewer, merged_phases = merged(twice, alike)
    assert fewer == [units[0] * 2, *units[1:]]
    assert expected_visited(fewer, merged_phases) == pytest.approx(expected_visited(twice, alike), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_pairs_of_the_same_mask_are_those_of_a_sum_over_every_mask(name: str) -> None:
    units, phases = CASES[name]
    draws = [p for p, n in phases for _ in range(n)]
    found = 0.0
    for one, other in itertools.combinations(draws, 2):
        found += np.prod([(p * q + (1 - p) * (1 - q)) ** n for n, p, q in zip(units, one, other, strict=True)])
    assert expected_pairs(units, phases) == pytest.approx(found, rel=1e-12)
    assert sum(n for _, n in phases) - found <= expected_visited(units, phases)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_draws(name: str) -> None:
    units, phases = CASES[name]
    random = np.random.default_rng(1)
    runs = 2000
    drawn = []
    for p, draws in phases:
        chances = np.repeat(p, units)
        drawn.append(random.random((runs, draws, sum(units))) >= chances)
    numbers = np.concatenate(drawn, axis=1) @ (1 << np.arange(sum(units)))
    seen = np.array([len(set(run)) for run in numbers.tolist()])
    z = (seen.mean() - expected_visited(units, phases)) / (seen.std() / runs**0.5)
    assert abs(z) < 4


def test_a_curve_begins_at_nothing_and_ends_at_every_mask() -> None:
    curve = expected_visited((4,), [((0.5,), np.array([0, 1, 2, 10_000]))])
    assert curve[:2] == pytest.approx([0, 1])
    assert curve[2] == pytest.approx(2 - 1 / 16)
    assert curve[3] == pytest.approx(16)


def test_wide_layers_neither_overflow_nor_lose_digits() -> None:
    few = expected_visited((800,), [((0.5,), 1000)])
    assert few == pytest.approx(1000, rel=1e-9)  # no two alike
    assert np.isfinite(expected_visited((2000,), [((0.05,), 1e9)]))
