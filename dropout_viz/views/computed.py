"""A view of something that takes computing: the newest frame's question goes to a worker, its answer is shown."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCloseEvent, QColor, QPainter
from PySide6.QtWidgets import QWidget

from dropout_viz.analysis.example_shown import example_of
from dropout_viz.draw.style import Style
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView, Selection, answering
from dropout_viz.views.computing import Computing
from dropout_viz.views.worker import REST, Worker

S = TypeVar("S")
AT_ONCE = 0.004
"""Seconds of computing: what has taken longer the last time is not computed on the window's thread."""


@dataclass(frozen=True, eq=False)
class Question:
    """What is to be computed for a frame.

    Attributes:
        about: the run, as ``ComputedView.run_of`` tells it, and what the user chose; an answer about anything else
            comes too late and is dropped.
        step: of the frame.
        work: computes the answer, on whatever thread; None: there is nothing to be shown, and None is the answer.
    """

    about: Hashable
    step: int
    work: Callable[[], Any] | None = None

    def answered(self) -> Answered:
        """Return it with its answer."""
        began = time.thread_time()
        answer = None if self.work is None else self.work()
        return Answered(self, answer, time.thread_time() - began)


@dataclass(frozen=True, eq=False)
class Answered:
    """A question and its answer, or a part of it; ``took``: the seconds of computing of the whole."""

    question: Question
    answer: Any
    took: float = math.inf

    @property
    def given_up(self) -> bool:
        """Whether the computing ended without an answer, because nobody waited for it any more."""
        return self.answer is None and self.question.work is not None


