"""A run that was left comes back as it was: from its state, or by doing its steps again."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import Source
from dropout_viz.engine.status import News
from dropout_viz.engine.timeline import Timeline

LINES = load_preset("three-lines")


def weights(news: News) -> list[Any]:
    return [array for snapshot in news.snapshots for array in (*snapshot.weights, *snapshot.biases)]


def same(one: Timeline, other: Timeline) -> bool:
    mine, theirs = one.look(), other.look()
    told = (one.step, one.past, one.course, mine.names, mine.changes, mine.first, mine.bookmarks, mine.newest)
    if told != (other.step, other.past, other.course, theirs.names, theirs.changes, theirs.first, theirs.bookmarks,
                theirs.newest):  # fmt: skip
        return False
    losses = zip(mine.histories, theirs.histories, strict=True)
    if not all(np.array_equal(a.loss_under_mask.values, b.loss_under_mask.values) for a, b in losses):
        return False
    return all(np.array_equal(a, b) for a, b in zip(weights(mine), weights(theirs), strict=True))


@pytest.mark.parametrize("thin", [False, True])
def test_a_run_that_was_left_is_taken_up_where_it_was(thin: bool) -> None:
    run = Timeline(Arms.of(LINES))
    run.advance(30)
    run.change({"learning_rate": 0.2})
    run.branch({"p_hidden": (0.3,)}, ("one", "other"))
    run.advance(20)
    run.bookmark(10, "here")
    run.compare(True)
    run.go(40)
    left = run.leave()
    assert left.nbytes > 0
    if thin:
        left.thin_out()
        assert left.nbytes < 10_000
    again = Timeline(Source(left.config, left.read, left=left).open(run.present))
    again.take_up(left)
    assert same(run, again)
    for timeline in (run, again):
        timeline.compare(False)  # the branch that the comparison has taken the place of
        timeline.advance(15)
        timeline.advance(30)
    assert same(run, again) and run.look().names == ("one", "other")


def test_a_run_that_comes_back_in_its_past_can_be_looked_at_before_that_is_found() -> None:
    run = Timeline(Arms.of(LINES))
    run.advance(900)
    run.go(880)
    left = run.leave()
    again = Timeline(Source(left.config, left.read, left=left).open(run.present))
    again.take_up(left)
    assert again.look(lambda at: False).newest == 900  # something else is wanted: what is known at once
    assert again.look().snapshots[0].step == 880


def test_a_course_is_what_becomes_of_a_run() -> None:
    run = Timeline(Arms.of(LINES))
    seen = [run.course]

    def other() -> bool:
        seen.append(run.course)
        return seen[-1] not in seen[:-1]

    run.advance(10)
    run.bookmark(5, "here")
    run.compare(True)
    run.compare(False)
    run.go(5)
    assert not other()
    run.change({"learning_rate": 0.2})
    assert other()
    run.change({"learning_rate": 0.3})
    assert other()
    run.branch({"learning_rate": 0.4}, ("a", "b"))
    assert other()
    run.leave_out()
    assert other()


def test_whoever_brings_runs_back_is_told_of_each_that_is_left() -> None:
    runner = Runner(Arms.of(LINES))
    told: list[tuple[int, int]] = []
    runner.departing = lambda left: told.append(left.course)
    done = threading.Event()
    try:
        runner.step(20)
        runner.change(learning_rate=-1.0)  # refused
        runner.change(learning_rate=0.2)
        runner.branch({"learning_rate": 0.3}, ("a", "b"))
        runner.leave_out()
        runner.replace(LINES.changed(seed=3))
        runner.between(lambda run: done.set())
        assert done.wait(30)
    finally:
        runner.close()
    assert len(told) == len(set(told)) == 4
