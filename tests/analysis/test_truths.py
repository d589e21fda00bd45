"""What came of a run, against what the run itself says by another way."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.truths import RISES, STATIONS, score, truth
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import measured
from dropout_viz.engine.prediction import CHOICES, CURVES, NUMBERS, UNIT, Prediction
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError


def frame(config: RunConfig, steps: int) -> Frame:
    run = Arms.of(config)
    run.advance(steps)
    return Frame.of(run.look())


def asking(kind: str, measure: str, **more: object) -> Prediction:
    options = ("a", "b") if kind == "choice" else ()
    return Prediction.model_validate(
        {"kind": kind, "text": "t", "question": "q", "measure": measure, "options": options, **more}
    )


MOONS = load_preset("moons")


@pytest.mark.parametrize("measure", [m for m in NUMBERS if "." in m])
def test_a_number_is_that_of_the_very_step(measure: str) -> None:
    shown = frame(MOONS, 37)  # between two steps at which the test set is measured
    found = truth(shown, asking("number", measure))
    assert found.value == measured(shown.snapshot, shown.data)[measure.replace(".", "_")]
    assert isinstance(found.value, float)
    assert "step 37" in found.told and score(found.value, measure) in found.told


@pytest.mark.parametrize("measure", CURVES)
def test_a_curve_ends_at_the_step_and_is_read_at_equal_distances(measure: str) -> None:
    shown = frame(MOONS, 37)
    found = truth(shown, asking("curve", measure))
    assert found.steps[-1] == 37 and len(found.value) == STATIONS  # type: ignore[arg-type]
    assert found.values[-1] == truth(shown, asking("number", measure)).value
    read = np.interp(np.linspace(0, 37, STATIONS), found.steps, found.values)
    assert np.allclose(found.value, read)


def test_the_unit_that_matters_is_the_one_whose_loss_alone_is_largest() -> None:
    shown = frame(load_preset("three-lines"), 3000)
    network, data = network_of(shown.snapshot), shown.data
    losses = []
    for unit in range(4):
        hidden = network.values(data.x)[1] * network.all_on[1]
        hidden[:, unit] = 0
        z = hidden @ network.weights[1] + network.biases[1]
        losses.append(float(((network.activate(z, 2) - data.y) ** 2).mean()))
    assert truth(shown, asking("unit", UNIT)).value == int(np.argmax(losses))


def test_the_arm_with_the_lower_loss_is_named() -> None:
    lesson = MOONS.changed(arms=({"name": "with"}, {"name": "without", "p_hidden": (0.0,)}))
    shown = frame(lesson, 400)
    ends = [measured(arm.snapshot, shown.data)["loss_train"] for arm in shown.arms]
    found = truth(shown, asking("choice", "lower loss.train"))
    assert found.value == int(np.argmin(ends))
    assert "with" in found.told and "without" in found.told and "step 400" in found.told


@pytest.mark.parametrize(("p", "turned"), [(0.0, 1), (0.5, 0)])
def test_whether_the_test_loss_has_turned_goes_by_what_is_said(p: float, turned: int) -> None:
    shown = frame(MOONS.changed(p_hidden=(p,)), 4000 if turned else 10)
    values = truth(shown, asking("curve", "loss.test")).values
    assert (values[-1] > RISES * min(values)) == bool(turned)
    assert truth(shown, asking("choice", "turns loss.test")).value == turned


def test_networks_are_counted_and_activations_too() -> None:
    shown = frame(load_preset("three-lines"), 500)
    assert truth(shown, asking("number", "networks")).value == 16
    hidden = 1 / (1 + np.exp(-(np.asarray(shown.data.x) @ shown.snapshot.weights[0])))
    assert truth(shown, asking("number", "above 1-p")).value == pytest.approx((hidden > 0.8).mean(), abs=1e-12)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"kind": "number", "measure": "luck"}, "must be among"),
        ({"kind": "curve", "measure": "gap"}, "must be among"),
        ({"kind": "number", "measure": "gap", "low": 2}, "low must be below high"),
        ({"kind": "choice", "measure": next(iter(CHOICES))}, "two or more"),
        ({"kind": "number", "measure": "gap", "options": ("a", "b")}, "none otherwise"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Prediction.model_validate({"text": "t", "question": "q", **said})


def test_what_a_run_does_not_have_is_said() -> None:
    with pytest.raises(UserError, match="must be below 1"):
        truth(frame(MOONS, 1), asking("number", "loss.train", arm=3))
    with pytest.raises(UserError, match="records none"):
        truth(frame(load_preset("three-lines"), 1), asking("number", "loss.test"))
