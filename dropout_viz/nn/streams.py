"""Random streams by purpose: initial weights, data order, and the noise of each layer.

Every stream of a run is spawned from its one seed, so changing a drop probability never changes the initial weights or
the data order, and a world of a batch draws what the run alone draws. A stream is asked for rows ahead of their steps
(``peek``) and told how many steps really used theirs (``consume``), so a change of setting, a pause or the end of a
block leaves no trace in what is drawn. Those of the noise belong to its kinds (``nn.noise``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from dropout_viz.nn import fits

Array = NDArray[Any]
State = dict[str, Array]


def seeds(seed: int, layers: int) -> tuple[SeedSequence, SeedSequence, list[SeedSequence]]:
    """Return the seeds of a run's streams: initial weights, data order, and one per layer that can drop units."""
    init, order, masks = SeedSequence(seed).spawn(3)
    return init, order, masks.spawn(layers)


class Order:
    """Which examples each step sees: a fresh shuffle every epoch, cut into mini-batches.

    Examples that do not fill a last batch sit that epoch out; the next shuffle is another one.
    """

    def __init__(self, sequence: SeedSequence, examples: int, batch: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(sequence))
        self._examples, self._batch = examples, batch
        self._rows = np.empty((0, batch), np.intp)
        self._written: Array | None = None  # the generator's state, as long as it stays what it is

    def peek(self, steps: int) -> Array:
        """Return the next rows, shape (steps, batch)."""
        per_epoch = self._examples // self._batch
        while len(self._rows) < steps:
            self._written = None
            shuffled = self._generator.permutation(self._examples)[: per_epoch * self._batch]
            self._rows = np.concatenate([self._rows, shuffled.reshape(per_epoch, self._batch)])
        return self._rows[:steps]

    def consume(self, steps: int) -> None:
        """Move on by ``steps`` rows."""
        self._rows = self._rows[steps:]

    def state(self, used: int = 0) -> State:
        """Return all that decides the rows to come, as ``Stream.state`` does."""
        if self._written is None:
            now = self._generator.bit_generator.state
            words = [part for name in ("state", "inc") for part in divmod(now["state"][name], 1 << 64)]
            self._written = np.array([*words, now["has_uint32"], now["uinteger"]], np.uint64)
        return {"generator": self._written, "rows": self._rows[used:]}

    def restore(self, state: State) -> None:
        """Take over the state of another order of the same size. Raises ``ValueError`` for one that does not fit."""
        generator, rows = state["generator"], state["rows"]
        fits.check("generator", generator, np.uint64, (6,))
        fits.check("rows", rows, np.int64, (None, self._batch))
        if rows.size and not (rows.min() >= 0 and rows.max() < self._examples):
            raise ValueError(f"rows: must be examples from 0 to {self._examples - 1}")
        words = [int(word) for word in generator]
        self._generator.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": (words[0] << 64) + words[1], "inc": (words[2] << 64) + words[3]},
            "has_uint32": words[4],
            "uinteger": words[5],
        }
        self._rows, self._written = rows.astype(np.intp, copy=False), None
