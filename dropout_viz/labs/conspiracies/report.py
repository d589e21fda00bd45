"""What the lab on conspiracies says of what it measured: numbers with their verdicts, pictures, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs import company
from dropout_viz.labs.bands import PERCENTILES, percentiles
from dropout_viz.labs.conspiracies import plots as evenings
from dropout_viz.labs.conspiracies.options import Options
from dropout_viz.labs.conspiracies.plots import Plots
from dropout_viz.labs.figures import (
    Bars,
    DotRow,
    Dots,
    Figure,
    FigureCurve,
    FigureMark,
    FigureSeries,
    Lines,
    Violin,
    Violins,
)
from dropout_viz.labs.intervals import both, interval, judged
from dropout_viz.labs.lab import Finding, LabResult, overall, verdict
from dropout_viz.words import many

Array = NDArray[Any]

GRID = np.linspace(0, 1, 21)
FINE = np.linspace(0, 1, 201)
DOUBT = 0.01
HUES = (1, 0)  # small plots, and dropout: the first arm's colour, as everywhere
FAIR = 0.5


@dataclass(frozen=True, eq=False)
class Play:
    """Evenings of players.

    Attributes:
        played: of the evening that is shown, who has not failed yet, (players,). to_fail: how many still will.
        weakest: for the big plot and for the small ones, the reliability that each evening needs, (evenings,) each.
    """

    played: Array
    to_fail: int
    weakest: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Learnt:
    """One network: ``arm`` 0 learnt without dropout, 1 with.

    Attributes:
        partners: how many each unit needs, (units,). together: ``company.Company.together``.
        works: how often it works, at each reliability of GRID.
    """

    arm: int
    partners: Array
    together: float
    works: Array

    @property
    def reliability(self) -> float:
        """The reliability of its units at which it works on half of all evenings, between points by a line."""
        return _crossing(GRID, self.works, 0.5)


def report(options: Options, play: Play, networks: Sequence[Learnt]) -> LabResult:
    """Return what is known so far; a verdict needs every network."""
    figures: list[Figure] = [_evening(options, play)]
    findings: list[Finding] = []
    if not play.to_fail:
        figures.append(_chances(options, play))
        findings += _plot_findings(options, play)
    arms = [[n for n in networks if n.arm == arm] for arm in (0, 1)]
    if arms[1]:
        figures += _unit_figures(options, arms)
    if len(arms[1]) == options.seeds:
        findings += _unit_findings(arms)
    whole = overall(findings) if len(arms[1]) == options.seeds else "undecided"
    config = company.pair("digits", 1, options.seed, options.steps, options.units, options.p)
    return LabResult(whole, findings, figures, _notes(options) if not play.to_fail else (), config)


def name(plots: Plots) -> str:
    """Return what some plots are called."""
    return f"{many(plots.count, 'plot')} of {plots.size}"


def _plot_findings(options: Options, play: Play) -> list[Finding]:
    found = []
    limit = evenings.allowed(options.evenings, DOUBT)
    for plots, weakest in zip(options.plots, play.weakest, strict=True):
        exact = float(evenings.chance(plots, options.reliability))
        share = float(evenings.simulated(weakest, options.reliability))
        gap = evenings.distance(plots, weakest)
        found.append(
            Finding(
                f"chance that one of {name(plots)} works" if plots.count > 1 else f"chance that {name(plots)} works",
                exact,
                share,
                f"simulated within {limit:.3f} of exact, at every reliability",
                verdict(gap <= limit),
                f"at reliability {options.reliability:g}: exact {exact:.4g}, in {options.evenings:,} evenings "
                f"{share:.4g}; largest gap at any reliability {gap:.4f}",
            )
        )
    big, small = options.plots
    inside = np.linspace(0, 1, 1001)[1:-1]
    ahead = evenings.chance(small, inside) - evenings.chance(big, inside)
    # With x = q^size it is 1 - (1 - x)^count against x^count, and x lies between them: equal only where rounding ends.
    found.append(
        Finding(
            f"{name(small)} beat {name(big)} at every reliability",
            "likelier to work",
            float(ahead.max()),
            "advantage ≥ 0 everywhere, > 0 somewhere",
            verdict(bool((ahead >= 0).all() and ahead.max() > 0)),
            f"most at reliability {inside[ahead.argmax()]:.3f}: {ahead.max():.3f} more",
        )
    )
    return found


def _unit_findings(arms: Sequence[Sequence[Learnt]]) -> list[Finding]:
    measures = (
        ("partners that a unit needs, median of units", "fewer", [[np.median(n.partners) for n in a] for a in arms]),
        ("reliability of units at which half the sets work", "lower", [[n.reliability for n in a] for a in arms]),
        ("units whose acting together decides", "fewer", [[n.together for n in a] for a in arms]),
    )
    found = []
    for title, claim, (without, with_) in measures:
        having, none = both(np.array(with_), np.array(without))
        difference = interval(having - none)
        low, high = (f"{end:+.3f}".replace("-", "−") for end in (difference.low, difference.high))
        found.append(
            Finding(
                f"{title}: with dropout less without",
                f"{claim} with dropout",
                difference.mean,
                "interval below 0",
                judged(difference),
                f"{interval(none).mean:.3f} without, {interval(having).mean:.3f} with; "
                + (f"difference {low} to {high}, {difference.how}" if difference.known else difference.how),
            )
        )
    return found


def _notes(options: Options) -> list[str]:
    big, small = options.plots
    q = options.reliability
    notes = [
        f"With enough rehearsal the big plot works too: it needs players of reliability "
        f"{evenings.reliability_needed(big, 0.9):.4f} to work 9 times in 10, the small ones "
        f"{evenings.reliability_needed(small, 0.9):.3f}.",
    ]
    if 0 < q < 1:
        worth = small.count * q ** (small.size - big.size)
        notes.append(
            f"This counts any plot that works alike. At reliability {q:g} the big plot pays only if it is worth more "
            f"than {worth:,.0f} small ones."
        )
    notes.append(
        "Players fail independently here, and no plot gives another away: a traitor who knows of all ruins ten as "
        "surely as one. To networks this is the very thing that dropout practises; it does not show that they get "
        "more right when every unit is there. The three measures need not agree: two ask how many units it takes to "
        "do well, the third whether gains on the way come from units one by one or from groups."
    )
    return notes


def _evening(options: Options, play: Play) -> Dots:
    rows = []
    for plots in options.plots:
        groups = play.played.reshape(plots.count, plots.size)
        working = int(groups.all(axis=1).sum())
        outcome = f"{working} of {plots.count} work{'s' * (plots.count == 1)}"
        rows.append(DotRow(name(plots), list(groups.astype(float)), outcome, working > 0))
    gone = int((~play.played).sum())
    return Dots(
        name="evening",
        title="One evening: the same players in one big plot, and in small ones",
        caption=f"Reliability {options.reliability:g}: {gone} of {options.players} have failed"
        + (f", {play.to_fail} more will." if play.to_fail else ". A plot works while all its players do."),
        dots=rows,
        filled="plays",
        empty="has failed",
    )


def _chances(options: Options, play: Play) -> Lines:
    limit, curves = evenings.allowed(options.evenings, DOUBT), []
    for plots, weakest, hue in list(zip(options.plots, play.weakest, HUES, strict=True))[::-1]:
        share = evenings.simulated(weakest, GRID)
        low, high = np.clip(share - limit, 0, 1), np.clip(share + limit, 0, 1)
        curves.append(FigureCurve(f"{name(plots)}, exact", FINE, evenings.chance(plots, FINE), hue=hue))
        curves.append(
            FigureCurve(f"{name(plots)}, simulated", GRID, share, low, high, hue=hue, line=False, points=True)
        )
    return Lines(
        name="chances",
        title="The chance that at least one plot works",
        caption=f"Lines are exact. Points are {options.evenings:,} simulated evenings, with a band that the whole "
        "exact curve leaves by chance once in a hundred times.",
        x_label="reliability of each player",
        y_label="chance",
        curves=curves,
        y_range=(0.0, 1.0),
        marks=[FigureMark(options.reliability, "evening shown at", "x")],
    )


def _unit_figures(options: Options, arms: Sequence[Sequence[Learnt]]) -> list[Figure]:
    curves, violins = [], []
    for arm in (1, 0):
        works = np.array([n.works for n in arms[arm]])
        curves.append(FigureCurve(company.ARMS[arm], GRID, works.mean(axis=0), *percentiles(works, 0), hue=HUES[arm]))
        violins.append(Violin(company.ARMS[arm], np.concatenate([n.partners for n in arms[arm]]), hue=HUES[arm]))
    seeds = f"{many(len(arms[1]), 'seed')} of digits"
    big, small = options.plots
    together = [evenings.company(big, FAIR), evenings.company(small, FAIR)]
    nets = both(*(np.array([n.together for n in arms[arm][: len(arms[1])]]) for arm in (0, 1)))
    means = [*together, *(interval(net).mean for net in nets)]
    return [
        Bars(
            name="together",
            title="How many must act together to decide",
            caption="Mean size of the group whose joint doing decides, everyone being there by a fair coin: 1 where "
            "each counts alone (the mean dimension, Owen 2003). Exact for plots; for networks the mean of seeds.",
            y_label="players, or units",
            groups=[name(big), name(small), *(f"network {arm}" for arm in company.ARMS)],
            series=[FigureSeries("acting together", means)],
        ),
        Violins(
            name="partners",
            title="How many random partners a hidden unit needs",
            caption=f"Until the set gets 9 in 10 of what the whole network gets right. All units of {seeds}.",
            y_label=f"partners needed, of {options.units - 1}",
            violins=violins,
        ),
        Lines(
            name="units-reliability",
            title="The same question to networks: units that fail at random",
            caption=f"How often what is left gets 9 in 10 of what the whole gets right. {seeds}; the bands go "
            f"{PERCENTILES}.",
            x_label="reliability of each unit",
            y_label="chance that the network works",
            y_range=(0.0, 1.0),
            curves=curves,
        ),
    ]


def _crossing(x: Array, y: Array, level: float) -> float:
    """Return where y, (n,), last rises through a level, between points by a line; the end of x where it never does."""
    below = np.flatnonzero(y < level)
    if not len(below) or below[-1] == len(y) - 1:
        return float(x[0] if not len(below) else x[-1])
    k = int(below[-1])
    return float(x[k] + (level - y[k]) / (y[k + 1] - y[k]) * (x[k + 1] - x[k]))
