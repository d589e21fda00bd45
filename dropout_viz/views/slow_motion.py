"""Which moment of one step is on show, shared by all views: stepped by hand or played. It computes nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from dropout_viz.engine.slow_motion import Dissection

RATES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Stages a second at which a step can be played."""


class SlowMotion(QObject):
    """Walks through the moments of a step that was taken apart.

    Signals:
        changed: another moment, another pace, begun or ended.
        wanted: what the run is to do: ``begin``: take its next step apart; ``next``: do that step and take the one
            after it apart; ``leave``: forget it.

    Attributes:
        moment: index of the moment on show, or None where there is no slow motion. count: how many there are.
        playing: whether moments follow one another by themselves. rate: moments a second then.
    """

    changed = Signal()
    wanted = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moment: int | None = None
        self.count = 0
        self.rate = 1.0
        self._taken: Dissection | None = None
        self._asked = False  # the run has been asked for something that is not there yet
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.forward)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def take(self, dissection: Dissection | None) -> None:
        """Begin at the first moment of a step that was taken apart; None: end."""
        self._asked = False
        if dissection is self._taken:
            return
        self._taken = dissection
        self.moment = None if dissection is None else 0
        self.count = 0 if dissection is None else len(dissection.moments)
        if dissection is None:
            self._timer.stop()
        self.changed.emit()

    def forward(self) -> None:
        """Show the next moment. At the end do the step, and begin with the one after it; at rest take one apart."""
        if self.moment is not None and self.moment + 1 < self.count:
            self.show_moment(self.moment + 1)
        elif not self._asked:  # a key held down must not do step upon step
            self._asked = True
            self.wanted.emit("begin" if self.moment is None else "next")

    def back(self) -> None:
        """Show the moment before."""
        if self.moment:
            self.show_moment(self.moment - 1)

    def show_moment(self, moment: int) -> None:
        """Show a moment of the step; one that it does not have changes nothing."""
        if self.moment is not None and 0 <= moment < self.count and moment != self.moment:
            self.moment = moment
            self.changed.emit()

    def toggle(self) -> None:
        """Play the moments one after another, or stop."""
        if self._timer.isActive():
            self._timer.stop()
        else:
            self._timer.start(round(1000 / self.rate))
            if self.moment is None:
                self.forward()
        self.changed.emit()

    def set_rate(self, rate: float) -> None:
        """Set the pace of playing, in moments a second."""
        self.rate = min(max(rate, RATES[0]), RATES[-1])
        self._timer.setInterval(round(1000 / self.rate))
        self.changed.emit()

    def refused(self) -> None:
        """The run cannot do what was asked of it: stop."""
        self._asked = False
        self._timer.stop()
        self.changed.emit()

    def leave(self) -> None:
        """End slow motion; the run stays where it is."""
        self._timer.stop()
        if self.moment is not None:
            self.wanted.emit("leave")
