"""The Network view as a widget: what is clicked, pointed at and painted."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import Shot
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.columns import Column
from dropout_viz.draw.numbers import plain
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.network import view as network
from dropout_viz.views.network.about import about, about_unit
from dropout_viz.views.network.words import says
from dropout_viz.views.unit_names import example_words, target_class, unit_name
from dropout_viz.views.weight_names import Names
from tests.app.painted_texts import texts_in
from tests.views.frames import frame_of
from tests.views.hands import picture, point, turn
from tests.views.network_cases import case

BESIDE = round(network.View.BESIDE)
LARGE = round(network.BESIDE_LARGE)


class NoHistory:
    """The view reads no history."""


def shown(
    qtbot: QtBot,
    snapshot: Snapshot,
    data: DataSet,
    size: tuple[int, int] = (900, 600),
    theme: str = "dark",
    example: int = 0,
) -> network.View:
    """Return a view that has painted a frame."""
    selection = Selection()
    selection.example = example
    view = network.View(selection, look.style(theme))
    qtbot.addWidget(view)
    view.resize(*size)
    give(view, snapshot, data)
    return view


def give(view: network.View, snapshot: Snapshot, data: DataSet, arms: int = 1) -> None:
    view.present(Frame(tuple(Arm(f"arm {k}", snapshot, NoHistory()) for k in range(arms)), data))  # type: ignore
    picture(view)


def column(view: network.View, layer: int) -> Column:
    assert view.scene is not None
    return view.scene.layout.columns[layer]


def centre(view: network.View, unit: Unit) -> QPoint:
    at = column(view, unit.layer)
    return QPoint(round(at.x[unit.index]), round(at.y[unit.index]))


def chip(view: network.View, kind: str, value: int | None = None) -> QPoint:
    """Return the middle of a chip of the chooser."""
    assert view.scene is not None
    box = next(c.box for c in view.scene.chips if c.kind == kind and value in (None, c.value))
    return QPoint(round(box.centre), round(box.middle))


def test_clicking_a_chip_chooses_the_example_and_shows_its_mask(qtbot: QtBot) -> None:
    snapshot, data = case()
    view = shown(qtbot, snapshot, data)
    with qtbot.waitSignal(view.selection.changed):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip(view, "example", 2))
    assert view.selection.example == 2
    picture(view)
    assert view.scene is not None
    row = int(np.flatnonzero(snapshot.examples == 2)[0])
    assert np.array_equal(view.scene.reading.on[1], snapshot.masks[1][row])
    assert [c.value for c in view.scene.chips if c.selected] == [2]


@pytest.mark.parametrize("outputs", [1, 3])
def test_outputs_that_are_numbers_of_a_table_have_their_columns_names(qtbot: QtBot, outputs: int) -> None:
    """In the picture, in what is told of it, in tips and in the names of weights; example by example the numbers."""
    snapshot, data = case((2, 4, outputs), examples=20, batch=20)
    names = ("rent", "floor area", "age")[:outputs]
    named = replace(data, targets=names)
    view = shown(qtbot, snapshot, named)
    said = [found.text for found in texts_in(view)]
    assert [text for text in said if text in names] == list(names)
    assert not [text for text in said if text in ("y1", "y")]
    assert all(f"{name} " in view.summary() for name in names)
    for k, name in enumerate(names):
        assert unit_name(named, snapshot.sizes, Unit(2, k)) == f"output {name}"
    assert Names(snapshot.sizes, named).unit(2, 0) == "rent"
    assert target_class(named, 0) == ", ".join(plain(float(value)) for value in data.y[0])
    view.resize(240, 400)
    picture(view)
    assert outputs > 1 or any(found.text.startswith("rent") for found in texts_in(view))


def test_hidden_units_are_named_above_their_circles_where_there_is_room(qtbot: QtBot) -> None:
    snapshot, data = case()
    view, wanted = shown(qtbot, snapshot, data), [f"h{k + 1}" for k in range(snapshot.sizes[1])]
    named = {found.text: found.box for found in texts_in(view) if found.text in wanted}
    assert list(named) == wanted
    assert view.scene is not None
    radius = view.scene.layout.columns[1].radius
    for k, box in enumerate(named.values()):
        middle = centre(view, Unit(1, k))
        assert abs(box.center().x() - middle.x()) < 3 and box.bottom() <= middle.y() - radius
        assert k == 0 or box.top() >= centre(view, Unit(1, k - 1)).y() + radius
    view.resize(420, 240)
    picture(view)
    assert not [found for found in texts_in(view) if found.text in wanted]


def test_pointing_at_a_unit_and_an_edge_names_them_and_a_click_chooses_the_weight(qtbot: QtBot) -> None:
    view = shown(qtbot, *case())
    point(view, centre(view, Unit(1, 2)))
    assert view.selection.hover == Unit(1, 2)
    a, b = centre(view, Unit(0, 2)), centre(view, Unit(1, 3))
    beside = QPoint(round(a.x() + 0.4 * (b.x() - a.x())), round(a.y() + 0.4 * (b.y() - a.y())) + 2)
    point(view, beside)
    assert view.selection.hover == Weight(0, 2, 3)
    with qtbot.waitSignal(view.selection.changed):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=beside)
    assert view.selection.weight == Weight(0, 2, 3)
    point(view, QPoint(450, 8))
    assert view.selection.hover is None


@pytest.mark.parametrize("compare", [False, True])
def test_what_a_resting_mouse_has_marked_is_what_is_told_and_chosen_whatever_edges_become_strongest(
    qtbot: QtBot, compare: bool
) -> None:
    first, later = (frame_of("digits", steps, compare=compare, seed=0) for steps in (0, 300))
    view = network.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.present(first)
    picture(view)
    scene = view.scene
    assert scene is not None
    edges = scene.reading.edges[1].ends
    for source, target in zip(edges.source.tolist(), edges.target.tolist(), strict=True):
        x1, y1, x2, y2 = scene.layout.ends(Weight(1, source, target))
        at = QPoint(round(0.6 * x1 + 0.4 * x2), round(0.6 * y1 + 0.4 * y2))
        view.present(first)
        picture(view)
        point(view, at)
        marked = view.selection.hover
        view.present(later)
        picture(view)
        if isinstance(marked, Weight) and view._thing_at(at.x(), at.y()) != marked:
            break
    else:
        pytest.fail("no edge's place was taken by another: nothing is tried")
    assert isinstance(marked, Weight) and view.selection.hover == marked and view.scene is not None
    assert view.said(at.toPointF()) == about(view.scene.reading, marked)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.selection.weight == marked
    point(view, at + QPoint(0, 1))
    assert view.selection.hover == view._thing_at(at.x(), at.y() + 1), "a mouse that moves points anew"


@pytest.mark.parametrize("told", [{"standardised": True}, {"standardised": False}, {}])
@pytest.mark.parametrize("classes", [(), ("ash", "oak")])
def test_numbers_of_a_table_say_that_they_are_standardised(
    qtbot: QtBot, told: dict[str, object], classes: tuple[str, ...]
) -> None:
    """Those of inputs and of outputs that are numbers; of classes the output is none of its table's numbers."""
    snapshot, data = case((2, 4, 1), examples=20, batch=20)
    view = shown(qtbot, snapshot, replace(data, told=told, classes=classes))
    standardised = bool(told.get("standardised"))
    words = "inputs standardised" if classes else "standardised"
    marked = ["input, standardised", words] * standardised
    assert [t.text for t in texts_in(view) if "standardised" in t.text] == marked
    assert ("input, standardised: " in view.summary()) == standardised
    for unit, of_table in ((Unit(0, 1), True), (Unit(1, 2), False), (Unit(2, 0), not classes)):
        point(view, centre(view, unit))
        said = [t.text for t in texts_in(view) if t.text.startswith("standardised: 0 is the training mean")]
        assert len(said) == (standardised and of_table), unit


