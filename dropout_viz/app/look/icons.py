"""Icons: 20 x 20 line drawings in ``resources/icons``, tinted by the theme when they are loaded.

They are kept, in two themes at two scales or so: a window may go through many zooms.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QImage, QPainter, QPixmap

from dropout_viz import assets
from dropout_viz.draw.painting import painting
from dropout_viz.draw.style import Style

SIZE = 20
_picture_scales: list[float] = []


def icon(name: str, style: Style, *, primary: bool = False) -> QIcon:
    """Return an icon in the theme's text colour, accented where checked, faint where disabled.

    ``primary`` is for the one button that is filled with the accent colour. Needs a QGuiApplication.
    """
    normal = style.accent_text if primary else style.text
    checked = style.accent_text if primary else style.accent
    if _picture_scales:
        return QIcon(_OfPicture(name, normal, checked, style.faint, _picture_scales[-1]))
    scales = tuple(sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}))
    return _icon(name, normal, checked, style.faint, scales, style.scale)


class _OfPicture(QIconEngine):
    """An icon at the scale of a picture, whoever asks: Qt asks for that of the screen where a widget would stand."""

    def __init__(self, name: str, normal: str, checked: str, disabled: str, scale: float) -> None:
        super().__init__()
        self._made = name, normal, checked, disabled, scale

    def clone(self) -> QIconEngine:
        return _OfPicture(*self._made)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        name, normal, checked, disabled, scale = self._made
        on = checked if state == QIcon.State.On else normal
        return pixmap(name, disabled if mode == QIcon.Mode.Disabled else on, scale)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return self.pixmap(size, mode, state)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.drawPixmap(rect, self.pixmap(rect.size(), mode, state))


@contextmanager
def at_scale(scale: float) -> Iterator[None]:
    """Make icons fit for a picture with ``scale`` pixels a point, whatever the screen has."""
    _picture_scales.append(scale)
    try:
        yield
    finally:
        _picture_scales.pop()


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, scale: float = 1, zoom: float = 1) -> QPixmap:
    """Return an icon in one colour (``#rrggbb``), ``zoom`` times as large, for a device with ``scale`` pixels a
    point."""
    tinted = QImage(_drawing(name, scale * zoom))
    with painting(tinted) as painter:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(tinted.rect(), QColor(colour))
    tinted.setDevicePixelRatio(scale)
    return QPixmap.fromImage(tinted)


@lru_cache(maxsize=256)
def _icon(name: str, normal: str, checked: str, disabled: str, scales: tuple[float, ...], zoom: float) -> QIcon:
    made = QIcon()
    on, off = QIcon.State.On, QIcon.State.Off
    for scale in scales:
        made.addPixmap(pixmap(name, normal, scale, zoom), QIcon.Mode.Normal, off)
        made.addPixmap(pixmap(name, checked, scale, zoom), QIcon.Mode.Normal, on)
        for state in (on, off):
            made.addPixmap(pixmap(name, disabled, scale, zoom), QIcon.Mode.Disabled, state)
    return made


@lru_cache(maxsize=128)
def _drawing(name: str, scale: float) -> QImage:
    """Return the drawing in black: parsing it is what costs, colouring it does not."""
    side = round(SIZE * scale)
    text = assets.path("icons", f"{name}.svg").read_text(encoding="utf-8")
    text = text.replace('width="20" height="20"', f'width="{side}" height="{side}"', 1)
    made = QImage()
    if not made.loadFromData(text.encode()):
        raise ValueError(f"icon {name}: not an SVG drawing")
    return made.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
