"""The losses of the very step on show, where the curves have none there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import QUICK, Gauge, lacking, measured, work
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views.worker import Worker

Measured = tuple[int, Snapshot, dict[str, float]]
"""An arm by its number, its state, and what was measured; ``{}`` where it was not wanted any more."""
_STAYS_MS = 150  # what stays on show so long is worth measuring where it takes longer


class Measuring(QObject):
    """Measures small nets at once; large ones on a thread, when their step stays on show: at a pause, when it is
    looked back at, between two slow steps. A picture's are measured before it is drawn.

    Signals:
        done: something that took its time has been measured.
    """

    done = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: dict[int, tuple[Snapshot, dict[str, float]]] = {}  # by arm
        self._gauges: dict[int, Gauge] = {}
        self._frame: Frame | None = None
        self._worker = Worker(self, "loss")
        self._worker.done.connect(self._arrived)
        self._stays = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stays.timeout.connect(self._ask)

    def look(self, frame: Frame, *, picture: bool) -> None:
        """Measure what a frame's histories lack; for a ``picture`` however long it takes."""
        self._frame = frame
        for number, arm in enumerate(frame.arms):
            if not lacking(arm.snapshot, arm.history):
                self._found.pop(number, None)
            elif self._lacks(number) and work(arm.snapshot, frame.data) <= QUICK:
                self._found[number] = arm.snapshot, self._gauge(number, arm.snapshot, frame.data).measured(arm.snapshot)
        missing = self._missing()
        if missing and picture:
            self._worker.complete(lambda: [self._measure(number, frame) for number in missing], self._take)
        elif missing:
            self._stays.start()

    def value(self, arm: int, key: str) -> float | None:
        """Return what was measured at the frame's own step, or None."""
        return None if self._frame is None or self._lacks(arm) else self._found[arm][1].get(key)

    def stop(self) -> None:
        """Measure nothing more."""
        self._stays.stop()
        self._frame = None
        self._worker.close()

    def _gauge(self, arm: int, snapshot: Snapshot, data: DataSet) -> Gauge:
        """Return what measures an arm's states: as long as its settings stay, the same one."""
        gauge = self._gauges.get(arm)
        if gauge is None or gauge.config is not snapshot.config or gauge.data is not data:
            gauge = self._gauges[arm] = Gauge(snapshot.config, data)
        return gauge

    def _lacks(self, arm: int) -> bool:
        """Whether an arm's state has not been measured here."""
        assert self._frame is not None
        return arm not in self._found or self._found[arm][0] is not self._frame.arms[arm].snapshot

    def _missing(self) -> list[int]:
        if self._frame is None:
            return []
        arms = enumerate(self._frame.arms)
        return [number for number, arm in arms if self._lacks(number) and lacking(arm.snapshot, arm.history)]

    def _ask(self) -> None:
        if missing := self._missing():
            frame, number = self._frame, missing[0]
            assert frame is not None
            self._worker.ask(lambda: [self._measure(number, frame)], now=True)

    def _measure(self, number: int, frame: Frame) -> Measured:
        """Measure one arm, on whatever thread."""
        snapshot = frame.arms[number].snapshot
        return number, snapshot, measured(snapshot, frame.data, lambda: self._frame is frame)

    def _take(self, answer: list[Measured]) -> None:
        self._found.update({number: (snapshot, found) for number, snapshot, found in answer if found})
        self.done.emit()

    def _arrived(self, answer: list[Measured]) -> None:
        self._take(answer)
        self._ask()
