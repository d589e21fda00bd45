"""The columns of a table that is about to be opened: a line each, with a tick for what is an input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from dropout_viz.app.look.scaling import px
from dropout_viz.data.tables.columns import FileColumn
from dropout_viz.draw.numbers import count
from dropout_viz.words import many

_HEADINGS = ("column", "what it is", "gaps", "first rows")
_FIRST = 6  # rows of which the cells are shown
_PADDING = 13  # above and below a line's text
_SHARES = (0.26, 0.27, 0.09, 0.38)
_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole


def kind_of(column: FileColumn) -> str:
    """Return in a few words what a column is taken for."""
    if column.kind == "dates":
        return "dates, as days since 1970"
    if column.kind == "yes or no":
        return f"{' or '.join(column.texts)}, as 0 or 1"
    if column.kind == "texts":
        few = ", ".join(column.texts[:4]) + ", …" * (len(column.texts) > 4)
        return f"{many(len(column.texts), 'text')}: {few}"
    return {"many texts": "too many or too long texts", "empty": "nothing"}.get(column.kind, column.kind)


class ColumnsModel(QAbstractTableModel):
    """The columns, their facts, and which of them are inputs.

    Signals:
        ticked: somebody has made a column an input, or none any more.
    """

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[FileColumn] = []
        self._cells: list[str] = []
        self._inputs: set[str] = set()
        self._why: dict[str, str] = {}
        self._targets: set[str] = set()

    def show_columns(self, columns: Sequence[FileColumn], shown: Sequence[Sequence[str]]) -> None:
        """Show the columns of another table, and its first rows."""
        self.beginResetModel()
        self._columns = list(columns)
        first = shown[:_FIRST]
        self._cells = [",  ".join(row[k] or "–" for row in first if k < len(row)) for k in range(len(self._columns))]
        self.endResetModel()

    def show_inputs(self, inputs: set[str], why: dict[str, str], targets: set[str]) -> None:
        """Show which columns are inputs, why others are none, and which are the target."""
        self._inputs, self._why, self._targets = inputs, why, targets
        if self._columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._columns) - 1, len(_HEADINGS) - 1))

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns that are ticked, in their order."""
        return tuple(c.name for c in self._columns if c.name in self._inputs and c.name not in self._targets)

    def name(self, row: int) -> str:
        """Return the name of a line's column; "" of none."""
        return self._columns[row].name if 0 <= row < len(self._columns) else ""

    def column(self, row: int) -> FileColumn | None:
        """Return a line's column."""
        return self._columns[row] if 0 <= row < len(self._columns) else None

    def toggle(self, row: int) -> None:
        """Make a column an input, or none any more."""
        name = self.name(row)
        if name and name not in self._targets:
            self._inputs = self._inputs ^ {name}
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(_HEADINGS) - 1))
            self.ticked.emit()

    # --- QAbstractTableModel -----------------------------------------------------------------------------------------

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        return _HEADINGS[section] if across and role == _ROLE.DisplayRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        found = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        ticks = index.column() == 0 and self.name(index.row()) not in self._targets
        return found | Qt.ItemFlag.ItemIsUserCheckable if ticks else found

    def setData(self, index: _Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        if role == _ROLE.CheckStateRole:
            self.toggle(index.row())
        return role == _ROLE.CheckStateRole

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        column = self._columns[index.row()]
        target, ticked = column.name in self._targets, column.name in self._inputs
        if role == _ROLE.CheckStateRole and index.column() == 0 and not target:
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole):
            text = (column.name, kind_of(column), count(column.missing) or "0", self._cells[index.row()])[
                index.column()
            ]
            if index.column() == 0 and target:
                text = f"{text} (target)"
            why = "" if target or ticked else self._why.get(column.name, "")
            return f"{text}\nNo input: {why}" if why and role == _ROLE.ToolTipRole else text
        if role == _ROLE.AccessibleTextRole:
            part = "the target" if target else "an input" if ticked else "no input"
            return f"{column.name}, {part}: {kind_of(column)}, {many(column.missing, 'gap')}"
        return None


class ColumnsView(QTableView):
    """Shows the columns; Space ticks the one that is chosen."""

    def __init__(self, model: ColumnsModel) -> None:
        super().__init__()
        self._columns = model
        self.setModel(model)
        self.setAccessibleName("Columns")
        self.setAccessibleDescription("A line for each column of the table. Space makes it an input, or none.")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        across = self.horizontalHeader()
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setHighlightSections(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + px(self, _PADDING))
        for section, share in enumerate(_SHARES):
            self.setColumnWidth(section, int(share * self.viewport().width()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._columns.toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
