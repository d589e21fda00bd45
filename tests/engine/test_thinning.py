"""Curves stay within their room: of older steps the extremes are kept, at their own steps; the newest are exact."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.analysis.decimate import Pyramid
from dropout_viz.engine import history as histories
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.curves import curves_of, to_csv
from dropout_viz.engine.history import History, Series, Table
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

ROOM = 512


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "ROOM", ROOM)


def walk(steps: int, worlds: int = 1) -> np.ndarray:
    return np.random.default_rng(3).normal(size=(steps, worlds)).cumsum(axis=0)


def filled(values: np.ndarray, cuts: int = 0) -> Table:
    """Return a table of values at steps 1, 2, ..., that came in so many pieces."""
    table = Table(values.shape[1])
    ends = np.sort(np.random.default_rng(cuts).integers(0, len(values), cuts))
    for first, stop in zip([0, *ends], [*ends, len(values)], strict=True):
        table.extend(np.arange(first + 1, stop + 1), values[first:stop])
    return table


@pytest.mark.parametrize("worlds", [1, 3])
def test_every_stretch_keeps_its_extremes_at_their_steps_and_the_newest_are_exact(worlds: int) -> None:
    values = walk(50_000, worlds)
    table = filled(values, 40)
    rows = table.read()
    assert len(rows.values) <= ROOM and rows.exact_from > 49_000 and rows.every.bit_count() == 1
    for world in range(worlds):
        steps, found, _ = Series(table, world).read()
        assert steps[0] == 1 and steps[-1] == len(values) and (np.diff(steps) > 0).all()
        np.testing.assert_array_equal(found, values[steps - 1, world])
        np.testing.assert_array_equal(steps[steps >= rows.exact_from], np.arange(rows.exact_from, len(values) + 1))
        for first in range(0, rows.exact_from - rows.every, rows.every):
            inside = (steps >= first) & (steps < first + rows.every)
            stretch = values[max(first, 1) - 1 : first + rows.every - 1, world]
            assert (found[inside].min(), found[inside].max()) == (stretch.min(), stretch.max())


@pytest.mark.parametrize("worlds", [1, 3])
def test_what_is_kept_does_not_depend_on_how_it_came(worlds: int) -> None:
    values = walk(9_000, worlds)
    whole, pieces = filled(values).read(), filled(values, 300).read()
    assert np.array_equal(whole.steps, pieces.steps) and np.array_equal(whole.values, pieces.values)
    assert whole[2:] == pieces[2:]


def test_a_value_that_is_no_number_is_kept_and_its_first_step() -> None:
    values = walk(9_000)
    values[[1234, 1235, 4000]] = np.array([[np.inf], [np.nan], [np.nan]])
    steps, found, _ = Series(filled(values)).read()
    assert steps[~np.isfinite(found)].tolist()[0] == 1235
    assert 4001 in steps[~np.isfinite(found)]


def test_a_part_of_a_run_is_the_same_part_after_rows_went() -> None:
    values = walk(9_000)
    table = filled(values[:400])
    part = Series(table).until(300)
    assert len(part) == 300
    table.extend(np.arange(401, 9_001), values[400:])
    assert part.steps[-1] <= 300 and len(part) < 300
    np.testing.assert_array_equal(part.values, values[part.steps - 1, 0])


def test_a_reader_of_extremes_follows_when_places_move() -> None:
    values, series = walk(20_000), Series(table := Table())
    pyramid = Pyramid(series)
    for first in range(0, 20_000, 173):
        piece = values[first : first + 173]
        table.extend(np.arange(first + 1, first + 1 + len(piece)), piece)
        length = pyramid.update()
        drawn = pyramid.window(0, length, 7)
        seen = values[: first + len(piece), 0]
        assert pyramid.values[drawn].min() == seen.min() and pyramid.values[drawn].max() == seen.max()


def test_a_long_run_is_saved_goes_on_and_says_what_it_kept(tmp_path: Path) -> None:
    config = load_preset("xor").changed(p_hidden=0.2)
    run = Arms([Trainer(config)])
    run.advance(1_500)
    run_file.save(run.state(), tmp_path / "run.safetensors")
    again = Arms.from_state(run_file.read(tmp_path / "run.safetensors"))
    for each in (run, again):
        each.advance(700)
    straight = Trainer(config)
    straight.advance(2_200)
    for kind in History.KINDS:
        one, other, alone = (getattr(h, kind).read() for h in (run.histories[0], again.histories[0], straight.history))
        assert len(one[0]) <= ROOM
        for found in (other, alone):
            assert np.array_equal(one[0], found[0]) and np.array_equal(one[1], found[1])
            assert one[2][2:4] == found[2][2:4]
    text = "".join(to_csv(curves_of(again)))
    rows = again.histories[0].loss_under_mask.read()[2]
    assert rows.exact_from > 0
    assert (
        f"# loss_under_mask: before step {rows.exact_from} the lowest and highest of every {rows.every} steps" in text
    )


@pytest.mark.slow
def test_a_hundred_million_steps_take_less_than_512_mib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "ROOM", 1 << 17)
    made = History()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    values = np.random.default_rng(0).random(1_000_000)
    for first in range(0, 100_000_000, len(values)):
        steps = np.arange(first + 1, first + 1 + len(values))
        for kind in History.KINDS:
            getattr(made, kind).extend(steps, values)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(made.loss_train) <= 1 << 17
    assert grown < 512, f"{grown:.0f} MiB"
