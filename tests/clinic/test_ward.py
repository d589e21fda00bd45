"""What the clinic tells: its numbers are the run's, and what owners report is so."""

from __future__ import annotations

import ast
from functools import cache

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.truths import truth
from dropout_viz.clinic.examined import Examined
from dropout_viz.clinic.ward import VIEWS, Patient, ward
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
    return next(step for step in ward().steps if step.fault == fault).examine(frame(fault), truth).told


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
        assert list(entries)[step.right] == step.fault
        assert (*step.views, *step.behind) == VIEWS and step.views[0] == "loss", "the same for all"
        assert step.view in ("loss", step.front), "what shows it can be seen"
        alike = [other for other in ward().steps if other.front == step.front]
        assert len({other.fault for other in alike}) > 1, "which view is in front does not tell the fault"
        assert step.predict.explained == tuple(entry.facts["MEANS"] for entry in entries.values())
        config = ward().config(at)
        assert config.patient == step.number == at + 1 and step.fault not in config.title + config.about
        for name, (wrong, right) in step.code.items():
            assert wrong != right and max(map(len, (wrong, right))) <= 100, name
            for line in (wrong, right):
                ast.parse(f"def some():\n    {line}")
        assert step.hint.startswith(f"Look at {registry.entries('views')[step.view].title}")
        if step.asked:
            question, answer = step.asked
            assert question.endswith("?") and answer.count(". ") <= 1, "an answer has two sentences"


@pytest.mark.parametrize("steps", [12, pytest.param(None, marks=pytest.mark.slow)])
@pytest.mark.parametrize("step", ward().steps, ids=lambda step: step.fault)
def test_of_all_diagnoses_only_the_right_one_has_a_trace(step: Patient, steps: int | None) -> None:
    run = Arms.of(ward().config(step.number - 1))
    run.advance(steps or step.run_to)
    now = Frame.of(run.look())
    signs = [entry.load().trace(Examined(now)) for entry in registry.entries("clinic").values()]
    assert [sign.there for sign in signs] == [at == step.right for at in range(len(signs))]
    views = [entry.title for entry in registry.entries("views").values()]
    for at, sign in enumerate(signs):
        assert any(sign.seen.startswith((f"{view}: ", f"{view}, taking step")) for view in views)
        if at not in (step.right, step.right - 1):
            continue  # it says of each what its trace is
        told = step.objection(now, at)
        assert told == f"{'It may look so' if at == step.right else 'Against it'}, in {sign.seen} {step.hint}"
    assert step.objection(None, 0) == step.hint, "of a run that was changed nothing is computed"


def early(fault: str, steps: int) -> tuple[Frame, str]:
    """Return what is on show of a patient after so many steps, and what is told of it when it is found then."""
    step = next(step for step in ward().steps if step.fault == fault)
    run = Arms.of(ward().config(step.number - 1))
    run.advance(steps)
    now = Frame.of(run.look())
    return now, step.examine(now, truth).told


@pytest.mark.parametrize("fault", [step.fault for step in ward().steps])
def test_who_finds_it_before_the_first_step_is_told_of_no_step(fault: str) -> None:
    assert early(fault, 0)[1].endswith("”. No step was made yet; the views show it once the run has gone on.")


@pytest.mark.parametrize("steps", [1, 30, 399, 400])
def test_jumps_of_the_loss_are_told_of_as_many_steps_as_there_are(steps: int) -> None:
    now, said = early("one-mask", steps)
    assert f"of step {steps} met 1 thinned network, and 32 without" in said
    assert ("look again at step 400" in said) == (steps < 400) == ("over the last 200 steps" not in said)
    if steps == 400:
        well = Trainer(now.snapshot.config.changed(patient=None))
        well.advance(steps)
        ill, sound = (float(np.std(h.loss_under_mask.pair()[1][-200:])) for h in (now.history, well.history))
        assert ill > 1.5 * sound and all(figure(jump, 3) in said for jump in (ill, sound)), (
            "it is the ill one that jumps"
        )


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        (1, "1 of 12 slopes of units that are on is below 0, the least −0.00218: there an activation lies above"),
        (
            28,
            "0 of 13 slopes of units that are on are below 0, since in this step no unit that is on has an activation",
        ),
    ],
)
def test_slopes_below_0_are_told_as_many_as_they_are(steps: int, seen: str) -> None:
    now, said = early("wrong-sign", steps)
    step = Examined(now).next_step
    on, h = step.final("m1") != 0, step.final("h1")
    assert int((h[on] > 1).sum()) == int(seen[0]), "a slope h (1 − h) is below 0 where h is above 1"
    assert seen in said


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
    for part in ("train", "test"):
        assert all(figure(last(fault, f"loss_{part}", ill=ill), 3) in told(fault) for ill in (True, False))
