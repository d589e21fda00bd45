"""All that is shown at one moment, frozen: what views draw and analyses read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.arm_tables import own
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.state import Change
from dropout_viz.engine.status import News


@dataclass(frozen=True)
class Arm:
    """One run on show: the run itself, or the same run under another setting."""

    name: str
    snapshot: Snapshot
    history: History


@dataclass(frozen=True)
class Frame:
    """All that is shown at one moment. ``arms[0]`` is the run itself; every history ends with its snapshot's step,
    however far the trainer has come since.

    ``config``: the settings in force, those of all arms included; None where there is one arm, which has them.
    ``dissection``: the next step of ``arms[0]`` taken apart, if someone asked for that.
    ``first``: the settings at step 0; ``changes``: those since then, up to ``newest``, the step that the run has come
    to. ``bookmarks``: names of steps.
    """

    arms: tuple[Arm, ...]
    data: DataSet
    config: RunConfig | None = None
    dissection: Dissection | None = None
    first: RunConfig | None = None
    changes: tuple[Change, ...] = ()
    newest: int = 0
    bookmarks: Mapping[int, str] = field(default_factory=dict)

    @staticmethod
    def of(news: News) -> Frame:
        """Return the frame that shows a runner's news."""
        histories = (
            history if history.known is not None else history.until(snapshot.step)
            for history, snapshot in zip(news.histories, news.snapshots, strict=True)
        )
        arms = tuple(Arm(*arm) for arm in zip(news.names, news.snapshots, histories, strict=True))
        return Frame(
            arms, news.data, news.config, news.dissection, news.first, news.changes, news.newest, news.bookmarks
        )

    def news(self) -> News:
        """Return the news that it shows."""
        names, snapshots, histories = zip(*((arm.name, arm.snapshot, arm.history) for arm in self.arms), strict=True)
        config = self.config or self.snapshot.config
        batch = config.batch_size or len(self.data.x)
        return News(
            snapshots,
            histories,
            self.data,
            names,
            config,
            self.dissection,
            self.newest,
            self.bookmarks,
            max(1, len(self.data.x) // batch),
            self.first,
            self.changes,
        )

    @property
    def moment(self) -> tuple[tuple[int, int, int], ...]:
        """What tells it from another: of each arm its run, step and settings."""
        return tuple((arm.snapshot.run, arm.snapshot.step, id(arm.snapshot.config)) for arm in self.arms)

    @property
    def past(self) -> bool:
        """Whether the run is looked back at. Nobody trains then, so that background work needs no rest."""
        return self.newest > self.snapshot.step

    def branched_at(self, arm: int) -> int:
        """Return the step up to which an arm is the first one itself, from which it branched off; 0: it always was
        another."""
        first = self.first.arms[arm : arm + 1] if self.first is not None else ()
        if arm == 0 or not first or own(first[0]):
            return 0
        return min((change.step for change in self.changes if change.arm == arm), default=0)

    @property
    def seed(self) -> str:
        """Which of several seeds is shown: the first; ``""`` where there is one."""
        config = self.config or self.snapshot.config
        return f"seed 1 of {config.worlds:,}" if config.worlds > 1 else ""

    def alone(self, arm: int) -> Frame:
        """Return the frame of one arm, or of the last where there are not so many."""
        if len(self.arms) == 1:
            return self
        arm = min(arm, len(self.arms) - 1)
        return replace(self, arms=(self.arms[arm],), config=None, dissection=None if arm else self.dissection)

    @property
    def snapshot(self) -> Snapshot:
        return self.arms[0].snapshot

    @property
    def history(self) -> History:
        return self.arms[0].history
