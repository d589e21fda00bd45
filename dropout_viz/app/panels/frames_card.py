"""What the frames of the last second took: found by its name or its key, by whoever asks why a window is slow."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from dropout_viz.app.frame_clock import FrameClock
from dropout_viz.app.frame_log import SOME, FrameLog
from dropout_viz.app.panels.floating import Floating

_EVERY_MS = 500


class FramesCard(Floating):
    """Tells, twice a second, what a log of frames says of the last one.

    Where the clock has none it has one while the card is on show: a log that goes on grows for an hour.
    """

    def __init__(self, clock: FrameClock, names: Sequence[str], window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self._clock, self._own = clock, FrameLog(names, SOME)
        self.text = QLabel()
        self.text.setAccessibleName("What frames take")
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.tell)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._clock.log is None:
            self._clock.log = self._own
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        if self._clock.log is self._own:
            self._clock.log = None
            self._own.frames.clear()

    def toggle(self) -> None:
        """Appear, or go away."""
        if self.isVisible():
            self.hide()
        else:
            self.tell()
            self.appear()

    def tell(self) -> None:
        """Say what there is now."""
        log = self._clock.log or self._own
        said = log.summary() or "No frame in the last second: nothing moves"
        if said != self.text.text():
            self.text.setText(said)
            self._place()