def test_what_another_view_points_at_lights_up_here_and_what_does_not_exist_does_no_harm(qtbot: QtBot) -> None:
    view = shown(qtbot, *case())
    quiet = picture(view)
    view.selection.point_at(Unit(1, 1))
    assert picture(view) != quiet
    assert view.scene is not None
    reading = view.scene.reading
    assert {w.layer for w in reading.lit_by(Unit(1, 1))} == {0, 1} and len(reading.lit_by(Unit(1, 1))) == 4
    for nothing in (Unit(9, 0), Unit(1, 99), Weight(5, 0, 0), Weight(0, 0, 99), None):
        view.selection.point_at(nothing)
        assert picture(view) == quiet


@pytest.mark.parametrize("theme", look.THEMES)
def test_a_dropped_unit_is_painted_grey_and_crossed_out_from_rim_to_rim(qtbot: QtBot, theme: str) -> None:
    snapshot, data = case(p_input=0.0)
    mask = snapshot.masks[1].copy()
    mask[:, 1], mask[:, 2] = False, True
    view = shown(qtbot, replace(snapshot, masks=(snapshot.masks[0], mask)), data, theme=theme)
    image, at, colours = picture(view), column(view, 1), look.style(theme)
    x, y, r = float(at.x[1]), float(at.y[1]), at.radius

    def near(px: float, py: float) -> list[QColor]:
        return [image.pixelColor(round(px) + i, round(py) + j) for i in (0, -1, 1) for j in (0, -1, 1)]

    def close(seen: QColor, wanted: str, by: int = 24) -> bool:
        return all(abs(a - b) <= by for a, b in zip(seen.getRgb(), QColor(wanted).getRgb(), strict=True))

    for dx, dy in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
        assert close(near(x + dx * r, y + dy * r)[0], colours.off, 2)
    for corner in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        for far in (0.3, 0.6):
            dx, dy = (far * r * s for s in corner)
            assert any(close(c, colours.off_mark) for c in near(x + dx, y + dy))
    kept = image.pixelColor(round(float(at.x[2]) + 0.75 * r), round(float(at.y[2])))
    assert not close(kept, colours.off, 2)


