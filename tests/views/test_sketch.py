"""The sketch, played with: drag the curve, drop balls, pause; it runs only while it is seen and something moves."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.sketch import SketchBalls, SketchCurve
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import Shot
from dropout_viz.draw import style as look
from dropout_viz.views.base import Selection
from dropout_viz.views.sketch import picture as sketch_picture
from dropout_viz.views.sketch import view as sketch
from tests.views.hands import picture, placed, point
from tests.views.landscape_cases import frame_of


def shown(qtbot: QtBot, size: tuple[int, int] = (460, 360)) -> sketch.View:
    view = placed(qtbot, sketch.View(Selection(), look.style("dark")), size)
    view.show()
    return view


def at_rest(qtbot: QtBot, view: sketch.View) -> None:
    """Go on to the end at once: seconds of rolling would be seconds of waiting."""
    while view.chart.rolling:
        view.chart.tick()


def test_it_rolls_by_itself_and_stops_at_rest(qtbot: QtBot) -> None:
    view = shown(qtbot)
    assert view.chart.rolling and view.chart.title == "100 balls, rolling"
    before = view.chart.balls.frame
    qtbot.waitUntil(lambda: view.chart.balls.frame > before)
    at_rest(qtbot, view)
    assert view.chart.title == "100 balls, 5 places" and not view.chart.rolling
    still = picture(view)
    assert picture(view) == still


def test_it_does_not_run_unseen(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.hide()
    assert not view.chart.rolling
    view.show()
    assert view.chart.rolling
    view.close()
    assert not view.chart.rolling


def test_dragging_a_point_bends_the_curve_and_the_balls_roll_again(qtbot: QtBot) -> None:
    view = shown(qtbot)
    at_rest(qtbot, view)
    chart = view.chart
    start = chart.at(9).toPoint()  # the bottom of the last valley
    up = QPoint(start.x(), chart.at(8).toPoint().y() - 60)
    qtbot.mouseMove(chart, start)
    qtbot.mousePress(chart, Qt.MouseButton.LeftButton, pos=start)
    assert chart.grip == 9 and chart.shown().grips
    qtbot.mouseMove(chart, up)
    qtbot.waitUntil(lambda: chart.curve.points[9][1] == 1.0)  # as high as it goes
    assert chart.rolling
    qtbot.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=up)
    at_rest(qtbot, view)
    assert chart.title == f"100 balls, {chart.balls.places} places" != "100 balls, 5 places"
    bent = chart.curve
    qtbot.mouseMove(chart, start + QPoint(0, -40))  # let go: moving the mouse bends nothing
    assert chart.curve is bent
    qtbot.mouseClick(view.straight, Qt.MouseButton.LeftButton)
    assert chart.curve.points == SketchCurve().points
    view.close()


def test_the_controls(qtbot: QtBot) -> None:
    view = shown(qtbot)
    chart = view.chart
    starts = chart.balls.starts.tolist()
    qtbot.mouseClick(view.again, Qt.MouseButton.LeftButton)
    assert chart.balls.starts.tolist() != starts and chart.balls.frame == 0
    view.number.selectAll()
    qtbot.keyClicks(view.number, "7")
    qtbot.keyClick(view.number, Qt.Key.Key_Return)
    assert len(chart.balls.x) == 7 and chart.title == "7 balls, rolling"
    qtbot.mouseClick(view.pause, Qt.MouseButton.LeftButton)
    assert not chart.rolling and view.pause.text() == "Go on"
    qtbot.mouseClick(view.pause, Qt.MouseButton.LeftButton)
    assert chart.rolling
    view.noise.setFocus()
    qtbot.keyClick(view.noise, Qt.Key.Key_Home)
    assert chart.noise == 0 and chart.balls.frame == 0
    qtbot.keyClick(view.noise, Qt.Key.Key_End)
    assert chart.noise == 1
    view.number.setValue(1)
    at_rest(qtbot, view)
    assert chart.title == "1 ball, 1 place"
    view.close()


def test_the_mouse_names_a_zone(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = sketch_picture.draw_text

    def listen(p: object, x: float, y: float, text: str, *more: object, **named: object) -> float:
        said.append(text)
        return real(p, x, y, text, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(sketch_picture, "draw_text", listen)
    view = shown(qtbot, (900, 500))
    at_rest(qtbot, view)
    shape = view.chart.shown()
    point(view.chart, QPointF(shape.x(0.95), shape.area.bottom() - 4))
    picture(view.chart)
    counts = view.chart.balls.counts(view.chart.curve.zones)
    assert any(t.startswith("zone 5 of 5: 11 % of the width") and t.endswith(f"{counts[4]} here now") for t in said)
    assert {str(n) for n in counts} <= set(said)
    view.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_picture_is_the_same_every_time(qtbot: QtBot, theme: str) -> None:
    frame, made = frame_of(), []
    for _ in range(2):
        with FigureCanvas(Shot("sketch", (420, 300), 2, theme), frame) as canvas:
            made.append(canvas.image())
    assert made[0] == made[1] and made[0].width() == 840


def test_a_picture_of_the_one_on_the_screen(qtbot: QtBot) -> None:
    live = shown(qtbot)
    live.chart.bend(live.chart.curve.moved(9, 0.944, 0.8))
    live.number.setValue(30)
    still = sketch.View(Selection(), look.style("dark"))
    qtbot.addWidget(still)
    still.prepare_export()
    still.like(live)
    assert still.chart.curve.points == live.chart.curve.points and len(still.chart.balls.x) == 30
    still.show()
    assert not still.chart.rolling
    live.close()


@pytest.mark.parametrize("number", [2, 24, 100])
def test_every_ball_at_rest_is_seen(qtbot: QtBot, number: int) -> None:
    view = shown(qtbot)
    view.number.setValue(number)
    at_rest(qtbot, view)
    seen = view.chart.shown()
    zones = SketchBalls.zone_of(seen.curve.zones, seen.balls.x)
    x, y = sketch_picture.heaped(seen, zones)
    apart = np.hypot(x[:, None] - x, y[:, None] - y)[np.triu_indices(number, 1)]
    assert apart.min() > 1.6 * seen.radius  # of each more than half is free
    for place, height, zone in zip(x, y, zones, strict=True):
        basin = seen.curve.zones.basins[zone]
        assert seen.x(basin.left) <= place <= seen.x(basin.right) and seen.area.top() < height < seen.area.bottom()
