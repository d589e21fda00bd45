"""The mask is forgotten on the way back: units that were off get a gradient, as if they had been on."""

from __future__ import annotations

import numpy as np

from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.ops import Op
from dropout_viz.words import figure, many

KEY = "no-mask-back"
TITLE = "No mask going back"
MEANS = "A unit that is off for an example has no part in its answer, and is changed because of it all the same."
ORDER = 60
PATIENT = 5
PRESET = "three-lines-exact"
SETTINGS = {"p_hidden": [0.5]}
STEP = 5000
REPORT = (
    "“I wrote every line of it by hand, without any library. It learns something, but it does not come to what a "
    "textbook's program reaches from the same start.”"
)
VIEW = "network"
HINT = "Network, with a step taken apart (the key . shows stage after stage): what δ does a unit get that is off?"
ABOUT = (
    "The mask was applied on the way forward and forgotten on the way back. A unit that is off has no part in the "
    "answer, so it has no part in the error either, and its δ must be 0."
)
CODE = {
    "NumPy": (
        "delta1 = delta2 @ W2.T * a1 * (1 - a1)",
        "delta1 = delta2 @ W2.T * mask / (1 - p) * a1 * (1 - a1)",
    ),
    "PyTorch": (
        "return grad  # in the backward of a torch.autograd.Function",
        "return grad * mask / (1 - p)  # or F.dropout, which does so",
    ),
    "Keras": (
        "return upstream  # in the gradient of a keras.ops.custom_gradient",
        "return upstream * mask / (1 - p)  # or keras.layers.Dropout, which does so",
    ),
}
ASKED = (
    "Does a unit that is off still learn?",
    "From that example nothing: its output is 0 and so is its δ, and with them both of its gradients. It may move "
    "all the same, through other examples of the batch, for which it is on, and through momentum or L2.",
)


def masks_the_error(op: Op) -> bool:
    """Return whether a call multiplies a layer's errors by its mask."""
    return op.stage == "backward" and op.formula.startswith("δ ← δ · m")


class NoMaskBack(Fault):
    def step(self, ops: list[Op]) -> list[Op]:
        return [op for op in ops if not masks_the_error(op)]


def trace(patient: Examined) -> Sign:
    """Return whether units that are off get a gradient."""
    step = patient.next_step
    off = step.final("m1") == 0
    largest = float(np.abs(step.final("delta1"))[off].max(initial=0))
    size = f"{figure(largest, 3)} in size" if largest else "exactly 0"
    return Sign(
        largest > 0, f"Network, taking step {step.step:,} apart: the largest δ of a unit that is off is {size}."
    )


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    step = patient.next_step
    off = step.final("m1") == 0
    largest = float(np.abs(step.final("delta1"))[off].max(initial=0))
    here, healthy = patient.loss("train"), patient.healthy_score("loss", "train")
    return (
        f"Network, taking step {step.step:,} apart: {many(int(off.sum()), 'time')} in its {len(off)} examples a hidden "
        f"unit is off, and the largest δ there is {figure(largest, 3)} in size, where each has to be exactly 0. Loss: "
        f"the training loss at {patient.at} is {figure(here, 3)}, and {figure(healthy, 3)} without the fault."
    )


FAULT = NoMaskBack()
