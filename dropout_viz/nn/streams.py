"""Random streams by purpose: initial weights, data order, and the masks of each layer.

Every stream of a run is spawned from its one seed, so changing a drop probability never changes the initial weights or
the data order, and a world of a batch draws what the run alone draws. A stream is asked for rows ahead of their steps
(``peek``) and told how many steps really used theirs (``consume``), so a change of setting, a pause or the end of a
block leaves no trace in what is drawn.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.random import SeedSequence
from numpy.typing import NDArray

from dropout_viz.nn import fits
from dropout_viz.nn.plan import Number

Array = NDArray[Any]
_AHEAD = 4096  # masks for this many units of a world are drawn at a time, so that a call's cost is spread

State = dict[str, Array]
_MOST = 1 << 20  # draws of the legacy generator, which come as 64-bit numbers


def seeds(seed: int, layers: int) -> tuple[SeedSequence, SeedSequence, list[SeedSequence]]:
    """Return the seeds of a run's streams: initial weights, data order, and one per layer that can drop units."""
    init, order, masks = SeedSequence(seed).spawn(3)
    return init, order, masks.spawn(layers)


class MaskStream(Protocol):
    """Draws the masks of one layer."""

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        """Write the next rows into ``out``, shape (steps, examples, units, ...): ``scale`` where on, 0 where off.

        ``p`` is the drop probability; both may be arrays of shape (worlds,). Asking again without ``consume`` in
        between gives the same draws.
        """

    def consume(self, steps: int) -> None:
        """Move on by ``steps`` rows."""

    def state(self, used: int = 0) -> State:
        """Return all that decides the rows to come, as if ``used`` rows had been consumed. Arrays are not to be written
        to: they may be the stream's own, which it never changes."""

    def restore(self, state: State) -> None:
        """Take over the state of another stream of the same kind and size.

        Raises:
            ValueError: a state that does not fit.
        """


