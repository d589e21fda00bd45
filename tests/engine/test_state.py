"""A trainer that takes over another's state goes on bit for bit as if nothing had happened."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer, load_data
from tests.engine.test_trainer import CONFIGS, MOONS, flat

DIGITS = load_preset("digits").changed(examples=96)
ALL = {
    **CONFIGS,
    "arms": MOONS.changed(worlds=2, arms=COMPARISON),
    "arms of two sizes": load_preset("xor").changed(arms=({}, {"hidden": (3,)})),
    "one after another": DIGITS.changed(worlds=2),
    "momentum, decay": MOONS.changed(
        optimiser="momentum",
        momentum_start=0.5,
        momentum_ramp=90,
        learning_rate_decay=0.9,
        learning_rate=0.1,
        l2=1e-3,
        max_norm=2.0,
    ),
    "digits": DIGITS,
    "classical float32": DIGITS.changed(scaling="classical", optimiser="nesterov", learning_rate=0.05),
    "a large net": DIGITS.changed(hidden=(200, 150), p_input=0.2),
    "gaussian": MOONS.changed(noise="gaussian", p_input=0.1, worlds=3),
    "gaussian, a world": DIGITS.changed(noise="gaussian"),
    "gaussian convolutions": DIGITS.changed(maps=(2,), hidden=(8,), batch_size=8, p_input=0.1, noise="gaussian"),
    "convolutions": DIGITS.changed(maps=(2,), hidden=(8,), batch_size=8, p_input=0.1),
}
pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")


@cache
def data_of(name: str) -> DataSet:
    """The data of one of these runs."""
    return load_data(ALL[name])


def same(one: Trainer, other: Trainer) -> None:
    """Assert that two trainers are in the same state, random streams included, and have recorded the same."""
    assert one.step == other.step and one.config == other.config
    for mine, yours in zip(one._compiled_runs, other._compiled_runs, strict=True):
        assert np.array_equal(mine.parameters, yours.parameters)
    for world in range(one.worlds):
        for kind in one.history.KINDS:
            mine, yours = (getattr(t.histories[world], kind).pair() for t in (one, other))
            assert np.array_equal(mine[0], yours[0]), kind
            assert np.allclose(mine[1], yours[1], rtol=1e-12, atol=1e-15), kind
        for mine, yours in zip(one.histories[world].path.read(), other.histories[world].path.read(), strict=True):
            assert np.array_equal(mine, yours)
    assert one.history.marks == other.history.marks
    same_snapshot(one, other)


def same_snapshot(one: Trainer, other: Trainer) -> None:
    for world in range(one.worlds):
        mine, yours = one.snapshot(world), other.snapshot(world)
        for name in ("step", "config", "used", "visited", "can_drop", "loss_under_mask"):
            assert getattr(mine, name) == getattr(yours, name) or mine.step == 0, name
        for name in ("weights", "biases", "masks", "factors", "activations"):
            for a, b in zip(getattr(mine, name), getattr(yours, name), strict=True):
                assert np.array_equal(a, b), name
        assert np.array_equal(mine.examples, yours.examples)
        if mine.maps is not None and yours.maps is not None:
            assert np.array_equal(mine.maps.pixels_on, yours.maps.pixels_on)
            assert all(np.array_equal(a, b) for a, b in zip(mine.maps.maps, yours.maps.maps, strict=True))


@pytest.mark.thinned(3)
@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("at", [0, 1, 45])
def test_going_on_from_a_state_is_as_never_having_stopped(name: str, at: int) -> None:
    """From steps 0 and 45, or from step 1: by turns of the runs; `-m slow` has the others."""
    config, data = ALL[name], data_of(name)
    through, stopped = Trainer(config, data), Trainer(config, data)
    through.advance(at), stopped.advance(at)
    other = Trainer.from_state(stopped.state(), data)
    same(through, other)
    through.advance(20), other.advance(20)
    same(through, other)


@settings(max_examples=4, deadline=None)
@given(
    name=st.sampled_from(["published", "exact", "mini-batches", "worlds"]),
    cuts=st.lists(st.tuples(st.integers(0, 90), st.sampled_from([None, 0.0, 0.1, 0.55])), min_size=1, max_size=5),
)
def test_it_may_be_done_again_and_again_with_live_changes_between(
    name: str, cuts: list[tuple[int, float | None]]
) -> None:
    config, data = ALL[name], data_of(name)
    through, stopped = Trainer(config, data), Trainer(config, data)
    for steps, p in cuts:
        for trainer in (through, stopped):
            trainer.advance(steps)
            if p is not None:
                trainer.change(p_hidden=p, learning_rate=config.learning_rate / 2)
        stopped = Trainer.from_state(stopped.state(), data)
    same(through, stopped)
    through.advance(40), stopped.advance(40)
    same(through, stopped)


@pytest.mark.parametrize("name", ["published", "mini-batches", "digits", "arms"])
def test_a_repeating_trainer_is_put_at_any_step_in_place(name: str) -> None:
    """Without curves, over and over, forwards and backwards: what going back in time does."""
    config, data = ALL[name], data_of(name)
    run, again = Trainer(config, data), Trainer(config, data, recording=False)
    states, snapshots = {}, {}
    for step in range(0, 90, 15):
        states[step] = run.state(whole=False)
        run.advance(1)
        snapshots[step + 1] = run.snapshot()
        run.advance(14)
        if step == 45:
            run.change(p_hidden=0.4)
    for step in (75, 15, 30, 0, 60, 75):
        again.restore(states[step])
        again.advance(1)
        found, wanted = again.snapshot(), snapshots[step + 1]
        assert found.config == wanted.config and found.loss_under_mask == wanted.loss_under_mask
        for part in ("weights", "masks", "activations"):
            assert all(np.array_equal(a, b) for a, b in zip(getattr(found, part), getattr(wanted, part), strict=True))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", ["published", "mini-batches", "digits", "convolutions"])
@pytest.mark.parametrize("at", [10, 61])
def test_a_record_is_cut_at_an_earlier_step(name: str, at: int) -> None:
    """Going on from a step that lies behind, with the curves until there, gives the same run again."""
    config, data = ALL[name], data_of(name)
    run = Trainer(config, data)
    run.advance(at)
    early = run.state()
    run.advance(70)
    other = Trainer.from_state(early.with_record(run.state()), data)
    assert all(
        len(getattr(other.history, kind)) == 0 or getattr(other.history, kind).steps[-1] <= at
        for kind in other.history.KINDS
    )
    other.advance(70)
    for kind in other.history.KINDS:
        mine, yours = (getattr(t.history, kind).pair() for t in (run, other))
        assert np.array_equal(mine[0], yours[0]) and np.allclose(mine[1], yours[1], rtol=1e-12, atol=1e-15)
    assert np.array_equal(flat(run), flat(other))


def test_what_does_not_fit_is_refused_in_a_line() -> None:
    run = Trainer(MOONS)
    run.advance(30)
    state = run.state()
    core, record = dict(state.cores[0]), dict(state.records[0])
    spoilt = {
        "parameters": core["parameters"][1:],
        "optimiser.m": core["optimiser.m"].astype(np.float32),
        "order.rows": core["order.rows"] + 100,
        "order.generator": core["order.generator"][:, :5],
        "masks.1.drawn": core["masks.1.drawn"][:, :, 1:],
        "step": np.array([-3]),
    }
    for name, array in spoilt.items():
        with pytest.raises(ValueError, match=name.rsplit(".", 1)[-1]):
            Trainer(MOONS).restore(replace(state, cores=({**core, name: array},)))
    wrong = {
        "history.loss_train.steps": record["history.loss_train.steps"][::-1],
        "path.steps": record["path.steps"] + 1,
        "last.examples": record["last.examples"] - 60,
        "last.masks.0": record["last.masks.0"][:, :, 1:],
    }
    for name, array in wrong.items():
        with pytest.raises(ValueError, match=name.split(".", 1)[0]):
            Trainer(MOONS).restore(replace(state, records=({**record, name: array},)))
