"""The transport at the bottom of the window: where the run is, and what moves it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from dropout_viz.app.buttons import IconButton
from dropout_viz.app.frame_clock import FrameClock
from dropout_viz.app.number_box import NumberBox
from dropout_viz.app.readout import Readout
from dropout_viz.app.session import Session
from dropout_viz.app.shortcuts import tip
from dropout_viz.app.speeds import SPEEDS, place, words
from dropout_viz.app.theme import Theme
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.views.base import Frame
from dropout_viz.views.numbers import count

_FARTHEST = 100_000_000


class Transport(QFrame):
    """Rewind, play, step, epoch, run to, speed, new seed, and the numbers. It shows frames as a view does."""

    rate = 15.0

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("Transport")
        self.shown: Frame | None = None
        self.clock: FrameClock | None = None  # asked for frames a second; set when it exists
        self._session, self._theme = session, theme
        self.progress = ProgressLine(theme)
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 7)
        row.setSpacing(4)
        self.rewind = self._button(row, "rewind", "Rewind to step 0", "rewind", session.rewind)
        self.play = self._button(row, "play", "Play", "play_pause", session.play_pause, primary=True)
        self.step = self._button(row, "step", "One step", "step", session.step)
        self.epoch = self._button(row, "epoch", "One epoch", "step_epoch", session.step_epoch)
        self.seed = self._button(row, "dice", "New seed", "new_seed", session.new_seed)
        row.addSpacing(14)
        self._add_speed(row)
        row.addSpacing(8)
        self._add_run_to(row)
        row.addStretch(1)
        self.readout = Readout(
            theme,
            {
                "step": "60,000 / 60,000",
                "epoch": "60,000",
                "sub-networks": "16 of 2⁴",
                "steps/s": "99,999",
                "frames/s": "60",
                "steps a frame": "99",
            },
        )
        row.addWidget(self.readout)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.progress)
        column.addLayout(row)
        session.status_changed.connect(self.repaint_status)
        session.config_changed.connect(self.repaint_status)
        self.repaint_status()

    # --- a screen of the frame clock ---------------------------------------------------------------------------------

    def on_screen(self) -> bool:
        """Whether it can be seen."""
        return self.isVisible()

    def show_frame(self, frame: Frame) -> None:
        """Write where the run is and how fast it goes."""
        snapshot, status = frame.snapshot, self._session.status
        whole = snapshot.epoch == int(snapshot.epoch)
        playing = self._session.playing and self.clock is not None
        skipped = self.clock.steps_per_frame if playing and self.clock else 0
        rate = f"{status.rate:.1f}" if 0 < status.rate < 10 else count(status.rate)
        end = status.target or snapshot.config.steps
        self.readout.show_values({
            "step": f"{count(snapshot.step)} / {count(max(end, snapshot.step))}",
            "epoch": count(snapshot.epoch) if whole else f"{snapshot.epoch:,.1f}",
            "sub-networks": _sub_networks(snapshot),
            "steps/s": rate if playing and status.rate else "–",
            "frames/s": f"{self.clock.frames_per_second:.0f}" if playing and self.clock else "–",
            "steps a frame": count(max(1, skipped)) if skipped else "–",
        })  # fmt: skip
        self.progress.show_share(snapshot.step / max(end, snapshot.step))

    # --- controls ----------------------------------------------------------------------------------------------------

    def repaint_status(self) -> None:
        """Show the session's state; called whenever it has changed."""
        session, status = self._session, self._session.status
        playing = session.playing
        self.play.show_icon("pause" if playing else "play")
        word = "Pause" if playing else "Play"
        self.play.name(word, tip(word, "play_pause"))
        self.play.setEnabled(status.phase != "failed")
        with QSignalBlocker(self.speed):
            self.speed.setValue(place(session.speed))
        self.speed_words.setText(words(session.speed))
        self.fast.setChecked(session.speed is None)
        self.seed.setToolTip(tip(f"New seed; now {session.config.seed}", "new_seed"))
        if not self.target.hasFocus():
            self.target.show_value(status.target or session.config.steps)

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
        self.target.setFixedWidth(92)
        self.target.setAccessibleName("Run to step")
        self.target.setToolTip("Run to this step, then pause. Enter starts; a step that lies behind is reached from 0.")
        self.run_to = IconButton(self._theme, "run-to", "Run to the step", "Run to this step, then pause")
        self.run_to.clicked.connect(self._run_to)
        self.target.lineEdit().returnPressed.connect(self._run_to)
        label = QLabel("run to")
        label.setProperty("tone", "dim")
        label.setBuddy(self.target)
        row.addWidget(label)
        row.addSpacing(2)
        row.addWidget(self.target)
        row.addWidget(self.run_to)

    def _run_to(self) -> None:
        step = self.target.value()
        if not isinstance(step, int) or not 1 <= step <= _FARTHEST:
            text = f"run to {self.target.text() or 'nothing'}: must be a whole number from 1 to {count(_FARTHEST)}"
            self._session.message.emit(text, "error")
            return
        self.target.clearFocus()  # so that the keys work again
        self._session.run_to(step)

    def _add_speed(self, row: QHBoxLayout) -> None:
        label = QLabel("speed")
        label.setProperty("tone", "dim")
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(2)
        self.speed.setFixedWidth(130)
        self.speed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Steps a second  (− and +, F for as fast as it goes)")
        self.speed.valueChanged.connect(lambda at: self._session.set_speed(SPEEDS[at]))
        self.speed_words = QLabel()
        self.speed_words.setMinimumWidth(self.speed_words.fontMetrics().horizontalAdvance("as fast as it goes") + 4)
        row.addWidget(label)
        row.addSpacing(4)
        row.addWidget(self.speed)
        self.fast = self._button(row, "fast", "As fast as it goes, and back", "full_speed", self._session.full_speed)
        self.fast.setCheckable(True)
        row.addSpacing(2)
        row.addWidget(self.speed_words)


class ProgressLine(QWidget):
    """A thin line over the transport: the share of the run that is done."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._share = theme, 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress")
        theme.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Show a share of the run, 0 to 1."""
        share = max(0.0, min(1.0, share))
        if round(share * self.width()) != round(self._share * self.width()):
            self.update()
        self._share = share
        self.setToolTip(f"{100 * share:.1f} % of the run")

    def sizeHint(self) -> QSize:
        return QSize(100, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.style.line))
        painter.fillRect(QRectF(0, 0, self.width() * self._share, self.height()), QColor(self._theme.style.accent))


def _sub_networks(snapshot: Snapshot) -> str:
    """Return how many different thinned networks were used, of how many; just the latter where they are not counted."""
    whole = "2" + str(snapshot.can_drop).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    if snapshot.visited is not None and snapshot.can_drop:
        return f"{count(snapshot.visited)} of {whole}"
    return f"{whole} possible" if snapshot.can_drop else "–"
