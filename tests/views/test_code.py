"""The Code view as a widget: the lit line, the numbers, and what pointing and clicking do."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.touched import touch
from dropout_viz.draw import style as look
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.style import mix
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.code import view as code
from dropout_viz.views.code.numbers import Focus, rows
from dropout_viz.views.code.picture import CodeSpot, mono
from dropout_viz.views.code.plain import plainly
from dropout_viz.views.code.table import table
from dropout_viz.views.code.values import about, holds
from tests.engine.test_slow_motion import CONFIGS
from tests.views.hands import frame_of, leave, picture, placed, point, trainer_of, turn


@functools.cache
def taken_apart(preset: str, steps: int) -> Frame:
    """Return a frame whose next step is taken apart."""
    trainer = trainer_of(steps, preset)
    return replace(frame_of(trainer), dissection=trainer.dissect())


def shown(qtbot: QtBot, preset: str = "three-lines", steps: int = 300, size: tuple[int, int] = (520, 460)) -> code.View:
    frame = taken_apart(preset, steps)
    view = placed(qtbot, code.View(Selection(), look.style("dark")), size)
    view.show_frame(frame)
    view.selection.slow.take(frame.dissection)
    picture(view)
    return view


def spot(view: code.View, **wanted: object) -> CodeSpot:
    return next(s for s in view.spots if all(getattr(s, k) == v for k, v in wanted.items()))


def middle(found: CodeSpot) -> QPoint:
    return QPoint(int(found.box.centre), int(found.box.middle))


def text(row: list) -> str:  # type: ignore[type-arg]
    return "".join(piece.text for piece in row)


def moment_of(view: code.View, stage: str, formula: str) -> int:
    now = view.moment()
    assert now is not None
    return next(k for k, m in enumerate(now[0].moments) if m.stage == stage and formula in m.formula)


def test_buttons_and_stages_walk_through_the_step(qtbot: QtBot) -> None:
    view = shown(qtbot)
    slow = view.selection.slow
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="forward")))
    assert slow.moment == 1
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="back")))
    assert slow.moment == 0
    before = picture(view)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="stage backward")))
    now = view.moment()
    assert now is not None and now[0].moments[now[1]].stage == "backward" and now[0].moments[now[1] - 1].stage == "loss"
    assert picture(view) != before
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="rate")))
    assert slow.rate == 2.0
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="auto")))
    assert slow.playing
    with qtbot.waitSignal(slow.wanted) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="leave")))
    assert told.args == ["leave"] and not slow.playing


def test_at_rest_it_offers_to_take_a_step_apart(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.selection.slow.take(None)
    picture(view)
    assert [s.action for s in view.spots if s.action] == ["forward"]
    with qtbot.waitSignal(view.selection.slow.wanted) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, action="forward")))
    assert told.args == ["begin"]


def test_numbers_are_those_of_the_step(qtbot: QtBot) -> None:
    view = shown(qtbot)
    now = view.moment()
    assert now is not None
    taken = now[0]
    focus = Focus(1, Weight(0, 1, 1))
    k = moment_of(view, "scale", "h₁")
    a, h = taken.value("a1", k)[1, 1], taken.value("h1", k)[1, 1]  # type: ignore[index]
    assert text(rows(taken, k, focus)[0]) == f"h₁[2] = {a:.3f} × 1 / (1 − 0.2) = {h:.3f}"
    k = moment_of(view, "forward", "z₂")
    said = text(rows(taken, k, focus)[0]).replace("−", "-")
    terms = [float(p) * float(q.strip("()")) for p, q in re.findall(r"(-?[\d.]+) × (\(?-?[\d.]+\)?)", said)]
    assert len(terms) == 4 and sum(terms) == pytest.approx(float(said.rpartition("= ")[2]), abs=0.01)
    k = moment_of(view, "update", "w")
    assert text(rows(taken, k, focus)[0]).startswith("w₁[2, 2] = ")


def plain(config: RunConfig) -> list[tuple[str, str, str]]:
    """Return the moments of a run's third step: stage, formula, and what is said of it in plain words."""
    trainer = Trainer(config)
    trainer.advance(2)
    taken = trainer.dissect()
    return [(moment.stage, moment.formula, plainly(taken, moment)) for moment in taken.moments]


def numbers_of(config: RunConfig) -> str:
    trainer = Trainer(config)
    taken = trainer.dissect()
    focus = Focus(0, Weight(0, 0, 0))
    return " ".join(text(row) for k in range(len(taken.moments)) for row in rows(taken, k, focus))


