"""What a script of a run has to repeat: one world of one arm, from step 0, with its live changes at their steps.

``Recipe`` gathers what the writers of scripts (``code_numpy``, ``code_post``, ``code_torch``) ask of the engine, so
that a script cuts products and draws where the compiled program does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arm_settings import told, with_first_changed
from dropout_viz.engine.blocks import block_rows
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig, live_settings
from dropout_viz.engine.limits import check_fit
from dropout_viz.engine.state import Change
from dropout_viz.errors import UserError
from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.nn.plan import Plan
from dropout_viz.nn.program import is_large

LONGEST, WIDEST = 60, 110
"""Lines of a script, and columns of a line, at most."""
_SHARED_MATRIX, _SHARED_VECTOR = 65_536, 8_192
# Multiplications up to which OpenBLAS never takes a second thread: 65,536 * 4 and 2,304 * 4 in its source, so with a
# margin.


@dataclass(frozen=True)
class Recipe:
    """One run to be written down.

    Attributes:
        config: its settings at step 0, without arms and of one world. data: its examples.
        steps: how many it did.
        changes: the live settings after so many steps each, where they changed; ascending, each below ``steps``.
        part: which part of a run with several worlds or arms this is, as a sentence; ``""`` for one that is alone.
        source: the preset or file that it came from, or ``""``.
        script: what the script is called, without its ending, or ``""`` where it is in no file.
        beside: whether others may have been computed beside it, whose sums are taken in another order.
    """

    config: RunConfig
    data: DataSet
    steps: int
    changes: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    part: str = ""
    source: str = ""
    beside: bool = False
    script: str = ""

    @staticmethod
    def of(
        first: RunConfig,
        data: DataSet,
        steps: int,
        changes: Sequence[Change] = (),
        *,
        together: bool = False,
        arm: int = 0,
        source: str = "",
    ) -> Recipe:
        """Return the recipe of the first world of one arm.

        Args:
            first: settings of the whole run at step 0. data: its examples. steps: how many to repeat.
            changes: live settings that were changed. together: whether one trainer has all arms.
            arm: which arm, where there are some. source: the preset or file that it came from.

        Raises:
            UserError: a run that no script can repeat.
        """
        own = first.arm_configs[arm]
        if own.patient is not None:
            raise UserError(f"patient = {own.patient}: code is of runs without a hidden fault; must be empty")
        said = [f"world 1 of {first.worlds:,}"] if first.worlds > 1 else []
        said += [f"the arm '{told(first, first)[arm]}'"] if first.arms else []
        alone = own.changed(worlds=1)
        if alone.maps:
            raise UserError(f"maps = {list(alone.maps)}: code of convolutions is too long; must be empty")
        check_fit(alone, data)
        config, found = first, []
        for change in changes:
            config = _after(config, change, together)
            live = {key: getattr(config.arm_configs[arm], key) for key in live_settings()}
            if change.step < steps:
                found.append((change.step, live))
        part = f"This is {' of '.join(said)}, trained alone." if said else ""
        beside = first.rule == "exact" and (first.worlds > 1 or (together and len(first.arms) > 1))
        return Recipe(alone, data, steps, tuple(found), part, source, beside)

    @cached_property
    def plan(self) -> Plan:
        """The network as the compiler knows it."""
        return make_plan(self.config, self.data)

    @property
    def layers(self) -> range:
        """1 for the first weight layer, up to the last."""
        return range(1, self.plan.layers + 1)

    @property
    def batch(self) -> int:
        """Examples of a step."""
        return self.config.batch_size or len(self.data.x)

    @property
    def in_batches(self) -> bool:
        """Whether a step sees only some of the examples."""
        return self.batch < len(self.data.x)

    @property
    def per_epoch(self) -> int:
        """Steps of an epoch."""
        return max(1, len(self.data.x) // self.batch)

    @property
    def single(self) -> bool:
        """Whether it computes in float32."""
        return self.config.dtype == "float32"

    @property
    def halved(self) -> bool:
        """Whether the program cuts a step into halves for two threads."""
        return is_large(self.plan, self.batch)

    @property
    def flushes(self) -> bool:
        """Whether the program sets tiny velocities to 0 now and then: where a block is a single step."""
        return block_rows(self.plan, self.batch, 1) == 1 and bool(OPTIMISERS[self.config.optimiser].make.names)

    @property
    def may_thread(self) -> bool:
        """Whether the matrix library might share some product among threads, which changes its last bits."""
        sizes = [(self.batch, i, j) for i, j in self.plan.shapes]
        return any(math.prod(size) > (_SHARED_VECTOR if 1 in size else _SHARED_MATRIX) for size in sizes)

    @cached_property
    def dropped(self) -> tuple[int, ...]:
        """The layers that drop units at some time of the run: 0 the input, l hidden layer l."""
        configs = [self.config, *(config for _, config in self._configs)]
        return tuple(
            layer for layer in range(self.plan.layers) if any(config.drop_probabilities[layer] for config in configs)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What may change on the way, as the scripts call it: the rate, and a drop probability for each such layer."""
        return ("rate", *(f"p{layer}" for layer in self.dropped))

    def values(self, config: RunConfig) -> tuple[float, ...]:
        """Return a config's values of ``names``."""
        return (config.learning_rate, *(config.drop_probabilities[layer] for layer in self.dropped))

    @property
    def live(self) -> dict[int, tuple[float, ...]]:
        """The values of ``names`` from which step on, where they changed."""
        before, kept = self.values(self.config), dict[int, tuple[float, ...]]()
        for step, values in {step: self.values(config) for step, config in self._configs}.items():
            if values != before:
                kept[step] = before = values
        return kept

    @cached_property
    def _configs(self) -> list[tuple[int, RunConfig]]:
        """The settings after each change."""
        found, config = [], self.config
        for step, settings in self.changes:
            config = config.changed(**settings)
            found.append((step, config))
        return found


def _after(config: RunConfig, change: Change, together: bool) -> RunConfig:
    """Return a run's settings after a change, as ``engine.arms`` makes it."""
    if change.arm is not None:
        arms = [{**own, **change.settings} if at == change.arm else own for at, own in enumerate(config.arms)]
        return config.changed(arms=arms)
    return config.changed(**change.settings) if together else with_first_changed(config, change.settings)
