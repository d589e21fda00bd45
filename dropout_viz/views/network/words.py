"""The words of the Network view: headings, counts, captions, and whose answer the outputs are. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby

from dropout_viz.analysis.questions.network import Reading, ValueSpan
from dropout_viz.draw.numbers import MINUS, TIMES, count, plain, setting, short, times
from dropout_viz.nn.convolution import KERNEL, POOL
from dropout_viz.nn.noise import NOISES
from dropout_viz.views.unit_names import is_standardised, layer_name, p_of

TARGET = "target"
Lines = tuple[str, str, str]
"""A heading: name, drop probability, units on; of maps name, kernels, size."""
Run = list[tuple[str, bool]]
"""A line of text in pieces, each strong or quiet."""
WHO = {
    "": ("predicts", "This network"),
    "noisy": ("noisy:", "This noisy network"),
    "thinned": ("thinned:", "This thinned network"),
    "whole": ("none off:", "This network, with no unit off,"),
}
"""What goes before an output, and in a sentence, by ``Reading.who``: it is not that of which accuracy is told."""


def says(reading: Reading) -> str:
    """Return what goes before an output."""
    return WHO[reading.who][0]


def headings(reading: Reading, layer: int, alive: int | None = None) -> list[Lines]:
    """Return the heading of a column, the roomiest wording first.

    Without ``alive``, as if every unit were on: that line at its longest. Hidden layers have as many wordings whatever
    their p.
    """
    k, layers, shown = reading.convolution(layer), len(reading.sizes), reading.layer(layer)
    if k > 0:
        return _map_headings(k, *reading.map_shapes[k - 1], plain(shown.span.high) if shown.span.open else "")
    n, used = len(shown.values), reading.snapshot.used
    scales = used.train_scales if used.scaling == "inverted" else used.test_scales
    scale = scales[max(layer, 0)] if layer < len(scales) else 1.0
    name, p = "pixels" if k == 0 else layer_name(layer, layers), p_of(reading.snapshot, layer)
    made = _headings(name, n, n if alive is None else alive, p, scale, used.scaling, used.noise)
    mark = ", standardised" * (name == "input" and is_standardised(reading.data))
    return [(name + mark, *line[1:]) for line in made if mark and line[0] == name] + made


@lru_cache(maxsize=1024)
def _headings(name: str, n: int, on: int, p: float, scale: float, scaling: str, noise: str) -> list[Lines]:
    brief = "px" if name == "pixels" else name[0] + (name.split()[-1] if " " in name else "")
    of, tight = f"{count(on)} of {count(n)} on", f"{count(on)}/{count(n)}"
    last = [(name, "", tight), (brief, "", tight), (brief, "", "")]
    if name == "output":
        return [(name, "never dropped", of), (name, "", of), *last]
    if not p and name in ("input", "pixels"):
        return [(name, "", of), *last]
    kind = NOISES[noise]
    kinds = {
        "inverted": f"kept {times(scale)}",
        "classical": f"in use {times(scale)}",
        "none": "unscaled: wrong",
    }
    scaled = kinds[scaling] if kind.on_off else f"variance {plain(kind.variance(scaling, p))}"
    odds, off = f"p = {setting(p)}", " off" * (kind.on_off and p > 0)
    kept = f"{odds}{off}, {scaled}" if p else odds
    return [
        (name, kept, of),
        (name, kept.replace("kept ", ""), of),
        (name, f"{odds}{off}", of),
        (name, f"{odds}{off}", tight),
        (brief, f"p {setting(p)}{off}", tight),
        (brief, f"p {setting(p)}", tight),
        *last[1:],
    ]


@lru_cache(maxsize=256)
def _map_headings(k: int, height: int, width: int, maps: int, end: str) -> list[Lines]:
    """``end``: the value at the end of the maps' own scale of shades, if that is not fixed."""
    size = f"{count(maps)} of {height} {TIMES} {width}"
    made = f"{KERNEL} {TIMES} {KERNEL} kernels, {POOL} {TIMES} {POOL} max"
    return [
        (f"maps {k}", made, f"{size}, 0 to {end}" if end else size),
        (f"maps {k}", made, size),
        (f"maps {k}", f"{KERNEL} {TIMES} {KERNEL}, max", size),
        (f"maps {k}", "", size),
        (f"m{k}", "", f"{count(maps)}"),
        (f"m{k}", "", ""),
    ]


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

    def counted(what: str, on: int, of: str) -> Run:
        return [(what, False), (count(on), True), (of, False)]

    on = counted("   units on ", reading.units_on, f" of {units}")
    on += counted("   edges on ", reading.edges_on, f" of {edges}")
    tight = counted("  units ", reading.units_on, f"/{units}") + counted("  edges ", reading.edges_on, f"/{edges}")
    for scaled in (*scaling, []):
        yield [*step, *on, *scaled]
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
        noisy = " and ".join(layer_name(layer, layers) for layer in range(layers - 1) if p[layer])
        whose = f"   activations of {noisy} times a factor, " if words else "   "
        return [(whose, False), (config.noise_kind.general, True)]
    if config.scaling == "none":
        return [("   not scaled, in training or after: " if words else "   ", False), ("wrong on purpose", True)]
    inverted = config.scaling == "inverted"
    factor, when = (f"1/(1{MINUS}p)", "kept units are") if inverted else (f"1{MINUS}p", "with every unit on, units are")
    scales = config.train_scales if inverted else config.test_scales
    said: Run = [(f"   {when} scaled by {factor}: " if words else f"   scale {factor} ", False)]
    hidden = [list(alike) for _, alike in groupby(range(1, layers - 1), key=lambda layer: p[layer])]
    for first, *more in [[0], *hidden]:
        if p[first]:
            name = layer_name(first, layers) + (f"–{more[-1]}" if more else "")
            where = "" if layers == 3 and not p[0] else f" {name}"
            said.append((", " if len(said) > 1 else "", False))
            said += [(times(scales[first]), True), (where, False)]
    return said


