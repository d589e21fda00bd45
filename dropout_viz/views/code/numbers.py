"""A moment of slow motion in numbers: its formula for one example, one unit and one weight. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dropout_viz.draw.numbers import MINUS, number
from dropout_viz.engine.slow_motion import Dissection, Moment
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.ops import subscript
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.words import many

Thing = Unit | Weight | None
TERMS = 5
"""Terms of a sum that are written out; of more, the largest."""
TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Piece:
    """A few characters of a formula, and the unit or weight that they are the number of. ``tone``: as in Style."""

    text: str
    thing: Thing = None
    tone: str = "text"


Row = list[Piece]


@dataclass(frozen=True)
class Focus:
    """What the numbers are of.

    Attributes:
        row: row of the step's batch. weight: the chosen weight. unit: the unit pointed at, if any.
    """

    row: int
    weight: Weight
    unit: Unit | None = None

    def index(self, layer: int, sizes: tuple[int, ...]) -> int:
        """Return the unit of a layer that the numbers are of."""
        if self.unit is not None and self.unit.layer == layer:
            index = self.unit.index
        elif layer == self.weight.layer + 1:
            index = self.weight.target
        else:
            index = self.weight.source if layer == self.weight.layer else 0
        return min(index, sizes[layer] - 1)

    def of(self, layer: int, sizes: tuple[int, ...]) -> Weight:
        """Return the weight of a weight layer that the numbers are of."""
        return Weight(layer, self.index(layer, sizes), self.index(layer + 1, sizes))


def short(value: float, digits: int = 3) -> str:
    """Return a number with three digits (or so many), a small whole one with none: 0.585, −1.25, 1."""
    if math.isfinite(value) and value == round(value) and abs(value) < 100:
        return str(round(value)).replace("-", MINUS)
    return number(float(value), digits)


def paren(value: float) -> str:
    """Return a number as a factor: a negative one in brackets."""
    return f"({short(value)})" if value < 0 else short(value)


def rows(taken: Dissection, k: int, focus: Focus) -> list[Row]:
    """Return what moment k computes, in numbers, one line a row."""
    return _Writer(taken, k, focus).rows()


class _Writer:
    def __init__(self, taken: Dissection, k: int, focus: Focus) -> None:
        self.taken, self.k, self.focus = taken, k, focus
        self.moment: Moment = taken.moments[k]
        self.sizes = taken.plan.sizes

    def get(self, name: str, before: bool = False) -> Any:
        found = self.taken.value(name, self.k - before)
        if found is None and name[0] == "h" and name[1:].isdigit():
            n = int(name[1:])
            return self.get("x" if n == 0 else f"a{n}", before)
        if found is None and name == f"delta{self.taken.plan.layers}":
            return self.get("e")
        return found

    def unit(self, name: str, layer: int, before: bool = False) -> float:
        return float(self.get(name, before)[self.focus.row, self.focus.index(layer, self.sizes)])

    def who(self, layer: int) -> Unit:
        return Unit(layer, self.focus.index(layer, self.sizes))

    def rows(self) -> list[Row]:
        moment = self.moment
        if moment.stage == "mask":
            return self._masks()
        if moment.stage == "restore":
            return self._restored()
        if moment.stage == "update":
            return self._update()
        made: list[Row] = []
        for name in sorted(moment.writes, reverse=True):
            kind, layer = name.rstrip("0123456789"), int("0" + name.lstrip("abcdefghijklmnopqrstuvwxyz."))
            write = {
                "z": self._z,
                "a": self._a,
                "h": self._h,
                "e": self._e,
                "slope": self._slope,
                "delta": self._delta,
                "g": self._g,
                "x": self._x,
            }.get(kind)
            if write is not None:
                made += write(self.taken.plan.layers if kind == "e" else layer)
        return made

    def _masks(self) -> list[Row]:
        made = []
        for name in self.moment.writes:
            layer = int(name[1:])
            drawn = self.get(name)[self.focus.row]
            noise = self.taken.plan.noise_kind
            row: Row = [Piece(f"{noise.symbol}{subscript(layer)} = ")]
            if not noise.on_off:
                row += [
                    Piece(f"{short(value)}  ", Unit(layer, index)) for index, value in enumerate(drawn[:8].tolist())
                ]
                row.append(Piece(f"{'… ' if len(drawn) > 8 else ''}  factors of this example's units", tone="dim"))
                made.append(row)
                continue
            for index, value in enumerate(drawn[:16].tolist()):
                row.append(Piece("1 " if value else "0 ", Unit(layer, index), "text" if value else "warning"))
            off = int((drawn == 0).sum())
            row.append(
                Piece(
                    f"{'… ' if len(drawn) > 16 else ''}  {many(off, 'unit', of=len(drawn))} off for this example",
                    tone="dim",
                )
            )
            made.append(row)
        return made

    def _x(self, layer: int) -> list[Row]:
        return [[Piece(f"{many(len(self.taken.examples), 'example')} of this mini-batch", tone="dim")]]

    def _name(self, symbol: str, layer: int) -> Piece:
        output = layer == self.taken.plan.layers
        which = "" if self.sizes[layer] == 1 and output else f"[{self.focus.index(layer, self.sizes) + 1}]"
        return Piece(f"{symbol}{subscript(layer)}{which} = ", self.who(layer))

    def _sum(self, terms: Sequence[tuple[float, float, Thing]], total: float, extra: Row) -> Row:
        """Return a sum of products: all of them, or the largest and how many are left out."""
        order = sorted(range(len(terms)), key=lambda i: -abs(terms[i][0] * terms[i][1]))
        shown = sorted(order[:TERMS]) if len(terms) > TERMS + 1 else range(len(terms))
        row: Row = []
        for i in shown:
            a, b, thing = terms[i]
            row += [Piece(" + ")] * bool(row)
            row.append(Piece(f"{short(a)} {TIMES} {paren(b)}", thing, "text" if a * b else "dim"))
        if len(terms) > len(shown):
            row.append(Piece(f" + {len(terms) - len(shown):,} smaller terms", tone="dim"))
        return [*row, *extra, Piece(f" = {short(total)}", tone="accent")]

    def _z(self, layer: int) -> list[Row]:
        j = self.focus.index(layer, self.sizes)
        a, w = self.get(f"h{layer - 1}")[self.focus.row], self.get(f"W{layer}")[:, j]
        terms = [(float(p), float(q), Weight(layer - 1, i, j)) for i, (p, q) in enumerate(zip(a, w, strict=True))]
        bias = self.get(f"b{layer}")
        extra = [Piece(f" + {paren(float(bias[j]))}", self.who(layer))] if bias is not None else []
        return [[self._name("z", layer), *self._sum(terms, self.unit(f"z{layer}", layer), extra)]]

    def _a(self, layer: int) -> list[Row]:
        output = layer == self.taken.plan.layers
        kind = ACTIVATIONS[self.taken.plan.output if output else self.taken.plan.activation]
        z, a = self.unit(f"z{layer}", layer), self.unit(f"a{layer}", layer)
        said = kind.with_numbers.format(z=short(z), minus_z=short(-z), bracketed=paren(z))
        return [
            [
                self._name("ŷ" if output else "h", layer),
                Piece(said, self.who(layer)),
                Piece(f" = {short(a)}", tone="accent"),
            ]
        ]

    def _h(self, layer: int) -> list[Row]:
        a = self.unit("x" if layer == 0 else f"a{layer}", layer)
        kept, p = self.unit(f"m{layer}", layer), self.taken.plan.drop[layer]
        noise = self.taken.plan.noise_kind
        on = ("1" if kept else "0") if noise.on_off else paren(kept)
        how = noise.follows(self.taken.plan.scaling, f"{p:g}").replace("-", MINUS)
        row = [
            self._name("h" if layer else "x", layer),
            Piece(short(a), self.who(layer)),
            Piece(f" {TIMES} "),
            Piece(on, self.who(layer), "text" if kept else "warning"),
            Piece(how),
            Piece(f" = {short(a * kept)}", tone="accent"),
        ]
        return (
            [row]
            if kept or not noise.on_off
            else [row, [Piece("Off: it passes nothing on, for this example in this step.", tone="dim")]]
        )

    def _e(self, layer: int) -> list[Row]:
        y, a = self.unit("y", layer), self.unit(f"a{layer}", layer)
        row = [
            self._name("e", layer),
            Piece(f"{short(a)} {MINUS} {short(y)}", self.who(layer)),
            Piece(f" = {short(self.unit('e', layer))}", tone="accent"),
        ]
        plan = self.taken.plan
        under = f"loss under the {plan.noise_kind.thing}s" if any(plan.drop) else "loss with every unit on"
        examples = many(len(self.taken.examples), "example")
        return [row, [Piece(f"{under}, {examples}: {short(self.taken.loss)}", tone="dim")]]

    def _slope(self, layer: int) -> list[Row]:
        if layer == self.taken.plan.layers and self.get(f"slope{layer}") is None:
            return []
        slope = self.unit(f"slope{layer}", layer)
        output = layer == self.taken.plan.layers
        kind = ACTIVATIONS[self.taken.plan.output if output else self.taken.plan.activation]
        used = f"h{layer}" if self.taken.plan.published and not output else f"a{layer}"
        h = self.unit(f"z{layer}" if kind.early else used, layer)
        said = kind.slope_with_numbers.format(h=short(h), bracketed=paren(h))
        row = [self._name("slope", layer), Piece(said, self.who(layer)), Piece(f" = {short(slope)}", tone="accent")]
        made = [row]
        if self.taken.plan.published and not output:
            a, kept = self.unit(f"a{layer}", layer), self.unit(f"m{layer}", layer)
            true = a * (1 - a) * kept
            made.append(
                [
                    Piece(
                        f"the true slope: {short(a)} {TIMES} (1 {MINUS} {short(a)}) {TIMES} {short(kept)} = ",
                        self.who(layer),
                        "dim",
                    ),
                    Piece(short(true)),
                ]
            )
            made += self._verdict(slope, true)
        return made

    @staticmethod
    def _verdict(published: float, true: float) -> list[Row]:
        if published * true < 0:
            return [
                [
                    Piece(
                        "Wrong sign: h exceeds 1, so h (1 − h) is negative. The weight is pushed the wrong way.",
                        tone="error",
                    )
                ]
            ]
        if math.isclose(published, true, rel_tol=1e-9, abs_tol=1e-300):
            return [[Piece("Here both agree.", tone="dim")]]
        return [[Piece("Not the gradient: the published rule takes the slope after mask and scale.", tone="warning")]]

    def _delta(self, layer: int) -> list[Row]:
        now = self.unit(f"delta{layer}", layer)
        name, result = self._name("δ", layer), Piece(f" = {short(now)}", tone="accent")
        if layer == self.taken.plan.layers:
            e, slope = self.unit("e", layer), self.unit(f"slope{layer}", layer)
            return [[name, Piece(f"{short(e)} {TIMES} {paren(slope)}", self.who(layer)), result]]
        if "W" in self.moment.formula:
            i = self.focus.index(layer, self.sizes)
            above, w = self.get(f"delta{layer + 1}")[self.focus.row], self.get(f"W{layer + 1}")[i]
            terms = [(float(p), float(q), Weight(layer, i, j)) for j, (p, q) in enumerate(zip(above, w, strict=True))]
            return [[name, *self._sum(terms, now, [])]]
        before = self.unit(f"delta{layer}", layer, before=True)
        by_mask = "slope" not in self.moment.formula
        factor = self.unit(f"m{layer}" if by_mask else f"slope{layer}", layer)
        made = [[name, Piece(f"{short(before)} {TIMES} {paren(factor)}", self.who(layer)), result]]
        if by_mask and not factor and self.taken.plan.noise_kind.on_off:
            made.append([Piece("Off: no gradient reaches its weights from this example.", tone="dim")])
        if not by_mask and "delta1" in self.taken.exact and layer == 1:
            true = float(self.taken.exact["delta1"][self.focus.row, self.focus.index(1, self.sizes)])
            made.append([Piece("the true gradient has ", tone="dim"), Piece(short(true), self.who(1))])
            made += self._verdict(now, true)
        return made

    def _g(self, layer: int) -> list[Row]:
        weight = self.focus.of(layer - 1, self.sizes)
        a, d = self.get(f"h{layer - 1}")[:, weight.source], self.get(f"delta{layer}")[:, weight.target]
        terms: list[tuple[float, float, Thing]] = [(float(p), float(q), None) for p, q in zip(a, d, strict=True)]
        g = float(self.get(f"g{layer}")[weight.source, weight.target])
        made = [
            [
                Piece(f"∂w{subscript(layer)}[{weight.source + 1}, {weight.target + 1}] = ", weight),
                *self._sum(terms, g, []),
                Piece("   over the examples", tone="dim"),
            ]
        ]
        if layer == 1 and "g1" in self.taken.exact:
            true = float(self.taken.exact["g1"][weight.source, weight.target])
            made.append([Piece("the true gradient: ", tone="dim"), Piece(short(true), weight)])
            if g * true < 0:
                made.append([Piece("Wrong sign: this step moves the weight uphill.", tone="error")])
        return made

    def _update(self) -> list[Row]:
        weight = self.focus.of(min(self.focus.weight.layer, self.taken.plan.layers - 1), self.sizes)
        name = f"W{weight.layer + 1}"
        plan, at = self.taken.plan, (weight.source, weight.target)
        before, after = self.get(name, before=True), self.get(name)
        made: list[Row] = []
        label = f"w{subscript(weight.layer + 1)}[{weight.source + 1}, {weight.target + 1}]"
        for state in (n for n in self.moment.writes if n.startswith("state.")):
            old, new = (plan.views(self.get(state, before=b))[0][weight.layer][at] for b in (True, False))
            made.append(
                [
                    Piece(f"{state[6:]} of {label}: {short(float(old))} → ", weight),
                    Piece(short(float(new)), tone="accent"),
                ]
            )
        if name in self.moment.writes:
            old, new, g = float(before[at]), float(after[at]), float(self.get(f"g{weight.layer + 1}", before=True)[at])
            share = f" / {len(self.taken.examples)}" if plan.mean and len(self.taken.examples) > 1 else ""
            if plan.optimiser == "sgd" and "η" in self.moment.formula and "λ" not in self.moment.formula:
                how = f"{short(old)} {MINUS} {self.taken.rate:g}{share} {TIMES} {paren(g)}"
            else:
                how = f"{short(old)} → "
            joint = "" if how.endswith("→ ") else " = "
            made.append(
                [Piece(f"{label} = ", weight), Piece(how, weight), Piece(f"{joint}{short(new)}", tone="accent")]
            )
        elif not made:
            g = float(self.get(f"g{weight.layer + 1}")[at])
            made.append([Piece(f"g of {label} = ", weight), Piece(short(g), tone="accent")])
        return made

    def _restored(self) -> list[Row]:
        before, after = self.taken.all_on
        better = np.sign(before - after)
        word = "lower" if better > 0 else "higher" if better < 0 else "as before"
        last = self.taken.plan.layers
        wrong = self.taken.plan.scaling == "none" and any(self.taken.plan.drop)
        said = "Not scaled: with every unit on, layers pass on 1 / (1 − p) times what the next was trained on."
        more = [[Piece(said, tone="error")]] if wrong else []
        return [
            *more,
            [Piece("The weights keep what they have learnt.")],
            [
                Piece(f"loss with every unit on, these examples: {short(before)} → "),
                Piece(short(after), tone="accent"),
                Piece(f"  {word}", tone="dim"),
            ],
            [
                Piece("ŷ of this example with every unit on: ", self.who(last), "dim"),
                Piece(short(self.unit(f"on{last}", last)), self.who(last)),
            ],
        ]
