"""The Lesions view: clicks take units away, the damage is the evaluated one, and the run never notices."""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from dropout_viz.analysis import lesion
from dropout_viz.analysis.questions import lesions as scenes
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views import computed
from dropout_viz.views.base import Selection
from dropout_viz.views.lesions import curve as lesions_curve
from dropout_viz.views.lesions import picture as lesions_picture
from dropout_viz.views.lesions import view as lesions
from dropout_viz.views.lesions import violins
from dropout_viz.views.lesions import words as lesions_words
from dropout_viz.views.lesions.layout import PANELS, lay_out
from dropout_viz.views.lesions.picture import TITLE_ROOM
from dropout_viz.views.network import view as network
from tests.views.frames import frame_of as shared_frame_of
from tests.views.hands import frame_of, leave, picture, placed, point, trainer_of
from tests.views.loss_case import ink


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (520, 420)) -> lesions.View:
    view = lesions.View(Selection(), look.style("dark"))
    placed(qtbot, view, size).show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: view.scene is not None and not view.busy)
    return view


def both() -> Frame:
    return shared_frame_of("three-lines", 300, compare=True)


def scene_of(view: lesions.View) -> scenes.Scene:
    assert view.scene is not None
    return view.scene


def click(qtbot: QtBot, view: lesions.View, at: QPointF) -> None:
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())


def middle(view: lesions.View, layer: int, index: int) -> QPointF:
    layout = view.layout_(scene_of(view))
    return layout.cells[layer - 1][index] + QPointF(layout.side / 2, layout.side / 2)


def loss_without(trainer: Trainer, unit: int, rescaled: bool) -> float:
    """The trainer's own loss after the unit's outgoing weights are taken out of its network."""
    copy = Trainer(trainer.config, trainer.data)
    weights, biases = ([a.copy() for a in kind] for kind in trainer.parameters())
    weights[-1][:, unit] = 0
    if rescaled:
        weights[-1] *= weights[-1].shape[1] / (weights[-1].shape[1] - 1)
    copy.start_from(weights, biases)
    found = copy.scores()["loss"]["train"]
    assert found is not None
    return found[0]


@pytest.mark.parametrize("rescaled", [False, True])
def test_a_click_takes_a_unit_away_and_another_puts_it_back(qtbot: QtBot, rescaled: bool) -> None:
    trainer = trainer_of(300)
    before = [w.copy() for w in trainer.parameters()[0]]
    view = shown(qtbot, frame_of(trainer))
    if rescaled:
        qtbot.mouseClick(
            view.rescaled.tool(), Qt.MouseButton.LeftButton, pos=QPoint(8, view.rescaled.tool().height() // 2)
        )
    click(qtbot, view, middle(view, 1, 2))
    assert view.selection.off == {Unit(1, 2)}
    qtbot.waitUntil(lambda: scene_of(view).request.off == {Unit(1, 2)} and not view.busy)
    damage = scene_of(view).damages[0][0]
    assert damage.part == "training" and damage.examples == (4, 4)
    assert damage.loss[1] == pytest.approx(loss_without(trainer, 2, rescaled), rel=1e-9)
    whole = trainer.scores()["loss"]["train"]
    assert whole is not None and damage.loss[0] == pytest.approx(whole[0], rel=1e-9)
    assert "1 of 4 hidden units taken away" in lesions_words.heading(scene_of(view))[0]
    assert "was" in view.summary()
    assert all(np.array_equal(a, b) for a, b in zip(before, trainer.parameters()[0], strict=True))
    click(qtbot, view, middle(view, 1, 2))
    assert view.selection.off == frozenset()
    qtbot.waitUntil(lambda: not scene_of(view).request.off)
    view.close()


def test_all_on_again(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(5)))
    button = view.header_tools()[0]
    assert not button.isEnabled()
    view.selection.take_away(frozenset({Unit(1, 0), Unit(1, 3)}))
    qtbot.waitUntil(lambda: len(scene_of(view).request.off) == 2)
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not scene_of(view).request.off)
    view.close()


