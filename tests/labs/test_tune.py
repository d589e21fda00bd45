"""The tuning procedure: its stages on a real task, its verdicts on numbers that are known, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.analysis.thinned import network_of
from dropout_viz.cli import main
from dropout_viz.engine.settings import load_preset, read_toml
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.labs import tune
from dropout_viz.labs.batch import Trained, train
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.tune.result import Tuning

Capture = pytest.CaptureFixture[str]


def options(**values: object) -> tune.Options:
    return make(tune.Options, {"source": "moons", "seeds": 3, "steps": 200, "jobs": 1, "fit": 0.8, **values})


def runs(train_error: float, test_error: np.ndarray) -> Trained:
    """Runs with known errors, test_error (arms, seeds)."""
    values = {
        "accuracy_train": np.full_like(test_error, 1 - train_error),
        "accuracy_test": 1 - test_error,
        "loss_train": test_error,
        "loss_test": test_error,
    }
    return Trained(np.array([0, 9]), {kind: np.stack([own, own]) for kind, own in values.items()}, 1.0)


def tuned(*test_errors: float, seeds: int = 12) -> LabResult:
    """The result where width 4 fits and the four arms have these mean test errors."""
    chosen = options(seeds=seeds, p=0.5)
    base = tune.base_for(chosen)
    tuning = Tuning(base, 0.9)
    noise = np.random.default_rng(0).normal(0, 0.005, (4, seeds))
    tuning.add_width(2, runs(0.2, noise[:1] + 0.3))
    assert tuning.chosen is None and tuning.result().verdict == "undecided"
    tuning.add_width(4, runs(0.05, noise[:1] + 0.2))
    assert tuning.chosen == 4
    config = tune.comparison(tune.of_width(base, 4), chosen)
    tuning.compare(config, runs(0.05, noise + np.array(test_errors)[:, None]))
    return tuning.result()


def test_the_verdict_is_on_the_same_width_with_and_without_dropout() -> None:
    good = tuned(0.2, 0.1, 0.05, 0.3)
    assert good.verdict == "agrees"
    assert [finding.verdict for finding in good.results] == ["found", "agrees", "agrees", "lower"]
    assert good.results[0].measured == "4 units"
    assert good.config is not None
    assert (good.config.hidden, good.config.p_hidden, good.config.worlds) == ((8,), (0.5,), 1)
    bad = tuned(0.1, 0.2, 0.3, 0.05)
    assert bad.verdict == "disagrees"
    assert bad.config is not None and bad.config.hidden == (4,)
    assert any("Without dropout the mean of 8 units is lower here: " in note for note in bad.notes)
    assert tuned(0.2, 0.2, 0.2, 0.2).verdict == "undecided"


@pytest.mark.parametrize(
    ("without", "having", "said"),
    [
        ([0, 0], [0, 0], "4 units fit; no seed of 2 failed with 4 units, p = 0.5, none without dropout; no interval"),
        ([1, 1], [1, 0], "4 units fit; 1 of 2 seeds failed with 4 units, p = 0.5, 2 without dropout; no interval"),
        ([1] * 20, [1, 0] * 10, "failed with 4 units, p = 0.5, 20 without dropout; difference −50.00 [−"),
    ],
)
def test_how_many_seeds_failed_is_said_in_a_sentence(without: list[int], having: list[int], said: str) -> None:
    """Of a task without a test set: not as a difference of 0 points, over 0 %."""
    chosen = options(source="three-lines", seeds=len(without), p=0.5)
    base = tune.base_for(chosen)
    tuning = Tuning(base, 0.9)

    def solved(*failed: list[int]) -> Trained:
        right = 1 - 0.25 * np.array(failed, float)
        values = {"accuracy_train": right, "loss_train": 1 - right}
        return Trained(np.array([0, 9]), {kind: np.stack([own, own]) for kind, own in values.items()}, 1.0)

    tuning.add_width(4, solved([0] * len(without)))
    tuning.compare(tune.comparison(tune.of_width(base, 4), chosen), solved(without, having, having, without))
    result = tuning.result()
    assert said in result.answer
    row = next(finding for finding in result.results if finding.name.endswith("4 units, p = 0.5 against no dropout"))
    assert row.note.startswith(f"{sum(having)} of {len(having)} seeds failed against {sum(without)} of")
    assert "+0.00" not in str(row.measured)


def test_a_width_fits_by_its_median_seed() -> None:
    trained = runs(0.0, np.zeros((1, 3)))
    trained.values["accuracy_train"][-1] = 0.1, 0.92, 0.93  # the mean does not fit, the median does
    tuning = Tuning(tune.base_for(options()), 0.9)
    tuning.add_width(4, trained)
    assert tuning.chosen == 4 and tuning.result().results[0].note.startswith("92.0 % right with 4 units in the median")


def test_it_stops_at_the_first_width_that_fits() -> None:
    told: list[LabResult] = []
    result = tune.run(options(), Tell(take=told.append))
    chosen = int(str(result.results[0].measured).removesuffix(" units"))
    for units in (n for n in tune.widths(options()) if n <= chosen):
        found = train(tune.of_width(tune.base_for(options()), units), curves=False)
        assert (np.median(found.final["accuracy_train"]) >= 0.8) == (units == chosen)
    assert len(told) == chosen.bit_length(), "widths 1, 2, 4 ..."
    assert len(result.results) == 5
    wide = result.figures[0]
    assert [row[1] for row in wide.rows() if row[0] == "training error"] == tune.widths(options())[: len(told)]


def test_thinned_networks_are_measured_one_by_one() -> None:
    config = load_preset("moons").changed(steps=50, worlds=2, arms=({"p_hidden": 0.0}, {"p_hidden": 0.5}))
    found = train(config, thinned=5).final
    assert np.allclose(found["accuracy_thinned"][0], found["accuracy_test"][0]), "nothing is dropped"
    alone = Trainer(config.changed(arms=(), p_hidden=0.5, worlds=1, seed=1))
    alone.advance(50)
    network, data = network_of(alone.snapshot()), alone.data
    assert data.x_test is not None and data.y_test is not None
    masks = network.draw(5, np.random.default_rng(3))
    by_hand = []
    for hidden in masks[1]:
        h = np.tanh(data.x_test @ network.weights[0] + network.biases[0]) * hidden / 0.5
        by_hand.append(((h @ network.weights[1] + network.biases[1] > 0) == (data.y_test > 0.5)).mean())
    assert found["accuracy_thinned"][1, 1] == pytest.approx(np.mean(by_hand))


def test_widths_double_and_n_over_one_minus_p() -> None:
    assert tune.widths(options(first=3, widest=30)) == [3, 6, 12, 24]
    assert tune.widths(options(first=5, widest=5)) == [5]
    assert [tune.wider(*pair) for pair in ((8, 0.5), (10, 0.2), (1, 0.1), (100, 0.9))] == [16, 12, 2, 1000]
    arms = tune.comparison(tune.of_width(tune.base_for(options(source="spiral")), 8), options()).arm_configs
    assert [arm.hidden for arm in arms] == [(8, 8), (8, 8), (16, 16), (16, 16)]
    assert [arm.p_hidden for arm in arms] == [(0.0,), (0.5,), (0.5,), (0.0,)]


def test_where_nothing_fits_it_is_undecided_and_says_what_may_help(tmp_path: Path, capsys: Capture) -> None:
    words = ["--source", "moons", "--seeds", "2", "--steps", "20", "--fit", "1", "--widest", "4"]
    assert main(["lab", "tune", *words, "--out", str(tmp_path)]) == 0
    text = capsys.readouterr().out
    assert "no width" in text and "Up to 4 units no width fits 100 %" in text
    assert json.loads((tmp_path / "result.json").read_text())["verdict"] == "undecided"
    assert not (tmp_path / "run.toml").exists()


def test_the_resulting_run_is_a_file_that_opens(tmp_path: Path, capsys: Capture) -> None:
    words = ["--source", "xor", "--seeds", "2", "--steps", "600", "--p", ".25", "--fit", ".7", "--out", str(tmp_path)]
    assert main(["lab", "tune", *words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["results"][1]["name"].startswith("failure rate, ")
    config = read_toml(tmp_path / "run.toml")
    assert config.p_hidden == (0.25,) and not config.arms and config.data == "xor"


def test_options_that_are_not_allowed() -> None:
    with pytest.raises(UserError, match="--widest 2: must be at least --first, 4"):
        options(first=4, widest=2)
    with pytest.raises(UserError, match="--source five-valleys: its data have no classes"):
        tune.base_for(options(source="five-valleys"))