def test_a_dropped_cell_of_a_grid_shows_its_cross(qtbot: QtBot) -> None:
    snapshot, data = case((64, 100, 10), examples=20, batch=8, image=(8, 8))
    view = shown(qtbot, snapshot, data, (1400, 900))
    assert view.scene is not None
    image, at, on = picture(view), column(view, 1), view.scene.reading.on[1]
    assert at.tiles is not None
    cell = at.tiles.cell
    assert cell >= 8
    ink = view.scene.ink
    cross, face = ink.still("off_mark", 0.6), ink.still("off", 0.55)
    for index in range(100):
        left, top = at.x[index] - at.radius, at.y[index] - at.radius
        corner = image.pixelColor(round(left), round(top))
        side = image.pixelColor(round(left + (cell - 1) / 2), round(top + 1))
        assert (corner == cross) == (not on[index])
        assert (side == face) == (not on[index])


def test_a_mini_batch_is_followed_until_an_example_is_chosen(qtbot: QtBot) -> None:
    snapshot, data = case((2, 4, 1), examples=30, batch=5, seed=3)
    view = shown(qtbot, snapshot, data)
    assert view.scene is not None and view.scene.reading.follow
    first = int(snapshot.examples[0])
    assert view.scene.reading.shown.example == first
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip(view, "next"))
    assert view.selection.example == min(first + 1, 29)
    picture(view)
    assert not view.scene.reading.follow and view.scene.reading.shown.chosen == view.selection.example
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip(view, "follow"))
    picture(view)
    assert view.scene.reading.follow
    view.selection.choose(example=11)  # as another view would
    picture(view)
    assert not view.scene.reading.follow and view.scene.reading.shown.chosen == 11
    view.selection.follow_batch(None)  # as a new run does
    give(view, replace(snapshot, run=2), data)
    assert view.scene.reading.follow