class RawBitMasks:
    """Masks from raw generator bits: a unit is off where its 16 bits are below round(65536 p).

    The chance of being off is therefore p rounded to a multiple of 2^-16: never further from p than 2^-17. Each world
    has a generator of its own (SFC64).
    """

    def __init__(self, sequences: list[SeedSequence], examples: int, units: int) -> None:
        self._bits = [np.random.SFC64(s) for s in sequences]
        self._width = examples * units
        self._words = -(-self._width // 4)  # four 16-bit draws to a raw word; a step starts on a word
        self._ahead = max(1, _AHEAD // self._width)
        self._skip = 0  # rows that were used up while nobody asked for them
        self._drawn = np.empty((len(sequences), 0, self._words), np.uint64)

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        steps, worlds = len(out), len(self._bits)
        if self._skip:
            for bits in self._bits:
                bits.random_raw(self._skip * self._words, output=False)
            self._skip = 0
        if self._drawn.shape[1] < steps:
            self._draw(max(steps - self._drawn.shape[1], self._ahead))
        drawn, below, scale = self._drawn[:, :steps], _threshold(p), np.asarray(scale, out.dtype)
        if worlds > 1 and out.strides[-1] > out.itemsize:  # each world's masks lie together
            on = drawn.view(np.uint16)[..., : self._width] >= below.reshape(-1, 1, 1)
            target = np.moveaxis(out, -1, 1).reshape(steps, worlds, self._width)
            np.multiply(on.transpose(1, 0, 2), scale.reshape(-1, 1), out=target)
            return
        # Whole words change places (world axis last), which is four times cheaper than single draws.
        draws = np.ascontiguousarray(drawn.transpose(1, 2, 0)).view(np.uint16).reshape(steps, self._words, worlds, 4)
        on = np.empty((steps, self._words, 4, worlds), bool)
        np.greater_equal(draws.transpose(0, 1, 3, 2), below, out=on)
        wanted = on.reshape(steps, 4 * self._words, worlds)[:, : self._width].reshape(out.shape)
        np.multiply(wanted, scale, out=out)

    def consume(self, steps: int) -> None:
        self._skip += max(0, steps - self._drawn.shape[1])
        self._drawn = self._drawn[:, steps:]

    def state(self, used: int = 0) -> State:
        return {
            "bits": np.array([bits.state["state"]["state"] for bits in self._bits], np.uint64),
            "drawn": self._drawn[:, used:],
            "skip": np.array([self._skip + max(0, used - self._drawn.shape[1])], np.int64),
        }

    def restore(self, state: State) -> None:
        bits, drawn, skip = (state[name] for name in ("bits", "drawn", "skip"))
        fits.check("bits", bits, np.uint64, (len(self._bits), 4))
        fits.check("drawn", drawn, np.uint64, (len(self._bits), None, self._words))
        fits.check("skip", skip, np.int64, (1,))
        for generator, words in zip(self._bits, bits, strict=True):
            generator.state = {**generator.state, "state": {"state": words}}
        self._drawn, self._skip = drawn, int(skip[0])

    def _draw(self, steps: int) -> None:
        left = self._drawn.shape[1]
        drawn = np.empty((len(self._bits), left + steps, self._words), np.uint64)
        drawn[:, :left] = self._drawn
        for fresh, bits in zip(drawn[:, left:], self._bits, strict=True):
            fresh[...] = bits.random_raw(fresh.size).reshape(fresh.shape)
        self._drawn = drawn


def _threshold(p: Number) -> Any:
    """Return round(65536 p), of the draws' own type where that can hold it: another one would cost a copy of them."""
    rounded = np.rint(np.multiply(p, 65536))
    return rounded.astype(np.uint16 if rounded.max() < 65536 else np.uint32)


class PublishedMasks:
    """The masks of the 2015 post: ``binomial(1, 1 - p)`` from the legacy generator that also drew the weights.

    Blocks of draws consume the generator exactly as the post's one draw a step does. Rows are drawn far ahead, because
    copying the legacy generator's state, to be able to come back, costs as much as many draws.
    """

    def __init__(self, generator: np.random.RandomState) -> None:
        self._generator = generator
        self._before: Any = None
        self._keep = 1.0
        self._on: Array = np.empty((0,))
        self._used = 0

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        p = float(p)
        if 1 - p != self._keep or self._used + len(out) > len(self._on):
            self._draw(out.shape, 1 - p)
        np.multiply(self._on[self._used : self._used + len(out)], scale, out=out)

    def consume(self, steps: int) -> None:
        self._used += steps

    def state(self, used: int = 0) -> State:
        _, key, *numbers = self._generator.get_state() if self._before is None else self._before
        draws = (self._used + used) * math.prod(self._on.shape[1:]) if self._before is not None else 0
        return {
            "key": np.asarray(key, np.uint32),
            "numbers": np.array([*numbers, self._keep, draws], np.float64),
        }

    def restore(self, state: State) -> None:
        key, numbers = state["key"], state["numbers"]
        fits.check("key", key, np.uint32, (624,))
        fits.check("numbers", numbers, np.float64, (5,))
        position, has_gauss, gauss, keep, draws = numbers.tolist()
        if not (0 <= position <= 624 and 0 < keep <= 1 and 0 <= draws < 2**40):
            raise ValueError(f"numbers = {numbers.tolist()}: must be those of a generator")
        self._generator.set_state(("MT19937", key, int(position), int(has_gauss), gauss))
        for first in range(0, int(draws), _MOST):
            self._generator.binomial(1, keep, min(_MOST, int(draws) - first))
        self._before, self._on, self._used = None, np.empty((0,)), 0

    def _draw(self, shape: tuple[int, ...], keep: float) -> None:
        if self._before is not None:  # more was drawn than used: go back, and draw again just what was used
            self._generator.set_state(self._before)
            self._generator.binomial(1, self._keep, (self._used, *shape[1:]))
        self._before, self._keep, self._used = self._generator.get_state(), keep, 0
        rows = max(shape[0], min(_AHEAD, _MOST // math.prod(shape[1:])))
        self._on = self._generator.binomial(1, keep, (rows, *shape[1:]))


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
        """Return all that decides the rows to come, as ``MaskStream.state`` does."""
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
            "has_uint32": words[4], "uinteger": words[5],
        }  # fmt: skip
        self._rows, self._written = rows.astype(np.intp, copy=False), None
