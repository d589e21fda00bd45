"""What the Redundancy view says: names, meanings and sources of the numbers, and what they amount to. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from dropout_viz.analysis.questions.redundancy import Scene
from dropout_viz.analysis.redundancy import CLONES, MEASURES, SPLITS, Likeness
from dropout_viz.draw.arm_names import quoted
from dropout_viz.draw.numbers import borne, count, number, with_error
from dropout_viz.engine.config import RunConfig
from dropout_viz.words import many, of_arm

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
        "clone pairs",
        "clones",
        f"Pairs of units whose incoming weights have a cosine above {CLONES:.2f}, which is an angle of at most some "
        f"{math.degrees(math.acos(CLONES)):.0f} degrees.",
        "Joudaki et al. 2025, on clones that dropout parts",
    ),
    "weight_cosine": Text(
        "nearest weights",
        "weights",
        "The cosine of a unit's incoming weights with those of the unit most like it, on average.",
        "after the post: weights that become identical",
    ),
    "activation_correlation": Text(
        "nearest activations",
        "activ.",
        "The correlation of a unit's activation with that of the unit most like it, over the examples, on average.",
        "after Morcos et al. 2018, on units that stand in for one another",
    ),
    "mean_correlation": Text(
        "all activations",
        "all act.",
        "The absolute correlation of two units' activations, on average over all pairs of units that vary.",
        "after Cogswell et al. 2016, who make it small on purpose",
    ),
    "participation": Text(
        "participation ratio",
        "partic.",
        "Among how many directions the activations' variance is spread: 1 if all units do the same. Fewer: more alike.",
        "Gao et al. 2017",
    ),
    "orientations": Text(
        "orientations",
        "orient.",
        "How many directions the incoming weights point in, counted by their strength; within some 10 degrees they are "
        "one. Fewer: more alike.",
        "Zhang & Xu 2022; entropy of Leinster & Cobbold 2012",
    ),
    "halves": Text(
        "halves agree",
        "halves",
        f"How often two disjoint halves of the layer, each alone, give the same answer ({SPLITS} cuts at random).",
        "after Shevchenko & Mondelli 2020",
    ),
    "explained": Text(
        "explained by others",
        "expl.",
        "How much of a unit's activation a linear regression on all other units explains (adjusted R²), on average.",
        "after Hinton et al. 2012, on co-adaptation",
    ),
}


UNKNOWN = "–"
_CORRELATED = ("activation_correlation", "mean_correlation", "explained")  # of units that vary
_WHY_UNKNOWN = {
    "weight_cosine": "fewer than two units have weights other than 0",
    "participation": "no unit varies over the examples",
    "orientations": "the units' strengths are all 0, or not finite numbers",
    "halves": "what the halves give is always the same, or no finite number",
}


def value(key: str, amount: float, error: float = math.nan) -> str:
    """Return one of the numbers as it is written: with no more digits than its standard error bears."""
    if not math.isfinite(amount):
        return UNKNOWN
    if key == "clones":
        return count(amount)
    if key in ("participation", "orientations"):
        return number(amount, 3)
    if key == "halves":
        return borne(amount, error if error > 0 else 0.01)
    return f"{amount:.3f}".replace("-", "\N{MINUS SIGN}")


def details(scene: Scene) -> list[str]:
    """Return what was measured, the fullest wording first."""
    n, of = scene.examples
    size = scene.request.frame.snapshot.sizes[scene.request.layer]
    units = len(scene.now[0].units)
    which = many(units, "unit", of=None if units == size else size)
    over = f"all {count(of)}" if n == of else f"{count(n)} of {count(of)}"
    layers = len(scene.request.frame.snapshot.sizes) - 2
    where = f"hidden layer {scene.request.layer}: " if layers > 1 else ""
    constant = _constant(scene)
    return [
        *([f"{where}{which} (constant: {constant}), every unit on, over {over} training examples"] if constant else []),
        *([f"{which} (constant: {constant})"] if constant else []),
        f"{where}{which}, every unit on, over {over} training examples",
        f"{where}{which}, {many(n, 'example', of=None if n == of else of)}",
        which if n == of else f"{which}, {count(n)} of {count(of)} ex.",
    ]


def _constant(scene: Scene) -> str:
    """Return how many units never vary over the examples, of several arms in which, or ``""``."""
    arms = scene.request.frame.arms
    counts = [(arm.name, found.constant) for arm, found in zip(arms, scene.now, strict=True) if found.constant]
    return ", ".join(f"{count(n)} in {quoted(name)}" if len(arms) > 1 else count(n) for name, n in counts)


def compared(key: str, one: float, other: float, error: float = 0.0) -> int:
    """Return +1 where the first value of a number says "more alike" than the second, -1 less, 0 where both are alike.

    Counts of clones are the same where they differ by no more than two standard deviations of what chance alone does to
    such counts (Poisson's); other numbers also where they do by no more than twice the standard ``error`` of their
    difference.

    Raises:
        ValueError: a value that is not known.
    """
    if not (math.isfinite(one) and math.isfinite(other)):
        raise ValueError(f"{key}: {one} and {other} cannot be compared")
    alike = next(m.alike for m in MEASURES if m.key == key)
    if abs(one - other) <= allowed(key, one, other, error):
        return 0
    return alike * (1 if one > other else -1)


def allowed(key: str, one: float, other: float, error: float) -> float:
    """Return by how much two values of a number may differ and count as the same; see ``compared``."""
    return 2 * math.sqrt(one + other) if key == "clones" else max(SAME * max(abs(one), abs(other)), 2 * error)


def errors_of(key: str, now: Sequence[Likeness]) -> list[float]:
    """Return the standard errors of one number in several arms, 0 where it has none."""
    return [found.errors.get(key, 0.0) for found in now]


def standing(key: str, amounts: Sequence[float], errors: Sequence[float] = ()) -> list[list[int]]:
    """Return the arms from the least alike to the most alike by one number; those that count as the same together.

    Arms whose value is not known are left out; ``errors``: standard errors of the values, where they have any.
    """
    errors = errors or [0.0] * len(amounts)
    alike = next(m.alike for m in MEASURES if m.key == key)
    known = sorted((k for k, amount in enumerate(amounts) if math.isfinite(amount)), key=lambda k: alike * amounts[k])
    found: list[list[int]] = []
    for k in known:
        if found and compared(key, amounts[k], amounts[found[-1][0]], math.hypot(errors[k], errors[found[-1][0]])) == 0:
            found[-1].append(k)
        else:
            found.append([k])
    return found


class ArmPair(NamedTuple):
    """Which of two arms is spoken of, and what it is held against.

    Attributes:
        of, against: the arms. post: whether the two are what the post speaks of: the same run with dropout and without.
    """

    of: int
    against: int
    post: bool


def pair_of(configs: Sequence[RunConfig]) -> ArmPair:
    """Return how two arms are compared: the one that drops more is spoken of, wherever it stands."""
    drops = [config.drop_probabilities for config in configs]
    of = int(sum(drops[1]) > sum(drops[0]))
    alike = [config.changed(p_input=0.0, p_hidden=(0.0,), arms=(), title="", about="") for config in configs]
    return ArmPair(of, 1 - of, alike[0] == alike[1] and any(drops[of]) and not any(drops[1 - of]))


def verdict(scene: Scene) -> list[str]:
    """Return what the numbers of the arms on show say, one or two plain sentences, the fullest wording first."""
    arms = scene.request.frame.arms
    if len(arms) == 1:
        return _alone(scene.now[0], any(arms[0].snapshot.config.drop_probabilities))
    names = [arm.name for arm in arms]
    if len(arms) > 2:
        return _among(names, scene.now)
    pair = pair_of([arm.snapshot.config for arm in arms])
    return _between(pair, (names[pair.of], names[pair.against]), (scene.now[pair.of], scene.now[pair.against]))


def _alone(now: Likeness, drops: bool) -> list[str]:
    clones, pairs = now.numbers["clones"], len(now.units) * (len(now.units) - 1) // 2
    if now.diverged:
        return ["The run has diverged: not all weights and activations are finite numbers."]
    verb = "has" if 1 in (round(clones), pairs) else "have"
    said = f"{many(round(clones), 'pair', of=pairs)} of units {verb} incoming weights in nearly the same direction."
    return [f"{said} Compare with the same run without dropout (C) to see what dropout changes."] * drops + [said]


def _between(pair: ArmPair, names: tuple[str, str], now: tuple[Likeness, Likeness]) -> list[str]:
    if diverged := _diverged(names, now):
        return [f"{diverged}: there is nothing to compare."]
    first, second = now[0].numbers, now[1].numbers
    known = [m.key for m in MEASURES if math.isfinite(first[m.key]) and math.isfinite(second[m.key])]
    errors = {key: math.hypot(*errors_of(key, now)) for key in known}
    ways = {key: compared(key, first[key], second[key], errors[key]) for key in known}
    more, less, same = ([key for key in known if ways[key] == way] for way in (1, -1, 0))
    if not more and not less:
        return [_level("both", all(first[key] == second[key] for key in known))]
    of, against = map(quoted, names)
    clones = _clones(pair.post, names, first, second)
    total = len(known)
    if more and less:
        counts = f"{len(more)} of {total} say more alike, {len(less)} less"
        counts += f", {len(same)} neither" if same else ""
        said = f"The numbers do not agree: of units in {of} against {against} {counts}."
    else:
        way, some = ("more", more) if more else ("less", less)
        most = (
            f"{len(some)} of {total} numbers say{'s' if len(some) == 1 else ''}" if same else f"All {total} numbers say"
        )
        rest = f", none the opposite; {len(same)} count{'s' * (len(same) == 1)} as the same" if same else ""
        said = f"{most} that units are {way} alike in {of} than in {against}{rest}."
    criterion = f"The same: within {100 * SAME:g} %, or what chance may do." if same else ""
    whole = f"{said} {clones} One run of one seed: another may differ."
    return [f"{whole} {criterion}".rstrip(), whole, f"{said} {clones}", said]


def _diverged(names: Sequence[str], now: Sequence[Likeness]) -> str:
    """Return which arms have diverged, or ``""``."""
    which = [quoted(name) for name, found in zip(names, now, strict=True) if found.diverged]
    listed = " and ".join([", ".join(which[:-1]), which[-1]] if len(which) > 1 else which)
    return f"{listed} {'has' if len(which) == 1 else 'have'} diverged" if which else ""


def _level(runs: str, equal: bool) -> str:
    """Return what is said of "both", "all" or "the other" runs that no number tells apart; ``equal``: because all are
    equal."""
    if equal:
        return f"So far {runs} runs are the same by every number."
    return (
        f"So far {runs} runs count as the same by every number: none differs by more than {100 * SAME:g} %, or than "
        "chance may."
    )


def _clones(post: bool, names: tuple[str, str], first: dict[str, float], second: dict[str, float]) -> str:
    """Return the numbers of clones, and what they say about the post's own claim where the arms are what it is about:
    that dropout keeps weights from becoming identical."""
    own = many(round(first["clones"]), "clone pair")
    counts = f"{own} in {quoted(names[0])}, {count(second['clones'])} in {quoted(names[1])}"
    if first["clones"] == second["clones"] == 0:
        counts = "no clone pairs in either run"
    if not post:
        return f"{counts[0].upper()}{counts[1:]}."
    way = compared("clones", first["clones"], second["clones"])
    said = {0: "this run does not decide", -1: "this run speaks for the post", 1: "this run speaks against the post"}
    return f"Weights that become identical, of which the post speaks: {counts}; {said[way]}."


def _among(names: Sequence[str], now: Sequence[Likeness]) -> list[str]:
    """Return which of several arms is the most alike by how many numbers; those that have diverged are left out."""
    diverged = _diverged(names, now)
    sound = [found for found in now if not found.diverged]
    if len(sound) < 2:
        return [f"{diverged}: there is nothing to compare."]
    orders = [standing(m.key, [found.numbers[m.key] for found in now], errors_of(m.key, now)) for m in MEASURES]
    orders = [order for order in orders if sum(map(len, order)) > 1]
    left_out = f" {diverged}." if diverged else ""
    if all(len(order) == 1 for order in orders):
        known = [m.key for m in MEASURES if all(math.isfinite(found.numbers[m.key]) for found in sound)]
        equal = all(len({found.numbers[key] for found in sound}) == 1 for key in known)
        return [_level("the other" if diverged else "all", equal) + left_out]
    wins = [sum(order[-1] == [k] for order in orders) for k in range(len(names))]
    best = sorted((k for k in range(len(names)) if wins[k]), key=lambda k: -wins[k])
    parts = [f"{quoted(names[k])} by {wins[k]}" for k in best]
    shared = len(orders) - sum(wins)
    rest = f"{'; ' if parts else ''}by {shared} several count as alike" if shared else ""
    said = f"Of {len(orders)} numbers, the most alike: {', '.join(parts)}{rest}.{left_out}"
    return [f"{said} One run of one seed each: another may differ.", said]


def about(key: str, scene: Scene) -> str:
    """Return the explanation of one number, with the closest pair where there is one."""
    text = TEXTS[key]
    pair = scene.now[0].closest.get({"clones": "weight_cosine"}.get(key, key))
    said = f"{text.meaning} Source: {text.source}."
    arms = scene.request.frame.arms
    where = f" in {quoted(arms[0].name)}" if len(arms) > 1 else ""
    if pair is not None:
        said += f" Most alike now{where}: units {pair.first + 1} and {pair.second + 1}, {number(pair.value, 4)}"
        said += f"; as much: {many(pair.others, 'other pair')}." if pair.others else "."
    if key in _CORRELATED and (constant := _constant(scene)):
        said += f" Constant units are left out: {constant}."
    names = [arm.name if len(arms) > 1 else "" for arm in arms]
    told = list(zip(names, scene.now, strict=True))
    if unknown := [of_arm(name, why) for name, found in told if (why := _unknown(key, found))]:
        said += f" Not known here: {'; '.join(unknown)}."
    if key == "halves" and not scene.request.frame.data.classes:
        said += " There are no classes here: it is the correlation of their outputs."
    now = [
        of_arm(name, with_error(found.numbers[key], found.errors[key], 3))
        for name, found in told
        if key in found.errors and math.isfinite(found.numbers[key])
    ]
    said += f" Now, with its standard error: {', '.join(now)}." if now else ""
    return f"{said} {_criterion(key, scene)}".rstrip()


def _criterion(key: str, scene: Scene) -> str:
    """Return from which difference on two runs are told apart by a number, and why; ``""`` of one run or several."""
    values = [found.numbers[key] for found in scene.now]
    if len(values) != 2 or not all(map(math.isfinite, values)):
        return ""
    error = math.hypot(*errors_of(key, scene.now))
    most = allowed(key, values[0], values[1], error)
    why = f"{100 * SAME:g} % of the larger one"
    if key == "clones":
        why = "two standard deviations of such counts (Poisson's)"
    elif most > SAME * max(map(abs, values)):
        why = "twice the standard error of the difference"
    return f"They count as the same up to a difference of {number(most, 2)}, {why}."


def _unknown(key: str, found: Likeness) -> str:
    """Return why a number is not known of an arm, or ``""`` where it is."""
    if math.isfinite(found.numbers[key]):
        return ""
    if found.diverged:
        return "not all weights and activations are finite numbers"
    if key not in _CORRELATED:
        return _WHY_UNKNOWN[key]
    if len(found.units) - found.constant < 2:
        return "fewer than two units vary over the examples"
    return "there are too few examples for so many units"


def at_step(key: str, scene: Scene, step: float) -> str:
    """Return the values of one number at the points of the trends nearest to a step."""
    column = [m.key for m in MEASURES].index(key)
    parts = []
    for arm, trend in zip(scene.request.frame.arms, scene.trends, strict=True):
        k = int(abs(trend.steps - step).argmin())
        name = f"{arm.name} " if arm.name else ""
        parts.append(f"{name}{value(key, float(trend.values[k, column]))} at step {count(float(trend.steps[k]))}")
    return f"{TEXTS[key].name}: {', '.join(parts)}"
