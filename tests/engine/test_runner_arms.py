"""Several arms on one worker thread."""

from __future__ import annotations

import numpy as np

from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.report import report
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.engine.conftest import CONFIG, Make, wait


def test_two_arms_in_lock_step_share_the_start(make: Make) -> None:
    runner = make(Arms.of(CONFIG.changed(arms=COMPARISON)))
    starts = [s.weights[0] for s in runner.latest]
    assert np.array_equal(*starts)
    runner.step(50)
    wait(runner, lambda r: r.status.step == 50)
    assert [s.step for s in runner.latest] == [50, 50]
    assert not np.array_equal(runner.latest[0].weights[0], runner.latest[1].weights[0])


def test_arms_stay_together_at_a_stop(make: Make) -> None:
    config = load_preset("moons").changed(patience=100)
    runner = make(Arms.of(config.changed(arms=COMPARISON)))
    runner.play()
    wait(runner, lambda r: "no better test loss" in r.status.message)
    wait(runner, lambda r: r.latest[0].step % 100 == 0)  # the news follow the message
    assert len({s.step for s in runner.latest}) == 1


def test_other_data_is_loaded_for_another_data_seed(make: Make) -> None:
    config = load_preset("moons")
    runner = make(Trainer(config))
    before = runner.news.data
    runner.replace(config.changed(data_seed=5))
    wait(runner, lambda r: r.latest[0].config.data_seed == 5)
    assert not np.array_equal(runner.news.data.x, before.x)
    runner.replace(config.changed(data_seed=5, seed=9))
    data = runner.news.data
    wait(runner, lambda r: r.latest[0].config.seed == 9)
    assert runner.news.data is data


def test_a_drop_probability_is_changed_in_the_first_arm_alone(make: Make) -> None:
    runner = make(Arms.of(CONFIG.changed(arms=COMPARISON)))
    runner.change(p_hidden=0.4, learning_rate=0.1)
    wait(runner, lambda r: r.latest[0].config.learning_rate == 0.1)
    assert [s.config.p_hidden for s in runner.latest] == [(0.4,), (0.0,)]
    assert runner.latest[1].config.learning_rate == 0.1


def test_with_dropout_is_said_only_while_units_drop(make: Make) -> None:
    runner = make(Arms.of(CONFIG.changed(arms=COMPARISON)))
    for p, told in ((0.0, "with dropout (now p = 0)"), (0.4, "with dropout")):
        runner.change(p_hidden=p, p_input=0.0)
        wait(runner, lambda r, p=p: r.latest[0].config.p_hidden == (p,))
        assert runner.news.names == (told, "without dropout")


def test_a_report_says_it_too() -> None:
    run = Arms.of(CONFIG.changed(arms=COMPARISON))
    run.advance(5)
    run.change({"p_hidden": 0.0, "p_input": 0.0})
    assert report("three-lines", run, 1.0, 5)["arms"] == ["with dropout (now p = 0)", "without dropout"]
