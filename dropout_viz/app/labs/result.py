"""What a lab has found: its verdict, its picture, its numbers, and what can be done with them."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.labs.figures.picture import LabPicture
from dropout_viz.app.labs.table import NumbersTable, tone
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.wheel import Combo
from dropout_viz.help_parts import Help, parts
from dropout_viz.labs.lab import LabResult

_NOTHING = "Run it: verdict, picture and numbers will stand here."
_LARGE = 24  # pixels of the verdict
_NOTES = 48  # pixels of the notes, at least
_MOST_BELOW = 0.5  # of the room for picture, numbers and notes that the latter two take by themselves
_LINE = 560  # pixels, the widest that text is easy to read


class _Note(QLabel):
    """Text that is as high as it needs to be at its width: an area that scrolls would squeeze it."""

    def setText(self, text: str) -> None:
        super().setText(text)
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


class ResultView(QWidget):
    """A result, or what there is of it so far.

    While it grows the newest picture is shown, at the end the first, until the user chooses one.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, earlier: bool = False) -> None:
        """``earlier``: it stands beside the one that can be opened and exported."""
        super().__init__(parent)
        self._theme, self._earlier = theme, earlier
        self._key, self._result = "", None
        self._chosen = self._divided = False
        self.verdict, self.answer, self.how, self.note = QLabel(), QLabel(), QLabel(), _Note()
        self.verdict.setFont(look.font(_LARGE, bold=True))
        self.how.setProperty("tone", "small")
        for label in (self.answer, self.how):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.note.setProperty("tone", "small")
        self.note.setWordWrap(True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.pictures = Combo()
        self.pictures.setAccessibleName("Picture")
        self.pictures.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.pictures.setMinimumContentsLength(12)
        self.export_button, self.open_button = TextButton("Export picture…"), TextButton("Open this run")
        self.open_button.setToolTip("Open the run that shows this in the window, from step 0")
        self.picture, self.table = LabPicture(theme.style), NumbersTable(theme.style)
        self._lay_out()
        self.pictures.activated.connect(self._choose)
        self.table.chosen.connect(self._choose_finding)
        theme.changed.connect(self._restyle)
        self.show_result("", None)

    _result: LabResult | None

    def _lay_out(self) -> None:
        said = QVBoxLayout()
        said.setContentsMargins(12, 0, 12, 0)
        said.setSpacing(2)
        first = QHBoxLayout()
        first.setSpacing(14)
        first.addWidget(self.verdict)
        first.addWidget(self.how, 1)
        said.addLayout(first)
        said.addWidget(self.answer)
        top = QHBoxLayout()
        top.addWidget(self.pictures, 1)
        top.addWidget(self.open_button)
        top.addWidget(self.export_button)
        self.below = QWidget()
        lower = self._lower = QVBoxLayout(self.below)
        lower.setContentsMargins(12, 0, 12, 8)
        lower.addWidget(self.table, 3)
        self.notes = QScrollArea()  # a long note is moved about, it does not lie over the numbers
        self.notes.setObjectName("Scroll")
        self.notes.setFrameShape(QFrame.Shape.NoFrame)
        self.notes.setWidgetResizable(True)
        self.notes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notes.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.notes.setMinimumHeight(_NOTES)
        self.notes.setWidget(self.note)
        lower.addWidget(self.notes, 2)
        self.halves = QSplitter(Qt.Orientation.Vertical)
        self.halves.setChildrenCollapsible(False)
        self.halves.addWidget(self.picture)
        self.halves.addWidget(self.below)
        self.halves.setStretchFactor(0, 3)
        self.halves.setStretchFactor(1, 2)
        self.halves.splitterMoved.connect(self._keep_divided)
        self._there = there = QWidget()
        column = QVBoxLayout(there)
        column.setContentsMargins(0, 8, 0, 0)
        row = QWidget()
        row.setLayout(top)
        top.setContentsMargins(12, 0, 12, 0)
        column.addLayout(said)
        column.addWidget(row)
        column.addWidget(self.halves, 1)
        self.about = QLabel(_NOTHING)
        self.about.setTextFormat(Qt.TextFormat.RichText)
        self.about.setWordWrap(True)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.about.setMaximumWidth(_LINE)
        before = QScrollArea()
        before.setObjectName("Scroll")
        before.setFrameShape(QFrame.Shape.NoFrame)
        before.setWidgetResizable(True)
        before.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        beside = QHBoxLayout(inside)
        beside.setContentsMargins(12, 16, 24, 12)
        beside.addWidget(self.about, 1)
        beside.addStretch()
        before.setWidget(inside)
        self.pages = QStackedWidget()
        self.pages.addWidget(before)
        self.pages.addWidget(there)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Give numbers and notes the room that they need, up to a part of all, until the user has divided it."""
        notes = max(self.note.minimumHeight(), self.notes.minimumHeight()) if self.note.text() else 0
        self.notes.setMaximumHeight(max(notes, 1))
        if self._divided or self._result is None:
            return
        sides = self._lower.contentsMargins()
        needed = self.table.whole_height() + notes + sides.top() + sides.bottom() + self._lower.spacing()
        below = min(needed, round(_MOST_BELOW * self.halves.height()))
        self.halves.setSizes([self.halves.height() - below, below])

    def _keep_divided(self) -> None:
        self._divided = True

    @property
    def found(self) -> bool:
        """Whether there is a result to show."""
        return self._result is not None

    def tell_about(self, help_: Help) -> None:
        """Say what the lab does, in parts below their headings, while there is no result."""
        told = "".join(f"<p><b>{heading}</b><br>{escape(text)}</p>" for _, heading, text in parts(help_))
        self.about.setText(f"{told}<p>{_NOTHING}</p>")

    def show_result(
        self, key: str, result: LabResult | None, *, growing: bool = False, how: str = "", few: str = ""
    ) -> None:
        """Show what a lab has found; None: nothing yet. ``growing``: whether it is still at work. ``how``: when and
        with which settings it was found. ``few``: that so few seeds can decide nothing, or ""."""
        if key != self._key or result is None:
            self._chosen = False
        another, self._key, self._result = key != self._key, key, result
        self.pages.setCurrentIndex(int(result is not None))
        # A page that is not seen needs no room: in a low window the options have it.
        needs = QSizePolicy.Policy.Ignored if result is None else QSizePolicy.Policy.Preferred
        self._there.setSizePolicy(needs, needs)
        if result is None:
            self.picture.show_figure(None)
            self.table.show_findings(())
            self.note.setText("")
            self.pictures.clear()
            return
        now = self.pictures.currentIndex() if self._chosen and not another else growing * (len(result.figures) - 1)
        if [self.pictures.itemText(k) for k in range(self.pictures.count())] != [f.title for f in result.figures]:
            self.pictures.clear()
            self.pictures.addItems([figure.title for figure in result.figures])
        self.pictures.setVisible(len(result.figures) > 1)
        if result.figures:
            at = min(now, len(result.figures) - 1)
            self.pictures.setCurrentIndex(at)
            self.picture.show_figure(result.figures[at])
        self.table.show_findings(result.results)
        self.open_button.setVisible(result.config is not None and not self._earlier)
        self.export_button.setVisible(not self._earlier)
        self.export_button.setEnabled(bool(result.figures))
        rows = [index.row() for index in self.table.selectedIndexes()]
        self._say_notes(rows[0] if rows else -1)
        verdict = "a first look" if few else result.verdict
        self.verdict.setText(f"{verdict} so far" if growing and not few else verdict)
        for label, text in ((self.answer, f"{few}{result.told}"), (self.how, how)):
            label.setText(text)
        self.answer.setVisible(bool(few or result.told))
        self._restyle()
        self._share_out()

    def _choose(self, at: int) -> None:
        if self._result is not None and 0 <= at < len(self._result.figures):
            self._chosen = True
            self.picture.show_figure(self._result.figures[at])

    def _say_notes(self, row: int) -> None:
        """Say what there is to say of the chosen finding, and always what there is of the whole."""
        assert self._result is not None
        findings = self._result.results
        notes = "\n".join(note for note in self._result.notes if note != self._result.answer)
        own = findings[row].note if 0 <= row < len(findings) else ""
        self.note.setText("\n\n".join(filter(None, (own, notes))))
        self.notes.setVisible(bool(self.note.text()))

    def _choose_finding(self, row: int) -> None:
        """Show a finding's note, and its picture."""
        if self._result is None or row >= len(self._result.results):
            return
        finding = self._result.results[row]
        self._say_notes(row)
        names = [figure.name for figure in self._result.figures]
        if finding.pictures and finding.pictures[0] in names:
            self.pictures.setCurrentIndex(names.index(finding.pictures[0]))
            self._choose(names.index(finding.pictures[0]))

    def _restyle(self) -> None:
        self.picture.restyle(self._theme.style)
        self.table.restyle(self._theme.style)
        if self._result is not None:
            self.verdict.setStyleSheet(f"color: {tone(self._result.verdict, self._theme.style).name()}")
