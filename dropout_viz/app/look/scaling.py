"""How large a part of the window is: the sizes, margins, fonts and pictures of all that stands in it, at a zoom.

Sizes are written in units, as if there were no zoom. What the style sheet says is zoomed there (``theme.sheet``), and
what paints itself measures itself in units (``draw.units``); this is for the rest, Qt's own widgets and layouts.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QBoxLayout,
    QComboBox,
    QDockWidget,
    QGridLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QSizePolicy,
    QSpacerItem,
    QStackedLayout,
    QTabBar,
    QWidget,
)

from dropout_viz.draw.units import Measured, Units

BOUNDED = "bounded"
"""A property of a panel that has sizes of its own between which it stays."""
_DEEP = 4  # layouts within one another, of a panel
_OF_SHEET = "_q_stylesheet_minh"
"""Qt's own mark of a widget whose least height the style sheet has set, which knows of the zoom."""
_WRITTEN = (QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLabel, QLineEdit, QTabBar)
"""What has text."""


_spaces: WeakKeyDictionary[QLayout, list[QSpacerItem]] = WeakKeyDictionary()
"""The spaces of each layout. It is not asked for its items: those that Qt has made go when their widgets go, and PySide
does not hear of it. What comes to lie where they were is taken for them, and the program crashes when that goes."""


def add_space(layout: QBoxLayout, units: int) -> None:
    """Add a space to a row or a column, as ``addSpacing`` does, which is as large as a zoom wants it."""
    fixed, least = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum
    across = layout.direction() in (QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.RightToLeft)
    space = QSpacerItem(units, 0, fixed, least) if across else QSpacerItem(0, units, least, fixed)
    layout.addItem(space)
    _spaces.setdefault(layout, []).append(space)


def zoom_of(thing: QObject) -> float:
    """Return how many pixels a unit of a widget has now."""
    return Units(thing).zoom


def px(thing: QObject, units: float) -> int:
    """Return a length of a widget in pixels: for those that are set while it lives."""
    return round(units * Units(thing).zoom)


def in_units(painter: QPainter, room: QRect, zoom: float) -> QRect:
    """Let a painter of Qt's own draw in units, and return a rectangle of it in them."""
    painter.scale(zoom, zoom)
    corner, unit = QPointF(room.topLeft()), 1 / zoom
    return QRectF(corner * unit, QSizeF(room.size()) * unit).toRect()


def rescale(part: QWidget, zoom: float) -> None:
    """Let all that stands in a part of a window be as large as a zoom wants it.

    Widgets that lay themselves out hear of it by a ``QResizeEvent``.
    """
    changed = [widget for widget in (part, *part.findChildren(QWidget)) if _rescale_one(widget, zoom)]
    for widget in changed:
        if not isinstance(widget, Measured) and type(widget).__module__.startswith(__package__.split(".")[0]):
            QApplication.sendEvent(widget, QResizeEvent(widget.size(), widget.size()))


def lay_out_now() -> None:
    """Let layouts take place that have been asked for: each asks for the one around it."""
    for _ in range(_DEEP):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def grow(late: QWidget) -> None:
    """Let a widget that has come into a part of a window since be as large as what it stands in."""
    around = late.parentWidget()
    if around is not None and zoom_of(around) != zoom_of(late):
        rescale(late, zoom_of(around))


def _rescale_one(widget: QWidget, zoom: float) -> bool:
    """Return whether the widget had another zoom."""
    units = Units(widget)
    if units.zoom == zoom:
        return False
    if isinstance(widget, Measured):
        widget.take_zoom(zoom)
    elif not isinstance(widget, QDockWidget) or widget.property(BOUNDED):  # else its layout sets its least size
        wide, high = units.scaled("least", widget.minimumSize().toTuple(), zoom)
        widget.setMinimumSize(wide, widget.minimumHeight() if widget.property(_OF_SHEET) else high)
        widget.setMaximumSize(*units.scaled("most", widget.maximumSize().toTuple(), zoom))
        if hasattr(widget, "take_zoom"):  # a plot, whose file is not to be imported before the window is painted
            widget.take_zoom(zoom)
    if isinstance(widget, QAbstractButton):
        wide, high = units.scaled("icon", widget.iconSize().toTuple(), zoom)
        widget.setIconSize(type(widget.iconSize())(wide, high))
    if isinstance(widget, _WRITTEN):
        _rescale_font(widget, units, zoom)
    layout = widget.layout()
    if layout is not None:
        _rescale_layout(layout, zoom)
    units.zoom = zoom
    return True


def _rescale_font(widget: QWidget, units: Units, zoom: float) -> None:
    """Let text grow. With a style sheet on, Qt hands no font down to what stands in a widget."""
    font = widget.font()
    if font.pixelSize() > 0:
        (size,) = units.scaled("font", (font.pixelSize(),), zoom)
        font.setPixelSize(max(1, size))
        widget.setFont(font)


def _rescale_layout(layout: QLayout, zoom: float) -> None:
    """A layout, and those in it."""
    if not isinstance(layout, QBoxLayout | QGridLayout | QStackedLayout):
        return  # those of Qt's own: they ask the style
    units = Units(layout)
    if units.zoom == zoom:
        return
    sides = layout.contentsMargins()
    layout.setContentsMargins(*units.scaled("sides", (sides.left(), sides.top(), sides.right(), sides.bottom()), zoom))
    if isinstance(layout, QGridLayout):
        layout.setHorizontalSpacing(*units.scaled("across", (layout.horizontalSpacing(),), zoom))
        layout.setVerticalSpacing(*units.scaled("down", (layout.verticalSpacing(),), zoom))
        for row in range(layout.rowCount()):
            layout.setRowMinimumHeight(row, *units.scaled(f"row-{row}", (layout.rowMinimumHeight(row),), zoom))
        for column in range(layout.columnCount()):
            least = (layout.columnMinimumWidth(column),)
            layout.setColumnMinimumWidth(column, *units.scaled(f"column-{column}", least, zoom))
    elif isinstance(layout, QBoxLayout):
        layout.setSpacing(*units.scaled("gap", (layout.spacing(),), zoom))
    for at, space in enumerate(_spaces.get(layout, ())):
        size, policy = space.sizeHint(), space.sizePolicy()
        across, down = units.scaled(f"space-{at}", (size.width(), size.height()), zoom)
        space.changeSize(across, down, policy.horizontalPolicy(), policy.verticalPolicy())
    for inner in layout.findChildren(QLayout, options=Qt.FindChildOption.FindDirectChildrenOnly):
        _rescale_layout(inner, zoom)
    units.zoom = zoom
    layout.invalidate()
