"""The Redundancy view: the numbers of both arms, now and over the run, and a sentence that says no more than they."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.redundancy import MEASURES, Likeness, likeness
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views import redundancy, redundancy_words
from dropout_viz.views import redundancy_scene as scenes
from dropout_viz.views import redundancy_table as table
from dropout_viz.views import style as look
from dropout_viz.views.base import Frame, Selection, Unit
from tests.views.plane_hands import PATIENCE, frame_of, trainer_of

KEYS = [m.key for m in MEASURES]


def complete(view: redundancy.View) -> bool:
    if view.scene is None or view.frame_ is None:
        return False
    return view.scene.complete and view.scene.request.moment == view._request(view.frame_).moment


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (560, 420)) -> redundancy.View:
    view = redundancy.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.resize(*size)
    view.show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: complete(view), timeout=PATIENCE)
    return view


def scene_of(view: redundancy.View) -> scenes.Scene:
    assert view.scene is not None
    return view.scene


def picture(widget: QWidget) -> QImage:
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    widget.render(image, QPoint())
    return image


def point_at(widget: QWidget, at: QPointF) -> None:
    none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    there = QPointF(widget.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(widget, QMouseEvent(QMouseEvent.Type.MouseMove, at, there, none, none, plain))


def numbers_of(trainer: Trainer) -> list[float]:
    s = trainer.snapshot()
    plan = make_plan(s.config, trainer.data)
    found = likeness(plan, s.weights, s.biases, 1, trainer.data.x, bool(trainer.data.classes))
    return [found.numbers[key] for key in KEYS]


def test_both_arms_now_and_over_the_run(qtbot: QtBot) -> None:
    one, other = trainer_of(400, "moons"), trainer_of(400, "moons", p_hidden=(0.0,))
    view = shown(qtbot, frame_of(one, other))
    scene = scene_of(view)
    for trainer, now, trend in zip((one, other), scene.now, scene.trends, strict=True):
        np.testing.assert_allclose([now.numbers[k] for k in KEYS], numbers_of(trainer))
        np.testing.assert_allclose(trend.values[-1], numbers_of(trainer))
        assert trend.steps[0] == 0 and trend.steps[-1] == 400 and 20 < len(trend.steps) <= scenes.POINTS + 1
        again = Trainer(trainer.config, trainer.data)
        again.advance(int(trend.steps[9]))
        np.testing.assert_allclose(trend.values[9], numbers_of(again), rtol=1e-9)
    assert scene.trends[0].values[0].tolist() == scene.trends[1].values[0].tolist()  # the same start
    assert not picture(view).isNull() and "participation ratio" in view.accessibleDescription()
    view.close()


def test_the_work_is_done_elsewhere_and_the_past_only_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    real = scenes.likeness

    def watched(*arguments: Any) -> Likeness:
        threads.append(threading.current_thread().name)
        return real(*arguments)

    monkeypatch.setattr(scenes, "likeness", watched)
    trainer = trainer_of(128, "moons")
    view = shown(qtbot, frame_of(trainer))
    assert set(threads) == {"redundancy"}
    threads.clear()
    view.refresh()
    assert not view._worker.busy
    trainer.advance(1)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: complete(view), timeout=PATIENCE)
    assert len(threads) <= 3  # the present, and what the path has gained
    view.close()
    assert not view._worker.busy


def test_a_late_answer_is_dropped(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(20)))
    late = scene_of(view)
    fresh = trainer_of(3, seed=5)
    fresh.run = 4
    view.show_frame(frame_of(fresh))
    assert view.scene is None
    view._arrived(late)
    assert view.scene is None
    qtbot.waitUntil(lambda: complete(view), timeout=PATIENCE)
    assert scene_of(view).trends[0].steps[-1] == 3
    view.close()


def test_a_row_under_the_mouse_is_explained_and_its_units_light_up(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    real = table._paint_foot

    def listen(p: Any, layout: Any, texts: list[str], style: Any, *, strong: bool) -> None:
        told[:] = texts
        real(p, layout, texts, style, strong=strong)

    monkeypatch.setattr(table, "_paint_foot", listen)
    view = shown(qtbot, frame_of(trainer_of(300, "moons")))
    scene = scene_of(view)
    layout = view._layout(scene)
    row = layout.rows[KEYS.index("activation_correlation")]
    point_at(view, QPointF(30, row.center().y()))
    picture(view)
    pair = scene.now[0].closest["activation_correlation"]
    assert told[0].startswith(redundancy_words.TEXTS["activation_correlation"].meaning)
    assert "Morcos" in told[0] and f"units {pair.first + 1} and {pair.second + 1}" in told[0]
    assert view.selection.hover == Unit(1, pair.first)
    point_at(view, QPointF(layout.trend[0], layout.rows[4].center().y()))
    picture(view)
    first = float(scene.trends[0].values[0, 4])
    assert told[0] == f"participation ratio: {redundancy_words.value('participation', first)} at step 0"
    QApplication.sendEvent(view, QMouseEvent(QMouseEvent.Type.Leave, QPointF(), QPointF(), Qt.MouseButton.NoButton,
                           Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier))  # fmt: skip
    picture(view)
    assert view.selection.hover is None and "pairs of units have nearly the same" in told[0]
    view.close()


def test_the_layer_is_chosen_in_the_header(qtbot: QtBot) -> None:
    trainer = trainer_of(30, "spiral")
    view = shown(qtbot, frame_of(trainer))
    assert view._layers.count() == 2
    first = scene_of(view).now[0].numbers
    view._layers.show()
    qtbot.keyClick(view._layers, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: complete(view) and scene_of(view).request.layer == 2, timeout=PATIENCE)
    assert scene_of(view).now[0].numbers != first
    assert redundancy_words.details(scene_of(view))[0].startswith("hidden layer 2: 32 units")
    view.show_frame(frame_of(trainer_of(5)))  # a network that has one layer
    qtbot.waitUntil(lambda: complete(view), timeout=PATIENCE)
    assert view.layer == 1 and view._layers.count() == 1
    view.close()


def test_a_network_without_a_path_remembers_the_frames_that_were_seen(qtbot: QtBot) -> None:
    trainer = trainer_of(0, "digits", hidden=(500,))
    assert not trainer.history.path.kept
    view = shown(qtbot, frame_of(trainer))
    for _ in range(3):
        trainer.advance(2)
        view.show_frame(frame_of(trainer))
        qtbot.waitUntil(lambda: complete(view), timeout=PATIENCE)
    scene = scene_of(view)
    assert scene.trends[0].steps.tolist() == [0, 2, 4, 6]
    assert redundancy_words.details(scene)[0].startswith("384 of 500 units")
    view.close()


def test_a_picture_is_complete_at_once(qtbot: QtBot) -> None:
    frame = frame_of(trainer_of(200, "spiral"))
    live = shown(qtbot, frame)
    live._layers.setCurrentIndex(1)
    still = redundancy.View(live.selection, look.style("light"))
    qtbot.addWidget(still)
    still.prepare_export()
    still.show_frame(frame)
    assert scene_of(still).complete and scene_of(still).request.layer == 1
    still.like(live)
    assert scene_of(still).request.layer == 2 and len(scene_of(still).trends[0].steps) > 20
    still.close()
    live.close()


def test_one_unit_has_nothing_to_be_like() -> None:
    config = load_preset("three-lines")
    assert redundancy.View.why_not(config, trainer_of(0).data) == ""
    assert "only one" in redundancy.View.why_not(config.changed(hidden=(1,)), trainer_of(0).data)


# The sentence

PLAIN = dict.fromkeys(KEYS, 0.5) | {"clones": 3.0, "participation": 4.0, "orientations": 5.0}


def both(**other: float) -> list[Likeness]:
    """Two arms: the plain numbers with dropout, and some others without."""
    return [Likeness(numbers, {}, np.arange(10)) for numbers in (dict(PLAIN), dict(PLAIN) | other)]


@pytest.mark.parametrize(
    ("other", "start"),
    [
        ({}, "So far both runs are the same by every number."),
        ({"halves": 0.505}, "So far both runs are the same by every number."),
        ({"halves": 0.4}, "1 of 8 numbers says that with dropout the units are more alike, none the opposite; 7"),
        ({"participation": 3.0}, "1 of 8 numbers says that with dropout the units are less alike, none the opposite"),
        ({"participation": 3.0, "halves": 0.4}, "The numbers do not agree: with dropout 1 of 8 numbers say more alike"),
        ({"explained": float("nan"), "halves": 0.4}, "1 of 7 numbers says"),
        (dict.fromkeys(KEYS, float("nan")), "The run has diverged"),
        (
            {"clones": 0.0, "weight_cosine": 0.1, "activation_correlation": 0.1, "mean_correlation": 0.1, "halves": 0.1,
             "participation": 9.0, "orientations": 9.0, "explained": 0.1},
            "7 of 8 numbers say that with dropout the units are more alike, none the opposite; 1 is the same.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_what_the_numbers_say(other: dict[str, float], start: str) -> None:
    assert redundancy_words.verdict(both(**other))[0].startswith(start)


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (40.0, "3 clone pairs with dropout, 40 without; this run speaks for the post."),
        (6.0, "3 clone pairs with dropout, 6 without; this run does not decide."),
    ],
)
def test_on_identical_weights_it_takes_sides_only_beyond_chance(without: float, said: str) -> None:
    assert said in redundancy_words.verdict(both(clones=without, halves=0.4))[0]
    turned = both(clones=without, halves=0.4)[::-1]
    assert ("against the post" in redundancy_words.verdict(turned)[0]) == ("for the post" in said)


def test_no_clones_decide_nothing() -> None:
    arms = [replace(a, numbers=a.numbers | {"clones": 0.0}) for a in both(halves=0.4)]
    assert "no clone pairs in either run; this run does not decide" in redundancy_words.verdict(arms)[0]


@pytest.mark.parametrize("size", [(220, 160), (420, 300), (1600, 900)], ids=str)
def test_everything_has_its_place_in_any_panel(size: tuple[int, int]) -> None:
    for arms in (1, 2):
        layout = table.lay_out(*size, arms)
        assert layout.rows[-1].bottom() <= layout.foot.top() and layout.foot.bottom() <= size[1]
        assert layout.rows[0].height() >= 14 and layout.name[1] > layout.name[0] + 20
        ends = [*layout.name, *layout.trend, *layout.values, *([layout.way] if layout.way else []), size[0]]
        assert ends == sorted(ends)
