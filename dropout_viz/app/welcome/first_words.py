"""What a first start says: what is seen, and where to begin. Once closed, it never comes again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QSizePolicy, QToolBar, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.commands.shortcuts import tip
from dropout_viz.app.look.scaling import px
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.panels.docks import ViewPanel

_KEY = "welcome/read"
_MOST = 2  # views: nobody reads of a third
_SIDE, _EDGE = 16, 5  # units


class FirstWords(QObject):
    """Says, below the top bar, a few words of each of two views on show, until somebody has closed it or has found a
    way of their own.

    Attributes:
        strip: what stands below the top bar, or None.
    """

    def __init__(
        self,
        window: QMainWindow,
        theme: Theme,
        settings: QSettings | None,
        views: Sequence[ViewPanel],
        begin: Callable[[], object],
    ) -> None:
        """``begin``: leads to where to begin."""
        super().__init__(window)
        self._window, self._theme, self._settings, self._views, self._begin = window, theme, settings, views, begin
        self.strip: FirstStrip | None = None
        self._bar: QToolBar | None = None
        self._looking = QTimer(self, singleShot=True, interval=0)
        self._looking.timeout.connect(self._look)

    def come(self) -> None:
        """Be there, unless they have been read at an earlier start."""
        if self._settings is not None and self._settings.value(_KEY) == "true":
            return
        self.strip = strip = FirstStrip(self._theme)
        self._look()
        strip.begin.clicked.connect(self._lead)
        strip.close_button.clicked.connect(self.leave)
        self._bar = fixed_bar(self._window, "First words", strip, Qt.ToolBarArea.TopToolBarArea)
        for panel in self._views:
            panel.visibilityChanged.connect(self._looking.start)

    def leave(self) -> bool:
        """Go away for ever; return whether they were there."""
        if self._bar is None:
            return False
        if self._settings is not None:
            self._settings.setValue(_KEY, "true")
        self._window.removeToolBar(self._bar)
        self._bar.hide()
        self._bar.setParent(None)  # whoever shows the window's bars again must not find it
        self._bar.deleteLater()
        self._bar = self.strip = None
        return True

    def _lead(self) -> None:
        self.leave()
        self._begin()

    def _look(self) -> None:
        """Speak of what is on show now."""
        if self.strip is not None:
            said = [p.at_first for p in self._views if p.at_first and p.isVisibleTo(self._window)]
            self.strip.say(" ".join(said[:_MOST]))


class FirstStrip(QFrame):
    """The words, and beside them a button that leads on and one that closes them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("TopBar")  # it looks like a part of the bar above it
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.begin = TextButton("Where to begin")
        self.begin.setToolTip(tip("Lessons to begin with, and all there is to see", "welcome"))
        self.close_button = IconButton(
            theme, "close", "Close these words", "Close for good; the house at the left stays"
        )
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(_SIDE, _EDGE, 8, _EDGE)
        row.setSpacing(_SIDE)
        row.addWidget(self.text, 1)
        row.addWidget(self.begin)
        row.addWidget(self.close_button)

    def say(self, text: str) -> None:
        """Show the words. A screen reader has them with the button that the keyboard reaches."""
        self.text.setText(text)
        self.begin.setAccessibleDescription(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()  # another zoom
        return super().event(event)

    def _fit(self) -> None:
        """Be as high as the words need at this width; a box layout alone would not know."""
        beside = self.begin.sizeHint().width() + self.close_button.sizeHint().width() + px(self, 3 * _SIDE + 8)
        room = QRect(0, 0, max(1, self.width() - beside), 1 << 15)
        words = self.text.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, self.text.text()).height()
        needed = max(words, self.begin.sizeHint().height()) + px(self, 2 * _EDGE) + 1
        if self.minimumHeight() != needed:
            self.setFixedHeight(needed)
            self._row.setGeometry(self.contentsRect())  # Qt forgets a size that is set while it tells of the first one
