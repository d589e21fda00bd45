"""Arms put beside a run that has come some way: from the same start, with the same live changes, to the same step.

The run itself goes on as it is. The states that its timeline keeps get the others' at the same steps, so that every
step behind can be looked at with all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dropout_viz.engine.agreement import after
from dropout_viz.engine.arm_tables import COMPARISON, own
from dropout_viz.engine.arms import Arms, on_show
from dropout_viz.engine.checkpoints import Checkpoints
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.replay import Going, always, replay
from dropout_viz.engine.state import Change, RunState, TrainerState, first_alone, shared_changes
from dropout_viz.engine.trainer import Trainer


@dataclass(frozen=True)
class ArmGroup:
    """Arms that a run's first arm is among.

    Attributes:
        first: the settings at step 0, arms included. changes: those since then.
        run: the number of the run that they were; None: they have not been one yet.
        step: the step up to which the others are known, with so many changes (``made``) behind them.
        others: of each arm but the first, its whole state at that step.
        kept: their states at some steps before it, each with how many changes lay behind it.
    """

    first: RunConfig
    changes: tuple[Change, ...]
    run: int | None = None
    step: int = 0
    made: int = 0
    others: tuple[TrainerState, ...] = ()
    kept: Mapping[int, tuple[int, tuple[TrainerState, ...]]] = field(default_factory=dict)

    @staticmethod
    def of(run: Arms, checkpoints: Checkpoints) -> ArmGroup:
        """Return the arms of a run, to come back to."""
        kept = {state.step: (len(state.changes), state.trainers[1:]) for state in checkpoints.states}
        others, changes = tuple(trainer.state() for trainer in run.trainers[1:]), tuple(run.changes)
        return ArmGroup(run.first_config, changes, run.first.run, run.step, len(changes), others, kept)

    def after(self, changes: Sequence[Change]) -> ArmGroup:
        """Return the same arms where the first has had these changes; what it did otherwise since is forgotten."""
        before = first_alone(self.changes)
        fresh = tuple(changes[shared_changes(before, changes) :])
        if not fresh or fresh[0].step >= self.step:
            return replace(self, changes=self.changes + fresh)
        known = tuple(change for change in self.changes if change.step <= fresh[0].step)
        branched = any(change.arm for change in self.changes) and not any(map(own, self.first.arms))
        if branched and not any(change.arm for change in known):  # what made two arms of one is forgotten
            return ArmGroup(self.first.arm_configs[0], (*first_alone(known), *fresh))
        return ArmGroup(self.first, known + fresh)


def comparison(run: Arms) -> ArmGroup:
    """Return a run's first arm, and the same without dropout."""
    return ArmGroup(run.first_config.arm_configs[0].changed(arms=COMPARISON), tuple(first_alone(run.changes)))


def gather(run: Arms, checkpoints: Checkpoints, group: ArmGroup, going: Going = always) -> tuple[Arms, list[RunState]]:
    """Return the arms of a group at a run's step, and their states in place of those that its timeline keeps.

    The run's first arm goes on in them. ``going``: told how far it is, which may take as long as the run took.

    Raises:
        UserError: a change that is not possible, or it was given up; nothing has changed then.
    """
    configs = [group.first]
    for change in group.changes:
        configs.append(after(configs[-1], change))
    numbers = on_show(group.first)[1:]
    others = [_Other(run, group, configs, place + 1, at) for place, at in enumerate(numbers)]
    states = []
    for state in checkpoints.states:
        made = _changed(group.changes, state)
        twins = [other.at(state.step, made, going, run.step) for other in others]
        found = tuple(twin for twin in twins if twin is not None)
        if len(found) == len(twins):
            states.append(
                replace(
                    state,
                    config=configs[made],
                    first=group.first,
                    changes=group.changes[:made],
                    trainers=(state.trainers[0], *found),
                )
            )
    trainers = [other.come(run.step, going) for other in others]
    arms = Arms([run.first, *trainers], configs[-1])
    arms.first_config, arms.changes, arms.bookmarks = group.first, list(group.changes), dict(run.bookmarks)
    return arms, states


class _Other:
    """One arm on its way to where the run is."""

    def __init__(self, run: Arms, group: ArmGroup, configs: Sequence[RunConfig], place: int, at: int) -> None:
        self._seen = [change.arm in (None, place) for change in group.changes]
        self._changes = [
            Change(change.step, {key: getattr(after.arm_configs[at], key) for key in change.settings})
            for change, after, seen in zip(group.changes, configs[1:], self._seen, strict=True)
            if seen
        ]
        if group.others:
            trainer = Trainer.from_state(group.others[place - 1], run.first.data)
        else:
            trainer = Trainer(group.first.arm_configs[at], run.first.data)
        self._run = Arms([trainer])
        self._run.changes = self._changes[: self._count(group.made)]
        self._known = {(step, self._count(made)): states[place - 1] for step, (made, states) in group.kept.items()}

    def _count(self, changes: int) -> int:
        """Return how many of the group's first changes are changes of this arm."""
        return sum(self._seen[:changes])

    def at(self, step: int, changes: int, going: Going, end: int) -> TrainerState | None:
        """Return its state at a step, after so many of the group's changes; None where that is not known any more."""
        mine = self._count(changes)
        if (step, mine) in self._known:
            return self._known[step, mine]
        if step < self._run.step:
            return None
        self._come(step, self._changes[:mine], going, end)
        return self._run.first.state(whole=False)

    def come(self, step: int, going: Going) -> Trainer:
        """Return its trainer, at the step that the run is at."""
        self._come(step, self._changes, going, step)
        return self._run.first

    def _come(self, step: int, changes: Sequence[Change], going: Going, end: int) -> None:
        replay(self._run, changes, step, going, end)


def _changed(changes: Sequence[Change], state: RunState) -> int:
    """Return how many of a group's changes lie behind a state of its first arm, which knows of its own only."""
    theirs, made = len(first_alone(state.changes)), 0
    for change in changes:
        of_first = change.arm in (None, 0)
        if theirs == 0 if of_first else change.step >= state.step:
            break
        theirs -= of_first
        made += 1
    return made
