"""Pictures of incoming weights: their levels, their sheet, their norms."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.analysis import features


def test_norms() -> None:
    weights = np.random.default_rng(0).normal(size=(12, 5))
    assert features.norms(weights) == pytest.approx(np.linalg.norm(weights, axis=0))


@pytest.mark.parametrize("limit", [None, 2.0])
def test_levels_are_the_weights_on_a_scale(limit: float | None) -> None:
    weights = np.random.default_rng(0).normal(size=(12, 5)).astype(np.float32)
    weights[:, 3] = 0
    order = np.array([4, 0, 3])
    found = features.levels(weights, (3, 4), order, limit, 255, 1)
    assert found.shape == (3, 3, 4)
    for picture, unit in zip(found, order, strict=True):
        most = limit or np.abs(weights[:, unit]).max() or 1
        wanted = 127 + 127 * np.clip(weights[:, unit] / most, -1, 1)
        assert np.abs(picture.ravel() - wanted).max() <= 0.501
    assert (found[2] == 127).all()  # a unit without weights is the middle of the scale
    if limit is None:
        assert set(np.abs(found[0].astype(int) - 127).ravel()) >= {127}


def test_blocks_are_means() -> None:
    weights = np.random.default_rng(0).normal(size=(25, 1))
    found = features.levels(weights, (5, 5), np.array([0]), 3.0, 255, 2)
    assert found.shape == (1, 3, 3)
    picture = weights[:, 0].reshape(5, 5)
    assert abs(found[0, 1, 0] - (127 + 127 * picture[2:4, 0:2].mean() / 3)) <= 0.501


def test_what_is_not_a_number_has_a_level_too() -> None:
    weights = np.full((4, 2), np.nan)
    assert features.levels(weights, (2, 2), np.arange(2), None, 255, 1).shape == (2, 2, 2)


def test_the_sheet_holds_every_picture_in_its_place() -> None:
    pictures = np.arange(7 * 6, dtype=np.uint8).reshape(7, 2, 3)
    sheet = features.sheet(pictures, columns=3, gap=1, empty=255)
    assert sheet.shape == (9, 12)
    for k in range(7):
        row, column = divmod(k, 3)
        assert np.array_equal(sheet[3 * row : 3 * row + 2, 4 * column : 4 * column + 3], pictures[k])
        assert (sheet[3 * row + 2, 4 * column : 4 * column + 3] == 255).all()
    assert (sheet[6:, 4:] == 255).all()
