"""One quantity of the run over its steps: legend above, plot below, with marks, a cursor and honest gaps."""

from __future__ import annotations

import math
from functools import cache, partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dropout_viz.analysis.known_series import Recorded
from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.draw.numbers import count
from dropout_viz.draw.plot import Plot
from dropout_viz.draw.ranges import Range, fit, fit_log
from dropout_viz.draw.style import Style
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.history import History, Mark, Series
from dropout_viz.engine.schedule import counted
from dropout_viz.views.loss import overlay, words
from dropout_viz.views.loss.kinds import Kind, Quantity
from dropout_viz.views.loss.legend import Legend, LegendRow, line_colour, mean_colour
from dropout_viz.views.loss.line import LossLine
from dropout_viz.views.loss.measuring import Measuring
from dropout_viz.views.loss.readout import LossReading, paint_readout
from dropout_viz.words import of_arm

_LEAST_SHARE = 0.1  # the least range of an axis of shares


class LossChart(QWidget):
    """The lines of one quantity, for every arm.

    Signals:
        pointed: where the mouse is on the step axis, in the axis's units, or None.
        kind_clicked: the key of a kind of line whose legend was clicked.
        resized: the plot has another size: look again.
    """

    pointed = Signal(object)
    kind_clicked = Signal(str)
    resized = Signal()

    def __init__(self, quantity: Quantity, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity, self.style_ = quantity, style
        self.legend = Legend(quantity.name, style, self, brief=quantity.brief, condition=quantity.condition)
        self.plot = Plot(style, self)
        self.plot.x_axis.whole = True
        self.plot.y_axis.write = quantity.tick
        self.plot.box.lively = True
        self.plot.overlays.append(self._paint_over)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        self.lines: dict[tuple[int, str], LossLine] = {}
        self.hidden: frozenset[str] = frozenset()
        self.reading_at: int | None = None  # the step that the cursor is at
        self.panel = False  # whether the readout is shown here
        self.span: Range | None = None  # the stretch being marked by a drag, on the step axis
        self.message = ""
        self.measuring: Measuring | None = None  # what knows of steps that the curves lack
        self.corner = -8.0  # pixels at the upper right that something else lies on
        self._frame: Frame | None = None
        self._window = StepWindow(0, 10, 100)
        self._range: Range | None = None
        self._newest: dict[tuple[int, str], Recorded | None] = {}
        self._marks: tuple[Mark, ...] = ()
        self._marks_seen: list[tuple[History, int, int]] = []
        self.plot.pointed.connect(lambda place: self.pointed.emit(None if place is None else place.x()))
        self.plot.box.sigResized.connect(lambda _box: self.resized.emit())
        self.legend.clicked.connect(self.kind_clicked)

    # --- what its view says ------------------------------------------------------------------------------------------

    @property
    def pixels(self) -> float:
        """Width of the plot area, in pixels of the window."""
        return max(50.0, self.plot.area().width())

    def take(self, frame: Frame) -> None:
        """Take a frame's histories; ``show_window`` draws them."""
        self._frame = frame
        wanted = {(a, kind.key): kind for a in range(len(frame.arms)) for kind in self.quantity.kinds}
        for place in self.lines.keys() - wanted.keys():
            for curve in self.lines.pop(place).curves:
                self.plot.drop_curve(curve)
        for (arm, key), kind in wanted.items():
            series = getattr(known(frame.arms[arm].history), key)
            if (arm, key) not in self.lines:
                self.lines[arm, key] = self._line(arm, kind, series)
            self.lines[arm, key].take(series, None if frame.past else frame.snapshot.step)
            self.lines[arm, key].since = frame.branched_at(arm)

    def _line(self, arm: int, kind: Kind, series: Series) -> LossLine:
        """Return a new line: the run itself in front; in the noise, the other arm."""
        colour, mean = partial(line_colour, arm=arm, kind=kind), None
        if kind.faint:
            curve = self.plot.add_curve(colour, width=1.0, z=arm)
            mean = self.plot.add_curve(partial(mean_colour, arm=arm), width=1.0, z=10 - arm)
        else:
            curve = self.plot.add_curve(colour, width=1.7, dash=kind.dash, z=20 - arm)
        curve.ringed = kind.tests
        line = LossLine(arm, kind, series, curve, mean)
        line.show(kind.key not in self.hidden)
        return line

    @property
    def _step(self) -> int:
        """The step on show."""
        assert self._frame is not None
        return self._frame.snapshot.step

    def show_window(self, window: StepWindow) -> None:
        """Draw the stretch of the run in sight."""
        if window.log_y != self._window.log_y:
            self._range = None
        self._window = window
        seen = [line for line in self.lines.values() if line.kind.key not in self.hidden]
        for line in seen:
            line.look(window)
        extents = [line.extent for line in seen if not math.isnan(line.extent[0])]
        low, high = min((e[0] for e in extents), default=math.inf), max((e[1] for e in extents), default=-math.inf)
        if window.log_y:
            self._range = fit_log(low, high, self._range)
        else:  # close up, what is in sight may fill the plot; the whole run is seen over 0
            whole = None if window.close_up else self.quantity.whole
            if self.quantity.whole:  # a share that hardly changes is to look so
                low = max(self.quantity.whole[0], min(low, high - _LEAST_SHARE))
            self._range = whole or fit(low, high, self._range, from_zero=0.7 if window.close_up else 1.0)
        shown = self._range
        if self.quantity.whole and shown[1] >= self.quantity.whole[1]:  # the line at the very top must not be cut
            top = self.quantity.whole[1]
            shown = (shown[0], top + 0.02 * (top - shown[0]))
        self.plot.set_log(x=window.log_x, y=window.log_y)
        self.plot.show_range((window.across(window.low), window.across(window.high)), shown)
        for line in seen:
            line.draw(*shown)
        self._newest = {place: self._newest_of(line) for place, line in self.lines.items()}
        self._tell()
        self.plot.renew()

    def hide_kinds(self, keys: frozenset[str]) -> None:
        """Hide these kinds of lines."""
        self.hidden = keys
        self._range = None
        for line in self.lines.values():
            line.show(line.kind.key not in keys)

    def forget_range(self) -> None:
        """Fit the upright axis afresh at the next look."""
        self._range = None

    def readings(self, step: int) -> list[LossReading]:
        """Return the value of every visible line at the recorded step nearest to ``step``."""
        found = []
        for line in self.lines.values():
            at = line.at(step)
            if at is not None and line.kind.key not in self.hidden:
                kind = line.kind.named({self._noises[line.arm]})
                found.append(LossReading(line.arm, kind, at[0], at[1], self._write(line, at[1], True)))
        return found

    def newest(self, line: LossLine) -> Recorded | None:
        """Return the newest (step, value) of a line up to the step on show: of that very step, where it is known."""
        return self._newest[line.arm, line.kind.key]

    def restyle(self, style: Style) -> None:
        """Take another theme's colours."""
        self.style_ = style
        self.plot.restyle(style)
        self.legend.restyle(style)

    def told(self) -> list[str]:
        """Return what is to be read in the legend, and whatever run has lost its numbers, a sentence each."""
        arms = []
        for row in self.legend.rows:
            values = [
                words.newest(kind.name, row.values[k] + self._counted(kind), row.old[k])
                for k, kind in enumerate(self.legend.kinds)
                if row.values[k] and kind.key not in self.hidden
            ]
            if values:
                arms.append(of_arm(row.name if len(self.legend.rows) > 1 else "", ", ".join(values)))
        lost = [text for _, text in self._lost()]
        return [*([words.summary(self.quantity.name, self._step, arms)] if arms else []), *lost]

    # --- inside ------------------------------------------------------------------------------------------------------

    @property
    def _noises(self) -> list[str]:
        """What the steps of each arm have, as ``Kind.named`` calls it."""
        assert self._frame is not None
        used = (arm.snapshot.used for arm in self._frame.arms)
        return [("masks" if u.noise_kind.on_off else "factors") if any(u.drop_probabilities) else "none" for u in used]

    def _newest_of(self, line: LossLine) -> Recorded | None:
        own = self.measuring.value(line.arm, line.kind.key) if self.measuring is not None else None
        last = line.last(self._step)
        return last if own is None or (last is not None and last[0] == self._step) else (self._step, own)

    def _over(self, kind: Kind) -> str:
        """Return what the mean of a noisy kind is over, ``""`` where each step is drawn itself."""
        lines = (line for line in self.lines.values() if line.kind.key == kind.key)
        return next((line.over for line in lines if line.over), "")

    @property
    def _maps(self) -> bool:
        assert self._frame is not None
        return bool(self._frame.snapshot.config.maps)

    def _there(self, kind: Kind) -> int:
        """Return how many examples there are of those that a kind is measured on."""
        assert self._frame is not None
        x = self._frame.data.x_test if kind.tests else self._frame.data.x
        return 0 if x is None else len(x)

    def _examples(self, kind: Kind) -> int:
        """Return on how many examples a line is measured."""
        return counted(self._there(kind), self._maps, kind.tests)

    def _counted(self, kind: Kind) -> str:
        """Return of how many examples a share is told, of a quantity that is one."""
        return f" of {count(self._examples(kind))}" if self.quantity.whole else ""

    def _write(self, line: LossLine, value: float, exact: bool) -> str:
        return self.quantity.write(value, self._examples(line.kind), exact)

    def _tell(self) -> None:
        """Put the newest values into the legend; a kind that no arm has is not named."""
        assert self._frame is not None
        arms = self._frame.arms
        noises = frozenset(self._noises)
        kinds = [
            _described(k, noises, self._there(k), self._maps, self._over(k))
            for k in self.quantity.kinds
            if self._there(k) or not k.tests or any(len(self.lines[a, k.key].steps) for a in range(len(arms)))
        ]
        rows = []
        for a, arm in enumerate(arms):
            lines = [self.lines[a, kind.key] for kind in kinds]
            newest = [self.newest(line) for line in lines]
            values = (self._write(line, at[1], False) if at else "" for line, at in zip(lines, newest, strict=True))
            old = (at[0] if at and at[0] != self._step else None for at in newest)
            rows.append(LegendRow(arm.name, a, tuple(values), tuple(old)))
        self.legend.tell(kinds, rows, self.hidden)
        histories = [known(arm.history) for arm in arms]
        # A picture of a step may be drawn later: the run's own list of marks has come further by then.
        until = max(self._frame.newest, self._step)
        seen = [(history, len(history.marks), until) for history in histories]
        if seen != self._marks_seen:
            self._marks_seen = seen
            self._marks = overlay.gathered(m for history in histories for m in list(history.marks) if m.step <= until)

    def _lost(self) -> list[tuple[int, str]]:
        """Return, for each arm that has lost its numbers, since which step, and a sentence about it."""
        found: dict[int, LossLine] = {}
        for line in self.lines.values():
            if line.lost_at is not None:
                first = found.get(line.arm)
                if first is None or first.lost_at is None or line.lost_at < first.lost_at:
                    found[line.arm] = line
        told = []
        for arm, line in sorted(found.items()):
            assert self._frame is not None and line.lost_at is not None and line.latest is not None
            who = f"{self._frame.arms[arm].name}: " if len(self._frame.arms) > 1 else ""
            how = "at" if math.isfinite(line.latest[1]) else "from"
            told.append((line.lost_at, f"{who}not a number {how} step {count(line.lost_at)}"))
        return told

    def _paint_over(self, painter: QPainter) -> None:
        assert self._frame is not None
        sight = overlay.Sight(self.plot, self._window)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = [line for line in self.lines.values() if line.kind.key not in self.hidden]
        overlay.paint_thinned(painter, sight, self.lines.values())
        taken = overlay.paint_marks(painter, sight, self._marks, not self.quantity.brief)
        overlay.paint_losses(painter, sight, self._lost())
        if self._frame.past:
            overlay.paint_future(painter, sight, self._step)
        noisy = next((kind for kind in self.legend.kinds if kind.mean and kind.key not in self.hidden), None)
        if noisy is not None:  # after what makes the steps to come faint: words are to be read
            cursor = sight.across(self._step) if self._frame.past else None
            overlay.paint_band(painter, sight, noisy.mean, taken, shown, cursor)
        for place, line in self.lines.items():
            at = self._newest[place]
            if at and line.kind.key not in self.hidden and not line.kind.faint:
                if not self._frame.past:
                    overlay.paint_end(painter, sight, line, *at)
                overlay.paint_dot(painter, sight, line, *at)
        if self.span is not None:
            overlay.paint_span(painter, sight, self.span)
        if self.message:
            overlay.paint_message(painter, sight, self.message)
        if self.reading_at is not None:
            self._paint_reading(painter, sight, self.reading_at)

    def _paint_reading(self, painter: QPainter, sight: overlay.Sight, step: int) -> None:
        x = sight.across(step)
        if x is None:
            return
        overlay.paint_upright(painter, sight, x, QPen(QColor(self.style_.dim), 1))
        found = self.readings(step)
        for reading in found:
            line = self.lines[reading.arm, reading.kind.key]
            overlay.paint_dot(painter, sight, line, reading.step, reading.value)
        if self.panel and found:
            paint_readout(painter, sight.area, x, step, found, self.style_, self.corner)


@cache
def _described(kind: Kind, noises: frozenset[str], examples: int, maps: bool, mean: str) -> Kind:
    """Return a kind as it is measured: its noise, on how many examples, and over what its mean is."""
    return kind.named(noises).of(examples, maps).over(mean)


def known(history: History) -> History:
    """Return all that is known of a run, where a history is only its part up to a step."""
    return history.known or history
