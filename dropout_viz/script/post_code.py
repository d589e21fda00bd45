"""A run under the published rule as a script in the 2015 post's own shape, names and order."""

from __future__ import annotations

import re

from dropout_viz.script.parts import change_lines, change_table, data_code, finished, heading, number, twin_lines
from dropout_viz.script.recipe import Recipe

_NAMES = {"rate": "alpha", "p1": "dropout_percent"}


def script(recipe: Recipe) -> str:
    """Return the script. Raises ``UserError`` for a run that no script of readable length repeats."""
    made, config = data_code(recipe), recipe.config
    (inputs, hidden), (_, outputs) = recipe.plan.shapes
    promise = ["Bit for bit that run's synapse_0 and synapse_1, with the same NumPy and computer. --save: weights.npz."]
    lines = [
        *heading(recipe, promise, made.usage),
        *sorted(["import sys", *made.imports], key=lambda line: (line[0] != "i", line)),
        "",
        "import numpy as np",
        *(["from numpy.random import SeedSequence"] if any("SeedSequence" in line for line in made.lines) else []),
        "",
        *(re.sub(r"\bY\b", "y", line) for line in made.lines),
        *(["X, y = X.astype(np.float64), y.astype(np.float64)"] if made.dtype == "float32" else []),
        f"alpha, hidden_dim, dropout_percent = {config.learning_rate}, {hidden}, {config.drop_probabilities[1]}",
        f"np.random.seed({config.seed})",
        f"synapse_0 = 2 * np.random.random(({inputs}, hidden_dim)) - 1",
        f"synapse_1 = 2 * np.random.random((hidden_dim, {outputs})) - 1",
        *change_table(recipe),
        *twin_lines(recipe, ("synapse_0", "synapse_1")),
        f"for {'j' if recipe.live else '_'} in range({number(recipe.steps)}):",
        *change_lines(recipe, _NAMES, "j"),
        "    layer_1 = 1 / (1 + np.exp(-(np.dot(X, synapse_0))))",
        "    mask = np.random.binomial([np.ones((len(X), hidden_dim))], 1 - dropout_percent)[0]",
        "    layer_1 *= mask * (1.0 / (1 - dropout_percent))",
        "    layer_2 = 1 / (1 + np.exp(-(np.dot(layer_1, synapse_1))))",
        "    layer_2_delta = (layer_2 - y) * (layer_2 * (1 - layer_2))",
        "    layer_1_delta = layer_2_delta.dot(synapse_1.T) * (layer_1 * (1 - layer_1))",
        "    synapse_1 -= alpha * layer_1.T.dot(layer_2_delta)",
        "    synapse_0 -= alpha * X.T.dot(layer_1_delta)",
        "",
        "layer_1 = 1 / (1 + np.exp(-(np.dot(X, synapse_0))))",
        "layer_2 = 1 / (1 + np.exp(-(np.dot(layer_1, synapse_1))))",
        'print(f"loss with every unit on: {(0.5 * (layer_2 - y) ** 2).sum(axis=1).mean():.6g}")',
        'if "--save" in sys.argv:',
        '    np.savez("weights.npz", synapse_0=synapse_0, synapse_1=synapse_1)',
    ]
    return finished(lines)
