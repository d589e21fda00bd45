"""The keys that move something: a widget that has the focus may want them for itself, whatever they mean elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

_KEYS = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)


def takes_moving_key(event: QEvent) -> bool:
    """Take such a key from the window's shortcuts, if an event asks whose it is; return whether it did."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() not in _KEYS or held != Qt.KeyboardModifier.NoModifier:
        return False
    event.accept()
    return True
