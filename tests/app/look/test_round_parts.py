"""What is round is round at every zoom: Qt makes a corner square whose radius is more than half of the side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QSlider
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.theme import sheet
from dropout_viz.app.look.zoom import PERCENTS
from dropout_viz.draw import style as look

SCALES = (*(percent / 100 for percent in PERCENTS), 960 / 45 / look.SMALL, 1.6, 1.87)


@pytest.mark.parametrize("scale", SCALES)
def test_the_handle_of_a_slider_is_a_circle(qtbot: QtBot, scale: float) -> None:
    style = replace(look.style("light"), scale=scale)
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setStyleSheet(f"* {{ background: {style.panel}; }}" + sheet(style))
    slider.setValue(50)
    slider.resize(240, 60)
    image = slider.grab().toImage()
    ink = [(x, y) for x in range(240) for y in range(60) if _is(image, x, y, style.text)]
    left, right = min(x for x, _ in ink), max(x for x, _ in ink)
    top, bottom = min(y for _, y in ink), max(y for _, y in ink)
    wide, high = right - left + 1, bottom - top + 1
    assert abs(wide - high) <= 1 and abs(wide - 14 * scale) <= 2
    assert len(ink) < 0.85 * wide * high, "a circle fills 79 % of the square around it"


def _is(image: QImage, x: int, y: int, colour: str) -> bool:
    """Whether a pixel is that, or nearly."""
    seen, wanted = image.pixelColor(x, y).getRgb(), QColor(colour).getRgb()
    return sum(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 60
