"""What a learner has predicted in lessons, kept in a file of their own: guess, truth and when, by lesson and step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dropout_viz.app.files.tasks import Then
from dropout_viz.engine.prediction import Guess
from dropout_viz.errors import UserError
from dropout_viz.files import is_file, read_bytes, write_text

NAME, ASIDE = "predictions.json", "predictions-unreadable.json"
"""The file, and what one is called then that was there and could not be read."""
_LONGEST = 4 << 20  # bytes that are read
_MOST = 1_000  # answers that are kept, the newest


@dataclass(frozen=True)
class Answer:
    """A prediction: of which lesson and question, what was guessed, what came of it (a sentence), and when (ISO)."""

    lesson: str
    question: str
    guess: Guess
    truth: str
    when: str


class Answers:
    """The predictions of one learner, the newest last.

    ``folder`` None: nobody knows where to keep them, so they last as long as the window. ``write`` does a job that
    writes, beside the window.
    """

    def __init__(self, folder: Path | None, write: Callable[[Callable[[], Then]], object]) -> None:
        self._path = None if folder is None else folder / NAME
        self._write = write
        self._readable = True
        self._known: list[Answer] | None = None

    def find(self, lesson: str, question: str) -> Answer | None:
        """Return what was predicted last."""
        found = (one for one in reversed(self._all()) if (one.lesson, one.question) == (lesson, question))
        return next(found, None)

    def keep(self, answer: Answer) -> None:
        """Keep another one, in place of what was said to the same question before."""
        rest = [one for one in self._all() if (one.lesson, one.question) != (answer.lesson, answer.question)]
        self._known = [*rest, answer][-_MOST:]
        self._save()

    def forget(self, lesson: str, question: str) -> None:
        """Forget what was said to a question: it is asked anew."""
        self._known = [one for one in self._all() if (one.lesson, one.question) != (lesson, question)]
        self._save()

    def _all(self) -> list[Answer]:
        if self._known is None:
            told = _read(self._path)
            self._readable = told is not None
            self._known = told or []
        return self._known

    def _save(self) -> None:
        path, told, keep_old = self._path, [vars(one) for one in self._all()], not self._readable
        if path is None:
            return
        self._readable = True

        def write() -> Then:
            path.parent.mkdir(parents=True, exist_ok=True)
            if keep_old:
                path.replace(path.with_name(ASIDE))  # somebody's own answers may be in it
            write_text(path, json.dumps(told, indent=1, ensure_ascii=False) + "\n")
            return lambda: None

        self._write(write)


def _read(path: Path | None) -> list[Answer] | None:
    """Return what a file holds, None where it cannot be read; what is no answer in it is passed over."""
    if path is None or not is_file(path):
        return []
    try:
        told = json.loads(read_bytes(path, _LONGEST))
    except (OSError, ValueError, RecursionError, UserError):
        return None
    return [answer for one in told if (answer := _answer(one)) is not None] if isinstance(told, list) else None


def _answer(told: Any) -> Answer | None:
    if not isinstance(told, dict) or set(told) != set(Answer.__dataclass_fields__):
        return None
    guess = told["guess"]
    if isinstance(guess, list):
        guess = tuple(guess)
    numbers = guess if isinstance(guess, tuple) else (guess,)
    if not all(type(number) in (int, float) for number in numbers):
        return None
    if not all(isinstance(told[name], str) for name in ("lesson", "question", "truth", "when")):
        return None
    return Answer(told["lesson"], told["question"], guess, told["truth"], told["when"])
