"""Parts that the scripts of a run share: what it is, its data, its random streams, and its live changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dropout_viz import __version__
from dropout_viz.data.code import Code, code
from dropout_viz.engine.config import data_options
from dropout_viz.engine.schedule import scored
from dropout_viz.errors import UserError
from dropout_viz.nn.initial import SMALL, SPREAD, WIDTH
from dropout_viz.nn.noise.kind import Draw
from dropout_viz.script.recipe import LONGEST, WIDEST, Recipe
from dropout_viz.words import many


def data_code(recipe: Recipe) -> Code:
    """Return the lines that make the training examples. Raises ``UserError`` where there are none."""
    return code(recipe.config.data, **data_options(recipe.config), script=recipe.script or None)


def heading(recipe: Recipe, promise: list[str], usage: str) -> list[str]:
    """Return the comment that a script begins with; ``promise``: lines on what it gives."""
    title = "".join(c for c in recipe.config.title or recipe.config.data if c.isprintable())
    name = f" ({recipe.source})" if recipe.source and recipe.source.isprintable() else ""
    steps = many(recipe.steps, "step")
    facts = f"seed {recipe.config.seed}, {steps}; written by dropout-viz {__version__}."
    said = [f"{title}{name}: {facts}"]
    if len(said[0]) > WIDEST - 2:
        said = [f"{title}{name}"[: WIDEST - 3] + ":", facts]
    lines = [*said, *([recipe.part] if recipe.part else []), *promise, *([usage] if usage else [])]
    return [f"# {line}"[:WIDEST].rstrip() for line in lines]


SPACE, GAP, REST = "\n\n", "\n", "\n\n\n"
"""Stand for two empty lines around a function, and for one between parts, and after imports; for fewer where room is
short, of the last kind only where nothing else helps."""


def finished(lines: list[str]) -> str:
    """Return a script's text. Raises ``UserError`` for one that is too long to be read."""
    for spaces, gaps, rests in ((2, 1, 1), (1, 1, 1), (0, 1, 1), (0, 0, 1), (0, 0, 0)):
        empty = {SPACE: [""] * spaces, GAP: [""] * gaps, REST: [""] * rests}
        text = [part for line in lines for part in empty.get(line, [line])]
        if len(text) <= LONGEST:
            break
    else:
        raise UserError(
            f"hidden, optimiser, changes: the code of this run takes {len(text)} lines; must be at most {LONGEST}"
        )
    if wide := [line for line in text if len(line) > WIDEST]:
        raise UserError(f"the code has a line of {len(wide[0])} columns; must be at most {WIDEST}: {wide[0].strip()}")
    return "\n".join(text) + "\n"


def measured(recipe: Recipe) -> tuple[str, str, str, int]:
    """Return the examples that the loss at the end is of: inputs, targets, how that is said, and how many.

    They are those of the run's own training curve.
    """
    examples = len(recipe.data.x)
    count = scored(examples, maps=False)  # a network with convolutions has no script
    if count == examples:
        return "X", "Y", "", count
    return f"X[:{count}]", f"Y[:{count}]", f" of the first {count:,} examples", count


def number(n: int) -> str:
    """Return a whole number as Python has it."""
    return f"{n:_}" if n >= 10_000 else str(n)


def joined(parts: list[str]) -> str:
    """Return names as a tuple's inside or target."""
    return ", ".join(parts) + ("," if len(parts) == 1 else "")


def live_values(recipe: Recipe) -> str:
    """Return the line that sets what may change on the way."""
    values = [repr(value) for value in recipe.values(recipe.config)]
    return f"{', '.join(recipe.names)} = {', '.join(values)}"


FEW = 3
"""Live changes that are written out at their steps; more of them go into a table, and all do where room is short."""


def change_table(recipe: Recipe, *, tight: bool = False) -> list[str]:
    """Return the lines of a table of live changes, where one is used."""
    if not _in_table(recipe, tight):
        return []
    moved = _moved(recipe)
    entries = []
    for step, values in recipe.live.items():
        new = [repr(values[at]) for at in moved]
        entries.append(f"{number(step)}: {new[0] if len(new) == 1 else f'({joined(new)})'},")
    if len(line := f"changes = {{{' '.join(entries)[:-1]}}}  # made while it ran") <= WIDEST:
        return [line]
    lines, row = list[str](), "changes = {"
    for entry in entries:
        if len(row) + 1 + len(entry) > WIDEST:
            lines.append(row)
            row = "   "
        row += entry if row.endswith("{") else f" {entry}"
    return [*lines, row[:-1] + "}"]


