"""How well numbers are met: R² and the root of the mean squared error, both from the loss."""

from __future__ import annotations

import math

from dropout_viz.data.dataset import Array, DataSet
from dropout_viz.words import figure


def meets_numbers(data: DataSet) -> bool:
    """Whether the targets are numbers of somebody's own, of which R² says something."""
    return not data.classes and "rows" in data.facts


def parts(data: DataSet) -> dict[str, Array]:
    """Return the targets of each part of the data that there is."""
    return {"train": data.y, **({} if data.y_test is None else {"test": data.y_test})}


def spread(y: Array) -> float:
    """Return the squared deviation of targets (examples, outputs) from their mean, summed over outputs, the mean over
    the examples."""
    return float(((y - y.mean(axis=0)) ** 2).sum() / len(y))


def r2(loss: float, spread: float) -> float:
    """Return 1 - Σ (a - y)² / Σ (y - mean)², over all examples and outputs, the mean being that of these examples.

    Args:
        loss: half of the squared error, summed over outputs, mean over the examples. spread: of these, see above.

    Returns: 1 where every number is met, 0 where the mean does as well; NaN for targets that do not vary.
    """
    return 1 - 2 * loss / spread if spread > 0 else math.nan


def rmse(loss: float, outputs: int, unit: float) -> float:
    """Return the root of the mean squared error in the target's own unit, see ``DataSet.unit``."""
    return unit * math.sqrt(2 * loss / outputs) if loss >= 0 else math.nan


def told(loss: float, spread: float, outputs: int, unit: float) -> str:
    """Return both in a few words, R² first; of several units R² alone."""
    root = f", RMSE {figure(rmse(loss, outputs, unit), 3)}" if unit else ""
    return f"{r2(loss, spread):.2f}".replace("-", "\N{MINUS SIGN}") + root


def scores(loss: dict[str, list[float] | None], data: DataSet) -> dict[str, dict[str, list[float] | None]]:
    """Return ``r2`` and ``rmse`` by part of the data, a value a world, from the losses of ``Trainer.scores``; no
    ``rmse`` where outputs have several units."""
    found: dict[str, dict[str, list[float] | None]] = {kind: {"train": None, "test": None} for kind in ("r2", "rmse")}
    for part, y in parts(data).items():
        losses = loss[part]
        if losses is not None:
            around = spread(y)
            found["r2"][part] = [r2(one, around) for one in losses]
            if data.unit:
                found["rmse"][part] = [rmse(one, y.shape[1], data.unit) for one in losses]
    return found
