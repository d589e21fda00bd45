"""What really came of a run, for whoever has said before what would: numbers, curves, options, units, by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import lesion, twins
from dropout_viz.analysis.questions.lesions import subject_of
from dropout_viz.analysis.truth_numbers import LONGEST, curve_of, number, score, where
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.prediction import NUMBERS, STATIONS, Prediction, Truth
from dropout_viz.engine.twins import twins_of
from dropout_viz.errors import UserError
from dropout_viz.words import figure, many

RISES = 1.1
"""Times its lowest that a loss must end at to count as risen."""


def truth(frame: Frame, asked: Prediction) -> Truth:
    """Return what a question asks for, at the frame's step.

    Raises:
        UserError: the run has no such arm, or records no such curve.
    """
    if asked.arm >= len(frame.arms):
        raise UserError(f"arm = {asked.arm}: must be below {len(frame.arms)}, the number of arms of this run")
    arm = frame.arms[asked.arm]
    if asked.kind == "curve":
        return _curve(frame, arm, asked.measure)
    if asked.kind == "unit":
        return _unit(frame, arm)
    if asked.kind == "choice":
        return _choice(frame, asked)
    return Truth(*number(frame, arm, asked.measure))


def _curve(frame: Frame, arm: Arm, measure: str) -> Truth:
    steps, values = curve_of(frame, arm, measure)
    stations = np.linspace(0, arm.snapshot.step, STATIONS)
    read: NDArray[np.float64] = np.interp(stations, steps, values)
    told = f"The {NUMBERS[measure]} ends at {score(float(values[-1]), measure)}, at step {int(steps[-1]):,}."
    return Truth(tuple(map(float, read)), told, tuple(map(int, steps)), tuple(map(float, values)))


def _unit(frame: Frame, arm: Arm) -> Truth:
    data = frame.data
    subject = subject_of(arm.snapshot, data, ("training set", data.x, data.y), LONGEST)
    last = subject.layers[-1]
    sets = np.ones((last + 1, subject.units))
    sets[np.arange(1, last + 1), subject.units - last + np.arange(last)] = 0
    whole, *without = (float(loss) for loss in lesion.scores(subject, sets).loss)
    most = _first([-loss for loss in without])
    told = (
        f"Taking away h{most + 1} raises the training loss most {where(frame, arm)}, from {figure(whole)} to "
        f"{figure(without[most])}."
    )
    return Truth(most, told)


def _choice(frame: Frame, asked: Prediction) -> Truth:
    what, _, measure = asked.measure.partition(" ")
    return {"lower": _lower, "higher": _higher, "turns": _turns, "parted": _parted, "same": _same}[what](
        frame, frame.arms[asked.arm], measure
    )


def _lower(frame: Frame, arm: Arm, measure: str) -> Truth:
    ends, told = _of_arms(frame, measure)
    return Truth(_first(ends), told)


def _higher(frame: Frame, arm: Arm, measure: str) -> Truth:
    ends, told = _of_arms(frame, measure)
    return Truth(_first([-end for end in ends]), told)


def _first(values: Sequence[float] | NDArray[np.float64]) -> int:
    """Return the place of the least value; what is no number is more than any, in either sense."""
    return int(np.argmin(np.where(np.isnan(values), np.inf, values)))


def _of_arms(frame: Frame, measure: str) -> tuple[list[float], str]:
    ends = [number(frame, each, measure)[0] for each in frame.arms]
    listed = ", ".join(f"{score(end, measure)} {each.name}" for end, each in zip(ends, frame.arms, strict=True))
    return ends, f"The {NUMBERS[measure]} at step {frame.snapshot.step:,}: {listed}."


def _parted(frame: Frame, arm: Arm, measure: str) -> Truth:
    found = twins_of(arm.snapshot.config)
    if found is None:
        raise UserError("measure = 'parted twins': no two units started alike; must be a run with a twin")
    pair = [found.first, found.second]
    incoming, biases = arm.snapshot.weights[found.layer - 1].T[pair], arm.snapshot.biases[found.layer - 1]
    if len(biases):
        incoming = np.column_stack([incoming, biases[pair]])
    apart = float(twins.distance(np.asarray(incoming, np.float64)))
    names = " and ".join(f"h{unit + 1}" for unit in pair)
    much = f"have parted by {figure(apart)} of their length" if apart > 0 else "are the same to the last bit"
    told = f"The incoming weights of {names} {much} {where(frame, arm)}."
    return Truth(int(apart > 0), told)


def _same(frame: Frame, arm: Arm, measure: str) -> Truth:
    masks = arm.snapshot.masks[1]
    kinds = len(np.unique(masks, axis=0))
    told = f"{many(len(masks), 'example')} had {many(kinds, 'different mask')} {where(frame, arm)}."
    return Truth(int(kinds > 1), told)


def _turns(frame: Frame, arm: Arm, measure: str) -> Truth:
    steps, values = curve_of(frame, arm, measure)
    at = _first(values)
    told = (
        f"The {NUMBERS[measure]} is lowest at step {int(steps[at]):,}, {figure(float(values[at]))}, and "
        f"{figure(float(values[-1]))} at step {int(steps[-1]):,}."
    )
    return Truth(int(not values[-1] <= RISES * values[at]), told)
