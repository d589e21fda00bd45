"""Presenting: the window for the last row. Full screen, larger and stronger, without setup and top bar; a lesson's
steps are slides. Nothing of it is kept: on leaving everything is as it was, and the run has gone on untouched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.cover import WindowCover
from dropout_viz.app.look.scaling import lay_out_now, zoom_of
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.presenting.black_screen import BlackScreen
from dropout_viz.app.presenting.keystrokes import KeyStrokes
from dropout_viz.app.presenting.pointer import pointer
from dropout_viz.draw import style as look
from dropout_viz.draw.style import Style

if TYPE_CHECKING:
    from dropout_viz.app.workbench import Workbench

ROWS = 45
"""Lines of the smallest text that the screen's height would hold at most: it can be read from the last row."""
LEAST = 1.6
"""Times that text is as large as otherwise, at least."""


_STILL_ON = Qt.WindowState.WindowFullScreen | Qt.WindowState.WindowMinimized
_PATIENCE_MS = 2_000  # how long a window manager may take to give the window its size back


_WHOLE = Qt.WindowState.WindowFullScreen | Qt.WindowState.WindowMaximized


@dataclass(frozen=True)
class _Before:
    """What is put back."""

    style: Style
    state: Qt.WindowState
    place: QPoint
    size: QSize
    shown: tuple[Panel, ...]


def scale_for(height: int) -> float:
    """Return how large everything is on a screen of so many pixels of height."""
    return max(LEAST, height / ROWS / look.SMALL)


