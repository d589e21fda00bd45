"""A run under the exact rule as a NumPy script that repeats its weights bit for bit; those of a world that was trained
beside others to rounding.

The order of every sum and product is that of the compiled program (``nn.program``, ``nn.optimisers``): where the
program has a call on a buffer, a line has the same operation on the same numbers.
"""

from __future__ import annotations

import os

from dropout_viz.digits import is_count
from dropout_viz.errors import UserError
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.layouts import LARGE
from dropout_viz.nn.losses import LOSSES
from dropout_viz.nn.program import GRAIN
from dropout_viz.script import post_code as code_post
from dropout_viz.script.parts import (
    GAP,
    REST,
    SPACE,
    batch_lines,
    bias_line,
    change_lines,
    change_table,
    data_code,
    finished,
    heading,
    live_values,
    mask_function,
    mask_lines,
    measured,
    number,
    numpy_names,
    save_lines,
    stream_lines,
    weight_lines,
)
from dropout_viz.script.recipe import WIDEST, Recipe
from dropout_viz.script.update import passed, state_lines, update_lines

_LOSS = {
    "squared_error": "(0.5 * (a - {y}) ** 2).sum(axis=1)",
    "binary_cross_entropy": "np.logaddexp(0, np.where({y} == 1, -z, z)).sum(axis=1)",
    "softmax_cross_entropy": "np.logaddexp.reduce(z - z[{y} == 1][:, None], axis=1)",
}


def script(recipe: Recipe) -> str:
    """Return the script. Raises ``UserError`` for a run that no script of readable length repeats."""
    if recipe.plan.published:
        return code_post.script(recipe)
    try:
        return finished(_lines(recipe))
    except UserError:
        return finished(_lines(recipe, tight=True))


def _lines(recipe: Recipe, *, tight: bool = False) -> list[str]:
    """Return the script's lines; ``tight``: as few as possible."""
    made = data_code(recipe)
    names = [name for k in recipe.layers for name in ((f"W{k}", f"b{k}") if recipe.config.bias else (f"W{k}",))]
    last = len(recipe.layers)
    said = f"W1 to W{last}{f' and b1 to b{last}' * recipe.config.bias}"
    promise = [f"Bit for bit that run's {said}, with the same NumPy and computer. --save: weights.npz."]
    if recipe.beside:
        promise = [f"That run's {said} to rounding (alone, on this computer: bit for bit). --save: weights.npz."]
    body = [
        *change_lines(recipe, tight=tight),
        *batch_lines(recipe),
        *mask_lines(recipe),
        *_example_lines(recipe, tight),
        *update_lines(recipe, names, tight=tight),
    ]
    step = "step" if any("step" in line for line in body) else "_"
    cast = [] if made.dtype == recipe.config.dtype else ["X, Y = X.astype(np.{0}), Y.astype(np.{0})"]
    return [
        *heading(recipe, promise, made.usage),
        *_imports(recipe, made.imports),
        REST,
        *made.lines,
        *(line.format(recipe.config.dtype) for line in cast),
        live_values(recipe),
        *change_table(recipe, tight=tight),
        *stream_lines(recipe),
        *weight_lines(recipe),
        *bias_line(recipe),
        *state_lines(recipe, names),
        SPACE,
        *mask_function(recipe),
        *_network_function(recipe, tight),
        *_gradient_function(recipe),
        f"for {step} in range({number(recipe.steps)}):",
        *body,
        GAP,
        *_end_lines(recipe, names),
    ]


def _imports(recipe: Recipe, more: tuple[str, ...]) -> list[str]:
    own = sorted(["import sys", *more, *["import os"] * recipe.may_thread], key=lambda line: (line[0] != "i", line))
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "1")
    threads = threads if is_count(threads) else "1"
    one = [
        f'os.environ["OPENBLAS_NUM_THREADS"] = "{threads}"  # they decide the last bits of large products'
    ] * recipe.may_thread
    return [*own, REST, *one, "import numpy as np", f"from numpy.random import {', '.join(numpy_names(recipe))}"]


