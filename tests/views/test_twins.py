"""The Twins view: what it says of two units is what they are, and what the silent one is told is zero."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import twins as scenes
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.engine.twins import Twins
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.network import view as network
from dropout_viz.views.twins import view as twins_view
from dropout_viz.views.twins import words as twins_words
from dropout_viz.views.twins.picture import free_corner, lay_out
from tests.views.hands import frame_of, picture, placed, trainer_of

STEPS = scenes.STEPS
GRAPHS = ("apart", "silence")
TWIN = {"twin": (1, 1, 3)}


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (520, 420), example: int = 0) -> twins_view.View:
    selection = Selection()
    selection.choose(example=example)
    view = twins_view.View(selection, look.style("dark"))
    placed(qtbot, view, size).show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: view.scene is not None and not view.busy)
    return view


def scene_of(view: twins_view.View) -> scenes.Scene:
    assert view.scene is not None
    return view.scene


@pytest.mark.parametrize("preset", ["twins", "three-lines", "three-lines-exact"])
def test_both_arms_beside_one_another(qtbot: QtBot, preset: str) -> None:
    settings = {} if preset == "twins" else {"twin": (1, 1, 2)}
    one, other = trainer_of(600, preset, **settings), trainer_of(600, preset, p_hidden=(0.0,), **settings)
    view = shown(qtbot, frame_of(one, other))
    with_, without = scene_of(view).pairs
    assert without.same and not with_.same
    assert not without.apart.any() and with_.apart[0] == 0 and with_.apart[-1] > 0
    assert without.steps[0] == 0 and without.steps[-1] == 600
    w = one.snapshot().weights[0]
    b = one.snapshot().biases[0]
    ends = [np.append(w[:, k], b[k : k + 1]) for k in (0, 1)]
    assert with_.cosine == pytest.approx(ends[0] @ ends[1] / np.prod([np.linalg.norm(e) for e in ends]))
    middle = len(with_.steps) // 2
    again = Trainer(one.config)
    again.advance(int(with_.steps[middle]))
    v = again.snapshot().weights[0][:, :2]
    if preset != "twins":
        far = np.linalg.norm(v[:, 0] - v[:, 1]) / np.linalg.norm(v, axis=0).mean()
        assert with_.apart[middle] == pytest.approx(far)
    assert "the same to the last bit" in twins_words.state(without)[0] and "parted" in twins_words.state(with_)[0]
    assert with_.distance == pytest.approx(with_.apart[-1])
    assert f"by {number(with_.distance, 3)} of their length" in twins_words.state(with_)[0]
    assert "the same to the last bit" in view.summary()
    assert not picture(view).isNull()
    view.close()


def test_rounding_that_sets_two_apart_is_told_as_a_distance() -> None:
    """Whether a matrix library rounds the two columns alike is its own affair: here one bit is turned over."""
    trainer = trainer_of(50, "digits", p_hidden=(0.0,), twin=(1, 1, 30))
    snapshot = trainer.snapshot()
    weights = snapshot.weights[0].copy()
    weights[:, 29] = weights[:, 0]
    weights[5, 29] = np.nextafter(weights[5, 0], np.float32(9))
    frame = frame_of(trainer)
    moved = replace(snapshot, weights=(weights, *snapshot.weights[1:]))
    arm = replace(frame.arms[0], snapshot=moved)
    twins = Twins(1, 0, 29)
    pair = scenes.answer(scenes.Request((arm,), frame.data, twins, 0, 0)).pairs[0]
    away = float(weights[5, 29]) - float(weights[5, 0])
    length = float(np.linalg.norm(weights[:, [0, 29]].astype(float), axis=0).mean())  # biases are zeros
    assert not pair.same and 0 < pair.distance < 1e-6
    assert twins_words.state(pair)[0] == f"step 50: alike but for {number(pair.distance, 3)} of their length"
    assert pair.distance == pytest.approx(away / length, rel=0.05)


def test_votes_are_activation_times_outgoing_weight_and_add_up_to_the_output(qtbot: QtBot) -> None:
    trainer = trainer_of(500, "twins")
    snapshot = trainer.snapshot()
    for example in range(4):
        view = shown(qtbot, frame_of(trainer), example=example)
        pair = scene_of(view).pairs[0]
        z = np.tanh(trainer.data.x[example] @ snapshot.weights[0] + snapshot.biases[0]) @ snapshot.weights[1]
        assert pair.votes.sum() == pytest.approx(float(z[0]))
        assert pair.on == tuple(snapshot.masks[1][example])
        assert pair.under_mask is not None
        kept = np.array(pair.on) / 0.8
        np.testing.assert_allclose(pair.under_mask, pair.votes * kept)
        view.close()


@pytest.mark.parametrize("preset", ["three-lines", "three-lines-exact"])
def test_the_silent_unit_is_told_nothing_and_the_claim_stands_beside_it(qtbot: QtBot, preset: str) -> None:
    trainer = trainer_of(0, preset, **TWIN)
    seen = set()
    for _ in range(200):
        trainer.advance(1)
        on = tuple(bool(m) for m in trainer.snapshot().masks[1][2, [0, 2]])
        if on in seen:
            continue
        seen.add(on)
        view = shown(qtbot, frame_of(trainer), example=2)
        pair, said = scene_of(view).pairs[0], twins_words.silent(scene_of(view))[0]
        assert pair.gradients is not None and pair.on == on
        assert [g == 0 for g in pair.gradients] == [not m for m in on]
        assert "The post says that a silent unit still learns." in said
        if on == (True, False):
            assert "unit 3 off" in said and "is exactly 0; unit 1's is" in said
            assert f"was on for {pair.others_on[1]} of the step's 4 examples" in said
        view.close()
    assert len(seen) == 4


def test_before_the_first_step_and_beside_the_batch(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(0, "twins")))
    assert scene_of(view).pairs[0].on is None and "no mask has been drawn" in twins_words.silent(scene_of(view))[0]
    view.close()
    trainer = trainer_of(3, "digits", **TWIN)
    unseen = next(k for k in range(100) if trainer.snapshot().row_of(k) is None)
    view = shown(qtbot, frame_of(trainer), example=unseen)
    assert "did not see example" in twins_words.silent(scene_of(view))[0]
    assert not picture(view).isNull()
    view.close()


def test_one_goes_off(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "STEPS", STEPS)
    trainer = trainer_of(1000, "twins", p_hidden=(0.0,))
    view = shown(qtbot, frame_of(trainer))
    found = scene_of(view).pairs[0].silence
    assert found is not None and len(found.votes) == scenes.STEPS + 1
    assert found.votes[0] == pytest.approx(found.both / 2)  # half a vote, until it is alone
    assert found.votes[-1] > 1.5 * found.votes[0]
    assert "times as loud" in twins_words.louder(scene_of(view), scene_of(view).pairs[0])[0]
    panel = view.layout_(scene_of(view)).panels["silence"]
    assert view.said(panel.center())[0] == twins_words.louder(scene_of(view), scene_of(view).pairs[0])[0]
    view.close()


@pytest.mark.parametrize("curve", ["rises", "falls", "fills"])
def test_what_is_told_of_the_curve_does_not_lie_on_it(curve: str) -> None:
    area, wide = QRectF(40, 100, 300, 70), 200.0
    x = np.linspace(area.left(), area.right(), 301)
    low, high = area.bottom() - 6, area.top() + 2
    y = {
        "rises": low - np.maximum(0, x - 240) * 0.6,
        "falls": high + (x - 40) * 0.2,
        "fills": np.where(np.arange(301) % 2, low, high),
    }[curve]
    box = free_corner(area, wide, np.c_[x, y], [area.center().y()])
    if curve == "fills":
        assert box is None
    else:
        assert box is not None and area.contains(box)
        assert not any(box.contains(*at) for at in np.c_[x, y].tolist())


def test_a_network_too_large_for_it_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "WORK", 1e6)
    view = shown(qtbot, frame_of(trainer_of(2, "digits", hidden=(600,), **TWIN)))
    pair = scene_of(view).pairs[0]
    assert pair.silence is None and not len(pair.steps)
    assert twins_words.part(scene_of(view), "silence")[0] == "not computed for so large a network"
    assert "keeps no path" in twins_words.part(scene_of(view), "apart")[0]
    assert not picture(view).isNull()
    view.close()


def test_a_diverged_run_is_shown_too(qtbot: QtBot) -> None:
    view = shown(
        qtbot, frame_of(trainer_of(60, "moons", optimiser="sgd", learning_rate=1e6, activation="relu", **TWIN))
    )
    assert not picture(view).isNull()
    view.close()


def test_why_there_are_none() -> None:
    config, data = load_preset("three-lines"), trainer_of(0).data
    why_not = twins_view.View.why_not
    assert "Right-click a hidden unit" in why_not(config, data)
    assert why_not(config.changed(**TWIN), data) == "" == why_not(load_preset("twins"), data)
    assert "no layer has two" in why_not(config.changed(hidden=1), data)


def test_a_name_points_at_its_unit(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(10, **TWIN)))
    head = view.layout_(scene_of(view)).head
    qtbot.mouseMove(view, QPointF(head.right() - 20, head.top() + 9).toPoint())
    assert view.selection.hover == Unit(1, 2)
    lit = picture(view)
    view.selection.point_at(None)
    assert picture(view) != lit
    qtbot.mouseMove(view, QPointF(head.right() - 90, head.top() + 9).toPoint())
    assert view.selection.hover == Unit(1, 0)
    view.close()


@pytest.mark.parametrize("height", range(150, 480, 30))
def test_no_heading_stands_over_a_graph_that_has_no_room(height: int) -> None:
    panels = lay_out(380, height, 1).panels
    graphs = [area.height() - (20 if height < 380 else 40) - 24 for name, area in panels.items() if name in GRAPHS]
    assert len(graphs) == 1 or min(graphs) >= 18
    assert "apart" in panels


@pytest.mark.parametrize("size", [(380, 300), (420, 300), (520, 420), (1600, 900)])
@pytest.mark.parametrize("arms", [1, 2])
def test_the_panels_do_not_touch(size: tuple[int, int], arms: int) -> None:
    layout = lay_out(*size, arms)
    boxes = [*layout.panels.values(), layout.head, layout.foot]
    assert all(not a.intersects(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
    assert all(b.bottom() <= size[1] and b.right() <= size[0] and b.height() >= 0 for b in boxes)


# The menu of a hidden unit


Asked = list[dict[str, object]]


def menu_at(qtbot: QtBot, trainer: Trainer, layer: int) -> tuple[network.View, list[str], Asked]:
    """Right-click the second unit of a layer; return the view, the menu's words and what will be asked for."""
    view = network.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show_frame(frame_of(trainer))
    picture(view)
    asked: Asked = []
    view.selection.asked.connect(asked.append)
    assert view.scene is not None
    column = view.scene.layout.columns[layer]
    at = QPoint(round(float(column.x[1])), round(float(column.y[1])))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at), Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(view, event)
    menus = view.findChildren(QMenu)
    return view, [a.text() for a in menus[0].actions()] if menus else [], asked


