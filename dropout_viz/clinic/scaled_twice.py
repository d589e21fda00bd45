"""The scale comes twice: divided by 1 - p in training, and multiplied by 1 - p when every unit is on."""

from __future__ import annotations

from dropout_viz.analysis.scaling import passed_on
from dropout_viz.clinic.examined import Examined
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.noise.kind import Noise, rescaled
from dropout_viz.words import figure

KEY = "scaled-twice"
TITLE = "Scaled twice"
ORDER = 20
PATIENT = 4
PRESET = "few-digits"
SETTINGS = {"examples": 200}
STEP = 600
REPORT = (
    "“My network gets as many digits right as a friend's with the same settings. But my loss is far higher, "
    "even on the training digits: the answers are right, but less sure.”"
)
HINT = "Scaling: how much does the hidden layer pass on in training, and how much at test?"
ABOUT = (
    "Kept units are divided by 1 − p in training, and all units are multiplied by 1 − p at test. Either of the "
    "two makes up for the units that are off; both together leave too little at test."
)
CODE = {
    "NumPy": (
        "h = relu(x @ W1 + b1) * (1 - p)  # at test; training divides by 1 - p",
        "h = relu(x @ W1 + b1)  # at test; training divides by 1 - p",
    ),
    "PyTorch": (
        "h = self.drop(F.relu(self.fc1(x))) * (1 if self.training else 1 - self.drop.p)",
        "h = self.drop(F.relu(self.fc1(x)))  # nn.Dropout scales in training",
    ),
    "Keras": (
        "h = drop(dense(x), training=False) * (1 - drop.rate)",
        "h = drop(dense(x), training=False)  # Dropout scales in training",
    ),
}
ASKED = (
    "Do I have to scale the weights by 1 − p at test?",
    "Not with PyTorch, Keras or anything else that divides by 1 − p in training (inverted scaling): then nothing "
    "is done at test. It belongs to the classical form of the 2014 paper, which scales nothing in training.",
)


class ScaledTwice(Fault):
    def noise(self, kind: Noise) -> Noise:
        return rescaled(kind, "inverted", "classical")


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    (layer,) = passed_on(patient.now, patient.data)
    return (
        f"Scaling: at {patient.at} the hidden layer passes on {figure(layer.training, 3)} in training and "
        f"{figure(layer.test, 3)} at test, {layer.test / layer.training:.2f} times as much; the two should be alike. "
        f"Loss: the training loss is {figure(patient.loss('train'), 3)}; scaled once, with the same weights, it is "
        f"{figure(patient.healthy_score('loss', 'train'), 3)}."
    )


FAULT = ScaledTwice()
