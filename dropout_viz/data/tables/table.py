"""A table that has been read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dropout_viz.data.tables.columns import FileColumn


@dataclass(frozen=True)
class TableReading:
    """How a file is read, where that is not left to a guess; see the settings of these names."""

    as_texts: tuple[str, ...] = ()
    header: str = "guess"
    encoding: str = "guess"
    decimal: str = "guess"


@dataclass(frozen=True, eq=False)
class FileTable:
    """What a file holds.

    Attributes:
        path: of the file. sha256: of all its bytes, in hexadecimal. columns: in their order. rows: how many.
        shown: its first rows as they stand there. outputs: columns that are named by one word together.
        how: it was to be read. encoding: that was taken. decimal: what was taken for the mark before decimals.
        doubtful: whether some numbers can be read with the other mark too, and no other number tells. header: whether
            the first row names the columns. The last four of text alone.
    """

    path: Path
    sha256: str
    columns: Sequence[FileColumn]
    rows: int
    shown: tuple[tuple[str, ...], ...] = ()
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    how: TableReading = TableReading()
    encoding: str = ""
    decimal: str = ""
    doubtful: bool = False
    header: bool = True

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column.name for column in self.columns]

    @property
    def targets(self) -> list[str]:
        """What can be a target by its name."""
        inner = {name for names in self.outputs.values() for name in names}
        return [*(name for name in self.names if name not in inner), *self.outputs]

    def column(self, name: str) -> FileColumn:
        """Return a column by its name. Raises ``KeyError``."""
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, FileColumn]:
        return {column.name: column for column in self.columns}
