"""Where everything in the Network view stands: columns of units, bands of text. Arithmetic only.

Lengths are logical pixels; ``scale`` is device pixels per logical pixel, on which grids are aligned so that every cell
of a layer has the same size to the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dropout_viz.draw.box import Box, ui_scale
from dropout_viz.draw.columns import Column, ColumnContents, place_columns
from dropout_viz.nn.parts import Unit, Weight

_LOW = 240  # pixels
_LEFT = 0.85  # of that, without the legend
SLIM = 260
"""Pixels of width below which there is only room for a short name, and for what one output says below the network."""


@dataclass(frozen=True, eq=False)
class Layout:
    """The places of one size of the view for one network.

    Attributes:
        ui: size of text and marks over their size in a window of ordinary size.
        chooser: the row of chips.
        counts, note: middles of the text lines; note is None where the run has no such line.
        heading: top of the layer headings; their lines stand ``line`` apart.
        area: where units and edges stand.
        answer: middle of the line under the network that says what it answers, or None: that stands beside the output.
        caption: middle of the line under the edges, or None.
        legend: the strip at the foot.
        columns: per unit layer. before: columns left of the first, for what is convolved.
    """

    width: float
    height: float
    ui: float
    line: float
    chooser: Box
    counts: float
    note: float | None
    heading: float
    area: Box
    answer: float | None
    caption: float | None
    legend: Box
    columns: tuple[Column, ...]
    before: tuple[Column, ...] = ()

    @property
    def low(self) -> bool:
        """Whether it is too low for all words: there the network has the room, and its columns their names alone."""
        return is_low(self.height)

    @property
    def every(self) -> tuple[Column, ...]:
        """All columns, from the left."""
        return (*self.before, *self.columns)

    def gap(self, layer: int) -> tuple[float, float]:
        """Return where the edges of a weight layer begin and end, left to right."""
        return self.columns[layer].box.right, self.columns[layer + 1].box.left

    def unit_at(self, x: float, y: float) -> Unit | None:
        """Return the unit under a point, or None. Its layer is below 0 in a column before the first."""
        for column in self.every:
            index = column.unit_at(x, y)
            if index is not None:
                return Unit(column.layer, index)
        return None

    def column(self, layer: int) -> Column:
        """Return a layer's column; those before the first have numbers below 0."""
        return self.every[len(self.before) + layer]

    def ends(self, weight: Weight) -> tuple[float, float, float, float]:
        """Return an edge's line: x and y of its source, x and y of its target."""
        a, b = self.columns[weight.layer], self.columns[weight.layer + 1]
        return (*a.centre(weight.source), *b.centre(weight.target))


def is_low(height: float) -> bool:
    """Return whether a view of this height leaves words out, so that the network itself can be seen."""
    return height < _LOW


def leaves_room(height: float, legend: float) -> bool:
    """Return whether a legend of this height leaves the network enough of a view; else it gives way to it."""
    return height - legend >= _LEFT * _LOW


def is_slim(width: float, outputs: int) -> bool:
    """Return whether a view is so narrow that what the one output says goes below the network, which has its room."""
    return width < SLIM and outputs == 1


def make_layout(
    width: float,
    height: float,
    sizes: tuple[int, ...],
    image: tuple[int, int] | None,
    *,
    maps: Sequence[tuple[int, int, int]] = (),
    left: float,
    right: float,
    legend: float,
    note: bool,
    caption: bool,
    scale: float = 1.0,
) -> Layout:
    """Lay out a network.

    Args:
        width, height: of the view.
        sizes: units per layer, input to output.
        image: (height, width) where the input is a picture.
        maps: (height, width, maps) of each convolution, the last of which are the first layer's units; ``image`` is
            then what the first one sees.
        left, right: room for the labels beside the first and last column.
        legend: height of the legend strip.
        note: whether there is a line of its own for what the batch held.
        caption: whether there is a line under the edges.
        scale: device pixels per logical pixel.
    """
    ui = ui_scale(width, height)
    line, margin = 15 * ui, 12 * ui
    chooser = Box(margin, 10 * ui, width - 2 * margin, 26 * ui)
    counts = chooser.bottom + 17 * ui
    note_at = counts + 18 * ui if note else None
    heading = (note_at if note_at is not None else counts) + (19 if height > 420 else 13) * ui
    top = heading + (1 if is_low(height) else 3) * line + 8 * ui
    foot = Box(margin, height - legend - 8 * ui, width - 2 * margin, legend)
    slim = is_slim(width, sizes[-1])
    under = foot.top - (25 if caption else 4) * ui
    bottom = under - (1.4 * line if slim else 0)
    area = Box(margin + left, top, max(width - 2 * margin - left - right, 40.0), max(bottom - top, 40.0))
    contents = [ColumnContents(n, image if layer == 0 else None) for layer, n in enumerate(sizes)]
    if maps and image:
        every = [ColumnContents(h * w * n, maps=(h, w, n)) for h, w, n in maps]
        contents = [ColumnContents(image[0] * image[1], image), *every, *contents[1:]]
    columns = place_columns(area, contents, ui, scale, -len(maps))
    return Layout(
        width,
        height,
        ui,
        line,
        chooser,
        counts,
        note_at,
        heading,
        area,
        under - 0.6 * line if slim else None,
        under + 14 * ui if caption else None,
        foot,
        columns[len(maps) :],
        columns[: len(maps)],
    )
