"""Each fault against an oracle: own NumPy with the fault gives the run's numbers, without it the healthy run's."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.engine import patients, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.measured import measured
from dropout_viz.engine.patients import HEALTHY, fault_of
from dropout_viz.engine.settings import load_preset, read_toml, to_toml
from dropout_viz.engine.source import open_path
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError
from dropout_viz.labs.batch import data_of
from dropout_viz.script.write import recipe_of
from dropout_viz.views.code.view import View as CodeView

P, RATE = 0.3, 0.2
NUMBERS = {entry.key: number for number, entry in patients.patients().items()}
EVERY = sorted(NUMBERS.values())
IN_THE_STEP = ("not-scaled", "one-mask", "keep-or-drop", "no-mask-back", "wrong-sign")


def config(fault: str | None, **changed: Any) -> RunConfig:
    """Return a small run whose step can be written down: one hidden layer of a few units, plain gradient descent."""
    settings: dict[str, Any] = {"hidden": [6], "p_hidden": [P], "optimiser": "sgd", "learning_rate": RATE}
    settings |= {"activation": "sigmoid", "patient": NUMBERS.get(fault or ""), "title": "", "examples": 40}
    return load_preset("moons").changed(**{**settings, "batch_size": 10, **changed})


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def one_step(
    fault: str, weights: list[np.ndarray], biases: list[np.ndarray], x: np.ndarray, y: np.ndarray, on: np.ndarray
) -> list[np.ndarray]:
    """Return weights and biases after a step with these masks, as a textbook has it, but for one fault."""
    p = 1 - P if fault == "keep-or-drop" else P
    scale = 1.0 if fault == "not-scaled" else 1 / (1 - p)
    (w1, w2), (b1, b2) = weights, biases
    a = sigmoid(x @ w1 + b1)
    h = a * on * scale
    delta2 = sigmoid(h @ w2 + b2) - y
    delta1 = delta2 @ w2.T
    if fault == "wrong-sign":
        delta1 = delta1 * h * (1 - h)
    elif fault == "no-mask-back":
        delta1 = delta1 * a * (1 - a)
    else:
        delta1 = delta1 * on * scale * a * (1 - a)
    n = len(x)
    steps = [x.T @ delta1 / n, h.T @ delta2 / n, delta1.mean(axis=0), delta2.mean(axis=0)]
    return [old - RATE * step for old, step in zip((w1, w2, b1, b2), steps, strict=True)]


def all_on(t: Trainer, part: str, factor: float = 1.0, masks: np.random.Generator | None = None) -> float:
    """Return the loss of a trainer's network; ``factor``: on the hidden units; ``masks``: draws thinned networks."""
    now, data = t.snapshot(), t.data
    x, y = (data.x, data.y) if part == "train" else (data.x_test, data.y_test)
    assert x is not None and y is not None
    h = sigmoid(x @ now.weights[0] + now.biases[0]) * factor
    if masks is not None:
        h = h * (masks.random(h.shape) >= P) / (1 - P)
    z = h @ now.weights[1] + now.biases[1]
    return float(np.mean(np.logaddexp(0, z) - y * z))


@pytest.mark.parametrize("fault", [*IN_THE_STEP, ""])
def test_the_step_is_the_faulty_one(fault: str) -> None:
    trainer = Trainer(config(fault or None))
    other = 0.0
    for _ in range(3):
        before = trainer.snapshot()
        trainer.advance(1)
        after = trainer.snapshot()
        x, y, on = trainer.data.x[after.examples], trainer.data.y[after.examples], after.masks[1]
        given = (list(before.weights), list(before.biases), x, y, on)
        found = [*after.weights, *after.biases]
        for mine, theirs in zip(one_step(fault, *given), found, strict=True):
            np.testing.assert_allclose(theirs, mine, rtol=0, atol=1e-12)
        other += sum(np.abs(a - b).max() for a, b in zip(one_step("", *given), found, strict=True))
        assert not after.activations[1][~on].any(), "what is drawn as off was off"
    assert (other > 1e-3) == (fault in IN_THE_STEP and fault != "one-mask"), "the healthy step is another one"


def test_one_mask_is_the_same_for_all_and_p_is_confused_only_where_it_is_said() -> None:
    rows = {}
    for fault in ("one-mask", None, "keep-or-drop"):
        trainer = Trainer(config(fault))
        trainer.advance(200)
        masks = trainer.snapshot().masks[1]
        rows[fault] = len(np.unique(masks, axis=0))
        presence = trainer.snapshot().presence
        assert presence is not None
        off = float(presence.off[1].sum()) / (200 * 10 * 6)
        assert off == pytest.approx(1 - P if fault == "keep-or-drop" else P, abs=0.04)
    assert rows["one-mask"] == 1 and rows[None] > 4
    assert config("keep-or-drop", p_input=0.0).drop_probabilities == (0.0, 1 - P)
    assert config("keep-or-drop").set_probabilities == (0.0, P)
    assert config("keep-or-drop").train_scales[1] == pytest.approx(1 / P)


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_measuring_is_the_faulty_one(part: str) -> None:
    healthy, twice, left = (Trainer(config(fault)) for fault in (None, "scaled-twice", "left-on"))
    for trainer in (healthy, twice, left):
        trainer.advance(40)
        for one, other in zip(trainer.snapshot().weights, healthy.snapshot().weights, strict=True):
            assert np.array_equal(one, other), "training is as it was"
    kind = f"loss_{part}"
    last = {trainer: float(getattr(trainer.history, kind).pair()[1][-1]) for trainer in (healthy, twice, left)}
    assert last[healthy] == pytest.approx(all_on(healthy, part), abs=1e-12)
    assert last[twice] == pytest.approx(all_on(healthy, part, 1 - P), abs=1e-12)
    now = left.snapshot()
    flat = np.concatenate([np.append(w.ravel(), b) for w, b in zip(now.weights, now.biases, strict=True)])
    random = np.random.default_rng(zlib.crc32(flat.tobytes()))
    assert last[left] == pytest.approx(all_on(healthy, part, masks=random), abs=1e-12)
    assert len({last[trainer] for trainer in last}) == 3
    assert left.scores()["loss"][part] == [last[left]], "whoever measures it again finds the same"
    assert measured(left.snapshot(), left.data)[kind] == last[left]


