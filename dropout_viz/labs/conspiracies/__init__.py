"""The lab on one plot of fifty against ten of five, and on units that need many partners or few."""

from __future__ import annotations

import time

import numpy as np

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs import company
from dropout_viz.labs.conspiracies import plots as evenings
from dropout_viz.labs.conspiracies.options import Options
from dropout_viz.labs.conspiracies.report import GRID, Learnt, Play, report
from dropout_viz.labs.cost import seconds
from dropout_viz.labs.lab import LabResult, Tell

KEY = "conspiracies"
TITLE = "Conspiracies"
ORDER = 60
QUESTION = "Do fifty people in one plot fail where ten plots of five succeed, and does dropout make units like the ten?"
SOURCE = "Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, Dropout, JMLR 15 (2014), section 2"
HELP = {
    "shows": (
        "A plot works if every one of its players does; each fails by chance, independently. The chance that at least "
        "one plot works is exact; evenings are simulated beside it. Networks learn digits from the same starts with "
        "and without dropout."
    ),
    "read": (
        "Simulated evenings must keep their whole curve within a band that they leave by chance once in a hundred "
        "times, and small plots must never do worse than the big one. Units need fewer partners with dropout if the "
        "95 % interval over seeds of the paired difference lies below zero, more if it lies above."
    ),
    "mind": "A set of units works if it gets 9 in 10 of what the whole network gets right.",
}
SMALL = {"evenings": 500, "seeds": 8, "units": 16, "steps": 1000}
WORKS = 0.9
"""The share of what the whole network gets right that a set of units must get right to work."""
LONGEST = 5.0
"""Seconds that an evening is shown player by player."""
POINTS, ORDERS, NIGHTS, SETS = 12, 16, 100, 200


def consider(options: Options) -> str:
    """Return what to ask before a run of more than ten minutes."""
    minutes = expect(options) / 60
    return f"this takes about {minutes:.0f} minutes" if minutes > 10 else ""


def expect(options: Options) -> float:
    """Return about how many seconds it takes."""
    config = _pair(options)
    sets = options.units * (POINTS * ORDERS + SETS) + NIGHTS * len(GRID)
    looking = company.seconds_a_set(options.units, config) * options.seeds * 2 * sets
    failing = (1 - options.reliability) * options.players
    return min(options.pause * failing, LONGEST) + seconds([config]) + looking


def _pair(options: Options) -> RunConfig:
    return company.pair("digits", options.seeds, options.seed, options.steps, options.units, options.p)


def run(options: Options, tell: Tell) -> LabResult:
    """Play one evening player by player, then many; then let networks learn, and look at their units one by one."""
    play = _play(options, tell.part(0, 0.1, "plots"))
    networks = _learn(options, play, tell.part(0.1, 1, "networks"))
    return report(options, play, networks)


def _play(options: Options, tell: Tell) -> Play:
    """Return the evening that is shown and what all evenings came to."""
    draws = evenings.lasting(options.evenings, options.players, options.seed)
    failing = np.flatnonzero(draws[0] >= options.reliability)
    failing = failing[draws[0][failing].argsort()[::-1]]  # those first who fail where reliability is hardly below 1
    weakest = tuple(evenings.needed(plots, draws) for plots in options.plots)
    for gone in range(len(failing) + 1):
        played = np.ones(options.players, bool)
        played[failing[:gone]] = False
        play = Play(played, failing.size - gone, weakest)
        tell(gone / (len(failing) + 1), f"{gone} have failed")
        tell.so_far(report(options, play, []))
        time.sleep(min(options.pause, LONGEST / (len(failing) + 1)))
    return play


def _learn(options: Options, play: Play, tell: Tell) -> list[Learnt]:
    """Return what was found of each network, without dropout and with it, seed after seed."""
    config = _pair(options)
    trainer, found = Trainer(config, recording=False), list[Learnt]()
    while trainer.step < options.steps:
        tell(0.1 * trainer.step / options.steps, f"step {trainer.step:,}")
        trainer.advance(min(500, options.steps - trainer.step))
    pairs = list(zip(*(company.subjects(trainer, arm) for arm in company.ARMS), strict=True))
    for s, pair in enumerate(pairs):
        for arm, subject in enumerate(pair):
            tell(0.1 + 0.9 * (s + arm / 2) / len(pairs), f"seed {options.seed + s}, {company.ARMS[arm]}")
            seed = options.seed + s
            known = company.in_company(subject, SETS, seed)
            wanted = WORKS * known.whole
            partners, right = company.with_partners(subject, POINTS, ORDERS, seed)
            found.append(
                Learnt(
                    arm,
                    company.partners_needed(partners, right, wanted),
                    known.together,
                    company.works(subject, GRID, NIGHTS, wanted, seed),
                )
            )
        tell.so_far(report(options, play, found))
    return found
