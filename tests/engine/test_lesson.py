"""Lessons: every one that ships can be carried out, and says what is so."""

from __future__ import annotations

import json
from functools import cache
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.analysis import ensemble, scaling
from dropout_viz.analysis.questions import shared
from dropout_viz.analysis.questions.shared import coordinates
from dropout_viz.analysis.thinned import network_of
from dropout_viz.analysis.truth_numbers import number as measure_of
from dropout_viz.analysis.truths import truth
from dropout_viz.cli import main
from dropout_viz.engine.arm_tables import WITH, WITHOUT
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import Lesson, lesson_keys, load_lesson, read_lesson, titles
from dropout_viz.engine.prediction import Prediction, Truth
from dropout_viz.engine.settings import load_preset, to_toml
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.labs.mixability.genes import generations, landscapes
from dropout_viz.views.code.lines import lines


def run_of(lesson: Lesson, number: int) -> str:
    """Return the settings of a step's run, steps being counted from 1, whatever views it brings."""
    return to_toml(lesson.config(number - 1).changed(views=(), stage=()))


@cache
def ends() -> dict[str, list[tuple[str, int]]]:
    """Return the steps of lessons by their runs: some are of the same one, where it has come further or less far."""
    found: dict[str, list[tuple[str, int]]] = {}
    for key in lesson_keys():
        for number in range(1, len(load_lesson(key).steps) + 1):
            found.setdefault(run_of(load_lesson(key), number), []).append((key, number))
    return found


@cache
def frames(settings: str) -> dict[int, Frame]:
    """Return what a run shows, wherever a step of a lesson leaves it."""
    steps = [(load_lesson(key), number) for key, number in ends()[settings]]
    lesson, number = steps[0]
    run, found = Arms.of(lesson.config(number - 1)), {}
    for end in sorted({lesson.steps[number - 1].run_to for lesson, number in steps}):
        run.advance(end - run.step)
        found[end] = Frame.of(run.look())
    return found


def shown(key: str, number: int) -> Frame:
    """Return what a step shows at its end."""
    lesson = load_lesson(key)
    return frames(run_of(lesson, number))[lesson.steps[number - 1].run_to]


def landscape(frame: Frame) -> shared.Landscape:
    """Return what the Shared landscape draws of a run with one weight a unit, for weights from 0 to 5.5."""
    runs = (shared.OneRun("", frame.arms[0].snapshot),)
    return shared.answer(shared.Request(runs, frame.data, "mean", ((0.0, 5.5),), 0)).arms[0]


@cache
def asked(key: str, number: int) -> Truth:
    """Return the truth of a step's question."""
    question = load_lesson(key).steps[number - 1].predict
    assert question is not None
    return truth(shown(key, number), question)


def of(key: str, at: int, measure: str, arm: int = 0) -> float:
    """Return a number of a step's run."""
    frame = shown(key, at)
    return measure_of(frame, frame.arms[arm], measure)[0]


def percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def says(key: str, number: int, *what: str) -> bool:
    """Return whether a step's text has all of this in it."""
    text = load_lesson(key).steps[number - 1].text
    assert not (missing := [one for one in what if one not in text]), (missing, text)
    return True


@pytest.mark.parametrize("key", lesson_keys())
def test_a_lesson_is_whole(key: str) -> None:
    lesson = load_lesson(key)
    assert lesson.key == key and titles()[key] == lesson.title
    assert 3 <= len(lesson.steps) <= 7
    for number, step in enumerate(lesson.steps):
        config = lesson.config(number)
        assert step.views and step.look.endswith(".") and step.text.endswith(".")
        assert len(step.text) < 480, "it has to be read while something moves"
        first = registry.entries("views")[step.views[0]].title
        assert step.look.startswith("the network" if first == "Network" else first), "the panel that is outlined"
        assert config.arm_names == ((WITH, WITHOUT) if step.compare else ())
        base = load_preset(lesson.preset).model_dump()
        differ = {k for k, v in config.model_dump().items() if v != base[k]}
        assert differ - {"arms", "views"} <= set(step.settings)


