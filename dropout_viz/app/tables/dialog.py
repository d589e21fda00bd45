"""The dialog of a table: what it is taken for, what is to be made of it, and how much that gives, as it is chosen.

The file is read, and counted, on threads; what comes of a choice that is not the newest any more is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from dropout_viz.app.files.tasks import FileTasks
from dropout_viz.app.tables.fields import TableFields
from dropout_viz.data.tables.prepare import Counts
from dropout_viz.data.tables.read import hand_on, read
from dropout_viz.data.tables.table import FileTable
from dropout_viz.draw.numbers import count
from dropout_viz.engine import own_table
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.files import check_text
from dropout_viz.words import many


class TableDialog(TableFields):
    """Asks what is to be made of a table, and opens a run of it. The run on show goes on meanwhile."""

    def __init__(self, window: QWidget, tasks: FileTasks, take: Callable[[Path, RunConfig], object]) -> None:
        """``take``: opens a run of a file."""
        super().__init__(window)
        self._tasks, self._take = tasks, take
        self._table: FileTable | None = None
        self._config: RunConfig | None = None
        self._chosen: dict[str, Any] = {}
        self._row = 0  # the column that is chosen when the file has been read
        self._ticket = 0  # of what was asked for last
        self._opens = False  # as soon as what was chosen last has been counted
        self.target.activated.connect(self._take_target)
        for key, editor in self.editors.items():
            editor.edited.connect(partial(self._take_setting, key))
        self.model.ticked.connect(self._take_inputs)
        self.columns.selectionModel().currentChanged.connect(lambda *_: self._show_texts())
        self.texts.clicked.connect(self._turn_texts)

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(self, path: Path, given: Mapping[str, Any]) -> None:
        """Read a file, and ask what is to be made of it; ``given``: settings that have been chosen."""
        self._path, self._chosen = path, dict(given)
        self.setWindowTitle(f"Open {path.name}")
        self._read()
        self.come()

    def accept(self) -> None:
        """Open a run of what has been chosen, when that is known to be possible."""
        if self._config is None:
            self._opens = True
            return
        config = self._config
        if self._table is not None:
            hand_on(self._table)
        self.reject()
        self._take(self._path, config)

    def reject(self) -> None:
        """Close; what is being read is given up."""
        self._ticket += 1
        self._table = self._config = None
        self._opens = False
        super().reject()

    def _read(self, row: int = 0) -> None:
        """Read the file as is chosen; nothing of what was read before stays on show. ``row``: which column is
        chosen then."""
        ticket = self._next()
        self._table, self._row = None, row
        self.how.setText("")
        self.about.setText(f"Reading {self._path.name} …")
        self.note.setText("")
        self.say("")
        self.target.clear()
        self.model.show_columns((), ())
        self.show_reading(True)
        how = own_table.reading_of(self._chosen)

        def job() -> Callable[[], object]:
            try:
                check_text(self._path)
                table = read(self._path, how, lambda: ticket == self._ticket)
            except UserError as error:
                return partial(self._refuse, ticket, str(error), unread=True)
            return partial(self._take_table, ticket, table)

        self._tasks.run(job)

    def _count(self) -> None:
        """See what comes of what has been chosen."""
        ticket, table, chosen = self._next(), self._table, dict(self._chosen)
        assert table is not None

        def job() -> Callable[[], object]:
            try:
                config, counts = own_table.guessed(table, chosen)
            except UserError as error:
                return partial(self._refuse, ticket, str(error))
            return partial(self._take_counts, ticket, config, counts)

        self._tasks.run(job)

    def _next(self) -> int:
        self._config = None
        self._ticket += 1
        return self._ticket

    # --- what comes back ---------------------------------------------------------------------------------------------

    def _take_table(self, ticket: int, table: FileTable) -> None:
        if ticket != self._ticket:
            return
        self._table = table
        self.show_reading(False, text=bool(table.encoding))
        self.how.setText(_how(table))
        self.about.setText(f"{many(table.rows, 'row')}, {many(len(table.columns), 'column')} · {table.path}")
        self.target.clear()
        for name in table.targets:
            self.target.addItem(name, name)
        self.model.show_columns(table.columns, table.shown)
        self.columns.selectRow(min(self._row, len(table.columns) - 1))
        self.target.setFocus()
        self._count()

    def _take_counts(self, ticket: int, config: RunConfig, counts: Counts) -> None:
        if ticket != self._ticket or self._table is None:
            return
        self._config = config
        self._show(config, dict(counts.left_out))
        rows = f"{count(counts.train)} for training, {count(counts.test)} for the test"
        dropped = f", {count(counts.dropped)} left out" if counts.dropped else ""
        classes = f" · {many(counts.classes, 'class', 'classes')}" if counts.classes else " · numbers"
        self.note.setText(f"{rows}{dropped} · {many(counts.features, 'input')}{classes}")
        self.say("")
        self.accept_button.setEnabled(True)
        if self._opens:
            self.accept()

    def _refuse(self, ticket: int, wrong: str, *, unread: bool = False) -> None:
        if ticket != self._ticket:
            return
        self._opens = False
        if unread:
            self.bar.hide()
            self.show_text_file(self._path.suffix.lower() != ".npz")
            self.about.setText(f"{self._path.name} cannot be read.")
            self.cancel.setFocus()
        self.note.setText("")
        self.say(wrong)
        self.accept_button.setEnabled(False)

    def _show(self, config: RunConfig, why: dict[str, str]) -> None:
        """Show what has been chosen, and what has been guessed."""
        table = self._table
        assert table is not None
        self.target.setCurrentIndex(self.target.findData(config.target))
        for editor in self.editors.values():
            if not editor.being_typed:
                editor.show_config(config)
        targets = set(table.outputs.get(config.target, (config.target,)))
        inputs = set(config.columns) or {name for name in table.names if name not in why}
        self.model.show_inputs(inputs - targets, why, targets)
        self._show_texts()

    def _show_texts(self) -> None:
        """Offer to read the chosen column in another way, where there is one."""
        column = self.model.column(self.columns.currentIndex().row())
        as_texts = column is not None and column.name in self._chosen.get("as_texts", ())
        self.texts.setText("Read as numbers" if as_texts else "Read as texts")
        file = self._table is not None and not self._table.outputs and self._table.path.suffix.lower() != ".npz"
        self.texts.setEnabled(column is not None and file and (as_texts or column.numeric))

    # --- what is chosen ----------------------------------------------------------------------------------------------

    def _take_target(self) -> None:
        """Another target: its task is guessed anew, and it is no input."""
        self._chosen["target"] = self.target.currentData()
        self._chosen.pop("task", None)
        if own := self._chosen.get("columns"):
            self._chosen["columns"] = tuple(name for name in own if name != self._chosen["target"])
        self._count()

    def _take_setting(self, key: str) -> None:
        editor = self.editors[key]
        if wrong := editor.wrong():
            self._next()
            self._refuse(self._ticket, f"{key} = {wrong}")
            return
        self._chosen[key] = editor.value()
        if key in own_table.READING:
            if key != "decimal":  # other columns, or other names
                for named in ("target", "task", "columns", "as_texts"):
                    self._chosen.pop(named, None)
            self._read()
        else:
            self._count()

    def _take_inputs(self) -> None:
        self._chosen["columns"] = self.model.inputs
        if not self.model.inputs:
            self._next()
            self._refuse(self._ticket, "columns: no column is an input; must be one or more")
            return
        self._count()

    def _turn_texts(self) -> None:
        """Read the chosen column as texts, or not any more."""
        name = self.model.name(self.columns.currentIndex().row())
        texts = tuple(self._chosen.get("as_texts", ()))
        self._chosen["as_texts"] = tuple(t for t in texts if t != name) if name in texts else (*texts, name)
        self._read(self.columns.currentIndex().row())


def _how(table: FileTable) -> str:
    """Return what was taken for granted when a file was read."""
    if not table.encoding:
        return ""
    doubtful = " in doubt" if table.doubtful else ""
    mark = {".": "point", ",": "comma"}[table.decimal]
    first = "names" if table.header else "data"
    return f"Read as {table.encoding}; first row: {first}; decimal {mark}{doubtful}."
