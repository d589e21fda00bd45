"""What the Redundancy view says: names, meanings and sources of the numbers, and what they amount to. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from dropout_viz.analysis.redundancy import CLONES, MEASURES, SPLITS, Likeness
from dropout_viz.views.numbers import count, number
from dropout_viz.views.redundancy_scene import Scene

SAME = 0.02
"""Two values that differ by less than this share of the greater one count as the same."""


class Text(NamedTuple):
    """A number's name, a shorter one, its meaning in one line, and where it comes from."""

    name: str
    short: str
    meaning: str
    source: str


TEXTS = {
    "clones": Text(
        "clone pairs", "clones",
        f"Pairs of units whose incoming weights have a cosine above {CLONES:.2f}: two copies of one unit.",
        "Joudaki et al. 2025, on clones that dropout parts",
    ),
    "weight_cosine": Text(
        "nearest weights", "weights",
        "The cosine of a unit's incoming weights with those of the unit most like it, on average.",
        "after the post: weights that become identical",
    ),
    "activation_correlation": Text(
        "nearest activations", "activ.",
        "The correlation of a unit's activation with that of the unit most like it, over the examples, on average.",
        "after Morcos et al. 2018, on units that stand in for one another",
    ),
    "mean_correlation": Text(
        "all activations", "all act.",
        "The absolute correlation of two units' activations, on average over all pairs.",
        "after Cogswell et al. 2016, who make it small on purpose",
    ),
    "participation": Text(
        "participation ratio", "partic.",
        "Among how many directions the activations' variance is spread: 1 if all units do the same. Fewer: more alike.",
        "Gao et al. 2017",
    ),
    "orientations": Text(
        "orientations", "orient.",
        "How many directions the incoming weights point in, counted by their strength; within some 10 degrees they are "
        "one. Fewer: more alike.",
        "Zhang & Xu 2022; entropy of Leinster & Cobbold 2012",
    ),
    "halves": Text(
        "halves agree", "halves",
        f"How often two disjoint halves of the layer, each alone, give the same answer ({SPLITS} cuts at random).",
        "after Shevchenko & Mondelli 2020",
    ),
    "explained": Text(
        "explained by others", "expl.",
        "How much of a unit's activation a linear regression on all other units explains (adjusted R²), on average.",
        "after Hinton et al. 2012, on co-adaptation",
    ),
}  # fmt: skip


def value(key: str, amount: float) -> str:
    """Return one of the numbers as it is written."""
    if not math.isfinite(amount):
        return "–"
    if key == "clones":
        return count(amount)
    if key in ("participation", "orientations"):
        return number(amount, 3)
    return f"{amount:.3f}".replace("-", "\N{MINUS SIGN}")


def details(scene: Scene) -> list[str]:
    """Return what was measured, the fullest wording first."""
    n, of = scene.examples
    size = scene.request.frame.snapshot.sizes[scene.request.layer]
    units = len(scene.now[0].units)
    which = f"{count(size)} units" if units == size else f"{count(units)} of {count(size)} units"
    over = f"all {count(of)}" if n == of else f"{count(n)} of {count(of)}"
    layers = len(scene.request.frame.snapshot.sizes) - 2
    where = f"hidden layer {scene.request.layer}: " if layers > 1 else ""
    return [
        f"{where}{which}, every unit on, over {over} training examples",
        f"{where}{which}, {n} examples",
        which,
    ]


def compared(key: str, one: float, other: float) -> int:
    """Return +1 where the first value of a number says "more alike" than the second, -1 less, 0 where both are alike.

    Counts of clones are the same where they differ by no more than two standard deviations of what chance alone does to
    such counts (Poisson's).

    Raises:
        ValueError: a value that is not known.
    """
    if not (math.isfinite(one) and math.isfinite(other)):
        raise ValueError(f"{key}: {one} and {other} cannot be compared")
    alike = next(m.alike for m in MEASURES if m.key == key)
    chance = 2 * math.sqrt(one + other) if key == "clones" else SAME * max(abs(one), abs(other))
    if abs(one - other) <= chance:
        return 0
    return alike * (1 if one > other else -1)


