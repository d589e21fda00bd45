"""One mask is drawn for the whole batch, so that all examples of a step meet the same thinned network."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.random import SeedSequence

from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.noise.kind import Array, Noise, Number, Stream
from dropout_viz.nn.streams import State
from dropout_viz.words import figure, many

KEY = "one-mask"
TITLE = "One mask a batch"
MEANS = "In a step the same units are off for all examples, when each example should have units of its own off."
ORDER = 40
PATIENT = 6
_LAST = 200  # steps whose losses are compared
_SETTLED = 400  # from here on none of them is of the first fall, which strays more than any mask makes it
PRESET = "few-digits"
SETTINGS = {"examples": 200}
STEP = 600
REPORT = (
    "“It learns, but the loss under the masks jumps from step to step more than in a friend's program. The "
    "batches, the rate and the drop probability are the same, and so is the seed.”"
)
VIEW = "masks"
HINT = "Masks: every row of a layer belongs to one example. What have the rows in common?"
ABOUT = (
    "One mask was drawn for the whole batch. So all examples of a step met the same thinned network, and each step "
    "followed the wishes of one network in place of the mean of many."
)
CODE = {
    "NumPy": ("mask = rng.random(h.shape[1]) >= p", "mask = rng.random(h.shape) >= p"),
    "PyTorch": (
        "mask = (torch.rand(h.shape[1]) >= p) / (1 - p)",
        "mask = (torch.rand(h.shape) >= p) / (1 - p)  # or F.dropout, which does so",
    ),
    "Keras": ("keras.layers.Dropout(p, noise_shape=(1, units))", "keras.layers.Dropout(p)"),
}


class FirstForAll:
    """Draws as another stream does, and gives every example of a step what its first one got."""

    def __init__(self, drawing: Stream) -> None:
        self._drawing = drawing

    def peek(self, out: Array, p: Number, scale: Number) -> None:
        self._drawing.peek(out, p, scale)
        out[...] = out[:, :1]

    def consume(self, steps: int) -> None:
        self._drawing.consume(steps)

    def state(self, used: int = 0) -> State:
        return self._drawing.state(used)

    def restore(self, state: State) -> None:
        self._drawing.restore(state)


class OneMask(Fault):
    def noise(self, kind: Noise) -> Noise:
        return _shared(kind)


@cache
def _shared(kind: Noise) -> Noise:
    def stream(sequences: list[SeedSequence], examples: int, units: int) -> Stream:
        return FirstForAll(kind.stream(sequences, examples, units))

    return replace(kind, stream=stream)


def trace(patient: Examined) -> Sign:
    """Return whether all examples of a step have one mask; of few it may be by chance, so of two steps."""
    kinds = len(np.unique(patient.masks, axis=0))
    there = kinds == 1 and len(np.unique(patient.next_step.final("m1"), axis=0)) == 1
    met = f"the {len(patient.masks)} examples of {patient.at} met {many(kinds, 'thinned network')}"
    return Sign(there, f"Masks: {met}.")


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    here, there = (len(np.unique(now.masks[1], axis=0)) for now in (patient.now, patient.healthy.snapshot()))
    masks = (
        f"Masks: the {len(patient.now.examples)} examples of {patient.at} met {many(here, 'thinned network')}, and "
        f"{there} without the fault."
    )
    if patient.now.step < _SETTLED:
        return f"{masks} Loss: its jumps stand out later, when it has stopped falling; look again at step {_SETTLED}."
    jumps = [float(np.std(h.loss_under_mask.pair()[1][-_LAST:])) for h in (patient.history, patient.healthy.history)]
    return (
        f"{masks} Loss: over the last {_LAST} steps the loss under the mask strayed by {figure(jumps[0], 3)} from its "
        f"mean (standard deviation), and by {figure(jumps[1], 3)} without it."
    )


FAULT = OneMask()
