"""What a sweep has come to so far: the best cell, U-shapes along its axes, and every cell's numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs import measures as m
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.figures import FigureTable
from dropout_viz.labs.grid import Axis
from dropout_viz.labs.intervals import LEVEL, interval
from dropout_viz.labs.lab import Finding, LabResult, Verdict, told
from dropout_viz.labs.sweep.figures import figure_name, figures, line
from dropout_viz.words import many

Array = NDArray[Any]
Place = tuple[int, ...]
_KINDS = ("loss_train", "loss_test", "accuracy_train", "accuracy_test")
_ASKED = ("p_hidden", "p_input")  # whose curves JMLR 2014 shows, of another task


class Sweep:
    """The cells of a grid, as they come in."""

    def __init__(self, measure: str, axes: Sequence[Axis], configs: Sequence[RunConfig]) -> None:
        """``measure``: its word, or "best". ``configs``: of all cells, the last axis first."""
        self._word, self.axes, self.configs = measure, tuple(axes), configs
        self.shape = tuple(len(axis.values) for axis in axes)
        self.seeds = configs[0].worlds
        self._finals: dict[Place, dict[str, Array]] = {}

    def add(self, place: Place, trained: Trained) -> None:
        """Take in a finished cell."""
        self._finals[place] = {kind: values[0] for kind, values in trained.final.items()}

    @property
    def measure(self) -> m.RunMeasure:
        """What is compared."""
        return m.chosen(self._word, next(iter(self._finals.values())))

    def values(self, measure: m.RunMeasure) -> Array:
        """Return a measure of every run, shape (\\*grid, seeds); nan where there is none yet, or none any more."""
        found = np.full((*self.shape, self.seeds), np.nan)
        for place, finals in self._finals.items():
            if all(kind in finals for kind in measure.needs):
                own = measure.of(finals)
                found[place] = np.where(np.isfinite(finals["loss_train"]), own, np.nan)
        return found

    def result(self) -> LabResult:
        """Return what there is to say of the cells that have come in."""
        measure = self.measure
        values = self.values(measure)
        if not np.isfinite(values).any():
            return LabResult("undecided", (), notes=("Every run diverged: a smaller learning rate may help.",))
        steady, kept = fewest_diverged(values)
        if not kept.any():
            why = "No seed ended with a number in all cells of the fewest runs that diverged: nothing can be compared."
            return LabResult("undecided", (), notes=(why, "A smaller learning rate may help."), tables=(self._table(),))
        means = np.asarray(np.where(steady, _means(values[..., kept]), np.nan))
        best = tuple(int(at) for at in np.unravel_index(int(np.nanargmin(means)), means.shape)) if self.shape else ()
        curves = [f for k in range(len(self.axes)) if (f := self._curve(k, best, values)) is not None]
        findings = [self._best(best, values[..., kept], means), *(finding for _, finding in curves)]
        own = [finding for key, finding in curves if key in _ASKED]
        verdict = _of_all(own) if own else findings[0].verdict
        chief = (own or findings)[0]
        return LabResult(
            verdict if self._whole else "undecided",
            findings,
            figures(self.axes, values, best, measure),
            self._notes(steady, kept, chosen=bool(np.nanmax(means) > np.nanmin(means))),
            self.configs[self._number(best)].changed(worlds=1),
            (self._table(),),
            answer=f"{chief.name}: {chief.measured}. {chief.note}",
        )

    @property
    def _whole(self) -> bool:
        return len(self._finals) == len(self.configs)

    def _number(self, place: Place) -> int:
        return int(np.ravel_multi_index(place, self.shape)) if self.shape else 0

    def name(self, place: Place) -> str:
        """Return a cell's settings as text."""
        words = [f"{axis.key} = {axis.words[at]}" for axis, at in zip(self.axes, place, strict=True)]
        return ", ".join(words) or "as set"

    def _best(self, best: Place, values: Array, means: Array) -> Finding:
        measure, others = self.measure, means.copy()
        others[best] = np.nan
        as_low = int((means == means[best]).sum()) - 1
        others_as_low = f", and {many(as_low, 'other cell')} as low" if as_low else ""
        name = f"lowest {measure.title}: {self.name(best)}{others_as_low}"
        if np.isnan(others).all():
            alone = "no other cell to compare with"
            why = "More runs diverged in every other cell." if len(self._finals) > 1 else ""
            return Finding(name, None, measure.shown(float(means[best])), alone, "undecided", why)
        second = tuple(int(at) for at in np.unravel_index(int(np.nanargmin(others)), others.shape))
        difference = interval(values[best] - values[second])
        verdict: Verdict = "sure" if difference.side < 0 and self._whole else "undecided"
        return Finding(
            name,
            None,
            measure.shown(float(means[best])),
            "lower than the second best, 95 % interval",
            verdict,
            f"Second best: {self.name(second)}, {measure.shown(float(means[second]))}; difference "
            f"{measure.span(difference)} ({difference.how}).",
            ("heat-map",) if len(self.axes) > 1 else (figure_name(self.axes[0]),),
        )

    def _curve(self, along: int, best: Place, values: Array) -> tuple[str, Finding] | None:
        """Return a setting, and whether the curve over it through the best cell is U-shaped; None of two points."""
        axis = self.axes[along]
        if axis.numbers is None or len(axis.values) < 3:
            return None
        order = np.argsort(axis.numbers)
        runs = line(values, along, best)[order]
        ended = np.isfinite(runs)
        there = np.asarray(ended.any(axis=1))
        kept = ended[there].all(axis=0)
        runs = runs[:, kept]
        points = []
        for k, mean, some in zip(order.tolist(), _means(runs), there, strict=True):
            trained = (*best[:along], k, *best[along + 1 :]) in self._finals
            why = "no seed left" if some else "every run diverged" if trained else "not trained yet"
            points.append(f"{self.measure.shown(mean) if np.isfinite(mean) else why} at {axis.words[k]}")
        shown = ", ".join(points)
        if not kept.all():
            left = many(int(kept.sum()), "seed", of=self.seeds)
            shown += f", over the {left} that ended with a number at all of these"
        return axis.key, Finding(
            f"{self.measure.title} over {axis.key}: its shape",
            None,
            u_words(runs),
            "a point inside lower than both ends, by intervals",
            told(u_shape(runs), "U-shaped", "not U-shaped"),
            f"{shown}; {interval(runs[0], level=u_level(len(runs))).how}.",
            (figure_name(axis),),
        )

    def _notes(self, steady: Array, kept: Array, *, chosen: bool) -> list[str]:
        """Return what is to be known of it; ``chosen``: whether the best cell differs from any other."""
        found, whole = len(self._finals), len(self.configs)
        notes = (
            [
                f"The best of {found} cells was chosen by the same seeds that it is judged by: new seeds (another "
                "first seed) will find it a little less good."
            ]
            if chosen
            else []
        )
        if not self._whole:
            notes.append(f"Finished: {many(found, 'cell', of=whole)}.")
        diverged = sum(int((~np.isfinite(finals["loss_train"])).sum()) for finals in self._finals.values())
        if diverged:
            notes.append(
                f"{many(diverged, 'run')} diverged and left out. The best cell is sought where fewest did, in "
                f"{many(int(steady.sum()), 'cell', of=found)}, over the {many(int(kept.sum()), 'seed', of=self.seeds)} "
                "that ended with a number in all of these."
            )
        return notes

    def _table(self) -> FigureTable:
        """Return every run of every finished cell."""
        keys = tuple(axis.key for axis in self.axes)
        rows = []
        for place, finals in sorted(self._finals.items()):
            words = tuple(axis.words[at] for axis, at in zip(self.axes, place, strict=True))
            first = self.configs[self._number(place)].seed
            for seed in range(self.seeds):
                rows.append((*words, first + seed, *(float(finals[k][seed]) if k in finals else "" for k in _KINDS)))
        return FigureTable(name="cells", columns=(*keys, "seed", *_KINDS), rows=rows)


