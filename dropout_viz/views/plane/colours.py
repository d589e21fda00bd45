"""The colours of the loss surface: deep is dark, high is light; and the heights at which contours run."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from dropout_viz.analysis.questions.plane import Scene
from dropout_viz.draw import axis
from dropout_viz.draw.ranges import Range, nice
from dropout_viz.draw.style import Style
from dropout_viz.views.choices import Choices

Array = NDArray[Any]

SHADES = 512


@lru_cache(maxsize=4)
def ramp(style: Style) -> NDArray[np.uint32]:
    """Return the shades of a theme, lowest loss first, as 0xffRRGGBB; one more for what is no number, last."""
    shades = [style.loss_shade(k / (SHADES - 1)).rgb() for k in range(SHADES)]
    return np.array([*shades, QColor(style.off).rgb()], np.uint32)


@dataclass(frozen=True)
class Scale:
    """The mapping from a loss to a shade: linear, or logarithmic.

    Attributes:
        low, high: its ends, as losses, or as their base-10 logarithms where ``log``.
        clipped: whether parts of the surface are higher and have the last shade too.
    """

    low: float
    high: float
    log: bool
    clipped: bool = False

    def share(self, losses: Any) -> Array:
        """Return 0 (lowest) to 1 (highest), beyond where a loss is; nan where it is no number."""
        with np.errstate(all="ignore"):
            losses = np.asarray(losses, float)
            heights = np.log10(np.maximum(losses, 1e-300)) if self.log else losses
            return np.where(np.isfinite(losses), (heights - self.low) / (self.high - self.low), np.nan)

    def shades(self, losses: Any) -> NDArray[np.intp]:
        """Return which of the ``ramp``'s shades each loss has."""
        share = self.share(losses)
        index = np.clip(np.nan_to_num(share, nan=0.0) * SHADES, 0, SHADES - 1).astype(np.intp)
        return np.where(np.isnan(share), SHADES, index)

    def levels(self, most: int = 9) -> list[float]:
        """Return round losses inside the scale, ascending, some ``most`` of them: contours run there."""
        if not self._decades:
            low, high = self.ends
            step = self._step(most)
            return [k * step for k in range(math.ceil(low / step + 1e-6), math.floor(high / step - 1e-6) + 1)]
        decades = range(math.floor(self.low), math.ceil(self.high) + 1)
        for factors in ((1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
            found = [f * 10.0**d for d in decades for f in factors]
            found = [v for v in found if self.low + 1e-9 < math.log10(v) < self.high - 1e-9]
            if len(found) <= most + 2:
                return found
        return found[:: math.ceil(len(found) / most)]

    def text(self, level: float) -> str:
        """Return a level as it is written at the colour bar."""
        return axis.power_of_ten(math.log10(level)) if self._decades else axis.round_number(level, self._step())

    @property
    def ends(self) -> Range:
        """The losses at both ends."""
        return (10.0**self.low, 10.0**self.high) if self.log else (self.low, self.high)

    @property
    def _decades(self) -> bool:
        """Whether the levels are powers of ten and what is between; else they are evenly spaced."""
        return self.log and self.high - self.low > 0.8

    def _step(self, most: int = 9) -> float:
        low, high = self.ends
        return nice((high - low) / most)


def scale_of(scene: Scene, log: bool, before: Scale | None) -> Scale:
    """Return the scale for a scene; ``before`` while it suits, so that colours hold still.

    Where the surface rises far above the paths, as it does where outputs are wrong and sure, a linear scale ends at the
    height above the surface's lowest point to which the paths climb twice over, or at the height above a quarter of it.
    """
    own = np.concatenate([path.losses for path in scene.paths])
    losses, paths = (v[np.isfinite(v)].astype(float) for v in (scene.losses, own))
    low, top = (float(losses.min()), float(losses.max())) if losses.size else (0.0, 1.0)
    high = top
    if log:
        low, high = (math.log10(max(v, 1e-8 * top, 1e-290)) for v in (low, top))
    elif losses.size and len(paths) > 1:
        high = min(top, max(low + 2 * (float(paths.max()) - low), float(np.quantile(losses, 0.75))))
    clipped = not log and top > high + 0.05 * (high - low)
    kind = before is not None and (before.log, before.clipped) == (log, clipped)
    if before is not None and kind and before.low <= low and high <= before.high:
        still = high - low >= 0.7 * (before.high - before.low)
        if still:
            return before
    width = max(high - low, 1e-4 * max(abs(low), abs(high)), 1e-12)
    step = nice(width / 20)
    return Scale(math.floor(low / step) * step, math.ceil((low + width) / step) * step, log, clipped)


def remembered(ranges: tuple[Range, Range] | None, scale: Scale | None) -> dict[str, Any]:
    """Return what a picture carries of a map's ranges and scale."""
    return {
        "ranges": None if ranges is None else [list(one) for one in ranges],
        "scale": None if scale is None else asdict(scale),
    }


def recalled(memory: Choices) -> tuple[tuple[Range, Range] | None, Scale | None]:
    """Return the ranges and the scale that a picture carries, as far as it does."""
    spans = [(low, high) for low, high in memory.table("ranges", 2) if low < high]
    scale = memory.part("scale")
    low, high = scale.number("low", 0.0), scale.number("high", 0.0)
    known = Scale(low, high, scale.flag("log"), scale.flag("clipped")) if low < high else None
    return ((spans[0], spans[1]) if len(spans) == 2 else None), known
