"""Nothing is scaled, in training or after: with every unit on, a layer passes on 1/(1 - p) times what it did."""

from __future__ import annotations

from dropout_viz.clinic.examined import LOUDER, Examined, Sign, louder
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.noise.kind import Noise, rescaled
from dropout_viz.words import figure

KEY = "not-scaled"
TITLE = "Not scaled"
MEANS = "Units are turned off in training, and nothing makes up for it, then or later."
ORDER = 30
PATIENT = 8
PRESET = "moons"
SETTINGS = {"p_hidden": [0.5]}
STEP = 1000
REPORT = (
    "“The loss under the masks, which my optimiser sees, looks fine. But as soon as I use the whole network, the "
    "loss on the very same points is higher, although a whole network should know more than a part of it.”"
)
VIEW = "scaling"
HINT = "Scaling: how much does the hidden layer pass on in training, and how much at test?"
ABOUT = (
    "Nothing makes up for the units that are off in training. With every unit on, the layer passes on about 1/(1 "
    "− p) times what the next one was trained with."
)
CODE = {
    "NumPy": ("h *= rng.random(h.shape) >= p", "h *= (rng.random(h.shape) >= p) / (1 - p)"),
    "PyTorch": ("h = h * (torch.rand_like(h) >= p)", "h = F.dropout(h, p, training=self.training)"),
    "Keras": (
        "h = h * keras.ops.cast(keras.random.uniform(keras.ops.shape(h)) >= p, h.dtype)",
        "h = self.drop(h, training=training)  # self.drop = keras.layers.Dropout(p)",
    ),
}
ASKED = (
    "Why is a kept unit divided by 1 − p?",
    "With a share p of the units off, the next layer meets on average only 1 − p of what it meets with all of "
    "them on; dividing by 1 − p makes up for that. Then the mean is the same in training and at test, and at test "
    "nothing is done.",
)


class NotScaled(Fault):
    def noise(self, kind: Noise) -> Noise:
        return rescaled(kind, "none", "none")


def trace(patient: Examined) -> Sign:
    """Return whether more is passed on at test than in training."""
    times, seen = louder(patient)
    return Sign(
        times > LOUDER,
        f"{seen} Not scaled it would be about {1 / (1 - patient.now.used.set_probabilities[1]):.2f} times.",
    )


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    return (
        f"{louder(patient)[1]} The two should be alike. "
        f"Loss: with every unit on, at {patient.at}, the training loss is {figure(patient.loss('train'), 3)} and the "
        f"test loss {figure(patient.loss('test'), 3)}; without the fault they are "
        f"{figure(patient.healthy_score('loss', 'train'), 3)} and {figure(patient.healthy_score('loss', 'test'), 3)}."
    )


FAULT = NotScaled()
