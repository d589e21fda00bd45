"""How often each unit was on, and when new thinned networks came, against every snapshot's own masks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dropout_viz.engine import blocks
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

CONFIGS = {
    "three-lines": load_preset("three-lines"),
    "inputs too, float32": RunConfig(
        data="moons", hidden=(3, 2), p_input=0.3, p_hidden=(0.5, 0.0), batch_size=3, dtype="float32"
    ),
    "classical": RunConfig(data="moons", hidden=(7,), p_hidden=(0.35,), batch_size=2, scaling="classical"),
}


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("piece", [1, 20])
def test_counts_what_the_snapshots_show(name: str, piece: int) -> None:
    every, counted = Trainer(CONFIGS[name]), Trainer(CONFIGS[name])
    off, expected, grown, seen, rows = None, 0.0, [], set(), 0
    for step in range(1, 61):
        if step == 31:
            every.change(p_hidden=(0.4,))
            counted.change(p_hidden=(0.4,))
            if name.startswith("inputs"):
                seen = set()  # another layer drops units now
        every.advance(1)
        snapshot = every.snapshot()
        masks, p = snapshot.masks, snapshot.used.drop_probabilities
        now = [(~mask).sum(axis=0) for mask in masks]
        off = now if off is None else [a + b for a, b in zip(off, now, strict=True)]
        expected += p[1] * len(masks[0])
        rows += len(masks[0])
        before = len(seen)
        dropping = [layer for layer, chance in enumerate(p) if chance > 0]
        seen |= {tuple(masks[k][row].tobytes() for k in dropping) for row in range(len(masks[0]))}
        if len(seen) > before:
            grown.append((step, len(seen)))
        if step % piece == 0 or step == 30:
            counted.advance(step - counted.step)
    found = counted.snapshot().presence
    assert off is not None and found is not None and found.rows == rows
    for layer, counts in enumerate(off):
        np.testing.assert_array_equal(found.off[layer], counts)
        np.testing.assert_allclose(found.share_on(layer), 1 - counts / rows)
    assert found.expected[1] == pytest.approx(expected)
    series = counted.history.visited
    assert list(zip(series.steps.tolist(), series.values.tolist(), strict=True)) == grown


@pytest.mark.parametrize("name", CONFIGS)
def test_what_was_to_be_expected_is_the_exact_sum_however_training_was_cut(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_MOST", 8)  # steps that are compiled at once: few are made quickly
    rng = np.random.default_rng(len(name))
    changes = {40: (0.1,), 77: (0.7,), 78: (0.0,), 120: (0.1,)}
    whole = Trainer(CONFIGS[name])
    for at, p in changes.items():
        whole.advance(at - whole.step)
        whole.change(p_hidden=p)
    whole.advance(200 - whole.step)
    told = whole.snapshot()
    assert told.presence is not None
    examples = len(told.examples)
    under = [CONFIGS[name].p_hidden[0], 0.1, 0.7, 0.0, 0.1]
    rows = [n * examples for n in (40, 37, 1, 42, 80)]
    assert told.presence.expected[1] == float(sum(Fraction(p) * n for p, n in zip(under, rows, strict=True)))
    for _ in range(6):
        pieces = Trainer(CONFIGS[name])
        for end in sorted({200, *changes, *rng.integers(1, 200, 12).tolist()}):
            pieces.advance(end - pieces.step)
            if end in changes:
                pieces.change(p_hidden=changes[end])
            if rng.random() < 0.3:
                pieces = Trainer.from_state(pieces.state())
        found = pieces.snapshot()
        assert found.presence is not None and found.presence.expected == told.presence.expected
        assert found.phases == told.phases


def test_float32_counts_stay_exact_over_many_rows() -> None:
    config = RunConfig(data="moons", examples=3000, hidden=(4,), p_hidden=(0.3,), dtype="float32")
    trainer = Trainer(config)
    off = np.zeros(4, int)
    for _ in range(3):
        trainer.advance(1)
        off += (~trainer.snapshot().masks[1]).sum(axis=0)
    presence = trainer.snapshot().presence
    assert presence is not None
    np.testing.assert_array_equal(presence.off[1], off)


def test_phases_tell_the_probabilities_by_step() -> None:
    trainer = Trainer(CONFIGS["classical"])
    trainer.advance(5)
    trainer.change(learning_rate=0.3)
    trainer.advance(1)
    trainer.change(p_hidden=0.5)
    trainer.advance(4)
    assert [tuple(phase) for phase in trainer.snapshot().phases] == [(0, (0.0, 0.35)), (6, (0.0, 0.5))]
    trainer.change(p_input=0.1)
    assert [tuple(phase) for phase in trainer.snapshot().phases] == [(10, (0.1, 0.5))]


def test_a_batch_of_worlds_has_no_such_count() -> None:
    assert Trainer(CONFIGS["classical"].changed(worlds=2)).snapshot().presence is None
