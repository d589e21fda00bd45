"""Masks and their chances."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dropout_viz.analysis.masks import MOST, droppable, masks, of_layers


def test_all_masks_of_a_few_units_with_the_chance_of_each() -> None:
    drop = [0.2, 0.0, 0.7]
    found = masks(drop, draws=9)
    assert found.exact and droppable(drop) == 2
    seen = {tuple(on.tolist()): float(c) for on, c in zip(found.on, found.chance, strict=True)}
    assert seen.keys() == set(itertools.product([False, True], [True], [False, True]))
    for on, chance in seen.items():
        assert chance == pytest.approx((0.8 if on[0] else 0.2) * (0.3 if on[2] else 0.7))


def test_no_unit_that_can_be_off_is_one_mask() -> None:
    found = masks([0.0, 0.0], draws=9)
    assert found.on.tolist() == [[True, True]] and found.chance.tolist() == [1.0]


def test_the_masks_of_many_units_are_drawn_and_the_same_again() -> None:
    drop = of_layers((1, MOST + 1), (0.0, 0.3))
    first, again = masks(drop, draws=4000), masks(drop, draws=4000)
    assert not first.exact and first.on.shape == (4000, MOST + 2) and np.array_equal(first.on, again.on)
    assert first.chance.sum() == pytest.approx(1) and first.on[:, 0].all()
    share = first.on[:, 1:].mean(axis=0)
    assert (abs(share - 0.7) < 5 * np.sqrt(0.3 * 0.7 / 4000)).all()
    assert not np.array_equal(first.on, masks(drop, draws=4000, seed=1).on)
