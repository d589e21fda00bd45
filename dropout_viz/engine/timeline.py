"""A run through which one can travel: forwards by training, and back to any step that it has been at.

What has been done stays known: from a step that lies behind, going forward repeats the same run, whose changes of
settings happen again at their steps, until its newest step, and only then trains on. It is forgotten where a setting is
changed: what follows is another run then.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dropout_viz.engine.agreement import LONGEST_NAME
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms, next_run
from dropout_viz.engine.beside import ArmGroup, comparison, gather
from dropout_viz.engine.checkpoints import Checkpoints
from dropout_viz.engine.left import Left
from dropout_viz.engine.replay import Going, always
from dropout_viz.engine.state import RunState, first_alone
from dropout_viz.engine.status import MEMORY, News
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError

MOST = 200
"""Bookmarks that a run may be given."""
_courses = itertools.count(1)


class Timeline:
    """A run, its timeline, and the step that is looked at.

    Attributes:
        present: the run at its newest step. timeline: the way there.
        course: two numbers: of the run that was opened, and of what somebody has changed since in what becomes of it.
    """

    def __init__(self, run: Arms, memory: int = MEMORY) -> None:
        self.present = run
        self.checkpoints = Checkpoints(run, memory)
        self.course = (next(_courses),) * 2
        self._at: int | None = None  # a step that lies behind
        self._news: News | None = None  # of the step that was looked at last
        self._dissects = False
        self._before: ArmGroup | None = None  # the arms that a comparison has taken the place of

    @property
    def step(self) -> int:
        """The step that is looked at."""
        return self.present.step if self._at is None else self._at

    @property
    def past(self) -> bool:
        """Whether that step lies behind the newest one."""
        return self._at is not None

    @property
    def first(self) -> Trainer:
        """The run itself, at its newest step."""
        return self.present.first

    @property
    def epoch(self) -> float:
        """Passes over the training set until the step that is looked at."""
        return self.step / self.first.steps_per_epoch

    @property
    def stopped(self) -> str:
        """Why the run ended early, or ``""``; not told of a step that lies behind."""
        return "" if self.past else self.present.stopped

    @property
    def diverged(self) -> bool:
        """Whether the newest loss of some arm is not a number."""
        return self.present.diverged

    @property
    def measuring_seconds(self) -> float:
        """Seconds that went into measuring losses with every unit on, of all training that was done."""
        return sum(t.measuring_seconds for t in self.present.trainers)

    def go(self, step: int) -> None:
        """Look at a step that the run has been at, or at the newest one."""
        self._at = max(0, step) if step < self.present.step else None
        self._dissects = False

    def advance(self, steps: int) -> None:
        """Do so many steps, or fewer where an arm's rule to stop comes up. In the past: look so many steps further, to
        the newest at most."""
        if self.past:
            self.go(self.step + steps)
            return
        end = self.present.step + steps
        while self.present.step < end:
            due = max(self.checkpoints.due, self.present.step + 1)
            self.present.advance(min(end, due) - self.present.step)
            self.checkpoints.note(self.present)
            if self.present.stopped:
                break

    def look(self, wanted: Callable[[int], bool] = lambda at: True) -> News:
        """Return copies of where the run is, or was at the step that is looked at.

        That may take long. ``wanted`` is told now and then which step has been reached on the way; where it says no,
        what was looked at before is returned.
        """
        if self._at is None:
            self._news = self.present.look()
            return self._told()
        then = self.checkpoints.at(self._at, self.present, wanted)
        if then is not None:
            wanted_apart, self._dissects = self._dissects, False  # if it cannot be, not again and again
            then.dissect(wanted_apart)
            self._dissects = wanted_apart
            histories = tuple(history.until(self._at) for history in self.present.histories)
            self._news = replace(then.look(), histories=histories)
        elif self._news is None:  # a run that was taken up where it lay behind
            self._news = self.present.look()
        return self._told()

    def dissect(self, on: bool = True) -> None:
        """Take the first arm's next step apart, for ``look`` to show; or forget it. Raises as ``Arms.dissect``."""
        self._dissects = on
        if not self.past:
            self.present.dissect(on)

    def check(self, settings: Mapping[str, Any]) -> None:
        """Refuse what ``change`` would refuse. Raises ``UserError``."""
        self.present.check(settings)

    def change(self, settings: Mapping[str, Any]) -> None:
        """Change live settings from here on, as ``Arms.change`` does. Steps after this one are forgotten.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        if self._at is None:
            self.present.change(settings)
            self._bend()
            return
        self.present.check(settings)
        run = self._from_here()
        if run.alike and not self.present.alike:  # the second arm branched off later, and that is forgotten too
            run = run.alone()
            self.checkpoints.regroup(run.first.run, [state.alone() for state in self.checkpoints.states])
        run.change(settings)
        self._take(run)

    def branch(self, settings: Mapping[str, Any], names: tuple[str, str]) -> None:
        """Put a second arm beside the first, with other live settings from here on. Later steps are forgotten, and
        another arm that there was.

        Raises:
            UserError: a setting that is not allowed; nothing has changed then.
        """
        self.present.check(settings)
        run = (self.present if self._at is None else self._from_here()).fork(names)
        run.change_arm(1, settings)
        run.number(next_run())
        arms = [{"name": name} for name in names]
        self.checkpoints.regroup(run.first.run, [state.doubled(arms) for state in self.checkpoints.states])
        self._before = None
        self._take(run)

    @property
    def comparing(self) -> bool:
        """Whether the same run without dropout is beside the run."""
        return self.present.config.arms == COMPARISON

    def compare(self, on: bool, going: Going = always) -> None:
        """Put the same run without dropout beside the run, in place of other arms, or let it be with those again.

        The run goes on as it is, at the step that it has come to, which the others are brought to. ``going``: told how
        far they are.

        Raises:
            UserError: arms that one trainer has all of, or it was given up; nothing has changed then.
        """
        if on == self.comparing:
            return
        if self.present.whole:
            raise UserError("compare: this run trains its arms side by side; must be a run of one, or of arms on show")
        run, before = self.present, None
        if on:
            group, before = comparison(run), ArmGroup.of(run, self.checkpoints)
        elif self._before is not None:
            group = self._before.after(first_alone(run.changes))
        else:
            group = ArmGroup(run.first_config.arm_configs[0], tuple(first_alone(run.changes)))
        self.present, states = gather(run, self.checkpoints, group, going)
        self._before = before
        self.present.number(next_run() if group.run is None else group.run)
        self.checkpoints.regroup(self.first.run, states)

    def leave_out(self) -> None:
        """Go on with the first arm alone, from the step that the run has come to.

        Raises:
            UserError: arms that one trainer has all of; nothing has changed then.
        """
        if self.present.whole:
            raise UserError("leave out: this run trains its arms side by side; must be a run whose arms are on show")
        self.present = self.present.alone()
        self.present.number(next_run())
        self.checkpoints.regroup(self.first.run, [state.alone() for state in self.checkpoints.states])
        self._before = None
        self._bend()

    def bookmark(self, step: int, name: str | None) -> None:
        """Give a step that the run has been at a name, or take it away."""
        if name is None:
            self.present.bookmarks.pop(step, None)
        elif 0 <= step <= self.present.step and (step in self.present.bookmarks or len(self.present.bookmarks) < MOST):
            self.present.bookmarks[step] = name.strip()[:LONGEST_NAME]

    def state(self) -> RunState:
        """Return all of the run at its newest step."""
        return self.present.state()

    def leave(self) -> Left:
        """Return the run as it is, for ``take_up``. Of one that has failed nothing may be known but what was chosen."""
        run = self.present
        try:
            state = run.state()
        except Exception:
            state = None
        first, changes, bookmarks = run.first_config, tuple(run.changes), dict(run.bookmarks)
        return Left(self.course, first, run.config, changes, run.step, self._at, bookmarks, state, self._before)

    def take_up(self, left: Left) -> None:
        """Be the timeline that was left; its run has just been made from its state."""
        self.course, self._before = left.course, left.aside
        if left.at is not None:
            self.go(left.at)

    def _told(self) -> News:
        """Return what was looked at last, with what is known of the whole run."""
        assert self._news is not None
        return replace(
            self._news,
            newest=self.present.step,
            bookmarks=dict(self.present.bookmarks),
            steps_per_epoch=self.first.steps_per_epoch,
            first=self.present.first_config,
            changes=tuple(self.present.changes),
            course=self.course,
        )

    def _from_here(self) -> Arms:
        """Return the run as it was at the step that is looked at, to go on from there as another run."""
        assert self._at is not None
        then = self.checkpoints.at(self._at, self.present)
        assert then is not None
        core, known = then.state(), self.present.state()
        pairs = zip(core.trainers, known.trainers, strict=True)
        bookmarks = {step: name for step, name in known.bookmarks.items() if step <= core.step}
        state = replace(core, trainers=tuple(one.with_record(all_) for one, all_ in pairs), bookmarks=bookmarks)
        return Arms.from_state(state, next_run())

    def _bend(self) -> None:
        """Take another course."""
        self.course = (self.course[0], next(_courses))

    def _take(self, run: Arms) -> None:
        """Go on with a run that has been the same up to its step, in place of the one before."""
        self.present, self._at, self._dissects = run, None, False
        self.checkpoints.cut(run)
        self._bend()
