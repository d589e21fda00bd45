"""A run file that was put together by hand: its checksum fits, and one part of it denies another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dropout_viz.engine import evidence, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import Mark
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.state import RunState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError
from tests.engine.test_stopping import DIVERGING

MOONS = load_preset("moons").changed(hidden=(6,), batch_size=20, examples=40)
SMALL = load_preset("three-lines").changed(seed=3)
STOPS = MOONS.changed(stop_loss=0.6, learning_rate=0.3)


def done(config: RunConfig, steps: int) -> RunState:
    run = Arms.of(config)
    while run.step < steps:
        run.advance(steps - run.step)
    return run.state()


def refused(state: RunState, path: Path) -> str:
    run_file.save(state, path)
    with pytest.raises(UserError) as caught:
        run_file.read(path)
    line = str(caught.value)
    assert line.startswith(f"{path}: holds no run that fits its own settings (") and "\n" not in line
    return line


def with_arrays(state: RunState, change: Callable[[dict[str, Any]], object]) -> RunState:
    """Return a state some of whose arrays are others."""
    one = state.trainers[0]
    core, record = dict(one.cores[0]), dict(one.records[0])
    both = {**record, **core}
    change(both)
    cores = ({name: array for name, array in both.items() if name in core},)
    records = ({name: array for name, array in both.items() if name in record},)
    return replace(state, trainers=(replace(one, cores=cores, records=records),))


def spoil(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value into the last place of an array."""

    def change(arrays: dict[str, Any]) -> None:
        arrays[name] = arrays[name].copy()
        arrays[name].flat[-1] = value

    return change


def shorten(name: str) -> Callable[[dict[str, Any]], None]:
    def change(arrays: dict[str, Any]) -> None:
        for part in ("steps", "values"):
            arrays[f"{name}.{part}"] = arrays[f"{name}.{part}"][:-1]

    return change


@pytest.mark.thinned(2)
@pytest.mark.parametrize("config", [MOONS, SMALL, STOPS, MOONS.changed(worlds=3), load_preset("digits")])
@pytest.mark.parametrize("steps", [0, 60])
def test_what_a_run_has_written_is_read(config: RunConfig, steps: int, tmp_path: Path) -> None:
    state = done(config, steps)
    run_file.save(state, tmp_path / "a.safetensors")
    assert run_file.read(tmp_path / "a.safetensors").step == steps


def test_another_seed(tmp_path: Path) -> None:
    state = done(MOONS, 60)
    other = MOONS.changed(seed=1)
    one = replace(state.trainers[0], config=other, used=(other,))
    said = refused(replace(state, config=other, first=other, trainers=(one,)), tmp_path / "a.safetensors")
    assert "seed = 1: not the one that the order of its examples was drawn with" in said


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (spoil("step", 61), "step = 61: must be 60"),
        (shorten("history.loss_under_mask"), "a loss at step 59, and none after it"),
        (spoil("history.loss_under_mask.values", 0.25), "last.loss = "),
        (spoil("diverged_at", 60), "diverged_at = 60: must be a step whose loss is no number"),
        (spoil("parameters", 0.0), "weights that are not those of the path at step 60"),
    ],
)
def test_an_array_that_others_deny(change: Callable[[dict[str, Any]], None], told: str, tmp_path: Path) -> None:
    state = done(MOONS.changed(optimiser="adam"), 60)
    assert told in refused(with_arrays(state, change), tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    ("preset", "settings", "steps"),
    [
        ("xor", {"learning_rate": 0.3, "l2": 10.0, "loss": "squared_error"}, 100),
        ("xor", {"learning_rate": 100.0, "l2": 1.0, "loss": "squared_error"}, 20),
        ("spiral", {"learning_rate": 30.0, "optimiser": "nesterov"}, 300),
        ("five-valleys", {"learning_rate": 1e6, "max_norm": 2.0, "dtype": "float32"}, 100),
    ],
)
def test_huge_weights_beside_a_small_loss_are_an_honest_run(
    preset: str, settings: dict[str, Any], steps: int, tmp_path: Path
) -> None:
    run_file.save(done(load_preset(preset).changed(**settings), steps), tmp_path / "a.safetensors")
    assert run_file.read(tmp_path / "a.safetensors").step == steps


@pytest.mark.parametrize("steps", [0, 20, 100])
def test_a_loss_that_was_measured_under_the_settings_before_a_change(steps: int, tmp_path: Path) -> None:
    """At this very step p is changed, by which classical scaling measures."""
    run = Arms.of(load_preset("five-valleys").changed(scaling="classical"))
    run.advance(steps)
    run.change({"p_hidden": 0.2})
    run_file.save(run.state(), tmp_path / "a.safetensors")
    assert run_file.read(tmp_path / "a.safetensors").step == steps


@pytest.mark.thinned(2)
@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("name", DIVERGING)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_that_diverges_is_read_at_every_step(name: str, optimiser: str, dtype: str, tmp_path: Path) -> None:
    run = Arms.of(DIVERGING[name].changed(optimiser=optimiser, dtype=dtype, examples=None))
    for _ in range(30):
        run.advance(1)
        evidence.check(run.state())
    run_file.save(run.state(), tmp_path / "a.safetensors")
    assert run_file.read(tmp_path / "a.safetensors").step == 30


def test_marks_are_those_of_the_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    way = Timeline(Arms.of(MOONS))
    way.advance(20)
    way.change({"learning_rate": 0.03})
    way.change({"learning_rate": 0.03})  # leaves no mark
    way.advance(20)
    way.branch({"p_hidden": 0.3}, ("one", "two"))
    way.change({"p_hidden": 0.1})
    way.advance(20)
    state = way.state()
    run_file.save(state, path)
    known = [one.marks for one in state.trainers]
    assert [one.marks for one in run_file.read(path).trainers] == known and [len(marks) for marks in known] == [2, 2]
    first, second = state.trainers
    for marks in (
        (),
        first.marks[:1],
        (*first.marks, Mark(50, "rate 1", ("learning_rate = 1.0",))),
        (replace(first.marks[0], step=19), first.marks[1]),
        (replace(first.marks[0], changes=("learning_rate = 0.04",)), first.marks[1]),
    ):
        said = refused(replace(state, trainers=(replace(first, marks=tuple(marks)), second)), path)
        assert "marks of trainer 1 that no change has left; must be those of steps 20, 40" in said
    words = replace(first.marks[0], text="everything was doubled")
    run_file.save(replace(state, trainers=(replace(first, marks=(words, first.marks[1])), second)), path)
    assert run_file.read(path).trainers[0].marks == first.marks  # in words of its own
