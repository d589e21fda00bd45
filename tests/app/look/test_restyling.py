"""Another theme comes a part at a time, and in the end nothing tells that the window began with the other one."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QDialog, QLabel, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import deliver_events
from dropout_viz.app.look import restyling
from dropout_viz.app.look.scaling import zoom_of
from dropout_viz.app.window import Window
from dropout_viz.draw.paint_turns import PaintTurns
from tests.app.conftest import Open
from tests.app.look.test_zoom import at_rest
from tests.app.looking import workbench


class Sizes(QObject):
    """Hears which panels of views have been given another size."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.times: Counter[str] = Counter()
        self._keys = {panel: panel.key for panel in workbench(window).views}
        for panel in self._keys:
            panel.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QResizeEvent) and event.size() != event.oldSize():  # else it is told of a zoom
            self.times[self._keys[watched]] += 1
        return False


def _seen(window: Window) -> list[QWidget]:
    parts = [part for part in window.children() if isinstance(part, QWidget) and part.isVisible()]
    return [part for part in parts if part.geometry().intersects(window.rect())]  # Qt keeps others out of sight


def _looks(window: Window, qtbot: QtBot) -> dict[str, QImage]:
    """Return pictures of the window, of a panel that is opened only now, and of a dialog that is made only now."""
    parts = workbench(window)
    parts.layout.bring(parts.panel("masks"))
    parts.setup.fill()
    parts.keys.open()
    qtbot.waitUntil(lambda: parts.panel("masks").shown is not None and not parts.clock.ticking)
    found = {"keys": parts.keys.grab().toImage()}
    parts.keys.leave()
    dialog = QDialog(window)
    QVBoxLayout(dialog).addWidget(QLabel("One line"))
    dialog.show()
    deliver_events()
    found["dialog"] = dialog.grab().toImage()
    dialog.close()
    window.setFocus()
    qtbot.waitUntil(lambda: not workbench(window).restyling.under_way)
    for bar in window.findChildren(QTabBar):
        if bar in _seen(window):
            found["tabs"] = bar.grab().toImage()
    found["compare"] = parts.top_bar.compare.grab().toImage()
    found["window"] = _below_the_top(window)
    return found


def _below_the_top(window: Window) -> QImage:
    """Return a picture without the top bar, whose choice of presets is as wide as it was when it was filled."""
    deliver_events()
    return window.grab(window.rect().adjusted(0, workbench(window).top_bar.height(), 0, 0)).toImage()


def test_nothing_is_left_of_the_theme_before(open_window: Open, qtbot: QtBot, settings: QSettings) -> None:
    window = open_window()
    window.theme.set("light")
    qtbot.waitUntil(lambda: not workbench(window).restyling.under_way)
    changed = _looks(window, qtbot)
    window.close()
    for key in set(settings.allKeys()) - {"theme"}:
        settings.remove(key)
    window = open_window()  # in the light from the beginning
    assert window.theme.style.name == "light"
    begun = _looks(window, qtbot)
    assert set(changed) == set(begun) == {"keys", "dialog", "tabs", "compare", "window"}
    assert [name for name in begun if changed[name] != begun[name]] == []
    window.theme.set("dark")
    window.theme.set("light")  # before anything has followed
    qtbot.waitUntil(lambda: not workbench(window).restyling.under_way)
    assert _below_the_top(window) == begun["window"]


