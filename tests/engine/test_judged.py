"""The texts that are judged: every claim has a verdict, a criterion and a day, and every number in it is computed."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from dropout_viz.analysis.sketch import SketchBalls, SketchCurve
from dropout_viz.app.reader.pages import Page, find_page
from dropout_viz.app.reader.targets import target
from dropout_viz.app.reader.verdicts import FALSE, PARTLY, TRUE, VERDICTS
from dropout_viz.engine.lesson import load_lesson
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs.conspiracies.plots import Plots, reliability_needed

Array = NDArray[np.float64]
POST, ESSAY = "post", "essay"


@dataclass(frozen=True)
class Claim:
    """One claim: its number and title, what the text says (in our words), the verdict, and what is said for it."""

    number: int
    title: str
    body: str

    @property
    def verdict(self) -> str:
        found = re.findall(r"^\*\*(.+?)\*\* ", self.body, re.MULTILINE)
        assert len(found) == 1, self.title
        return str(found[0])

    @property
    def reasons(self) -> str:
        """The verdict's paragraph and its criterion."""
        return self.body[self.body.index("**") : self.body.index("<!--")]


@cache
def page(key: str) -> Page:
    found = find_page(key)
    assert found is not None
    return found


@cache
def claims(key: str) -> tuple[Claim, ...]:
    text = page(key).text
    parts = re.findall(r"^### (\d+)\. (.+?)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return tuple(Claim(int(number), title, body) for number, title, body in parts)


every_claim = pytest.mark.parametrize(
    ("key", "claim"),
    [pytest.param(key, claim, id=f"{key}-{claim.number}") for key in (POST, ESSAY) for claim in claims(key)],
)


@every_claim
def test_a_claim_is_whole(key: str, claim: Claim) -> None:
    assert claim.verdict in VERDICTS
    assert len(re.findall(r"^> .+", claim.body, re.MULTILINE)) == 1, "what the text says"
    quoted = re.findall(r"[“\"]([^”\"]+)[”\"]", claim.body)
    assert all(len(words) < 120 for words in quoted), "a line at most of the text's own words"
    assert re.search(r"^Criterion: .+\. Since 2026-\d\d-\d\d\.$", claim.body, re.MULTILINE)
    shown = re.findall(r"<!-- show:(\S+) ", claim.body)
    assert shown
    for one in shown:
        target(one)


def test_claims_are_counted() -> None:
    for key, named in ((POST, "post"), (ESSAY, "essay")):
        found = [claim.verdict for claim in claims(key)]
        assert [claim.number for claim in claims(key)] == list(range(1, len(found) + 1))
        row = " | ".join(str(found.count(verdict)) for verdict in (TRUE, FALSE, PARTLY))
        assert f"| [the {named}]({page(key).file.name}) | {row} |" in page("texts").text
    assert all(f"**{verdict}** " in page("texts").text for verdict in VERDICTS)


# --- what the numbers are computed from ------------------------------------------------------------------------------


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
Y = np.array([[0.0], [1], [1], [0]])


@cache
def run(preset: str, step: int, **settings: object) -> Trainer:
    """Return a run at a step."""
    trainer = Trainer(load_preset(preset).changed(**settings))
    trainer.advance(step)
    return trainer


def weights(trainer: Trainer) -> tuple[Array, ...]:
    return tuple(np.asarray(weight, float) for weight in trainer.snapshot().weights)


def right(trainer: Trainer, part: str) -> float:
    (share,) = trainer.scores()["accuracy"][part] or []
    return share


def told(lesson: str, step: int, *figures: str) -> set[str]:
    """Return the numbers of what a lesson's step says; the lesson's own test computes them."""
    one = load_lesson(lesson).steps[step - 1]
    text = one.text if one.predict is None else f"{one.text} {one.predict.text} {one.predict.question}"
    assert not (missing := [figure for figure in figures if figure not in text]), (missing, text)
    return numbers(" ".join(figures))


def results(*figures: str) -> set[str]:
    """Return the numbers of what the page of results says; the lab finds them."""
    text = page("results").text
    assert all(figure in text for figure in figures), figures
    return numbers(" ".join(figures))


_GIVEN = re.compile(
    r"\d{4}-\d\d-\d\d|\b(?:19|20)\d\d\b|(?:claim|row|section|line|unit|TensorFlow) \d+|1 − p|\]\([^)]*\)"
)
"""What is no figure: days, years, places in a text, names, the letters of a formula."""


def numbers(text: str) -> set[str]:
    """Return the figures in a text."""
    return set(re.findall(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?![\w⁻])", _GIVEN.sub("", text)))


# --- the post --------------------------------------------------------------------------------------------------------


def three_lines_alone(steps: int, on: bool) -> tuple[Array, Array]:
    """Return the post's network, trained by its lines, written anew: ``on`` is its switch."""
    rng = np.random.RandomState(0)
    w0, w1 = 2 * rng.random_sample((3, 4)) - 1, 2 * rng.random_sample((4, 1)) - 1
    for _ in range(steps):
        hidden = 1 / (1 + np.exp(-(np.dot(X, w0))))
        if on:
            hidden *= rng.binomial([np.ones((4, 4))], 1 - 0.2)[0] * (1.0 / (1 - 0.2))
        out = 1 / (1 + np.exp(-(np.dot(hidden, w1))))
        delta = (out - Y) * (out * (1 - out))
        below = delta.dot(w1.T) * (hidden * (1 - hidden))
        w1 -= 0.5 * hidden.T.dot(delta)
        w0 -= 0.5 * X.T.dot(below)
    return w0, w1


def three_lines() -> set[str]:
    for on, p in ((True, 0.2), (False, 0.0)):
        alone, ours = three_lines_alone(300, on), weights(run("three-lines", 300, p_hidden=(p,)))
        assert all(np.array_equal(a, b) for a, b in zip(alone, ours, strict=True))
    return {"300"}


def correlations() -> set[str]:
    assert all(np.corrcoef(X[:, k], Y[:, 0])[0, 1] == 0 for k in (0, 1)) and np.ptp(X[:, 2]) == 0
    assert right(run("three-lines", 10_000, p_hidden=(0.0,)), "train") == 1
    return {"0", str(len(X)), "10,000"}


def least_of_the_first_weight() -> set[str]:
    found = set()
    for step in (300, 3_000):
        w0, w1 = weights(run("three-lines", step))
        values = np.linspace(-30, 30, 6_001)
        bent = np.repeat(w0[None], len(values), 0)
        bent[:, 0, 0] = values
        losses = (0.5 * (sigmoid(sigmoid(X @ bent) @ w1) - Y) ** 2).mean(axis=(1, 2))
        found |= {f"{losses.min():.4f}", f"{step:,}"}
    return found


def starts() -> set[str]:
    drawn = np.concatenate([weights(run("three-lines", 0, seed=seed))[0].ravel() for seed in range(200)])
    assert np.abs(drawn).max() <= 1
    return {"1", "200", f"{drawn.std():.2f}", f"{1 / 3**0.5:.2f}"}


def balls() -> set[str]:
    curve, rolling = SketchCurve(), SketchBalls(100, seed=0)
    rolling.settle(curve, 0.0)
    assert np.array_equal(SketchBalls.zone_of(curve.zones, rolling.x), SketchBalls.zone_of(curve.zones, rolling.starts))
    five = rolling.places
    told(
        "balls-and-valleys", 2, "Two valleys stay empty", "Ten balls share the other three", "two at the left are idle"
    )
    return {"100", str(five), str(five - 2), "1,000"}


def merged() -> set[str]:
    snapshot = run("twins", 1_000, p_hidden=(0.0,)).snapshot()
    data = run("twins", 1_000, p_hidden=(0.0,)).data
    (w0, w1), (b0, b1) = snapshot.weights, snapshot.biases
    two = np.tanh(data.x @ w0 + b0) @ w1
    one = np.tanh(data.x @ w0[:, :1] + b0[:1]) @ w1.sum(axis=0, keepdims=True)
    assert np.abs(sigmoid(two + b1) - sigmoid(one + b1)).max() < 1e-15
    told("balls-and-valleys", 2, "Two valleys stay empty")
    told("balls-and-valleys", 4, "None is empty")
    return {"2", "5", "0", "1,000"}


def clones_and_crowds() -> set[str]:
    assert told("conspiracies", 4, "still the same, to the last bit") | told("conspiracies", 5, "have parted") == set()
    told("balls-and-valleys", 3, "Still two", "closer together")
    return told("what-it-does-not-do", 3, "0.97 against 0.96") | {"2", "2,000"}


def share_off() -> set[str]:
    trainer, off, drawn = Trainer(load_preset("three-lines")), 0, 0
    for _ in range(500):
        trainer.advance(1)
        mask = trainer.snapshot().masks[1]
        off, drawn = off + int((mask == 0).sum()), drawn + mask.size
    assert mask.shape == (4, 4) and abs(off / drawn - 0.2) < 4 * (0.2 * 0.8 / drawn) ** 0.5
    return {"4", "500", f"{100 * off / drawn:.1f}", "0.2"}


def nothing_is_learnt_while_off() -> set[str]:
    """The gradients of the post's lines, row by row, in the step after step 1,000."""
    w0, w1 = weights(run("three-lines", 1_000))
    after = Trainer(load_preset("three-lines"))
    after.advance(1_001)
    mask = after.snapshot().masks[1]
    hidden = sigmoid(X @ w0) * (mask != 0) / 0.8
    out = sigmoid(hidden @ w1)
    delta = (out - Y) * out * (1 - out)
    below = delta @ w1.T * hidden * (1 - hidden)
    of_votes, of_inputs = hidden * delta, X[:, :, None] * below[:, None, :]
    off = mask == 0
    assert off.any() and not of_votes[off].any() and not np.moveaxis(of_inputs, 1, 2)[off].any()
    assert of_votes[~off].all()
    return {"0", "1,000"}


def masks_left_on() -> set[str]:
    trainer = run("moons", 10_000)
    snapshot, data = trainer.snapshot(), trainer.data
    assert data.x_test is not None and data.y_test is not None
    (w0, w1), (b0, b1) = snapshot.weights, snapshot.biases
    hidden, rng = np.tanh(data.x_test @ w0 + b0), np.random.default_rng(0)

    def share(factor: Array) -> float:
        return float((((hidden * factor) @ w1 + b1 > 0) == (data.y_test > 0.5)).mean())  # type: ignore[operator]

    used = share(np.ones(hidden.shape))
    assert used == pytest.approx(right(trainer, "test"))
    masked = np.mean([share((rng.random(hidden.shape) >= 0.2) / 0.8) for _ in range(50)])
    return {f"{100 * used:.0f}", f"{100 * masked:.0f}", "10,000", "50"}


def louder() -> set[str]:
    return told("three-lines", 3, "about twice as large") | {"0.5"} | loudness()


def loudness() -> set[str]:
    from tests.engine.test_lesson import asked  # the lesson's own run, once for both

    (value,) = [asked("three-lines", 3).value]
    assert isinstance(value, float)
    return {f"{value:.2f}"}


def half() -> set[str]:
    solved = told("the-post", 5, "in 60,000 steps", "all of 200 random starts", "40 % with p = 0.5")
    results("best 6.27 at .5")
    return solved | {"256", "2,000", "0.5"}


def inputs() -> set[str]:
    results("7.67, 6.27, 5.67 %")
    return {"5.67", "6.27", "0.2", "0.5", "80"}


def grown() -> set[str]:
    few = told("how-to-tune", 1, "70 %", "100 training digits", "500 steps")
    return few | told("how-to-tune", 2, "With 16 units all 100") | {"4"}


def same_size() -> set[str]:
    found = told("how-to-tune", 3, "85 % with dropout and 87 % without, after 1,000 steps", "At p = 0.5", "16 units")
    return found | told("how-to-tune", 4, "89 %", "32 units")


def used_as_it_is() -> set[str]:
    w0, w1 = weights(run("three-lines-exact", 3_000))
    hidden = sigmoid(X @ w0)
    sums = [hidden * np.array(on) / 0.8 @ w1 for on in np.ndindex(2, 2, 2, 2)]
    odds = [0.8 ** sum(on) * 0.2 ** (4 - sum(on)) for on in np.ndindex(2, 2, 2, 2)]
    yes, no = (np.prod([sigmoid(s * z) ** p for z, p in zip(sums, odds, strict=True)], axis=0) for s in (1, -1))
    assert np.abs(yes / (yes + no) - sigmoid(hidden @ w1)).max() < 1e-14
    return {str(len(sums)), "3,000"}


def never_alike() -> set[str]:
    least = min(
        float(np.linalg.norm(w0[:, a] - w0[:, b]))
        for w0 in (weights(run("three-lines", 0, seed=seed))[0] for seed in range(200))
        for a, b in combinations(range(4), 2)
    )
    return {"200", f"{least:.2f}", "1"}


def equal_votes() -> set[str]:
    w0, w1 = weights(run("twins", 1_000, p_hidden=(0.0,)))
    assert np.array_equal(w0[:, 0], w0[:, 1]) and w1[0] == w1[1]
    return {"1,000"}


def full_vote() -> set[str]:
    """One of two twins is trained on alone, with own lines: the mean of the binary cross-entropy, rate 0.3."""
    trainer = run("twins", 5_000, p_hidden=(0.0,))
    snapshot, x, y = trainer.snapshot(), trainer.data.x, trainer.data.y
    w0, b0 = snapshot.weights[0][:, :1].copy(), snapshot.biases[0][:1].copy()
    w1, b1 = snapshot.weights[1][:1].copy(), snapshot.biases[1].copy()
    before = float(w1[0, 0])
    for _ in range(5_000):
        hidden = np.tanh(x @ w0 + b0)
        delta = (sigmoid(hidden @ w1 + b1) - y) / len(x)
        below = delta @ w1.T * (1 - hidden**2)
        w1 -= 0.3 * hidden.T @ delta
        b1 -= 0.3 * delta.sum(axis=0)
        w0 -= 0.3 * x.T @ below
        b0 -= 0.3 * below.sum(axis=0)
    return {"5,000", f"{float(w1[0, 0]) / before:.1f}"}


def moons_twice() -> set[str]:
    found = told("with-and-without", 3, "96 % right instead of 82 %", "after 10,000 steps")
    return found | told("what-it-does-not-do", 3, "after 2,000 steps")


def averaged() -> set[str]:
    found = told("why-scaling-works", 2, "0.063 away") | told("thinned-networks", 3, "20 hidden units", "5,449")
    found |= told("thinned-networks", 3, "1,048,576", "After 2,000 steps")
    halves = told("conspiracies", 3, "80 % with dropout and 62 % without")
    return found | halves | {str(load_lesson("conspiracies").config(2).hidden[0])}


# --- the essay -------------------------------------------------------------------------------------------------------


def line_74() -> set[str]:
    """The piece of code on the page against the mask that the program draws and how it applies it."""
    space = code(ESSAY, "keep_prob")[0]
    tutorial = load_preset("tutorial")
    assert (tutorial.p_hidden, tutorial.hidden, tutorial.optimiser) == ((0.5,), (1024,), "adam")
    layer, mask = space["h_fc1"], space["kept"]
    trainer = Trainer(load_preset("three-lines-exact").changed(p_hidden=(0.5,)))
    trainer.advance(1)
    ours = trainer.snapshot().activations[1]
    before = sigmoid(X @ weights(Trainer(load_preset("three-lines-exact").changed(p_hidden=(0.5,))))[0])
    assert np.array_equal(ours, np.where(trainer.snapshot().masks[1] != 0, before / 0.5, 0))
    assert np.array_equal(space["h_fc1_drop"], layer * mask / 0.5) and np.array_equal(space["in_use"], layer)
    return {"0", "0.5", "1"}


def adam() -> set[str]:
    tutorial = load_preset("tutorial")
    assert tutorial.optimiser == "adam"
    return {f"{tutorial.learning_rate:.4f}"}


def fitness() -> set[str]:
    told("genes", 4, "0.89 with sex and 0.95 without", "After 20 generations", "500 random tables")
    return {"0.89", "0.95", "20", "500"}


def mixed() -> set[str]:
    return told("genes", 4, "0.60 with sex and 0.54 without", "After 20 generations", "500 random tables")


def half_taken_away() -> set[str]:
    found = told("genes", 3, "86 % with dropout and 79 % without", "100 halves", "89 % and 88 %")
    return found | {"128", str(load_lesson("genes").steps[2].run_to)}


def replicas() -> set[str]:
    _, printed = code(ESSAY, "FLIP")
    wrong = {n: float(f) for n, f in re.findall(r"sent (\d) times: wrong with chance ([\d.]+)", printed)}
    for times, chance in wrong.items():
        errors = np.array(list(np.ndindex(*(2,) * int(times)))).sum(axis=1)
        exact = (0.1**errors * 0.9 ** (int(times) - errors))[errors > int(times) / 2].sum()
        assert chance == pytest.approx(exact, abs=5e-5)
    bound = 1 + 0.1 * np.log2(0.1) + 0.9 * np.log2(0.9)
    about = load_preset("twins").about
    assert "none of 64 seeds" in about and "begun at random, 37 do" in about
    return {"1", "10", "3", f"{wrong['3']:.3f}", "7", f"{wrong['7']:.4f}", "0", f"{bound:.2f}", "64", "37"}


def plots() -> set[str]:
    big, one, any_of_ten = 0.9**50, 0.9**5, 1 - (1 - 0.9**5) ** 10
    needed = reliability_needed(Plots(1, 50), 0.9)
    assert needed**50 == pytest.approx(0.9)
    return {"0.9", f"{big:.4f}", f"{one:.2f}", f"{any_of_ten:.4f}", f"{needed:.4f}", "9", "10"}


def over_fitting() -> set[str]:
    found = told("with-and-without", 3, "96 % right instead of 82 %", "after 10,000 steps")
    found |= told("with-and-without", 1, "15 %")
    return found | told("real-digits", 4, "0.43 with dropout and 0.40 without", "100.")


def combined() -> set[str]:
    return told("thinned-networks", 4, "256", "0.13 from the plain average", "3,000 steps")


def most_important() -> set[str]:
    return told("conspiracies", 3, "from 0.44 to 0.53", "from 0.35 to 1.47") | {"8", "2,000"}


NUMBERS: dict[tuple[str, int], Callable[[], set[str]]] = {
    (POST, 2): three_lines,
    (POST, 3): lambda: (
        told("wrong-sign", 2, "0.8", "after 3,000 steps, 75 %") | told("wrong-sign", 3, "About 71", "10.2") | {"10,000"}
    ),
    (POST, 4): correlations,
    (POST, 5): least_of_the_first_weight,
    (POST, 6): starts,
    (POST, 7): balls,
    (POST, 8): merged,
    (POST, 9): clones_and_crowds,
    (POST, 10): share_off,
    (POST, 11): nothing_is_learnt_while_off,
    (POST, 12): lambda: {"0"},
    (POST, 13): masks_left_on,
    (POST, 14): louder,
    (POST, 15): lambda: {"0.2", "1"},
    (POST, 16): half,
    (POST, 17): inputs,
    (POST, 18): grown,
    (POST, 19): same_size,
    (POST, 20): used_as_it_is,
    (POST, 21): never_alike,
    (POST, 22): equal_votes,
    (POST, 23): full_vote,
    (POST, 24): nothing_is_learnt_while_off,
    (POST, 25): moons_twice,
    (POST, 26): averaged,
    (ESSAY, 1): line_74,
    (ESSAY, 2): adam,
    (ESSAY, 5): fitness,
    (ESSAY, 6): fitness,
    (ESSAY, 7): lambda: {"0.5"},
    (ESSAY, 9): mixed,
    (ESSAY, 11): half_taken_away,
    (ESSAY, 13): replicas,
    (ESSAY, 14): plots,
    (ESSAY, 15): over_fitting,
    (ESSAY, 16): combined,
    (ESSAY, 17): nothing_is_learnt_while_off,
    (ESSAY, 18): lambda: told("thinned-networks", 3, "1,048,576", "20 hidden units", "5,449", "After 2,000 steps"),
    (ESSAY, 19): lambda: {"0.5"},
    (ESSAY, 20): most_important,
}
"""What computes the numbers of a claim."""


@every_claim
def test_every_number_of_a_claim_is_computed(key: str, claim: Claim) -> None:
    computed = NUMBERS.get((key, claim.number), set)()
    said = numbers(claim.reasons)
    assert said <= computed, f"{said - computed} is computed nowhere; {computed} is"


@cache
def code(key: str, has: str) -> tuple[dict[str, object], str]:
    """Run a piece of code of a page; return its names, and what it has printed."""
    blocks = re.findall(r"^```python\n(.*?)^```", page(key).text, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if has in block]
    space: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(block, key, "exec"), space)
    return space, printed.getvalue()


@pytest.mark.parametrize(("heading", "has"), [("The code in pieces", "keep_prob"), ("The replica code", "FLIP")])
def test_what_a_piece_of_code_prints_is_what_the_page_says(heading: str, has: str) -> None:
    part = page(ESSAY).text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    (said,) = re.findall(r"^It prints (.+?)\.(?:\s|$)", part, re.MULTILINE)
    _, printed = code(ESSAY, has)
    printed = re.sub(r"sent \d times?|\b[01] by|on average", "", printed)
    assert set(re.findall(r"\d\.\d+", printed)) == set(re.findall(r"\d\.\d+", said))
    assert "True" not in said or "True" in printed
