"""The Activations view: its figures, its choices, what is pointed at."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.thinned import network_of
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.activations import view as view_file
from dropout_viz.views.activations.picture import figures
from dropout_viz.views.base import Selection
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def test_the_figures_are_those_of_the_network(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60, compare=True)
    view = shown(qtbot, "activations", frame)
    for arm, layers in zip(frame.arms, view.scene.layers, strict=True):
        h = network_of(arm.snapshot).values(frame.data.x)[1]
        assert layers[0].mean == pytest.approx(h.mean()) and layers[0].active == pytest.approx((h > 0).mean())
        assert figures(layers[0])[2] == f"mean {number(h.mean(), 3)}, {100 * (h > 0).mean():.1f} % active"
    assert view.scene.names == ("with dropout", "without dropout")
    assert view.scene.layers[0][0].mean < view.scene.layers[1][0].mean  # JMLR 2014, figure 8


def test_of_signed_activations_the_mean_size_is_given(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100, compare=True)
    view = shown(qtbot, "activations", frame)
    for arm, layers in zip(frame.arms, view.scene.layers, strict=True):
        h = network_of(arm.snapshot).values(frame.data.x)[1]
        assert figures(layers[0])[1].startswith(f"mean |h| {np.abs(h).mean():.3f}, ")
        assert figures(layers[0])[2].endswith(f"{100 * (np.abs(h) > 0.5).mean():.1f} % active")


def test_the_test_set_and_the_logarithmic_axis(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60)
    view = shown(qtbot, "activations", frame)
    before = picture(view)
    _, tests, logs = view.header_tools()
    for box in (tests, logs):
        box.show()
    qtbot.mouseClick(logs, Qt.MouseButton.LeftButton)
    assert picture(view) != before
    qtbot.mouseClick(tests, Qt.MouseButton.LeftButton)
    h = network_of(frame.snapshot).values(frame.data.x_test)[1]
    assert view.scene.request.test and view.scene.examples == 360
    assert view.scene.layers[0][0].mean == pytest.approx(h.mean())
    picture(view)


def test_a_bin_under_the_mouse_gives_its_share(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60, compare=True)
    view = shown(qtbot, "activations", frame)
    (row,) = view.rows(view.scene)
    point(view, QPointF(row.values.left() + 1, row.values.center().y()))
    said = view.said(QPointF(row.values.left() + 1, row.values.center().y()))
    share = view.scene.layers[1][0].values[0]
    assert said[0].startswith("activations from 0 to ") and said[2] == f"without dropout: {100 * share:.1f} %"
    last = view.said(QPointF(row.values.right() - 1, row.values.center().y()))[0]
    assert last.startswith("activations from ") and last.endswith(" up"), "it holds those beyond its end, too"
    assert row.units is not None
    assert view.said(QPointF(row.units.right() - 1, row.units.center().y()))[0].startswith("units' means from")
    assert view.said(QPointF(1, 1)) == []
    picture(view)


def test_a_unit_pointed_at_elsewhere_is_marked(qtbot: QtBot) -> None:
    view = shown(qtbot, "activations", frame_of("digits", 60))
    plain = picture(view)
    view.selection.point_at(Unit(1, 4))
    assert picture(view) != plain
    for elsewhere in (Unit(0, 4), Unit(2, 4), Unit(1, 999)):
        view.selection.point_at(elsewhere)
        assert picture(view) == plain


def test_one_layer_of_several_can_be_chosen(qtbot: QtBot) -> None:
    view = shown(qtbot, "activations", frame_of("moons", 20, hidden=(8, 6, 4)), size=(460, 600))
    layers = view.header_tools()[0]
    assert [layers.itemText(k) for k in range(layers.count())] == ["all layers", "hidden 1", "hidden 2", "hidden 3"]
    assert [row.layer for row in view.rows(view.scene)] == [0, 1, 2]
    layers.setCurrentIndex(3)
    assert [row.layer for row in view.rows(view.scene)] == [2]
    picture(view)
    view.show_frame(frame_of("moons", 20))
    assert layers.count() == 1 and layers.isHidden() and [row.layer for row in view.rows(view.scene)] == [0]


def test_a_low_view_shows_the_layers_that_fit(qtbot: QtBot) -> None:
    view = shown(qtbot, "activations", frame_of("moons", 20, hidden=(8, 6, 4), compare=True), size=(460, 300))
    assert [row.layer for row in view.rows(view.scene)] == [0]
    picture(view)


@pytest.mark.parametrize("compare", [False, True])
def test_graphs_fit_at_every_size(qtbot: QtBot, compare: bool) -> None:
    view = shown(qtbot, "activations", frame_of("moons", 20, hidden=(8, 6), compare=compare))
    for size in ((180, 140), (380, 300), (300, 900), (465, 360), (1600, 900)):
        view.resize(*size)
        picture(view)
        areas = [area for row in view.rows(view.scene) for area in (row.values, row.units) if area is not None]
        for k, area in enumerate(areas):
            assert area.left() >= 30 and area.right() <= size[0] and area.top() >= 15 and area.bottom() <= size[1] - 30
            assert area.width() > 60 and area.height() > 15
            assert not any(area.intersects(other) for other in areas[k + 1 :])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_network_is_shown_without_an_exception(qtbot: QtBot, bad: float) -> None:
    for preset in ("digits", "three-lines"):
        frame = frame_of(preset, 20)
        broken = replace(frame.snapshot, weights=tuple(np.full_like(w, bad) for w in frame.snapshot.weights), step=21)
        view = shown(qtbot, "activations", Frame((replace(frame.arms[0], snapshot=broken),), frame.data))
        for log in (False, True):
            view.log.value = log
            picture(view)


def test_what_is_not_a_number_is_neither_zero_nor_never_active(qtbot: QtBot) -> None:
    frame = frame_of("digits", 20)
    units = frame.snapshot.sizes[1]
    weights = frame.snapshot.weights[0].copy()
    weights[:, 0] = np.nan
    broken = replace(frame.snapshot, weights=(weights, *frame.snapshot.weights[1:]), step=21)
    view = shown(qtbot, "activations", Frame((replace(frame.arms[0], snapshot=broken),), frame.data))
    assert f"mean activation not a number: 1 of {units} units give none" in view.summary()
    assert " active" not in view.summary().split("units: ", 1)[1].replace("never active", "")
    (row,) = view.rows(view.scene)
    assert row.units is not None
    for area in (row.values, row.units):
        (_, said) = view.said(area.center())
        assert said.endswith(f"; not a number {100 / units:.1f} %")


def test_what_takes_long_is_computed_on_a_worker(qtbot: QtBot) -> None:
    view = view_file.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.show()
    view.show_frame(frame_of("three-lines", 20))
    qtbot.waitUntil(lambda: view.scene is not None)
    view.show_frame(frame_of("digits", 60))
    assert view.scene is None  # nothing of the run before
    qtbot.waitUntil(lambda: view.scene is not None and view.scene.of == 1437)
    view.close()


def test_a_picture_is_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60)
    live, still = shown(qtbot, "activations", frame), shown(qtbot, "activations", frame, theme="light")
    live.test.value = True
    live.log.value = True
    still.prepare_export()
    still.like(live)
    assert still.scene.request.test and still.log.value


def test_a_bar_that_reaches_beyond_the_top_is_broken_and_says_how_far(qtbot: QtBot) -> None:
    """The share of units that say 0, which towers above all others, in each of two arms."""
    frame = frame_of("digits", 60, compare=True)
    view = shown(qtbot, "activations", frame, (700, 420), "light")
    scene = view.scene
    (row,) = view.rows(scene)
    area = row.values
    image = picture(view)
    panel = QColor(view.style_.panel).lightness()
    for arm, layers in enumerate(scene.layers):
        values = layers[0].values
        assert int(values.argmax()) == 0 and values[0] > 2 * np.sort(values)[-2]
        x, y = area.left() + area.width() / len(values) / 2, area.top() + 9 + 15 * arm
        assert image.pixelColor(round(x), round(y)).lightness() >= panel - 4
        assert image.pixelColor(round(x), round(y + 20)).lightness() < panel - 20
