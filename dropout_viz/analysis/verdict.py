"""What is seen where several runs are over, side by side: which is lower, on what, and how little that proves."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import share
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import Series
from dropout_viz.engine.schedule import counted
from dropout_viz.words import figure

_PROVES = "This is one seed, which proves little."


def verdict(frame: Frame, found: Sequence[Mapping[str, float]] = ()) -> str:
    """Return sentences on the arms of a frame, or ``""`` where an arm has no loss to be compared.

    ``found``: what was measured of each arm at the frame's own step, by the kinds of a history, where that is known:
    curves of what takes long to measure end before it.
    """
    train = _lower(frame, "train", _measured(frame), found)
    if not train:
        return ""
    test = _lower(frame, "test", _tested(frame), found)
    return " ".join([train, test or _without_test(frame, found), _PROVES])


def trains_on_every_input(data: DataSet) -> bool:
    """Whether every possible input is trained on: all combinations of the values, 0 or 1, of inputs that vary."""
    x = data.x.reshape(len(data.x), -1)
    if data.x_test is not None or x.shape[1] > 20 or not np.isin(x, (0, 1)).all():
        return False
    varies = int((x.min(axis=0) != x.max(axis=0)).sum())
    return len(np.unique(x, axis=0)) == 2**varies


def _counted(frame: Frame, part: str) -> tuple[int, int]:
    """Return on how many examples of a part of the data the curves are measured, and of how many there are."""
    x = frame.data.x_test if part == "test" else frame.data.x
    whole = 0 if x is None else len(x)
    return counted(whole, bool(frame.snapshot.config.maps), part == "test"), whole


def _measured(frame: Frame) -> str:
    """Return in words which training examples the curves are of."""
    measured, whole = _counted(frame, "train")
    return "the training examples" if measured == whole else f"the first {measured:,} training examples"


def _tested(frame: Frame) -> str:
    """Return in words which test examples the curves are of."""
    measured, whole = _counted(frame, "test")
    return "the test examples" if measured == whole else f"{measured:,} of the {whole:,} test examples"


def _lower(frame: Frame, part: str, which: str, found: Sequence[Mapping[str, float]]) -> str:
    """Return which arm has the lowest loss on a part of the data, with every unit on, and the accuracies; ``""``: not
    known."""
    arms = frame.arms
    losses = _last(arms, f"loss_{part}", found)
    if losses is None:
        return ""
    step, values = losses
    written = [_number(value) for value in values]
    best = written[int(np.argmin(values))]
    others = [f"{written[k]} {_whose(arm)}" for k, arm in enumerate(arms) if written[k] != best]
    lowest_in = " and ".join(_whose(arm) for k, arm in enumerate(arms) if written[k] == best)
    at = f"On {which}, with every unit on,"
    if len(set(written)) == 1:
        text = f"{at} the loss is the same for all at step {step:,}, {written[0]}"
    else:
        lowest = "lower" if len(arms) == 2 else "lowest"
        text = f"{at} the loss is {lowest} {lowest_in}: {best} at step {step:,}, against {' and '.join(others)}"
    rights = _last(arms, f"accuracy_{part}", found)
    if not rights:
        return f"{text}."
    return f"{text}; {_right(arms, *rights, _counted(frame, part)[0], said=step)}."


def _right(arms: Sequence[Arm], step: int, shares: list[float], of: int, said: int) -> str:
    when = "" if step == said else f" at step {step:,}"
    percents = [share(each, of).replace(" ", "\N{NO-BREAK SPACE}") for each in shares]  # the card is narrow
    if len(set(shares)) == 1:
        return f"{percents[0]} are right{when} in {'both' if len(arms) == 2 else 'all'}"
    return f"right are{when} " + " and ".join(f"{p} {_whose(arm)}" for p, arm in zip(percents, arms, strict=True))


def _whose(arm: Arm) -> str:
    """Return an arm's name as it stands in a sentence: with dropout, in “third”."""
    return arm.name if arm.name.startswith(("with ", "without ")) else f"in “{arm.name}”"


def _last(arms: Sequence[Arm], kind: str, found: Sequence[Mapping[str, float]]) -> tuple[int, list[float]] | None:
    """Return the newest step of a series and its value in every arm; None unless all have one at the same step."""
    if found and all(math.isfinite(known.get(kind, math.nan)) for known in found):
        return arms[0].snapshot.step, [known[kind] for known in found]
    ends = []
    for arm in arms:
        series: Series = getattr(arm.history, kind)
        steps, values = series.pair()
        if not len(values) or not np.isfinite(values[-1]):
            return None
        ends.append((int(steps[-1]), float(values[-1])))
    return (ends[0][0], [value for _, value in ends]) if len({step for step, _ in ends}) == 1 else None


def _without_test(frame: Frame, found: Sequence[Mapping[str, float]]) -> str:
    if not trains_on_every_input(frame.data):
        return "There is no test set: nothing here tells of inputs that were not trained on."
    text = "Every possible input is trained on: there is nothing to learn by heart"
    dropping = [any(p > 0 for p in arm.snapshot.config.drop_probabilities) for arm in frame.arms]
    losses = _last(frame.arms, "loss_train", found)
    if losses is None or len(set(dropping)) < 2:
        return f"{text}."
    written = [_number(value) for value in losses[1]]
    best = written[int(np.argmin(losses[1]))]
    if any(drops and loss == best for drops, loss in zip(dropping, written, strict=True)):
        return f"{text}."
    return f"{text}, which dropout is meant to prevent; here it cost."


def _number(value: float) -> str:
    """Return a loss as it is written out: 0.0000118, not as a power of ten."""
    if 1e-9 < abs(value) < 1e-4:
        return np.format_float_positional(value, precision=3, fractional=False, trim="-")
    return figure(value)