@pytest.mark.thinned(3)
@pytest.mark.parametrize("key", lesson_keys())
def test_what_a_lesson_asks_has_an_answer_that_can_be_given(key: str) -> None:
    lesson = load_lesson(key)
    questions = [(at, step.predict) for at, step in enumerate(lesson.steps) if step.predict is not None]
    for at, question in questions:
        found = asked(key, at + 1)
        if question.kind in ("number", "curve"):
            values = [found.value] if question.kind == "number" else found.value
            assert all(question.low <= value <= question.high for value in values), (question.question, values)
        elif question.kind == "choice":
            assert found.value in range(len(question.options))
            if question.measure.startswith(("lower", "higher")):
                assert question.options == lesson.config(at).arm_names
        assert len(question.text) < 400 and question.text.endswith(".")
        assert question.question.endswith((".", "?", ")"))
    assert len({question.question for _, question in questions}) == len(questions), "answers are kept by question"
    if key not in ("the-post", "why-scaling-works"):
        assert len(questions) >= 2


SHOWN_BY = {
    "networks": {"masks", "ensemble"},
    "same mask": {"masks"},
    "units off": {"masks"},
    "visited": {"masks"},
    "loudness": {"scaling"},
    "gap": {"ensemble"},
    "above 1-p": {"activations", "code"},
    "half left": {"lesions"},
    "higher half left": {"lesions"},
    "ablation": {"lesions"},
    "accuracy.train": {"loss"},
    "accuracy.test": {"loss", "map"},
}
"""Views that show what is asked for, of the run beside the question. That two units which are to be the same have begun
so, and that the valleys which are to stay empty begin so, may be seen: nobody knows by that what comes."""


@pytest.mark.thinned(3)
@pytest.mark.parametrize("key", lesson_keys())
def test_no_answer_is_on_the_screen_before_it_is_asked_for(key: str) -> None:
    lesson = load_lesson(key)
    for number, step in enumerate(lesson.steps):
        if (question := step.predict) is None or question.kind == "curve":
            continue
        run = Arms.of(lesson.config(number, asked=True))
        run.advance(question.start)
        beside, answer = truth(Frame.of(run.look()), question).value, asked(key, number + 1).value
        if beside == pytest.approx(answer, rel=0.02):
            telling = SHOWN_BY.get(question.measure, set()) & set(question.views or step.views)
            assert not telling, f"step {number + 1}: {telling} shows {answer}"


@pytest.mark.parametrize("key", lesson_keys())
def test_a_row_that_is_looked_at_drops_units(key: str) -> None:
    """Where masks are the subject the row on show has some unit off, but not all; so has the step that is taken apart,
    the next one."""
    lesson = load_lesson(key)
    for number, step in enumerate(lesson.steps, 1):
        ahead = 1 if "code" in step.views else 0
        if step.run_to and (ahead or "masks" in step.views):
            run = Trainer(lesson.config(number - 1).arm_configs[0])
            run.advance(step.run_to + ahead)
            mask = run.snapshot().masks[1][(step.row or 1) - 1]
            assert mask.any() and not mask.all(), number


def test_the_post_lesson_is_true() -> None:
    key = "the-post"
    first = shown(key, 1).snapshot
    assert first.step == 0 and all(mask.all() for mask in first.masks)
    assert first.sizes == (3, 4, 1) and shown(key, 1).data.y[:, 0].tolist() == [0, 1, 1, 0]
    assert shown(key, 1).data.x[:, 2].tolist() == [1] * 4
    masks = shown(key, 2).snapshot.masks[1]
    assert masks.shape == (4, 4) and len({row.tobytes() for row in masks}) > 1, "another row, another mask"
    assert asked(key, 2).value == 1 and network_of(shown(key, 2).snapshot).n == 4
    code = shown(key, 3)
    step = load_lesson(key).steps[2]
    hidden = network_of(code.snapshot).values(code.data.x)[1]
    after = Trainer(load_lesson(key).config(2))
    after.advance(step.run_to + 1)
    kept, now = (run.masks[1].astype(bool) for run in (after.snapshot(), code.snapshot))
    assert step.row is not None
    row = step.row - 1
    assert 0 < now[row].sum() < 4, "the network beside it has units off"
    wrong = (hidden[row] > 0.8) & kept[row]
    assert wrong[:2].any(), "in the step that is taken apart a wrong sign is flagged, where a low panel shows it"
    assert 1 / 0.8 == 1.25, "which is the most that a unit can show"
    assert [of(key, 5, "accuracy.train", arm) for arm in (0, 1)] == [1.0, 1.0]
    dropout, none = (of(key, 5, "loss.train", arm) for arm in (0, 1))
    assert 45 < dropout / none < 55


