"""The slope is taken of the activation after mask and scale, as published in 2015: above 1 - p its sign is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.patients import Fault
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.nn.ops import Op
from dropout_viz.words import figure, many

Array = NDArray[Any]
KEY = "wrong-sign"
TITLE = "Wrong sign"
MEANS = "One factor of a step has the wrong sign, so that some weights are pushed uphill."
ORDER = 70
PATIENT = 7
PRESET = "three-lines-exact"
SETTINGS = {"p_hidden": [0.2]}
STEP = 5000
REPORT = (
    "“I took dropout from a well-known post and built it into a program of my own. It gets all four rows of "
    "exclusive or right, but the weights of the first layer grow and grow.”"
)
VIEW = "network"
HINT = "Network, with a step taken apart (the key . shows stage after stage): can a sigmoid have such a slope?"
ABOUT = (
    "The slope h (1 − h) was taken of the activation h after mask and scale, as published in 2015. Where an "
    "activation is above 1 − p, that h is above 1 and the slope negative: the unit is pushed the wrong way."
)
CODE = {
    "NumPy": (
        "delta1 = delta2 @ W2.T * h1 * (1 - h1)  # h1 = a1 * mask / (1 - p)",
        "delta1 = delta2 @ W2.T * mask / (1 - p) * a1 * (1 - a1)",
    ),
    "PyTorch": (
        "return grad * h * (1 - h)  # h: saved after mask and scale",
        "h = F.dropout(torch.sigmoid(z), p, training=self.training)  # and autograd",
    ),
    "Keras": (
        "return upstream * h * (1 - h)  # h: kept after mask and scale",
        "h = self.drop(keras.ops.sigmoid(z), training=training)  # and no gradient of your own",
    ),
}


class WrongSign(Fault):
    """The published line has the mask in its slope, and no other one on the way back."""

    def step(self, ops: list[Op]) -> list[Op]:
        done: list[Op] = []
        for op in ops:
            if op.stage == "backward" and op.formula.startswith("δ ← δ · m"):
                continue  # the slope has it
            done.append(op)
            if op.stage == "scale" and op.formula.startswith("h"):
                before, _, after = op.args
                if after is not before:
                    done.append(Op(op.stage, op.formula, np.positive, (after, before)))
        return done


def trace(patient: Examined) -> Sign:
    """Return whether slopes have a sign that no slope of such a unit has."""
    step = patient.next_step
    kept = step.final("slope1")[step.final("m1") != 0]
    return Sign(bool((kept < 0).any()), f"{_seen(step, kept)}.")


def _seen(step: Dissection, kept: Array) -> str:
    """Return how many slopes of units that are on are below 0; ``kept``: all of them."""
    wrong = int((kept < 0).sum())
    slopes = many(wrong, "slope", of=len(kept))
    verb = "is" if wrong == 1 else "are"
    return f"Network, taking step {step.step:,} apart: {slopes} of units that are on {verb} below 0"


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    step, now = patient.next_step, patient.now
    kept = step.final("slope1")[step.final("m1") != 0]
    largest = [float(np.abs(one.weights[0]).max()) for one in (now, patient.healthy.snapshot())]
    above = f"above 1 − p = {1 - now.used.set_probabilities[1]:g}"
    least = figure(float(kept.min()), 3).replace("-", "−")
    why = f", the least {least}: there an activation lies {above}. A sigmoid has no slope below 0."
    if not (kept < 0).any():
        why = f", since in this step no unit that is on has an activation {above}; look at another step."
    return (
        f"{_seen(step, kept)}{why} The largest weight of the first layer is {figure(largest[0], 3)} at {patient.at}, "
        f"and {figure(largest[1], 3)} without the fault."
    )


FAULT = WrongSign()
