"""Every preset does what its ``about`` says there is to see."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.data.five_valleys import FREQUENCIES
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History, Series
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.engine.trainer import Trainer


@cache
def whole_run(config: RunConfig) -> History:
    trainer = Trainer(config)
    trainer.advance(config.steps)
    return trainer.history


@cache
def end_of(config: RunConfig) -> tuple[float, float]:
    """Return test loss and accuracy at the last step itself: what was noted last lies before it."""
    trainer = Trainer(config)
    trainer.advance(config.steps)
    scores = trainer.scores()
    (loss,), (accuracy,) = (scores[kind]["test"] or [np.nan] for kind in ("loss", "accuracy"))
    return loss, accuracy


def late(series: Series) -> float:
    """The mean over the last twentieth of a series: single measurements are noisy."""
    return float(series.values[-1 - len(series) // 20 :].mean())


def without_dropout(config: RunConfig) -> RunConfig:
    return config.changed(p_hidden=0.0)


# Minutes each, and on a computer without their data there is only the tests' small stand-in for it.
LARGE = [key for key in preset_keys() if registry.entries("data")[load_preset(key).data].facts.get("LARGE")]


@pytest.mark.parametrize(
    ("key", "faster"), [*((key, 5) for key in LARGE), *(pytest.param(key, 1, marks=pytest.mark.slow) for key in LARGE)]
)
def test_a_large_preset_learns_a_small_task(key: str, faster: int) -> None:
    """At its own rate and batch size, and more quickly at a rate some times as large and on small batches."""
    config = load_preset(key)
    small = config.changed(hidden=[n // 8 for n in config.hidden], maps=[n // 8 for n in config.maps])
    if key != "mnist":
        small = small.changed(learning_rate=faster * config.learning_rate)
    steps = 450 if config.maps else 100
    if config.maps and faster > 1:
        small, steps = small.changed(batch_size=10), 200
    trainer = Trainer(small)
    trainer.advance(steps)
    assert trainer.config.dtype == "float32"
    assert trainer.history.loss_train.values[-1] < 0.6 * trainer.history.loss_train.values[0]
    assert trainer.history.accuracy_test.values[-1] > 0.9


@pytest.mark.thinned(2)
@pytest.mark.parametrize(
    "key",
    [
        pytest.param(
            key, marks=pytest.mark.slow if key in ("spiral", "pinwheel", "curve") else ()
        )  # as moons, and much longer
        for key in preset_keys()
        if key not in (*LARGE, "moons")  # whose lesson says more of the same run (test_lesson)
    ],
)
def test_a_preset_learns_its_task(key: str) -> None:
    config = load_preset(key)
    history = whole_run(config.changed(steps=min(config.steps, 10_000)))  # after which the post's hardly changes
    assert history.loss_train.values[-1] < 0.6 * history.loss_train.values[0]
    if not history.accuracy_train.values.size:
        return  # no classes
    accuracy = history.accuracy_test if len(history.accuracy_test) else history.accuracy_train
    # Of the test points of spiral none is labelled wrong.
    assert accuracy.values[-1] >= {"spiral": 0.88, "pinwheel": 0.95, "digits": 0.95, "few-digits": 0.85}.get(key, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize(("key", "seeds"), [("moons", 4), ("spiral", 4)])
def test_wrong_labels_are_learnt_without_dropout_and_hardly_with_it(key: str, seeds: int) -> None:
    """For the preset's own seed, and in the mean over some; of moons the lesson about it says more (test_lesson)."""
    config = load_preset(key)
    runs = [config.changed(seed=config.seed + n) for n in range(seeds)]
    plain, dropped = [whole_run(without_dropout(run)) for run in runs], [whole_run(run) for run in runs]

    def rise(histories: list[History]) -> float:
        return float(np.mean([late(h.loss_test) / h.loss_test.values.min() for h in histories]))

    assert rise(plain) > 2.0
    assert rise(dropped) < 1.5
    # Meanwhile its training loss, wrong labels included, falls far below what dropout lets through.
    assert sum(late(h.loss_train) for h in plain) < 0.6 * sum(late(h.loss_train) for h in dropped)