def test_the_moons_lesson_is_true() -> None:
    key = "with-and-without"
    both, alone = shown(key, 3), shown(key, 2)
    data = shown(key, 1).data
    assert data.flipped is not None
    assert (len(data.x), data.flipped.mean()) == (200, 0.15)
    assert [round(100 * of(key, 3, "accuracy.train", arm)) for arm in (0, 1)] == [86, 94]
    assert [round(100 * of(key, 3, "accuracy.test", arm)) for arm in (0, 1)] == [96, 82]
    assert [round(of(key, 3, "loss.test", arm), 2) for arm in (0, 1)] == [0.23, 0.84]
    dropped, curve = (arm.history.loss_test.values for arm in both.arms)
    assert np.array_equal(alone.arms[0].history.loss_test.values, curve), "the same run"
    assert curve[-1] > 4 * np.min(curve) and dropped[-1] < 1.5 * np.min(dropped)
    with_, without = (of(key, 3, "loss.train", arm) for arm in (0, 1))
    assert without < 0.6 * with_, "wrong labels are learnt"
    learnt = both.arms[0].history.loss_train.values
    assert learnt[-1] < 0.6 * learnt[0], "the preset learns its task"
    assert [round(100 * of(key, 4, measure)) for measure in ("accuracy.train", "accuracy.test")] == [76, 88]
    assert says(key, 3, "86 %", "96 %", "82 %", "0.23", "0.84", "15 % of them", "85 %")
    assert says(key, 4, "76 %", "88 %", "82 %", "96 %", f"“{registry.entries('labs')['paired'].title}”")
    answers = network_of(both.snapshot).outputs(data.x)[:, 0] > 0.5
    assert (answers == ((data.y[:, 0] > 0.5) ^ data.flipped)).mean() > 0.95, "what is learnt is what is right"


def gaps(frame: Frame) -> tuple[float, float]:
    """Return how far the network that is used is from the geometric and from the arithmetic mean, at most."""
    network, x = network_of(frame.snapshot), frame.data.x
    means, used = ensemble.means(network, x), network.outputs(x)
    return float(np.abs(means.geometric - used).max()), float(np.abs(means.arithmetic - used).max())


def test_the_scaling_lesson_is_true() -> None:
    one, two, loud, wrong = (shown("why-scaling-works", number) for number in (2, 3, 4, 5))
    geometric, arithmetic = gaps(one)
    assert geometric < 1e-14 and round(arithmetic, 3) == 0.063
    assert network_of(one.snapshot).n == 4 and network_of(two.snapshot).n == 16
    geometric, arithmetic = gaps(two)
    assert round(geometric, 3) == 0.011 and round(arithmetic, 2) == 0.13
    (same,) = scaling.passed_on(loud.snapshot, loud.data)
    assert same.test == pytest.approx(same.training, rel=0.05)
    for kind in ("inverted", "classical"):
        training, test = same.by_scaling[kind]
        assert test == pytest.approx(training, rel=0.05)
    (twice,) = scaling.passed_on(wrong.snapshot, wrong.data)
    assert twice.test == pytest.approx(2 * twice.training, rel=0.05)
    assert gaps(wrong)[0] > 0.1


