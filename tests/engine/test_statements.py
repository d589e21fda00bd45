"""The numbers that presets and lessons state, computed again."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer


def trained(preset: str, **settings: object) -> Trainer:
    made = Trainer(load_preset(preset).changed(**settings))
    made.advance(made.config.steps)
    return made


def rise(trainer: Trainer) -> float:
    """Return the last test loss over the lowest."""
    losses = trainer.history.loss_test.values
    return float(losses[-1] / np.min(losses))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("preset", "p", "least", "most"),
    [("moons", 0.0, 4.0, 5.5), ("moons", 0.2, 1.1, 1.4), ("spiral", 0.0, 2.7, 3.5), ("spiral", 0.3, 1.0, 1.2)],
)
def test_what_presets_say_of_their_test_loss(preset: str, p: float, least: float, most: float) -> None:
    trainer = trained(preset, p_hidden=p)
    assert least < rise(trainer) < most
    right = {0.0: 82, 0.2: 96}
    if preset == "moons":
        assert round(100 * (trainer.scores()["accuracy"]["test"] or [0])[0]) == right[p]


@pytest.mark.slow
@pytest.mark.parametrize(("p", "solved"), [(0.0, 200), (0.2, 192), (0.5, 80)])
def test_how_many_of_200_seeds_solve_the_task_of_the_post(p: float, solved: int) -> None:
    """As published: 100, 96 and 40 %, as the first lesson says."""
    accuracy = trained("three-lines", p_hidden=p, worlds=200).scores()["accuracy"]["train"] or []
    assert sum(a == 1 for a in accuracy) == solved
