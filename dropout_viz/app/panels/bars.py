"""A bar that stays where it is put: across the window's top or bottom, with one widget and no frame."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QToolBar, QWidget


def fixed_bar(window: QMainWindow, name: str, widget: QWidget, area: Qt.ToolBarArea) -> QToolBar:
    """Return a bar that holds a widget, added to the window; it cannot be moved, torn off or hidden by the user."""
    bar = QToolBar(name, window)
    bar.setObjectName(f"{name.title().replace(' ', '')}Bar")
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.toggleViewAction().setEnabled(False)
    if (inside := bar.layout()) is not None:
        inside.setContentsMargins(0, 0, 0, 0)
    bar.addWidget(widget)
    window.addToolBar(area, bar)
    return bar
