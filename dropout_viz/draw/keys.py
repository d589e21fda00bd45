"""Keys of several names: those that say yes, and those that move something."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""That of the letters, and that of the number pad."""
_MOVING = (
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down),
    *(Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown),
)


def takes_moving_key(event: QEvent) -> bool:
    """Take a key that moves something from the window's shortcuts, if an event asks whose it is: a widget that has the
    focus may want it for itself, whatever it means elsewhere. Return whether it did."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.key() not in _MOVING or held != Qt.KeyboardModifier.NoModifier:
        return False
    event.accept()
    return True
