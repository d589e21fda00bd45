"""What the Map view says of its maps and of the examples on them, in words. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dropout_viz.analysis.questions.map import Array, InputMap, Kind, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.drawn import MOST, Point, told
from dropout_viz.draw.numbers import count, number, plain, share
from dropout_viz.nn.losses import alike
from dropout_viz.views.map.drawing import ERASER, INKS
from dropout_viz.views.unit_names import input_name
from dropout_viz.words import many

WORDS = {"output": "output", "unit": "activation", "deviation": "standard deviation", "apart": "apart by"}
"""What a kind of map shows."""


_FEW = 3  # of several classes, those that are named


def values(data: DataSet, kind: Kind, found: Array) -> str:
    """Return what is said of the values (outputs,) of a map at a point: of several classes the largest by name."""
    word = WORDS[kind]
    if len(found) == 1 or len(data.classes) != len(found) or not np.isfinite(found).all():
        return f"{word} {', '.join(number(float(v), 3) for v in found)}"
    largest = np.argsort(-found, kind="stable")[:_FEW].tolist()
    return f"{word} of class {', '.join(f'{data.classes[k]}: {number(float(found[k]), 3)}' for k in largest)}"


def example_words(data: DataSet, index: int, test: bool) -> str:
    """Return what is said of an example: its number and its class."""
    y = (data.y_test if test and data.y_test is not None else data.y)[index]
    kind = int(y.argmax()) if len(y) > 1 else round(float(y[0]))
    named = data.classes and 0 <= kind < len(data.classes)
    wanted = f"class {data.classes[kind]}" if named else f"target {plain(float(y[0]))}"
    wrong = not test and data.flipped is not None and bool(data.flipped[index])
    return f"{'test' if test else 'training'} example {count(index + 1)}, {wanted}{', a wrong label' * wrong}"


def drawing(points: Sequence[Point], ink: int, full: bool, cursor: tuple[float, float] | None = None) -> list[str]:
    """Return what a click does while points are drawn, the fullest wording first; ``cursor``: of the keys."""
    there = f", the cursor at {number(cursor[0], 2)}, {number(cursor[1], 2)}" if cursor is not None else ""
    kinds = {kind for _, _, kind in points}
    if not points:
        state = "no points: the next stroke begins anew"
    elif len(kinds) == 1:
        state = f"{told(points)}: nothing to part yet"
    else:
        state = told(points)
    act = "erases" if ink == ERASER else f"adds {INKS[ink]}"
    if full and ink != ERASER:
        act = f"adds nothing: {MOST:,} points are the most"
    return [
        f"Drawing, {state}{there}. A click {act}; a drag paints, or moves a point; 1 to 5 choose a class, 0 the eraser",
        f"{state}; a click {act}, a drag paints or moves; 1–5 class, 0 eraser",
        f"{state}; a click {act}; 1–5 class, 0 eraser",
        f"{state}; a click {act}",
        state,
    ]


def summary(scene: Scene, step: int, example: int) -> list[str]:
    """Return what is to be seen, in sentences; ``example``: the one with a ring about it."""
    data = scene.request.data
    said = [f"Step {count(step)}: {_panel_words(scene, panel, example)}" for panel in scene.large]
    if scene.small:
        what = "hidden units" if scene.request.mode == "units" else "thinned networks"
        said.append(f"Below: maps of {count(len(scene.small))} {what}")
    ring = f"the ring is about {example_words(data, example, False)}"
    tested = "" if data.x_test is None else f" of {many(len(data.x_test), 'test example')}"
    right = f"; shares of the test set are{tested}" if tested and data.classes else ""
    return [*said, *apart(scene), f"The discs are {many(len(data.x), 'training example')}; {ring}{right}"]


def apart(scene: Scene) -> list[str]:
    """Return what is said of the map of differences, a sentence each; nothing of what is not finite."""
    if scene.apart is None or not np.isfinite(scene.apart.values).all():
        return []
    one, other = scene.large
    plane, found = scene.request.plane, scene.apart.values[0]
    row, column = (int(k) for k in np.unravel_index(found.argmax(), found.shape))
    n = len(found)
    x, y = (np.linspace(low, high, n) for low, high in zip(plane.low, plane.high, strict=True))
    across, up = (input_name(scene.request.data, k) for k in plane.columns)
    if not found.max() > 0:
        return ["The two maps are the same"]
    where = f"{across} {number(float(x[column]), 3)}, {up} {number(float(y[row]), 3)}"
    said = [f"Farthest apart, by {number(float(found[row, column]), 2)}, at {where}"]
    if scene.request.data.classes:
        same = alike(*(panel.values.reshape(len(panel.values), -1).T for panel in (one, other)))
        said.append(f"Another class at about {share(1 - float(same.mean()), 100)} of this square")
    return said


def _panel_words(scene: Scene, panel: InputMap, example: int) -> str:
    """Return what is to be seen of a large map: the span of its values, and the one at the chosen example."""
    title = f"{panel.title}{', ' + panel.note if panel.note else ''}"
    finite = panel.values[np.isfinite(panel.values)]
    if not len(finite):
        return title
    low, high = number(float(finite.min()), 3), number(float(finite.max()), 3)
    plane, n = scene.request.plane, panel.values.shape[1]
    place = scene.request.data.x[example][list(plane.columns)]
    across, up = (
        round(float((place[k] - plane.low[k]) / ((plane.high[k] - plane.low[k]) or 1.0) * (n - 1))) for k in (0, 1)
    )
    there = panel.values[:, min(max(up, 0), n - 1), min(max(across, 0), n - 1)]
    if len(there) > 1:
        span = f"{WORDS[panel.kind]} from {low} to {high}, " if panel.kind == "deviation" else ""
        said = values(scene.request.data, panel.kind, there)
        return f"{title}: {span}at example {count(example + 1)}: {said}"
    near = number(float(there[0]), 3)
    return f"{title}: {WORDS[panel.kind]} from {low} to {high}, about {near} at example {count(example + 1)}"
