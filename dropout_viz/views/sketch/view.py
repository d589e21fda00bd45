"""The post's drawing as a toy: bend the curve, drop balls, see where they end."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dropout_viz.analysis.sketch import SketchBalls, SketchCurve
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted
from dropout_viz.draw.wheel import Slider
from dropout_viz.draw.whole_box import WholeBox
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.sketch.picture import ShownSketch, SketchPicture
from dropout_viz.words import many

_FRAME = 16  # milliseconds
_REACH = 12.0  # pixels within which the mouse takes hold of a point
_MOST = 500
_KEY_LIFT = 0.03  # of the curve's height, that a key moves a point


class SketchChart(Painted):
    """The curve and the balls. It runs while it can be seen and anything moves."""

    OPAQUE = True

    def __init__(self, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.style_ = style
        self.curve, self.balls = SketchCurve(), SketchBalls(100, 0)
        self.noise = 0.3
        self.fine, self.paused = False, False
        self.grip: int | None = None
        self._held = self._inside = False
        self._zone: int | None = None
        self._picture = SketchPicture()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_FRAME)
        self._timer.timeout.connect(self.tick)
        self.setMouseTracking(True)

    @property
    def rolling(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    @property
    def title(self) -> str:
        """What there is to see, in a few words."""
        balls = len(self.balls.x)
        said = many(balls, "ball")
        if not self.balls.at_rest(self.noise):
            return f"{said}, rolling"
        return f"{said}, {many(self.balls.places, 'place')}"

    def go(self) -> None:
        """Run if there is anything to see and to move."""
        self._run()
        self.update()

    def _run(self) -> None:
        seen = self.isVisible() and not self.visibleRegion().isEmpty() and not self.window().isMinimized()
        wanted = seen and not self.paused and not self.fine and not self.balls.at_rest(self.noise)
        if wanted and not self._timer.isActive():
            self._timer.start()
        elif not wanted:
            self._timer.stop()

    def tick(self) -> None:
        """Go on by one frame."""
        self.balls.advance(self.curve, self.noise)
        self.go()

    def bend(self, curve: SketchCurve) -> None:
        """Take another curve; balls at rest roll again."""
        self.curve = curve
        self.balls.stir()
        self.go()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.go()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def told(self) -> list[str]:
        """Return what is to be seen, in sentences; ``View.told``."""
        zones = self.curve.zones
        counts = ", ".join(str(n) for n in self.balls.counts(zones))
        said = [self.title, f"In the {many(len(zones), 'zone')} of the curve from left to right: {counts}"]
        if self.grip is not None:
            x, height = self.curve.points[self.grip]
            said.append(f"Point {self.grip + 1} of {len(self.curve.points)}: {x:.2f} across, {height:.2f} high")
        return said

    # Keys and the mouse

    def hold(self, by: int) -> None:
        """Hold the point before or after the one that is held."""
        n = len(self.curve.points)
        self.grip = ((-1 if by > 0 else n) if self.grip is None else self.grip) + by
        self.grip %= n
        self._inside = True
        self.update()

    def lift(self, by: int) -> None:
        """Move the point that is held down (+1) or up (-1)."""
        if self.grip is not None:
            x, height = self.curve.points[self.grip]
            self.bend(self.curve.moved(self.grip, x, height - by * _KEY_LIFT))

    def shown(self) -> ShownSketch:
        """Return all that the picture depends on."""
        return ShownSketch(
            width=self.width(),
            height=self.height(),
            curve=self.curve,
            balls=self.balls,
            title=self.title,
            grip=self.grip,
            grips=self._inside and not self.fine,
            zone=self._zone,
            style=self.style_,
            fine=self.fine,
        )

    def at(self, point: int) -> QPointF:
        """Return where a control point is, in pixels."""
        x, height = self.curve.points[point]
        shown = self.shown()
        return QPointF(shown.x(x), shown.y(height))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._find(event.position())
        self._held = self.grip is not None and event.button() == Qt.MouseButton.LeftButton
        if not self._held:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held and self.grip is not None:
            self.bend(self.curve.moved(self.grip, *self.shown().place(event.position())))
        else:
            self._find(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False
        self._find(event.position())
        super().mouseReleaseEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._inside, self.grip, self._zone = False, None, None
        self.update()
        super().leaveEvent(event)

    def _find(self, at: QPointF) -> None:
        """Note what is under the mouse: a control point, a zone."""
        away = [(at - self.at(k)).manhattanLength() for k in range(len(self.curve.points))]
        nearest = min(range(len(away)), key=away.__getitem__)
        self._inside = True
        self.grip = nearest if away[nearest] <= _REACH else None
        shown = self.shown()
        inside = shown.area.contains(at)
        self._zone = self.curve.zones.zone_of(shown.place(at)[0]) if inside else None
        self.setCursor(Qt.CursorShape.ArrowCursor if self.grip is None else Qt.CursorShape.SizeAllCursor)
        self.update()

    def draw(self, p: QPainter) -> None:
        self._run()  # it may have been behind another tab
        self._picture.paint(p, self.shown())


class View(BaseView):
    """The chart and its controls. It needs no run.

    Attributes:
        chart: the curve and the balls. number, noise, again, pause, straight: the controls.
    """

    SIZE, LEAST = (460, 360), (220, 160)
    MAPS = True  # whatever the network: it shows none

    def __init__(self, selection: Selection, style: look.Style, parent: QWidget | None = None) -> None:
        super().__init__(selection, style, parent)
        selection.changed.disconnect(self.refresh)  # nothing here depends on them
        selection.hovered.disconnect(self.update)
        self._seed = 0
        self.chart = SketchChart(style, self)
        self.number, self.noise = WholeBox(1, _MOST, "Number of balls"), Slider(Qt.Orientation.Horizontal)
        self.again, self.pause, self.straight = QPushButton("Drop again"), QPushButton("Pause"), QPushButton("Reset")
        self.number.setValue(len(self.chart.balls.x))
        self.number.valueChanged.connect(self._drop)
        self.noise.setRange(0, 100)
        self.noise.setValue(round(100 * self.chart.noise))
        self.noise.setAccessibleName("Noise")
        self.noise.setToolTip("How strongly the balls are shaken at first; it dies away")
        self.noise.valueChanged.connect(self._shake)
        self.again.setToolTip("Drop the balls from other places")
        self.again.clicked.connect(self.drop_again)
        self.pause.setCheckable(True)
        self.pause.toggled.connect(self._pause)
        self.straight.setToolTip("Give the curve the drawing's shape again")
        self.straight.clicked.connect(self._reset)
        self._controls = self._make_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.chart, 1)
        column.addWidget(self._controls)

    def stops(self) -> list[QWidget]:
        return [self, self.number, self.noise, self.straight, self.pause, self.again]

    def _make_controls(self) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(look.MARGIN, 0, look.MARGIN, look.GAP)
        row.setSpacing(look.GAP)
        for text, control in (("balls", self.number), ("noise", self.noise)):
            label = QLabel(text)
            label.setProperty("tone", "small")
            row.addWidget(label)
            row.addWidget(control)
        self.noise.setMinimumWidth(40)
        self.noise.setMaximumWidth(140)
        row.addStretch(1)
        for button in (self.straight, self.pause, self.again):
            button.setFont(look.font(look.SMALL))
            row.addWidget(button)
        return made

    def told(self) -> list[str]:
        return self.chart.told()

    def walk(self, by: int) -> bool:
        self.chart.hold(by)
        return True

    def walk_second(self, by: int) -> bool:
        self.chart.lift(by)
        return self.chart.grip is not None

    def show_frame(self, frame: Frame) -> None:
        """Keep the frame; nothing is drawn of it."""
        self.frame_ = frame

    @property
    def shown_step(self) -> int | None:
        return None

    def restyle(self, style: look.Style) -> None:
        self.style_ = self.chart.style_ = style
        self.chart.update()

    def choices(self) -> dict[str, Any]:
        balls = self.chart.balls
        return {
            "balls": self.number.value(),
            "seed": self._seed,
            "noise": self.chart.noise,
            "points": [list(point) for point in self.chart.curve.points],
            "from": balls.starts.tolist(),
            "at": balls.x.tolist(),
            "frame": balls.frame,
            "moving": min(balls.moving, 1e9),
        }

    def take_choices(self, choices: Choices) -> None:
        self._seed = choices.whole("seed", most=1 << 31)
        self.chart.noise = choices.number("noise", self.chart.noise, 0, 1)
        if curve := SketchCurve.through(choices.table("points", 2)):
            self.chart.curve = curve
        for control, value in (
            (self.number, choices.whole("balls", 100, 1, _MOST)),
            (self.noise, round(100 * self.chart.noise)),
        ):
            with QSignalBlocker(control):
                control.setValue(value)
        self.chart.balls = SketchBalls(self.number.value(), self._seed)
        places = (choices.numbers("from", self.number.value()), choices.numbers("at", self.number.value()))
        self.chart.balls.put(*places, choices.whole("frame"), choices.number("moving", 1.0, 0))
        self.chart.go()

    def prepare_export(self) -> None:
        """Draw with true pens, the balls at rest, and no controls."""
        super().prepare_export()
        self.chart.fine = True
        self._controls.hide()
        self.chart.balls.settle(self.chart.curve, self.chart.noise)

    def drop_again(self) -> None:
        """Drop the balls from other places."""
        self._seed += 1
        self._drop()

    def _drop(self) -> None:
        self.chart.balls = SketchBalls(self.number.value(), self._seed)
        self.pause.setChecked(False)
        self.chart.go()

    def _shake(self, value: int) -> None:
        self.chart.noise = value / 100
        self._drop()

    def _pause(self, on: bool) -> None:
        self.chart.paused = on
        self.pause.setText("Go on" if on else "Pause")
        self.chart.go()

    def _reset(self) -> None:
        self.chart.bend(SketchCurve())