def test_the_head_tells_the_example_that_is_drawn(qtbot: QtBot) -> None:
    """Also where the step's batch did not hold the chosen one, whose number the row keeps."""
    snapshot, data = case((2, 4, 1), examples=30, batch=5, seed=3)
    missing = next(k for k in range(29, -1, -1) if k not in snapshot.examples)
    view = shown(qtbot, snapshot, data)
    view.selection.choose(example=missing)

    def head(width: int) -> list[str]:
        view.resize(width, 600)
        picture(view)
        return [t.text for t in texts_in(view) if t.box.center().y() < 40]

    wide, narrow = head(900), head(380)
    assert view.scene is not None
    drawn = view.scene.reading.shown.example
    assert drawn != missing
    assert f"example {missing + 1} of 30" in wide, "what is chosen stays so"
    assert f"example {drawn + 1} shown: {example_words(data, drawn)}" in wide
    assert not [text for text in wide + narrow if example_words(data, missing) in text]
    assert f"{drawn + 1} shown" in narrow[-1]
    view.selection.choose(example=drawn)
    assert example_words(data, drawn) in head(900), "and of the chosen one, nothing but what it holds"
    view.selection.choose(example=missing)
    made = Frame((Arm("", snapshot, NoHistory()),), data)  # type: ignore
    with FigureCanvas(Shot("network", (900, 600), selection=view.selection.choices()), made) as canvas:
        canvas.image()
        assert isinstance(canvas.view, network.View) and canvas.view.scene is not None
        told = [chip.text for chip in canvas.view.scene.chips]
    assert told == [f"example {drawn + 1} of 30", example_words(data, drawn)]


def test_an_examples_number_can_be_typed_and_turned(qtbot: QtBot) -> None:
    view = shown(qtbot, *case((2, 4, 1), examples=30, batch=30))
    view.show()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip(view, "number"))
    editor = view.findChild(QSpinBox)
    assert editor is not None and (editor.minimum(), editor.maximum(), editor.value()) == (1, 30, 1)
    editor.setValue(17)
    assert view.selection.example == 16
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert not editor.isVisible()
    at = chip(view, "number")
    turn(view, at, -120)
    turn(view, at, -120)
    assert view.selection.example == 18  # both turns count, painted in between or not


def test_of_several_runs_one_is_shown_and_can_be_changed(qtbot: QtBot) -> None:
    snapshot, data = case()
    view = shown(qtbot, snapshot, data)
    view.resize(2 * BESIDE - 1, 500)
    other = replace(snapshot, weights=tuple(w * 3 for w in snapshot.weights))
    view.present(Frame((Arm("with", snapshot, NoHistory()), Arm("without", other, NoHistory())), data))  # type: ignore
    view.selection.choose_arm(1)
    picture(view)
    assert view.scene is not None and view.scene.reading.snapshot is other
    assert view.summary().startswith("without: ")
    twin = network.View(view.selection, view.style_)
    qtbot.addWidget(twin)
    twin.like(view)
    twin.resize(view.size())
    twin.present(view.given)  # type: ignore[arg-type]
    assert picture(twin) == picture(view)
    give(view, snapshot, data)  # the second run has gone
    assert view.scene.reading.snapshot is snapshot


@pytest.mark.parametrize(("preset", "wide"), [("moons", BESIDE), ("three-lines", BESIDE), ("digits", LARGE)])
def test_side_by_side_no_word_of_the_row_of_examples_lies_over_another(qtbot: QtBot, preset: str, wide: int) -> None:
    view = network.View(Selection(), look.style("light"))
    qtbot.addWidget(view)
    view.resize(2 * wide, 400)
    view.present(frame_of(preset, 2, compare=True))
    picture(view)
    assert len(view.scenes) == 2
    for scene in view.scenes.values():
        row = [chip.box for chip in scene.chips]
        assert all(one.right <= other.left for one, other in pairwise(row)) and row[-1].right <= wide


