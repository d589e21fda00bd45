"""The Shared landscape view: what it shows is what the analysis gives, and what the mouse and the chooser do."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import shared as scenes
from dropout_viz.analysis.shared import potential
from dropout_viz.draw import style as look
from dropout_viz.draw.text import text_width
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.shared import curve as shared_curve
from dropout_viz.views.shared import map as shared_map
from dropout_viz.views.shared import view as shared
from dropout_viz.views.shared import words as shared_words
from dropout_viz.views.shared.balls import PILED, counts, covered, pile
from dropout_viz.views.shared.curve import CurvePicture
from dropout_viz.views.shared.map import MapPicture
from dropout_viz.views.weight_names import Names
from tests.views.frames import frame_of as run_frame
from tests.views.hands import frame_of, leave, picture, placed, point


def names_of(view: shared.View) -> Names:
    assert view.frame_ is not None
    return Names(view.frame_.snapshot.sizes, view.frame_.data)


def trainer_of(preset: str = "five-valleys", **settings: Any) -> Trainer:
    return Trainer(load_preset(preset).changed(**settings))


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (640, 420), theme: str = "dark") -> shared.View:
    view = shared.View(Selection(), look.style(theme))
    placed(qtbot, view, size).show_frame(frame)
    return view


@pytest.mark.parametrize("p", [0.0, 0.5])
def test_an_arrow_is_what_the_next_step_does(qtbot: QtBot, p: float) -> None:
    trainer = trainer_of(p_hidden=(p,))
    trainer.advance(40)
    view = shown(qtbot, frame_of(trainer))
    assert view.scene is not None
    arm = view.scene.arms[0]
    if p:
        worlds = Trainer(trainer.config.changed(worlds=200))
        weights, biases = trainer.parameters()
        worlds.start_from([np.repeat(w, 200, axis=0) for w in weights], [np.repeat(b, 200, axis=0) for b in biases])
        worlds.advance(1)
        moved = worlds.parameters()[0][0][:, 0] - weights[0][:, 0]
        error = moved.std(axis=0) / np.sqrt(200)
        assert (abs(moved.mean(axis=0) - arm.speeds[:, 0]) < 5 * error).all()
    else:
        trainer.advance(1)
        moved = trainer.snapshot().weights[0][0] - arm.points[:, 0]
        np.testing.assert_allclose(moved, arm.speeds[:, 0], rtol=0, atol=1e-10)


@pytest.mark.parametrize(("p", "said"), [(0.0, "times the next step, none"), (0.5, "times the mean next step, none")])
def test_an_arrow_is_as_many_times_its_step_as_the_legend_says(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, p: float, said: str
) -> None:
    """It is no promise of where a ball will be: the steps after the next one are others."""
    drawn: list[tuple[float, float]] = []

    def keep(painter: object, colour: object, start: QPointF, by: QPointF, size: float) -> None:
        drawn.append((start.x(), by.x()))

    monkeypatch.setattr(shared_curve, "paint_arrow", keep)
    trainer = trainer_of(p_hidden=(p,))
    trainer.advance(40)
    view = shown(qtbot, frame_of(trainer), (1100, 420))
    picture(view)
    assert view.scene is not None
    legend = shared_words.legend(view.scene, view._memory.steps)[0]
    assert said in legend
    found = re.search(r"arrows: (\d+) times", legend)
    assert found is not None
    (one,) = view.pictures()
    assert isinstance(one, CurvePicture)
    speeds = view.scene.arms[0].speeds[one.units, 0]
    pixels = one.cell.plot.width() / (one._range[1] - one._range[0])
    np.testing.assert_allclose([by for _, by in drawn], int(found[1]) * speeds * pixels)


def test_the_balls_lie_on_the_curve_or_on_one_another(qtbot: QtBot) -> None:
    trainer = trainer_of(p_hidden=(0.0,))
    trainer.advance(1000)
    view = shown(qtbot, frame_of(trainer))
    (drawn,) = view.pictures()
    assert isinstance(drawn, CurvePicture) and view.scene is not None
    arm = view.scene.arms[0]
    np.testing.assert_allclose(drawn.places[:, 0], drawn.x(arm.points[:, 0]))
    rest = drawn.y(potential(scenes.network_of(trainer.snapshot(), trainer.data)).values(arm.points)) - drawn.sizes - 1
    assert (drawn.places[:, 1] <= rest + 1e-6).all() and (abs(drawn.places[:, 1] - rest) < 1e-6).sum() >= 4
    away = np.linalg.norm(drawn.places[:, None] - drawn.places[None], axis=2) + 1e6 * np.eye(12)
    assert (away > 0.8 * (drawn.sizes[:, None] + drawn.sizes)).all()  # each can be seen
    assert shared_words.summary(arm, False)[0] == "10 balls in 3 of 5 valleys, 2 idle"
    assert shared_words.counts(arm, False) == ([3, 0, 0, 3, 4], [2, 0, 0, 0, 0])


def test_a_pile_stands_on_its_floor_without_overlap() -> None:
    x, radii = np.array([10.0, 10.0, 12.0, 50.0]), np.full(4, 5.0)
    y = pile(x, np.full(4, 100.0), radii)
    assert y[0] == 100 and y[3] == 100
    assert y[1] == pytest.approx(100 - 10.5) and y[2] < y[1]


def test_both_arms_are_drawn_on_the_same_axes(qtbot: QtBot) -> None:
    one, other = trainer_of(), trainer_of(p_hidden=(0.0,))
    for trainer in (one, other):
        trainer.advance(200)
    view = shown(qtbot, frame_of(one, other), (560, 640))
    first, second = view.pictures()
    assert first.cell.plot.bottom() < second.cell.head.top()  # stacked
    assert isinstance(first, CurvePicture) and isinstance(second, CurvePicture)
    assert first.x(3.0) == second.x(3.0) and first.span == second.span
    assert view.scene is not None
    assert [shared_words.title(view.scene, k, False, False)[0] for k in (0, 1)] == ["with dropout", "without dropout"]
    exact = potential(scenes.network_of(one.snapshot(), one.data))
    np.testing.assert_allclose(view.scene.arms[0].values, exact.values(view.scene.axes[0][:, None]), atol=1e-12)
    view.resize(1200, 400)
    first, second = view.pictures()
    assert first.cell.plot.right() < second.cell.plot.left()  # side by side
    picture(view)


def test_units_that_vote_no_lie_on_the_mirror_image(qtbot: QtBot) -> None:
    trainer = trainer_of("xor", seed=2)
    trainer.advance(300)
    view = shown(qtbot, frame_of(trainer), (900, 420))
    yes, no = view.pictures()
    assert isinstance(yes, MapPicture) and isinstance(no, MapPicture)
    votes = trainer.snapshot().weights[1][:, 0]
    assert set(no.units.tolist()) == {k for k, a in enumerate(votes) if a < 0 and abs(a) >= 0.1 * abs(votes).max()}
    assert set(yes.units.tolist()) | set(no.units.tolist()) == set(range(len(votes)))
    corners = [picture.cell.plot.topRight() + QPointF(-1, 1) for picture in (yes, no)]
    assert no.value(corners[1])[2] == -yes.value(corners[0])[2] != 0
    picture(view)


def test_a_third_coordinate_is_held_at_the_chosen_units(qtbot: QtBot) -> None:
    trainer = trainer_of("three-lines-exact")
    trainer.advance(50)
    view = shown(qtbot, frame_of(trainer))
    view.selection.choose(weight=Weight(0, 0, 2))
    assert view.scene is not None
    w = trainer.snapshot().weights[0]
    net = scenes.network_of(trainer.snapshot(), trainer.data)
    a, b = view.scene.axes
    expected = potential(net).values(np.array([[a[5], b[9], w[2, 2]]]))[0]
    assert view.scene.arms[0].values[9, 5] == pytest.approx(expected, abs=1e-12)
    assert "held at that of h3" in shared_words.held(view.scene, names_of(view), 0)


def test_of_two_arms_each_says_at_what_its_own_coordinate_is_held(qtbot: QtBot) -> None:
    config = load_preset("three-lines-exact").changed(arms=({}, {"name": "without", "p_hidden": 0.0}))
    run = Arms.of(config)
    run.advance(50)
    view = shown(qtbot, Frame.of(run.look()), (1400, 600))
    assert view.scene is not None
    request = view.scene.request
    said = [shared_words.held(view.scene, names_of(view), at) for at in range(2)]
    own = [trainer.snapshot().weights[0][2, request.held] for trainer in run.trainers]
    assert said[0] != said[1]
    for line, value in zip(said, own, strict=True):
        assert float(line.rpartition(": ")[2].replace("−", "-")) == pytest.approx(value, rel=1e-2)


def test_the_mouse_names_a_ball_and_tells_the_other_views(qtbot: QtBot) -> None:
    trainer = trainer_of()
    trainer.advance(60)
    view = shown(qtbot, frame_of(trainer))
    (drawn,) = view.pictures()
    before = picture(view)
    k = int(np.flatnonzero(drawn.units == 5)[0])
    at = QPointF(*drawn.places[k].tolist())
    point(view, at)
    assert view.selection.hover == Unit(1, 5)
    assert picture(view) != before
    assert view.said(at)[0].startswith("h6: w = ")
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert view.selection.weight == Weight(0, 0, 5)
    point(view, QPointF(drawn.cell.plot.center().x(), drawn.cell.plot.bottom() - 4))
    assert view.selection.hover is None
    leave(view)
    assert picture(view) == before


def test_balls_that_roll_away_from_a_resting_mouse_lose_their_mark(qtbot: QtBot) -> None:
    """What is marked and what is told of are one thing, in the views beside it as well."""
    trainer = trainer_of()
    view = shown(qtbot, frame_of(trainer))
    (drawn,) = view.pictures()
    at = QPointF(*drawn.places[int(np.flatnonzero(drawn.units == 5)[0])].tolist())
    point(view, at)
    assert view.selection.hover == Unit(1, 5)
    trainer.advance(3000)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: view.shown_step == 3000)
    assert view.ball_at(at) != (0, 5), "it has rolled away"
    found = view.ball_at(at)
    assert view.selection.hover == (None if found is None else Unit(1, found[1]))
    assert view.walk(1)  # a key points, and the mouse rests
    steered = view.selection.hover
    view._steered = True
    trainer.advance(1)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: view.shown_step == 3001)
    assert view.selection.hover == steered


def test_the_chooser_shows_the_network_with_every_unit_on(qtbot: QtBot) -> None:
    trainer = trainer_of("xor", p_hidden=(0.5,))
    trainer.advance(20)
    view = shown(qtbot, frame_of(trainer))
    (box,) = view.header_tools()
    assert isinstance(box, QComboBox) and view.scene is not None
    mean = view.scene.arms[0].values
    box.show()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert view.scene.request.kind == "all"
    assert not np.allclose(view.scene.arms[0].values, mean)
    again = shown(qtbot, frame_of(trainer))
    again.like(view)
    assert again.scene is not None and again.scene.request.kind == "all"


def test_ranges_only_grow_and_a_new_run_forgets(qtbot: QtBot) -> None:
    trainer = trainer_of()
    view = shown(qtbot, frame_of(trainer))
    assert view.scene is not None
    first = view.scene.request.ranges
    assert first[0][0] == 0 and 5 < first[0][1] <= 6
    for _ in range(5):
        trainer.advance(10)
        view.show_frame(frame_of(trainer))
    (trail,) = view.choices()["memory"]["trails"]
    assert len(trail) == 6
    np.testing.assert_allclose(trail[-1][:12], trainer.snapshot().weights[0][0], rtol=1e-5)
    picture(view)
    view.show_frame(frame_of(Trainer(trainer.config, trainer.data, run=9)))
    assert len(view.choices()["memory"]["trails"][0]) == 1


def test_what_takes_long_is_computed_off_the_windows_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    real = scenes.answer

    def watched(request: scenes.Request) -> scenes.Scene:
        threads.append(threading.current_thread().name)
        return real(request)

    monkeypatch.setattr(scenes, "answer", watched)
    trainer = trainer_of("moons", hidden=(16,))
    view = shared.View(Selection(), look.style("light"))
    qtbot.addWidget(view)
    view.resize(640, 420)
    view.show()
    view.show_frame(frame_of(trainer))
    assert view.scene is None
    picture(view)
    trainer.advance(10)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: view.scene is not None and view.scene.request.runs[0].snapshot.step == 10)
    assert set(threads) == {"shared landscape"}
    view.close()


def test_why_not() -> None:
    def why(preset: str, **settings: Any) -> str:
        trainer = trainer_of(preset, **settings)
        return shared.View.why_not(trainer.config, trainer.data)

    assert why("five-valleys") == why("three-lines") == why("xor") == why("moons", hidden=(8,)) == ""
    assert "one hidden layer; this one has 2" in why("spiral")
    assert "one output; this one has 10" in why("digits", hidden=(8,))
    assert "4 coordinates" in why("three-lines-exact", bias=True, rule="exact")


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
def test_a_diverged_network_is_drawn_without_an_exception(qtbot: QtBot, bad: float) -> None:
    for preset in ("five-valleys", "xor"):
        trainer = trainer_of(preset)
        weights, biases = trainer.parameters()
        weights[0][0, 0, 0] = weights[1][0, 1, 0] = bad
        with np.errstate(all="ignore"):
            trainer.start_from(weights, biases)
            picture(shown(qtbot, frame_of(trainer)))


@pytest.mark.parametrize(("preset", "curve"), [("five-valleys", True), ("moons", False)])
def test_a_unit_that_is_not_a_number_votes_neither_yes_nor_no(qtbot: QtBot, preset: str, curve: bool) -> None:
    trainer = trainer_of(preset)
    view = shown(qtbot, frame_of(trainer))
    assert view.scene is not None
    sound = view.scene.arms[0]
    assert (sound.zones is not None) == curve
    votes = np.where(np.arange(len(sound.votes)) % 3, 1.0, -1.0)
    votes[:2] = np.nan, -np.inf
    some = replace(sound, votes=votes)
    counted = [int(shared_words.summary(some, no)[0].split(" ")[0]) for no in (False, True)]
    assert counted == [int((votes[2:] > 0).sum()), int((votes[2:] < 0).sum())]
    assert ", 2 not a number" in shared_words.summary(some, False)[0]
    if curve:
        assert sum(map(sum, (*shared_words.counts(some, False), shared_words.counts(some, True)[0]))) == len(votes) - 2
    none = replace(sound, votes=np.full_like(votes, np.nan))
    for no in (False, True):
        assert shared_words.summary(none, no)[0] == "no balls: the run has diverged"
    scene = replace(view.scene, arms=(none,))
    told = " ".join(shared_words.described(scene, names_of(view), [(0, False)], True, 8))
    assert "votes not a number" in told and "from not a number" not in told


def test_where_a_map_is_not_a_number_it_has_no_shade() -> None:
    style = look.style("dark")
    image = shared_map._image(np.array([[0.0, np.nan]]), 1.0, style)
    assert image.pixelColor(1, 0).name() == style.panel and image.pixelColor(0, 0).name() != style.panel


def test_ranges_of_more_coordinates_than_there_are_do_no_harm(qtbot: QtBot) -> None:
    """Those of a run with a bias are remembered, and the one on show has none."""
    run = Trainer(load_preset("five-valleys").changed(bias=False))
    view = shared.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    for tool in view.header_tools():
        qtbot.addWidget(tool)
    view.prepare_export()
    frame = Frame((Arm("", run.snapshot(), run.history),), run.data)
    view.present(frame)
    assert view.scene is not None and len(view.scene.axes) == 1
    choices = view.choices()
    choices["memory"]["ranges"].append([-3.0, 3.0])
    view.take_choices(Choices(choices))
    assert not view.wrong and len(view.scene.axes) == 1


@pytest.mark.parametrize("width", [420, 455, 700])
def test_headings_stay_over_their_own_picture(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """Two arms, two ways to vote, and a small panel: each wording is one that fits."""
    view = shown(qtbot, run_frame("moons", 20, compare=True), (width, 300))
    written: list[tuple[float, float, str, int, dict[str, Any]]] = []
    real = shared_curve.draw_text
    monkeypatch.setattr(
        shared_curve,
        "draw_text",
        lambda p, x, y, t, s, *a, **k: (written.append((x, y, t, s, k)), real(p, x, y, t, s, *a, **k))[1],
    )
    picture(view)
    heads = [picture_.cell.head for picture_ in view.pictures()]
    assert len(heads) == 4
    for head in heads:
        for x, y, text, size, how in written:
            if head.contains(QPointF(x, y)) and not how.get("align"):
                assert x + text_width(text, size, bool(how.get("bold"))) <= head.right() + 1, text
    titles = [text for *_, text, _, how in written if how.get("bold")]
    assert len(set(titles)) == 4  # cut alike they would tell nothing apart


def test_balls_that_cover_one_another_in_a_map_are_counted() -> None:
    places = np.array([[10.0, 10.0], [50.0, 50.0], [10.5, 10.0], [52.0, 50.0], [90.0, 90.0], [50.5, 50.0]])
    assert covered(places, np.full(6, 8.0)) == [(5, 3), (2, 2)]
    assert covered(places[[0, 1, 4]], np.full(3, 8.0)) == covered(np.empty((0, 2)), np.empty(0)) == []
    assert covered(np.zeros((PILED + 1, 2)), np.ones(PILED + 1)) == []


def test_counts_stand_inside_the_map_and_apart(qtbot: QtBot) -> None:
    for steps, settings, size in (
        (400, {}, (450, 400)),
        (200, {"learning_rate": 1e5, "p_hidden": 0.5}, (450, 400)),
        (200, {"learning_rate": 1e6, "p_hidden": 0.5}, (900, 700)),
    ):
        trainer = trainer_of("moons", **settings)
        trainer.advance(steps)
        view = placed(qtbot, shared.View(Selection(), look.style("light")), size)
        view.prepare_export()
        view.show_frame(frame_of(trainer))
        pictures = view.pictures()
        assert len(pictures) == 2
        for one in pictures:
            found = counts(one.places, one.sizes, one.cell.plot)
            assert found
            for k, count in enumerate(found):
                room = count.room
                assert one.cell.plot.contains(room) and room.width() >= text_width(count.text, look.SMALL, True)
                assert not any(room.intersects(other.room) for other in found[:k])
                assert not any(room.contains(QPointF(*at)) for at in one.places.tolist())


def test_a_count_without_room_beside_its_balls_stands_further_away_with_a_line(qtbot: QtBot) -> None:
    """At the least size of the guide's panels every pile of this run is told."""
    trainer = trainer_of("moons")
    trainer.advance(400)
    view = placed(qtbot, shared.View(Selection(), look.style("light")), (450, 400))
    view.prepare_export()
    view.show_frame(frame_of(trainer))
    for one in view.pictures():
        told = counts(one.places, one.sizes, one.cell.plot)
        piles = covered(one.places, one.sizes)
        assert sorted(count.text for count in told) == sorted(f"{n} here" for _, n in piles)
        for count in told:
            if (line := count.line) is not None:
                near = np.hypot(*(one.places - (line.x1(), line.y1())).T) - one.sizes
                assert np.abs(near).min() < 1e-6, "from the rim of a ball"
                across = QRectF(line.p1(), line.p2()).normalized().adjusted(-0.5, -0.5, 0.5, 0.5)
                assert not any(across.intersects(other.room) for other in told if other is not count)
                assert count.room.adjusted(-0.01, -0.01, 0.01, 0.01).contains(line.p2())
        assert one.cell.no or [count for count in told if count.line is not None]


