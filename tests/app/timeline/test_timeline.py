"""The timeline: any step of the run with the mouse and the keys, and every view shows exactly that step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench
from tests.app.timeline_hands import LEFT, SHIFT, bar_of, fresh, go_to, place, same, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")


@pytest.fixture
def run(window: Window, qtbot: QtBot) -> Window:
    """A window whose run has come to step 850 and rests there."""
    go_to(window, qtbot, 850)
    return window


def test_a_click_shows_that_step_in_every_view(run: Window, qtbot: QtBot) -> None:
    config = newest(run).config
    for step in (400, 100, 700):
        at = place(run, step)
        step = bar_of(run).step_at(at.x())
        qtbot.mouseClick(bar_of(run), LEFT, pos=at)
        qtbot.waitUntil(lambda step=step: at_step(run, step))
        qtbot.waitUntil(lambda step=step: same(run, fresh(config, step)))
    text = workbench(run).transport.readout.text
    qtbot.waitUntil(lambda: text("step") == f"{newest(run).step} of 850")


def test_dragging_goes_along_and_ends_at_the_newest_step(run: Window, qtbot: QtBot) -> None:
    bar = bar_of(run)
    qtbot.mousePress(bar, LEFT, pos=place(run, 500))
    qtbot.waitUntil(lambda: abs(newest(run).step - 500) < 5)
    span = bar.across(850)
    qtbot.mouseMove(bar, place(run, 200))
    qtbot.waitUntil(lambda: abs(newest(run).step - 200) < 5)
    qtbot.mouseMove(bar, QPoint(bar.width() - 2, 5))
    qtbot.waitUntil(lambda: newest(run).step == 850)
    assert bar.across(850) == span
    qtbot.mouseMove(bar, QPoint(-300, 5))
    qtbot.waitUntil(lambda: newest(run).step == 0)
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(0, 5))
    qtbot.waitUntil(lambda: at_step(run, 0))


def test_the_wheel_and_the_keys_go_step_by_step(run: Window, qtbot: QtBot) -> None:
    bar, config = bar_of(run), newest(run).config
    centre = QPointF(bar.rect().center())
    for delta, step in ((-120, 849), (-240, 847), (60, 847), (60, 848)):
        event = QWheelEvent(
            centre,
            QPointF(bar.mapToGlobal(centre.toPoint())),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(bar, event)
        qtbot.waitUntil(lambda step=step: at_step(run, step))
    qtbot.keyClick(run, Qt.Key.Key_Left)
    qtbot.keyClick(run, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: at_step(run, 846))
    qtbot.waitUntil(lambda: same(run, fresh(config, 846)))
    qtbot.keyClick(run, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(run, 847))
    qtbot.keyClick(run, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: at_step(run, 850))
    assert not workbench(run).transport.newest.isEnabled()
    qtbot.mouseClick(workbench(run).transport.step_back, LEFT)
    qtbot.waitUntil(lambda: at_step(run, 849))
    qtbot.mouseClick(workbench(run).transport.newest, LEFT)
    qtbot.waitUntil(lambda: at_step(run, 850))
    qtbot.keyClick(run, Qt.Key.Key_Right)  # and trains on
    qtbot.waitUntil(lambda: at_step(run, 851))
    qtbot.waitUntil(lambda: same(run, fresh(config, 851)))


def test_shift_left_goes_to_the_epoch_s_beginning(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("digits")
    per_epoch = session_of(window).runner.news.steps_per_epoch
    go_to(window, qtbot, per_epoch + 3)
    for step in (per_epoch, 0):
        qtbot.keyClick(window, Qt.Key.Key_Left, SHIFT)
        qtbot.waitUntil(lambda step=step: at_step(window, step))


def test_it_plays_backwards_and_forwards_again(window: Window, qtbot: QtBot) -> None:
    session = session_of(window)
    go_to(window, qtbot, 600)  # so far that it is not at step 0 before it is paused
    config = newest(window).config
    session.set_speed(120)
    qtbot.keyClick(window, Qt.Key.Key_Space, SHIFT)
    qtbot.waitUntil(lambda: session.status.backwards and newest(window).step < 590)
    qtbot.keyClick(window, Qt.Key.Key_Space, SHIFT)
    qtbot.waitUntil(lambda: not session.playing)
    qtbot.waitUntil(lambda: at_step(window, session.status.step))
    assert 0 < newest(window).step < 600
    qtbot.waitUntil(lambda: same(window, fresh(config, newest(window).step)))
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: newest(window).step > 605)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing and at_step(window, session.status.step))
    qtbot.waitUntil(lambda: same(window, fresh(config, newest(window).step)))


def test_bookmarks_are_made_named_found_and_deleted(run: Window, qtbot: QtBot) -> None:
    timeline, card = session_of(run).timeline, workbench(run).timeline.bookmark
    go_to(run, qtbot, 200)
    qtbot.keyClick(run, Qt.Key.Key_B)
    qtbot.waitUntil(card.isVisible)
    qtbot.waitUntil(lambda: timeline.bookmarks == {200: "Step 200"})
    qtbot.keyClicks(card.name, "the first [b] turn")
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: timeline.bookmarks == {200: "the first [b] turn"} and card.isHidden())
    qtbot.mouseDClick(bar_of(run), LEFT, pos=place(run, 600))
    qtbot.waitUntil(lambda: len(timeline.bookmarks) == 2)
    second = max(timeline.bookmarks)
    qtbot.keyClick(card.name, Qt.Key.Key_Escape)
    qtbot.waitUntil(card.isHidden)
    for key, step in (("]", second), ("[", 200)):
        qtbot.keyClicks(run, key)
        qtbot.waitUntil(lambda step=step: at_step(run, step))
    qtbot.keyClicks(run, "[")
    qtbot.waitUntil(lambda: "no bookmark before step 200" in workbench(run).messages.text)
    assert "the first [b] turn" in bar_of(run).said(bar_of(run).across(200) + 2)
    bar_of(run).menu(bar_of(run).across(200)).actions()
    qtbot.keyClick(run, Qt.Key.Key_B)
    qtbot.waitUntil(card.isVisible)
    qtbot.mouseClick(card.forget, LEFT)
    qtbot.waitUntil(lambda: list(timeline.bookmarks) == [second])


def test_hovering_tells_step_epoch_and_loss(run: Window, qtbot: QtBot) -> None:
    bar = bar_of(run)
    step = bar.step_at(place(run, 333).x())
    said = bar.said(place(run, 333).x())
    series = session_of(run).frame().history.loss_train
    value = series.values[series.steps.searchsorted(step)]
    assert said.startswith(f"step {step} · epoch {step} · loss ")
    assert abs(float(said.rsplit(" ", 1)[1]) - value) < 1e-4


def test_the_menu_of_the_bar(run: Window, qtbot: QtBot) -> None:
    session = session_of(run)
    bar = bar_of(run)
    menu = bar.menu(bar.across(500))
    step = bar.step_at(bar.across(500))
    texts = [action.text() for action in menu.actions()]
    assert texts[:2] == [f"Look at step {step}", f"Branch from step {step}…"]
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: at_step(run, step))
    newest_action = bar.menu(10.0).actions()[-1]
    assert newest_action.isEnabled()
    newest_action.trigger()
    qtbot.waitUntil(lambda: at_step(run, session.timeline.newest))


def test_memory_is_told_chosen_and_remembered(open_window: Open, qtbot: QtBot, settings: QSettings) -> None:
    window = open_window()
    go_to(window, qtbot, 2_000)
    button = workbench(window).transport.memory
    assert button.text() == "Memory"  # how much stands in its tip
    qtbot.waitUntil(lambda: "may take 256 MiB" in button.toolTip() and "takes 0.00 MiB" not in button.toolTip())
    button.menu().aboutToShow.emit()
    next(a for a in button.menu().actions() if a.text() == "64 MiB").trigger()
    assert settings.value("timeline_memory") == 64, "remembered at once: the window may be closed now"
    qtbot.waitUntil(lambda: session_of(window).status.memory == 64 << 20)
    qtbot.waitUntil(lambda: "may take 64 MiB" in button.toolTip())
    window.close()
    other = open_window()
    qtbot.waitUntil(lambda: session_of(other).status.memory == 64 << 20)


def test_a_failed_run_can_be_left(run: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Arms, steps: int) -> None:
        raise ZeroDivisionError("a made-up fault")

    with monkeypatch.context() as patched:
        patched.setattr(Arms, "advance", fail)
        qtbot.keyClick(run, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: session_of(run).status.phase == "failed")
    qtbot.keyClick(run, Qt.Key.Key_Left)
    qtbot.keyClick(run, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: session_of(run).status.phase == "paused" and at_step(run, 0))


def test_the_timeline_looks_right_in_every_theme_and_width(run: Window, qtbot: QtBot) -> None:
    """The bar's end, handle and flags stay inside it at any width."""
    bar = bar_of(run)
    session_of(run).timeline.name_bookmark(850, "the end")
    qtbot.waitUntil(lambda: 850 in session_of(run).timeline.bookmarks)
    for width in (1000, 1280, 1920):
        run.resize(width, 800)
        qtbot.waitUntil(lambda width=width: run.width() == width)
        workbench(run).theme.toggle()
        assert 0 < bar.across(0) < bar.across(850) < bar.width()
        assert bar.grab().width() > 0
