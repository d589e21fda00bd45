"""Handing a run's whole state over to another thread, between two of its steps."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable

from dropout_viz.engine.runner import Runner
from dropout_viz.engine.state import RunState
from dropout_viz.errors import UserError

_LOOK = 0.1  # seconds between two looks at whether it is still wanted


def hand_over(runner: Runner, wanted: Callable[[], bool] = lambda: True) -> tuple[RunState, float]:
    """Wait for a run's state at its newest step; return it, and the seconds that taking it kept the trainer.

    To be called on a thread that may wait as long as a step takes.

    Raises:
        UserError: the state cannot be taken, the run has been closed, or it is not ``wanted`` any more.
    """
    box: queue.SimpleQueue[tuple[RunState | str, float]] = queue.SimpleQueue()

    def take() -> None:  # on the trainer's thread, where whatever goes wrong would end the run
        begun = time.perf_counter()
        try:
            found: RunState | str = runner._arms.state()
        except Exception as error:
            found = f"the run's state cannot be taken ({type(error).__name__}: {error}); must be a run that goes on"
        box.put((found, time.perf_counter() - begun))

    runner._request(take)
    while True:
        try:
            found, cost = box.get(timeout=_LOOK)
        except queue.Empty:
            if wanted() and runner.status.phase != "closed":
                continue
            raise UserError("the run has been closed; must be open to be saved") from None
        if isinstance(found, str):
            raise UserError(found)
        return found, cost