def _moved(recipe: Recipe) -> list[int]:
    """Return which of ``names`` change on the way."""
    rows = [recipe.values(recipe.config), *recipe.live.values()]
    return [at for at, values in enumerate(zip(*rows, strict=True)) if len(set(values)) > 1]


def _in_table(recipe: Recipe, tight: bool) -> bool:
    return len(recipe.live) > (1 if tight else FEW)


def change_lines(
    recipe: Recipe, called: Mapping[str, str] | None = None, step: str = "step", *, tight: bool = False
) -> list[str]:
    """Return the lines at the head of a step that make the live changes; ``called``: other names for ``names``."""
    names = [(called or {}).get(name, name) for name in recipe.names]
    if _in_table(recipe, tight):
        moved = [names[at] for at in _moved(recipe)]
        before = moved[0] if len(moved) == 1 else f"({', '.join(moved)})"
        return [f"    {', '.join(moved)} = changes.get({step}, {before})"]
    lines, last = list[str](), recipe.values(recipe.config)
    for at_step, values in recipe.live.items():
        new = [at for at, (one, other) in enumerate(zip(last, values, strict=True)) if one != other]
        lines += [
            f"    if {step} == {number(at_step)}:  # changed while it ran",
            f"        {', '.join(names[at] for at in new)} = {', '.join(repr(values[at]) for at in new)}",
        ]
        last = values
    return lines


def numpy_names(recipe: Recipe) -> list[str]:
    """Return what the lines on random streams use of ``numpy.random``."""
    pcg = ["PCG64", "Generator"] if recipe.in_batches or recipe.config.init != "zeros" else []
    names = [*pcg, *(recipe.plan.noise_kind.numpy_names if recipe.dropped else ())]
    used = dict.fromkeys([*names, "SeedSequence"])
    return sorted(used, key=lambda name: (not name.isupper(), name))  # as tools that sort imports have them


def stream_lines(recipe: Recipe) -> list[str]:
    """Return the lines that spawn the streams from the seed, and give each dropped layer's its name."""
    plan = recipe.plan
    drawn = recipe.config.init != "zeros"
    noise = "masks" if plan.noise_kind.on_off else "noise"
    names = ("init" if drawn else "_", "order" if recipe.in_batches else "_", noise if recipe.dropped else "_")
    if names == ("_",) * 3:
        return []
    lines = [f"{', '.join(names)} = SeedSequence({recipe.config.seed}).spawn(3)"]
    if recipe.in_batches:
        lines.append("shuffle = Generator(PCG64(order))")
    if recipe.dropped:
        kind = plan.noise_kind
        own = [f"{kind.numpy_stream}{layer}" if layer in recipe.dropped else "_" for layer in range(plan.layers)]
        lines.append(f"{joined(own)} = {kind.numpy_streams.format(spawned=f'{noise}.spawn({plan.layers})')}")
    return lines


_DRAWN = {
    "uniform": "uniform(-1.0, 1.0, (i, j))",
    "he": "normal(0.0, np.sqrt(2 / i), (i, j))",
    "glorot": "uniform(-bound, bound, (i, j))",
    "copies": "uniform(-bound, bound, (i, j))",
    "spread": "uniform(0.0, top, (i, j))",
}


def weight_lines(recipe: Recipe) -> list[str]:
    """Return the lines that draw the initial weights W1, W2, ... (fan_in, fan_out), in the run's precision."""
    kind, shapes = recipe.config.init, recipe.plan.shapes
    names = [f"W{k}" for k in recipe.layers]
    cast = ".astype(np.float32)" if recipe.single else ""
    lines = [f"shapes = {', '.join(map(str, shapes))}"]
    if kind == "zeros":
        lines.append(f"{', '.join(names)} = (np.zeros(shape{', np.float32' * recipe.single}) for shape in shapes)")
    elif kind in _DRAWN:
        more, one = "", "g, (i, j)"
        if kind == "spread":
            more, one = f", ({SPREAD}{f', {SMALL}' * (len(shapes) - 1)})", "g, (i, j), top"
        elif kind != "uniform" and kind != "he":
            lines.append("bounds = [np.sqrt(6 / (i + j)) for i, j in shapes]")
            more, one = ", bounds", "g, (i, j), bound"
        lines += [
            f"starts = zip(map(Generator, map(PCG64, init.spawn({len(shapes)}))), shapes{more}, strict=True)",
            f"{', '.join(names)} = (g.{_DRAWN[kind]}{cast} for {one} in starts)",
        ]
    else:
        starts = f"zip(init.spawn({len(shapes)}), shapes, strict=True)"
        lines = [
            *(SPACE, *_TRUNCATED, SPACE),
            *lines,
            f"{', '.join(names)} = (truncated(s, i, j){cast} for s, (i, j) in {starts})",
        ]
    if kind == "copies":
        for k in range(1, len(shapes)):
            lines.append(f"W{k}[:], W{k + 1}[:] = W{k}[:, :1], W{k + 1}[:1]  # units that start alike")
    return lines + twin_lines(recipe, names)


