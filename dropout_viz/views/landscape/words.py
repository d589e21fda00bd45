"""The words of the Landscape view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from dropout_viz.analysis.balls import Balls, unit_of
from dropout_viz.analysis.curves import Curve
from dropout_viz.analysis.mean_surface import DRAWS
from dropout_viz.analysis.questions.landscape import Scene, examples_of
from dropout_viz.draw.numbers import count, fixed, number
from dropout_viz.views.weight_names import Names
from dropout_viz.words import many

STRETCHED = 3.0
"""A loss axis that does not begin at 0 says how far it is stretched, from here on: a flat curve looks like a hill."""
SURFACES = {"all": "every unit on", "masks": "this step's masks", "mean": "mean over masks"}


def title(names: Names, curve: Curve) -> str:
    """Return ``w1[a → h2] = −0.431``."""
    return f"{names.weight(curve.place)} = {fixed(curve.value)}"


def zones(curve: Curve) -> str:
    """Return ``1 zone`` or ``zone 1 of 2``."""
    n = len(curve.zones)
    return "1 zone" if n == 1 else f"zone {curve.zone + 1} of {n}"


def results(scene: Scene) -> tuple[str, str]:
    """Return what the first line ends with: the loss at the ball, and its zone."""
    return f"loss {number(scene.loss)}", zones(scene.chosen)


def held(scene: Scene, stretch: float) -> list[str]:
    """Return what is held, and how many times the loss axis is stretched, for the left half of the second line."""
    step = count(scene.request.snapshot.step)
    if stretch < STRETCHED:
        return [f"all other weights held at step {step}", f"others held at step {step}", f"step {step}"]
    times = number(stretch, 2) if stretch < 10 else count(stretch)
    how = f"loss axis stretched {times} times"
    return [f"all other weights held at step {step}; {how}", f"others held at step {step}; {how}", how]


def surface(scene: Scene) -> list[str]:
    """Return which surface it is, and over which examples where that is not the whole training set."""
    request = scene.request
    rows, of = examples_of(request.snapshot, request.data, request.kind, request.examples)
    name = SURFACES[request.kind]
    if request.kind == "masks":
        if request.snapshot.step == 0:
            name = "no mask drawn yet"
        whole = "this step's examples"
    else:
        whole = "training examples"
        if request.kind == "mean":
            name = _mean(scene)
    if len(rows) < of:
        n = f"{count(len(rows))} of {count(of)}"
        return [f"{name}, on {n} {whole}", f"{name}, on {n} examples", f"on {n} examples", f"{n} ex."]
    if request.kind == "masks" and of < len(request.data.x):
        n = many(of, "example")
        return [f"{name}, on its {n}", f"{name}, {n}", f"masks, {count(of)} ex."]
    return [name, ""]


def axes(balls: Balls) -> tuple[list[str], str]:
    """Return what the weight axis of all balls measures, and the loss axis: how they are bent and zoomed, too."""
    weights = ["value of each weight"]
    if math.isfinite(balls.even):
        end = f"±{number(balls.even, 1)}"
        weights = [
            f"value of each weight; even to about {end}, logarithmic beyond",
            f"weight; logarithmic beyond {end}",
            f"weight; log beyond {end}",
            "weight",
        ]
    return weights, "loss" if balls.zoomed == 1 else f"loss, axis zoomed {count(balls.zoomed)} times"


def reading(curve: Curve, t: float, loss: float) -> list[str]:
    """Return what the mouse reads off the curve."""
    n = len(curve.zones)
    where = f", zone {curve.zones.zone_of(t) + 1}" if n > 1 else ""
    return [f"at {fixed(t)}", f"loss {number(loss, 3)}{where}"]


def _mean(scene: Scene) -> str:
    """Return which masks a mean is over."""
    if scene.request.snapshot.config.no_masks:
        return "no masks, every unit on"
    if not any(scene.request.snapshot.config.drop_probabilities):
        return "no dropout: every unit is always on"
    if scene.chosen.errors is not None:
        return f"mean over {DRAWS} drawn masks ± 2 standard errors"
    return "mean over all masks"


def frozen(scene: Scene) -> list[str]:
    """Return what is held while probes are on show."""
    step = count(scene.request.snapshot.step)
    return [f"frozen at step {step} for the probes", f"frozen at step {step}", f"step {step}"]


def caught(counts: Sequence[int]) -> list[str]:
    """Return how many probes each valley has caught, for the right half of the second line."""
    n, where = sum(counts), many(sum(1 for c in counts if c), "valley")
    every = ", ".join(str(c) for c in counts)
    return [f"{n} probes in {where}: {every}", f"{n} probes in {where}", where]


# All weights at once


FLAT = 0.01
"""Of the loss axis: a curve that spans less looks flat, and is called so."""


def crowd(names: Names, balls: Balls) -> list[str]:
    """Return how many balls there are, of how many."""
    n = len(balls.places)
    if not math.isfinite(balls.loss):
        return [many(balls.total, "weight")]
    if n == balls.total:
        return [f"{count(n)} weights, {count(n)} balls", f"{count(n)} balls"]
    of = f"{count(n)} of {count(balls.total)} weights"
    if balls.which == "strongest":
        return [f"{of}: the strongest", of]
    return [f"{of}: those of {_owner(names, *unit_of(balls.places[balls.chosen], len(names.sizes) - 1))}", of]


def _owner(names: Names, layer: int, index: int) -> str:
    hidden = layer < len(names.sizes) - 1
    return names.hidden(layer, index) if hidden else f"output {names.unit(layer, index)}"


def flat(balls: Balls, index: int) -> bool:
    """Return whether a curve looks flat here: it has no valleys to be seen, so none is coloured or counted."""
    curve = balls.curves.get(index)
    span = None if curve is None else curve.span
    return span is not None and span[1] - span[0] < FLAT * balls.top


def height(balls: Balls, stacked: bool) -> list[str]:
    """Return how high all balls lie, over how many examples; ``stacked``: where some are drawn higher than they lie."""
    used, of = balls.examples
    loss = f"loss {number(balls.loss)}"
    if not math.isfinite(balls.loss):
        return [f"no ball has a place: the loss is {number(balls.loss)}", f"the loss is {number(balls.loss)}", loss]
    if used < of:
        on = [f"{loss} on {many(used, 'example', of=of)}", f"{loss}, {count(used)} of {count(of)} ex."]
        return [*on, f"{number(balls.loss)}, {count(used)}/{count(of)} ex."]
    at = f"all at the loss, {number(balls.loss)}"
    return [f"{at}; stacked to be seen", f"{at}; stacked", loss] if stacked else [at, loss]


def chosen(names: Names, balls: Balls) -> list[str]:
    """Return the chosen weight, its ball's zone, and how flat its curve is."""
    curve = balls.curves[balls.chosen]
    name = title(names, curve)
    span = curve.span
    if span is None:
        return [name]
    if flat(balls, balls.chosen):
        said = f"flat: all of its curve within {number(span[1] - span[0], 2)}"
        return [f"{name}, {said}", f"{name}, flat", name]
    return [f"{name}, {zones(curve)} (coloured)", f"{name}, {zones(curve)}", name]


