"""Every curve of a run as comma-separated values: a row for each world and step, exact to the last digit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.history import KINDS, History
from dropout_viz.engine.measured import at_step


@dataclass(frozen=True)
class Curves:
    """The curves of one world: ``arm`` is its arm's name, ``""`` where there are none.

    ``step``: that at which they end, None: wherever. ``end``: what was measured at that very step, by kind, where the
    history has nothing of it there.
    """

    arm: str
    seed: int
    history: History
    step: int | None = None
    end: Mapping[str, float] = field(default_factory=dict)

    def pair(self, kind: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the steps and values of a kind, as far as they are told."""
        steps, values = getattr(self.history, kind).pair()
        stop = None if self.step is None else int(np.searchsorted(steps, self.step, side="right"))
        if kind not in self.end or self.step is None:
            return steps[:stop], values[:stop]
        return np.append(steps[:stop], self.step), np.append(values[:stop], self.end[kind])


def curves_of(run: Arms) -> list[Curves]:
    """Return the curves of every world of every arm of a run."""
    found = []
    for name, trainer in zip(run.names if len(run.trainers) > 1 else ("",), run.trainers, strict=True):
        for world, history in enumerate(trainer.histories):
            seed = trainer.config.seed + world % trainer.config.worlds
            snapshot = trainer.snapshot(world)
            end = at_step(snapshot, history, trainer.data)
            found.append(Curves(name or trainer.arm_of(world), seed, history, snapshot.step, end))
    return found


def to_csv(curves: Sequence[Curves], about: Iterable[tuple[str, str]] = ()) -> Iterable[str]:
    """Yield the lines of a file: what it is about as comments, a heading, then the rows.

    The columns ``arm`` and ``seed`` are there where there are several; a curve that has no value at a step leaves its
    field empty, and one that has none at all has no column.
    """
    for key, text in about:
        for number, line in enumerate(text.splitlines()):
            yield f"# {key if number == 0 else ' ' * len(key)}: {line}\n"
    arms, seeds = len({c.arm for c in curves}) > 1, len({c.seed for c in curves}) > 1
    kinds = [kind for kind in KINDS if any(len(getattr(c.history, kind)) for c in curves)]
    yield from _kept(curves, kinds)
    yield ",".join([*["arm"] * arms, *["seed"] * seeds, "step", *kinds]) + "\n"
    for one in curves:
        pairs = [one.pair(kind) for kind in kinds]
        steps = np.unique(np.concatenate([steps for steps, _ in pairs]))
        columns = []
        for own, values in pairs:
            column = np.full(len(steps), "", object)
            column[np.searchsorted(steps, own)] = [repr(v) for v in values.tolist()]
            columns.append(column)
        first = [*[_field(one.arm)] * arms, *[str(one.seed)] * seeds]
        for row in zip(steps.tolist(), *columns, strict=True):
            yield ",".join([*first, str(row[0]), *row[1:]]) + "\n"


def _kept(curves: Sequence[Curves], kinds: Sequence[str]) -> Iterable[str]:
    """Yield a comment on each kind of curve whose older part was thinned."""
    for kind in kinds:
        rows = max((getattr(c.history, kind).read()[2] for c in curves), key=lambda rows: rows.every)
        if rows.exact_from:
            yield f"# {kind}: before step {rows.exact_from} the lowest and highest of every {rows.every} steps\n"


def _field(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(c in text for c in ',"\n\r') else text
