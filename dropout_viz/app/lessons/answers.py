"""What a learner has predicted in lessons, kept in a file of their own: guess, truth and when, by lesson and step."""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
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
_LOCK = threading.Lock()  # of two threads that write


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
        self._known: list[Answer] | None = None

    def find(self, lesson: str, question: str) -> Answer | None:
        """Return what was predicted last."""
        found = (one for one in reversed(self._all()) if (one.lesson, one.question) == (lesson, question))
        return next(found, None)

    def keep(self, answer: Answer) -> None:
        """Keep another one, in place of what was said to the same question before."""
        self._change(answer.lesson, answer.question, [answer])

    def forget(self, lesson: str, question: str) -> None:
        """Forget what was said to a question: it is asked anew."""
        self._change(lesson, question, [])

    def _all(self) -> list[Answer]:
        if self._known is None:
            self._known = _read(self._path) or []
        return self._known

    def _change(self, lesson: str, question: str, now: list[Answer]) -> None:
        """Put an answer, or none, in place of what was said to a question: here, and in the file as it is by then.
        Another window may have written to it."""

        def changed(answers: list[Answer]) -> list[Answer]:
            return [*(one for one in answers if (one.lesson, one.question) != (lesson, question)), *now][-_MOST:]

        self._known, path = changed(self._all()), self._path
        if path is None:
            return

        def write() -> Then:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _LOCK:
                there = _read(path)
                if there is None:
                    path.replace(_aside(path))  # somebody's own answers may be in it
                told = [vars(one) for one in changed(there or [])]
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


def _aside(path: Path) -> Path:
    """Return where a file that cannot be read is put: beside it, in place of nothing that is there already."""
    aside = path.with_name(ASIDE)
    numbered = (aside.with_stem(f"{aside.stem}-{number}") for number in itertools.count(2))
    return next(free for free in itertools.chain([aside], numbered) if not os.path.lexists(free))


def _answer(told: Any) -> Answer | None:
    if not isinstance(told, dict) or set(told) != set(Answer.__dataclass_fields__):
        return None
    guess = told["guess"]
    if isinstance(guess, list):
        guess = tuple(guess)
    numbers = guess if isinstance(guess, tuple) else (guess,)
    if not all(type(number) in (int, float) and abs(number) <= sys.float_info.max for number in numbers):
        return None
    if not all(isinstance(told[name], str) for name in ("lesson", "question", "truth", "when")):
        return None
    return Answer(told["lesson"], told["question"], guess, told["truth"], told["when"])
