"""One step as the few NumPy lines that it is, made from the run's settings. No Qt.

Each line knows which values (by the names of ``engine.slow_motion``) it computes and which its words stand for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.slow_motion import Moment
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.optimisers import OPTIMISERS

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


@dataclass(frozen=True)
class CodeLine:
    """A line of code.

    Attributes:
        text: the code. writes: values that it computes.
        dropout: whether it is there because of dropout.
        words: value by word of the text.
        update: whether it changes parameters, or None where it also computes their gradients.
    """

    text: str
    writes: tuple[str, ...] = ()
    dropout: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    update: bool | None = False

    def computes(self, moment: Moment) -> bool:
        """Return whether the line is the one, or one of those, that a moment of the step is."""
        fits = self.update is None or self.update == (moment.stage == "update")
        return fits and not set(self.writes).isdisjoint(moment.writes)

    def pieces(self) -> list[tuple[int, str, str | None]]:
        """Return the line cut at its words: column, text, and the value that it stands for or None."""
        found: list[tuple[int, str, str | None]] = []
        at = 0
        for match in _WORD.finditer(self.text):
            if match.start() > at:
                found.append((at, self.text[at : match.start()], None))
            found.append((match.start(), match.group(), self.words.get(match.group())))
            at = match.end()
        return [*found, (at, self.text[at:], None)] if at < len(self.text) else found


def lines(config: RunConfig, *, batches: bool, mean_of: int) -> list[CodeLine]:
    """Return the lines of one step.

    ``batches``: whether a step sees only some of the examples. ``mean_of``: how many a step sees.
    """
    return _published(config) if config.rule == "as-published" else _exact(config, batches, mean_of)


_POST = {
    "X": "x",
    "synapse_0": "W1",
    "synapse_1": "W2",
    "layer_1": "h1",
    "layer_2": "a2",
    "mask": "m1",
    "y": "y",
    "layer_2_delta": "delta2",
    "layer_1_delta": "delta1",
}


def _published(config: RunConfig) -> list[CodeLine]:
    """The 2015 post's program, by its names."""
    before = {**_POST, "layer_1": "a1"}
    return [
        CodeLine("layer_1 = 1 / (1 + np.exp(-(X @ synapse_0)))", ("z1", "a1"), words=before),
        CodeLine("mask = np.random.binomial(1, 1 - dropout_percent, layer_1.shape)", ("m1",), True, before),
        CodeLine("layer_1 *= mask / (1 - dropout_percent)", ("h1",), True, _POST),
        CodeLine("layer_2 = 1 / (1 + np.exp(-(layer_1 @ synapse_1)))", ("z2", "a2"), words=_POST),
        CodeLine("layer_2_delta = (layer_2 - y) * layer_2 * (1 - layer_2)", ("e", "slope2", "delta2"), words=_POST),
        CodeLine(
            "layer_1_delta = layer_2_delta @ synapse_1.T * layer_1 * (1 - layer_1)", ("slope1", "delta1"), words=_POST
        ),
        CodeLine("synapse_1 -= alpha * layer_1.T @ layer_2_delta", ("g2", "W2"), words=_POST, update=None),
        CodeLine("synapse_0 -= alpha * X.T @ layer_1_delta", ("g1", "W1"), words=_POST, update=None),
    ]