def test_parts_follow_one_by_one_those_that_are_seen_first(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    workbench(window).keys.hide()  # it is there
    hidden = [panel for panel in workbench(window).views if not panel.isVisible()]
    before = [part.styleSheet() for part in _seen(window)]
    window.theme.toggle()
    assert [part.styleSheet() for part in _seen(window)] == before
    assert workbench(window).restyling.under_way
    workbench(window).restyling._go_on()
    assert sum(part.styleSheet() != "" for part in _seen(window)) == 1
    while workbench(window).restyling.under_way:
        workbench(window).restyling._go_on()
    (sheet,) = {part.styleSheet() for part in _seen(window)}
    assert window.theme.style.panel in sheet
    assert {panel.styleSheet() for panel in hidden} == {""}  # their turns are still to come
    workbench(window).restyling._turns.stop()
    workbench(window).layout.bring(workbench(window).panel("masks"))  # and is not waited for by what is shown
    deliver_events()
    workbench(window).restyling._dress_shown()
    workbench(window).restyling._turns.stop()
    assert workbench(window).panel("masks").styleSheet() == sheet
    assert sum(panel.styleSheet() != "" for panel in hidden) == 1
    workbench(window).restyling._turns.start()
    qtbot.waitUntil(lambda: {panel.styleSheet() for panel in hidden} == {sheet})


def test_what_stands_behind_a_tab_waits_for_its_turn_and_has_it_when_it_comes_to_the_front(
    open_window: Open, qtbot: QtBot
) -> None:
    window = open_window()
    parts = workbench(window)
    behind, before = parts.panel("landscape"), parts.panel("masks")
    parts.layout.bring(before)  # in front of it
    qtbot.waitUntil(lambda: behind.isVisible() and not behind.geometry().intersects(window.rect()))
    window.theme.toggle()
    while workbench(window).restyling.under_way:
        workbench(window).restyling._go_on()
    workbench(window).restyling._dress_shown()
    assert window.theme.style.panel in before.styleSheet() and behind.styleSheet() == ""
    behind.raise_()
    qtbot.waitUntil(lambda: behind.geometry().intersects(window.rect()))
    workbench(window).restyling._turns.stop()  # not for its turn
    qtbot.waitUntil(lambda: window.theme.style.panel in behind.styleSheet())


@pytest.mark.slow
def test_another_zoom_gives_a_part_its_sizes_in_one_turn_and_its_style_sheet_in_the_next(
    window: Window, qtbot: QtBot
) -> None:
    at_rest(window, qtbot)
    window.theme.set_scale(1.25)
    parts, turns = _seen(window), []
    while workbench(window).restyling.under_way:
        before = [(zoom_of(part), part.styleSheet()) for part in parts]
        workbench(window).restyling._go_on()
        after = [(zoom_of(part), part.styleSheet()) for part in parts]
        turns.append(sum(now[at] != then[at] for then, now in zip(before, after, strict=True) for at in (0, 1)))
    assert max(turns) == 1 and sum(turns) == 2 * len(parts)
    window.theme.set_scale(1.0)
    at_rest(window, qtbot)


@pytest.mark.slow
def test_a_window_is_laid_out_and_painted_once_at_another_zoom(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest(window, qtbot)
    shown = [part for part in workbench(window).layout.panels if part.on_screen()]
    painted: list[object] = []
    resized = Sizes(window)
    monkeypatch.setattr(PaintTurns, "painted", lambda _, costs, seconds: painted.append(costs))
    for scale in (1.25, 1.0):
        window.theme.set_scale(scale)
        resized.times.clear()
        while workbench(window).restyling.under_way:
            workbench(window).restyling._go_on()
            assert not (painted and workbench(window).restyling.under_way), "half of it has followed"
            if workbench(window).layout.held:
                deliver_events()
                assert len(resized.times) <= 1, "room is shared out for each of them"  # one needs more than it has
        at_rest(window, qtbot)
        assert painted and window.updatesEnabled()
        assert [part for part in workbench(window).layout.panels if part.on_screen()] == shown
        painted.clear()


@pytest.mark.slow
def test_what_is_shown_before_its_turn_is_not_painted_before_it_has_followed(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_rest(window, qtbot)
    monkeypatch.setattr(restyling, "_LONGEST", 0.0)  # it takes longer than there is time for
    masks = workbench(window).panel("masks")
    before = masks.styleSheet()
    window.theme.toggle()
    while workbench(window).restyling.under_way:
        workbench(window).restyling._go_on()
    assert masks.styleSheet() == before
    workbench(window).restyling._turns.stop()
    workbench(window).layout.bring(masks)
    workbench(window).restyling._dress_shown()
    assert masks.isVisible() and not masks.updatesEnabled()
    qtbot.waitUntil(lambda: masks.updatesEnabled())
    assert window.theme.style.panel in masks.styleSheet() != before
    at_rest(window, qtbot)
    assert all(part.updatesEnabled() for part in _seen(window))
