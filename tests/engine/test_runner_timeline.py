"""Going back on the worker thread: what lies behind is looked at, played through, changed and marked."""

from __future__ import annotations

import threading

import numpy as np

from dropout_viz.engine.runner import Runner
from dropout_viz.engine.state import RunState
from dropout_viz.engine.timeline import Timeline
from tests.engine.conftest import CONFIG, Make, wait
from tests.engine.test_runner import weights_at


def at(runner: Runner, step: int) -> Runner:
    return wait(runner, lambda r: r.news.snapshots[0].step == step and r.status.phase == "paused")


def begun(make: Make, steps: int = 600) -> Runner:
    runner = make()
    runner.step(steps)
    return at(runner, steps)


def test_any_step_is_looked_at(make: Make) -> None:
    runner = begun(make)
    for step in (250, 0, 599, 17):
        runner.look_at(step)
        at(runner, step)
        assert np.array_equal(runner.latest[0].weights[0], weights_at(step))
        assert (runner.status.step, runner.status.newest, runner.status.past) == (step, 600, True)
        assert runner.news.histories[0].loss_under_mask.steps[-1:].tolist() == [step][: step > 0]
        assert len(runner.news.histories[0].known.loss_under_mask) == 600
    runner.step_back()
    at(runner, 16)
    runner.step(2)
    at(runner, 18)
    runner.look_at(10_000)
    at(runner, 600)
    assert not runner.status.past and runner.news.histories[0].known is None


def test_only_the_last_of_many_steps_asked_for_is_sought(make: Make) -> None:
    runner = begun(make)
    for step in range(599, 299, -1):
        runner.look_at(step)
    at(runner, 300)


def test_playing_backwards_ends_at_the_start(make: Make) -> None:
    runner = begun(make, 100)
    seen: list[int] = []
    told: set[tuple[str, bool]] = set()

    def look() -> None:  # on the runner's own thread: nothing is missed, however busy the machine is
        seen.append(runner.latest[0].step)
        told.add((runner.status.phase, runner.status.backwards))

    runner._on_news = look
    runner.set_speed(200)
    runner.play_back()
    at(runner, 0)
    assert ("playing", True) in told
    assert seen == sorted(seen, reverse=True) and len(set(seen)) > 2
    assert not runner.status.backwards
    runner.set_speed(None)
    runner.play()  # forwards again, through what is known and beyond
    wait(runner, lambda r: r.status.newest > 120)
    runner.pause()
    wait(runner, lambda r: r.status.phase == "paused")
    assert np.array_equal(runner.latest[0].weights[0], weights_at(runner.latest[0].step))


def test_a_change_in_the_past_starts_from_there(make: Make) -> None:
    runner = begun(make)
    run = runner.latest[0].run
    runner.look_at(100)
    runner.change(learning_rate=0.25)
    wait(runner, lambda r: r.latest[0].config.learning_rate == 0.25)
    assert (runner.status.step, runner.status.newest, runner.status.past) == (100, 100, False)
    assert runner.latest[0].run > run and len(runner.news.histories[0].loss_under_mask) == 100
    runner.look_at(40)
    at(runner, 40)
    assert runner.latest[0].config.learning_rate == CONFIG.learning_rate


def test_a_branch_and_a_bookmark(make: Make) -> None:
    runner = begun(make)
    runner.look_at(100)
    runner.bookmark(100, "here it turns")
    runner.branch({"p_hidden": 0.0}, ("as it was", "p = 0"))
    wait(runner, lambda r: len(r.latest) == 2)
    runner.step(50)
    wait(runner, lambda r: r.latest[0].step == 150)
    assert runner.news.names == ("as it was", "p = 0") and runner.news.bookmarks == {100: "here it turns"}
    assert np.array_equal(runner.latest[0].weights[0], weights_at(150))
    assert not np.array_equal(runner.latest[1].weights[0], weights_at(150))


def test_memory_that_was_allowed_stays_allowed(make: Make) -> None:
    runner = begun(make)
    assert 0 < runner.status.kept <= runner.status.memory
    runner.keep_within(1 << 16)
    runner.replace(CONFIG.changed(seed=2))
    wait(runner, lambda r: r.latest[0].config.seed == 2)
    assert runner.status.memory == 1 << 16


def test_someone_may_look_on_beside_the_training(make: Make) -> None:
    """What saving a run now and then needs: a whole state, taken between two steps, of the newest step."""
    runner = begun(make)
    states: list[RunState] = []
    there = threading.Event()

    def take(run: Timeline) -> None:
        states.append(run.state())
        there.set()

    runner.look_at(100)
    at(runner, 100)
    runner.between(take)
    assert there.wait(5) and states[0].step == 600
    seen: list[int] = []
    runner.beside = lambda run: seen.append(run.present.step)
    runner.step(900)
    at(runner, 1_000)
    assert seen and seen[-1] == 1_000
    assert np.array_equal(runner.latest[0].weights[0], weights_at(1_000))
