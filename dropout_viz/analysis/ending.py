"""What happened in a run that is over, in plain words and in numbers with their steps, and what to try next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.history import History, Mark, Series
from dropout_viz.engine.schedule import scored
from dropout_viz.words import figure, many

Array = NDArray[Any]

_MUCH = 0.05  # of the loss at the start: a change that is worth a word
_RISE = 1.05  # of the lowest test loss: what counts as rising again


def ending(history: History, dropout: bool, examples: int = 0, maps: bool = False) -> str:
    """Return the sentences on a run alone, or ``""`` where nothing was measured.

    Args:
        history: of the whole run. dropout: whether it drops anything. examples: of the training set; 0: not known.
            maps: whether the network begins with convolutions: fewer examples are measured then.
    """
    steps, losses = _finite(history.loss_train)
    if len(losses) < 2:
        return ""
    changes = [mark for mark in history.marks if mark.step < steps[-1]]
    if changes:
        since = steps >= changes[-1].step
        course = f"{_change(changes)}{_course(steps[since], losses[since])}"
    else:
        told = _course(steps, losses)
        course = f"{told[0].upper()}{told[1:]}"
    learned = _learned(history, scored(examples, maps), examples)
    return f"{learned}{course}{_test(history.loss_test)}; next, {_next(dropout)}."


def _change(marks: Sequence[Mark]) -> str:
    """Return the beginning of a sentence on what happened since settings were changed: before, it was another run."""
    last = "" if len(marks) == 1 else "last "
    return f"Settings were changed on the way, {last}at step {marks[-1].step:,} ({marks[-1].text}): since then "


def _learned(history: History, measured: int, whole: int) -> str:
    """Return how many of the training examples, the first ``measured``, are classed right; ``""`` without classes."""
    steps, right = _finite(history.accuracy_train)
    if len(right) < 2 or not measured:
        return ""
    now, before = (round(float(share) * measured) for share in (right[-1], right[0]))
    examples = ("the first " if measured < whole else "") + many(measured, "training example")
    got = f"all {examples}" if now == measured and measured > 1 else f"{now:,} of {examples}"
    return f"With every unit on it gets {got} right at step {steps[-1]:,}, after {before:,} at step {steps[0]:,}. "


def _finite(series: Series) -> tuple[Array, Array]:
    steps, values = series.pair()
    known = np.isfinite(values)
    return steps[known], values[known]


def _course(steps: Array, losses: Array) -> str:
    """Return how the training loss went, as part of a sentence."""
    if len(losses) == 1:
        return f"the training loss was measured once, {_number(float(losses[0]))} at step {steps[0]:,}"
    first, last = float(losses[0]), float(losses[-1])
    ends = f"from {_number(first)} at step {steps[0]:,} to {_number(last)} at step {steps[-1]:,}"
    fall = first - last
    if abs(fall) < _MUCH * abs(first):
        return f"the training loss hardly changed, {ends}"
    if fall < 0:
        return f"the training loss rose {ends}"
    begun, done = (int(steps[np.flatnonzero(losses <= first - share * fall)[0]]) for share in (0.25, 0.75))
    if begun == done:
        return f"the training loss fell {ends}, most of that by step {done:,}"
    return f"the training loss fell {ends}, half of that between steps {begun:,} and {done:,}"


def _test(series: Series) -> str:
    steps, losses = _finite(series)
    if len(losses) < 2:
        return ""
    best = int(losses.argmin())
    now = f"{_number(float(losses[-1]))} at step {steps[-1]:,}"
    if losses[-1] > _RISE * losses[best]:
        return f"; the test loss was lowest, {_number(float(losses[best]))}, at step {steps[best]:,} and is {now}"
    return f"; the test loss is {now}"


def _next(dropout: bool) -> str:
    if dropout:
        return "C puts the same run without dropout beside it"
    return "raise a drop probability in Setup, or see another seed with N"


def _number(value: float) -> str:
    return figure(value)
