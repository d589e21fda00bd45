"""The page of one lab: its question, its options and buttons at one side, what it found at the other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.labs import results
from dropout_viz.app.labs.form import LabForm
from dropout_viz.app.labs.result import ResultView
from dropout_viz.app.look.progress import ProgressBar
from dropout_viz.app.look.scaling import grow, px
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.wheel import Combo
from dropout_viz.labs.keeping import Kept
from dropout_viz.labs.lab import Lab

_WIDE = 860  # pixels from which options stand beside the result, not above it
_SIDE = 300
_PANE = 380  # pixels that a second result adds to that
_EDGE = 12
_ANY = 16_777_215  # what Qt takes for no limit


class LabPage(QWidget):
    """Draws what it is told to; knows of no run."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.title, self.question, self.source, self.state = QLabel(), QLabel(), QLabel(), QLabel()
        self.cost, self.taken, self.doubt, self.lack = QLabel(), QLabel(), QLabel(), QLabel()
        tones = {self.title: "title", self.doubt: "advice", self.lack: "advice"}
        texts = (self.title, self.question, self.source, self.state, self.cost, self.taken, self.doubt, self.lack)
        for label in texts:
            label.setWordWrap(label is not self.title)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("tone", tones.get(label, "" if label is self.question else "small"))
        self.doubt.hide()
        self.instead_button = TextButton("")
        self.tell_lack("", "")
        self.back = TextButton("‹ All labs")
        self.back.setToolTip("Back to all labs  (Esc)")
        self.run_button, self.whole_button = TextButton("Run", primary=True), TextButton("Run in full")
        self.cancel_button, self.origin_button = TextButton("Cancel"), TextButton("")
        self.tell_origin("")
        self.options_button = TextButton("Options")
        self.options_button.setCheckable(True)
        self.options_button.toggled.connect(lambda on: self.fit())
        self.cancel_button.hide()
        self.bar = ProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.hide()
        self.result = ResultView(theme)
        self.other: ResultView | None = None  # made when a result is to stand beside another for the first time
        self._compares = False
        self.earlier = self._list("Results of this lab", "What this lab has found, the newest first")
        self.beside = self._list("Result beside it", "An earlier result, to stand beside the one on show")
        self._lay_out()

    def _list(self, name: str, tip: str) -> Combo:
        made = Combo()
        made.setAccessibleName(name)
        made.setToolTip(tip)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(12)
        return made

    def _lay_out(self) -> None:
        self._place = QVBoxLayout()
        self._options = QScrollArea()
        self._options.setObjectName("Scroll")
        inside = QWidget()
        inside.setLayout(self._place)
        self._place.setContentsMargins(0, 0, 6, 0)
        self._options.setWidget(inside)
        self._options.setWidgetResizable(True)
        self._options.setFrameShape(QFrame.Shape.NoFrame)
        self._options.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._options.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for piece in (self.taken, self.origin_button, self.source):
            self._place.addWidget(piece)
        self._place.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.back)
        top.addWidget(self.title, 1)
        buttons = QHBoxLayout()
        for button in (self.run_button, self.whole_button, self.cancel_button, self.options_button):
            buttons.addWidget(button, int(button is self.run_button))
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._head.addLayout(top, 1)
        self._head.addLayout(buttons)
        self._lists = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._lists.addWidget(self.earlier)
        self._lists.addWidget(self.beside)
        self.controls = QWidget()
        column = QVBoxLayout(self.controls)
        column.setContentsMargins(_EDGE, 8, _EDGE, 10)
        column.setSpacing(8)
        column.addLayout(self._head)
        column.addWidget(self.question)
        for line in (self.lack, self.instead_button, self.cost, self.doubt, self.bar, self.state):
            column.addWidget(line)
        column.addLayout(self._lists)
        column.addWidget(self._options, 1)
        self._sides = QHBoxLayout()
        self._sides.setSpacing(0)
        self._sides.addWidget(self.result, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.controls)
        self._row.addLayout(self._sides, 1)

    @property
    def wide(self) -> bool:
        """Whether there is room for the options beside the result."""
        return self.width() >= px(self, _WIDE + _PANE * self._compares)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Above a result the options are folded away until they are asked for, and so is all that can be spared; in a
        small window two results beside one another have their pictures alone."""
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if self.wide else down)
        for layout in (self._head, self._lists):
            layout.setDirection(down if self.wide else across)
        self.controls.setMinimumWidth(px(self, _SIDE) if self.wide else 0)
        self.controls.setMaximumWidth(px(self, _SIDE) if self.wide else _ANY)
        above = not self.wide and self.result.found
        self.options_button.setVisible(above)
        folded = above and not self.options_button.isChecked()
        for part in (self.question, self.cost):
            part.setVisible(not folded)
        self.state.setVisible(bool(self.state.text()) and not (folded and self._compares))
        for pane in (self.result, self.other):
            if pane is not None:
                pane.below.setVisible(self.wide or not self._compares)
        policy = QSizePolicy.Policy.Preferred if self.wide or not self.result.found else QSizePolicy.Policy.Maximum
        self.controls.setSizePolicy(QSizePolicy.Policy.Preferred, policy)
        self._options.setVisible(not folded)
        if not self.wide and not folded:
            inside = self._place.totalHeightForWidth(max(1, self.width() - px(self, 40)))
            high = max(0, min(inside, max(120, round(0.4 * self.height()))))
            self._options.setMinimumHeight(high)  # else what is told of the lab has the room, and the form a line of it
            self._options.setMaximumHeight(high)
        else:
            self._options.setMinimumHeight(0)
            self._options.setMaximumHeight(_ANY)
        room = max(1, (self.controls.minimumWidth() if self.wide else self.width()) - px(self, 2 * _EDGE))
        for label in (self.question, self.cost, self.lack):  # Qt lets what wraps be lower than its text
            label.setMinimumHeight(max(0, label.heightForWidth(room)))
        self.title.setMinimumHeight(self.title.sizeHint().height())

    def tell_state(self, text: str) -> None:
        """Say how far the lab is, or how it ended."""
        self.state.setText(text)
        self.state.setVisible(bool(text))

    def show_lab(self, lab: Lab, form: LabForm) -> None:
        """Show another lab with its options."""
        self._place.insertWidget(2, form)
        self.title.setText(lab.TITLE)
        self.question.setText(lab.QUESTION)
        self.result.tell_about(lab.HELP)
        self.source.setText(f"Source: {lab.SOURCE}")
        self.tell_taken("")
        self.cost.setText("")
        self.tell_lack("", "")
        self.tell_origin("")

    def tell_taken(self, what: str) -> None:
        """Say what the lab has taken from the run on show; "": nothing."""
        self.taken.setText(what)
        self.taken.setVisible(bool(what))

    def tell_origin(self, other: str) -> None:
        """Say what else the lab can begin with; "": not known yet."""
        self.origin_button.setText(other)
        self.origin_button.setVisible(bool(other))

    def tell_lack(self, why: str, instead: str) -> None:
        """Say why the lab cannot answer its question of the run that it begins with, and offer another one."""
        self.lack.setText(why)
        self.instead_button.setText(f"Take “{instead}” instead")
        for part in (self.lack, self.instead_button):
            part.setVisible(bool(why))

    def list_results(self, kept: Sequence[Kept], shown: Kept | None, beside: Kept | None, *, growing: bool) -> None:
        """List a lab's results, and say which are shown."""
        titles = [results.title(each) for each in kept]
        for box, first in ((self.earlier, []), (self.beside, ["Nothing beside it"])):
            box.clear()
            box.addItems([*first, *(f"Beside: {title}" if first else title for title in titles)])
        self.earlier.setCurrentIndex(-1 if growing else next((k for k, e in enumerate(kept) if e is shown), -1))
        self.beside.setCurrentIndex(next((k + 1 for k, e in enumerate(kept) if e is beside), 0))
        self.earlier.setVisible(bool(kept) and not growing)
        self.beside.setVisible(len(kept) > 1 or (bool(kept) and growing))

    def show_beside(self, kept: Kept | None, how: str, few: str = "") -> None:
        """Show another result at the right of the one on show; None: none. ``few``: see ``ResultView``."""
        if kept is None and self.other is not None:
            self.other.hide()
        self._compares = kept is not None
        self.fit()  # before it is shown: Qt lays out at once what comes, and it may have no room as things are
        if kept is not None and self.other is None:
            self.other = ResultView(self._theme, earlier=True)
            self.other.below.setVisible(self.result.below.isVisibleTo(self.result))
            self._sides.addWidget(self.other, 1)
            grow(self.other)
        if self.other is not None:
            self.other.setVisible(kept is not None)
            self.other.show_result(
                "" if kept is None else kept.key, None if kept is None else kept.result, how=how, few=few
            )