def test_a_run_that_is_measured_at_every_step_is_measured_as_well_under_masks() -> None:
    whole, cut = (Trainer(load_preset("three-lines-exact").changed(patient=NUMBERS["left-on"])) for _ in range(2))
    whole.advance(40)
    for steps in (7, 1, 32):
        cut.advance(steps)
    curves = [trainer.history.loss_train.pair()[1] for trainer in (whole, cut)]
    assert len(curves[0]) == 41 and np.array_equal(*curves)
    assert curves[0][-1] == measured(whole.snapshot(), whole.data)["loss_train"]
    assert np.abs(np.diff(curves[0])).mean() > 1e-3, "with every unit on it is smooth"


def test_the_data_are_the_faulty_ones() -> None:
    faulty = config("leak")
    healthy = faulty.changed(patient=None)
    data, leaked = load_data(healthy), load_data(faulty)
    assert data.x_test is not None and data.y_test is not None and leaked.x_test is not None
    assert np.array_equal(leaked.x, np.append(data.x, data.x_test, axis=0))
    assert np.array_equal(leaked.y, np.append(data.y, data.y_test, axis=0))
    assert np.array_equal(leaked.x_test, data.x_test)
    assert leaked.flipped is not None and len(leaked.flipped) == len(leaked.x)
    one, other = Trainer(faulty), Trainer(healthy, leaked)
    for trainer in (one, other):
        trainer.advance(20)
    assert np.array_equal(one.snapshot().weights[0], other.snapshot().weights[0])


@pytest.mark.parametrize("patient", EVERY)
def test_a_patient_is_itself_however_it_is_cut_saved_and_opened(patient: int, tmp_path: Path) -> None:
    sick = config(None, patient=patient)
    whole, cut = Trainer(sick), Arms.of(sick)
    whole.advance(30)
    cut.advance(13)
    run_file.save(cut.state(), tmp_path / "a.safetensors")
    source = open_path(tmp_path / "a.safetensors")
    assert source.config.patient == patient and source.config.title == patients.title_of(patient)
    opened = source.open()
    opened.advance(17)
    now, then = opened.first.snapshot(), whole.snapshot()
    assert all(np.array_equal(a, b) for a, b in zip(now.weights, then.weights, strict=True))
    for kind in ("loss_under_mask", "loss_train", "loss_test"):
        mine, theirs = (getattr(t.history, kind).pair() for t in (opened.first, whole))
        assert np.array_equal(mine[0], theirs[0]) and np.array_equal(mine[1], theirs[1]), kind
    (tmp_path / "a.toml").write_text(to_toml(sick))
    assert read_toml(tmp_path / "a.toml") == sick


@pytest.mark.parametrize("patient", EVERY)
def test_no_code_and_no_lab_takes_a_patient_for_a_healthy_run(patient: int) -> None:
    sick = config(None, patient=patient)
    with pytest.raises(UserError, match=f"patient = {patient}: code is of runs without a hidden fault"):
        recipe_of(Arms.of(sick), 10)
    with pytest.raises(UserError, match=f"patient = {patient}: must be empty in a lab"):
        data_of(sick)
    assert "hidden fault" in CodeView.reason_not(sick, load_data(sick))


def test_without_the_files_of_the_faults_everything_else_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Trainer(config(None))
    before.advance(25)
    assert fault_of(None) is HEALTHY and HEALTHY.step(ops := []) is ops
    text = to_toml(config(None))
    assert "patient" not in text
    monkeypatch.setattr(patients, "patients", dict)
    after = Trainer(config(None))
    after.advance(25)
    assert all(np.array_equal(a, b) for a, b in zip(before.snapshot().weights, after.snapshot().weights, strict=True))
    assert np.array_equal(before.history.loss_test.pair()[1], after.history.loss_test.pair()[1])
    with pytest.raises(UserError, match=r"patient = 1: must be empty: there is no fault clinic"):
        config(None, patient=1)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"patient": 9}, "patient = 9: must be from 1 to 8"),
        ({"patient": "3"}, "patient"),
        ({"patient": 1, "worlds": 2}, "worlds: must be 1 in the fault clinic"),
        ({"patient": 1, "noise": "gaussian"}, "noise: must be bernoulli in the fault clinic"),
        (
            {"patient": NUMBERS["leak"], "arms": [{"name": "a"}, {"name": "b", "patient": None}]},
            "patient: must be the same in all arms",
        ),
    ],
)
def test_what_no_patient_can_be_is_refused_in_one_line(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError) as refused:
        config(None, **settings)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_healthy_arm_beside_a_patient_is_the_healthy_run() -> None:
    sick = config("one-mask")
    both = Arms.of(sick.changed(arms=[{"name": "patient"}, {"name": "healthy", "patient": None}]))
    alone = [Trainer(sick), Trainer(sick.changed(patient=None))]
    both.advance(20)
    for trainer, arm in zip(alone, both.trainers, strict=True):
        trainer.advance(20)
        assert np.array_equal(trainer.snapshot().weights[0], arm.snapshot().weights[0])


def test_the_command_line_trains_a_patient_and_says_whose_run_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "xor", "--steps", "5", "--set", "patient=5", "--json"]) == 0
    assert '"source": "xor"' in capsys.readouterr().out