def test_nothing_is_off_or_on_again_where_nothing_is_turned_off() -> None:
    xor = load_preset("xor")
    for settings, first, last in (
        ({}, "Chance decides what is off.", ("m = 1", "Every unit is on again, as when the network is used.")),
        (
            {"noise": "gaussian"},
            "Chance draws a factor for each value.",
            ("r = 1", "No value has a factor, as when the network is used."),
        ),
        (
            {"p_hidden": 0.0},
            "Nothing is left to chance here: every unit is on.",
            ("every unit on, as before", "Every unit was on, as when the network is used."),
        ),
    ):
        config = xor.changed(**settings)
        said, numbers = plain(config), numbers_of(config)
        assert (said[0][2], said[-1][1:]) == (first, last)
        assert "on again" not in numbers
        assert ("loss under the " in numbers) == ("p_hidden" not in settings)
    published = plain(load_preset("three-lines").changed(p_hidden=0.0))  # it draws a mask of p = 0
    assert [one[2] for one in published if one[0] == "scale"] == [
        "No unit of this layer is off: each value is passed on as it is."
    ]


def test_taking_a_mini_batch_adds_up_nothing() -> None:
    said = {formula: told for _, formula, told in plain(load_preset("moons"))}
    assert said["x, y = mini-batch"] == "The step takes its examples out of the training set."
    assert next(told for formula, told in said.items() if formula.startswith("z₁")).startswith("Each unit adds up")


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"optimiser": "sgd"}, ["Each weight moves a little, downhill."]),
        (
            {"optimiser": "sgd", "l2": 0.01, "max_norm": 1.0},
            ["What each weight will move by", "Each weight moves a little, by what was", "Where a unit's incoming"],
        ),
        ({"optimiser": "momentum"}, ["What each weight will move by", "Each weight moves a little, by what was"]),
        ({"optimiser": "adam"}, [*["What each weight will move by"] * 2, "Each weight moves a little, by what was"]),
    ],
)
def test_only_a_plain_step_is_said_to_go_downhill(settings: dict[str, Any], wanted: list[str]) -> None:
    said = [told for stage, _, told in plain(load_preset("moons").changed(**settings)) if stage == "update"]
    assert [told.startswith(start) for told, start in zip(said, wanted, strict=True)] == [True] * len(said)


@pytest.mark.parametrize(("p", "downhill"), [(0.2, "not always downhill."), (0.0, "a little, downhill.")])
def test_the_published_rule_is_not_said_to_go_downhill(p: float, downhill: str) -> None:
    said = plain(load_preset("three-lines").changed(p_hidden=p))
    assert [told.endswith(downhill) for stage, _, told in said if stage == "update"] == [True]


def test_a_wrong_sign_is_flagged_with_both_numbers(qtbot: QtBot) -> None:
    view = shown(qtbot, steps=1500)
    now = view.moment()
    assert now is not None
    taken, k = now[0], moment_of(view, "backward", "slope")
    last = max(i for i, m in enumerate(taken.moments) if "delta1" in m.writes)
    h = taken.value("h1", k)
    assert h is not None and (h > 1).any() and ((h > 0) & (h < 1)).any()
    for row in range(4):
        for unit in range(4):
            focus = Focus(row, Weight(0, 0, unit))
            said = " ".join(text(r) for r in rows(taken, last, focus))
            published, true = taken.value("delta1", last)[row, unit], taken.exact["delta1"][row, unit]  # type: ignore
            assert ("Wrong sign" in said) == (published * true < 0)
            made = table(taken, last, focus, 8)
            titles = [c.title for c in made.columns]
            wrong = made.columns[titles.index("δ₁")].wrong
            assert (unit in wrong) == (h[row, unit] > 1)
            assert made.columns[-1].title == "true δ₁" and made.columns[-1].values is not None
    assert not table(taken, k, Focus(0, Weight(0, 0, 0)), 8).columns[-1].values


@pytest.mark.parametrize("name", CONFIGS)
def test_every_moment_of_every_kind_of_run_has_its_words(name: str) -> None:
    trainer = Trainer(CONFIGS[name])
    trainer.advance(2)
    taken = trainer.dissect()
    for weight in (Weight(0, 1, 0), Weight(len(taken.plan.sizes) - 2, 0, 0)):
        focus = Focus(1, weight)
        for k, moment in enumerate(taken.moments):
            said = rows(taken, k, focus)
            assert said or moment.stage == "mask", moment.formula
            assert not any("nan" in text(row) for row in said), moment.formula
            made = table(taken, k, focus, 5)
            assert (1 <= len(made.units) <= 5 and any(c.values is not None for c in made.columns)) or k < 3
            found = touch(taken, k)
            assert found.layers | found.gaps or moment.stage == "mask"
            for value in moment.writes:
                if not value.startswith("state"):
                    assert len(about(value, taken, k, focus)) > 1


