"""Where to begin: lessons in an order in which nothing need be known before, and how far the learner has come."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from dropout_viz import places
from dropout_viz.app.lessons.answers import Answers
from dropout_viz.app.lessons.shelf import load_lesson, shelves

PATH = ("balls-and-valleys", "three-lines", "with-and-without", "clinic")
"""Keys of lessons, the first one first."""


def after(key: str) -> str:
    """Return which lesson follows one on that way; ``""``: none, or it is not on it."""
    return dict(pairwise(PATH)).get(key, "")


@dataclass(frozen=True)
class LessonProgress:
    """How many of a lesson's questions have been answered."""

    title: str
    answered: int
    asked: int

    @property
    def is_done(self) -> bool:
        """Whether there is none left."""
        return self.answered == self.asked > 0

    @property
    def told(self) -> str:
        """The same in words; "": nothing has been answered."""
        return "done" if self.is_done else f"{self.answered} of {self.asked} answered" if self.answered else ""


def read_progress() -> dict[str, LessonProgress]:
    """Return how far the learner has come in each lesson, by its key; on whatever thread."""
    answers, found = Answers(places.state(), lambda job: None), {}
    for key in (key for group in shelves() for key in group):
        lesson = load_lesson(key)
        asked = [step.predict.kept_as for step in lesson.steps if step.predict is not None]
        answered = sum(answers.find(key, question) is not None for question in asked)
        found[key] = LessonProgress(lesson.title, answered, len(asked))
    return found
