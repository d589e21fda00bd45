"""Paired runs: the shares of the post's task, differences by hand, and what is refused."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.engine.settings import load_preset, read_toml, to_toml
from dropout_viz.errors import UserError
from dropout_viz.labs import batch, measures, paired
from dropout_viz.labs.batch import Trained
from dropout_viz.labs.figures import Bars, Lines
from dropout_viz.labs.intervals import interval, judged
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.paired.figures import wilson
from dropout_viz.labs.paired.result import found
from dropout_viz.labs.paired.shares import KNOWN, tolerance
from dropout_viz.labs.store import Store

Capture = pytest.CaptureFixture[str]


def made(source: str, errors: np.ndarray, **options: object) -> LabResult:
    """The result of runs whose share of wrong test (or training) examples is known, shape (arms, seeds)."""
    config = paired.config_for(make(paired.Options, {"source": source, "seeds": errors.shape[1], **options}))
    values = {"loss_train": 0 * errors + 0.1, "accuracy_train": 1 - errors}
    if source != "three-lines-exact":
        values |= {"loss_test": errors, "accuracy_test": 1 - errors, "accuracy_train": 0 * errors + 1}
    both = {kind: np.stack([own, own]) for kind, own in values.items()}
    return found(config, Trained(np.array([0, config.steps]), both, 1.0))


def solved(shares: tuple[float, ...], seeds: int = 200) -> np.ndarray:
    return np.array([[0.25 * (seed >= share * seeds) for seed in range(seeds)] for share in shares])


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((1, 0.92), "agrees"),
        ((1, 0.86), "agrees"),
        ((1, 0.8), "disagrees"),
        ((0.9, 0.92), "disagrees"),
        ((1, 1), "undecided"),
    ],
)
def test_the_verdict_on_the_post_s_task_follows_the_shares(shares: tuple[float, float], verdict: str) -> None:
    result = made("three-lines-exact", solved(shares))
    assert result.verdict == verdict
    names = [finding.name for finding in result.results]
    assert names == [
        f"seeds that solve it, {arm}" for arm in ("without dropout", "p = 0.2", "p = 0.2 against no dropout")
    ]
    assert [finding.measured for finding in result.results[:2]] == [f"{100 * share:.1f} %" for share in shares]


def test_a_share_s_tolerance_is_three_standard_errors() -> None:
    p = (0.92 * 200 + 1) / 202
    assert tolerance(0.92, 200) == pytest.approx(3 * math.sqrt(2 * p * (1 - p) / 200))
    assert 0.01 < tolerance(1.0, 200) < 0.03
    few = made("three-lines-exact", solved((1, 0.5), 4), p=(0.5,))
    assert [finding.verdict for finding in few.results[:2]] == ["undecided", "undecided"]
    some = made("three-lines-exact", solved((1, 0.5), 8), p=(0.5,))
    assert [finding.verdict for finding in some.results[:2]] == ["agrees", "undecided"]
    assert set(KNOWN["exact"]) == set(KNOWN["as-published"]) == {0.0, 0.2, 0.5}


def test_more_arms_and_probabilities_without_a_known_share() -> None:
    result = made("three-lines-exact", solved((1, 0.9, 0.5, 0.4)), p=(0.2, 0.3, 0.5))
    assert [finding.name.removeprefix("seeds that solve it, ") for finding in result.results] == [
        "without dropout",
        "p = 0.2",
        "p = 0.2 against no dropout",
        "p = 0.3 against no dropout",
        "p = 0.5",
        "p = 0.5 against no dropout",
    ]
    other = made("three-lines-exact", solved((1, 0.9)), steps=100)
    assert other.results[0].name == "failure rate, p = 0.2 against no dropout"


def test_where_no_seed_failed_that_is_said_and_no_difference_of_0_points() -> None:
    (finding,) = made("three-lines-exact", np.zeros((2, 20)), steps=100).results
    assert (finding.measured, finding.verdict) == ("the same on average", "undecided")
    assert finding.note.startswith("no seed of 20 failed with p = 0.2, none without dropout; no interval")
    assert made("three-lines-exact", solved((1, 1))).results[-1].measured == "the same on average"
    some = made("three-lines-exact", np.array([[0.25] * 10, [0.25, 0] * 5]), steps=100).results[0]
    assert some.note.startswith("5 of 10 seeds failed with p = 0.2, 10 without dropout; 95 % interval")


def test_columns_say_what_of_the_seeds_they_hold() -> None:
    """Medians and means of the same runs stand in files beside one another."""
    errors = np.random.default_rng(0).uniform(0.05, 0.3, (2, 20))
    columns = {figure.name: figure.columns for figure in made("moons", errors).figures}
    assert columns["test-error"] == (
        "curve",
        "step",
        "test error, % (median of 20 seeds)",
        "low (of the middle 16 of 20 seeds)",
        "high (of the middle 16 of 20 seeds)",
    )
    assert columns["gap"][2:4] == ("error, % (mean of the seeds)", "low (of the 95 % interval)")
    solved_columns = made("three-lines-exact", solved((1, 0.9))).figures[0].columns
    assert solved_columns[2:4] == ("seeds, % (share of 200 seeds)", "low (of the 95 % interval, Wilson's)")


def test_differences_are_taken_seed_by_seed() -> None:
    stream = np.random.default_rng(0)
    hard = stream.uniform(0.05, 0.3, 40)  # a seed's own difficulty is far larger than the effect
    errors = np.stack([hard, hard - 0.01 + stream.normal(0, 0.004, 40)])
    result = made("moons", errors)
    by_hand = interval(errors[1] - errors[0])
    assert (result.verdict, result.results[0].verdict) == ("helps", "lower")
    assert result.results[0].measured == (
        f"{100 * by_hand.mean:+.2f} [{100 * by_hand.low:+.2f}, {100 * by_hand.high:+.2f}] points".replace("-", "−")
    )
    assert made("moons", errors[::-1]).verdict == "hurts"
    assert {finding.published for finding in result.results} == {None}, "of such a run nothing was published"
    assert made("moons", np.stack([hard, hard[::-1]])).verdict == "undecided"
    assert judged(interval(np.zeros(5))) == "undecided"
    assert result.config is not None and result.config.worlds == 1
    order = np.argsort(errors[1] - errors[0])
    assert result.config.seed in order[17:23], "a typical seed, not the best"
    assert result.config.arm_names == ("p = 0.2", "without dropout")


@pytest.mark.parametrize("seeds", [2, 3, 7])
def test_few_seeds_decide_nothing_however_large_the_effect(seeds: int) -> None:
    errors = np.stack([np.full(seeds, 0.3), np.linspace(0.01, 0.02, seeds)])
    result = made("moons", errors)
    assert result.verdict == "undecided" and {f.verdict for f in result.results} == {"undecided"}
    why = f"no interval: n = {seeds}, and at least 8 are needed"
    assert why in result.results[0].note and why in result.notes[0] and "nothing is decided" in result.notes[0]
    assert made("three-lines-exact", solved((1, 0), seeds)).results[-1].verdict == "undecided"
    enough = made("moons", np.stack([np.full(8, 0.3), np.linspace(0.01, 0.02, 8)]))
    assert enough.verdict == "helps" and "95 % interval, n = 8, the wider of" in enough.results[0].note


def test_shares_of_our_own_earlier_run_are_not_called_published() -> None:
    result = made("three-lines-exact", solved((1, 0.9)))
    assert (
        result.results[1].published == "our earlier 92 %" and "not against a published figure" in result.results[1].note
    )
    solved_figure = result.figures[0]
    assert isinstance(solved_figure, Lines)
    assert "published" not in solved_figure.caption + "".join(mark.label for mark in solved_figure.marks)


def test_runs_that_diverged_are_told_of_and_left_out() -> None:
    errors = np.full((2, 6), 0.2)
    errors[1, 2] = np.nan
    config = paired.config_for(make(paired.Options, {"source": "five-valleys", "seeds": 6, "p": (0.5,)}))
    both = {kind: np.stack([errors, errors]) for kind in ("loss_train", "loss_test")}
    result = found(config, Trained(np.array([0, 9]), both, 1.0))
    assert "0 (without dropout), 1 (p = 0.5)" in result.notes[-1]
    assert result.results[0].name == "test loss, p = 0.5 against no dropout"
    curves = result.figures[0]
    assert isinstance(curves, Lines) and np.isfinite(np.asarray(curves.curves[1].y)).all()


def test_every_number_is_of_the_seeds_that_ended_in_both_arms() -> None:
    without, having = np.array([0.1, 0.2, 0.3, 9.0, np.nan]), np.array([0.2, 0.1, 0.3, np.nan, 9.0])
    config = paired.config_for(make(paired.Options, {"source": "five-valleys", "seeds": 5, "p": (0.5,)}))
    both = {kind: np.stack([[without, having]] * 2) for kind in ("loss_train", "loss_test")}
    result = found(config, Trained(np.array([0, 9]), both, 1.0))
    assert "better in 1, worse in 1 and the same in 1, and in 2 of 5 seeds a run diverged" in result.answer
    assert result.results[0].note.startswith("0.2 without, 0.2 with; no interval: n = 3")
    gap = next(figure for figure in result.figures if figure.name == "gap")
    assert isinstance(gap, Bars) and gap.caption.startswith("Means over the seeds that did not diverge, 3 of 5;")
    assert [list(part.values) for part in gap.series] == [pytest.approx([0.2, 0.2])] * 2
    ends = np.array([[part.low, part.high] for part in gap.series], float)
    assert np.isnan(ends).all(), "of so few seeds there is no interval, not one of no width"


def test_bands_are_quantiles_of_the_seeds() -> None:
    errors = np.stack([np.arange(1, 22) / 100, np.arange(21, 0, -1) / 50])
    result = made("moons", errors)
    curves = result.figures[0]
    assert isinstance(curves, Lines) and curves.name == "test-error"
    without, having = curves.curves
    assert (without.y[-1], without.low[-1], without.high[-1]) == pytest.approx((11, 3, 19))  # type: ignore[index]
    assert having.y[-1] == pytest.approx(22)
    low, high = wilson(np.array([0.0, 0.5, 1.0]), 100)
    assert low == pytest.approx([0, 0.4038, 0.9630], abs=1e-3) and high == pytest.approx([0.0370, 0.5962, 1], abs=1e-3)


def test_what_there_is_so_far_is_what_shorter_runs_come_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(batch, "APART", 0.0)
    options = make(paired.Options, {"source": "xor", "p": (0.2,), "seeds": 2, "steps": 60})
    seen: list[LabResult] = []
    last = paired.run(options, Tell(take=seen.append, store=Store(tmp_path)))
    steps = [int(part.answer.split()[1]) for part in seen]
    assert len(seen) > 5 and steps == sorted(steps) and not last.answer.startswith("After")
    part, at = seen[len(seen) // 2], steps[len(seen) // 2]
    alone = paired.run(options.model_copy(update={"steps": at}), Tell(store=Store(tmp_path)))
    assert [one.measured for one in part.results] == [one.measured for one in alone.results]
    assert part.verdict == alone.verdict and part.answer == f"After {at} of 60 steps: {alone.answer}"


def test_it_runs_on_a_preset_and_writes_what_it_found(tmp_path: Path, capsys: Capture) -> None:
    words = ["--source", "xor", "--seeds", "6", "--steps", "400", "--p", ".5", "--seed", "3"]
    assert main(["lab", "paired", *words, "--out", str(tmp_path), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["lab"] == "paired" and shown["verdict"] in ("helps", "hurts", "undecided")
    kept = json.loads((tmp_path / "result.json").read_text())
    assert kept["options"]["seeds"] == 6 and "JMLR" in kept["source"]
    config = read_toml(tmp_path / "run.toml")
    assert config.arm_names == ("p = 0.5", "without dropout") and 3 <= config.seed < 9
    alone = paired.run(
        make(paired.Options, {"source": "xor", "seeds": 6, "steps": 400, "p": (0.5,), "seed": 3}), Tell()
    )
    assert alone.results[0].measured == shown["results"][0]["measured"]
    assert measures.UNSOLVED.title in shown["results"][0]["name"]


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"p": (1.0,)}, "--p 1: every one must be more than 0 and less than 1"),
        ({"p": (0.2, 0.2)}, "none twice"),
        ({"seeds": 1}, "--seeds 1: must be greater than or equal to 2"),
    ],
)
def test_options_that_are_not_allowed(values: dict[str, object], line: str) -> None:
    with pytest.raises(UserError, match=line):
        make(paired.Options, values)


def test_sources_that_are_not_allowed(tmp_path: Path) -> None:
    bare = tmp_path / "bare.toml"
    bare.write_text(to_toml(load_preset("xor").changed(p_hidden=0.0)))
    with pytest.raises(UserError, match="has no dropout of its own; must be given some with --p"):
        paired.config_for(make(paired.Options, {"source": str(bare)}))
    assert paired.config_for(make(paired.Options, {"source": str(bare), "p": (0.3,)})).arms[1]["p_hidden"] == (0.3,)
    with pytest.raises(UserError, match="preset 'moon': unknown"):
        paired.config_for(make(paired.Options, {"source": "moon"}))


@pytest.mark.slow
@pytest.mark.parametrize(("source", "p"), [("three-lines-exact", (0.2, 0.5)), ("three-lines", (0.2, 0.5))])
def test_dropout_hurts_the_post_s_own_task(source: str, p: tuple[float, ...]) -> None:
    result = paired.run(make(paired.Options, {"source": source, "p": p}), Tell())
    print(*(f"{f.name}: {f.measured} ({f.published}, {f.tolerance})" for f in result.results), sep="\n")
    assert result.verdict == "agrees"


@pytest.mark.slow
@pytest.mark.parametrize(("source", "seeds"), [("moons", 20), ("few-digits", 50)])
def test_dropout_helps_where_data_are_few_or_wrong(source: str, seeds: int) -> None:
    result = paired.run(make(paired.Options, {"source": source, "seeds": seeds}), Tell())
    assert result.verdict == "helps"
    assert load_preset(source).title


def test_what_runs_are_compared_by() -> None:
    finals = {
        "accuracy_train": np.array([1.0, 0.9, 0.4]),
        "accuracy_test": np.array([0.8, 0.85, 0.5]),
        "loss_train": np.array([0.1, 0.2, 0.9]),
        "loss_test": np.array([0.5, 0.3, 0.8]),
    }
    told = {word: measure.of(finals).round(9).tolist() for word, measure in measures.MEASURES.items()}
    assert told == {
        "test-error": [0.2, 0.15, 0.5],
        "test-loss": [0.5, 0.3, 0.8],
        "unsolved": [0, 1, 1],
        "train-error": [0, 0.1, 0.6],
        "train-loss": [0.1, 0.2, 0.9],
        "error-gap": [0.2, 0.05, -0.1],
        "loss-gap": [0.4, 0.1, -0.1],
    }