def _has_both(recipe: Recipe, layer: int) -> bool:
    """Return whether a hidden layer's activations are needed before and after its noise: for the slope of a ReLU only
    where a factor may be negative."""
    same = ACTIVATIONS[recipe.config.activation].slope_of_scaled and recipe.plan.noise_kind.on_off
    return layer in recipe.dropped and not same


def _value(recipe: Recipe, layer: int) -> str:
    """Return the name of a layer's activations that its slope is made of."""
    if ACTIVATIONS[recipe.config.activation].early and layer < len(recipe.layers):
        return f"z{layer}"
    return f"a{layer}" if layer not in recipe.dropped or _has_both(recipe, layer) else f"h{layer}"


def _of_logits(recipe: Recipe) -> bool:
    return LOSSES[recipe.config.loss].of_logits


def _last(recipe: Recipe) -> str:
    """Return the name of what the network's function gives in the end: its output, or what the loss is taken from."""
    return f"{'z' if _of_logits(recipe) else 'a'}{len(recipe.layers)}"


def _kept(recipe: Recipe) -> list[str]:
    """Return the names of what the network's function returns, in order; ``_last`` is the last."""
    hidden = [name for k in recipe.layers[:-1] for name in (_value(recipe, k), passed(recipe, k))]
    errors = [f"d{k}" for k in recipe.layers] if recipe.halved else []
    if recipe.halved:
        hidden = [passed(recipe, k) for k in recipe.layers[:-1]]
        hidden = [passed(recipe, 0), *hidden]
    elif 0 in recipe.dropped:
        hidden = ["h0", *hidden]
    return [*dict.fromkeys(hidden), *errors, _last(recipe)]


def _network_function(recipe: Recipe, tight: bool) -> list[str]:
    """Return the function of what the layers pass on; ``tight``: in which a product with factors has no name."""
    c, last = recipe.config, len(recipe.layers)
    given = ["x", *["y"] * recipe.halved, *(f"m{layer}" for layer in recipe.dropped)]
    lines, kept = [f"def network({', '.join(given)}):"], _kept(recipe)
    unnamed = {"h0": "x * m0"} if tight and 0 in recipe.dropped else {}
    if 0 in recipe.dropped and not tight:
        lines.append("    h0 = x * m0")
    for k in recipe.layers:
        into = passed(recipe, k - 1)
        z = f"{f'({unnamed[into]})' if into in unnamed else into}.dot(W{k})" + f" + b{k}" * c.bias
        if k == last and _of_logits(recipe):
            break
        kind, mask = ACTIVATIONS[c.output if k == last else c.activation], ""
        if kind.early:
            lines.append(f"    z{k} = {z}")
            z = f"z{k}"
        name = f"a{k}"
        if k in recipe.dropped and not _has_both(recipe, k):
            name, mask = f"h{k}", f" * m{k}"
        lines.append(f"    {name} = {kind.in_numpy(z)}{mask}")
        if _has_both(recipe, k) and tight:
            unnamed[f"h{k}"] = f"a{k} * m{k}"
        elif _has_both(recipe, k):
            lines.append(f"    h{k} = a{k} * m{k}")
    if recipe.halved:
        lines += [f"    {kept[-1]} = {z}"] * _of_logits(recipe) + _error_lines(recipe, "y")
    elif _of_logits(recipe):
        kept[-1] = z
    return [*lines, f"    return {', '.join(unnamed.get(name, name) for name in kept)}", SPACE]


