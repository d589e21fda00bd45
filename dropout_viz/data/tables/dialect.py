"""What separates the cells of a table, what quotes them, and whether its first row names its columns."""

from __future__ import annotations

import csv
import itertools
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dropout_viz.data.tables.cells import date, day_first, is_missing, number

SEPARATORS = (",", ";", "\t", "|", " ")
_SAMPLE = 1 << 14  # characters that tell, of whole lines: what looks at them takes a time that grows with more
_ROWS = 100  # of the sample
_YEAR = re.compile(r"[12]\d{3}")
_LOOKED_FOR = 1 << 22  # characters among which a cell that is too long is found
_SAID = "sep="  # how a spreadsheet names the separator, in the first line


class LongCell(Exception):
    """A cell of more characters than one can have. ``line``: where its row begins."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


@dataclass(frozen=True)
class Dialect:
    """How a table is written. ``first``: the line with which its rows begin, from 1."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    first: int = 1

    def rows(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a whole file, each with the line in which it begins; none of those that are empty.

        Raises:
            LongCell: a cell that is too long.
        """
        for _ in range(self.first - 1):
            next(lines, "")
        made = self._reader(lines)
        begins = self.first
        try:
            for row in made:
                if row and (len(row) > 1 or row[0].strip()):
                    yield begins, row
                begins = self.first + made.line_num
        except csv.Error:
            raise LongCell(begins) from None

    def column_of_long(self, lines: Iterator[str]) -> int:
        """Return in which cell of a row, from 1, there is more than a cell can hold; ``lines``: those of the row, and
        others."""
        some, size = list[str](), 0
        while size < _LOOKED_FOR and (line := next(lines, "")):
            some.append(line)
            size += len(line)
        usual = csv.field_size_limit(1 << 30)
        try:
            row: list[str] = next(self._reader(iter(some)), [])
        finally:
            csv.field_size_limit(usual)
        return next((at for at, cell in enumerate(row, 1) if len(cell) > usual), 1)

    def is_regular(self, sample: Sequence[str], cut: bool) -> bool:
        """Return whether all rows of some lines have as many cells, and more than one; ``cut``: the last may not."""
        try:
            lengths = [len(row) for row in self._reader(iter(sample)) if row]
        except csv.Error:
            return False
        lengths = lengths[:-1] if cut else lengths
        return len(set(lengths)) == 1 and lengths[0] > 1

    def _reader(self, lines: Iterator[str]) -> Any:
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, escapechar=self.escape, skipinitialspace=True
        )


def dialect_of(lines: Iterator[str], ending: str) -> Dialect:
    """Return how a table is written, by its first lines; ``ending``: of its file's name.

    Lines that begin with # before the first row, and empty ones, are passed over. A line ``sep=;`` says it itself.
    """
    first, said, sample, size = 1, "", list[str](), 0
    for line in lines:
        bare = line.strip()
        if not sample and bare.lower().startswith(_SAID) and len(bare) == len(_SAID) + 1:
            first, said = first + 1, bare[-1]
        elif not sample and (not bare or bare.startswith("#")):
            first += 1
        else:
            sample.append(line[: _SAMPLE - size])
            size += len(sample[-1])
            if size >= _SAMPLE or len(sample) >= _ROWS:
                break
    if size >= _SAMPLE and len(sample) > 2:
        del sample[-1]  # it may have been cut
    text = "".join(sample)
    if not said and ending in (".tsv", ".tab") and "\t" in text:
        said = "\t"
    if said:
        return Dialect(said, first=first)
    from clevercsv.detect import Detector  # not needed before a table is opened

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Detector().detect(text, delimiters=list(SEPARATORS))
    if found is not None and found.delimiter in SEPARATORS and found.delimiter:
        guess = Dialect(found.delimiter, found.quotechar or '"', found.escapechar or None, first)
    else:
        guess = Dialect(_most_regular(sample), first=first)
    cut = size >= _SAMPLE or len(sample) >= _ROWS
    others = (Dialect(delimiter, first=first) for delimiter in SEPARATORS)
    return next((one for one in (guess, *others) if one.is_regular(sample, cut)), guess)


def _most_regular(sample: Sequence[str]) -> str:
    """Return what most lines have equally many of; the comma where nothing is."""

    def alike(delimiter: str) -> int:
        counts = Counter(line.count(delimiter) for line in sample if delimiter in line)
        return max(counts.values(), default=0)

    return max(SEPARATORS[:-1], key=alike)


def has_header(rows: Sequence[Sequence[str]], mark: str) -> bool:
    """Return whether the first of some rows names columns: it has no number and no date, or a text above numbers, or
    names years, behind a text or nothing, which not all rows do."""

    def is_value(cell: str) -> bool:
        return _reads(lambda: number(cell, mark)) or _reads(lambda: date(cell, day_first([cell])))

    told = [not is_missing(cell) and is_value(cell) for cell in rows[0]]
    if not any(told) or len(rows) == 1:
        return not any(told)
    if not told[0] and _has_years(rows[0]) and not all(_has_years(row) for row in rows[1:]):
        return True
    below = [
        [cell for cell in cells if not is_missing(cell)] for cells in itertools.zip_longest(*rows[1:], fillvalue="")
    ]
    return any(
        not is_missing(name) and not value and bool(cells) and all(map(is_value, cells))
        for name, value, cells in zip(rows[0], told, below, strict=False)
    )


def _has_years(row: Sequence[str]) -> bool:
    """Return whether all cells but the first are years, each another."""
    years = [cell.strip() for cell in row[1:]]
    return len(set(years)) == len(years) > 0 and all(_YEAR.fullmatch(year) for year in years)


def _reads(read: Callable[[], float]) -> bool:
    try:
        read()
    except (ValueError, OverflowError):
        return False
    return True