class Presentation(QObject):
    """Makes a furnished window fit for an audience, and puts everything back.

    Signals:
        begun: the window is about to change.

    Attributes:
        black_screen: what makes the screen black. strokes: shows the keys.
    """

    begun = Signal()

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench, self._window = workbench, workbench.window
        self._before: _Before | None = None
        self._coming: _Before | None = None  # what is put back as soon as the window is as it was
        self._closer = 1.0  # what the zoom's keys have done
        self._cover = WindowCover(self._window, self._in_place)
        self._cover.gone.connect(workbench.clock.wake)
        self.black_screen = BlackScreen(workbench.theme, self._window)
        self.strokes = KeyStrokes(self._window, workbench.transport)
        self._late = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._late.timeout.connect(self._give_up)
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._settling.timeout.connect(self._put_again)
        self._again: Callable[[], object] = str
        workbench.shortcuts.used.connect(self._show_key)
        self._workbench.restyling.finished.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    @property
    def on(self) -> bool:
        """Whether it is on."""
        return self._before is not None

    @property
    def moving(self) -> bool:
        """Whether something is still on its way there or back."""
        return self._cover.isVisible() or not self._in_place()

    def toggle(self) -> None:
        """Begin, or leave."""
        if self.on:
            self.leave()
        else:
            self.begin()

    def begin(self) -> None:
        """Fill the screen and let everything be large."""
        self.finish()  # if it has been left just now
        self.begun.emit()
        workbench, window = self._workbench, self._window
        layout = workbench.layout
        shown = tuple(panel for panel in layout.panels if panel.isVisible())
        self._before = _Before(workbench.theme.style, window.windowState(), window.pos(), window.size(), shown)
        self._closer = 1.0
        self._cover.come()
        window.setFocus()  # else Qt gives the keys to what comes after what is hidden, and Space presses that
        workbench.stages.put_aside()
        layout.bare = True
        workbench.lessons.ask_anew(True)
        workbench.top_bar.hide()
        workbench.transport.present(True)
        window.installEventFilter(self)
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self._fit()
        QApplication.setOverrideCursor(pointer(window.height() // 18))

    def leave(self) -> bool:
        """Put everything back; return whether there was anything to be left."""
        if self._before is None:
            return False
        self._coming, self._before = self._before, None
        workbench, window = self._workbench, self._window
        workbench.lessons.ask_anew(False)
        QApplication.restoreOverrideCursor()
        self._cover.come()
        self.black_screen.leave()
        self.strokes.hide()
        workbench.transport.present(False)
        workbench.top_bar.show()
        window.setWindowState(self._coming.state)
        if not self._coming.state & _WHOLE:
            window.resize(self._coming.size)
        workbench.theme.put_back(self._coming.style)
        self._late.start()
        self._arrive()
        return True

    def finish(self) -> None:
        """Leave at once: the window is about to be closed, and what it remembers is the user's own."""
        self.leave()
        self._put_back()
        if self._settling.isActive():
            self._put_again()
        self._cover.leave()

    def full_screen(self) -> None:
        """Full screen, and back; while presenting, which fills the screen, leave that."""
        if not self.leave():
            self._window.toggle_full_screen()

    def turn(self, by: int, otherwise: Callable[[], object]) -> None:
        """A key that turns slides while a lesson is presented, and does something else otherwise."""
        lessons = self._workbench.lessons
        if self.on and lessons.lesson is not None:
            lessons.turn_by_key(by)
        else:
            otherwise()

    def blank(self, otherwise: Callable[[], object]) -> None:
        """A key that makes the screen black while presenting, and does something else otherwise."""
        if self.on and self._workbench.session.selection.slow.moment is None:
            self.black_screen.come(self.black_screen)
        else:
            otherwise()

    def come_closer(self, factor: float, otherwise: Callable[[], object]) -> None:
        """A key that changes the zoom: while presenting it is that of the presentation, as far as what is on show has
        room; 0: its own."""
        if self.on:
            closer = min(2.0, max(0.5, self._closer * factor)) if factor else 1.0
            larger = closer > self._closer
            if not larger or self._workbench.layout.room_at(scale_for(self._window.height()) * closer):
                self._closer = closer
                self._fit()
        else:
            otherwise()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another size of the window, on whatever screen; or a window manager that has ended the full screen."""
        if event.type() == QEvent.Type.Resize:
            self._fit() if self.on else self._arrive()
        elif event.type() == QEvent.Type.WindowStateChange and self._ended:
            self.leave()
        return False

    @property
    def _ended(self) -> bool:
        return self.on and not self.moving and not self._window.windowState() & _STILL_ON

    def _in_place(self) -> bool:
        workbench = self._workbench
        coming = self._coming is not None or self._settling.isActive()
        return not (coming or workbench.restyling.under_way or workbench.layout.fitting or workbench.restyles_seen)

    def _fit(self) -> None:
        self._workbench.theme.present(scale_for(self._window.height()) * self._closer)

    def _show_key(self, command: str) -> None:
        if self.on:
            self.strokes.show_key(command, self._workbench.shortcuts.views)

    def _arrive(self) -> None:
        """Where the window has its size and its zoom again, its panels can have theirs."""
        before = self._coming
        if before is None or self._workbench.restyling.under_way or self._window.size() != before.size:
            return
        if zoom_of(self._window) != before.style.scale:
            return
        if self._workbench.restyling.hurry(before.shown):  # they come back with their own sizes
            QTimer.singleShot(0, self, self._arrive)
        else:
            self._put_back()

    def _give_up(self) -> None:
        """The window has not got its size back in good time: put back what is there at the size that it has."""
        if self._workbench.restyling.under_way:
            self._late.start()
        else:
            self._put_back()

    def _put_back(self) -> None:
        before, self._coming = self._coming, None
        if before is None:
            return
        self._late.stop()
        if not self._window.windowState() & _WHOLE:
            self._window.move(before.place)  # X11 forgets how high the title bar is
        self._window.removeEventFilter(self)
        layout = self._workbench.layout
        layout.bare = False
        self._again = self._workbench.stages.put_back()
        self._settling.start()

    def _put_again(self) -> None:
        self._settling.stop()
        lay_out_now()
        self._again()
        if (filling := self._workbench.stages.filling) is not None:
            self._workbench.layout.toggle_maximised(filling)
