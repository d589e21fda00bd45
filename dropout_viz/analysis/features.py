"""Each hidden unit's incoming weights as a picture (JMLR 2014, figure 7)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def norms(weights: Array) -> Array:
    """Return the norm of each unit's incoming weights, (units,), for weights (pixels, units)."""
    with np.errstate(all="ignore"):
        return np.sqrt(np.einsum("ij,ij->j", weights, weights, dtype=np.float64))


def levels(weights: Array, image: tuple[int, int], order: Array, limit: float | None, shades: int, block: int) -> Array:
    """Return the pictures of units as levels of a signed colour scale.

    Args:
        weights: (pixels, units). image: (height, width) of a picture. order: which units, in which order.
        limit: the weight at the ends of the scale, the same for all units, or None: each unit's own largest one.
        shades: levels of the scale; the middle one is weight 0.
        block: the mean of so many pixels a side makes one level.

    Returns:
        Shape (units, height', width'), uint8; the sides are divided by ``block`` and rounded up.
    """
    height, width = image
    tall, wide = -(-height // block), -(-width // block)
    pictures = weights.T[order].reshape(-1, height, width)
    if block > 1:
        padded = np.zeros((len(pictures), tall * block, wide * block), pictures.dtype)
        padded[:, :height, :width] = pictures
        pictures = padded.reshape(-1, tall, block, wide, block).mean(axis=(2, 4))
    with np.errstate(all="ignore"):
        most = np.abs(pictures).max(axis=(1, 2), keepdims=True) if limit is None else np.array(limit, pictures.dtype)
        scaled = pictures / np.where(most > 0, most, 1)
        middle = (shades - 1) / 2
        return (np.nan_to_num(scaled).clip(-1, 1) * middle + (middle + 0.5)).astype(np.uint8)


def sheet(pictures: Array, columns: int, gap: int, empty: int) -> Array:
    """Return pictures (n, height, width) side by side on one sheet, row by row, ``gap`` levels ``empty`` apart."""
    n, height, width = pictures.shape
    rows = -(-n // columns)
    whole = np.full((rows * columns, height + gap, width + gap), empty, np.uint8)
    whole[:n, :height, :width] = pictures
    whole = whole.reshape(rows, columns, height + gap, width + gap).transpose(0, 2, 1, 3)
    return whole.reshape(rows * (height + gap), columns * (width + gap))
