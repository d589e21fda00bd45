"""A view of something that takes computing: the newest frame's question goes to a worker, its answer is shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QWidget

from dropout_viz.draw.style import Style
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView, Selection, answering
from dropout_viz.views.worker import Worker


@dataclass(frozen=True, eq=False)
class Question:
    """What is to be computed for a frame.

    Attributes:
        about: the run and what the user chose; an answer about anything else comes too late and is dropped.
        step: of the frame.
        work: computes the answer, on whatever thread.
        quick: it takes a millisecond or two, and may be done at once.
    """

    about: Hashable
    step: int
    work: Callable[[], Any]
    quick: bool = False


class ComputedView(BaseView):
    """Asks ``question`` of each frame and hands the answer to ``take``. A picture's come before it is drawn."""

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None, name: str = "analysis"):
        super().__init__(selection, style, parent)
        self.setMouseTracking(True)
        self._answered: Question | None = None
        self._worker = Worker(self, name)
        self._worker.done.connect(self._arrived)
        self._worker.failed.connect(self.fail)

    def question(self, frame: Frame) -> Question:
        """Return what to compute for a frame."""
        raise NotImplementedError

    def take(self, answer: Any) -> None:
        """Keep an answer to be painted."""
        raise NotImplementedError

    def prepare_export(self) -> None:
        """Compute everything before drawing from now on."""
        super().prepare_export()
        self.refresh()

    def show_frame(self, frame: Frame) -> None:
        super().show_frame(frame)
        asked = self.question(frame)
        if self.at_once:
            self._worker.complete(asked.work, partial(self._take, asked))
        elif asked.quick:
            self._worker.forget()
            self._take(asked, asked.work())
        else:
            fresh = self._answered is None or self._answered.about != asked.about
            self._worker.ask(lambda: (asked, asked.work()), now=fresh or frame.past)

    @property
    def shown_step(self) -> int | None:
        return None if self._answered is None else self._answered.step

    def closeEvent(self, event: QCloseEvent) -> None:
        self._worker.close()
        super().closeEvent(event)

    @answering
    def _arrived(self, result: tuple[Question, Any]) -> None:
        """Take an answer from the worker, unless something else is on show by now."""
        asked, answer = result
        if self.frame_ is None:
            return
        now = self.question(self.frame_)
        if asked.about == now.about and asked.step <= now.step:
            self._take(asked, answer)

    def _take(self, asked: Question, answer: Any) -> None:
        self._answered = asked
        self.fail("")
        self.take(answer)
        self.update()
