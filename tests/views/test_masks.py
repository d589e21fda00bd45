"""The Masks view: every bit in its place, and what a click, the mouse and the wheel do."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from dropout_viz.draw import ink
from dropout_viz.draw import style as look
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.numbers import number
from dropout_viz.draw.text import text_width
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.masks import cover as masks_cover
from dropout_viz.views.masks import matrix as masks_matrix
from dropout_viz.views.masks import view as masks
from dropout_viz.views.masks import words as masks_words
from dropout_viz.views.masks.layout import Layout, make_layout
from dropout_viz.views.masks.matrix import CROSS, FACE, MARKED, cell_pattern, matrix_image, on_colour
from dropout_viz.views.network.view import View as NetworkView
from tests.app.painted_texts import texts_in
from tests.views.hands import frame_of, leave, picture, point, turn


def shown(qtbot: QtBot, trainer: Trainer, size: tuple[int, int] = (560, 460)) -> masks.View:
    view = masks.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(*size)
    view.show_frame(frame_of(trainer))
    picture(view)
    return view


def layout_of(view: masks.View) -> Layout:
    assert view.layout_ is not None
    return view.layout_


def cell(view: masks.View, layer: int, row: int, unit: int) -> QPoint:
    """Return a point in a cell, beside its cross and inside its gap."""
    layout = layout_of(view)
    across, down = layout.column_box(layer, unit), layout.row_box(row)
    assert across is not None and down is not None
    return QPoint(int(across.left + across.width * 0.1), int(down.top + down.height * 0.5))


@pytest.mark.parametrize("size", [(560, 460), (420, 300), (1400, 800)])
def test_every_bit_is_drawn_where_it_belongs(qtbot: QtBot, size: tuple[int, int]) -> None:
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.5))
    trainer.advance(5)
    view = shown(qtbot, trainer, size)
    image, mask = picture(view), trainer.snapshot().masks[1]
    on = on_colour(Ink(view.style_, 1.0, 1.0))
    for row in range(4):
        for unit in range(4):
            there = image.pixelColor(cell(view, 1, row, unit))
            assert (there == on) == bool(mask[row, unit]), (row, unit)
    assert {bool(b) for b in mask.ravel()} == {True, False}


def test_pixels_of_a_matrix_are_its_bits() -> None:
    mask = np.random.default_rng(0).random((40, 900)) < 0.5
    colours = np.array([1, 2, 3, 4], np.uint32)
    fine = matrix_image(mask, 1, 1, 1, colours)
    np.testing.assert_array_equal(fine == 4, mask)
    large = matrix_image(mask, 12, 10, 1, colours)
    assert large.shape == (480, 9000)
    np.testing.assert_array_equal(large[::12, ::10] == 4, mask)
    assert (large[11::12] == 1).all() and (large[:, 9::10] == 1).all()
    crosses = (large == 3).reshape(40, 12, 900, 10).any(axis=(1, 3))
    np.testing.assert_array_equal(crosses, ~mask)


def test_a_click_on_a_row_chooses_its_example_for_every_view(qtbot: QtBot) -> None:
    trainer = Trainer(RunConfig(data="moons", hidden=(5,), p_hidden=(0.4,), batch_size=6))
    trainer.advance(3)
    view = shown(qtbot, trainer)
    network = NetworkView(view.selection, look.style("dark"))
    qtbot.addWidget(network)
    network.resize(700, 500)
    network.show_frame(frame_of(trainer))
    for row in (4, 0):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=cell(view, 1, row, 2))
        assert view.selection.example == trainer.snapshot().examples[row]
        network.grab()
        assert network.scene is not None and network.scene.reading.shown.row == row
    place = QPoint(int(layout_of(view).thumbs.left + 20), int(layout_of(view).thumbs.bottom - 20))  # type: ignore
    view.selection.choose(example=int(trainer.snapshot().examples[3]))
    picture(view)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert view.selection.example == view.thumbs[0].example


def test_hovering_names_unit_and_example_and_tells_the_other_views(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.5))
    trainer.advance(7)
    view = shown(qtbot, trainer)
    point(view, cell(view, 1, 2, 3))
    assert view.selection.hover == Unit(1, 3)
    assert view.frame_ is not None
    words = view.said(QPointF(cell(view, 1, 2, 3)))
    assert words[0] == "hidden 1, unit 4, example 3"
    assert words[1].startswith("on" if trainer.snapshot().masks[1][2, 3] else "off")
    assert picture(view) != QImage()
    layout = layout_of(view)
    bar = QPoint(cell(view, 1, 2, 3).x(), int(layout.shares.middle))
    point(view, bar)
    presence = trainer.snapshot().presence
    assert presence is not None
    on = 28 - int(presence.off[1][3])
    assert view.said(QPointF(bar))[1].startswith(f"on in {on} of 28 masks")
    leave(view)
    assert view.selection.hover is None
    bare = picture(view)
    view.selection.point_at(Weight(1, 2, 0))  # elsewhere: its source is unit 3
    assert picture(view) != bare


def test_wide_layers_scroll_and_change_places(qtbot: QtBot) -> None:
    config = RunConfig(data="moons", examples=200, hidden=(700, 40), p_hidden=(0.5,), dtype="float32")
    trainer = Trainer(config)
    trainer.advance(1)
    view = shown(qtbot, trainer, (460, 420))
    layout = layout_of(view)
    assert [block.layer for block in layout.blocks] == [1] and [layer for layer, _ in layout.tabs] == [1, 2]
    assert layout.blocks[0].shown < 700 and layout.shown_rows < 200
    inside = QPoint(int(layout.blocks[0].box.centre), int(layout.top + 5))
    turn(view, inside, -120)
    picture(view)
    assert layout_of(view).first_row > 0 and layout_of(view).blocks[0].first == 0
    for _ in range(16):
        turn(view, inside, -120, Qt.KeyboardModifier.ShiftModifier)
        picture(view)
    block = layout_of(view).blocks[0]
    assert block.first + block.shown == 700
    row = layout_of(view).first_row
    image = picture(view)
    mask = trainer.snapshot().masks[1]
    on = QColor(on_colour(Ink(view.style_, 1.0, 1.0)))
    for k in range(0, block.shown, 7):
        at = QPoint(int(block.box.left) + k, int(layout_of(view).top) + 8)
        expected = mask[row + 8 // layout_of(view).row, block.first + k]
        assert (image.pixelColor(at) == on) == bool(expected)
    tab = layout.tabs[1][1]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(int(tab.centre), int(tab.middle)))
    picture(view)
    assert layout_of(view).blocks[0].layer == 2


def test_the_strip_remembers_the_last_steps_of_this_run_only(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.5))
    view = shown(qtbot, trainer)
    rows = []
    for _ in range(5):
        trainer.advance(1)
        view.show_frame(frame_of(trainer))
        rows.append(trainer.snapshot().masks[1][1])
    view.selection.choose(example=1)
    picture(view)
    assert [thumb.step for thumb in view.thumbs] == [5, 4, 3, 2, 1][: len(view.thumbs)]
    for thumb, on in zip(view.thumbs, reversed(rows), strict=False):
        np.testing.assert_array_equal(thumb.on[1], on)
    view.strip.value = "rows"
    picture(view)
    assert [thumb.example for thumb in view.thumbs] == [0, 1, 2, 3]
    assert view.frame_ is not None
    again = replace(view.frame_.arms[0], snapshot=replace(trainer.snapshot(), run=9))
    view.show_frame(Frame((again,), trainer.data))
    assert len(view.choices()["memory"]["seen"]) == 1


def test_no_share_is_told_of_before_a_mask_was_drawn(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines"))
    view = shown(qtbot, trainer)
    told = [found.text for found in texts_in(view)]
    assert "hidden: no mask drawn yet" in told and not [text for text in told if "%" in text or text == "on in"]
    trainer.advance(1)
    view.show_frame(frame_of(trainer))
    told = [found.text for found in texts_in(view)]
    assert "on in" in told and sum(text.endswith(" %") for text in told) >= 4
    view.close()


def test_words_say_what_was_counted_and_expected() -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(40)
    said = masks_words.used(trainer.snapshot())
    assert said[0][0] == f"{trainer.snapshot().visited} of 16 sub-networks used (2⁴)"
    assert said[1][0].startswith("expected by now ")
    trainer.change(p_hidden=0.5)
    trainer.advance(10)
    both = masks_words.expected(trainer.snapshot(), [0, 40, 50])
    assert both is not None and both[0] == 0 and both[0] < both[1] < both[2] < 16
    large = Trainer(load_preset("digits"))
    large.advance(2)
    assert masks_words.used(large.snapshot())[0][0].startswith("2³² = 4.3×10⁹")
    assert "64 masks drawn" in masks_words.used(large.snapshot())[1][0]


def test_what_is_expected_is_the_sum_over_all_sixteen_masks() -> None:
    """Each phase counts with its own p and with all its draws: steps times examples."""
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(6)
    trainer.change(p_hidden=0.5)
    trainer.advance(3)
    snapshot, examples = trainer.snapshot(), len(trainer.data.x)

    def by_hand(steps: dict[float, int]) -> float:
        total = 0.0
        for on in range(5):  # units that are on: so many masks are alike
            missed = math.prod((1 - (1 - p) ** on * p ** (4 - on)) ** (n * examples) for p, n in steps.items())
            total += math.comb(4, on) * (1 - missed)
        return total

    wanted = [by_hand({0.2: 2}), by_hand({0.2: 6}), by_hand({0.2: 6, 0.5: 1}), by_hand({0.2: 6, 0.5: 3})]
    assert masks_words.expected(snapshot, [2, 6, 7, 9]) == pytest.approx(wanted)
    assert masks_words.used(snapshot)[1] == [f"expected by now {number(wanted[-1], 4)}"]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"hidden": (64, 64), "p_hidden": 0.001}, "about"),  # alike in both layers: taken as one of 128 units
        ({"hidden": (4000,), "p_hidden": 0.00001}, "about"),
        ({"hidden": (300, 300), "p_hidden": (0.0001, 0.0002)}, ""),  # too many groups to sum over
        ({"hidden": (300, 300), "p_hidden": (0.2, 0.5)}, "practically all different"),
    ],
)
def test_no_masks_are_called_different_that_are_not(settings: dict[str, Any], told: str) -> None:
    config = load_preset("curve").changed(examples=24, **settings)
    trainer = Trainer(config, recording=False)
    trainer.advance(1)
    step = trainer.snapshot()
    drawn = 2400
    step = replace(step, step=drawn // len(step.examples))
    (said, bare) = masks_words.used(step)[1] if told else (*masks_words.used(step)[1], "")
    assert said.startswith("2,400 masks drawn")
    assert said.endswith(told) if told != "about" else ", about " in said
    assert bare or "different" not in said
    if told == "about":
        random = np.random.default_rng(0)
        runs = [
            len({row.tobytes() for row in np.packbits(random.random((drawn, units)) < p, axis=1)})
            for units, p in [(sum(config.hidden), config.p_hidden[0])] * 5
        ]
        claimed = int(said.split("about ")[1].split()[0].replace(",", ""))
        assert abs(claimed - np.mean(runs)) < 5 * np.std(runs, ddof=1)


def test_what_a_share_may_stray_by_is_of_every_p_that_it_was_drawn_under() -> None:
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.0))
    trainer.advance(30)
    trainer.change(p_hidden=0.9)
    trainer.advance(30)
    snapshot = trainer.snapshot()
    rows = 30 * len(snapshot.examples)
    drawn = np.random.default_rng(0).binomial(rows, 0.1, 100_000)
    wanted = 100 * ((rows + drawn) / (2 * rows)).std()
    said = masks_words.about_share(snapshot, trainer.data, 1, 0)[-1]
    assert said.startswith("expected 55.0 % ± ") and said.endswith(" points")
    assert float(said.split()[4]) == pytest.approx(wanted, abs=0.06)


def test_why_not_without_dropout() -> None:
    trainer = Trainer(load_preset("xor").changed(p_hidden=0.0))
    assert "every unit is on" in masks.View.why_not(trainer.config, trainer.data)
    assert not masks.View.why_not(load_preset("xor").changed(p_hidden=0.2), trainer.data)


@pytest.mark.thinned(3)
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("rows", [1, 4, 100, 5000])
@pytest.mark.parametrize("layers", [[(1, 4)], [(0, 20), (1, 8), (2, 8)], [(1, 800), (2, 800)]])
@pytest.mark.parametrize("size", [(220, 160), (460, 420), (1600, 900)])
def test_nothing_leaves_the_view(size: tuple[int, int], layers: list[tuple[int, int]], rows: int, scale: float) -> None:
    layout = make_layout(
        *size, layers, rows, label=40, chosen=1, first_row=10**6, first_unit=10**6, curve=True, scale=scale
    )
    for block in layout.blocks:
        assert block.box.right <= size[0] and block.first + block.shown <= block.units
    assert layout.first_row + layout.shown_rows <= rows
    assert layout.cover is not None and layout.cover.bottom <= size[1]


def test_factors_are_a_heat_map_about_one(qtbot: QtBot) -> None:
    """Where noise turns no unit off: grey below 1, the colour of activation above, and what the mouse reads is true."""
    trainer = Trainer(load_preset("three-lines-exact").changed(noise="gaussian", p_hidden=0.5))
    trainer.advance(40)
    view = shown(qtbot, trainer)
    factors = trainer.snapshot().factors[1]
    image, style = picture(view), look.style("dark")
    for row, unit in np.ndindex(factors.shape):
        seen = image.pixelColor(cell(view, 1, row, unit))
        end = QColor(style.activation_high if factors[row, unit] > 1 else style.off_mark)
        share = 0.12 + 0.88 * min(abs(factors[row, unit] - 1) / 2, 1)  # p = 0.5: a standard deviation of 1
        panel = QColor(style.panel)
        wanted = [round(a + (b - a) * share) for a, b in zip(panel.getRgb()[:3], end.getRgb()[:3], strict=True)]
        assert np.abs(np.array(seen.getRgb()[:3]) - wanted).max() <= 4, (row, unit)
    said = masks_words.about_cell(trainer.snapshot(), trainer.data, 1, 0, 0)
    assert any(f"{factors[0, 0]:.2f}"[:4].replace("-", "−") in line for line in said)
    assert layout_of(view).thumbs is None
    assert "expected 1 and 1" in masks_words.heading(trainer.snapshot(), 1)[0]


def test_counts_in_slow_motion_name_the_step_that_they_are_of(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The masks are the next step's, which has not been done: it counts nowhere yet."""
    trainer = Trainer(load_preset("three-lines").changed(p_hidden=0.5))
    trainer.advance(4)
    view = shown(qtbot, trainer)
    used = trainer.snapshot().visited
    written: list[str] = []
    for module in (ink, masks_cover):
        real = module.draw_text
        monkeypatch.setattr(module, "draw_text", lambda *a, real=real, **k: (written.append(a[3]), real(*a, **k))[1])
    picture(view)
    assert f"{used} of 16 sub-networks used (2⁴)" in written and "the run" in written
    taken = trainer.dissect()
    view.show_frame(replace(view.frame_, dissection=taken))
    view.selection.slow.take(taken)
    written.clear()
    picture(view)
    now = view.now()
    assert now is not None and now.snapshot.step == 5
    np.testing.assert_array_equal(now.snapshot.masks[1], taken.value("m1", 0) != 0)
    assert f"{used} of 16 sub-networks used by step 4 (2⁴)" in written
    assert "step 4" in written and "the run" not in written
    assert not [text for text in written if "used" in text and "by step 4" not in text and text != "used"]


