"""What a runner tells: its status, and the news of a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.pace import Speed
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.state import Change
from dropout_viz.errors import MissingData

MEMORY = 256 << 20
"""Bytes that the states of a run, from which any step of it is reached again, take unless told otherwise."""


@dataclass(frozen=True)
class RunnerStatus:
    """What the thread is doing.

    Attributes:
        phase: ``paused``, ``playing``, ``failed`` or ``closed``.
        step, epoch: where the run is. target: the step at which it will pause, or None.
        speed: wanted steps a second, ``pace.AUTO``, or None for as fast as it goes. rate: measured steps a second.
        message: why it paused or failed, or what was refused; ``""`` where there is nothing to say.
        diverged: the phase in which the loss of some arm ceased to be a number, which paused it; else ``""``.
        newest: the step that the run has come to. past: whether ``step`` lies behind it.
        sought: while a step that lies behind is computed again: where that has come to, and that step; else None.
        backwards: whether playing goes back. kept, memory: bytes that the timeline takes, and that it may take.
        missing: why the last run that was asked for could not begin, if its data must be fetched first.
    """

    phase: str = "paused"
    step: int = 0
    epoch: float = 0.0
    target: int | None = None
    speed: Speed = None
    rate: float = 0.0
    message: str = ""
    diverged: str = ""
    newest: int = 0
    past: bool = False
    sought: tuple[int, int] | None = None
    backwards: bool = False
    kept: int = 0
    memory: int = MEMORY
    missing: MissingData | None = None


@dataclass(frozen=True)
class News:
    """One moment of all arms, taken between two steps.

    Attributes:
        names: of the arms; ``("",)`` for a run alone. config: the settings in force, arms included.
        dissection: the first arm's next step, taken apart because someone asked for it; else None.
        newest: the step that the run has come to; ``snapshots`` may be of one that lies behind it.
        bookmarks: names that steps have been given. steps_per_epoch: steps in one pass over the training set.
        first: the settings at step 0. changes: those since then. course: see ``Timeline``.
    """

    snapshots: tuple[Snapshot, ...]
    histories: tuple[History, ...]
    data: DataSet
    names: tuple[str, ...]
    config: RunConfig
    dissection: Dissection | None = None
    newest: int = 0
    bookmarks: Mapping[int, str] = field(default_factory=dict)
    steps_per_epoch: int = 1
    first: RunConfig | None = None
    changes: tuple[Change, ...] = ()
    course: tuple[int, int] = (0, 0)
