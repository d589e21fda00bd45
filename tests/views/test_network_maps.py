"""The Network view of a network that begins with convolutions: pixels and maps as pictures."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.analysis.questions.network import NetworkReader
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.columns import Column, Tiles, best_tiles, tile_units
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.maps import maps_all_on
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.convolution import seen_by
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network import view as network
from dropout_viz.views.network.about import about
from dropout_viz.views.network.words import headings
from tests.views.hands import picture, point
from tests.views.test_network import shown

CONFIG = RunConfig(
    data="digits",
    maps=(6, 4),
    hidden=(12,),
    activation="relu",
    output="softmax",
    loss="softmax_cross_entropy",
    init="he",
    p_input=0.2,
    p_hidden=(0.5,),
    optimiser="adam",
    learning_rate=0.002,
    batch_size=20,
)


@functools.cache
def stepped(steps: int = 5, **settings: object) -> tuple[Snapshot, DataSet]:
    trainer = Trainer(CONFIG.changed(**settings))
    trainer.advance(steps)
    return trainer.snapshot(), trainer.data


def column_of(view: network.View, layer: int) -> Column:
    assert view.scene is not None
    layout = view.scene.layout
    return layout.every[len(layout.before) + layer]


def centre(view: network.View, unit: Unit) -> QPoint:
    at = column_of(view, unit.layer)
    return QPoint(int(at.x[unit.index]), int(at.y[unit.index]))


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tiles", [Tiles(2, 3, 5, 2, 4, 2), Tiles(7, 7, 64, 8, 1, 1), Tiles(1, 1, 3, 3, 5, 2)])
def test_every_unit_has_its_pixels(tiles: Tiles) -> None:
    units = tile_units(tiles)
    assert units.shape == tiles.pixels
    n = tiles.height * tiles.width * tiles.maps
    assert (np.bincount(units[units >= 0], minlength=n) == tiles.cell**2).all()
    down, right = (twice // 2 for twice in tiles.centres())
    assert (units[down, right] == np.arange(n)).all()
    found = [[tiles.unit_at(down, right) for right in range(tiles.pixels[1])] for down in range(tiles.pixels[0])]
    assert [[-1 if unit is None else unit for unit in row] for row in found] == units.tolist()


def test_maps_are_tiles_in_reading_order() -> None:
    tiles = Tiles(2, 2, 3, 2, cell=1, gap=1)
    assert tile_units(tiles).tolist() == [
        [0, 3, -1, 1, 4],
        [6, 9, -1, 7, 10],
        [-1, -1, -1, -1, -1],
        [2, 5, -1, -1, -1],
        [8, 11, -1, -1, -1],
    ]


@pytest.mark.parametrize("maps", [1, 5, 32, 64, 512])
@pytest.mark.parametrize("room", [(40, 60), (200, 700), (700, 200)])
def test_the_largest_cells_that_fit(maps: int, room: tuple[int, int]) -> None:
    wide, high = room
    found = best_tiles(7, 7, maps, wide, high, 20)
    assert found.maps == maps
    assert found.across * found.down >= maps
    for across in range(1, maps + 1):
        for cell in range(found.cell + 1, 21):
            other = Tiles(7, 7, maps, across, cell, max(2, round(0.4 * cell)))
            assert other.pixels[0] > high or other.pixels[1] > wide
    if found.cell > 1:
        assert found.pixels[0] <= high
        assert found.pixels[1] <= wide


@pytest.mark.parametrize("place", [(0, 0), (1, 2), (3, 3)])
def test_what_a_pooled_number_saw(place: tuple[int, int]) -> None:
    """Found by trying: which pixels change a number of the first maps."""
    compiled = Trainer(CONFIG.changed(p_input=0, init="uniform", activation="tanh"))._compiled_runs[0]
    x = np.random.default_rng(0).random(64)
    nudged = np.concatenate([x + 3 * np.eye(64), x - 3 * np.eye(64), x[None]])
    found = maps_all_on(compiled.plan, compiled.parameters, nudged)
    assert found is not None
    values = found.maps[0][:, place[0], place[1]]
    changed = (values[:-1] != values[-1]).any(axis=1).reshape(2, 8, 8).any(axis=0)
    top, bottom, left, right = seen_by(*place, 8, 8)
    expected = np.zeros((8, 8), bool)
    expected[top:bottom, left:right] = True
    assert (changed == expected).all()


# --- the view ---------------------------------------------------------------------------------------------------------


def test_pixels_and_maps_stand_left_of_the_layers(qtbot: QtBot) -> None:
    view = shown(qtbot, *stepped())
    layout = view.scene.layout  # type: ignore[union-attr]
    assert [c.layer for c in layout.every] == [-2, -1, 0, 1, 2]
    assert [len(c.x) for c in layout.every] == [64, 4 * 4 * 6, 2 * 2 * 4, 12, 10]
    edges = [c.box.right for c in layout.every[:-1]]
    assert all(a < b.box.left for a, b in zip(edges, layout.every[1:], strict=True))
    for at in layout.every:
        assert at.box.top >= layout.area.top - 1
        assert at.box.bottom <= layout.area.bottom + 1


@pytest.mark.parametrize("scale", [1, 2])
def test_a_cell_has_the_shade_of_its_number(qtbot: QtBot, scale: int) -> None:
    snapshot, data = stepped()
    view = shown(qtbot, snapshot, data)
    image, scene = picture(view, scale), view.scene
    assert scene is not None
    assert snapshot.maps is not None
    row = scene.reading.shown.row
    assert row is not None
    for layer, values in ((-1, snapshot.maps.maps[0][row]), (0, snapshot.maps.maps[1][row])):
        at, span = column_of(view, layer), (scene.reading.before[1].span if layer else scene.reading.spans[0])
        for index in range(0, len(at.x), 5):
            x, y = int(at.x[index] * scale), int(at.y[index] * scale)
            shade = float(span.share(values.ravel()[index : index + 1])[0])
            wanted, seen = scene.ink.style.activation(shade), QColor(image.pixel(x, y))
            difference = abs(wanted.red() - seen.red()) + abs(wanted.green() - seen.green())
            assert difference + abs(wanted.blue() - seen.blue()) < 12
    dropped = np.flatnonzero(~snapshot.maps.pixels_on[row].ravel())
    assert scene.reading.before[0].on.sum() == 64 - len(dropped) < 64


def test_pointing_at_pixels_and_maps_names_them(qtbot: QtBot) -> None:
    snapshot, data = stepped()
    view = shown(qtbot, snapshot, data)
    reading = view.scene.reading  # type: ignore[union-attr]
    maps, row = snapshot.maps, reading.shown.row
    assert maps is not None
    assert row is not None
    quiet, seen = picture(view), []
    for unit in (Unit(-2, 8 * 3 + 4), Unit(-1, (4 * 1 + 2) * 6 + 5), Unit(0, (2 * 1 + 0) * 4 + 3)):
        point(view, centre(view, unit))
        assert view.selection.hover == (unit if unit.layer == 0 else None)  # other views know of no maps
        assert picture(view) != quiet
        seen.append(view.said(QPointF(centre(view, unit))))
        assert seen[-1] == about(reading, unit)
    assert seen[0][0] == "pixel row 4, column 5"
    assert ("off for this example" in seen[0][1]) == (not maps.pixels_on[row, 3, 4])
    assert seen[1][0] == "maps 1, map 6, row 2, column 3"
    assert seen[1][1] == f"activation {maps.maps[0][row, 1, 2, 5]:.4f}"
    assert "5 × 5" in seen[1][2]
    assert seen[2][0] == "maps 2, map 4, row 2, column 1"
    assert "5 × 5 × 6" in seen[2][2]
    assert seen[2][-1] == "12 weights out"
    assert about(reading, Weight(0, 11, 3))[1].startswith("maps 2, map 4, row 2, column 1")
    point(view, QPoint(5, 5))
    assert picture(view) == quiet and not view.said(QPointF(5, 5))


def test_a_map_that_is_pointed_at_frames_what_it_saw(qtbot: QtBot) -> None:
    view = shown(qtbot, *stepped())
    quiet = picture(view)
    point(view, centre(view, Unit(-1, (4 * 1 + 2) * 6)))
    loud = picture(view)
    pixels = column_of(view, -2)
    top, bottom, left, right = seen_by(1, 2, 8, 8)
    x = pixels.box.left + (left + right) / 2 * pixels.pitch
    y = [round(pixels.box.top + at * pixels.pitch) for at in (top, bottom)]
    assert all(quiet.pixel(round(x), at) != loud.pixel(round(x), at) for at in y)


def test_headings(qtbot: QtBot) -> None:
    view = shown(qtbot, *stepped())
    reading = view.scene.reading  # type: ignore[union-attr]
    on = int(reading.before[0].on.sum())
    assert headings(reading, -2, on)[0] == ("pixels", "p = 0.2 off, kept × 1.25", f"{on} of 64 on")
    name, made, size = headings(reading, -1)[0]
    assert (name, made) == ("maps 1", "5 × 5 kernels, 2 × 2 max")
    assert size.startswith("6 of 4 × 4, 0 to ")
    assert headings(reading, 0)[1][2] == "4 of 2 × 2"
    assert headings(reading, 1, 6)[0][1] == "p = 0.5 off, kept × 2"  # not shifted by the layers before


def test_one_pair_and_step_0(qtbot: QtBot) -> None:
    view = shown(qtbot, *stepped(0, maps=3))
    scene = view.scene
    assert scene is not None
    assert [c.layer for c in scene.layout.every] == [-1, 0, 1, 2]
    assert "no mask drawn yet" in about(scene.reading, Unit(-1, 0))[1]
    assert scene.reading.before[0].on.all()


@pytest.mark.parametrize("size", [(260, 200), (420, 300), (1600, 900)])
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_sizes(qtbot: QtBot, size: tuple[int, int], theme: str) -> None:
    view = shown(qtbot, *stepped(), size=size, theme=theme)
    for at in view.scene.layout.every:  # type: ignore[union-attr]
        assert at.box.left >= 0
        assert at.box.right <= size[0]


@pytest.mark.parametrize("entry", registry.entries("views").values(), ids=lambda e: e.key)
def test_views_that_cannot_show_maps_say_so(entry: registry.Entry) -> None:
    data = Trainer(CONFIG).data
    kind = entry.load().View
    why = kind.reason_not(CONFIG, data)
    if not kind.MAPS:
        assert "convolutions" in why
        assert why.endswith(".")
    assert kind.reason_not(CONFIG.changed(maps=[]), data) == kind.why_not(CONFIG.changed(maps=[]), data)


@pytest.mark.parametrize(
    ("scaling", "said"), [("inverted", "kept × 1.25"), ("classical", "in use × 0.8"), ("none", "unscaled: wrong")]
)
def test_the_heading_of_pixels_says_how_they_are_scaled(scaling: str, said: str) -> None:
    snapshot, data = stepped(1, scaling=scaling)
    reading = NetworkReader().read(snapshot, data, 0, follow=True)
    assert headings(reading, -2, 50)[0] == ("pixels", f"p = 0.2 off, {said}", "50 of 64 on")
