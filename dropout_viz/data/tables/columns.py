"""The columns of a table: numbers, dates, yes or no, or texts; which of these, the cells say."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.tables import cells
from dropout_viz.errors import UserError

MOST_TEXTS = 1000
"""Different texts of a column that are told apart, at most; each of at most ``LONGEST_TEXT`` characters."""
LONGEST_TEXT = 200
DAY_FIRST, MONTH_FIRST = "dates, day first", "dates, month first"
ODD = 0.1
"""A column is of numbers, or dates, where at most this share of its cells are none, or one of a few."""
_JUDGED = 1000  # cells by which a column is judged at first
_BOUND, _HELD = 10 * MOST_TEXTS, 1 << 22  # texts that are kept apart while reading, and their characters


@dataclass(frozen=True, eq=False)
class FileColumn:
    """One column.

    Attributes:
        name: its own in the table. kind: ``numbers``, ``dates``, ``yes or no``, ``texts``, ``many texts`` (too many to
            be told apart: there are no values) or ``empty``.
        values: (rows,) numbers, NaN where a cell says nothing; dates in days since 1970 began; no is 0 and yes 1; of
            texts the place in ``texts``, -1 where a cell says nothing.
        texts: the different texts of texts, sorted; of yes or no, its two words. missing: cells that say nothing.
        different: how many different values there are, at least.
    """

    name: str
    kind: str
    values: NDArray[Any]
    texts: tuple[str, ...] = ()
    missing: int = 0
    different: int = 0

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers to compute with."""
        return self.kind in ("numbers", "dates", "yes or no")

    @property
    def gaps(self) -> NDArray[np.bool_]:
        """Which cells say nothing, (rows,)."""
        return np.isnan(self.values) if self.numeric else self.values < 0


