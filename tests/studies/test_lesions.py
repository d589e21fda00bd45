"""Lesions and halves of networks that learnt 2,000 digits, with and without dropout: ratios published elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.analysis import lesion
from dropout_viz.analysis.questions.lesions import parts_of, subject_of
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.config import make_config
from dropout_viz.engine.trainer import Trainer
from tests.studies.mnist import mnist

NET = make_config(
    {
        "data": "mnist",
        "hidden": 256,
        "activation": "relu",
        "output": "softmax",
        "loss": "softmax_cross_entropy",
        "init": "he",
        "optimiser": "momentum",
        "momentum": 0.9,
        "learning_rate": 0.1,
        "batch_size": 100,
        "dtype": "float32",
        "p_hidden": 0.5,
        "arms": COMPARISON,
    }
)


@pytest.mark.slow
def test_dropout_makes_units_less_missed_and_halves_agree_more() -> None:
    """Half of the units removed, the rest scaled up (after Morcos et al. 2018): less than .7 times the error. Two
    disjoint halves (after Shevchenko & Mondelli 2020): at least 8 points more often of one mind."""
    trainer = Trainer(NET, mnist(2_000))
    trainer.advance(100 * 20)
    errors, agree = [], []
    for world in range(2):
        subject = subject_of(trainer.snapshot(world), trainer.data, parts_of(trainer.data)[-1], 2_000)
        one, other = lesion.halves(subject, 10, seed=0)
        errors.append(1 - lesion.scores(subject, np.concatenate([one, other]), rescaled=True).accuracy.mean())
        agree.append(float(lesion.agreement(subject, one, other).mean()))
    print("error with half of the units:", errors, "halves agree:", agree)
    assert errors[0] < 0.7 * errors[1]
    assert agree[0] > agree[1] + 0.08
