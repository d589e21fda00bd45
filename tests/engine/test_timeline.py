"""Going back: every step that is looked at is the run's own at that step, bit for bit, whatever happened on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dropout_viz.engine import checkpoints
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.status import News
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from tests.engine.test_state import ALL, data_of
from tests.engine.test_trainer import CONFIGS, MOONS

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

END = 48
Script = list[tuple[int, dict[str, Any], int | None]]


@pytest.fixture(autouse=True)
def close_states(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep states of these short runs."""
    monkeypatch.setattr(checkpoints, "SPACING", ((math.inf, 8),))


def fresh(config: RunConfig, step: int, script: Script, data: Any = None) -> News:
    """Return what a run that went straight to a step shows, with the changes of a script: (step, settings, arm)."""
    return straight(config, (step,), script, data)[step]


def straight(config: RunConfig, steps: Iterable[int], script: Script, data: Any = None) -> dict[int, News]:
    """Return what a run that nobody goes back in shows at each of some steps, with the changes of a script."""
    run = Arms([Trainer(config, data)]) if data is not None else Arms.of(config)
    changes, found = list(script), {}
    for step in sorted(set(steps)):
        while changes and changes[0][0] <= step:
            at, settings, arm = changes.pop(0)
            run.advance(at - run.step)
            run.change(settings) if arm is None else run.change_arm(arm, settings)
        run.advance(step - run.step)
        news = run.look()
        found[step] = replace(news, histories=tuple(each.until(step) for each in news.histories))
    return found


def same(found: News, wanted: News) -> None:
    assert len(found.snapshots) == len(wanted.snapshots)
    assert [s.config for s in found.snapshots] == [s.config for s in wanted.snapshots]
    for mine, yours in zip(found.snapshots, wanted.snapshots, strict=True):
        for name in ("step", "epoch", "used", "visited", "can_drop", "phases", "loss_under_mask"):
            assert getattr(mine, name) == getattr(yours, name) or mine.step == 0, name
        for name in ("weights", "biases", "masks", "activations", "examples"):
            for a, b in zip(getattr(mine, name), getattr(yours, name), strict=True):
                assert np.array_equal(a, b), name
        if yours.presence is not None and mine.presence is not None:
            assert mine.presence.rows == yours.presence.rows
            assert all(np.array_equal(a, b) for a, b in zip(mine.presence.off, yours.presence.off, strict=True))
    for now, then in zip(found.histories, wanted.histories, strict=True):
        for kind in (*now.KINDS, "visited"):
            mine, yours = getattr(now, kind).pair(), getattr(then, kind).pair()
            if kind == "loss_under_mask" or len(mine[0]) == len(yours[0]):
                assert np.array_equal(mine[0], yours[0]), kind
                assert np.allclose(mine[1], yours[1], rtol=1e-12, atol=1e-15), kind
        assert np.array_equal(now.loss_under_mask.values, then.loss_under_mask.values, equal_nan=True)
        assert now.marks == then.marks


@pytest.mark.thinned(3)
@pytest.mark.parametrize("name", ALL)
def test_every_step_is_the_run_s_own_with_live_changes(name: str) -> None:
    config, data = ALL[name], data_of(name)
    script: Script = [
        (21, {"learning_rate": config.learning_rate / 2}, None),
        (40, {"learning_rate": config.learning_rate / 3}, None),
    ]
    timeline = Timeline(Arms([Trainer(config, data)]))
    for at, settings, _ in script:
        timeline.advance(at - timeline.step)
        timeline.change(settings)
    timeline.advance(END - timeline.step)
    assert len(timeline.checkpoints.kept) > 5
    steps = (43, 42, 41, 5, 40, 21, 22, 0, 1, 47, 32, 48)
    wanted = straight(config, steps, script, data)
    for step in steps:
        timeline.go(step)
        same(timeline.look(), wanted[step])
    assert not timeline.past


@pytest.mark.parametrize("name", ["published", "exact", "mini-batches", "digits"])
def test_drop_probabilities_that_changed_change_again(name: str) -> None:
    config = ALL[name]
    none = tuple(0.0 for _ in config.p_hidden)
    script: Script = [
        (12, {"p_hidden": tuple(0.6 for _ in none)}, None),
        (25, {"p_hidden": none}, None),
        (38, {"p_hidden": config.p_hidden}, None),
    ]
    timeline = Timeline(Arms.of(config))
    for at, settings, _ in script:
        timeline.advance(at - timeline.step)
        timeline.change(settings)
    timeline.advance(END - timeline.step)
    steps = (45, 39, 38, 37, 26, 25, 24, 13, 12, 11, 47, 3)
    wanted = straight(config, steps, script)
    for step in steps:
        timeline.go(step)
        same(timeline.look(), wanted[step])


