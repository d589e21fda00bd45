"""The transport at the bottom of the window: where the run is, and what moves it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.buttons import IconButton, set_tip
from dropout_viz.app.commands.shortcuts import tip
from dropout_viz.app.frame_clock import FrameClock
from dropout_viz.app.look.scaling import add_space, px, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.session import Session
from dropout_viz.app.setup.number_box import NumberBox
from dropout_viz.app.timeline.bar import TimelineBar
from dropout_viz.app.timeline.memory_button import MemoryButton
from dropout_viz.app.timeline.readout import Readout
from dropout_viz.app.timeline.speeds import SPEEDS, place, words
from dropout_viz.draw.numbers import count
from dropout_viz.draw.wheel import Slider
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.status import News
from dropout_viz.words import many

_FARTHEST = 100_000_000
_READABLE_MS = 66  # milliseconds between two looks of how fast it goes
_ROOMY, _SNUG, _TIGHT = 1080, 760, 620
"""Widths from which everything has a name, all that is there has room, and what is most needed has."""
_SIDES = (12, 0, 12, 7)
_TIMELINE = 0.2  # of the width, at least, where it shares a row
_SLIDER, _SLIDER_NARROW = 130, 84
_TARGET, _TARGET_NARROW = 92, 76


class Transport(QFrame):
    """The timeline, rewind, play, step, epoch, run to, speed, new seed, and the numbers. It shows frames as a view."""

    rate = 60.0  # the step that it names is the one of every panel

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Transport")
        self.shown: Frame | None = None
        self._told = QElapsedTimer()
        self.clock: FrameClock | None = None  # asked for frames a second; set when it exists
        self._session, self._theme = session, theme
        self._labels: list[QLabel] = []  # that a narrow window does without
        self._target_of, self._target_chosen = session.name, False  # whose run, and whether the user has entered it
        self.timeline, timeline = TimelineBar(session, theme), session.timeline
        self.memory = MemoryButton(session)
        self._presenting, self._with_memory = False, True
        self._above = above = QHBoxLayout()
        above.setContentsMargins(0, 0, 10, 0)
        above.setSpacing(2)
        above.addWidget(self.timeline, 1)
        self.newest = self._button(above, "newest", "To the newest step", "newest", timeline.to_newest)
        self.mark = self._button(above, "bookmark", "Bookmark this step", "bookmark", lambda: timeline.bookmark())
        above.addWidget(self.memory)
        self.leave = IconButton(theme, "restore", "Leave the presentation", "Leave the presentation  (F5 or Esc)")
        self.leave.hide()
        self._row = row = QHBoxLayout()
        row.setContentsMargins(*_SIDES)
        row.setSpacing(4)
        self.rewind = self._button(row, "rewind", "Rewind to step 0", "rewind", session.rewind)
        self.play_back = self._button(row, "play-back", "Play backwards", "play_back", timeline.play_back)
        self.step_back = self._button(row, "step-back", "One step back", "step_back", timeline.step_back)
        self.play = self._button(row, "play", "Play", "play_pause", session.play_pause, primary=True)
        self.step = self._button(row, "step", "One step", "step", session.step)
        self.epoch = self._button(row, "epoch", "One epoch", "step_epoch", session.step_epoch)
        self.seed = self._button(row, "dice", "New seed", "new_seed", session.new_seed)
        add_space(row, 10)
        self._add_speed(row)
        add_space(row, 8)
        self._add_run_to(row)
        self._spare: tuple[QWidget, ...] = (self.step_back, self.rewind, self.speed, self.fast)
        self._gap = QWidget()  # between what moves the run and what it says
        row.addWidget(self._gap, 1)
        self.readout = Readout(
            theme,
            {
                "step": "60,000 / 60,000",
                "epoch": "60,000",
                "sub-networks": "16 of 2⁴",
                "steps/s": "99,999",
            },
        )
        row.addWidget(self.readout)
        row.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(above)
        column.addLayout(row)
        session.status_changed.connect(self.repaint_status)
        session.config_changed.connect(self.repaint_status)
        session.frame_ready.connect(self._hear_news)
        timeline.changed.connect(self._hear)
        self.repaint_status()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def present(self, on: bool) -> None:
        """Have one low row of what an audience sees, and a way back; or everything."""
        self._presenting = on
        if on:
            self._row.insertWidget(self._row.indexOf(self._gap), self.timeline, 3)
        else:
            self._above.insertWidget(0, self.timeline, 1)
        for button in (self.newest, self.mark):
            button.setVisible(not on)
        self.leave.setVisible(on)
        self.readout.show_first(on)  # what is left is the timeline's
        self._gap.setHidden(on)
        self._row.setContentsMargins(*(px(self, side) for side in ((12, 4, 12, 4) if on else _SIDES)))
        self._fit()

    def hide_memory(self) -> None:
        """Say nothing of the memory that the way back takes."""
        self._with_memory = False
        self.memory.hide()

    def _fit(self) -> None:
        """In a narrow window what names the fields gives way to the step on show, then what is needed seldom."""
        units = self.width() / zoom_of(self)
        narrow, snug, tight = units < _ROOMY, units < _SNUG, units < _TIGHT
        shown = not self._presenting
        for label in self._labels:
            label.setVisible(shown and not narrow)
        for widget in (self.target, self.run_to, self.seed):
            widget.setVisible(shown and not snug)
        for widget in (self.play_back, self.epoch):
            widget.setVisible(shown and not tight)
        self.memory.setVisible(shown and not snug and self._with_memory)
        self.speed_words.setVisible(not tight)
        self.speed.setFixedWidth(px(self, _SLIDER_NARROW if narrow else _SLIDER))
        self.target.setFixedWidth(px(self, _TARGET_NARROW if narrow else _TARGET))
        for spare in self._spare:
            spare.show()
        self.timeline.setMinimumWidth(round(_TIMELINE * self.width()) if self._presenting else 0)
        if self._presenting:
            self._make_room()

    def _make_room(self) -> None:
        """While presenting, the timeline shares the row: in one too narrow for all, one would lie over another."""
        for spare in (self.speed_words, *self._spare):
            self._row.invalidate()  # Qt tells it later that something in it has come or gone
            if self._row.minimumSize().width() <= self.width():
                return
            spare.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    # --- a screen of the frame clock ---------------------------------------------------------------------------------

    def on_screen(self) -> bool:
        """Whether it can be seen."""
        return self.isVisible()

    def compare(self, now: int, moving: bool) -> None:
        """What it shows is always of the newest frame."""

    def show_frame(self, frame: Frame) -> None:
        """Write where the run is, and now and then how fast it goes."""
        snapshot, status = frame.snapshot, self._session.status
        whole = snapshot.epoch == int(snapshot.epoch)
        end = status.target or snapshot.config.steps
        newest = max(frame.newest, snapshot.step)
        if snapshot.step < newest:
            last = f" of {count(newest)}"
        else:
            last = f" / {count(end)}" if snapshot.step <= end else f", past {count(end)}"
        self.readout.show_values(
            {
                "step": f"{count(snapshot.step)}{last}",
                "epoch": count(snapshot.epoch) if whole else f"{snapshot.epoch:,.1f}",
                "sub-networks": _sub_networks(snapshot),
            }
        )
        set_tip(self.epoch, tip(_epoch_words(self._session.runner.news), "step_epoch"))
        self.timeline.look(snapshot.step, newest)
        playing = self._session.playing
        if playing and self._told.isValid() and not self._told.hasExpired(_READABLE_MS):
            return
        self._told.restart()
        self._show_way()
        self._show_rates()
        self._name_play()

    def _show_rates(self) -> None:
        """Write how fast it goes; a run that has paused goes at no rate. How it is drawn is told to who asks."""
        playing, status = self._session.playing and self.clock is not None, self._session.status
        skipped = self.clock.steps_per_frame if playing and self.clock else 0
        rate = f"{status.rate:.1f}" if 0 < status.rate < 10 else count(status.rate)
        self.readout.show_values({"steps/s": rate if playing and status.rate else "–"})
        self._show_speed()
        drawn = f"{self.clock.frames_per_second:.0f} frames a second" if playing and self.clock else ""
        set_tip(self.readout, f"{drawn}, {many(max(1, round(skipped)), 'step')} a frame" if skipped else drawn)

    # --- controls ----------------------------------------------------------------------------------------------------

    def repaint_status(self) -> None:
        """Show the session's state; called whenever it has changed."""
        session, status = self._session, self._session.status
        playing = self._plays = session.playing
        self.play.show_icon("pause" if playing else "play")
        self._name_play()
        self.play.setEnabled(status.phase != "failed")
        self._show_way()
        self._show_speed()
        self.speed_words.setText(words(session.speed))
        self.fast.setChecked(session.speed is None)
        self.seed.setToolTip(tip(f"New seed; now {session.config.seed}", "new_seed"))
        self._offer_target()

    def _show_speed(self) -> None:
        """Let the slider stand at the speed; under ``AUTO`` at the one that this comes to now, as - and + go on from
        it. Who holds the slider has it where the mouse is."""
        if not self.speed.isSliderDown():
            with QSignalBlocker(self.speed):
                self.speed.setValue(place(self._session.present_speed))

    def _hear_news(self) -> None:
        """Show that it has paused, also where it was not told that it played: that may have been over at once."""
        if self._session.playing != self._plays:
            self.repaint_status()
        if not self._session.playing:
            self._show_rates()

    def _name_play(self) -> None:
        """Say what Play does: where the run is over, it goes on past its end."""
        session, end = self._session, self._session.config.steps
        over = not session.timeline.past and session.status.step >= end
        word = "Pause" if session.playing else f"Go on past the end, {count(end)}" if over else "Play"
        if word != self.play.accessibleName():
            self.play.name(word, tip(word, "play_pause"))

    def _hear(self) -> None:
        if not self._session.playing:  # else it looks as often as it shows frames
            self._show_way()
            shown = self.shown
            self.timeline.look(*(() if shown is None else (shown.snapshot.step, shown.newest)))

    def _show_way(self) -> None:
        """Show which ways are open, and what memory they take."""
        self.memory.look()
        timeline = self._session.timeline
        status = self._session.status
        for button in (self.play_back, self.step_back):
            button.setEnabled(status.step > 0 and status.phase != "failed")
        self.rewind.setEnabled(status.step > 0 or status.phase == "failed")
        self.play_back.show_icon("pause" if status.backwards else "play-back")
        self.newest.setEnabled(timeline.past)
        text = "To the newest step" + (f", {count(timeline.newest)}" if timeline.past else "")
        set_tip(self.newest, tip(text, "newest"))

    def _button(
        self, row: QHBoxLayout, icon: str, text: str, command: str, act: Callable[[], object], *, primary: bool = False
    ) -> IconButton:
        button = IconButton(self._theme, icon, text, tip(text, command), primary=primary)
        button.clicked.connect(act)
        row.addWidget(button)
        return button

    def _add_run_to(self, row: QHBoxLayout) -> None:
        self.target = NumberBox(whole=True, low=1, high=_FARTHEST, step=100)
        self.target.setButtonSymbols(NumberBox.ButtonSymbols.NoButtons)
        self.target.setFixedWidth(_TARGET)
        self.target.setAccessibleName("Run to step")
        self.target.setToolTip("Run to this step, then pause. Enter starts; a step that lies behind is shown.")
        self.run_to = IconButton(self._theme, "run-to", "Run to the step", "Run to this step, then pause")
        self.run_to.clicked.connect(self._run_to)
        self.target.lineEdit().returnPressed.connect(self._run_to)
        self.target.committed.connect(self._check_target)
        label = QLabel("run to")
        self._labels.append(label)
        label.setProperty("tone", "dim")
        label.setBuddy(self.target)
        row.addWidget(label)
        add_space(row, 2)
        row.addWidget(self.target)
        row.addWidget(self.run_to)

    def _offer_target(self) -> None:
        """Show where the run ends, until somebody has entered a step: that stays until another run is opened."""
        name = self._session.name
        if name != self._target_of:
            self._target_of, self._target_chosen = name, False
        if not (self._target_chosen or self.target.hasFocus()):
            self.target.show_value(self._session.status.target or self._session.config.steps)

    def _check_target(self) -> int | None:
        """Return the step that has been entered; None, and say why, where it cannot be run to."""
        self._target_chosen = True
        step = self.target.value()
        if isinstance(step, int) and 1 <= step <= _FARTHEST:
            return step
        text = f"run to {self.target.text() or 'nothing'}: must be a whole number from 1 to {count(_FARTHEST)}"
        self._session.message.emit(f"{text}, written 1000 or 1,000", "error")
        return None

    def _run_to(self) -> None:
        if (step := self._check_target()) is not None:
            self.target.show_value(step)  # as it has been read
            self.target.clearFocus()  # so that the keys work again
            self._session.run_to(step, told=True)

    def _add_speed(self, row: QHBoxLayout) -> None:
        label = QLabel("speed")
        self._labels.append(label)
        label.setProperty("tone", "dim")
        self.speed = Slider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(2)
        self.speed.setFixedWidth(_SLIDER)
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip(
            "Steps a second (− and +, F for as fast as it goes). Drawn to its left end it is auto (A): readable at "
            "first, then the whole run in about a minute; it stands at the speed that this comes to. It stays as you "
            "set it when another run is opened; a saved run brings its own."
        )
        self.speed.valueChanged.connect(lambda at: self._session.set_speed(SPEEDS[at]))
        self.speed.sliderReleased.connect(self._show_speed)
        self.speed_words = QLabel()
        self.speed_words.setMinimumWidth(self.speed_words.fontMetrics().horizontalAdvance("as fast as it goes") + 4)
        row.addWidget(label)
        add_space(row, 4)
        row.addWidget(self.speed)
        self.fast = self._button(row, "fast", "As fast as it goes, and back", "full_speed", self._session.full_speed)
        self.fast.setCheckable(True)
        add_space(row, 2)
        row.addWidget(self.speed_words)


def _sub_networks(snapshot: Snapshot) -> str:
    """Return how many different thinned networks were used, of how many; just the latter where they are not counted."""
    whole = "2" + str(snapshot.can_drop).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    if snapshot.visited is not None and snapshot.can_drop:
        return f"{count(snapshot.visited)} of {whole}"
    return f"{whole} possible" if snapshot.can_drop else "–"


def _epoch_words(news: News) -> str:
    """Return what an epoch of a run is."""
    steps, batch, whole = news.steps_per_epoch, len(news.snapshots[0].examples), len(news.data.x)
    if batch == whole:
        return "One epoch: one step, as every step sees all examples"
    told = "one step" if steps == 1 else f"{count(steps)} steps"
    return f"One epoch: {told} of {count(batch)} of the {many(whole, 'example')}, each seen once at most"
