"""Live changes of a run: at that step, noted, and without a trace in the draws."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine.state import Change, shared_changes
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from tests.engine.test_trainer import CONFIGS, MOONS, flat

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("at", [0, 1, 37, 48])
def test_a_change_in_mid_run_takes_effect_at_that_step(name: str, at: int) -> None:
    """Changing a rate to itself by way of another one leaves no trace; a real change does, and is noted."""
    plain, detour = Trainer(CONFIGS[name]), Trainer(CONFIGS[name])
    plain.advance(at + 60), detour.advance(at)
    rate = detour.config.learning_rate
    detour.change(learning_rate=rate / 3, p_hidden=(0.1,))
    detour.change(learning_rate=rate, p_hidden=CONFIGS[name].p_hidden)
    assert detour.snapshot().step == at
    detour.advance(60)
    assert np.array_equal(flat(plain), flat(detour))
    assert [m.step for m in detour.history.marks] == [at, at]
    detour.change(p_hidden=0.0)
    detour.advance(5), plain.advance(5)
    assert not np.array_equal(flat(plain), flat(detour))


def test_only_live_settings_change() -> None:
    trainer = Trainer(MOONS)
    with pytest.raises(UserError, match="hidden: cannot change during a run"):
        trainer.change(hidden=(3,))
    with pytest.raises(UserError, match="p_hidden = "):
        trainer.change(p_hidden=1.0)
    assert trainer.config == MOONS and not trainer.history.marks


def test_a_snapshot_tells_what_its_step_used_and_what_the_next_will() -> None:
    trainer = Trainer(CONFIGS["exact"])
    trainer.advance(3)
    trainer.change(p_hidden=0.6)
    between = trainer.snapshot()
    assert between.used.p_hidden == (0.2,)
    assert between.config.p_hidden == (0.6,)
    trainer.advance(1)
    assert trainer.snapshot().used.p_hidden == (0.6,)
    assert trainer.history.marks[0].text == "drop probability, hidden 0.6"


@pytest.mark.parametrize("name", ["published", "exact", "mini-batches"])
def test_a_layer_that_drops_nothing_for_a_while_does_not_shift_the_draws(name: str) -> None:
    """Step s has the same draws whatever p was before it."""
    plain, detour = Trainer(CONFIGS[name]), Trainer(CONFIGS[name])
    plain.advance(200)
    p = detour.config.p_hidden
    detour.advance(20)
    detour.change(p_hidden=0.0)
    detour.advance(170)
    detour.change(p_hidden=p)
    detour.advance(10)
    for one, other in zip(plain.snapshot().masks, detour.snapshot().masks, strict=True):
        assert np.array_equal(one, other)


def test_what_two_runs_have_in_common_ends_where_they_first_differ() -> None:
    a, b, c = (Change(step, {"learning_rate": step / 100}) for step in (3, 7, 9))
    assert shared_changes([a, b, c], [a, b, c]) == 3
    assert shared_changes([a, b], [a, b, c]) == shared_changes([a, b, c], [a, b]) == 2
    assert shared_changes([a, c, b], [a, b, b]) == 1, "what is alike again further on is not"
    assert shared_changes([], [a]) == shared_changes([b], [a]) == 0
