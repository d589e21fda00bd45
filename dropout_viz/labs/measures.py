"""What a lab compares runs by. Less is better in all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.errors import UserError
from dropout_viz.labs.intervals import Interval
from dropout_viz.words import many

Array = NDArray[Any]
UNMOVED = "the same on average"
"""What a mean difference of nothing is called that has no interval."""
Finals = Mapping[str, Array]
"""Loss and accuracy with every unit on, by kind, as ``batch.Trained.final`` has them."""


@dataclass(frozen=True)
class RunMeasure:
    """One number a run.

    Attributes:
        title: for people, such as "test error". percent: whether it is a share, shown in per cent.
        needs: the kinds that it is computed from. of: computes it, any shape.
    """

    title: str
    percent: bool
    needs: tuple[str, ...]
    of: Callable[[Finals], Array]

    def shown(self, value: float, *, signed: bool = False) -> str:
        """Return a value, or a difference of two, as people read it."""
        if not np.isfinite(value):
            return "not a number"
        sign = "+" if signed else ""
        text = f"{100 * value:{sign}.2f}" if self.percent else f"{value:{sign}.4g}"
        return text.replace("-", "−") + (" points" if self.percent and signed else " %" if self.percent else "")

    def span(self, difference: Interval) -> str:
        """Return a mean difference with its interval as people read it: −1.2 [−1.6, −0.8] points; ``how`` says more."""
        if difference.mean == 0 and not difference.known:
            return UNMOVED
        unit = " points" if self.percent else ""
        ends = (difference.mean, difference.low, difference.high)
        mean, low, high = (self.shown(value, signed=True).removesuffix(unit) for value in ends)
        if not difference.known:
            return f"{mean}{unit}" if np.isfinite(difference.mean) else mean
        return f"{mean} [{low}, {high}]{unit}"


TEST_ERROR = RunMeasure("test error", True, ("accuracy_test",), lambda f: 1 - f["accuracy_test"])
TEST_LOSS = RunMeasure("test loss", False, ("loss_test",), lambda f: f["loss_test"])
TRAIN_ERROR = RunMeasure("training error", True, ("accuracy_train",), lambda f: 1 - f["accuracy_train"])
TRAIN_LOSS = RunMeasure("training loss", False, ("loss_train",), lambda f: f["loss_train"])
UNSOLVED = RunMeasure(
    "failure rate", True, ("accuracy_train",), lambda f: (f["accuracy_train"] < 1).astype(np.float64)
)  # a run that diverged has no example right
ERROR_GAP = RunMeasure(
    "gap: test error − training error",
    True,
    ("accuracy_train", "accuracy_test", "loss_train"),
    lambda f: np.where(np.isfinite(f["loss_train"]), f["accuracy_train"] - f["accuracy_test"], np.nan),
)  # wrong everywhere is no small gap
LOSS_GAP = RunMeasure(
    "gap: test loss − training loss", False, ("loss_train", "loss_test"), lambda f: f["loss_test"] - f["loss_train"]
)
MEASURES = {
    "test-error": TEST_ERROR,
    "test-loss": TEST_LOSS,
    "unsolved": UNSOLVED,
    "train-error": TRAIN_ERROR,
    "train-loss": TRAIN_LOSS,
    "error-gap": ERROR_GAP,
    "loss-gap": LOSS_GAP,
}
"""By the word that chooses one."""


Word = Literal["best", "test-error", "test-loss", "unsolved", "train-error", "train-loss", "error-gap", "loss-gap"]
"""What chooses a measure: "best" is the chief one of the data."""


def failures(name: str, having: Array, without: Array) -> str:
    """Return in how many seeds the task is not solved, with the dropout of that name and without: values of
    ``UNSOLVED``, (seeds,)."""
    seeds, failed, others = len(having), int(having.sum()), int(without.sum())
    if not failed and not others:
        return f"no seed of {seeds:,} failed with {name}, none without dropout"
    return f"{failed:,} of {many(seeds, 'seed')} failed with {name}, {others:,} without dropout"


def kinds(data: DataSet) -> tuple[str, ...]:
    """Return the kinds that a run on these data is measured in."""
    parts = ("train",) if data.x_test is None else ("train", "test")
    return tuple(f"{kind}_{part}" for kind in ("loss", "accuracy") if kind == "loss" or data.classes for part in parts)


def available(found: Collection[str]) -> list[RunMeasure]:
    """Return the measures that these kinds allow."""
    return [measure for measure in MEASURES.values() if all(kind in found for kind in measure.needs)]


def chief(found: Collection[str]) -> RunMeasure:
    """Return what decides, by the kinds that there are: the test error; the test loss without classes; without a test
    set the share of runs that have not solved the task, or the training loss."""
    order = (TEST_ERROR, TEST_LOSS) if "loss_test" in found else (UNSOLVED, TRAIN_LOSS)
    return next(measure for measure in order if all(kind in found for kind in measure.needs))


def chosen(word: str, found: Collection[str]) -> RunMeasure:
    """Return the measure for a word. Raises ``UserError`` where these kinds do not allow it."""
    if word == "best":
        return chief(found)
    measure, there = MEASURES[word], available(found)
    if measure not in there:
        words = ", ".join(each for each, one in MEASURES.items() if one in there)
        raise UserError(f"--measure {word}: these data do not have it; must be best, {words}")
    return measure
