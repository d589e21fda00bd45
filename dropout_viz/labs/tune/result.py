"""What the tuning procedure has come to so far: the width that fits, what dropout does there, and the run to use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs import bands
from dropout_viz.labs import measures as m
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.figures import Bars, Figure, FigureCurve, FigureMark, FigureSeries, Lines
from dropout_viz.labs.intervals import MEANS, caption, interval, judged
from dropout_viz.labs.lab import Finding, LabResult, Verdict, told
from dropout_viz.labs.paired.figures import curves_of
from dropout_viz.words import many

Array = NDArray[Any]
PLAIN, SAME, WIDE, WIDE_PLAIN = range(4)
"""The arms of the comparison: the width without dropout and with it, n / (1-p) units with it and without."""


def fits(trained: Trained, share: float) -> bool:
    """Return whether the median seed has so large a share of the training examples right."""
    return bool(np.median(trained.final["accuracy_train"]) >= share)


class Tuning:
    """The procedure's stages, as they are done.

    Attributes:
        chosen: the first width that fits, or None yet.
    """

    def __init__(self, base: RunConfig, fit: float) -> None:
        self.base, self.fit = base, fit
        self.chosen: int | None = None
        self._widths: dict[int, Trained] = {}
        self._compared: tuple[RunConfig, Trained] | None = None

    def add_width(self, units: int, trained: Trained) -> None:
        """Take in the runs of one width without dropout."""
        self._widths[units] = trained
        if fits(trained, self.fit):
            self.chosen = units

    def compare(self, config: RunConfig, trained: Trained) -> None:
        """Take in the runs at the chosen width; the arms as ``PLAIN`` and the others number them."""
        self._compared = config, trained

    def result(self) -> LabResult:
        """Return what there is to say so far."""
        findings, figures, notes = [self._width()], [self._widening()], list(self._advice())
        if self._compared is None:
            return LabResult("undecided", findings, figures, notes)
        config, trained = self._compared
        notes += trained.divergence(config.arm_names)
        findings += self._findings(config, trained)
        chief = m.chief(trained.final)
        figures += [curves_of(config, trained, chief, hues=(1, 0, 2, 3)), _bars(config, trained, chief)]
        means = chief.of(trained.final).mean(axis=1)
        used = WIDE if means[WIDE] < means[SAME] else SAME
        alike = means[WIDE] == means[SAME]
        chosen_as = "the narrower one, for their means are the same" if alike else "the one with the lower mean"
        notes.append(
            f"The run to use: {config.arm_names[used]}, {chief.title} {chief.shown(float(means[used]))} with every "
            f"unit on: of the two with dropout {chosen_as}."
        )
        if means[[PLAIN, WIDE_PLAIN]].min() < means[used]:
            better = PLAIN if means[PLAIN] < means[WIDE_PLAIN] else WIDE_PLAIN
            notes.append(
                f"Without dropout the mean of {config.arm_names[better]} is lower here: "
                f"{chief.shown(float(means[better]))}. The first width that fits may be too narrow for dropout: try "
                "--first with more units."
            )
        run = config.arm_configs[used].changed(worlds=1)
        fit = "fits" if self.chosen in (None, 1) else "fit"
        effect = f"{findings[1].name}: {findings[1].measured}. {findings[1].note}"
        if chief is m.UNSOLVED:
            effect = _failures(config.arm_names[SAME], *chief.of(trained.final)[[SAME, PLAIN]])
        answer = f"{findings[0].measured} {fit}; {effect}."
        return LabResult(findings[1].verdict, findings, figures, notes, run, answer=answer)

    def _width(self) -> Finding:
        units = self.chosen or max(self._widths)
        right = float(np.median(self._widths[units].final["accuracy_train"]))
        verdict: Verdict = "undecided" if self.chosen is None else "found"
        found = "no width" if self.chosen is None else many(units, "unit")
        return Finding(
            "first width that fits without dropout",
            None,
            found,
            f"at least {100 * self.fit:g} % of training right",
            verdict,
            f"{100 * right:.1f} % right with {many(units, 'unit')} in the median of {many(self.base.worlds, 'seed')}",
            ("widening",),
        )

    def _findings(self, config: RunConfig, trained: Trained) -> list[Finding]:
        finals, names = trained.final, config.arm_names
        chief = m.chief(finals)
        values = chief.of(finals)

        def compared(name: str, published: str | None, arm: int, other: int) -> Finding:
            return _finding(chief, f"{chief.title}, {name}", published, values[arm], values[other])

        found = [
            compared(f"{names[SAME]} against no dropout", "lower: nearly optimal", SAME, PLAIN),
            compared(f"{names[WIDE]} against {names[SAME]}", "lower: the n / (1-p) rule", WIDE, SAME),
            compared(f"{names[WIDE]} against no dropout", None, WIDE, WIDE_PLAIN),
        ]
        if "accuracy_thinned" in finals:
            thinned = 1 - finals["accuracy_thinned"][SAME]
            name = f"test error, {names[SAME]}, every unit on against thinned networks"
            found.append(_finding(m.TEST_ERROR, name, "lower: turn dropout off to use it", values[SAME], thinned))
        return found

    def _advice(self) -> list[str]:
        if self.chosen is not None or not self._widths:
            return []
        return [
            f"Up to {many(max(self._widths), 'unit')} no width fits {100 * self.fit:g} % of the training examples in "
            "so many steps. Wrong labels are hard to fit: --fit .95, more --steps, a larger --widest, or a higher "
            "learning rate may help."
        ]

    def _widening(self) -> Figure:
        units = sorted(self._widths)
        finals = [self._widths[n].final for n in units]
        curves = []
        for hue, measure in ((2, m.TRAIN_ERROR), (3, m.TEST_ERROR)):
            if all(kind in finals[0] for kind in measure.needs):
                own = 100 * np.array([measure.of(final)[0] for final in finals])
                middle, low, high = bands.band(own)
                curves.append(FigureCurve(measure.title, units, middle, low, high, hue=hue, points=True))
        marks = [FigureMark(100 * (1 - self.fit), "fits below")]
        marks += [FigureMark(self.chosen, "first that fits", "x")] if self.chosen is not None else []
        return Lines(
            name="widening",
            title="Wider, without dropout, until the training data fit",
            caption=f"The median of {many(self.base.worlds, 'seed')} after "
            f"{many(self.base.steps, 'step')}{bands.told(self.base.worlds)}.",
            x_label="units in each hidden layer",
            y_label="error, %",
            curves=curves,
            marks=marks,
            log_x=len(units) > 1,
            **bands.columns(self.base.worlds),
        )


def _finding(measure: m.RunMeasure, name: str, published: str | None, values: Array, others: Array) -> Finding:
    difference = interval(values - others)
    own, other = (_mean(measure, each) for each in (values, others))
    return Finding(
        name,
        published,
        measure.span(difference),
        "95 % interval below 0",
        judged(difference) if published else told(judged(difference), "lower", "higher"),
        f"{own} against {other}; {difference.how}",
        ("dropout-on",),
    )


def _mean(measure: m.RunMeasure, values: Array) -> str:
    """Return the mean of a measure over seeds, (seeds,), or in how many of them the task is not solved."""
    if measure is m.UNSOLVED:
        return f"{int(values.sum()):,} of {many(len(values), 'seed')} failed"
    return measure.shown(interval(values).mean)


def _failures(name: str, having: Array, without: Array) -> str:
    """Return in how many seeds the task is not solved, with dropout and without: values of ``UNSOLVED``, (seeds,)."""
    said = m.failures(name, having, without)
    difference = interval(having - without)
    span = f"difference {m.UNSOLVED.span(difference)}, " if difference.known else ""
    return f"{said}; {span}{difference.how}"


def _bars(config: RunConfig, trained: Trained, chief: m.RunMeasure) -> Figure:
    """Return training and test error of the four arms."""
    parts = []
    for hue, measure in ((2, m.TRAIN_ERROR), (3, m.TEST_ERROR)):
        if all(kind in trained.values for kind in measure.needs):
            spans = [interval(100 * own) for own in measure.of(trained.final)]
            low, high = [span.low for span in spans], [span.high for span in spans]
            parts.append(FigureSeries(measure.title, [span.mean for span in spans], low, high, hue=hue))
    return Bars(
        name="dropout-on",
        title="With dropout at that width, and at n / (1-p) units",
        caption=f"With every unit on. {caption(spans, config.worlds)}",
        y_label="error, %",
        groups=config.arm_names,
        series=parts,
        **MEANS,
    )
