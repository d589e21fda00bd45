"""The state of a trainer: what a run file holds, and what going back to a step of a run takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arm_tables import MOST
from dropout_viz.engine.compiled_state import LONGEST
from dropout_viz.engine.config import RunConfig, live_settings
from dropout_viz.engine.history import Mark

Arrays = Mapping[str, NDArray[Any]]


class Change(NamedTuple):
    """Live settings that were changed after ``step`` steps: as seen from the first arm, or of one arm alone."""

    step: int
    settings: Mapping[str, Any]
    arm: int | None = None

    @classmethod
    def read(cls, step: Any, settings: Any, arm: Any) -> Change:
        """Return a change that a file tells of. Whether its values are allowed is seen when it is made.

        Raises:
            ValueError: it is none of live settings at a step that a run can come to; a few words that say why.
        """
        if type(step) is not int or not 0 <= step <= LONGEST:
            raise ValueError(f"a change at step {step!r}")
        if arm is not None and (type(arm) is not int or not 0 <= arm < MOST):
            raise ValueError(f"a change of arm {arm!r}")
        if foreign := [key for key in settings if key not in live_settings()]:
            raise ValueError(f"a change of {foreign[0]!r}, which must be one of {', '.join(live_settings())}")
        return cls(step, settings, arm)


@dataclass(frozen=True)
class TrainerState:
    """All of a trainer at one step. Whoever takes it over goes on bit for bit as if nothing had happened.

    Attributes:
        step: steps done. config: the settings in force. used: those that the last step used, per arm.
        marks: changes of settings so far. armed: whether rules to stop still look.
        cores: per compiled, what the steps to come depend on; records: per compiled, curves and the like, or empty
            (see ``engine.compiled_state``).
        fired: the step from which on the rules have been silent; None where they are not, or in a run file.
    """

    step: int
    config: RunConfig
    used: tuple[RunConfig, ...]
    marks: tuple[Mark, ...]
    armed: bool
    cores: tuple[Arrays, ...]
    records: tuple[Arrays, ...] = ()
    fired: int | None = None

    @property
    def nbytes(self) -> int:
        """Bytes that the cores take; what several states share is counted for each."""
        return sum(array.nbytes for core in self.cores for array in core.values())

    def with_record(self, known: TrainerState) -> TrainerState:
        """Return this state with as much of another's record as was known at this step; ``known`` is a later one.

        What the last step computed is this state's own, which was taken right after that step.
        """
        pairs = zip(known.records, self.records, strict=True)
        return replace(self, records=tuple({**_until(then, self.step), **_last(own)} for then, own in pairs))


@dataclass(frozen=True)
class RunState:
    """All of a run at one step: of every arm on show.

    Attributes:
        config: the settings in force, arms included. data: the examples.
        trainers: one for each arm that has a trainer of its own, or one of them all.
        first: the settings at step 0. changes: those since then, in order. bookmarks: names of steps.
        shown: how a window shows it, as what JSON can hold; empty: no window had it.
    """

    config: RunConfig
    data: DataSet
    trainers: tuple[TrainerState, ...]
    first: RunConfig
    changes: tuple[Change, ...] = ()
    bookmarks: Mapping[int, str] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Steps done."""
        return self.trainers[0].step

    def alone(self) -> RunState:
        """Return the state of the first arm's run."""
        one, first = self.trainers[0], self.first.arm_configs[0]
        changes = tuple(first_alone(self.changes))
        return replace(self, config=one.config, first=first, changes=changes, trainers=(one,))

    def doubled(self, arms: Sequence[Mapping[str, Any]]) -> RunState:
        """Return the first arm's state twice, as that of two arms that have been alike so far."""
        one = self.alone()
        config, first = one.config.changed(arms=arms), one.first.changed(arms=arms)
        return replace(one, config=config, first=first, trainers=one.trainers * 2)


def first_alone(changes: Iterable[Change]) -> list[Change]:
    """Return the changes of the first of several arms, as a run of it alone has them."""
    return [Change(change.step, change.settings) for change in changes if change.arm in (None, 0)]


def shared_changes(one: Sequence[Change], other: Sequence[Change]) -> int:
    """Return how many changes two runs have in common, from the first on."""
    common = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        common += 1
    return common


def _last(record: Arrays) -> dict[str, NDArray[Any]]:
    return {name: array for name, array in record.items() if name.startswith("last.")}


def _until(record: Arrays, step: int) -> Arrays:
    """Return a record's part up to a step, without what the last step computed."""
    found = {name: array for name, array in record.items() if not name.startswith(("last.", "measuring."))}
    for place in [name.removesuffix(".steps") for name in record if name.endswith(".steps")]:
        steps = found[f"{place}.steps"]
        last = steps if steps.ndim == 1 else steps.max(axis=1)  # where worlds kept steps of their own
        n = int(np.searchsorted(last, step, side="right"))
        for name in (name for name in record if name in (f"{place}.steps", f"{place}.values", f"{place}.vectors")):
            found[name] = found[name][:n]
    if "measuring.at" in record and int(record["measuring.at"][0]) <= step:  # not finished then either
        found |= {name: record[name] for name in ("measuring.at", "measuring.vectors")}
    return found
