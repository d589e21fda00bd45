"""The lesson that the fault clinic is: one step a patient, made from the files of the faults."""

from __future__ import annotations

from functools import cache

from pydantic import model_validator

from dropout_viz import registry
from dropout_viz.analysis.truths import Truth
from dropout_viz.clinic import ABOUT, LESSON, TITLE
from dropout_viz.clinic.examined import Examined
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import Lesson, LessonStep
from dropout_viz.engine.patients import Fault, patients
from dropout_viz.engine.prediction import Prediction
from dropout_viz.engine.settings import load_preset
from dropout_viz.registry import Entry

VIEWS = ("network", "loss", "masks", "scaling")
"""The same for all: which of them shows the fault is for the learner to find."""


class Diagnosis(Prediction):
    """The question which of the faults it is."""

    @model_validator(mode="after")
    def _possible(self) -> Diagnosis:
        return self


class Patient(LessonStep):
    """A run with a hidden fault, and what is told of it.

    Attributes:
        number: the patient's. fault: the fault's key. right: its place among the diagnoses. hint: where to look.
        code: by library the line that is wrong, and the same line without the fault.
        asked: a question that is often asked about it, and its answer; or empty.
    """

    predict: Diagnosis
    number: int
    fault: str
    right: int
    hint: str
    code: dict[str, tuple[str, str]]
    asked: tuple[str, ...] = ()

    def examine(self, frame: Frame) -> Truth:
        """Return what it is, and how the views show it, with the numbers of the run on show. Takes up to seconds."""
        entry = registry.entries("clinic")[self.fault]
        return Truth(self.right, f"It is “{entry.title}”. {entry.load().shown(Examined(frame))}")


class Ward(Lesson):
    """All patients."""

    steps: tuple[Patient, ...]

    def config(self, at: int, *, asked: bool = False) -> RunConfig:
        step = self.steps[at]
        entry = registry.entries("clinic")[step.fault]
        settings = {**entry.facts["SETTINGS"], "about": entry.facts["REPORT"], "stage": VIEWS, "views": ()}
        return load_preset(entry.facts["PRESET"]).changed(**settings, patient=step.number)

    def compared(self, at: int) -> RunConfig:
        """Return a patient with the same run beside it that has no fault; of a fault in the data, which all arms share,
        the healthy run alone."""
        config, step = self.config(at), self.steps[at]
        fault = registry.entries("clinic")[step.fault].load().FAULT
        if type(fault).data is not Fault.data:
            return config.changed(patient=None, title=f"Without the fault of patient {step.number}")
        return config.changed(arms=({"name": f"patient {step.number}"}, {"name": "without the fault", "patient": None}))


@cache
def ward() -> Ward:
    """Return the clinic, its patients by their numbers."""
    faults = list(registry.entries("clinic").values())
    names = tuple(entry.title for entry in faults)
    return Ward(
        key=LESSON,
        title=TITLE,
        about=ABOUT,
        preset=LESSON,
        steps=tuple(_patient(number, entry, faults.index(entry), names) for number, entry in patients().items()),
    )


def _patient(number: int, entry: Entry, right: int, names: tuple[str, ...]) -> Patient:
    facts = entry.facts
    asked = {
        "kind": "choice",
        "text": facts["REPORT"],
        "question": question_of(number),
        "measure": "diagnosis",
        "start": facts["STEP"],
        "options": names,
    }
    return Patient(
        title=f"Patient {number}",
        text=facts["ABOUT"],
        look=facts["HINT"],
        run_to=facts["STEP"],
        views=VIEWS,
        predict=Diagnosis.model_validate(asked),
        number=number,
        fault=entry.key,
        right=right,
        hint=f"Look at {facts['HINT']}",
        code=facts["CODE"],
        asked=facts.get("ASKED", ()),
    )


def question_of(number: int) -> str:
    """Return what is asked of a patient, under which a learner's diagnosis is kept."""
    meant = "Names in the views say what its owner meant; numbers and masks, what it does."
    return f"What is wrong with patient {number}? {meant}"