def _exact(config: RunConfig, batches: bool, mean_of: int) -> list[CodeLine]:
    last = len(config.hidden) + 1
    noise = config.noise_kind
    r = noise.symbol
    drop = config.drop_probabilities
    words = {"x": "x", "y": "y", "e": "e", "y_hat": f"a{last}"}
    for n in range(1, last + 1):
        words |= {f"{k}{n}": f"{k}{n}" for k in ("z", "a", "h", "delta", "g", "gb", "W", "b")} | {f"{r}{n}": f"m{n}"}
    made: list[CodeLine] = []

    def add(text: str, *writes: str, dropout: bool = False, **other: str) -> None:
        made.append(CodeLine(text, writes, dropout, {**words, **other}))

    if batches:
        add("x, y = X[batch], Y[batch]", "x", "y")
    if drop[0]:
        words[f"{r}0"] = "m0"
        add(f"{r}0 = {noise.shown.format(p='p0', like='x')}", "m0", dropout=True)
        add(f"x = x * {r}0" + noise.follows(config.scaling, "p0"), "h0", dropout=True, x="h0")
        words["x"] = "h0"
    h = "x"
    for n in range(1, last + 1):
        name = "y_hat" if n == last else f"a{n}"
        z = f"{h} @ W{n}" + f" + b{n}" * config.bias
        kind = ACTIVATIONS[config.output if n == last else config.activation]
        if kind.early:  # its slope will be taken of z
            add(f"z{n} = {z}", f"z{n}")
            z = f"z{n}"
        writes = (f"a{n}",) if kind.early else (f"z{n}", f"a{n}")
        add(f"{name} = {kind.in_numpy(z)}", *writes)
        h = name
        if n < last and drop[n]:
            add(f"{r}{n} = {noise.shown.format(p=f'p{n}', like=f'a{n}')}", f"m{n}", dropout=True)
            wrong = "  # not scaled, then or ever: wrong" if config.scaling == "none" else ""
            add(f"h{n} = a{n} * {r}{n}" + noise.follows(config.scaling, f"p{n}") + wrong, f"h{n}", dropout=True)
            h = f"h{n}"
    add("e = y_hat - y", "e")
    slope = ACTIVATIONS[config.output].numpy_slope.format(a="y_hat") if config.loss == "squared_error" else ""
    add(f"delta{last} = e" + f" * {slope}" * bool(slope), f"slope{last}", f"delta{last}")
    for n in range(last, 0, -1):
        before = f"h{n - 1}" if n > 1 and drop[n - 1] else f"a{n - 1}" if n > 1 else "x"
        add(f"g{n} = {before}.T @ delta{n}", f"g{n}")
        if config.bias:
            add(f"gb{n} = delta{n}.sum(axis=0)", f"gb{n}")
        if n > 1:
            factor = f" * {r}{n - 1}" + noise.follows(config.scaling, f"p{n - 1}")
            dropped = factor if drop[n - 1] else ""
            slope = ACTIVATIONS[config.activation].numpy_slope.format(a=f"a{n - 1}", z=f"z{n - 1}")
            add(f"delta{n - 1} = delta{n} @ W{n}.T{dropped} * {slope}", f"slope{n - 1}", f"delta{n - 1}")
    return made + _update(config, last, mean_of, words)


def _update(config: RunConfig, last: int, mean_of: int, words: dict[str, str]) -> list[CodeLine]:
    """Return the lines in which gradients become a step."""
    over = f" / {mean_of}" if config.gradient == "mean" and mean_of > 1 else ""
    plain = config.optimiser == "sgd" and not config.l2
    made: list[CodeLine] = []
    everything = tuple(f"{k}{n}" for n in range(1, last + 1) for k in ("W", "b"))
    gradients = tuple(f"{k}{n}" for n in range(1, last + 1) for k in ("g", "gb"))
    if plain:
        for n in range(1, last + 1):
            made.append(CodeLine(f"W{n} -= rate{over} * g{n}", (f"W{n}",), words=words, update=True))
            if config.bias:
                made.append(CodeLine(f"b{n} -= rate{over} * gb{n}", (f"b{n}",), words=words, update=True))
    else:
        kind = OPTIMISERS[config.optimiser]
        made.append(CodeLine(f"for {', '.join(('w', 'g', *kind.make.names))} in parameters:"))
        if config.l2:
            each = f" * {mean_of}" if over else ""
            made.append(CodeLine(f"    if w.ndim == 2: g += l2{each} * w", gradients, update=True))
        squared = over and f"{over} ** 2"
        for shown in kind.shown:
            text = shown.text.format(over=over, over_squared=squared)
            made.append(
                CodeLine(f"    {text}", (f"state.{shown.writes}",) if shown.writes else everything, update=True)
            )
    if config.max_norm:
        for n in range(1, last):
            limit = f"np.minimum(1, max_norm / np.linalg.norm(W{n}, axis=0))"
            made.append(CodeLine(f"W{n} *= {limit}", (f"W{n}",), words=words, update=True))
    return made
