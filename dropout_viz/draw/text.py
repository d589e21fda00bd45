"""Text in painted views: shaped once, measured once, drawn many times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintEngine, QPainter, QStaticText, QTransform

from dropout_viz.draw import style as look

_DIGITS = str.maketrans("123456789", "000000000")


class Shortened(str):
    """A text that was cut short with an ellipsis where it did not fit.

    Attributes:
        whole: what it was before.
    """

    whole = ""


class ShortTexts:
    """The shortened texts that a widget has painted, and where: what is cut short is told whole where the mouse is."""

    _listening: ShortTexts | None = None

    def __init__(self) -> None:
        self._found: list[tuple[QRectF, str]] = []

    def begin(self) -> None:
        """Hear of all that is painted until ``end``."""
        self._found = []
        ShortTexts._listening = self

    def end(self) -> None:
        """Hear of nothing more."""
        ShortTexts._listening = None

    def at(self, place: QPointF) -> str:
        """Return the whole text of what is cut short at a place, or ``""``."""
        return next((whole for box, whole in self._found if box.contains(place)), "")

    @staticmethod
    def note(painter: QPainter, box: QRectF, text: str) -> None:
        """Hear of a text that is painted in a box."""
        if ShortTexts._listening is not None and isinstance(text, Shortened):
            ShortTexts._listening._found.append((painter.transform().mapRect(box), text.whole))


@lru_cache(maxsize=64)
def text_font(pixels: int, bold: bool = False) -> QFont:
    """Return the bundled font with digits of equal width, so that a live number does not shake."""
    font = look.font(pixels, bold=bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@lru_cache(maxsize=64)
def _measures(pixels: int, bold: bool) -> tuple[QFontMetricsF, float]:
    """Return a font's metrics and half the height of its capitals."""
    metrics = QFontMetricsF(text_font(pixels, bold))
    return metrics, metrics.capHeight() / 2


@lru_cache(maxsize=4096)
def text_width(text: str, pixels: int, bold: bool = False) -> float:
    """Return the width of one line of text in logical pixels."""
    return _measures(pixels, bold)[0].horizontalAdvance(text)


@lru_cache(maxsize=4096)
def text_reach(text: str, pixels: int, bold: bool = False) -> QRectF:
    """Return what a line of text covers about its beginning and its capitals' middle, in logical pixels."""
    metrics, half = _measures(pixels, bold)
    begun = metrics.horizontalAdvance(text) - metrics.horizontalAdvance(text.lstrip())
    return metrics.tightBoundingRect(text.strip()).translated(begun, half).adjusted(-1, -1, 1, 1)


def live_width(text: str, pixels: int, bold: bool = False) -> float:
    """Return the width of text with numbers, measured once for all numbers as long: all digits are equally wide."""
    return text_width(text.translate(_DIGITS), pixels, bold)


@lru_cache(maxsize=4096)
def _shaped(text: str, pixels: int, bold: bool) -> tuple[QStaticText, QFont, float, float]:
    """Return a line of text ready to draw, its font, its width, and how far its top lies above its capitals' middle."""
    made, font = QStaticText(text), text_font(pixels, bold)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), font)
    metrics, half = _measures(pixels, bold)
    return made, font, metrics.horizontalAdvance(text), metrics.ascent() - half


def draw_text(
    painter: QPainter,
    x: float,
    middle: float,
    text: str,
    pixels: int,
    colour: QColor,
    *,
    bold: bool = False,
    align: float = 0.0,
    live: bool = False,
) -> float:
    """Draw one line whose capitals are centred on ``middle`` and return its width.

    ``align`` is the share of the text that lies left of x: 0 begins there, 0.5 is centred on it, 1 ends there.
    ``live`` text holds numbers that change from frame to frame: it is drawn as it comes, for half of what it costs to
    make it ready and keep it.
    """
    if not text:
        return 0.0
    if type(text) is Shortened:
        width = text_width(text, pixels, bold)
        ShortTexts.note(painter, QRectF(x - align * width, middle - 0.7 * pixels, width, 1.4 * pixels), text)
    if live:
        width = live_width(text, pixels, bold)
        painter.setFont(text_font(pixels, bold))
        painter.setPen(colour)
        painter.drawText(QPointF(x - align * width, middle + _measures(pixels, bold)[1]), text)
        return width
    shaped, font, width, rise = _shaped(text, pixels, bold)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawStaticText(QPointF(x - align * width, middle - rise), shaped)
    return width


