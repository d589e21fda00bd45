"""A run that has diverged has no example right, wherever that is said: a network that knows nothing is credited with
nothing, not with the share of the examples that happen to be of class 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import lesion
from dropout_viz.analysis.decision_map import plane_of
from dropout_viz.analysis.questions import ensemble as ensembles
from dropout_viz.analysis.questions import map as maps
from dropout_viz.analysis.questions.lesions import subject_of
from dropout_viz.analysis.thinned import network_of
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs import measures, paired
from dropout_viz.labs.batch import train
from dropout_viz.labs.options import make
from dropout_viz.labs.paired.result import found
from dropout_viz.views.ensemble import words

WILD: dict[str, Any] = {"optimiser": "sgd", "learning_rate": 1e6, "l2": 10.0}
PRESETS: dict[str, dict[str, Any]] = {"moons": {}, "digits": {"hidden": (8,), "examples": 60}}
"""One output, and several."""


@pytest.fixture(params=PRESETS)
def diverged(request: pytest.FixtureRequest) -> Trainer:
    trainer = Trainer(load_preset(request.param).changed(**WILD, **PRESETS[request.param]))
    trainer.advance(60)
    assert trainer.diverged
    with np.errstate(all="ignore"):
        assert np.isnan(network_of(trainer.snapshot()).outputs(trainer.data.x)).all()
    return trainer


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_is_right_by_any_way_of_counting(diverged: Trainer) -> None:
    data, snapshot = diverged.data, diverged.snapshot()
    assert diverged.scores()["accuracy"] == {"train": [0.0], "test": [0.0]}
    subject = subject_of(snapshot, data, ("training", data.x, data.y), 20)
    every = np.ones((1, subject.units))
    assert lesion.scores(subject, every).accuracy.tolist() == [0.0]
    assert np.isnan(lesion.agreement(subject, *lesion.halves(subject, 2, 0))).all(), "they neither agree nor disagree"
    scene = ensembles.answer(ensembles.Request(snapshot, data, (), 0, 0, 5, 0))
    scene = ensembles.overview(scene, lambda _: True)
    assert scene.overview is not None and scene.overview.right == (0.0,) * 4
    assert "scaled 0" in words.overview(scene)[0]
    if plane_of(data) is not None:
        assert maps._right(data, network_of(snapshot)) == "right: train 0.0 %, test 0.0 %"


def test_labs_say_what_they_do_with_runs_that_diverged() -> None:
    options = {"source": "moons", "seeds": 8, "steps": 60}
    config = paired.config_for(make(paired.Options, options)).changed(**WILD)
    trained = train(config)
    assert trained.diverged.all()
    result = found(config, trained)
    assert "100.00 % without, 100.00 % with" in result.results[0].note
    assert "the same in 8 of 8 seeds, 8 of which diverged with and without" in result.answer
    assert result.results[0].verdict == "undecided"
    assert [found.measured for found in result.results[1:]] == ["not a number"] * 3
    (said,) = [note for note in result.notes if "no number" in note]
    assert "count as wrong; losses and gaps leave such runs out" in said
    assert np.isnan(measures.ERROR_GAP.of(trained.final)).all()  # wrong everywhere is no small gap


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_thinned_networks_of_a_diverged_run_are_right_nowhere() -> None:
    config = load_preset("moons").changed(**WILD, worlds=2, steps=60)
    assert train(config, curves=False, thinned=3).final["accuracy_thinned"].tolist() == [[0.0, 0.0]]
