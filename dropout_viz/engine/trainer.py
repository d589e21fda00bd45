"""The trainer: pure, synchronous and exact to the step. The window's thread, the command line and the labs drive it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.load import load
from dropout_viz.engine.arm_settings import told
from dropout_viz.engine.arrange import compiled_runs
from dropout_viz.engine.compiled_run import CompiledRun, MakeProgram
from dropout_viz.engine.compiled_state import core, record, restore_core, restore_record
from dropout_viz.engine.config import RunConfig, data_options, live_settings
from dropout_viz.engine.history import History, Mark
from dropout_viz.engine.limits import check_fit, check_size
from dropout_viz.engine.maps import map_state, maps_all_on
from dropout_viz.engine.marking import mark
from dropout_viz.engine.measuring import all_on
from dropout_viz.engine.path import NUMBERS, WorldPath
from dropout_viz.engine.patients import fault_of
from dropout_viz.engine.slow_motion import Dissection, dissect
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.state import TrainerState
from dropout_viz.engine.stopping import next_look, reason_to_stop
from dropout_viz.errors import UserError

Array = NDArray[Any]


def load_data(config: RunConfig) -> DataSet:
    """Return a config's data set. Raises ``UserError`` for options that the data set does not have."""
    return fault_of(config.patient).data(load(config.data, **data_options(config)))


