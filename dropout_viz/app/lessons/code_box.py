"""The line of code that a fault is, and the same line without it: by library, and what is often asked about it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.look.scaling import grow
from dropout_viz.app.look.theme import Theme

_GAP = 5
ASKED = "Often asked"
_TONES = ("wrong-code", "right-code")


class CodeBox(QWidget):
    """A button a library, and two lines of code below them.

    Signals:
        compared: the same run without the fault is to be shown. again: the question is to be asked anew.
        resized: it needs another height.
    """

    compared = Signal()
    again = Signal()
    resized = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pages: dict[str, tuple[str, str]] = {}
        self.buttons: dict[str, TextButton] = {}
        self.wrong, self.right = QLabel(), QLabel()
        for label in (self.wrong, self.right):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.compare = TextButton("Without the fault")
        self.compare.setToolTip("Trains the same run without the fault, beside this one where both have the same data")
        self.compare.clicked.connect(self.compared)
        self.again_button = TextButton("Ask me again")
        self.again_button.clicked.connect(self.again)
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._row.addStretch(1)
        self._row.addWidget(self.compare)
        self._row.addWidget(self.again_button)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, _GAP, 0, 0)
        column.setSpacing(_GAP)
        column.addLayout(self._row)
        column.addWidget(self.wrong)
        column.addWidget(self.right)
        self.hide()

    def show_code(self, code: Mapping[str, tuple[str, str]], asked: tuple[str, ...]) -> None:
        """Show lines by library, the wrong one and the other; ``asked``: a question and its answer, or nothing. No
        lines: nothing is to be seen."""
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.setHidden(not code)
        self._pages = {**code, **({ASKED: (asked[0], asked[1])} if asked else {})}
        self.buttons = {name: TextButton(name) for name in self._pages}
        for place, (name, button) in enumerate(self.buttons.items()):
            button.setCheckable(True)
            button.clicked.connect(lambda _, name=name: self._turn(name))
            self._row.insertWidget(place, button)
            grow(button)
        if code:
            self._turn(next(iter(code)))

    def needed(self, width: int) -> int:
        """Return how high it has to be at a width."""
        if self.isHidden():
            return 0
        high = self._column.contentsMargins().top() + self._row.sizeHint().height()
        for label in (self.wrong, self.right):
            label.ensurePolished()
            high += self._column.spacing() + label.heightForWidth(width)
        return high

    def _turn(self, name: str) -> None:
        wrong, right = self._pages[name]
        for other, button in self.buttons.items():
            button.setChecked(other == name)
        code = name != ASKED
        self.wrong.setText(f"✗  {wrong}" if code else wrong)
        self.right.setText(f"✓  {right}" if code else right)
        spoken = ("The line that does it", "The line as it should be") if code else ("Question", "Answer")
        for label, tone, what in zip((self.wrong, self.right), _TONES, spoken, strict=True):
            label.setAccessibleName(f"{what}: {(wrong, right)[label is self.right]}")
            label.setProperty("tone", tone if code else "")
            label.style().unpolish(label)
            label.style().polish(label)
        self.resized.emit()
