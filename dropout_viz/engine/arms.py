"""One run, or the same run under several settings, advanced in lock-step: what a window shows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from dropout_viz.engine.arm_settings import told, with_arm_changed, with_first_changed
from dropout_viz.engine.arm_tables import own
from dropout_viz.engine.compiled_run import MakeProgram
from dropout_viz.engine.config import RunConfig, data_settings
from dropout_viz.engine.history import History
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.state import Change, RunState, first_alone
from dropout_viz.engine.status import News
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError

_numbers = itertools.count(1)
SHOWN = 6
"""Arms that are shown beside one another; a config may have more."""


def next_run() -> int:
    """Return a number that no run has yet; one that is begun without another before it has the number 0."""
    return next(_numbers)


def on_show(config: RunConfig) -> list[int]:
    """Return which arms are shown: the first, and the next of the same sizes, so that each unit has a counterpart.

    At most ``SHOWN``: more hues cannot be told apart.
    """
    return _of_one_size(config)[:SHOWN]


def _of_one_size(config: RunConfig) -> list[int]:
    """Return the first arm and those of the same sizes."""
    sizes = [(arm.maps, arm.hidden, arm.bias) for arm in config.arm_configs]
    return [at for at, size in enumerate(sizes) if size == sizes[0]]


class Arms:
    """Trainers that are always at the same step, one for each arm on show. The first is the run itself.

    Attributes:
        config: the settings in force, arms included. names: of the arms on show; ``""`` for a run alone.
        trainers: one for each of them. stopped: why the last ``advance`` ended early, or ``""``.
        first_config: the settings at step 0. changes: those since then. bookmarks: names that steps have been given.
    """

    def __init__(self, trainers: Sequence[Trainer], config: RunConfig | None = None) -> None:
        """Take over trainers at the same step.

        Args:
            trainers: one for each of the arms of ``config`` that are shown; or one of a run alone, or of all its arms.
            config: the settings in force; None: those of the single trainer.
        """
        self.trainers = tuple(trainers)
        self.stopped = ""
        self.config = trainers[0].config if config is None else config
        self._whole = bool(trainers[0].config.arms)  # one trainer has all arms
        names = self.config.arm_names or ("",)
        shown = on_show(self.config)
        self._shown = shown if self._whole else shown[: len(trainers)]  # a run may have been kept when fewer were
        self.names = tuple(names[at] for at in self._shown)
        self.first_config = self.config
        self.changes: list[Change] = []
        self.bookmarks: dict[int, str] = {}
        self._told: tuple[tuple[RunConfig, RunConfig, list[Change], int], tuple[str, ...]] | None = None
        self._dissection: Dissection | None = None

    @staticmethod
    def of(config: RunConfig) -> Arms:
        """Return a config's run at step 0, or its arms on show. Raises ``UserError`` for what is not possible."""
        return _made(config, None, 0)

    @property
    def first(self) -> Trainer:
        """The run itself."""
        return self.trainers[0]

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the arms on show as people are told them, see ``arm_settings.told``; asked at every look, and
        worked out when something has been changed."""
        of = (self.first_config, self.config, self.changes, len(self.changes))
        known = self._told
        if known is None or known[0][3] != of[3] or any(a is not b for a, b in zip(known[0][:3], of[:3], strict=True)):
            changes = [c if c.arm is None else c._replace(arm=self._shown[c.arm]) for c in self.changes]
            names = told(self.first_config, self.config, changes) or ("",)
            known = self._told = of, tuple(names[at] for at in self._shown)
        return known[1]

    @property
    def step(self) -> int:
        """Steps done."""
        return self.first.step

    @property
    def diverged(self) -> bool:
        """Whether the newest loss of some arm is not a number."""
        return any(t.diverged for t in self.trainers)

    def advance(self, steps: int) -> None:
        """Do so many steps, or fewer where an arm's rule to stop comes up."""
        steps = min([steps, *(t.next_look - t.step for t in self.trainers if t.next_look is not None)])
        for trainer in self.trainers:
            trainer.advance(steps)
        named = zip([""] if self._whole else self.names, self.trainers, strict=True)
        self.stopped = next((f"{name}: {t.stopped}" if name else t.stopped for name, t in named if t.stopped), "")
        end = max(t.step for t in self.trainers)
        for trainer in self.trainers:  # one that stopped early is brought to where the others are
            while trainer.step < end:
                trainer.advance(end - trainer.step)

    def move(self, make: MakeProgram) -> None:
        """Have the steps to come compiled by ``make``; they are the same ones."""
        for trainer in self.trainers:
            trainer.move(make)

    @property
    def _worlds(self) -> list[tuple[Trainer, int]]:
        """The world that is shown of each arm."""
        if self._whole:
            return [(self.first, self.first.worlds_of(name)[0]) for name in self.names]
        return [(t, 0) for t in self.trainers]

    @property
    def histories(self) -> tuple[History, ...]:
        """The history of each arm on show."""
        return tuple(t.histories[world] for t, world in self._worlds)

    def look(self) -> News:
        """Return copies of where all arms are."""
        snapshots = tuple(t.snapshot(world) for t, world in self._worlds)
        taken = self._dissection
        if taken is not None and taken.step != self.step + 1:
            taken = self._dissection = None  # that step has been done
        return News(
            snapshots,
            self.histories,
            self.first.data,
            self.told,
            self.config,
            taken,
            first=self.first_config,
            changes=tuple(self.changes),
        )

    def dissect(self, on: bool = True) -> None:
        """Take the first arm's next step apart, for ``look`` to show; or forget it.

        Raises:
            UserError: a run whose worlds are trained side by side, or with convolutions.
        """
        self._dissection = self.first.dissect() if on else None

    def state(self, *, whole: bool = True) -> RunState:
        """Return all that the run needs to go on from here bit for bit; ``whole``: with curves and the like."""
        trainers = tuple(t.state(whole=whole) for t in self.trainers)
        return RunState(
            self.config, self.first.data, trainers, self.first_config, tuple(self.changes), dict(self.bookmarks)
        )

    @staticmethod
    def from_state(state: RunState, run: int = 0) -> Arms:
        """Return the run that goes on from a state. Raises ``UserError`` for one that does not fit its settings."""
        try:
            trainers = [Trainer.from_state(one, state.data, run) for one in state.trainers]
        except (ValueError, KeyError, IndexError) as error:
            what = f"{error} is missing" if isinstance(error, KeyError) else error
            raise UserError(
                f"this run does not fit its own settings: {what}; must be as dropout-viz wrote it"
            ) from None
        made = Arms(trainers, state.config)
        made._take(state)
        return made

    def restore(self, state: RunState) -> None:
        """Go to another state of the same run. Raises ``ValueError`` for one that does not fit."""
        for trainer, one in zip(self.trainers, state.trainers, strict=True):
            trainer.restore(one)
        self._take(state)

    def _take(self, state: RunState) -> None:
        self.config, self.first_config = state.config, state.first
        self.changes, self.bookmarks = list(state.changes), dict(state.bookmarks)
        self._dissection, self.stopped = None, ""

    def replica(self, config: RunConfig) -> Arms:
        """Return trainers at step 0 that do steps of this run again, without curves, under its settings then."""
        arms = [config] if self._whole else [config.arm_configs[at] for at in self._shown]
        return Arms([Trainer(arm, self.first.data, self.first.run, recording=False) for arm in arms], config)

    def fork(self, names: tuple[str, str]) -> Arms:
        """Return this run's first arm, and the same beside it, which may be changed; the first one goes on in both.

        Raises:
            UserError: arms that one trainer has all of.
        """
        if self._whole:
            raise UserError(
                "branch: this run trains its arms side by side; must be a run whose arms are trained one by one"
            )
        alone, arms = self.alone(), [{"name": name} for name in names]
        twin = Trainer.from_state(self.first.state(), self.first.data, self.first.run)
        made = Arms([self.first, twin], alone.config.changed(arms=arms))
        made.first_config = alone.first_config.changed(arms=arms)
        made.changes, made.bookmarks = alone.changes, alone.bookmarks
        return made

    def alone(self) -> Arms:
        """Return the run of this run's first arm, which goes on in it."""
        made = Arms([self.first], self.config.arm_configs[0])
        made.first_config = self.first_config.arm_configs[0]
        made.changes, made.bookmarks = first_alone(self.changes), dict(self.bookmarks)
        return made

    @property
    def whole(self) -> bool:
        """Whether one trainer has all arms, side by side."""
        return self._whole

    @property
    def alike(self) -> bool:
        """Whether there are several arms that have always had the same settings: nothing has branched off yet."""
        return len(self.trainers) > 1 and not any(map(own, (*self.config.arms, *self.first_config.arms)))

    def number(self, run: int) -> None:
        """Be another run, of this number."""
        for trainer in self.trainers:
            trainer.run = run

    def again(self) -> Arms:
        """Return the same arms at step 0, under the settings in force."""
        return self.under(self.config)

    def under(self, config: RunConfig) -> Arms:
        """Return another run at step 0. Data that is the same is not loaded again.

        Raises:
            UserError: a config that is not possible; these arms are as they were.
        """
        return _made(config, self.first, next_run())

    def check(self, settings: Mapping[str, Any]) -> None:
        """Refuse what ``change`` would refuse. Raises ``UserError``."""
        self.first.check(settings)
        with_first_changed(self.config, settings)

    def change(self, settings: Mapping[str, Any]) -> None:
        """Change live settings in the first arm, and in the others where they have none of their own.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        config = with_first_changed(self.config, settings)
        self.first.change(**settings)
        if self._whole:  # where the first arm's own settings stay too
            config = self.first.config
        for trainer, at in list(zip(self.trainers, self._shown, strict=False))[1:]:
            trainer.change(**{key: getattr(config.arm_configs[at], key) for key in settings})
        self.config = config
        self.changes.append(Change(self.step, dict(settings)))
        if self._dissection is not None:
            self.dissect()  # the same step under other settings is another one

    def change_arm(self, arm: int, settings: Mapping[str, Any]) -> None:
        """Change live settings of one arm, which has them of its own from now on.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        config = with_arm_changed(self.config, self._shown[arm], settings)
        self.trainers[arm].change(**settings)
        self.config = config
        self.changes.append(Change(self.step, dict(settings), arm))

    def make(self, change: Change) -> None:
        """Make a change that another run has seen at this step."""
        if change.arm is None:
            self.change(change.settings)
        else:
            self.change_arm(change.arm, change.settings)


