"""Saving as a run goes: what is in the file goes on bit for bit, and a clean end leaves what it should."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.engine import autosave, recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.autosave import Autosave
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.handing import hand_over
from dropout_viz.engine.left import Left
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import Source
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError

MOONS = load_preset("moons").changed(steps=1_000_000)
OFTEN = 0.05


def until(happened: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


Make = Callable[..., tuple[Runner, Autosave, list[str]]]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[tuple[Runner, Autosave]] = []

    def begin(config: RunConfig = MOONS, every: float = OFTEN) -> tuple[Runner, Autosave, list[str]]:
        told: list[str] = []
        runner = Runner(Arms.of(config))
        made.append(
            (
                runner,
                Autosave(runner, recovery.own_place(), lambda text, level: told.append(text), every),
            )
        )
        return (*made[-1], told)

    yield begin
    for runner, kept in made:
        kept.close()
        runner.close()


def same_as_straight(path: Path, config: RunConfig) -> int:
    """Assert that a file holds what training straight to its step gives, and that it goes on so; return the step."""
    state = run_file.read(path)
    straight, opened = Trainer(config), Arms.from_state(state).first
    straight.advance(state.step + 50)
    opened.advance(50)
    for one, two in zip(straight.parameters()[0], opened.parameters()[0], strict=True):
        assert np.array_equal(one, two)
    assert np.array_equal(straight.history.loss_under_mask.values, opened.history.loss_under_mask.values)
    return state.step


@pytest.mark.parametrize("preset", ["three-lines", "moons"])
def test_what_is_in_the_file_goes_on_bit_for_bit(make: Make, preset: str) -> None:
    config = load_preset(preset).changed(steps=1_000_000)
    runner, kept, told = make(config)
    runner.play()
    seen = []
    for _ in range(2):
        until(lambda: kept.step is not None and kept.step not in seen)
        seen.append(kept.step)
        assert same_as_straight(kept.place.path, config) >= seen[-1]
    runner.pause()
    until(lambda: runner.status.phase == "paused")
    until(lambda: kept.step == runner.status.newest)  # the last steps before a pause are saved too
    assert not told


def test_a_run_that_rests_is_written_once(make: Make) -> None:
    runner, kept, _ = make()
    time.sleep(4 * OFTEN)
    assert not kept.place.path.exists()  # there is nothing to lose at step 0
    runner.step(30)
    until(lambda: kept.step == 30)
    about = kept.place.path.stat()
    time.sleep(4 * OFTEN)
    assert kept.place.path.stat().st_mtime_ns == about.st_mtime_ns
    runner.change(p_hidden=0.4)
    until(lambda: kept.place.path.stat().st_mtime_ns != about.st_mtime_ns)
    assert run_file.read(kept.place.path).config.p_hidden == (0.4,)
    runner.bookmark(12, "here")
    until(lambda: run_file.read(kept.place.path).bookmarks == {12: "here"})
    about = kept.place.path.stat()
    runner.look_at(5)  # nothing new there
    time.sleep(4 * OFTEN)
    assert kept.place.path.stat().st_mtime_ns == about.st_mtime_ns


def test_a_clean_end_leaves_nothing_of_a_short_run(make: Make) -> None:
    runner, kept, _ = make()
    runner.step(30)
    until(lambda: kept.step == 30)
    kept.close()
    assert [path.name for path in recovery.folder().iterdir()] == []


def test_a_run_of_more_than_a_few_seconds_is_kept_to_its_last_step(make: Make) -> None:
    runner, kept, _ = make()
    runner.step(30)
    until(lambda: kept.step == 30)
    runner.step(7)
    until(lambda: runner.status.newest == 37)
    runner.trained = 4.0
    kept.close()
    (path,) = recovery.kept_runs()
    assert path.name.startswith("unsaved-two-moons-step-37-") and same_as_straight(path, MOONS) == 37
    assert recovery.left_behind() == []


def test_it_is_kept_when_another_begins_and_when_its_steps_are_forgotten(make: Make) -> None:
    runner, kept, told = make()
    runner.step(30)
    until(lambda: runner.status.newest == 30)
    runner.trained = autosave.TOLD
    other = MOONS.changed(seed=5)
    runner.replace(other)
    runner.step(3)
    until(lambda: kept.step == 3 and recovery.kept_runs())
    assert "The run before is kept as it was at step 30" in told[0]
    (first,) = recovery.kept_runs()
    assert same_as_straight(first, MOONS) == 30
    assert same_as_straight(kept.place.path, other) == 3
    for act in (lambda: runner.change(learning_rate=0.001), lambda: runner.branch({"p_hidden": 0.4}, ("a", "b"))):
        seen, end = len(recovery.kept_runs()), runner.status.newest + 20
        runner.step(20)
        until(lambda end=end: runner.status.newest == end)
        runner.look_at(2)
        runner.trained = 4.0
        act()
        until(lambda seen=seen: len(recovery.kept_runs()) > seen)
        until(lambda: runner.status.newest == 2 and not runner.status.past)
    handed = hand_over(runner)
    assert handed is not None
    kept.saved_by_hand(handed)
    kept.close()
    assert len(recovery.kept_runs()) == 3 and len(told) == 1  # the second has a file of its own


@pytest.mark.parametrize("after", [0.0, 4.0])
def test_what_is_trained_after_the_state_was_taken_is_not_saved_with_it(make: Make, after: float) -> None:
    runner, kept, _ = make()
    other = hand_over(runner)
    runner.replace(MOONS.changed(seed=2))
    runner.step(30)
    until(lambda: runner.status.newest == 30)
    runner.trained = 5.0
    handed = hand_over(runner)
    runner.step(10)
    until(lambda: runner.status.newest == 40)
    runner.clock += after
    assert handed is not None and other is not None
    kept.saved_by_hand(replace(other, clock=handed.clock + after))  # of the run before
    kept.saved_by_hand(handed)
    kept.close()
    assert [run_file.read(path).step for path in recovery.kept_runs()] == ([40] if after else [])


def test_a_run_that_came_back_is_kept_again_where_others_have_taken_its_place(make: Make) -> None:
    runner, kept, _ = make()
    left: list[Left] = []
    runner.departing = left.append
    runner.step(30)
    until(lambda: runner.status.newest == 30)
    runner.trained = autosave.LONG
    runner.replace(MOONS.changed(seed=2))
    until(lambda: left and recovery.kept_runs())
    runner.replace(Source(left[0].config, left[0].read, left=left[0]))
    until(lambda: runner.news.course == left[0].course)
    assert kept._is_safe()
    recovery.kept_runs()[0].unlink()  # as eight others do
    kept.close()
    assert [same_as_straight(path, MOONS) for path in recovery.kept_runs()] == [30]


def test_what_cannot_be_kept_is_left_for_the_next_start(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(state: object, brief: bool = False) -> Path:
        raise UserError("no room")

    runner, kept, told = make()
    runner.step(30)
    until(lambda: kept.step == 30)
    monkeypatch.setattr(recovery, "keep", full)
    own = kept.place.path
    runner.replace(MOONS.changed(seed=2))
    until(lambda: kept.place.path != own)
    runner.step(3)
    until(lambda: kept.step == 3)
    assert told == ["The run before could not be kept: no room"]
    (place,) = recovery.left_behind()
    assert place.path == own and same_as_straight(own, MOONS) == 30
    place.discard()


def test_a_short_run_is_kept_when_another_begins_and_pushes_no_long_one_out(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "KEPT_BRIEF", 2)

    def steps() -> set[str]:
        return {path.name.partition("-step-")[2].partition("-")[0] for path in recovery.kept_runs()}

    runner, _, told = make()
    runner.replace(MOONS.changed(seed=1))  # of step 0 there is nothing to keep
    for seed, step, trained in ((2, 30, autosave.LONG), (3, 1, 0.0), (4, 2, 0.0), (5, 3, 0.0)):
        runner.step(step)
        until(lambda step=step: runner.status.newest == step)
        runner.trained = max(runner.trained, trained)
        runner.replace(MOONS.changed(seed=seed))
        until(lambda seed=seed: runner.latest[0].config.seed == seed)
    until(lambda: steps() == {"3", "2", "30"})
    (brief,) = recovery.folder().glob("unsaved-brief-two-moons-step-3-*")
    assert same_as_straight(brief, MOONS.changed(seed=4)) == 3 and told == []


def test_a_bounded_number_of_runs_is_kept_the_newest_ones(tmp_path: Path) -> None:
    run = Arms.of(MOONS.changed(title="A / ..\\é"))
    earlier = recovery.folder() / "last.safetensors"
    run_file.save(run.state(), earlier)  # as a version before left it
    os.utime(earlier, (1e9, 1e9))
    made = []
    for _ in range(recovery.KEPT):
        assert earlier in recovery.kept_runs()
        run.advance(1)
        made.append(recovery.keep(run.state()))
    assert [run_file.read(path).step for path in recovery.kept_runs()] == list(range(recovery.KEPT, 0, -1))
    assert made[0].parent == recovery.folder() and made[0].name.startswith("unsaved-a-step-1-")


def test_an_adopted_file_stays_until_its_run_is_saved_again(make: Make) -> None:
    _, kept, _ = make(every=60.0)
    left = recovery.own_place()
    run_file.save(Arms([Trainer(MOONS)]).state(), left.path)
    own = kept.place.path
    own.write_bytes(b"what was there of the run before")
    kept.adopt(left)
    until(lambda: kept.place is left)
    assert not own.exists() and run_file.read(left.path).config.seed == MOONS.seed


def test_a_full_disk_is_told_once_and_the_last_file_stays(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    runner, kept, told = make()
    runner.step(30)
    until(lambda: kept.step == 30)
    sync, tries = os.fsync, []

    def full(handle: int) -> None:
        tries.append(handle)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    runner.step(5)
    until(lambda: len(tries) > 3)
    assert len(told) == 1 and "No space left" in told[0] and "\n" not in told[0]
    assert run_file.read(kept.place.path).step == 30
    assert runner.status.phase == "paused"
    monkeypatch.setattr(os, "fsync", sync)
    until(lambda: kept.step == 35)
    assert len(told) == 1


# Three processes, forks of one that has imported everything; it tells their numbers.
_WRITES = """
import os
from dropout_viz.engine import autosave, recovery
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
autosave.SHARE = 1e9
made = []
while len(made) < 3 and (child := os.fork()):
    made.append(child)
