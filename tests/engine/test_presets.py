"""Every preset does what its ``about`` says there is to see."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import History
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.engine.trainer import Trainer


def whole_run(config: RunConfig) -> History:
    trainer = Trainer(config)
    trainer.advance(config.steps)
    return trainer.history


def without_dropout(config: RunConfig) -> RunConfig:
    return config.changed(p_hidden=0.0)


@pytest.mark.parametrize("key", preset_keys())
def test_a_preset_learns_its_task(key: str) -> None:
    history = whole_run(load_preset(key))
    assert history.loss_train.values[-1] < 0.6 * history.loss_train.values[0]
    accuracy = history.accuracy_test if len(history.accuracy_test) else history.accuracy_train
    # Of the test points of moons and spiral none is labelled wrong.
    assert accuracy.values[-1] >= {"moons": 0.88, "spiral": 0.88, "digits": 0.95}.get(key, 1.0)


@pytest.mark.parametrize(("key", "rise"), [("moons", 3.0), ("spiral", 2.0)])
@pytest.mark.parametrize("seed", [0, 1])
def test_wrong_labels_are_learnt_without_dropout_and_hardly_with_it(key: str, rise: float, seed: int) -> None:
    config = load_preset(key).changed(seed=seed)
    plain, dropped = whole_run(without_dropout(config)), whole_run(config)
    late = slice(-1 - len(plain.loss_test) // 20, None)  # the last twentieth: single steps are noisy

    def end_over_lowest(history: History) -> float:
        return float(history.loss_test.values[late].mean() / history.loss_test.values.min())

    assert end_over_lowest(plain) > rise
    assert end_over_lowest(dropped) < 1.5
    # Meanwhile its training loss, wrong labels included, falls far below what dropout lets through.
    assert plain.loss_train.values[late].mean() < 0.5 * dropped.loss_train.values[late].mean()


def test_on_digits_dropout_keeps_the_test_loss_a_little_lower() -> None:
    """The accuracies differ by less than their spread over seeds, and the preset says no more than that."""
    config = load_preset("digits").changed(worlds=3)
    ends = []
    for arm in (without_dropout(config), config):
        trainer = Trainer(arm)
        trainer.advance(config.steps)
        ends.append(np.mean([history.loss_test.values[-1] for history in trainer.histories]))
        assert all(history.accuracy_test.values[-1] > 0.95 for history in trainer.histories)
    assert ends[1] < ends[0]
