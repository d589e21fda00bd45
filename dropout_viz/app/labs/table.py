"""The numbers of a lab: what was published, what was measured, the criterion, the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from dropout_viz.app.look.scaling import px
from dropout_viz.draw.style import Style
from dropout_viz.labs.files import number
from dropout_viz.labs.lab import Finding

COLUMNS = ("result", "published", "measured", "criterion", "verdict")
_SHARES, _VERDICT = (0.38, 0.18, 0.19, 0.25), 84  # of the columns but the last; pixels of that


def tone(verdict: str, style: Style) -> QColor:
    """Return the colour of a verdict; what was only found, and is held against nothing, has that of words."""
    judged = {"agrees": style.activation_high, "disagrees": style.error, "undecided": style.warning}
    return QColor(judged.get(verdict, style.text))


class NumbersTable(QTableWidget):
    """One row a finding.

    Signals:
        chosen: the user has chosen a row; its index.
    """

    chosen = Signal(int)

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(0, len(COLUMNS), parent)
        self._style = style
        self._shown: Sequence[Finding] = ()
        self.setHorizontalHeaderLabels(COLUMNS)
        self.setAccessibleName("Numbers")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMinimumHeight(90)
        self.setWordWrap(True)
        self.setAlternatingRowColors(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setHighlightSections(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemSelectionChanged.connect(self._tell)

    def sizeHint(self) -> QSize:
        return QSize(480, 160)

    def whole_height(self) -> int:
        """Return how high it is with all rows, in pixels."""
        rows = sum(self.sizeHintForRow(row) for row in range(self.rowCount()))
        return self.horizontalHeader().sizeHint().height() + rows + 2 * self.rowCount()

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show findings; those that are there already stay as they are."""
        if list(self._shown) != list(findings[: len(self._shown)]):
            self.setRowCount(0)
        for row in range(self.rowCount(), len(findings)):
            finding = findings[row]
            cells = (
                finding.name,
                number(finding.published) or "–",
                number(finding.measured) or "–",
                finding.tolerance,
                finding.verdict,
            )
            self.insertRow(row)
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(finding.note or text)
                self.setItem(row, column, item)
        self._shown = list(findings)
        self.restyle(self._style)

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self._style = style
        for row, finding in enumerate(self._shown):
            if (item := self.item(row, len(COLUMNS) - 1)) is not None:
                item.setForeground(tone(finding.verdict, style))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        last = px(self, _VERDICT)
        for column, share in enumerate(_SHARES):
            self.setColumnWidth(column, int(share * (self.viewport().width() - last)))
        self.setColumnWidth(len(_SHARES), last)

    def _tell(self) -> None:
        rows = {index.row() for index in self.selectedIndexes()}
        if rows:
            self.chosen.emit(min(rows))