@pytest.mark.slow
def test_pinwheel_ends_as_its_about_says() -> None:
    config = load_preset("pinwheel")
    plain, dropped = whole_run(without_dropout(config)), whole_run(config)
    ends = [end_of(without_dropout(config)), end_of(config)]
    for (_, right), said in zip(ends, ("88 % of the test points", "it is 96 %"), strict=True):
        assert f"{100 * right:.0f} %" in said and said in config.about
    assert ends[0][0] > 1.5 * plain.loss_test.values.min()
    assert ends[1][0] < 1.2 * dropped.loss_test.values.min()


@pytest.mark.slow
def test_moons_ends_as_its_about_says() -> None:
    config = load_preset("moons")
    plain, dropped = (whole_run(one).loss_test.values.min() for one in (without_dropout(config), config))
    ends = [end_of(without_dropout(config)), end_of(config)]
    assert ends[0][0] > 4 * plain and "more than four times its lowest" in config.about
    assert f"it ends {100 * (ends[1][0] / dropped - 1):.0f} % above," in config.about
    for (_, right), said in zip(ends, ("82 % of the test points", "96 % do"), strict=True):
        assert f"{100 * right:.0f} %" in said and said in config.about


@pytest.mark.slow
def test_on_a_noisy_curve_a_little_dropout_helps_and_much_flattens() -> None:
    config = load_preset("curve")
    ends = {p: whole_run(config.changed(p_hidden=p)).loss_test.values[-1] for p in (0.0, config.p_hidden[0], 0.5)}
    assert ends[0.1] < 0.8 * ends[0.0] and ends[0.1] < 0.8 * ends[0.5]


@pytest.mark.slow
def test_on_digits_dropout_keeps_the_test_loss_a_little_lower() -> None:
    """The accuracies differ by less than their spread over seeds, and the preset says no more than that."""
    config = load_preset("digits")
    seeds, ends = [config, config.changed(seed=config.seed + 1)], []
    for histories in ([whole_run(without_dropout(one)) for one in seeds], [whole_run(one) for one in seeds]):
        ends.append(np.mean([history.loss_test.values[-1] for history in histories]))
        assert all(history.accuracy_test.values[-1] > 0.95 for history in histories)
    assert ends[1] < ends[0]


@pytest.mark.slow
def test_of_digits_as_many_training_examples_come_out_wrong_as_the_page_on_confusion_says() -> None:
    wrong = []
    for config in (without_dropout(load_preset("digits")), load_preset("digits")):
        trainer = Trainer(config)
        trainer.advance(config.steps)
        (right,) = trainer.scores()["accuracy"]["train"] or [np.nan]
        wrong.append(round((1 - right) * len(trainer.data.x)))
    assert wrong == [0, 1]


def test_five_valleys_ends_as_its_about_says() -> None:
    config = load_preset("five-valleys")
    ends = {}
    for name, arm in (("without", without_dropout(config)), ("with", config)):
        trainer = Trainer(arm)
        trainer.advance(config.steps)
        snapshot = trainer.snapshot()
        w, votes = snapshot.weights[0][0], snapshot.weights[1][:, 0]
        balls = votes > 0.1 * votes.max()
        place = np.abs(w[:, None] - np.array(FREQUENCIES)).argmin(axis=1)
        assert np.bincount(place[balls], minlength=5).tolist() == [3, 0, 0, 3, 4]
        assert (np.abs(w[balls] - np.array(FREQUENCIES)[place[balls]]) < 0.1).all()
        spread = [np.ptp(w[balls & (place == k)]) for k in (0, 3, 4)]
        uneven = [votes[balls & (place == k)].std() / votes[balls & (place == k)].mean() for k in (0, 3, 4)]
        ends[name] = max(spread), max(uneven)
    assert ends["with"][0] < 0.5 * ends["without"][0]  # drawn to one point
    assert ends["with"][1] < 0.5 * ends["without"][1]  # and the work shared evenly


@pytest.mark.slow
def test_with_most_other_seeds_all_five_valleys_are_found() -> None:
    config = without_dropout(load_preset("five-valleys")).changed(seed=20, worlds=20)
    trainer = Trainer(config)
    trainer.advance(200)
    weights, _ = trainer.parameters()
    w, votes = weights[0][:, 0], weights[1][..., 0]
    near = (np.abs(w[:, :, None] - np.array(FREQUENCIES)) < 0.3) & (votes > 0.1 * votes.max())[..., None]
    assert near.any(axis=1).all(axis=1).mean() > 0.5
