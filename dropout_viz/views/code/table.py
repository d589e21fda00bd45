"""One layer's numbers in slow motion, for the chosen example: a row a unit, a column a value, filled as it goes."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.nn.ops import subscript
from dropout_viz.nn.parts import Unit
from dropout_viz.views.code.numbers import Focus
from dropout_viz.views.code.values import layer_of


@dataclass(frozen=True)
class TableColumn:
    """One value of every unit.

    Attributes:
        title: its symbol. values: one a unit, or None where it is not computed yet. lit: the moment computes it.
        wrong: units whose sign is not the true gradient's.
    """

    title: str
    values: tuple[float, ...] | None
    lit: bool
    wrong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CodeTable:
    """A layer's units in slow motion.

    Attributes:
        title: the layer. units: those on show. columns: left to right, in the order in which they are computed.
    """

    title: str
    units: tuple[Unit, ...]
    columns: tuple[TableColumn, ...]


def layer_shown(taken: Dissection, moment: int, focus: Focus) -> int:
    """Return the layer that a moment is about: the one that it writes, or the hidden one nearest before."""
    writes = [name for name in taken.moments[moment].writes if "." not in name and name not in ("x", "y")]
    layers = [layer_of(name, taken.plan.layers)[1] for name in writes]
    if focus.unit is not None and focus.unit.layer > 0:
        return focus.unit.layer
    return min(max(1, layers[0]), taken.plan.layers) if layers else 1


def table(taken: Dissection, moment: int, focus: Focus, most: int) -> CodeTable:
    """Return the table of the layer that a moment is about, of at most ``most`` units around the one in focus."""
    layer, plan = layer_shown(taken, moment, focus), taken.plan
    n = plan.sizes[layer]
    chosen = focus.index(layer, plan.sizes)
    first = min(max(0, chosen - most // 2), max(0, n - most))
    units = range(first, min(n, first + max(1, most)))
    output, writes = layer == plan.layers, taken.moments[moment].writes
    s = subscript(layer)
    named = [("z", f"z{s}"), ("a", "ŷ" if output else f"h{s}")]
    if not output and taken.has(f"m{layer}"):
        passed = "scaled" if plan.scaling == "inverted" else "masked"
        noise = plan.noise_kind
        named = [("m", f"{noise.symbol}{s}"), *named, ("h", passed if noise.on_off else f"times {noise.symbol}")]
    named += [("e", "e")] * output
    named += [("slope", "slope")] * taken.has(f"slope{layer}")
    named += [("delta", f"δ{s}")] * taken.has(f"delta{layer}")
    columns = []
    for kind, title in named:
        name = "e" if kind == "e" else f"{kind}{layer}"
        values = _values(taken.value(name, moment), focus.row, units)
        if kind == "m" and values is not None and plan.noise_kind.on_off:
            values = tuple(float(v != 0) for v in values)
        columns.append(TableColumn(title, values, name in writes))
    true = taken.exact.get("delta1") if layer == 1 else None
    if true is not None:
        after = [k for k, m in enumerate(taken.moments) if "delta1" in m.writes]
        known = moment >= after[-1]
        values = _values(true, focus.row, units) if known else None
        columns.append(TableColumn("true δ₁", values, moment == after[-1]))
        if values is not None and (own := columns[-2].values) is not None:
            wrong = frozenset(k for k, (a, b) in enumerate(zip(own, values, strict=True)) if a * b < 0)
            columns[-2] = TableColumn(columns[-2].title, own, columns[-2].lit, wrong)
    name = "output" if output else "hidden" if plan.layers == 2 else f"hidden {layer}"
    some = f", units {first + 1} to {units.stop} of {n:,}" if len(units) < n else ""
    return CodeTable(f"{name} layer, this example{some}", tuple(Unit(layer, k) for k in units), tuple(columns))


def _values(array: object, row: int, units: range) -> tuple[float, ...] | None:
    return None if array is None else tuple(float(v) for v in array[row][units.start : units.stop])  # type: ignore[index]
