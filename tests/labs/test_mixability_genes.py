"""Genes and sex against a count of all matings, a closed form, and a fixed point."""

from __future__ import annotations

from itertools import islice, product
from typing import Any

import numpy as np
import pytest

from dropout_viz.labs.mixability.genes import generations, landscapes, mixability, recombined, selected

Array = np.ndarray[Any, Any]


def some_frequencies(shape: tuple[int, ...], seed: int) -> Array:
    p = np.random.default_rng(seed).random(shape)
    return np.asarray(p / p.sum(axis=(1, 2), keepdims=True))


def matings(p: Array, r: float) -> Array:
    """Return the offspring of all pairs of parents, one pair after another, (first, second)."""
    out = np.zeros_like(p)
    genotypes = list(product(range(p.shape[0]), range(p.shape[1])))
    for mother, father in product(genotypes, genotypes):
        pair = p[mother] * p[father]
        for child in (mother, father):
            out[child] += pair * (1 - r) / 2
        for child in ((mother[0], father[1]), (father[0], mother[1])):
            out[child] += pair * r / 2
    return out


@pytest.mark.parametrize("r", [0.0, 0.1, 0.5])
def test_recombination_is_what_all_matings_give(r: float) -> None:
    p = some_frequencies((3, 4, 3), 1)
    wanted = np.stack([matings(one, r) for one in p])
    np.testing.assert_allclose(recombined(p, r), wanted, atol=1e-15)


def test_the_asexual_follow_the_closed_form() -> None:
    """Without recombination a genotype's share after t generations is its fitness to the power t, over the sum."""
    w = landscapes(6, 5, 2)
    for now in islice(generations(w, 0.0), 40):
        wanted = w**now.number
        wanted /= wanted.sum(axis=(1, 2), keepdims=True)
        np.testing.assert_allclose(now.frequencies, wanted, atol=1e-12)
        np.testing.assert_allclose(now.fitness, (wanted * w).sum(axis=(1, 2)))


def test_the_asexual_end_in_the_best_genotype_and_stay() -> None:
    w = np.array([[[0.2, 0.5], [0.9, 0.4]], [[0.7, 0.1], [0.1, 0.3]]])
    end = next(islice(generations(w, 0.0), 400, None))
    best = (w == w.max(axis=(1, 2), keepdims=True)).astype(float)
    np.testing.assert_allclose(end.frequencies, best, atol=1e-12)
    np.testing.assert_array_equal(recombined(selected(best, w), 0.0), best)
    np.testing.assert_allclose(end.mixability, [((0.9 + 0.4) / 2 + (0.2 + 0.9) / 2) / 2, 0.4], atol=1e-12)


def test_without_selection_free_recombination_halves_what_ties_the_loci() -> None:
    p = some_frequencies((4, 3, 5), 3)
    apart = p.sum(axis=2, keepdims=True) * p.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(recombined(p, 0.5) - apart, (p - apart) / 2, atol=1e-15)


def test_mixability_is_a_sum_over_alleles() -> None:
    w, p = landscapes(2, 4, 5), some_frequencies((2, 4, 4), 6)
    for k in range(2):
        by_hand = 0.0
        for i, j in product(range(4), range(4)):
            alleles = (sum(w[k, i, b] for b in range(4)) / 4, sum(w[k, a, j] for a in range(4)) / 4)
            by_hand += p[k, i, j] * sum(alleles) / 2
        assert mixability(p, w)[k] == pytest.approx(by_hand, abs=1e-14)


def test_frequencies_stay_frequencies_and_more_landscapes_begin_alike() -> None:
    w = landscapes(8, 10, 7)
    assert np.array_equal(landscapes(3, 10, 7), w[:3])
    for now in islice(generations(w, 0.3), 30):
        np.testing.assert_allclose(now.frequencies.sum(axis=(1, 2)), 1, atol=1e-12)
        assert (now.frequencies >= 0).all()


def test_the_figures_known_for_500_landscapes() -> None:
    """An independent run gave .542 and .599, sexual higher in all landscapes, mean fitness .952 and .889."""
    w = landscapes(500, 10, 0)
    asexual, sexual = (next(islice(generations(w, r), 20, None)) for r in (0.0, 0.5))
    assert asexual.mixability.mean() == pytest.approx(0.542, abs=0.005)
    assert sexual.mixability.mean() == pytest.approx(0.599, abs=0.005)
    assert (sexual.mixability > asexual.mixability).all()
    assert asexual.fitness.mean() == pytest.approx(0.952, abs=0.005)
    assert sexual.fitness.mean() == pytest.approx(0.889, abs=0.005)
