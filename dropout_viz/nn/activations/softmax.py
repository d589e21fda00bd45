"""The softmax: the outputs of an example are positive and add up to 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from dropout_viz.nn.activations.kind import Activation, Array
from dropout_viz.nn.ops import Call

ORDER = 60


def _value(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def _calls(z: Array, h: Array) -> list[Call]:
    one_per_example = np.empty((z.shape[0], 1, *z.shape[2:]), z.dtype)
    return [
        (np.maximum.reduce, (z, 1, None, one_per_example, True)),
        (np.subtract, (z, one_per_example, h)),
        (np.exp, (h, h)),
        (np.add.reduce, (h, 1, None, one_per_example, True)),
        (np.divide, (h, one_per_example, h)),
    ]


def _no_slope(*_: Array) -> Any:
    raise NotImplementedError("softmax is trained with its cross-entropy, which needs no slope")


ACTIVATION = Activation(
    name="softmax",
    formula="exp z / sum exp z",
    slope_formula="",
    value=_value,
    slope=_no_slope,
    calls=_calls,
    slope_calls=_no_slope,
    numpy="softmax({z})",
    numpy_slope="",
    torch="torch.softmax({z}, dim=1)",
    with_numbers="exp {bracketed} / Σ exp z",
    slope_with_numbers="",
    numpy_lines=(
        "e{k} = np.exp({z} - {z}.max(axis=1, keepdims=True))",
        "a{k} = e{k} / e{k}.sum(axis=1, keepdims=True)",
    ),
    hidden=False,
    bounds=(0, 1),
)
