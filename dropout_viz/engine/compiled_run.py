"""One compiled program with its random streams, optimiser state and record: one world, or many side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blocks import block_rows
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import KINDS, Table
from dropout_viz.engine.maps import last_maps
from dropout_viz.engine.mask_counts import MaskCounts
from dropout_viz.engine.measuring import Found, Spread, by_kind, evaluators
from dropout_viz.engine.path import NUMBERS, Path
from dropout_viz.engine.schedule import next_measurement, spacing
from dropout_viz.engine.seeding import seeded
from dropout_viz.engine.snapshot import LastStep
from dropout_viz.engine.threads import threads
from dropout_viz.nn.forward import Evaluator
from dropout_viz.nn.layouts import Layout, layout_for
from dropout_viz.nn.plan import Plan, merged
from dropout_viz.nn.program import Program
from dropout_viz.nn.thread_pair import ThreadPair, both

Array = NDArray[Any]
MakeProgram = Callable[[Plan, Layout, Array, Array, int, int], Program]
"""Compiles a plan, as ``Program`` does."""
_EVERY_STEP = 256  # units times examples up to which the loss with every unit on is measured at every step


class CompiledRun:
    """Advances its worlds in blocks of steps.

    Between blocks everything is exact to the step: ``advance`` may stop anywhere, settings may change anywhere, and the
    draws used by step s are always the same.

    Attributes:
        diverged_at: the first step whose loss was not a finite number, for one world.
        path: where the parameters have been, or None where there are too many of them.
        mask_counts: what the masks add up to, for one world whose noise turns units off.
        streams: of noise, by layer. orders: of the data, by world. spread: a measurement under way, or None.
        step: steps done; tables: what was recorded, by kind; program: the compiled steps, of which row ``row`` is next.
        measuring_seconds: what measuring with every unit on took so far.
    """

    def __init__(
        self,
        configs: Sequence[RunConfig],
        data: DataSet,
        seeds: Sequence[int],
        *,
        alone: bool = True,
        path_numbers: int = NUMBERS,
        recording: bool = True,
        fresh: bool = True,
    ) -> None:
        """Make the networks of some worlds, each with a config and a seed; the configs differ in numbers only.

        ``alone``: they are all that the run has, and its end if they diverge. ``path_numbers``: how many numbers the
        path may hold. ``recording``: whether it measures itself and keeps a path; one that repeats steps need not.
        ``fresh``: whether the run begins here, or a state is given to it right after.
        """
        self.recording = recording
        self.data, self.worlds, self.step = data, len(seeds), 0
        self.diverged_at: int | None = None
        self._alone = alone and recording and len(seeds) == 1
        self.tables = {kind: Table(self.worlds) for kind in (*KINDS, "visited")}
        self._config = config = configs[0]
        self.kept: list[LastStep | None] = [None] * self.worlds
        self.batch = config.batch_size or len(data.x)
        self.plan = merged([make_plan(c, data) for c in configs])
        self._layout = layout_for(self.plan.sizes, self.batch, self.worlds)
        self.mask_counts = (
            MaskCounts(self.tables["visited"]) if self.worlds == 1 and self.plan.noise_kind.on_off else None
        )
        start, self.orders, self.streams = seeded(self.plan, config, self._layout.tail, seeds, len(data.x), self.batch)
        self.path = Path.within(path_numbers if recording else 0, start.shape, self.plan.dtype)
        if self.path is not None:
            self.path.restart(start)
        self.spread: Spread | None = None
        self.measuring_seconds = 0.0
        self._make: MakeProgram = Program
        self._compile(start)
        self._every = self.measure_at = 0
        if not self._dense:
            self._every = spacing(self._measured, self.batch)
        if recording and fresh:
            self._measure_now()

    def _compile(self, parameters: Array) -> None:
        """Compile the plan, starting from the given parameters."""
        plan = self.plan
        self._make_program(parameters)
        self._dense = (
            self.worlds == 1
            and self._columns > 1
            and not plan.maps
            and sum(plan.sizes) * (len(self.data.x) + self._tests) <= _EVERY_STEP
        )
        self.evaluators = evaluators(plan, self.data, self._columns if self._dense else self.worlds)
        self._measured = sum(evaluator.examples for evaluator in self.evaluators.values())
        if self.mask_counts is not None:
            self.mask_counts.begin(plan, self.step)

    def _make_program(self, parameters: Array) -> None:
        self._columns = block_rows(self.plan, self.batch, self.worlds)
        self.program = self._make(self.plan, self._layout, self.data.x, self.data.y, self.batch, self._columns)
        self.program.parameters[0][...] = parameters
        self.row = self._recorded = self._rows = 0
        self.is_open = False
        self._last: int | None = None

    @property
    def _tests(self) -> int:
        return 0 if self.data.x_test is None else len(self.data.x_test)

    @property
    def parameters(self) -> Array:
        """The present parameters, (parameters, \\*tail). A view: do not write."""
        return self.program.parameters[self.row]

    def advance(self, steps: int) -> None:
        """Do exactly ``steps`` steps and record them. A run of one world ends at the step at which it diverges."""
        with ThreadPair() if steps > 0 and self.program.split and threads() > 1 else nullcontext() as thread_pair:
            end = self.step + steps
            while self.step < end:
                self._advance(end, thread_pair)
                if self.diverged_at == self.step:
                    return

    def _advance(self, end: int, thread_pair: ThreadPair | None) -> None:
        """Go on to ``end``, or to the end of the block, or to the next measurement, whichever is first."""
        goal = min(end, self.measure_at) if self._every and self.recording else end
        goal = min(goal, self.step + 1) if self.spread else goal
        if not self.is_open:
            # Where steps are done elsewhere, all that are asked for are one block: each way there and back takes time.
            self._begin_block(thread_pair, goal - self.step if self.program.elsewhere else self._columns)
        n = min(goal - self.step, self._rows - self.row)
        undo = self.program.optimiser.state() if self._alone and n > 1 else {}
        self.program.run(self.row, self.row + n, thread_pair)
        self.row += n
        self.step += n
        self._last = self.row - 1
        self._record(undo)
        if self.spread or self.step == self.measure_at:
            self._go_on_measuring()
        if self.row == self._rows:
            self._end_block()

    def _go_on_measuring(self) -> None:
        began = perf_counter()
        if self.spread and self.spread.go_on():
            self._note(self.spread.step, self.spread.found)
            self.spread = None
        if self.step == self.measure_at:
            self._measure_now()
        self.measuring_seconds += perf_counter() - began

    def begin_at(self, step: int, parameters: Array) -> None:
        """Forget what was computed and recorded, and be at a step with these parameters; streams are left alone."""
        self.step, self.row, self._recorded = step, 0, 0
        self.is_open, self._last, self.spread = False, None, None
        self.kept = [None] * self.worlds
        self.program.parameters[0][...] = parameters
        for table in self.tables.values():
            table.clear()
        if self.path is not None:
            self.path.restart(parameters)

    def start_from(self, weights: list[Array], biases: list[Array]) -> None:
        """Replace the initial parameters; per layer (fan_in, fan_out, worlds) and (fan_out, worlds)."""
        for into, given in zip(self.plan.views(self.parameters), (weights, biases), strict=True):
            for target, values in zip(into, given, strict=True):
                target[...] = values.reshape(target.shape)
        for table in self.tables.values():
            table.clear()
        if self.path is not None:
            self.path.restart(self.parameters)
        self._measure_now()

    def change(self, configs: Sequence[RunConfig]) -> None:
        """Take over other live settings (rate, drop probabilities) of each world from this step on."""
        parameters, state = self._leave_program()
        self._config, self.plan = configs[0], merged([make_plan(c, self.data) for c in configs])
        self._compile(parameters)
        self.program.optimiser.restore(state)

    def move(self, make: MakeProgram) -> None:
        """Go on in a program that ``make`` makes, and so from every change on: the steps are the same ones."""
        parameters, state = self._leave_program()
        self._make = make
        self._make_program(parameters)
        self.program.optimiser.restore(state)

    def _leave_program(self) -> tuple[Array, dict[str, Array]]:
        """Return what the next program goes on from: copies of the parameters, and of the optimiser's state."""
        self.kept = [self.last_step(world) for world in range(self.worlds)]
        self._end_block()
        return self.parameters.copy(), self.program.optimiser.state()

    def last_step(self, world: int = 0) -> LastStep | None:
        """Return copies of what the last step computed for one world, or None before the first."""
        if self._last is None:
            return self.kept[world]
        program, k = self.program, self._last
        at = (..., world) if self.worlds > 1 else ...
        masks = {layer: self.plan.noise_kind.on(rows[k][at]) for layer, rows in program.masks.items()}
        inputs = program.inputs if program.inputs.ndim == 2 else program.inputs[..., world % program.inputs.shape[2]]
        maps = None
        if self.plan.maps:
            maps = last_maps(program, masks.pop(0, np.ones(inputs.shape, bool)))
            inputs = maps.features
        return LastStep(
            masks=tuple(
                masks.get(layer, np.ones((self.batch, n), bool)) for layer, n in enumerate(self.plan.sizes[:-1])
            ),
            maps=maps,
            activations=(inputs.copy(), *(h[at].copy() for h in program.hidden), program.output[at].copy()),
            examples=np.arange(self.batch) if program.chosen is None else program.chosen[k][at].copy(),
            loss=float(self.tables["loss_under_mask"].read().values[-1, world]),
            factors=self._factors(k, at),
        )

    def _factors(self, k: int, at: Any) -> tuple[Array, ...]:
        """Return copies of what units were multiplied by in row k, where no mask says it."""
        plan, drawn = self.plan, self.program.masks
        if plan.noise_kind.on_off:
            return ()
        shapes = [(self.batch, n) for n in plan.sizes[:-1]]
        known = {layer for layer in drawn if layer or not plan.maps}  # with maps, layer 0's are of their pixels
        return tuple(
            drawn[layer][k][at].copy() if layer in known else np.ones(shape, plan.dtype)
            for layer, shape in enumerate(shapes)
        )

    def _begin_block(self, thread_pair: ThreadPair | None, most: int | None = None) -> None:
        """Draw what the next rows of steps will use: all rows, or at most so many."""
        program = self.program
        self._rows = program.rows if most is None else min(most, program.rows)
        draws = [
            (self.streams[layer].peek, rows[: self._rows], self.plan.drop[layer], self.plan.train_scales[layer])
            for layer, rows in program.masks.items()
        ]
        both(thread_pair, draws[::2], draws[1::2])
        if program.chosen is not None:
            for world, order in enumerate(self.orders):
                target = program.chosen[..., world] if self.worlds > 1 else program.chosen
                target[: self._rows] = order.peek(self._rows)
        program.optimiser.begin_block(self.step, self._rows)
        self.is_open = True

    def _end_block(self) -> None:
        """Tell the streams how many rows were used, and start again at row 0 from the present parameters."""
        if not self.is_open:
            return
        for (
            stream
        ) in self.streams.values():  # those of layers that drop nothing now too: step s has the same draws ever
            stream.consume(self.row)
        if self.program.chosen is not None:
            for order in self.orders:
                order.consume(self.row)
        if self.row % len(self.program.record):
            self.program.parameters[0][...] = self.program.parameters[self.row]
        self.row = self._recorded = 0
        self.is_open = False

    def _record(self, undo: dict[str, Array]) -> None:
        """Record the rows that were run since the last time; ``undo`` is the optimiser's state before them.

        A run that diverged among them ends at that very row, however many were run at once.
        """
        program, first, last = self.program, self._recorded, self.row
        if first == last:
            return
        losses = program.losses(first, last)
        steps = self.step - (last - first) + 1 + np.arange(last - first)
        if self._alone and self.diverged_at is None and not np.isfinite(losses).all():
            good = int(np.isfinite(losses[:, 0]).argmin()) + 1  # up to the first bad step, and take back the rest
            self.step -= last - first - good
            self.row, self._last = first + good, first + good - 1
            self.diverged_at = self.step
            if self.row < last:
                program.optimiser.restore(undo)
                program.run(first, self.row)
            last, losses, steps = self.row, losses[:good], steps[:good]
        self.tables["loss_under_mask"].extend(steps, losses)
        if self.mask_counts is not None:
            self.mask_counts.add(program.masks, slice(first, last), steps, self.batch)
        if self._dense and self.recording:
            began = perf_counter()
            self._record_every_step(steps, program.record[first + 1 : last + 1])
            self.measuring_seconds += perf_counter() - began
        if self.path is not None:
            self.path.add_all(int(steps[0]), program.parameters[first + 1 : last + 1])
        self._recorded = last

    def measure(self) -> dict[str, Array]:
        """Return loss and accuracy of the present parameters with every unit on, by kind, (worlds,) each.

        Of all examples, where the curves of a large set are of a part of them.
        """
        made = self.evaluators
        if self.spread or self._measured < len(self.data.x) + self._tests:
            made = evaluators(self.plan, self.data, self.vectors.size // self.plan.parameters, whole=True)
        return by_kind(self._measured_by(made), self.worlds, self.data)

    def next_row(self) -> int:
        """Return the row of the program that holds the next step, its masks and examples drawn; changes nothing."""
        if not self.is_open:
            self._begin_block(None)
        return self.row

    def _measured_by(self, made: dict[str, Evaluator]) -> Found:
        return {part: evaluator.measure(self.vectors) for part, evaluator in made.items()}

    @property
    def vectors(self) -> Array:
        """The present parameters as the evaluators take them."""
        return np.repeat(self.parameters[:, None], self._columns, axis=1) if self._dense else self.parameters

    def _measure_now(self) -> None:
        """Record the present parameters with every unit on: at once, or over the next steps where it takes long."""
        self.measure_after(self.step)
        if self.step and any(e.pieces > 1 for e in self.evaluators.values()):
            self.spread = Spread(self.step, self.vectors, self.evaluators, self.measure_at - self.step)
        else:
            self._note(self.step, self._measured_by(self.evaluators))

    def measure_after(self, step: int) -> None:
        """Set when to measure next, the last time having been at ``step``; nothing where every step is measured."""
        if self._every:
            self.measure_at = next_measurement(step, self._every, self._measured, bool(self.plan.maps))

    def _note(self, step: int, found: Found) -> None:
        for kind, values in by_kind(found, self.worlds, self.data).items():
            self.tables[kind].extend(np.array([step], np.int64), values[None])

    def _record_every_step(self, steps: NDArray[np.int64], vectors: Array) -> None:
        """Record many parameter vectors of the one world, measured side by side; vectors (steps, parameters).

        Always in as many columns: the last bits of products depend on their number.
        """
        padded = np.zeros((self._columns, self.plan.parameters), self.plan.dtype)
        for first in range(0, len(steps), self._columns):
            now = steps[first : first + self._columns]
            padded[: len(now)] = vectors[first : first + self._columns]
            for part, evaluator in self.evaluators.items():
                loss, right = evaluator.measure(padded.T)
                self.tables[f"loss_{part}"].extend(now, loss[: len(now), None])
                if self.data.classes:
                    self.tables[f"accuracy_{part}"].extend(now, right[: len(now), None])