def fewest_diverged(values: Array) -> tuple[Array, Array]:
    """Return the cells in which the fewest runs diverged, (\\*grid,), and the seeds that did in none of them, (seeds,).

    A run that diverged is worse than any that did not, and means of different seeds cannot be compared. nan in values
    (\\*grid, seeds): such a run, or a cell that is not finished.
    """
    ended = np.isfinite(values)
    count = ended.sum(axis=-1)
    steady = np.asarray(count == count.max())
    return steady, ended[steady].all(axis=0)


def _of_all(findings: Sequence[Finding]) -> Verdict:
    """Return what is found of curves together: one that is not U-shaped decides, else all have to be."""
    shapes = {finding.verdict for finding in findings}
    return "not U-shaped" if "not U-shaped" in shapes else shapes.pop() if len(shapes) == 1 else "undecided"


def _means(values: Array) -> Array:
    """Return the means over the last axis of what is finite; nan where nothing is."""
    there = np.isfinite(values)
    count = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def u_shape(runs: Array, margin: float = 0.0) -> Verdict:
    """Return whether a curve is U-shaped; runs (points, seeds) in ascending order of the setting.

    "agrees": a point inside is lower than both ends, by more than ``margin``, the intervals of both paired differences
    below that. None is chosen by the runs that judge it: all are tried, at ``u_level``. "disagrees": an end is
    lower than every point inside, by intervals of the usual level, for all of them must hold. Else "undecided".
    """
    if np.isnan(_means(runs)).any():
        return "undecided"
    inside, level = range(1, len(runs) - 1), u_level(len(runs))
    if any(all(interval(runs[k] + margin - runs[end], level=level).side < 0 for end in (0, -1)) for k in inside):
        return "agrees"
    for end in (0, -1):
        if all(interval(runs[end] - runs[k]).side < 0 for k in inside):
            return "disagrees"
    return "undecided"


def u_level(points: int) -> float:
    """Return the level at which each point inside is compared with the ends: Bonferroni's, for so many tries."""
    return 1 - (1 - LEVEL) / max(1, points - 2)


def u_words(runs: Array) -> str:
    """Return in a few words where a curve is lowest."""
    means = _means(runs)
    if np.isnan(means).any():
        return "points are missing"
    at = int(means.argmin())
    if (as_low := int((means == means[at]).sum())) > 1:
        return f"lowest at {as_low} of {len(means)} points alike"
    return "lowest inside" if 0 < at < len(means) - 1 else "lowest at its start" if at == 0 else "lowest at its end"
