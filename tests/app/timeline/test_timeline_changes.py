"""Other settings in the past of a run: asked before anything is forgotten, or as a second arm from there on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from tests.app.looking import at_step, newest, workbench
from tests.app.timeline_hands import LEFT, SHIFT, fresh, go_to, same, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")


@pytest.fixture
def run(window: Window, qtbot: QtBot) -> Window:
    """A window whose run has come to step 850 and rests there."""
    go_to(window, qtbot, 850)
    return window


def test_a_change_in_the_past_asks_first(run: Window, qtbot: QtBot) -> None:
    session, card = session_of(run), workbench(run).timeline.question
    form = workbench(run).setup.findChild(SetupForm)
    assert form is not None
    go_to(run, qtbot, 300)
    rate = session.config.learning_rate
    before = newest(run).run

    def enter(text: str) -> None:
        field = form.editor("learning_rate").box.lineEdit()  # type: ignore[attr-defined]
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    enter("0.25")
    qtbot.waitUntil(card.isVisible)
    assert card.text.text() == "Forget steps 301 to 850 and go on from here with learning rate 0.25?"
    qtbot.mouseClick(card.no, LEFT)
    assert card.isHidden() and session.config.learning_rate == rate
    assert form.editor("learning_rate").value() == rate
    qtbot.keyClick(run, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: at_step(run, 850))  # all of it is still there
    go_to(run, qtbot, 300)
    enter("0.25")
    qtbot.waitUntil(card.isVisible)
    qtbot.keyClick(run, Qt.Key.Key_Left)  # another step: the question makes no sense any more
    qtbot.waitUntil(card.isHidden)
    go_to(run, qtbot, 300)
    enter("0.25")
    qtbot.waitUntil(card.isVisible)
    qtbot.mouseClick(card.yes, LEFT)
    qtbot.waitUntil(lambda: newest(run).run != before and session.config.learning_rate == 0.25)
    assert session.timeline.newest == 300 and not session.timeline.past
    go_to(run, qtbot, 420)
    config = load_preset("three-lines")
    for step in (420, 301, 300, 120):
        session.timeline.look_at(step)
        qtbot.waitUntil(lambda step=step: at_step(run, step))
        changes = {300: {"learning_rate": 0.25}}
        qtbot.waitUntil(lambda step=step, c=changes: same(run, fresh(config, step, c)))


def test_rewinding_keeps_the_run_and_its_changes(run: Window, qtbot: QtBot) -> None:
    session = session_of(run)
    session.apply({"p_hidden": (0.5,)})
    go_to(run, qtbot, 900)
    qtbot.keyClick(run, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: at_step(run, 0))
    assert session.timeline.newest == 900 and [t.step for t in session.timeline.ticks] == [850]
    go_to(run, qtbot, 950)
    config = load_preset("three-lines")
    qtbot.waitUntil(lambda: same(run, fresh(config, 950, {850: {"p_hidden": (0.5,)}})))


def test_a_branch_is_set_up_in_place_and_compared(run: Window, qtbot: QtBot) -> None:
    session, config = session_of(run), newest(run).config
    go_to(run, qtbot, 300)
    qtbot.keyClick(run, Qt.Key.Key_B, SHIFT)
    card = workbench(run).timeline.branch
    qtbot.waitUntil(card.isVisible)
    assert "Steps 301 to 850 are done again" in card.remark.text()
    card.setting.setCurrentIndex(card.setting.findData("learning_rate"))
    qtbot.mouseClick(card.go, LEFT)
    assert "already" in card.error.text() and card.isVisible()
    field = card.editors["learning_rate"].box.lineEdit()  # type: ignore[attr-defined]
    field.selectAll()
    qtbot.keyClicks(field, "-3")
    qtbot.mouseClick(card.go, LEFT)
    assert "learning_rate" in card.error.text() and session.timeline.newest == 850
    field.selectAll()
    qtbot.keyClicks(field, "8")
    qtbot.mouseClick(card.go, LEFT)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    assert session.runner.news.names == ("as it was", "learning rate 8 from step 300")
    go_to(run, qtbot, 400)
    for step in (400, 301, 300, 50):
        session.timeline.look_at(step)
        qtbot.waitUntil(lambda step=step: at_step(run, step))
        one, other = fresh(config, step), fresh(config, step, {300: {"learning_rate": 8.0}})
        arms = session.frame().arms
        for arm, wanted in zip(arms, (one, other), strict=True):
            pairs = zip(arm.snapshot.weights, wanted.first.snapshot().weights, strict=True)
            assert all(np.array_equal(a, b) for a, b in pairs)
    assert [(t.step, t.arm) for t in session.timeline.ticks] == [(300, 1)]


def test_no_card_of_the_timeline_lies_over_the_welcome(run: Window, qtbot: QtBot) -> None:
    parts = workbench(run)
    qtbot.keyClick(run, Qt.Key.Key_B, SHIFT)
    card = parts.timeline.branch
    qtbot.waitUntil(card.isVisible)
    run.setFocus()
    qtbot.keyClick(run, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: parts.welcome.is_open)
    assert not card.isVisible() and parts.welcome.welcome is not None and parts.welcome.welcome.page.hasFocus()
    qtbot.keyClick(run, Qt.Key.Key_F2)
    qtbot.waitUntil(lambda: not parts.welcome.is_open)