@pytest.mark.parametrize("name", ["published", "mini-batches"])
def test_arms_side_by_side(name: str) -> None:
    config = ALL[name].changed(arms=COMPARISON)
    script: Script = [(20, {"learning_rate": 0.01}, None)]
    timeline = Timeline(Arms.of(config))
    timeline.advance(20)
    timeline.change({"learning_rate": 0.01})
    timeline.advance(END - 20)
    steps = (21, 20, 45, 19, 0)
    wanted = straight(config, steps, script)
    for step in steps:
        timeline.go(step)
        same(timeline.look(), wanted[step])


def test_playing_on_from_the_past_repeats_the_run_then_trains_on() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(60)
    timeline.change({"learning_rate": 0.001})
    timeline.advance(30)
    timeline.go(50)
    timeline.advance(25)
    assert timeline.step == 75 and timeline.past and timeline.look().newest == 90
    timeline.advance(100)
    assert timeline.step == 90 and not timeline.past
    timeline.advance(30)
    same(timeline.look(), fresh(MOONS, 120, [(60, {"learning_rate": 0.001}, None)]))


@pytest.mark.parametrize("name", ["published", "exact", "mini-batches", "digits", "worlds"])
def test_a_change_in_the_past_forgets_what_followed(name: str) -> None:
    config, data = ALL[name], data_of(name)
    rate = config.learning_rate
    timeline = Timeline(Arms([Trainer(config, data)]))
    timeline.advance(30)
    timeline.change({"learning_rate": rate / 2})
    timeline.advance(40)
    timeline.change({"learning_rate": rate / 4})
    timeline.advance(40)
    run = timeline.first.run
    timeline.go(55)
    timeline.change({"learning_rate": rate / 8})
    again = timeline.first.run
    assert timeline.step == 55 and not timeline.past and again > run
    timeline.advance(45)
    script: Script = [(30, {"learning_rate": rate / 2}, None), (55, {"learning_rate": rate / 8}, None)]
    steps = (100, 99, 56, 55, 54, 29, 0)
    wanted = straight(config, steps, script, data)
    for step in steps:
        timeline.go(step)
        found = timeline.look()
        same(found, wanted[step])
        assert all(s.run == again for s in found.snapshots)


def test_what_is_refused_in_the_past_forgets_nothing() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(80)
    timeline.go(20)
    for act in (
        lambda: timeline.change({"learning_rate": -1.0}),
        lambda: timeline.change({"hidden": (3,)}),
        lambda: timeline.branch({"learning_rate": -1.0}, ("a", "b")),
        lambda: timeline.branch({"seed": 3}, ("a", "b")),
    ):
        with pytest.raises(UserError):
            act()
        assert timeline.past and timeline.step == 20 and timeline.present.step == 80
    timeline.go(80)
    same(timeline.look(), fresh(MOONS, 80, []))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize("name", ["published", "exact", "mini-batches", "digits"])
def test_a_branch_is_the_same_run_until_it_is_not(name: str, past: bool) -> None:
    config = ALL[name]
    rate = config.learning_rate
    timeline = Timeline(Arms.of(config))
    timeline.advance(20)
    timeline.change({"learning_rate": rate / 2})
    timeline.advance(30)
    if past:
        timeline.advance(40)
        timeline.go(50)
    timeline.branch({"learning_rate": rate / 16}, ("as it was", "branch"))
    timeline.advance(30)
    trunk: Script = [(20, {"learning_rate": rate / 2}, None)]
    branch: Script = [*trunk, (50, {"learning_rate": rate / 16}, None)]
    steps = (80, 51, 50, 49, 10, 0, 65)
    one, other = straight(config, steps, trunk), straight(config, steps, branch)
    for step in steps:
        timeline.go(step)
        found = timeline.look()
        for arm, wanted in ((0, one[step]), (1, other[step])):
            alone = replace(found, snapshots=found.snapshots[arm : arm + 1], histories=found.histories[arm : arm + 1])
            same(alone, wanted)
        assert found.names == ("as it was", "branch")
    timeline.go(60)
    timeline.change({"learning_rate": rate / 3})  # in the first arm: the other has its own
    timeline.advance(10)
    news = timeline.look()
    assert [s.config.learning_rate for s in news.snapshots] == [rate / 3, rate / 16]


def test_memory_is_bounded_and_nothing_is_out_of_reach() -> None:
    config = CONFIGS["mini-batches"]
    timeline = Timeline(Arms.of(config), memory=40_000)
    timeline.advance(600)
    kept = timeline.checkpoints
    assert kept.nbytes <= 40_000 and 2 <= len(kept.kept) < 600 / 16
    assert kept.kept[0] == 0
    steps = (599, 300, 1)
    wanted = straight(config, steps, [])
    for step in steps:
        timeline.go(step)
        same(timeline.look(), wanted[step])
    assert kept.nbytes <= 40_000
    kept.give(5_000)
    assert kept.nbytes <= 5_000 or len(kept.kept) == 1
    timeline.go(400)
    same(timeline.look(), fresh(config, 400, []))
    timeline.go(600)
    timeline.advance(50)
    same(timeline.look(), fresh(config, 650, []))


