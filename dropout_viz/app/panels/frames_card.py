"""What the frames of the last second took: found by its name or its key, by whoever asks why a window is slow."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from dropout_viz.app.frame_log import FrameLog
from dropout_viz.app.panels.floating import Floating

_EVERY_MS = 500


class FramesCard(Floating):
    """Tells, twice a second, what a log of frames says of the last one."""

    def __init__(self, log: FrameLog, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self._log = log
        self.text = QLabel()
        self.text.setAccessibleName("What frames take")
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.tell)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def toggle(self) -> None:
        """Appear, or go away."""
        if self.isVisible():
            self.hide()
        else:
            self.tell()
            self.appear()

    def tell(self) -> None:
        """Say what there is now."""
        said = self._log.summary() or "No frame in the last second: nothing moves"
        if said != self.text.text():
            self.text.setText(said)
            self._place()
