"""The lab on genes and sex, and on hidden units and dropout: the same quantity measured in both."""

from __future__ import annotations

import time
from itertools import islice

import numpy as np

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs import company
from dropout_viz.labs.company import ARMS
from dropout_viz.labs.cost import seconds, timed
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.mixability.genes import generations, landscapes
from dropout_viz.labs.mixability.options import Options
from dropout_viz.labs.mixability.report import SURE_OF_GENES, SURE_OF_UNITS, Course, report

KEY = "mixability"
TITLE = "Genes and sex"
ORDER = 50
QUESTION = "Does sex favour genes that get on with any partner, and does dropout make such units?"
SOURCE = (
    "Livnat, Papadimitriou, Dushoff & Feldman, A mixability theory for the role of sex in evolution, PNAS 105 (2008); "
    "for the analogy Srivastava et al., Dropout, JMLR 15 (2014), section 2"
)
HELP = {
    "shows": (
        "An allele's mixability is the mean fitness of all genotypes that hold it, a hidden unit's the share of test "
        "digits that random sets of units get right that hold it. In each of many random landscapes one population "
        "evolves with sex and one without; networks learn from the same starts with and without dropout."
    ),
    "read": (
        "A row names a direction, and agrees if the interval of the paired difference lies on that side of zero (99 % "
        "over landscapes, 95 % over seeds), disagrees if it lies on the other."
    ),
    "mind": "Rows that ask how much further the analogy goes do not count in the verdict on the whole.",
}
SMALL = {"landscapes": 200, "seeds": 8, "units": 16, "steps": 600, "sets": 16}
MOMENTS = 12
"""How often networks are looked at while they learn."""


def consider(options: Options) -> str:
    """Return what to ask before a run of more than ten minutes."""
    minutes = expect(options) / 60
    return f"this takes about {minutes:.0f} minutes" if minutes > 10 else ""


def expect(options: Options) -> float:
    """Return about how many seconds it takes."""
    config = _pair(options)
    few = generations(landscapes(min(options.landscapes, 100), options.alleles, options.seed), options.recombination)
    a_generation = timed(lambda: next(few)) * options.landscapes / min(options.landscapes, 100)
    sets = MOMENTS * options.seeds * 2 * options.sets * (options.units + 1)
    looking = company.seconds_a_set(options.units, config) * sets
    watching = options.pause * options.generations / _shown_every(options)
    return 2 * a_generation * options.generations + watching + seconds([config]) + looking


def _shown_every(options: Options) -> int:
    """Return at how many generations the curves are handed over."""
    return -(-options.generations // 100)


def _pair(options: Options) -> RunConfig:
    return company.pair("digits", options.seeds, options.seed, options.steps, options.units, options.p)


def run(options: Options, tell: Tell) -> LabResult:
    """Let genes evolve, then networks learn; the curves are handed over while they grow."""
    genes = _evolve(options, tell.part(0, 0.1, "genes"))
    units = _learn(options, genes, tell.part(0.1, 1, "networks"))
    return report(options, genes, units)


def _evolve(options: Options, tell: Tell) -> Course:
    """Return how mixability and mean fitness went, without sex and with it."""
    fitness = landscapes(options.landscapes, options.alleles, options.seed)
    both = [generations(fitness, r) for r in (0.0, options.recombination)]
    genes = Course(options.landscapes, options.generation, SURE_OF_GENES)
    shown = _shown_every(options)
    for number, pair in enumerate(islice(zip(*both, strict=True), options.generations + 1)):
        genes.add(number, [(now.mixability, now.fitness) for now in pair])
        tell(number / options.generations, f"generation {number}")
        if number % shown == 0:
            tell.so_far(report(options, genes, None))
            time.sleep(options.pause)
    return genes


def _learn(options: Options, genes: Course, tell: Tell) -> Course:
    """Return how units' mixability and the whole network's share right went, without dropout and with it."""
    config = _pair(options)
    trainer, units = Trainer(config, recording=False), Course(options.seeds, options.steps, SURE_OF_UNITS)
    moments = np.unique(np.geomspace(min(20, options.steps), options.steps, MOMENTS).round().astype(int))
    for k, step in enumerate(moments.tolist()):
        now = tell.part(k / len(moments), (k + 1) / len(moments), f"step {step:,}")
        while trainer.step < step:
            now(0.0)
            trainer.advance(min(500, step - trainer.step))
        found = []
        for a, arm in enumerate(ARMS):
            each = []
            for s, subject in enumerate(company.subjects(trainer, arm)):
                now((a + s / options.seeds) / 2)
                each.append(company.in_company(subject, options.sets, options.seed + s))
            found.append(
                (
                    np.array([one.mixability.mean() for one in each]),
                    np.array([one.whole for one in each]),
                    np.array([one.contribution.mean() for one in each]),
                )
            )
        units.add(step, found)
        tell.so_far(report(options, genes, units))
    return units
