"""A run as a PyTorch script: ordinary modules, autograd and optimisers, with the run's own draws.

Initial weights, order and masks come from the same NumPy streams, in float64, so that the weights can be compared with
the run's: they differ by rounding alone, as sums are taken in another order. Long runs may be chaotic: on moons that
rounding is 1e-14 after 3,000 steps, 1e-9 after 7,000 and 1e-4 after 10,000.
"""

from __future__ import annotations

from dataclasses import replace

from dropout_viz.errors import UserError
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.optimisers import OPTIMISERS
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
    momentum_now,
    number,
    numpy_names,
    stream_lines,
    twin_lines,
    weight_lines,
)
from dropout_viz.script.recipe import Recipe

_LOSS = {
    "squared_error": "0.5 * ((net({given}) - {y}) ** 2).sum()",
    "binary_cross_entropy": 'F.binary_cross_entropy_with_logits(net({given}), {y}, reduction="sum")',
    "softmax_cross_entropy": 'F.cross_entropy(net({given}), {y}, reduction="sum")',
}


def script(recipe: Recipe) -> str:
    """Return the script. Raises ``UserError`` for a run that no script of readable length repeats."""
    single = recipe.single
    recipe = replace(recipe, config=recipe.config.changed(dtype="float64"))
    try:
        return finished(_lines(recipe, single, tight=False))
    except UserError:
        return finished(_lines(recipe, single, tight=True))


def _lines(recipe: Recipe, single: bool, tight: bool) -> list[str]:
    made, c = data_code(recipe), recipe.config
    promise = [
        "In net.state_dict() that run's weights, transposed, to 1e-5; over many thousand steps rounding may grow.",
        "--save: weights.npz.",
    ]
    if single:
        promise[1] += " The run itself was in float32, whose own rounding this does not repeat."
    body = [*change_lines(recipe, tight=tight), *batch_lines(recipe), *_mask_lines(recipe), *_step_lines(recipe)]
    step = "step" if any("step" in line.replace("optimiser.step()", "") for line in body) else "_"
    names = numpy_names(recipe) if c.rule != "as-published" else []
    names += ["SeedSequence"] if "SeedSequence" in " ".join(made.lines) and "SeedSequence" not in names else []
    return [
        *heading(recipe, promise, made.usage),
        *sorted(["import sys", *made.imports], key=lambda line: (line[0] != "i", line)),
        REST,
        "import numpy as np",
        "import torch",
        *([f"from numpy.random import {', '.join(names)}"] if names else []),
        "from torch import nn",
        *["from torch.nn import functional as F"] * (c.loss != "squared_error"),
        REST,
        *made.lines,
        "X, Y = (torch.from_numpy(a) for a in (X, Y))"
        if made.dtype == "float64"
        else "X, Y = (torch.from_numpy(a.astype(np.float64)) for a in (X, Y))",
        live_values(recipe),
        *change_table(recipe, tight=tight),
        *_start_lines(recipe),
        SPACE,
        *_module_lines(recipe),
        *_optimiser_lines(recipe),
        f"for {step} in range({number(recipe.steps)}):",
        *body,
        GAP,
        *_end_lines(recipe),
    ]


def _start_lines(recipe: Recipe) -> list[str]:
    """Return the lines that draw the initial weights and say how masks are drawn."""
    if recipe.config.rule != "as-published":
        masks = mask_function(recipe)
        if masks:
            masks[-2] = masks[-2].replace("return ", "return torch.from_numpy(") + ")"
        return [
            *stream_lines(recipe),
            *weight_lines(recipe),
            *bias_line(recipe),
            *([SPACE] if masks else []),
            *masks[:-1],
        ]
    shapes = recipe.plan.shapes
    return [
        f"shapes = {', '.join(map(str, shapes))}",
        f"np.random.seed({recipe.config.seed})",
        "W1, W2 = (2 * np.random.random(shape) - 1 for shape in shapes)",
        *twin_lines(recipe, ("W1", "W2")),
    ]


# --- the network -----------------------------------------------------------------------------------------------------

_PUBLISHED = [
    "class Published(torch.autograd.Function):  # the derivative is taken after mask and scale, as in the post",
    "    @staticmethod",
    "    def forward(ctx, z, mask):",
    "        h = torch.sigmoid(z) * mask",
    "        ctx.save_for_backward(h)",
    "        return h",
    "",
    "    @staticmethod",
    "    def backward(ctx, gradient):",
    "        (h,) = ctx.saved_tensors",
    "        return gradient * h * (1 - h), None",
    SPACE,
]


def _masked(recipe: Recipe) -> list[int]:
    """Return the layers whose masks the network is given."""
    return [1] if recipe.config.rule == "as-published" else list(recipe.dropped)


