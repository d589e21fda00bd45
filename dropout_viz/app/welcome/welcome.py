"""The welcome: a page over the panels, between the bars. It comes when it is asked for and restores what was there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QMainWindow, QScrollArea, QToolBar, QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.app.presenting.overlay import Overlay
from dropout_viz.app.welcome.page import WelcomePage
from dropout_viz.app.welcome.shelves import Place, Shelf
from dropout_viz.app.welcome.thumbnails import Thumbnails

_MOVED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)
_NEAR = 60  # units around what has the focus that can be seen, too
_SHARP = 1.25  # pixels of the screen for one of a picture, beyond which it is drawn larger


class Welcome(Overlay):
    """Covers the panels of a window, and neither the bars nor messages.

    Signals:
        shown: whether it is there, when that changes.

    Attributes:
        page: what stands on it.
    """

    BELOW_CARDS = True
    OPAQUE = True
    shown = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        window: QMainWindow,
        thumbnails: Thumbnails,
        find: Callable[[str], object],
    ) -> None:
        """``find``: opens the command palette with what was typed so far."""
        super().__init__(theme, window)
        self.setAccessibleName("Welcome")
        self._main, self.thumbnails = window, thumbnails
        entrance, way_back = Place("Find anything", lambda: find(""), stays=True), Place("Back to the run", str)
        self.page = WelcomePage(theme, thumbnails, entrance, way_back)
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("Scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self.page)
        self.page.left.connect(self.leave)
        self.page.chosen.connect(self._choose)
        self.page.typed.connect(find)
        self.page.moved.connect(self._bring)
        self.page.pointed.connect(thumbnails.point_at)
        theme.changed.connect(self._draw_thumbnails)
        self._placing = QTimer(self, singleShot=True, interval=0)  # when the window's own layout has been done
        self._placing.timeout.connect(self._place)
        for bar in (window.menuWidget(), *window.findChildren(QToolBar)):
            bar.installEventFilter(self)

    def shelves(self) -> Sequence[Shelf]:
        """Return what there is now, in the order in which it stands there."""
        return ()

    def open(self) -> None:
        """Show it, with what there is now."""
        if not self.isVisible():
            self.page.show_shelves(self.shelves())
            self.come(self.page)
            self.page.begin()
            self._placing.start()  # it may have been made just now
            self._draw_thumbnails()
            self.shown.emit(True)

    def renew(self) -> None:
        """Show what there is now, where it is open."""
        if self.isVisible():
            self.page.show_shelves(self.shelves())

    def leave(self) -> None:
        """Let what was there be seen again. What has taken the focus meanwhile keeps it."""
        if self.isVisible():
            self.thumbnails.leave()
            if not self.page.hasFocus():
                self._before = None
            super().leave()
            self.shown.emit(False)

    def finish(self) -> None:
        """End whatever goes on for it; the window is about to close, or is gone from sight already."""
        self.thumbnails.leave()

    def toggle(self) -> None:
        """Show it, or leave it."""
        self.leave() if self.isVisible() else self.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVED and self.isVisible():
            self._placing.start()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside a place does nothing."""

    def draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.style.window))

    def _choose(self, place: Place) -> None:
        if not place.stays:
            self.leave()
        place.act()

    def _place(self) -> None:
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        """Cover what lies between the bars."""
        window = self._main
        menu = window.menuWidget()
        top = menu.geometry().bottom() + 1 if menu is not None and menu.isVisible() else 0
        bottom = window.height()
        for bar in window.findChildren(QToolBar):
            if bar.isVisible() and window.toolBarArea(bar) == Qt.ToolBarArea.TopToolBarArea:
                top = max(top, bar.geometry().bottom() + 1)
            elif bar.isVisible() and window.toolBarArea(bar) == Qt.ToolBarArea.BottomToolBarArea:
                bottom = min(bottom, bar.geometry().top())
        self.setGeometry(0, top, window.width(), bottom - top)
        whole = QWidget.rect(self)
        self._scroll.setGeometry(whole)
        bar_wide = self._scroll.verticalScrollBar().sizeHint().width()
        self.page.arrange((whole.width() - bar_wide) / self.page.zoom)

    def _bring(self, rect: QRectF) -> None:
        """Scroll to what has the focus."""
        seen: QRect = self.page.place(rect.toAlignedRect())
        self._scroll.ensureVisible(*seen.bottomRight().toTuple(), 0, round(_NEAR * self.page.zoom))
        self._scroll.ensureVisible(*seen.topLeft().toTuple(), 0, round(_NEAR * self.page.zoom))

    def _draw_thumbnails(self) -> None:
        if self.isVisible():
            pixels = self._theme.style.scale * self.devicePixelRatioF() / 2  # of the screen for one of a picture
            self.thumbnails.come(self._theme.style.name, 1 if pixels <= _SHARP else 2)
