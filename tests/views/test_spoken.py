"""What views say to those who cannot see them, against numbers worked out from the snapshot; and their keys."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number, share, short
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.worker import Worker
from dropout_viz.words import of_arm, sentences
from tests import oracle
from tests.views.frames import frame_of
from tests.views.hands import leave, picture, placed, point, trainer_of

STEP = 20
KEYS = list(registry.entries("views"))
OWN = {"features": "digits", "twins": "twins", "fit": "curve"}  # views of runs of a kind of their own
SHIFT = Qt.KeyboardModifier.ShiftModifier


@cache
def frame(case: str) -> Frame:
    if case == "moons":
        return frame_of("moons", STEP, compare=True)
    made = frame_of(case, 2 if case == "digits" else STEP)
    alone = made.arms[0]
    return Frame((Arm("", alone.snapshot, alone.history),), made.data)


def shown(qtbot: QtBot, key: str, case: str) -> Any:
    """Return a view that has been painted, of the arm that its panel would give it."""
    kind = registry.entries("views")[key].load().View
    view = placed(qtbot, kind(Selection(), look.style("dark")), (520, 420))
    view.present(frame(case))
    assert not picture(view).isNull()
    return view


def outputs(arm: Arm, x: Any) -> Any:
    """What the network says with every unit on, under inverted scaling."""
    s = arm.snapshot
    none: list[Any] = [None] * len(s.weights)
    biases = [b if len(b) else 0.0 for b in s.biases]
    return oracle.forward(list(s.weights), biases, x, s.config.activation, s.config.output, none)  # type: ignore[arg-type]


def loss(arm: Arm, x: Any, y: Any) -> str:
    return number(oracle.loss_sum(arm.snapshot.config.loss, outputs(arm, x), y) / len(x))


def right(arm: Arm, x: Any, y: Any) -> str:
    return share(float(((outputs(arm, x) > 0.5) == (y > 0.5)).mean()), len(x))


def expected(key: str, of: Frame) -> list[str]:
    """What a view must say of a frame, worked out anew."""
    x, y, s = of.data.x, of.data.y, of.snapshot
    several = len(of.arms) > 1
    said = []
    for arm in of.arms:
        if key == "loss":
            said += [f"training {loss(arm, x, y)}", f"training {right(arm, x, y)} of {len(x)}"]
        elif key == "plane":
            said.append(of_arm(arm.name if several else "", f"loss {loss(arm, x, y)}"))
        elif key == "map":
            said.append(right(arm, x, y))
        elif key == "activations":
            h = oracle.activate(
                s.config.activation, x @ arm.snapshot.weights[0] + (arm.snapshot.biases[0] if several else 0)
            )
            mean = np.abs(h).mean() if s.config.activation == "tanh" else h.mean()
            said.append(f" {number(float(mean), 3)}, ")
        elif key == "lesions":
            total = oracle.loss_sum(s.config.loss, outputs(arm, x), y) / len(x)
            said += [f"training loss {number(total, 3)}", f"training right {right(arm, x, y)}"]
        elif key == "shared":
            said.append(f"at step {STEP}")
    if key == "landscape":
        flat = np.concatenate([w.ravel() for w in s.weights])
        said += [f"all at the loss, {loss(of.arms[0], x, y)}", f"{flat.size} balls"]
    if key == "network":
        row = 0
        on = sum(int(mask[row].sum()) for mask in s.masks) + s.sizes[-1]
        said += [f"{on} of {sum(s.sizes)} units", f"predicts {short(float(s.activations[-1][row, 0]))}"]
    if key == "masks":
        said.append(f"{int(s.masks[1].sum()):,} of {s.masks[1].size:,} on")
    if key == "ensemble":
        said.append(f"weight-scaled network {number(float(outputs(of.arms[0], x[:1])[0, 0]))}")
    if key == "scaling":
        h = oracle.activate(s.config.activation, x[s.examples] @ s.weights[0] + (s.biases[0] if several else 0))
        said.append(f"test, every unit on {number(float(np.abs(h).mean()))}")
    return said


@pytest.mark.thinned(2)
@pytest.mark.parametrize("case", ["three-lines", "moons"])
@pytest.mark.parametrize("key", KEYS)
def test_a_view_says_what_it_shows(qtbot: QtBot, key: str, case: str) -> None:
    case = OWN.get(key, case)
    view = shown(qtbot, key, case)
    text, of = view.summary(), frame(case)
    assert text.endswith((".", "!", "?")) and ".." not in text and "nan" not in text
    assert sum(c.isdigit() for c in text) >= 2
    if view.shown_step is not None:
        assert f"step {view.shown_step}" in text.lower() and view.shown_step == of.snapshot.step
    for said in expected(key, of):
        assert said in text, (said, text)
    if len(of.arms) > 1 and key not in ("sketch", "network") and not math.isinf(view.beside):
        assert all(arm.name in text for arm in of.arms), text


@pytest.mark.parametrize("key", KEYS)
def test_a_view_that_fails_says_that_and_one_without_a_frame_nothing(qtbot: QtBot, key: str) -> None:
    view = placed(qtbot, registry.entries("views")[key].load().View(Selection(), look.style("dark")), (320, 240))
    assert view.summary() == ""
    view.fail("Cannot be shown: as a test")
    assert view.summary() == "Cannot be shown: as a test."
    view.fail("")
    view.whose, view.instead = "with dropout", "There is nothing to scale."
    assert view.summary() == "There is nothing to scale."


def test_what_cannot_be_drawn_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = BaseView(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    monkeypatch.setattr("sys.excepthook", lambda *_: None)

    def draw(_: QPainter) -> None:
        raise ValueError("no ink")

    monkeypatch.setattr(view, "draw", draw)
    picture(view)
    assert view.summary() == "Cannot be drawn: no ink (ValueError)."


@pytest.mark.parametrize("key", ["loss", "landscape"])
def test_what_a_part_cannot_draw_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    view = shown(qtbot, key, "three-lines")
    monkeypatch.setattr("sys.excepthook", lambda *_: None)

    def fail(*_: object) -> None:
        raise ValueError("no ink")

    if key == "loss":
        view.loss.plot.overlays.append(fail)
    else:
        monkeypatch.setattr(view.all, "draw", fail)
    picture(view)
    assert view.summary() == "Cannot be drawn: no ink (ValueError)."


def test_an_arm_that_is_one_of_several_goes_by_its_name(qtbot: QtBot) -> None:
    view = shown(qtbot, "masks", "moons")
    view.whose = "with dropout"
    assert view.summary().startswith(f"with dropout: Step {STEP}")


def test_sentences_end_once() -> None:
    assert sentences(["One", "", "Two?", "Three."]) == "One. Two? Three."


def test_the_network_says_which_units_are_off(qtbot: QtBot) -> None:
    view = shown(qtbot, "network", "moons")
    off = np.flatnonzero(~frame("moons").snapshot.masks[1][0])
    assert f"({', '.join(f'unit {k + 1}' for k in off)} off)" in view.summary()


@pytest.mark.parametrize("key", ["network", "masks", "map", "ensemble", "twins"])
def test_up_and_down_choose_the_example(qtbot: QtBot, key: str) -> None:
    view = shown(qtbot, key, OWN.get(key, "three-lines"))
    for press, example in ((Qt.Key.Key_Down, 1), (Qt.Key.Key_Down, 2), (Qt.Key.Key_Up, 1)):
        qtbot.keyClick(view, press)
        picture(view)
        assert view.selection.example == example and f"example {example + 1}" in view.summary().lower()
    qtbot.keyClick(view, Qt.Key.Key_Up)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.selection.example == 0


@pytest.mark.parametrize("key", ["landscape", "features", "shared"])
def test_up_and_down_choose_the_weight_or_the_unit(qtbot: QtBot, key: str) -> None:
    view = shown(qtbot, key, OWN.get(key, "three-lines"))
    seen = [view.selection.weight]
    for _ in range(2):
        qtbot.keyClick(view, Qt.Key.Key_Down)
        seen.append(view.selection.weight)
    assert len(set(seen)) == 3 and all(weight.layer == 0 for weight in seen)
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.selection.weight == seen[1]
    if key == "landscape":
        assert seen == [Weight(0, 0, 0), Weight(0, 0, 1), Weight(0, 0, 2)] and "→ h2]" in view.summary()
    if key == "features":
        qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
        assert view.selection.weight == seen[1]._replace(source=seen[1].source + 1)
        assert f"chosen: unit {seen[1].target + 1} of" in view.summary()


@pytest.mark.parametrize(("key", "keys"), [("activations", 0), ("lesions", 0), ("network", SHIFT), ("map", SHIFT)])
def test_keys_point_at_a_hidden_unit(qtbot: QtBot, key: str, keys: Any) -> None:
    view = shown(qtbot, key, "three-lines")
    keys = keys or Qt.KeyboardModifier.NoModifier
    for press, unit in ((Qt.Key.Key_Down, 0), (Qt.Key.Key_Down, 1), (Qt.Key.Key_Up, 0), (Qt.Key.Key_Up, 3)):
        qtbot.keyClick(view, press, keys)
        assert view.selection.hover == Unit(1, unit)
    picture(view)
    assert "unit 4" in view.summary()


@pytest.mark.parametrize(("key", "keys"), [("lesions", 0), ("network", SHIFT)])
def test_enter_takes_the_unit_away_and_puts_it_back(qtbot: QtBot, key: str, keys: Any) -> None:
    view = shown(qtbot, key, "three-lines")
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert not view.selection.off
    qtbot.keyClick(view, Qt.Key.Key_Down, keys or Qt.KeyboardModifier.NoModifier)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.selection.off == {Unit(1, 0)} and "taken away" in view.summary().lower()
    qtbot.keyClick(view, Qt.Key.Key_Enter)
    assert not view.selection.off


def test_rows_of_the_redundancy_table_are_gone_through(qtbot: QtBot) -> None:
    view = shown(qtbot, "redundancy", "three-lines")
    before = view.summary()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    first = view.summary()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert first.startswith(before) and len({before, first, view.summary()}) == 3


def test_the_loss_comes_closer_and_goes_along(qtbot: QtBot) -> None:
    view = shown(qtbot, "loss", "three-lines")
    whole = view.window_
    qtbot.keyClick(view, Qt.Key.Key_Up)
    near = view.window_
    assert near[1] - near[0] < whole[1] - whole[0] and "In sight are steps" in view.summary()
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert view.window_[0] < near[0] and view.window_[1] - view.window_[0] == pytest.approx(near[1] - near[0])
    for _ in range(4):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.window_ == whole


def test_the_sketch_is_bent_by_keys(qtbot: QtBot) -> None:
    view = shown(qtbot, "sketch", "three-lines")
    before = view.chart.curve.points
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert view.chart.curve.points == before
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert view.chart.curve.points[1][1] > before[1][1] and view.chart.curve.points[2:] == before[2:]
    assert "Point 2 of" in view.summary()


def test_two_weights_of_a_plane_are_gone_through(qtbot: QtBot) -> None:
    view = shown(qtbot, "plane", "three-lines")
    qtbot.keyClick(view, Qt.Key.Key_Down)
    view.kind.value = "weights"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert "value of w1[a → h2]" in view.summary()


def test_code_is_scrolled_and_masks_change_their_layer_only_where_there_is_more(qtbot: QtBot) -> None:
    code, masks = shown(qtbot, "code", "moons"), shown(qtbot, "masks", "three-lines")
    qtbot.keyClick(code, Qt.Key.Key_Down)
    assert code.choices()["first"] is not None
    qtbot.keyClick(masks, Qt.Key.Key_Down, SHIFT)
    assert masks.choices()["layer"] == 1


def test_what_only_a_click_chose_is_in_the_menu(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: None)  # the offscreen platform complains of menus
    key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    network, code = shown(qtbot, "network", "moons"), shown(qtbot, "code", "three-lines")
    network.contextMenuEvent(key)
    menu = network.findChild(QMenu)
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == ["Follow the batch"] and actions["Follow the batch"].isChecked()
    actions["Follow the batch"].trigger()
    assert network.selection.follow is False
    assert code.menu().isEmpty()
    trainer = trainer_of(STEP, "three-lines")
    dissected = replace(frame("three-lines"), dissection=trainer.dissect())
    code.present(dissected)
    code.selection.slow.take(dissected.dissection)
    actions = {action.text(): action for action in code.menu().actions()}
    actions["To update"].trigger()
    actions["4 a second"].trigger()
    assert code.selection.slow.rate == 4 and "update" in code.summary()


def test_a_letter_of_the_view_with_the_focus_is_its_own(qtbot: QtBot) -> None:
    """A is the window's as well: the view takes it before that, and no other letter."""
    view = shown(qtbot, "loss", "three-lines")
    for key, text, own in ((Qt.Key.Key_A, "a", True), (Qt.Key.Key_N, "n", False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, text)
        event.ignore()
        QApplication.sendEvent(view, event)
        assert event.isAccepted() == own


def test_what_keys_point_at_is_left_with_the_focus(qtbot: QtBot) -> None:
    view = shown(qtbot, "activations", "three-lines")
    view.show()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.hasFocus)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selection.hover == Unit(1, 0)
    view.clearFocus()
    assert view.selection.hover is None