class ComputedView(BaseView, Generic[S]):
    """Asks ``question`` of each frame and hands the answer to ``take``. A picture's come before it is drawn.

    It is painted when an answer has come, not before. The first one about a run comes from a thread; those after it are
    computed at once, for the very step of the window, if that one took little. With another run what is on show goes
    at once, whatever the view has made of it: ``Computing`` lies over the view until the first answer has come.

    Attributes:
        scene: the answer on show, or None before the first one about a run.
    """

    OPAQUE = True

    def __init__(
        self,
        selection: Selection,
        style: Style,
        parent: QWidget | None = None,
        name: str = "analysis",
        rest: float = REST,
        least: float = 0.0,
    ) -> None:
        """Make a view. ``name``, ``rest``, ``least``: as ``Worker`` has them."""
        super().__init__(selection, style, parent)
        self.setMouseTracking(True)
        self.scene: S | None = None
        self._run: object = None
        self._answered: Answered | None = None
        self._computing = Computing(self, lambda: self.style_)
        self._worker = Worker(self, name, rest, least)
        self._worker.done.connect(self._arrived)
        self._worker.failed.connect(self.fail)

    def question(self, frame: Frame) -> Question:
        """Return what to compute for a frame. It changes nothing."""
        raise NotImplementedError

    def take(self, answer: Any) -> None:
        """Keep an answer to be painted."""
        self.scene = answer

    def paint(self, p: QPainter, scene: S) -> None:
        """Paint an answer, on the panel's colour."""

    def told_of(self, scene: S, step: int) -> list[str]:
        """Return what is to be seen, as ``told`` does, of an answer about a step."""
        return []

    def said_of(self, scene: S, at: QPointF) -> list[str]:
        """Return what is said of the thing at a point, as ``said`` does, of an answer."""
        return []

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), QColor(self.style_.panel))
        if self.scene is not None:
            self.paint(p, self.scene)

    def told(self) -> list[str]:
        scene, step = self.scene, self.shown_step
        return [] if scene is None or step is None else self.told_of(scene, step)

    def said(self, at: QPointF) -> list[str]:
        return [] if self.scene is None else self.said_of(self.scene, at)

    @property
    def ringed(self) -> int:
        """The example that the network shows, as a rule with a ring about it."""
        frame, selection = self.frame_, self.selection
        if frame is None:
            return selection.example
        return example_of(frame.snapshot, frame.data, selection.example, selection.follow)

    def run_of(self, frame: Frame) -> object:
        """Return what tells the run of a frame from others, and its first arm from other arms of the same run."""
        snapshot = frame.snapshot
        return frame.arms[0].name, snapshot.run, snapshot.world, snapshot.sizes, id(frame.data)

    def begin(self, frame: Frame) -> None:
        """Let go of what belongs to an earlier run: this is the first frame of another one. ``scene`` is gone."""

    def settle(self, frame: Frame) -> None:
        """Settle what is to be asked of a frame, before ``question`` is: what may be chosen in it, for one."""

    @property
    def frozen(self) -> bool:
        """Whether what is on show stands still for now, whatever answers come."""
        return False

    def is_answered(self, frame: Frame) -> bool:
        """Return whether all that a frame asks for is on show already, or on its way: then nothing is asked."""
        return False

    def is_cheap(self, asked: Question) -> bool:
        """Return whether the last answer about the same took so little that the next may be computed here."""
        last = self._answered
        return last is not None and last.question.about == asked.about and last.took <= AT_ONCE

    def is_whole(self, answer: Any) -> bool:
        """Return whether an answer leaves nothing to be asked further, as long as the run stands still."""
        return True

    def prepare_export(self) -> None:
        """Compute everything before drawing from now on."""
        super().prepare_export()
        self.refresh()

    def meet(self, frame: Frame) -> None:
        """Begin anew if a frame is of another run than the last one."""
        if (run := self.run_of(frame)) != self._run:
            self._run, self._answered, self.scene = run, None, None
            self.begin(frame)
            if not self.at_once:
                self._computing.cover()

    def show_frame(self, frame: Frame) -> None:
        self.frame_ = frame
        self.meet(frame)
        self.settle(frame)
        if not self.at_once and self.is_answered(frame):
            return
        asked = self.question(frame)
        if self.at_once:
            self._worker.complete(asked.answered, self._take)
        elif asked.work is None or self.is_cheap(asked):
            self._worker.forget()
            self._take(asked.answered())
        else:
            before = self._answered
            fresh = before is None or before.question.about != asked.about
            # Asked anew when its turn comes only if an answer has come meanwhile: it may build on that.
            self._worker.ask_for(
                lambda: (asked if self._answered is before else self.question(frame)).answered, now=fresh or frame.past
            )

    @property
    def shown_step(self) -> int | None:
        return None if self._answered is None else self._answered.question.step

    def closeEvent(self, event: QCloseEvent) -> None:
        self._worker.close()
        super().closeEvent(event)

    @answering
    def _arrived(self, result: Answered) -> None:
        """Take an answer from the worker, unless something else is on show by now; then go on if it is not whole."""
        asked, frame = result.question, self.frame_
        if frame is None or (self.frozen and self._answered is not None):
            return
        now = self.question(frame)
        if asked.about != now.about or result.given_up:
            return
        if asked.step <= now.step:  # else the run is looked back at by now
            self._take(result)
        if not self.is_whole(result.answer):
            self.go_on()

    def go_on(self) -> None:
        """Ask about the frame on show once more, if nothing is on its way: the answer may build on the last."""
        frame = self.frame_
        if frame is not None and not self._worker.busy:
            self._worker.ask_for(lambda: self.question(frame).answered)

    def fail(self, wrong: str, part: str = "answer") -> None:
        super().fail(wrong, part)
        if wrong:
            self._computing.uncover()

    def _take(self, answered: Answered) -> None:
        before, asked = self._answered, answered.question
        if before is not None and (before.question.about, before.question.step) == (asked.about, asked.step):
            answered = replace(answered, took=max(before.took, answered.took))  # it may have been remembered
        self._answered = answered
        self.fail("")
        self._computing.uncover()
        if answered.answer is None:
            self.scene = None
        else:
            self.take(answered.answer)
            self.point_again()
        self.update()
