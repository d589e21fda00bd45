"""What a dropped layer's units are multiplied by, in training and with every unit on.

Under ``inverted`` scaling kept units are divided by 1 - p in training and nothing is done after. Under ``classical``
scaling nothing is done in training, and with every unit on all are multiplied by 1 - p, which is the same as scaling
the weights that leave them (JMLR 2014, section 4). Under ``none`` nothing is ever done, which is wrong on purpose: with
every unit on, a layer passes on 1 / (1 - p) times what the next one was trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

KINDS = ("inverted", "classical", "none")


def train_scales(kind: str, drop: Sequence[Any]) -> tuple[Any, ...]:
    """Return the factor on a kept unit in training, for each drop probability: numbers, or arrays over worlds."""
    return tuple(1.0 / (1 - p) if kind == "inverted" else 1.0 for p in drop)


def test_scales(kind: str, drop: Sequence[Any]) -> tuple[Any, ...]:
    """Return the factor on a unit when every unit is on, for each drop probability."""
    return tuple(1 - p if kind == "classical" else 1.0 for p in drop)
