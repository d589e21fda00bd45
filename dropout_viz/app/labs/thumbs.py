"""The small pictures of results: drawn one a turn of the event loop, and kept as long as the window has that look."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from dropout_viz.app.labs.figures.picture import picture_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.painting import tell
from dropout_viz.labs.keeping import Kept

_SIZE = (280, 175)  # units that a picture is laid out in: shown smaller, it has more of itself than of its texts
_SCALE = 1.2  # pixels of a unit of that


class Thumbs(QObject):
    """Draws pictures of results as they are asked for.

    Signals:
        drawn: there is another one.
    """

    drawn = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._made: dict[tuple[str, float, str], QImage] = {}
        self._wanted: list[Kept] = []
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._draw_next)

    def of(self, kept: Kept) -> QImage | None:
        """Return a result's picture; None where it has none, or is still to be drawn."""
        made = self._made.get(self._name(kept))
        if made is None and kept.result.figures and all(kept is not each for each in self._wanted):
            self._wanted.append(kept)
            self._turns.start()
        return made

    def _name(self, kept: Kept) -> tuple[str, float, str]:
        return kept.key, kept.when, self._theme.style.name

    def _draw_next(self) -> None:
        if not self._wanted:
            self._turns.stop()
            return
        kept = self._wanted.pop(0)
        bare = replace(kept.result.figures[0], title="", caption="")
        try:
            self._made[self._name(kept)] = picture_of(bare, _SIZE, _SCALE, self._theme.style)
        except Exception as error:
            self._made[self._name(kept)] = QImage()
            tell("A lab's picture cannot be drawn", error)
        if not self._wanted:
            self.drawn.emit()
