"""The path of a run: exact, evenly spaced, bounded, and the same however training was cut into pieces and whatever came
later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as Path_

import numpy as np
import pytest

from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.path import FEWEST, NUMBERS, ROOM, Path
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer

CONFIG = load_preset("three-lines-exact").changed(steps=2_000)


def flat(trainer: Trainer, world: int = 0) -> list[float]:
    weights, biases = trainer.parameters()
    return [v for w, b in zip(weights, biases, strict=True) for v in (*w[world].ravel(), *b[world].ravel())]


@pytest.mark.parametrize("settings", [{}, {"bias": True, "worlds": 2}, {"batch_size": 2, "hidden": (3, 5)}], ids=str)
def test_every_point_is_the_weights_at_its_step(settings: dict[str, object]) -> None:
    config = CONFIG.changed(**settings)
    trainer, again = Trainer(config), Trainer(config)
    trainer.advance(1_500)
    for world, history in enumerate(trainer.histories):
        steps, vectors = history.path.read()
        spacing = int(steps[1])
        assert steps.tolist() == list(range(0, 1_501, spacing)) and ROOM / 2 <= len(steps) <= ROOM
        if world == 0:
            for step, vector in zip(steps.tolist(), vectors, strict=True):
                again.advance(step - again.step)
                assert vector.tolist() == flat(again)
        else:
            assert vectors[0].tolist() == flat(Trainer(config), world)
            trainer.advance(int(spacing - trainer.step % spacing))
            assert history.path.read()[1][-1].tolist() == flat(trainer, world)


def test_pieces_make_no_difference() -> None:
    whole, pieces = Trainer(CONFIG), Trainer(CONFIG)
    whole.advance(997)
    rng = np.random.default_rng(0)
    while pieces.step < 997:
        pieces.advance(min(int(rng.integers(1, 90)), 997 - pieces.step))
    for one, other in zip(whole.history.path.read(), pieces.history.path.read(), strict=True):
        assert one.tolist() == other.tolist()


def test_what_a_reader_holds_never_changes() -> None:
    path = Path((2,), float, room=5)
    path.restart(np.zeros(2))
    held = []
    for step in range(1, 40):
        path.add_all(step, [np.full(2, step)])
        steps, vectors = path.read()
        assert vectors[:, 0].tolist() == steps.tolist()
        held.append((steps, steps.tolist(), vectors, vectors.tolist()))
    assert path.spacing == 8 and path.read()[0].tolist() == [0, 8, 16, 24, 32]
    for steps, steps_then, vectors, vectors_then in held:
        assert steps.tolist() == steps_then and vectors.tolist() == vectors_then


def test_seen_from_an_earlier_step_it_is_the_path_of_a_run_that_ended_there() -> None:
    for room in (5, 32, 37):
        path = Path((3,), float, room)
        path.restart(np.zeros(3))
        path.add_all(1, np.repeat(np.arange(1.0, 3_001), 3).reshape(-1, 3))
        for end in (0, 1, room - 1, room, room + 1, 100, 999, 2_999, 3_000):
            short = Path((3,), float, room)
            short.restart(np.zeros(3))
            short.add_all(1, np.repeat(np.arange(1.0, end + 1), 3).reshape(-1, 3))
            for one, other in zip(path.read(step=end), short.read(), strict=True):
                assert one.tolist() == other.tolist()
            assert len(short.read()[0]) <= room
        assert len(path.read_all()[0]) <= room * (2 + np.log2(3_000 / room) / 2)


def test_after_a_change_in_the_past_it_is_that_of_a_straight_run() -> None:
    """Of 256 points every second one is given up; a run that goes back to fewer steps has them all again."""
    straight, timeline = Arms.of(CONFIG), Timeline(Arms.of(CONFIG))
    timeline.advance(1_100)
    timeline.go(251)
    timeline.change({"learning_rate": 0.1})
    straight.advance(251)
    straight.change({"learning_rate": 0.1})
    for _ in range(3):
        for one, other in zip(
            timeline.present.histories[0].path.read(), straight.histories[0].path.read(), strict=True
        ):
            assert one.tolist() == other.tolist()
        timeline.advance(130), straight.advance(130)
    timeline.go(251)
    assert timeline.look().histories[0].path.read()[0].tolist() == list(range(252))


def test_a_run_file_of_format_2_has_fewer_points(tmp_path: Path_) -> None:
    """Its path is at steps 0, s, 2s, ... only, and it knows what was expected off, not under which probabilities."""
    run, known = Arms.of(CONFIG), Arms.of(CONFIG)
    run.advance(600), known.advance(600)
    state = run.state()
    (trainer,) = state.trainers
    core, record = dict(trainer.cores[0]), dict(trainer.records[0])
    presence = run.look().snapshots[0].presence
    assert presence is not None
    del core["tally.drawn.rows"], core["tally.drawn.p"]
    core |= {"tally.rows": np.array([presence.rows]), "tally.expected": np.array(presence.expected)}
    record |= dict(zip(("path.steps", "path.vectors"), run.histories[0].path.read(), strict=True))
    record["path.spacing"] = np.array([4])
    older = replace(state, trainers=(replace(trainer, cores=(core,), records=(record,)),))
    run_file.save(older, tmp_path / "older.safetensors")
    opened = Arms.from_state(run_file.read(tmp_path / "older.safetensors"))
    opened.advance(500), known.advance(500)
    assert opened.histories[0].path.read()[0].tolist() == known.histories[0].path.read()[0].tolist()
    assert opened.histories[0].path.until(200).read()[0].tolist() == list(range(0, 201, 4))
    found, wanted = (a.look().snapshots[0].presence for a in (opened, known))
    assert found is not None and wanted is not None
    assert found.rows == wanted.rows and np.allclose(found.expected, wanted.expected, rtol=1e-12)


def test_other_initial_weights_begin_a_new_path() -> None:
    trainer = Trainer(CONFIG)
    weights, biases = trainer.parameters()
    trainer.start_from([w + 1 for w in weights], biases)
    steps, vectors = trainer.history.path.read()
    assert steps.tolist() == [0] and vectors[0].tolist() == flat(trainer)


def test_a_run_that_diverges_ends_its_path_where_it_ends() -> None:
    config = load_preset("xor").changed(output="linear", loss="squared_error", learning_rate=50.0, activation="relu")
    trainer = Trainer(config)
    trainer.advance(5_000)
    assert trainer.stopped
    assert trainer.history.path.read()[0][-1] <= trainer.step


def test_memory_is_bounded() -> None:
    assert Path.within(NUMBERS, (NUMBERS // FEWEST + 1,), float) is None
    large = Path.within(NUMBERS, (NUMBERS // FEWEST,), float)
    assert large is not None and large.room == FEWEST
    big = Trainer(load_preset("digits").changed(hidden=(600,)))
    big.advance(3)
    assert not big.history.path.kept and len(big.history.path.read()[0]) == 0
    many = Trainer(load_preset("digits").changed(worlds=3))
    many.advance(500)
    held = sum(h.path.read()[1].size for h in many.histories)
    assert 0 < held <= NUMBERS
