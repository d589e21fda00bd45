"""Which example of a step is on show, and what was on for it. NumPy only, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Bools, Floats, Snapshot


@dataclass(frozen=True)
class ShownExample:
    """The example whose sub-network is on show.

    Attributes:
        row: its row in this step's batch, or None where the batch is empty.
        example: its row in the training set.
        chosen: the row of the training set that was asked for.
        why: ``chosen``; ``batch``: the first of the step's batch, as asked; ``instead``: the batch did not hold the
            chosen one and this is the nearest input that it held; ``none``: the batch is empty.
    """

    row: int | None
    example: int
    chosen: int
    why: Literal["chosen", "batch", "instead", "none"]


def choose_row(snapshot: Snapshot, data: DataSet, chosen: int, follow: bool) -> ShownExample:
    """Return which row of the step's batch to show. A number beyond the training set is taken as its last."""
    chosen = min(max(int(chosen), 0), max(len(data.x) - 1, 0))
    batch = snapshot.examples
    if not len(batch):
        return ShownExample(None, chosen, chosen, "none")
    if follow:
        return ShownExample(0, int(batch[0]), chosen, "batch")
    row = snapshot.row_of(chosen)
    if row is not None:
        return ShownExample(row, chosen, chosen, "chosen")
    inputs = data.x[np.clip(batch, 0, len(data.x) - 1)]
    distance = ((inputs - data.x[chosen]) ** 2).sum(axis=1)
    row = int(np.argmin(distance))
    return ShownExample(row, int(batch[row]), chosen, "instead")


def follows(snapshot: Snapshot, data: DataSet, asked: bool | None) -> bool:
    """Return whether the example on show is one of the step's batch: as asked, where a step sees only a part of the
    training set; None: there always."""
    return is_minibatch(snapshot, data) and asked is not False


def example_of(snapshot: Snapshot, data: DataSet, chosen: int, asked: bool | None) -> int:
    """Return the example that every view points at: the chosen one, or the batch's where that is followed."""
    follow = follows(snapshot, data, asked)
    shown = choose_row(snapshot, data, chosen, follow)
    return shown.example if follow else shown.chosen


def is_minibatch(snapshot: Snapshot, data: DataSet) -> bool:
    """Return whether a step sees only a part of the training set."""
    size = snapshot.config.batch_size
    return len(snapshot.examples) < len(data.x) or (size is not None and size < len(data.x))


def thin(snapshot: Snapshot, row: int | None) -> tuple[tuple[Bools, ...], tuple[Floats, ...]]:
    """Return which units were on and their activations, per unit layer 0..L + 1, for one row of the batch.

    Outputs are always on. Without a row every unit is on and no activation is known (nan).
    """
    if row is None:
        return (
            tuple(np.ones(n, bool) for n in snapshot.sizes),
            tuple(np.full(n, np.nan) for n in snapshot.sizes),
        )
    on = [np.asarray(mask[row], bool) for mask in snapshot.masks]
    while len(on) < len(snapshot.activations):
        on.append(np.ones(snapshot.sizes[len(on)], bool))
    return tuple(on), tuple(a[row] for a in snapshot.activations)
