"""What the lab on genes and sex says of what it measured: numbers with their verdicts, pictures, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs import company
from dropout_viz.labs.bootstrap import interval
from dropout_viz.labs.figures import Curve, Lines, Mark
from dropout_viz.labs.lab import Finding, LabResult, overall, verdict

if TYPE_CHECKING:
    from dropout_viz.labs.mixability import Options

Array = NDArray[Any]

GENES = ("without sex", "with sex")
HUES = (1, 0)  # with sex or dropout: the first arm's colour, as everywhere
REFERENCE = {"mixability": (0.542, 0.599), "mean fitness": (0.952, 0.889)}
"""An earlier run of this project's own: 500 other landscapes, 10 alleles, free recombination, generation 20."""
AS_REFERENCE = 0.01
LIMIT = "limit of the analogy: "
SURE_OF_GENES, SURE_OF_UNITS = 0.99, 0.95


@dataclass
class Course:
    """How measured quantities went, without (0) and with (1) sex or dropout.

    Attributes:
        pairs: how many landscapes, or seeds. at: generations, or steps. values: for each of them (2, quantities, pairs).
    """

    pairs: int
    at: list[int] = field(default_factory=list)
    values: list[Array] = field(default_factory=list)

    def add(self, at: int, found: Sequence[Sequence[Array]]) -> None:
        """Note what was measured at one generation or step: for each of the two, for each quantity, (pairs,)."""
        self.at.append(at)
        self.values.append(np.array(found))

    def of(self, quantity: int) -> Array:
        """Return one quantity, (2, moments, pairs)."""
        return np.stack(self.values, axis=1)[:, :, quantity]


def report(options: Options, genes: Course, units: Course | None) -> LabResult:
    """Return what is known so far; ``units`` is None while no network has been looked at."""
    figures, findings, limits = _gene_figures(options, genes), [], []
    if genes.at[-1] >= options.generation:
        findings += _gene_findings(options, genes)
    if units is not None:
        figures += _unit_figures(units)
        if units.at[-1] >= options.steps:
            own, limits = _unit_findings(units)
            findings += own
    config = company.pair("digits", 1, options.seed, options.steps, options.units, options.p)
    whole = overall(findings) if limits else "undecided"
    return LabResult(whole, [*findings, *limits], figures, _notes(options, genes) if limits else (), config)


def _difference(pairs: Array, level: float) -> tuple[float, str, int]:
    """Return the mean paired difference of (2, pairs), a sentence on it, and the side of zero its interval is on."""
    found = interval(pairs[1] - pairs[0], level=level)
    low, high = ((f"{end:+.4f}").replace("-", "−") for end in (found.low, found.high))
    means = f"{pairs[0].mean():.3f} without, {pairs[1].mean():.3f} with"
    return found.mean, f"{means}; {level:.0%} interval of the difference {low} to {high}".replace("%", " %"), found.side


def _held(side: int, wanted: int) -> bool | None:
    return None if side == 0 else side == wanted


def _gene_findings(options: Options, genes: Course) -> list[Finding]:
    at = genes.at.index(options.generation)
    mixing, fitness = (genes.of(k)[:, at] for k in (0, 1))
    when = f"generation {options.generation}"
    found = []
    usual = (options.alleles, options.recombination, options.generation) == (10, 0.5, 20)
    for name, values in (("mixability", mixing), ("mean fitness", fitness)) if usual else ():
        for k in (0, 1):
            wanted, mean = REFERENCE[name][k], float(values[k].mean())
            room = AS_REFERENCE + 4 * float(values[k].std(ddof=1)) / options.landscapes**0.5
            found.append(
                Finding(f"{name} {GENES[k]}, {when}", wanted, mean, f"± {room:.3f}", verdict(abs(mean - wanted) < room))
            )
    gain, told, side = _difference(mixing, SURE_OF_GENES)
    found.append(
        Finding(
            f"sex raises mixability, {when}", "higher with sex", gain, "interval above 0",
            verdict(_held(side, 1)), f"{told}; higher with sex in {(mixing[1] > mixing[0]).mean():.1%} of landscapes",
        )
    )  # fmt: skip
    loss, told, side = _difference(fitness, SURE_OF_GENES)
    found.append(
        Finding(
            f"sex lowers mean fitness, {when}", "lower with sex, for a time", loss, "interval below 0",
            verdict(_held(side, -1)), told,
        )
    )  # fmt: skip
    return found


