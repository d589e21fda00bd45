"""The words of the Network view: names, headings, counts, and what is said of the thing under the mouse. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from dropout_viz.draw.numbers import ARROW, MINUS, TIMES, count, plain, short
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network.reading import Reading
from dropout_viz.views.unit_names import is_standardised, layer_name, p_of, unit_name
from dropout_viz.words import many


def headings(reading: Reading, layer: int, alive: int | None = None) -> list[tuple[str, str, str]]:
    """Return a layer's heading in three lines (name, drop probability, units on), the roomiest wording first.

    Without ``alive``, as if every unit were on: that line at its longest. Hidden layers have as many wordings whatever
    their p.
    """
    n = reading.sizes[layer]
    used, p = reading.snapshot.used, p_of(reading.snapshot, layer)
    scales = used.train_scales if used.scaling == "inverted" else used.test_scales
    scale = scales[layer] if layer < len(scales) else 1.0
    return _headings(layer, len(reading.sizes), n, n if alive is None else alive, p, scale, used.scaling, used.noise)


@lru_cache(maxsize=1024)
def _headings(
    layer: int, layers: int, n: int, on: int, p: float, scale: float, scaling: str, noise: str
) -> list[tuple[str, str, str]]:
    name = layer_name(layer, layers)
    brief = name[0] + (name.split()[-1] if " " in name else "")
    of, tight = f"{count(on)} of {count(n)} on", f"{count(on)}/{count(n)}"
    if layer == layers - 1:
        return [(name, "never dropped", of), (name, "", of), (name, "", tight), (brief, "", tight), (brief, "", "")]
    kind = NOISES[noise]
    odds = f"p = {plain(p)}" + " off" * kind.on_off
    kinds = {
        "inverted": f"kept {TIMES} {plain(scale)}",
        "classical": f"in use {TIMES} {plain(scale)}",
        "none": "unscaled: wrong",
    }
    scaled = kinds[scaling] if kind.on_off else f"variance {plain(kind.variance(scaling, p))}"
    kept = f"{odds}, {scaled}" if p else "p = 0" if layer else ""
    if layer == 0 and p == 0:
        return [(name, "", of), (name, "", tight), (brief, "", tight), (brief, "", "")]
    return [
        (name, kept, of),
        (name, kept.replace("kept ", ""), of),
        (name, odds if p else "p = 0", of),
        (name, odds if p else "p = 0", tight),
        (brief, f"p {plain(p)}{' off' * kind.on_off}" if p else "p 0", tight),
        (brief, f"p {plain(p)}", tight),
        (brief, "", tight),
        (brief, "", ""),
    ]


Run = list[tuple[str, bool]]
"""A line of text in pieces, each strong or quiet."""


def counts_line(reading: Reading, scaling: list[Run]) -> Iterator[Run]:
    """Yield wordings of the line of counts, the fullest first; ``scaling`` is what ``scale_words`` returns."""
    units, edges = count(reading.units), count(reading.edges_total)
    if reading.snapshot.step == 0:
        start: Run = [(f"Step 0: no {reading.snapshot.used.noise_kind.thing} drawn yet", True)]
        yield [*start, (f"   every unit is on: {units} units, {edges} edges", False)]
        yield [*start, (f"   all {units} units on", False)]
        yield start
        return
    step: Run = [("Step ", False), (count(reading.snapshot.step), True)]
    on: Run = [
        ("   units on ", False),
        (count(reading.units_on), True),
        (f" of {units}", False),
        ("   edges on ", False),
        (count(reading.edges_on), True),
        (f" of {edges}", False),
    ]
    tight: Run = [
        ("  units ", False),
        (count(reading.units_on), True),
        (f"/{units}", False),
        ("  edges ", False),
        (count(reading.edges_on), True),
        (f"/{edges}", False),
    ]
    for scaled in scaling:
        yield [*step, *on, *scaled]
    yield [*step, *on]
    yield [*step, *tight]
    yield step


def scale_words(reading: Reading) -> list[Run]:
    """Return what kept units are scaled by, in words and without."""
    return [_scale(reading, words) for words in (True, False)]


def _scale(reading: Reading, words: bool) -> Run:
    """Return the factor 1/(1-p) of every layer that drops, equal neighbours together."""
    layers = len(reading.sizes)
    p = [p_of(reading.snapshot, layer) for layer in range(layers - 1)]
    if not any(p):
        return [("   no dropout: p = 0 in every layer" if words else "   no dropout", False)]
    config = reading.snapshot.used
    if not config.noise_kind.on_off:
        return [("   every activation times a factor, " if words else "   ", False), (config.noise_kind.general, True)]
    if config.scaling == "none":
        return [("   not scaled, in training or after: " if words else "   ", False), ("wrong on purpose", True)]
    inverted = config.scaling == "inverted"
    factor, when = (f"1/(1{MINUS}p)", "kept units are") if inverted else (f"1{MINUS}p", "with every unit on, units are")
    scales = config.train_scales if inverted else config.test_scales
    said: Run = [(f"   {when} scaled by {factor}: " if words else f"   scale {factor} ", False)]
    layer = 0
    while layer < layers - 1:
        last = layer
        while layer > 0 and last + 1 < layers - 1 and p[last + 1] == p[layer]:
            last += 1
        if p[layer]:
            name = layer_name(layer, layers) + (f"–{last}" if last > layer else "")
            where = "" if layers == 3 and not p[0] else f" {name}"
            said.append((", " if len(said) > 1 else "", False))
            said += [(f"{TIMES} {plain(scales[layer])}", True), (where, False)]
        layer = last + 1
    return said


def shown_note(reading: Reading) -> tuple[str, bool]:
    """Return what a mini-batch run says of the example on show, and whether it is a warning."""
    shown, size = reading.shown, len(reading.snapshot.examples)
    if shown.why == "none":
        return "This step saw no example.", True
    if reading.snapshot.step == 0:
        asked = f", the nearest input to example {count(shown.chosen + 1)} of the {count(size)} at hand"
        return f"Before the first step: example {count(shown.example + 1)}{asked * (shown.why == 'instead')}.", False
    if shown.why == "instead":
        return (
            f"Example {count(shown.chosen + 1)} was not in this step's batch of {count(size)}. "
            f"Shown: example {count(shown.example + 1)}, the nearest input that was.",
            True,
        )
    if shown.why == "batch":
        return f"Example {count(shown.example + 1)}: the first of this step's batch of {count(size)}.", False
    return f"Example {count(shown.example + 1)} was in this step's batch of {count(size)}.", False


def edges_caption(reading: Reading, layer: int) -> list[str]:
    """Return what is drawn of a weight layer, the fullest wording first; empty where all of it is."""
    edges = reading.edges[layer]
    if edges.complete:
        return []
    n, total = count(len(edges.weight)), count(edges.total)
    return [f"the {n} strongest of {total} edges", f"strongest {n} of {total}", f"{n} of {total}"]


def value_words(reading: Reading, layer: int, value: float) -> str:
    """Return a unit's value in a few characters; a dash where slow motion has not come to it yet."""
    return "–" if layer in reading.snapshot.unknown else short(value)


