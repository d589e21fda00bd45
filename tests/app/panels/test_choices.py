"""Choices in a small window: what is chosen ends in … where it must, and the list lies on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.draw.wheel import Combo
from tests.app.looking import workbench


def test_what_does_not_fit_is_cut_with_a_tooltip(qtbot: QtBot) -> None:
    combo = Combo()
    qtbot.addWidget(combo)
    combo.addItems(["Handwritten digits, 8 x 8 pixels each", "Two"])
    combo.setToolTip("What it is trained on")
    combo.resize(120, 28)
    combo.show()
    shown = combo.elided(combo.currentText())
    assert shown.endswith("…") and combo.fontMetrics().horizontalAdvance(shown) < 120
    wide = combo.grab().toImage()
    combo.setItemText(0, "Handwritten digits, 8 x 8 pixels each, and more")
    assert combo.grab().toImage() == wide  # what is left out is not drawn
    at = combo.rect().center()
    QApplication.sendEvent(combo, QHelpEvent(QHelpEvent.Type.ToolTip, at, combo.mapToGlobal(at)))
    assert QToolTip.text() == "Handwritten digits, 8 x 8 pixels each, and more\nWhat it is trained on"
    QToolTip.hideText()
    combo.setCurrentIndex(1)
    assert combo.elided("Two") == "Two"


def test_the_list_of_presets_lies_on_the_screen(window: Window, qtbot: QtBot) -> None:
    chooser, room = workbench(window).top_bar.preset, window.screen().availableGeometry()
    for place in (room.topLeft(), room.bottomRight() - QPoint(300, 60), QPoint(room.left() - 200, room.bottom() - 300)):
        window.move(place)
        chooser.showPopup()
        popup = chooser.view().window()
        qtbot.waitUntil(popup.isVisible)
        assert popup is not window and room.contains(popup.geometry()), (popup.geometry(), room)
        chooser.hidePopup()


def test_the_name_of_a_file_is_cut_too(window: Window, qtbot: QtBot) -> None:
    chooser, session = workbench(window).top_bar.preset, window.session
    assert session is not None
    name = f"{'a very long name of a file that ' * 3}someone has given to a run.toml"
    session.open_config(session.config.changed(learning_rate=0.5), name)
    qtbot.waitUntil(lambda: session.name == name)
    assert chooser.placeholderText().endswith("…") and chooser.toolTip() == name
