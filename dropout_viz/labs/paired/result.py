"""What paired runs come to: differences seed by seed, their intervals, the verdict and the pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs import measures as m
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.intervals import both, interval, judged
from dropout_viz.labs.lab import Finding, LabResult, Verdict, overall, told
from dropout_viz.labs.paired.figures import figure_name, figures
from dropout_viz.labs.paired.shares import shares
from dropout_viz.words import many

Array = NDArray[Any]
_TOLD = (m.TEST_ERROR, m.TEST_LOSS, m.UNSOLVED, m.ERROR_GAP, m.LOSS_GAP)
"""What is told of. The training loss is not: dropout may well raise it."""
_EFFECT: dict[Verdict, Verdict] = {"lower": "helps", "higher": "hurts"}
"""What dropout does, by where the measure that decides comes to lie with it."""


def found(config: RunConfig, trained: Trained) -> LabResult:
    """Return the result; the first arm of ``config`` is the one without dropout."""
    finals = trained.final
    chief = m.chief(finals)
    findings = shares(config, finals)
    verdict = overall(findings)
    if not findings:
        findings = [
            _finding(measure, chief, arm, measure.of(finals)[0], measure.of(finals)[number])
            for number, arm in enumerate(config.arm_names[1:], 1)
            for measure in _shown(finals, chief)
        ]
        verdict = _EFFECT.get(findings[0].verdict, findings[0].verdict)
    notes = tuple(_notes(config, trained, chief))
    return LabResult(
        verdict,
        findings,
        figures(config, trained, chief),
        notes,
        _telling(config, chief.of(finals)),
        answer=notes[0],
    )


def _shown(finals: m.Finals, chief: m.RunMeasure) -> list[m.RunMeasure]:
    """Return the measures that are told, the one that decides first."""
    others = [each for each in m.available(finals) if each in _TOLD and each is not chief]
    return [chief, *(each for each in others if each is not m.UNSOLVED)]


def _finding(measure: m.RunMeasure, chief: m.RunMeasure, arm: str, without: Array, having: Array) -> Finding:
    having, without = both(having, without)
    difference = interval(having - without)
    return Finding(
        f"{measure.title}, {arm} against no dropout",
        None,  # published of no run like this one: the 2014 paper has other tasks and networks
        measure.span(difference),
        "95 % interval of the difference below 0, or above",
        told(judged(difference), "lower", "higher"),
        f"{_ends(measure, arm, having, without)}; {difference.how}",
        _picture(measure, chief),
    )


def _ends(measure: m.RunMeasure, arm: str, having: Array, without: Array) -> str:
    """Return what a measure comes to with dropout and without, of the same seeds, (seeds,) each."""
    if measure is m.UNSOLVED:
        return m.failures(arm, having, without)
    return f"{measure.shown(interval(without).mean)} without, {measure.shown(interval(having).mean)} with"


def _picture(measure: m.RunMeasure, chief: m.RunMeasure) -> tuple[str, ...]:
    """Return the name of the figure that shows a measure."""
    if measure is chief:
        return ("solved",) if chief is m.UNSOLVED else ("difference",)
    return ("gap",) if measure in (m.ERROR_GAP, m.LOSS_GAP) else (figure_name(measure),)


def _notes(config: RunConfig, trained: Trained, chief: m.RunMeasure) -> Iterator[str]:
    """Yield in sentences what the numbers mean."""
    values = chief.of(trained.final)
    for number, arm in enumerate(config.arm_names[1:], 1):
        having, without = both(values[number], values[0])
        effect = interval(having - without)
        word = {-1: "helps", 1: "hurts", 0: "makes no difference that can be told from chance"}[effect.side]
        if not effect.known:
            word = "may help or hurt, nothing is decided"
        better, worse = int((having < without).sum()), int((having > without).sum())
        same, lost = len(having) - better - worse, config.worlds - len(having)
        compared = many(same, "seed", of=config.worlds)
        gone = int((trained.diverged[0] & trained.diverged[number]).sum())
        if lost:
            compared = f"{same}, and in {many(lost, 'seed', of=config.worlds)} a run diverged"
        elif gone:  # with no example right, neither
            compared += f", {gone:,} of which diverged with and without"
        yield (
            f"Dropout {word} here ({arm}): {chief.title} {chief.span(effect)}, {effect.how}; better in {better}, worse "
            f"in {worse} and the same in {compared}."
        )
    yield from trained.divergence(config.arm_names)


def _telling(config: RunConfig, values: Array) -> RunConfig:
    """Return the run of one seed, with its arms, that shows the mean effect: the median one among those of its sign."""
    both_ended = np.isfinite(values[0]) & np.isfinite(values[1])
    difference = np.where(both_ended, values[1] - values[0], 0.0)
    sign = 1.0 if difference.mean() > 0 else -1.0
    seeds = np.flatnonzero(sign * difference > 0)
    order = seeds[np.argsort(difference[seeds], kind="stable")]
    seed = int(order[len(order) // 2]) if len(order) else 0
    having, without = config.arms[1], config.arms[0]
    return config.changed(seed=config.seed + seed, worlds=1, arms=(having, without))
