"""The frozen state of one world after a step: copies that any thread may keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.maps import LastMaps, MapState
from dropout_viz.engine.presence import Presence
from dropout_viz.engine.visited import Phase

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


class LastStep(NamedTuple):
    """What one step computed for one world; see ``Snapshot`` for the shapes."""

    masks: tuple[Bools, ...]
    activations: tuple[Floats, ...]
    examples: NDArray[np.intp]
    loss: float
    maps: LastMaps | None
    factors: tuple[Floats, ...] = ()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the trainer computed in step ``step``, and the weights after it.

    A unit layer index l runs from 0 (the input) to L + 1 (the output); weight layer l joins unit layers l and l + 1.

    Attributes:
        run: number of the run; a rewind or another config starts a new one.
        step: updates done so far; 0 before the first, when every unit is on and no mask has been drawn.
        epoch: passes over the training set so far (a fraction while one is under way).
        config: the settings in force, for the next step. used: those that this step used; they differ between a change
            of a live setting and the next step.
        weights: after the step; per layer (fan_in, fan_out).
        biases: after the step; per layer (fan_out,), empty arrays where the net has none.
        masks: per unit layer 0..L, True where the unit was on, as this step drew and used them, (examples, units).
        factors: of noise that turns no unit off, per unit layer 0..L, what each unit was multiplied by,
            (examples, units); else empty: ``masks`` and the scale say it.
        activations: per unit layer 0..L + 1, what the step's forward pass gave *after* mask and scale,
            shape (examples, units).
        examples: rows of the training set that the step saw, shape (examples,).
        loss_under_mask: this step's loss, the one the optimiser saw; nan at step 0.
        world: which world of the batch of runs this is.
        visited: how many different thinned networks the run has used so far (since the layers that drop units last
            changed), or None where that is not counted.
        can_drop: units that can be off, n: there are 2^n thinned networks.
        phases: the drop probabilities that the run has had, by step, since the layers that drop units last changed.
        presence: how often each unit was on in the whole run, or None in a batch of worlds.
        maps: where the network begins with convolutions, what these were given and gave, else None. Unit layer 0 is
            then the last of their maps, (examples, height · width · maps), which drops nothing: pixels do.
        unknown: unit layers that are not computed yet, of a step that is taken apart; their activations say nothing.
    """

    run: int
    step: int
    epoch: float
    config: RunConfig
    used: RunConfig
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    masks: tuple[Bools, ...]
    activations: tuple[Floats, ...]
    examples: NDArray[np.intp]
    loss_under_mask: float
    world: int = 0
    visited: int | None = None
    can_drop: int = 0
    phases: tuple[Phase, ...] = ()
    presence: Presence | None = None
    maps: MapState | None = None
    factors: tuple[Floats, ...] = ()
    unknown: frozenset[int] = frozenset()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units in each layer, input to output."""
        return tuple(a.shape[1] for a in self.activations)

    def row_of(self, example: int) -> int | None:
        """Return the row of this step's batch that holds a training example, or None where the step did not see it."""
        rows = np.flatnonzero(self.examples == example)
        return int(rows[0]) if rows.size else None
