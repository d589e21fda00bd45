"""The button that drops weightless balls on the Landscape view's curve, and their way down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, QSignalBlocker, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from dropout_viz.analysis.probes import Rolling
from dropout_viz.analysis.questions.landscape import Scene
from dropout_viz.draw.style import Style

Array = NDArray[Any]

HOW_MANY = 100
SECONDS = 1.8  # that the last probe rolls
_FRAME_MS = 33


class Probes(QObject):
    """Probes on a frozen curve, from the click that drops them to the one that takes them away.

    Signals:
        changed: there is something new to draw.

    Attributes:
        rolling: what was dropped, or None. button: stays pressed as long.
    """

    changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rolling: Rolling | None = None
        self.button = QToolButton(parent)
        self.button.setText(f"Drop {HOW_MANY}")
        self.button.setCheckable(True)
        self.button.setAccessibleName(f"Drop {HOW_MANY} probes")
        self.button.setToolTip(
            f"Let {HOW_MANY} weightless balls roll down this curve from random places; again: take them away"
        )
        self.button.setFixedSize(64, 19)
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tick)

    def take(self, style: Style) -> None:
        """Take a theme's colours."""
        self.button.setStyleSheet(
            f"QToolButton {{ border: 1px solid {style.line}; border-radius: 4px; padding: 0; color: {style.text}; }}"
            f"QToolButton:hover {{ background: {style.raised}; }}"
            f"QToolButton:checked {{ background: {style.text}; color: {style.panel}; }}"
        )

    def drop(self, scene: Scene) -> None:
        """Drop probes on a scene's large curve, at places that depend on its step only."""
        curve = scene.chosen
        starts = np.random.default_rng(scene.request.snapshot.step).uniform(curve.t[0], curve.t[-1], HOW_MANY)
        self.rolling = Rolling(curve.t, curve.losses, curve.zones, starts)
        self._clock.start()
        self._timer.start()
        self.changed.emit()

    def drop_at_rest(self, scene: Scene | None, step: int | None) -> None:
        """Drop probes as they were dropped at a step, and show them where they end; not on another step's curve."""
        if scene is not None and scene.request.snapshot.step == step and scene.chosen.span is not None:
            self.drop(scene)
            self.stop()
            with QSignalBlocker(self.button):
                self.button.setChecked(True)

    def like(self, other: Probes) -> None:
        """Show another's probes where they end."""
        self.rolling = other.rolling
        self.changed.emit()

    def release(self) -> None:
        """Take the probes away."""
        self.stop()
        self.rolling = None
        with QSignalBlocker(self.button):
            self.button.setChecked(False)
        self.changed.emit()

    def stop(self) -> None:
        """End the motion: the probes are where they end."""
        self._timer.stop()

    def shown(self) -> tuple[Rolling, Array, bool] | None:
        """Return the probes, where they are now, (n,), and whether all have arrived."""
        if self.rolling is None:
            return None
        if not self._timer.isActive():
            return self.rolling, self.rolling.at(self.rolling.duration), True
        share = self._clock.elapsed() / (1000 * SECONDS)
        return self.rolling, self.rolling.at(self.rolling.duration * share), share >= 1

    def _tick(self) -> None:
        if self._clock.elapsed() >= 1000 * SECONDS:
            self._timer.stop()
        self.changed.emit()
