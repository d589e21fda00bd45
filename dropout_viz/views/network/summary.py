"""The Network view in sentences, for those who cannot see it. No Qt."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw.numbers import count, told
from dropout_viz.views.network.words import WHO, headings, shown_note, target_words, value_words
from dropout_viz.views.unit_names import example_words, has_name, input_name, output_name
from dropout_viz.words import many, of_arm

_NAMED = 8
"""Dropped units, or outputs, up to which each is named; of more the numbers say enough."""


def summary(name: str, reading: Reading) -> list[str]:
    """Return what is to be seen of one arm's network: the example, what is on, and what it says. ``name``: of the arm
    where there are several."""
    said = [of_arm(name, _counts(reading)), "; ".join(_layers(reading))]
    if reading.of_part:
        said.append(shown_note(reading)[0])
    return [*said, _outputs(reading) if reading.answers else ""]


def _counts(reading: Reading) -> str:
    step, example = count(reading.snapshot.step), reading.shown.example
    which = f"Step {step}, example {count(example + 1)}, {example_words(reading.data, example)}"
    units, edges = many(reading.units, "unit"), many(reading.edges_total, "edge")
    if reading.snapshot.step == 0:
        thing = reading.snapshot.used.noise_kind.thing
        return f"{which}: no {thing} drawn yet, every unit is on, {units} and {edges}"
    return f"{which}: {count(reading.units_on)} of {units} and {count(reading.edges_on)} of {edges} on"


def _layers(reading: Reading) -> list[str]:
    """Return each layer's heading, and which units are off where those are few."""
    said = []
    for layer, on in enumerate(reading.on):
        title, kept, of = headings(reading, layer, reading.alive[layer])[0]
        named, off = "", np.flatnonzero(~on).tolist()
        if 0 < len(off) <= _NAMED:
            names = (input_name(reading.data, k) if layer == 0 else f"unit {k + 1}" for k in off)
            named = f" ({', '.join(names)} off)"
        said.append(f"{title}: {', '.join(t for t in (of + named, kept) if t)}")
    return said


def _outputs(reading: Reading) -> str:
    """Return what the network on show predicts under its mask, and what it should."""
    values, n, last = reading.values[-1].tolist(), reading.sizes[-1], len(reading.sizes) - 1
    who = WHO[reading.who][1]
    if n <= 4:
        parts = []
        for k, value in enumerate(values):
            which = f"{output_name(reading.data, k, n)} " if has_name(reading.data, n) else ""
            said = [f"{which}{value_words(reading, last, value, told)}", target_words(reading, k)]
            parts.append(", ".join(filter(None, said)))
        return f"{who} predicts {'; '.join(parts)}"
    if reading.said < 0:
        return f"{who} says nothing: its outputs are not all finite numbers"
    best = output_name(reading.data, reading.said, n)
    right = [output_name(reading.data, k, n) for k in range(n) if reading.target(k) > 0.5]
    of = f", target {', '.join(right)}" if 0 < len(right) <= _NAMED else ""
    return f"{who} says {best} with {value_words(reading, last, values[reading.said], told)}{of}"