def _error_lines(recipe: Recipe, y: str) -> list[str]:
    """Return the lines that carry the errors back to every layer: d1, d2, ..., the loss by what goes into its units."""
    c, last = recipe.config, len(recipe.layers)
    if _of_logits(recipe):  # the network gives z, and its output is needed here alone
        output = ACTIVATIONS[c.output]
        *before, value = output.numpy_lines or (f"a{last} = {output.in_numpy('{z}')}",)
        lines = [f"    {line.format(k=last, z=f'z{last}')}" for line in (*before, f"d{value[1:]} - {y}")]
    else:
        slope = ACTIVATIONS[c.output].numpy_slope.format(a=f"a{last}")
        lines = [f"    d{last} = (a{last} - {y}) * {slope}" if slope else f"    d{last} = a{last} - {y}"]
    for k in range(last - 1, 0, -1):
        product = _back(recipe, k + 1)
        mask = f" * m{k}" if k in recipe.dropped else ""
        value = _value(recipe, k)
        slope = ACTIVATIONS[c.activation].numpy_slope.format(a=value, z=value)
        lines.append(f"    d{k} = {product}{mask}" + f" * {slope}" * bool(slope))
    return lines


def _back(recipe: Recipe, k: int) -> str:
    """Return d W'; a large product is made the other way round, as the program does."""
    i, j = recipe.plan.shapes[k - 1]
    examples = [recipe.batch // 2, recipe.batch - recipe.batch // 2] if recipe.halved else [recipe.batch]
    turned = {n * i * j >= LARGE for n in examples}
    plain, other = f"d{k}.dot(W{k}.T)", f"W{k}.dot(d{k}.T).T.copy()"
    if len(turned) == 2:  # two halves that differ by one example
        return f"({other} if len(y) * W{k}.size >= {number(LARGE)} else {plain})"
    return other if turned == {True} else plain


def _gradient_function(recipe: Recipe) -> list[str]:
    """Return the function of a product that the program makes in pieces because of its size."""
    if not recipe.halved:
        return []
    return [
        "def gradient(h, d):  # h.T.dot(d), in the pieces in which the run makes it",
        f"    n, piece = h.shape[1], max(1, {number(GRAIN)} // d.shape[1])",
        "    cuts = [*range(0, n // 2, piece), *range(n // 2, n, piece)][1:]",
        "    return np.concatenate([part.dot(d) for part in np.split(h.T, cuts)])",
        SPACE,
    ]


def _example_lines(recipe: Recipe, tight: bool) -> list[str]:
    """Return the lines of a step from its examples to the errors at each layer, d1, d2, ..."""
    masks, kept = [f"m{layer}" for layer in recipe.dropped], ", ".join(_kept(recipe))
    if not recipe.halved:
        x, y = ("X", "Y") if not recipe.in_batches else ("X[rows]", "Y[rows]") if tight else ("x", "y")
        choose = ["    x, y = X[rows], Y[rows]"] * (recipe.in_batches and not tight)
        return [*choose, f"    {kept} = network({', '.join([x, *masks])})", *_error_lines(recipe, y)]
    half = recipe.batch // 2
    rows = "rows[s]" if recipe.in_batches else "s"
    given = ", ".join([f"X[{rows}]", f"Y[{rows}]", *(f"{m}[s]" for m in masks)])
    parts = f"(slice({half}), slice({half}, None))"
    found = f"    {kept} = map(np.concatenate, zip(*both, strict=True))"
    if len(line := f"    both = [network({given}) for s in {parts}]") <= WIDEST:
        return [line, found]
    return [f"    parts = {parts}  # as two threads take them", f"    both = [network({given}) for s in parts]", found]


def _end_lines(recipe: Recipe, names: list[str]) -> list[str]:
    """Return the lines that measure the network with every unit on, and save it."""
    scales = [f"1 - p{layer}" if recipe.config.scaling == "classical" else "1" for layer in recipe.dropped]
    x, y, of, _ = measured(recipe)
    output = f"network({', '.join([x, *[y] * recipe.halved, *scales])})" + "[-1]" * (len(_kept(recipe)) > 1)
    loss, said = f"{_LOSS[recipe.config.loss].format(y=y)}.mean(dtype=float)", f'print(f"loss{of} with every unit on: '
    told = [f'{said}{{{loss}:.6g}}")']
    if len(told[0]) > WIDEST:
        told = [f"loss = {loss}", f'{said}{{loss:.6g}}")']
    return [
        f"{_last(recipe)[0]} = {output}",
        *told,
        'if "--save" in sys.argv:',
        *save_lines(names),
    ]
