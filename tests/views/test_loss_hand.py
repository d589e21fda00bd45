"""The Loss view in the hand: cursor, zoom and logarithmic axes, through real clicks, wheels, drags and keys."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QMenu
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.step_window import StepWindow
from dropout_viz.engine.history import History
from dropout_viz.views.loss import view as loss
from tests.views.loss_case import drag, frame, ink, picture, place, shown, turn, written


@pytest.fixture
def every_move() -> Iterator[None]:
    """Let pyqtgraph take every move of the mouse: it drops those that come faster than a hand's."""
    before = pg.getConfigOption("mouseRateLimit")
    pg.setConfigOption("mouseRateLimit", -1)
    yield
    pg.setConfigOption("mouseRateLimit", before)


def test_the_cursor_reads_the_history_itself(qtbot: QtBot) -> None:
    history = written(60_000)
    view = shown(qtbot, frame(history))
    qtbot.mouseMove(view.loss.plot.viewport(), place(view.loss, 31_000))
    step = view.loss.reading_at
    assert step is not None and abs(step - 31_000) <= 60_000 / view.loss.pixels
    found = {r.kind.key: (r.step, r.value) for r in view.readings(step)}
    for key in ("loss_under_mask", "loss_train", "loss_test"):
        series = getattr(history, key)
        where = int(np.flatnonzero(series.steps == step)[0])
        assert found[key] == (step, series.values[where])
    before = picture(view)
    QApplication.sendEvent(view.loss.plot, QEvent(QEvent.Type.Leave))
    assert view.loss.reading_at is None
    assert picture(view) != before