if len(made) == 3:
    print(*made, flush=True)
    for child in made:
        os.waitpid(child, 0)
    os._exit(0)
runner = Runner(Arms.of(load_preset("moons").changed(steps=1_000_000)))
kept = autosave.Autosave(runner, recovery.own_place(), every=0.0)
runner.play()
runner._thread.join()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_killed_while_it_does_nothing_but_save() -> None:
    """Three processes at once, killed at three moments."""
    parent = subprocess.Popen([sys.executable, "-c", _WRITES], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    processes = [int(number) for number in parent.stdout.readline().split()]
    try:
        until(lambda: len(list(recovery.folder().glob("run-*.safetensors"))) == 3)
    finally:
        for process, seconds in zip(processes, (0.0, 0.013, 0.037), strict=True):
            time.sleep(seconds)
            os.kill(process, signal.SIGKILL)
        parent.communicate()
    places = recovery.left_behind()
    assert len(places) == 3
    for place in places:
        assert same_as_straight(place.path, MOONS) > 0
        place.discard()
    assert list(recovery.folder().iterdir()) == []


def test_what_is_dear_comes_later_and_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "SHARE", 1e-5)
    monkeypatch.setattr(autosave, "PROMISED", 0.1)
    runner, kept, told = make()
    runner.play()
    kept._dear = 1  # it was dear before
    until(lambda: told)
    assert "is lost if the program is killed" in told[0] and kept.every > 0.1


def test_a_state_that_cannot_be_taken_does_not_end_the_run(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Arms, *, whole: bool = True) -> None:
        raise MemoryError("no")

    runner, _, told = make()
    monkeypatch.setattr(Arms, "state", fail)
    runner.step(20)
    until(lambda: told)
    assert "MemoryError" in told[0] and runner.status.phase == "paused"
    monkeypatch.undo()
