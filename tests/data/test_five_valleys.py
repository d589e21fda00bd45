"""The five valleys are where the data set says, each a bell and nothing beside it."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis import basins
from dropout_viz.analysis.questions.shared import RIPPLE
from dropout_viz.data import five_valleys
from dropout_viz.data.load import load


def test_the_landscape_before_any_unit_votes_has_one_valley_at_each_frequency() -> None:
    data, w = load("five-valleys"), np.linspace(0, 6, 601)
    v = -(np.sin(w[:, None] * data.x[:, 0]) * data.y[:, 0]).mean(axis=1)
    zones = basins.find(w, v, RIPPLE)
    bottoms = [b.bottom for b in zones.basins]
    np.testing.assert_allclose(bottoms, five_valleys.FREQUENCIES, atol=0.06)
    depths = [b.value for b in zones.basins]
    assert min(depths) == depths[-1]  # the last is the deepest


def test_each_valley_is_a_bell_as_wide_as_it_is_said_to_be() -> None:
    x, s = load("five-valleys", examples=4000).x[:, 0], five_valleys.SPREAD
    w = np.linspace(0, 6, 61)
    for f in five_valleys.FREQUENCIES:
        bell = (np.exp(-((s * (w - f)) ** 2) / 2) - np.exp(-((s * (w + f)) ** 2) / 2)) / 2
        np.testing.assert_allclose((np.sin(w[:, None] * x) * np.sin(f * x)).mean(axis=1), bell, atol=0.002)


def test_the_targets_are_the_waves_and_the_test_set_lies_between() -> None:
    data = load("five-valleys")
    assert data.x.shape == data.y.shape == (256, 1) and data.x_test is not None and data.y_test is not None
    waves = sum(a * np.sin(f * data.x) for a, f in zip(five_valleys.AMPLITUDES, five_valleys.FREQUENCIES, strict=True))
    np.testing.assert_allclose(data.y, waves)
    assert np.isin(data.x_test, data.x).mean() < 0.5
