"""Going back to any step of a run, bit for bit, within a bounded amount of memory.

At spaced steps a run's state is kept: parameters, optimiser, random streams. Any other step is reached by doing the
steps after the nearest state again, in trainers of their own that keep no curves. Of a small net that takes less than a
frame, so every step is as good as kept. Where there is no more room every second state is given up.

Where that takes long, some states ever closer before the step are kept on the way: whoever goes back step by step then
waits for a few steps each time, not for half of the spacing.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.state import Change, RunState
from dropout_viz.engine.status import MEMORY

SPACING = ((1_000, 512), (50_000, 256), (math.inf, 128))
"""Steps between two states at first, by the numbers that a step goes through: parameters times examples. Taking a state
costs about as much as ten small steps, and the steps between two are to be done again within a frame."""
_PIECE = 0.02  # seconds of steps between two looks at whether something else is wanted
_NEAR = 10  # states before a step that is sought
_OVERHEAD = 160  # bytes that an array takes beside its numbers


class Checkpoints:
    """The states of one run.

    Attributes:
        spacing: steps between two states. memory: bytes that they may take. nbytes: that they do take, about.
        due: the step at which the next state is to be kept. run: the number of the run.
    """

    def __init__(self, run: Arms, memory: int = MEMORY) -> None:
        """Begin with the state that a run is in."""
        self.memory, self.nbytes, self.run = memory, 0, run.first.run
        self.spacing = 1
        self._kept: list[RunState] = []
        self._near: list[RunState] = []  # before the step that was sought last
        self._again: Arms | None = None
        self._bare = False  # it was given a state and has done no step since: what the last one computed is not known
        self._keep(run)
        size = sum(core["parameters"].size for one in self._kept[0].trainers for core in one.cores)
        examples = run.config.batch_size or len(run.first.data.x)
        self.spacing = next(spacing for most, spacing in SPACING if size * examples <= most)
        self.due = (run.step // self.spacing + 1) * self.spacing

    @property
    def states(self) -> list[RunState]:
        """The states that are kept, by step."""
        return list(self._kept)

    @property
    def kept(self) -> list[int]:
        """The steps whose states are kept."""
        return [state.step for state in self._kept]

    def note(self, run: Arms) -> None:
        """Keep the state of a run that has come to the step ``due``, or has passed it."""
        if run.step < self.due:
            return
        self._keep(run)
        self.due = (run.step // self.spacing + 1) * self.spacing

    def give(self, memory: int) -> None:
        """Allow another number of bytes."""
        self.memory = memory
        self._fit()
        self.due = max(self.due, -(-self.due // self.spacing) * self.spacing)

    def at(self, step: int, run: Arms, wanted: Callable[[int], bool] = lambda at: True) -> Arms | None:
        """Return the run as it was after ``step`` steps, to be looked at only; None where it is not wanted any more.

        ``run``: where it is now. ``wanted`` is told the step that has been reached, now and then. Steps that have been
        done again are not lost when it ceases to be wanted.
        """
        again = self._nearest(step, run)
        stops: list[int] = []
        begun, piece = time.perf_counter(), 1
        while again.step < step or len(again.changes) < _changed(run.changes, step):
            upto = min([step, *(c.step for c in run.changes[len(again.changes) :])])
            due = (again.step // self.spacing + 1) * self.spacing
            before = again.step
            stop = min((s for s in stops if s > before), default=step)
            again.advance(min(upto, due, stop, before + piece) - before)
            self._bare = self._bare and again.step == before
            if again.step == upto and len(again.changes) < _changed(run.changes, upto):
                again.make(run.changes[len(again.changes)])
            if again.step == due:
                self._keep(again)
            elif again.step == stop < step:
                self._keep_near(again, step)
            now = time.perf_counter()
            if now - begun > _PIECE:
                if not wanted(again.step):
                    return None
                piece, begun, stops = max(1, piece // 2), now, self._stops(step)
            else:
                piece = min(2 * piece, 1 << 16)
        for one, own in zip(again.trainers, run.trainers, strict=False):
            one.keep_silent(own)
        return again

    def cut(self, run: Arms) -> None:
        """Forget all states after the step that a run is at, which goes on in place of the one before."""
        self.run, step = run.first.run, run.step
        self._kept = [state for state in self._kept if state.step <= step]
        self._forget_near()
        self._again = None
        self.due = (step // self.spacing + 1) * self.spacing

    def regroup(self, run: int, states: Sequence[RunState]) -> None:
        """Keep other states, of a run whose first arm has the same steps behind it; ``run``: its number."""
        self.run, self._kept, self._again = run, list(states), None
        self._forget_near()
        self._fit()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _nearest(self, step: int, run: Arms) -> Arms:
        """Return the trainers that do steps again, at the best place to begin for ``step``: before it, if it is not 0,
        because what a step computed is known only when it has been done."""
        here = bisect_left(self._kept, max(step, 1), key=_step) - 1
        near = [state for state in self._near if state.step < max(step, 1)]
        state = max((*self._kept[here : here + 1], *near), key=_step, default=None) if here >= 0 else None
        again = self._again
        on_the_way = again is not None and (0 if state is None else state.step) <= again.step <= step
        if again is not None and on_the_way and (again.step < step or not self._bare):
            return again
        if again is None or state is None:
            again = self._again = run.replica(run.first_config if state is None else state.config)
        if state is not None:
            again.restore(state)
        self._bare = step > 0
        return again

    def _stops(self, step: int) -> list[int]:
        """Return the steps before one at which states are kept too, ever closer to it, as many as memory allows."""
        each = _bytes(self._kept[-1]) if self._kept else 1
        most = min(_NEAR, self.memory // 4 // max(each, 1))
        base = max(2.0, self.spacing ** (1 / most)) if most else 2.0
        return [step - int(base**k) for k in range(most)]

    def _keep(self, run: Arms) -> None:
        at = bisect_left(self._kept, run.step, key=_step)
        if at == len(self._kept) or self._kept[at].step != run.step:
            state = run.state(whole=False)
            insort(self._kept, state, key=_step)
            self.nbytes += _bytes(state)
            self._fit()

    def _keep_near(self, again: Arms, sought: int) -> None:
        """Keep a state on the way to a step that is sought, in place of another where there are enough of them."""
        if all(state.step != again.step for state in self._near):
            self._near.append(again.state(whole=False))
            self.nbytes += _bytes(self._near[-1])
            self._near.sort(key=lambda state: (state.step < sought, state.step))  # those behind are of no use any more
            while self._near and (len(self._near) > _NEAR or 4 * sum(map(_bytes, self._near)) > self.memory):
                self.nbytes -= _bytes(self._near.pop(0))
            self._fit()

    def _forget_near(self) -> None:
        self._near = []
        self.nbytes = sum(map(_bytes, self._kept))

    def _fit(self) -> None:
        if self.nbytes > self.memory:
            self._forget_near()
        while self.nbytes > self.memory and len(self._kept) > 1:
            self.spacing *= 2
            first, *others = self._kept  # of a run that was opened from a file it is far from step 0
            self._kept = [first, *(state for state in others if state.step % self.spacing == 0)]
            self.nbytes = sum(map(_bytes, self._kept))


def _step(state: RunState) -> int:
    return state.step


def _bytes(state: RunState) -> int:
    own = {id(one): one for one in state.trainers}
    return sum(one.nbytes + _OVERHEAD * sum(map(len, one.cores)) for one in own.values())


def _changed(changes: Sequence[Change], step: int) -> int:
    """Return how many changes were made up to a step."""
    return sum(change.step <= step for change in changes)