def test_a_run_that_was_opened_goes_back_to_before_it_was_saved() -> None:
    before = Arms.of(MOONS)
    before.advance(30)
    before.change({"learning_rate": 0.005})
    before.advance(45)
    before.bookmarks[30] = "slower from here"
    timeline = Timeline(Arms.from_state(before.state()))
    timeline.advance(40)
    script: Script = [(30, {"learning_rate": 0.005}, None)]
    steps = (100, 75, 74, 31, 30, 29, 0)
    wanted = straight(MOONS, steps, script)
    for step in steps:
        timeline.go(step)
        news = timeline.look()
        same(news, wanted[step])
        assert news.bookmarks == {30: "slower from here"}


def test_a_long_way_back_can_be_given_up() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(600)
    timeline.checkpoints.give(1)
    timeline.go(10)
    timeline.look()
    timeline.checkpoints.at(599, timeline.present)
    timeline.checkpoints._again = None
    timeline.go(599)
    asked = []

    def never(at: int) -> bool:
        asked.append(at)
        return False

    piece = checkpoints._PIECE
    try:
        checkpoints._PIECE = 0.0
        assert timeline.look(never).snapshots[0].step == 10  # what was looked at before
    finally:
        checkpoints._PIECE = piece
    assert asked
    same(timeline.look(), fresh(MOONS, 599, []))


def test_slow_steps_back_need_few_steps_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "SPACING", ((math.inf, 512),))
    monkeypatch.setattr(checkpoints, "_PIECE", 0.0)  # every step takes long
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(510)
    done: list[int] = []
    advance = Arms.advance

    def counted(self: Arms, steps: int) -> None:
        done.append(steps)
        advance(self, steps)

    monkeypatch.setattr(Arms, "advance", counted)
    for step in range(500, 460, -1):
        timeline.go(step)
        news = timeline.look()
        if step == 500:
            assert sum(done) == 500  # only step 0 is kept
            done.clear()
    assert sum(done) < 40 * 12
    monkeypatch.undo()
    same(news, fresh(MOONS, 461, []))
    timeline.checkpoints.give(20_000)
    assert timeline.checkpoints.nbytes <= 20_000


def test_bookmarks() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(50)
    timeline.bookmark(20, "  here  ")
    timeline.bookmark(60, "not there yet")
    timeline.bookmark(50, "newest")
    assert timeline.look().bookmarks == {20: "here", 50: "newest"}
    timeline.go(30)
    timeline.change({"learning_rate": 0.001})
    assert timeline.look().bookmarks == {20: "here"}
    timeline.bookmark(20, None)
    assert timeline.look().bookmarks == {}


def test_a_step_taken_apart_in_the_past_is_the_one_that_was_done() -> None:
    timeline = Timeline(Arms.of(CONFIGS["exact"]))
    timeline.advance(60)
    timeline.go(40)
    timeline.dissect()
    taken = timeline.look().dissection
    wanted = Arms.of(CONFIGS["exact"])
    wanted.advance(40)
    wanted.dissect()
    other = wanted.look().dissection
    assert taken is not None and other is not None and taken.step == other.step == 41
    timeline.advance(1)
    assert timeline.look().dissection is None


def test_a_branch_off_a_step_of_the_past_knows_what_that_step_did() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(60)
    timeline.go(41)
    then = timeline.look().snapshots[0]
    timeline.branch({"learning_rate": 0.001}, ("as it was", "slow"))
    for snapshot in timeline.look().snapshots:
        assert snapshot.loss_under_mask == then.loss_under_mask
        assert np.array_equal(snapshot.examples, then.examples)
        assert all(np.array_equal(a, b) for a, b in zip(snapshot.masks, then.masks, strict=True))


def test_a_second_branch_replaces_the_first_in_the_past_too() -> None:
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(30)
    timeline.branch({"learning_rate": 0.5}, ("as it was", "fast"))
    timeline.advance(30)
    timeline.branch({"learning_rate": 0.001}, ("as it was", "slow"))
    timeline.advance(30)
    for step in (90, 61, 60, 45, 30, 20):
        timeline.go(step)
        one, other = timeline.look().snapshots
        assert all(np.array_equal(a, b) for a, b in zip(one.weights, other.weights, strict=True)) == (step <= 60)
    assert [(c.step, c.arm) for c in timeline.look().changes] == [(60, 1)]


def test_a_change_before_the_branch_leaves_the_first_arm_alone() -> None:
    """The second is named after what it did later, which is forgotten."""
    timeline = Timeline(Arms.of(MOONS))
    timeline.advance(30)
    timeline.branch({"learning_rate": 0.5}, ("as it was", "learning rate 0.5 from step 30"))
    timeline.advance(10)
    timeline.go(29)
    timeline.change({"learning_rate": 0.001})
    timeline.advance(10)
    assert timeline.look().names == ("",) and not timeline.look().config.arms
    steps = (39, 30, 29, 3)
    wanted = straight(MOONS, steps, [(29, {"learning_rate": 0.001}, None)])
    for step in steps:
        timeline.go(step)
        same(timeline.look(), wanted[step])
