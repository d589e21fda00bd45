"""Gaussian dropout: units are multiplied by factors of mean 1 (Srivastava et al. 2014, section 10)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import SeedSequence

from dropout_viz.nn import fits
from dropout_viz.nn.noise.kind import Array, Draw, Noise, Number
from dropout_viz.nn.streams import State

ORDER = 20
_AHEAD = 1024  # numbers of a world that are drawn at a time, so that finding their place costs little
_LONGEST = 1 << 34  # rows, far beyond what anybody waits for


class GaussianFactors:
    """Factors from N(1, p / (1 - p)): they have the mean and the variance of a mask under inverted scaling.

    Each world has a generator of its own (Philox), whose numbers are cut into stretches of a few rows. Any stretch can
    be found without drawing those before it, so that rows which were used while nobody asked for them cost nothing, and
    the number of rows used is all the state there is.
    """

    def __init__(self, sequences: list[SeedSequence], examples: int, units: int) -> None:
        self._bits = [np.random.Philox(s) for s in sequences]
        self._shape = (_rows(examples, units), examples, units)
        self._used = 0
        self._held: dict[int, Array] = {}  # by stretch, (worlds, rows, examples, units)

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        first, last = (row // self._shape[0] for row in (self._used, self._used + len(out) - 1))
        self._held = {k: self._held[k] if k in self._held else self._drawn(k) for k in range(first, last + 1)}
        normal = np.concatenate([*self._held.values()], axis=1) if last > first else self._held[first]
        at = self._used - first * self._shape[0]
        spread = np.reshape(np.sqrt(np.divide(p, np.subtract(1, p))), (-1, 1, 1, 1))
        factors = normal[:, at : at + len(out)] * spread
        factors += 1
        (np.moveaxis(out, -1, 0) if out.ndim == 4 else out[None])[...] = factors

    def consume(self, steps: int) -> None:
        self._used += steps

    def state(self, used: int = 0) -> State:
        return {"used": np.array([self._used + used], np.int64)}

    def restore(self, state: State) -> None:
        fits.check("used", state["used"], np.int64, (1,))
        used = int(state["used"][0])
        if not 0 <= used <= _LONGEST:
            raise ValueError(f"used = {used}: must be 0 to {_LONGEST:,}")
        self._used = used

    def _drawn(self, stretch: int) -> Array:
        normal = np.empty((len(self._bits), *self._shape))
        for own, bits in zip(normal, self._bits, strict=True):
            now = bits.state  # its key is the world's; the rest says where in its numbers it is
            now["state"]["counter"][:] = (0, 0, stretch, 0)
            bits.state = {**now, "buffer_pos": len(now["buffer"]), "has_uint32": 0}
            np.random.Generator(bits).standard_normal(out=own)
        return normal


def _rows(examples: int, units: int) -> int:
    """Return how many rows a stretch has."""
    return max(1, _AHEAD // (examples * units))


def _numpy(draw: Draw) -> list[str]:
    cast = f".astype(np.{draw.dtype})" if draw.single else ""
    factor = "1 + np.sqrt(p / (1 - p)) * normal[step % rows]"
    if all(_rows(draw.batch, units) == 1 for units in draw.units):
        factor = factor.replace("[step % rows]", "")
        return [
            "def factor(noise, step, p, units):  # N(1, p / (1 - p)) for each unit of each example",
            f"    normal = Generator(Philox(noise, counter=step << 128)).standard_normal(({draw.batch}, units))",
            f"    return ({factor}){cast}" if cast else f"    return {factor}",
        ]
    return [
        "def factor(noise, step, p, units):  # N(1, p / (1 - p)) for each unit of each example",
        f"    rows = max(1, {_AHEAD} // ({draw.batch} * units))  # stretches of so many steps, each with its counter",
        "    normal = Generator(Philox(noise, counter=step // rows << 128))"
        f".standard_normal((rows, {draw.batch}, units))",
        f"    return ({factor}){cast}" if cast else f"    return {factor}",
    ]


def _nothing(_: str, drop: Any) -> tuple[float, ...]:
    return (1.0,) * len(drop)


def _one(_: str, p: Any) -> Any:
    return 1.0


def _variance(_: str, p: Any) -> Any:
    return p / (1 - p)


NOISE = Noise(
    name="gaussian",
    title="Gaussian",
    about="a factor from N(1, p/(1−p)) for each: none is off, and nothing is scaled.",
    on_off=False,
    scalings=("inverted",),
    stream=GaussianFactors,
    train_scales=_nothing,
    test_scales=_nothing,
    mean=_one,
    variance=_variance,
    thing="factor",
    symbol="r",
    scaled="",
    law="{m} ~ N(1, {variance:.3g})",
    general="r ~ N(1, p / (1 − p))",
    shown="rng.normal(1, np.sqrt({p} / (1 - {p})), {like}.shape)",
    numpy=_numpy,
    numpy_call="factor(noise{layer}, step, p{layer}, {units})",
    numpy_streams="{spawned}",
    numpy_stream="noise",
    numpy_names=("Philox", "Generator"),
)
