"""Which weights the small multiples show, and how they are arranged. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dropout_viz.analysis.joined import Joined, joined
from dropout_viz.analysis.slices import Surface
from dropout_viz.draw.cell_grid import Block
from dropout_viz.draw.numbers import count
from dropout_viz.nn.parts import Weight
from dropout_viz.views.choices import Choices
from dropout_viz.views.weight_names import ARROW, Names

MOST = 64  # weights of a network of which all are shown, and of weights into one unit


@dataclass(frozen=True)
class Multiples:
    """All multiples: blocks and what to say of them. ``matrices``: each block is a whole weight layer."""

    blocks: tuple[Block[Weight], ...]
    matrices: bool
    caption: str

    @cached_property
    def places(self) -> tuple[Weight, ...]:
        """The weights shown, in reading order."""
        return tuple(p for block in self.blocks for p in block.cells)

    def choices(self) -> dict[str, Any]:
        """Return what a picture carries of it: nothing where all weights are shown anyway."""
        if self.matrices:
            return {}
        blocks = [
            {"places": [list(p) for p in b.cells], "columns": b.columns, "names": list(b.names), "title": b.title}
            for b in self.blocks
        ]
        return {"blocks": blocks, "caption": self.caption}


NONE = Multiples((), True, "")


def multiples_from(choices: Choices, sizes: tuple[int, ...]) -> Multiples:
    """Return the multiples that a picture carries, or ``NONE``; ``sizes``: units a layer, biases not counted."""
    blocks = []
    for part in choices.parts("blocks")[:3]:
        places = tuple(Weight(*row) for row in part.whole_table("places", 3))
        names = tuple(part.words("names"))
        if places and all(place.is_in(sizes) for place in places) and len(names) in (0, len(places)):
            title = part.text("title")
            blocks.append(Block(places, part.whole("columns", most=4096), names=names, title=title))
    return Multiples(tuple(blocks), False, choices.text("caption")) if blocks else NONE


def arrange(names: Names, chosen: Weight, surface: Callable[[], Surface], most: int = MOST) -> Multiples:
    """Return the multiples for a network: all its weights, or those of the hidden unit that the chosen weight joins.

    Args:
        names: of the network.
        chosen: the weight whose landscape is large.
        surface: asked for the units' activity: of too many weights, those whose source varies most are shown.
        most: how many weights to show, about.
    """
    sizes = names.sizes
    total = sum(a * b for a, b in zip(sizes, sizes[1:], strict=False))
    if total < 2 or most < 2:
        return NONE
    if total <= most:
        return _all(names, total)
    return _of_unit(names, joined(sizes, chosen, surface, most))


def _all(names: Names, total: int) -> Multiples:
    """All weights, a block a layer. Columns are the units of a hidden layer: a unit's own weights are in one column."""
    blocks = []
    for layer, (fan_in, fan_out) in enumerate(zip(names.sizes, names.sizes[1:], strict=False)):
        sources = tuple(names.unit(layer, i) for i in range(fan_in))
        targets = tuple(names.unit(layer + 1, j) for j in range(fan_out))
        if layer % 2 == 0:
            places = tuple(Weight(layer, i, j) for i in range(fan_in) for j in range(fan_out))
            blocks.append(Block(places, fan_out, tuple(f"{s} {ARROW}" for s in sources), targets))
        else:
            places = tuple(Weight(layer, i, j) for j in range(fan_out) for i in range(fan_in))
            blocks.append(Block(places, fan_in, tuple(f"{ARROW} {t}" for t in targets), sources))
    return Multiples(tuple(blocks), True, f"all {total} weights")


def _of_unit(names: Names, of: Joined) -> Multiples:
    """The weights into and out of a hidden unit; of an output where there is none."""
    layer, hidden = of.layer, of.layer < len(names.sizes) - 1
    image = names.data.image if layer == 1 and len(of.into) == of.n_into else None
    blocks = []
    if image is not None:
        blocks.append(Block(of.into, image[1], title="in, from each pixel"))
    elif of.into:
        sources = tuple(f"{names.unit(layer - 1, p.source)} {ARROW}" for p in of.into)
        blocks.append(Block(of.into, 0, names=sources))
    if of.out:
        targets = tuple(f"{ARROW} {names.unit(layer + 1, p.target)}" for p in of.out)
        blocks.append(Block(of.out, 0, names=targets, title="out" if image is not None else ""))
    whose = names.hidden(layer, of.unit) if hidden else f"output {names.unit(layer, of.unit)}"
    ways = (_of(len(of.into), of.n_into, "into"), _of(len(of.out), of.n_out, "out of"))
    why = ", those whose source varies most" if len(of.into) < of.n_into else ""
    return Multiples(tuple(blocks), False, f"{' and '.join(filter(None, ways))} {whose}{why}")


def _of(shown: int, of: int, way: str) -> str:
    if not of:
        return ""
    if shown < of:
        return f"{shown} of the {count(of)} weights {way}"
    return f"the weight {way}" if of == 1 else f"the {count(of)} weights {way}"
