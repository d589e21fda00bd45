"""What the Plane view says. No Qt."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.questions.plane import Kind, PlanePath, Scene
from dropout_viz.draw.arm_names import quoted
from dropout_viz.draw.numbers import count, number, share
from dropout_viz.views.weight_names import Names
from dropout_viz.words import of_arm

KINDS: dict[Kind, str] = {
    "path": "the path's own plane (PCA)",
    "line": "start to now",
    "weights": "two weights",
    "random": "random directions",
}
TIPS = (
    "Which plane of all weights: the two directions in which the path varies most, the line from its start to now, "
    "two weights, or two random directions (filter-normalised). Each goes through the network as it is now."
)


def diverged(scene: Scene) -> str:
    """Return of which runs on show the weights or the loss are not finite, or ``""``."""
    lost = [quoted(path.name) for path in scene.paths if not path.sound]
    if not lost:
        return ""
    if len(scene.paths) == 1:
        return "the run has diverged"
    listed = " and ".join([", ".join(lost[:-1]), lost[-1]] if len(lost) > 1 else lost)
    return f"{listed} {'has' if len(lost) == 1 else 'have'} diverged"


def axes(scene: Scene, names: Names) -> tuple[str, str]:
    """Return the names of both axes."""
    kind, explained, random = scene.request.kind, scene.axes.explained, scene.axes.random
    if kind == "weights":
        first, second = scene.request.pair
        return f"value of {names.weight(first)}", f"value of {names.weight(second)}"
    if kind == "random" or explained is None:
        return "random direction 1 (filter-normalised)", "random direction 2"
    titles = ("PC 1", "PC 2") if kind == "path" else ("start to now", "across")
    sound = [path for path in scene.paths if path.sound]
    some = "" if len(sound) in (0, len(scene.paths)) else "sound "  # the plane is not that of those that have diverged
    whose = "the path's" if len(scene.paths) == 1 else f"the {some}paths'"
    missing = "no path yet" if scene.paths[0].kept else "no path is kept"
    missing = missing if sound else diverged(scene)
    if not np.isfinite(explained).all():
        why = diverged(scene) or "not a number"
        return why, why
    said = []
    for title, part, drawn in zip(titles, explained, random, strict=True):
        said.append(f"a random direction: {missing}" if drawn else f"{title}: {share(part, 100)} of {whose} variance")
    return said[0], said[1]


def title(scene: Scene, names: Names) -> str:
    """Return the heading."""
    if scene.request.kind == "weights":
        first, second = scene.request.pair
        return f"Loss over {names.weight(first)} and {names.weight(second)}"
    return {
        "path": "Loss over the path's own plane",
        "line": "Loss along start to now",
        "random": "Loss over two random directions",
    }[scene.request.kind]


def details(scene: Scene) -> list[str]:
    """Return what the surface is, the fullest wording first."""
    n, of = scene.examples
    if n == of:
        over = f"all {count(of)} training examples"
        few = f"{count(of)} examples"
    else:
        over, few = f"{count(n)} of {count(of)} training examples", f"{count(n)} of {count(of)} examples"
    if lost := diverged(scene):
        return [f"every unit on, {over}; {lost}", f"{few}; {lost}", lost]
    if not scene.paths[0].kept:
        way = "too many weights to keep a path"
        return [f"every unit on, {over}; {way}", f"{few}; {way}", few]
    if len(scene.paths[0].steps) < 2:
        return [f"every unit on, {over}", few]
    off = number(scene.off, 2) if scene.off > 1e-6 else "0"
    return [
        f"every unit on, {over}; the path lies up to {off} off this plane",
        f"{few}; path up to {off} off the plane",
    ]


def at_point(path: PlanePath, k: int, surface: float) -> list[str]:
    """Return what there is to know of one point of a path; ``surface``: the loss of the plane's nearest point."""
    name = f"{path.name}, " if path.name else ""
    off = float(path.off[k])
    where = "on the plane" if off < 1e-6 else f"{number(off, 3)} off the plane, where it is {number(surface, 3)}"
    return [f"{name}step {count(float(path.steps[k]))}", f"loss {number(float(path.losses[k]), 4)}, {where}"]


def at_place(u: float, v: float, loss: float) -> list[str]:
    """Return the reading of a place of the surface."""
    return [f"loss {number(loss, 4)}", f"at ({number(u, 3)}, {number(v, 3)})"]


def summary(scene: Scene, names: Names) -> list[str]:
    """Return what is to be seen, in sentences."""
    several = len(scene.paths) > 1
    now = [of_arm(path.name if several else "", f"loss {number(float(path.losses[-1]), 4)}") for path in scene.paths]
    said = [
        f"Step {count(scene.request.frame.snapshot.step)}: {'; '.join(now)}",
        f"{title(scene, names)}: {details(scene)[0]}",
    ]
    finite = scene.losses[np.isfinite(scene.losses)]
    if len(finite):
        low, high = number(float(finite.min())), number(float(finite.max()))
        said.append(f"The map goes from a loss of {low} to {high}")
    across, up = axes(scene, names)
    return [*said, f"Across: {across}; upwards: {up}"]