def test_ctrl_and_a_click_in_the_network_view(qtbot: QtBot) -> None:
    trainer = trainer_of(5)
    net = network.View(Selection(), look.style("dark"))
    qtbot.addWidget(net)
    net.resize(700, 500)
    net.show_frame(frame_of(trainer))
    plain = picture(net)
    assert net.scene is not None
    layout = net.scene.layout
    where = {
        layer: QPointF(float(c.x[1]), float(c.y[1])).toPoint() for layer, c in enumerate(layout.columns) if layer < 2
    }
    qtbot.mouseClick(net, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, where[0])
    qtbot.mouseClick(net, Qt.MouseButton.LeftButton, pos=where[1])
    assert net.selection.off == frozenset()  # an input cannot be taken away, and a plain click takes nothing
    qtbot.mouseClick(net, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, where[1])
    assert net.selection.off == {Unit(1, 1)}
    leave(net)
    assert picture(net) != plain
    qtbot.mouseClick(net, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, where[1])
    assert net.selection.off == frozenset()
    net.close()


def test_both_arms_and_both_sets(qtbot: QtBot) -> None:
    one, other = trainer_of(200, "moons"), trainer_of(200, "moons", p_hidden=(0.0,))
    view = shown(qtbot, frame_of(one, other), (1280, 620))
    scene = scene_of(view)
    assert [d.part for d in scene.damages[0]] == ["training", "test"]
    for trainer, damages in zip((one, other), scene.damages, strict=True):
        for part, damage in zip(("train", "test"), damages, strict=True):
            for kind, now in (("loss", damage.loss), ("accuracy", damage.accuracy)):
                wanted = trainer.scores()[kind][part]
                assert wanted is not None and now == pytest.approx((wanted[0],) * 2, rel=1e-6)
    assert set(view.layout_(scene).panels) == set(PANELS)
    assert lesions_words.columns(scene) == ["training loss", "test loss", "training right", "test right"]
    for depth, halves in zip(scene.depths, scene.halves, strict=True):
        assert depth.part == "test" and depth.plain is not None and depth.plain.removed[-1] == 32
        assert halves is not None and len(halves.maps) == 2 and halves.maps[0].shape == (1, scenes.SIDE, scenes.SIDE)
    assert not picture(view).isNull()
    view.close()


def test_small_networks_are_counted_and_large_ones_sampled(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(50)))
    depth = scene_of(view).depths[0]
    assert depth.worths is not None and depth.worths.exact and depth.worths.values.shape == (4, 8)
    assert depth.plain is not None and depth.plain.choices == 0 and scene_of(view).complete
    assert "all 8 sets" in lesions_words.worth(scene_of(view))[0]
    view.show_frame(frame_of(trainer_of(20, "spiral")))
    qtbot.waitUntil(lambda: scene_of(view).request.data.x_test is not None and not view.busy)
    found = scene_of(view).depths[0].worths
    assert found is not None and not found.exact and len(found.units) < 64
    assert "random sets" in lesions_words.worth(scene_of(view))[0]
    view.close()


