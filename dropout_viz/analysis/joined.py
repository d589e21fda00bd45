"""Of too many weights to show: those of the hidden unit that one of them joins. NumPy only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dropout_viz.analysis.slices import Surface
from dropout_viz.nn.parts import Weight


@dataclass(frozen=True)
class Joined:
    """Weights of one unit.

    Attributes:
        layer, unit: whose they are: a hidden unit's, or an output's where there is none.
        into, out: those that lead into it and out of it, in their natural order, of so many: n_into, n_out.
    """

    layer: int
    unit: int
    into: tuple[Weight, ...]
    out: tuple[Weight, ...]
    n_into: int
    n_out: int


def joined(sizes: Sequence[int], chosen: Weight, surface: Callable[[], Surface], most: int) -> Joined:
    """Return the weights of the hidden unit that a chosen one joins, that one among them.

    Args:
        sizes: units in each layer, input to output.
        surface: asked for the units' activity: of too many weights into a unit, those whose source varies most count.
        most: how many weights into it, about.
    """
    last = len(sizes) - 2
    ahead = chosen.layer < last or last == 0
    layer, unit = (chosen.layer + 1, chosen.target) if ahead else (chosen.layer, chosen.source)
    sources = [Weight(layer - 1, i, unit) for i in range(sizes[layer - 1])]
    targets = [Weight(layer, unit, j) for j in range(sizes[layer + 1])] if layer <= last else []
    ranked = sources
    if len(sources) > most:
        spread = surface().activity(layer - 1).std(axis=1)
        ranked = [sources[k] for k in np.argsort(-spread, kind="stable").tolist()]
    into, out = _first(ranked, chosen, most), _first(targets, chosen, max(8, most // 4))
    return Joined(layer, unit, into, out, len(sources), len(targets))


def _first(ranked: list[Weight], chosen: Weight, most: int) -> tuple[Weight, ...]:
    """Return the first ``most`` weights, the chosen one among them, in their natural order."""
    kept = ranked[:most]
    if chosen in ranked and chosen not in kept:
        kept[-1] = chosen
    return tuple(sorted(kept))
