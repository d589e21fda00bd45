"""Steps that another process carries out are the same ones, bit for bit; where it ends, the run goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.engine import step_process, worker
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.step_process import StepProcess
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.memory import SharedMemory
from tests.engine.conftest import Make, wait

pytestmark = [
    pytest.mark.skipif(not SharedMemory.possible(), reason="this system has no memory that is shared by its files"),
    pytest.mark.usefixtures("one_matrix_thread"),
]
LINES, MOONS = load_preset("three-lines"), load_preset("moons").changed(examples=40, batch_size=7)
DIGITS = load_preset("digits")
CONFIGS = {
    "as published": LINES,
    "inputs drop too": LINES.changed(rule="exact", hidden=(3,), p_input=0.3, batch_size=2, bias=True),
    "Adam, mini-batches, float32": DIGITS,
    "momentum, L2, a limit": MOONS.changed(optimiser="momentum", momentum_ramp=20, l2=1e-3, max_norm=2.0),
    "Gaussian dropout": MOONS.changed(noise="gaussian"),
    "worlds, side by side": MOONS.changed(worlds=3),
    "worlds of larger nets": DIGITS.changed(worlds=2),
    "arms": MOONS.changed(hidden=(3,), arms=({"name": "a", "learning_rate": 0.02}, {"name": "b", "p_hidden": 0.1})),
    "a patient": MOONS.changed(patient=3),
    "a large net": DIGITS.changed(hidden=(300, 300), batch_size=64),
    "maps": DIGITS.changed(maps=(4,), hidden=(20,)),
}


@pytest.fixture
def helper() -> Iterator[StepProcess]:
    """One that a test may end."""
    made = StepProcess()
    yield made
    made.close()


@pytest.fixture(scope="module")
def long_lived() -> Iterator[StepProcess]:
    made = StepProcess()
    yield made
    made.close()


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.002)


def move(run: Arms, helper: StepProcess) -> None:
    """Have a run's steps carried out by the helper, all of them."""
    run.move(helper.program)
    until(lambda: all(trainer.elsewhere for trainer in run.trainers))


def same(one: Arms, other: Arms) -> None:
    """What is drawn ahead may differ, and how far; nothing else."""
    for a, b in zip(one.state().trainers, other.state().trainers, strict=True):
        for mine, theirs in zip((*a.cores, *a.records), (*b.cores, *b.records), strict=True):
            for name in mine:
                if not name.startswith(("masks.", "order.")):
                    np.testing.assert_array_equal(mine[name], theirs[name], err_msg=name)


@pytest.mark.thinned(3)
@pytest.mark.parametrize("name", CONFIGS)
def test_steps_done_elsewhere_are_the_same_however_they_are_cut(
    name: str, long_lived: StepProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_process, "_WORTH", 0.0)  # single steps too
    config, chance = CONFIGS[name], random.Random(name)
    here, there = Arms.of(config), Arms.of(config)
    for run in (here, there):
        run.advance(5)
    move(there, long_lived)
    begun = long_lived.seconds
    for round_ in range(3):
        for steps in chance.choices((1, 2, 7, 30), k=4):
            steps = min(steps, 2) if config.hidden == (300, 300) or config.maps else steps
            there.advance(steps)
            here.advance(steps)
        same(here, there)
        change = {"learning_rate": 0.01 * (round_ + 1), "p_hidden": (0.3,) * len(config.hidden)}
        for run in (here, there):
            run.change(change)
        until(lambda: all(trainer.elsewhere for trainer in there.trainers))  # the change compiled it anew
    assert long_lived.seconds > begun


def test_examples_too_large_to_copy_are_fetched_here(helper: StepProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_process, "_TABLES", 0)
    config = CONFIGS["a large net"]
    here, there = Arms.of(config), Arms.of(config)
    move(there, helper)
    for run in (here, there):
        run.advance(4)
    same(here, there)
    small = Arms.of(MOONS)
    small.move(helper.program)  # its blocks have many steps, each with examples of its own
    assert not small.first.elsewhere


