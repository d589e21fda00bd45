"""The words of the Ablation view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import math

import numpy as np

from dropout_viz.analysis.lesion import LesionCurve
from dropout_viz.analysis.questions.lesions import SPLITS, Damage, Depth, HalvesAlone, Scene
from dropout_viz.analysis.worth import Worths
from dropout_viz.draw.numbers import PLUS_MINUS, count, number, share, with_error
from dropout_viz.nn.parts import Unit
from dropout_viz.words import many, of_arm

UNSURE = 0.35
"""Standard error of the share from which on it is not told."""
CHOICES = {"curve": "ablation curve", "worth": "Banzhaf values", "strangers": "two halves"}
TITLES = {
    "curve": ["Removing units at random"],
    "worth": ["Banzhaf values: what each unit is worth", "What each unit is worth", "Banzhaf values"],
    "strangers": ["Two disjoint halves"],
}


def heading(scene: Scene) -> list[str]:
    """Return what has been taken away."""
    off, units = len(scene.request.off), sum(scene.request.arms[0][1].sizes[1:-1])
    if not off:
        return ["Every unit is on: click one to take it away", "Click a unit to take it away", "Every unit is on"]
    scaled = ", what is left scaled up" if scene.request.rescaled else ", the others as they were"
    return [f"{many(off, 'hidden unit', of=units)} taken away{scaled}", f"{count(off)} of {count(units)} away"]


def over(scene: Scene) -> list[str]:
    """Return over how many examples the table is, where these are not all; else nothing."""
    found = [(count(d.examples[0]), count(d.examples[1]), d.part) for d in scene.damages[0]]
    if all(n == of for n, of, _ in found):
        return []
    parts = [f"all {of} {part}" if n == of else f"{n} of {of} {part}" for n, of, part in found]
    return [
        f"over {' and '.join(parts)} examples",
        ", ".join(part.replace("training", "train") for part in parts),
        "; ".join(f"{n} of {of}" for n, of, _ in found),
    ]


def columns(scene: Scene) -> list[str]:
    """Return the headings of the table of damage."""
    names = [damage.part for damage in scene.damages[0]]
    kinds = ["loss"] + ["right"] * bool(scene.request.data.classes)
    return [f"{name} {kind}" for kind in kinds for name in names]


def cells(scene: Scene, arm: int) -> list[tuple[str, str, bool]]:
    """Return an arm's row of the table: the value now, what it was, and whether it is worse."""
    damages, changed = scene.damages[arm], bool(scene.request.off)
    row = [_cell(number(d.loss[1], 3), number(d.loss[0], 3), changed, d.loss[1] > d.loss[0]) for d in damages]
    if scene.request.data.classes:
        row += [_cell(_right(d, 1), _right(d, 0), changed, d.accuracy[1] < d.accuracy[0]) for d in damages]
    return row


def _cell(now: str, before: str, changed: bool, worse: bool) -> tuple[str, str, bool]:
    return now, f"was {before}" if changed else "", changed and worse


def _right(damage: Damage, k: int) -> str:
    return share(damage.accuracy[k], damage.examples[0])


def examples(measured: Depth | HalvesAlone) -> str:
    """Return on which examples something was measured."""
    (n, of), part = measured.examples, measured.part
    if n == of == 1:
        return f"the one {part} example"
    return f"all {count(of)} {part} examples" if n == of else f"{count(n)} of {count(of)} {part} examples"


def _few(n: int, of: int) -> str:
    """Return the end of a short line: over how many examples it is, where these are not all."""
    return "" if n == of else f", {count(n)} of {count(of)} ex."


def curve(scene: Scene) -> list[str]:
    """Return what the curves are."""
    found = scene.depths[0].plain
    where = examples(scene.depths[0])
    if found is None:
        return ["measured when the run stands still"]
    how = "every choice there is" if not found.choices else f"{many(found.choices, 'random choice')} a point"
    few = _few(*scene.depths[0].examples)
    return [
        f"mean of {how} and 10th to 90th percentile, {where}",
        f"{how}, 10th to 90th percentile{few}",
        f"{how}{few}",
    ]


def curve_at(scene: Scene, k: int) -> list[str]:
    """Return the values of the curves at a point."""
    accuracy = int(bool(scene.request.data.classes))
    units = sum(scene.request.arms[0][1].sizes[1:-1])
    lines: list[str] = []
    for (name, _), depth in zip(scene.request.arms, scene.depths, strict=True):
        for found, how in ((depth.plain, "as they are"), (depth.rescaled, "scaled up")):
            if found is None:
                continue
            if not lines:
                removed = int(found.removed[k])
                lines.append(f"{many(removed, 'unit', of=units)} removed")
            lines.append(f"{name + ', ' if name else ''}{how}: {_between(found, k, accuracy)}")
    return lines


def _between(found: LesionCurve, k: int, accuracy: int) -> str:
    def said(value: float) -> str:
        return share(value) if accuracy else number(value, 3)

    mean, low, high = (float(a[k, accuracy]) for a in (found.mean, found.low, found.high))
    return f"{said(mean)} ({said(low)} to {said(high)})"


def worth(scene: Scene) -> list[str]:
    """Return what the violins are."""
    found = scene.depths[0].worths
    if found is None:
        return ["measured when the run stands still"]
    units = sum(scene.request.arms[0][1].sizes[1:-1])
    n = found.values.shape[1]
    sets = many(n, "random set") if not found.exact else f"all {many(n, 'set')}" if n > 1 else "the one set"
    which = "" if len(found.units) == units else f"{many(len(found.units), 'unit', of=units)}; "
    where, few = examples(scene.depths[0]), _few(*scene.depths[0].examples)
    return [
        f"{which}loss without the unit minus loss with it, over {sets} of partners, {where}",
        f"{which}loss without the unit minus with it, over {sets} of partners{few}",
        f"{which}loss without minus with it, {sets} of partners{few}",
        f"{which}{sets} of partners{few}",
    ]


