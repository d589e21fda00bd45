"""A view that still shows an older step than the window is greyed, header and numbers alike, and only as long."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels import late_cover
from dropout_viz.app.panels.late_cover import LateCover
from dropout_viz.app.window import Window
from tests.app.looking import workbench
from tests.app.painted_texts import texts_in


def strongest(window: Window) -> int:
    """How far the strongest pixel of the Network view is from its ground."""
    panel = workbench(window).panel("network")
    assert panel.widget() is not None
    image = panel.widget().grab().toImage()
    ground = image.pixelColor(3, image.height() - 4).lightness()
    above = image.height() - 40  # of what is said below
    pixels = range(0, image.width(), 2), range(0, above, 2)
    return max(abs(image.pixelColor(x, y).lightness() - ground) for x in pixels[0] for y in pixels[1])


def test_it_comes_and_goes_with_the_step_in_the_header(window: Window, qtbot: QtBot) -> None:
    panel = workbench(window).panel("network")
    qtbot.waitUntil(lambda: panel.shown_step == 0)
    assert all(cover.isHidden() for cover in panel.findChildren(LateCover))  # a window that was used may have one
    before = strongest(window)
    panel.compare(7, moving=False)
    (cover,) = panel.findChildren(LateCover)
    assert cover.isHidden() and panel.header.name.step == 0  # not at once: one that goes on is not greyed
    qtbot.waitUntil(cover.isVisible)
    assert any(found.text.startswith("still shows step 0") for found in texts_in(cover))
    assert strongest(window) < 0.7 * before
    assert panel.view is not None and cover.size() == panel.view.size()
    window.resize(1300, 850)
    qtbot.waitUntil(lambda: not workbench(window).layout.fitting and cover.size() == panel.view.size())
    under = QApplication.widgetAt(panel.view.mapToGlobal(QPoint(40, 40)))
    assert under is not cover and cover.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    panel.compare(0, moving=False)
    assert cover.isHidden() and panel.header.name.step is None
    assert strongest(window) > 0.9 * before


def test_a_view_that_is_slow_but_goes_on_is_greyed_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_cover, "_PATIENCE_MS", 40)
    over = QWidget()
    qtbot.addWidget(over)
    over.show()
    cover = LateCover(Theme("dark"), over)
    cover.note(1)
    qtbot.waitUntil(cover.isVisible)
    took = cover._since.elapsed()
    cover.note(2)
    assert cover.isHidden() and took >= 40
    assert cover._waiting.interval() >= 1.5 * took, "not before the next answer may be there"
    qtbot.waitUntil(cover.isVisible)  # that one does not come
    cover.note(None)
    assert cover.isHidden() and not cover._waiting.isActive()
    cover.note(3)
    assert cover._waiting.interval() == 40, "it has caught up meanwhile"
