"""No text is cut off, lies over another, or is shortened where nothing tells the whole: here in a few windows, in every
screen of the program by ``make pictures``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.look.scaling import rescale
from dropout_viz.app.look.theme import Theme, prepare, sheet
from dropout_viz.app.panels.header import HelpPopover
from dropout_viz.app.window import Window
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.text import draw_text, elided
from dropout_viz.draw.whole_box import WholeBox
from dropout_viz.engine.lesson import load_lesson
from tests.app.look.test_zoom import at_rest
from tests.app.looking import workbench
from tests.app.panels.test_small_windows import rest
from tests.app.text_faults import faults
from tests.app.timeline_hands import go_to, session_of


@pytest.fixture
def board(qtbot: QtBot, qapp: QApplication) -> QWidget:
    prepare(qapp)
    board = QWidget()
    qtbot.addWidget(board)
    board.resize(300, 200)
    return board


def test_no_text_of_a_small_window_is_cut_or_lies_over_another(window: Window, qtbot: QtBot) -> None:
    parts, session = workbench(window), session_of(window)
    window.resize(900, 520)
    go_to(window, qtbot, 120)
    at_rest(window, qtbot)
    assert faults(window) == []
    session.open_preset("twins")
    qtbot.waitUntil(lambda: session.name == "twins" and not session.awaited)
    go_to(window, qtbot, 120)
    at_rest(window, qtbot)
    assert faults(window) == []
    parts.panel("twins").header.show_help()
    popover = parts.panel("twins").header.popover
    assert isinstance(popover, HelpPopover)
    assert faults(popover) == []
    popover.close()
    parts.keys.open()
    rest(window, qtbot)
    assert [fault for fault in faults(window) if "Keys" in fault] == []
    parts.keys.leave()


def test_a_lesson_s_strip_has_room_for_its_words_when_a_zoom_has_reached_it(board: QWidget, qtbot: QtBot) -> None:
    style = replace(look.style("dark"), scale=1.6)
    board.resize(1000, 400)
    board.setStyleSheet(sheet(style))
    strip = LessonStrip(Theme("dark", 1.6), board)
    strip.resize(1000, 100)
    lesson = load_lesson("why-scaling-works")
    board.show()
    qtbot.waitExposed(board)
    for at in range(len(lesson.steps)):
        strip.show_step(lesson, at)
        if at == 0:
            rescale(strip, 1.6)  # later than its first words
        qtbot.waitUntil(lambda: faults(board) == [], timeout=3000)
        assert strip.text.geometry().right() <= strip.back.geometry().left()


def test_a_field_that_comes_late_is_as_high_as_the_others_at_any_zoom(board: QWidget, qtbot: QtBot) -> None:
    board.setStyleSheet(sheet(replace(look.style("dark"), scale=1.6)))
    board.setProperty("zoom", 1.6)
    box = WholeBox(0, 9, "late", board)
    box.ensurePolished()
    board.show()
    qtbot.waitExposed(board)
    before = box.minimumHeight()
    rescale(box, 1.6)
    assert before > 1.6 * 20 and box.minimumHeight() == before, "the style sheet knows of the zoom"


class _Sign(Painted):
    """Paints a text where it is told, in the room that it is told."""

    def __init__(self, parent: QWidget, at: QRect, *texts: tuple[float, str, float]) -> None:
        super().__init__(parent)
        self.setGeometry(at)
        self.texts = texts

    def draw(self, p: QPainter) -> None:
        for x, text, room in self.texts:
            draw_text(p, x, 12, elided(text, 13, room), 13, QColor("#000000"))


def test_what_is_wrong_with_texts_is_found(board: QWidget, qtbot: QtBot) -> None:
    label = QLabel("much too long for so small a place", board)
    label.setGeometry(10, 10, 60, 20)
    fits = QLabel("fits", board)
    fits.setGeometry(10, 40, 60, 20)
    _Sign(board, QRect(0, 80, 300, 24), (10, "one", 99), (14, "other", 99))
    outside = _Sign(board, QRect(0, 110, 300, 24), (280, "over the edge", 99))
    outside.setToolTip("over the edge, whole")
    board.show()
    qtbot.waitExposed(board)
    found = faults(board)
    assert [fault.split(":")[0] for fault in found] == ["cut", "over one another", "cut"]
    assert "much too long" in found[0] and "'one' and 'other'" in found[1] and "over the edge" in found[2]


def test_what_a_view_shortens_it_tells_whole_where_the_mouse_is(board: QWidget, qtbot: QtBot) -> None:
    sign = _Sign(board, QRect(0, 0, 300, 24), (10, "a long name that is cut short", 90), (150, "short", 90))
    board.show()
    qtbot.waitExposed(board)
    qtbot.waitUntil(lambda: sign._short_texts.at(QPointF(20, 12)) == "a long name that is cut short")
    assert not sign._short_texts.at(QPointF(20, 40)) and not sign._short_texts.at(QPointF(160, 12))
    assert faults(board) == []
    sign._short_texts.at = lambda place: ""  # type: ignore[method-assign]
    assert [fault.split(":")[0] for fault in faults(board)] == ["shortened"]