def _unit_findings(units: Course) -> tuple[list[Finding], list[Finding]]:
    """Return what the claim needs, and what limits the analogy."""
    mixing, whole, alone = (units.of(k)[:, -1] for k in (0, 1, 2))
    gain, told, side = _difference(mixing, SURE_OF_UNITS)
    own = Finding(
        "dropout raises the mixability of hidden units", "higher with dropout", gain, "interval above 0",
        verdict(_held(side, 1)), told,
    )  # fmt: skip
    cost, told, side = _difference(whole, SURE_OF_UNITS)
    price = Finding(
        f"{LIMIT}dropout costs the whole network accuracy, as sex costs mean fitness", None, cost, "interval below 0",
        verdict(_held(side, -1)), told,
    )  # fmt: skip
    more, told, side = _difference(alone, SURE_OF_UNITS)
    worth = Finding(
        f"{LIMIT}a unit adds more to random partners with dropout, as an allele does with sex", None, more,
        "interval above 0", verdict(_held(side, 1)), told,
    )  # fmt: skip
    return [own], [price, worth]


def _notes(options: Options, genes: Course) -> list[str]:
    fitness = genes.of(1)[:, -1].mean(axis=1)
    last = genes.at[-1]
    return [
        f"Sex lowers mean fitness here: it breaks up good pairs as well as bad ones. By generation {last} the gap has "
        f"shrunk to {fitness[0] - fitness[1]:.3f}: without sex the best pair of all takes over, with sex one that is not "
        "always the best.",
        "Where the analogy ends: sex never selects for mixability itself, which rises as a by-product of selecting "
        "whole genotypes; dropout's training loss is the loss in random company, so it selects for just that. Alleles "
        "spread and vanish while each stays what it is; units all stay and change. And an allele that mixes well is "
        "worth more to its partners, while a unit among others that can do the same is missed less.",
    ]


def _gene_figures(options: Options, genes: Course) -> list[Lines]:
    judged = [Mark(options.generation, "judged here", "x")] if genes.at[-1] >= options.generation else []
    about = f"{options.landscapes:,} random landscapes; the bands hold four fifths of them."
    words = (
        ("genes-mixability", "Genes: sex favours alleles that do well in any company", "mixability"),
        ("genes-fitness", "Genes: meanwhile sex lowers the mean fitness", "mean fitness"),
    )
    return [
        Lines(
            name=name, title=title, caption=about, x_label="generation", y_label=label, marks=judged,
            curves=_curves(genes, k, GENES),
        )
        for k, (name, title, label) in enumerate(words)
    ]  # fmt: skip


def _unit_figures(units: Course) -> list[Lines]:
    about = f"{units.pairs} seeds of digits; the bands hold four fifths of them."
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
            name=name, title=title, caption=caption, x_label="training step", y_label=label, log_x=True,
            curves=_curves(units, k, company.ARMS),
        )
        for k, ((name, title, label), caption) in enumerate(zip(words, captions, strict=True))
    ]  # fmt: skip


def _curves(course: Course, quantity: int, names: Sequence[str]) -> list[Curve]:
    curves = []
    for name, values, hue in zip(names, course.of(quantity), HUES, strict=True):
        low, high = np.quantile(values, (0.1, 0.9), axis=1)
        curves.append(Curve(name, course.at, values.mean(axis=1), low, high, hue=hue))
    return curves[::-1]
