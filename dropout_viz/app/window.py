"""The window. It is painted as soon as Qt is there; ``workbench.furnish`` puts everything else in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QEvent, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QMainWindow, QTabBar

from dropout_viz.app.look import zoom
from dropout_viz.app.look.theme import Theme, palette
from dropout_viz.app.platform.tab_order import is_out_of_sight
from dropout_viz.draw.painting import Painted

if TYPE_CHECKING:
    from dropout_viz.app.session import Session

DEFAULT_SIZE = (1440, 900)
SMALLEST = (900, 520)
NAME = "dropout-viz"
_MOST_STOPS = 500  # of Tab, that are passed over
_GRIP = 100  # pixels of a title bar by which a window can be dragged


class WindowContents(Protocol):
    """What a window asks of what stands in it."""

    def put_away(self) -> None:
        """Put back what is not the user's own, and remember the rest: the window is about to be hidden."""

    def put_tab_in_order(self) -> None:
        """Let Tab follow what stands in the window now: it has been pressed."""

    def close(self) -> None:
        """Show nothing more; the session is about to end."""


class Window(QMainWindow):
    """The main window.

    Signals:
        first_painted: the empty window is on the screen.

    Attributes:
        session: what it shows, once it is furnished. workbench: what stands in it then.
        settings: where size, layout and theme are remembered, or None.
    """

    first_painted = Signal()

    def __init__(self, settings: QSettings | None = None, theme: Theme | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.theme = theme or Theme(str(self._remembered("theme") or ""), zoom.remembered(settings))
        self.setProperty("zoom", self.theme.style.scale)
        self.session: Session | None = None
        self.workbench: WindowContents | None = None
        self.setWindowTitle(NAME)
        self.setMinimumSize(*SMALLEST)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocus()  # not on the first button: the focus ring comes with the first Tab
        self.setPalette(palette(self.theme.style))
        self.setCentralWidget(_Empty(self))
        self._size_up()
        self.theme.changed.connect(self._remember_theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.workbench is not None and self.session is not None:
            self.workbench.put_away()
            self._remember()
            self.hide()  # nobody need wait while what is being written is written
            self.workbench.close()
            self.session.close()
            if self.settings is not None:
                self.settings.sync()  # what has just been saved is among the recent files
            self.workbench = None
        super().closeEvent(event)

    # --- remembered --------------------------------------------------------------------------------------------------

    def _remembered(self, key: str) -> object:
        """Return a remembered value, None where there is none. Its reader refuses what has been spoilt."""
        return None if self.settings is None else self.settings.value(key)

    def _remember(self) -> None:
        if self.settings is not None:
            self.settings.setValue("geometry", self.saveGeometry())
            self.settings.sync()

    def _remember_theme(self) -> None:
        """At once: it outlives a program that is killed. What nobody has chosen follows the desktop again."""
        if self.settings is not None and self.theme.chosen:
            self.settings.setValue("theme", self.theme.style.name)

    def _size_up(self) -> None:
        geometry = self._remembered("geometry")
        if isinstance(geometry, QByteArray) and self.restoreGeometry(geometry) and self._can_be_reached():
            return
        self.move(self.screen().availableGeometry().topLeft())
        room = self.screen().availableSize()
        frame = 2 * self.fontMetrics().height() + 8  # the window manager's is not known yet
        self.resize(min(DEFAULT_SIZE[0], room.width()), min(DEFAULT_SIZE[1], room.height() - frame))

    def _can_be_reached(self) -> bool:
        """Return whether a screen shows enough of the title bar to drag the window, and it is no larger than screens
        are: what is remembered may be of other screens, or spoilt."""
        screens = self.screen().virtualSiblings()
        title = self.geometry()
        title.setHeight(1)
        wide, high = self.screen().virtualSize().toTuple()
        seen = any(screen.geometry().intersected(title).width() >= _GRIP for screen in screens)
        return seen and self.width() <= 2 * wide and self.height() <= 2 * high

    # --- look --------------------------------------------------------------------------------------------------------

    def toggle_full_screen(self) -> None:
        """Full screen, and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def event(self, event: QEvent) -> bool:
        """Leave Space to a button, a check box or a choice that has the focus, which only Tab gives it, and the arrows
        to the tabs of panels."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
            focus, key = self.focusWidget(), event.key()
            presses = key == Qt.Key.Key_Space and isinstance(focus, QAbstractButton | QComboBox)
            turns = key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(focus, QTabBar)
            if plain and (presses or turns):
                event.accept()
                return True
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self.workbench is not None:
                self.workbench.put_tab_in_order()
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Pass over what nobody sees. Qt asks for this also where what had the keys is hidden, in the middle of laying
        out: nothing else is done here."""
        found = super().focusNextPrevChild(forward)
        for _ in range(_MOST_STOPS):
            at = self.focusWidget()
            if not found or at is None or not is_out_of_sight(at):
                break
            found = super().focusNextPrevChild(forward)
        return found

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.session is not None:
            self.session.frame_ready.emit()  # what was hidden has a frame to catch up with


class _Empty(Painted):
    """What is seen until the window is furnished: its own colours in about the right places, and no text."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window, self._told = window, False

    def draw(self, painter: QPainter) -> None:
        style = self._window.theme.style
        painter.fillRect(self.rect(), QColor(style.window))
        top_bar, transport = round(44 * style.scale), round(56 * style.scale)
        for top, height in ((0, top_bar), (self.height() - transport, transport)):
            painter.fillRect(0, top, self.width(), height, QColor(style.panel))
        if not self._told:
            self._told = True
            QTimer.singleShot(0, self._window.first_painted.emit)
