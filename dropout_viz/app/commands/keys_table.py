"""All keys in columns, each group under its heading: painted, for a label each would be hundreds of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from dropout_viz.app.look.theme import Theme
from dropout_viz.draw import style as look
from dropout_viz.draw.kept import KeptPicture
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.text import draw_text, text_width

Table = dict[str, list[tuple[str, str]]]
"""Keys and what they do, by group."""

_HIGHS = range(26, 101, 2)  # rows of a column, in the order in which they are tried until the columns are not too wide
_ROW, _BETWEEN_GROUPS = 23, 15
_BETWEEN_COLUMNS, _AFTER_KEY = 36, 12
_PAD = 6  # at both sides of a key, within its frame
_CAP = 18  # how high that is


@dataclass(frozen=True)
class KeyColumn:
    """Groups below one another."""

    groups: Table

    @cached_property
    def keys_width(self) -> float:
        """Units that the widest key takes, with its frame."""
        return max(text_width(key, look.BODY, bold=True) for key, _ in self._rows()) + 2 * _PAD

    @cached_property
    def width(self) -> float:
        """Units that it takes."""
        texts = self.keys_width + _AFTER_KEY + max(text_width(text, look.BODY) for _, text in self._rows())
        return max(texts, *(text_width(heading, look.SMALL, bold=True) for heading in self.groups))

    @property
    def height(self) -> int:
        """Units from the first heading to the last key."""
        rows = sum(len(rows) + 1 for rows in self.groups.values())
        return rows * _ROW + (len(self.groups) - 1) * _BETWEEN_GROUPS

    def _rows(self) -> Iterator[tuple[str, str]]:
        for rows in self.groups.values():
            yield from rows


class KeysTable(Painted):
    """Paints the keys in as many columns as there is room for.

    Attributes:
        columns: those that are there.
    """

    def __init__(self, theme: Theme, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._table = theme, table
        self.columns: list[KeyColumn] = []
        self._still = KeptPicture()
        self.setAccessibleName("Keys")
        told = [f"{key}: {text}" for rows in table.values() for key, text in rows]
        self.setAccessibleDescription("\n".join(told))

    def arrange(self, room: float) -> None:
        """Take the lowest columns that are not wider than ``room`` units together."""
        for high in _HIGHS:
            self.columns = [KeyColumn(groups) for groups in packed(self._table, high)]
            if self._wide <= room:
                break
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        return self.pixels(QSize(self._wide, self._high))

    @property
    def _wide(self) -> int:
        return round(sum(column.width + _BETWEEN_COLUMNS for column in self.columns)) - _BETWEEN_COLUMNS

    @property
    def _high(self) -> int:
        return max((column.height for column in self.columns), default=0)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._still = KeptPicture()

    def draw(self, painter: QPainter) -> None:
        """Lies over all that moves in the window, and is painted again with it."""
        what = self._theme.style, self.columns
        size = float(self._wide), float(self._high)
        self._still.paint(painter, size, QColor(Qt.GlobalColor.transparent), what, self._draw_columns)

    def _draw_columns(self, painter: QPainter) -> None:
        left = 0.0
        for column in self.columns:
            self._draw_column(painter, column, left)
            left += column.width + _BETWEEN_COLUMNS

    def _draw_column(self, p: QPainter, column: KeyColumn, left: float) -> None:
        style = self._theme.style
        dim, text_colour, middle = QColor(style.dim), QColor(style.text), _ROW / 2
        for heading, rows in column.groups.items():
            draw_text(p, left, middle, heading, look.SMALL, dim, bold=True)
            middle += _ROW
            for key, text in rows:
                self._draw_key(p, left, middle, key)
                draw_text(p, left + column.keys_width + _AFTER_KEY, middle, text, look.BODY, text_colour)
                middle += _ROW
            middle += _BETWEEN_GROUPS

    def _draw_key(self, p: QPainter, left: float, middle: float, key: str) -> None:
        style = self._theme.style
        frame = QRectF(left, middle - _CAP / 2, text_width(key, look.BODY, bold=True) + 2 * _PAD, _CAP)
        p.setPen(QPen(QColor(style.line), 1))
        p.setBrush(QColor(style.raised))
        p.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        draw_text(p, left + _PAD, middle, key, look.BODY, QColor(style.text), bold=True)


def packed(table: Table, high: int) -> list[Table]:
    """Return the groups in columns, in order: those share one that are not too high together."""
    longest = max(high, *(len(rows) for rows in table.values()))
    columns: list[Table] = []
    room = 0
    for heading, rows in table.items():
        room -= len(rows) + 2  # a heading and a gap
        if not columns or room < 0:
            columns.append({})
            room = longest - len(rows)
        columns[-1][heading] = rows
    return columns
