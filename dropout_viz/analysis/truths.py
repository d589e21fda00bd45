"""What really came of a run, for whoever has said before what would: numbers, curves, options, units, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble, lesion
from dropout_viz.analysis.questions.lesions import subject_of
from dropout_viz.analysis.thinned import network_of
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import Series
from dropout_viz.engine.measured import measured
from dropout_viz.engine.prediction import NUMBERS, Prediction
from dropout_viz.errors import UserError
from dropout_viz.words import figure

STATIONS = 41
"""Points of a curve, at equal distances from step 0 to the last."""
RISES = 1.1
"""Times its lowest that a loss must end at to count as risen."""
_LONGEST = 2_000  # examples on which units are judged


@dataclass(frozen=True)
class Truth:
    """What came of it.

    Attributes:
        value: as a ``Guess`` is. told: the same as a sentence, with its step and its conditions.
        steps, values: of a curve, every point that the run has recorded.
    """

    value: float | int | tuple[float, ...]
    told: str
    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()


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
    value, told = _NUMBERS.get(asked.measure, _last)(frame, arm, asked.measure)
    return Truth(value, told)


def score(value: float, measure: str) -> str:
    """Return a number of a measure as it is told."""
    if measure.startswith("accuracy") or measure == "above 1-p":
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if measure == "networks" else figure(value)


def _curve_of(frame: Frame, arm: Arm, measure: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return steps and values of a curve, up to the very step on show: what the run has not measured there is now."""
    series: Series = getattr(arm.history, measure.replace(".", "_"))
    steps, values = series.until(arm.snapshot.step).pair()
    if not len(steps):
        raise UserError(f"measure = {measure!r}: this run records none; must be a run with such data")
    if steps[-1] != arm.snapshot.step:
        last = measured(arm.snapshot, frame.data)[measure.replace(".", "_")]
        steps, values = np.append(steps, arm.snapshot.step), np.append(values, last)
    return steps, values


def _where(frame: Frame, arm: Arm) -> str:
    of = f" {arm.name}" if len(frame.arms) > 1 else ""
    return f"at step {arm.snapshot.step:,}{of}"


def _last(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    value = float(_curve_of(frame, arm, measure)[1][-1])
    return value, f"The {NUMBERS[measure]} {_where(frame, arm)} is {score(value, measure)}."


def _networks(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    n = network_of(arm.snapshot).n
    return float(2**n), f"{n} units may be off, each by itself: 2^{n} = {2**n:,} thinned networks."


def _gap(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    network, x = network_of(arm.snapshot), np.asarray(frame.data.x, np.float64)
    means = ensemble.means(network, x)
    gap = float(np.abs(means.arithmetic - network.outputs(x)).max())
    how = "all of them counted" if ensemble.is_exact(network) else f"{ensemble.SAMPLES:,} of them drawn"
    return gap, f"The largest distance on a training example {_where(frame, arm)} is {figure(gap)}, {how}."


def _above(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    p = arm.snapshot.config.chances_off[1]
    values = network_of(arm.snapshot).values(np.asarray(frame.data.x, np.float64))[1]
    above = float((values > 1 - p).mean())
    told = f"{100 * above:.1f} % of the activations in hidden layer 1 are above 1 − p = {1 - p:g} {_where(frame, arm)}"
    return above, f"{told}, over all units and training examples."


_NUMBERS: dict[str, Callable[[Frame, Arm, str], tuple[float, str]]] = {
    "networks": _networks,
    "gap": _gap,
    "above 1-p": _above,
}


def _curve(frame: Frame, arm: Arm, measure: str) -> Truth:
    steps, values = _curve_of(frame, arm, measure)
    stations = np.linspace(0, arm.snapshot.step, STATIONS)
    read: NDArray[np.float64] = np.interp(stations, steps, values)
    told = f"The {NUMBERS[measure]} ends at {score(float(values[-1]), measure)}, at step {int(steps[-1]):,}."
    return Truth(tuple(map(float, read)), told, tuple(map(int, steps)), tuple(map(float, values)))


def _unit(frame: Frame, arm: Arm) -> Truth:
    data = frame.data
    subject = subject_of(arm.snapshot, data, ("training set", data.x, data.y), _LONGEST)
    last = subject.layers[-1]
    sets = np.ones((last + 1, subject.units))
    sets[np.arange(1, last + 1), subject.units - last + np.arange(last)] = 0
    whole, *without = (float(loss) for loss in lesion.scores(subject, sets).loss)
    most = int(np.argmax(without))
    told = (
        f"Taking away h{most + 1} raises the training loss most {_where(frame, arm)}, from {figure(whole)} to "
        f"{figure(without[most])}."
    )
    return Truth(most, told)


def _choice(frame: Frame, asked: Prediction) -> Truth:
    what, _, measure = asked.measure.partition(" ")
    return {"lower": _lower, "turns": _turns}[what](frame, frame.arms[asked.arm], measure)


def _lower(frame: Frame, arm: Arm, measure: str) -> Truth:
    ends = [float(_curve_of(frame, each, measure)[1][-1]) for each in frame.arms]
    listed = ", ".join(f"{figure(end)} {each.name}" for end, each in zip(ends, frame.arms, strict=True))
    return Truth(int(np.argmin(ends)), f"The {NUMBERS[measure]} at step {frame.snapshot.step:,}: {listed}.")


def _turns(frame: Frame, arm: Arm, measure: str) -> Truth:
    steps, values = _curve_of(frame, arm, measure)
    at = int(np.argmin(values))
    told = (
        f"The {NUMBERS[measure]} is lowest at step {int(steps[at]):,}, {figure(float(values[at]))}, and "
        f"{figure(float(values[-1]))} at step {int(steps[-1]):,}."
    )
    return Truth(int(values[-1] > RISES * values[at]), told)
