"""The Ensemble view: its numbers, what is chosen by hand, what is computed where."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.questions import ensemble as scenes
from dropout_viz.analysis.thinned import network_of
from dropout_viz.draw import style as look
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.help_parts import as_text
from dropout_viz.views.base import Selection
from dropout_viz.views.ensemble import HELP, words
from dropout_viz.views.ensemble.picture import dots_of
from dropout_viz.views.ensemble.view import View
from tests.app.painted_texts import painted_texts
from tests.views.frames import frame_of, shown
from tests.views.hands import picture, point


def changed(frame: Frame, **fields: object) -> Frame:
    return Frame((replace(frame.arms[0], snapshot=replace(frame.snapshot, **fields)), *frame.arms[1:]), frame.data)


def test_the_numbers_on_show_are_those_of_the_network(qtbot: QtBot) -> None:
    frame = frame_of("three-lines", 200)
    view = shown(qtbot, "ensemble", frame)
    network = network_of(frame.snapshot)
    for example in range(4):
        view.selection.choose(example=example)
        x = frame.data.x[example : example + 1]
        scaled, geometric, arithmetic, monte_carlo = view.scene.averages
        assert scaled == network.outputs(x)[0, 0] and abs(geometric - scaled) < 1e-12
        assert arithmetic == ensemble.means(network, x).arithmetic[0, 0]
        assert monte_carlo == pytest.approx(ensemble.monte_carlo(network, x, 50, 0)[:, 0, 0].mean(), abs=1e-12)
        assert len(view.scene.members.outputs) == 16
    assert "exactly (gap" in words.verdict(view.scene)[0]
    assert words.title(view.scene)[0] == "all 16 thinned networks"


def test_the_example_and_k_are_chosen_in_the_header_and_resampling_draws_others(qtbot: QtBot) -> None:
    frame = frame_of("three-lines", 200)
    view = shown(qtbot, "ensemble", frame)
    example, k, again = view.header_tools()
    example.show()
    qtbot.keyClick(example, Qt.Key.Key_Up)
    assert view.selection.example == 1 and view.scene.request.example == 1
    first = view.scene
    k.setValue(7)
    assert view.scene.averages[3] == pytest.approx(first.drawn[:7].mean())
    assert words.label(view.scene, "monte carlo") == "Monte-Carlo mean of 7"
    again.show()
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert not np.array_equal(view.scene.drawn, first.drawn)
    assert np.array_equal(view.scene.members.outputs, first.members.outputs)
    view.selection.choose(example=0)
    assert example.value() == 1


@pytest.mark.parametrize("width", [460, 700, 1400])
def test_the_band_of_the_lower_graph_is_called_what_it_is(qtbot: QtBot, width: int) -> None:
    view = shown(qtbot, "ensemble", frame_of("three-lines", 200), size=(width, 460))
    assert view.graph() is not None
    picture(view)
    (title,) = [text for _, text in painted_texts(view) if "standard error" in text]
    assert title.startswith("Monte-Carlo mean") and "±" in title


def test_a_click_on_the_lower_graph_chooses_k(qtbot: QtBot) -> None:
    view = shown(qtbot, "ensemble", frame_of("three-lines", 200), size=(460, 460))
    graph = view.graph()
    assert graph is not None
    at = QPoint(round(graph.px(2.0)), round(graph.area.center().y()))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert 90 <= view.scene.request.k <= 110
    assert view.said(QPointF(at))[1] == "click to choose k"


def test_a_dot_under_the_mouse_is_named(qtbot: QtBot) -> None:
    view = shown(qtbot, "ensemble", frame_of("three-lines", 3000))
    dots = dots_of(view.scene, view.layout_(view.scene))
    plain = picture(view)
    likeliest = int(view.scene.members.probabilities.argmax())
    point(view, QPointF(dots.x[likeliest], dots.y[likeliest]))
    assert view.said(view.mouse) == [
        f"says {words.number(view.scene.members.outputs[likeliest])}",
        "on: 4 of 4 units that can be off",
        "on: h1, h2, h3, h4",
        "probability 41.0 %",  # .8^4
    ]
    assert picture(view) != plain
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert picture(view) == plain


def test_what_is_under_a_mouse_that_rests_is_of_the_network_on_show(qtbot: QtBot) -> None:
    """From a network of 32 thinned ones to one of 4, with the mouse on one of the last."""
    five = load_preset("three-lines-exact").changed(hidden=(5,))
    view = shown(qtbot, "ensemble", Frame.of(Arms.of(five).look()))
    dots = dots_of(view.scene, view.layout_(view.scene))
    last = len(dots.x) - 1
    point(view, QPointF(dots.x[last], dots.y[last]))
    assert view.said(view.mouse)
    view.present(Frame.of(Arms.of(five.changed(hidden=(2,))).look()))
    assert len(view.scene.members.outputs) <= last
    picture(view)  # trouble in painting would be told
    for line in view.said(view.mouse):
        assert "of 5 units" not in line


def test_many_networks_are_a_density_weighted_by_probability(qtbot: QtBot) -> None:
    frame = frame_of("three-lines-exact", 100, hidden=(12,), p_hidden=(0.3,))
    view = shown(qtbot, "ensemble", frame)
    scene = view.scene
    assert scene.histogram is not None and scene.histogram.sum() == pytest.approx(1, abs=1e-12)
    low = (scene.members.outputs < 0.5) @ scene.members.probabilities
    assert scene.histogram[: scenes.BINS // 2].sum() == pytest.approx(low, abs=1e-12)
    plot = view.layout_(scene).plot
    assert view.said(QPointF(plot.left() + 0.5 * plot.width() + 1, plot.center().y()))[1] == "say 0.500 to 0.506"


def test_a_row_under_the_mouse_is_explained(qtbot: QtBot) -> None:
    view = shown(qtbot, "ensemble", frame_of("three-lines", 200))
    for row, name in zip(view.layout_(view.scene).rows, words.NAMES, strict=True):
        assert view.said(row.center()) == [
            f"{words.label(view.scene, name)} {words.value(view.scene, name)}",
            words.about(view.scene, name),
        ]


def test_of_several_outputs_the_examples_class_is_shown_until_another_is_clicked(qtbot: QtBot) -> None:
    frame = frame_of("digits", 30)
    view = shown(qtbot, "ensemble", frame)
    view.selection.choose(example=5)
    right = int(frame.data.y[5].argmax())
    assert view.scene.request.output == right and view.scene.request.target == 1
    other = (right + 3) % 10
    cell = view.layout_(view.scene).cells[other]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    assert view.scene.request.output == other and view.scene.request.target == 0
    assert "of all 2³²" in words.verdict(view.scene)[0] and words.title(view.scene)[0].startswith("4,096 of 2³²")


def test_deeper_nets_show_the_gap_and_sampling_its_error(qtbot: QtBot) -> None:
    view = shown(qtbot, "ensemble", frame_of("moons", 100, hidden=(5, 4), p_input=0.1))
    assert view.scene.members.all and view.scene.request.network.n == 11
    assert "only comes near" in words.verdict(view.scene)[0]
    assert abs(view.scene.averages[0] - view.scene.averages[1]) > 1e-6
    view.show_frame(frame_of("moons", 100))
    assert "±" in words.value(view.scene, "arithmetic") and "±" in words.value(view.scene, "geometric")


def said_of(frame: Frame, **config: Any) -> tuple[scenes.Scene, str]:
    """Return the scene of a frame's first example under other settings, and what is said of it."""
    snapshot = replace(frame.snapshot, config=frame.snapshot.config.changed(**config))
    scene = scenes.answer(scenes.Request(snapshot, frame.data, (), 0, 0, 50, 0))
    return scene, words.verdict(scene)[0]


