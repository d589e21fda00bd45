"""The way into the fault clinic, for whoever names a patient: a link in a text, the command palette."""

from __future__ import annotations

from dropout_viz.app.lessons.player import Lessons
from dropout_viz.clinic import LESSON
from dropout_viz.digits import is_count
from dropout_viz.engine.patients import patients
from dropout_viz.errors import UserError


class Clinic:
    """Opens patients by their numbers."""

    def __init__(self, lessons: Lessons) -> None:
        self._lessons = lessons

    def open(self, key: str = "") -> None:
        """Open the patient of this number; "": the first that has no diagnosis yet. Raises ``UserError``."""
        numbers = list(patients())
        if not key:
            self._lessons.open(LESSON)
        elif is_count(key) and int(key) in numbers:
            self._lessons.open(LESSON, numbers.index(int(key)))
        else:
            raise UserError(f"patient '{key[:40]}': unknown, must be one of {', '.join(map(str, numbers))}")
