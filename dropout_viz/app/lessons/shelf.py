"""All that can be opened as a lesson: those of the files, and the fault clinic, which is made from its own."""

from __future__ import annotations

from dropout_viz import clinic
from dropout_viz.engine import lesson
from dropout_viz.engine.lesson import Lesson


def shelves() -> list[dict[str, tuple[str, str]]]:
    """Return title and what it is about by key, in groups; of lessons of files, which stand alone, only the title."""
    return [{key: (title, "") for key, title in lesson.titles().items()}, {clinic.LESSON: (clinic.TITLE, clinic.ABOUT)}]


def load_lesson(key: str) -> Lesson:
    """Return a lesson. Raises ``UserError`` for an unknown one."""
    if key != clinic.LESSON:
        return lesson.load_lesson(key)
    from dropout_viz.clinic import ward  # nothing needs it before it is opened

    return ward.ward()
