"""What the lab on genes and sex says of what it measured: numbers with their verdicts, pictures, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs import company
from dropout_viz.labs.bands import PERCENTILES, percentiles
from dropout_viz.labs.figures import FigureCurve, FigureMark, Lines
from dropout_viz.labs.intervals import Interval, both, interval, judged
from dropout_viz.labs.lab import Finding, LabResult, overall, verdict
from dropout_viz.labs.mixability.options import Options
from dropout_viz.words import many

Array = NDArray[Any]

GENES = ("without sex", "with sex")
HUES = (1, 0)  # with sex or dropout: the first arm's colour, as everywhere
OWN = "Not the paper's figure: an earlier run of this setting, on 500 other landscapes"
REFERENCE = {"mixability": (0.542, 0.599), "mean fitness": (0.952, 0.889)}
"""That earlier run, without sex and with it: 10 alleles, free recombination, generation 20."""
AS_REFERENCE = 0.01
FURTHER = "the analogy further: "
SURE_OF_GENES, SURE_OF_UNITS = 0.99, 0.95


@dataclass
class Course:
    """How measured quantities went, without (0) and with (1) sex or dropout.

    Attributes:
        pairs: how many landscapes, or seeds. judged: at which generation, or step, the verdict is read.
        at: generations, or steps. bands: for each of them mean, 10th and 90th percentile, (2, quantities, 3).
        values: all that was measured where the verdict is read, (2, quantities, pairs); None before.
        level: how sure an interval of a difference has to be.
    """

    pairs: int
    judged: int
    level: float
    at: list[int] = field(default_factory=list)
    bands: list[Array] = field(default_factory=list)
    values: Array | None = None

    def add(self, at: int, found: Sequence[Sequence[Array]]) -> None:
        """Note what was measured at one generation or step: for each of the two, for each quantity, (pairs,)."""
        values: Array = np.array(found)
        self.at.append(at)
        self.bands.append(np.stack([values.mean(axis=2), *percentiles(values, 2)], axis=2))
        if at == self.judged:
            self.values = values

    @cached_property
    def differences(self) -> list[Interval]:
        """The mean difference that sex or dropout makes, of each quantity where the verdict is read."""
        assert self.values is not None
        return [interval(with_ - without, level=self.level) for without, with_ in self.values.swapaxes(0, 1)]

    def told(self, quantity: int) -> str:
        """Return a quantity's means and the interval of their difference in words."""
        assert self.values is not None
        found = self.differences[quantity]
        without, with_ = (float(values.mean()) for values in both(*self.values[:, quantity]))
        low, high = (f"{end:+.4f}".replace("-", "−") for end in (found.low, found.high))
        means = f"{without:.3f} without, {with_:.3f} with"
        return f"{means}; difference {low} to {high}, {found.how}" if found.known else f"{means}; {found.how}"

    def band(self, quantity: int) -> Array:
        """Return mean, 10th and 90th percentile of a quantity, (2, moments, 3)."""
        return np.stack(self.bands, axis=1)[:, :, quantity]


def report(options: Options, genes: Course, units: Course | None) -> LabResult:
    """Return what is known so far; ``units`` is None while no network has been looked at."""
    figures = _gene_figures(options, genes)  # the last one is shown while it grows: that of mixability
    findings: list[Finding] = []
    further: list[Finding] = []
    if genes.values is not None:
        findings += _gene_findings(options, genes, genes.values)
    if units is not None:
        figures += _unit_figures(units)
        if units.values is not None:
            own, further = _unit_findings(units)
            findings += own
    config = company.pair("digits", 1, options.seed, options.steps, options.units, options.p)
    whole = overall(findings) if further else "undecided"
    return LabResult(whole, [*findings, *further], figures, _notes(options, genes) if further else (), config)


def _gene_findings(options: Options, genes: Course, values: Array) -> list[Finding]:
    when = f"generation {options.generation}"
    found = []
    usual = (options.alleles, options.recombination, options.generation) == (10, 0.5, 20)
    for quantity, (name, known) in enumerate(REFERENCE.items() if usual else ()):
        for k, wanted in enumerate(known):
            own = values[k, quantity]
            room = AS_REFERENCE + 4 * float(own.std(ddof=1)) / options.landscapes**0.5
            found.append(
                Finding(
                    f"{name} {GENES[k]}, {when}",
                    f"our earlier {wanted:g}",
                    float(own.mean()),
                    f"within {AS_REFERENCE:g} and 4 standard errors",
                    verdict(abs(float(own.mean()) - wanted) < room),
                    OWN,
                )
            )
    share = 100 * float((values[1, 0] > values[0, 0]).mean())
    higher = f"higher with sex in {share:.3g} % of landscapes"
    found.append(_finding(genes, 0, f"sex raises mixability, {when}", "higher with sex", 1, higher))
    found.append(_finding(genes, 1, f"sex lowers mean fitness, {when}", "lower with sex, for a time", -1))
    return found


