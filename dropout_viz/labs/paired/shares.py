"""How many seeds solve the post's own task, beside the shares of an earlier run of our own: nobody published any."""

from __future__ import annotations

import math
from typing import Any

from dropout_viz.draw.numbers import share
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.labs.intervals import FEWEST, Interval, interval, judged
from dropout_viz.labs.lab import Finding, verdict
from dropout_viz.labs.measures import UNMOVED, UNSOLVED, Finals

_SEEDS = 200  # that the shares were found with
KNOWN: dict[str, dict[float, float]] = {
    "as-published": {0.0: 1.0, 0.2: 0.97, 0.5: 0.41},
    "exact": {0.0: 1.0, 0.2: 0.92, 0.5: 0.48},
}
"""The share of 200 seeds that solved it, by update rule and drop probability of the 4 hidden units."""
EARLIER = "Held against an earlier run of our own on 200 seeds, not against a published figure."
_ERRORS = 3  # standard errors of the difference of two shares that they may be apart
_BLUNT = 0.25  # a tolerance wider than this decides nothing


def tolerance(known: float, seeds: int) -> float:
    """Return how far a share of so many seeds may lie from one of 200: three standard errors of their difference.

    One success and one failure are added to the 200, or a share of 100 % would allow nothing at all.
    """
    smoothed = (known * _SEEDS + 1) / (_SEEDS + 2)
    return _ERRORS * math.sqrt(smoothed * (1 - smoothed) * (1 / _SEEDS + 1 / seeds))


def known_shares(config: RunConfig) -> list[float | None]:
    """Return for each arm the share that is known of it; nothing where the run is another than the post's."""
    key = "three-lines" if config.rule == "as-published" else "three-lines-exact"
    if not _is_the_post_s(config, load_preset(key)):
        return []
    known = KNOWN[config.rule]
    return [None if arm.p_input else known.get(arm.p_hidden[0]) for arm in config.arm_configs]


def shares(config: RunConfig, finals: Finals) -> list[Finding]:
    """Return what each arm comes to beside what is known; nothing where the run is another than the post's."""
    findings: list[Finding] = []
    for number, known in enumerate(known_shares(config)):
        unsolved = UNSOLVED.of(finals)
        name = config.arm_names[number]
        if known is not None:
            findings.append(_share(name, known, 1 - float(unsolved[number].mean()), config.worlds))
        if number:
            findings.append(_fewer(name, interval(unsolved[0] - unsolved[number])))
    return findings


def _share(arm: str, known: float, solved: float, seeds: int) -> Finding:
    allowed = tolerance(known, seeds)
    close = None if allowed > _BLUNT or seeds < FEWEST else abs(solved - known) <= allowed
    return Finding(
        f"seeds that solve it, {arm}",
        f"our earlier {100 * known:g} %",
        share(solved, seeds),
        f"within {100 * allowed:.1f} points",
        verdict(close),
        EARLIER,
        ("solved",),
    )


def _fewer(arm: str, difference: Interval) -> Finding:
    mean, low, high = (f"{100 * v:+.1f}".replace("-", "−") for v in (difference.mean, difference.low, difference.high))
    if difference.known:
        span = f"{mean} [{low}, {high}] points"
    elif difference.mean:
        span = f"{mean} points"
    else:
        span = UNMOVED
    return Finding(
        f"seeds that solve it, {arm} against no dropout",
        "our earlier run: fewer",
        span,
        "95 % interval below 0",
        judged(difference),
        f"{difference.how}. {EARLIER}",
        ("solved",),
    )


def _is_the_post_s(config: RunConfig, preset: RunConfig) -> bool:
    """Return whether a run is the preset's in everything but its seeds, drop probabilities and words."""
    free: dict[str, Any] = {"title": "", "about": "", "views": (), "p_input": 0.0, "p_hidden": 0.0}
    free |= {"seed": 0, "worlds": 1, "arms": ()}
    return config.changed(**free) == preset.changed(**free)
