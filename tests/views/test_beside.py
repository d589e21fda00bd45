"""Arms side by side: one question, how much room each needs, decides which arms a view shows, in window and picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.analysis.balls import choose
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import Shot
from dropout_viz.app.look.scaling import rescale
from dropout_viz.app.look.theme import sheet
from dropout_viz.app.panels.arm_box import BESIDE, ArmBox
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.landscape.balls import ShownBalls
from tests.views.frames import frame_of
from tests.views.hands import picture, placed, point

STEP = 300


def both() -> Frame:
    return frame_of("three-lines", STEP, compare=True)


def shown(qtbot: QtBot, key: str, frame: Frame, width: int) -> Any:
    kind = registry.entries("views")[key].load().View
    view = placed(qtbot, kind(Selection(), look.style("dark")), (width, 400))
    view.present(frame)
    picture(view)
    return view


@pytest.mark.parametrize("key", ["network", "landscape", "map"])
def test_all_arms_are_shown_where_each_has_room_else_the_chosen_one(qtbot: QtBot, key: str) -> None:
    frame = frame_of("moons", 20, compare=True) if key == "map" else both()
    least = round(2 * registry.entries("views")[key].load().View.BESIDE)
    view = shown(qtbot, key, frame, max(least, 200))
    assert view.frame_.arms == frame.arms and view.whose == ""
    view.selection.choose_arm(1)
    assert len(view.frame_.arms) == 2  # there is room for both: the choice is not asked
    view.selection.choose_arm(1, alone=True)
    assert [arm.name for arm in view.frame_.arms] == [view.whose] == ["without dropout"]
    assert view.summary().startswith("without dropout: ")  # before the next picture, too
    view.selection.choose_arm(1)
    assert len(view.frame_.arms) == 2
    view.setMinimumWidth(1)
    view.resize(least - 1, 400)
    picture(view)
    assert [arm.name for arm in view.frame_.arms] == ["without dropout"]
    assert view.summary().startswith("without dropout: ")
    view.selection.choose_arm(0)
    assert [arm.name for arm in view.frame_.arms] == ["with dropout"]
    view.resize(max(least, 200), 400)
    picture(view)
    assert view.frame_.arms == frame.arms


def test_what_shows_one_network_asks_for_the_arm(qtbot: QtBot) -> None:
    """One weight large, and small maps, are of one arm in any width."""
    landscape, plane = shown(qtbot, "landscape", both(), 900), shown(qtbot, "map", both_moons(), 900)
    for view, choice, one in ((landscape, landscape.which, "one"), (plane, plane.mode, "units")):
        before = choice.value
        choice.value = one
        assert view.whose == "with dropout" and len(view.frame_.arms) == 1
        view.selection.choose_arm(1)
        assert view.whose == "without dropout"
        choice.value = before
        assert len(view.frame_.arms) == 2 and view.whose == ""
    assert not landscape.one.frame_


def both_moons() -> Frame:
    return frame_of("moons", 20, compare=True)


def test_both_balls_lie_on_one_axis_of_weights_and_one_of_losses(qtbot: QtBot) -> None:
    frame = both()
    view = shown(qtbot, "landscape", frame, 900)
    one, other = view.all.all_shown()
    for arm, of in zip(frame.arms, (one, other), strict=True):
        alone = shown(qtbot, "landscape", Frame((replace(arm, name=""),), frame.data), 900).all.scene
        balls = of.balls
        assert of.arm.name == arm.name and balls.loss == alone.loss and np.array_equal(balls.values, alone.values)
        assert balls.half >= alone.half and balls.top >= alone.top and balls.places == alone.places
        place = balls.places[balls.chosen]
        curve, twin = balls.curves[balls.chosen], alone.curves[alone.chosen]
        inside = np.abs(curve.t) <= alone.half
        assert curve.place == place
        assert curve.losses[inside] == pytest.approx(np.interp(curve.t[inside], twin.t, twin.losses), abs=2e-5)
    assert (one.balls.half, one.balls.top) == (other.balls.half, other.balls.top)
    assert one.balls.half == max(shown(qtbot, "landscape", frame.alone(k), 900).all.scene.half for k in (0, 1))
    for loss in (0.0, 0.05, one.balls.loss):
        assert one.chart.y(loss) == other.chart.y(loss)
    assert one.chart.area.width() == pytest.approx(other.chart.area.width())
    assert one.chart.area.right() < other.left + other.chart.area.left()


def test_the_height_of_the_other_arm_is_drawn_in_its_hue(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", both(), 900)
    one, other = view.all.all_shown()
    image, area = picture(view), one.chart.area
    hue, y = QColor(look.style("dark").arms[1]), round(one.chart.y(other.balls.loss))
    assert abs(one.chart.y(other.balls.loss) - one.chart.y(one.balls.loss)) > 5
    rows = [[image.pixelColor(x, row) for x in range(round(area.left()), round(area.right()))] for row in (y - 1, y)]
    near = max(sum(abs(c.red() - hue.red()) + abs(c.blue() - hue.blue()) < 60 for c in row) for row in rows)
    assert near > area.width() / 4


def at(shown: ShownBalls, ball: int) -> QPoint:
    x, y = shown.middles[ball]
    return QPoint(round(x + shown.left), round(y))


def test_the_mouse_links_both_arms(qtbot: QtBot) -> None:
    frame = both()
    view = shown(qtbot, "landscape", frame, 900)
    for arm in (1, 0):
        of = view.all.all_shown()[arm]
        ball = int(of.middles[:, 0].argmax())
        calm = picture(view)
        point(view.all, at(of, ball))
        assert view.selection.hover == of.balls.places[ball]
        there = view.all.all_shown()
        assert [one.mouse is not None for one in there] == [k == arm for k in (0, 1)]
        lit = picture(view)
        elsewhere = view.all.all_shown()[1 - arm]
        ring = at(elsewhere, ball) + QPoint(0, round(elsewhere.radius + 2.5))
        assert calm.pixelColor(ring) != lit.pixelColor(ring)  # the same weight is marked in the other arm
        qtbot.mouseClick(view.all, Qt.MouseButton.LeftButton, pos=at(of, ball))
        assert view.selection.weight == of.balls.places[ball] and view.selection.arm == arm
    view.selection.point_at(Unit(1, 0))
    assert picture(view) != lit


def test_the_same_weights_are_shown_of_all_arms(qtbot: QtBot) -> None:
    """The strongest of a large network are those that are strong in any of them."""
    frame = frame_of("digits", 2, compare=True)
    other = frame.arms[1].snapshot
    weights = [w.copy() for w in other.weights]
    weights[0][5, 7] = 99.0
    frame = replace(
        frame, arms=(frame.arms[0], replace(frame.arms[1], snapshot=replace(other, weights=tuple(weights))))
    )
    view = shown(qtbot, "landscape", frame, 900)
    view.take_choices(Choices({"weights": "strongest"}))
    one, two = view.all.scenes
    assert one.places == two.places and Weight(0, 5, 7) in one.places and set(one.curves) == set(two.curves)
    assert one.places != choose(frame.snapshot.weights, "strongest", one.places[one.chosen])


def test_an_arm_that_diverged_leaves_the_other_as_it_is(qtbot: QtBot) -> None:
    frame = both()
    lost = tuple(np.full_like(w, np.nan) for w in frame.arms[1].snapshot.weights)
    other = replace(frame.arms[1], snapshot=replace(frame.arms[1].snapshot, weights=lost))
    view = shown(qtbot, "landscape", replace(frame, arms=(frame.arms[0], other)), 900)
    one, two = view.all.scenes
    alone = shown(qtbot, "landscape", frame.alone(0), 900).all.scene
    assert (one.loss, one.half, one.top) == (alone.loss, alone.half, alone.top) and not np.isfinite(two.loss)
    assert "without dropout: " in view.summary() and not view.all.undrawn


@pytest.mark.thinned(2)
@pytest.mark.parametrize("key", ["network", "landscape", "map"])
@pytest.mark.parametrize("alone", [False, True])
def test_pictures_agree_with_the_view_and_are_opened_again(qtbot: QtBot, key: str, alone: bool) -> None:
    frame = both_moons()
    weight = [0, 1, 2]
    shot = Shot(key, (760, 420), 1, "dark", {"example": 3, "weight": weight, "arm": 1, "alone": alone})
    with FigureCanvas(shot, frame) as canvas:
        image, svg = canvas.image(), canvas.svg().decode()
        drawn = svg[svg.index("<g") :]
        assert ("Of 2 arms this is “without dropout”" in drawn) == alone
        assert len(canvas.view.frame_.arms) == 1 + (not alone)
        part = canvas.view.size()
        width, height = part.width(), part.height()
    live = placed(qtbot, registry.entries("views")[key].load().View(Selection(), look.style("dark")), (width, height))
    live.pressable = False  # as in a figure
    live.prepare_export()
    live.selection.choose(example=3, weight=Weight(*weight))
    live.selection.follow_batch(None)
    live.selection.choose_arm(1, alone)
    live.present(frame)
    assert picture(live) == image.copy(0, 0, width, height)


def test_the_header_offers_all_of_them_where_there_is_room(qtbot: QtBot) -> None:
    selection, frame = Selection(), both()
    box = ArmBox(selection)
    qtbot.addWidget(box)
    box.show_frame(frame, True)
    assert [box.itemText(k) for k in range(3)] == ["with dropout", "without dropout", BESIDE]
    assert box.currentText() == BESIDE
    least = box.minimumSizeHint().width()
    box.activated.emit(1)
    assert (selection.arm, selection.alone, box.currentText()) == (1, True, "without dropout")
    box.activated.emit(2)
    assert (selection.arm, selection.alone, box.currentText()) == (1, False, BESIDE)
    box.show_frame(frame, False)
    assert box.count() == 2 and box.currentText() == "without dropout"
    assert box.minimumSizeHint().width() == least  # or room would come and go with it
    box.activated.emit(0)
    assert (selection.arm, selection.alone) == (0, False)


def test_a_narrow_box_says_which_arms_at_every_zoom(qtbot: QtBot) -> None:
    for zoom in (1.0, 1.94):
        box = ArmBox(Selection())
        qtbot.addWidget(box)
        box.show_frame(both(), True)
        rescale(box, zoom)
        box.setStyleSheet(sheet(replace(look.style("dark"), scale=zoom)))
        box.resize(box.minimumSizeHint())
        names = [box.elided(box.itemText(k)) for k in range(3)]
        assert names == ["with", "without", "both"], zoom
