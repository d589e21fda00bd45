"""Examples made of a table: what is the target, what are the inputs, what becomes of gaps, and which rows are the test.

Whatever is estimated of rows (means for gaps, means and standard deviations to standardise by) is of the training rows
alone. Which texts a column has, and whether it always says the same, is asked of all rows that are used, so that the
network has the same size whichever rows are the test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.split import split
from dropout_viz.data.tables.columns import FileColumn
from dropout_viz.data.tables.read import always, unknown
from dropout_viz.data.tables.table import FileTable
from dropout_viz.errors import UserError
from dropout_viz.words import many

MOST_CLASSES, MOST_BYTES, MOST_INPUTS = 1000, 2 << 30, 16_384
FEW_VALUES, FEW_TEXTS = 10, 50
USUAL = ("target", "label", "class", "y", "output", "outcome")  # what people call a target

Array = NDArray[Any]


@dataclass(frozen=True)
class TableChoices:
    """What is made of a table; see the settings of these names."""

    target: str
    task: str = "classes"
    columns: tuple[str, ...] = ()
    missing: str = "drop"
    texts: str = "one-hot"
    standardise: bool = True
    test_share: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class Counts:
    """How much is made of a table: rows that are left out, for training and for the test, inputs, and classes (0 where
    the target is numbers). ``left_out``: columns that are no inputs though nobody said so, each with the reason."""

    dropped: int
    train: int
    test: int
    features: int
    classes: int
    left_out: tuple[tuple[str, str], ...] = ()


def guess_target(table: FileTable) -> str:
    """Return what is most likely the target: a column that is called so, else the last one that can be one."""
    usable = [name for name in table.targets if name in table.outputs or _can_be_target(table.column(name))]
    if not usable:
        raise UserError(f"{table.path}: no column can be a target; must have one of numbers, or of few different texts")
    called = [name for name in usable if name.lower() in USUAL]
    varied = [name for name in usable if name in table.outputs or table.column(name).different > 1]
    return (called or varied or usable[-1:])[0 if called else -1]


def guess_task(table: FileTable, target: str) -> str:
    """Return ``"classes"`` for a target of texts, of yes or no, and of at most ten different numbers that are whole;
    else ``"numbers"``."""
    if target in table.outputs:
        return "numbers"
    column = column_of(table, "target", target)
    if column.kind != "numbers":
        return "numbers" if column.kind == "dates" else "classes"
    values = column.values[~np.isnan(column.values)]
    few = column.different <= FEW_VALUES and len(np.unique(values)) <= FEW_VALUES
    return "classes" if few and bool((values == np.round(values)).all()) else "numbers"


def column_of(table: FileTable, setting: str, name: str) -> FileColumn:
    """Return a column by the name that a setting gives. Raises ``UserError``."""
    if name not in table.names:
        raise UserError(unknown(table.path, setting, name, [*table.targets]))
    return table.column(name)


def count(table: FileTable, choices: TableChoices) -> Counts:
    """Return what would be made of a table. Raises ``UserError`` as ``prepare`` does."""
    return _Plan(table, choices).counts


def prepare(table: FileTable, choices: TableChoices, going: Callable[[], bool] = always) -> DataSet:
    """Return the examples: of training and test, in an order that the seed draws.

    Raises:
        UserError: what cannot be made of this table, in one line, or given up.
    """
    plan = _Plan(table, choices)
    del table  # its columns go one by one, unless somebody else has it
    return plan.made(going)


@dataclass(frozen=True)
class _Input:
    """Which inputs become of a column. ``values``: of some rows, of the training rows, and of the number of one of
    these inputs, (rows,): one at a time, for there may be a thousand of them."""

    names: tuple[str, ...]
    values: Callable[[Array, Array, int], Array]


class _Plan:
    """Everything that is known before the examples themselves are made."""

    def __init__(self, table: FileTable, choices: TableChoices) -> None:
        self._table, self._choices = table, choices
        self._where = table.path.name
        self._targets = self._target_columns()
        self._columns, self._left_out = self._input_columns()
        kept = np.ones(table.rows, bool)
        for column in self._targets:
            kept &= ~column.gaps
        if choices.missing == "drop":
            for column in self._columns:
                if column.missing:
                    kept &= ~column.gaps
        self._rows = np.flatnonzero(kept)
        if table.rows < 3:
            raise UserError(f"{self._where}: {many(table.rows, 'row')}; must be 3 or more")
        if len(self._rows) < 3:
            few = f"{len(self._rows)} of {many(table.rows, 'row')}"
            raise UserError(f"missing = {choices.missing}: leaves {few} of {self._where}; must leave 3 or more")
        self._columns = self._varied()
        self.inputs = [_input(column, choices, self._rows) for column in self._columns]
        self.width = sum(len(one.names) for one in self.inputs)
        if not self.width:
            raise UserError(f"columns: {self._where} has none that is of use as an input; must have one or more")
        size = 8 * self.width * len(self._rows)
        if self.width > MOST_INPUTS or size > MOST_BYTES:
            raise UserError(
                f"columns, texts: {self.width:,} inputs of {len(self._rows):,} rows; must be at most {MOST_INPUTS:,}, "
                f"and {MOST_BYTES >> 30} GiB; must be fewer columns, or texts as numbers"
            )
        self.classes, self._y = self._target_values()
        classes = self._y if self.classes else None
        self._train, self._test = split(len(self._rows), choices.test_share, choices.seed, classes)
        self.counts = Counts(
            table.rows - len(self._rows),
            len(self._train),
            len(self._test),
            self.width,
            len(self.classes),
            tuple(self._left_out),
        )

    def _target_columns(self) -> list[FileColumn]:
        table, name = self._table, self._choices.target
        if name in table.outputs:
            if self._choices.task == "classes":
                raise UserError(f"task = classes: y of {self._where} has several columns of numbers; must be numbers")
            return [table.column(one) for one in table.outputs[name]]
        if not name:
            raise UserError(f"target: empty; must be a column of {self._where}")
        column = column_of(table, "target", name)
        if not _can_be_target(column):
            why = {"empty": "says nothing"}.get(column.kind, f"has more than {MOST_CLASSES:,} different texts")
            raise UserError(f"target = '{name[:60]}': the column {why}; must be one of numbers, or of fewer texts")
        if self._choices.task == "numbers" and not column.numeric:
            raise UserError(f"task = numbers: the target '{name[:60]}' is of texts; must be classes")
        return [column]

    def _input_columns(self) -> tuple[list[FileColumn], list[tuple[str, str]]]:
        table, wanted = self._table, self._choices.columns
        own = {column.name for column in self._targets}
        if not wanted:
            left_out = [(c.name, why) for c in table.columns if c.name not in own and (why := _useless(c, table.rows))]
            names = {name for name, _ in left_out}
            return [c for c in table.columns if c.name not in own and c.name not in names], left_out
        found = []
        for name in dict.fromkeys(wanted):
            column = column_of(table, "columns", name)
            if name in own:
                raise UserError(f"columns: '{name[:60]}' is the target; must be left out")
            if column.kind in ("many texts", "empty"):
                why = "says nothing" if column.kind == "empty" else "has too many different texts, or too long ones"
                raise UserError(f"columns: '{name[:60]}' {why}; must be left out")
            found.append(column)
        return found, []

    def _varied(self) -> list[FileColumn]:
        """Return the columns that do not always say the same in the rows that are used."""
        found = []
        for column in self._columns:
            values = column.values[self._rows]
            if column.numeric:
                known = values[~np.isnan(values)]
                varied = bool(len(known)) and bool((known != known[0]).any())
                varied |= self._choices.missing == "category" and 0 < len(known) < len(values)
            else:
                varied = bool((values != values[0]).any())
            if varied:
                found.append(column)
            else:
                self._left_out.append((column.name, "always says the same"))
        return found

    def _target_values(self) -> tuple[tuple[str, ...], Array]:
        """Return the classes' names, and each used row's class; or none, and its numbers, (rows, outputs)."""
        if self._choices.task == "numbers":
            y = np.stack([column.values[self._rows] for column in self._targets], axis=1)
            if not (y != y[0]).any():
                raise UserError(
                    f"target = '{self._choices.target[:60]}': always {y[0, 0]:g} in the rows that are used; must vary"
                )
            return (), y
        column = self._targets[0]
        values, classes = np.unique(column.values[self._rows], return_inverse=True)
        if column.texts:
            names = tuple(column.texts[int(value)] for value in values)
        else:
            names = tuple(f"{value:.15g}" for value in values)
        if not 2 <= len(names) <= MOST_CLASSES:
            told = f"only one class, '{names[0][:60]}'," if len(names) == 1 else f"{len(names):,} classes"
            other = "" if len(names) == 1 else ", or task be numbers"
            raise UserError(
                f"target = '{column.name[:60]}': {told} in the rows that are used; must be 2 to {MOST_CLASSES:,}{other}"
            )
        return names, classes

    def made(self, going: Callable[[], bool]) -> DataSet:
        """Return the examples."""
        choices, table = self._choices, replace(self._table, columns=())
        train, test = self._rows[self._train], self._rows[self._test]
        features, inputs = tuple(name for one in self.inputs for name in one.names), self.inputs[::-1]
        targets = () if self.classes else tuple(column.name for column in self._targets)
        self._table, self._columns, self._targets, self.inputs = table, [], [], []
        x, x_test = np.empty((len(train), self.width)), np.empty((len(test), self.width))
        at, scales = 0, list[tuple[float, float]]()
        while inputs:
            one = inputs.pop()  # and with it a column: beside the examples there is never all of the table
            for k in range(len(one.names)):
                if not going():
                    raise UserError(f"{table.path}: reading was given up")
                own = one.values(train, train, k)
                mean, sd = map(float, _scale(own)) if choices.standardise else (0.0, 1.0)
                scales.append((mean, sd))
                x[:, at] = (own - mean) / sd
                x_test[:, at] = (one.values(test, train, k) - mean) / sd
                at += 1
        y, y_test, target_scales = self._scaled_targets()
        units = {sd for _, sd in target_scales}
        file = f"{table.path.name} (SHA-256 {table.sha256[:12]}…)"
        return DataSet(
            x=x,
            y=y,
            x_test=x_test if len(test) else None,
            y_test=y_test if len(test) else None,
            classes=self.classes,
            features=features,
            credit=f"From {file}.",
            files=table.sha256,
            unit=units.pop() if len(units) == 1 else 0.0,
            targets=targets,
            scales=tuple(scales) if choices.standardise else (),
            target_scales=target_scales if choices.standardise else (),
            told=self._told(),
            facts={"rows": float(table.rows), "dropped": float(self.counts.dropped)},
        )

    def _told(self) -> dict[str, Any]:
        table = self._table
        left_out = [{"name": name, "why": why} for name, why in self._left_out]
        told: dict[str, Any] = {"left_out": left_out, "standardised": self._choices.standardise}
        if not table.encoding:
            return told
        doubtful = {"decimal_mark": table.decimal, "decimal_mark_doubtful": table.doubtful}
        return {**told, "encoding": table.encoding, **doubtful}

    def _scaled_targets(self) -> tuple[Array, Array, tuple[tuple[float, float], ...]]:
        """Return the targets of training and test, and of each that is a number what 0 and 1 more are in its table."""
        y, y_test = self._y[self._train], self._y[self._test]
        if not self.classes:
            mean, sd = _scale(y) if self._choices.standardise else (np.zeros(y.shape[1]), np.ones(y.shape[1]))
            return (y - mean) / sd, (y_test - mean) / sd, tuple(zip(mean.tolist(), sd.tolist(), strict=True))
        if len(self.classes) == 2:
            return y[:, None].astype(np.float64), y_test[:, None].astype(np.float64), ()
        numbers = np.arange(len(self.classes))
        return (y[:, None] == numbers).astype(np.float64), (y_test[:, None] == numbers).astype(np.float64), ()


def _scale(values: Array) -> tuple[Array, Array]:
    """Return the mean and the standard deviation of each column; 1 for one that does not vary."""
    mean, sd = values.mean(axis=0), values.std(axis=0)
    return mean, np.where(sd > 1e-12 * np.abs(values).max(axis=0), sd, 1.0)


def _can_be_target(column: FileColumn) -> bool:
    return column.numeric or column.kind == "texts"


def _useless(column: FileColumn, rows: int) -> str:
    """Return why a column is no input unless it is asked for, or ``""``."""
    if column.kind == "empty":
        return "says nothing"
    if column.kind == "many texts":
        return "many different texts"
    if column.kind == "texts" and len(column.texts) > FEW_TEXTS:
        return f"{len(column.texts)} different texts"
    if column.kind == "texts" and len(column.texts) > max(FEW_VALUES, (rows - column.missing) / 2):
        return "a text of its own in most rows"
    return ""


def _input(column: FileColumn, choices: TableChoices, rows: Array) -> _Input:
    """Return what becomes of a column."""
    if column.numeric:
        return _numeric(column, choices, rows)
    codes = np.unique(column.values[rows])  # -1 stands for a gap, where these have a category of their own
    names = tuple("missing" if code < 0 else column.texts[code] for code in codes)
    if choices.texts == "number":
        return _Input(
            (column.name,), lambda some, train, k: np.searchsorted(codes, column.values[some]).astype(np.float64)
        )
    return _Input(
        tuple(f"{column.name} = {name}" for name in names),
        lambda some, train, k: (column.values[some] == codes[k]).astype(np.float64),
    )


def _numeric(column: FileColumn, choices: TableChoices, rows: Array) -> _Input:
    gaps = bool(column.missing) and bool(np.isnan(column.values[rows]).any())
    told = gaps and choices.missing == "category"

    def values(some: Array, train: Array, k: int) -> Array:
        found = column.values[some]
        if not gaps:
            return found
        if k == 1:
            return np.isnan(found).astype(np.float64)
        known = column.values[train]
        known = known[~np.isnan(known)]
        return np.where(np.isnan(found), known.mean() if len(known) else 0.0, found)

    return _Input((column.name, f"{column.name} is missing") if told else (column.name,), values)
