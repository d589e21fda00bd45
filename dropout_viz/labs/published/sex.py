"""The published result from which the idea of dropout was argued: sex favours genes that mix well."""

from __future__ import annotations

from itertools import islice

import numpy as np

from dropout_viz.labs.bands import PERCENTILES, percentiles
from dropout_viz.labs.figures import FigureCurve, Lines
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.mixability.genes import generations, landscapes
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import Bench

ALLELES, LANDSCAPES, GENERATIONS, RECOMBINATION = 10, 500, 20, 0.5


def sex(bench: Bench, tell: Tell) -> Found:
    """500 landscapes of random fitness, each with and without recombination."""
    fitness = landscapes(LANDSCAPES, ALLELES, bench.seed)
    mix, fit = {}, {}
    for name, r in (("asexual", 0.0), ("sexual", RECOMBINATION)):
        tell(0.5 * (r > 0), name)
        seen = list(islice(generations(fitness, r), GENERATIONS + 1))
        mix[name] = np.array([one.mixability for one in seen])
        fit[name] = np.array([one.fitness for one in seen])
    higher = float((mix["sexual"][-1] > mix["asexual"][-1]).mean())
    lower = float((fit["sexual"][-1] < fit["asexual"][-1]).mean())
    ends = {name: (mix[name][-1].mean(), fit[name][-1].mean()) for name in mix}
    figures = [
        Lines(
            name=f"result-06-{key}",
            title=title,
            x_label="generation",
            y_label=label,
            caption=f"Mean of {LANDSCAPES} random landscapes, two loci with {ALLELES} alleles each; the band "
            f"goes {PERCENTILES}.",
            curves=[
                FigureCurve(name, np.arange(GENERATIONS + 1), v.mean(axis=1), *percentiles(v, 1), k)
                for k, (name, v) in enumerate(found.items())
            ],
        )
        for key, title, label, found in (
            ("mixability", "Mixability, with sex and without", "mixability", mix),
            ("fitness", "Mean fitness, with sex and without", "mean fitness", fit),
        )
    ]
    return Found(
        f"mixability {ends['asexual'][0]:.3f} → {ends['sexual'][0]:.3f}",
        verdict(ends["sexual"][0] > ends["asexual"][0] and ends["sexual"][1] < ends["asexual"][1]),
        f"Asexual → sexual at generation {GENERATIONS}; sexual higher in {100 * higher:.1f} % of the landscapes. Mean "
        f"fitness {ends['asexual'][1]:.3f} → {ends['sexual'][1]:.3f}, lower with sex in {100 * lower:.1f} % of them.",
        figures,
    )


ENTRIES = (
    PublishedResult(
        6,
        "Sex favours alleles that mix well",
        "Livnat, Papadimitriou, Dushoff & Feldman 2008",
        "mixability rises under sex",
        "mixability higher with sex at generation 20, and mean fitness lower",
        1,
        True,
        sex,
    ),
)
