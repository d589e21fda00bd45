"""Doing a run again: from its first settings, with its live changes at their steps."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.state import Change
from dropout_viz.errors import UserError

Going = Callable[[int, int], bool]
"""Told the steps done and the steps to do, several times a second; says whether to go on."""

_PIECE = 0.05  # seconds


def always(done: int, steps: int) -> bool:
    """Go on."""
    return True


class GivenUp(UserError):
    """Nobody waits any more for what steps were being done for. Whoever asked for them knows what that was."""


def replay(run: Arms, changes: Sequence[Change], step: int, going: Going = always, end: int | None = None) -> None:
    """Bring a run to a step, with changes at their steps; those that it has seen are passed over. ``end``: the last
    step of all, where it is led on from there.

    Raises:
        UserError: a change that is not possible, or it was given up on the way.
    """
    end = step if end is None else end
    for change in changes[len(run.changes) :]:
        if change.step > step:
            break
        if change.arm is not None and change.arm >= min(len(run.trainers), len(run.config.arms)):
            raise UserError(f"a change of arm {change.arm + 1}: there is no such arm; must be one of the run's")
        advance(run, change.step, going, end)
        run.make(change)
    advance(run, step, going, end)


def advance(run: Arms, step: int, going: Going = always, end: int | None = None) -> None:
    """Bring a run to a step, through stop rules; ``end``: the last step of all. Raises ``GivenUp``."""
    piece = 1
    while run.step < step:
        begun = time.perf_counter()
        run.advance(min(piece, step - run.step))
        piece = piece * 2 if time.perf_counter() - begun < _PIECE / 2 else max(1, piece)
        if not going(run.step, step if end is None else end):
            raise GivenUp(f"given up at step {run.step:,} of {step if end is None else end:,}")
