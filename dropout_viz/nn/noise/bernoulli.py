"""Dropout: a unit is off with the drop probability, and what is left may be scaled (Srivastava et al. 2014)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.random import SeedSequence

from dropout_viz.nn import fits, scaling
from dropout_viz.nn.noise.kind import Array, Draw, Noise, Number
from dropout_viz.nn.streams import State

ORDER = 10
_AHEAD = 4096  # masks for this many units of a world are drawn at a time, so that a call's cost is spread
_LONGEST = 1 << 28  # draws of a block: far more than one has
_MOST = 1 << 20  # draws of the legacy generator, which come as 64-bit numbers


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
        if not (0 <= position <= 624 and 0 < keep <= 1 and 0 <= draws <= _LONGEST):
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


def _mean(kind: str, p: Any) -> Any:
    return (1 - p) * scaling.train_scales(kind, (p,))[0]


def _variance(kind: str, p: Any) -> Any:
    return p * (1 - p) * scaling.train_scales(kind, (p,))[0] ** 2


def _numpy(draw: Draw) -> list[str]:
    on = f"(draws >= round(65536 * p)).reshape({draw.batch}, units)"
    if draw.scaling == "inverted":
        scaled = f"{on} * np.float32(1 / (1 - p))" if draw.single else f"{on} / (1 - p)"
    else:
        scaled = f"{on}.astype(np.{draw.dtype})"
    return [
        "def mask(bits, p, units):  # 16 random bits for each unit of each example",
        f"    draws = bits.random_raw(-(-{draw.batch} * units // 4)).view(np.uint16)[: {draw.batch} * units]",
        f"    return {scaled}",
    ]


NOISE = Noise(
    name="bernoulli",
    title="Bernoulli",
    about="off with probability p, else on: masks, which leave thinned networks.",
    on_off=True,
    scalings=scaling.KINDS,
    stream=RawBitMasks,
    train_scales=scaling.train_scales,
    test_scales=scaling.test_scales,
    mean=_mean,
    variance=_variance,
    thing="mask",
    symbol="m",
    scaled=" / (1 - {p})",
    law="P({m} = 0) = {p:g}",
    general="P(m = 0) = p",
    shown="rng.random({like}.shape) >= {p}",
    numpy=_numpy,
    numpy_call="mask(bits{layer}, p{layer}, {units})",
    numpy_streams="map(SFC64, {spawned})",
    numpy_stream="bits",
    numpy_names=("SFC64",),
)
