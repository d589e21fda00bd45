"""What a user does with the Landscape view, and what is seen of it, for its tests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape.one import OneWeight
from tests.views.hands import placed

BIG = (64, 256, 10)
OPENS_A_LIST = pytest.mark.qt_log_ignore("This plugin does not support")  # what Qt says of every list without a display


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> OneWeight:
    view = OneWeight(Selection(), look.style(theme))
    placed(qtbot, view, size).show_frame(frame)
    return view


def choose_masks(qtbot: QtBot, view: OneWeight) -> None:
    """Choose the second surface as a user does: open the list, click the row."""
    surface = view.surface.tool()
    assert isinstance(surface, QComboBox)
    surface.show()
    qtbot.mouseClick(surface, Qt.MouseButton.LeftButton)
    rows = surface.view()
    qtbot.waitUntil(rows.isVisible)
    # a list ignores a click that comes at once after the one that opened it
    at = rows.visualRect(surface.model().index(1, 0)).center()
    qtbot.waitUntil(lambda: _picked(qtbot, surface, at))


def _picked(qtbot: QtBot, surface: QComboBox, at: QPoint) -> bool:
    if surface.view().isVisible():
        qtbot.mouseMove(surface.view().viewport(), at)
        qtbot.mouseClick(surface.view().viewport(), Qt.MouseButton.LeftButton, pos=at)
    return surface.currentIndex() == 1


def colours(view: OneWeight) -> list[int]:
    """Return the colours of the chosen weight's zones, as a picture carries them."""
    memory = view.choices()["memory"]
    zones = memory["zones"][memory["places"].index(memory["chosen"])]
    return [int(colour) for _, colour in zones]


def trail(view: OneWeight) -> tuple[list[float], list[float]]:
    """Return where the chosen weight's ball has been, and the losses there."""
    assert view.scene is not None
    values, losses = view.memory.trail(view.scene, view.scene.chosen.place)
    return values.tolist(), losses.tolist()