def _made(config: RunConfig, known: Trainer | None, run: int) -> Arms:
    made: list[Trainer] = []
    for arm in (config.arm_configs[at] for at in on_show(config)):
        data = known.data if known is not None and _same_data(arm, known.config) else None
        try:
            known = Trainer(arm, data, run)
        except MemoryError:
            raise UserError("hidden, worlds, examples: not enough memory; must be a smaller run") from None
        made.append(known)
    return Arms(made, config)


def _same_data(one: RunConfig, other: RunConfig) -> bool:
    return all(getattr(one, key) == getattr(other, key) for key in data_settings())


def arm_of(config: RunConfig, name: str) -> int:
    """Return the place of an arm, by its name, among those that are shown. Raises ``UserError``."""
    names = [config.arm_names[at] for at in on_show(config)] if config.arms else []
    if name not in names:
        allowed = ", ".join(names) or "left out: this run has no arms"
        raise UserError(f"arm '{str(name)[:60]}': not one of those shown; must be {allowed}")
    return names.index(name)


def not_shown(config: RunConfig) -> str:
    """Return a sentence on the arms of a config that are not shown, or ``""``."""
    shown = on_show(config)
    left = [name for at, name in enumerate(told(config, config)) if at not in shown]
    if not left:
        return ""
    few = [f"“{name}”" for name in left[:4]]
    named = " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few) if len(left) <= 4 else ", ".join(few)
    more = f" and {len(left) - 4} more" if len(left) > 4 else ""
    alike = _of_one_size(config)
    why = ["Shown are those with the first one's layers"] if len(alike) < len(config.arms) else []
    why += [f"{'of these' if why else 'Shown are'} at most {SHOWN}"] if len(alike) > SHOWN else []
    return f"Not shown: {named}{more}. {', '.join(why)}; dropout-viz train runs all {len(config.arms)}."