@pytest.mark.parametrize("height", [190, 400])
def test_in_a_slim_view_what_the_output_says_stands_below_the_network(qtbot: QtBot, height: int) -> None:
    view = network.View(Selection(), look.style("light"))
    qtbot.addWidget(view)
    view.resize(2 * BESIDE, height)
    view.present(frame_of("three-lines", 300, compare=True))
    texts = texts_in(view)
    for left, scene in view.scenes.items():
        layout = scene.layout
        (said,) = [t for t in texts if t.text.startswith(says(scene.reading)) and left <= t.box.left() < left + BESIDE]
        assert said.box.top() >= max(column.box.bottom for column in layout.columns)
        assert said.box.bottom() <= layout.legend.top and said.box.right() <= left + BESIDE
        assert layout.columns[-1].box.right > 0.8 * layout.width, "the network has the room beside it"


@pytest.mark.parametrize("size", [(900, 520), (510, 680), (300, 360), (300, 260), (260, 140)])
@pytest.mark.parametrize("outputs", [2, 3, 4])
def test_few_outputs_are_named_by_their_classes(qtbot: QtBot, size: tuple[int, int], outputs: int) -> None:
    """Each has its own name beside it, whole where there is room, and nothing there lies over anything."""
    snapshot, data = case((3, 4, outputs), examples=12, batch=12)
    names = ("ash", "maple", "a tree that has a name of many words", "oak")[:outputs]
    view = shown(qtbot, snapshot, replace(data, classes=names), size)
    at = column(view, 2)
    area = view.scene.layout.area if view.scene is not None else None
    assert area is not None
    beside = [
        found
        for found in texts_in(view)
        if found.box.left() > at.box.right and area.top - 20 < found.box.center().y() < area.bottom + 20
    ]
    for k, name in enumerate(names):
        near = [t for t in beside if t.text.startswith(name[:2]) and abs(t.box.center().y() - at.y[k]) < 20]
        assert len(near) == 1, (name, [t.text for t in beside])
        assert len(name) > 5 or near[0].text.startswith(name), near[0].text
    for one, other in combinations([t.box.adjusted(1, 3, -1, -3) for t in beside], 2):
        assert not one.intersects(other)
    assert max(t.box.right() for t in beside) <= size[0]


def test_one_output_has_no_name(qtbot: QtBot) -> None:
    snapshot, data = case()
    view = shown(qtbot, snapshot, replace(data, classes=("ash", "oak")))
    assert not [t.text for t in texts_in(view) if t.text in ("ash", "oak", "y")]
    assert [t.text for t in texts_in(view) if t.text.startswith("thinned: ")]


def test_arms_stand_side_by_side_where_there_is_room(qtbot: QtBot) -> None:
    """And each answers to the mouse where it stands."""
    snapshot, data = case()
    view = shown(qtbot, snapshot, data)
    other = replace(snapshot, weights=tuple(w * 3 for w in snapshot.weights))
    arms = (Arm("with", snapshot, NoHistory()), Arm("without", other, NoHistory()))
    view.present(Frame(arms, data))  # type: ignore[arg-type]
    view.resize(2 * BESIDE, 500)
    picture(view)
    first, second = view.scenes.values()
    assert (first.reading.snapshot, second.reading.snapshot) == (snapshot, other)
    assert (first.chips[-1].text, second.chips[-1].text) == ("with", "without")
    assert first.layout.width == second.layout.width == BESIDE == list(view.scenes)[1]
    assert first.reading.limits == second.reading.limits  # one scale, that of the stronger weights
    alone = shown(qtbot, other, data)
    assert alone.scene is not None and second.reading.limits == alone.scene.reading.limits
    unit = centre(view, Unit(1, 2))
    there = unit + QPoint(BESIDE, 0)
    for at, scene in ((unit, first), (there, second)):
        point(view, at)
        assert view.selection.hover == Unit(1, 2)
        assert view.said(at.toPointF()) == about(scene.reading, Unit(1, 2))
    a, b = centre(view, Unit(0, 2)), centre(view, Unit(1, 3))
    beside = QPoint(round(a.x() + 0.4 * (b.x() - a.x())), round(a.y() + 0.4 * (b.y() - a.y())) + 2)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=beside + QPoint(BESIDE, 0))
    assert view.selection.weight == Weight(0, 2, 3) and view.selection.arm == 1
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=chip(view, "next") + QPoint(BESIDE, 0))
    assert view.selection.example == 1
    view.resize(2 * BESIDE - 1, 500)
    picture(view)
    assert [scene.reading.snapshot for scene in view.scenes.values()] == [other]
    view.present(Frame(arms[:1], data))  # type: ignore[arg-type]
    picture(view)
    assert len(view._stages) == 1, "what the second one was drawn with goes with it: a picture of all that stays"


