"""Decimation loses points, never a peak: checked against a plain look at every value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dropout_viz.analysis.decimate import Pyramid, extremes
from dropout_viz.engine import history
from dropout_viz.engine.history import Series


@pytest.fixture(autouse=True)
def _room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places stay what they are: rows that are thinned are the business of another test."""
    monkeypatch.setattr(history, "ROOM", 1 << 22)
    monkeypatch.setattr(history, "_NUMBERS", 1 << 22)


numbers = st.floats(allow_nan=False, allow_infinity=False)
anything = st.one_of(numbers, st.sampled_from([np.nan, np.inf, -np.inf]))


def made(values: np.ndarray, *parts: int) -> Pyramid:
    """Return a pyramid over ``values`` that was told of them in parts, each ending at one of ``parts``."""
    series = Series()
    pyramid = Pyramid(series)
    start = 0
    for end in (*sorted(parts), len(values)):
        series.extend(np.arange(start, end, dtype=np.int64), values[start:end])
        assert pyramid.update() == end
        start = end
    return pyramid


@settings(max_examples=40)
@given(arrays(np.float64, st.integers(1, 400), elements=numbers), st.integers(1, 50))
def test_what_is_drawn_keeps_every_extreme_and_both_ends(values: np.ndarray, size: int) -> None:
    places = made(values).window(0, len(values), size)
    drawn = values[places]
    assert drawn.min() == values.min() and drawn.max() == values.max()
    assert places[0] == 0 and places[-1] == len(values) - 1
    assert (np.diff(places) > 0).all()


@settings(max_examples=40)
@given(arrays(np.float64, st.integers(1, 300), elements=anything), st.integers(1, 40))
def test_each_block_keeps_its_own_extremes(values: np.ndarray, size: int) -> None:
    places = extremes(values, size)
    assert (np.diff(places) > 0).all()
    for start in range(0, len(values), size):
        block = values[start : start + size]
        kept = values[places[(places >= start) & (places < start + size)]]
        finite = block[np.isfinite(block)]
        if finite.size:
            assert np.nanmin(kept[np.isfinite(kept)]) == finite.min()
            assert np.nanmax(kept[np.isfinite(kept)]) == finite.max()
        else:
            assert kept.size, "a gap stays a gap"


@settings(max_examples=40)
@given(st.data())
def test_any_stretch_of_a_growing_series_keeps_its_extremes(data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 6000))
    values = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1))).normal(size=length)
    pyramid = made(values, *data.draw(st.lists(st.integers(0, length), max_size=5)))
    first = data.draw(st.integers(0, length - 1))
    stop = data.draw(st.integers(first + 1, length))
    size = data.draw(st.integers(0, length))
    places = pyramid.window(first, stop, size)
    assert places[0] == first and places[-1] == stop - 1
    assert (np.diff(places) > 0).all()
    assert values[places].min() == values[first:stop].min()
    assert values[places].max() == values[first:stop].max()
    if size < 3:
        assert len(places) == stop - first, "close enough: every step is drawn"


@pytest.mark.parametrize("length", [60_000, 3_000_000])
def test_a_peak_of_a_single_step_is_seen_in_a_long_run(length: int) -> None:
    values = np.random.default_rng(0).random(length)
    peaks = [7, length // 3, length - 5]
    values[peaks] = [5.0, -5.0, 6.0]
    places = made(values).window(0, length, length // 400)
    assert set(peaks) <= set(places.tolist())
    assert len(places) < 3000, "and yet few points are drawn"


def test_every_pixel_keeps_its_extremes() -> None:
    values = np.random.default_rng(1).random(200_000)
    size = 500
    drawn = made(values).window(0, len(values), size)
    for start in range(0, len(values) - size, size):
        block = values[start : start + size]
        # A pixel may borrow from the next one where blocks and pixels do not meet: never from farther away.
        near = values[drawn[(drawn >= start - size) & (drawn < start + 2 * size)]]
        assert near.min() <= block.min() and near.max() >= block.max()


def test_what_is_not_a_number_is_found_and_passed_over() -> None:
    values = np.random.default_rng(2).random(5000)
    values[3000:] = np.nan
    values[100] = np.inf
    pyramid = made(values, 50, 2000, 4000)
    assert pyramid.first_bad == 100
    drawn = values[pyramid.window(0, 5000, 20)]
    finite = values[np.isfinite(values)]
    assert np.nanmin(drawn) == finite.min()
    assert drawn[np.isfinite(drawn)].max() == finite.max()
    assert made(finite).first_bad is None


@settings(max_examples=40)
@given(
    arrays(np.float64, st.integers(2, 3000), elements=anything), st.lists(st.integers(1, 3000), max_size=6), st.data()
)
def test_a_window_that_grows_is_what_it_is_when_looked_at_afresh(
    values: np.ndarray, ends: list[int], data: st.DataObject
) -> None:
    series = Series()
    pyramid = Pyramid(series)
    size = data.draw(st.integers(3, 200))
    start = 0
    for end in sorted({min(end, len(values)) for end in (*ends, len(values))}):
        series.extend(np.arange(start, end, dtype=np.int64), values[start:end])
        pyramid.update()
        start = end
        fresh = Pyramid(series)
        fresh.update()
        np.testing.assert_array_equal(pyramid.window(0, end, size), fresh.window(0, end, size))
