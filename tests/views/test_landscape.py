"""The Landscape view as a widget: the ball on its curve, its zones and trail, what is clicked and pointed at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.slices import every_weight
from dropout_viz.draw import style as look
from dropout_viz.draw.palette import palette
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.landscape import words as landscape_words
from tests.views.frames import frame_of as run_frame
from tests.views.hands import picture, point
from tests.views.landscape_cases import changed, frame_of, loss, moved
from tests.views.landscape_hands import OPENS_A_LIST, choose_masks, colours, shown, trail


@pytest.mark.parametrize("sizes", [(3, 4, 1), (2, 5, 3), (2, 3, 3, 2), (1, 1, 1)])
def test_every_ball_lies_on_its_curve_at_the_weights_value(qtbot: QtBot, sizes: tuple[int, ...]) -> None:
    frame = frame_of(sizes)
    view = shown(qtbot, frame)
    for place in every_weight(sizes):
        view.selection.choose(weight=place)
        assert view.scene is not None
        curve = view.scene.chosen
        value = float(frame.snapshot.weights[place.layer][place.source, place.target])
        assert (curve.place, curve.value) == (place, value)
        assert curve.loss == pytest.approx(loss(frame), rel=1e-12)
        on_curve = np.flatnonzero(curve.t == value)
        assert len(on_curve) >= 1 and curve.losses[on_curve[0]] == curve.loss
        for k in (0, 100, -1):
            assert curve.losses[k] == pytest.approx(loss(frame, place, curve.t[k]), rel=1e-12)
        for multiple in view.scene.multiples:
            assert multiple.loss == pytest.approx(loss(frame), rel=1e-12)


def test_the_ball_is_drawn_where_the_curve_is(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of())
    chart = view.chart()
    assert view.scene is not None and chart is not None
    curve = view.scene.chosen
    ball = np.array([chart.x(curve.value), chart.y(loss(frame_of()))])
    assert np.abs(chart.lines(curve.t, curve.losses) - ball).sum(axis=1).min() < 1e-9
    assert chart.area.contains(QPointF(*ball))
    assert chart.t(float(ball[0])) == pytest.approx(curve.value)
    # and there it is: the ball's colour is its zone's, far from the zone's own shade
    shade = palette(view.style_).ball[colours(view)[curve.zone]]
    seen = picture(view).pixelColor(*np.round(ball).astype(int).tolist())
    assert abs(seen.hueF() - shade.hueF()) < 0.05 and seen.valueF() > 0.8


def test_zones_are_shaded_and_the_ball_knows_its_own(qtbot: QtBot) -> None:
    """A network made to have a hill between two valleys: one unit of tanh, targets that want it at either end."""
    frame = frame_of((1, 1, 1), bias=True, examples=4)
    x, y = np.array([[1.0], [-1.0], [3.0], [-3.0]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    weights, biases = (np.array([[2.0]]), np.array([[3.0]])), (np.array([-0.5]), np.array([0.0]))
    frame = Frame(
        (replace(frame.arms[0], snapshot=replace(frame.snapshot, weights=weights, biases=biases)),),
        replace(frame.data, x=x, y=y),
    )
    view = shown(qtbot, frame)
    chart, image = view.chart(), picture(view)
    assert view.scene is not None and chart is not None
    curve, shades = view.scene.chosen, palette(view.style_)
    assert len(curve.zones) >= 2
    for k, basin in enumerate(curve.zones.basins):
        at = round(chart.x((basin.left + basin.right) / 2))
        assert image.pixelColor(at, round(chart.area.top()) + 1) == shades.above[colours(view)[k]]
    assert curve.zone == curve.zones.zone_of(2.0)
    assert f"zone {curve.zone + 1} of {len(curve.zones)}" == landscape_words.zones(curve)


def test_a_click_on_a_multiple_chooses_its_weight(qtbot: QtBot) -> None:
    frame = frame_of()
    view = shown(qtbot, frame)
    told: list[Weight] = []
    view.selection.changed.connect(lambda: told.append(view.selection.weight))
    for place in (Weight(0, 2, 3), Weight(1, 1, 0), Weight(0, 0, 0)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.cells()[place].center().toPoint())
        assert view.selection.weight == place
        assert view.scene is not None and view.scene.chosen.place == place
    assert told == [Weight(0, 2, 3), Weight(1, 1, 0), Weight(0, 0, 0)]


def test_the_mouse_names_what_it_is_over(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of())
    point(view, view.cells()[Weight(0, 1, 2)].center())
    assert view.selection.hover == Weight(0, 1, 2)
    lit = picture(view)
    chart = view.chart()
    assert chart is not None
    point(view, chart.area.center())
    assert view.selection.hover == Weight(0, 0, 0)
    read = picture(view)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.selection.hover is None
    plain = picture(view)
    assert lit != plain and read != plain


def test_a_unit_pointed_at_elsewhere_lights_up_its_weights(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of())
    text = QColor(view.style_.text)

    def framed(place: Weight) -> bool:
        cell = view.cells()[place]
        return picture(view).pixelColor(round(cell.center().x()), round(cell.bottom() + 0.2)) == text

    assert not framed(Weight(0, 0, 2))
    view.selection.point_at(Unit(1, 2))
    assert framed(Weight(0, 0, 2)) and framed(Weight(1, 2, 0))
    assert not framed(Weight(0, 0, 1))


@OPENS_A_LIST
def test_the_surface_under_this_steps_masks(qtbot: QtBot) -> None:
    frame = frame_of((3, 6, 1), examples=9, batch=5)
    view = shown(qtbot, frame)
    place = Weight(0, 0, 0)
    assert view.scene is not None
    before = view.scene.chosen
    choose_masks(qtbot, view)
    curve = view.scene.chosen
    for k in (0, 50, 200):
        assert before.losses[k] == pytest.approx(loss(frame, place, before.t[k]), rel=1e-12)
        assert curve.losses[k] == pytest.approx(loss(frame, place, curve.t[k], masked=True), rel=1e-12)
    assert curve.loss == pytest.approx(loss(frame, masked=True), rel=1e-12)
    assert not np.allclose(curve.losses, before.losses)
    assert landscape_words.surface(view.scene)[0] == "this step's masks, on its 5 examples"
    view.show_frame(changed(frame, step=0, masks=tuple(np.ones_like(m) for m in frame.snapshot.masks)))
    assert landscape_words.surface(view.scene)[0].startswith("no mask drawn yet")


def test_the_trail_is_where_the_ball_has_been_in_this_run(qtbot: QtBot) -> None:
    first = frame_of()
    view = shown(qtbot, first)
    frames = [first, *(moved(first, 7 + k) for k in (1, 2, 3))]
    for frame in frames[1:]:
        view.show_frame(frame)
        view.show_frame(frame)  # a second look at the same step adds nothing
    values, losses = trail(view)
    assert values == [f.snapshot.weights[0][0, 0] for f in frames]
    assert losses == pytest.approx([loss(f) for f in frames], rel=1e-12)
    view.selection.choose(weight=Weight(1, 2, 0))  # every weight has its trail already
    assert trail(view)[0] == [f.snapshot.weights[1][2, 0] for f in frames]
    view.show_frame(frames[1])  # a step back: the trail ends there, and shows nothing of what came later
    assert trail(view)[0] == [f.snapshot.weights[1][2, 0] for f in frames[:2]]
    view.show_frame(frames[2])
    assert trail(view)[0] == [f.snapshot.weights[1][2, 0] for f in frames[:3]]
    view.show_frame(changed(frames[3], run=2))  # another run
    assert trail(view)[0] == [frames[3].snapshot.weights[1][2, 0]]


@OPENS_A_LIST
def test_the_trail_of_one_surface_is_not_drawn_on_another(qtbot: QtBot) -> None:
    frame = frame_of()
    view = shown(qtbot, frame)
    view.show_frame(moved(frame, 8))
    choose_masks(qtbot, view)
    assert len(trail(view)[0]) == 1


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [Weight(0, 0, 0), Weight(0, 1, 1), Weight(1, 0, 0)])
def test_a_diverged_network_is_shown_without_an_exception(qtbot: QtBot, bad: float, place: Weight) -> None:
    frame = frame_of()
    weights = tuple(w.copy() for w in frame.snapshot.weights)
    weights[place.layer][place.source, place.target] = bad
    view = shown(qtbot, changed(frame, weights=weights))
    picture(view)
    view.show_frame(changed(frame, weights=tuple(np.full_like(w, bad) for w in weights), step=8))
    picture(view)
    view.show_frame(moved(frame, 9))  # and it recovers
    assert view.chart() is not None


@pytest.mark.parametrize("sizes", [(1, 1), (1, 1, 1), (3, 1, 1), (2, 8, 8, 2), (30, 40, 3), (800, 2, 1)])
def test_networks_of_every_shape_are_drawn_at_every_size(qtbot: QtBot, sizes: tuple[int, ...]) -> None:
    frame = frame_of(sizes, examples=7) if len(sizes) > 2 else None
    if frame is None:  # no hidden layer: not a run of this program, but a network
        whole = frame_of((1, 1, 1))
        s = whole.snapshot
        one = replace(s, weights=s.weights[1:], biases=s.biases[1:], masks=s.masks[:1], activations=s.activations[:2])
        frame = Frame((replace(whole.arms[0], snapshot=one),), whole.data)
    view = shown(qtbot, frame)
    for size in ((200, 140), (380, 300), (460, 400), (1200, 420), (900, 1200)):
        view.resize(*size)
        picture(view)
        chart = view.chart()
        assert chart is not None and chart.area.width() > 50 and chart.area.height() > 20
        assert view.scene is not None
        cells = list(view.cells().values())
        for k, cell in enumerate(cells):
            assert 0 <= cell.left() < cell.right() <= size[0] and 0 <= cell.top() < cell.bottom() <= size[1]
            assert not any(cell.intersects(other) for other in cells[k + 1 :])
            assert not cell.intersects(chart.area)


def test_a_flat_curve_is_one_zone(qtbot: QtBot) -> None:
    frame = frame_of()
    zeros = tuple(np.zeros_like(w) for w in frame.snapshot.weights)
    view = shown(qtbot, changed(frame, weights=zeros))
    assert view.scene is not None
    assert len(view.scene.chosen.zones) == 1 and np.ptp(view.scene.chosen.losses) == 0
    assert landscape_words.zones(view.scene.chosen) == "1 zone"
    picture(view)


def test_a_chosen_weight_that_the_network_lacks_becomes_the_nearest_one(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of((3, 9, 1)))
    view.selection.choose(weight=Weight(0, 2, 8))
    view.show_frame(frame_of((2, 4, 1), run=2))
    assert view.scene is not None and view.scene.chosen.place == Weight(0, 1, 3)


def test_the_still_picture_is_the_live_one_with_finer_lines(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of())
    before = np.frombuffer(picture(view).constBits(), np.uint8).astype(int)
    view.prepare_export()
    after = np.frombuffer(picture(view).constBits(), np.uint8).astype(int)
    difference = np.abs(before - after)
    assert difference.max() > 0 and (difference > 60).mean() < 0.02


def test_the_same_frame_gives_the_same_picture(qtbot: QtBot) -> None:
    one, other = shown(qtbot, frame_of()), shown(qtbot, frame_of())
    assert picture(one) == picture(other)
    one.restyle(look.style("light"))
    assert picture(one) != picture(other)
    assert picture(one).pixelColor(1, 1) == QColor(look.style("light").panel)


def test_a_flat_curve_says_how_far_it_is_stretched(qtbot: QtBot) -> None:
    view = shown(qtbot, run_frame("three-lines", 300))
    chart = view.chart()
    assert view.scene is not None and chart is not None
    stretch = chart.span.high / (chart.span.high - chart.span.low)
    assert chart.span.stretch == stretch > 100
    assert all("stretched" in said for said in landscape_words.held(view.scene, chart.span.stretch))
    view.selection.choose(weight=Weight(1, 0, 0))
    steep = view.chart()
    assert steep is not None and steep.span.stretch < landscape_words.STRETCHED
    assert not any("stretched" in said for said in landscape_words.held(view.scene, steep.span.stretch))
