"""What stands in the window is what is so: the step to run to, the end, cards, the focus, views that fit the run."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.setup.probability_editor import ProbabilityEditor
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.labs.lab import LabResult
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, panels, workbench
from tests.app.timeline_hands import go_to, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

LEFT = Qt.MouseButton.LeftButton


def run_to(window: Window, qtbot: QtBot, text: str) -> None:
    field = workbench(window).transport.target.lineEdit()
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_run_to_remembers_its_step_until_another_run_is_opened(window: Window, qtbot: QtBot) -> None:
    target, session = workbench(window).transport.target, session_of(window)
    assert target.value() == 60_000
    session.full_speed()  # with few frames on the way
    run_to(window, qtbot, "1,200")
    qtbot.waitUntil(lambda: at_step(window, 1200))
    assert target.value() == 1200
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 1201))
    session.auto_speed()
    assert target.value() == 1200
    session.open_preset("xor")
    qtbot.waitUntil(lambda: session.name == "xor" and target.value() == session.config.steps)


def test_a_step_that_cannot_be_run_to_is_said_when_the_field_is_left(window: Window, qtbot: QtBot) -> None:
    target = workbench(window).transport.target
    qtbot.mouseClick(target.lineEdit(), LEFT)
    target.lineEdit().selectAll()
    qtbot.keyClicks(target.lineEdit(), "1.000")
    qtbot.mouseClick(workbench(window).transport.step, LEFT)
    assert "run to 1.000: must be a whole number from 1 to 100,000,000" in workbench(window).messages.text
    assert target.text() == "1.000"


def test_past_the_end_the_counter_says_so(show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=50))
    said = workbench(window).transport.readout
    go_to(window, qtbot, 50)
    qtbot.waitUntil(lambda: said.text("step") == "50 / 50")
    go_to(window, qtbot, 70)
    qtbot.waitUntil(lambda: said.text("step") == "70, past 50")
    session_of(window).timeline.look_at(60)
    qtbot.waitUntil(lambda: said.text("step") == "60 of 70")


def cards(window: Window) -> list[Floating]:
    return [card for card in window.findChildren(Floating) if card.isVisible()]


def test_escape_closes_whatever_card_there_is(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 40)
    session.message.emit("Something to read", "info")
    session.timeline.bookmark()
    session.timeline.branching.emit()
    assert len(cards(window)) == 3
    window.setFocus()  # the focus is in none of them
    for left in (2, 1, 0):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
        assert len(cards(window)) == left
    session.timeline.look_at(20)
    qtbot.waitUntil(lambda: at_step(window, 20))
    session.apply({"learning_rate": 0.25})
    qtbot.waitUntil(workbench(window).timeline.question.isVisible)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not cards(window)
    assert session.config.learning_rate != 0.25 and session.timeline.newest == 40


def test_space_presses_what_tab_has_led_to_and_else_plays(window: Window, qtbot: QtBot) -> None:
    form, session = workbench(window).setup.findChild(SetupForm), session_of(window)
    assert form is not None
    box = form.editor("bias").findChild(QCheckBox)
    assert box is not None
    before = box.isChecked()
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked() is not before
    assert not session.playing
    button: QAbstractButton = workbench(window).transport.step
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: at_step(window, 1))
    qtbot.mouseClick(button, LEFT)
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.playing)


@pytest.mark.parametrize("playing", [False, True])
def test_a_slider_that_was_dragged_in_the_past_goes_back_with_the_question(
    window: Window, qtbot: QtBot, playing: bool
) -> None:
    session, form = session_of(window), workbench(window).setup.findChild(SetupForm)
    assert form is not None
    go_to(window, qtbot, 400)
    session.timeline.look_at(100)
    qtbot.waitUntil(lambda: at_step(window, 100))
    if playing:
        session.set_speed(4)  # it is not to come to the newest step before the slider is dragged
        session.play_pause()
        qtbot.waitUntil(lambda: session.status.step > 100)
    editor = form.editor("p_hidden")
    assert isinstance(editor, ProbabilityEditor)
    slider, card = editor.lines[0].slider, workbench(window).timeline.question
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 8, slider.height() // 2))
    qtbot.waitUntil(card.isVisible)
    assert not session.playing  # a question about this step waits at this step
    assert slider.value() != 20
    if playing:
        assert f"steps {session.status.step + 1} to 400" in card.text.text()
        qtbot.mouseClick(card.no, LEFT)
    else:
        qtbot.keyClick(window, Qt.Key.Key_Left)  # the question makes no sense any more
    qtbot.waitUntil(card.isHidden)
    assert slider.value() == 20
    assert session.config.p_hidden == (0.2,)


def test_views_that_cannot_show_the_run_do_not_stay_in_front(window: Window, qtbot: QtBot) -> None:
    """Of files without a stage of their own: the views that were open stay, but for those that cannot."""
    session = session_of(window)
    session.open_config(load_preset("tutorial").changed(stage=()), "mine.toml")
    qtbot.waitUntil(lambda: session.name == "mine.toml")
    qtbot.waitUntil(lambda: not session.awaited and newest(window).config.maps != ())
    front = [p for p in panels(window) if p.on_screen()]
    qtbot.waitUntil(lambda: all(p.shown is not None for p in front))
    assert workbench(window).panel("network").isVisible()
    assert not [p.key for p in panels(window) if p.on_screen() and p.instead]
    assert not workbench(window).panel("landscape").isVisible()
    session.open_config(load_preset("xor").changed(stage=()), "other.toml")
    qtbot.waitUntil(lambda: session.name == "other.toml" and workbench(window).panel("landscape").isVisible())


def test_what_a_lab_has_found_stays_when_another_runs(window: Window, qtbot: QtBot) -> None:
    labs = workbench(window).labs
    labs.open("published")
    qtbot.waitUntil(lambda: labs.body is not None)
    body = labs.load()
    found = [LabResult("agrees", ()), LabResult("disagrees", ())]
    for result in found:
        body._ran, body._given = "published", {"seed": len(body.kept.of("published"))}
        body._take_result(result)
        body._take_end("done", "")
    page = body.page
    assert page.earlier.isVisibleTo(body)
    assert page.earlier.count() == 2
    assert page.result.verdict.text() == "disagrees"
    body.choose("sweep")
    body.choose("published")
    page.earlier.activated.emit(1)
    assert page.result.verdict.text() == "agrees"
    assert ": agrees" in page.earlier.itemText(1)
    page.beside.activated.emit(1)  # after "Nothing beside it"
    assert page.other is not None and page.other.isVisibleTo(body)
    assert page.other.verdict.text() == "disagrees"
    assert page.other.how.text().endswith("Differs (there / here): seed 0 / 1.")
    page.beside.activated.emit(0)
    assert not page.other.isVisibleTo(body)
