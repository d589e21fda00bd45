"""What a view hands over of itself, as plain JSON, and how it is read back. No Qt.

A picture carries it, so it may come from anyone: what is missing, or is not as a view writes it, reads as the default.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

Word = TypeVar("Word", bound=str)

MOST = 20_000
"""Numbers in one list, at most."""


class Choices:
    """A view's choices, read one by one."""

    def __init__(self, found: object = None) -> None:
        self._found: Mapping[str, Any] = found if isinstance(found, Mapping) else {}

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a truth value."""
        value = self._found.get(key)
        return value if isinstance(value, bool) else default

    def is_flag(self, key: str) -> bool:
        """Return whether there is a truth value."""
        return isinstance(self._found.get(key), bool)

    def is_table(self, key: str) -> bool:
        """Return whether there are choices within these."""
        return isinstance(self._found.get(key), Mapping)

    def whole(self, key: str, default: int = 0, least: int = 0, most: int = 1 << 53) -> int:
        """Return a whole number within bounds."""
        value = self._found.get(key)
        return value if type(value) is int and least <= value <= most else default

    def maybe(self, key: str, most: int = 1 << 53) -> int | None:
        """Return a whole number of at least 0, or None."""
        return self.whole(key, -1, most=most) if self.whole(key, -1, most=most) >= 0 else None

    def number(self, key: str, default: float, low: float = -1e300, high: float = 1e300) -> float:
        """Return a finite number within bounds."""
        value: Any = self._found.get(key)
        return float(value) if _is_number(value) and low <= value <= high else default

    def word(self, key: str, known: Collection[Word], default: Word) -> Word:
        """Return one of some words."""
        value = self._found.get(key)
        return next((word for word in known if word == value), default) if isinstance(value, str) else default

    def one_of(self, key: str, known: Collection[Any], default: Any) -> Any:
        """Return one of some values, of the same type."""
        found = self._found.get(key, default)
        return next((value for value in known if type(value) is type(found) and value == found), default)

    def text(self, key: str, most: int = 200) -> str:
        """Return a text, at most so long."""
        value = self._found.get(key)
        return value[:most] if isinstance(value, str) else ""

    def words(self, key: str) -> list[str]:
        """Return a list of short texts."""
        return [value[:200] for value in self.rows(key) if isinstance(value, str)]

    def numbers(self, key: str, length: int | None = None) -> list[float]:
        """Return a list of finite numbers; an empty one where some entry is none, or there are not ``length``."""
        found = self.rows(key)
        if not all(map(_is_number, found)) or length not in (None, len(found)):
            return []
        return [float(value) for value in found]

    def wholes(self, key: str, length: int) -> list[int]:
        """Return so many whole numbers of at least 0, or an empty list."""
        found = self.rows(key)
        return found if len(found) == length and all(type(n) is int and 0 <= n < 1 << 53 for n in found) else []

    def span(self, key: str) -> tuple[float, float] | None:
        """Return two ascending numbers, or None."""
        found = self.numbers(key, 2)
        return (found[0], found[1]) if found and found[0] < found[1] else None

    def table(self, key: str, width: int | None = None) -> list[list[float]]:
        """Return rows of finite numbers; none where some row is no such, or not ``width`` long."""
        rows = [Choices({"row": row}).numbers("row", width) for row in self.rows(key)]
        empty = width is None  # an empty row may be meant
        return (
            rows if all(row or (empty and given == []) for row, given in zip(rows, self.rows(key), strict=True)) else []
        )

    def whole_table(self, key: str, width: int) -> list[list[int]]:
        """Return rows of so many whole numbers of at least 0; none where some row is no such."""
        rows = [Choices({"row": row}).wholes("row", width) for row in self.rows(key)]
        return rows if all(rows) else []

    def rows(self, key: str) -> list[Any]:
        """Return a list of whatever it holds."""
        value = self._found.get(key)
        return list(value) if isinstance(value, list | tuple) and len(value) <= MOST else []

    def part(self, key: str) -> Choices:
        """Return choices within these."""
        return Choices(self._found.get(key))

    def table_of(self, key: str) -> Mapping[str, Any]:
        """Return choices within these as they are."""
        return self.part(key)._found

    def parts(self, key: str) -> list[Choices]:
        """Return a list of choices within these."""
        return [Choices(value) for value in self.rows(key)]


def rounded(values: Any) -> list[float]:
    """Return numbers with six digits, for a picture's trails: more cannot be seen, and they take room."""
    return [float(f"{value:.6g}") for value in values]


def _is_number(value: Any) -> bool:
    # nan is not below it, nor is a whole number that is too large for a float
    return type(value) in (int, float) and abs(value) < 1e300