def test_the_three_lines_that_stand_there_are_those_of_the_run() -> None:
    """Run as they stand, with the post's generator, they turn off and scale what the trainer does, bit for bit."""
    lesson = load_lesson("three-lines")
    trainer = Trainer(lesson.config(0))
    np_like = SimpleNamespace(random=np.random.RandomState(lesson.config(0).seed))
    w1, _ = (2 * np_like.random.random_sample(shape) - 1 for shape in ((3, 4), (4, 1)))
    trainer.advance(1)
    names = {"np": np_like, "h": 1 / (1 + np.exp(-(trainer.data.x @ w1))), "training": True}
    exec("\n".join(lesson.code), names)
    assert np.array_equal(names["h"], trainer.snapshot().activations[1])
    assert names["p"] == lesson.config(0).p_hidden[0]


def test_the_three_lines_lesson_is_true() -> None:
    key = "three-lines"
    off = of(key, 1, "units off")
    assert shown(key, 1).snapshot.masks[1].shape == (4, 4) and says(key, 1, "16 times", f"{off:.0f} came up off")
    curve = asked(key, 2).values
    assert says(key, 2, f"from {curve[0]:.3f} to {curve[-1]:.3f}")
    assert "0.133" in load_lesson(key).steps[1].predict.text and f"{curve[0]:.3f}" == "0.133"  # type: ignore[union-attr]
    assert asked(key, 3).value == pytest.approx(2, abs=0.05)
    assert of(key, 4, "accuracy.train") == 1 and says(key, 4, "100 %")
    code = " ".join(line.text for line in lines(load_lesson(key).config(3), batches=False, mean_of=1))
    assert says(key, 4, "layer_1", "dropout_percent") and "layer_1 *= mask / (1 - dropout_percent)" in code
    assert load_lesson(key).config(1).drop_probabilities == (0, 0) and says(key, 2, "p = 0 ")


def test_the_thinned_networks_lesson_is_true() -> None:
    key = "thinned-networks"
    assert asked(key, 1).value == 2**8 == 256
    assert says(key, 2, f"{asked(key, 2).value:.0f} of the 16") and pytest.approx(1 / 625) == 0.2**4
    assert says(key, 2, f"about {0.8**4:.2f}")
    further = Trainer(load_lesson(key).config(1))
    further.advance(100)
    assert further.snapshot().visited == 16
    used = asked(key, 3).value
    assert isinstance(used, float) and says(key, 3, f"{used:,.0f}") and round(2**20 / used, -2) == 200
    assert of(key, 3, "accuracy.train") == 1
    frame = shown(key, 4)
    network, x = network_of(frame.snapshot), frame.data.x
    means = ensemble.means(network, x)
    assert np.abs(means.geometric - network.outputs(x)).max() < 1e-14
    assert says(key, 4, f"{asked(key, 4).value:.2f} from the plain average")


def test_the_balls_lesson_is_true() -> None:
    """Which valley a ball is in goes by the middles between the five frequencies."""
    key, borders = "balls-and-valleys", (1.55, 2.55, 3.6, 4.6)

    def valleys(frame: Frame, voting: bool = True) -> list[list[float]]:
        votes, places = frame.snapshot.weights[1][:, 0], coordinates(frame.snapshot)[:, 0]
        counted = votes > 0.1 * votes.max() if voting else np.ones(len(votes), bool)
        found = np.searchsorted(borders, places)
        return [places[(found == k) & counted].tolist() for k in range(5)]

    start, rolled, dropped, other = (shown(key, number) for number in (1, 2, 3, 4))
    assert [len(v) for v in valleys(start, voting=False)] == [5, 0, 0, 3, 4]
    assert [len(v) for v in valleys(rolled)] == [len(v) for v in valleys(dropped)] == [3, 0, 0, 3, 4]
    assert sorted(np.sort(coordinates(rolled.snapshot)[:, 0])[:2]) < [0.3, 0.3]
    for without, with_ in zip(valleys(rolled), valleys(dropped), strict=True):
        assert not with_ or np.ptp(with_) < np.ptp(without)
    assert all(p == 0 for step in (1, 2) for p in load_lesson(key).config(step - 1).drop_probabilities)
    for frame, ground in ((rolled, (-0.02, 0.02)), (dropped, (-0.25, -0.1))):
        found = landscape(frame)
        voting = found.votes > 0.1 * found.votes.max()
        assert (found.heights[voting] > ground[0]).all() and (found.heights[voting] < ground[1]).all()
        assert found.idle.sum() == 2 and found.zones is not None
        lowest = float(np.linspace(0, 5.5, len(found.values))[found.values.argmin()])
        assert found.zones[0].zone_of(lowest) == 1, "an empty valley is the lowest place"
    fed = landscape(dropped).empty.min() < landscape(dropped).heights.min() - 0.5
    assert fed, "with dropout a valley is filled in, in part"
    assert (asked(key, 2).value, asked(key, 3).value, asked(key, 4).value) == (2, 2, 0)
    assert says(key, 2, f"{of(key, 2, 'loss.train'):.2f}")
    assert says(key, 3, f"{of(key, 3, 'loss.train'):.2f} here", f"{of(key, 2, 'loss.train'):.2f} without")
    assert says(key, 4, f"{of(key, 4, 'loss.train'):.2f}") and all(valleys(shown(key, 5), voting=False))
    alone = Arms.of(load_lesson(key).config(3).changed(p_hidden=(0.0,)))
    alone.advance(1000)
    assert all(valleys(Frame.of(alone.look()))) and all(valleys(other))


