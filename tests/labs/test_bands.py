"""The line and the band of many seeds, against sorting by hand."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from dropout_viz.labs.bands import band, told


def test_of_two_seeds_the_line_runs_midway_and_the_band_from_one_to_the_other() -> None:
    middle, low, high = band(np.array([[1.0, 3.0], [8.0, 2.0]]))
    assert (middle.tolist(), low.tolist(), high.tolist()) == ([2.0, 5.0], [1.0, 2.0], [3.0, 8.0])
    assert told(2) == "; band: from the lowest to the highest"


@pytest.mark.parametrize("seeds", [1, 2, 3, 5, 6, 7, 8, 16, 21, 200])
def test_the_band_holds_as_many_as_is_told(seeds: int) -> None:
    values = np.random.default_rng(seeds).permutation(seeds)[None].astype(float)
    middle, low, high = band(values)
    assert middle[0] == statistics.median(values[0].tolist())
    inside = int(((values >= low[0]) & (values <= high[0])).sum())
    words = {1: "", seeds: "; band: from the lowest to the highest"} if seeds > 1 else {1: ""}
    assert told(seeds) == words.get(inside, f"; band: the middle {inside} of them")
    assert inside == seeds or 0.7 <= inside / seeds <= 0.85


def test_a_seed_that_diverged_counts_as_the_worst() -> None:
    middle, low, high = band(np.array([[0.2, np.nan, 0.1], [np.nan, np.inf, 0.1]]))
    assert middle[0] == 0.2 and np.isnan(middle[1])
    assert low.tolist() == [0.1, 0.1] and np.isnan(high).all()
