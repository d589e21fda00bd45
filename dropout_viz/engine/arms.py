"""One run, or the same run under several settings, advanced in lock-step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.status import News
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError


class Arms:
    """Trainers that are always at the same step. The first is the run itself."""

    def __init__(self, trainers: Sequence[Trainer]) -> None:
        self._trainers = tuple(trainers)

    @property
    def first(self) -> Trainer:
        """The run itself."""
        return self._trainers[0]

    @property
    def step(self) -> int:
        """Steps done."""
        return self.first.step

    @property
    def diverged(self) -> bool:
        """Whether the newest loss of some arm is not a number."""
        return any(t.diverged for t in self._trainers)

    def advance(self, steps: int) -> list[str]:
        """Do so many steps, or fewer where an arm's rule to stop comes up; return the reasons to stop."""
        steps = min([steps, *(t.next_look - t.step for t in self._trainers if t.next_look is not None)])
        for trainer in self._trainers:
            trainer.advance(steps)
        reasons = [t.stopped for t in self._trainers if t.stopped]
        end = max(t.step for t in self._trainers)
        for trainer in self._trainers:  # one that stopped early is brought to where the others are
            while trainer.step < end:
                trainer.advance(end - trainer.step)
        return reasons

    def look(self) -> News:
        """Return copies of where all arms are."""
        trainers = self._trainers
        return News(tuple(t.snapshot() for t in trainers), tuple(t.history for t in trainers), self.first.data)

    def again(self) -> Arms:
        """Return the same arms at step 0, under the settings in force."""
        return self.under([t.config for t in self._trainers])

    def under(self, configs: Sequence[RunConfig]) -> Arms:
        """Return arms at step 0, one for each config. Data that is the same is not loaded again.

        Raises:
            UserError: a config that is not possible; these arms are as they were.
        """
        run, made = self.first.run + 1, [self.first]
        for config in configs:
            known = made[-1]
            try:
                made.append(Trainer(config, known.data if _same_data(config, known.config) else None, run))
            except MemoryError:
                raise UserError("hidden, worlds, examples: not enough memory; must be a smaller run") from None
        return Arms(made[1:])

    def change(self, settings: Mapping[str, Any]) -> None:
        """Change live settings; drop probabilities in the first arm only, as the others are compared under their own.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        self.first.change(**settings)
        shared = {k: v for k, v in settings.items() if not k.startswith("p_")}
        for trainer in self._trainers[1:]:
            if shared:
                trainer.change(**shared)


def _same_data(one: RunConfig, other: RunConfig) -> bool:
    keys = ("data", "examples", "noise", "label_noise", "data_seed")
    return all(getattr(one, k) == getattr(other, k) for k in keys)
