"""What the trainer itself does in one step, seen in many worlds: its losses and gradients under the masks it draws.

The exact results are about layers of sums whose inputs drop. Here those inputs are the hidden units of a ReLU net with
weights of one to one and positive values, which pass on what they are given: so the run has its own masks, scales,
forward pass and gradient, and the closed forms hold for it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer

Array = NDArray[Any]
FAR = 5.0
"""Standard errors that no mean over drawn masks may be off: of some hundred of them, by chance once in 20,000 runs."""


DRAWN = f"means over what the trainer draws within {FAR:g} standard errors"
"""That criterion, in words."""


class FirstStep(NamedTuple):
    """The first step of many worlds that start alike.

    Attributes:
        losses: under the masks, (worlds,). before, into: gradients by the weights into the hidden units, (worlds,
            inputs, units), and by those out of them, (worlds, units, outputs).
    """

    losses: Array
    before: Array
    into: Array


def passing_on(units: int, **settings: Any) -> RunConfig:
    """Return a run whose hidden units pass on the inputs, one each, and drop."""
    return RunConfig(hidden=(units,), activation="relu", bias=False, learning_rate=1e-3, **settings)


def begun(config: RunConfig, x: Array, y: Array, weights: Array, first: Array | None = None) -> Trainer:
    """Return a trainer at step 0 on these data.

    Args:
        weights: out of the hidden units, (units, outputs), of every world. first: into them; None: one to one.
    """
    trainer = Trainer(config, DataSet(x, y), recording=False)
    into = np.eye(len(weights)) if first is None else first
    biases = trainer.parameters()[1]
    trainer.start_from([np.repeat(w[None], config.worlds, axis=0) for w in (into, weights)], biases)
    return trainer


def first_step(config: RunConfig, x: Array, y: Array, weights: Array, first: Array | None = None) -> FirstStep:
    """Return what the first step did in each world."""
    trainer = begun(config, x, y, weights, first)
    before = trainer.parameters()[0]
    trainer.advance(1)
    gradients = [(b - a) / config.learning_rate for b, a in zip(before, trainer.parameters()[0], strict=True)]
    return FirstStep(
        np.array([own.loss_under_mask.values[-1] for own in trainer.histories]), gradients[0], gradients[1]
    )


def off_by(drawn: Array, expected: Array | float) -> float:
    """Return how far means over drawn (n, ...) are from what is expected: the furthest, in standard errors.

    What does not vary at all must be equal to rounding.
    """
    gap = np.abs(drawn.mean(axis=0) - expected)
    error = drawn.std(axis=0, ddof=1) / np.sqrt(len(drawn))
    varies = error > 1e-12 * (np.abs(expected) + 1e-12)
    equal = gap <= 1e-9 * (1 + np.abs(expected))
    return float(np.max(np.where(varies, gap / np.where(varies, error, 1.0), np.where(equal, 0.0, np.inf))))
