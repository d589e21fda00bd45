"""The words of the Masks view: what is said of the matrix, of a cell, and of how many sub-networks were used. No Qt."""

from __future__ import annotations

import math

from dropout_viz.analysis.coverage import expected_pairs, expected_visited, groups, merged
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import TIMES, count, number, plain, setting, share, short
from dropout_viz.engine.presence import Presence
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Unit
from dropout_viz.views.unit_names import layer_name, p_of, unit_name
from dropout_viz.words import many, superscript

_TERMS = 40_000  # groups of equally likely masks, in all phases, up to which the expected number is worked out
_ALIKE = 0.0005  # share of the masks that are as one drawn before, below which all are as good as different


def dropping(snapshot: Snapshot) -> list[int]:
    """Return the layers that the run's next step drops units of, or its last one did."""
    both = zip(snapshot.used.drop_probabilities, snapshot.config.drop_probabilities, strict=True)
    return [layer for layer, chances in enumerate(both) if any(chances)]


def power_of_two(n: int) -> str:
    """Return 2 to the n, in digits where they fit: 16, 1,048,576, 4.3×10⁹, 1.5×10⁷⁴."""
    if n <= 24:
        return count(2**n)
    digits = n * math.log10(2)
    return f"{10 ** (digits % 1):.1f}×10{superscript(int(digits))}"


def heading(snapshot: Snapshot, layer: int) -> list[str]:
    """Return what is said above a layer's block, the fullest wording first."""
    name = "input" if layer == 0 else "hidden" if len(snapshot.sizes) == 3 else f"hidden {layer}"
    mask, p = snapshot.masks[layer], p_of(snapshot, layer)
    noise = snapshot.used.noise_kind
    if not snapshot.step:
        return [f"{name}: no {noise.thing} drawn yet", name]
    if snapshot.factors:
        drawn, variance = snapshot.factors[layer], noise.variance(snapshot.used.scaling, p)
        mean, spread = short(float(drawn.mean()), 3), short(float(drawn.var()), 3)
        return [
            f"{name}: factors of mean {mean} and variance {spread}, expected 1 and {plain(variance)}",
            f"{name}: mean {mean} of 1, variance {spread} of {plain(variance)}",
            f"{name}: mean {mean}, variance {spread}",
            name,
        ]
    on, of = int(mask.sum()), mask.size
    wanted = f"expected {100 * (1 - p):.4g} %"
    if snapshot.config.patient is not None:
        wanted = f"meant {100 * (1 - snapshot.used.set_probabilities[layer]):.4g} %"
    return [
        f"{name}: {count(on)} of {count(of)} on ({share(on / max(of, 1), of)}), {wanted}",
        f"{name}: {share(on / max(of, 1), of)} on, {wanted}",
        f"{name}: {share(on / max(of, 1), of)} on",
        name,
    ]


def about_cell(snapshot: Snapshot, data: DataSet, layer: int, row: int, unit: int) -> list[str]:
    """Return what is said of one bit of the mask, its name first."""
    example = int(snapshot.examples[row])
    lines = [f"{unit_name(data, snapshot.sizes, Unit(layer, unit))}, example {count(example + 1)}"]
    if not snapshot.step:
        return [*lines, f"no {snapshot.used.noise_kind.thing} drawn yet: every unit is on"]
    p = p_of(snapshot, layer)
    if snapshot.factors:
        factor = short(float(snapshot.factors[layer][row, unit]), 3)
        variance = plain(snapshot.used.noise_kind.variance(snapshot.used.scaling, p))
        drawn = f"{TIMES} {factor} in step {count(snapshot.step)}; p = {setting(p)}: factors of variance {variance}"
        return [*lines, drawn, "click to see this example in the network"]
    drawn = "on" if snapshot.masks[layer][row, unit] else "off"
    lines.append(f"{drawn} in step {count(snapshot.step)}; drop probability {setting(p)}")
    return [*lines, "click to see this example's sub-network"]


def about_share(snapshot: Snapshot, data: DataSet, layer: int, unit: int, *, dated: bool = False) -> list[str]:
    """Return what is said of how often a unit was on; ``dated``: and up to which step."""
    name = unit_name(data, snapshot.sizes, Unit(layer, unit))
    noise, presence = snapshot.used.noise_kind, snapshot.presence
    if not noise.on_off:
        return [name, f"{noise.title} noise drops no unit: it is always on"]
    if presence is None or not presence.rows:
        return [name, "no mask drawn yet"]
    on = presence.rows - int(presence.off[layer][unit])
    return [
        name,
        f"on in {many(on, 'mask', of=presence.rows)} of this run"
        f"{f' by step {count(snapshot.step)}' if dated else ''}: {share(on / presence.rows, presence.rows)}",
        *_wanted_words(snapshot, layer, presence),
    ]


