"""What a lesson's step asks before it shows: the learner says what will come, and then it comes.

The truth is never written down: ``analysis.truths`` reads it from the run, under the name that the question gives.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NUMBERS = {
    "loss.train": "training loss",
    "loss.test": "test loss",
    "accuracy.train": "training accuracy",
    "accuracy.test": "test accuracy",
    "networks": "number of thinned networks",
    "gap": "largest distance between the network after training and the arithmetic mean of its thinned networks",
    "above 1-p": "share of activations in hidden layer 1 above 1 − p",
    "units off": "number of units in hidden layer 1 that the last step turned off, over all its examples",
    "visited": "number of different thinned networks that training has used",
    "loudness": "mean size of what hidden layer 1 passes on in use, over that in training",
    "largest weight": "largest weight of the first layer, in size",
    "half left": "share of test examples right with a random half of the hidden units taken away",
    "empty valleys": "number of valleys in which no unit has a vote",
    "nearest weights": "mean cosine of a hidden unit's incoming weights with those of the unit most like it",
}
"""Measures that are one number."""
SHARES = ("accuracy.train", "accuracy.test", "above 1-p", "half left")
"""Those that are told in per cent."""
COUNTS = ("networks", "units off", "visited", "empty valleys")
"""Those that are whole."""
CURVES = ("loss.train", "loss.test", "accuracy.train", "accuracy.test")
"""Measures that are a curve over the steps."""
CHOICES = {
    "lower loss.train": "which arm has the lower training loss",
    "lower loss.test": "which arm has the lower test loss",
    "higher accuracy.test": "which arm has more test examples right",
    "higher half left": "which arm has more test examples right with a random half of the hidden units taken away",
    "higher nearest weights": "in which arm hidden units have incoming weights more like those of another",
    "same mask": "whether the last step had one mask for all its examples (first option), or one for each (second)",
    "parted twins": "whether two units that started alike still are (first option), or have parted (second)",
    "turns loss.test": "whether the test loss ends at most a tenth above its lowest (first option), or higher (second)",
}
"""Measures that are one of the options, by its place."""
UNIT = "ablation"
"""The measure of a unit: the one of the last hidden layer whose removal raises the training loss most."""

STATIONS = 41
"""Points of a curve that is predicted, at equal distances from step 0 to the last."""

_KNOWN: dict[str, tuple[str, ...]] = {
    "number": tuple(NUMBERS),
    "curve": CURVES,
    "choice": tuple(CHOICES),
    "unit": (UNIT,),
}


class Prediction(BaseModel):
    """A question about what the step is going to show.

    Attributes:
        kind: how it is answered: a number, a curve that is drawn, one of some options, or a hidden unit.
        text: what the learner has to know for it; it stands in place of the step's own text, which tells the answer.
        question: one sentence. measure: what is asked for, a name of ``analysis.truths``.
        arm: of which arm. low, high: between which numbers the answer lies. start: the step at which it is asked.
        options: those of a choice. explained: what each of them means, a sentence each, or none.
        views: those beside the question, where the step's own would tell the answer; none: the step's own.
        settings: those of the run beside the question that differ from the step's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["number", "curve", "choice", "unit"]
    text: str = Field(min_length=1)
    question: str = Field(min_length=1)
    measure: str
    arm: int = Field(0, ge=0, le=5, strict=True)
    low: float = Field(0.0, strict=True)
    high: float = Field(1.0, strict=True)
    start: int = Field(0, ge=0, strict=True)
    options: tuple[str, ...] = ()
    explained: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    settings: dict[str, Any] = {}

    @model_validator(mode="after")
    def _possible(self) -> Self:
        known = _KNOWN[self.kind]
        if self.measure not in known:
            raise ValueError(f"measure = {self.measure!r}: must be among {', '.join(known)} where kind = {self.kind!r}")
        if not self.low < self.high:
            raise ValueError(f"low = {self.low:g}, high = {self.high:g}: low must be below high")
        if (self.kind == "choice") != (len(self.options) > 1):
            raise ValueError("options: must be two or more where kind = 'choice', and none otherwise")
        if self.explained and len(self.explained) != len(self.options):
            raise ValueError("explained: must be one sentence for each of the options, or none")
        return self

    def allows(self, guess: Guess, units: int) -> bool:
        """Return whether a guess is one of this question, which is put of a layer of so many units."""
        values = guess if isinstance(guess, tuple) else (guess,)
        if isinstance(guess, tuple) != (self.kind == "curve"):
            return False
        if not all(abs(value) <= sys.float_info.max for value in values):  # a whole number may be larger
            return False
        if self.kind == "curve":
            return len(values) == STATIONS
        if self.kind == "number":
            return self.low <= values[0] <= self.high
        return values[0] in range(units if self.kind == "unit" else len(self.options))

    @property
    def kept_as(self) -> str:
        """Under what an answer is kept, in a lesson."""
        return self.question

    @property
    def whole(self) -> bool:
        """Whether its numbers are counts."""
        return self.measure in COUNTS


Guess = float | int | tuple[float, ...]
"""An answer: a number; the place of an option or a unit, from 0; or a curve's values at equal distances over the steps
from 0 to the step that is shown."""


@dataclass(frozen=True)
class Truth:
    """What came of it.

    Attributes:
        value: as a ``Guess`` is. told: the same as a sentence, with its step and its conditions.
        steps, values: of a curve, every point that the run has recorded.
    """

    value: float | int | tuple[float, ...]
    told: str
    steps: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
