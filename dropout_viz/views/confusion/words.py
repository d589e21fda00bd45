"""The words of the Confusion view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import math

from dropout_viz.analysis.questions.confusion import FOUND, Confusion, Scene
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.numbers import count, share
from dropout_viz.words import many, of_arm

FEW = 10
"""Classes up to which each one's recall and precision are said."""


def part(scene: Scene) -> str:
    """Return which examples are counted."""
    return "test set" if scene.request.test else "training set"


def head(scene: Scene, step: int) -> list[str]:
    """Return what is shown."""
    what, at = part(scene), f"step {count(step)}"
    some = some_of(scene)
    return [
        f"{what.capitalize()}{some}, {at}: row by row the true class, column by column what is said",
        f"{what.capitalize()}{some}, {at}: rows are true, columns said",
        f"{what.capitalize()}, {at}: rows true, columns said",
        f"{what.capitalize()}, {at}",
    ]


def some_of(scene: Scene) -> str:
    """Return that not all examples are counted, or ``""``."""
    counted = scene.matrices[0].total
    return f" ({count(counted)} of {count(scene.whole)})" if counted < scene.whole else ""


def right(one: Confusion) -> list[str]:
    """Return how many of an arm's examples are right."""
    of = share(one.right / max(1, one.total), one.total)
    return [f"{of} of {count(one.total)} right", f"{of} right", of]


def name(scene: Scene, index: int) -> str:
    """Return a class's name."""
    names = scene.request.data.classes
    return names[index] if index < len(names) else str(index)


def _confused(scene: Scene, one: Confusion) -> str:
    """Return which class has the largest share taken for which other, or that none has any."""
    if one.total == 0 or not one.said.any():
        return "nothing is said of any example: the outputs are no numbers"
    worst = one.worst()
    if worst is None:
        return "no class is taken for another"
    truth, said = worst
    some = f"{count(one.counts[truth, said])} of {count(one.of[truth])}"
    told = f"largest share of a class: {name(scene, truth)} taken for {name(scene, said)}, {some}"
    return f"{told}; as large: {many(one.as_large(), 'other pair')}" if one.as_large() else told


def foot(scene: Scene) -> list[str]:
    """Return what is to be said below."""
    if len(scene.matrices) == 1:
        said = _confused(scene, scene.matrices[0])
        return [said[0].upper() + said[1:]]
    whole = [of_arm(one.name, _confused(scene, one)) for one in scene.matrices]
    mixed = [(arm, text) for arm, one in enumerate(scene.matrices) if (text := _largest(scene, one))]
    names = [one.name for one in scene.matrices]
    shorter = told_apart(names)
    return [
        "; ".join(whole),
        f"Largest shares: {'; '.join(f'{text} ({names[arm]})' for arm, text in mixed) or 'none for another'}",
        f"Largest: {'; '.join(f'{text} ({shorter[arm]})' for arm, text in mixed) or 'none'}",
    ]


def _largest(scene: Scene, one: Confusion) -> str:
    """Return in short which class has the largest share taken for which other, and how large that is, with how many
    others have the same; ``""`` where none has any."""
    worst = one.worst()
    if worst is None:
        return ""
    truth, said = worst
    part_ = share(float(one.shares[truth, said]), int(one.of[truth]))
    told = f"{name(scene, truth)} for {name(scene, said)}"
    return f"{told} and {many(one.as_large(), 'other pair')}, {part_} each" if one.as_large() else f"{told}, {part_}"


def rule(scene: Scene) -> str:
    """Return when which class is said."""
    if scene.request.data.y.shape[1] == 1:
        return f"Said: {name(scene, 1)} where the output is above 0.5"
    return "Said: the class of the largest output"


def cell(scene: Scene, at: tuple[int, int, int], shown: int | None) -> list[str]:
    """Return what is said of a cell, or of a class's recall or precision; ``shown``: the example that a click
    chooses."""
    arm, truth, said = at
    one, n = scene.matrices[arm], len(scene.matrices[arm].counts)
    start = [one.name] if one.name else []
    if said == n:
        found = f"{count(one.counts[truth, truth])} of {count(one.of[truth])}"
        return [
            f"recall of {name(scene, truth)}: {rate(one.recall[truth], one.of[truth])}",
            f"{found} are found",
            *start,
        ]
    if truth == n:
        found = f"{count(one.counts[said, said])} of {count(one.said[said])}"
        of = rate(one.precision[said], one.said[said])
        return [f"precision of {name(scene, said)}: {of}", f"{found} said to be {name(scene, said)} are", *start]
    what = f"{name(scene, truth)} said to be {name(scene, said)}"
    part_ = share(float(one.shares[truth, said]), int(one.of[truth])) if one.of[truth] else "none"
    some = f"{count(one.counts[truth, said])} of {count(one.of[truth])}, {part_}"
    among = one.examples(truth, said)
    first = f" among the first {count(FOUND)}" if len(one.kinds) < len(scene.request.data.x) else ""
    if shown is None:
        return [what, some, f"no training example is such{first}", *start]
    such = f"{many(len(among), 'training example')} that {'is' if len(among) == 1 else 'are'} such"
    return [what, some, f"click: example {count(shown + 1)}, of {such}{first}", *start]


def rate(value: float, of: float) -> str:
    """Return a recall or a precision."""
    return share(float(value), int(of)) if math.isfinite(value) else "none"


def summary(scene: Scene, step: int) -> list[str]:
    """Return the view in sentences."""
    said = [f"Step {count(step)}, {part(scene)}{some_of(scene)}: rows are the true class, columns what is said"]
    for one in scene.matrices:
        unknown = int(one.unknown.sum()) if one.said.any() else 0  # of none at all: that is said already
        lost = [f"of {many(unknown, 'example')} nothing is said: the outputs are no numbers"] if unknown else []
        parts = [right(one)[0], _confused(scene, one), *lost]
        said.append(of_arm(one.name, "; ".join(dict.fromkeys(parts))))
        said += _rates(scene, one)
    return [*said, rule(scene)]


def _rates(scene: Scene, one: Confusion) -> list[str]:
    """Return recall and precision of each class, or of those with the lowest where there are many."""
    found = []
    for what, values, of in (("recall", one.recall, one.of), ("precision", one.precision, one.said)):
        known = [k for k in range(len(values)) if math.isfinite(values[k])]
        shown = known if len(values) <= FEW else sorted(known, key=lambda k: values[k])[:FEW]
        lowest = f"lowest {what}" if len(values) > FEW else what
        rates = ", ".join(f"{name(scene, k)} {rate(values[k], of[k])}" for k in shown)
        if rates:
            found.append(of_arm(one.name, f"{lowest} of class {rates}"))
    return found
