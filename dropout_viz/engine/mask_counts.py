"""What the masks of a run add up to: how often each unit was on, and which thinned networks have been used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.history import Table
from dropout_viz.engine.presence import Counter, Presence
from dropout_viz.engine.visited import Phase, Visited
from dropout_viz.nn import fits
from dropout_viz.nn.plan import Plan

Array = NDArray[Any]


class MaskCounts:
    """Counts for the one world of a compiled run.

    Attributes:
        visited: the count of different thinned networks, or None where there are too many to count.
        phases: drop probabilities by step, since the layers that drop units last changed.
        presence: how often each unit was on.
    """

    def __init__(self, table: Table) -> None:
        """``table`` receives how many thinned networks had been used, at every step that used a new one."""
        self.visited: Visited | None = None
        self.phases: tuple[Phase, ...] = ()
        self.presence: Counter | None = None
        self._table = table
        self._layers: dict[int, int] = {}
        self._written: tuple[tuple[Phase, ...], Array, Array] | None = None  # the phases as arrays

    def begin(self, plan: Plan, step: int) -> None:
        """Go on under a plan, after so many steps. Other layers that drop units: other thinned networks."""
        self._p, self._scales = (tuple(float(v) for v in each) for each in (plan.drop, plan.train_scales))
        self.presence = self.presence or Counter(plan.inputs)
        self._layers = {layer: plan.inputs[layer] for layer, p in enumerate(self._p) if p > 0}
        if not self._layers:
            self.visited, self.phases = None, ()
            return
        if self.visited is None or not self.visited.counts(self._layers):
            self.visited = Visited.for_layers(self._layers)
        if not self.phases or self.phases[-1].p != self._p:
            same = self.phases and [p > 0 for p in self.phases[-1].p] == [p > 0 for p in self._p]
            self.phases = (*(self.phases if same else ()), Phase(step, self._p))

    def add(self, masks: Mapping[int, Array], rows: slice, steps: NDArray[np.int64], examples: int) -> None:
        """Note the masks of some steps.

        Args:
            masks: per layer that draws some (rows, examples, units), as the program has them. rows: of these steps.
            steps: their numbers. examples: how many a step sees.
        """
        drawn = {layer: masks[layer][rows] for layer in self._layers}
        if self.presence is not None:
            self.presence.add(drawn, self._p, self._scales, len(steps) * examples)
        if self.visited is not None and drawn:
            fresh, seen = self.visited.add(drawn)
            if len(fresh):
                self._table.extend(steps[fresh], seen[:, None])

    def told(self) -> dict[str, Any]:
        """Return what a snapshot tells of it, by the snapshot's names."""
        seen = None if self.visited is None else self.visited.seen
        return {"visited": seen, "phases": self.phases, "presence": self.presence and self.presence.read()}

    def state(self) -> dict[str, Array]:
        """Return copies of all counts."""
        assert self.presence is not None
        now, layers = self.presence.read(), len(self._p)
        found: dict[str, Array] = {f"off.{layer}": off for layer, off in enumerate(now.off)}
        found["drawn.rows"] = np.array(list(now.drawn.values()), np.int64)
        found["drawn.p"] = np.array(list(now.drawn), np.float64).reshape(-1, layers)
        if self._written is None or self._written[0] is not self.phases:  # the same for thousands of steps
            since = np.array([phase.since for phase in self.phases], np.int64)
            p = np.array([phase.p for phase in self.phases], np.float64).reshape(-1, layers)
            self._written = (self.phases, since, p)
        found["since"], found["p"] = self._written[1:]
        if self.visited is not None:
            found["layers"] = np.array(list(self.visited.sizes.items()), np.int64)
            found["known"] = np.packbits(self.visited.known)
        return found

    def restore(self, state: Mapping[str, Array]) -> None:
        """Take over the counts of another run of the same network. Raises ``ValueError`` for what does not fit."""
        assert self.presence is not None
        sizes, layers = [len(off) for off in self.presence.read().off], len(self._p)
        offs = [state[f"off.{layer}"] for layer in range(layers)]
        for layer, units in enumerate(sizes):
            fits.check(f"off.{layer}", offs[layer], np.int64, (units,))
        fits.check("since", state["since"], np.int64, (None,))
        fits.check("p", state["p"], np.float64, (len(state["since"]), layers))
        self.presence.take(Presence(tuple(o.copy() for o in offs), _drawn(state, layers)))
        self.phases = tuple(
            Phase(s, tuple(p)) for s, p in zip(state["since"].tolist(), state["p"].tolist(), strict=True)
        )
        self.visited = _visited(state) if "known" in state else None


def _drawn(state: Mapping[str, Array], layers: int) -> dict[tuple[float, ...], int]:
    if "expected" in state:  # of a run file of format 2, which knows only what the probabilities came to
        fits.check("rows", state["rows"], np.int64, (1,))
        fits.check("expected", state["expected"], np.float64, (layers,))
        rows = int(state["rows"][0])
        return {tuple((state["expected"] / rows).tolist()): rows} if rows else {}
    fits.check("drawn.rows", state["drawn.rows"], np.int64, (None,))
    fits.check("drawn.p", state["drawn.p"], np.float64, (len(state["drawn.rows"]), layers))
    return dict(zip(map(tuple, state["drawn.p"].tolist()), state["drawn.rows"].tolist(), strict=True))


def _visited(state: Mapping[str, Array]) -> Visited:
    fits.check("layers", state["layers"], np.int64, (None, 2))
    sizes = {int(layer): int(units) for layer, units in state["layers"]}
    made = Visited.for_layers(sizes) if all(n > 0 for n in sizes.values()) else None
    if made is None:
        raise ValueError(f"layers = {sizes}: must be layers of a few units")
    fits.check("known", state["known"], np.uint8, (-(-(2**made.units) // 8),))
    made.take(np.unpackbits(state["known"], count=2**made.units).astype(bool))
    return made
