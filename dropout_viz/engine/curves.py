"""Every curve of a run as comma-separated values: a row for each world and step, exact to the last digit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.history import KINDS, History


@dataclass(frozen=True)
class Curves:
    """The curves of one world: ``arm`` is its arm's name, ``""`` where there are none."""

    arm: str
    seed: int
    history: History


def curves_of(run: Arms) -> list[Curves]:
    """Return the curves of every world of every arm of a run."""
    found = []
    for name, trainer in zip(run.names if len(run.trainers) > 1 else ("",), run.trainers, strict=True):
        for world, history in enumerate(trainer.histories):
            seed = trainer.config.seed + world % trainer.config.worlds
            found.append(Curves(name or trainer.arm_of(world), seed, history))
    return found


def to_csv(curves: Sequence[Curves], about: Iterable[tuple[str, str]] = (), until: int | None = None) -> Iterable[str]:
    """Yield the lines of a file: what it is about as comments, a heading, then the rows.

    The columns ``arm`` and ``seed`` are there where there are several; a curve that has no value at a step leaves its
    field empty, and one that has none at all has no column. ``until``: the last step that is told.
    """
    for key, text in about:
        for number, line in enumerate(text.splitlines()):
            yield f"# {key if number == 0 else ' ' * len(key)}: {line}\n"
    arms, seeds = len({c.arm for c in curves}) > 1, len({c.seed for c in curves}) > 1
    kinds = [kind for kind in KINDS if any(len(getattr(c.history, kind)) for c in curves)]
    yield ",".join([*["arm"] * arms, *["seed"] * seeds, "step", *kinds]) + "\n"
    for one in curves:
        pairs = [getattr(one.history, kind).pair() for kind in kinds]
        steps = np.unique(np.concatenate([steps for steps, _ in pairs]))
        steps = steps if until is None else steps[steps <= until]
        columns = []
        for own, values in pairs:
            column = np.full(len(steps), "", object)
            inside = own[own <= (steps[-1] if len(steps) else -1)]
            column[np.searchsorted(steps, inside)] = [repr(v) for v in values[: len(inside)].tolist()]
            columns.append(column)
        first = [*[_field(one.arm)] * arms, *[str(one.seed)] * seeds]
        for row in zip(steps.tolist(), *columns, strict=True):
            yield ",".join([*first, str(row[0]), *row[1:]]) + "\n"


def _field(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(c in text for c in ',"\n\r') else text