def test_without_any_scaling_nothing_is_called_scaled_and_no_layer_is_blamed() -> None:
    scene, said = said_of(frame_of("three-lines-exact", 300), scaling="none")
    every, geometric, _, _ = scene.averages
    assert said.startswith("Nothing is scaled, so the network with every unit on is no mean of the thinned ones")
    assert words.number(abs(every - geometric), 2) in said and abs(every - geometric) > 1e-3
    assert words.label(scene, "scaled") == words.WHOLE and "input" not in said
    texts = [said, words.about(scene, "scaled"), words.label(scene, "scaled"), *words.verdict(scene)[1:]]
    seen = scenes.overview(scene, lambda _: True)
    assert not any("scaled network" in t or "weight-scaled" in t for t in [*texts, *words.overview(seen)])
    assert words.overview(seen)[0].startswith("Over all 4 training examples: every unit on and arithmetic are")


@pytest.mark.parametrize(
    ("drop", "start"),
    [
        ({"p_hidden": (0.5, 0.0)}, "Hidden layer 1 drops units, so"),
        ({"p_hidden": (0.5, 0.5)}, "Hidden layer 1 drops units too, so"),
        ({"p_hidden": (0.0, 0.5)}, "One dropped layer: the scaled network is the geometric mean, exactly"),
        ({"p_hidden": (0.0, 0.0), "p_input": 0.1}, "The input drops units, so"),
        ({"p_hidden": (0.2, 0.5), "p_input": 0.1}, "The input and hidden layer 1 drop units too, so"),
        ({"p_hidden": (0.0, 0.0)}, "With p = 0 there is one network"),
    ],
)
@pytest.mark.parametrize("scaling", ["inverted", "classical"])
def test_it_names_the_layers_that_drop(drop: dict[str, Any], start: str, scaling: str) -> None:
    frame = frame_of("moons", 30, hidden=(5, 4))
    scene, said = said_of(frame, **drop, scaling=scaling)
    assert said.startswith(start)
    network, (scaled, geometric, _, _) = scene.request.network, scene.averages
    assert ensemble.is_one_layer(network) == said.startswith("One dropped")
    assert (abs(scaled - geometric) < 1e-12) == ("comes near" not in said)


