"""What is said of several runs at their end: which is lower on what, and under which conditions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dropout_viz.analysis.questions import confusion
from dropout_viz.analysis.questions import map as maps
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.verdict import trains_on_every_input, verdict
from dropout_viz.engine.arm_settings import with_arm_changed
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import History
from dropout_viz.engine.measured import measured
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.confusion import words as confusion_words
from dropout_viz.views.loss.kinds import ACCURACY
from dropout_viz.words import figure


def frame(preset: str, losses: tuple[float, float], tests: tuple[float, float] | None = None) -> Frame:
    """Return a compared run at its beginning whose arms have come to these losses, at step 60,000."""
    return ended(load_preset(preset).changed(arms=COMPARISON), losses, tests)


def ended(config: RunConfig, losses: tuple[float, ...], tests: tuple[float, float] | None = None) -> Frame:
    """Return the same of any two arms."""
    shown = Frame.of(Arms.of(config).look())
    arms = []
    for k, arm in enumerate(shown.arms):
        history = History()
        history.loss_train.extend(np.array([0, 60_000]), np.array([1.0, losses[k]]))
        history.accuracy_train.extend(np.array([0, 60_000]), np.array([0.5, 1.0]))
        if tests is not None:
            history.loss_test.extend(np.array([0, 59_000]), np.array([1.0, tests[k]]))
            history.accuracy_test.extend(np.array([0, 59_000]), np.array([0.5, 0.9 + 0.05 * k]))
        arms.append(Arm(arm.name, arm.snapshot, history))
    return replace(shown, arms=tuple(arms))


def test_where_all_inputs_are_trained_on_dropout_has_nothing_to_prevent() -> None:
    assert verdict(frame("three-lines", (0.004809, 1.18e-5))) == (
        "On the training examples, with every unit on, the loss is lower without dropout: 0.0000118 at step 60,000, "
        "against 0.004809 with dropout; 100\N{NO-BREAK SPACE}% are right in both. "
        "Every possible input is trained on: there is nothing "
        "to learn by heart, which dropout is meant to prevent; here it cost. This is one seed, which proves little."
    )


def test_it_is_not_said_to_cost_where_it_was_lower() -> None:
    text = verdict(frame("three-lines", (0.1, 0.2)))
    assert "lower with dropout: 0.1 at" in text and "it cost" not in text and "nothing to learn by heart." in text


def test_what_is_the_same_as_it_is_written_cost_nothing() -> None:
    text = verdict(frame("three-lines", (0.12380001, 0.1238)))
    assert "the same for all" in text and "it cost" not in text


def test_what_was_measured_at_the_very_step_comes_before_what_the_curves_end_with() -> None:
    run = Arms.of(load_preset("moons").changed(arms=COMPARISON))
    run.advance(130)
    at_end = Frame.of(run.look())
    found = [measured(arm.snapshot, at_end.data) for arm in at_end.arms]
    assert at_end.arms[0].history.loss_test.steps[-1] < 130
    text = verdict(at_end, found)
    assert text.count("at step 130") == 2 and "at step 1" not in text.replace("at step 130", "")
    for known in found:
        assert figure(known["loss_train"]) in text and figure(known["loss_test"]) in text


def test_with_a_test_set_both_sets_are_told_each_with_its_step() -> None:
    text = verdict(frame("moons", (0.37, 0.15), (0.21, 0.86)))
    assert "the training examples, with every unit on, the loss is lower without dropout: 0.15 at step 60,000" in text
    assert "the test examples, with every unit on, the loss is lower with dropout: 0.21 at step 59,000, against" in text
    assert "right are 90.0\N{NO-BREAK SPACE}% with dropout and 95.0\N{NO-BREAK SPACE}% without dropout" in text
    assert text.endswith("This is one seed, which proves little.") and "by heart" not in text


def test_an_arm_that_drops_is_not_said_to_be_without_dropout() -> None:
    config = with_arm_changed(load_preset("moons").changed(arms=COMPARISON), 1, {"p_hidden": 0.3})
    text = verdict(ended(config, (0.15, 0.37), (0.86, 0.21)))
    assert "the loss is lower with dropout: 0.15 at step 60,000, against 0.37 with p_hidden = 0.3; " in text
    assert "the loss is lower with p_hidden = 0.3: 0.21 at step 59,000" in text
    assert "without dropout" not in text


def test_a_name_that_is_no_clause_is_quoted() -> None:
    config = load_preset("moons").changed(arms=({"name": "A"}, {"p_hidden": 0.3}))
    text = verdict(ended(config, (0.15, 0.37)))
    assert "the loss is lower in “A”: 0.15 at step 60,000, against 0.37 in “p_hidden = 0.3”; " in text


@pytest.mark.parametrize("losses", [(np.nan, 0.1), (0.1, np.inf)])
def test_nothing_is_said_where_a_run_has_lost_its_numbers(losses: tuple[float, float]) -> None:
    assert verdict(frame("three-lines", losses)) == ""


def test_all_inputs_are_known_by_their_number() -> None:
    shown = frame("three-lines", (1.0, 1.0))
    assert trains_on_every_input(shown.data) and not trains_on_every_input(frame("moons", (1.0, 1.0)).data)
    assert not trains_on_every_input(replace(shown.data, x=shown.data.x[:3], y=shown.data.y[:3]))


def test_of_a_large_set_it_is_said_which_examples_are_meant() -> None:
    shown = frame("moons", (0.3, 0.2), (0.2, 0.3))
    large = replace(shown, data=replace(shown.data, x=np.zeros((6_000, 2)), y=np.zeros((6_000, 1))))
    assert verdict(large).startswith("On the first 5,000 training examples, with every unit on, the loss is lower")
    assert " On the test examples, with every unit on," in verdict(large)


def test_a_share_of_forty_rows_is_told_alike_everywhere() -> None:
    """They move in steps of 2.5 %: a whole number of per cents would name what cannot be."""
    shown = frame("moons", (0.37, 0.15), (0.21, 0.86))
    data = shown.data
    assert data.x_test is not None and data.y_test is not None
    few = replace(data, x_test=data.x_test[:40], y_test=data.y_test[:40])
    snapshot = shown.snapshot
    scene = confusion.answer(confusion.Request((("", snapshot),), few, True))
    right = scene.matrices[0].right
    assert right % 2, "else nothing would be lost in whole per cents"
    told = f"{2.5 * right:.1f} %"
    assert confusion_words.right(scene.matrices[0])[0] == f"{told} of 40 right"
    assert maps._right(few, network_of(snapshot)).endswith(f"test {told}")
    assert ACCURACY.write(right / 40, 40, False) == told
    for arm in shown.arms:
        arm.history.accuracy_test.extend(np.array([60_000]), np.array([right / 40]))
    assert told.replace(" ", "\N{NO-BREAK SPACE}") in verdict(replace(shown, data=few))


def test_arms_that_share_the_lowest_loss_are_all_named() -> None:
    base = load_preset("moons")
    config = base.changed(arms=[{"name": f"with p = {p:g}", "p_hidden": (p,)} for p in (0.1, 0.2, 0.5)])
    shown = ended(config, (0.2, 0.2, 0.4))
    assert "is lowest with p = 0.1 and with p = 0.2: 0.2 at step 60,000, against 0.4 with p = 0.5" in verdict(shown)
