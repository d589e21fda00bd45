"""The curves of a run: its loss as the optimiser sees it and as it really is, and its accuracy."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.draw.numbers import count
from dropout_viz.draw.ranges import Range, whole_run
from dropout_viz.draw.style import SMALL, Style
from dropout_viz.draw.text import text_font
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choice import Switch
from dropout_viz.views.choices import Choices
from dropout_viz.views.loss.chart import LossChart
from dropout_viz.views.loss.fit import FitLine
from dropout_viz.views.loss.kinds import ACCURACY, LOSS
from dropout_viz.views.loss.measuring import Measuring
from dropout_viz.views.loss.readout import LossReading

_BEYOND = 1.3  # times the step that is looked back at, to which the axis goes at least
_KEY_TURN = 1.6  # times the steps in sight that a key adds
_CLOSEST = 4.0  # the fewest steps that the wheel can bring into sight


# Units below the legends: what the curves of both need, which would be lines at 0 in less; and with the name as well.
_BOTH, _NAMED = 90, 135
_STRIP, _LOW = 96, 50  # units of the accuracy's plot with its axis, where there is room, and at least
_LOSS = 66  # units that the plot of the loss has before that, at a zoom


class View(BaseView):
    """The loss view: the chart of the loss, and below it the chart of the accuracy where there are classes."""

    MAPS = True

    def __init__(self, selection: Selection, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        # What is chosen or pointed at elsewhere changes nothing here, and repainting is not free.
        selection.changed.disconnect(self.refresh)
        selection.hovered.disconnect(self.update)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.loss, self.accuracy = LossChart(LOSS, style, self), LossChart(ACCURACY, style, self)
        self.charts = (self.loss, self.accuracy)
        self.fit = FitLine(style, self)
        self.fit.clicked.connect(lambda key: self._toggle_kind(self.loss, key))
        self.measuring = Measuring(self)
        self.measuring.done.connect(self._look)
        for chart in self.charts:
            chart.measuring = self.measuring
        self._zoom: Range | None = None  # first and last step in sight, or None to follow the run
        self.log_y = self.declare(Switch(self, "log_y", "log", "Logarithmic loss axis", False, "L"), self._look)
        self.log_x = self.declare(
            Switch(self, "log_x", "log steps", "Logarithmic step axis, from step 1", False, "X", in_header=False),
            self._look,
        )
        self.with_accuracy = self.declare(
            Switch(self, "accuracy", "accuracy", "Show the accuracy below the loss", True, "A"), self._arrange
        )
        self.with_accuracy.possible = False
        self._run: int | None = None
        self._classes = False

        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.loss, 3)
        column.addWidget(self.fit)
        column.addWidget(self.accuracy, 2)
        for chart in self.charts:
            chart.pointed.connect(lambda across, chart=chart: self._point(chart, across))
            chart.kind_clicked.connect(lambda key, chart=chart: self._toggle_kind(chart, key))
            chart.resized.connect(self._fit_in)
            chart.resized.connect(self._look)
            chart.plot.box.zoomed.connect(self._turn)
            chart.plot.box.panned.connect(lambda dx, _dy: self._pull(dx))
            chart.plot.box.spanned.connect(self._span)
            chart.plot.double_clicked.connect(self.show_whole_run)

        self.back = QToolButton(self.loss)
        self.back.setFont(text_font(SMALL))
        self.back.setToolTip("What a double click on the curves does as well")
        self.back.setCursor(Qt.CursorShape.PointingHandCursor)
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.back.clicked.connect(self.show_whole_run)
        self.back.hide()
        self.restyle(style)
        self._arrange()

    # --- frames ------------------------------------------------------------------------------------------------------

    def show_frame(self, frame: Frame) -> None:
        """Show a frame: new steps extend the curves; a new run starts with the whole run in sight."""
        self.frame_ = frame
        if frame.snapshot.run != self._run:
            self._run = frame.snapshot.run
            self._zoom = None
            for chart in self.charts:
                chart.reading_at = None
                chart.forget_range()
        for chart in self.charts:
            chart.take(frame)
        self.measuring.look(frame, picture=self.fine)
        classes = bool(frame.data.classes) or any(len(line.steps) for line in self.accuracy.lines.values())
        if classes != self._classes:
            self._classes = classes
            self._arrange()
        else:
            self._look()

    def restyle(self, style: Style) -> None:
        self.style_ = style
        for chart in self.charts:
            chart.restyle(style)
        self.fit.restyle(style)
        self.back.setStyleSheet(
            f"QToolButton {{ background: {style.raised}; color: {style.text}; border: 1px solid {style.line};"
            f" border-radius: 4px; padding: 2px 7px; }}"
            f"QToolButton:hover {{ border-color: {style.dim}; }}"
        )
        self.refresh()

    def choices(self) -> dict[str, Any]:
        hidden = [sorted(chart.hidden) for chart in self.charts]
        return {**super().choices(), "zoom": self._zoom, "hidden": hidden}

    def take_choices(self, choices: Choices) -> None:
        self._zoom = choices.span("zoom")
        for chart, keys in zip(self.charts, choices.rows("hidden"), strict=False):
            chart.hide_kinds(frozenset(Choices({"keys": keys}).words("keys")))
        super().take_choices(choices)
        self._arrange()

    def prepare_export(self) -> None:
        super().prepare_export()
        for chart in self.charts:
            chart.plot.fine()
            chart.reading_at = None
        self.back.hide()
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.measuring.stop()
        super().closeEvent(event)

    # --- what is in sight --------------------------------------------------------------------------------------------

    @property
    def window_(self) -> Range:
        """The first and the last step in sight."""
        return self._zoom or self._whole()

    def show_whole_run(self) -> None:
        """Follow the run again. While it is looked back at: show all that is known of it, and the next time follow the
        step on show again."""
        everything = self._known()
        self._show_steps(everything if self._past and self._zoom != everything else None)

    def show_steps(self, first: float, last: float) -> None:
        """Show these steps until told otherwise, at least five of them, none outside the run."""
        least, most = self._known()
        size = min(max(last - first, _CLOSEST), most - least)
        first = min(max(first, least), most - size)
        if size >= 0.999 * (most - least):
            self._show_steps((least, most) if self._past else None)
        else:
            self._show_steps((first, first + size))

    @property
    def _past(self) -> bool:
        """Whether the run is looked back at."""
        return self.frame_ is not None and self.frame_.past

    def _known(self) -> Range:
        """Return the steps of all that is known of the run."""
        last = max((line.latest[0] for c in self.charts for line in c.lines.values() if line.latest), default=0)
        return (1.0 if self.log_x.value else 0.0, whole_run(last))

    def _whole(self) -> Range:
        """Return the steps in sight unless somebody comes closer: what is known, up to a little beyond the step on show
        where that is looked back at."""
        low, high = self._known()
        if self.frame_ is None or not self._past:
            return low, high
        return low, min(high, whole_run(round(_BEYOND * self.frame_.snapshot.step)))

    def _show_steps(self, steps: Range | None) -> None:
        self._zoom = steps
        for chart in self.charts:
            chart.forget_range()
        self._look()

    def _look(self) -> None:
        """Draw what is in sight."""
        if self.frame_ is None:
            return
        low, high = self.window_
        low = max(low, 1.0) if self.log_x.value else low
        for chart in self.charts:
            if not chart.isHidden():
                log_y = chart is self.loss and self.log_y.value
                close_up = self._zoom is not None
                chart.show_window(
                    StepWindow(low, high, chart.pixels, self.log_x.value, log_y, close_up, chart.plot.grain)
                )
        self.fit.take(self.frame_, self.loss)
        started = any(line.latest and line.latest[0] > 0 for line in self.loss.lines.values())
        self.loss.message = "" if started else "No step has been made yet.\nThe curves begin with the first."
        self.back.setVisible(self._zoom is not None and not self.loss.plot.is_fine)
        everything = self._past and self._zoom == self._known()
        self.back.setText("up to this step (double-click)" if everything else "whole run (double-click)")
        if self._zoom is not None:
            self.back.adjustSize()
            area = self.loss.plot.area()
            corner = self.loss.plot.pos() + (area.topRight() * self.zoom).toPoint()
            edge = round(6 * self.zoom)
            self.back.move(corner.x() - self.back.width() - edge, corner.y() + edge)
        self.loss.corner = self.back.width() / self.zoom + 12.0 if self._zoom is not None else -8.0

    def _arrange(self) -> None:
        """Show the accuracy where there is one and it is wanted; the lower chart names the steps for both."""
        self.with_accuracy.possible = self._classes
        both = self._classes and self.with_accuracy.value
        self.accuracy.setVisible(both)
        self._fit_in()
        self._look()

    def _fit_in(self) -> None:
        """Draw the accuracy's curves, and name the steps, where that leaves all curves room: the numbers stand there
        anyway."""
        both = self._classes and self.with_accuracy.value
        room = self.height() - sum(chart.legend.height() for chart in self.charts)  # units
        large = self.zoom > 1
        drawn = both and room >= (_LOSS + _LOW if large else _BOTH)
        self.accuracy.plot.setVisible(drawn)
        # at a zoom the loss, which is read from afar, has its room first
        high = min(room - _LOSS, _STRIP) if large else _STRIP
        strip = self.accuracy.legend.sizeHint().height() + (round(high * self.zoom) if drawn else 0)
        self.accuracy.setMaximumHeight(strip)
        self.loss.plot.x_axis.show_values(not drawn)
        self.loss.plot.label(x="step" if not both else "")
        self.accuracy.plot.label(x="step" if room >= _NAMED else "")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_in()

    def stops(self) -> list[QWidget]:
        return [self, self.back]

    def told(self) -> list[str]:
        if self.frame_ is None:
            return []
        said = [line for chart in self.charts if not chart.isHidden() for line in chart.told()]
        said += self.fit.told()
        said += self.loss.message.splitlines()
        if self._zoom is not None:
            low, high = self.window_
            said.append(f"In sight are steps {count(math.ceil(low))} to {count(math.floor(high))}")
        return said

    # --- the mouse and the keys --------------------------------------------------------------------------------------

    def walk(self, by: int) -> bool:
        """Come closer to the step on show, or go away from it."""
        window, step = self._window_of(self.loss), 0 if self.frame_ is None else self.frame_.snapshot.step
        low, high = self.window_
        self._turn(_KEY_TURN**by, window.across(min(max(step, low), high)), 0.0)
        return True

    def walk_second(self, by: int) -> bool:
        """Move along the steps, towards earlier or later ones."""
        window = self._window_of(self.loss)
        self._pull(-by * (window.across(window.high) - window.across(window.low)) / 4)
        return self._zoom is not None

    def _window_of(self, chart: LossChart) -> StepWindow:
        low, high = self.window_
        return StepWindow(low, high, chart.pixels, self.log_x.value)

    def _turn(self, factor: float, across: float, _up: float) -> None:
        """Come closer to a place of the step axis, or go away from it."""
        window = self._window_of(self.loss)
        low, high = window.across(window.low), window.across(window.high)
        first, last = across - (across - low) * factor, across + (high - across) * factor
        if factor < 1 and window.step(last) - window.step(first) < _CLOSEST:
            return
        self.show_steps(window.step(first), window.step(last))

    def _pull(self, across: float) -> None:
        """Move along the steps."""
        if self._zoom is not None:
            window = self._window_of(self.loss)
            low, high = window.across(window.low) - across, window.across(window.high) - across
            self.show_steps(window.step(low), window.step(high))

    def _span(self, start: QPointF, end: QPointF, done: bool) -> None:
        """Mark a stretch while the mouse drags, and show it when the button is let go."""
        span = (min(start.x(), end.x()), max(start.x(), end.x()))
        for chart in self.charts:
            chart.span = None if done else span
            chart.plot.renew()
        if done:
            window = self._window_of(self.loss)
            self.show_steps(window.step(span[0]), window.step(span[1]))

    def _point(self, chart: LossChart, across: float | None) -> None:
        step = None if across is None else self._recorded(self._window_of(chart).step(across))
        for other in self.charts:
            if (other.reading_at, other.panel) != (step, other is chart):
                other.reading_at, other.panel = step, other is chart
                other.plot.renew()

    def _recorded(self, step: float) -> int | None:
        """Return the step nearest to a place of the axis at which anything was recorded."""
        near = [at for c in self.charts for line in c.lines.values() if (at := line.at(round(step)))]
        return min((at[0] for at in near), key=lambda s: abs(s - step), default=None)

    def readings(self, step: int) -> list[LossReading]:
        """Return what every visible line recorded at ``step``, or nearest to it."""
        return [reading for chart in self.charts if not chart.isHidden() for reading in chart.readings(step)]

    def _toggle_kind(self, chart: LossChart, key: str) -> None:
        chart.hide_kinds(chart.hidden ^ {key})
        self._look()

    def menu(self) -> QMenu:
        menu = super().menu()
        menu.addSeparator()
        for chart in self.charts:
            for kind in () if chart.isHidden() else chart.legend.kinds:
                line = menu.addAction(f"{chart.quantity.name}, {kind.name}")
                line.setCheckable(True)
                line.setChecked(kind.key not in chart.hidden)
                line.triggered.connect(lambda _on, chart=chart, key=kind.key: self._toggle_kind(chart, key))
        menu.addSeparator()
        whole = menu.addAction("Whole run\tdouble click")
        whole.setEnabled(self._zoom is not None)
        whole.triggered.connect(self.show_whole_run)
        return menu
