"""A config with arms in the window and in pictures: two of them beside one another."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from dropout_viz.app.session import Session
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.cli import main
from dropout_viz.engine.arms import not_shown
from dropout_viz.engine.config import make_config
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons")
ARMS = MOONS.changed(arms=({"name": "none", "p_hidden": 0.0}, {"name": "wide", "hidden": 48}, {"name": "third"}))
"""Of which the first and the third can stand beside one another: each unit has a counterpart."""


def test_two_arms_of_the_same_sizes_are_shown(window: Window, qtbot: QtBot) -> None:
    session = window.session
    assert session is not None
    session.open_config(ARMS, "mine")
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    assert workbench(window).messages.text == not_shown(ARMS) != ""
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1))
    for arm, config in zip(session.frame().arms, ARMS.arm_configs[::2], strict=True):
        alone = Trainer(config)
        alone.advance(1)
        assert all(np.array_equal(a, b) for a, b in zip(arm.snapshot.weights, alone.snapshot().weights, strict=True))
    assert [arm.name for arm in session.frame().arms] == ["none", "third"]


def test_the_form_edits_the_first_arm(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=ARMS)
    session = window.session
    assert session is not None
    form = workbench(window).setup.findChild(SetupForm)
    assert form is not None
    assert session.config.p_hidden == (0.0,)
    assert session.apply({"p_hidden": 0.3, "seed": 4}) == ""
    qtbot.waitUntil(lambda: session.config.p_hidden == (0.3,))
    assert [a.snapshot.config.p_hidden for a in session.frame().arms] == [(0.3,), MOONS.p_hidden]
    assert [a.snapshot.config.seed for a in session.frame().arms] == [4, 4]
    assert session.frame().config == ARMS.changed(seed=4, arms=({"name": "none", "p_hidden": 0.3}, *ARMS.arms[1:]))


def test_compare_takes_the_place_of_other_arms_and_gives_it_back(show_run: Open, qtbot: QtBot) -> None:
    config = ARMS.changed(arms=(*ARMS.arms[2:], *ARMS.arms[:2]))
    window = show_run(config=config)
    session, button = window.session, workbench(window).top_bar.compare
    assert session is not None
    assert button.isEnabled() and not button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [arm.name for arm in session.frame().arms] == ["with dropout", "without dropout"])
    assert newest(window).config == MOONS
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: [arm.name for arm in session.frame().arms] == ["third", "none"])
    assert session.frame().config == config


def test_where_no_arm_has_the_sizes_of_the_first_it_stands_alone(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=MOONS.changed(arms=({"name": "a"}, {"name": "b", "hidden": 48})))
    session = window.session
    assert session is not None
    assert [arm.name for arm in session.frame().arms] == ["a"]
    assert not workbench(window).top_bar.compare.isChecked()
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    assert [arm.name for arm in session.frame().arms] == ["with dropout", "without dropout"]


def test_a_trainer_of_all_arms_is_shown_too(qtbot: QtBot) -> None:
    """One that was trained elsewhere, several worlds an arm."""
    trainer = Trainer(ARMS.changed(worlds=2))
    trainer.advance(30)
    session = Session(trainer, "mine")
    try:
        frame = session.frame()
        assert [arm.name for arm in frame.arms] == ["none", "third"]
        assert [arm.snapshot.step for arm in frame.arms] == [30, 30]
        assert np.array_equal(frame.arms[1].snapshot.weights[0], trainer.snapshot(4).weights[0])
        assert len(frame.arms[1].history.loss_under_mask) == 30
    finally:
        session.close()


def test_a_picture_of_arms_says_so(tmp_path: Path, capsys: object) -> None:
    out = tmp_path / "x.png"
    words = ["--arm", "name=with", "--arm", "p_hidden=0"]
    assert main(["export", "moons", "--out", str(out), "--view", "loss", "--steps", "60", *words]) == 0
    config = make_config(tomllib.loads(QImage(str(out)).text("dropout-viz:config")))
    assert config == MOONS.changed(arms=({"name": "with"}, {"p_hidden": 0.0}))
    alone = tmp_path / "alone.png"
    assert main(["export", "moons", "--out", str(alone), "--view", "loss", "--steps", "60"]) == 0
    assert QImage(str(out)) != QImage(str(alone))
