"""A card that asks for something: Escape leaves it as it was."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from dropout_viz.app.panels.floating import Floating


class Asking(Floating):
    """While the focus is in it, Escape is its own and no key of the window."""

    def leave(self) -> None:
        """Go away; nothing is to change."""
        raise NotImplementedError

    def dismiss(self) -> bool:
        self.leave()
        return True

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self.leave()
                return True
        return super().event(event)
