"""What takes long to paint waits for another turn of the event loop; a picture is whole."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.draw import paint_turns
from dropout_viz.draw.paint_turns import TURN, Costs, PaintTurns
from dropout_viz.draw.painting import Painted
from tests.app.conftest import Open
from tests.app.looking import workbench


class _Noted(PaintTurns):
    """Notes what is painted in each turn, and takes it to be costly."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.turns: list[list[Costs]] = [[]]
        self.seen: list[Costs] = []

    def must_wait(self, widget: QWidget, costs: Costs, painter: QPainter) -> bool:
        self.seen.append(costs)
        return super().must_wait(widget, costs, painter)

    def painted(self, costs: Costs, seconds: float) -> None:
        self.turns[-1].append(costs)
        super().painted(costs, TURN)

    def _end(self) -> None:
        self.turns.append([])
        super()._end()

    @property
    def rests(self) -> bool:
        return not any(costs.waits for costs in self.seen) and not self._over.isActive()

    @property
    def all(self) -> list[Costs]:
        return [costs for turn in self.turns for costs in turn]


@pytest.fixture
def window(open_window: Open) -> Window:
    """A window of its own: what a test before has left on its way would be painted, too."""
    return open_window()


@pytest.fixture
def noted(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> _Noted:
    """What Qt paints of a window that is painted once again, each of which is costly from now on."""
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking)
    made = _Noted(window)
    monkeypatch.setattr(paint_turns, "_made", [made])
    for _ in range(2):  # what is seen of a window for a moment after it has opened is none of it
        made.turns[:], made.seen[:] = [[]], []
        _update(window)
        qtbot.waitUntil(lambda: bool(made.all) and made.rests)
    return made


def _update(window: Window) -> None:
    """Have all of a window painted: what fills itself is not painted with what lies below it."""
    for widget in (window, *window.findChildren(Painted)):
        widget.update()


def _look_otherwise(window: Window, turns: _Noted) -> None:
    """Paint all of a window as where everything had another place, size or theme before."""
    for costs in turns.all:
        costs.look = None
    _update(window)


def test_a_whole_window_is_painted_in_turns(window: Window, qtbot: QtBot, noted: _Noted) -> None:
    known = set(noted.all)
    assert len(known) > 4
    _look_otherwise(window, noted)
    noted.turns[:] = [[]]
    qtbot.waitUntil(lambda: set(noted.all) == known and noted.rests)
    turns = [turn for turn in noted.turns if turn]
    assert len(turns[0]) == 1 and max(map(len, turns)) <= 2  # what has waited has twice the time
    assert len(noted.all) == len(known)


def test_after_panels_have_been_arranged_what_takes_long_is_painted_in_another_turn(
    window: Window, qtbot: QtBot, noted: _Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PaintTurns, "took", lambda turns, seconds, took=PaintTurns.took: took(turns, TURN))
    costly = set(noted.all)
    _look_otherwise(window, noted)
    noted.turns[:] = [[]]
    workbench(window).layout.reset()
    QApplication.sendPostedEvents()
    assert noted._waiting and not costly & set(noted.all)
    qtbot.waitUntil(lambda: noted.rests)
    assert costly & set(noted.all)


def test_what_waits_has_the_panels_colour_whatever_qt_takes_its_palette_for(
    window: Window, qtbot: QtBot, noted: _Noted
) -> None:
    _look_otherwise(window, noted)
    QApplication.processEvents()
    waiting = list(noted._waiting)
    assert waiting and noted._over.isActive()
    plain = QColor(window.theme.style.panel).rgb()
    for widget in waiting:
        widget.setPalette(QPalette(QColor("white")))  # as while a style sheet changes
    noted.turns[:] = [[]]
    noted._over.stop()
    noted._spent = TURN
    for widget in waiting:
        widget.repaint()
        seen = window.screen().grabWindow(window.winId()).toImage()
        corner = widget.mapTo(window, widget.rect().topLeft())
        inside = [(corner.x() + x, corner.y() + y) for x in (9, 20) for y in (9, 20)]
        assert {seen.pixel(x, y) for x, y in inside} == {plain}
        widget.setPalette(QPalette())
    noted._end()
    qtbot.waitUntil(lambda: noted.rests)


def test_a_picture_is_painted_at_once(window: Window, noted: _Noted) -> None:
    known = set(noted.all)
    noted.turns[:] = [[]]
    window.grab()
    assert known <= set(noted.all) and len(noted.turns) == 1 and not noted._waiting


def test_what_plays_on_is_never_blank_however_long_its_turn_has_taken(
    window: Window, qtbot: QtBot, noted: _Noted
) -> None:
    noted.turns[:], noted.seen[:] = [[]], []
    noted.took(10 * TURN)
    _update(window)
    qtbot.waitUntil(lambda: len(noted.seen) > 4)
    assert set(noted.seen) == set(noted.all) and not noted._waiting


def test_what_takes_very_long_is_painted_though_something_always_comes_first(qtbot: QtBot) -> None:
    """As the welcome before an audience: what lies below its page is painted first, in every turn."""

    class Ground(Painted):
        pass

    class Page(Painted):
        drawn = 0

        def draw(self, p: QPainter) -> None:
            self.drawn += 1

    ground = Ground()
    qtbot.addWidget(ground)
    page = Page(ground)
    page.setGeometry(0, 0, 80, 80)
    ground.resize(100, 100)
    ground.show()
    qtbot.waitUntil(lambda: page.drawn > 0)
    page.drawn, page._paint_costs.seconds = 0, 20 * TURN
    page.move(10, 10)
    qtbot.waitUntil(lambda: page.drawn > 0)
    assert page._paint_costs.waits == 0