def test_it_grows_finer_when_the_run_stands_still_and_off_the_window_s_thread(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []
    real = scenes.answer

    def watched(request: scenes.Request, *rest: Any) -> scenes.Scene | None:
        asked.append((threading.current_thread().name, request.finest))
        return real(request, *rest)

    monkeypatch.setattr(scenes, "answer", watched)
    view = shown(qtbot, frame_of(trainer_of(10, "moons")))
    qtbot.waitUntil(lambda: len(asked) == 2 and not view.busy)
    assert asked == [("lesions", False), ("lesions", True)]
    view.close()


def test_what_is_fine_is_never_computed_on_the_window_s_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """However quick the rough answers were, or however many of them had been remembered."""
    monkeypatch.setattr(computed, "AT_ONCE", 60.0)
    fine: list[str] = []
    real = scenes.answer

    def watched(request: scenes.Request, *rest: Any) -> scenes.Scene | None:
        if request.finest:
            fine.append(threading.current_thread().name)
        return real(request, *rest)

    monkeypatch.setattr(scenes, "answer", watched)
    view = shown(qtbot, frame_of(trainer_of(10, "moons")))
    qtbot.waitUntil(lambda: scene_of(view).complete and not view.busy)
    for rescaled in (True, False):
        view.rescaled.value = rescaled
        view.refresh()
        qtbot.waitUntil(lambda want=rescaled: scene_of(view).request.rescaled == want and not view.busy)
    view.show_frame(frame_of(trainer_of(11, "moons")))
    qtbot.waitUntil(lambda: scene_of(view).complete and not view.busy)
    assert set(fine) == {"lesions"}
    view.close()


def test_a_long_job_ends_when_something_newer_is_wanted() -> None:
    snapshot = trainer_of(3, "moons")
    frame = frame_of(snapshot)
    request = scenes.Request((("", frame.snapshot),), frame.data, frozenset(), False, 0, True)
    calls = iter([True, True, False])
    memory = scenes.Memory()
    assert scenes.answer(request, memory, lambda: next(calls, False)) is None
    assert not memory.depths  # nothing half done is kept
    assert scenes.answer(request, memory) is not None


def test_pointing_names_the_unit_and_its_worth(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(400)))
    view.panel.value = "worth"
    said = view.said(middle(view, 1, 1))
    worths = scene_of(view).depths[0].worths
    assert worths is not None
    assert said[0] == "hidden unit 2" and said[1].startswith(
        f"Banzhaf value {lesions_words.number(worths.mean[1], 3)}, from"
    )
    panel = view.layout_(scene_of(view)).panels["worth"]
    best = int(np.argmax(worths.mean))
    at = QPointF(panel.left() + 60, panel.bottom() - 40)
    point(view, at)
    assert view.selection.hover == Unit(1, best)
    view.panel.value = "curve"
    panel = view.layout_(scene_of(view)).panels["curve"]
    said = view.said(QPointF(panel.right() - 9, panel.center().y()))
    assert said[0] == "4 of 4 units removed" and said[1].startswith("as they are: 50")
    view.close()


@pytest.mark.parametrize("height", [330, 420, 700])
def test_no_violin_of_a_few_values_is_cut_and_two_arms_find_room(qtbot: QtBot, height: int) -> None:
    view = shown(qtbot, both(), (520, height))
    view.panel.value = "worth"
    picture(view)
    scene = scene_of(view)
    inner = view.layout_(scene).panels["worth"].adjusted(0, TITLE_ROOM, 0, 0)
    low, high = violins._range(scene)
    for depth in scene.depths:
        assert depth.worths is not None
        assert low <= depth.worths.values.min() and depth.worths.values.max() <= high
    plot, bars = violins._plot(scene, inner), violins._bars(scene, inner)
    assert plot.height() >= 40 and plot.top() >= bars[-1].bottom() and plot.bottom() + 11 < height
    assert all(not one.intersects(other) and inner.contains(one) for one, other in pairwise(bars))


def test_no_bar_claims_a_share_that_cannot_be_told(qtbot: QtBot) -> None:
    scene = scene_of(shown(qtbot, frame_of(trainer_of(400))))
    worths = scene.depths[0].worths
    assert worths is not None

    def drawn(error: float) -> tuple[int, str]:
        """Return how much of the line of the share is in the arm's colour, and what it says."""
        depth = replace(scene.depths[0], worths=worths._replace(alone=1.0, alone_error=error, exact=False))
        image = QImage(400, 18, QImage.Format.Format_RGB32)
        image.fill(QColor(style.panel))
        painter = QPainter(image)
        violins.paint(painter, replace(scene, depths=(depth,)), QRectF(0, 0, 400, 18), style, None)
        painter.end()
        return ink(image, QColor(style.arm(0)).name()), lesions_words.alone(depth)[0]

    style = look.style("dark")
    bar, said = drawn(0.1)
    dot, unsure = drawn(lesions_words.UNSURE + 0.01)
    assert "explain 100" in said and "too few to tell" in unsure
    assert bar > 800 and 20 < dot < 60


