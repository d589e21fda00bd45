"""Arrays as short text: whole multiples of a unit, two bytes each, so that a film of many frames stays small."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 32_767
NOT_A_NUMBER = -32_768
Array = NDArray[Any]


def packed(values: Array) -> dict[str, Any]:
    """Return values as ``shape``, ``unit`` and ``data``: each is a whole number of units, to half a unit.

    The unit is a 32,767th of the largest finite value; what is no finite number is kept as such.
    """
    finite = np.isfinite(values)
    largest = float(np.abs(values[finite]).max(initial=0.0))
    unit = largest / MOST if largest > 0 else 1.0
    counts = np.full(values.shape, NOT_A_NUMBER, "<i2")
    counts[finite] = np.rint(values[finite] / unit).astype("<i2")
    return {"shape": list(values.shape), "unit": unit, "data": base64.b64encode(counts.tobytes()).decode("ascii")}


def packed_bits(values: Array) -> dict[str, Any]:
    """Return truth values as ``shape`` and ``data``, eight to a byte, the first in its lowest bit."""
    bits = np.packbits(values.ravel(), bitorder="little")
    return {"shape": list(values.shape), "data": base64.b64encode(bits.tobytes()).decode("ascii")}


def unpacked(told: dict[str, Any]) -> Array:
    """Return the values of what ``packed`` or ``packed_bits`` made, as the page reads them."""
    content = base64.b64decode(told["data"])
    if "unit" not in told:
        bits = np.unpackbits(np.frombuffer(content, np.uint8), bitorder="little", count=int(np.prod(told["shape"])))
        return bits.astype(bool).reshape(told["shape"])
    counts = np.frombuffer(content, "<i2")
    values = np.where(counts == NOT_A_NUMBER, np.nan, counts * told["unit"])
    return values.reshape(told["shape"])


def size_of(numbers: int) -> int:
    """Return how many characters so many packed numbers take."""
    return -(-numbers * 8 // 3)
