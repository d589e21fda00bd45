"""Which weights the small multiples show, and how they are arranged. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dropout_viz.analysis.slices import Surface
from dropout_viz.draw.numbers import count
from dropout_viz.nn.parts import Weight
from dropout_viz.views.choices import Choices
from dropout_viz.views.weight_names import ARROW, Names

MOST = 64  # weights of a network of which all are shown, and of weights into one unit


@dataclass(frozen=True)
class Block:
    """Multiples that belong together.

    Attributes:
        places: the weights, in reading order.
        columns: how many stand side by side; 0: as many as suits the room.
        rows, heads: a name for each row and each column, or empty.
        names: a name for each weight, to be written above its cell where there is room, or empty.
        title: a name for the block, or empty.
    """

    places: tuple[Weight, ...]
    columns: int
    rows: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Multiples:
    """All multiples: blocks and what to say of them. ``matrices``: each block is a whole weight layer."""

    blocks: tuple[Block, ...]
    matrices: bool
    caption: str

    @cached_property
    def places(self) -> tuple[Weight, ...]:
        """The weights shown, in reading order."""
        return tuple(p for block in self.blocks for p in block.places)

    def choices(self) -> dict[str, Any]:
        """Return what a picture carries of it: nothing where all weights are shown anyway."""
        if self.matrices:
            return {}
        blocks = [
            {"places": [list(p) for p in b.places], "columns": b.columns, "names": list(b.names), "title": b.title}
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
    return _of_unit(names, chosen, surface, most)


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


def _of_unit(names: Names, chosen: Weight, surface: Callable[[], Surface], most: int) -> Multiples:
    """The weights into and out of the hidden unit that the chosen weight joins; of an output where there is none."""
    sizes, data = names.sizes, names.data
    last = len(sizes) - 2
    ahead = chosen.layer < last or last == 0
    layer, unit = (chosen.layer + 1, chosen.target) if ahead else (chosen.layer, chosen.source)
    sources = [Weight(layer - 1, i, unit) for i in range(sizes[layer - 1])]
    outputs = [Weight(layer, unit, j) for j in range(sizes[layer + 1])] if layer <= last else []
    into = _varied(sources, chosen, surface, most)
    out = _first(outputs, chosen, max(8, most // 4))
    image = data.image if data.image is not None and layer == 1 and len(into) == len(sources) else None
    blocks = []
    if image is not None:
        blocks.append(Block(into, image[1], title="in, from each pixel"))
    elif into:
        blocks.append(Block(into, 0, names=tuple(f"{names.unit(layer - 1, p.source)} {ARROW}" for p in into)))
    if out:
        title = "out" if image is not None else ""
        targets = tuple(f"{ARROW} {names.unit(layer + 1, p.target)}" for p in out)
        blocks.append(Block(out, 0, names=targets, title=title))
    whose = names.hidden(layer, unit) if layer <= last else f"output {names.unit(layer, unit)}"
    n_in = _of(len(into), len(sources), "into")
    n_out = _of(len(out), len(outputs), "out of")
    said = " and ".join(n for n in (n_in, n_out) if n)
    why = ", those whose source varies most" if len(into) < len(sources) else ""
    return Multiples(tuple(blocks), False, f"{said} {whose}{why}")


def _varied(places: list[Weight], chosen: Weight, surface: Callable[[], Surface], most: int) -> tuple[Weight, ...]:
    """Return at most ``most`` weights into a unit: those whose source varies most over the examples, and the chosen."""
    if len(places) <= most:
        return tuple(places)
    spread = surface().activity(places[0].layer).std(axis=1)
    return _first([places[k] for k in np.argsort(-spread, kind="stable").tolist()], chosen, most)


def _first(ranked: list[Weight], chosen: Weight, most: int) -> tuple[Weight, ...]:
    """Return the first ``most`` weights, the chosen one among them, in their natural order."""
    kept = ranked[:most]
    if chosen in ranked and chosen not in kept:
        kept[-1] = chosen
    return tuple(sorted(kept))


def _of(shown: int, of: int, way: str) -> str:
    if not of:
        return ""
    if shown < of:
        return f"{shown} of the {count(of)} weights {way}"
    return f"the weight {way}" if of == 1 else f"the {count(of)} weights {way}"
