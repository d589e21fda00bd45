"""The chance to keep a unit stands where the chance to drop it belongs: 1 - p of the units are off, not p."""

from __future__ import annotations

from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.patients import Fault, Probabilities
from dropout_viz.words import figure

KEY = "keep-or-drop"
TITLE = "p and 1 − p confused"
MEANS = "The chance to stay on was taken for the chance to be off, or the other way round."
ORDER = 50
PATIENT = 1
PRESET = "moons"
SETTINGS: dict[str, float] = {}
STEP = 1000
REPORT = (
    "“I want to keep 80 % of the hidden units, and I am sure that I said so. But after a few steps the loss "
    "hardly falls any more, as if most of my network were missing.”"
)
VIEW = "masks"
HINT = "Masks: what share of the hidden units is off there, and what share did the owner mean?"
ABOUT = (
    "The chance to keep a unit was given where the chance to drop it belongs. So 1 − p of the units are off, and "
    "the few that are left are multiplied by 1/p."
)
CODE = {
    "NumPy": ("h *= (rng.random(h.shape) >= keep) / (1 - keep)", "h *= (rng.random(h.shape) < keep) / keep"),
    "PyTorch": ("self.drop = nn.Dropout(keep)", "self.drop = nn.Dropout(1 - keep)"),
    "Keras": ("keras.layers.Dropout(keep)", "keras.layers.Dropout(1 - keep)"),
}
ASKED = (
    "Is it the chance to keep a unit or to drop it?",
    "In PyTorch, Keras and TensorFlow 2 the number is the chance that a unit is off; TensorFlow 1's keep_prob and "
    "the p of the 2014 paper are the chance that it stays on. Each is 1 minus the other, so only at 0.5 does it "
    "not matter.",
)


class KeepOrDrop(Fault):
    def drop(self, drop: Probabilities) -> Probabilities:
        return tuple(1 - p if p else p for p in drop)


def trace(patient: Examined) -> Sign:
    """Return whether as many units are off as were to be."""
    wanted = patient.now.used.set_probabilities[1]
    if wanted == 0.5:
        return Sign(False, "Masks: at p = 0.5 a unit is kept as often as it is dropped, so that it would do no harm.")
    off = 1 - float(patient.masks.mean())
    seen = (
        f"Masks: in {patient.at}, {100 * off:.0f} % of {patient.masks.size:,} hidden values were off; "
        f"{100 * wanted:.0f} % were to be, and {100 * (1 - wanted):.0f} % would be if the two were confused."
    )
    return Sign(abs(off - wanted) > abs(off - (1 - wanted)), seen)


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    on, wanted = patient.now.masks[1], patient.now.used.set_probabilities[1]
    here, healthy = patient.loss("train"), patient.healthy_score("loss", "train")
    return (
        f"Masks: in {patient.at}, {100 * (1 - on.mean()):.0f} % of the hidden units were off, over {len(on)} examples; "
        f"{100 * wanted:.0f} % were to be. Loss: the training loss is {figure(here, 3)}, and {figure(healthy, 3)} "
        "without the fault."
    )


FAULT = KeepOrDrop()