def verdict(now: Sequence[Likeness]) -> list[str]:
    """Return what the numbers of this run say, one or two plain sentences, the fullest wording first."""
    first = now[0].numbers
    pairs = len(now[0].units) * (len(now[0].units) - 1) // 2
    if len(now) == 1:
        if not math.isfinite(first["clones"]):
            return ["The run has diverged: its weights are not numbers."]
        said = f"{count(first['clones'])} of {count(pairs)} pairs of units have nearly the same incoming weights."
        return [f"{said} Compare with the same run without dropout (C) to see what dropout changes.", said]
    second = now[1].numbers
    known = [m.key for m in MEASURES if math.isfinite(first[m.key]) and math.isfinite(second[m.key])]
    if not known:
        return ["The run has diverged: there is nothing to compare."]
    ways = {key: compared(key, first[key], second[key]) for key in known}
    more, less, same = ([key for key in known if ways[key] == way] for way in (1, -1, 0))
    if not more and not less:
        return ["So far both runs are the same by every number."]
    weights = _about_weights(first, second)
    total = len(known)
    if more and less:
        counts = f"{len(more)} of {total} numbers say more alike, {len(less)} less"
        counts += f", {len(same)} the same" if same else ""
        said = f"The numbers do not agree: with dropout {counts}."
    else:
        way, some = ("more", more) if more else ("less", less)
        most = (
            f"{len(some)} of {total} numbers say{'s' if len(some) == 1 else ''}" if same else f"All {total} numbers say"
        )
        rest = f", none the opposite; {len(same)} {'is' if len(same) == 1 else 'are'} the same" if same else ""
        said = f"{most} that with dropout the units are {way} alike{rest}."
    return [f"{said} {weights} One run of one seed: another may differ.", f"{said} {weights}", said]


def _about_weights(first: dict[str, float], second: dict[str, float]) -> str:
    """Return what the run says about the post's own claim: that dropout keeps weights from becoming identical."""
    way = compared("clones", first["clones"], second["clones"])
    counts = f"{count(first['clones'])} clone pairs with dropout, {count(second['clones'])} without"
    if first["clones"] == second["clones"] == 0:
        counts = "no clone pairs in either run"
    said = {0: "this run does not decide", -1: "this run speaks for the post", 1: "this run speaks against the post"}
    return f"Weights that become identical, of which the post speaks: {counts}; {said[way]}."


def about(key: str, scene: Scene) -> str:
    """Return the explanation of one number, with the closest pair where there is one."""
    text = TEXTS[key]
    pair = scene.now[0].closest.get({"clones": "weight_cosine"}.get(key, key))
    said = f"{text.meaning} Source: {text.source}."
    if pair is not None:
        said += f" Most alike now: units {pair.first + 1} and {pair.second + 1}, {number(pair.value, 4)}."
    if key == "explained" and not math.isfinite(scene.now[0].numbers[key]):
        said += " Here there are too few examples for so many units."
    if key == "halves" and not scene.request.frame.data.classes:
        said += " There are no classes here: it is the correlation of their outputs."
    return said


def at_step(key: str, scene: Scene, step: float) -> str:
    """Return the values of one number at the points of the trends nearest to a step."""
    column = [m.key for m in MEASURES].index(key)
    parts = []
    for arm, trend in zip(scene.request.frame.arms, scene.trends, strict=True):
        k = int(abs(trend.steps - step).argmin())
        name = f"{arm.name} " if arm.name else ""
        parts.append(f"{name}{value(key, float(trend.values[k, column]))} at step {count(float(trend.steps[k]))}")
    return f"{TEXTS[key].name}: {', '.join(parts)}"
