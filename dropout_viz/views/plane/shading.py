"""The surface as pixels and contour lines: what a map consists of, computed on any thread. NumPy only, but for colours.

Heights are interpolated between the samples and then coloured; Qt's own smooth scaling would mix colours, and on the
window's thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.contours import contours
from dropout_viz.analysis.questions import plane as scenes
from dropout_viz.analysis.questions.plane import Request, Scene
from dropout_viz.draw.style import style
from dropout_viz.views.plane.colours import SHADES, Scale, ramp, scale_of

Array = NDArray[Any]


@dataclass(frozen=True)
class Canvas:
    """What a map is painted on.

    Attributes:
        width, height: in pixels of the device. theme: of the colours. log: logarithmic shades.
    """

    width: int
    height: int
    theme: str
    log: bool


@dataclass(frozen=True, eq=False)
class Shading:
    """A map, ready to be copied to the screen.

    Attributes:
        canvas: what it was made for. scale: from losses to shades.
        pixels: 0xffRRGGBB, the top row first, (height, width).
        lines: of each contour: whether it is to be light, and its pieces (n, 4): x and y of both ends, as shares of
            width and height, y from the top.
    """

    canvas: Canvas
    scale: Scale
    pixels: NDArray[np.uint32]
    lines: tuple[tuple[bool, Array], ...]


def picture(request: Request, canvas: Canvas, before: Scale | None) -> tuple[Scene, Shading] | None:
    """Answer a request and shade the answer; None where it was given up."""
    scene = scenes.answer(request)
    return None if scene is None else (scene, shade(scene, canvas, before))


def shade(scene: Scene, canvas: Canvas, before: Scale | None) -> Shading:
    """Return the map of a scene; ``before``: the scale so far, kept while it suits."""
    scale = scale_of(scene, canvas.log, before)
    share = scale.share(scene.losses[::-1]).astype(np.float32)
    rows, columns = (_between(n, size) for n, size in zip(share.shape, (canvas.height, canvas.width), strict=True))
    if np.isfinite(share).all():
        fine = rows @ share @ columns.T
        index = np.clip(fine * SHADES, 0, SHADES - 1).astype(np.intp)
    else:  # a hole must not spread: the nearest sample
        fine = share[rows.argmax(axis=1)][:, columns.argmax(axis=1)]
        index = np.where(np.isnan(fine), SHADES, np.clip(np.nan_to_num(fine) * SHADES, 0, SHADES - 1)).astype(np.intp)
    levels = scale.levels()
    size = (scene.losses.shape[1] - 1, scene.losses.shape[0] - 1)
    lines = []
    for level, pieces in zip(levels, contours(scene.losses, levels), strict=True):
        ends = (pieces / size * (1.0, -1.0) + (0.0, 1.0)).reshape(-1, 4)
        lines.append((float(scale.share(level)) < 0.45, ends))
    return Shading(canvas, scale, np.ascontiguousarray(ramp(style(canvas.theme))[index]), tuple(lines))


def _between(samples: int, pixels: int) -> NDArray[np.float32]:
    """Return the matrix that interpolates linearly from samples to the middles of pixels, (pixels, samples)."""
    at = (np.arange(pixels) + 0.5) / pixels * (samples - 1)
    left = np.minimum(at.astype(np.intp), samples - 2)
    matrix = np.zeros((pixels, samples), np.float32)
    row = np.arange(pixels)
    matrix[row, left + 1] = at - left
    matrix[row, left] = 1 - (at - left)
    return matrix
