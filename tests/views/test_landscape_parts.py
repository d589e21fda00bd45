"""The parts of the Landscape view that need no widget: axes, names, trails, colours, multiples, and the worker."""

from __future__ import annotations

import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.basins import find
from dropout_viz.analysis.slices import Surface
from dropout_viz.analysis.zone_colours import ZoneColours
from dropout_viz.draw import spans
from dropout_viz.draw.spans import LossAxis, half_width, round_up, span_of, tick_text, weight_text, weight_ticks
from dropout_viz.nn.parts import Weight
from dropout_viz.views.landscape.multiples import arrange
from dropout_viz.views.trail import ROOM, Trail
from dropout_viz.views.weight_names import Names
from dropout_viz.views.worker import Worker
from tests.views.landscape_cases import frame_of

WEIGHTS = st.floats(-1e6, 1e6)
LOSSES = st.floats(0, 1e4)


@given(WEIGHTS)
def test_a_weights_range_is_round_and_has_a_margin(weight: float) -> None:
    half = half_width(weight)
    assert abs(weight) <= 0.9 * half and half == round_up(half)


@given(WEIGHTS, WEIGHTS)
def test_a_range_stays_until_the_weight_needs_another(first: float, second: float) -> None:
    before = half_width(first)
    after = half_width(second, before)
    assert abs(second) <= 0.9 * after
    if after != before:  # not to and fro: the weight is far from where the range would change back
        assert abs(second) <= 0.75 * after
        assert after > before or abs(second) <= 0.25 * before
    assert half_width(second, after) == after


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, 1e308, 5e-324])
def test_a_range_for_any_weight(weight: float) -> None:
    assert math.isfinite(half_width(weight)) and half_width(weight) > 0


