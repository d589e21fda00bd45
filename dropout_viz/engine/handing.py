"""Handing a run's whole state over to another thread, between two of its steps."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass

from dropout_viz.engine.runner import Runner
from dropout_viz.engine.state import RunState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.errors import UserError

_LOOK = 0.1  # seconds between two looks at whether it is still wanted


@dataclass(frozen=True)
class Handed:
    """A run's state at its newest step.

    Attributes:
        run: its number. clock: the trainer's, see ``TrainingThread``. cost: seconds of the trainer's computing for it.
    """

    state: RunState
    run: int
    clock: float
    cost: float


Known = Callable[[Timeline], bool]


def hand_over(
    runner: Runner, wanted: Callable[[], bool] = lambda: True, known: Known = lambda run: False
) -> Handed | None:
    """Wait for a run's state; None where it is ``known`` or not ``wanted`` any more.

    To be called on a thread that may wait as long as a step takes. ``known`` is asked on the trainer's thread.

    Raises:
        UserError: the state cannot be taken, or the run has been closed.
    """
    box: queue.SimpleQueue[Handed | str | None] = queue.SimpleQueue()

    def take(run: Timeline) -> None:  # on the trainer's thread, where whatever goes wrong would end the run
        begun, clock = time.thread_time(), runner.clock
        try:
            found = None if known(run) else run.state()
        except Exception as error:
            box.put(f"the run's state cannot be taken ({type(error).__name__}: {error}); must be a run that goes on")
        else:
            box.put(None if found is None else Handed(found, run.first.run, clock, time.thread_time() - begun))

    runner.between(take)
    while True:
        try:
            handed = box.get(timeout=_LOOK)
        except queue.Empty:
            if not wanted():
                return None
            if runner.status.phase == "closed":
                raise UserError("the run has been closed; must be open to be saved") from None
            continue
        if isinstance(handed, str):
            raise UserError(handed)
        return handed