def ball(names: Names, balls: Balls, index: int, t: float) -> list[str]:
    """Return what is said of a ball under the mouse, or of its curve at the weight ``t``."""
    place = balls.places[index]
    lines = [f"{names.weight(place)} = {fixed(float(balls.values[index]))}"]
    whose = _owner(names, *unit_of(place, len(names.sizes) - 1))
    lines.append(f"ball {index + 1}, of {whose}; loss {number(balls.loss)} at step {count(balls.step)}")
    curve = balls.curves.get(index)
    if flat(balls, index):
        lines.append("flat: no valleys to be seen")
    elif curve is not None and len(curve.zones) > 1:
        lines.append(zones(curve))
    if index != balls.chosen:
        return [*lines, "click: colour its zones"]
    return lines if flat(balls, index) else [*lines, "its zones are coloured"]


def elsewhere(name: str, balls: Balls, index: int) -> str:
    """Return what is said of the same weight's ball in another arm."""
    return f"{name}: {fixed(float(balls.values[index]))}, loss {number(balls.loss)}"


# In sentences


def summary_of_all(names: Names, balls: Balls) -> list[str]:
    """Return what is to be seen of all balls."""
    all_of_them = f"Step {count(balls.step)}: {crowd(names, balls)[0]}, {height(balls, False)[0]}"
    return [all_of_them, _between(balls), f"Chosen: {chosen(names, balls)[0].removesuffix(' (coloured)')}"]


def _between(balls: Balls) -> str:
    """Return between what the weights lie that are finite numbers, and how many are not."""
    known = balls.values[np.isfinite(balls.values)]
    lost = len(balls.values) - len(known)
    if not len(known):
        return "No weight is a finite number"
    others = f"{many(lost, 'weight', of=len(balls.values))}: no finite number; the others" if lost else "The weights"
    return f"{others} lie between {fixed(float(known.min()))} and {fixed(float(known.max()))}"


def summary_of_one(names: Names, scene: Scene) -> list[str]:
    """Return what is to be seen of one weight's curve."""
    curve = scene.chosen
    said = [f"Step {count(scene.request.snapshot.step)}: {title(names, curve)}, {', '.join(results(scene))}"]
    if curve.span is not None:
        low, high = float(curve.t[0]), float(curve.t[-1])
        lowest, highest = (number(v) for v in curve.span)
        said.append(
            f"From {fixed(low)} to {fixed(high)} of this weight the loss lies between {lowest} and {highest}; "
            f"{held(scene, 1.0)[0]}"
        )
    return [*said, f"Surface: {surface(scene)[0]}"]
