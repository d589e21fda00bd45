"""An arrangement of panels that comes from outside, read without Qt, whose own reader believes any bytes, and may crash
or hang on them. What is read is built anew with what a user's mouse could do.

The bytes are what ``QMainWindow.saveState`` returns: big-endian; for each side of the window a tree of lists, whose
leaves are panels by their names; then what is not needed here.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

_HEAD, _DOCKS = 0xFF, 0xFD
_PANEL, _SEQUENCE, _TABS = 0xFB, 0xFC, 0xFA
_SHOWN, _FLOATING = 1, 2
_SIDES = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.TopDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
_LARGEST = 1 << 15  # pixels, more than any screen has
_MOST, _DEEPEST = 64, 8  # parts of one list, and lists within lists
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Leaf:
    """Panels that share one place, by their names. ``front``: the one that is seen. size: (width, height), pixels."""

    names: tuple[str, ...]
    front: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Split:
    """Parts side by side, or one above the other."""

    way: Qt.Orientation
    parts: tuple[Leaf | Split, ...]

    @property
    def leaves(self) -> Iterator[Leaf]:
        """All places in it, in order."""
        for part in self.parts:
            yield from (part,) if isinstance(part, Leaf) else part.leaves


@dataclass(frozen=True)
class Arrangement:
    """What stands at each side of a window that is not empty, and the sizes of what floats, by name."""

    sides: dict[Qt.DockWidgetArea, Split]
    floating: dict[str, tuple[int, int]]

    @property
    def leaves(self) -> list[Leaf]:
        """All places in it."""
        return [leaf for side in self.sides.values() for leaf in side.leaves]


def read(state: bytes, version: int, known: Collection[str]) -> Arrangement | None:
    """Return an arrangement of a version of ours, of the panels that are known; None for what is none."""
    try:
        return _Reader(state, known).arrangement(version)
    except (ValueError, struct.error):
        return None


def build(window: QMainWindow, docks: Mapping[str, QDockWidget], found: Arrangement) -> None:
    """Put docks where an arrangement has them, by their names, into a window that has none of them, and show them."""
    for side, split in found.sides.items():
        window.addDockWidget(side, docks[_first(split)], split.way)
        _divide(window, docks, split)
    for leaf in found.leaves:
        for name in leaf.names:
            docks[name].show()
        docks[leaf.front].raise_()
    for at, way in enumerate((Qt.Orientation.Horizontal, Qt.Orientation.Vertical)):
        # Qt shares room out truly only where it is told the size of all
        sizes = [max(1, leaf.size[at]) for leaf in found.leaves]
        window.resizeDocks([docks[leaf.front] for leaf in found.leaves], sizes, way)
    for name, size in found.floating.items():
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, docks[name])
        docks[name].setFloating(True)
        docks[name].resize(QSize(*size).boundedTo(window.screen().availableSize()))
        docks[name].show()


def _divide(window: QMainWindow, docks: Mapping[str, QDockWidget], split: Split) -> None:
    """Put the parts of a split beside its first panel, which is in the window already, and fill them."""
    heads = [docks[_first(part)] for part in split.parts]
    for head, following in pairwise(heads):
        window.splitDockWidget(head, following, split.way)
    for part, head in zip(split.parts, heads, strict=True):
        if isinstance(part, Split):
            _divide(window, docks, part)
        else:
            for name in part.names[1:]:
                window.tabifyDockWidget(head, docks[name])
                head = docks[name]


def _first(part: Leaf | Split) -> str:
    return part.names[0] if isinstance(part, Leaf) else _first(part.parts[0])


class _Reader:
    """Goes over the bytes once. Raises ``ValueError`` or ``struct.error`` for what Qt does not write."""

    def __init__(self, state: bytes, known: Collection[str]) -> None:
        self._state, self._at, self._known = state, 0, known
        self._seen: set[str] = set()
        self._floating: dict[str, tuple[int, int]] = {}

    def arrangement(self, version: int) -> Arrangement:
        _want(self._whole() == _HEAD and self._whole() == version and self._byte() == _DOCKS)
        sides: dict[Qt.DockWidgetArea, Split] = {}
        for _ in range(self._count(len(_SIDES))):
            side = _SIDES[self._count(len(_SIDES) - 1)]
            _want(side not in sides)
            part = self._list((self._extent(), self._extent()), _DEEPEST)
            if part is not None:
                sides[side] = part if isinstance(part, Split) else Split(Qt.Orientation.Vertical, (part,))
        return Arrangement(sides, self._floating)

    def _list(self, size: tuple[int, int], deepest: int) -> Leaf | Split | None:
        """Return what is shown of panels that are tabs of one place, or of parts beside one another."""
        kind = self._byte()
        _want(kind in (_TABS, _SEQUENCE) and deepest > 0)
        front = self._whole() if kind == _TABS else -1
        across = self._byte() == 1
        found = [self._part(size, across, deepest) for _ in range(self._count(_MOST))]
        parts = [part for part in found if part is not None]
        if not parts:
            return None
        if kind == _SEQUENCE:
            way = Qt.Orientation.Horizontal if across else Qt.Orientation.Vertical
            return parts[0] if len(parts) == 1 else Split(way, tuple(parts))
        leaves = [leaf for part in parts for leaf in ((part,) if isinstance(part, Leaf) else part.leaves)]
        named = found[front] if 0 <= front < len(found) else None
        seen = named.front if isinstance(named, Leaf) else leaves[0].front
        return Leaf(tuple(name for leaf in leaves for name in leaf.names), seen, size)

    def _part(self, size: tuple[int, int], across: bool, deepest: int) -> Leaf | Split | None:
        """Return one part of a list; ``size``: of the list."""
        kind = self._byte()
        _want(kind in (_PANEL, _SEQUENCE))
        name, flags = (self._text(), self._byte()) if kind == _PANEL else ("", 0)
        _want(name not in self._seen)
        self._seen |= {name} if name else set()
        if flags & _FLOATING:
            self._whole(), self._whole()
            size = (self._extent(), self._extent())
            self._floating |= {name: size} if flags & _SHOWN and name in self._known and min(size) > 0 else {}
            return None
        self._whole()  # where it begins
        long = self._extent()
        self._whole(), self._whole()  # the least and the most that it can be
        if long > 0:
            size = (long, size[1]) if across else (size[0], long)
        if kind == _SEQUENCE:
            return self._list(size, deepest - 1)
        return Leaf((name,), name, size) if flags & _SHOWN and name in self._known else None

    def _text(self) -> str:
        length = self._whole()
        _want(0 < length <= 2 * _LONGEST_NAME and length % 2 == 0)
        return self._take(length).decode("utf-16-be")

    def _extent(self) -> int:
        extent = self._whole()
        _want(-1 <= extent < _LARGEST)
        return extent

    def _count(self, most: int) -> int:
        count = self._whole()
        _want(0 <= count <= most)
        return count

    def _whole(self) -> int:
        return int(struct.unpack(">i", self._take(4))[0])

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, length: int) -> bytes:
        taken = self._state[self._at : self._at + length]
        _want(len(taken) == length)
        self._at += length
        return taken


def _want(true: bool) -> None:
    if not true:
        raise ValueError("not as Qt writes it")