@pytest.mark.parametrize(("height", "width"), [(7, 7), (12, 30), (30, 8), (3, 3), (5, 4), (6, 12)])
def test_what_is_off_has_a_mark_that_is_no_colour(height: int, width: int) -> None:
    pattern = cell_pattern(height, width, 1)
    assert 0 < (pattern == CROSS).sum() < 0.6 * (pattern == FACE).sum()
    assert not (cell_pattern(MARKED - 1, 20, 1) == CROSS).any()


def test_cells_too_small_for_a_mark_say_how_to_read_them(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(load_preset("digits").changed(hidden=(300,), p_hidden=0.5))
    trainer.advance(1)
    written: list[str] = []
    real = ink.draw_text
    monkeypatch.setattr(ink, "draw_text", lambda *a, **k: (written.append(a[3]), real(*a, **k))[1])
    picture(shown(qtbot, trainer, (560, 460)))
    assert [text for text in written if text.endswith("; bright: on, grey: off")]


def test_the_strip_is_greyed_with_the_reason_where_no_unit_is_dropped(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines-exact").changed(noise="gaussian"))
    trainer.advance(2)
    view = shown(qtbot, trainer)
    tool = view.strip.tool()
    qtbot.addWidget(tool)
    assert not tool.isEnabled() and "drops no unit" in tool.toolTip()
    masked = Trainer(load_preset("three-lines"))
    masked.advance(2)
    view.show_frame(frame_of(masked))
    assert tool.isEnabled() and "drops no unit" not in tool.toolTip()


def test_shares_side_by_side_leave_a_space_between_them() -> None:
    ink = Ink(look.style("dark"), 1.0, 3.0)
    shares = [0.795, 0.796, 1.0, 0.805]
    fine = masks_matrix.share_words(shares, 60.0, ink)
    assert fine == ["79.5 %", "79.6 %", "100.0 %", "80.5 %"]
    widest = max(text_width(text, ink.small) for text in fine)
    assert masks_matrix.share_words(shares, widest + 7, ink) == ["80 %", "80 %", "100 %", "80 %"]
    assert masks_matrix.share_words(shares, text_width("100 %", ink.small) + 7, ink) == []
    assert masks_matrix.share_words([], 60.0, ink) == []
