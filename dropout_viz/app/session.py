"""Session: the one command surface. Controls call it and repaint from its state; it never asks a widget.

What there is to know about the run comes from the runner's news, so a command that is refused changes nothing here.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from dropout_viz.analysis.ending import ending
from dropout_viz.analysis.verdict import trains_on_every_input, verdict
from dropout_viz.app.commands.shortcuts import COMMANDS, key_name
from dropout_viz.app.messages.offers import offer_compare, offer_moons, offer_new_seed, offer_slower, slower
from dropout_viz.app.timeline.commands import TimelineCommands
from dropout_viz.app.timeline.speeds import FOLLOW, neighbour
from dropout_viz.engine.arm_settings import with_arm_changed, with_first_changed
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms, not_shown
from dropout_viz.engine.config import RunConfig, live_settings
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.left import Left
from dropout_viz.engine.measured import QUICK, measured, work
from dropout_viz.engine.pace import AUTO, Speed
from dropout_viz.engine.runner import Runner
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import Source
from dropout_viz.engine.status import News, RunnerStatus
from dropout_viz.engine.step_process import StepProcess
from dropout_viz.engine.still import Still
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import MissingData, UserError
from dropout_viz.views.base import Selection, first_weight

A_MOMENT = 1.0
"""Seconds after a run has come to its goal by itself in which playing is asked for by who meant to pause it."""


class Session(QObject):
    """A run on show, with or without a second arm, and everything that can be asked of it.

    Signals:
        frame_ready: something new to show; at most once between two calls of ``frame()``.
        status_changed: another phase, speed or target.
        config_changed: another config (a live setting too), name or number of arms.
        opening: another run has been asked for, or it has come, or will not come; see ``awaited``.
        data_missing: a ``MissingData``: a run that was asked for needs data first; see ``retry``.
        message: (text, level), level being "info", "warning" or "error".
        remark: (text, level, about): a message that goes when ``about()`` is another than it was, for then it is not of
            what is on show any more.
        offer: (text, level, about, ``Offer``): a remark that something can be done about.

    A command that cannot be done says so with ``message``, changes nothing and raises nothing.

    Attributes:
        name: the preset's key or the file's name. renewed: whether the run is that of before under other settings.
        occasion: what it was opened for, or ``""``. lent: whether it is a lesson's, which brings it back at any time:
            nobody is asked before a part of it is forgotten.
        selection: what the user has chosen or points at. source: what was asked for last.
        speed: the wanted speed in steps a second, ``AUTO``, None for as fast as it goes. timeline: the commands of the
            timeline.
    """

    frame_ready = Signal()
    status_changed = Signal()
    config_changed = Signal()
    opening = Signal()
    data_missing = Signal(object)
    message = Signal(str, str)
    remark = Signal(str, str, object)
    offer = Signal(str, str, object, object)
    _told = Signal()

    def __init__(self, run: Trainer | Arms | Still, name: str, parent: QObject | None = None) -> None:
        """Take over a run, or arms of one, at whatever step it is, and leave it paused; or show one moment of one."""
        super().__init__(parent)
        self.name = self._asked_name = name
        self.selection = Selection()
        self.selection.asked.connect(self.ask)
        self.speed: Speed = AUTO
        self._unhurried: Speed = AUTO  # what full speed leads back to
        self.renewed = self._renews = False
        self.occasion = ""
        self.lent = False
        self._requests = 0  # how many other runs have been asked for
        self._asked: RunConfig | None = None  # another run, asked for and not yet there
        self.source = Source(run.news.config if isinstance(run, Still) else run.config)
        self._lacking: tuple[RunConfig, str, Source] | None = None  # what was asked for and lacks its data
        self._compared: bool | None = None  # the comparison that is under way: put beside the run, or taken away
        self._telling = False
        self._plays = False  # what was asked for is to play when it is there, unless something else is asked of it
        self._let_go = False  # it was last asked to play, not to go to some step: at its end nobody has paused it
        self._says_arrival = False  # it was sent to where it pauses by hand: that it has come there is said
        self._arrived: tuple[object, float] = (None, 0.0)  # where, as ``this_stop`` has it, and when by the clock
        self._told.connect(self._take_news, Qt.ConnectionType.QueuedConnection)
        self.runner = run if isinstance(run, Still) else Runner(run, self._tell, StepProcess())
        self._news, self._status = self.runner.news, self.runner.status
        self._frame = Frame.of(self._news)
        self.selection.choose(weight=first_weight(self._frame.data))
        self.selection.slow.wanted.connect(self.runner.dissect)
        self.runner.set_speed(self.speed)
        self.timeline = TimelineCommands(self.runner, self)
        self.timeline.wanted.connect(self.apply)
        self.timeline.sure.connect(self._apply_surely)
        self.timeline.refused.connect(self.config_changed)
        self.timeline.remarked.connect(self._remark_of_timeline)

    # --- what there is to see ----------------------------------------------------------------------------------------

    @property
    def config(self) -> RunConfig:
        """The settings in force; with several arms, of the first."""
        return self.runner.latest[0].config

    @property
    def arms(self) -> tuple[Mapping[str, Any], ...]:
        """What each arm has of its own, as it will be when what has been asked for is done."""
        return self._wanted.arms

    @property
    def status(self) -> RunnerStatus:
        """What the runner is doing."""
        return self.runner.status

    @property
    def playing(self) -> bool:
        """Whether the run is going on by itself."""
        return self.runner.status.phase == "playing"

    @property
    def busy(self) -> bool:
        """Whether it trains at this moment: it plays, or does single steps."""
        return self.runner.busy

    @property
    def awaited(self) -> str:
        """The title of the run that has been asked for and is not there yet, or ``""``."""
        return (self._asked.title or self._asked_name) if self._asked else ""

    @property
    def lacking(self) -> bool:
        """Whether the last run that was asked for lacks its data."""
        return self._lacking is not None

    @property
    def comparing(self) -> bool:
        """Whether the same run without dropout is beside the run, or is on its way there."""
        return self._wanted.arms == COMPARISON if self._compared is None else self._compared

    @property
    def under_way(self) -> str:
        """What has been asked for and takes its time, in words, or ``""``."""
        if self._compared is not None:
            return "Bringing the other arm to the step of this one…"
        return f"Opening {self.awaited}…" if self.awaited else ""

    @property
    def can_compare(self) -> bool:
        """Whether there is any dropout to leave out."""
        return any(p > 0 for p in self.config.drop_probabilities)

    @property
    def why_not_compare(self) -> str:
        """A sentence on why there is no run without dropout to be put beside this one."""
        dropping = [arm.name for arm in self._frame.arms[1:] if any(arm.snapshot.config.drop_probabilities)]
        if not dropping:
            return "Nothing to compare with: every drop probability is 0."
        first, others = self._frame.arms[0].name, " and ".join(f"“{name}”" for name in dropping)
        return f"“{first}” is without dropout already, and beside it is {others}, with dropout."

    def frame(self) -> Frame:
        """Return the newest state of every arm; the same object while nothing is new."""
        self._telling = False
        news = self.runner.news
        if news is not self._news:
            self._adopt(news)
        return self._frame

    @property
    def news(self) -> News:
        """What ``frame()`` was made of last."""
        return self._news

    # --- what messages are about: each is another object, or equals another, when it is not on show any more ----------

    def this_run(self) -> object:
        """The run that was asked for last."""
        return self._requests

    def this_stop(self) -> object:
        """The run at the step on show, left alone."""
        return self._requests, self._frame.snapshot.step, self._compared

    def _this_message(self) -> object:
        """What the runner has to say: it says it no more once something else is asked of it."""
        return self._requests, self._status.message

    # --- the run -----------------------------------------------------------------------------------------------------

    def play_pause(self) -> None:
        """Play, or pause. Where the run has only just come to its goal, that was meant to pause it: it stays there."""
        if self._has_just_arrived():
            return
        self._plays, self._let_go = False, not self.playing
        if self.playing:
            self.runner.pause()
        else:
            self._says_arrival = True
            self.runner.play()

    def _has_just_arrived(self) -> bool:
        """Whether it has been said within a moment that the run has come to its goal; that is answered once."""
        if self._status.phase == "playing" and not self.playing:
            self._take_news()  # it has come there, and nobody has been told yet
        (where, when), self._arrived = self._arrived, (None, 0.0)
        return not self.playing and where == self.this_stop() and time.monotonic() - when < A_MOMENT

    def step(self) -> None:
        """Do exactly one step, then pause."""
        self._plays = self._let_go = False
        self.runner.step()

    def step_epoch(self) -> None:
        """Go on to the end of the present epoch, then pause."""
        self._plays = self._let_go = False
        self.runner.step_epoch()

    def run_to(self, step: int, *, paced: bool = False, told: bool = False) -> None:
        """Run to a step as fast as it goes, or at the speed of playing if ``paced``, then pause; or show it, where the
        run has been there. ``told``: it is said when it has come there."""
        self._plays, self._let_go, self._says_arrival = False, paced, told
        self.runner.run_to(step, paced=paced)

    def hearing(self) -> Callable[[], bool]:
        """Return what tells whether the trainer has done all that has been asked of it so far, and told of it."""
        runner, at = self.runner, list[object]()
        runner.between(lambda run: at.append(runner.news))
        return lambda: bool(at) and runner.news is not at[0]

    def set_speed(self, speed: Speed) -> None:
        """Set the speed in steps a second; ``AUTO``: the whole run in about a minute; None: as fast as it goes."""
        self.speed = speed
        self.runner.set_speed(speed)
        self.status_changed.emit()

    def change_speed(self, by: int) -> None:
        """Go to the next faster (1) or slower (-1) speed of the transport."""
        self.set_speed(neighbour(self.present_speed, by))

    @property
    def present_speed(self) -> Speed:
        """The speed in steps a second, ``AUTO`` being the one that it comes to now; None: as fast as it goes."""
        return (self.status.rate or FOLLOW) if self.speed == AUTO else self.speed

    def full_speed(self) -> None:
        """Go as fast as it goes, or back to the speed before."""
        if self.speed is None:
            self.set_speed(self._unhurried)
        else:
            self._unhurried = self.speed
            self.set_speed(None)

    def auto_speed(self) -> None:
        """Tell the whole run in about a minute."""
        self.set_speed(AUTO)

    def rewind(self) -> None:
        """Go back to step 0; what the run has done stays known, and playing repeats it."""
        self.runner.rewind()

    def new_seed(self) -> None:
        """Start another run of the same settings: other weights, masks and data order."""
        base = self._wanted
        drawn = random.randrange(9_999)
        self._replace(base.changed(seed=drawn + (drawn >= base.seed)), self._asked_name)

    def rewind_slower(self) -> None:
        """Go back to step 0 with a tenth of the learning rate, in every arm; play if it played when it diverged."""
        resume = self.status.diverged == "playing"
        try:
            self._replace(slower(self._wanted), self._asked_name)
            self.runner.play() if resume else None
        except UserError as error:
            self.remark.emit(str(error), "warning", self.this_run)

    # --- settings ----------------------------------------------------------------------------------------------------

    def open_preset(self, key: str) -> None:
        """Open a preset that ships."""
        try:
            self.open_config(load_preset(key), key)
        except UserError as error:
            self.message.emit(str(error), "error")

    def open_config(self, config: RunConfig, name: str, occasion: str = "") -> None:
        """Start a run of another config; it plays if the run before does, or has played to its end. ``occasion``: see
        ``Source``."""
        self.open_source(Source(config, occasion=occasion), name)

    def open_at(self, config: RunConfig, name: str, step: int) -> None:
        """Start a run and let it go to a step; where its data are missing, no run goes anywhere."""
        self.open_config(config, name)
        self._plays = self._let_go = self._says_arrival = False
        self.runner.run_to(step, self.source)

    def open_source(self, source: Source, name: str) -> None:
        """Start a run, or go on with one that has begun, which waits to be played."""
        if source.read is not None:
            self.runner.pause()
            self._let_go = False
        self._replace(source.config, name, source)
        if text := not_shown(source.config):
            self.remark.emit(text, "info", self.this_run)

    def bring_back(self, left: Left, name: str) -> None:
        """Go on with a run that was left, from where it was; it plays if the present one does."""
        self._replace(left.config, name, Source(left.config, left.read, left=left))

    def retry(self) -> None:
        """Ask once more for the run that lacked its data."""
        if self._lacking is not None:
            self._replace(*self._lacking)

    def give_up(self) -> None:
        """Do without the run that lacks its data."""
        self._lacking = None

    def refusal(self, settings: Mapping[str, Any]) -> str:
        """Return what would be wrong with settings, as one line, or ``""``."""
        try:
            with_first_changed(self._wanted, settings)
        except UserError as error:
            return str(error)
        return ""

    def apply(self, settings: Mapping[str, Any], *, sure: bool = False) -> str:
        """Change settings; return what is wrong with them as one line, or ``""``.

        Live settings change the run that is going on, from its next step; in its past, that is asked first unless it is
        ``sure`` or ``lent``. Others, and any before the first step, start a new run.
        """
        base = self._wanted
        try:
            config = with_first_changed(base, settings)
        except UserError as error:
            return str(error)
        live = not self._asked and set(settings) <= set(live_settings())
        if live and self.status.past and not (sure or self.lent):
            if config != base:
                self.timeline.ask_change(settings, config)
        elif live and self.status.step > 0:
            self.runner.change(**settings)
        elif config != base:
            alone = config.arms == COMPARISON and not any(config.arm_configs[0].drop_probabilities)
            self._replace(config.changed(arms=()) if alone else config, self._asked_name)
        return ""

    def _apply_surely(self, settings: dict[str, Any]) -> None:
        self.apply(settings, sure=True)

    def _remark_of_timeline(self, text: str, about: Callable[[], object]) -> None:
        self.remark.emit(text, "info", lambda: (self.this_run(), about()))

    def ask(self, settings: Mapping[str, Any]) -> None:
        """Change settings, or say what is wrong with them."""
        if wrong := self.apply(settings):
            self.remark.emit(wrong, "warning", self.this_run)

    def change_arm(self, arm: int, settings: Mapping[str, Any]) -> None:
        """Start a new run with other settings of one arm, counted from 0, or say what is wrong with them."""
        try:
            config = with_arm_changed(self._wanted, arm, settings)
        except UserError as error:
            self.remark.emit(str(error), "warning", self.this_run)
            return
        if config != self._wanted:
            self._compared = None
            self._replace(config, self._asked_name)

    def compare(self, on: bool) -> None:
        """Put the same run without dropout beside the run, in place of other arms, or let it be with those again.

        The run stays as it is; the others are brought to where it is, on the trainer's thread.
        """
        config = self._wanted.arm_configs[0]
        if on and not any(config.drop_probabilities):
            self.remark.emit(self.why_not_compare, "warning", lambda: (self.this_run(), self.can_compare))
        elif on != self.comparing and self._asked:
            self._replace(config.changed(arms=COMPARISON if on else ()), self._asked_name)
        elif on != self.comparing:
            self._compared = on
            self._status = replace(self._status, message="")
            self.runner.compare(on)
            self.opening.emit()

    def leave_out(self) -> None:
        """Go on with the first arm alone; the run with all of them is kept, if it has trained for long."""
        self._compared = None
        self.runner.leave_out()

    def close(self) -> None:
        """End the run and its thread; returns when the thread has ended."""
        self.runner.close()

    # --- the runner's news -------------------------------------------------------------------------------------------

    @property
    def _wanted(self) -> RunConfig:
        """The config, arms included, as it will be when what has been asked for is done."""
        return self._asked or self.runner.news.config

    def _replace(self, config: RunConfig, name: str, source: Source | None = None) -> None:
        self._requests += 1
        self._asked, self._asked_name, self._lacking = config, name, None
        self.source, self._renews = source or Source(config), source is None
        self._status = replace(self._status, message="")  # a refusal is told again when it comes again
        ended = self._let_go and not self.playing and self.status.step >= self.config.steps
        self._plays = ended and self.source.read is None
        self.runner.replace(self.source)
        self.opening.emit()

    def _tell(self) -> None:
        """Called on the worker thread: one queued signal, however much news there is before it arrives."""
        if not self._telling:
            self._telling = True
            self._told.emit()

    def _take_news(self) -> None:
        self.frame()
        before, status = self._status, self.runner.status
        self._status = status
        if self._compared is not None and not self.runner.gathering:
            self._compared = None
            self.config_changed.emit()
            self.opening.emit()
            if status.step >= self.config.steps and not (status.past or status.message or self.lent):
                self._tell_verdict()
        if status.message and status.message != before.message:
            if self.runner.refused is self.source:  # else it is said of what there was before
                self._asked, self._asked_name = None, self.name
            self.opening.emit()
            self.selection.slow.refused()
            if status.diverged:
                act = offer_slower(self._wanted, self.rewind_slower)
                self.offer.emit(status.message, "warning", self._this_message, act)
            else:
                level = "error" if status.phase == "failed" else "warning"
                self.remark.emit(status.message, level, self._this_message)
        if status.missing is not None and status.missing is not before.missing:
            self._tell_missing(status.missing)
        if (status.phase, status.target, status.speed) != (before.phase, before.target, before.speed):
            self.status_changed.emit()
        if before.phase == "playing" and not status.message and status.phase == "paused":
            self._tell_arrival(before, status)
        self.timeline.look()
        self.frame_ready.emit()

    def _tell_arrival(self, before: RunnerStatus, status: RunnerStatus) -> None:
        """Say that a run has come to where it pauses by itself; where it has been told to its end, what happened."""
        end, said = self.config.steps, self._says_arrival and not self.lent and status.step == before.target
        if said:
            self._arrived = self.this_stop(), time.monotonic()
        if self.speed == AUTO and before.target == end and status.step == end and not status.past:
            data, dropout = self._frame.data, any(self.config.drop_probabilities)
            if len(self._frame.arms) > 1:
                self._tell_verdict()
            elif text := ending(self._frame.history, dropout, len(data.x), bool(self.config.maps)):
                act = offer_compare(self.compare) if dropout else offer_new_seed(self.new_seed)
                self.offer.emit(text, "info", self.this_stop, act)
        elif said:
            what = "the end of the run" if status.step == end else "where the run was to pause"
            on = key_name(COMMANDS["play_pause"].keys[0])
            self.remark.emit(f"Step {status.step:,}, {what}. {on} goes on past it.", "info", self.this_stop)

    def _tell_verdict(self) -> None:
        """Say what is seen where several arms have come to the end."""
        arms, data = self._frame.arms, self._frame.data
        if len(arms) < 2:
            return
        quick = all(work(arm.snapshot, data) <= QUICK for arm in arms)
        found = [measured(arm.snapshot, data) for arm in arms] if quick else []
        if text := verdict(self._frame, found):
            alone = trains_on_every_input(data)
            act = offer_moons(self._compare_moons) if alone else offer_new_seed(self.new_seed)
            self.offer.emit(text, "info", self.this_stop, act)

    def _compare_moons(self) -> None:
        self.open_preset("moons")
        self.compare(True)

    def _is_asked_for(self, news: News) -> bool:
        """Whether a run that has come is the one that was asked for."""
        left = self.source.left
        if left is None:
            return self._asked is news.config
        # It may be looked at where it had other settings, and may have been changed as soon as it came.
        changed = self.runner.opened is self.source and news.course[0] == left.course[0]
        return changed or news.course == left.course

    def _tell_missing(self, missing: MissingData) -> None:
        if self._asked and self._asked.data == missing.store.key:  # nothing else has been asked for
            self._lacking = (self._asked, self._asked_name, self.source)
            self._asked, self._asked_name = None, self.name
            self.config_changed.emit()  # controls that show what was asked for go back to what is there
            self.opening.emit()
            self.data_missing.emit(missing)

    def _adopt(self, news: News) -> None:
        self._news = news
        before, frame = self._frame, Frame.of(news)
        if frame.moment == before.moment and frame.dissection is before.dissection:
            return  # asked again between two steps: nothing to paint
        self._frame = frame
        self.selection.slow.take(frame.dissection)
        if frame.snapshot.run != before.snapshot.run:
            opened = False
            if self._is_asked_for(news):
                opened = self.source.left is None and not self._renews
                self.name, self.renewed, self._asked = self._asked_name, self._renews, None
                self.occasion = self.source.occasion
                if self._plays:
                    self._let_go = self._says_arrival = True
                    self.runner.play()
                self.opening.emit()
            self.selection.fit(frame, other_data=frame.data is not before.data, other_run=opened)
        names = [[arm.name for arm in shown.arms] for shown in (frame, before)]
        other_run = frame.snapshot.run != before.snapshot.run
        if other_run or frame.snapshot.config is not before.snapshot.config or names[0] != names[1]:
            self.config_changed.emit()