def test_what_cannot_go_there_stays_here(helper: StepProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = Arms.of(LINES), Arms.of(LINES)
    monkeypatch.setattr(step_process, "LONGEST", 10)
    run.move(helper.program)
    assert not run.first.elsewhere
    monkeypatch.undo()
    monkeypatch.setattr(SharedMemory, "_next_block", _no_memory)
    run.move(helper.program)
    assert not run.first.elsewhere
    for one in (run, other):
        one.advance(100)
    same(run, other)


def _no_memory(memory: SharedMemory, length: int) -> None:
    raise OSError("none left")


def test_without_a_processor_of_its_own_it_rests_and_tries_again(
    helper: StepProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_process, "_LOOK", 0.0)
    here, there = Arms.of(MOONS), Arms.of(MOONS)
    move(there, helper)
    monkeypatch.setattr(step_process, "_ENOUGH", 2.0)  # nobody has two
    there.advance(50)
    assert not there.first.elsewhere
    there.advance(50)
    monkeypatch.setattr(step_process, "_ENOUGH", 0.0)
    helper._rests = 0.0  # some time has gone by
    assert there.first.elsewhere
    done = helper.seconds
    there.advance(50)
    assert helper.seconds > done and there.first.elsewhere
    here.advance(150)
    same(here, there)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", ["Adam, mini-batches, float32", "momentum, L2, a limit", "a large net", "maps"])
def test_when_it_is_killed_in_the_middle_the_steps_are_done_here_and_stay_the_same(
    name: str, helper: StepProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_process, "_WORTH", 0.0)
    here, there = Arms.of(CONFIGS[name]), Arms.of(CONFIGS[name])
    move(there, helper)
    there.advance(3)
    assert helper._process is not None
    killed: list[int] = []
    helper._hear = _killing(helper, helper._process.pid, killed)  # type: ignore[method-assign]
    for _ in range(3):
        there.advance(3)
    here.advance(12)
    assert killed and not there.first.elsewhere
    same(here, there)


def _killing(helper: StepProcess, pid: int, killed: list[int]) -> Callable[..., bytes]:
    hear = helper._hear

    def kill_and_hear(*, wait: bool) -> bytes:
        if wait:
            time.sleep(0.001)  # it has begun
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
        return hear(wait=wait)

    return kill_and_hear


def test_one_that_does_not_answer_is_ended(helper: StepProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(step_process, "_WORTH", 0.0)
    monkeypatch.setattr(step_process, "_PATIENCE", 0.2)
    monkeypatch.setattr(step_process, "_UNKNOWN", 0.01)
    config = CONFIGS["a large net"]
    here, there = Arms.of(config), Arms.of(config)
    there.advance(1)
    move(there, helper)
    assert helper._process is not None
    process = helper._process
    os.kill(process.pid, signal.SIGSTOP)
    there.advance(4)
    here.advance(5)
    assert process.poll() is not None and not there.first.elsewhere
    same(here, there)


def test_a_runner_has_long_runs_carried_out_elsewhere_and_goes_back_as_ever(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_A_WHILE", 0.0)
    helper, config = StepProcess(), MOONS.changed(steps=10**6)
    runner = make(Trainer(config), helper=helper)
    runner.set_speed(None)
    runner.play()
    wait(runner, lambda r: helper.seconds > 0.02)
    runner.change(learning_rate=0.001)
    changed = wait(runner, lambda r: r.latest[0].config.learning_rate == 0.001).news.changes[-1].step
    runner.pause()
    wait(runner, lambda r: r.status.phase == "paused")
    last = runner.latest[0]
    straight = Trainer(config)
    straight.advance(changed)
    straight.change(learning_rate=0.001)
    straight.advance(last.step - changed)
    np.testing.assert_array_equal(last.weights[0], straight.snapshot().weights[0])
    runner.look_at(changed)
    then = wait(runner, lambda r: r.latest[0].step == changed).latest[0]
    before = Trainer(config)
    before.advance(changed)
    np.testing.assert_array_equal(then.weights[0], before.snapshot().weights[0])


def test_a_runner_whose_helper_is_killed_goes_on(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_A_WHILE", 0.0)
    helper, config = StepProcess(), CONFIGS["a large net"].changed(steps=10**6)
    runner = make(Trainer(config), helper=helper)
    runner.set_speed(None)
    runner.play()
    wait(runner, lambda r: helper.seconds > 0.05)
    assert helper._process is not None
    helper._process.kill()
    step = runner.latest[0].step
    wait(runner, lambda r: r.latest[0].step > step + 3)
    runner.pause()
    last = wait(runner, lambda r: r.status.phase == "paused").latest[0]
    straight = Trainer(config)
    straight.advance(last.step)
    np.testing.assert_array_equal(last.weights[0], straight.snapshot().weights[0])


def test_another_is_begun_some_time_after_one_was_killed_and_not_for_ever(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever carried out which steps, they are the same."""
    monkeypatch.setattr(worker, "_A_WHILE", 0.0)
    monkeypatch.setattr(step_process, "_AGAIN", 0.05)
    helper, config = StepProcess(), CONFIGS["a large net"].changed(steps=10**6)
    runner = make(Trainer(config), helper=helper)
    runner.set_speed(None)
    runner.play()
    pids: set[int] = set()
    for killed in range(step_process._TIMES + 1):
        done = helper.seconds
        wait(runner, lambda r, done=done: helper.seconds > done + 0.02)
        process = helper._process
        assert process is not None and process.pid not in pids and helper.lost == killed
        pids.add(process.pid)
        process.kill()
        wait(runner, lambda r, killed=killed: helper.lost == killed + 1)
    helper._again = 0.0  # however long one waits
    step = runner.latest[0].step
    wait(runner, lambda r: r.latest[0].step > step + 3)
    assert helper._process is None and not helper.may_begin
    runner.pause()
    last = wait(runner, lambda r: r.status.phase == "paused").latest[0]
    straight = Trainer(config)
    straight.advance(last.step)
    np.testing.assert_array_equal(last.weights[0], straight.snapshot().weights[0])


def test_one_that_has_ended_lately_is_not_begun_for_another_run(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_A_WHILE", 0.0)
    helper, config = StepProcess(), CONFIGS["a large net"].changed(steps=10**6)
    runner = make(Trainer(config), helper=helper)
    runner.set_speed(None)
    runner.play()
    wait(runner, lambda r: helper.seconds > 0.02)
    assert helper._process is not None
    helper._process.kill()
    wait(runner, lambda r: helper.lost == 1)
    run = runner.latest[0].run
    runner.replace(config.changed(seed=3))
    wait(runner, lambda r: r.latest[0].run != run and r.latest[0].step > 3)
    assert helper._process is None
    helper._again = 0.0  # the while is over
    done = helper.seconds
    wait(runner, lambda r: helper.seconds > done)


def test_nothing_is_left_of_it(helper: StepProcess) -> None:
    files = Path("/proc/self/fd")
    before = len(list(files.iterdir()))
    for _ in range(3):
        run = Arms.of(LINES)
        move(run, helper)
        run.advance(50)
    assert len(list(files.iterdir())) == before + 2  # its line, and the block of the run that is left
    assert helper._process is not None
    pid = helper._process.pid
    helper.close()
    assert not Path(f"/proc/{pid}").exists() and len(list(files.iterdir())) == before + 1
    run.advance(10)  # and the run goes on


def test_it_ends_with_the_process_that_asked_however_that_ends() -> None:
    code = """
import sys, time
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.step_process import StepProcess
run, helper = Arms.of(load_preset("three-lines")), StepProcess()
run.move(helper.program)
print(helper._process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        pid = int(asking.stdout.readline())
        asking.kill()
    until(lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())


@pytest.mark.slow
def test_closing_waits_for_no_step_that_takes_longer(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_A_WHILE", 0.0)
    helper = StepProcess()
    runner = make(Trainer(CONFIGS["a large net"].changed(steps=10**6)), helper=helper)
    runner.set_speed(None)
    runner.play()
    wait(runner, lambda r: helper.seconds > 0.05)
    assert helper._process is not None
    os.kill(helper._process.pid, signal.SIGSTOP)
    runner.close(timeout=0.2)
    until(lambda: runner.status.phase == "closed")
