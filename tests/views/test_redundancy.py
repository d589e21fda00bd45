"""The Redundancy view: the numbers of both arms, now and over the run, and a sentence that says no more than they."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import redundancy as scenes
from dropout_viz.analysis.redundancy import MEASURES, Likeness, likeness
from dropout_viz.draw import style as look
from dropout_viz.draw.numbers import number, with_error
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection
from dropout_viz.views.redundancy import table
from dropout_viz.views.redundancy import view as redundancy
from dropout_viz.views.redundancy import words as redundancy_words
from tests.views.hands import Held, frame_of, leave, picture, placed, point, trainer_of

KEYS = [m.key for m in MEASURES]


def complete(view: redundancy.View) -> bool:
    """Whether the view shows all of its frame, and nothing is on its way."""
    if view.busy or view.scene is None or view.frame_ is None:
        return False
    return view.scene.complete and view.scene.request.frame.moment == view.frame_.moment


def shown(qtbot: QtBot, frame: Frame, size: tuple[int, int] = (560, 420)) -> redundancy.View:
    view = redundancy.View(Selection(), look.style("dark"))
    placed(qtbot, view, size).show()
    view.show_frame(frame)
    qtbot.waitUntil(lambda: complete(view))
    return view


def scene_of(view: redundancy.View) -> scenes.Scene:
    assert view.scene is not None
    return view.scene


def numbers_of(trainer: Trainer) -> list[float]:
    s = trainer.snapshot()
    plan = make_plan(s.config, trainer.data)
    found = likeness(plan, s.weights, s.biases, 1, trainer.data.x, bool(trainer.data.classes))
    return [found.numbers[key] for key in KEYS]


def test_both_arms_now_and_over_the_run(qtbot: QtBot) -> None:
    one, other = trainer_of(128, "moons"), trainer_of(128, "moons", p_hidden=(0.0,))
    view = shown(qtbot, frame_of(one, other))
    scene = scene_of(view)
    for trainer, now, trend in zip((one, other), scene.now, scene.trends, strict=True):
        np.testing.assert_allclose([now.numbers[k] for k in KEYS], numbers_of(trainer))
        np.testing.assert_allclose(trend.values[-1], numbers_of(trainer))
        assert trend.steps[0] == 0 and trend.steps[-1] == 128 and 5 < len(trend.steps) <= scenes.POINTS + 1
        again = Trainer(trainer.config, trainer.data)
        again.advance(int(trend.steps[3]))
        np.testing.assert_allclose(trend.values[3], numbers_of(again), rtol=1e-9)
    assert scene.trends[0].values[0].tolist() == scene.trends[1].values[0].tolist()  # the same start
    assert not picture(view).isNull() and "participation ratio" in view.summary()
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
    trainer.advance(1)
    view.show_frame(frame_of(trainer))
    qtbot.waitUntil(lambda: complete(view))
    assert len(threads) <= 3  # the present, and what the path has gained
    view.close()
    assert not view.busy


def test_a_frame_that_waits_builds_on_what_the_one_before_it_has_measured(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = trainer_of(128, "moons")
    first = frame_of(trainer)
    trainer.advance(1)
    held, known = Held(monkeypatch, scenes, "answer"), list[int]()
    computed = scenes.answer

    def watched(request: scenes.Request) -> scenes.Scene:
        known.append(len(request.known))
        return computed(request)

    monkeypatch.setattr(scenes, "answer", watched)
    view = redundancy.View(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.show()
    view.show_frame(first)
    qtbot.waitUntil(lambda: held.calls == 1)
    view.show_frame(frame_of(trainer))
    held.let_go(100)
    qtbot.waitUntil(lambda: len(known) > 1 and complete(view))
    assert known[0] == 0 and known[1] > 0
    view.close()


def test_a_row_under_the_mouse_is_explained_and_its_units_light_up(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(trainer_of(60, "moons")))
    scene = scene_of(view)
    layout = view.layout_(scene)
    row = layout.rows[KEYS.index("activation_correlation")]
    at = QPointF(30, row.center().y())
    plain = picture(view)
    point(view, at)
    assert picture(view) != plain
    told = view.said(at)
    pair = scene.now[0].closest["activation_correlation"]
    assert told[0].startswith(redundancy_words.TEXTS["activation_correlation"].meaning)
    assert "Morcos" in told[0] and f"units {pair.first + 1} and {pair.second + 1}" in told[0]
    assert view.selection.hover == Unit(1, pair.first)
    told = view.said(QPointF(layout.trend[0], layout.rows[4].center().y()))
    first = float(scene.trends[0].values[0, 4])
    assert told[0] == f"participation ratio: {redundancy_words.value('participation', first)} at step 0"
    leave(view)
    assert view.selection.hover is None and picture(view) == plain
    assert "incoming weights in nearly the same direction" in redundancy_words.verdict(scene)[0]
    view.close()


def test_the_layer_is_chosen_in_the_header(qtbot: QtBot) -> None:
    trainer = trainer_of(30, "spiral")
    view = shown(qtbot, frame_of(trainer))
    (layers,) = view.header_tools()
    assert layers.count() == 2
    first = scene_of(view).now[0].numbers
    layers.show()
    qtbot.keyClick(layers, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: complete(view) and scene_of(view).request.layer == 2)
    assert scene_of(view).now[0].numbers != first
    assert redundancy_words.details(scene_of(view))[0].startswith("hidden layer 2: 32 units")
    view.show_frame(frame_of(trainer_of(5)))  # a network that has one layer
    qtbot.waitUntil(lambda: complete(view))
    assert view.layer == 1 and layers.count() == 1
    view.close()


def test_a_network_without_a_path_remembers_the_frames_that_were_seen(qtbot: QtBot) -> None:
    trainer = trainer_of(0, "digits", hidden=(500,))
    assert not trainer.history.path.kept
    view = shown(qtbot, frame_of(trainer))
    for _ in range(2):
        trainer.advance(2)
        view.show_frame(frame_of(trainer))
        qtbot.waitUntil(lambda: complete(view))
    scene = scene_of(view)
    assert scene.trends[0].steps.tolist() == [0, 2, 4]
    assert redundancy_words.details(scene)[0].startswith("384 of 500 units")
    view.close()


def test_a_picture_is_complete_at_once(qtbot: QtBot) -> None:
    frame = frame_of(trainer_of(30, "spiral"))
    live = shown(qtbot, frame)
    live.chosen.value = 2
    still = redundancy.View(live.selection, look.style("light"))
    qtbot.addWidget(still)
    still.prepare_export()
    still.show_frame(frame)
    assert scene_of(still).complete and scene_of(still).request.layer == 1
    still.like(live)
    assert scene_of(still).request.layer == 2 and len(scene_of(still).trends[0].steps) > 5
    still.close()
    live.close()


def test_one_unit_has_nothing_to_be_like() -> None:
    config = load_preset("three-lines")
    assert redundancy.View.why_not(config, trainer_of(0).data) == ""
    assert "only one" in redundancy.View.why_not(config.changed(hidden=(1,)), trainer_of(0).data)


# The sentence

PLAIN = dict.fromkeys(KEYS, 0.5) | {"clones": 3.0, "participation": 4.0, "orientations": 5.0}


CONFIG = load_preset("moons")


def scene_with(numbers: list[dict[str, float]], arms: list[tuple[str, RunConfig]]) -> scenes.Scene:
    """Return a scene of made-up numbers for arms of these names and settings."""
    trainer = trainer_of(0, "moons")
    made = tuple(Arm(name, replace(trainer.snapshot(), config=config), trainer.history) for name, config in arms)
    now = tuple(Likeness(found, {}, np.arange(10), diverged=math.isnan(found["clones"])) for found in numbers)
    request = scenes.Request(Frame(made, trainer.data), 1, {})
    return scenes.Scene(request, now, (), (200, 200), True, {})


WITH, WITHOUT = ("A", CONFIG), ("B", CONFIG.changed(p_hidden=0.0))


def both(**other: float) -> scenes.Scene:
    """Two arms: the plain numbers with dropout, and some others without."""
    return scene_with([dict(PLAIN), dict(PLAIN) | other], [WITH, WITHOUT])


@pytest.mark.parametrize(
    ("other", "start"),
    [
        ({}, "So far both runs are the same by every number."),
        (
            {"halves": 0.505, "clones": 4.0},
            "So far both runs count as the same by every number: none differs by more than 2 %, or than chance may.",
        ),
        ({"halves": 0.4}, "1 of 8 numbers says that units are more alike in “A” than in “B”, none the opposite; 7"),
        ({"participation": 3.0}, "1 of 8 numbers says that units are less alike in “A” than in “B”, none the opposite"),
        (
            {"participation": 3.0, "halves": 0.4},
            "The numbers do not agree: of units in “A” against “B” 1 of 8 say more alike, 1 less, 6 neither.",
        ),
        ({"explained": float("nan"), "halves": 0.4}, "1 of 7 numbers says"),
        (
            {
                "clones": 0.0,
                "weight_cosine": 0.1,
                "activation_correlation": 0.1,
                "mean_correlation": 0.1,
                "halves": 0.1,
                "participation": 9.0,
                "orientations": 9.0,
                "explained": 0.1,
            },
            "7 of 8 numbers say that units are more alike in “A” than in “B”, none the opposite; 1 counts as the same.",
        ),
    ],
)
def test_the_sentence_says_what_the_numbers_say(other: dict[str, float], start: str) -> None:
    said = redundancy_words.verdict(both(**other))[0]
    assert said.startswith(start)
    turned = scene_with([dict(PLAIN) | other, dict(PLAIN)], [WITHOUT, WITH])  # places do not matter
    assert redundancy_words.verdict(turned)[0] == said


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (40.0, "3 clone pairs in “A”, 40 in “B”; this run speaks for the post."),
        (1.0, "3 clone pairs in “A”, 1 in “B”; this run does not decide."),
        (6.0, "3 clone pairs in “A”, 6 in “B”; this run does not decide."),
        (0.0, "3 clone pairs in “A”, 0 in “B”; this run does not decide."),
    ],
)
def test_on_identical_weights_it_takes_sides_only_beyond_chance(without: float, said: str) -> None:
    numbers = [dict(PLAIN), dict(PLAIN) | {"clones": without, "halves": 0.4}]
    assert said in redundancy_words.verdict(scene_with(numbers, [WITH, WITHOUT]))[0]
    assert said in redundancy_words.verdict(scene_with(numbers[::-1], [WITHOUT, WITH]))[0]
    opposite = redundancy_words.verdict(scene_with(numbers[::-1], [WITH, WITHOUT]))[0]
    assert ("against the post" in opposite) == ("for the post" in said)


@pytest.mark.parametrize("other", [{"p_hidden": 0.5}, {"p_hidden": 0.0, "learning_rate": 0.01}], ids=str)
def test_of_other_arms_it_does_not_say_what_the_post_claims(other: dict[str, Any]) -> None:
    numbers = [dict(PLAIN), dict(PLAIN) | {"clones": 40.0}]
    said = redundancy_words.verdict(scene_with(numbers, [WITH, ("B", CONFIG.changed(**other))]))[0]
    assert "the post" not in said and "3" in said and "40" in said and "dropout" not in said


def test_a_verdict_of_which_something_counts_as_the_same_says_from_when_on() -> None:
    said = redundancy_words.verdict(both(halves=0.4))
    assert said[0].endswith("The same: within 2 %, or what chance may do.") and "within" not in said[1]
    counts = redundancy_words.about("clones", both(clones=6.0))
    assert counts.endswith("up to a difference of 6.0, two standard deviations of such counts (Poisson's).")


def test_one_clone_pair_is_no_pairs() -> None:
    numbers = [dict(PLAIN) | {"clones": 1.0, "halves": h} for h in (0.5, 0.4)]
    said = redundancy_words.verdict(scene_with(numbers, [WITH, WITHOUT]))[0]
    assert "1 clone pair in “A”, 1 in “B”" in said


def test_several_runs_are_called_the_same_only_where_they_are() -> None:
    arms = [(name, CONFIG) for name in ("one", "two", "three")]
    told = [
        redundancy_words.verdict(scene_with([dict(PLAIN) | {"halves": h} for h in halves], arms))[0]
        for halves in ([0.5] * 3, [0.5, 0.501, 0.502])
    ]
    assert told[0] == "So far all runs are the same by every number."
    assert told[1].startswith("So far all runs count as the same by every number: none differs by more than 2 %")


LOST = dict.fromkeys(KEYS, math.nan)


def test_what_has_diverged_is_named() -> None:
    say = redundancy_words.verdict
    assert say(scene_with([LOST], [WITH]))[0].startswith("The run has diverged")
    for numbers, said in (([PLAIN, LOST], "“B” has"), ([LOST, PLAIN], "“A” has"), ([LOST, LOST], "“A” and “B” have")):
        assert say(scene_with([dict(n) for n in numbers], [WITH, WITHOUT]))[0].startswith(f"{said} diverged")
    arms = [(name, CONFIG) for name in ("one", "two", "three")]
    same = say(scene_with([dict(PLAIN), LOST, dict(PLAIN)], arms))[0]
    assert same == "So far the other runs are the same by every number. “two” has diverged."
    other = say(scene_with([dict(PLAIN), dict(PLAIN) | {"halves": 0.9}, LOST], arms))
    assert all("“two” by 1" in text and "“three” has diverged." in text for text in other)
    assert say(scene_with([LOST, dict(PLAIN), LOST], arms)) == [
        "“one” and “three” have diverged: there is nothing to compare."
    ]


def test_units_that_never_vary_are_told_of_and_a_number_that_is_missing_says_why() -> None:
    made = scene_with([dict(PLAIN) | {"explained": math.nan}], [WITH])
    (found,) = made.now
    say, head = redundancy_words.about, redundancy_words.details
    assert "Not known here: there are too few examples for so many units." in say("explained", made)
    assert "constant" not in head(made)[0] and "left out" not in say("mean_correlation", made)
    some = replace(made, now=(replace(found, constant=8),))
    assert "units (constant: 8), every unit on" in head(some)[0]
    assert "Constant units are left out: 8." in say("mean_correlation", some)
    assert "left out" not in say("weight_cosine", some) and "too few examples" in say("explained", some)
    all_but_one = replace(made, now=(replace(found, constant=9),))
    assert "Not known here: fewer than two units vary over the examples." in say("explained", all_but_one)
    two = scene_with([dict(PLAIN), LOST], [WITH, WITHOUT])
    for key in KEYS:
        assert "Not known here: B: not all weights and activations are finite numbers." in say(key, two)
    several = replace(two, now=(replace(two.now[0], constant=3), two.now[1]))
    assert "(constant: 3 in “A”)" in head(several)[0] and "left out: 3 in “A”." in say("explained", several)


def test_no_clones_decide_nothing() -> None:
    numbers = [dict(PLAIN) | {"clones": 0.0, "halves": h} for h in (0.5, 0.4)]
    said = redundancy_words.verdict(scene_with(numbers, [WITH, WITHOUT]))[0]
    assert "no clone pairs in either run; this run does not decide" in said


def test_a_run_that_drops_nothing_is_not_asked_to_be_compared() -> None:
    for (name, config), asked in ((WITH, True), (WITHOUT, False)):
        said = redundancy_words.verdict(scene_with([dict(PLAIN)], [(name, config)]))[0]
        assert said.startswith("3 of 45 pairs") and ("(C)" in said) == asked


def test_more_than_two_arms_are_put_in_order() -> None:
    halves = [0.5, 0.1, 0.502, 0.9]
    assert redundancy_words.standing("halves", halves) == [[1], [0, 2], [3]]
    assert redundancy_words.standing("participation", [2.0, 4.0, math.nan, 3.0]) == [[1], [3], [0]]
    numbers = [dict(PLAIN) | {"halves": h} for h in halves]
    arms = [(name, CONFIG) for name in ("one", "two", "three", "four")]
    assert redundancy_words.verdict(scene_with(numbers, arms))[0] == (
        "Of 8 numbers, the most alike: “four” by 1; by 7 several count as alike. "
        "One run of one seed each: another may differ."
    )


def test_halves_have_no_more_digits_than_their_cuts_bear_and_differ_by_more_than_chance(qtbot: QtBot) -> None:
    """Eight cuts with a standard deviation of .2 have a mean with an error of .07."""
    assert redundancy_words.value("halves", 0.934, 0.07) == "0.93" and redundancy_words.value("halves", 0.934) == "0.93"
    assert redundancy_words.value("halves", 0.934, 0.2) == "0.9"
    assert redundancy_words.value("halves", 0.934, 0.004) == "0.934"
    made = scene_with([dict(PLAIN) | {"halves": h} for h in (0.9, 0.8)], [WITH, WITHOUT])
    for error, way in ((0.0, 1), (0.03, 1), (0.04, 0)):
        now = tuple(replace(found, errors={"halves": error}) for found in made.now)
        assert redundancy_words.compared("halves", 0.9, 0.8, math.hypot(error, error)) == way
        told = redundancy_words.verdict(replace(made, now=now))[0]
        assert ("count as the same by every number" in told) == (way == 0)
        about = redundancy_words.about("halves", replace(made, now=now))
        most, why = {0.0: (0.018, "2 % of the larger one"), 0.03: (2 * math.hypot(0.03, 0.03), "twice the")}.get(
            error, (2 * math.hypot(error, error), "twice the standard error of the difference")
        )
        assert f"They count as the same up to a difference of {number(most, 2)}, {why}" in about
        order = redundancy_words.standing("halves", [0.9, 0.8], redundancy_words.errors_of("halves", now))
        assert order == ([[1], [0]] if way else [[1, 0]])
    trainer = trainer_of(100, "moons", hidden=(6,))
    view = shown(qtbot, frame_of(trainer))
    (found,) = scene_of(view).now
    assert found.errors["halves"] > 0
    shown_error = with_error(found.numbers["halves"], found.errors["halves"], 3)
    assert f"with its standard error: {shown_error}." in redundancy_words.about("halves", scene_of(view))


def test_arms_that_stand_the_other_way_round_are_still_told_apart(qtbot: QtBot, monkeypatch: Any) -> None:
    """With p = 0 first and p = .5 second, as a config's own arms may stand."""
    written: list[tuple[float, float, str]] = []
    real = table.draw_text

    def listen(p: Any, x: float, middle: float, text: str, *more: Any, **options: Any) -> float:
        written.append((x, middle, text))
        return real(p, x, middle, text, *more, **options)

    monkeypatch.setattr(table, "draw_text", listen)
    config = load_preset("moons").changed(hidden=(16,))
    trainers = [Trainer(config.changed(p_hidden=p)) for p in (0.0, 0.5)]
    for trainer in trainers:
        trainer.advance(200)
    arms = [Arm(n, t.snapshot(), t.history) for n, t in zip(("p = 0", "p = 0.5"), trainers, strict=True)]
    view = shown(qtbot, Frame(tuple(arms), trainers[0].data), (900, 600))
    picture(view)
    none, half = (numbers_of(t) for t in trainers)
    said = redundancy_words.verdict(scene_of(view))[0]
    for key, zero, dropped in zip(KEYS, none, half, strict=True):
        row = view.layout_(scene_of(view)).rows[KEYS.index(key)]
        mark = next(
            text for x, y, text in written if x == view.layout_(scene_of(view)).way and row.top() < y < row.bottom()
        )
        alike = redundancy_words.compared(key, dropped, zero)
        assert mark == {1: "▲ more alike", -1: "▼ less alike", 0: "≈ the same"}[alike]
    assert f"{half[0]:.0f} clone pairs in “p = 0.5”, {none[0]:.0f} in “p = 0”" in said
    assert "p = 0.5" in [text for _, y, text in written if y < view.layout_(scene_of(view)).rows[0].top()]
    assert f"p = 0 {none[0]:.0f} against p = 0.5 {half[0]:.0f}" in view.summary()
    written.clear()
    view.resize(340, 400)  # no sign stands alone
    picture(view)
    marks = [text for x, _, text in written if x == view.layout_(scene_of(view)).way]
    assert marks and set(marks) <= {"▲ more", "▼ less", "≈ same"} and "alike" in [text for _, _, text in written]
    view.close()


