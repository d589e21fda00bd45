"""Rows with named columns, as a script reads them and a notebook shows them; and the lists of what there is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.listing import KINDS
from dropout_viz.engine.listing import listing as rows_of
from dropout_viz.errors import UserError, nearest
from dropout_viz.files import path_of, write_text

_SHOWN = 60  # rows that a notebook shows


class DataTable:
    """Rows with named columns. ``len``, iteration and ``table[3]`` are of rows, ``table["name"]`` is a column.

    Attributes:
        columns: their names. rows: a dictionary each; a value that is not there is None.

    >>> table = DataTable([{"p": 0.2, "loss": 0.5}, {"p": 0.5, "loss": None}])
    >>> table["p"].tolist(), table[1]["loss"], len(table)
    ([0.2, 0.5], None, 2)
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
        """Take rows over. ``columns``: their names and order; None: as they come."""
        named = dict.fromkeys(key for row in rows for key in row) if columns is None else columns
        self.columns = tuple(named)
        self.rows: list[dict[str, Any]] = [{key: row.get(key) for key in self.columns} for row in rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __getitem__(self, at: str | int) -> Any:
        """Return a column, shape (rows,), or a row. Raises ``UserError`` for a column that there is not."""
        if isinstance(at, str):
            if at not in self.columns:
                raise UserError(f"column '{at[:60]}': unknown, must be one of {', '.join(self.columns)}")
            return _column([row[at] for row in self.rows])
        return self.rows[at]

    def to_numpy(self) -> NDArray[Any]:
        """Return a structured array, shape (rows,): a field for each column; a number that is not there is nan."""
        columns = [self[name] for name in self.columns]
        made = np.empty(len(self.rows), [(name, c.dtype) for name, c in zip(self.columns, columns, strict=True)])
        for name, column in zip(self.columns, columns, strict=True):
            made[name] = column
        return made

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the rows as comma-separated values, numbers exact to the last digit; with ``path``, write them too.

        Raises:
            UserError: a place that cannot be written.
        """
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([row[name] for name in self.columns] for row in self.rows)
        if path is not None:
            write_text(path_of(path), text.getvalue())
        return text.getvalue()

    def __repr__(self) -> str:
        cells = [[_cell(row[name]) for name in self.columns] for row in self.rows[:_SHOWN]]
        widths = [max(len(line[k]) for line in [self.columns, *cells]) for k in range(len(self.columns))]
        lines = [[*self.columns], *cells]
        told = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        return "\n".join([*told, *self._left_out()])

    def _repr_html_(self) -> str:
        """Return the rows as a notebook shows them."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(_cell(row[name]))}</td>" for name in self.columns) + "</tr>"
            for row in self.rows[:_SHOWN]
        )
        more = "".join(f"<p>{escape(line)}</p>" for line in self._left_out())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def _left_out(self) -> list[str]:
        left = len(self.rows) - _SHOWN
        return [f"… and {left:,} more of {len(self.rows):,} rows"] if left > 0 else []


def _column(values: list[Any]) -> NDArray[Any]:
    """Return values as an array of numbers where all are numbers or not there, else of whatever they are."""
    kinds = {type(value) for value in values}
    if kinds and kinds <= {int, float, type(None)} and kinds != {type(None)}:
        whole = kinds == {int}
        return np.array([np.nan if v is None else v for v in values], np.int64 if whole else np.float64)
    if kinds == {str}:
        return np.array(values)
    made = np.empty(len(values), object)
    made[:] = values
    return made


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def presets() -> DataTable:
    """Return the presets: ``key``, ``title``, ``about`` and ``data``, in the order in which the program lists them.

    >>> "three-lines" in presets()["key"]
    True
    """
    return listing("presets")


def listing(kind: str) -> DataTable:
    """Return what there is of a kind, ``key`` and ``title`` and what else there is to tell, as ``dropout-viz list``.

    Args:
        kind: ``"presets"``, ``"settings"``, ``"data"``, ``"views"``, ``"lessons"``, ``"clinic"``, ``"labs"``,
            ``"noise"``, ``"activations"`` or ``"optimisers"``.

    Raises:
        UserError: another kind.
    """
    if kind not in KINDS:
        raise UserError(
            f"kind '{str(kind)[:60]}': unknown{nearest(str(kind), KINDS)}; must be one of {', '.join(KINDS)}"
        )
    return DataTable(rows_of(kind))