class Trainer:
    """Trains the worlds of one config, and of each of its arms: world a R + r is seed r of arm a.

    The same config gives the same weights, bit for bit, however ``advance`` is cut into pieces.

    Attributes:
        config: the settings in force (``change`` replaces it); data: the examples; run: a number for this run.
        step: updates done. histories: per world. stopped: why the last ``advance`` ended early, or ``""``.
        worlds: how many, over all arms.
    """

    def __init__(
        self,
        config: RunConfig,
        data: DataSet | None = None,
        run: int = 0,
        *,
        recording: bool = True,
        fresh: bool = True,
    ) -> None:
        """Build the network at step 0. ``recording``: whether it keeps curves and a path. ``fresh``: whether the run
        begins here, or a state is given to it right after.

        Raises:
            UserError: the config does not fit the data set, with one line that says which setting and what is allowed.
        """
        self.config, self.run = config, run
        self.data = load_data(config) if data is None else data
        self._used = self._arms = config.arm_configs
        for arm in self._arms:
            check_fit(arm, self.data)
        check_size(config, self.data)
        self._groups = compiled_runs(config, self.data)
        self.worlds = sum(len(group) for group in self._groups)
        with np.errstate(all="ignore"):
            self._compiled_runs = [
                CompiledRun(
                    [w.config for w in group],
                    self.data,
                    [w.seed for w in group],
                    alone=self.worlds == 1,
                    path_numbers=NUMBERS // len(self._groups),
                    recording=recording,
                    fresh=fresh,
                )
                for group in self._groups
            ]
        self._places = {
            world.number: (compiled, index)
            for compiled, group in zip(self._compiled_runs, self._groups, strict=True)
            for index, world in enumerate(group)
        }
        self.stopped = ""
        self._armed = True
        self._fired: int | None = None  # the step from which on rules to stop are silent, if it is known
        self._marks: list[Mark] = []
        self.histories = tuple(
            History(compiled.tables, index, self._marks, WorldPath(compiled.path, index))
            for compiled, index in map(self._places.__getitem__, range(self.worlds))
        )

    @property
    def step(self) -> int:
        """Updates done so far."""
        return self._compiled_runs[-1].step

    @property
    def steps_per_epoch(self) -> int:
        """Steps in one pass over the training set. A pass is of whole batches: examples that do not fill one are left
        out, others each time."""
        return max(1, len(self.data.x) // (self.config.batch_size or len(self.data.x)))

    @property
    def epoch(self) -> float:
        """Passes over the training set so far."""
        return self.step / self.steps_per_epoch

    @property
    def history(self) -> History:
        """The history of world 0."""
        return self.histories[0]

    def arm_of(self, world: int) -> str:
        """Return the name of the arm that a world belongs to, as it is told; ``""`` where there are none."""
        return told(self.config, self.config)[world // self.config.worlds] if self.config.arms else ""

    def worlds_of(self, arm: str) -> range:
        """Return the worlds of an arm. Raises ``UserError`` for one that there is not."""
        names = self.config.arm_names
        if arm not in names:
            raise UserError(
                f"arm '{arm}': unknown, must be one of {', '.join(names) or 'none: the config has no arms'}"
            )
        first = names.index(arm) * self.config.worlds
        return range(first, first + self.config.worlds)

    def move(self, make: MakeProgram) -> None:
        """Have the steps to come compiled by ``make``; they are the same ones."""
        for compiled in self._compiled_runs:
            compiled.move(make)

    @property
    def elsewhere(self) -> bool:
        """Whether another process carries out its steps."""
        return all(compiled.program.elsewhere for compiled in self._compiled_runs)

    def advance(self, steps: int = 1) -> None:
        """Do exactly ``steps`` updates in every world, or fewer where a reason to stop comes up: see ``stopped``.

        A run of one world stops at the step at which its loss is no longer a number. Going on after a stop is allowed.
        """
        end = self.step + steps
        self.stopped = ""
        if steps > 0:
            self._used = self._arms
        # A diverging run overflows and then computes with nan: that is shown in the curves, not warned about.
        with np.errstate(all="ignore"):
            while self.step < end and not self.stopped:
                look = self.next_look
                n = (end if look is None else min(end, look)) - self.step
                for compiled in self._compiled_runs:
                    compiled.advance(n)
                if self._compiled_runs[0].diverged_at == self.step:
                    self.stopped = f"Step {self.step:,}: the loss is no longer a number."
                elif self.step == look:
                    self.stopped = reason_to_stop(self.config, self.histories, self.step)
                    if self.stopped:
                        self._armed, self._fired = False, self.step

    def keep_silent(self, run: Trainer) -> None:
        """Let rules to stop be silent if they have been so at this step of a run whose steps are done again here: what
        they look at is not recorded then, so they cannot fire."""
        if run._fired is not None and run._fired <= self.step:
            self._armed, self._fired = False, run._fired

    @property
    def next_look(self) -> int | None:
        """The next step at which a stop rule looks, or None where none will."""
        return next_look(self.config, self.step) if self._armed else None

    def change(self, /, **settings: Any) -> None:
        """Change live settings from this step on, and note it in the history. Arms that have their own keep it.

        Raises:
            UserError: the setting is not live, every arm has its own, or its value is not allowed; nothing has changed.
        """
        self.check(settings)
        config = self.config.changed(**settings)
        if config != self.config:
            self._marks.append(mark(self.step, self.config, config, settings))
            self._take(config)

    def check(self, settings: Mapping[str, Any]) -> None:
        """Refuse what ``change`` would refuse. Raises ``UserError``."""
        for key in settings:
            if key not in live_settings():
                raise UserError(f"{key}: cannot change during a run; must be one of {', '.join(live_settings())}")
            if self.config.arms and all(key in arm for arm in self.config.arms):
                raise UserError(f"{key}: every arm has its own; must be a setting that some arm takes from the others")
        self.config.changed(**settings)

    def _take(self, config: RunConfig) -> None:
        """Take over other live settings from this step on."""
        self.config, self._arms = config, config.arm_configs
        with np.errstate(all="ignore"):
            for compiled, group in zip(self._compiled_runs, self._groups, strict=True):
                compiled.change([self._arms[world.arm] for world in group])

    def state(self, *, whole: bool = True) -> TrainerState:
        """Return all that a trainer needs to go on from here bit for bit; ``whole``: with curves and the like."""
        return TrainerState(
            step=self.step,
            config=self.config,
            used=self._used,
            marks=tuple(self._marks),
            armed=self._armed,
            cores=tuple(map(core, self._compiled_runs)),
            records=tuple(map(record, self._compiled_runs)) if whole else (),
            fired=self._fired,
        )

    def restore(self, state: TrainerState) -> None:
        """Take over a state whose config differs from this trainer's in live settings at most.

        Raises:
            ValueError: a state that does not fit, in one line. The trainer is of no use then.
        """
        if len(state.cores) != len(self._compiled_runs) or len(state.records) not in (0, len(self._compiled_runs)):
            raise ValueError(f"{len(state.cores)} groups of worlds: must be {len(self._compiled_runs)}")
        if state.config != self.config:
            self._take(state.config)
        self._used, self._armed, self._fired, self.stopped = state.used, state.armed, state.fired, ""
        self._marks[:] = state.marks
        with np.errstate(all="ignore"):
            for compiled, arrays in zip(self._compiled_runs, state.cores, strict=True):
                restore_core(compiled, arrays)
            for compiled, arrays in zip(self._compiled_runs, state.records, strict=False):
                restore_record(compiled, arrays)
        if any(compiled.step != state.step for compiled in self._compiled_runs):
            raise ValueError(f"steps {[compiled.step for compiled in self._compiled_runs]}: must all be {state.step}")

    @staticmethod
    def from_state(state: TrainerState, data: DataSet | None = None, run: int = 0) -> Trainer:
        """Return a trainer that goes on from a state. Raises ``UserError`` and ``ValueError`` for one that cannot."""
        trainer = Trainer(state.config, data, run, fresh=False)
        trainer.restore(state)
        return trainer

    def start_from(self, weights: Sequence[Array], biases: Sequence[Array]) -> None:
        """Replace the initial weights and biases, shapes as ``parameters`` gives them; at step 0 only.

        Raises:
            ValueError: a shape that does not fit, or a run that has begun.
        """
        if self.step:
            raise ValueError(f"the run is at step {self.step}: initial parameters can be replaced at step 0 only")
        for kind, given in zip(self.parameters(), (weights, biases), strict=True):
            if [a.shape for a in kind] != [np.shape(a) for a in given]:
                raise ValueError(f"shapes {[np.shape(a) for a in given]}: must be {[a.shape for a in kind]}")
        for compiled, group in zip(self._compiled_runs, self._groups, strict=True):
            own = [world.number for world in group]
            parts = [[np.moveaxis(np.asarray(a)[own], 0, -1) for a in given] for given in (weights, biases)]
            with np.errstate(all="ignore"):
                compiled.start_from(parts[0], parts[1])

    def parameters(self, arm: str | None = None) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Return copies of weights and biases: per layer (worlds, fan_in, fan_out) and (worlds, fan_out).

        Kernels come first, one array a convolution, their rows by row, column and map in. ``arm``: of the worlds of
        this arm only.

        Raises:
            UserError: no such arm, or arms of several sizes, which are asked for one by one.
        """
        if arm is None and len({(a.maps, a.hidden, a.bias) for a in self.config.arm_configs}) > 1:
            raise UserError(f"arms of several sizes: must be one of {', '.join(self.config.arm_names)}")
        views = {compiled: compiled.plan.views(compiled.parameters) for compiled in self._compiled_runs}
        both: tuple[list[list[Array]], list[list[Array]]] = ([], [])
        for world in range(self.worlds) if arm is None else self.worlds_of(arm):
            compiled, index = self._places[world]
            for kind, arrays in zip(both, views[compiled], strict=True):
                kind.append([a[..., index] if compiled.worlds > 1 else a for a in arrays])
        weights, biases = (tuple(np.stack(layer) for layer in zip(*kind, strict=True)) for kind in both)
        return weights, biases

    def snapshot(self, world: int = 0) -> Snapshot:
        """Return a frozen copy of one world."""
        compiled, index = self._places[world]
        arm = world // self.config.worlds
        at = (..., index) if compiled.worlds > 1 else ...
        weights, biases = (tuple(a[at].copy() for a in kind) for kind in compiled.plan.dense(compiled.parameters))
        last = compiled.last_step(index)
        if last is None:
            batch = min(len(self.data.x), self.config.batch_size or len(self.data.x))
            examples = np.arange(batch)
            x = self.data.x[:batch]
            activations = all_on(compiled.plan, compiled.parameters, x, index if compiled.worlds > 1 else None)
            maps = maps_all_on(compiled.plan, compiled.parameters, x)
            masks = tuple(np.ones(a.shape, bool) for a in activations[:-1])
            factors: tuple[Array, ...] = ()
            if not compiled.plan.noise_kind.on_off:
                factors = tuple(np.ones(a.shape) for a in activations[:-1])
            loss = float("nan")
        else:
            masks, activations, examples, loss, maps, factors = last
        return Snapshot(
            run=self.run,
            step=self.step,
            epoch=self.epoch,
            config=self._arms[arm],
            used=self._used[arm],
            weights=weights,
            biases=biases,
            factors=factors,
            masks=masks,
            activations=activations,
            examples=examples,
            loss_under_mask=loss,
            world=world,
            can_drop=sum(
                n for n, p in zip(compiled.plan.inputs, self._arms[arm].drop_probabilities, strict=True) if p > 0
            )
            * compiled.plan.noise_kind.on_off,
            **({} if compiled.mask_counts is None else compiled.mask_counts.told()),
            maps=map_state(compiled.plan, compiled.parameters, maps),
        )

    def dissect(self) -> Dissection:
        """Take world 0's next step apart, on a copy of its state. Raises what ``slow_motion.dissect`` does."""
        with np.errstate(all="ignore"):
            return dissect(self._compiled_runs[0], self.run, self.config)

    def scores(self) -> dict[str, dict[str, list[float] | None]]:
        """Return loss and accuracy with every unit on, measured now, on the whole training and test sets.

        ``{"loss": {"train": [per world], "test": ...}, "accuracy": ...}``; None without a test set or classes.
        """
        found: dict[str, dict[str, list[float] | None]] = {}
        with np.errstate(all="ignore"):
            measured = {compiled: compiled.measure() for compiled in self._compiled_runs}
        for kind in ("loss", "accuracy"):
            found[kind] = {}
            for part in ("train", "test"):
                key = f"{kind}_{part}"
                places = map(self._places.__getitem__, range(self.worlds))
                known = all(key in m for m in measured.values())
                found[kind][part] = [float(measured[compiled][key][at]) for compiled, at in places] if known else None
        return found

    @property
    def diverged_worlds(self) -> list[int]:
        """The worlds whose newest loss under the mask is not a finite number."""
        newest = {compiled: compiled.tables["loss_under_mask"].read().values[-1:] for compiled in self._compiled_runs}
        return [
            w for w, (compiled, at) in sorted(self._places.items()) if not np.isfinite(newest[compiled][:, at]).all()
        ]

    @property
    def measuring_seconds(self) -> float:
        """Seconds that went into measuring losses with every unit on."""
        return sum(compiled.measuring_seconds for compiled in self._compiled_runs)

    @property
    def diverged(self) -> bool:
        """Whether the newest loss under the mask, in any world, is not a finite number."""
        return bool(self.diverged_worlds)

    @property
    def diverged_at(self) -> int | None:
        """The first step whose loss under the mask, in any world, was not a finite number."""
        found = []
        for compiled in self._compiled_runs:
            rows = compiled.tables["loss_under_mask"].read()
            bad = np.broadcast_to(rows.steps, rows.values.shape)[~np.isfinite(rows.values)]
            found += [int(bad.min())] if bad.size else []
        return min(found, default=None)
