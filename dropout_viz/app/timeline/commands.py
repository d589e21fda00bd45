"""The commands of the timeline: to any step of the run that is known, bookmarks, branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from dropout_viz.draw.numbers import count
from dropout_viz.engine.arm_tables import LONGEST_NAME, WITH
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.marking import mark, short
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.status import MEMORY, RunnerStatus
from dropout_viz.errors import UserError

MEMORIES = (64, 128, 256, 512, 1024, 2048)
"""How many MiB the timeline may be allowed."""
AS_IT_WAS = "as it was"
"""The name of a run beside which another branches off."""


class ChangeQuestion(NamedTuple):
    """Something that would be lost: in words, what the buttons say, and what happens on yes."""

    text: str
    yes: str
    no: str
    act: Callable[[], object]


class Tick(NamedTuple):
    """A change of settings on the timeline. ``arm``: the only one that it was made in, or None."""

    step: int
    text: str
    arm: int | None


class TimelineCommands(QObject):
    """What can be asked of a run's past, of the runner; what only a session can do is asked for by signals.

    Attributes:
        memory: bytes that the timeline may take, as was asked for last.
        waiting: what has been entered and waits for its question to be answered, in a few words, or ``""``.

    Signals:
        changed: the step, the newest one, bookmarks or memory.
        asked: a ``ChangeQuestion`` that stands until it is answered, or None where it makes no sense any more.
        naming: a step whose bookmark is to be named.
        branching: a branch from the step on show is to be set up.
        wanted: settings to be changed, once more, now that the run stands still; sure: those to be changed even so.
        refused: nothing is changed: controls that show what was asked for go back to what is there.
        remarked: (text, about): something to be said, as long as ``about()`` is what it was.
    """

    changed = Signal()
    asked = Signal(object)
    naming = Signal(int)
    branching = Signal()
    wanted = Signal(dict)
    sure = Signal(dict)
    refused = Signal()
    remarked = Signal(str, object)

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self.memory = MEMORY
        self.waiting = ""
        self._question_at: object = None
        self._to_ask: dict[str, Any] = {}  # live settings to be asked about as soon as the run stands still
        self._told: object = None

    # --- what there is to see ----------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """The step on show."""
        return self._runner.news.snapshots[0].step

    @property
    def run(self) -> int:
        """Which run it is."""
        return self._runner.news.snapshots[0].run

    @property
    def newest(self) -> int:
        """The step that the run has come to."""
        return self._runner.news.newest

    @property
    def past(self) -> bool:
        """Whether the step on show, or asked for, lies behind the newest one."""
        return self._status.past

    @property
    def bookmarks(self) -> Mapping[int, str]:
        """Names of steps."""
        return self._runner.news.bookmarks

    @property
    def ticks(self) -> list[Tick]:
        """The changes of settings so far, in the steps to come too, by step."""
        arms = [history.known or history for history in self._runner.news.histories]
        found: dict[tuple[int, str], list[int]] = {}
        for arm, history in enumerate(arms):
            for one in list(history.marks):
                found.setdefault((one.step, one.text), []).append(arm)
        alone = {key: seen[0] if len(seen) < len(arms) else None for key, seen in found.items()}
        return [Tick(step, text, alone[step, text]) for step, text in sorted(found)]

    def look(self) -> None:
        """Tell what is new; the session calls it when there is news."""
        status, news = self._status, self._runner.news
        told = (
            status.step,
            status.sought,
            news.newest,
            status.past,
            news.bookmarks,
            status.kept,
            status.memory,
            news.snapshots[0].run,
        )
        if self._to_ask and self._stands:
            settings, self._to_ask = self._to_ask, {}
            self.wanted.emit(settings)
        if self._question_at is not None and self._question_at != self._here():
            self.take_back()  # it makes no sense any more
        if told != self._told:
            self._told = told
            self.changed.emit()

    # --- going there -------------------------------------------------------------------------------------------------

    def look_at(self, step: int) -> None:
        """Pause, and show a step that the run has been at."""
        self._runner.look_at(max(0, step))

    def step_back(self) -> None:
        """Pause, and show the step before."""
        self._runner.step_back()

    def epoch_back(self) -> None:
        """Pause, and show the last step at which an epoch was complete."""
        self._runner.epoch_back()

    def play_back(self) -> None:
        """Play backwards, or pause."""
        if self._status.backwards:
            self._runner.pause()
        else:
            self._runner.play_back()

    def to_newest(self) -> None:
        """Pause, and show the newest step."""
        self._runner.look_at(self.newest)

    def to_bookmark(self, way: int) -> None:
        """Go to the next bookmark (1), or to the last one before (-1)."""
        here = self._status.step
        ahead = [step for step in self.bookmarks if (step - here) * way > 0]
        if ahead:
            self.look_at(min(ahead, key=lambda step: abs(step - here)))
        else:
            where = f"{'after' if way > 0 else 'before'} step {count(here)}"
            text = f"There is no bookmark {where}; B makes one."
            self.remarked.emit(text, lambda: self.bookmarks)

    # --- bookmarks ---------------------------------------------------------------------------------------------------

    def bookmark(self, step: int | None = None) -> None:
        """Bookmark a step, or the one on show, and ask for its name."""
        step = self.step if step is None else step
        if step not in self.bookmarks:
            self._runner.bookmark(step, f"Step {count(step)}")
        self.naming.emit(step)

    def name_bookmark(self, step: int, name: str) -> None:
        """Name a bookmark; without a name it has the step's."""
        self._runner.bookmark(step, name.strip() or f"Step {count(step)}")

    def forget_bookmark(self, step: int) -> None:
        """Take a bookmark away."""
        self._runner.bookmark(step, None)

    # --- other settings from here on ---------------------------------------------------------------------------------

    def ask_change(self, settings: Mapping[str, Any], after: RunConfig) -> None:
        """Ask whether to change live settings in the past, which forgets what followed; ``after``: the config then."""
        if not self._stands:
            self._to_ask = dict(settings)
            self._runner.pause()
            return
        step = self._status.step
        text = mark(step, self._runner.latest[0].config, after.arm_configs[0], settings).text or ", ".join(settings)
        self._question_at, self.waiting = self._here(), text
        self.asked.emit(
            ChangeQuestion(
                f"Forget {_steps(step + 1, self.newest)} and go on from here with {text}?",
                "Forget and go on",
                "Keep them",
                lambda: self._sure(dict(settings)),
            )
        )

    def refuse(self) -> None:
        """Leave everything as it is."""
        self._question_at, self.waiting = None, ""
        self.refused.emit()

    def take_back(self) -> None:
        """Let the question go that waits for an answer: nothing has been changed."""
        self.asked.emit(None)
        self.refuse()

    def branch_from(self, step: int) -> None:
        """Show a step, and set up a branch from it."""
        if step != self._status.step or self._status.phase == "playing":
            self.look_at(step)
        self.branching.emit()

    def branch_warning(self) -> str:
        """Return what branching off from here forgets, as a sentence, or ``""``."""
        lost = []
        if self.past:
            lost.append(
                f"{_steps(self._status.step + 1, self.newest)} are done again, in both arms; changes "
                "and bookmarks after this step are forgotten"
            )
        if others := self._runner.news.names[1:]:
            named = " and ".join(f"“{name}”" for name in others)
            lost.append(f"{named} {'is' if len(others) == 1 else 'are'} left out")
        return "; ".join(lost)[:1].upper() + "; ".join(lost)[1:] + "." if lost else ""

    def branch(self, settings: Mapping[str, Any]) -> str:
        """Put a second arm beside the first, with other live settings from here on; return what is wrong, or ``""``."""
        step, config = self._status.step, self._runner.news.config
        before = config.arm_configs[0]
        try:
            after = before.changed(**settings)
        except UserError as error:
            return str(error)
        if after == before:
            return f"{', '.join(settings)}: is so already; must be another value"
        named = config.arms and config.arm_names[0] != WITH  # beside a branch both arms may be with dropout
        first = config.arm_names[0] if named else AS_IT_WAS
        name = f"{short(mark(step, before, after, settings).text)} from step {count(step)}"[:LONGEST_NAME]
        self._runner.branch(settings, (first, name))
        return ""

    def set_memory(self, memory: int) -> None:
        """Allow the timeline so many bytes."""
        self.memory = memory
        self._runner.keep_within(memory)
        self.changed.emit()  # at once: the window may be closed before the runner has heard of it

    # --- inside ------------------------------------------------------------------------------------------------------

    @property
    def _status(self) -> RunnerStatus:
        return self._runner.status

    @property
    def _stands(self) -> bool:
        """Whether the run stands still."""
        return not self._runner.busy

    def _here(self) -> object:
        return self._status.step, self._runner.news.newest, self.past

    def _sure(self, settings: dict[str, Any]) -> None:
        self._question_at, self.waiting = None, ""
        self.sure.emit(settings)


def _steps(first: int, last: int) -> str:
    return f"step {count(first)}" if first == last else f"steps {count(first)} to {count(last)}"
