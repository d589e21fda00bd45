"""Many seeds as batches: each run is the run alone, however they are cut, kept, or spread over processes."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.labs import batch, cost, measures, runs
from dropout_viz.labs.batch import joined, looks, train
from dropout_viz.labs.intervals import Interval, interval
from dropout_viz.labs.lab import Cancelled, Progress, Tell
from dropout_viz.labs.pool import Processes
from dropout_viz.labs.store import Store

MOONS = load_preset("moons").changed(steps=120, worlds=5, arms=({"p_hidden": 0.0}, {"p_hidden": 0.2}))


def test_every_seed_is_the_run_alone() -> None:
    found = train(MOONS)
    for arm, p in enumerate((0.0, 0.2)):
        for seed in (0, 4):
            alone = Trainer(load_preset("moons").changed(p_hidden=p, seed=seed))
            alone.advance(120)
            for kind in ("loss", "accuracy"):
                for part in ("train", "test"):
                    own = found.final[f"{kind}_{part}"][arm, seed]
                    assert own == pytest.approx(alone.scores()[kind][part][0], abs=1e-9)
    assert found.steps[0] == 0 and found.steps[-1] == 120
    start = found.values["loss_test"][0]
    assert np.array_equal(start[0], start[1]), "both arms start from the same weights"
    assert not found.diverged.any()


def test_looks_are_ascending_whole_and_affordable() -> None:
    large = DataSet(np.zeros((60_000, 2)), np.zeros((60_000, 1)))
    for preset, most in (("three-lines", 120), ("digits", 120), ("moons", 10)):
        config = load_preset(preset)
        found = looks(config, large if preset == "moons" else load_data(config))
        assert found[0] == 0 and found[-1] == config.steps
        assert (np.diff(found) > 0).all() and len(found) <= most


def test_pieces_are_together_the_whole() -> None:
    config = MOONS.changed(worlds=150, seed=7)
    cut = runs.pieces(config)
    assert len(cut) == 2
    assert len(runs.pieces(MOONS)) == 1
    long = runs.pieces(MOONS.changed(steps=10_000_000))
    assert [(piece.seed, piece.worlds) for piece in long] == [(seed, 1) for seed in range(5)]
    seeds = [piece.seed + r for piece in cut for r in range(piece.worlds)]
    assert seeds == list(range(7, 157))
    short = MOONS.changed(steps=20)
    parts = [train(short.changed(seed=s, worlds=n)) for s, n in ((0, 2), (2, 3))]
    whole, both = train(short), joined(parts)
    for kind, values in whole.values.items():
        assert np.allclose(values, both.values[kind], atol=1e-9)


def test_a_run_that_stops_early_keeps_what_it_ended_with() -> None:
    config = load_preset("moons").changed(steps=1000, stop_loss=0.4, p_hidden=0.0)
    found, alone = train(config), Trainer(config)
    alone.advance(1000)
    assert alone.stopped
    assert found.final["loss_train"][0, 0] == pytest.approx(alone.scores()["loss"]["train"][0])
    assert found.steps[-1] == 1000


def test_finished_pieces_are_kept_and_not_trained_again(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = [MOONS.changed(seed=s, steps=20) for s in (0, 50)]
    first = dict(runs.trained(configs, Tell()))
    monkeypatch.setattr(batch, "Trainer", None)  # nothing is trained any more
    again = dict(runs.trained(configs, Tell()))
    for place, one in first.items():
        assert np.array_equal(one.steps, again[place].steps)
        assert all(np.array_equal(v, again[place].values[kind]) for kind, v in one.values.items())
    with pytest.raises(TypeError):
        dict(runs.trained(configs, Tell(store=Store(reading=False))))
    with pytest.raises(TypeError):
        dict(runs.trained([configs[0].changed(learning_rate=0.01)], Tell()))
    titled = [config.changed(title="another") for config in configs]
    assert len(dict(runs.trained(titled, Tell()))) == 2


def test_cancelling_ends_it_and_progress_rises() -> None:
    told: list[float] = []

    def show(progress: Progress) -> None:
        told.append(progress.share)

    configs = [MOONS.changed(seed=s, steps=60) for s in range(4)]
    tell = Tell(show, store=Store(reading=False))
    list(runs.trained(configs, tell))
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)
    half = Tell(show, lambda: told[-1] > 0.5 and len(told) > 2)
    told[:] = [0.0]
    others = [config.changed(seed=config.seed + 99) for config in configs]
    with pytest.raises(Cancelled):
        list(runs.trained(others, half))
    kept = [half.store.get(runs._cause((other, True, 0))) for other in others]
    assert 0 < sum(one is not None for one in kept) < 4


def test_processes_give_the_same_numbers() -> None:
    configs = [MOONS.changed(seed=s, steps=20) for s in (0, 9)]
    here = dict(runs.trained(configs, Tell(store=Store(reading=False))))
    told: list[float] = []
    tell = Tell(lambda p: told.append(p.share), store=Store(reading=False))
    there = dict(runs.trained(configs, tell, workers=Processes(2)))
    for place, one in here.items():
        assert all(np.array_equal(v, there[place].values[kind]) for kind, v in one.values.items())
    assert told[-1] == pytest.approx(1.0)


def test_the_estimate_grows_as_the_work_does(monkeypatch: pytest.MonkeyPatch) -> None:
    small, data = MOONS, load_data(MOONS)
    assert 0 < cost.seconds([small]) < float("inf")  # tried for real; below, on a clock that counts the work instead
    monkeypatch.setattr(cost, "_try", lambda config, data: 3 * cost.cost(config, data))
    assert cost.cost(small.changed(steps=1200), data) == pytest.approx(10 * cost.cost(small, data))
    assert cost.cost(small.changed(hidden=512), data) > 5 * cost.cost(small, data)
    many = [small.changed(seed=s, steps=100_000) for s in range(20)]
    one = cost.seconds(many[:1])
    assert cost.seconds(many) / one == pytest.approx(20)
    posts = load_preset("three-lines").changed(worlds=200)  # each world a program of its own
    alone = cost.seconds([posts.changed(worlds=1)])
    assert cost.seconds([posts]) / alone == pytest.approx(200)
    assert cost.ask(many[:1], 1, "it") == ""
    assert cost.ask([m.changed(steps=100_000_000) for m in many], 2, "it") == "it, several days on 2 processes"
    said = [cost.roughly(s) for s in (0.2, 4.1, 17, 110, 400, 1_500, 9_000, 41_940, 200_000, 1e9)]
    assert said == [
        *("about 1 s", "about 5 s", "about 15 s", "about 2 minutes", "several minutes", "about half an hour"),
        *("several hours", "several hours", "several days", "several days"),
    ]
    assert [cost.duration(s) for s in (0.2, 90, 600, 8000, 400_000)] == [
        "1 s",
        "90 s",
        "10 minutes",
        "2 hours",
        "5 days",
    ]


def test_measures_are_what_they_say() -> None:
    finals = {
        "loss_train": np.array([0.1]),
        "loss_test": np.array([0.4]),
        "accuracy_train": np.array([1.0]),
        "accuracy_test": np.array([0.9]),
    }
    values = {word: float(one.of(finals)[0]) for word, one in measures.MEASURES.items()}
    assert values == pytest.approx(
        {
            "test-error": 0.1,
            "test-loss": 0.4,
            "unsolved": 0,
            "train-error": 0,
            "train-loss": 0.1,
            "error-gap": 0.1,
            "loss-gap": 0.3,
        }
    )
    assert measures.chief(finals) is measures.TEST_ERROR
    assert measures.chief(("loss_train", "loss_test")) is measures.TEST_LOSS
    assert measures.chief(("loss_train", "accuracy_train")) is measures.UNSOLVED
    assert measures.chief(("loss_train",)) is measures.TRAIN_LOSS
    assert measures.TEST_ERROR.shown(0.0123) == "1.23 %"
    assert measures.TEST_ERROR.shown(-0.0123, signed=True) == "−1.23 points"
    assert measures.TEST_ERROR.span(Interval(-0.01, -0.02, 0.005, 9)) == "−1.00 [−2.00, +0.50] points"
    assert measures.TEST_LOSS.span(Interval(0.5, 0.25, 0.75, 9)) == "+0.5 [+0.25, +0.75]"
    assert measures.TEST_ERROR.span(interval(np.array([0.01]))) == "+1.00 points"