@pytest.mark.qt_log_ignore(r"This plugin does not support .*")  # the offscreen one, of a menu
def test_make_a_twin_of_this_unit(qtbot: QtBot) -> None:
    view, texts, asked = menu_at(qtbot, trainer_of(5), 1)
    assert texts == ["Take unit 2 away in the Ablation view", "Make unit 3 a twin of unit 2: a new run"]
    menu = view.findChildren(QMenu)[0]
    menu.actions()[1].trigger()
    assert asked == [{"twin": (1, 2, 3)}]
    menu.actions()[0].trigger()
    assert view.selection.off == {Unit(1, 1)}
    menu.close()
    view.close()


@pytest.mark.qt_log_ignore(r"This plugin does not support .*")  # the offscreen one, of a menu
def test_the_menu_of_a_twin_and_of_what_is_no_hidden_unit(qtbot: QtBot) -> None:
    view, texts, asked = menu_at(qtbot, trainer_of(5, **TWIN), 1)
    assert texts[-1] == "Start without twins: a new run"
    menu = view.findChildren(QMenu)[0]
    menu.actions()[-1].trigger()
    assert asked == [{"twin": ()}]
    menu.close()
    view.close()
    view, texts, _ = menu_at(qtbot, trainer_of(5), 0)
    assert texts == []
    view.close()