def about_unit(reading: Reading, unit: Unit, lit: int) -> list[str]:
    """Return what is said of a unit, name first. ``lit`` is how many of its edges a side are lit up at most."""
    snapshot, sizes, layers = reading.snapshot, reading.sizes, len(reading.sizes)
    value, on = float(reading.values[unit.layer][unit.index]), bool(reading.on[unit.layer][unit.index])
    p = p_of(snapshot, unit.layer)
    lines = [unit_name(reading.data, sizes, unit)]
    if unit.layer < layers - 1:
        noise = snapshot.used.noise_kind
        drawn = f"no {noise.thing} drawn yet" if snapshot.step == 0 else f"drop probability {plain(p)}"
        if p and not noise.on_off:
            drawn += f": factors of variance {plain(noise.variance(snapshot.used.scaling, p))}"
        lines.append(f"{'on' if on else 'off for this example'}, {drawn}")
    factor = snapshot.used.train_scales[unit.layer] if unit.layer < layers - 1 else 1.0
    if reading.factors and unit.layer < layers - 1:
        factor = float(reading.factors[unit.layer][unit.index])
    times = plain(factor) if snapshot.used.noise_kind.on_off else short(factor, 3)
    scaled = f", after {TIMES} {times}" if on and factor != 1 and snapshot.step else ""
    word = "value" if unit.layer == 0 else "prediction" if unit.layer == layers - 1 else "activation"
    if unit.layer in snapshot.unknown:
        lines.append(f"{word}: not computed yet in this step")
    else:
        lines.append(f"{word} {plain(value) if unit.layer == 0 else short(value, 4)}{scaled}")
    if unit.layer == layers - 1 and reading.shown.row is not None:
        lines.append(f"target {plain(target(reading, unit.index))}")
    numbers = unit.layer == 0 or (unit.layer == layers - 1 and not reading.data.classes)
    if numbers and is_standardised(reading.data):
        lines += ["standardised: 0 is the training mean,", "1 a standard deviation"]
    into = sizes[unit.layer - 1] if unit.layer else 0
    out = sizes[unit.layer + 1] if unit.layer < layers - 1 else 0
    weights = [f"{many(n, 'weight')} {way}" for n, way in ((into, "in"), (out, "out")) if n]
    lines.append(", ".join(weights) + (f"; the strongest {lit} lit" if max(into, out) > lit else ""))
    if unit.layer and len(snapshot.biases[unit.layer - 1]):
        lines.append(f"bias {short(float(snapshot.biases[unit.layer - 1][unit.index]), 4)}")
    return lines


def about_weight(reading: Reading, weight: Weight, source_name: str = "") -> list[str]:
    """Return what is said of a weight, its value first; ``source_name`` where its source has a name of another kind."""
    source, target_ = Unit(weight.layer, weight.source), Unit(weight.layer + 1, weight.target)
    value = float(reading.snapshot.weights[weight.layer][weight.source, weight.target])
    lines = [
        f"weight {short(value, 4)}",
        f"{source_name or unit_name(reading.data, reading.sizes, source)} {ARROW} "
        f"{unit_name(reading.data, reading.sizes, target_)}",
    ]
    off = [name for name, unit in (("source", source), ("target", target_)) if not reading.on[unit.layer][unit.index]]
    if off:
        lines.append(f"off for this example: its {' and its '.join(off)} {'is' if len(off) == 1 else 'are'} off")
    lines.append("click to choose it for the landscape")
    return lines


def target(reading: Reading, index: int) -> float:
    """Return the target of an output for the example on show, or nan where there is none."""
    y = np.atleast_2d(reading.data.y)
    example = reading.shown.example
    return float(y[example, index]) if example < len(y) and index < y.shape[1] else math.nan