@pytest.mark.parametrize("size", [(220, 160), (420, 300), (1600, 900)], ids=str)
def test_everything_has_its_place_in_any_panel(size: tuple[int, int]) -> None:
    for arms in (1, 2, 3, 6):
        layout = table.lay_out(*size, [f"p_hidden = 0.{k}" for k in range(arms)])
        assert layout.rows[-1].bottom() <= layout.foot.top() and layout.foot.bottom() <= size[1]
        assert layout.rows[0].height() >= 12 and layout.name[1] > layout.name[0] + 20
        ends = [*layout.name, *layout.trend, *layout.values, *([layout.way] if layout.way else []), size[0]]
        assert ends == sorted(ends)


@pytest.mark.parametrize("arms", [1, 2, 3, 6])
@pytest.mark.parametrize("size", [(455, 252), (300, 190), (455, 300), (900, 700)])
def test_rows_have_room_for_their_text(arms: int, size: tuple[int, int]) -> None:
    layout = table.lay_out(*size, [f"p_hidden = 0.{k}" for k in range(arms)])
    assert min(row.height() for row in layout.rows) >= look.BODY
    assert layout.rows[-1].bottom() <= layout.foot.top() + 1 or not layout.foot.height()
    assert layout.rows[-1].bottom() <= size[1]
    if size[1] > 240:
        assert min(row.height() for row in layout.rows) >= 16
