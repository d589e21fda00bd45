"""Lessons: a preset, and steps that say what to set, how far to run, which views to bring, and what there is to see.

A lesson is one TOML file in ``resources/lessons``; a numeric prefix of its name sets the order. Each step stands for
itself: it takes the lesson's preset with the step's own settings and runs it to a step, so that Back and Next lead to
the same numbers however one came there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError, field_validator, model_validator

from dropout_viz import registry
from dropout_viz.engine import toml
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.prediction import Guess, Prediction, Truth
from dropout_viz.engine.settings import found_files, key_of, load_preset
from dropout_viz.errors import UserError, nearest
from dropout_viz.files import read_bytes, readable


def _known(views: tuple[str, ...]) -> tuple[str, ...]:
    known = registry.entries("views")
    if unknown := [key for key in views if key not in known]:
        raise ValueError(f"{unknown[0]} is no view; must be among {', '.join(known)}")
    return views


class LessonStep(BaseModel):
    """One step of a lesson.

    Attributes:
        title: a few words. text: what it is about. look: what to look at, one sentence.
        settings: those that differ from the lesson's preset. compare: whether the same run without dropout is beside.
        run_to: the step to run to. told_in: seconds in which it comes there, to be watched; 0: as fast as it goes.
        play: whether it then goes on, with ``pace`` steps a second.
        row: which training example is shown, counted from 1; None: as the run suggests.
        views: keys of the views that are brought in front, the one to look at first. behind: those that wait behind
            the last of them, each a tab.
        marked: which of the lesson's lines of code it is about, counted from 1.
        predict: what is asked before the step is shown, if anything.

    What only some lessons do (refuse an answer, end with code) they do by overriding the methods here: whoever plays
    them need not know which lesson it is.
    """

    ALONE: ClassVar[bool] = False
    """Whether the truth stands in place of the question and its answers, not below them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    look: str = Field(min_length=1)
    settings: dict[str, Any] = {}
    compare: StrictBool = False
    run_to: int = Field(0, ge=0, strict=True)
    told_in: Annotated[int, Field(ge=0, le=30, strict=True)] = 0
    play: StrictBool = False
    pace: Annotated[int, Field(ge=1, le=1_000, strict=True)] = 4
    row: Annotated[int, Field(ge=1, strict=True)] | None = None
    views: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    marked: tuple[int, ...] = ()
    predict: Prediction | None = None

    @field_validator("views", "behind")
    @classmethod
    def _known_views(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _known(value)

    @field_validator("predict")
    @classmethod
    def _known_beside(cls, value: Prediction | None) -> Prediction | None:
        _known(() if value is None else value.views)
        return value

    @property
    def pointer(self) -> str:
        """Where to look, a sentence; "": that comes with the answer."""
        return f"Look at {self.look}"

    @property
    def front(self) -> str:
        """Which of the views that share a place comes to the front while it is asked, by its key; "": the first."""
        return ""

    @property
    def pointed(self) -> str:
        """The view that there is something to see in, by its key; "": none."""
        return self.views[0] if self.views else ""

    def ending(self) -> tuple[Mapping[str, tuple[str, str]], tuple[str, ...]]:
        """Return what the step ends with: by library a line of code that is wrong and the same as it should be, and a
        question with its answer; of either there may be none."""
        return {}, ()

    def refuses(self, guess: Guess) -> bool:
        """Return whether an answer is refused, and another one asked for."""
        return False

    def objection(self, frame: Frame | None, guess: Guess) -> str:
        """Return what is said to an answer that is refused. ``frame``: the step's own run as it is on show, None where
        that has been changed. May take seconds."""
        return ""

    def examine(self, frame: Frame, usual: Callable[[Frame, Prediction], Truth]) -> Truth:
        """Return what comes of the question. ``usual``: finds that for what any lesson may ask. May take seconds."""
        assert self.predict is not None
        return usual(frame, self.predict)


class Lesson(BaseModel):
    """A lesson: its key (the file's name), what it is about, the preset that it starts from, and its steps; ``code``:
    lines of NumPy that it is about, if it is about any, each of which a step may mark."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str = Field(min_length=1)
    about: str = Field(min_length=1)
    preset: str
    code: tuple[str, ...] = ()
    steps: tuple[LessonStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for number, step in enumerate(self.steps, 1):
            try:
                longest = self.config(number - 1).steps
                self.config(number - 1, asked=True)
            except UserError as error:
                raise ValueError(f"step {number}: {error}") from None
            if not set(step.marked) <= set(range(1, len(self.code) + 1)):
                raise ValueError(f"step {number}: marked = {list(step.marked)}: must be lines of the lesson's code")
            if step.run_to > longest:
                raise ValueError(f"step {number}: run_to = {step.run_to}: must be at most {longest}, the run's length")
            if step.predict is not None and step.predict.start > step.run_to:
                start = f"step {number}: predict: start = {step.predict.start}"
                raise ValueError(f"{start}: must be at most {step.run_to}, the step that is shown")
        return self

    def config(self, at: int, *, asked: bool = False) -> RunConfig:
        """Return the run that a step shows, steps being counted from 0; ``asked``: the one beside its question.

        Raises:
            UserError: an impossible one.
        """
        step = self.steps[at]
        other = step.predict.settings if asked and step.predict is not None else {}
        return load_preset(self.preset).changed(
            **{**step.settings, **other, "views": (), "arms": COMPARISON if step.compare else ()}
        )

    def name(self, at: int) -> str:
        """Return under which name the run of a step is opened; its preset's, or another that no preset has."""
        return self.preset

    def first(self, said: Callable[[LessonStep], Guess | None]) -> int:
        """Return the step that it is opened at. ``said``: what the learner has answered to a step before."""
        return 0

    def note(self, said: Callable[[LessonStep], Guess | None]) -> str:
        """Return how far the learner has come, in a few words; "": nothing is said of it."""
        return ""

    def holds(self, at: int, config: RunConfig) -> bool:
        """Return whether a run that began with these settings is the one that a step is about, whoever opened it."""
        return False

    def compared(self, at: int) -> RunConfig | None:
        """Return the run of a step with another one beside it, for the end of the step; None: there is none."""
        return None


def lesson_keys() -> list[str]:
    """Return the keys of the lessons that ship, in their order."""
    return list(_files())


def titles() -> dict[str, str]:
    """Return the lessons' titles by key, for a menu: nothing else of them is read."""
    return dict(_titles())


@cache
def _titles() -> dict[str, str]:
    told = {key: toml.parsed(file.read_bytes()) for key, file in _files().items()}
    return {key: str(one.get("title", key)) for key, one in told.items()}


def load_lesson(key: str) -> Lesson:
    """Return a lesson that ships. Raises ``UserError`` for an unknown one."""
    known = _files()
    if key not in known:
        raise UserError(f"lesson '{key}': unknown{nearest(key, known)}; must be one of {', '.join(known)}")
    return _shipped(known[key])


@cache
def _shipped(path: Path) -> Lesson:
    """Return what a file that ships describes: it never changes, and neither does a lesson."""
    return read_lesson(path)


def read_lesson(path: Path) -> Lesson:
    """Read a lesson. Raises ``UserError``, one line, where it cannot be read or holds what is not allowed."""
    try:
        with readable(path, "a readable TOML file"):
            told = toml.parsed(read_bytes(path, toml.LONGEST))
        return Lesson.model_validate({**told, "key": key_of(path)})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(str(part + 1) if isinstance(part, int) else part for part in fault["loc"])
        raise UserError(
            ": ".join(filter(None, (str(path), place, fault["msg"].removeprefix("Value error, "))))
        ) from None
    except ValueError as error:
        raise UserError(f"{path}: not TOML ({error}); must be a lesson's title, preset and steps") from None


@cache
def _files() -> dict[str, Path]:
    return found_files("lessons", read_lesson)