@pytest.mark.parametrize(("hidden", "counted"), [((17, 3), False), ((16, 4), True), ((20,), True), ((21,), False)])
def test_which_networks_are_counted_is_said_truly(hidden: tuple[int, ...], counted: bool) -> None:
    frame = frame_of("moons", 3, hidden=hidden)
    assert ensemble.is_exact(network_of(frame.snapshot)) == counted
    assert "at most 20 units can be off, at most 16 of them below the last hidden layer" in as_text(HELP)
    if not counted:
        scene, _ = said_of(frame)
        assert len(scene.members.outputs) == 4096 and "up to 4,096 are drawn" in as_text(HELP)


def test_without_dropout_there_is_one_network(qtbot: QtBot) -> None:
    view = shown(qtbot, "ensemble", frame_of("moons", 100, p_hidden=(0.0,)))
    assert len(view.scene.members.outputs) == 1 and len(set(np.round(view.scene.averages, 12))) == 1
    assert words.title(view.scene)[0].startswith("one network")
    picture(view)


def test_another_arm_has_a_row_of_its_own(qtbot: QtBot) -> None:
    frame = frame_of("moons", 100, compare=True)
    view = shown(qtbot, "ensemble", frame)
    ((name, said),) = view.scene.others
    network = network_of(frame.arms[1].snapshot)
    assert name == "without dropout" and said == network.outputs(frame.data.x[:1])[0, 0]
    assert len(view.layout_(view.scene).rows) == 5


def test_the_overview_is_over_the_training_set(qtbot: QtBot) -> None:
    frame = frame_of("three-lines", 3000)
    view = shown(qtbot, "ensemble", frame)
    view.prepare_export()
    network, seen = network_of(frame.snapshot), view.scene.overview
    found = ensemble.means(network, frame.data.x)
    outputs = network.outputs(frame.data.x)
    assert (seen.done, seen.of, seen.whole) == (4, 4, True) and seen.geometric_gap < 1e-12
    assert seen.arithmetic_gap == pytest.approx(np.abs(found.arithmetic - outputs).mean())
    assert seen.right[0] == np.mean((outputs > 0.5) == (frame.data.y > 0.5))


