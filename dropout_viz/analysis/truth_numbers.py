"""Numbers that a run has come to, by name, each with the sentence that tells it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import ensemble, lesion, redundancy, scaling
from dropout_viz.analysis.questions import shared
from dropout_viz.analysis.questions.lesions import parts_of, subject_of
from dropout_viz.analysis.thinned import network_of
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.history import Series
from dropout_viz.engine.measured import measured
from dropout_viz.engine.prediction import COUNTS, NUMBERS, SHARES
from dropout_viz.errors import UserError
from dropout_viz.words import figure, superscript

LONGEST = 2_000
"""Examples on which units are judged, at most."""
_HALVES = 100  # random halves that are taken away
_BEYOND = 1.2  # of the farthest unit: where the curve ends whose valleys are counted


def score(value: float, measure: str) -> str:
    """Return a number of a measure as it is told."""
    if measure in SHARES:
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if measure in COUNTS else figure(value)


def curve_of(frame: Frame, arm: Arm, measure: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return steps and values of a curve, up to the very step on show: what the run has not measured there is now."""
    series: Series = getattr(arm.history, measure.replace(".", "_"))
    steps, values = series.until(arm.snapshot.step).pair()
    if not len(steps):
        raise UserError(f"measure = {measure!r}: this run records none; must be a run with such data")
    if steps[-1] != arm.snapshot.step:
        last = measured(arm.snapshot, frame.data)[measure.replace(".", "_")]
        steps, values = np.append(steps, arm.snapshot.step), np.append(values, last)
    return steps, values


def where(frame: Frame, arm: Arm) -> str:
    """Return at which step, and of which arm where there are several."""
    of = f" {arm.name}" if len(frame.arms) > 1 else ""
    return f"at step {arm.snapshot.step:,}{of}"


def _last(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    value = float(curve_of(frame, arm, measure)[1][-1])
    return value, f"The {NUMBERS[measure]} {where(frame, arm)} is {score(value, measure)}."


def _networks(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    n = network_of(arm.snapshot).n
    return float(2**n), f"{n} units may be off, each by itself: 2{superscript(n)} = {2**n:,} thinned networks."


def _gap(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    network, x = network_of(arm.snapshot), np.asarray(frame.data.x, np.float64)
    means = ensemble.means(network, x)
    gap = float(np.abs(means.arithmetic - network.outputs(x)).max())
    how = "all of them counted" if ensemble.is_exact(network) else f"{ensemble.SAMPLES:,} of them drawn"
    return gap, f"The largest distance on a training example {where(frame, arm)} is {figure(gap)}, {how}."


def _above(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    p = arm.snapshot.config.chances_off[1]
    values = network_of(arm.snapshot).values(np.asarray(frame.data.x, np.float64))[1]
    above = float((values > 1 - p).mean())
    told = f"{100 * above:.1f} % of the activations in hidden layer 1 are above 1 − p = {1 - p:g} {where(frame, arm)}"
    return above, f"{told}, over all units and training examples."


def _units_off(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    on = arm.snapshot.masks[1]
    off = int(on.size - np.count_nonzero(on))
    told = f"{off} of {on.size} were off {where(frame, arm)}: {len(on)} examples, {on.shape[1]} units each."
    return float(off), told


def _visited(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    used = arm.snapshot.visited
    if used is None:
        raise UserError(f"measure = {measure!r}: not counted here; must be a run in which 1 to 20 units can be off")
    n = arm.snapshot.can_drop
    possible = f"2{superscript(n)} = {2**n:,} thinned networks"
    return float(used), f"Training has used {used:,} of {possible} {where(frame, arm)}."


def _loudness(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    found = {layer.layer: layer for layer in scaling.passed_on(arm.snapshot, frame.data)}
    if 1 not in found:
        raise UserError(f"measure = {measure!r}: hidden layer 1 drops nothing; must be a run in which it does")
    ratio = found[1].test / found[1].training
    how = "the mean size of what hidden layer 1 passes on, over many masks"
    return ratio, f"In use it is {figure(ratio)} times as loud as in training {where(frame, arm)}: {how}."


def _largest(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    largest = float(np.abs(arm.snapshot.weights[0]).max())
    return largest, f"The largest weight of the first layer {where(frame, arm)} is {figure(largest)} in size."


def _half_left(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    part = parts_of(frame.data)[-1]
    subject = subject_of(arm.snapshot, frame.data, part, LONGEST)
    left = np.concatenate(lesion.halves(subject, _HALVES // 2, seed=0))
    right = float(lesion.scores(subject, left.astype(float)).accuracy.mean())
    how = f"the mean over {_HALVES} random halves, what is left as it was"
    return right, f"Of the {part[0]} examples {100 * right:.1f} % are right {where(frame, arm)}: {how}."


def _empty(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    points = shared.coordinates(arm.snapshot)
    if points.shape[1] > 1 or arm.snapshot.sizes[-1] > 1:
        raise UserError(f"measure = {measure!r}: no curve here; must be a run with one weight a unit and one output")
    ends = (min(0.0, float(points.min())), _BEYOND * float(points.max()))
    scene = shared.answer(shared.Request((shared.OneRun(arm.name, arm.snapshot),), frame.data, "mean", (ends,), 0))
    found = scene.arms[0]
    assert found.zones is not None
    zones = found.zones[0]
    filled = {zones.zone_of(at) for at in found.points[~found.idle & (found.votes > 0), 0].tolist()}
    empty = len(zones) - len(filled)
    if not empty:
        return 0.0, f"In each of the {len(zones)} valleys lies a unit that votes {where(frame, arm)}."
    are = "is" if empty == 1 else "are"
    told = f"{empty} of the {len(zones)} valleys {are} empty {where(frame, arm)}: no unit that votes lies there."
    return float(empty), told


def _nearest(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    nearest = redundancy.nearest(redundancy.cosines(shared.coordinates(arm.snapshot)))
    return nearest, f"The {NUMBERS[measure]} is {figure(nearest)} {where(frame, arm)}."


_NUMBERS: dict[str, Callable[[Frame, Arm, str], tuple[float, str]]] = {
    "networks": _networks,
    "gap": _gap,
    "above 1-p": _above,
    "units off": _units_off,
    "visited": _visited,
    "loudness": _loudness,
    "largest weight": _largest,
    "half left": _half_left,
    "empty valleys": _empty,
    "nearest weights": _nearest,
}


def number(frame: Frame, arm: Arm, measure: str) -> tuple[float, str]:
    """Return a number and the sentence that tells it, with its step and its conditions.

    Raises:
        UserError: the run has no such number.
    """
    return _NUMBERS.get(measure, _last)(frame, arm, measure)
