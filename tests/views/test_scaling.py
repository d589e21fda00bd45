"""The Scaling view: what is drawn is what the layers pass on, under the run's scaling and the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.scaling import moments, passed_on
from dropout_viz.app.setup.probability_editor import elsewhere, in_words
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset, parse_words
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import Selection
from dropout_viz.views.network.words import _headings
from dropout_viz.views.scaling import view as scaling
from dropout_viz.views.scaling.picture import Group
from tests.app.painted_texts import painted_texts
from tests.views.hands import picture, point


def shown(qtbot: QtBot, kind: str, size: tuple[int, int] = (480, 400), steps: int = 30) -> scaling.View:
    trainer = Trainer(load_preset("three-lines-exact").changed(scaling=kind))
    view = scaling.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(*size)
    for _ in range(steps):
        trainer.advance(1)
        view.show_frame(Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data))
    picture(view)
    return view


def group(view: scaling.View, kind: str) -> Group:
    return next(g for g in view.boxes if g.kind == kind)


@pytest.mark.parametrize("kind", ["inverted", "classical", "none"])
def test_only_without_a_scale_do_training_and_test_part(qtbot: QtBot, kind: str) -> None:
    view = shown(qtbot, kind)
    assert [g.kind for g in view.boxes if g.own] == [kind]
    for name, ratio in (("inverted", 1), ("classical", 1), ("none", 1 / 0.8)):
        found = group(view, name)
        assert found.test / found.training == pytest.approx(ratio, rel=1e-9)
        assert found.verdict()[0] == f"test × {ratio:.2f} of training"
        assert found.verdict()[1] == (name == "none")
        assert len(found.steps) == 30
    own = group(view, kind)
    assert view.frame_ is not None
    assert own.steps[-1] == pytest.approx(passed_on(view.frame_.snapshot, view.frame_.data)[0].step)
    assert sum(own.steps) / 30 == pytest.approx(own.training, rel=0.15)
    assert group(view, "inverted").steps[3] == pytest.approx(group(view, "classical").steps[3] / 0.8)


def test_after_a_step_in_which_nothing_was_dropped_it_says_so(qtbot: QtBot) -> None:
    """The drop probability has been changed since: the next step drops."""
    trainer = Trainer(load_preset("three-lines-exact").changed(p_hidden=0.0))
    trainer.advance(30)
    trainer.change(p_hidden=0.5)
    view = scaling.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(240, 232)
    view.show_frame(Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data))
    assert [text for _, text in painted_texts(view)] == ["Nothing was dropped in this step."]
    assert "Nothing was dropped in this step." in view.summary()


@pytest.mark.parametrize("size", [(240, 232), (480, 400), (1600, 900)])
def test_every_box_is_inside_and_names_itself(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = shown(qtbot, "none", size, 2)
    bare = picture(view)
    for one in view.boxes:
        assert one.box.left >= 0 and one.box.right <= size[0] and one.box.bottom <= size[1]
        at = QPointF(one.box.centre, one.box.middle)
        point(view, at)
        assert picture(view) != bare
        assert view.said(at)[0] == f"{one.kind} scaling, hidden layer"


def test_what_is_drawn_has_its_error_and_what_has_diverged_says_so(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("moons").changed(hidden=(6, 6), p_hidden=(0.5, 0.9), examples=300, batch_size=None))
    trainer.advance(3)
    snapshot = trainer.snapshot()
    view = scaling.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(700, 400)
    frame = Frame((Arm("", snapshot, trainer.history),), trainer.data)
    view.show_frame(frame)
    picture(view)
    first, second = (next(g for g in view.boxes if g.own and g.layer == name) for name in ("hidden 1", "hidden 2"))
    assert first.verdict()[0] == "test × 1.00 of training" and "mean over all masks" in first.lines()[2]
    assert " ± " in second.verdict()[0] and "many masks of each example" in second.lines()[2]
    assert "256 of 300 examples" in painted_texts(view)[0][1]
    nowhere = replace(snapshot, weights=tuple(w * float("nan") for w in snapshot.weights))
    view.present(replace(frame, arms=(Arm("", nowhere, trainer.history),)))
    texts = [text for _, text in painted_texts(view)]
    assert not any("nan" in text for text in texts) and any("the run has diverged" in text for text in texts)


def test_a_new_run_forgets_the_old_ones_steps(qtbot: QtBot) -> None:
    view = shown(qtbot, "inverted")
    trainer = Trainer(load_preset("three-lines-exact"), run=5)
    view.show_frame(Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data))
    assert not view.choices()["memory"]["past"]
    picture(view)
    assert "nothing to scale" in scaling.View.why_not(trainer.config.changed(p_hidden=0.0), trainer.data)


def test_wrong_on_purpose_is_marked_and_can_be_asked_for() -> None:
    assert parse_words(["scaling=none"]) == {"scaling": "none"}
    assert parse_words(["batch_size=none"]) == {"batch_size": None}
    assert "wrong" in _headings("hidden 1", 4, 3, 0.2, 1.0, "none", "bernoulli")[0][1]
    trainer = Trainer(load_preset("three-lines-exact").changed(scaling="none"))
    assert trainer.config.train_scales == trainer.config.test_scales == (1.0, 1.0)


def test_a_drop_probability_is_written_as_it_was_given() -> None:
    for p in (0.996, 0.0004, 0.125):
        assert f"p = {p} off" in _headings("hidden 1", 4, 3, p, 1.0, "none", "bernoulli")[0][1]


def test_other_notations() -> None:
    assert elsewhere(0.2).startswith("Elsewhere: TF 1 keep_prob 0.8 · TF 2 rate 0.2 · JMLR p 0.8.")
    assert elsewhere(0.375).startswith("Elsewhere: TF 1 keep_prob 0.625 · TF 2 rate 0.375 · JMLR p 0.625.")
    assert in_words(0.375) == "each unit: off with chance 0.375, on with 0.625"


def test_noise_of_mean_1_keeps_the_mean_and_adds_to_the_variance(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines-exact").changed(noise="gaussian", p_input=0.2, p_hidden=0.5))
    trainer.advance(100)
    snapshot = trainer.snapshot()
    found = moments(snapshot, trainer.data)
    assert [one.layer for one in found] == [0, 1]
    x = trainer.data.x[snapshot.examples]
    assert found[0].test == pytest.approx((x.mean(), x.var()))
    assert found[0].mean[0] == pytest.approx(x.mean())
    assert found[0].expected == pytest.approx(x.var() + 0.25 * (x**2).mean())
    for one in found:
        assert one.mean[1] == pytest.approx(one.mean[0], rel=0.05)
        assert one.variance[1] == pytest.approx(one.expected, rel=0.1)
    view = scaling.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(480, 400)
    view.show_frame(Frame((Arm("", snapshot, trainer.history),), trainer.data))
    bare = picture(view)
    one = view.boxes[0]
    point(view, QPointF(one.box.centre, one.box.middle))
    assert picture(view) != bare and view.said(view.mouse) == one.lines()