@given(LOSSES, LOSSES)
def test_a_loss_axis_holds_its_curve_between_few_round_ticks(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    span = span_of(low, high)
    slack = 1e-9 * (span.high - span.low)
    assert span.low - slack <= low and high <= span.high + slack
    assert 1 <= len(span.ticks()) <= 6
    assert all(span.low - slack <= t <= span.high + slack for t in span.ticks())


def test_a_loss_axis_grows_at_once_and_shrinks_only_after_a_while() -> None:
    axis = LossAxis()
    wide = axis.fit(0.0, 1.0)
    spans = [axis.fit(0.0, 0.1) for _ in range(LossAxis.patience)]
    assert spans[:-1] == [wide] * (LossAxis.patience - 1)
    assert spans[-1].high < 0.2
    assert axis.fit(0.0, 5.0).high >= 5.0


def test_a_jittering_curve_does_not_move_its_axis() -> None:
    axis = LossAxis()
    random = np.random.default_rng(0)
    first = axis.fit(0.0, 1.0)
    assert {axis.fit(0.0, h) for h in random.uniform(0.3, 1.0, 500).tolist()} == {first}


def test_ticks_are_written_out() -> None:
    assert [tick_text(v, 0.005) for v in (0, 0.005, -0.01)] == ["0", "0.005", "\N{MINUS SIGN}0.010"]
    assert [weight_text(v) for v in weight_ticks(1500, 4)] == ["\N{MINUS SIGN}1,500", "0", "1,500"]
    assert weight_ticks(4, 12) == [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    assert weight_ticks(15, 12) == [-15, -7.5, 0, 7.5, 15]


def test_names() -> None:
    arrow = "\N{RIGHTWARDS ARROW}"
    names = Names((3, 4, 1), frame_of().data)
    assert [names.weight(Weight(0, 0, 1)), names.weight(Weight(1, 3, 0))] == [
        f"w1[a {arrow} h2]",
        f"w2[h4 {arrow} out]",
    ]
    deep = Names((64, 5, 6, 10), frame_of((64, 5, 6, 10), image=(8, 8)).data)
    assert deep.weight(Weight(0, 9, 1)) == f"w1[r2c2 {arrow} h1.2]"
    assert deep.weight(Weight(2, 5, 9)) == f"w3[h2.6 {arrow} out10]"
    assert deep.hidden(2, 5) == "hidden unit 6 of layer 2"


def test_a_trail_reaches_back_to_the_start_however_long_the_run() -> None:
    trail = Trail()
    for step in range(5000):
        trail.record("run", step, np.array([float(step), -float(step)]), step / 2)
    values, losses = trail.of(1)
    assert ROOM // 2 <= len(values) <= ROOM
    assert values[0] == 0 and values[-1] == -4999
    assert (np.diff(values) < 0).all() and losses.tolist() == (-values / 2).tolist()


def test_a_trail_ends_where_the_run_is_looked_back_at() -> None:
    trail = Trail()
    for step in (*range(1, 300), 150, 20, 21, 90):
        trail.record("run", step, np.array([float(step)]), 1.0)
        if step == 150:
            assert trail.of(0)[0][-1] == 150 and len(trail) > 5
    values = trail.of(0)[0]
    assert values[-3:].tolist() == [20, 21, 90] and (np.diff(values) > 0).all() and values[0] == 1


def test_a_trail_passes_over_what_is_not_a_number() -> None:
    trail = Trail()
    for step, (weight, loss) in enumerate([(1.0, 1.0), (math.nan, 1.0), (1.0, math.inf), (2.0, 2.0)]):
        trail.record("run", step, np.array([weight]), loss)
    assert trail.of(0)[0].tolist() == [1.0, 2.0]


def curve(*valleys: float) -> object:
    """Return the zones of a curve with valleys at these places."""
    t = np.linspace(-10, 10, 401)
    return find(t, np.abs(t[:, None] - np.array(valleys)).min(axis=1))


def test_a_zone_keeps_its_colour_while_others_come_and_go() -> None:
    colours = ZoneColours()
    follow = lambda *valleys: list(colours.follow(curve(*valleys)))  # type: ignore[arg-type] # noqa: E731
    assert follow(-5, 5) == [0, 1]
    assert follow(-4.8, 5.2) == [0, 1]
    assert follow(-8, -4.6, 5.2) == [2, 0, 1]  # a new one at the left
    assert follow(-4.6, 5.2) == [0, 1]
    assert follow(0, 5) == [0, 1]
    assert follow(5) == [0]  # one alone has the first colour


def never() -> Surface:
    raise AssertionError("nothing had to be ranked")


def test_small_networks_show_all_weights_once() -> None:
    for sizes in ((3, 4, 1), (2, 4, 4, 1), (1, 1, 2), (4, 3, 2, 3, 2)):
        frame = frame_of(sizes)
        shown = arrange(Names(sizes, frame.data), Weight(0, 0, 0), never)
        total = sum(w.size for w in frame.snapshot.weights)
        assert len(shown.places) == len(set(shown.places)) == total
        assert shown.caption == f"all {total} weights"


def test_of_too_many_weights_those_whose_source_varies_most_are_shown() -> None:
    frame = frame_of((100, 3, 2), examples=20)
    snapshot, data = frame.snapshot, frame.data
    x = data.x * np.where(np.arange(100) < 60, 10.0, 1.0)  # the first 60 inputs vary ten times as much
    surface = Surface(snapshot.weights, snapshot.biases, "tanh", "softmax", "softmax_cross_entropy", x, data.y)
    shown = arrange(Names((100, 3, 2), data), Weight(0, 99, 1), lambda: surface, 61)
    assert {p.source for p in shown.places if p.layer == 0} == {*range(60), 99}
    assert {p.target for p in shown.places if p.layer == 0} == {1}
    assert "61 of the 100 weights into" in shown.caption and "source varies most" in shown.caption


def test_the_worker_runs_only_the_newest_job_and_leaves_no_thread(qtbot: QtBot) -> None:
    worker = Worker()
    gate, done = threading.Event(), []
    worker.done.connect(done.append)

    def job(n: int) -> int:
        gate.wait()
        return n

    for n in range(5):
        worker.ask(lambda n=n: job(n))  # type: ignore[misc]
    assert worker.busy
    gate.set()
    qtbot.waitUntil(lambda: done == [0, 4])
    qtbot.waitUntil(lambda: not worker.busy)
    worker.ask(lambda: 7, now=True)
    worker.close()
    assert not any(t.name == "landscape" for t in threading.enumerate())


@pytest.mark.parametrize("hurried", [False, True])
def test_a_hurried_job_waits_for_the_running_one_but_for_no_rest(qtbot: QtBot, hurried: bool) -> None:
    worker = Worker(least=0.4)
    gate, rests = threading.Event(), []
    worker.done.connect(lambda _: rests.append(worker._rest.interval()))
    worker.ask(gate.wait)
    worker.ask(lambda: 1, now=hurried)
    gate.set()
    qtbot.waitUntil(lambda: len(rests) == 2)
    assert rests == [0 if hurried else 400, 400]


def test_a_worker_may_be_deleted_while_its_job_runs(qtbot: QtBot) -> None:
    worker = Worker()
    gate = threading.Event()
    worker.ask(gate.wait)
    thread = next(t for t in threading.enumerate() if t.name == "analysis")
    worker.deleteLater()
    with qtbot.waitSignal(worker.destroyed):
        pass
    gate.set()
    thread.join()
    assert not thread.is_alive()


@pytest.mark.parametrize("most", [1, 2, 3, 9])
@pytest.mark.parametrize("half", [3.4776, 4.0, 5.5619, 9.9, 1.01e-3, 7.3e8])
def test_a_weight_axis_has_numbers_on_both_sides_of_zero(half: float, most: int) -> None:
    ticks = weight_ticks(half, most)
    assert len(ticks) >= 3 and 0 in ticks and ticks == [-tick for tick in reversed(ticks)]
    assert 0.3 * half < ticks[-1] <= half


@pytest.mark.parametrize(("low", "high"), [(-2.9, 0.9), (0.1, 0.9), (-4.0, 4.0), (1.01, 1.04), (-0.3, 2e5)])
def test_an_axis_has_two_ticks_at_least(low: float, high: float) -> None:
    span = spans.ticked(low, high, 1)
    ticks = span.ticks()
    assert len(ticks) >= 2 and low <= ticks[0] and ticks[-1] <= high and (span.low, span.high) == (low, high)
    assert len(spans.ticked(low, high, 8).ticks()) <= 9