def can_tell_share(worths: Worths) -> bool:
    """Whether the share that units explain one by one can be told, and drawn."""
    return math.isfinite(worths.alone) and worths.alone_error <= UNSURE and bool(np.isfinite(worths.values).all())


def alone(depth: Depth) -> list[str]:
    """Return how much of the variance comes from single units; an estimate may lie beyond 0 or 100 %, its share not."""
    found = depth.worths
    if found is None:
        return [""]
    if not np.isfinite(found.values).all():
        return ["the loss is not a number: the run has diverged", "the run has diverged"]
    if math.isnan(found.alone):
        return ["the loss is the same whatever is left"]
    if found.alone_error > UNSURE:
        sets = f"{count(found.values.shape[1])} sets"
        return [f"{sets} are too few to tell how much units explain one by one", f"{sets}: too few for the share"]
    shown = min(1.0, max(0.0, found.alone))
    error = "" if found.exact else f" {PLUS_MINUS} {max(1.0, 100 * found.alone_error):.0f}"
    single, rest = f"{100 * shown:.0f}{error} %", f"{100 * (1 - shown):.0f} %"
    return [
        f"units one by one explain {single} of the variance on {depth.part} examples; {rest} is interaction",
        f"units one by one explain {single} of the variance; {rest} is interaction",
        f"{single} single units, {rest} interaction",
        f"{single} single units",
        single,
    ]


def of_unit(scene: Scene, unit: Unit) -> list[str]:
    """Return what is said of a unit: its name, and its worth in each arm."""
    sizes = scene.request.arms[0][1].sizes
    name = f"hidden unit {unit.index + 1}" if len(sizes) == 3 else f"hidden {unit.layer}, unit {unit.index + 1}"
    lines = [name + (" (taken away)" if unit in scene.request.off else "")]
    flat = sum(sizes[1 : unit.layer]) + unit.index
    for (arm, _), depth in zip(scene.request.arms, scene.depths, strict=True):
        found = depth.worths
        if found is None or flat not in found.units.tolist():
            continue
        k = found.units.tolist().index(flat)
        values, mean = found.values[k], number(float(found.mean[k]), 3)
        if not np.isfinite(values).all():
            lines.append(f"{arm + ': ' if arm else ''}no Banzhaf value: a loss is not a number")
            continue
        error = "" if found.exact else f" {PLUS_MINUS} {number(float(found.error[k]), 1)}"
        span = f"{number(float(values.min()), 2)} to {number(float(values.max()), 2)}"
        lines.append(f"{arm + ': ' if arm else ''}Banzhaf value {mean}{error}, from {span}")
    lines.append("click to put it back" if unit in scene.request.off else "click to take it away")
    return lines


def strangers(scene: Scene) -> list[str]:
    """Return what the halves are."""
    found = scene.halves[0]
    if found is None:
        return ["a layer of one unit has no two halves"]
    few = _few(*found.examples)
    return [
        f"two halves of the hidden units that share none, each alone, scaled up to stand for the whole{few}",
        f"two disjoint halves, each scaled up to stand for the whole{few}",
        f"two disjoint halves, scaled up{few}",
    ]


def agree(scene: Scene, found: HalvesAlone | None) -> list[str]:
    """Return how often the halves agree; of the mean over all cuts with its standard error."""
    if found is None:
        return [""]
    if math.isnan(found.shown):
        why = _why_unknown(scene, found)
        return [f"how far they agree cannot be told: {why}", why]
    mean, error = float(found.agree.mean()), float(found.agree.std(ddof=1)) / math.sqrt(len(found.agree))
    where = examples(found)
    if scene.request.data.classes:
        shown, many_cuts = share(found.shown, found.examples[0]), f"{with_error(100 * mean, 100 * error, 3)} %"
        return [
            f"they agree on {shown}, on {many_cuts} over {SPLITS} cuts ({where})",
            f"they agree on {shown} ({where})",
            f"agree on {shown}, {found.part} ex.",
            shown,
        ]
    shown, many_cuts = number(found.shown, 3), with_error(mean, error, 3)
    return [
        f"correlation of outputs {shown}, {many_cuts} over {SPLITS} cuts ({where})",
        f"correlation of outputs {shown} ({where})",
        f"correlation {shown}, {found.part} ex.",
        shown,
    ]


def _why_unknown(scene: Scene, found: HalvesAlone) -> str:
    """Return why it cannot be told how far the halves agree."""
    loss, _ = scene.damages[scene.halves.index(found)][-1].loss
    if not math.isfinite(loss):
        return "the run has diverged"
    return "an output is not a number" if scene.request.data.classes else "the outputs of a half are all the same"


def summary(scene: Scene, step: int) -> list[str]:
    """Return the view in sentences, for those who cannot see it."""
    over = " and ".join(f"{count(d.examples[0])} of {count(d.examples[1])} {d.part}" for d in scene.damages[0])
    parts = [
        f"Step {count(step)}, on {over} examples: {heading(scene)[-1] if not scene.request.off else heading(scene)[0]}"
    ]
    for k, (name, _) in enumerate(scene.request.arms):
        row = zip(columns(scene), cells(scene, k), strict=True)
        said = ", ".join(f"{column} {now} {before}".strip() for column, (now, before, _) in row)
        more = (said, alone(scene.depths[k])[0], agree(scene, scene.halves[k])[0])
        parts.append(of_arm(name, "; ".join(text for text in more if text)))
    return parts
