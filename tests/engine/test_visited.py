"""The count of different thinned networks, against a set of all masks that the snapshots show."""

from __future__ import annotations

import pytest

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

CONFIGS = {
    "three-lines": load_preset("three-lines").changed(p_hidden=0.1),
    "inputs too, mini-batches": RunConfig(data="moons", hidden=(3, 2), p_input=0.3, p_hidden=(0.5, 0.2), batch_size=3),
    "one layer of two": RunConfig(data="moons", hidden=(3, 6), p_hidden=(0.0, 0.4), batch_size=2),
}


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("piece", [1, 10])
def test_counts_what_the_snapshots_show(name: str, piece: int) -> None:
    config = CONFIGS[name]
    every, counted = Trainer(config), Trainer(config)
    dropping = [layer for layer, p in enumerate(config.drop_probabilities) if p > 0]
    seen: set[tuple[bytes, ...]] = set()
    for _ in range(6):
        for _ in range(piece):
            every.advance(1)
            masks = every.snapshot().masks
            seen |= {tuple(masks[k][row].tobytes() for k in dropping) for row in range(len(masks[0]))}
        counted.advance(piece)
        assert counted.snapshot().visited == len(seen)
    assert counted.snapshot().can_drop == sum(every.snapshot().sizes[k] for k in dropping)
    assert 1 < len(seen) < 2 ** counted.snapshot().can_drop


def test_a_change_of_p_goes_on_counting_and_other_layers_start_anew() -> None:
    trainer = Trainer(CONFIGS["inputs too, mini-batches"])
    trainer.advance(30)
    before = trainer.snapshot().visited
    trainer.change(p_input=0.6)
    assert trainer.snapshot().visited == before
    trainer.change(p_input=0.0)
    assert trainer.snapshot().visited == 0
    assert trainer.snapshot().can_drop == 5


def test_not_counted_where_there_are_too_many_or_none() -> None:
    for config, n in ((load_preset("digits"), 32), (load_preset("xor").changed(p_hidden=0.0), 0)):
        trainer = Trainer(config)
        trainer.advance(1)
        assert trainer.snapshot().visited is None
        assert trainer.snapshot().can_drop == n
