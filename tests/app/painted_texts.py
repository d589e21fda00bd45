"""All text that a widget paints, with its size and its place on the screen: an SVG file of it says so."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QPoint, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QRegion, QTransform
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.painting import painting

_TEXT = "{http://www.w3.org/2000/svg}text"
_NONE = QRegion()


class PaintedText(NamedTuple):
    """One text, the height of its letters' size in pixels, and the box of its ink in the widget's pixels."""

    height: float
    text: str
    box: QRectF


def painted_texts(widget: QWidget) -> list[tuple[float, str]]:
    """Return each text's height in pixels, and what it says, of a widget and all that is in it."""
    return [(found.height, found.text) for found in texts_in(widget, children=True)]


def texts_in(widget: QWidget, *, children: bool = False) -> list[PaintedText]:
    """Return the texts of a widget, with those of its children or without."""
    flags = QWidget.RenderFlag.DrawWindowBackground
    if children:
        flags |= QWidget.RenderFlag.DrawChildren
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(QWidget.size(widget))
    generator.setViewBox(QWidget.rect(widget))
    with painting(generator) as p:
        widget.render(p, QPoint(), _NONE, flags)
    found: list[PaintedText] = []

    def look(element: ElementTree.Element, matrix: QTransform) -> None:
        if numbers := re.match(r"matrix\(([^)]*)\)", element.get("transform", "")):
            matrix = QTransform(*(float(part) for part in numbers[1].split(",")))  # a group of Qt's has the whole of it
        if element.tag == _TEXT and (element.text or "").strip():
            found.append(_placed(element, str(element.text), matrix))
        for child in element:
            look(child, matrix)

    look(ElementTree.fromstring(bytes(buffer.data().data())), QTransform())
    return found


def _placed(element: ElementTree.Element, text: str, matrix: QTransform) -> PaintedText:
    size = float(element.get("font-size", "0"))
    font = QFont(element.get("font-family", ""))
    font.setPixelSize(100)  # letters of whole pixels are all that a font may have
    font.setWeight(QFont.Weight(int(element.get("font-weight", "400"))))
    ink = QFontMetricsF(font).tightBoundingRect(text)
    share = size / 100
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    box = QRectF(x + ink.x() * share, y + ink.y() * share, ink.width() * share, ink.height() * share)
    return PaintedText(size * (matrix.m11() ** 2 + matrix.m12() ** 2) ** 0.5, text, matrix.mapRect(box))
