"""A moment of a run in the place of its runner: what pictures of the window are made of."""

from __future__ import annotations

from dropout_viz.engine.runner import Runner
from dropout_viz.engine.status import News, RunnerStatus


class Still(Runner):
    """Tells one moment and does nothing that is asked of it. It has no thread and no run."""

    def __init__(self, news: News) -> None:
        """Tell this moment, as a run that is paused there."""
        self._todo = 0
        self.show(news)

    def show(self, news: News) -> None:
        """Tell another moment from now on."""
        step = news.snapshots[0].step
        self.news = news
        self.status = RunnerStatus(
            step=step, epoch=news.snapshots[0].epoch, newest=news.newest, past=step < news.newest
        )

    def lease(self, seconds: float | None) -> None:
        """There is no other news."""

    def close(self, timeout: float = 1.0) -> None:
        """There is nothing to end."""

    def _request(self, act: object) -> None:
        """Nobody is there to do it."""
