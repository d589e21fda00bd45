"""What came of a run, against what the run itself says by another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import lesion
from dropout_viz.analysis.questions.lesions import subject_of
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.truth_numbers import score
from dropout_viz.analysis.truths import RISES, truth
from dropout_viz.data.five_valleys import FREQUENCIES
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import measured
from dropout_viz.engine.prediction import CHOICES, CURVES, NUMBERS, STATIONS, UNIT, Prediction
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
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


def number(shown: Frame, measure: str, arm: int = 0) -> float:
    found = truth(shown, asking("number", measure, arm=arm))
    assert isinstance(found.value, float) and score(found.value, measure) in found.told
    return found.value


def test_masks_are_counted_by_step_and_by_run() -> None:
    config, used = load_preset("three-lines").changed(hidden=(6,)), set()
    trainer = Trainer(config)
    for _ in range(20):
        trainer.advance(1)
        used |= {tuple(row) for row in trainer.snapshot().masks[1].tolist()}
    shown = frame(config, 20)
    assert number(shown, "visited") == len(used)
    assert number(shown, "units off") == sum(not on for row in shown.snapshot.masks[1].tolist() for on in row)


@pytest.mark.parametrize(("scaling", "ratio"), [("none", 2.0), ("inverted", 1.0)])
def test_a_layer_is_as_loud_as_its_scale_says(scaling: str, ratio: float) -> None:
    shown = frame(load_preset("three-lines-exact").changed(p_hidden=(0.5,), scaling=scaling), 50)
    assert number(shown, "loudness") == pytest.approx(ratio, rel=0.05)


def test_weights_are_measured_one_by_one() -> None:
    shown = frame(load_preset("xor"), 50)
    units = np.vstack([shown.snapshot.weights[0], shown.snapshot.biases[0]]).T
    assert number(shown, "largest weight") == max(abs(w) for unit in units for w in unit[:-1])
    greatest = []
    for k, a in enumerate(units):
        others = (b for j, b in enumerate(units) if j != k)
        greatest.append(max(float(a @ b / np.sqrt((a @ a) * (b @ b))) for b in others))
    assert number(shown, "nearest weights") == pytest.approx(sum(greatest) / len(greatest))


def test_half_of_the_units_is_taken_away_and_the_rest_is_left_as_it_was() -> None:
    shown = frame(MOONS.changed(hidden=(6,), arms=COMPARISON), 300)
    assert shown.data.x_test is not None and shown.data.y_test is not None
    subject = subject_of(shown.snapshot, shown.data, ("test", shown.data.x_test, shown.data.y_test), 10**6)
    sets = np.concatenate(lesion.halves(subject, 50, seed=0))
    assert (sets.sum(axis=1) == 3).all()
    means = []
    for arm in shown.arms:
        network, right = network_of(arm.snapshot), []
        hidden = network.values(shown.data.x_test)[1] * network.all_on[1]
        for left in sets:
            z = (hidden * left) @ network.weights[1] + network.biases[1]
            right.append(np.mean((z > 0) == (shown.data.y_test > 0.5)))
        means.append(np.mean(right))
    assert [number(shown, "half left", arm) for arm in (0, 1)] == pytest.approx(means)
    assert truth(shown, asking("choice", "higher half left")).value == int(np.argmax(means))


@pytest.mark.parametrize("steps", [0, 1000])
def test_empty_valleys_are_those_whose_frequency_no_unit_is_near(steps: int) -> None:
    shown = frame(load_preset("five-valleys"), steps)
    votes, places = shown.snapshot.weights[1][:, 0], shown.snapshot.weights[0][0]
    nearest = [int(np.argmin(np.abs(np.array(FREQUENCIES) - at))) for at in places[votes > 0.1 * votes.max()]]
    assert number(shown, "empty valleys") == len(FREQUENCIES) - len(set(nearest)) == 2


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        (None, "2 of the 5 valleys are empty at step 0: no unit that votes lies there."),
        (11, "In each of the 5 valleys lies a unit that votes at step 0."),
    ],
)
def test_how_many_valleys_are_empty_is_told_without_a_double_no(seed: int | None, told: str) -> None:
    config = load_preset("five-valleys")
    shown = frame(config if seed is None else config.changed(seed=seed), 0)
    assert truth(shown, asking("number", "empty valleys")).told == told


def test_the_arm_that_has_more_is_named() -> None:
    shown = frame(MOONS.changed(arms=COMPARISON), 400)
    for measure in ("accuracy.test", "nearest weights"):
        ends = [number(shown, measure, arm) for arm in (0, 1)]
        found = truth(shown, asking("choice", f"higher {measure}"))
        assert found.value == int(np.argmax(ends)) and ends[0] != ends[1]
        assert all(score(end, measure) in found.told for end in ends)


@pytest.mark.parametrize(("p", "parted"), [(0.0, 0), (0.2, 1)])
def test_twins_have_parted_where_their_weights_differ(p: float, parted: int) -> None:
    shown = frame(MOONS.changed(hidden=(4,), twin=(1, 1, 2), p_hidden=(p,)), 50)
    first, second = shown.snapshot.weights[0].T[:2]
    assert (not np.array_equal(first, second)) == bool(parted)
    assert truth(shown, asking("choice", "parted twins")).value == parted


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


@pytest.mark.parametrize(
    ("kind", "measure", "why"),
    [
        ("number", "visited", "not counted here"),
        ("number", "loudness", "drops nothing"),
        ("number", "empty valleys", "no curve here"),
        ("choice", "parted twins", "no two units started alike"),
    ],
)
def test_what_there_is_only_in_some_runs_is_said(kind: str, measure: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        truth(frame(MOONS.changed(p_hidden=(0.0,)), 1), asking(kind, measure))


def test_what_a_run_does_not_have_is_said() -> None:
    with pytest.raises(UserError, match="must be below 1"):
        truth(frame(MOONS, 1), asking("number", "loss.train", arm=3))
    with pytest.raises(UserError, match="records none"):
        truth(frame(load_preset("three-lines"), 1), asking("number", "loss.test"))


def test_a_run_that_has_diverged_has_the_lower_loss_of_none() -> None:
    arms = ({"name": "wild", "learning_rate": 1e4}, {"name": "calm", "learning_rate": 1e-3})
    shown = frame(load_preset("five-valleys").changed(arms=arms), 40)
    assert not np.isfinite(measured(shown.arms[0].snapshot, shown.data)["loss_train"])
    assert truth(shown, asking("choice", "lower loss.train")).value == 1


@pytest.mark.parametrize(
    ("kind", "guess", "allowed"),
    [
        ("number", 0.5, True),
        ("number", 1.5, False),
        ("number", float("nan"), False),
        ("number", 10**400, False),
        ("curve", (10**400,) * STATIONS, False),
        ("number", (0.5, 0.5), False),
        ("choice", 1, True),
        ("choice", 2, False),
        ("choice", -1, False),
        ("choice", 0.5, False),
        ("unit", 3, True),
        ("unit", 4, False),
        ("curve", (0.5,) * STATIONS, True),
        ("curve", (0.5,) * 3, False),
        ("curve", (float("inf"),) * STATIONS, False),
        ("curve", 0.5, False),
    ],
)
def test_a_guess_is_one_of_its_question(kind: str, guess: Any, allowed: bool) -> None:
    measure = {"number": "gap", "choice": "lower loss.train", "unit": UNIT, "curve": "loss.test"}[kind]
    assert asking(kind, measure).allows(guess, 4) == allowed