def test_a_visible_view_computes_on_a_worker_and_shows_progress(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = frame_of("moons", 100, hidden=(18,))
    view = View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    threads, told = set(), []
    real = scenes.answer
    monkeypatch.setattr(scenes, "answer", lambda r: (threads.add(threading.current_thread().name), real(r))[1])
    take = view.take
    monkeypatch.setattr(view, "take", lambda scene: (told.append((view.shown_step, scene.overview)), take(scene)))
    view.resize(460, 400)
    view.show()
    view.show_frame(frame)
    assert view.scene is None
    qtbot.waitUntil(lambda: view.scene is not None and view.scene.overview is not None)
    qtbot.waitUntil(lambda: view.scene.overview.done == 200)
    done = [seen.done for _, seen in told if seen is not None]
    assert {step for step, _ in told} == {100}  # of whatever has come so far its step is known
    assert threads == {"ensemble"} and told[0][1] is None and done == sorted(done) and 0 < done[0] < 200
    assert words.overview(replace(view.scene, overview=replace(view.scene.overview, done=50)))[0].endswith("50 done")
    view.selection.choose(example=3)  # what is under way is about another example
    qtbot.waitUntil(lambda: view.scene.request.example == 3)
    view.close()  # and waits for what is under way; a thread left behind would fail this test


def test_an_older_overview_names_its_step_and_one_of_other_draws_goes(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the one of the step on show is not there, the last one stays, and is no answer about this step."""
    frame = frame_of("moons", 100, hidden=(6,), examples=300)
    view = shown(qtbot, "ensemble", frame)
    now = words.overview(view.scene)
    assert now[0].startswith("Over 200 of 300 training examples: ") and all("step" not in said for said in now)
    monkeypatch.setattr(scenes, "overview", lambda scene, tell: scene)  # it never comes
    late = changed(frame, step=120)
    view.show_frame(late)
    assert view.scene.request.snapshot.step == 120
    for said, before in zip(words.overview(view.scene), now, strict=True):
        assert said.lower().startswith(("at step 100, over", "step 100: ")) and before.split(": ")[-1] in said
    view.k.value = 7  # the Monte-Carlo mean is of other networks
    assert view.scene.request.k == 7 and view.scene.overview is None
    view.k.value = 50
    view.show_frame(late)
    view.show_frame(changed(frame, step=120, run=9))
    assert view.scene.request.snapshot.run == 9 and view.scene.overview is None


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_diverged_network_is_shown_without_an_exception(qtbot: QtBot, bad: float) -> None:
    for preset in ("three-lines", "digits"):
        frame = frame_of(preset, 20)
        view = shown(qtbot, "ensemble", frame)
        view.show_frame(changed(frame, weights=tuple(np.full_like(w, bad) for w in frame.snapshot.weights), step=21))
        picture(view)
        point(view, view.layout_(view.scene).plot.center())
        assert words.verdict(view.scene)[0].startswith("Some outputs are not numbers")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_a_number_is_neither_the_same_nor_in_a_bin(bad: float) -> None:
    frame = frame_of("three-lines-exact", 20, hidden=(12,), p_hidden=(0.3,))
    last = np.full_like(frame.snapshot.weights[1], bad) * np.array([[1.0], [-1.0]] * 6)  # outputs are ∞ - ∞
    snapshot = replace(frame.snapshot, weights=(frame.snapshot.weights[0], last))
    scene = scenes.answer(scenes.Request(snapshot, frame.data, (), 0, 0, 50, 0))
    known = np.isfinite(scene.members.outputs)
    assert not known.all() and scene.histogram is not None
    assert scene.histogram.sum() == pytest.approx(scene.members.probabilities[known].sum())
    said = words.overview(scenes.overview(scene, lambda _: True))
    assert "cannot be compared: not all outputs are finite numbers" in said[0] and "the same" not in " ".join(said)


@pytest.mark.parametrize("preset", ["three-lines", "digits"])
def test_nothing_overlaps_at_any_size(qtbot: QtBot, preset: str) -> None:
    view = shown(qtbot, "ensemble", frame_of(preset, 20, compare=True))
    for size in ((220, 150), (380, 260), (420, 300), (465, 400), (900, 500), (1600, 900), (300, 1200)):
        view.resize(*size)
        picture(view)
        layout = view.layout_(view.scene)
        parts = [layout.head, *layout.cells, layout.plot, *layout.rows, *([layout.graph] if layout.graph else [])]
        for k, part in enumerate(parts):
            assert part.left() >= 0 and part.right() <= size[0] and part.top() >= 0 and part.bottom() <= size[1]
            assert part.width() > 10 and part.height() > 10
            assert not any(part.intersects(other) for other in parts[k + 1 :])
        assert all(layout.rows[-1].bottom() < middle < size[1] for middle in layout.notes)


def test_a_picture_is_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    frame = frame_of("digits", 30)
    live, still = shown(qtbot, "ensemble", frame), shown(qtbot, "ensemble", frame, theme="light")
    live.header_tools()[1].setValue(9)
    live.header_tools()[2].click()
    cell = live.layout_(live.scene).cells[4]
    qtbot.mouseClick(live, Qt.MouseButton.LeftButton, pos=cell.center().toPoint())
    still.prepare_export()
    still.like(live)
    assert still.scene.request.k == 9 and still.scene.request.draw == 1 and still.scene.request.output == 4
    assert still.scene.averages == live.scene.averages


def test_the_help_says_what_is_counted() -> None:
    for bound in (ensemble.EXACT, ensemble.BELOW, ensemble.SAMPLES):
        assert f" {bound:,} " in as_text(HELP)
