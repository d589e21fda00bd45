"""The frame clock: shows the newest state to the views whose turn it is, then lets the trainer have the interpreter.

Drawing and training share the interpreter lock. So the trainer works on a *lease*: the clock paints, then grants the
time that is left until it must paint again, and the trainer is out of the way when that comes. Views that want every
frame, and the transport, are painted first, and begun early enough to be ready at even intervals; they show the moment
that the window is at. The others show *whole frames*: as often as painting's share of the time allows one is handed
round among them, one view a tick, and until the next is, they name its step as an old one. Where there is time enough
for all of them before the next step comes, they are shown it at once. At "as fast as it goes" frames come as seldom as
they must to leave the trainer its share.

"At once" is as many views in a turn of the event loop as it has time for: between two turns keys and the mouse are
heard, and those that are still to come name the step that they show.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import accumulate
from time import perf_counter, sleep, thread_time
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from dropout_viz.app.frame_log import FrameLog
from dropout_viz.app.session import Session
from dropout_viz.engine.frame import Frame

PERIOD = 0.0161
"""Seconds between frames while the speed is a number."""
SLOWEST = 1 / 15
"""Seconds between frames at most, at "as fast as it goes"."""
SHARE, FAST_SHARE = 0.27, 0.08
"""The share of time that painting may take: at a speed that is a number, and at "as fast as it goes"."""
_GUARD = 0.0005  # the trainer ends its step and gives the lock back, and the tick must still be met
_LEAST_LEASE = 0.002
_OFTEN = 0.9 / PERIOD  # frames a second from which a view wants every frame
TURN = 0.03
"""Seconds of showing and painting that a turn of the event loop has time for; what takes longer has a turn alone."""
_LEAST_COST = 0.0005
_SAVED = 0.02  # seconds of painting that may be saved up
_LEISURE = 0.04  # seconds of waiting for the next step that leave time for every view
_REST = 0.5  # seconds between two looks where steps come at leisure: what is new is heard of, and wakes the clock
_STARVED = 0.4  # seconds after which a view gets its turn whatever it costs


class Screen(Protocol):
    """Something that shows frames."""

    rate: float
    shown: Frame | None

    def on_screen(self) -> bool: ...

    def show_frame(self, frame: Frame) -> None: ...

    def compare(self, now: int, moving: bool) -> None: ...


class FrameClock(QObject):
    """Ticks while there is anything to show.

    Attributes:
        paint_cost: seconds that the last frames took to show and paint, smoothed.
        log: what hears what every frame took, or None.

    Signals:
        painted: what there was time for of a frame has been painted.
    """

    painted = Signal()

    def __init__(self, session: Session, screens: Sequence[Screen], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paint_cost = 0.004
        self.log: FrameLog | None = None
        self._session, self._screens = session, screens
        self._frame: Frame | None = None  # the moment that the window is at
        self._whole: Frame | None = None  # what is handed round among the others
        self._round: list[Screen] = []  # those that it has not come to
        self._counted: Frame | None = None
        self._stopped = False
        self._late: list[Screen] = []  # that are to show the moment itself, and have not had their turn
        self._next: Screen | None = None  # to be painted when those are done
        self._missed = False  # there is nothing to show: what is new does not wait for the next tick
        self._resting = False  # the next one is so far off that what happens meanwhile does not wait for it
        self._heard = False  # something has happened while this frame was painted
        self._first = True  # whether those are the views that make the frame
        self._spent = 0.0  # seconds that it has taken so far
        self._in_turn: list[int] = []  # those that this turn shows, by place
        self._costs: dict[int, float] = {}  # by place: seconds of this thread's computing that showing it takes
        self._at_leisure = False  # steps come one by one, with so much time between that every view can show each
        self._finished = 0.0  # when the last frame had been painted
        self._often_cost = 0.003  # seconds, smoothed
        self._saved = 0.0  # seconds of painting that the share allows
        self._turns: dict[int, float] = {}  # by place: when each was shown something last
        self._start = self._deadline = self._ticked = self._last_paint = 0.0
        self._computed = 0.0  # this thread's processor time when the turn began
        self._painted: deque[tuple[float, int]] = deque(maxlen=256)  # when, and at which step
        self._timer = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        # A timer of 0 ms fires when all posted events are done: the frame has been painted then.
        self._after = QTimer(self, singleShot=True, interval=0)
        self._after.timeout.connect(self._finish)
        session.frame_ready.connect(self._hear)
        session.status_changed.connect(self.wake)

    @property
    def ticking(self) -> bool:
        """Whether the clock runs; it rests when the run is paused and everything has been shown."""
        return self._timer.isActive() or self._after.isActive()

    @property
    def frames_per_second(self) -> float:
        """Frames painted in the last second."""
        since = perf_counter() - 1.0
        return float(sum(when > since for when, _ in self._painted))

    @property
    def steps_per_frame(self) -> float:
        """How many steps lie between two frames, over the last second; 0 where nothing is known."""
        since = perf_counter() - 1.0
        recent = [step for when, step in self._painted if when > since]
        return (recent[-1] - recent[0]) / (len(recent) - 1) if len(recent) > 1 and recent[-1] > recent[0] else 0.0

    def wake(self) -> None:
        """Start ticking, at once."""
        if self._stopped:
            return
        if not self.ticking:
            self._painted.clear()
            self._last_paint = self._deadline = 0.0
            self._schedule()
        elif self._resting and self._timer.isActive():
            self._begin_now()
        else:
            self._heard = True

    def stop(self) -> None:
        """Show nothing any more, for good."""
        self._stopped = True
        self._timer.stop()
        self._after.stop()

    # --- a tick ------------------------------------------------------------------------------------------------------

    def _hear(self) -> None:
        """Something is new: wake up; or make up for a tick that came a little too early for it."""
        if not self.ticking:
            self.wake()
        elif self._missed and self._timer.isActive():
            new = self._session.frame() is not self._frame
            if new or (self._resting and not self._session.busy):
                self._begin_now()
        else:
            self._heard = True

    def _begin_now(self) -> None:
        """Do not wait for the next tick's time."""
        self._start = perf_counter()
        self._deadline = self._start + self._often_cost
        self._timer.start(0)

    def _schedule(self, rest: float = 0.0) -> None:
        """Say when the next frame is to be ready, in ``rest`` seconds at least, and so when to begin it; the time until
        then is the trainer's."""
        now, self._resting = perf_counter(), rest > 0
        self._deadline += max(rest, self._period())
        if self._deadline < now:  # waking up, or much too late: a new rhythm
            self._deadline = now
        self._start = max(now, self._deadline - self._often_cost)
        self._timer.start(int(1000 * (self._start - now)))
        if self._session.busy:
            seconds = max(self._start - now - _GUARD, _LEAST_LEASE)
            self._session.runner.lease(seconds)
            if self.log is not None:
                self.log.lease(seconds)

    def _tick(self) -> None:
        if (early := self._start - perf_counter()) > 0:
            sleep(early)  # under a millisecond, which is as fine as the timer is; the trainer has it
        now, self._missed, self._heard = perf_counter(), False, False
        share = SHARE if self._session.speed is not None else FAST_SHARE
        self._saved = min(_SAVED, self._saved + share * (now - self._ticked))
        self._ticked = now
        frame = self._session.frame()
        if frame is not self._frame:
            before, self._frame = self._frame, frame
            next_step = before is not None and frame.snapshot.step - before.snapshot.step == 1
            self._at_leisure = next_step and now - self._finished >= _LEISURE
        due = [s for s in self._screens if s.shown is not frame and s.on_screen()]
        # On waking all of them at once; and where nobody trains, or only now and then.
        rests = not self._session.busy or self._session.status.past
        at_once = rests or self._at_leisure or not self._painted
        often = [s for s in due if s.rate >= _OFTEN or at_once]
        self._next = self._turn([s for s in due if s not in often], now)
        self._first, self._spent = True, 0.0
        if often:
            self._late = sorted(often, key=lambda s: s.rate < _OFTEN)
            self._show_late()
        elif self._next is not None:
            self._show_next()
        elif self._session.busy or due:
            self._wait_for_news()
        else:
            self._compare()  # what was late a moment ago is so no longer: nothing moves

    def _turn(self, waiting: list[Screen], now: float) -> Screen | None:
        """Return the one whose turn it is to be shown the frame that is handed round, or None."""
        whole = self._whole
        if whole is None or self._frame is None or whole.snapshot.run != self._frame.snapshot.run:
            self._round = []
        self._round = [s for s in self._round if s in waiting and s.shown is not whole]
        late = {place: now - self._turns.get(place, 0.0) - 1 / s.rate for place, s in self._places(waiting)}
        if not self._round:  # the next one, to those whose rate allows it
            self._whole = self._frame
            self._round = [self._screens[place] for place in late if late[place] >= -PERIOD / 2]
        affordable = self._saved > 0 or max(late.values(), default=0.0) > _STARVED
        return self._round[0] if self._round and affordable else None

    def _show_late(self) -> None:
        """Show the moment to as many of those that are still to come as a turn has time for, and to one at least."""
        assert self._frame is not None
        costs = accumulate(self._costs.get(self._screens.index(s), TURN) for s in self._late)
        fitting = max(1, sum(cost <= TURN for cost in costs))
        shown, self._late = self._late[:fitting], self._late[fitting:]
        self._show(shown, self._frame)

    def _show_next(self) -> None:
        """Hand the whole frame on to the next one."""
        assert self._next is not None and self._whole is not None
        following, self._next = self._next, None
        self._show([following], self._whole)

    def _show(self, screens: list[Screen], frame: Frame) -> None:
        self._start, self._computed = perf_counter(), thread_time()
        self._after.start()  # first: a view that fails must not stop the clock for the others
        self._in_turn = [place for place, _ in self._places(screens)]
        for place, screen in self._places(screens):
            screen.shown = frame
            self._turns[place] = self._start
            screen.show_frame(frame)
        self._compare()

    def _compare(self) -> None:
        assert self._frame is not None
        step, moving = self._frame.snapshot.step, self._session.busy
        for screen in self._screens:
            screen.compare(step, moving)

    def _finish(self) -> None:
        """Account for what has been painted, and go on."""
        self._finished = now = perf_counter()
        computing = thread_time() - self._computed
        self._weigh(computing)
        if self.log is not None:
            self.log.turn(self._in_turn, now - self._start, computing)
        self._spent += now - self._start
        self._late = [s for s in self._late if s.on_screen()]
        assert self._frame is not None
        other = bool(self._late) and self._session.frame().snapshot.run != self._frame.snapshot.run
        if self._late and not other:
            self._show_late()
            return
        self._account(now)
        if other:  # another run: nobody need see this one
            self._late, self._next = [], None
            self._schedule()
        elif self._next is not None:
            self._show_next()
        else:
            self.painted.emit()
            if self._at_leisure and self._session.busy and not self._heard:
                self._wait_for_news()
            else:
                self._schedule()

    def _wait_for_news(self) -> None:
        """There is nothing to show until the next step, which comes soon, or at leisure."""
        self._missed = True
        self._schedule(_REST if self._at_leisure else 0.0)

    def _account(self, now: float) -> None:
        """What was to be shown together has been painted."""
        cost, self._spent = min(self._spent, 2 * self.paint_cost), 0.0  # one hiccup is no habit
        self._saved = max(-_SAVED, self._saved - cost)
        if self._first and self._frame is not None:
            self._first = False
            self._often_cost += 0.2 * (cost - self._often_cost)
            if self.log is not None:
                interval = now - self._last_paint if self._last_paint else None
                self.log.frame(self._frame.snapshot.step, interval, self._session.runner.spent)
            self._last_paint = now
            if self._frame is not self._counted:  # the views that paint it later add no frame
                self._counted = self._frame
                self._painted.append((now, self._frame.snapshot.step))
        self.paint_cost += 0.1 * (cost - self.paint_cost)

    def _weigh(self, cost: float) -> None:
        """Learn from a turn what its views cost: one alone all of it, several as much more or less as all of them."""
        known = [self._costs.get(place, TURN) for place in self._in_turn]
        for place, before in zip(self._in_turn, known, strict=True):
            now = before * cost / sum(known)
            self._costs[place] = max(_LEAST_COST, before + 0.3 * (now - before) if place in self._costs else now)

    def _places(self, screens: list[Screen]) -> list[tuple[int, Screen]]:
        return [(place, s) for place, s in enumerate(self._screens) if s in screens]

    def _period(self) -> float:
        if self._session.speed is not None:
            return PERIOD
        return min(SLOWEST, max(PERIOD, self._often_cost / (0.5 * FAST_SHARE)))
