"""The words of the Fit view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.questions.fit import MEMBERS, ArmFit, Array, Scene
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import PLUS_MINUS, count, number, plain
from dropout_viz.views.unit_names import input_name, is_standardised, output_name, target_class
from dropout_viz.words import of_arm, superscript


def head(scene: Scene, step: int) -> list[str]:
    """Return what is shown."""
    outputs = scene.request.data.y.shape[1]
    which = f" of {output_name(scene.request.data, scene.request.output, outputs)}" if outputs > 1 else ""
    own = " (standardised)" if is_standardised(scene.request.data) and not scene.request.data.classes else ""
    return [f"Step {count(step)}: the output{which}{own}, by {along(scene)}", f"Step {count(step)}"]


def along(scene: Scene) -> str:
    """Return the name of the input, and whether it is in another unit than its own."""
    return _named(scene.request.data, scene.request.line.column)


def _named(data: DataSet, column: int) -> str:
    return f"{input_name(data, column)}{' (standardised)' if is_standardised(data) else ''}"


def _of(fit: ArmFit) -> str:
    """Return which networks mean and spread are of."""
    if fit.networks:
        return f"{count(fit.networks)} drawn of 2{superscript(fit.n)}"
    return f"all {count(2**fit.n)}" if fit.n <= 16 else f"all 2{superscript(fit.n)}"


def band(scene: Scene) -> list[str]:
    """Return what the bands are, and how sure."""
    spread = [fit for fit in scene.fits if fit.n]
    none = scene.request.arms[0][1].no_masks
    if not spread:
        return [none or "No unit can be off: one network, and no band", "One network, no band"]
    if len({(fit.n, fit.networks) for fit in spread}) == 1:
        return _band(spread)
    each = [_band([fit]) for fit in spread]
    said = [of_arm(fit.name, wordings[1]) for fit, wordings in zip(spread, each, strict=True)]
    short = [of_arm(fit.name, wordings[2]) for fit, wordings in zip(spread, each, strict=True)]
    return ["; ".join(said), "; ".join(short)]


def _band(fits: list[ArmFit]) -> list[str]:
    """Return what the band of each of some arms is, whose networks are as many."""
    fit = fits[0]
    if not fit.networks:
        return [
            f"Band: mean {PLUS_MINUS} standard deviation of {_of(fit)} thinned networks, exact",
            f"Band: mean {PLUS_MINUS} sd of {_of(fit)}, exact",
            f"Band of {_of(fit)}, exact",
        ]
    error = number(max(_largest(each.error) for each in fits), 2)
    share = number(100 * max(_largest(each.doubt) for each in fits), 2)
    return [
        f"Band: mean {PLUS_MINUS} standard deviation of {_of(fit)} thinned networks; standard error of the mean up to "
        f"{error}, of the deviation up to {share} %",
        f"Band: mean {PLUS_MINUS} sd of {_of(fit)}; the mean's standard error is up to {error}",
        f"Band of {_of(fit)}, mean to {PLUS_MINUS}{error}",
    ]


def _largest(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max(initial=0.0))


def gap(fit: ArmFit) -> str:
    """Return how far line and band differ."""
    if not np.isfinite(fit.whole).all():
        return "not all outputs are numbers"
    if fit.n == 0:
        return "one network"
    spread, off = number(_largest(fit.deviation), 3), number(_largest(np.abs(fit.whole - fit.mean)), 2)
    return f"standard deviation up to {spread}; every unit on is off the mean by up to {off}"


def at(scene: Scene, k: int) -> list[str]:
    """Return what is said of a place."""
    lines = [f"{along(scene)} {number(float(scene.x[k]), 3)}"]
    for fit in scene.fits:
        said = f"every unit on {number(float(fit.whole[k]), 3)}"
        if fit.n:
            mean, spread = (number(float(v[k]), 3) for v in (fit.mean, fit.deviation))
            said += f"; thinned {mean}, sd {spread}"
        lines.append(of_arm(fit.name, said))
    return lines


def example(data: DataSet, index: int, column: int, output: int, test: bool) -> str:
    """Return what is said of an example."""
    x, y = (data.x_test, data.y_test) if test and data.x_test is not None else (data.x, data.y)
    assert y is not None
    which = f"{'test' if test else 'training'} example {count(index + 1)}"
    place = f"{_named(data, column)} {plain(float(x[index, column]))}"
    if data.classes and not test:
        return f"{which}: {place}, class {target_class(data, index)}"
    return f"{which}: {place}, target {number(float(y[index, output]), 3)}"


def summary(scene: Scene, step: int, chosen: int) -> list[str]:
    """Return the view in sentences."""
    data, line = scene.request.data, scene.request.line
    low, high = (number(v, 3) for v in (line.low, line.high))
    said = [f"{head(scene, step)[0]} from {low} to {high}"]
    for fit in scene.fits:
        finite = fit.whole[np.isfinite(fit.whole)]
        if len(finite):
            ends = (
                f"with every unit on it goes from {number(float(finite.min()), 3)} to {number(float(finite.max()), 3)}"
            )
            said.append(of_arm(fit.name, f"{ends}; {gap(fit)}"))
        else:
            said.append(of_arm(fit.name, gap(fit)))
    if any(fit.n for fit in scene.fits):
        lines = f"faint lines are {MEMBERS} thinned networks that were drawn" if len(scene.fits) == 1 else ""
        said += [band(scene)[0], lines[:1].upper() + lines[1:]] if lines else [band(scene)[0]]
    tested = "" if data.x_test is None else f", {count(len(data.x_test))} test examples"
    ring = example(data, chosen, line.column, scene.request.output, False)
    return [*said, f"{count(len(data.x))} training examples{tested}; the ring is about {ring}"]
