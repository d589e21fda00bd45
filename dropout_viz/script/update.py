"""The update of the NumPy script: from the errors at each layer, d1, d2, ..., to the new weights."""

from __future__ import annotations

from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.nn.optimisers.base import FLUSH_EVERY, NEGLIGIBLE
from dropout_viz.nn.optimisers.kind import Script
from dropout_viz.script.parts import assigned, momentum_now
from dropout_viz.script.recipe import WIDEST, Recipe


def passed(recipe: Recipe, layer: int) -> str:
    """Return the name of what a layer passes on."""
    return f"h{layer}" if layer in recipe.dropped else f"a{layer}" if layer else "x"


def state_lines(recipe: Recipe, names: list[str]) -> list[str]:
    """Return the lines that make the optimiser's state and what is known of its steps beforehand."""
    if _written_out(recipe):
        return []
    return [
        f"parameters = [{', '.join(names)}]",
        *OPTIMISERS[recipe.config.optimiser].before(_script(recipe)),
    ]


def _written_out(recipe: Recipe) -> bool:
    """Return whether each matrix is updated by a line of its own."""
    return recipe.config.optimiser == "sgd" and len(recipe.layers) <= 2


def update_lines(recipe: Recipe, names: list[str], *, tight: bool) -> list[str]:
    """Return the lines of a step from the errors to the new weights."""
    c, lines, script = recipe.config, list[str](), _script(recipe)
    if _written_out(recipe):
        eta = script.eta
        if eta != "rate":
            lines.append(f"    eta = {eta}")
            eta = "eta"
        by = zip(names, _gradients(recipe, tight), strict=True)
        lines += [f"    {w} -= {eta} * ({g})" if " + " in g else f"    {w} -= {eta} * {g}" for w, g in by]
    else:
        lines += [*_gradient_lines(recipe, tight), *OPTIMISERS[c.optimiser].lines(script)]
    if c.max_norm:
        of = ", ".join(f"W{k}" for k in recipe.layers[:-1])
        lines += [
            f"    for w in ({of}):" if "," in of else f"    for w in ({of},):",
            f'        w *= {c.max_norm} / np.maximum(np.sqrt(np.einsum("ij,ij->j", w, w)), {c.max_norm})',
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
    names = [
        [h, f"d{k}", *[f"W{k}"] * bool(recipe.config.l2)]
        for k, h in zip(recipe.layers, _sources(recipe, tight), strict=True)
    ]
    triples = ", ".join(f"({', '.join(one)})" for one in names)
    one = "h, d, w" if recipe.config.l2 else "h, d"
    both = _product(recipe, "h", "d") + _shrink(recipe, "w")
    g = f"for g in ({both}, d.sum(axis=0))" if recipe.config.bias else ""
    if len(line := f"    gradients = [{'g' if g else both} for {one} in ({triples}){' ' * bool(g)}{g}]") <= WIDEST:
        return [line]
    return [f"    layers = {triples}", f"    gradients = [{'g' if g else both} for {one} in layers{' ' * bool(g)}{g}]"]


def _flushed(recipe: Recipe, name: str) -> str:
    """Return what is left of a velocity: now and then the program sets to 0 what is so small that it is slow."""
    if not recipe.flushes:
        return name
    return f"({name} if step % {FLUSH_EVERY} else {name} * (np.abs({name}) >= {NEGLIGIBLE}))"


def _script(recipe: Recipe) -> Script:
    """Return what an optimiser's lines may use."""
    c = recipe.config
    share = f" * (1 / {recipe.batch})" if c.gradient == "mean" else ""
    rate = "rate"
    if c.learning_rate_decay != 1:  # an array's power, as the engine's: a single number's may differ in its last bit
        epochs = max(1, -(-recipe.steps // recipe.per_epoch))
        rate = f"rate * ({c.learning_rate_decay} ** np.arange({epochs}))[step // {recipe.per_epoch}]"
    eta = f"{rate}{share}"
    return Script(
        steps=recipe.steps,
        rate=rate,
        share=share,
        eta=f"float({eta})" if rate != "rate" and recipe.single else eta,
        mu=momentum_now(recipe),
        beta1=c.beta1,
        beta2=c.beta2,
        epsilon=c.epsilon,
        cast=lambda expression: f"float({expression})" if recipe.single else expression,
        flushed=lambda name: _flushed(recipe, name),
        assign=assigned,
    )