@lru_cache(maxsize=512)
def elided(text: str, pixels: int, room: float, bold: bool = False) -> str:
    """Return the text, cut short with an ellipsis where it does not fit a width."""
    short = _measures(pixels, bold)[0].elidedText(text, Qt.TextElideMode.ElideRight, room)
    if short == text:
        return text
    made = Shortened(short)
    made.whole = text
    return made


def elided_apart(texts: Sequence[str], pixels: int, room: float) -> list[str]:
    """Return texts that stand below one another, cut short where they do not fit a width. A beginning that several
    share goes first, in all of them, so that what tells them apart stays."""
    wide = [text for text in texts if text_width(text, pixels) > room]
    gone = {_shared_beginning(text, texts, pixels, room) for text in wide}
    made = []
    for text in texts:
        beginning = max((begun for begun in gone if text.startswith(begun)), key=len, default="")
        short = elided(f"…{text.removeprefix(beginning)}" if beginning else text, pixels, room)
        if short != text:
            short = Shortened(short)
            short.whole = text
        made.append(short)
    return made


def _shared_beginning(text: str, texts: Sequence[str], pixels: int, room: float) -> str:
    """Return the words that a text begins with as others do: as few as make room for the rest, and none without which
    two texts would be alike; ``""`` where it shares none."""
    found = ""
    for at in range(1, len(text)):
        alike = [other for other in texts if other.startswith(text[:at])]
        begins_word = text[at].isalnum() and not text[at - 1].isalnum()
        ends = {other: other[at:] for other in alike}
        apart = not any(other != one and other.endswith(end) for one, end in ends.items() for other in texts)
        if begins_word and len(alike) > 1 and apart:
            found = text[:at]
            if text_width(f"…{text[at:]}", pixels) <= room:
                break
    return found


@lru_cache(maxsize=512)
def wrapped(text: str, pixels: int, room: float, bold: bool = False) -> tuple[str, ...]:
    """Return text in lines that fit a width."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, pixels, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


@lru_cache(maxsize=512)
def first_lines(text: str, pixels: int, room: float, most: int) -> tuple[str, ...]:
    """Return text in at most so many lines that fit a width: all of it, else whole sentences, else its beginning."""
    lines = wrapped(text, pixels, room)
    if len(lines) <= most:
        return lines
    for end in reversed([at for at, letter in enumerate(text) if letter in ".?!" and text[at + 1 : at + 2] == " "]):
        said = wrapped(text[: end + 1], pixels, room)
        if len(said) <= most:
            return said
    words = text.split()
    while len(wrapped(f"{' '.join(words)}…", pixels, room)) > most:
        words.pop()
    *begun, last = wrapped(f"{' '.join(words)}…", pixels, room)
    short = Shortened(last)
    short.whole = text
    return (*begun, short)


def fitting(wordings: Sequence[str], pixels: int, room: float, bold: bool = False) -> str:
    """Return the fullest wording that fits."""
    for text in wordings:
        if live_width(text, pixels, bold) <= room:
            return text
    return elided(wordings[-1], pixels, room, bold)


def first_fitting(wordings: Sequence[str], pixels: int, room: float) -> str:
    """Return the fullest wording that fits, or ``""``."""
    return next((text for text in wordings if text_width(text, pixels) <= room), "")


def fitting_ends(left: Sequence[str], right: Sequence[str], pixels: int, room: float) -> tuple[str, str]:
    """Return the fullest wording of both ends of a line that fits, with a gap between them; else the last ones."""
    pairs = sorted(product(left, right), key=lambda pair: -sum(map(len, pair)))
    fits = (pair for pair in pairs if sum(live_width(text, pixels) for text in pair) + 14 <= room)
    return next(fits, (left[-1], right[-1]))


def draw_foot(p: QPainter, area: QRectF, wordings: Sequence[str], pixels: int, colour: QColor, line: QColor) -> None:
    """Draw the fullest wording that fits, or the last one, on some lines under a thin ``line``; nothing in no room."""
    if not area.height():
        return
    p.fillRect(QRectF(area.left(), area.top() - 5, area.width(), 1), line)
    p.setFont(text_font(pixels))
    p.setPen(colour)
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
    for text in wordings:
        if p.boundingRect(area, flags, text).height() <= area.height() + 1 or text is wordings[-1]:
            p.drawText(area.adjusted(0, 0, 0, 4), flags, text)
            return


def is_vector(painter: QPainter) -> bool:
    """Return whether lines and text stay what they are, as in SVG: what is kept as pixels is painted anew then."""
    engine = painter.paintEngine()
    return engine is not None and engine.type() == QPaintEngine.Type.SVG
