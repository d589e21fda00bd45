"""What a widget shows, as sentences for screen readers: set when it has come to rest, and only if they changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.painting import tell

REST = 250  # milliseconds after a change until it is told: by then the view is painted
LEAST = 1000  # milliseconds between two tellings: while a run plays nobody can listen to more


class Spoken(QObject):
    """Keeps a widget's accessible description. A change costs the start of a timer at most."""

    def __init__(self, widget: QWidget, summary: Callable[[], str]) -> None:
        """``summary`` returns what is to be told of the widget."""
        super().__init__(widget)
        self._widget, self._summary = widget, summary
        self._text = ""
        self._last = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._tell)

    def note(self) -> None:
        """Something may have changed: tell it soon."""
        if not self._timer.isActive():
            since = self._last.elapsed() if self._last.isValid() else LEAST
            self._timer.start(max(REST, LEAST - since))

    def _tell(self) -> None:
        self._last.start()
        try:
            with np.errstate(all="ignore"):  # of a run that diverges
                text = self._summary()
        except Exception as error:
            text = tell("Cannot be told", error)
        if text != self._text:
            self._text = text
            # Qt tells screen readers of it by itself: an event of ours as well would be read twice.
            self._widget.setAccessibleDescription(text)
