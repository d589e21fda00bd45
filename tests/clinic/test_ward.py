"""What the clinic tells: its numbers are the run's, and what owners report is so."""

from __future__ import annotations

import ast
from functools import cache

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.analysis.thinned import network_of
from dropout_viz.clinic.ward import VIEWS, ward
from dropout_viz.data.load import load
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import measured
from dropout_viz.engine.patients import patients
from dropout_viz.engine.trainer import Trainer
from dropout_viz.words import figure


@cache
def frame(fault: str) -> Frame:
    """Return what is on show of a patient when its owner asks."""
    at = next(at for at, step in enumerate(ward().steps) if step.fault == fault)
    run = Arms.of(ward().config(at))
    run.advance(ward().steps[at].run_to)
    return Frame.of(run.look())


@cache
def healthy(fault: str) -> Trainer:
    trainer = Trainer(frame(fault).snapshot.config.changed(patient=None))
    trainer.advance(frame(fault).snapshot.step)
    return trainer


def told(fault: str) -> str:
    return next(step for step in ward().steps if step.fault == fault).examine(frame(fault)).told


def last(fault: str, kind: str, *, ill: bool = True) -> float:
    """Return what is measured at the step on show, of the patient or of the healthy run."""
    now = frame(fault).snapshot if ill else healthy(fault).snapshot()
    return measured(now, frame(fault).data if ill else healthy(fault).data)[kind]


def wander(values: np.ndarray) -> float:
    """Return by how much a curve bends from one measurement to the next, on average, over its last half."""
    return float(np.abs(np.diff(values[len(values) // 2 :], 2)).mean())


def test_the_files_of_the_faults_make_the_clinic() -> None:
    entries = registry.entries("clinic")
    assert len(entries) == 8 == len(ward().steps)
    assert list(patients()) == list(range(1, 9))
    assert [step.fault for step in ward().steps] != list(entries), "patients come in another order than the diagnoses"
    for at, step in enumerate(ward().steps):
        assert list(entries)[step.right] == step.fault and step.views == VIEWS
        config = ward().config(at)
        assert config.patient == step.number == at + 1 and step.fault not in config.title + config.about
        for name, (wrong, right) in step.code.items():
            assert wrong != right and max(map(len, (wrong, right))) <= 100, name
            for line in (wrong, right):
                ast.parse(f"def some():\n    {line}")
        hint = step.hint.removeprefix("Look at ")
        assert any(hint.startswith(registry.entries("views")[view].title) for view in VIEWS)
        if step.asked:
            question, answer = step.asked
            assert question.endswith("?") and answer.count(". ") <= 1, "an answer has two sentences"


@pytest.mark.slow
def test_what_owners_report_is_so_and_what_is_told_is_the_runs_own() -> None:
    fault = "keep-or-drop"
    curve = frame(fault).history.loss_train.pair()[1]
    assert curve[0] - curve[-1] > 10 * abs(curve[len(curve) // 10] - curve[-1]), "it hardly falls after a few steps"
    off = 1 - frame(fault).snapshot.masks[1].mean()
    assert f"{100 * off:.0f} % of the hidden units" in told(fault) and "20 % were to be" in told(fault)
    assert figure(last(fault, "loss_train"), 3) in told(fault)

    fault = "left-on"
    ours, theirs = (h.loss_test.pair()[1] for h in (frame(fault).history, healthy(fault).history))
    assert wander(ours) > 2 * wander(theirs) and last(fault, "loss_test") > last(fault, "loss_test", ill=False)
    assert figure(healthy(fault).scores()["loss"]["test"][0], 3) in told(fault)  # type: ignore[index]

    fault = "leak"
    network, digits = network_of(frame(fault).snapshot), load("digits")
    new = (network.outputs(digits.x[200:]).argmax(axis=1) == digits.y[200:].argmax(axis=1)).mean()
    assert last(fault, "accuracy_test") > 0.98 > new and f"{100 * new:.1f} %" in told(fault)
    assert abs(last(fault, "loss_test") - last(fault, "loss_train")) < 0.02
    assert last(fault, "loss_test", ill=False) > 5 * last(fault, "loss_train", ill=False)

    fault = "scaled-twice"
    assert last(fault, "accuracy_test") == pytest.approx(last(fault, "accuracy_test", ill=False), abs=0.01)
    assert last(fault, "loss_train") > 3 * last(fault, "loss_train", ill=False) and "0.50 times" in told(fault)

    fault = "no-mask-back"
    assert last(fault, "loss_train") > 2 * last(fault, "loss_train", ill=False)

    fault = "one-mask"
    jumps = [float(np.std(h.loss_under_mask.pair()[1][-200:])) for h in (frame(fault).history, healthy(fault).history)]
    assert jumps[0] > 1.5 * jumps[1] and all(figure(jump, 3) in told(fault) for jump in jumps)
    assert "met 1 thinned network, and 32 without" in told(fault)

    fault = "wrong-sign"
    largest = [float(np.abs(one.weights[0]).max()) for one in (frame(fault).snapshot, healthy(fault).snapshot())]
    assert largest[0] > 5 * largest[1] and all(figure(value, 3) in told(fault) for value in largest)
    assert last(fault, "loss_train") > 5 * last(fault, "loss_train", ill=False)

    fault = "not-scaled"
    masked = frame(fault).history.loss_under_mask.pair()[1][-200:].mean()
    assert last(fault, "loss_train") > 1.1 * masked and last(fault, "loss_train", ill=False) < masked
    assert "2.0" in told(fault)