def test_smooth_edges_are_spared_only_while_frames_rush(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(network.time, "monotonic", lambda: now)
    snapshot, data = case((64, 32, 10), examples=20, batch=8, image=(8, 8))
    view = shown(qtbot, snapshot, data)
    calm, frame = picture(view), view.frame_
    assert frame is not None
    now += 0.2
    view.show_frame(frame)
    assert picture(view) == calm
    now += 0.016
    view.show_frame(frame)
    assert picture(view) != calm
    qtbot.waitUntil(lambda: picture(view) == calm)  # no further frame: it comes to rest by itself
    now += 0.016
    view.show_frame(frame)
    now += 0.016
    view.show_frame(frame)
    assert picture(view) != calm
    view.prepare_export()
    assert picture(view) == calm


@pytest.mark.thinned(3)
@pytest.mark.parametrize("size", [(260, 200), (420, 320), (1280, 700)])
@pytest.mark.parametrize(
    "sizes", [(1, 1, 1), (3, 4, 1), (2, 64, 1), (40, 5, 40), (2, *[6] * 8, 1), (784, 800, 800, 10), (9, 4096, 3)]
)
def test_odd_numbers_and_odd_shapes_are_painted_at_any_size(
    qtbot: QtBot, size: tuple[int, int], sizes: tuple[int, ...]
) -> None:
    snapshot, data = case(sizes, examples=9, batch=6, image={784: (28, 28)}.get(sizes[0]))
    snapshot.weights[0][0, 0], snapshot.weights[-1][-1, -1] = np.nan, -np.inf
    snapshot.activations[1][:, 0], snapshot.activations[-1][:, -1] = np.nan, np.inf
    snapshot.biases[0][-1] = np.nan
    view = shown(qtbot, snapshot, data, size, example=8)
    assert view.scene is not None and view.scene.reading.odd
    for layer, index in ((0, 0), (1, sizes[1] - 1), (len(sizes) - 1, sizes[-1] - 1)):
        point(view, centre(view, Unit(layer, index)))
        assert about_unit(view.scene.reading, Unit(layer, index))
    dark = picture(view, 2)
    view.restyle(look.style("light"))
    assert picture(view, 2) != dark


@pytest.mark.parametrize("outputs", [1, 6])
def test_what_is_not_a_number_is_called_so_and_says_nothing(qtbot: QtBot, outputs: int) -> None:
    snapshot, data = case((3, 4, outputs))
    snapshot.activations[-1][:, 0] = snapshot.activations[1][:, 1] = np.nan
    snapshot.weights[0][0, 0] = snapshot.biases[0][1] = np.nan
    view = shown(qtbot, snapshot, data, (760, 460))
    assert view.scene is not None
    reading = view.scene.reading
    told = [view.summary(), *about(reading, Unit(1, 1)), *about(reading, Unit(2, 0)), *about(reading, Weight(0, 0, 0))]
    assert not any(re.search(r"\bnan\b", text) for text in told)
    assert {"weight not a number", "bias not a number", "prediction not a number"} <= set(told)
    if outputs == 1:
        assert "predicts not a number" in told[0]
        painted = [t.text for t in texts_in(view)]
        assert f"{says(reading)} nan" in painted, "beside its circle there is no room for more"
    else:
        assert "says nothing: its outputs are not all finite numbers" in told[0] and reading.said == -1


def test_a_view_without_a_frame_says_so_in_its_own_colours(qtbot: QtBot) -> None:
    view = network.View(Selection(), look.style("light"))
    qtbot.addWidget(view)
    view.resize(300, 200)
    assert picture(view).pixelColor(2, 2) == QColor(look.style("light").panel)


def test_in_the_lowest_panel_the_network_has_room(qtbot: QtBot) -> None:
    """What a window of 900 x 520 leaves of it: the words give way, not the units."""
    frame = Frame.of(Arms.of(load_preset("moons")).look())
    view = network.View(Selection(), look.style("light"))
    qtbot.addWidget(view)
    assert view.minimumHeight() <= 145
    view.show_frame(frame)
    for height, low in ((145, True), (400, False)):
        view.resize(372, height)
        view.grab()
        assert view.scene is not None
        layout = view.scene.layout
        assert layout.low == low and layout.area.height >= 40 and layout.area.bottom <= height
        assert (layout.note is None) or not low


def test_a_step_has_one_picture_at_rest_whatever_was_seen_before_it(qtbot: QtBot) -> None:
    snapshot, data = case()
    louder = replace(snapshot, step=snapshot.step + 1, weights=tuple(w * 2.3 for w in snapshot.weights))
    alone = picture(shown(qtbot, snapshot, data))
    view = shown(qtbot, louder, data)
    for one in (louder, snapshot):  # faster than an eye can rest on one
        give(view, one, data)
    qtbot.waitUntil(lambda: picture(view) == alone)
    assert "memory" not in view.choices()


@pytest.mark.parametrize("preset", ["three-lines", "moons"])
def test_a_figure_names_the_example_and_has_no_buttons(preset: str) -> None:
    made = frame_of(preset, 2)
    with FigureCanvas(Shot("network", (900, 600)), made) as canvas:
        canvas.image()
        assert isinstance(canvas.view, network.View) and canvas.view.scene is not None
        chips = canvas.view.scene.chips
    assert chips and not any(chip.is_button for chip in chips)
    assert chips[0].text.startswith("example ") and chips[0].text.endswith(f" of {len(made.data.x)}")


@pytest.mark.parametrize("preset", ["three-lines", "moons"])
def test_nothing_moves_when_the_first_mask_is_drawn(qtbot: QtBot, preset: str) -> None:
    """Step 0 predicts, later a thinned network does: the room beside the output is the same for both."""
    run = Arms.of(load_preset(preset))
    view = shown(qtbot, run.first.snapshot(), run.first.data)
    assert view.scene is not None
    before = view.scene.layout.area
    run.advance(3)
    fresh = shown(qtbot, run.first.snapshot(), run.first.data)
    assert fresh.scene is not None and fresh.scene.layout.area == before


def test_it_is_told_of_a_unit_that_it_was_taken_away(qtbot: QtBot) -> None:
    frame = frame_of("three-lines", 5)
    view = shown(qtbot, frame.snapshot, frame.data)
    view.selection.take_away(frozenset({Unit(1, 2)}))
    at = centre(view, Unit(1, 2))
    assert view.said(QPointF(at))[-1] == "taken away in the Ablation view, not in the run"
    assert "taken away" not in " ".join(view.said(QPointF(centre(view, Unit(1, 1)))))


def test_the_bar_through_a_unit_that_is_taken_away_leaves_its_number_free(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, data = case(p=0.0)
    view = shown(qtbot, snapshot, data)
    view.selection.take_away(frozenset({Unit(1, 2)}))
    give(view, snapshot, data)
    struck = picture(view)
    monkeypatch.setattr(network, "draw_struck_ring", lambda *_: None)
    view.update()
    plain_ = picture(view)
    (x, y), radius = column(view, 1).centre(2), column(view, 1).radius
    ratio = struck.width() / view.width()
    number = QRectF(x - 0.7 * radius, y - 5, 1.4 * radius, 10)
    box = QRectF(number.left() * ratio, number.top() * ratio, number.width() * ratio, number.height() * ratio).toRect()
    assert radius > 20 and struck != plain_
    assert struck.copy(box) == plain_.copy(box)
    view.close()
