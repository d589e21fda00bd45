"""Points that are drawn in the Map view by clicks, drags and keys: what a run is asked for, what is on show then."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from dropout_viz.data.drawn import MOST, Point
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.own_points import points_of
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.inputs.maps import graph_of
from dropout_viz.views.map.drawing import ERASER, PointDrawing
from tests.views.frames import frame_of, shown
from tests.views.hands import frame_of as frame_of_trainer
from tests.views.hands import picture, trainer_of

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def drawing(qtbot: QtBot, frame: Frame, **settings: Any) -> tuple[Any, list[dict[str, Any]]]:
    """Return a Map view in which points are drawn, and the settings that it asks a run for."""
    view = shown(qtbot, "map", frame, size=(700, 700), **settings)
    asked: list[dict[str, Any]] = []
    view.selection.asked.connect(asked.append)
    view.draw_.value = True
    return view, asked


def at(view: Any, x: float, y: float) -> QPoint:
    graph = graph_of(view.scene.request.plane, view.layout_(view.scene).large[0])
    return QPointF(graph.px(x), graph.py(y)).toPoint()


def points_in(view: Any) -> list[Point]:
    """The points that the run on show was made of, which is what drawing begins with."""
    return points_of(view.frame_.data, view.scene.request.plane.columns)


def start_empty(qtbot: QtBot, view: Any) -> None:
    (tool,) = [tool for tool in view.header_tools() if isinstance(tool, QToolButton) and tool.text() == "start empty"]
    qtbot.mouseClick(tool, LEFT)


def drag(qtbot: QtBot, view: Any, *places: tuple[float, float]) -> None:
    """Press at the first place, go by the others, and let go at the last."""
    qtbot.mousePress(view, LEFT, pos=at(view, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(view, at(view, *place))
        view.mouseMoveEvent(moved(view, at(view, *place)))
    qtbot.mouseRelease(view, LEFT, pos=at(view, *places[-1]))


def moved(view: Any, place: QPoint) -> Any:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    there = QPointF(view.mapToGlobal(place))
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), there, LEFT, LEFT, Qt.KeyboardModifier.NoModifier)


def run_of(asked: dict[str, Any], preset: str = "points") -> Frame:
    return frame_of_trainer(trainer_of(2, preset, **asked))


def test_a_click_adds_a_point_of_the_chosen_class(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    begun = [(*x, int(y[0]) + 1) for x, y in zip(view.frame_.data.x.tolist(), view.frame_.data.y, strict=True)]
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.2, 1.0))
    assert asked[0]["data"] == "points" and "output" not in asked[0]
    *before, (x, y, kind) = asked[0]["points"]
    assert before == begun and (x, y) == pytest.approx((1.2, 1.0), abs=0.01) and kind == 1
    assert (x, y) == (round(x, 3), round(y, 3))


def test_what_was_drawn_is_there_until_the_run_has_it(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    plain = picture(view)
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.2, 1.0))
    drawn = picture(view)
    assert drawn != plain and view.drawing.points is not None
    scene = view.scene
    view.meet(run_of(asked[0]))
    assert view.scene is scene and view.drawing.points is not None, "the old map stays, with the new point"
    view.show_frame(run_of(asked[0]))
    assert view.drawing.points is None and len(view.scene.request.data.x) == 9
    view.show_frame(frame_of("points", 5))  # as undo brings it back
    assert view.drawing.points is None and len(view.scene.request.data.x) == 8


def test_another_run_takes_what_was_drawn_away(qtbot: QtBot) -> None:
    view, _ = drawing(qtbot, frame_of("points", 5))
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.2, 1.0))
    view.show_frame(frame_of("moons", 20))
    assert view.drawing.points is None and "Drawing, 200 points" in view.summary()


def test_a_second_stroke_waits_for_no_run(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.2, 1.0))
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.2, -1.0))
    assert [len(one["points"]) for one in asked] == [9, 10]
    view.show_frame(run_of(asked[0]))
    assert view.drawing.points is not None and "Drawing, 10 points" in view.summary()
    view.show_frame(run_of(asked[1]))
    assert view.drawing.points is None and "Drawing, 10 points" in view.summary()


def test_a_drag_moves_a_point_or_paints_many(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    x, y, _ = points_in(view)[0]
    drag(qtbot, view, (x, y), (x, y + 0.2), (x + 0.3, y + 0.5))
    assert len(asked[0]["points"]) == 8
    assert asked[0]["points"][0] == pytest.approx((x + 0.3, y + 0.5, 1), abs=0.01)
    view.ink.value = 2
    drag(qtbot, view, *((-1.3 + 0.1 * k, -1.2) for k in range(20)))
    painted = asked[1]["points"][8:]
    assert 10 <= len(painted) <= 25 and {kind for _, _, kind in painted} == {2}
    assert all(-1.6 < x < 1.0 and -1.5 <= y < -0.8 for x, y, _ in painted)
    drag(qtbot, view, (1.3, 1.3), (1.3, 1.3))  # as a click
    assert len(asked[2]["points"]) == len(asked[1]["points"]) + 1


def test_the_eraser_takes_points_away(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    first, second, *rest = points_in(view)
    view.ink.value = ERASER
    drag(qtbot, view, first[:2], second[:2])
    assert list(asked[0]["points"]) == rest
    qtbot.mouseClick(view, LEFT, pos=at(view, 1.3, 1.3))  # nothing is there
    assert len(asked) == 1 or asked[1]["points"] == asked[0]["points"]


def test_to_begin_empty_and_with_a_single_class(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    start_empty(qtbot, view)
    assert "no points" in view.summary() and not asked
    picture(view)
    qtbot.mouseClick(view, LEFT, pos=at(view, 0.5, 0.5))
    assert len(asked[0]["points"]) == 1
    view.show_frame(run_of(asked[0]))
    assert "1 point of 1 class: nothing to part yet" in view.summary()
    picture(view)


def test_a_third_class_gets_outputs_of_its_own_and_gives_them_back(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("moons", 20))
    assert "Drawing, 200 points" in view.summary(), "drawn on what is there"
    qtbot.keyClick(view, Qt.Key.Key_3)
    qtbot.mouseClick(view, LEFT, pos=at(view, -1.4, -1.4))
    assert (asked[0]["output"], asked[0]["loss"]) == ("softmax", "softmax_cross_entropy")
    frame = run_of(asked[0], "moons")
    assert frame.data.y.shape == (201, 3) and frame.data.classes == ("A", "B", "C")
    view.show_frame(frame)
    picture(view)
    view.ink.value = ERASER
    qtbot.mouseClick(view, LEFT, pos=at(view, -1.4, -1.4))
    assert (asked[1]["output"], asked[1]["loss"]) == ("sigmoid", "binary_cross_entropy")


def test_what_is_on_its_way_decides_what_else_must_change(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    view.ink.value = 3
    qtbot.mouseClick(view, LEFT, pos=at(view, -1.4, -1.4))
    view.ink.value = ERASER
    qtbot.mouseClick(view, LEFT, pos=at(view, -1.4, -1.4))  # before a run of three classes is there
    assert [one.get("output") for one in asked] == ["softmax", "sigmoid"]


def test_a_batch_holds_no_more_than_there_are(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("moons", 20))
    assert view.frame_.snapshot.config.batch_size == 50
    start_empty(qtbot, view)
    qtbot.mouseClick(view, LEFT, pos=at(view, 0, 0))
    assert asked[0]["batch_size"] is None
    load_preset("moons").changed(**asked[0])


def test_keys_draw_too(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("points", 5))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_2)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert asked[0]["points"][-1] == (0.075, 0.75, 2)
    assert "the cursor at 0.075, 0.75. A click adds class B" in view.summary()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(asked[1]["points"]) == 8
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT)
    assert view.drawing.cursor[0] == -1.5, "it stays in the map"
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.ink.value == ERASER
    example = view.selection.example
    view.draw_.value = False
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selection.example == example + 1, "arrows are what they were"


def test_there_is_an_end_to_it() -> None:
    one = PointDrawing()
    one.press([(0.0, 0.0, 1)] * (MOST - 1), (1.0, 1.0), 1, 0.01)
    for k in range(5):
        one.drag((1.0, 2.0 + k), 1, 0.01)
    assert one.is_full and len(one.points or ()) == MOST


def test_on_what_cannot_be_drawn_the_points_begin_anew(qtbot: QtBot) -> None:
    view, asked = drawing(qtbot, frame_of("moons", 2, examples=2100))
    assert "no points: the next stroke begins anew" in view.summary()
    qtbot.mouseClick(view, LEFT, pos=at(view, 0.0, 0.0))
    assert len(asked[0]["points"]) == 1


def test_a_patient_s_examples_stay_as_they_are(qtbot: QtBot) -> None:
    frame = frame_of("moons", 2)
    sick = replace(frame.snapshot, config=frame.snapshot.config.model_copy(update={"patient": 1}))
    view, asked = drawing(qtbot, frame)
    view.show_frame(Frame((replace(frame.arms[0], snapshot=sick),), frame.data))
    assert not view.draws
    qtbot.mouseClick(view, LEFT, pos=at(view, 0.0, 0.0))
    assert not asked


def test_a_picture_shows_no_hint(qtbot: QtBot) -> None:
    view, _ = drawing(qtbot, frame_of("points", 5))
    still = shown(qtbot, "map", frame_of("points", 5), size=(700, 700))
    still.prepare_export()
    wanted = picture(still)
    still.like(view)
    assert still.draw_.value and picture(still) == wanted
