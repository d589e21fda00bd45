"""The name of a bookmark, asked for in place."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from dropout_viz.app.buttons import IconButton, TextButton
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.messages.asking import Asking
from dropout_viz.app.timeline.commands import TimelineCommands
from dropout_viz.draw.numbers import count
from dropout_viz.engine.agreement import LONGEST_NAME


class BookmarkCard(Asking):
    """Names a bookmark, or takes it away. The bookmark is there already: whoever plays on need not answer."""

    def __init__(self, timeline: TimelineCommands, theme: Theme, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self._timeline, self._step, self._run = timeline, 0, timeline.run
        self.title = QLabel()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setFixedWidth(240)
        self.name.setAccessibleName("Name of the bookmark")
        self.name.returnPressed.connect(self._keep)
        self.forget = TextButton("Delete")
        self.forget.setToolTip("Take the bookmark away")
        self.forget.clicked.connect(self._forget)
        self.keep = TextButton("Keep", primary=True)
        self.keep.clicked.connect(self._keep)
        close = IconButton(theme, "close", "Close: the name stays as it was")
        close.clicked.connect(self.leave)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 10)
        row.setSpacing(10)
        for widget in (self.title, self.name, self.forget, self.keep, close):
            row.addWidget(widget)
        timeline.naming.connect(self._ask)
        timeline.changed.connect(self._follow)

    def _ask(self, step: int) -> None:
        self._step, self._run = step, self._timeline.run
        self.title.setText(f"Bookmark at step {count(step)}")
        self.name.setText(self._timeline.bookmarks.get(step, f"Step {count(step)}"))
        self.appear()
        self.name.setFocus()
        self.name.selectAll()

    def _follow(self) -> None:
        """Go with what it is about: the run, and the step."""
        if self.isVisible() and (self._run != self._timeline.run or self._step > self._timeline.newest):
            self.leave()

    def _keep(self) -> None:
        self._timeline.name_bookmark(self._step, self.name.text())
        self.leave()

    def _forget(self) -> None:
        self._timeline.forget_bookmark(self._step)
        self.leave()

    def leave(self) -> None:
        """Go away, and give the keys back to the window."""
        self.name.clearFocus()  # so that the keys of the window work again
        self.hide()
        self.window().setFocus()
