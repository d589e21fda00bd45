"""The Plane view: what it shows is what the network computes, and it follows the run and the user."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.plane import flat
from dropout_viz.analysis.questions import plane as scenes
from dropout_viz.draw import style as look
from dropout_viz.draw import tip
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Weight
from dropout_viz.views.plane import space as plane_space
from dropout_viz.views.plane import view as plane
from dropout_viz.views.plane import words as plane_words
from dropout_viz.views.weight_chooser import WeightChooser
from tests.views.hands import frame_of, picture, trainer_of
from tests.views.plane_hands import finest, point_at, shown, tick

SIDES = scenes.SIDES
KINDS: tuple[scenes.Kind, ...] = ("path", "line", "weights", "random")


def scene_of(view: plane.View) -> scenes.Scene:
    assert view.scene is not None
    return view.scene


@pytest.mark.parametrize("kind", KINDS)
def test_the_ball_lies_on_the_map_and_every_dot_has_its_own_loss(qtbot: QtBot, kind: scenes.Kind) -> None:
    trainer = trainer_of(300)
    view = shown(qtbot, frame_of(trainer))
    view.kind.value = kind
    qtbot.waitUntil(lambda: finest(view))
    scene = scene_of(view)
    assert (
        scene.request.kind == kind
        and scene.losses.shape == (scenes.SIDES[-1],) * 2
        and scene.losses.dtype == np.float64
    )
    (path,) = scene.paths
    now = trainer.scores()["loss"]["train"]
    assert now is not None and path.losses[-1] == pytest.approx(now[0], rel=1e-12)
    assert path.off[-1] == pytest.approx(0, abs=1e-9)
    assert scene.surface.losses(path.points[-1:])[0] == pytest.approx(now[0], rel=1e-10)
    again = trainer_of(0)
    for k in (0, 7, 100):  # networks of the past, trained once more
        again.advance(int(path.steps[k]) - again.step)
        then = again.scores()["loss"]["train"]
        assert then is not None and path.losses[k] == pytest.approx(then[0], rel=1e-10)
        snapshot = again.snapshot()
        vector = flat(snapshot.weights, snapshot.biases)
        foot = scene.axes.origin + path.points[k] @ scene.axes.directions
        assert np.linalg.norm(vector - foot) == pytest.approx(path.off[k], rel=1e-6, abs=1e-7)
    view.close()


def test_both_arms_on_the_map_of_the_first(qtbot: QtBot) -> None:
    one, other = trainer_of(100), trainer_of(100, p_hidden=(0.0,))
    view = shown(qtbot, frame_of(one, other))
    scene = scene_of(view)
    assert [p.name for p in scene.paths] == ["with dropout", "without dropout"]
    for path, trainer in zip(scene.paths, (one, other), strict=True):
        now = trainer.scores()["loss"]["train"]
        assert now is not None and path.losses[-1] == pytest.approx(now[0], rel=1e-12)
    np.testing.assert_allclose(scene.paths[0].points[0], scene.paths[1].points[0], atol=1e-9)  # the same start
    assert view.heading.losses[1] == ("without dropout", plane_words.number(float(scene.paths[1].losses[-1]), 4))
    (left, right), (low, high) = scene.ranges
    points = np.concatenate([p.points for p in scene.paths])
    assert (points > (left, low)).all() and (points < (right, high)).all()
    view.close()


def test_a_moving_run_is_computed_off_the_windows_thread_coarse_first(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[scenes.Stage] = []
    threads: set[str] = set()
    real = scenes.answer

    def watched(request: scenes.Request) -> scenes.Scene | None:
        threads.add(threading.current_thread().name)
        stages.append(request.stage)
        return real(request)

    monkeypatch.setattr(scenes, "answer", watched)
    trainer = trainer_of(100, "moons", examples=40, batch_size=10)
    view = shown(qtbot, frame_of(trainer))
    assert (
        threads == {"plane"}
        and stages == sorted(stages)
        and stages[0][0] == scenes.SIDES[3]
        and stages[-1] == (scenes.SIDES[-1], True)
    )
    stages.clear()
    trainer.advance(10)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: finest(view))
    assert stages[0] == (scenes.SIDES[3], False) and scene_of(view).request.frame.snapshot.step == 110
    stages.clear()
    view.refresh()  # nothing is new
    assert not view.busy and not stages
    view.close()
    assert not view.busy


def test_how_fine_it_grows_depends_on_what_it_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "SIDES", SIDES)

    def stages_of(trainer: Trainer) -> list[scenes.Stage]:
        pair = (Weight(0, 0, 0), Weight(0, 0, 1))
        return scenes.stages(scenes.Request(frame_of(trainer), "path", pair, 0, (0, False), None, {}))

    assert stages_of(trainer_of(0)) == [(51, False), (101, False), (101, True)]
    large = stages_of(trainer_of(0, "digits", hidden=(600,)))
    assert large[0][0] < 51 and not large[-1][1]


def test_an_answer_that_nobody_waits_for_is_given_up() -> None:
    frame = frame_of(trainer_of(10))
    request = scenes.Request(frame, "path", (Weight(0, 0, 0), Weight(0, 0, 1)), 0, (51, False), None, {})
    assert scenes.answer(request) is not None
    request.given_up.set()
    assert scenes.answer(request) is None


def test_the_two_weights_are_those_chosen_last(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(50)))
    view.kind.value = "weights"
    view.selection.choose(weight=Weight(0, 1, 2))
    view.selection.choose(weight=Weight(1, 3, 0))
    qtbot.waitUntil(lambda: finest(view))
    assert scene_of(view).request.pair == (Weight(1, 3, 0), Weight(0, 1, 2))
    across, upwards = sorted(view.findChildren(WeightChooser), key=WeightChooser.accessibleName)
    assert (across.isVisible(), across.place(), upwards.place()) == (True, Weight(1, 3, 0), Weight(0, 1, 2))
    qtbot.keyClick(upwards, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: finest(view))
    assert scene_of(view).request.pair == (Weight(1, 3, 0), Weight(0, 1, 3))
    qtbot.keyClick(across, Qt.Key.Key_Up)  # past the last comes the first
    qtbot.waitUntil(lambda: finest(view))
    assert view.selection.weight == Weight(0, 0, 0) and scene_of(view).request.pair == (
        Weight(0, 0, 0),
        Weight(0, 1, 3),
    )
    snapshot = scene_of(view).request.frame.snapshot
    wanted = [snapshot.weights[0][0, 0], snapshot.weights[0][1, 3]]
    np.testing.assert_allclose(scene_of(view).paths[0].points[-1], wanted)
    assert view.heading.title == "Loss over w1[a → h1] and w1[b → h4]"
    point_at(view, 0.0, 0.0)
    assert view.selection.hover == Weight(0, 0, 0)
    view.close()


def test_the_mouse_reads_the_surface_and_the_path(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    real = tip.draw_text

    def listen(p: Any, x: float, y: float, text: str, *more: Any, **named: Any) -> float:
        said.append(text)
        return real(p, x, y, text, *more, **named)

    monkeypatch.setattr(tip, "draw_text", listen)
    view = shown(qtbot, frame_of(trainer_of(300)))
    scene = scene_of(view)
    (left, right), (low, high) = scene.ranges
    u, v = left + 0.03 * (right - left), low + 0.95 * (high - low)
    point_at(view, u, v)
    assert (
        said[-2].startswith("loss 0.")
        and said[-1].startswith("at (")
        and view.bar.pointed == pytest.approx(scene.surface.losses([[u, v]])[0], rel=0.05)
    )
    point_at(view, *scene.paths[0].points[-1])
    loss = float(scene.paths[0].losses[-1])
    assert said[-2:] == ["step 300", f"loss {plane_words.number(loss, 4)}, on the plane"]
    assert view.bar.pointed == loss
    start = scene.paths[0].points[0]
    point_at(view, *start)
    assert said[-2] == "step 0" and said[-1].startswith("loss ") and "off the plane, where it is" in said[-1]
    view.close()


def test_other_random_directions_on_request(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(20)))
    view.kind.value = "random"
    qtbot.waitUntil(lambda: finest(view))
    before = scene_of(view).axes.directions
    others = view.header_tools()[1]
    others.show()
    qtbot.mouseClick(others, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finest(view) and not np.allclose(scene_of(view).axes.directions, before))
    view.close()


def test_logarithmic_shades(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(500)))
    plain = picture(view)
    tick(qtbot, view.log.tool())
    scale = view.bar.scale
    assert scale is not None and scale.log and picture(view) != plain
    low, high = scale.ends
    assert scale.share([low, high]) == pytest.approx([0, 1]) and scale.share((low * high) ** 0.5) == pytest.approx(0.5)
    levels = scale.levels()
    assert 3 <= len(levels) <= 11 and levels == sorted(levels) and low < levels[0] and levels[-1] < high
    view.close()


def test_a_network_too_large_for_a_path_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "FINEST", 5e7)  # patience is not what is tested
    trainer = trainer_of(2, "digits", hidden=(600,))
    view = shown(qtbot, frame_of(trainer))
    scene = scene_of(view)
    n, of = scene.examples
    assert n < of == 1_437 and scene.axes.random == (True, True)
    assert (
        plane_words.details(scene)[0]
        == f"every unit on, {n} of 1,437 training examples; too many weights to keep a path"
    )
    assert len(scene.paths[0].steps) == 1
    view.close()


def test_in_three_dimensions_it_says_what_is_missing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = shown(qtbot, frame_of(trainer_of(20)))
    monkeypatch.setattr(plane_space.importlib.util, "find_spec", lambda name: None)
    tick(qtbot, view.deep.tool())
    assert view.space.isVisible() and not view.plot.isVisible()
    assert "pip install PyOpenGL" in view.space.message
    monkeypatch.setattr(plane_space.importlib.util, "find_spec", lambda name: object())
    assert "needs a display" in plane_space.why_not()  # and nothing has aborted
    tick(qtbot, view.deep.tool())
    assert view.plot.isVisible()
    view.close()


def test_a_picture_is_complete_at_once_and_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    frame = frame_of(trainer_of(100), trainer_of(100, p_hidden=(0.0,)))
    live = shown(qtbot, frame)
    live.kind.value = "line"
    live.log.value = True
    qtbot.waitUntil(lambda: finest(live))
    still = plane.View(live.selection, look.style("light"))
    qtbot.addWidget(still)
    still.resize(QSize(460, 400))
    still.prepare_export()
    still.show_frame(frame)
    assert scene_of(still).request.kind == "path" and scene_of(still).request.stage == (scenes.SIDES[-1], True)
    still.like(live)
    scene = scene_of(still)
    assert (scene.request.kind, scene.request.stage, still.bar.scale) == (
        "line",
        (scenes.SIDES[-1], True),
        live.bar.scale,
    )
    assert scene.ranges == scene_of(live).ranges
    assert picture(still, 2) != picture(live, 2)
    still.close()
    live.close()


@pytest.mark.parametrize("size", [(220, 160), (420, 300), (1600, 900)], ids=str)
def test_it_fits_into_any_panel(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = shown(qtbot, frame_of(trainer_of(40)), size)
    area = view.plot.area()
    assert area.width() > 0.5 * size[0] and area.height() > 0.4 * size[1]
    view.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [True, False])
def test_beside_a_run_that_diverged_the_other_is_drawn(qtbot: QtBot, first: bool, kind: scenes.Kind) -> None:
    settings = {"output": "linear", "loss": "squared_error", "activation": "relu"}
    sound = trainer_of(40, "xor", **settings, learning_rate=0.01)
    wild = trainer_of(500, "xor", **settings, learning_rate=50.0)
    assert wild.stopped and not sound.stopped
    view = shown(qtbot, frame_of(*((wild, sound) if first else (sound, wild))))
    view.kind.value = kind
    qtbot.waitUntil(lambda: finest(view))
    scene = scene_of(view)
    lost, kept = scene.paths if first else scene.paths[::-1]
    assert kept.sound and not lost.sound
    for said in (view.heading.details[0], view.summary()):
        assert f"“{lost.name}” has diverged" in said and "the run has diverged" not in said
    assert np.isfinite(scene.losses).any() and np.isfinite(scene.off)
    (left, right), (low, high) = scene.ranges
    assert (kept.points > (left, low)).all() and (kept.points < (right, high)).all()
    assert scene.surface.losses(kept.points[-1:])[0] == pytest.approx(kept.losses[-1], rel=1e-6)
    assert not picture(view).isNull()
    view.close()


def test_a_run_that_diverged_still_draws(qtbot: QtBot) -> None:
    trainer = trainer_of(500, "xor", output="linear", loss="squared_error", activation="relu", learning_rate=50.0)
    assert trainer.stopped
    view = shown(qtbot, frame_of(trainer))
    assert scene_of(view).losses.shape == (scenes.SIDES[-1],) * 2
    assert plane_words.diverged(scene_of(view)) and "the run has diverged" in view.heading.details[0]
    axes = plane_words.axes(scene_of(view), view._names)
    assert (
        "no path yet" not in view.summary()
        and not any("not a number" in said for said in axes)
        and not plane_words.diverged(scene_of(shown(qtbot, frame_of(trainer_of(3, "xor")))))
    )
    view.close()
