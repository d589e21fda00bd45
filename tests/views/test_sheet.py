"""A sheet pastes what is drawn without it, pixel for pixel, and has each picture drawn once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from dropout_viz.draw import sheet as sheets
from dropout_viz.draw import style as look
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.painting import painting
from dropout_viz.draw.sheet import PictureSheet, around
from dropout_viz.draw.text import draw_text

PLACES = [(40.0, 24.0), (60.3, 60.75), (80.5, 96.0), (90.1, 134.0)]


def painted(ink: Ink, scale: float, draw: Callable[[QPainter], object]) -> QImage:
    image = QImage(round(240 * scale), round(150 * scale), QImage.Format.Format_RGB32)
    image.fill(ink.colour("panel"))
    image.setDevicePixelRatio(scale)
    with painting(image) as p:
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(p)
    return image


def alike(one: QImage, other: QImage) -> bool:
    """Return whether two pictures look the same: but for a letter that lies a quarter of a pixel aside, they differ by
    no more than what smoothing on nothing is rounded by."""
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return sum(abs(a - b) > 12 for a, b in pairs) < 0.003 * one.sizeInBytes()


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_what_is_pasted_looks_as_what_is_drawn(qtbot: QtBot, theme: str, scale: float) -> None:
    ink, sheet = Ink(look.style(theme), 1.0, 3.0), PictureSheet()
    drawn: list[QPainter] = []

    def draw(p: QPainter, x: float, y: float) -> None:
        drawn.append(p)
        p.setBrush(QColor("#c04020"))
        p.setPen(QColor("#204060"))
        p.drawEllipse(QPointF(x - 30, y), 7.0, 5.0)

    def pasted(p: QPainter) -> None:
        sheet.begin(p, scale, ink)
        for x, y in PLACES:
            sheet.paste("dot", round(x), round(y), around(38.0), draw)
        for x, y in PLACES:
            sheet.text(x + 40.0, y, "  1,234 units on", 13, ink.colour("text"), bold=True, align=0.3)
            sheet.text(x, y - 17.0, "Jigsaw of −0.5", 11, ink.colour("dim"))
        sheet.end()

    def straight(p: QPainter) -> None:
        for x, y in PLACES:
            draw(p, round(x), round(y))
        for x, y in PLACES:
            draw_text(p, x + 40.0, y, "  1,234 units on", 13, ink.colour("text"), bold=True, align=0.3)
            draw_text(p, x, y - 17.0, "Jigsaw of −0.5", 11, ink.colour("dim"))

    first, again = painted(ink, scale, pasted), painted(ink, scale, pasted)
    assert first == again and len(drawn) == 1
    wanted = painted(ink, scale, straight)
    assert alike(first, wanted)


def test_a_full_sheet_begins_anew_and_loses_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    ink = Ink(look.style("dark"), 1.0, 3.0)

    def dot(p: QPainter, x: float, y: float) -> None:
        p.setBrush(QColor("#c04020"))
        p.setPen(QColor("#204060"))
        p.drawEllipse(QPointF(x, y), 6.0, 6.0)

    def frame(p: QPainter) -> None:
        sheet = PictureSheet()
        sheet.begin(p, 1.0, ink)
        for k in range(12):
            sheet.text(5.0 + 50 * (k % 4), 20.0 + 25 * (k // 4), f"text {k}", 13, ink.colour("text"))
        sheet.paste("dot", 80.0, 95.0, around(8.0), dot)
        sheet.end()

    roomy = painted(ink, 1.0, frame)
    for side in (64, 48, 10):  # of 10 pixels no text fits
        monkeypatch.setattr(sheets, "SIDE", side)
        assert alike(painted(ink, 1.0, frame), roomy)


def test_pictures_of_another_ink_are_let_go(qtbot: QtBot) -> None:
    sheet, seen = PictureSheet(), []
    for theme in ("dark", "dark", "light"):
        ink = Ink(look.style(theme), 1.0, 3.0)

        def frame(p: QPainter, ink: Ink = ink) -> None:
            sheet.begin(p, 1.0, ink)
            sheet.paste("dot", 50.0, 50.0, around(5.0), lambda p, x, y: p.fillRect(45, 45, 10, 10, ink.colour("text")))
            sheet.end()

        seen.append(painted(ink, 1.0, frame))
    assert seen[0] == seen[1] != seen[2]
