"""Refusing arrays that are not what they should be, in one line."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def check(name: str, array: NDArray[Any], dtype: Any, shape: tuple[int | None, ...]) -> None:
    """Refuse an array of another type or shape; None stands for any length. Raises ``ValueError``."""
    same = array.ndim == len(shape) and all(n in (None, m) for n, m in zip(shape, array.shape, strict=True))
    if array.dtype != dtype or not same:
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        found = ", ".join(map(str, array.shape))
        raise ValueError(f"{name}: {array.dtype} of ({found}); must be {np.dtype(dtype)} of ({wanted})")
