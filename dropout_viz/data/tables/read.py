"""A file as a table: columns of numbers and texts, read row by row, so that little is kept beside what comes of it."""

from __future__ import annotations

import csv
import itertools
import os
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from dropout_viz.data.tables import arrays, text
from dropout_viz.data.tables.cells import Marks
from dropout_viz.data.tables.columns import Building, CellFault, FileColumn
from dropout_viz.data.tables.dialect import LongCell, dialect_of, has_header
from dropout_viz.data.tables.table import FileTable, TableReading
from dropout_viz.errors import UserError, nearest
from dropout_viz.files import absolute, opened, readable

TEXTS = (".csv", ".tsv", ".tab", ".txt")
ENDINGS = (*TEXTS, arrays.ENDING)
"""Of the files that are read as tables."""
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 1_000_000, 16_384, 1 << 26
SHOWN = 50
"""Rows that are kept as they are, for people to look at."""
_LONGEST_NAME, _LONGEST_SHOWN = 120, 60  # characters of a column's name, and of a cell that is shown
_CELLS = 1 << 16  # of the rows that are dealt with in one go
_LOOKED_AT = 100  # rows by which it is judged what the first one is, and what stands before decimals
_PASSES = 5


_Identity = tuple[str, int, int, TableReading]
_handed_on: dict[_Identity, FileTable] = {}


_GUESSED = TableReading()
_DECIMALS = {"point": ".", "comma": ","}


def always() -> bool:
    """Go on."""
    return True


def read(
    path: Path, how: TableReading = _GUESSED, going: Callable[[], bool] = always, only: Collection[str] = ()
) -> FileTable:
    """Return what a file holds.

    Args:
        path: a table as text, or arrays as .npz. how: what is known of it. going: asked again and again whether to go
            on. only: of text, the columns whose values are wanted, where not all are; the others have none.

    Raises:
        UserError: what cannot be read, in one line with row and column, or given up. A row is counted by the line in
            which it begins.
    """
    if (taken := _taken(path, how)) is not None:
        return taken
    return read_anew(path, how, going, only)


def read_anew(
    path: Path, how: TableReading = _GUESSED, going: Callable[[], bool] = always, only: Collection[str] = ()
) -> FileTable:
    """Return what a file holds as ``read`` does, from the file itself; what has been handed on waits for another."""
    with readable(path, "a file that can be read"), opened(path) as (file, size):
        if size > text.LARGEST:
            raise UserError(f"{path}: more than {text.LARGEST >> 30} GiB; must be smaller")
        if path.suffix.lower() == arrays.ENDING:
            return replace(arrays.read(path, file, going), how=how)
        return _read_text(path, file, how, going, only)


def hand_on(table: FileTable) -> None:
    """Let the next reading of a table's file have this one, where the file is as it was: who has chosen what is made of
    a table has read it already. It is kept for that one reading, or until another is handed on."""
    _handed_on.clear()
    if (identity := _identity(table.path, table.how)) is not None:
        _handed_on[identity] = table


def _taken(path: Path, how: TableReading) -> FileTable | None:
    identity = _identity(path, how) if _handed_on else None
    found = None if identity is None else _handed_on.get(identity)
    _handed_on.clear()
    return found


def _identity(path: Path, how: TableReading) -> _Identity | None:
    try:
        about = os.stat(path)
    except (OSError, ValueError):
        return None
    return str(absolute(path)), about.st_size, about.st_mtime_ns, how


def _read_text(
    path: Path, file: BinaryIO, how: TableReading, going: Callable[[], bool], only: Collection[str]
) -> FileTable:
    encoded = text.look(path, file, going, how.encoding)

    def lines() -> closing[Generator[str]]:
        return closing(text.lines(path, file, encoded.encoding))

    try:
        with lines() as some:
            dialect = dialect_of(some, path.suffix.lower())
        with lines() as some:
            first = list(itertools.islice(dialect.rows(some), _LOOKED_AT + 1))
        if not first:
            raise UserError(f"{path}: no rows; {text.WANTED}")
        first = _below_titles(first)
        dialect = replace(dialect, first=first[0][0])
        rows = [row for _, row in first]
        shown, marks = Marks(), Marks()
        shown.see(itertools.chain.from_iterable(rows))
        mark, kinds = _DECIMALS.get(how.decimal, shown.mark(dialect.delimiter)), dict[str, str]()
        turned = how.decimal != text.GUESS
        for _ in range(_PASSES):
            header = {"yes": True, "no": False}.get(how.header, has_header(rows, mark))
            names = _names(path, rows, header)
            kinds |= dict.fromkeys(_known(path, how.as_texts, names, "as_texts"), "texts")
            with lines() as every:
                found = _pass(path, dialect.rows(every), names, header, kinds, mark, going, only)
            marks = _marks(found)
            if not turned and marks.told and marks.mark(dialect.delimiter) != mark:
                mark, kinds, turned = marks.mark(dialect.delimiter), {}, True  # the first rows have misled
                continue
            again = {one.name: one.again for one in found if one.again}
            if not again:
                break
            kinds |= again
        columns = [_finished(path, one) for one in found]
    except LongCell as long:
        with lines() as some:
            column = dialect.column_of_long(itertools.islice(some, long.line - 1, None))
        raise UserError(
            f"{path}: row {long.line}, column {column}: over {csv.field_size_limit():,} characters, a quoted cell "
            f"that never ends?; {text.WANTED}"
        ) from None
    top = tuple(
        tuple(cell.strip()[:_LONGEST_SHOWN] for cell in row[: len(names)]) for row in rows[header : SHOWN + header]
    )
    length = columns[0].values.size if columns[0].values.size else max(c.values.size for c in columns)
    doubtful = how.decimal == text.GUESS and marks.doubtful and not (marks.told or shown.told)
    return FileTable(
        *(path, encoded.sha256, tuple(columns), length, top),
        how=how,
        encoding=encoded.encoding,
        decimal=mark,
        doubtful=doubtful,
        header=header,
    )


