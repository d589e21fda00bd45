"""A run as it was when something else came in its place: enough to go on with it, bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.beside import ArmGroup
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.replay import Going, always, replay
from dropout_viz.engine.state import Change, RunState, TrainerState


@dataclass
class Left:
    """A run that was left.

    Attributes:
        course: which course it took, see ``Timeline``. first: the settings at step 0. config: those in force.
        changes: what lies between. step: where it was. at: the earlier step that was looked at, or None.
        bookmarks: names of steps. state: all of it; None: its steps are to be done again.
        aside: the arms that a comparison had taken the place of.
    """

    course: tuple[int, int]
    first: RunConfig
    config: RunConfig
    changes: tuple[Change, ...]
    step: int
    at: int | None
    bookmarks: Mapping[int, str]
    state: RunState | None
    aside: ArmGroup | None

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, without its examples."""
        trainers = () if self.state is None else self.state.trainers
        aside = () if self.aside is None else self.aside.others
        return sum(map(_bytes, (*trainers, *aside)))

    def thin_out(self) -> None:
        """Keep only what was chosen; the steps are done again when it is wanted."""
        self.state = None
        if self.aside is not None:
            self.aside = ArmGroup(self.aside.first, self.aside.changes)

    def read(self, going: Going = always) -> RunState:
        """Return the state, or do its steps again.

        Raises:
            UserError: it was given up on the way. MissingData: its examples are not here any more.
        """
        if (state := self.state) is not None:  # asked once: another thread may thin it out
            return state
        run = Arms.of(self.first)
        replay(run, self.changes, self.step, going)
        run.bookmarks = dict(self.bookmarks)
        return run.state()


def _bytes(one: TrainerState) -> int:
    return sum(array.nbytes for part in (*one.cores, *one.records) for array in part.values())
