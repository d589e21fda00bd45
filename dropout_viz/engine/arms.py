"""One run, or the same run under several settings, advanced in lock-step: what a window shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dropout_viz.engine.arm_settings import with_first_changed
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.state import RunState
from dropout_viz.engine.status import News
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError

SHOWN = 2
"""Arms that are shown beside one another; a config may have more."""


def on_show(config: RunConfig) -> list[int]:
    """Return which arms are shown: the first, and the next of the same sizes, so that each unit has a counterpart."""
    sizes = [(arm.maps, arm.hidden, arm.bias) for arm in config.arm_configs]
    return [at for at, size in enumerate(sizes) if size == sizes[0]][:SHOWN]


class Arms:
    """Trainers that are always at the same step, one for each arm on show. The first is the run itself.

    Attributes:
        config: the settings in force, arms included. names: of the arms on show; ``""`` for a run alone.
        trainers: one for each of them. stopped: why the last ``advance`` ended early, or ``""``.
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
        self.names = tuple(names[at] for at in on_show(self.config))
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

    def look(self) -> News:
        """Return copies of where all arms are."""
        worlds = [(t, 0) for t in self.trainers]
        if self._whole:
            worlds = [(self.first, self.first.worlds_of(name)[0]) for name in self.names]
        snapshots = tuple(t.snapshot(world) for t, world in worlds)
        histories = tuple(t.histories[world] for t, world in worlds)
        taken = self._dissection
        if taken is not None and taken.step != self.step + 1:
            taken = self._dissection = None  # that step has been done
        return News(snapshots, histories, self.first.data, self.names, self.config, taken)

    def dissect(self, on: bool = True) -> None:
        """Take the first arm's next step apart, for ``look`` to show; or forget it.

        Raises:
            UserError: a run whose worlds are trained side by side, or with convolutions.
        """
        self._dissection = self.first.dissect() if on else None

    def state(self, *, whole: bool = True) -> RunState:
        """Return all that the run needs to go on from here bit for bit; ``whole``: with curves and the like."""
        return RunState(self.config, self.first.data, tuple(t.state(whole=whole) for t in self.trainers))

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
        return Arms(trainers, state.config)

    def again(self) -> Arms:
        """Return the same arms at step 0, under the settings in force."""
        return self.under(self.config)

    def under(self, config: RunConfig) -> Arms:
        """Return another run at step 0. Data that is the same is not loaded again.

        Raises:
            UserError: a config that is not possible; these arms are as they were.
        """
        return _made(config, self.first, self.first.run + 1)

    def change(self, settings: Mapping[str, Any]) -> None:
        """Change live settings in the first arm, and in the others where they have none of their own.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        config = with_first_changed(self.config, settings)
        self.first.change(**settings)
        if self._whole:  # where the first arm's own settings stay too
            config = self.first.config
        for trainer, at in list(zip(self.trainers, on_show(config), strict=False))[1:]:
            trainer.change(**{key: getattr(config.arm_configs[at], key) for key in settings})
        self.config = config
        if self._dissection is not None:
            self.dissect()  # the same step under other settings is another one


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
    keys = ("data", "examples", "noise", "label_noise", "data_seed")
    return all(getattr(one, k) == getattr(other, k) for k in keys)


def not_shown(config: RunConfig) -> str:
    """Return a sentence on the arms of a config that the window does not show, or ``""``."""
    shown = on_show(config)
    if len(config.arms) <= len(shown):
        return ""
    names = " and ".join(f"“{config.arm_names[at]}”" for at in shown)
    return f"Of {len(config.arms)} arms this shows {names}; dropout-viz train runs them all."
