"""A patient on the table: its run at the step on show, and the same run without its fault, for comparison."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.scaling import passed_on
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.history import History
from dropout_viz.engine.measured import measured
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.trainer import Trainer
from dropout_viz.words import figure

LOUDER = 1.1
"""Times what it is in training that a layer passes on at test, from which on that is no chance."""


@dataclass(frozen=True)
class Sign:
    """What the views show that a fault would leave a trace in: whether the trace is there, and what is seen."""

    there: bool
    seen: str


@dataclass(frozen=True)
class Examined:
    """What a fault's figures are computed from; ``frame``: of a run that had its present settings from the first step.

    Its trainers do the run's steps again, bit for bit.
    """

    frame: Frame

    @property
    def now(self) -> Snapshot:
        """The patient at the step on show."""
        return self.frame.snapshot

    @property
    def at(self) -> str:
        """At which step, in words."""
        return f"step {self.now.step:,}"

    @property
    def data(self) -> DataSet:
        """What the patient is trained and tested with."""
        return self.frame.data

    @property
    def history(self) -> History:
        """The patient's curves."""
        return self.frame.history

    @cached_property
    def healthy(self) -> Trainer:
        """The same run without the fault, at the same step."""
        return self._trained(None)

    @cached_property
    def next_step(self) -> Dissection:
        """The patient's next step, taken apart."""
        return self._trained(self.now.config.patient).dissect()

    @property
    def masks(self) -> NDArray[np.bool_]:
        """Which hidden units were on in the step on show, (examples, units)."""
        return self.now.masks[1]

    def loss(self, part: str) -> float:
        """Return the patient's loss on a part of its data, as its own program measures it."""
        return measured(self.now, self.data)[f"loss_{part}"]

    def healthy_score(self, kind: str, part: str) -> float:
        """Return the healthy run's loss or accuracy on a part of its data."""
        found = self.healthy.scores()[kind][part]
        assert found is not None
        return found[0]

    def _trained(self, patient: int | None) -> Trainer:
        trainer = Trainer(self.now.config.changed(patient=patient))
        trainer.advance(self.now.step)
        return trainer


def louder(patient: Examined) -> tuple[float, str]:
    """Return how many times as much the hidden layer passes on at test as in training, and that in a sentence."""
    layer = passed_on(patient.now, patient.data)[-1]
    times = layer.test / layer.training
    passes = f"passes on {figure(layer.training, 3)} in training and {figure(layer.test, 3)} at test"
    return times, f"Scaling: at {patient.at} the hidden layer {passes}, {times:.2f} times as much."
