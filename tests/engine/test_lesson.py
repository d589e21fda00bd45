"""Lessons: every one that ships can be carried out, and says what is so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.analysis import ensemble, scaling
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.truths import truth
from dropout_viz.cli import main
from dropout_viz.engine.arm_tables import WITH, WITHOUT
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import Lesson, lesson_keys, load_lesson, read_lesson, titles
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError


def at(lesson: Lesson, number: int) -> Trainer:
    """Return the run of a step, steps being counted from 1, where the step leaves it."""
    trainer = Trainer(lesson.config(number - 1))
    trainer.advance(lesson.steps[number - 1].run_to)
    return trainer


@pytest.mark.parametrize("key", lesson_keys())
def test_a_lesson_is_whole(key: str) -> None:
    lesson = load_lesson(key)
    assert lesson.key == key and titles()[key] == lesson.title
    assert 3 <= len(lesson.steps) <= 7
    for number, step in enumerate(lesson.steps):
        config = lesson.config(number)
        assert step.views and step.look.endswith(".") and step.text.endswith(".")
        assert len(step.text) < 480, "it has to be read while something moves"
        assert config.arm_names == ((WITH, WITHOUT) if step.compare else ())
        base = load_preset(lesson.preset).model_dump()
        differ = {k for k, v in config.model_dump().items() if v != base[k]}
        assert differ - {"arms", "views"} <= set(step.settings)


@pytest.mark.parametrize("key", lesson_keys())
def test_what_a_lesson_asks_has_an_answer_that_can_be_given(key: str) -> None:
    lesson = load_lesson(key)
    for number, step in enumerate(lesson.steps):
        if (asked := step.predict) is None:
            continue
        run = Arms.of(lesson.config(number))
        run.advance(step.run_to)
        found = truth(Frame.of(run.look()), asked)
        if asked.kind in ("number", "curve"):
            values = [found.value] if asked.kind == "number" else found.value
            assert all(asked.low <= value <= asked.high for value in values), (asked.question, values)
        elif asked.kind == "choice":
            assert found.value in range(len(asked.options))
            if asked.measure.startswith("lower"):
                assert asked.options == lesson.config(number).arm_names
        assert len(asked.text) < 400 and asked.text.endswith(".")
        assert asked.question.endswith((".", "?", ")"))


def test_the_post_lesson_is_true() -> None:
    lesson = load_lesson("the-post")
    first = at(lesson, 1).snapshot()
    assert first.step == 0 and all(mask.all() for mask in first.masks)
    assert first.sizes == (3, 4, 1)
    masks = at(lesson, 2).snapshot().masks[1]
    assert masks.shape == (4, 4) and not masks.all()
    assert len({row.tobytes() for row in masks}) > 1, "another row, another mask"
    losses = at(lesson, 5).scores()
    assert losses["accuracy"]["train"] == [1.0, 1.0]
    dropout, none = losses["loss"]["train"] or []
    assert 45 < dropout / none < 55


def test_the_moons_lesson_is_true() -> None:
    lesson = load_lesson("with-and-without")
    data = at(lesson, 1).data
    assert data.flipped is not None
    assert (len(data.x), data.flipped.mean()) == (200, 0.15)
    both, much = at(lesson, 3), at(lesson, 4)
    told = both.scores()
    assert [round(100 * a) for a in told["accuracy"]["train"] or []] == [86, 94]
    assert [round(100 * a) for a in told["accuracy"]["test"] or []] == [96, 82]
    assert [round(loss, 2) for loss in told["loss"]["test"] or []] == [0.23, 0.84]
    alone = Trainer(lesson.config(1), both.data)
    alone.advance(500)
    begun = Trainer(lesson.config(2), both.data)
    begun.advance(500)
    assert alone.scores()["loss"]["test"] == [(begun.scores()["loss"]["test"] or [])[1]], "the same run"
    dropped, curve = (history.loss_test.values for history in both.histories)
    assert curve[-1] > 4 * np.min(curve) and dropped[-1] < 1.5 * np.min(dropped)
    with_, without = told["loss"]["train"] or []
    assert without < 0.6 * with_, "wrong labels are learnt"
    learnt = both.histories[0].loss_train.values
    assert learnt[-1] < 0.6 * learnt[0], "the preset learns its task"
    scores = much.scores()["accuracy"]
    assert [round(100 * (scores[part] or [0])[0]) for part in ("train", "test")] == [76, 88]


def gaps(trainer: Trainer) -> tuple[float, float]:
    """Return how far the network that is used is from the geometric and from the arithmetic mean, at most."""
    network, x = network_of(trainer.snapshot()), trainer.data.x
    means, used = ensemble.means(network, x), network.outputs(x)
    return float(np.abs(means.geometric - used).max()), float(np.abs(means.arithmetic - used).max())


def test_the_scaling_lesson_is_true() -> None:
    lesson = load_lesson("why-scaling-works")
    one, two, loud, wrong = (at(lesson, number) for number in (2, 3, 4, 5))
    geometric, arithmetic = gaps(one)
    assert geometric < 1e-14 and round(arithmetic, 3) == 0.063
    assert network_of(one.snapshot()).n == 4 and network_of(two.snapshot()).n == 16
    geometric, arithmetic = gaps(two)
    assert round(geometric, 3) == 0.011 and round(arithmetic, 2) == 0.13
    (same,) = scaling.passed_on(loud.snapshot(), loud.data)
    assert same.test == pytest.approx(same.training, rel=0.05)
    for kind in ("inverted", "classical"):
        training, test = same.by_scaling[kind]
        assert test == pytest.approx(training, rel=0.05)
    (twice,) = scaling.passed_on(wrong.snapshot(), wrong.data)
    assert twice.test == pytest.approx(2 * twice.training, rel=0.05)
    assert gaps(wrong)[0] > 0.1


GOOD = """
title = "t"
about = "a"
preset = "xor"
[[steps]]
title = "s"
text = "t"
look = "l"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("run_to = 99999999", "step 1: run_to = 99999999: must be at most"),
        ("settings = { p_hidden = [2.0] }", "step 1: p_hidden"),
        ("settings = { colour = 1 }", "step 1: colour: unknown setting"),
        ('views = ["nothing"]', "steps.1.views: nothing is no view; must be among network"),
        ("speed = 3", "steps.1.speed"),
        ("= 3", "not TOML"),
    ],
)
def test_a_bad_lesson_is_refused_in_one_line(more: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "10_mine.toml"
    path.write_text(GOOD + more, encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_lesson(path)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_lesson_of_ones_own_and_one_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "10_mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert read_lesson(path).key == "mine"
    with pytest.raises(UserError, match="no such file"):
        read_lesson(tmp_path / "none.toml")
    with pytest.raises(UserError, match=r"lesson 'the-past': unknown \(did you mean the-post\?\)"):
        load_lesson("the-past")


def test_the_command_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "lessons", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["key"] for one in listed] == lesson_keys()
    assert all(set(one) == {"key", "title", "about"} and one["about"] for one in listed)
