"""The scale comes twice: divided by 1 - p in training, and multiplied by 1 - p when every unit is on."""

from __future__ import annotations

from dropout_viz.clinic.examined import LOUDER, Examined, Sign, louder
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.noise.kind import Noise, rescaled
from dropout_viz.words import figure

KEY = "scaled-twice"
TITLE = "Scaled twice"
MEANS = "What is left is made larger in training, and all of it smaller again at test, where one of the two is enough."
ORDER = 20
PATIENT = 4
PRESET = "few-digits"
SETTINGS = {"examples": 200}
STEP = 600
REPORT = (
    "“My network gets as many digits right as a friend's with the same settings. But my loss is far higher, "
    "even on the training digits: the answers are right, but less sure.”"
)
VIEW = "scaling"
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


def trace(patient: Examined) -> Sign:
    """Return whether less is passed on at test than in training."""
    times, seen = louder(patient)
    return Sign(
        times < 1 / LOUDER,
        f"{seen} Scaled twice it would be about {1 - patient.now.used.set_probabilities[1]:.2f} times.",
    )


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    return (
        f"{louder(patient)[1]} The two should be alike. "
        f"Loss: the training loss is {figure(patient.loss('train'), 3)}; scaled once, with the same weights, it is "
        f"{figure(patient.healthy_score('loss', 'train'), 3)}."
    )


FAULT = ScaledTwice()