def test_the_wrong_sign_lesson_is_true() -> None:
    key = "wrong-sign"
    slopes = [round(h * (1 - h), 2) for h in (0.5, 0.9, 0.9 / 0.8)]
    assert slopes == [0.25, 0.09, -0.14]
    assert of(key, 1, "above 1-p") == 0 and of(key, 2, "above 1-p") == of(key, 3, "above 1-p") == 0.75
    largest, exact = of(key, 3, "largest weight"), of(key, 4, "largest weight")
    assert says(key, 3, f"About {largest:.0f},", f"{exact:.1f}") and says(key, 4, f"{exact:.1f}")
    assert asked(key, 4).value == 0
    assert says(key, 4, f"{of(key, 4, 'loss.train'):.4f}", f"{of(key, 3, 'loss.train'):.3f}")
    assert of(key, 3, "accuracy.train") == 1
    frame = shown(key, 3)
    hidden = network_of(frame.snapshot).values(frame.data.x)[1]
    assert (hidden[hidden > 0.8] > 0.999).mean() > 0.75


def test_the_genes_lesson_is_true() -> None:
    key = "genes"
    halves, whole = "half left", "accuracy.test"
    dropped, alone = (of(key, 3, halves, arm) for arm in (0, 1))
    assert alone == of(key, 2, halves)
    assert says(key, 2, f"{percent(alone)} with half", f"{percent(of(key, 2, whole))} with all")
    assert says(key, 3, f"{percent(dropped)} with dropout", f"{percent(alone)} without")
    assert says(key, 3, f"{percent(of(key, 3, whole, 0))} and {percent(of(key, 3, whole, 1))}")
    fitness = landscapes(500, 10, 0)
    without, with_ = (next(islice(generations(fitness, r), 20, None)) for r in (0.0, 0.5))
    assert says(key, 4, f"{with_.mixability.mean():.2f} with sex and {without.mixability.mean():.2f} without")
    assert says(key, 4, f"{with_.fitness.mean():.2f} with sex and {without.fitness.mean():.2f} without")


def test_the_conspiracies_lesson_is_true() -> None:
    key = "conspiracies"
    assert round(1 / 0.9**50, -2) == 200 and round(0.9**5, 2) == 0.59 and 1 - (1 - 0.9**5) ** 10 > 0.999
    unit = Prediction(kind="unit", text="t", question="q", measure="ablation")
    alone, dropped = asked(key, 2).told, truth(shown(key, 3), unit).told
    whole = of(key, 2, "loss.train")
    assert "h1 " in alone and says(key, 2, f"{whole:.2f}") and alone.endswith("0.3483 to 1.466.")
    assert says(key, 3, "from 0.44 to 0.53", "from 0.35 to 1.47") and dropped.endswith("0.4373 to 0.5255.")
    halves = [of(key, 3, "half left", arm) for arm in (0, 1)]
    assert says(key, 3, f"{percent(halves[0])} with dropout and {percent(halves[1])} without")
    assert (asked(key, 4).value, asked(key, 5).value) == (0, 1)


