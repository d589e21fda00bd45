"""A widget as SVG: text stays text, and what is a map of values becomes an image inside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.painting import painting
from dropout_viz.engine.picture_file import PREFIX
from dropout_viz.errors import UserError

_TEXT = re.compile(rb'font-family="([^"]*)" font-size="([\d.]+)" font-weight="(\d+)"([^>]*?)\s*>([^<]+)</text>')
_NAMESPACE = "urn:dropout-viz"


def encode(widget: QWidget, background: str, texts: Mapping[str, str]) -> bytes:
    """Return a widget, laid out already, as an SVG file whose metadata says which run it shows.

    Raises:
        UserError: it could not be drawn.
    """
    size: QSize = widget.size()
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setResolution(96)  # one unit a pixel, and points as on the screen
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(f"dropout-viz: {texts.get(PREFIX + 'view', '')}, step {texts.get(PREFIX + 'step', '')}")
    with painting(generator) as painter:
        if not painter.isActive():
            raise UserError(f"{size.width()} x {size.height()}: could not be drawn as SVG")
        painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(background))
        widget.render(painter, QPoint())
    buffer.close()
    drawn = _TEXT.sub(_fitted, bytes(content.data()))
    head, end, rest = drawn.partition(b"</title>")
    return head + end + b"\n" + _metadata(texts).encode() + rest


def _fitted(found: re.Match[bytes]) -> bytes:
    """Return a piece of text that names other fonts for where ours is not installed, and takes as much room there."""
    family, size, weight, rest, text = (part.decode("utf-8") for part in found.groups())
    font = QFont(family)
    font.setPixelSize(max(1, round(float(size))))
    font.setWeight(QFont.Weight(int(weight)))
    font.setFeature(QFont.Tag("tnum"), 1)
    width = QFontMetricsF(font).horizontalAdvance(unescape(text, {"&quot;": '"', "&apos;": "'"}))
    others = "Menlo, Consolas, monospace" if "Mono" in family else "Inter, Helvetica, Arial, sans-serif"
    return (
        f'font-family="{family}, {others}" font-size="{size}" font-weight="{weight}"{rest} '
        f'textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs">{text}</text>'
    ).encode()


def _metadata(texts: Mapping[str, str]) -> str:
    parts = "".join(
        f'<text xmlns="{_NAMESPACE}" name="{escape(key.removeprefix(PREFIX))}">{escape(_plain(text))}</text>'
        for key, text in texts.items()
    )
    return f"<metadata>{parts}</metadata>"


def _plain(text: str) -> str:
    """Return a text without what XML does not allow."""
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))