def test_another_cut_of_the_strangers(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(100, "moons")))
    view.panel.value = "strangers"
    first = scene_of(view).halves[0]
    worths = scene_of(view).depths[0].worths
    panel = view.layout_(scene_of(view)).panels["strangers"]
    click(qtbot, view, panel.center())
    qtbot.waitUntil(lambda: scene_of(view).request.split == 1)
    second = scene_of(view).halves[0]
    assert first is not None and second is not None
    assert not np.array_equal(first.maps[0], second.maps[0]) and np.array_equal(first.agree, second.agree)
    assert scene_of(view).depths[0].worths is worths  # nothing else was computed again
    view.close()


@pytest.mark.parametrize(("preset", "part"), [("moons", "test"), ("xor", "training"), ("curve", "test")])
def test_halves_say_on_which_examples_they_agree(qtbot: QtBot, preset: str, part: str) -> None:
    trainer = trainer_of(5, preset, hidden=(6,))
    x = trainer.data.x if part == "training" else trainer.data.x_test
    assert x is not None
    view = shown(qtbot, frame_of(trainer))
    where = f"{len(x):,} {part} examples"
    wordings = lesions_words.agree(scene_of(view), scene_of(view).halves[0])
    assert all(where in said for said in wordings[:2]) and part in wordings[2]
    assert where in view.summary()
    view.close()


def test_one_unit_has_no_halves(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(5, hidden=(1,))))
    assert scene_of(view).halves == (None,)
    assert "no two halves" in lesions_words.strangers(scene_of(view))[0]
    view.panel.value = "strangers"
    assert not picture(view).isNull()
    view.close()


def test_a_diverged_run_is_shown_too(qtbot: QtBot) -> None:
    trainer = trainer_of(60, "moons", optimiser="sgd", learning_rate=1e6, activation="relu", l2=10.0)
    view = shown(qtbot, frame_of(trainer), (1280, 620))
    assert not picture(view).isNull()
    qtbot.waitUntil(lambda: scene_of(view).depths[0].worths is not None)
    assert lesions_words.alone(scene_of(view).depths[0])[0] == "the loss is not a number: the run has diverged"
    scene = scene_of(view)
    assert lesions_words.agree(scene, scene.halves[0])[0] == "how far they agree cannot be told: the run has diverged"
    worths = scene.depths[0].worths
    assert worths is not None
    unit = lesions_words.of_unit(scene, Unit(1, int(worths.units[0])))
    assert "no Banzhaf value: a loss is not a number" in unit and "agree on" not in view.summary()
    view.close()


def test_a_picture_takes_the_choices_over(qtbot: QtBot) -> None:
    frame = frame_of(trainer_of(50))
    live = shown(qtbot, frame)
    live.rescaled.value = True
    live.panel.value = "worth"
    still = lesions.View(live.selection, look.style("light"))
    for widget in (still, *still.header_tools()):
        qtbot.addWidget(widget)
    still.prepare_export()
    still.show_frame(frame)
    still.like(live)
    assert scene_of(still).request.rescaled and scene_of(still).complete and still.panel.value == "worth"
    still.close()
    live.close()


