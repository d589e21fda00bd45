"""The pictures of a lab as plain data: a small vocabulary that one painter draws, and that is written as CSV.

A hue is a number: 0, 1, 2... are the colours in which arms are drawn, in their order; None takes the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Numbers = Sequence[float] | Array
Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Figure:
    """One picture.

    Attributes:
        name: of its files, short, in lower case with hyphens, unique in a result. title: one line above the picture.
        statistic, ends: what its values are of many runs, such as "median of 20 seeds", and what reaches from low to
            high; the columns of its file say so. ``""``: plain values.
        caption: one or two sentences below it: what is seen, and how to read it; may be empty.
    """

    name: str
    title: str
    caption: str = ""
    statistic: str = ""
    ends: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of ``rows``."""
        raise NotImplementedError

    def _with_ends(self, label: str) -> tuple[str, str, str]:
        """Return the names of the columns of a value, and of both ends of what lies around it."""
        return _what(label, self.statistic), _what("low", self.ends), _what("high", self.ends)

    def rows(self) -> Iterator[Row]:
        """Yield the picture's numbers as rows of a table."""
        raise NotImplementedError


def _what(name: str, what: str) -> str:
    return f"{name} ({what})" if what else name


@dataclass(frozen=True, eq=False)
class FigureMark:
    """A dashed line across a picture: the published figure, a limit. ``axis``: the one that ``at`` is a value of."""

    at: float
    label: str
    axis: Literal["x", "y"] = "y"


@dataclass(frozen=True, eq=False)
class FigureCurve:
    """Values y over x, (n,) each, as a line, as ``points``, or both. ``low`` and ``high``: a band around the line, or
    an error bar for each point where there is no line."""

    label: str
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    hue: int | None = None
    line: bool = True
    points: bool = False
    dashed: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Lines(Figure):
    """Curves with bands, and scatter plots: curves of points without a line. ``y_range``: None takes in everything."""

    x_label: str
    y_label: str
    curves: Sequence[FigureCurve]
    marks: Sequence[FigureMark] = ()
    log_x: bool = False
    log_y: bool = False
    y_range: tuple[float, float] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return ("curve", self.x_label, *self._with_ends(self.y_label))

    def rows(self) -> Iterator[Row]:
        for c in self.curves:
            band = zip(_given(c.low), _given(c.high), strict=False)
            for x, y, (low, high) in zip(c.x, c.y, band, strict=False):
                yield c.label, x, y, low, high


@dataclass(frozen=True, eq=False)
class FigureSeries:
    """One bar in each group, (groups,), nan where there is none; ``low`` and ``high``: the ends of error bars."""

    label: str
    values: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    hue: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Bars(Figure):
    """Bars side by side in groups."""

    y_label: str
    groups: Sequence[str]
    series: Sequence[FigureSeries]
    marks: Sequence[FigureMark] = ()
    log_y: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return ("group", "series", *self._with_ends(self.y_label))

    def rows(self) -> Iterator[Row]:
        for s in self.series:
            band = zip(_given(s.low), _given(s.high), strict=False)
            for group, value, (low, high) in zip(self.groups, s.values, band, strict=False):
                yield group, s.label, value, low, high


@dataclass(frozen=True, eq=False, kw_only=True)
class HeatMap(Figure):
    """Values (rows, columns) as colours. Row 0 is at the bottom, as on an axis.

    Attributes:
        x, y: what stands at the columns and at the rows. value_label: what a colour means, with its unit.
        signed: colours part at 0. chosen: (row, column) that is framed, or None.
    """

    x_label: str
    y_label: str
    x: Sequence[str]
    y: Sequence[str]
    values: Array
    value_label: str
    signed: bool = False
    chosen: tuple[int, int] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.y_label, self.x_label, self.value_label)

    def rows(self) -> Iterator[Row]:
        for (r, c), value in np.ndenumerate(self.values):
            yield self.y[r], self.x[c], value


@dataclass(frozen=True, eq=False)
class Violin:
    """A sample, (n,), as its density with its median and its quartiles."""

    label: str
    values: Numbers
    hue: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Violins(Figure):
    """Samples side by side."""

    y_label: str
    violins: Sequence[Violin]
    marks: Sequence[FigureMark] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return ("sample", self.y_label)

    def rows(self) -> Iterator[Row]:
        for violin in self.violins:
            yield from ((violin.label, value) for value in violin.values)


@dataclass(frozen=True, eq=False)
class DotRow:
    """Groups of dots in a row: ``states`` of each, 1 filled to 0 empty. ``outcome``: a word at the end; ``good`` or
    not colours it."""

    label: str
    groups: Sequence[Numbers]
    outcome: str = ""
    good: bool | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Dots(Figure):
    """Rows of dots, such as players that work or fail. ``filled`` and ``empty`` say what a dot means."""

    dots: Sequence[DotRow]
    filled: str
    empty: str

    @property
    def columns(self) -> tuple[str, ...]:
        return ("row", "group", "dot", self.filled, "outcome")

    def rows(self) -> Iterator[Row]:
        for row in self.dots:
            for g, group in enumerate(row.groups, 1):
                yield from ((row.label, g, d, state, row.outcome) for d, state in enumerate(group, 1))


@dataclass(frozen=True, eq=False)
class ImageRow:
    """Images (n, height, width) under one heading; ``captions``: one each, or none at all."""

    label: str
    images: Array
    captions: Sequence[str] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Images(Figure):
    """Small images, such as the features of hidden units. ``signed``: grey is 0; else black is 0 and white the most.

    ``own_scale``: every image fills the range of colours by itself, else all of a row share it.
    """

    images: Sequence[ImageRow]
    signed: bool = True
    own_scale: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return ("row", "image", "y", "x", "value")

    def rows(self) -> Iterator[Row]:
        for row in self.images:
            for (image, y, x), value in np.ndenumerate(row.images):
                yield row.label, image, y, x, value


@dataclass(frozen=True, eq=False)
class Rose:
    """Directions: ``angles`` in radians, (n,), and what each weighs."""

    label: str
    angles: Numbers
    weights: Numbers
    hue: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Roses(Figure):
    """Histograms of directions around a circle, cut into ``bins``."""

    roses: Sequence[Rose]
    bins: int = 72

    @property
    def columns(self) -> tuple[str, ...]:
        return ("rose", "angle in radians", "weight")

    def rows(self) -> Iterator[Row]:
        for rose in self.roses:
            yield from ((rose.label, a, w) for a, w in zip(rose.angles, rose.weights, strict=True))


@dataclass(frozen=True, eq=False, kw_only=True)
class FigureTable:
    """Numbers that are written as CSV beside the pictures: ``name`` of the file, names of the columns, rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Row]


def _given(values: Numbers | None) -> Iterator[Any]:
    return chain(repeat("")) if values is None else iter(values)