_TRUNCATED = [
    "def truncated(stream, i, j):",
    "    g = Generator(PCG64(stream))",
    f"    w = g.normal(0.0, {WIDTH}, (i, j))",
    f"    while (far := np.abs(w) > 2 * {WIDTH}).any():",
    f"        w[far] = g.normal(0.0, {WIDTH}, int(far.sum()))",
    "    return w",
]


def twin_lines(recipe: Recipe, weights: Sequence[str]) -> list[str]:
    """Return the lines that make one unit the twin of another; ``weights``: the names of the matrices."""
    if not recipe.config.twin:
        return []
    layer, one, other = recipe.config.twin
    into, out = weights[layer - 1], weights[layer]
    return [
        f"{into}[:, {other - 1}] = {into}[:, {one - 1}]  # twins, each with half of the vote",
        f"{out}[{one - 1}] *= 0.5",
        f"{out}[{other - 1}] = {out}[{one - 1}]",
    ]


def bias_line(recipe: Recipe) -> list[str]:
    """Return the line that sets the initial biases b1, b2, ..., where the network has some."""
    if not recipe.config.bias:
        return []
    dtype = ", np.float32" if recipe.single else ""
    start = f"np.full(j, {WIDTH}{dtype})" if recipe.config.init == "truncated" else f"np.zeros(j{dtype})"
    return [f"{', '.join(f'b{k}' for k in recipe.layers)} = ({start} for _, j in shapes)"]


def mask_function(recipe: Recipe) -> list[str]:
    """Return the function that draws what a layer's units are multiplied by."""
    if not recipe.dropped:
        return []
    units = tuple(recipe.plan.inputs[layer] for layer in recipe.dropped)
    draw = Draw(recipe.batch, units, recipe.config.scaling, recipe.config.dtype)
    return [*recipe.plan.noise_kind.numpy(draw), SPACE]


def mask_lines(recipe: Recipe) -> list[str]:
    """Return the lines of a step that draw its masks."""
    call, units = recipe.plan.noise_kind.numpy_call, recipe.plan.inputs
    calls = [call.format(layer=layer, units=units[layer]) for layer in recipe.dropped]
    return assigned("    ", [f"m{layer}" for layer in recipe.dropped], calls)


def assigned(indent: str, names: Sequence[str], values: Sequence[str]) -> list[str]:
    """Return the assignment of several values in a line, or in a line each where that is too long."""
    if len(line := f"{indent}{', '.join(names)} = {', '.join(values)}") <= WIDEST:
        return [line] if names else []
    return [f"{indent}{name} = {value}" for name, value in zip(names, values, strict=True)]


def batch_lines(recipe: Recipe) -> list[str]:
    """Return the lines of a step that choose its examples, ``rows``; none where it sees them all."""
    if not recipe.in_batches:
        return []
    n, epoch, batch = len(recipe.data.x), recipe.per_epoch, recipe.batch
    cut = f"[:{epoch * batch}]" if epoch * batch < n else ""
    return [
        f"    if step % {epoch} == 0:",
        f"        batches = shuffle.permutation({n}){cut}.reshape({epoch}, {batch})",
        f"    rows = batches[step % {epoch}]",
    ]


def momentum_now(recipe: Recipe) -> str:
    """Return the momentum of a step: a number, or what makes it from ``step``."""
    c = recipe.config
    start = c.momentum if c.momentum_start is None else c.momentum_start
    if not c.momentum_ramp:
        return repr(float(np.float64(start + (c.momentum - start) * 1.0)))
    if start == c.momentum:
        return repr(c.momentum)
    return f"{start} + ({c.momentum} - {start}) * min(1.0, step / {c.momentum_ramp})"


def save_lines(names: Sequence[str]) -> list[str]:
    """Return the lines that write arrays of these names into weights.npz."""
    entries = [f"{name}={name}" for name in names]
    if len(line := f'    np.savez("weights.npz", {", ".join(entries)})') <= WIDEST:
        return [line]
    half = len(entries) // 2
    return [
        "    np.savez(",
        '        "weights.npz",',
        f"        {', '.join(entries[:half])},",
        f"        {', '.join(entries[half:])},",
        "    )",
    ]