class Building:
    """A column of which more and more cells are read."""

    def __init__(self, name: str, mark: str, kind: str = "", *, kept: bool = True) -> None:
        """``mark``: see ``cells.number``. ``kind``: what it must be, or ``""``: the first cells say it. ``kept``:
        whether its values are; else there are none in the end."""
        self.name, self.kind = name, kind.partition(",")[0]
        self.day_first = kind == DAY_FIRST
        self._mark, self._kept = mark, kept
        self.marks = cells.Marks()
        self._rows = self._missing = self._bad = 0
        self._numbers, self._codes = array("d"), array("i")
        self._texts: dict[str, int] = {}
        self._held = 0
        self._first_bad: tuple[int, str] | None = None
        self._forced = bool(kind)

    def add(self, read: Sequence[str], lines: Sequence[int]) -> None:
        """Take the cells of the next rows, and the lines where these begin."""
        if not self.kind:
            self.kind = self._kind_of(read[:_JUDGED]) or self._kind_of(read)
        if self.kind in ("numbers", "dates"):
            self._add_numbers(read, lines)
        elif self.kind == "texts":
            self._add_texts(read)
        else:
            self._numbers.extend([math.nan] * len(read))  # nothing has been said yet
            self._codes.extend([-1] * len(read))
            self._missing += len(read)
        self._rows += len(read)
        if not self._kept:
            del self._numbers[:], self._codes[:]

    def _kind_of(self, read: Sequence[str]) -> str:
        said = [cell for cell in read if not cells.is_missing(cell)]
        if not said:
            return ""
        first = cells.day_first(said)
        if _mostly(sum(_reads(cell, self._mark) for cell in said), len(said)):
            return "numbers"
        if _mostly(sum(_is_date(cell, first) for cell in said), len(said)):
            self.day_first = first
            return "dates"
        return "texts"

    def _add_numbers(self, read: Sequence[str], lines: Sequence[int]) -> None:
        try:
            if self.kind == "dates":
                found = [cells.date(cell, self.day_first) for cell in read]
            else:
                found = cells.numbers(read, self._mark, self.marks)
        except (ValueError, OverflowError):
            found = [self._number(cell, line) for cell, line in zip(read, lines, strict=True)]
        self._numbers.extend(found)
        values = np.array(found)
        gaps = np.isnan(values)
        self._missing += int(np.count_nonzero(gaps))
        if (bad := ~(gaps | (np.abs(values) <= cells.LARGEST))).any():
            at = int(bad.argmax())
            raise CellFault(lines[at], f"{quoted(read[at])}: must be a number of at most {cells.LARGEST:g}")

    def _number(self, cell: str, line: int) -> float:
        try:
            return cells.date(cell, self.day_first) if self.kind == "dates" else cells.number(cell, self._mark)
        except (ValueError, OverflowError):
            self._bad += 1
            self._first_bad = self._first_bad or (line, cell)
            return math.nan

    def _add_texts(self, read: Sequence[str]) -> None:
        codes, texts = self._codes, self._texts
        if self._many:
            return
        with suppress(KeyError):  # all have been met before
            found = [texts[cell] for cell in read]
            codes.extend(found)
            self._missing += found.count(-1)
            return
        for cell in read:
            code = texts.get(cell)
            if code is None:
                bare = " ".join(cell.split())
                if cells.is_missing(cell):
                    code = -1
                else:
                    code = texts.get(bare, len(texts))
                    texts[bare] = code
                texts[cell] = code
                self._held += len(cell)
            codes.append(code)
            self._missing += code < 0

    def see_texts(self) -> None:
        """Look for decimals in texts that are numbers but for the mark before these, when all have been read."""
        other = "," if self._mark == "." else "."
        said = [cell for cell, code in self._texts.items() if code >= 0]
        if self.kind == "texts" and not self._forced and _mostly(sum(_reads(cell, other) for cell in said), len(said)):
            self.marks.see(said)

    @property
    def _many(self) -> bool:
        return len(self._texts) > _BOUND or self._held > _HELD

    @property
    def again(self) -> str:
        """What the column is where its first cells have misled, so that all must be read again; else ``""``."""
        if not self._bad or self._forced:
            return ""
        if self.kind == "dates" and self._first_bad and _is_date(self._first_bad[1], not self.day_first):
            return MONTH_FIRST if self.day_first else DAY_FIRST
        said = self._rows - self._missing + self._bad
        return "" if _mostly(said - self._bad, said) else "texts"

    def column(self) -> FileColumn:
        """Return the column. Raises ``CellFault`` for a cell that is not what the column's others are."""
        if self._first_bad is not None:
            line, cell = self._first_bad
            what = "date" if self.kind == "dates" else "number" if self._mark == "." else "number with a decimal comma"
            raise CellFault(
                line,
                f"{quoted(cell)} is no {what}, as most cells of the column are; must be one, or empty, or the column "
                "be among those that are read as texts (as_texts)",
            )
        if self.kind in ("numbers", "dates"):
            values = np.frombuffer(self._numbers, dtype=np.float64)
            return FileColumn(self.name, self.kind, values, (), self._missing, _different(values))
        if self.kind != "texts":
            return FileColumn(self.name, "empty", np.full(self._rows, -1, np.int32), (), self._rows)
        return self._column_of_texts()

    def _column_of_texts(self) -> FileColumn:
        used = sorted({code for code in self._texts.values() if code >= 0})
        names = {code: text for text, code in reversed(self._texts.items()) if code >= 0}
        bare = {code: " ".join(text.split()) for code, text in names.items()}
        if self._many or len(used) > MOST_TEXTS or any(len(text) > LONGEST_TEXT for text in bare.values()):
            return FileColumn(self.name, "many texts", np.empty(0, np.int32), (), self._missing, len(used))
        order = sorted(used, key=lambda code: _natural(bare[code]))
        places = np.full(len(used) + len(self._texts) + 1, -1, np.int32)  # the last is that of -1
        places[order] = np.arange(len(order))
        values = places[np.frombuffer(self._codes, dtype=np.int32)]
        texts = tuple(bare[code] for code in order)
        meant = {} if self._forced else cells.yes_no(texts)
        if meant:
            truth = np.array([*(meant[text] for text in texts), math.nan])
            words = tuple(sorted(texts, key=lambda text: meant[text]))
            return FileColumn(self.name, "yes or no", truth[values], words, self._missing, 2)
        return FileColumn(self.name, "texts", values, texts, self._missing, len(texts))


class CellFault(UserError):
    """Something wrong with a cell; whoever knows the file and the column says where."""

    def __init__(self, line: int, said: str) -> None:
        super().__init__(said)
        self.line, self.said = line, said


def quoted(cell: str) -> str:
    """Return a cell as an error quotes it."""
    return f"'{cell.strip()[:60]}'"


def _different(values: NDArray[np.float64]) -> int:
    """Return how many different numbers there are; many are counted among the first ones alone."""
    return len(np.unique(values[: 1 << 16][~np.isnan(values[: 1 << 16])]))


def _natural(text: str) -> tuple[float, str]:
    """Return what texts are sorted by: those that are numbers by these, before the others."""
    try:
        return float(text), text
    except ValueError:
        return math.inf, text


def _mostly(good: int, of: int) -> bool:
    """Return whether so few are not good that they must be mistakes: of a few, one."""
    return good == of or (of - good <= max(1, ODD * of) and good >= 3)


def _reads(cell: str, mark: str) -> bool:
    try:
        cells.number(cell, mark)
    except ValueError:
        return False
    return True


def _is_date(cell: str, day_first: bool) -> bool:
    try:
        cells.date(cell, day_first)
    except (ValueError, OverflowError):
        return False
    return True