def test_spaced_series_give_the_nearest_recorded_step(qtbot: QtBot) -> None:
    history = written(1000, spaced=100)
    view = shown(qtbot, frame(history))
    for step, nearest in ((449, 400), (451, 500), (1000, 1000), (1, 0)):
        found = {r.kind.key: r for r in view.readings(step)}
        assert found["loss_under_mask"].step == step
        assert found["loss_train"].step == nearest
        assert found["loss_train"].value == history.loss_train.values[nearest // 100]


def test_close_up_every_step_is_there(qtbot: QtBot) -> None:
    history = written(60_000)
    view = shown(qtbot, frame(history))
    for _ in range(60):
        low, high = view.window_
        if high - low < 40:
            break
        turn(view.loss, 30_000, 1)
    low, high = view.window_
    assert low < 30_000 < high and high - low < 60
    curve = view.loss.lines[0, "loss_under_mask"].curve
    inside = curve.x[(curve.x >= low) & (curve.x <= high)]
    np.testing.assert_array_equal(inside, np.arange(math.ceil(low), math.floor(high) + 1))
    np.testing.assert_array_equal(curve.y, history.loss_under_mask.values[curve.x.astype(int) - 1])
    assert view.back.isVisibleTo(view)

    history.loss_under_mask.extend(np.array([60_001]), np.array([0.5]))
    view.show_frame(frame(history))
    assert view.window_ == (low, high), "what was chosen stays while the run goes on"

    qtbot.mouseDClick(view.loss.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(view.loss, (low + high) / 2))
    assert view.window_ == (0, 80_000)
    assert not view.back.isVisibleTo(view)


def test_while_looking_back_the_axis_ends_a_little_beyond_the_step(qtbot: QtBot) -> None:
    history = written(60_000)
    view = shown(qtbot, frame(history))

    def look_back(step: int) -> None:
        now = frame(history)
        snapshot = replace(now.snapshot, step=step)
        view.show_frame(replace(now, arms=(replace(now.arms[0], snapshot=snapshot),), newest=60_000))

    for step, end in ((300, 400), (3_000, 4_000), (50_000, 60_000)):
        look_back(step)
        assert view.window_ == (0, end)
    look_back(300)
    middle = place(view.loss, 200)
    qtbot.mouseDClick(view.loss.plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert view.window_ == (0, 60_000) and "this step" in view.back.text()
    look_back(310)
    assert view.window_ == (0, 60_000), "what was chosen stays"
    qtbot.mouseDClick(view.loss.plot.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert view.window_ == (0, 500) and not view.back.isVisibleTo(view)
    turn(view.loss, 200, -30)
    assert view.window_ == (0, 60_000), "the wheel goes as far out"
    view.show_frame(frame(history))
    view.show_whole_run()
    assert view.window_ == (0, 60_000) and not view.back.isVisibleTo(view)


def test_the_wheel_keeps_the_step_under_the_mouse(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(1000)))
    at = place(view.loss, 300)
    turn(view.loss, 300, 2)
    assert (place(view.loss, 300) - at).manhattanLength() <= 2
    turn(view.loss, 300, -9)
    assert view.window_ == (0, 1000), "and back to the whole run"


def test_a_drag_shows_what_it_marked(qtbot: QtBot, every_move: None) -> None:
    view = shown(qtbot, frame(written(1000)))
    drag(qtbot, view.loss, 400, 600, Qt.KeyboardModifier.NoModifier)
    low, high = view.window_
    pixel = 1000 / view.loss.pixels
    assert abs(low - 400) <= 2 * pixel and abs(high - 600) <= 2 * pixel
    drag(qtbot, view.loss, 450, 550, Qt.KeyboardModifier.ShiftModifier)
    assert view.window_[0] < low - 80 and view.window_[1] - view.window_[0] == pytest.approx(high - low)
    qtbot.mouseClick(view.back, Qt.MouseButton.LeftButton)
    assert view.window_ == (0, 1000)


def test_the_log_box_makes_the_axis_logarithmic(qtbot: QtBot) -> None:
    history = written(2000)
    view = shown(qtbot, frame(history))
    box = view.header_tools()[0]
    assert isinstance(box, QCheckBox)
    qtbot.addWidget(box)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert view.loss.plot.y_axis.logMode
    curve = view.loss.lines[0, "loss_train"].curve
    where = curve.x.astype(int)
    np.testing.assert_allclose(curve.y, np.log10(history.loss_train.values[where]), rtol=1e-12)
    low, high = view.loss.plot.box.viewRange()[1]
    assert low <= np.log10(history.loss_under_mask.values.min()) and high >= np.log10(0.99)
    picture(view)
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert not view.loss.plot.y_axis.logMode
    assert view.loss.plot.box.viewRange()[1][0] == 0


def test_keys_switch_the_axes(qtbot: QtBot) -> None:
    view = shown(qtbot, frame(written(50_000)))
    qtbot.keyClick(view, Qt.Key.Key_L)
    qtbot.keyClick(view, Qt.Key.Key_X)
    assert view.loss.plot.y_axis.logMode and view.loss.plot.x_axis.logMode
    curve = view.loss.lines[0, "loss_under_mask"].curve
    assert curve.x[0] == 0 and curve.x[-1] == pytest.approx(math.log10(50_000))
    early = curve.x[curve.x < 2]
    np.testing.assert_allclose(early, np.log10(np.arange(1, 100)), atol=1e-12)
    assert len(curve.x) < 12 * view.loss.pixels
    picture(view)
    qtbot.keyClick(view, Qt.Key.Key_X)
    assert not view.loss.plot.x_axis.logMode


@pytest.mark.parametrize("log", [False, True])
def test_zeros_infinities_and_what_is_no_number(qtbot: QtBot, log: bool) -> None:
    history = written(400)
    values = history.loss_train.values
    values[10:20] = 0
    values[50:60] = np.nan
    values[100] = np.inf
    values[200] = 1e300
    values[300:] = np.nan
    view = shown(qtbot, frame(history))
    view.log_y.value = log
    line = view.loss.lines[0, "loss_train"]
    assert np.isfinite(line.curve.x).all() and np.isfinite(line.curve.y).all()
    assert line.curve.x[-1] == 299, "the line ends where the numbers do"
    assert line.lost_at == 50
    view.show_steps(40, 70)
    assert line.curve.joined is not None
    gap = dict(zip(line.curve.x.tolist(), line.curve.joined.tolist(), strict=True))
    assert gap[48.0] and not any(gap[float(s)] for s in range(49, 60)) and gap[60.0]
    picture(view)


def test_a_run_that_diverged_says_since_when(qtbot: QtBot) -> None:
    history = written(1000)
    history.loss_under_mask.values[700:] = np.nan
    view = shown(qtbot, frame(history))
    assert view.loss.lines[0, "loss_under_mask"].lost_at == 701
    image = picture(view)
    assert ink(image, view.style_.error) > 150
    sound = shown(qtbot, frame(written(1000)))
    assert ink(picture(sound), view.style_.error) == 0
    assert view.loss.legend.rows[0].values[0] == "not a number"


def test_nothing_but_zeros_or_nothing_at_all(qtbot: QtBot) -> None:
    history = History()
    view = shown(qtbot, frame(history))
    assert "No step" in view.loss.message
    empty = picture(view)
    for log in (True, False):
        view.log_y.value = log
        picture(view)
    history.loss_under_mask.extend(np.arange(1, 20), np.zeros(19))
    view.show_frame(frame(history))
    assert not view.loss.message
    assert picture(view) != empty
    for log in (True, False):
        view.log_y.value = log
        view.log_x.value = log
        picture(view)
        assert all(math.isfinite(v) for axis in view.loss.plot.box.viewRange() for v in axis)


def test_the_menu_is_ours(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss.QMenu, "popup", lambda menu, at: None)  # the offscreen platform complains of menus
    view = shown(qtbot, frame(written(1000)))
    view.show_steps(100, 200)
    viewport = view.loss.plot.viewport()
    at = place(view.loss, 150)
    QApplication.sendEvent(viewport, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at)))
    menu = view.findChild(QMenu)
    assert isinstance(menu, QMenu)
    actions = {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}
    choices = ["Logarithmic loss axis", "Logarithmic step axis, from step 1", "Show the accuracy below the loss"]
    kinds = ["Loss, under the mask", "Loss, training", "Loss, test"]
    assert list(actions) == [*choices, *kinds, "Whole run"]
    actions["Loss, test"].trigger()
    assert view.loss.hidden == {"loss_test"}
    assert not actions[choices[2]].isEnabled(), "no classes, no accuracy"
    actions[choices[0]].trigger()
    assert view.loss.plot.y_axis.logMode
    actions["Whole run"].trigger()
    assert view.window_ == (0, 1000)
    menu.deleteLater()


def test_a_place_from_before_the_axis_became_logarithmic_is_some_step() -> None:
    window = StepWindow(1.0, 10_000.0, 500.0, log_x=True)
    assert window.step(window.across(250.0)) == pytest.approx(250.0)
    assert window.step(5_000.0) > window.high  # a stretch that was being marked when the axis changed