def test_pointing_at_a_word_shows_its_values_and_lights_the_other_views(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.selection.choose(weight=Weight(0, 2, 3))
    view.selection.slow.show_moment(4)
    plain = picture(view)
    point(view, middle(spot(view, value="W1")))
    picture(view)
    assert view.selection.hover == Weight(0, 2, 3)
    assert picture(view) != plain
    point(view, middle(spot(view, value="h1")))
    picture(view)
    assert view.selection.hover == Unit(1, 3)
    leave(view)
    assert view.selection.hover is None and picture(view) == plain
    view.selection.point_at(Unit(1, 0))  # in another view: its words and its numbers
    assert picture(view) != plain
    assert holds("h1", Unit(1, 0)) and not holds("W1", Unit(1, 0)) and holds("g1", Weight(0, 0, 0))


def test_pointing_at_a_number_names_its_weight_and_a_click_chooses_it(qtbot: QtBot) -> None:
    view = shown(qtbot)
    view.selection.slow.show_moment(4)
    picture(view)
    found = spot(view, thing=Weight(1, 2, 0))
    point(view, middle(found))
    picture(view)
    assert view.selection.hover == Weight(1, 2, 0)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(spot(view, thing=Weight(1, 2, 0))))
    assert view.selection.weight == Weight(1, 2, 0)


def test_long_code_scrolls_and_follows_the_lit_line(qtbot: QtBot) -> None:
    view = shown(qtbot, "digits", 3, (420, 320))
    shade = mix(view.style_.panel, view.style_.accent, 0.28)
    for k in range(view.selection.slow.count - 1):
        view.selection.slow.show_moment(k)
        now = view.moment()
        assert now is not None and view.frame_ is not None
        listed = view.code_lines(view.frame_)
        lit = [i for i, line in enumerate(listed) if line.computes(now[0].moments[now[1]])]
        layout = view.layout_of(listed)
        image, x = picture(view), round(layout.code.left) + 5  # where no word stands
        rows = [image.pixelColor(x, y) == shade for y in range(int(layout.code.top), int(layout.code.bottom))]
        assert lit and sum(rows) > 0.8 * layout.line
    at = QPointF(200, 200)
    before = picture(view)
    for _ in range(20):
        turn(view, at, 120)
    assert view.choices()["first"] == 0 and picture(view) != before


@pytest.mark.parametrize("preset", ["three-lines", "digits", "moons"])
def test_every_line_can_be_read_to_its_end(qtbot: QtBot, preset: str) -> None:
    view = shown(qtbot, preset, 3)
    assert view.frame_ is not None
    listed = view.code_lines(view.frame_)
    for size in ((386, 590), (372, 280), (260, 180), (620, 400), (900, 600)):
        view.resize(*size)
        layout, image = view.layout_of(listed), picture(view)
        for number, line in enumerate(listed):
            parts = [row for row in layout.rows if row.number == number]
            assert "".join(line.text[row.start : row.end] for row in parts) == line.text
            assert all(line.text[row.start : row.end].strip() for row in parts)
        _, advance = mono(layout.letters)
        widest = max((row.end - row.start + row.indent) * advance for row in layout.rows)
        assert layout.code.left + 28 * layout.ui + widest <= layout.code.right
        right = [image.pixelColor(int(layout.code.right) - 2, y) for y in range(image.height())]
        bar = QColor(view.style_.dim) in right
        assert bar == (len(layout.rows) > layout.most), "what is not all in sight says so"
        assert layout.most >= min(len(layout.rows), 3)


@pytest.mark.parametrize("size", [(380, 230), (420, 300), (480, 400), (900, 600), (1600, 900)])
def test_the_table_stands_under_the_formula_or_is_left_out(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = shown(qtbot, steps=1500, size=size)
    for k in range(view.selection.slow.count - 1):
        view.selection.slow.show_moment(k)
        picture(view)
        assert view.frame_ is not None
        layout = view.layout_of(view.code_lines(view.frame_))
        for one in view.spots:
            if one.thing is not None:
                assert layout.numbers.top <= one.box.top and one.box.bottom <= size[1]


def test_what_is_not_a_number_fits_its_cell_and_is_called_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(load_preset("three-lines"))
    weights, biases = trainer.parameters()
    trainer.start_from([np.full_like(w, np.nan) for w in weights], biases)
    frame = replace(frame_of(trainer), dissection=trainer.dissect())
    view = placed(qtbot, code.View(Selection(), look.style("dark")), (900, 600))
    view.show_frame(frame)
    view.selection.slow.take(frame.dissection)
    now = frame.dissection
    assert now is not None
    view.selection.slow.show_moment(next(k for k, moment in enumerate(now.moments) if moment.stage == "loss"))
    written: list[str] = []
    real = Ink.write

    def listen(self: Ink, p: Any, x: float, y: float, text: str, *more: Any, **options: Any) -> Any:
        written.append(text)
        return real(self, p, x, y, text, *more, **options)

    monkeypatch.setattr(Ink, "write", listen)
    picture(view)
    assert "–: not a number" in written and "–" in written and "not a number" not in written


def test_why_not_for_several_worlds() -> None:
    trainer = Trainer(load_preset("three-lines"))
    assert not code.View.why_not(trainer.config, trainer.data)
    assert "4 together" in code.View.why_not(RunConfig(data="xor", worlds=4), trainer.data)