@pytest.mark.parametrize("size", [(380, 300), (420, 300), (520, 420), (1600, 900)])
@pytest.mark.parametrize("layers", [(4,), (32, 32), (800, 800)])
def test_every_unit_has_a_place_of_its_own(size: tuple[int, int], layers: tuple[int, ...]) -> None:
    layout = lay_out(*size, layers, 2, "curve", False)
    assert tuple(map(len, layout.cells)) == layers
    places = {(c.x(), c.y()) for cells in layout.cells for c in cells}
    assert len(places) == sum(layers)
    assert all(x >= 0 and x + layout.side <= size[0] for x, _ in places)
    assert layout.table.bottom() < size[1] and layout.unit_at(layout.cells[0][1] + QPointF(1, 1)) == (1, 1)
    for one, other in zip(layout.panels.values(), list(layout.panels.values())[1:], strict=False):
        assert not one.intersects(other)


def test_units_that_are_gone_with_another_run_are_not_off_any_more() -> None:
    selection = Selection()
    selection.take_away(frozenset({Unit(1, 2), Unit(1, 30)}))
    heard: list[object] = []
    selection.lesioned.connect(lambda: heard.append(selection.off))
    selection.fit(frame_of(trainer_of(0)), other_data=False)
    assert selection.off == {Unit(1, 2)} and len(heard) == 1
    selection.fit(frame_of(trainer_of(0, "moons")), other_data=True)
    assert selection.off == frozenset()


def test_the_scores_are_those_of_the_snapshot_under_classical_scaling() -> None:
    trainer = trainer_of(150, "moons", scaling="classical")
    snapshot = trainer.snapshot()
    subject = scenes.subject_of(snapshot, trainer.data, scenes.parts_of(trainer.data)[0], 10_000)
    found = lesion.scores(subject, np.ones((1, 32)))
    wanted = trainer.scores()["loss"]["train"]
    assert wanted is not None and found.loss[0] == pytest.approx(wanted[0], rel=1e-9)


def test_a_choice_is_answered_roughly_first_and_finely_then(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(3, "moons")))
    qtbot.waitUntil(lambda: scene_of(view).complete and not view.busy)
    assert view.frame_ is not None
    told: list[bool] = []
    real = view.take

    def take(answer: scenes.Scene | None) -> None:
        if answer is not None:
            told.append(answer.request.finest)
        real(answer)

    view.take = take  # type: ignore[method-assign]
    view.rescaled.value = True
    view.refresh()
    qtbot.waitUntil(lambda: scene_of(view).request.rescaled and scene_of(view).complete and not view.busy)
    assert told[0] is False and told[-1] is True


def test_lines_that_lie_on_one_another_are_called_the_same(qtbot: QtBot) -> None:
    inner = QRectF(0, 0, 400, 200)
    for preset, steps, same in (("three-lines", 2000, True), ("five-valleys", 300, False)):
        scene = scene_of(shown(qtbot, frame_of(trainer_of(steps, preset))))
        graph = lesions_curve.graph_of(scene, inner)
        assert graph is not None
        assert lesions_curve.alike(scene, graph, int(bool(scene.request.data.classes))) == same


def test_shades_are_explained_where_there_is_room(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the units, or above many of them."""
    written: list[tuple[float, str]] = []
    real = lesions_picture.draw_text

    def listen(p: Any, x: float, middle: float, text: str, *more: Any, **options: Any) -> float:
        written.append((middle, text))
        return real(p, x, middle, text, *more, **options)

    monkeypatch.setattr(lesions_picture, "draw_text", listen)
    for hidden, above in (((4,), False), ((32,), True)):
        view = placed(qtbot, lesions.View(Selection(), look.style("dark")), (560, 420))
        view.show_frame(frame_of(trainer_of(20, "three-lines", hidden=hidden)))
        written.clear()
        picture(view)
        scale = [middle for middle, text in written if text.startswith("worth: ")]
        assert len(scale) == 1 and "the most" in [text for _, text in written]
        title = next(middle for middle, text in written if text.startswith("Every unit is on"))
        assert (scale[0] == title) == above
        view.close()
