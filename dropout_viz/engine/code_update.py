"""The update of the NumPy script: from the errors at each layer, d1, d2, ..., to the new weights."""

from __future__ import annotations

from dropout_viz.engine.code_parts import assigned, momentum_now, number
from dropout_viz.engine.code_recipe import WIDEST, Recipe
from dropout_viz.nn.optimisers import FLUSH_EVERY, NEGLIGIBLE


def passed(recipe: Recipe, layer: int) -> str:
    """Return the name of what a layer passes on."""
    return f"h{layer}" if layer in recipe.dropped else f"a{layer}" if layer else "x"


def state_lines(recipe: Recipe, names: list[str]) -> list[str]:
    """Return the lines that make the optimiser's state and what is known of its steps beforehand."""
    c, lines = recipe.config, list[str]()
    if _written_out(recipe):
        return lines
    lines.append(f"parameters = [{', '.join(names)}]")
    if c.optimiser == "adam":
        return [
            *lines,
            "means, squares = ([np.zeros_like(w) for w in parameters] for _ in range(2))",
            f"t = np.arange(1, {number(recipe.steps)} + 1)",
            *assigned(
                "",
                ("to_mean", "to_square"),
                (
                    f"(1 - {c.beta1}) / (1 - {c.beta1}**t)",
                    f"np.sqrt((1 - {c.beta2}) / (1 - {c.beta2}**t))",
                ),
            ),
        ]
    return lines if c.optimiser == "sgd" else [*lines, "velocities = [np.zeros_like(w) for w in parameters]"]


def _written_out(recipe: Recipe) -> bool:
    """Return whether each matrix is updated by a line of its own."""
    return recipe.config.optimiser == "sgd" and len(recipe.layers) <= 2


def update_lines(recipe: Recipe, names: list[str], *, tight: bool) -> list[str]:
    """Return the lines of a step from the errors to the new weights."""
    c, lines = recipe.config, list[str]()
    share = f" * (1 / {recipe.batch})" if c.gradient == "mean" else ""
    decay = ""
    if c.learning_rate_decay != 1:  # an array's power, as the engine's: a single number's may differ in its last bit
        epochs = max(1, -(-recipe.steps // recipe.per_epoch))
        decay = f" * ({c.learning_rate_decay} ** np.arange({epochs}))[step // {recipe.per_epoch}]"
    if _written_out(recipe):
        eta = _eta(recipe, decay, share)
        if eta != "rate":
            lines.append(f"    eta = {eta}")
            eta = "eta"
        by = zip(names, _gradients(recipe, tight), strict=True)
        lines += [f"    {w} -= {eta} * ({g})" if " + " in g else f"    {w} -= {eta} * {g}" for w, g in by]
    else:
        lines += [*_gradient_lines(recipe, tight), *_RULES[c.optimiser](recipe, decay, share)]
    if c.max_norm:
        of = ", ".join(f"W{k}" for k in recipe.layers[:-1])
        lines += [
            f"    for w in ({of}):" if "," in of else f"    for w in ({of},):",
            f'        w *= np.minimum({c.max_norm} / np.sqrt(np.einsum("ij,ij->j", w, w)), 1)',
        ]
    return lines


def _sources(recipe: Recipe, tight: bool) -> list[str]:
    """Return the names of what goes into each weight matrix."""
    found = [passed(recipe, k - 1) for k in recipe.layers]
    if found[0] == "x" and not recipe.halved:
        found[0] = "X" if not recipe.in_batches else "X[rows]" if tight else "x"
    return found


def _shrink(recipe: Recipe, w: str) -> str:
    """Return what L2 adds to the gradient of a matrix."""
    if not recipe.config.l2:
        return ""
    return f" + {recipe.config.l2}{f' * {recipe.batch}' if recipe.config.gradient == 'mean' else ''} * {w}"


def _product(recipe: Recipe, h: str, d: str) -> str:
    return f"gradient({h}, {d})" if recipe.halved else f"{h}.T.dot({d})"


def _gradients(recipe: Recipe, tight: bool) -> list[str]:
    """Return the gradient of each weight matrix and bias."""
    found = []
    for k, h in zip(recipe.layers, _sources(recipe, tight), strict=True):
        found.append(_product(recipe, h, f"d{k}") + _shrink(recipe, f"W{k}"))
        found += [f"d{k}.sum(axis=0)"] * recipe.config.bias
    return found


def _gradient_lines(recipe: Recipe, tight: bool) -> list[str]:
    written = f"    gradients = [{', '.join(_gradients(recipe, tight))}]"
    if len(written) <= WIDEST:
        return [written]
    names = [[h, f"d{k}", *[f"W{k}"] * bool(recipe.config.l2)]
             for k, h in zip(recipe.layers, _sources(recipe, tight), strict=True)]  # fmt: skip
    triples = ", ".join(f"({', '.join(one)})" for one in names)
    one = "h, d, w" if recipe.config.l2 else "h, d"
    both = _product(recipe, "h", "d") + _shrink(recipe, "w")
    g = f"for g in ({both}, d.sum(axis=0))" if recipe.config.bias else ""
    if len(line := f"    gradients = [{'g' if g else both} for {one} in ({triples}){' ' * bool(g)}{g}]") <= WIDEST:
        return [line]
    return [f"    layers = {triples}", f"    gradients = [{'g' if g else both} for {one} in layers{' ' * bool(g)}{g}]"]


def _eta(recipe: Recipe, decay: str, share: str) -> str:
    eta = f"rate{decay}{share}"
    return f"float({eta})" if decay and recipe.single else eta


def _sgd(recipe: Recipe, decay: str, share: str) -> list[str]:
    return [
        f"    eta = {_eta(recipe, decay, share)}",
        "    for w, g in zip(parameters, gradients, strict=True):",
        "        w -= eta * g",
    ]


def _adam(recipe: Recipe, decay: str, share: str) -> list[str]:
    c = recipe.config
    eta, eps = f"rate{decay} * to_mean[step] / to_square[step]", f"{c.epsilon} / (to_square[step]{share})"
    if recipe.single:
        eta, eps = f"float({eta})", f"float({eps})"
    return [
        *assigned("    ", ("eta", "eps"), (eta, eps)),
        "    for w, g, m, v in zip(parameters, gradients, means, squares, strict=True):",
        f"        m[:] = {c.beta1} * {_flushed(recipe, 'm')} + g",
        f"        v[:] = {c.beta2} * {_flushed(recipe, 'v')} + g * g",
        "        w -= eta * (m / (np.sqrt(v) + eps))",
    ]


def _momentum(recipe: Recipe, decay: str, share: str) -> list[str]:
    mu, eta = momentum_now(recipe), _eta(recipe, decay, share)
    varies = "step" in mu
    first = assigned("    ", ("eta", "mu"), (eta, mu)) if varies else [f"    eta = {eta}"]
    mu = "mu" if varies else mu
    step = f"({mu} * v + g)" if recipe.config.optimiser == "nesterov" else "v"
    return [
        *first,
        "    for w, g, v in zip(parameters, gradients, velocities, strict=True):",
        f"        v[:] = {mu} * {_flushed(recipe, 'v')} + g",
        f"        w -= eta * {step}",
    ]


def _flushed(recipe: Recipe, name: str) -> str:
    """Return what is left of a velocity: now and then the program sets to 0 what is so small that it is slow."""
    if not recipe.flushes:
        return name
    return f"({name} if step % {FLUSH_EVERY} else {name} * (np.abs({name}) >= {NEGLIGIBLE}))"


_RULES = {"sgd": _sgd, "momentum": _momentum, "nesterov": _momentum, "adam": _adam}
