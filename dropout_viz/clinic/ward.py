"""The lesson that the fault clinic is: one step a patient, made from the files of the faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from pydantic import model_validator

from dropout_viz import registry
from dropout_viz.clinic import ABOUT, LESSON, TITLE
from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import Lesson, LessonStep
from dropout_viz.engine.patients import Fault, patients
from dropout_viz.engine.prediction import Guess, Prediction, Truth
from dropout_viz.engine.settings import load_preset
from dropout_viz.registry import Entry
from dropout_viz.words import many

VIEWS = ("loss", "masks", "scaling", "network")
"""All that is looked at, for all patients the same: Loss, and beside it the others in one place, that one in front in
which more can be seen than in the rest. There are several faults that it may be."""

_HIDDEN = "One thing is wrong here."
"""What the top of the window says of a patient; the owner's report stands in the strip below."""


class Diagnosis(Prediction):
    """The question which of the faults it is."""

    kept: str

    @property
    def kept_as(self) -> str:
        return self.kept

    @model_validator(mode="after")
    def _possible(self) -> Diagnosis:
        return self


class Patient(LessonStep):
    """A run with a hidden fault, and what is told of it.

    Attributes:
        number: the patient's. fault: the fault's key. right: its place among the diagnoses. hint: where to look.
        view: the view that shows the fault, by its key.
        code: by library the line that is wrong, and the same line without the fault.
        asked: a question that is often asked about it, and its answer; or empty.
    """

    ALONE: ClassVar[bool] = True

    predict: Diagnosis
    number: int
    fault: str
    right: int
    hint: str
    view: str
    code: dict[str, tuple[str, str]]
    asked: tuple[str, ...] = ()

    @property
    def pointer(self) -> str:
        return ""

    @property
    def front(self) -> str:
        return self.view if self.view != VIEWS[0] else VIEWS[1]

    @property
    def pointed(self) -> str:
        return self.view

    def ending(self) -> tuple[Mapping[str, tuple[str, str]], tuple[str, ...]]:
        return self.code, self.asked

    def refuses(self, guess: Guess) -> bool:
        return guess != self.right

    def objection(self, frame: Frame | None, guess: Guess) -> str:
        """Return what speaks against a diagnosis in this run, and where to look for another."""
        assert isinstance(guess, int)
        if frame is None or not frame.snapshot.step:
            return self.hint
        sign: Sign = list(registry.entries("clinic").values())[guess].load().trace(Examined(frame))
        return f"{'It may look so' if sign.there else 'Against it'}, in {sign.seen} {self.hint}"

    def examine(self, frame: Frame, usual: Callable[[Frame, Prediction], Truth]) -> Truth:
        """Return what it is, and how the views show it, with the numbers of the run on show."""
        entry = registry.entries("clinic")[self.fault]
        seen = "No step was made yet; the views show it once the run has gone on."
        if frame.snapshot.step:
            seen = entry.load().shown(Examined(frame))
        return Truth(self.right, f"It is “{entry.title}”. {seen}")


class Ward(Lesson):
    """All patients."""

    steps: tuple[Patient, ...]

    def config(self, at: int, *, asked: bool = False) -> RunConfig:
        step = self.steps[at]
        entry = registry.entries("clinic")[step.fault]
        stage = (*step.views, *step.behind)
        settings = {**entry.facts["SETTINGS"], "about": _HIDDEN, "stage": stage, "views": ()}
        return load_preset(entry.facts["PRESET"]).changed(**settings, patient=step.number)

    def name(self, at: int) -> str:
        return f"patient-{self.steps[at].number}"

    def first(self, said: Callable[[LessonStep], Guess | None]) -> int:
        return next((at for at, step in enumerate(self.steps) if said(step) is None), 0)

    def note(self, said: Callable[[LessonStep], Guess | None]) -> str:
        found = sum(said(step) == step.right for step in self.steps)
        return f"{found} found" if found else ""

    def holds(self, at: int, config: RunConfig) -> bool:
        return config.patient == self.steps[at].number

    def compared(self, at: int) -> RunConfig | None:
        """Return a patient with the same run beside it that has no fault; of a fault in the data, which all arms share,
        the healthy run alone."""
        config, step = self.config(at), self.steps[at]
        fault = registry.entries("clinic")[step.fault].load().FAULT
        if type(fault).data is not Fault.data:
            return config.changed(patient=None, about="", title=f"Without the fault of patient {step.number}")
        return config.changed(arms=({"name": f"patient {step.number}"}, {"name": "without the fault", "patient": None}))


@cache
def ward() -> Ward:
    """Return the clinic, its patients by their numbers."""
    faults = list(registry.entries("clinic").values())
    return Ward(
        key=LESSON,
        title=TITLE,
        about=ABOUT,
        preset=LESSON,
        steps=tuple(_patient(number, entry, faults.index(entry), faults) for number, entry in patients().items()),
    )


def _patient(number: int, entry: Entry, right: int, faults: Sequence[Entry]) -> Patient:
    facts = entry.facts
    asked = {
        "kind": "choice",
        "text": f"{facts['REPORT']}\n{_meant(facts)}",
        "question": f"What is wrong with patient {number}?",
        "kept": kept_as(number),
        "measure": "diagnosis",
        "start": facts["STEP"],
        "options": tuple(fault.title for fault in faults),
        "explained": tuple(fault.facts["MEANS"] for fault in faults),
    }
    return Patient(
        title=f"Patient {number}",
        text=facts["ABOUT"],
        look=facts["HINT"],
        run_to=facts["STEP"],
        views=VIEWS[:2],
        behind=VIEWS[2:],
        predict=Diagnosis.model_validate(asked),
        number=number,
        fault=entry.key,
        right=right,
        hint=f"Look at {facts['HINT']}",
        view=facts["VIEW"],
        code=facts["CODE"],
        asked=facts.get("ASKED", ()),
    )


def _meant(facts: Mapping[str, Any]) -> str:
    """Return what the owner of a run meant, as far as faults may keep it from coming true."""
    config = load_preset(facts["PRESET"]).changed(**facts["SETTINGS"])
    p, examples = config.set_probabilities[1], ""
    if config.examples is not None:
        examples = f"; {many(config.examples, 'example')} to learn from"
    off = f"in training a hidden unit is off with chance p = {p:g}, and what is left is divided by 1 − p"
    seen = "The views call things by what was meant; their numbers and masks are what really happens"
    return f"What was meant: {off}{examples}. {seen}."


def kept_as(number: int) -> str:
    """Return under what a learner's diagnosis of a patient is kept: what was asked once."""
    meant = "Names in the views say what its owner meant; numbers and masks, what it does."
    return f"What is wrong with patient {number}? {meant}"
