"""The words of the Shared landscape view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.questions.shared import Array, Landscape, Scene
from dropout_viz.draw.arm_names import told_apart
from dropout_viz.draw.numbers import count, fixed, number
from dropout_viz.views.weight_names import Names
from dropout_viz.words import many, of_arm

NOWHERE = "The landscape is not a number anywhere: the run has diverged."
KINDS = {"mean": "mean over masks", "all": "every unit on"}


def counts(arm: Landscape, no: bool) -> tuple[list[int], list[int]]:
    """Return for each valley of a curve how many balls lie in it, and how many idle units (drawn with yes). Units
    without a place or a vote that is a number lie in none."""
    assert arm.zones is not None
    zones = arm.zones[no]
    shown = (arm.against if no else ~arm.against & ~arm.idle) & arm.finite
    balls, idle = [0] * len(zones), [0] * len(zones)
    for k, point in enumerate(arm.points[:, 0].tolist()):
        if shown[k]:
            balls[zones.zone_of(point)] += 1
        elif arm.idle[k] and arm.finite[k] and not no:
            idle[zones.zone_of(point)] += 1
    return balls, idle


def title(scene: Scene, arm: int, no: bool, against: bool) -> list[str]:
    """Return the first line of a picture, the fullest wording first."""
    units = len(scene.arms[arm].votes)
    name = scene.request.runs[arm].name if len(scene.arms) > 1 else ""
    yes, noes = ["units that vote yes", "votes yes", "yes"], ["units that vote no, upside down", "votes no", "no"]
    ways = (noes if no else yes) if against else []
    if name and ways:
        short = told_apart([run.name for run in scene.request.runs])[arm]
        return [*(f"{name}, {way}" for way in ways), f"{short}, {ways[-1]}"]
    return [name] if name else [w.capitalize() for w in ways] or [f"{many(units, 'unit')} in one landscape"]


def summary(arm: Landscape, no: bool) -> list[str]:
    """Return the second line of a picture: how the balls are spread."""
    if not arm.finite.any():
        return ["no balls: the run has diverged", "no balls"]
    idle, lost = int((arm.idle & arm.finite).sum()), int((~arm.finite).sum())
    rest = f", {count(idle)} idle" if idle and not no else ""
    rest += f", {count(lost)} not a number" if lost and not no else ""
    if arm.zones is None:
        n = int(((arm.against if no else ~arm.against & ~arm.idle) & arm.finite).sum())
        return [f"{many(n, 'ball')}{rest}"]
    balls, _ = counts(arm, no)
    caught, n = sum(1 for b in balls if b), len(balls)
    where = f"{many(sum(balls), 'ball')} in {many(caught, 'valley', of=n)}"
    return [where + rest, where, many(caught, "valley", of=n)]


def loss(value: float) -> str:
    """Return how the first line ends."""
    return f"loss {number(value)}"


def surface(scene: Scene, arm: int, draws: int) -> list[str]:
    """Return which mean a picture shows, for the right end of its second line."""
    own, request = scene.arms[arm], scene.request
    config = request.runs[arm].snapshot.config
    if not any(config.drop_probabilities):
        text = "no dropout"
    elif own.drawn:
        band = " ± 2 standard errors" if own.zones is not None else ""
        text = f"mean over {many(draws, 'drawn mask')}{band}"
    else:
        text = KINDS[request.kind]
    n, of = own.examples, len(request.data.x)
    if n == of:
        return [text, ""]
    some = f"{count(n)} of {count(of)}"
    return [f"{text}, {some} examples", f"{text}, {some} ex.", f"{some} ex."]


def legend(scene: Scene, steps: int) -> list[str]:
    """Return the line below the pictures; ``steps``: how many times its step an arrow is long."""
    configs = [run.snapshot.config for run in scene.request.runs]
    mean = scene.request.kind == "mean" and any(any(c.drop_probabilities) for c in configs)
    ahead = f"{steps} times " * (steps > 1) + ("the mean next step" if mean else "the next step")
    if any(c.optimiser != "sgd" or c.l2 or c.max_norm is not None for c in configs):
        ahead += " of plain gradient descent"
    elif scene.request.kind == "mean" and any(c.rule == "as-published" and any(c.drop_probabilities) for c in configs):
        ahead += " by the published rule"  # which need not lead downhill
    if scene.request.kind == "all" and any(any(c.drop_probabilities) for c in configs):
        ahead += " if no unit were dropped"
    seen = f"arrows: {ahead}, none if too short to see  ·  hollow: idle"
    if scene.arms[0].zones is None:
        return [
            f"dark: low, light: high  ·  {seen}",
            f"dark: low, light: high  ·  arrows: {ahead}  ·  hollow: idle",
            f"dark: low, light: high  ·  arrows: {ahead}",
            "dark: low, light: high",
        ]
    return [
        f"dashed: the landscape before any unit votes  ·  hatched: filled in  ·  {seen}",
        f"dashed: the landscape before any unit votes  ·  hatched: filled in  ·  arrows: {ahead}  ·  hollow: idle",
        f"dashed: before any unit votes  ·  hatched: filled in since  ·  arrows: {ahead}  ·  hollow: idle",
        f"dashed: before any unit votes  ·  hatched: filled in  ·  arrows: {ahead}",
        "dashed: before any unit votes  ·  hatched: filled in",
        "dashed: before any unit votes",
    ]


def coordinate(names: Names, axis: int, inputs: int) -> str:
    """Return the name of a coordinate, the same for every unit."""
    return f"weight from {names.unit(0, axis)}" if axis < inputs else "bias"


def held(scene: Scene, names: Names, at: int) -> str:
    """Return at what a third coordinate is held in the landscape of an arm, or ``""``."""
    request = scene.request
    arm = scene.arms[at]
    if arm.points.shape[1] <= len(request.ranges):
        return ""
    name = coordinate(names, arm.points.shape[1] - 1, len(request.data.x[0]))
    return f"{name} held at that of {names.unit(1, request.held)}: {fixed(float(arm.points[request.held, -1]))}"


def ball(scene: Scene, names: Names, arm: int, unit: int) -> list[str]:
    """Return what is known of one ball, the chief line first."""
    own = scene.arms[arm]
    point = ", ".join(fixed(v) for v in own.points[unit].tolist())
    speed = float(np.linalg.norm(own.speeds[unit]))
    return [f"{names.unit(1, unit)}: w = {point}", f"vote {fixed(float(own.votes[unit]))}, {number(speed, 2)} a step"]


def reading(arm: Landscape, no: bool, axis: Array, at: float) -> list[str]:
    """Return what the mouse reads off a curve."""
    sign = -1 if no else 1
    value = sign * float(np.interp(at, axis, arm.values))
    assert arm.zones is not None
    zones = arm.zones[no]
    where = f", valley {zones.zone_of(at) + 1} of {len(zones)}" if len(zones) > 1 else ""
    return [f"w = {fixed(at)}", f"{'−V' if no else 'V'} = {number(value, 3)}{where}"]


def spot(no: bool, x: float, y: float, height: float) -> list[str]:
    """Return what the mouse reads off a map."""
    return [f"w = {fixed(x)}, {fixed(y)}", f"{'−V' if no else 'V'} = {number(height, 3)}"]


def described(scene: Scene, names: Names, cells: list[tuple[int, bool]], against: bool, draws: int) -> list[str]:
    """Return what is to be seen, in sentences. ``cells``: arm, and whether units that vote no, of each picture."""
    said = [
        f"{title(scene, arm, no, against)[0]} at step {count(scene.request.runs[arm].snapshot.step)}: "
        f"{summary(scene.arms[arm], no)[0]}"
        for arm, no in cells
    ]
    means = dict.fromkeys(surface(scene, arm, draws)[0] for arm, _ in cells)
    votes = ", and ".join(_votes(own) for own in scene.arms)
    said.append(f"Landscape: {' and '.join(means)}; votes {votes}")
    arms = dict.fromkeys(arm for arm, _ in cells)
    said += [of_arm(scene.request.runs[arm].name, text) for arm in arms if (text := held(scene, names, arm))]
    return said


def _votes(arm: Landscape) -> str:
    """Return between what the votes of an arm lie that are numbers."""
    known = arm.votes[np.isfinite(arm.votes)]
    return f"from {fixed(float(known.min()))} to {fixed(float(known.max()))}" if len(known) else "not a number"
