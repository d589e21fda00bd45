"""The published result from which the idea of dropout was argued: sex favours genes that mix well."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.labs.figures import Curve, Lines
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.published_entry import Found, PublishedResult
from dropout_viz.labs.published_nets import Bench

Array = NDArray[Any]

ALLELES, LANDSCAPES, GENERATIONS, RECOMBINATION = 10, 500, 20, 0.5


def generation(x: Array, fitness: Array, recombination: float) -> Array:
    """Return genotype frequencies (landscapes, alleles, alleles) after selection and recombination.

    A haploid child has both parents' alleles at one locus each with probability ``recombination``: x' = (1 - r) s + r
    (s's margins multiplied), s being the frequencies after selection (Livnat et al. 2008, supporting text).
    """
    s = x * fitness
    s /= s.sum(axis=(1, 2), keepdims=True)
    apart = s.sum(axis=2)[:, :, None] * s.sum(axis=1)[:, None, :]
    return np.asarray((1 - recombination) * s + recombination * apart)


def mixability(x: Array, fitness: Array) -> Array:
    """Return the mean over both loci of the alleles' mean fitness in all combinations, weighted by how frequent they
    are, (landscapes,)."""
    first = (x.sum(axis=2) * fitness.mean(axis=2)).sum(axis=1)
    second = (x.sum(axis=1) * fitness.mean(axis=1)).sum(axis=1)
    return np.asarray((first + second) / 2)


def sex(bench: Bench, tell: Tell) -> Found:
    """500 landscapes of random fitness, each with and without recombination."""
    fitness = np.random.default_rng(bench.seed).random((LANDSCAPES, ALLELES, ALLELES))
    start = np.full_like(fitness, ALLELES**-2)
    mix, fit = {}, {}
    for name, r in (("asexual", 0.0), ("sexual", RECOMBINATION)):
        x, mixes, fits = start, [], []
        for step in range(GENERATIONS + 1):
            tell(0.5 * (r > 0) + 0.5 * step / GENERATIONS, name)
            mixes.append(mixability(x, fitness))
            fits.append((x * fitness).sum(axis=(1, 2)))
            x = generation(x, fitness, r)
        mix[name], fit[name] = np.array(mixes), np.array(fits)
    higher = float((mix["sexual"][-1] > mix["asexual"][-1]).mean())
    lower = float((fit["sexual"][-1] < fit["asexual"][-1]).mean())
    ends = {name: (mix[name][-1].mean(), fit[name][-1].mean()) for name in mix}
    figures = [
        Lines(
            name=f"result-06-{key}", title=title, x_label="generation", y_label=label,
            caption=f"Mean of {LANDSCAPES} random landscapes, two loci with {ALLELES} alleles each; the band holds "
            "80 % of them.",
            curves=[Curve(name, np.arange(GENERATIONS + 1), v.mean(axis=1), np.quantile(v, 0.1, axis=1),
                          np.quantile(v, 0.9, axis=1), k)
                    for k, (name, v) in enumerate(found.items())],
        ) for key, title, label, found in (
            ("mixability", "Sex favours alleles that do well in many combinations", "mixability", mix),
            ("fitness", "Meanwhile it lowers mean fitness", "mean fitness", fit),
        )
    ]  # fmt: skip
    return Found(
        f"mixability {ends['asexual'][0]:.3f} → {ends['sexual'][0]:.3f}",
        verdict(ends["sexual"][0] > ends["asexual"][0] and ends["sexual"][1] < ends["asexual"][1]),
        f"Asexual → sexual at generation {GENERATIONS}; sexual higher in {100 * higher:.1f} % of the landscapes. Mean "
        f"fitness {ends['asexual'][1]:.3f} → {ends['sexual'][1]:.3f}: sex lowers it here, in {100 * lower:.1f} % of "
        "them.",
        figures,
    )  # fmt: skip


ENTRIES = (
    PublishedResult(
        6, "Sex favours alleles that mix well", "Livnat, Papadimitriou, Dushoff & Feldman 2008",
        "mixability rises under sex", "mixability higher with sex at generation 20, and mean fitness lower", 1, True,
        sex,
    ),
)  # fmt: skip
