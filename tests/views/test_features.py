"""The Features view: which unit stands where, what is pointed at and clicked, large networks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.features import view as view_file
from dropout_viz.views.features.sheets import fit
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def large(units: int = 800, image: tuple[int, int] = (28, 28), step: int = 5) -> Frame:
    """A frame of a network on pictures, without a run."""
    base = frame_of("digits", 2)
    random = np.random.default_rng(0)
    pixels = image[0] * image[1]
    snapshot = replace(
        base.snapshot,
        step=step,
        weights=(random.normal(size=(pixels, units)).astype(np.float32), np.zeros((units, 10), np.float32)),
        activations=(np.zeros((1, pixels)), np.zeros((1, units)), np.zeros((1, 10))),
    )
    data = DataSet(random.random((4, pixels)), np.eye(10)[:4], image=image)
    return Frame((Arm("", snapshot, base.history),), data)


def middle(view: view_file.View, unit: int, arm: int = 0) -> QPointF:
    assert view.scene is not None
    sheet, grid = view.scene.sheets[arm], view.scene.grids[arm]
    x, y = grid.corner(int(np.flatnonzero(sheet.order == unit)[0]))
    return QPointF(x + 0.4 * grid.cell[0], y + 0.4 * grid.cell[1])


def test_units_stand_by_norm_or_by_number(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60)
    view = shown(qtbot, "features", frame)
    norms = np.linalg.norm(frame.snapshot.weights[0], axis=0)
    (sheet,) = view.scene.sheets
    assert np.allclose(sheet.norms, norms) and (np.diff(norms[sheet.order]) <= 0).all()
    assert view.said(middle(view, int(norms.argmax())))[1].endswith("the largest of 32")
    view.header_tools()[1].setCurrentIndex(1)
    assert view.scene.sheets[0].order.tolist() == list(range(32))


def test_every_pixel_has_the_colour_of_its_weight(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60)
    view = shown(qtbot, "features", frame, size=(900, 700))
    image, weights = picture(view), frame.snapshot.weights[0]
    grid = view.scene.grids[0]
    step = grid.cell[0] / 9
    for unit, row, column in ((3, 2, 5), (20, 7, 0), (31, 4, 4)):
        x, y = grid.corner(int(np.flatnonzero(view.scene.sheets[0].order == unit)[0]))
        at = QPointF(x + (column + 0.5) * step, y + (row + 0.5) * step)
        value = float(weights[row * 8 + column, unit])
        wanted = view.style_.signed(value, float(np.abs(weights[:, unit]).max()))
        seen = image.pixelColor(at.toPoint())
        assert max(abs(seen.red() - wanted.red()), abs(seen.blue() - wanted.blue())) <= 3
        point(view, at)
        said = view.said(at)
        assert said[0] == f"hidden 1, unit {unit + 1}"
        assert said[2] == f"pixel row {row + 1}, column {column + 1}: {number(value, 3)}"
        assert view.selection.hover == Unit(1, unit)


def test_a_click_chooses_the_weight_under_the_mouse(qtbot: QtBot) -> None:
    view = shown(qtbot, "features", frame_of("digits", 60), size=(900, 700))
    at = middle(view, 11)
    before = picture(view)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    chosen = view.selection.weight
    assert (chosen.layer, chosen.target) == (0, 11) and chosen.source == 3 * 8 + 3
    assert picture(view) != before
    point(view, at)
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.selection.hover is None


def test_what_is_pointed_at_elsewhere_is_framed(qtbot: QtBot) -> None:
    view = shown(qtbot, "features", frame_of("digits", 60))
    plain = picture(view)
    view.selection.point_at(Unit(1, 5))
    by_unit = picture(view)
    view.selection.point_at(Weight(0, 3, 5))
    assert plain != by_unit == picture(view)
    for elsewhere in (Unit(0, 5), Unit(2, 5), Weight(1, 5, 2), Unit(1, 999)):
        view.selection.point_at(elsewhere)
        assert picture(view) == plain


def test_one_scale_for_all_arms(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60, compare=True)
    view = shown(qtbot, "features", frame)
    assert [s.name for s in view.scene.sheets] == ["with dropout", "without dropout"]
    assert all(np.isnan(s.limit) for s in view.scene.sheets)
    box = view.header_tools()[0]
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton)
    one, other = view.scene.sheets
    biggest = max(np.quantile(np.abs(a.snapshot.weights[0]), 0.999) for a in frame.arms)
    assert one.limit == other.limit == pytest.approx(biggest)
    first, second = view.scene.grids
    assert first.left + first.width < second.left
    assert view.said(middle(view, 2, arm=1))[0] == "hidden 1, unit 3, without dropout"


def test_800_units_of_mnists_size_are_one_picture(qtbot: QtBot) -> None:
    view = view_file.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.resize(465, 360)
    view.show()
    view.show_frame(large())
    assert view.scene is None  # it is computed on the worker
    qtbot.waitUntil(lambda: view.scene is not None)
    grid = view.scene.grids[0]
    assert grid.columns * grid.rows >= 800 and grid.cell[0] > 10
    picture(view)
    at = middle(view, 799)
    point(view, at)
    assert view.selection.hover == Unit(1, 799)
    picture(view)  # with the large picture of the unit
    view.close()


def test_pictures_do_not_jump_about_while_it_trains(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first, later = large(60, (8, 8)), large(60, (8, 8), step=6)
    flipped = replace(
        later.snapshot, weights=(later.snapshot.weights[0] * np.linspace(9, 1, 60), later.snapshot.weights[1])
    )
    later = Frame((replace(later.arms[0], snapshot=flipped),), later.data)
    clock = [100.0]
    monkeypatch.setattr(view_file.time, "monotonic", lambda: clock[0])
    view = shown(qtbot, "features", first)
    order = view.scene.sheets[0].order
    view.show_frame(later)
    assert np.array_equal(view.scene.sheets[0].order, order)
    clock[0] += 2
    view.show_frame(later)
    assert not np.array_equal(view.scene.sheets[0].order, order)
    assert (np.diff(view.scene.sheets[0].norms[view.scene.sheets[0].order]) <= 0).all()


@pytest.mark.parametrize("past", [False, True])
def test_the_last_frame_is_in_its_own_order_when_the_run_rests(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, past: bool
) -> None:
    """A moment after the last one came; of a step that is looked back at, at once."""
    monkeypatch.setattr(view_file, "_CALM", 60.0)  # however long pictures stand still while it plays
    first, later = large(60, (8, 8)), large(60, (8, 8), step=6)
    weights = (later.snapshot.weights[0] * np.linspace(9, 1, 60), later.snapshot.weights[1])
    later = Frame((replace(later.arms[0], snapshot=replace(later.snapshot, weights=weights)),), later.data)
    view = shown(qtbot, "features", first)
    view.show_frame(replace(later, newest=9) if past else later)

    def sorts() -> bool:
        sheet = view.scene.sheets[0]
        return bool((np.diff(sheet.norms[sheet.order]) <= 0).all())

    assert sorts() == past
    qtbot.waitUntil(sorts)


def test_it_says_why_there_are_none(qtbot: QtBot) -> None:
    moons = frame_of("moons", 2)
    assert "pixels of a picture" in view_file.View.why_not(moons.snapshot.config, moons.data)
    assert view_file.View.why_not(moons.snapshot.config, frame_of("digits", 2).data) == ""
    view = shown(qtbot, "features", moons)
    picture(view)


def test_of_grids_as_large_the_full_one_is_taken() -> None:
    grid = fit(32, (8, 8), 0, 0, 876, 312, 2.0)
    assert (grid.columns, grid.rows) == (8, 4)
    assert 9 * 11 * 8.5 <= 876 and 9 * 3 * 8.5 <= 312  # 11 by 3 would have been no larger
    assert grid.cell == (9 * 8.5, 9 * 8.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_weights_of_any_kind_are_shown_without_an_exception(qtbot: QtBot, bad: float) -> None:
    frame = frame_of("digits", 2, compare=True)
    arms = tuple(
        replace(
            a, snapshot=replace(a.snapshot, weights=tuple(np.full_like(w, bad) for w in a.snapshot.weights), step=3)
        )
        for a in frame.arms
    )
    view = shown(qtbot, "features", Frame(arms, frame.data))
    for shared in (False, True):
        view.one_scale.value = shared
        picture(view)
        point(view, middle(view, 3))
        picture(view)


@pytest.mark.parametrize("units", [1, 32, 300])
def test_sheets_fit_at_every_size(qtbot: QtBot, units: int) -> None:
    frame = large(units, (8, 8))
    both = Frame((replace(frame.arms[0], name="a"), replace(frame.arms[0], name="b")), frame.data)
    for shown_frame in (frame, both):
        view = shown(qtbot, "features", shown_frame)
        for size in ((160, 120), (380, 300), (300, 900), (465, 360), (1600, 900)):
            view.resize(*size)
            view.refresh()
            picture(view)
            for grid in view.scene.grids:
                assert grid.left >= 0 and grid.left + grid.width <= size[0] + 1
                assert grid.top >= 0 and grid.top + grid.height <= size[1] + 1


def test_a_picture_is_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    frame = frame_of("digits", 60)
    live, still = shown(qtbot, "features", frame), shown(qtbot, "features", frame, theme="light")
    live.order.value = "unit"
    live.one_scale.value = True
    still.prepare_export()
    still.like(live)
    assert still.scene.sheets[0].order.tolist() == list(range(32)) and not np.isnan(still.scene.sheets[0].limit)


def test_a_network_that_begins_with_convolutions_shows_the_kernels_of_the_first(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("digits").changed(maps=[6, 4]))
    trainer.advance(3)
    frame = Frame((Arm("", trainer.snapshot(), trainer.history),), trainer.data)
    assert view_file.View.reason_not(trainer.config, trainer.data) == ""
    view = shown(qtbot, "features", frame, size=(600, 400))
    kernels = trainer.parameters()[0][0][0]
    (sheet,) = view.scene.sheets
    assert np.allclose(sheet.norms, np.linalg.norm(kernels, axis=0))
    assert view.scene.request.image == (5, 5)
    corner = QPointF(*view.scene.grids[0].corner(int(np.flatnonzero(sheet.order == 4)[0])))
    step = view.scene.grids[0].cell[0] / 6  # five pixels and a gap
    lines = view.said(corner + QPointF(3.5 * step, 1.5 * step))
    assert lines[0] == "maps 1, map 5"
    assert lines[2] == f"kernel row 2, column 4: {number(float(kernels[8, 4]), 3)}"
    before = view.selection.weight
    point(view, middle(view, 4))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, 4).toPoint())
    assert view.selection.hover is None  # no other view knows a kernel
    assert view.selection.weight == before
    grid = view.scene.grids[0]
    x, y = grid.corner(int(np.flatnonzero(sheet.order == 4)[0]))
    step = grid.cell[0] / 6
    value = float(kernels[5 * 3 + 1, 4]) / np.abs(kernels[:, 4]).max()
    wanted, seen = view.style_.signed(value, 1.0), picture(view).pixelColor(int(x + 1.5 * step), int(y + 3.5 * step))
    assert abs(wanted.red() - seen.red()) + abs(wanted.blue() - seen.blue()) < 12


def test_a_question_that_waits_is_answered_when_nobody_looks_any_more(qtbot: QtBot) -> None:
    view = shown(qtbot, "features", frame_of("digits", 60))
    view.watched = lambda: True
    view.show_frame(frame_of("digits", 2))  # another run: a thread answers
    view.show_frame(frame_of("digits", 60))
    assert view.busy
    view.watched = lambda: False
    view._sort()  # by its timer
    qtbot.waitUntil(lambda: not view.busy)
    assert view.wrong == "" and view.scene is not None
