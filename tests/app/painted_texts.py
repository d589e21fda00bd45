"""All text that a widget paints, with the size that it has on the screen: an SVG file of it says so."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from PySide6.QtCore import QBuffer, QPoint
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.painting import painting

_TEXT = "{http://www.w3.org/2000/svg}text"


def painted_texts(widget: QWidget) -> list[tuple[float, str]]:
    """Return each text's height in pixels, and what it says."""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(96)
    generator.setSize(widget.size())
    generator.setViewBox(widget.rect())
    with painting(generator) as p:
        widget.render(p, QPoint())
    found: list[tuple[float, str]] = []

    def look(element: ElementTree.Element, scale: float) -> None:
        if matrix := re.match(r"matrix\(([^)]*)\)", element.get("transform", "")):
            a, b = (float(part) for part in matrix[1].split(",")[:2])
            scale = (a * a + b * b) ** 0.5  # a group of Qt's has the whole of it
        if element.tag == _TEXT and (element.text or "").strip():
            found.append((float(element.get("font-size", "0")) * scale, str(element.text)))
        for child in element:
            look(child, scale)

    look(ElementTree.fromstring(bytes(buffer.data().data())), 1.0)
    return found
