"""What a moment of slow motion touches of the network: layers, weights between them, and what is not computed yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.snapshot import Floats


@dataclass(frozen=True, eq=False)
class Touch:
    """What a moment touches.

    Attributes:
        layers: unit layers. gaps: weight layers. unknown: unit layers that are not computed yet.
        way: 1 forward, -1 backward, 0 neither.
    """

    layers: frozenset[int]
    gaps: frozenset[int]
    unknown: frozenset[int]
    way: int


def touch(taken: Dissection, moment: int) -> Touch:
    """Return what a moment touches."""
    now, last = taken.moments[moment], taken.plan.layers
    layers, gaps = set(), set()
    for name in (*now.reads, *now.writes):
        kind, digits = name.rstrip("0123456789"), re.sub(r"\D", "", name)
        if kind in ("W", "g"):
            gaps.add(int(digits) - 1)
        elif kind in ("y", "e"):
            layers.add(last)
        elif kind != "gb" and not kind.startswith("state"):
            layers.add(int(digits or 0))
    if now.stage == "update":
        layers, gaps = set(), gaps or set(range(last))
    if now.stage == "restore":
        layers, gaps = set(range(last + 1)), set(range(last))
    unknown = {n for n in range(1, last + 1) if taken.value(f"z{n}", moment) is None}
    way = {"forward": 1, "backward": -1}.get(now.stage, 0)
    return Touch(frozenset(layers), frozenset(gaps), frozenset(unknown - layers), way)


def masked(taken: Dissection, moment: int) -> list[int]:
    """Return the unit layers that a moment draws a mask for."""
    now = taken.moments[moment]
    return [int(name[1:]) for name in now.writes] if now.stage == "mask" else []


def slopes(taken: Dissection, moment: int, row: int | None) -> list[tuple[int, str, Floats]]:
    """Return what a moment writes of the way back for one row of the batch: the unit layer, ``δ`` or ``slope``, and a
    number for each unit, shape (units,)."""
    now, found = taken.moments[moment], list[tuple[int, str, Floats]]()
    for name in now.writes if row is not None else ():
        kind, digits = name[:5], name[5:]
        if kind in ("delta", "slope"):
            found.append((int(digits), "δ" if kind == "delta" else kind, now.values[name][row]))
    return found