def _marks(found: Sequence[Building]) -> Marks:
    """Return what the cells of all columns show of the mark before decimals."""
    marks = Marks()
    for one in found:
        one.see_texts()
        marks.comma |= one.marks.comma
        marks.point |= one.marks.point
        marks.doubtful |= one.marks.doubtful
    return marks


def _below_titles(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return rows without those first ones that are a single cell, where most have more."""
    width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    start = next((at for at, (_, row) in enumerate(rows) if len(row) > 1), 0)
    return rows[start:] if width > 1 else rows


def _names(path: Path, rows: Sequence[Sequence[str]], header: bool) -> list[str]:
    """Return the columns' names, each once."""
    first = list(rows[0])
    if header and len(rows) > 1 and len(rows[1]) == len(first) + 1 and rows[1][-1].strip():
        first = ["", *first]  # the names of the rows, which have no name themselves
    while len(first) > 1 and not first[-1].strip() and all(len(r) < len(first) or not r[-1].strip() for r in rows):
        first.pop()  # each row ends in a separator
    if len(first) > MOST_COLUMNS:
        raise UserError(f"{path}: {len(first):,} columns; must be at most {MOST_COLUMNS:,}")
    given = [" ".join(cell.split())[:_LONGEST_NAME] if header else "" for cell in first]
    names, used, times = dict[str, None](), {name for name in given if name}, Counter[str]()
    for number, name in enumerate(given, 1):
        plain = own = name or f"column {number}"
        while own in names or (own != name and own in used):
            times[plain] += 1
            own = f"{plain} ({times[plain] + 1})"
        names[own] = None
    return list(names)


def _known(path: Path, wanted: Collection[str], names: Sequence[str], setting: str) -> list[str]:
    for name in wanted:
        if name not in names:
            raise UserError(unknown(path, setting, name, names))
    return list(wanted)


def unknown(path: Path, setting: str, name: str, names: Sequence[str]) -> str:
    """Return what is said of a column that there is not."""
    few = ", ".join(names[:8]) + (f" and {len(names) - 8:,} more" if len(names) > 8 else "")
    return f"{setting} = '{name[:60]}': no column of {path.name}{nearest(name, names)}; must be among {few}"


def _pass(
    path: Path,
    rows: Iterator[tuple[int, list[str]]],
    names: Sequence[str],
    header: bool,
    kinds: dict[str, str],
    mark: str,
    going: Callable[[], bool],
    only: Collection[str],
) -> list[Building]:
    """Read all rows, and return the columns."""
    made = [Building(name, mark, kinds.get(name, ""), kept=not only or name in only) for name in names]
    width, size, total = len(names), max(1, _CELLS // len(names)), 0
    if header:
        next(rows)
    while some := list(itertools.islice(rows, size)):
        if not going():
            raise UserError(f"{path}: reading was given up")
        kept = [(line, row if len(row) == width else _fitted(path, line, row, names)) for line, row in some]
        kept = [(line, row) for line, row in kept if row]
        total += len(kept)
        if total > MOST_ROWS or total * width > MOST_CELLS:
            most = min(MOST_ROWS, MOST_CELLS // width)
            raise UserError(f"{path}: more than {most:,} rows of {width:,} columns; must be at most {most:,}")
        if not kept:
            continue
        lines = [line for line, _ in kept]
        for one, cells in zip(made, zip(*(row for _, row in kept), strict=True), strict=True):
            try:
                one.add(cells, lines)
            except CellFault as fault:
                raise _placed(path, one.name, fault) from None
    if not total:
        raise UserError(f"{path}: no rows below the names of its columns; must have rows of data")
    return made


def _fitted(path: Path, line: int, row: list[str], names: Sequence[str]) -> list[str]:
    """Return a row of another length with a cell for every column; none of a comment."""
    if row[0].lstrip().startswith("#"):
        return []
    if len(row) > len(names):
        if any(cell.strip() for cell in row[len(names) :]):
            raise UserError(
                f"{path}: row {line}, column {len(names) + 1}: more cells than columns; must be {len(names)} cells"
            )
        return row[: len(names)]
    raise UserError(
        f"{path}: row {line}, column '{names[len(row)]}': no cell, the row ends after {len(row)}; "
        f"must be {len(names)} cells"
    )


def _finished(path: Path, one: Building) -> FileColumn:
    try:
        return one.column()
    except CellFault as fault:
        raise _placed(path, one.name, fault) from None


def _placed(path: Path, name: str, fault: CellFault) -> UserError:
    return UserError(f"{path}: row {fault.line}, column '{name}': {fault.said}")
