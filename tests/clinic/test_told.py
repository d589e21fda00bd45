"""What views say of a patient is what its run does, wherever they go by how a healthy one draws or scales."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.analysis.scaling import passed_on
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.masks import words
from tests.clinic.test_faults import NUMBERS


def trained(fault: str | None) -> Trainer:
    number = None if fault is None else NUMBERS[fault]
    trainer = Trainer(load_preset("moons").changed(patient=number, p_hidden=0.5, title=""))
    trainer.advance(12)
    return trainer


def said(snapshot: Snapshot) -> str:
    return " ".join(wording[0] for wording in words.used(snapshot) if wording)


def test_masks_says_nothing_of_how_many_ought_to_differ() -> None:
    ill, healthy = trained("one-mask"), trained(None)
    assert "all different" in said(healthy.snapshot()) and "600 masks drawn" in said(healthy.snapshot())
    assert "600 masks drawn" in said(ill.snapshot()) and "different" not in said(ill.snapshot())
    assert words.expected(ill.snapshot(), [12]) is None
    about = words.about_share(ill.snapshot(), ill.data, 1, 0)
    assert about[-1] == "meant 50.0 %" and "±" in words.about_share(healthy.snapshot(), healthy.data, 1, 0)[-1]


@pytest.mark.parametrize("fault", NUMBERS)
def test_masks_says_what_was_meant_of_every_patient_and_shows_what_happens(fault: str) -> None:
    trainer = Trainer(load_preset("moons").changed(patient=NUMBERS[fault], p_hidden=0.2, title=""))
    trainer.advance(12)
    now = trainer.snapshot()
    about, above = words.about_share(now, trainer.data, 1, 0), words.heading(now, 1)[:2]
    assert about[-1] == "meant 80.0 %" and all(wording.endswith("meant 80 %") for wording in above)
    assert not any("expected" in one for one in (*about, *above, said(now)))
    assert words.share_wanted(now, 1) == pytest.approx(0.8)
    assert now.masks[1].mean() == pytest.approx(0.2 if fault == "keep-or-drop" else 0.8, abs=0.1)
    trainer.change(p_hidden=(0.4,))
    trainer.advance(12)
    assert words.share_wanted(trainer.snapshot(), 1) is None  # meant first this, then that


@pytest.mark.parametrize(("fault", "times"), [("scaled-twice", 0.5), ("not-scaled", 2.0), (None, 1.0)])
def test_scaling_shows_the_runs_own_under_its_own_name(fault: str | None, times: float) -> None:
    trainer = trained(fault)
    now = trainer.snapshot()
    (layer,) = passed_on(now, trainer.data)
    training, test = layer.by_scaling["inverted"]
    assert (training, test) == (layer.training, layer.test) and test / training == pytest.approx(times, rel=0.03)
    plain = np.abs(np.tanh(trainer.data.x[now.examples] @ now.weights[0] + now.biases[0])).mean()
    assert test == pytest.approx(plain * (0.5 if fault == "scaled-twice" else 1), rel=1e-9)
    assert layer.as_scaled("inverted", "inverted") == layer.step
    assert layer.as_scaled("none", "inverted") == pytest.approx(layer.step * (1 if fault == "not-scaled" else 0.5))