def share_wanted(snapshot: Snapshot, layer: int) -> float | None:
    """Return the share of all masks of the run in which a unit of a layer is expected to be on: of a run with a hidden
    fault, in which its owner meant it to be. None: nobody knows, for no mask was drawn or p was another before."""
    presence = snapshot.presence
    if presence is None or not presence.rows:
        return None
    if snapshot.config.patient is None:
        return 1 - presence.expected[layer] / presence.rows
    alike = {p[layer] for p in presence.drawn} == {p_of(snapshot, layer)}
    return 1 - snapshot.used.set_probabilities[layer] if alike else None


def _wanted_words(snapshot: Snapshot, layer: int, presence: Presence) -> list[str]:
    wanted = share_wanted(snapshot, layer)
    if wanted is None:
        return []
    if snapshot.config.patient is not None:
        return [f"meant {share(wanted)}"]
    spread = number(100 * presence.deviation(layer) / presence.rows, 2)
    return [f"expected {share(wanted)} ± {spread} points"]


def expected(snapshot: Snapshot, steps: list[int]) -> list[float] | None:
    """Return how many different sub-networks are expected to have been used at each of some steps, or None where
    there are too many groups of masks to sum over, or where masks may have anything to do with one another."""
    if not snapshot.phases or not _independent(snapshot):
        return None
    units, phases = merged(*_draws(snapshot, steps))
    if groups(units) * len(phases) > _TERMS:
        return None
    return [float(v) for v in expected_visited(units, phases)]


def _draws(snapshot: Snapshot, steps: list[int]) -> tuple[list[int], list[tuple[list[float], list[int]]]]:
    """Return the units of the layers that drop some, and for each phase their p and the draws by each of some steps."""
    layers = [layer for layer, p in enumerate(snapshot.phases[0].p) if p > 0]
    ends = [phase.since for phase in snapshot.phases[1:]] + [max([snapshot.step, *steps])]
    phases = []
    for phase, end in zip(snapshot.phases, ends, strict=True):
        done = [max(0, min(step, end) - phase.since) * len(snapshot.examples) for step in steps]
        phases.append(([phase.p[layer] for layer in layers], done))
    return [snapshot.sizes[layer] for layer in layers], phases


def used(snapshot: Snapshot, *, dated: bool = False) -> list[list[str]]:
    """Return the sentences on how many different sub-networks were used, each from its fullest wording on.

    ``dated``: they stand beside another step, and say which one they are of.
    """
    by = f" by step {count(snapshot.step)}" if dated else ""
    n = snapshot.can_drop
    total, power = power_of_two(n), f"2{superscript(n)}"
    now = expected(snapshot, [snapshot.step])
    if snapshot.visited is not None:
        some = f"{count(snapshot.visited)} of {total}"
        said = [f"{some} sub-networks used{by}", f"{some}{by}"]
        rest = f"expected {'then' if dated else 'by now'} {number(now[0], 4)}" if now and snapshot.step else ""
        return [[f"{some} sub-networks used{by} ({power})", *said], [rest]]
    drawn = 0 if snapshot.presence is None else (snapshot.step - since(snapshot)) * len(snapshot.examples)
    first = [f"{power} = {total} possible sub-networks: too many to tick off", f"{power} = {total} sub-networks"]
    if not drawn:
        return [first]
    masks = f"{many(drawn, 'mask')} drawn{by}"
    alike = _alike(snapshot, drawn, now)
    return [first, [f"{masks}, {alike}", masks] if alike else [masks]]


def _alike(snapshot: Snapshot, drawn: int, expected_now: list[float] | None) -> str:
    """Return how many of the masks drawn differ; nothing where nobody can tell."""
    if not _independent(snapshot):
        return ""
    if expected_now is not None:
        again = drawn - expected_now[0]
    else:  # too many groups to sum over: no more than this, but maybe far fewer
        units, phases = _draws(snapshot, [snapshot.step])
        again = expected_pairs(units, [(p, done[0]) for p, done in phases])
    if again < _ALIKE * drawn:
        return "practically all different"
    return "" if expected_now is None else f"about {many(round(expected_now[0]), 'different one')} expected"


def _independent(snapshot: Snapshot) -> bool:
    """Return whether every mask is drawn for itself; nobody knows what a hidden fault makes of that."""
    return snapshot.config.patient is None


def since(snapshot: Snapshot) -> int:
    """Return the steps that were done before the layers that drop units last changed."""
    return snapshot.phases[0].since if snapshot.phases else 0


def summary(snapshot: Snapshot, layers: list[int]) -> list[str]:
    """Return what is to be seen of the matrix, in sentences; ``layers``: those on show."""
    rows = many(len(snapshot.examples), "example")
    return [f"Step {count(snapshot.step)}, {rows}: {'; '.join(heading(snapshot, layer)[0] for layer in layers)}"]


def of_example(snapshot: Snapshot, data: DataSet, example: int, on: list[int]) -> str:
    """Return what is to be seen of the chosen example's row. ``on``: how many units are, of each layer but the last."""
    if not snapshot.step:
        return ""
    layers = len(snapshot.sizes)
    parts = [f"{layer_name(k, layers)} {many(on[k], 'unit', of=snapshot.sizes[k])} on" for k in dropping(snapshot)]
    return f"Example {count(example + 1)}: {', '.join(parts)}"
