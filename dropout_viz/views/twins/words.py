"""The words of the Twins view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import math

from dropout_viz.analysis.questions.twins import Scene, TwinPair
from dropout_viz.draw.numbers import count, number
from dropout_viz.views.unit_names import input_name, output_name
from dropout_viz.words import many, of_arm

ALIKE = 1e-3  # distance of the incoming weights over their length; the cosine is then 1 to six digits
PARTS = {"incoming": "Incoming weights", "vote": "Votes", "apart": "How far apart", "silence": "One goes off"}


def names(scene: Scene) -> tuple[str, str]:
    """Return the names of the two units."""
    return f"unit {scene.request.twins.first + 1}", f"unit {scene.request.twins.second + 1}"


def heading(scene: Scene) -> list[str]:
    """Return which units these are."""
    one, other = scene.request.twins.first + 1, scene.request.twins.second + 1
    layer = scene.request.twins.layer
    where = f" of hidden layer {layer}" if len(scene.request.arms[0].snapshot.sizes) > 3 else ""
    return [
        f"Units {one} and {other}{where} started alike",
        f"Units {one} and {other} started alike",
        f"{one} and {other}",
    ]


def state(pair: TwinPair) -> list[str]:
    """Return how alike they are now."""
    if pair.same:
        return [f"step {count(pair.step)}: the same to the last bit", "the same to the last bit", "the same"]
    if not math.isfinite(pair.cosine):
        return ["not to be compared"]
    apart, cosine = number(pair.distance, 3), number(pair.cosine, 3)
    if pair.distance < ALIKE:
        return [f"step {count(pair.step)}: alike but for {apart} of their length", f"alike but for {apart}"]
    return [
        f"step {count(pair.step)}: parted, incoming weights by {apart} of their length, cosine {cosine}",
        f"parted by {apart} of their length, cosine {cosine}",
        f"apart by {apart}, cosine {cosine}",
        f"apart by {apart}",
    ]


def part(scene: Scene, name: str) -> list[str]:
    """Return what a panel shows, below its title."""
    one, other = names(scene)
    request = scene.request
    if name == "incoming":
        return ["of each twin, one bar each", "one bar each"]
    if name == "vote":
        outputs = request.arms[0].snapshot.sizes[-1]
        which = f", for {output_name(request.data, request.output, outputs)}" if outputs > 1 else ""
        return [
            f"activation × outgoing weight, example {count(request.example + 1)}{which}",
            f"activation × weight, example {count(request.example + 1)}",
            f"example {count(request.example + 1)}",
        ]
    if name == "apart":
        if not len(scene.pairs[0].steps):
            return ["a run of so many weights keeps no path", "no path is kept"]
        return ["distance of their incoming weights over their length", "distance over length"]
    if scene.pairs[0].silence is None:
        return ["not computed for so large a network", "too large"]
    return [
        f"{other}'s vote when {one} is off for good, and a copy of the network trains on",
        f"{other}'s vote as a copy trains on without {one}",
        f"{other}'s vote without {one}",
    ]


def louder(scene: Scene, pair: TwinPair) -> list[str]:
    """Return what becomes of the vote."""
    if pair.silence is None or not pair.silence.votes[0] > 0:
        return [""]
    ratio, whole = pair.silence.votes[-1] / pair.silence.votes[0], pair.silence.votes[-1] / pair.silence.both
    if not (math.isfinite(ratio) and math.isfinite(whole)):
        return ["the copy diverges"]
    steps = many(len(pair.silence.votes) - 1, "step")
    return [
        f"after {steps} {number(ratio, 3)} times as loud, {number(100 * whole, 3)} % of both",
        f"× {number(ratio, 3)} in {steps}",
        f"× {number(ratio, 3)}",
    ]


def silent(scene: Scene) -> list[str]:
    """Return what is to be said of a silent unit: the post's claim beside the numbers."""
    pair, (one, other) = scene.pairs[0], names(scene)
    claim = "The post says that a silent unit still learns."
    example = count(scene.request.example + 1)
    if pair.on is None or pair.gradients is None:
        why = "no mask has been drawn yet" if not pair.step else f"this step did not see example {example}"
        return [f"{claim} Its gradient is zero for every example it is off for; {why}.", f"{why[0].upper()}{why[1:]}."]
    shown = [number(float(g), 3) for g in pair.gradients]
    if all(pair.on):
        return [
            f"Example {example}, this step: both are on; gradients {shown[0]} and {shown[1]}. "
            f"{claim} Wait for a step in which one is off to see what it is told.",
            f"Example {example}: both on, gradients {shown[0]} and {shown[1]}.",
        ]
    off = [(one, other)[k] for k in (0, 1) if not pair.on[k]]
    zero = " and ".join(off)
    told = "exactly 0" if all(float(pair.gradients[k]) == 0 for k in (0, 1) if not pair.on[k]) else "not 0"
    alone = "" if len(off) == 2 else f"; {(one, other)[pair.on.index(True)]}'s is {shown[pair.on.index(True)]}"
    k = pair.on.index(False)
    batch = f" {off[0].capitalize()} was on for {count(pair.others_on[k])} of the step's {count(pair.others_on[2])} "
    batch += "examples: only those pull at it."
    return [
        f"Example {example}, this step: {zero} off. {claim} The gradient of its weights is {told}{alone}.{batch}",
        f"Example {example}: {zero} off, gradient {told}{alone}. {claim}",
        f"{zero} off: gradient {told}{alone}.",
    ]


def weight_name(scene: Scene, index: int) -> str:
    """Return the name of where an incoming weight comes from."""
    layer = scene.request.twins.layer
    if index == scene.request.arms[0].snapshot.sizes[layer - 1]:
        return "bias"
    return input_name(scene.request.data, index) if layer == 1 else f"h{layer - 1}.{index + 1}"


def summary(scene: Scene) -> list[str]:
    """Return the view in sentences, for those who cannot see it."""
    parts = [f"Step {count(scene.pairs[0].step)}: {heading(scene)[0][0].lower()}{heading(scene)[0][1:]}"]
    for arm, pair in zip(scene.request.arms, scene.pairs, strict=True):
        votes = " and ".join(number(float(v), 3) for v in pair.votes)
        said = [state(pair)[0], f"votes with both on {votes}", louder(scene, pair)[0]]
        parts.append(of_arm(arm.name if len(scene.pairs) > 1 else "", "; ".join(text for text in said if text)))
    return [*parts, silent(scene)[0]]
