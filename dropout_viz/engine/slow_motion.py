"""One step taken apart: the trainer's own program, walked call by call on a copy of the state before the step.

Nothing is computed a second way: the list of calls comes from the compiler that made the trainer's, and it finds the
same parameters, optimiser state, masks and examples. So every number is the one that training computes, bit for bit.

Values have names: ``x`` the inputs, ``h0`` the same after their mask, ``m{l}`` a layer's mask (0 where off, the
training scale where on), ``z{l}`` pre-activations, ``a{l}`` activations, ``h{l}`` the same after mask and scale, ``y``
the targets, ``e`` the output's error, ``slope{l}``, ``delta{l}`` the loss by ``z{l}`` (``e`` itself where the loss
cancels the output's slope), summed over the batch in ``g{l}`` and ``gb{l}``, ``W{l}`` and ``b{l}`` the parameters,
``state.v`` and the like those of an optimiser. Layer 1 is the first hidden one; the output is layer L + 1.
Arrays are (examples, units) or (fan_in, fan_out).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.compiled_run import CompiledRun
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.measuring import all_on
from dropout_viz.errors import UserError
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.forward import Evaluator
from dropout_viz.nn.operands import operands, overlap
from dropout_viz.nn.ops import Op, subscript
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import Program

Array = NDArray[Any]
STAGES = ("mask", "forward", "scale", "loss", "backward", "update", "restore")


@dataclass(frozen=True, eq=False)
class Moment:
    """One formula of the step.

    Attributes:
        stage: one of ``STAGES``. formula: in the field's notation.
        reads, writes: names of values. values: of what it writes, after it.
    """

    stage: str
    formula: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    values: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Dissection:
    """A step, formula by formula.

    Attributes:
        run: number of the run. step: the step that is taken apart, one more than the run has done.
        config: its settings. plan: its network.
        examples: rows of the training set that it sees, shape (examples,).
        rate: its learning rate. before: values when it begins.
        moments: in the order in which they are computed: first the masks, last every unit on again.
        exact: where the published rule is used, ``delta1`` and ``g1`` as the true gradient has them; else empty.
        loss: the one that the optimiser sees, under the masks. all_on: with every unit on, on these examples, before
            and after the step.
    """

    run: int
    step: int
    config: RunConfig
    plan: Plan
    examples: NDArray[np.intp]
    rate: float
    before: Mapping[str, Array]
    moments: tuple[Moment, ...]
    exact: Mapping[str, Array] = field(default_factory=dict)
    loss: float = float("nan")
    all_on: tuple[float, float] = (float("nan"), float("nan"))

    def value(self, name: str, moment: int) -> Array | None:
        """Return a value as it is after a moment (-1: before the first), or None where it is not known yet."""
        for k in range(moment, -1, -1):
            if name in self.moments[k].values:
                return self.moments[k].values[name]
        return self.before.get(name)

    def has(self, name: str) -> bool:
        """Return whether the step computes a value."""
        return any(name in moment.values for moment in self.moments)

    def final(self, name: str) -> Array:
        """Return a value as it is at the end. Raises ``KeyError`` for a name that the step does not have."""
        found = self.value(name, len(self.moments) - 1)
        if found is None:
            raise KeyError(name)
        return found


def dissect(compiled: CompiledRun, run: int, config: RunConfig) -> Dissection:
    """Take a compiled run's next step apart. The run is left as it is.

    Raises:
        UserError: the run trains several worlds side by side, or a network that begins with convolutions.
    """
    if compiled.plan.maps:
        raise UserError(f"maps = {list(compiled.plan.maps)}: must be empty to take a step apart")
    if compiled.worlds > 1:
        raise UserError(f"worlds = {compiled.worlds}: must be 1 to take a step apart")
    k, own, plan = compiled.next_row(), compiled.program, compiled.plan
    walked = Program(plan, own.layout, own.x, own.y, own.batch, own.rows)
    walked.parameters[k][...] = own.parameters[k]
    walked.optimiser.restore(own.optimiser.state())
    walked.optimiser.begin_block(compiled.step - k, own.rows)
    for layer, masks in own.masks.items():
        walked.masks[layer][k] = masks[k]
    if walked.chosen is not None and own.chosen is not None:
        walked.chosen[k] = own.chosen[k]
    rows = np.arange(own.batch) if own.chosen is None else own.chosen[k].copy()
    names = _Names(walked, k)
    before = {"x": walked.x[rows], "y": walked.y[rows], **names.read("before.W", "before.b", "state")}
    moments = [_sampled(names, walked)] + [_walk(names, ops) for ops in _grouped(walked.step(k))]
    if plan.output == "linear":  # no call makes it: the sum is the answer already
        moments = [_with_output(moment, plan.layers) for moment in moments]
    held = {name: v for m in moments for name, v in m.values.items()}
    with_all = Evaluator(plan, before["x"], before["y"], 1)
    losses = [float(with_all.measure(parameters)[0]) for parameters in (own.parameters[k], walked.parameters[k + 1])]
    restored = {f"on{n}": a for n, a in enumerate(all_on(plan, walked.parameters[k + 1], before["x"]))}
    whole = f"{plan.noise_kind.symbol} = 1" if any(plan.drop) else "every unit on, as before"
    moments.append(Moment("restore", whole, (), tuple(restored), restored))
    return Dissection(
        run,
        compiled.step + 1,
        config,
        plan,
        rows,
        float(config.learning_rate * config.learning_rate_decay ** (compiled.step // max(1, len(own.x) // own.batch))),
        before,
        tuple(moments),
        _exact({**before, **held}, before) if plan.published else {},
        float(walked.losses(k, k + 1)[0, 0]),
        (losses[0], losses[1]),
    )


def _exact(held: Mapping[str, Array], before: Mapping[str, Array]) -> dict[str, Array]:
    """Return what the true gradient has in place of the published rule's first layer: the slope is that of the
    activation before mask and scale, times what mask and scale multiply it by."""
    kept = held.get("m1", np.ones_like(held["a1"]))
    delta = held["delta2"] @ before["W2"].T * kept * held["a1"] * (1 - held["a1"])
    return {"delta1": delta, "g1": before["x"].T @ delta}


def _sampled(names: _Names, program: Program) -> Moment:
    found = names.read("m")
    plan, kind = program.plan, program.plan.noise_kind
    chances = ", ".join(
        kind.law.format(m=f"{kind.symbol}{subscript(layer)}", p=p, variance=kind.variance(plan.scaling, p))
        for layer, p in ((layer, plan.drop[layer]) for layer in sorted(program.masks))
    )
    return Moment("mask", chances or "no layer drops units", (), tuple(found), found)


def _grouped(ops: list[Op]) -> Iterator[list[Op]]:
    """Yield the calls that share a formula: neighbours, and in the update those of all pieces of the parameters."""
    group: list[Op] = []
    updates: dict[str, list[Op]] = {}
    for op in ops:
        if op.stage == "update":
            updates.setdefault(op.formula, []).append(op)
            continue
        if group and (op.stage, op.formula) != (group[-1].stage, group[-1].formula):
            yield group
            group = []
        group.append(op)
    yield group
    if any(_cut(ops, formula) for formula in updates):
        yield from _pieces(ops)
    else:
        yield from updates.values()


def _cut(ops: list[Op], formula: str) -> bool:
    """Return whether calls of a formula are interrupted by others: the update works piece by piece."""
    at = [k for k, op in enumerate(ops) if op.formula == formula]
    return at[-1] - at[0] >= len(at)


def _pieces(ops: list[Op]) -> Iterator[list[Op]]:
    """Yield an update in pieces as one: cut into formulas it would have to be carried out in another order."""
    yield [op for op in ops if op.stage == "update"]


def _with_output(moment: Moment, layer: int) -> Moment:
    """Return a moment in which the sums of the last layer are its activations too."""
    if f"z{layer}" not in moment.writes:
        return moment
    values = {**moment.values, f"a{layer}": moment.values[f"z{layer}"]}
    return replace(moment, writes=(*moment.writes, f"a{layer}"), values=values)


def _walk(names: _Names, ops: list[Op]) -> Moment:
    """Carry out the calls of one formula and note what they touched."""
    touched = [operands(op) for op in ops]
    for op in ops:
        op.call(*op.args)
    stage = ops[0].stage
    formulas = list(dict.fromkeys(op.formula for op in ops))
    writes = names.of([arrays[-1] for arrays in touched], ops[0], written=True)
    reads = names.of([a for arrays in touched for a in arrays[:-1]], ops[0], written=False)
    if stage == "forward":  # most activations are computed in the memory of their pre-activation, z often from -x
        reads += [f"z{name[1:]}" for name in writes if name[0] == "a"]
        reads += ["x" for name in writes if name == "z1" and not {"x", "h0"} & set(reads)]
    if stage == "update" and not ops[0].formula.startswith(
        "g "
    ):  # which overwrites the gradient: what it was is what there is to see
        writes = [name for name in writes if not name.startswith("g")]
    values = {name: names.value(name) for name in writes}
    reads = [name for name in dict.fromkeys(reads) if name not in writes]
    return Moment(stage, ";  ".join(formulas), tuple(reads), tuple(writes), values)


class _Names:
    """The names of a program's buffers during the step of one row."""

    def __init__(self, program: Program, k: int) -> None:
        plan = program.plan
        self._negated = {
            n
            for n in range(1, plan.layers + 1)
            if ACTIVATIONS[plan.output if n == plan.layers else plan.activation].negated
        }
        self._buffers = program.buffers(k)
        self._in_place = {n for n in program.masks if n and f"h{n}" not in self._buffers}  # mask and scale overwrite a
        self._scaled: set[int] = set()
        self._optimiser = program.optimiser

    def read(self, *kinds: str) -> dict[str, Array]:
        """Return copies of what there is of some kinds: ``W``, ``m``, ``state`` ..."""
        chosen = {name: a for name, a in self._buffers.items() if name.rstrip("0123456789") in kinds}
        found = {name.removeprefix("before."): a.copy() for name, a in chosen.items()}
        if "state" in kinds:
            found |= {f"state.{name}": a for name, a in self._optimiser.state().items()}
        return found

    def of(self, arrays: list[Array], op: Op, *, written: bool) -> list[str]:
        """Return the names of the buffers among some arrays that a formula's calls read or write."""
        found: dict[str, None] = {}
        for array in arrays:
            for name, buffer in self._buffers.items():
                if overlap(array, buffer):
                    found[self._called(name, op, written)] = None
        if written and op.stage == "update":
            found |= {f"state.{n}": None for n in self._optimiser.state() if op.formula.startswith(f"{n} ")}
        return list(found)

    def _called(self, name: str, op: Op, written: bool) -> str:
        """Return what a buffer's content is called at this moment: one may hold z, then a, then h."""
        kind, n = name[0], int(name[1:]) if name[1:].isdigit() else 0
        if name.startswith("before."):
            return name.removeprefix("before.")
        if kind != "a":
            return name
        if written and op.stage == "scale":
            self._scaled.add(n)
            return f"h{n}"
        if op.stage == "forward" and op.formula.startswith("z") and (written or op.formula[1] == subscript(n)):
            return f"z{n}"
        return f"h{n}" if n in self._scaled and op.stage != "scale" else name

    def value(self, name: str) -> Array:
        """Return a copy of a value."""
        if name.startswith("state."):
            return self._optimiser.state()[name.removeprefix("state.")]
        n = int(name[1:]) if name[1:].isdigit() else 0
        if name[0] == "z":
            held = self._buffers.get(name, self._buffers[f"a{n}"])
            return np.negative(held) if n in self._negated else held.copy()
        if name[0] == "h" and n in self._in_place:
            name = f"a{n}"
        return self._buffers[name].copy()
