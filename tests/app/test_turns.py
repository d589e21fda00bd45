"""Nothing holds the window's thread up for long: panels are laid out once, and what takes long comes in turns."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import WINDOW
from dropout_viz.app.frame_clock import TURN, Screen
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.window import Window
from dropout_viz.draw.paint_turns import Costs, PaintTurns
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.plot import Plot
from dropout_viz.views.base import Frame
from tests.app.looking import panels, workbench
from tests.app.test_moment import told


class _Resized(QObject):
    """Counts how often each view is given another size."""

    def __init__(self, window: Window) -> None:
        super().__init__()
        self.times: Counter[str] = Counter()
        self._keys = {panel.view: panel.key for panel in panels(window) if panel.view is not None}
        for view in self._keys:
            view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.times[self._keys[watched]] += 1
        return False


def test_panels_that_come_and_go_together_are_laid_out_once(window: Window, qtbot: QtBot) -> None:
    layout = workbench(window).layout
    for key in ("masks", "map", "loss"):
        layout.bring_view(key)
        qtbot.waitUntil(lambda key=key: workbench(window).panel(key).shown is not None)
    kept = layout.save()
    resized = _Resized(window)
    for act in (
        layout.reset,
        lambda: layout.restore(kept),
        lambda: layout.toggle_maximised(workbench(window).panel("network")),
        layout.restore_size,
    ):
        resized.times.clear()
        act()
        assert set(resized.times.values()) <= {1}
        qtbot.waitUntil(lambda: not layout.fitting)


def test_a_panel_that_fills_the_window_in_place_of_another_is_laid_out_with_it_once(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout, masks = workbench(window).layout, workbench(window).panel("masks")
    layout.toggle_maximised(workbench(window).panel("network"))
    qtbot.waitUntil(lambda: not layout.fitting and not workbench(window).clock.ticking)
    laid_out: list[float] = []
    with monkeypatch.context() as patched:
        patched.setattr(PaintTurns, "took", lambda turns, seconds: laid_out.append(seconds))
        layout.open_filling(masks)
    assert len(laid_out) == 1 and layout.maximised is masks
    layout.restore_size()
    qtbot.waitUntil(lambda: workbench(window).panel("network").on_screen() and not layout.fitting)


def test_views_that_take_long_have_a_turn_each(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, screens = workbench(window).clock, workbench(window).clock._screens
    open_ = [panel for panel in panels(window) if panel.on_screen()]
    qtbot.waitUntil(lambda: not clock.ticking and all(panel.shown is not None for panel in open_))
    assert len(open_) > 2
    clock._costs = dict.fromkeys(range(len(screens)), TURN)
    turns: list[int] = []
    wrong: list[str] = []
    show = clock._show

    def look(shown: list[Screen], frame: Frame) -> None:
        show(shown, frame)
        turns.append(len(shown))
        wrong.extend(told(window) if workbench(window).transport.shown is frame else [])

    monkeypatch.setattr(clock, "_show", look)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(turns) and not clock.ticking)
    assert turns == [1] * (len(open_) + 1)
    qtbot.waitUntil(lambda: {panel.shown_step for panel in open_} == {1})  # some compute what they show
    assert not wrong and not told(window) and all(panel.header.name.step is None for panel in open_)
    clock._costs = dict.fromkeys(range(len(screens)), TURN / len(screens))
    turns.clear()
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(turns) and not clock.ticking)
    assert turns == [len(open_) + 1]  # all of them, where there is time


@pytest.mark.parametrize("given_up", [0, 3, 6])
def test_a_picture_has_its_window_furnished_in_turns(
    window: Window, monkeypatch: pytest.MonkeyPatch, given_up: int
) -> None:
    made: list[int] = [0]
    begin = ViewPanel.__init__

    def count(panel: ViewPanel, *given: Any) -> None:
        made[-1] += 1
        begin(panel, *given)

    monkeypatch.setattr(ViewPanel, "__init__", count)
    frame = workbench(window).session.frame()
    canvas = FigureCanvas(workbench(window).finder.shot(frame, WINDOW, (1280, 800)), frame, lambda: None)
    turns = canvas.lay_out()
    for turn, _ in enumerate(turns, 1):
        made.append(0)
        if turn == given_up:
            break
    turns.close()
    canvas.close()
    assert max(made) <= 5
    assert sum(made) == len(workbench(window).views) or given_up


@pytest.mark.parametrize("key", ["loss", "network", WINDOW])
def test_a_picture_is_not_painted_before_it_is_drawn(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking)
    painted: list[Costs] = []
    monkeypatch.setattr(PaintTurns, "painted", lambda _, costs, seconds: painted.append(costs))
    frame = workbench(window).session.frame()
    with FigureCanvas(workbench(window).finder.shot(frame, key, (1280, 800)), frame) as canvas:
        assert canvas._widget is not None
        parts = [canvas._widget, *canvas._widget.findChildren(QWidget)]
        own = {id(part._paint_costs) for part in parts if isinstance(part, Painted)}
        own |= {id(part.paint_costs) for part in parts if isinstance(part, Plot)}
        assert not own & set(map(id, painted))  # the window on the screen may be
        canvas.image()
        assert own & set(map(id, painted))