def shown_note(reading: Reading) -> tuple[str, bool]:
    """Return what a mini-batch run says of the example on show, and whether it is a warning."""
    shown, batch = reading.shown, f"batch of {count(len(reading.snapshot.examples))}"
    example, chosen = count(shown.example + 1), count(shown.chosen + 1)
    if shown.why == "none":
        return "This step saw no example.", True
    if reading.snapshot.step == 0:
        at_hand = count(len(reading.snapshot.examples))
        asked = f", the nearest input to example {chosen} of the {at_hand} at hand" * (shown.why == "instead")
        return f"Before the first step: example {example}{asked}.", False
    if shown.why == "instead":
        missing = f"Example {chosen} was not in this step's {batch}."
        return f"{missing} Shown: example {example}, the nearest input that was.", True
    how = ": the first of" if shown.why == "batch" else " was in"
    return f"Example {example}{how} this step's {batch}.", False


def edges_caption(reading: Reading, layer: int) -> list[str]:
    """Return what is drawn of a weight layer, the fullest wording first; empty where all of it is."""
    edges = reading.edges[layer]
    if edges.complete:
        return []
    n, total = count(len(edges.weight)), count(edges.total)
    return [f"the {n} strongest of {total} edges", f"strongest {n} of {total}", f"{n} of {total}"]


def value_words(reading: Reading, layer: int, value: float, write: Callable[[float], str] = short) -> str:
    """Return a unit's value; ``write``: ``told`` in a sentence, where what is not a number can be called so."""
    return "–" if layer in reading.snapshot.unknown else write(value)


def value_wordings(reading: Reading, layer: int, value: float) -> tuple[str, ...]:
    """Return what is written into a unit's circle, and what if that does not fit: one decimal less."""
    if layer in reading.snapshot.unknown:
        return ("–",)
    return (short(value) if layer else plain(value), short(value, 1))


def target_words(reading: Reading, output: int) -> str:
    """Return an output's target, or ``""`` where there is none."""
    wanted = reading.target(output)
    return f"{TARGET} {plain(wanted)}" if reading.shown.row is not None and math.isfinite(wanted) else ""


def span_words(spans: tuple[ValueSpan, ...], brief: bool, pixels: ValueSpan | None = None) -> str:
    """Return the values that the shades of an activation stand for: one range, or one a kind of layer.

    ``pixels``: what a first convolution sees, where there is one.
    """
    first, hidden, last = pixels or spans[0], spans[1], spans[-1]

    def words(span: ValueSpan) -> str:
        ends = f"{plain(span.low)} to {plain(span.high)}"
        return f"{ends} or more" if span.open and span.low == 0 else f"{ends} or beyond" if span.open else ends

    if brief and not first == hidden == last:
        return f"hidden {words(hidden)}"
    if pixels is not None:  # every convolution's maps have a scale of their own
        return f"pixels {words(first)}, maps as headed, hidden {words(hidden)}, output {words(last)}"
    if first == hidden == last:
        return words(hidden)
    if first == last:
        return f"hidden {words(hidden)}, others {words(first)}"
    if hidden == last:
        return f"input {words(first)}, others {words(hidden)}"
    if first == hidden:
        return f"output {words(last)}, others {words(first)}"
    return f"input {words(first)}, hidden {words(hidden)}, output {words(last)}"