def _unit_findings(units: Course) -> tuple[list[Finding], list[Finding]]:
    """Return what the claim needs, and what asks how much further the analogy goes."""
    own = _finding(units, 0, "dropout raises the mixability of hidden units", "higher with dropout", 1)
    cost = f"{FURTHER}dropout costs the whole network accuracy, as sex costs mean fitness"
    gain = f"{FURTHER}a unit adds more to random partners with dropout, as an allele does with sex"
    return [own], [_finding(units, 1, cost, None, -1), _finding(units, 2, gain, None, 1)]


def _finding(course: Course, quantity: int, name: str, claim: str | None, side: int, more: str = "") -> Finding:
    """Return what is found of the claim that sex or dropout moves a quantity to one side: 1 up, -1 down."""
    found = course.differences[quantity]
    note = "; ".join(part for part in (course.told(quantity), more) if part)
    criterion = "interval above 0" if side > 0 else "interval below 0"
    return Finding(name, claim, found.mean, criterion, judged(found, side), note)


def _notes(options: Options, genes: Course) -> list[str]:
    without, with_ = genes.band(1)[..., 0]
    gaps = without - with_
    at, widest = genes.at.index(options.generation), int(gaps.argmax())
    lowers = (
        "Sex lowers mean fitness here: it breaks up good pairs as well as bad ones."
        if genes.differences[1].side < 0
        else "Sex breaks up good pairs as well as bad ones; that it lowers mean fitness does not show here."
    )
    return [
        f"{lowers} The gap is widest in generation "
        f"{genes.at[widest]}, {gaps[widest]:.3f}; it is {gaps[at]:.3f} in generation {genes.at[at]} and {gaps[-1]:.3f} "
        f"in generation {genes.at[-1]}. Without sex the best pair of all takes over in the end, with sex one that is "
        "not always the best.",
        "Where the analogy ends: sex never selects for mixability itself, which rises as a by-product of selecting "
        "whole genotypes; dropout's training loss is the loss in random company, so it selects for just that. Alleles "
        "spread or vanish, and each stays what it is; units all stay, and change. An allele's edge over a random one "
        "is its mixability less that of all; what a unit adds to random partners is also a matter of what they can do "
        "without it. What dropout costs or gains the whole network is no law either: it costs most where layers are "
        "narrow and data plenty, and gains where data are few.",
    ]


def _gene_figures(options: Options, genes: Course) -> list[Lines]:
    judged = [FigureMark(options.generation, "judged at", "x")] if genes.values is not None else []
    about = f"{many(options.landscapes, 'random landscape')}; the bands go {PERCENTILES}."
    words = (
        ("genes-mixability", "Genes: how well alleles do in any company, with sex and without", "mixability"),
        ("genes-fitness", "Genes: the mean fitness meanwhile", "mean fitness"),
    )
    return [
        Lines(
            name=name,
            title=title,
            caption=about,
            x_label="generation",
            y_label=label,
            marks=judged,
            curves=_curves(genes, k, GENES),
            y_range=_range(genes, k),
        )
        for k, (name, title, label) in reversed(list(enumerate(words)))
    ]


def _unit_figures(units: Course) -> list[Lines]:
    about = f"{many(units.pairs, 'seed')} of digits; the bands go {PERCENTILES}."
    words = (
        ("units-mixability", "Hidden units: the same quantity, with and without dropout", "mixability: share right"),
        ("units-whole", "All hidden units together, as mean fitness", "share right, every unit on"),
        ("units-contribution", "What one unit adds to random partners", "gain in share right, mean of all units"),
    )
    captions = (
        f"How well random sets do that hold a unit, mean of all units. {about}",
        f"On test digits. {about}",
        f"Where partners can do the same, a unit adds little. {about}",
    )
    return [
        Lines(
            name=name,
            title=title,
            caption=caption,
            x_label="training step",
            y_label=label,
            log_x=True,
            curves=_curves(units, k, company.ARMS),
        )
        for k, ((name, title, label), caption) in reversed(list(enumerate(zip(words, captions, strict=True))))
    ]


def _range(course: Course, quantity: int) -> tuple[float, float]:
    """Return whole tenths that hold a quantity's bands."""
    band = 10 * course.band(quantity)
    return float(np.floor(band.min())) / 10, float(np.ceil(band.max())) / 10


def _curves(course: Course, quantity: int, names: Sequence[str]) -> list[FigureCurve]:
    curves = []
    for name, band, hue in zip(names, course.band(quantity), HUES, strict=True):
        mean, low, high = band.T
        curves.append(FigureCurve(name, list(course.at), mean, low, high, hue=hue))
    return curves[::-1]