def test_the_digits_lesson_is_true() -> None:
    key, right = "real-digits", "accuracy.test"
    assert len(shown(key, 1).data.x) == 200 and says(key, 1, percent(of(key, 1, right)))
    losses = truth(shown(key, 2), Prediction(kind="curve", text="t", question="q", measure="loss.test")).values
    assert says(key, 2, f"from {min(losses):.2f} to {losses[-1]:.2f}", percent(of(key, 2, right)))
    assert of(key, 2, "accuracy.train") == 1 and asked(key, 2).value == 1 and asked(key, 3).value == 0
    both = [of(key, 3, "loss.test", arm) for arm in (0, 1)]
    assert says(key, 3, f"{both[0]:.2f} with dropout, {both[1]:.2f} without") and both[1] == losses[-1]
    lowest = [arm.history.loss_test.values.min() for arm in shown(key, 3).arms]
    assert says(key, 3, f"{lowest[0]:.2f} against {lowest[1]:.2f}") and min(np.divide(both, lowest)) > 1.1
    assert says(key, 3, percent(of(key, 3, right))) and of(key, 3, right) == of(key, 3, right, arm=1)
    ends = [of(key, 4, "loss.test", arm) for arm in (0, 1)]
    assert says(key, 4, f"{ends[0]:.2f} with dropout and {ends[1]:.2f} without") and asked(key, 4).value == 1
    for arm in (0, 1):
        rises = Prediction(
            kind="choice", text="t", question="q", measure="turns loss.test", arm=arm, options=("no", "yes")
        )
        assert truth(shown(key, 4), rises).value == 1
    assert says(key, 4, "11.1 %", "11.9 %") and "11.9 %" in load_preset("few-digits").about
    assert says(key, 5, *(percent(of(key, at, right, arm)) for at, arm in ((5, 0), (4, 1), (2, 0))))


def test_the_tuning_lesson_is_true() -> None:
    key, right = "how-to-tune", "accuracy.test"
    assert says(key, 1, percent(of(key, 1, "accuracy.train")))
    assert of(key, 2, "accuracy.train") == 1 and says(key, 2, percent(of(key, 2, right)))
    ends = [percent(of(key, 3, right, arm)) for arm in (0, 1)]
    assert says(key, 3, f"{ends[0]} with dropout and {ends[1]} without")
    assert of(key, 3, "loss.train") > of(key, 3, "loss.train", arm=1)
    more = [of(key, 4, right, arm) for arm in (0, 1)]
    assert says(key, 4, *map(percent, more)) and more[0] > of(key, 3, right)
    assert says(key, 5, percent(of(key, 5, right)), percent(of(key, 5, "accuracy.train")))
    half = Trainer(load_lesson(key).config(3).changed(arms=()))
    half.advance(500)
    question = load_lesson(key).steps[4].predict
    assert question is not None
    assert percent((half.scores()["accuracy"]["test"] or [0])[0]) in question.text


def test_what_it_does_not_do_is_true() -> None:
    key = "what-it-does-not-do"
    faster = [f"{of(key, 1, 'loss.train', arm):.2f}" for arm in (1, 0)]
    assert says(key, 1, f"Without dropout: {faster[0]}, with dropout {faster[1]}") and asked(key, 1).value == 1
    small = [f"{of(key, 2, 'loss.test', arm):.2f}" for arm in (1, 0)]
    assert says(key, 2, f"{small[0]}, and {small[1]} with") and asked(key, 2).value == 1
    alike = [f"{of(key, 3, 'nearest weights', arm):.2f}" for arm in (0, 1)]
    assert says(key, 3, f"{alike[0]} against {alike[1]}") and asked(key, 3).value == 0
    assert says(key, 4, percent(of(key, 4, "accuracy.test")))
    assert says(key, 4, percent(of(key, 4, "accuracy.test")))
    before = [of("with-and-without", step, "accuracy.test") for step in (2, 3)]
    assert says(key, 4, *map(percent, before))


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