def between() -> tuple[Frame, ...]:
    """Frames of runs that have little in common: arms, layers, units, examples and inputs."""
    two, wide = frame("moons"), frame_of("moons", STEP, compare=True, hidden=(4, 3, 2), p_hidden=0.3)
    one, other = Frame(two.arms[:1], two.data), frame("three-lines")
    few = frame_of("moons", STEP, examples=4, batch_size=2, hidden=(2,))
    return two, one, wide, few, two, Frame(wide.arms[1:], wide.data), other, frame("digits"), other, frame("twins"), two


@pytest.mark.parametrize("thorough", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("key", KEYS)
def test_what_a_view_says_between_a_frame_and_its_picture_is_of_what_it_has(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: str, thorough: bool
) -> None:
    """A screen reader or the mouse may ask at any time: before the new frame is painted, before its answer has come,
    after an arm was chosen or left out; and what was chosen and pointed at may not be there any more."""
    kind = registry.entries("views")[key].load().View
    view = placed(qtbot, kind(Selection(), look.style("dark")), (1100, 420))
    asked = Worker.ask_for
    some = between()[KEYS.index(key) % 2 : 4 : 2]
    for of in between() if thorough else some:
        if kind.reason_not(of.snapshot.config, of.data):
            continue
        for late in (True, False):
            monkeypatch.setattr(Worker, "ask_for", (lambda *_, **__: None) if late else asked)
            view.watched = (lambda: True) if late else None
            view.present(of)
            heard(view, thorough)
            for arm, alone in ((len(of.arms) - 1, True), (0, False)):
                view.selection.choose_arm(arm, alone=alone)
                heard(view, thorough)
        assert not picture(view).isNull()
        sizes = of.snapshot.sizes
        view.selection.choose(example=len(of.data.x) - 1, weight=Weight(len(sizes) - 2, sizes[-2] - 1, sizes[-1] - 1))
        view.selection.point_at(Unit(len(sizes) - 2, sizes[-2] - 1))
        heard(view, thorough)


def heard(view: BaseView, moving: bool) -> None:
    """Ask a view what it shows, and what is at places all over it."""
    assert "Cannot be" not in view.summary()
    for x in range(5, view.width(), 270):
        for y in range(5, view.height(), 80):
            view.said(QPointF(x, y))
            if moving:
                point(view, QPoint(x, y))
    leave(view)