def test_a_count_without_room_is_left_out_the_largest_last() -> None:
    at = np.array([[50.0, 50.0], [50.0, 50.0], [50.0, 72.0], [50.0, 72.0], [50.0, 72.0]])
    radii = np.array([8.0, 4.0, 8.0, 8.0, 8.0])
    wide = counts(at, radii, QRectF(0, 0, 200, 200))
    assert [one.text for one in wide] == ["3 here", "2 here"]
    assert wide[1].line is None and wide[1].room.bottom() < 50 - 8  # above the larger ball below the one on top
    assert [one.text for one in counts(at, radii, QRectF(20, 41, 60, 70))] == ["3 here"]
    beside = np.array([[40.0, 50.0], [40.0, 50.0], [70.0, 50.0], [70.0, 50.0], [70.0, 50.0]])
    for order in (slice(None), slice(None, None, -1)):  # whichever lies on top; above both there is room for one
        assert [one.text for one in counts(beside[order], radii[2:3].repeat(5), QRectF(5, 20, 100, 40))] == ["3 here"]
    (above,) = counts(at[:2], radii[:2], QRectF(0, 0, 200, 200))
    assert above.room.bottom() < 50 - 8  # where nothing is in the way
    assert counts(at, radii, QRectF(40, 41, 20, 70)) == []


def test_twins_at_their_start_are_seen_to_be_two(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = shared_map.draw_text
    monkeypatch.setattr(
        shared_map, "draw_text", lambda p, x, y, text, *a, **k: (written.append(text), real(p, x, y, text, *a, **k))
    )
    for step, said in ((0, True), (800, False)):
        view = placed(qtbot, shared.View(Selection(), look.style("dark")), (400, 330))
        view.prepare_export()
        view.show_frame(run_frame("twins", step))
        written.clear()
        picture(view)
        assert ("2 here" in written) == said
