"""All balls at once: each on its own curve at the present loss, on one scale, chosen by click, key and wheel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.slices import every_weight
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import fixed
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.help_parts import as_text
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.parts import Weight
from dropout_viz.views.choices import Choices
from dropout_viz.views.landscape import HELP
from dropout_viz.views.landscape import balls as landscape_balls
from dropout_viz.views.landscape import view as landscape
from dropout_viz.views.landscape import words as landscape_words
from dropout_viz.views.landscape.all import AllWeights
from tests.app.painted_texts import texts_in
from tests.views import landscape_cases as made
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def view_of(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (480, 360), theme: str = "dark") -> AllWeights:
    view = shown(qtbot, "landscape", frame, size, theme)
    assert isinstance(view, landscape.View)
    return view.all


def rerun(frame: Frame, place: Weight, value: float) -> float:
    """Return the loss with one weight set to a value, by running the network anew, in the simplest words."""
    s, x = frame.snapshot, frame.data.x
    weights = [w.copy() for w in s.weights]
    weights[place.layer][place.source, place.target] = value
    for layer, w in enumerate(weights):
        scale = s.config.test_scales[layer]
        name = s.config.output if layer == len(weights) - 1 else s.config.activation
        x = ACTIVATIONS[name].value((scale * x) @ w + (s.biases[layer] if len(s.biases[layer]) else 0))
    return float(np.mean(0.5 * (x - frame.data.y) ** 2))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("preset", ["three-lines", "three-lines-exact", "five-valleys"])
@pytest.mark.parametrize("step", [0, 200])
def test_every_ball_lies_on_its_curve_at_the_present_loss(qtbot: QtBot, preset: str, step: int) -> None:
    frame = frame_of(preset, step)
    view = view_of(qtbot, frame)
    scene = view.scene
    assert scene is not None and scene.places == tuple(every_weight(frame.snapshot.sizes))
    for k, place in enumerate(scene.places):
        value = float(frame.snapshot.weights[place.layer][place.source, place.target])
        assert scene.values[k] == value and abs(value) < scene.half
        assert scene.loss == pytest.approx(rerun(frame, place, value), rel=1e-12)
        curve = scene.curves[k]
        assert curve.value == value and value in curve.t
        assert curve.loss == pytest.approx(scene.loss, rel=1e-12)
        for m in (0, 40, 111, -1):
            assert curve.losses[m] == pytest.approx(rerun(frame, place, curve.t[m]), rel=1e-10, abs=1e-14)
    assert 0 < scene.loss <= scene.top
    picture(view)
    seen = view.shown()
    assert seen is not None
    lowest = seen.middles[:, 1] == seen.middles[:, 1].max()
    assert seen.middles[lowest, 1] == pytest.approx(seen.chart.y(scene.loss))
    np.testing.assert_allclose(seen.middles[:, 0], seen.chart.x(scene.values))


def test_the_balls_sink_together_and_roll_apart(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines"))
    tops, lines, spreads = [], [], []
    for step in (0, 300, 1000, 2000, 5000):
        trainer.advance(step - trainer.step)
        view = view_of(qtbot, Frame((Arm("run", trainer.snapshot(), trainer.history),), trainer.data))
        seen = view.shown()
        assert seen is not None
        tops.append(seen.balls.top)
        lines.append(float(seen.chart.y(seen.balls.loss)))
        spreads.append(float(np.ptp(seen.middles[:, 0])))
    assert tops == [0.2, 0.2, 0.2, 0.2, 0.02]  # one loss axis, until they would lie on its floor
    assert lines[:4] == sorted(lines[:4]) and lines[3] - lines[0] > 100
    assert spreads[-1] > 2 * spreads[1]
    assert lines[4] < seen.chart.area.bottom() - 0.2 * seen.chart.area.height()
    assert landscape_words.axes(seen.balls)[1] == "loss, axis zoomed 10 times"


def test_a_few_large_weights_leave_the_others_apart(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(15_000)
    seen = view_of(qtbot, Frame((Arm("run", trainer.snapshot(), trainer.history),), trainer.data)).shown()
    assert seen is not None
    half, values, chart = seen.balls.half, seen.balls.values, seen.chart
    assert half > 100 and (np.abs(values) < 0.1 * half).sum() >= 4
    small = np.sort(seen.middles[np.abs(values) < 0.1 * half, 0])
    assert small[-1] - small[0] > 0.2 * chart.area.width()
    ticks = chart.weights.ticks(chart.area.width())
    assert ticks == sorted(ticks) and 0.0 in ticks and max(ticks) <= half and len(ticks) >= 5
    assert (np.diff([float(chart.x(tick)) for tick in ticks]) > 30).all()
    for value in values.tolist():
        assert chart.t(float(chart.x(value))) == pytest.approx(value)
    assert "logarithmic beyond" in landscape_words.axes(seen.balls)[0][0]


def test_no_number_of_balls_is_covered_by_a_ball(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(qtbot, frame_of("moons", 100))
    written: list[tuple[float, float, str]] = []
    real = landscape_balls.draw_text
    monkeypatch.setattr(
        landscape_balls,
        "draw_text",
        lambda p, x, y, text, *a, **k: (written.append((x, y, text)), real(p, x, y, text, *a, **k))[1],
    )
    view.grab()
    seen = view.shown()
    assert seen is not None
    counted = [(x, y) for x, y, text in written if text.endswith(" here")]
    assert counted
    for x, y in counted:
        beside, above = np.abs(seen.middles[:, 0] - x), np.abs(seen.middles[:, 1] - y)
        assert not ((beside < 15) & (above < seen.radius + 4)).any()


def test_trails_are_of_the_run(qtbot: QtBot) -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(5000)
    view = view_of(qtbot, Frame((Arm("run", trainer.snapshot(), trainer.history),), trainer.data))
    trails = view.scene.trails  # type: ignore[union-attr]
    steps, path = trainer.history.path.read()
    losses = trainer.history.loss_train.values
    for row, height in zip(trails.weights, trails.losses, strict=True):
        at = int(np.flatnonzero((path == row).all(axis=1))[0])
        assert height == losses[steps[at]]


def test_a_flat_curve_looks_flat_and_is_called_so(qtbot: QtBot) -> None:
    view = view_of(qtbot, frame_of("three-lines", 300))
    seen = view.shown()
    assert seen is not None
    curve = seen.balls.curves[seen.balls.chosen]
    assert np.ptp(seen.chart.y(curve.losses)) < 1
    assert "flat: all of its curve within 0.00011" in landscape_words.chosen(seen.names, seen.balls)[0]
    assert "flat: no valleys to be seen" in landscape_words.ball(seen.names, seen.balls, seen.balls.chosen, 0.0)

    def ground() -> set[str]:
        """The colours between the curves and the weight axis."""
        now, image = view.shown(), picture(view)
        assert now is not None
        area, line = now.chart.area, float(now.chart.y(now.balls.loss))
        return {image.pixelColor(x, int(line) + 40).name() for x in range(int(area.left()) + 4, int(area.right()) - 4)}

    assert ground() == {QColor(view.style_.panel).name()}, "what looks flat has no zones"
    view.selection.choose(weight=Weight(1, 0, 0))
    seen = view.shown()
    assert seen is not None and "(coloured)" in landscape_words.chosen(seen.names, seen.balls)[0]
    assert QColor(view.style_.panel).name() not in ground()


def test_a_low_view_shows_whole_piles_and_says_that_they_are_piles(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    real = landscape_balls.draw_text
    monkeypatch.setattr(
        landscape_balls,
        "draw_text",
        lambda p, x, y, text, *a, **k: (written.append(text), real(p, x, y, text, *a, **k)),
    )
    view = view_of(qtbot, frame_of("three-lines", 20), (414, 200))  # as in a window of 900 x 520
    seen = view.shown()
    assert seen is not None and seen.levels.any()
    assert seen.middles[:, 1].min() - seen.radius - 3 >= seen.chart.area.top()
    written.clear()
    view.grab()
    assert any(text.endswith(" here") for text in written)
    assert any("all at the loss" in text and "stacked" in text for text in written)
    apart = landscape_words.height(seen.balls, stacked=False)
    assert not any("stacked" in text for text in apart)


def test_click_hover_and_chips_choose_and_name_a_ball(qtbot: QtBot) -> None:
    view = view_of(qtbot, frame_of("three-lines", 2000))
    seen = view.shown()
    assert seen is not None
    for k in (3, 11, 14):
        at = QPointF(*seen.middles[k])
        point(view, at)
        place = seen.balls.places[k]
        assert view.selection.hover == place
        said = landscape_words.ball(seen.names, seen.balls, k, 0.0)
        assert seen.names.weight(place) in said[0] and said[1].startswith(f"ball {k + 1}, of hidden unit")
        assert said[1].endswith(f"loss {landscape_words.number(seen.balls.loss)} at step 2,000")
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
        assert view.selection.weight == place and view.scene is not None and view.scene.chosen == k
    area, unit = seen.chips[2]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=area.center().toPoint())
    assert view.selection.weight == Weight(0, 0, 2) and unit == (1, 2)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert view.selection.weight == Weight(0, 0, 2)
    before = picture(view)
    point(view, QPointF(*seen.middles[3]))
    assert picture(view) != before


def test_a_large_network_says_how_many_it_shows(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", frame_of("digits", 2))
    scene, names = view.all.scene, view.all.shown().names
    assert scene.which == "unit" and len(scene.places) == 64 and scene.examples == (256, 1437)
    assert landscape_words.crowd(names, scene)[0] == "64 of 2,368 weights: those of hidden unit 1"
    assert all("256" in text for text in landscape_words.height(scene, stacked=True))
    view.take_choices(Choices({"weights": "strongest"}))
    scene = view.all.scene
    assert landscape_words.crowd(names, scene)[0] == "64 of 2,368 weights: the strongest"
    sizes = np.sort(np.concatenate([np.abs(w).ravel() for w in view.frame_.snapshot.weights]))[::-1]
    assert np.sort(np.abs(scene.values))[::-1][:63] == pytest.approx(sizes[:63])


def test_the_header_changes_what_is_shown(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", frame_of("three-lines", 50))
    modes, chooser, surface = view.header_tools()
    assert not view.all.isHidden() and view.one.isHidden() and surface.isHidden()
    modes.show()
    modes.setFocus()
    qtbot.keyClick(modes, Qt.Key.Key_End)
    assert view.which.value == landscape.ONE and view.all.isHidden() and not view.one.isHidden()
    assert view.one.scene is not None and view.all.frame_ is None and view.shown_step == 50
    view.selection.choose(weight=Weight(0, 2, 1))
    assert chooser.place() == Weight(0, 2, 1) and view.one.scene.chosen.place == Weight(0, 2, 1)
    assert view.all.scene.chosen == 0  # it is not seen, and computes nothing
    qtbot.keyClick(modes, Qt.Key.Key_Home)
    assert view.all.scene.places[view.all.scene.chosen] == Weight(0, 2, 1) and view.one.frame_ is None


def test_its_menu_has_the_surface_where_one_weight_is_large(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", frame_of("three-lines", 50))
    for which, entries in (("all", ["Weights"]), (landscape.ONE, ["Weights", "Surface"])):
        view.which.value = which
        menu = view.menu()
        assert [action.text().split("\t")[0] for action in menu.actions()] == entries
        menu.deleteLater()


def test_a_picture_that_says_nothing_of_it_is_of_one_weight(qtbot: QtBot) -> None:
    """As every picture was before there were all."""
    view = shown(qtbot, "landscape", frame_of("three-lines", 50))
    told = view.choices()
    assert told["weights"] == "all"
    view.take_choices(Choices({key: value for key, value in told.items() if key != "weights"}))
    assert view.which.value == landscape.ONE
    other = shown(qtbot, "landscape", frame_of("three-lines", 50))
    other.like(view)
    assert other.which.value == landscape.ONE and picture(other) == picture(view)
    view.take_choices(Choices({"weights": "unit"}))
    other.take_choices(Choices(view.choices()))
    assert other.which.value == "unit" and picture(other) == picture(view)


def test_the_stepper_goes_through_the_weights_and_takes_names(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", frame_of("three-lines", 5))
    chooser: Any = view.header_tools()[1]
    chooser.show()
    assert chooser.text() == "w1[a \N{RIGHTWARDS ARROW} h1]"
    qtbot.keyClick(chooser, Qt.Key.Key_Up)
    assert view.selection.weight == Weight(0, 0, 1)
    assert chooser.lineEdit().cursorPosition() == 0 and chooser.lineEdit().selectedText() == chooser.text()
    view.selection.choose(weight=Weight(0, 1, 1))
    assert chooser.lineEdit().cursorPosition() == 0  # its beginning is in sight
    view.selection.choose(weight=Weight(0, 0, 1))
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    assert view.selection.weight == Weight(1, 3, 0)  # the first is followed, backwards, by the last
    chooser.selectAll()
    qtbot.keyClicks(chooser, "w1 b h4")
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert view.selection.weight == Weight(0, 1, 3)
    chooser.selectAll()
    qtbot.keyClicks(chooser, "nonsense")
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert view.selection.weight == Weight(0, 1, 3)
    view.selection.choose(weight=Weight(1, 2, 0))
    assert chooser.text() == "w2[h3 \N{RIGHTWARDS ARROW} out]"


def test_a_theme_changes_all_of_it(qtbot: QtBot) -> None:
    view = shown(qtbot, "landscape", frame_of("three-lines", 50))
    view.restyle(look.style("light"))
    assert picture(view).pixelColor(1, 1) == QColor(look.style("light").panel)
    fresh = shown(qtbot, "landscape", frame_of("three-lines", 50), theme="light")
    assert picture(fresh) == picture(view)


def test_zones_come_up_gradually_as_a_curve_ceases_to_be_flat(qtbot: QtBot) -> None:
    """While a curve wavers about the limit its zones do not come and go."""
    view = view_of(qtbot, frame_of("three-lines", 200))
    scene = view.scene
    assert scene is not None
    curve = scene.curves[scene.chosen]
    corners = {}
    for share in (0.0099, 0.0101, 0.02, 0.04, 0.08):
        losses = scene.loss + share * scene.top * np.linspace(-0.5, 0.5, len(curve.t)) ** 3 * 4
        view.scenes = (replace(scene, curves={**scene.curves, scene.chosen: replace(curve, losses=losses)}),)
        shown = view.shown()
        assert shown is not None
        area = shown.chart.area
        corners[share] = picture(view).pixelColor(round(area.left() + 3), round(area.bottom() - 3))
    ground = corners[0.0099]
    away = {share: abs(c.green() - ground.green()) for share, c in corners.items()}
    assert 0 < away[0.0101] < 0.2 * away[0.04] and away[0.0101] < away[0.02] < away[0.04] == away[0.08]


def test_a_diverged_run_says_so(qtbot: QtBot) -> None:
    healthy = frame_of("three-lines", 50)
    weights = tuple(w * np.nan for w in healthy.snapshot.weights)
    view = view_of(qtbot, made.changed(healthy, weights=weights))
    assert view.scene is not None and not np.isfinite(view.scene.loss)
    picture(view)
    assert not view.wrong
    assert "weights, no ball has a place: the loss is not a number." in view.summary()
    assert "No weight is a finite number" in view.summary() and "between not a number" not in view.summary()
    weights = tuple(w.copy() for w in healthy.snapshot.weights)
    weights[0][0, 0], weights[0][1, 0] = np.nan, np.inf
    total = sum(w.size for w in weights)
    known = np.concatenate([w.ravel() for w in weights])
    low, high = (fixed(float(f(known[np.isfinite(known)]))) for f in (np.min, np.max))
    said = view_of(qtbot, made.changed(healthy, weights=weights)).summary()
    assert f"2 of {total} weights: no finite number; the others lie between {low} and {high}" in said


def test_the_help_says_what_the_drawing_does_not() -> None:
    said = "In the post's drawing the curve stands still; here it moves, because every other weight moves too."
    assert said in as_text(HELP)


@pytest.mark.parametrize("compare", [False, True])
def test_no_curve_crosses_a_number_of_balls(qtbot: QtBot, compare: bool) -> None:
    view = view_of(qtbot, frame_of("three-lines", 2000, compare=compare), (434, 370))
    boxes = [found.box for found in texts_in(view) if found.text.endswith(" here")]
    assert boxes
    image, panel = picture(view), QColor(look.style("dark").panel)
    for box in boxes:  # just above the letters: a curve would be far lighter
        above = [
            image.pixelColor(x, round(box.top()) - 1) for x in range(round(box.left()) - 2, round(box.right()) + 3)
        ]
        assert max(colour.lightness() for colour in above) < panel.lightness() + 90


@pytest.mark.parametrize("step", [300, 10_000])
def test_side_by_side_the_names_of_the_weight_axes_stay_apart(qtbot: QtBot, step: int) -> None:
    view = view_of(qtbot, frame_of("three-lines", step, compare=True), (300, 300))
    named = [found.box for found in texts_in(view) if found.text.startswith(("weight", "value of"))]
    first, second = sorted(named, key=lambda box: box.left())
    assert second.left() - first.right() >= 20


@pytest.mark.parametrize("size", [(414, 160), (434, 380)])
def test_no_number_sticks_out_of_its_ball(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = view_of(qtbot, frame_of("three-lines", 300), size)
    seen = view.shown()
    assert seen is not None
    numbers = [found.box for found in texts_in(view) if found.text in {"10", "12", "14", "16"}]
    assert numbers and all(box.width() + 2 < 2 * seen.radius for box in numbers)
