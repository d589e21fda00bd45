"""The Map view: what it computes and draws, what is pointed at and clicked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.questions import map as scenes
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.draw.painting import painting
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.inputs.colours import image_of
from dropout_viz.views.inputs.maps import graph_of
from dropout_viz.views.map import view as view_file
from dropout_viz.views.map.picture import MapsPicture
from tests.app.painted_texts import texts_in
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def place(view: view_file.View, example: int) -> QPointF:
    """Where an example lies on the first large map."""
    scene = view.scene
    assert scene is not None
    graph = graph_of(scene.request.plane, view.layout_(scene).large[0])
    x = scene.request.data.x[example]
    return QPointF(graph.px(x[0]), graph.py(x[1]))


def test_the_map_is_the_networks_output_and_its_colours_follow(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100)
    view = shown(qtbot, "map", frame)
    (panel,) = view.scene.large
    network, plane = network_of(frame.snapshot), plane_of(frame.data)
    assert plane is not None
    assert np.abs(panel.values.ravel() - network.outputs(plane.points(scenes.BIG))[:, 0]).max() < 1e-12
    image, area = picture(view), view.layout_(view.scene).large[0]
    end = scenes.BIG - 1
    for row, column in ((3, 3), (28, 7), (17, 30)):
        value = panel.values[0, row, column]
        at = QPointF(area.left() + column / end * area.width(), area.bottom() - row / end * area.height())
        colour = image.pixelColor(at.toPoint())
        if abs(value - 0.5) > 0.2 and len(view.said(at)) == 2:
            assert (colour.green() > colour.blue()) == (value > 0.5)  # orange for class 1, blue for class 0
        point(view, at)
        assert view.said(at)[0] == f"output {scenes.number(float(value), 3)}"
    assert panel.lines is not None and len(panel.lines) > 10


def test_an_example_is_named_and_a_click_chooses_it(qtbot: QtBot) -> None:
    frame = frame_of("moons", 20)
    view = shown(qtbot, "map", frame, size=(700, 700))
    flipped = frame.data.flipped
    assert flipped is not None
    wrong = int(np.flatnonzero(flipped)[0])
    point(view, place(view, wrong))
    kind = int(frame.data.y[wrong, 0])
    assert view.said(place(view, wrong))[-1] == f"training example {wrong + 1}, class {kind}, a wrong label"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place(view, wrong).toPoint())
    assert view.selection.example == wrong
    plain = picture(view)
    view.selection.choose(example=wrong + 1)
    assert picture(view) != plain  # the ring has moved


def test_a_unit_pointed_at_in_any_view_shows_its_map(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100)
    view = shown(qtbot, "map", frame)
    network, plane = network_of(frame.snapshot), plane_of(frame.data)
    assert plane is not None
    view.selection.point_at(Unit(1, 7))
    (panel,) = view.scene.large
    assert panel.title == "hidden 1, unit 8" and panel.unit == Unit(1, 7)
    assert np.array_equal(panel.values.ravel(), network.values(plane.points(scenes.BIG))[1][:, 7])
    picture(view)
    for nothing in (Unit(0, 1), Unit(2, 0), Unit(1, 900), None):  # an input, the output, none, nothing
        view.selection.point_at(nothing)
        assert view.scene.large[0].kind == "output"


def test_hidden_units_as_small_maps(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100, hidden=(5, 3))
    view = shown(qtbot, "map", frame, size=(900, 500))
    view.header_tools()[1].setCurrentIndex(1)
    assert [p.unit for p in view.scene.small] == [Unit(1, k) for k in range(5)] + [Unit(2, k) for k in range(3)]
    area = view.layout_(view.scene).small[6]
    point(view, area.center())
    assert view.selection.hover == Unit(2, 1) and view.scene.large[0].unit == Unit(2, 1)
    assert view.said(area.center()) == ["hidden 2, unit 2"]
    picture(view)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.selection.hover is None and view.scene.large[0].kind == "output"


def test_thinned_networks_and_their_mean(qtbot: QtBot) -> None:
    frame = frame_of("three-lines", 200)
    view = shown(qtbot, "map", frame, size=(900, 500))
    view.mode.value = "members"
    small = view.scene.small
    assert len(small) == 16 and small[0].title == "4 of 4 on" and small[0].said == "on: h1, h2, h3, h4"
    assert view.scene.large[0].title == "mean of all 16"
    network = network_of(frame.snapshot)
    chances = [0.8 ** int(p.title[0]) * 0.2 ** (4 - int(p.title[0])) for p in small]
    assert sum(chances) == pytest.approx(1)
    mean = sum(c * p.values for c, p in zip(chances, small, strict=True))
    corner = view.scene.large[0].values[0, 0, 0], view.scene.large[0].values[0, -1, -1]
    assert (mean[0, 0, 0], mean[0, -1, -1]) == pytest.approx(corner, abs=1e-12)
    assert network.n == 4
    picture(view)
    view.show_frame(frame_of("moons", 50))
    assert view.scene.large[0].title == "mean of 100 drawn" and len(view.scene.small) == 16


def test_uncertainty(qtbot: QtBot) -> None:
    view = shown(qtbot, "map", frame_of("moons", 100))
    view.mode.value = "spread"
    mean, deviation = view.scene.large
    assert deviation.kind == "deviation" and 0 < deviation.values.max() <= deviation.high <= 0.5
    assert mean.kind == "output"
    picture(view)
    view.show_frame(frame_of("moons", 100, compare=True))
    one, other = view.scene.large
    assert one.title == "with dropout" and one.values.max() > 0
    assert other.title == "without dropout" and not other.values.any()
    picture(view)


def test_two_arms_stand_side_by_side(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100, compare=True)
    view = shown(qtbot, "map", frame)
    for arm, panel in zip(frame.arms, view.scene.large, strict=True):
        outputs = network_of(arm.snapshot).outputs(frame.data.x)
        right = np.mean((outputs > 0.5) == (frame.data.y > 0.5))
        assert panel.title == arm.name and f"train {100 * right:.1f} %" in panel.note
    one, other = view.layout_(view.scene).large
    assert one.top() == other.top() and one.right() < other.left() and one.width() > 180


@pytest.mark.parametrize("preset", ["moons", "pinwheel"])
def test_below_two_arms_is_how_far_apart_they_are(qtbot: QtBot, preset: str) -> None:
    frame = frame_of(preset, 100, compare=True)
    view = shown(qtbot, "map", frame, size=(745, 680))
    scene, layout = view.scene, view.layout_(view.scene)
    plane, n = scene.request.plane, scene.apart.values.shape[1]
    one, other = (network_of(arm.snapshot).outputs(plane.points(n)) for arm in frame.arms)
    far = np.abs(one - other).sum(axis=1) / min(2, one.shape[1])
    assert scene.apart.values[0].ravel() == pytest.approx(far, abs=1e-6) and far.max() > 0.01
    assert scene.apart.high >= far.max()
    place = plane.points(n)[far.argmax()]
    kinds = [(a > 0.5)[:, 0] if a.shape[1] == 1 else a.argmax(axis=1) for a in (one, other)]
    said = " ".join(view.told())
    assert f"Farthest apart, by {number(float(far.max()), 2)}, at x {number(float(place[0]), 3)}" in said
    assert f"Another class at about {100 * np.mean(kinds[0] != kinds[1]):.0f} %" in said
    picture(view)
    assert layout.apart.top() > layout.large[0].bottom() and layout.apart.bottom() <= layout.legend.top()
    assert view.said(layout.apart.center())[0].startswith("apart by ")
    view.show_frame(frame.alone(0))
    assert view.scene.apart is None
    view.resize(745, 420)
    view.show_frame(frame)
    picture(view)
    assert view.layout_(view.scene).apart is None, "no room"


def test_test_examples_are_shown_when_asked_for(qtbot: QtBot) -> None:
    view = shown(qtbot, "map", frame_of("moons", 20))
    before = picture(view)
    box = view.header_tools()[0]
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    assert picture(view) != before
    test = view.scene.request.data.x_test
    graph = graph_of(view.scene.request.plane, view.layout_(view.scene).large[0])
    far = np.abs(view.scene.request.data.x[:, None] - test[None]).sum(axis=2).min(axis=0).argmax()
    at = QPointF(graph.px(test[far, 0]), graph.py(test[far, 1]))
    assert view.said(at)[-1].startswith("test example")
    example = view.selection.example
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.selection.example == example  # only training examples have masks to be looked at


def test_several_classes_and_a_linear_output(qtbot: QtBot) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 2))
    kinds = (np.arctan2(x[:, 1], x[:, 0]) > 0).astype(int) + (x[:, 0] > 0)
    data = DataSet(x, np.eye(3)[kinds], classes=("a", "b", "c"))
    base = frame_of("moons", 20)
    for output, loss, outputs in (("softmax", "softmax_cross_entropy", 3), ("linear", "squared_error", 1)):
        config = base.snapshot.config.changed(output=output, loss=loss)
        weights = (base.snapshot.weights[0], random.normal(size=(32, outputs)))
        snapshot = replace(
            base.snapshot,
            config=config,
            weights=weights,
            biases=(base.snapshot.biases[0], np.zeros(outputs)),
            activations=(*base.snapshot.activations[:-1], np.zeros((1, outputs))),
        )
        own = data if outputs == 3 else replace(data, y=x[:, :1].copy(), classes=())
        frame = Frame((Arm("", snapshot, base.history),), own)
        view = shown(qtbot, "map", frame)
        assert view.scene.large[0].values.shape[0] == outputs
        for mode in view_file.MODES:
            view.mode.value = mode
            picture(view)


def test_five_classes_have_their_hues_and_their_names(qtbot: QtBot) -> None:
    frame = frame_of("pinwheel", 60)
    view = shown(qtbot, "map", frame, size=(700, 700))
    network, plane = network_of(frame.snapshot), plane_of(frame.data)
    assert plane is not None
    (panel,) = view.scene.large
    wanted = network.outputs(plane.points(scenes.BIG))
    assert np.abs(panel.values.reshape(5, -1).T - wanted).max() < 1e-12
    graph, area = graph_of(plane, view.layout_(view.scene).large[0]), view.layout_(view.scene).large[0]
    hues = [QColor(c) for c in look.style("dark").classes]
    image = picture(view)
    for kind in range(5):  # some discs lie below others
        x = frame.data.x[(frame.data.y.argmax(axis=1) == kind) & ~frame.data.flipped]
        seen = [image.pixelColor(QPointF(graph.px(a), graph.py(b)).toPoint()) for a, b in x]
        assert sum(colour == hues[kind] for colour in seen) > len(seen) / 2
    corner = QPointF(area.left() + 0.5, area.bottom() - 0.5)
    best = np.argsort(-wanted[0])[:3]
    said = ", ".join(f"{k}: {scenes.number(float(wanted[0, k]), 3)}" for k in best)
    assert view.said(corner)[0] == f"output of class {said}"
    assert f"output of class {int(panel.values[:, 0, 0].argmax())}" in view.said(corner)[0]
    assert "at example" in view.summary() and "output of class" in view.summary()


def test_uncertainty_of_five_classes_has_the_hue_of_the_least_certain(qtbot: QtBot) -> None:
    frame = frame_of("pinwheel", 60)
    view = shown(qtbot, "map", frame)
    view.mode.value = "spread"
    mean, deviation = view.scene.large
    network, plane = network_of(frame.snapshot), plane_of(frame.data)
    assert plane is not None
    drawn = ensemble.monte_carlo(network, plane.points(scenes.MANY), 100, 0)
    wanted = drawn.std(axis=0, ddof=1).T.reshape(5, scenes.MANY, scenes.MANY)
    assert np.abs(deviation.values - wanted).max() < 1e-12 and len(mean.values) == 5
    style = look.style("dark")
    image = image_of(deviation, style)
    for row, column in ((2, 3), (8, 8), (14, 5)):
        values = wanted[:, row, column]
        hue, part = style.classes[int(values.argmax())], float(values.max()) / deviation.high
        found = image.pixelColor(column, scenes.MANY - 1 - row)
        near = look.mix(style.raised, hue, part)
        assert max(abs(a - b) for a, b in zip(found.getRgb(), near.getRgb(), strict=True)) <= 1
    at = view.layout_(view.scene).large[1].center()
    assert view.said(at)[0].startswith("standard deviation of class ")
    picture(view)


def test_it_says_why_there_is_no_map(qtbot: QtBot) -> None:
    digits = frame_of("digits", 2)
    assert view_file.View.why_not(digits.snapshot.config, digits.data).endswith("this data set has 61.")
    assert view_file.View.why_not(RunConfig(), frame_of("three-lines").data) == ""
    view = shown(qtbot, "map", digits)  # it may be on show when another data set is chosen
    assert view.scene is None
    picture(view)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_network_is_shown_without_an_exception(qtbot: QtBot, bad: float) -> None:
    frame = frame_of("moons", 20)
    broken = replace(frame.snapshot, weights=tuple(np.full_like(w, bad) for w in frame.snapshot.weights), step=21)
    view = shown(qtbot, "map", Frame((replace(frame.arms[0], snapshot=broken),), frame.data))
    for mode in view_file.MODES:
        view.mode.value = mode
        picture(view)
        view.said(view.layout_(view.scene).large[0].center())


@pytest.mark.parametrize("mode", view_file.MODES)
def test_maps_fit_at_every_size(qtbot: QtBot, mode: str) -> None:
    view = shown(qtbot, "map", frame_of("moons", 20, compare=True))
    view.mode.value = mode
    for size in ((160, 140), (300, 700), (380, 300), (465, 360), (960, 600), (1600, 900)):
        view.resize(*size)
        picture(view)
        layout = view.layout_(view.scene)
        maps = [*layout.large, *layout.small, *([layout.apart] if layout.apart is not None else [])]
        for k, area in enumerate(maps):
            assert area.left() >= 0 and area.right() <= size[0] and area.top() >= 0 and area.bottom() <= size[1], size
            assert area.width() >= 5 and area.width() == area.height()
            assert not any(area.intersects(other) for other in maps[k + 1 :]), size


@pytest.mark.parametrize(("wide", "said"), [(600, "wrong label (30 of 200)"), (403, "wrong label"), (360, "wrong")])
def test_the_sign_of_a_wrong_label_is_named_where_there_is_little_room(qtbot: QtBot, wide: int, said: str) -> None:
    view = shown(qtbot, "map", frame_of("moons", 20), size=(wide, 420))
    texts = texts_in(view)
    assert said in {found.text for found in texts} and all(found.box.right() <= wide for found in texts)


def test_what_takes_long_is_computed_on_a_worker(qtbot: QtBot) -> None:
    view = view_file.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.show()
    view.show_frame(frame_of("three-lines", 20))
    qtbot.waitUntil(lambda: view.scene is not None)
    view.mode.value = "spread"
    assert view.scene.request.mode == "output"  # the old one stays until the new one is there
    qtbot.waitUntil(lambda: view.scene.request.mode == "spread")
    view.close()


def test_a_picture_is_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    frame = frame_of("moons", 20)
    live, still = shown(qtbot, "map", frame), shown(qtbot, "map", frame, theme="light")
    live.mode.value = "members"
    still.prepare_export()
    still.like(live)
    assert still.scene.request.mode == "members" and len(still.scene.small) == 16


def test_the_ring_is_on_the_example_that_the_network_shows(qtbot: QtBot) -> None:
    """A batch is followed unless an example was chosen: every view points at the same one."""
    frame = frame_of("moons", 20)
    batched = int(frame.snapshot.examples[0])
    view = shown(qtbot, "map", frame, size=(700, 700))
    assert view.ringed == batched != view.selection.example
    other = next(n for n in range(200) if n not in frame.snapshot.examples)
    view.selection.choose(example=other)
    assert view.ringed == other


def test_points_are_never_those_of_examples_that_are_gone(qtbot: QtBot) -> None:
    """While points are drawn each one makes another data set, which may come to lie where the last one lay."""

    def painted(by: MapsPicture, x: float) -> QImage:
        data = DataSet(np.array([[0.5, 0.0], [0.0, x]]), np.array([[0.0], [1.0]]), facts={"edge": 1.0})
        plane, image = plane_of(data), QImage(80, 80, QImage.Format.Format_RGB32)
        assert plane is not None
        image.fill(QColor("white"))
        with painting(image) as p:
            by._paint_points(p, data, plane, QRectF(0, 0, 80, 80), look.style("light"), False)
        return image

    one = MapsPicture()
    for x in np.linspace(-0.8, 0.8, 20).tolist():
        assert painted(one, x) == painted(MapsPicture(), x)
