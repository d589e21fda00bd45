"""Where Tab goes: through the window part by part, as they are read, and within each down what it holds.

Qt's own order is that in which things were made: the title bars of panels, then the views, then the form of the setup.
Only what is ours is put in order. To look for stops among all widgets would wrap Qt's inner ones in Python, and such a
wrapper outlives its widget: the next one at that address was then taken for deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QTabBar, QWidget


def put_in_order(stops: Sequence[QWidget]) -> None:
    """Let Tab go to these one after the other, from the first, which stays where it is. What Tab does not stop at now
    is passed over: Qt would go on from nowhere."""
    taking = [stop for stop in stops if _takes_tab(stop)]
    for one, next_ in pairwise(taking):
        QWidget.setTabOrder(one, next_)


def to_part(parts: Sequence[tuple[QWidget, Sequence[QWidget]]], focus: QWidget | None, by: int) -> None:
    """Give the keys to the part that lies so many further on than the one that has them.

    Args:
        parts: each with what may take the keys in it.
    """
    here = [at for at, (part, _) in enumerate(parts) if focus is not None and part.isAncestorOf(focus)]
    at = here[0] + by if here else min(by, 0)
    stops = parts[at % len(parts)][1]
    first = next((stop for stop in stops if _takes_keys(stop)), None)
    if first is not None:
        first.setFocus(Qt.FocusReason.TabFocusReason if by > 0 else Qt.FocusReason.BacktabFocusReason)


def _takes_tab(widget: QWidget) -> bool:
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)


def _takes_keys(widget: QWidget) -> bool:
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and widget.isEnabled()


def is_out_of_sight(widget: QWidget) -> bool:
    """Return whether it belongs to what Qt keeps far outside of the window: a panel behind others, or the tabs of one
    that stands alone."""
    if isinstance(widget, QTabBar):
        return widget.visibleRegion().isEmpty()
    around: QWidget | None = widget
    while around is not None and not isinstance(around, QDockWidget):
        around = around.parentWidget()
    return around is not None and around.visibleRegion().isEmpty()