def _module_lines(recipe: Recipe) -> list[str]:
    c, last = recipe.config, len(recipe.layers)
    published = c.rule == "as-published"
    lines = [
        *(_PUBLISHED if published else []),
        "class Net(nn.Module):",
        "    def __init__(self):",
        "        super().__init__()",
        f"        self.layers = nn.ModuleList(nn.Linear(i, j{', bias=False' * (not c.bias)}) for i, j in shapes)",
        "",
        f"    def forward(self, {', '.join(['x', *(f'm{layer}' for layer in _masked(recipe))])}):",
    ]
    x = "x * m0" if 0 in recipe.dropped else "x"
    for k in recipe.layers[:-1]:
        z = f"self.layers[{k - 1}]({x if k == 1 else 'x'})"
        mask = f" * m{k}" if k in recipe.dropped else ""
        value = f"Published.apply({z}, m{k})" if published else ACTIVATIONS[c.activation].torch.format(z=z) + mask
        lines.append(f"        x = {value}")
    z = f"self.layers[{last - 1}](x)"
    output = ACTIVATIONS[c.output].torch.format(z=z) if c.loss == "squared_error" else z
    return [*lines, f"        return {output}", SPACE]


def _optimiser_lines(recipe: Recipe) -> list[str]:
    """Return the lines that make the network, begin from the run's weights, and make its optimiser."""
    c = recipe.config
    matrices, biases = ", ".join(f"W{k}" for k in recipe.layers), ", ".join(f"b{k}" for k in recipe.layers)
    of = "net.parameters()"
    both = f"layer, W, b in zip(net.layers, ({matrices}), ({biases}), strict=True)"
    lines = [
        "net = Net()",
        f"for {both if c.bias else f'layer, W in zip(net.layers, ({matrices}), strict=True)'}:",
        "    layer.weight.data = torch.from_numpy(W.T.copy())  # begin where the run began",
        *["    layer.bias.data = torch.from_numpy(b)"] * c.bias,
    ]
    if c.l2 and c.bias:
        lines.append("biases, weights = [a.bias for a in net.layers], [a.weight for a in net.layers]")
        lines.append(f'decayed = [{{"params": weights, "weight_decay": {c.l2}}}, {{"params": biases}}]')
        of = "decayed"
    decay = f", weight_decay={c.l2}" if c.l2 and not c.bias else ""
    mu = momentum_now(recipe)
    # PyTorch refuses Nesterov's form without momentum, where it is plain descent.
    plain = "momentum" in OPTIMISERS[c.optimiser].settings and "step" not in mu and float(mu) == 0
    made = OPTIMISERS["sgd" if plain else c.optimiser].torch.format(
        of=of,
        decay=decay,
        mu=c.momentum or 0.5 if "step" in mu else mu,
        beta1=c.beta1,
        beta2=c.beta2,
        epsilon=c.epsilon,
    )
    return [*lines, f"optimiser = torch.optim.{made}", GAP]


# --- a step ----------------------------------------------------------------------------------------------------------


def _mask_lines(recipe: Recipe) -> list[str]:
    if recipe.config.rule != "as-published":
        return mask_lines(recipe)
    hidden = recipe.plan.sizes[1]
    p = "p1" if 1 in recipe.dropped else "0.0"
    return [
        f"    on = np.random.binomial(1, 1 - {p}, (len(X), {hidden}))",
        f"    m1 = torch.from_numpy(on / (1 - {p}))",
    ]


def _step_lines(recipe: Recipe) -> list[str]:
    c, lines = recipe.config, list[str]()
    moves = [name for name in ("rate",) if len({row[0] for row in (recipe.values(c), *recipe.live.values())}) > 1]
    decay = f" * {c.learning_rate_decay} ** (step // {recipe.per_epoch})" if c.learning_rate_decay != 1 else ""
    now = [f"lr=rate{decay}"] if moves or decay else []
    if "momentum" in OPTIMISERS[c.optimiser].settings and "step" in (mu := momentum_now(recipe)):
        now.append(f"momentum=max(1e-30, {mu})")
    if now:
        lines += ["    for group in optimiser.param_groups:", f"        group.update({', '.join(now)})"]
    x, y = ("X[rows]", "Y[rows]") if recipe.in_batches else ("X", "Y")
    given = ", ".join([x, *(f"m{layer}" for layer in _masked(recipe))])
    share = f" / {recipe.batch}" if c.gradient == "mean" and recipe.batch > 1 else ""
    lines += [
        f"    loss = {_LOSS[c.loss].format(given=given, y=y)}{share}",
        "    optimiser.zero_grad()",
        "    loss.backward()",
        "    optimiser.step()",
    ]
    if c.max_norm:
        lines += [
            "    with torch.no_grad():",
            "        for layer in net.layers[:-1]:",
            f"            layer.weight *= {c.max_norm} / layer.weight.norm(dim=1, keepdim=True).clamp({c.max_norm})",
        ]
    return lines


def _end_lines(recipe: Recipe) -> list[str]:
    """Return the lines that measure the network with every unit on, and save it."""
    c = recipe.config
    scales = [f"1 - p{layer}" if c.scaling == "classical" else "1" for layer in _masked(recipe)]
    x, y, of, count = measured(recipe)
    return [
        "with torch.no_grad():",
        f"    loss = {_LOSS[c.loss].format(given=', '.join([x, *scales]), y=y)} / {count}",
        f'print(f"loss{of} with every unit on: {{loss:.6g}}")',
        'if "--save" in sys.argv:',
        '    np.savez("weights.npz", **net.state_dict())',
    ]
