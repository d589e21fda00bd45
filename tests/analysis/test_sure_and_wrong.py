"""A network that is sure and wrong: every place that states a loss states the same, and the right one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis.lesion import Subject, scores
from dropout_viz.analysis.mean_surface import MeanSurface
from dropout_viz.analysis.mean_surface import SurfaceNetwork as Meant
from dropout_viz.analysis.plane import Plane, flat, losses_of
from dropout_viz.analysis.slices import Surface
from dropout_viz.analysis.thinned import network_of
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Weight
from tests.oracle import exact_loss

Array = np.ndarray[Any, Any]
Z = [17.0, -37.0, 44.0, -104.0, 544.5, -709.5, 745.0, 10_000.0]
CASES = [
    ("binary_cross_entropy", "sigmoid", np.array([[z] for z in Z]), np.array([[float(z < 0)] for z in Z])),
    ("softmax_cross_entropy", "softmax", np.array([[0, z, -z] for z in Z]), np.eye(3)[[k % 3 for k in range(len(Z))]]),
]


def trainer_of(loss: str, output: str, z: Array, y: Array, **more: Any) -> Trainer:
    """Return a trainer whose output pre-activations are ``z``, exactly: relu(z) - relu(-z)."""
    n = z.shape[1]
    data = DataSet(z, y, z[::2], y[::2], classes=tuple("abc")[: max(2, n)])
    config = RunConfig(
        data="moons",
        hidden=(2 * n,),
        activation="relu",
        output=output,
        loss=loss,
        bias=False,
        learning_rate=1e-6,
        gradient="mean",
        batch_size=more.pop("batch_size", None),
        p_hidden=0.0,
        **more,
    )
    trainer = Trainer(config, data)
    into, out_of = np.hstack([np.eye(n), -np.eye(n)]), np.vstack([np.eye(n), -np.eye(n)])
    trainer.start_from(
        [np.tile(w, (trainer.worlds, 1, 1)) for w in (into, out_of)], [np.empty((trainer.worlds, 0))] * 2
    )
    return trainer


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("loss", "output", "z", "y"), CASES)
def test_training_and_every_analysis_agree_with_long_arithmetic(
    loss: str, output: str, z: Array, y: Array, dtype: str
) -> None:
    each = np.array([float(exact_loss(loss, a, b)) for a, b in zip(z, y, strict=True)])
    wanted, close = each.mean(), {"rel": 1e-6 if dtype == "float32" else 1e-13}
    trainer = trainer_of(loss, output, z, y, dtype=dtype)
    assert trainer.scores()["loss"] == {
        "train": [pytest.approx(wanted, **close)],
        "test": [pytest.approx(each[::2].mean(), **close)],
    }
    assert trainer.history.loss_train.values[0] == pytest.approx(wanted, **close)
    snapshot, plan = trainer.snapshot(), make_plan(trainer.config, trainer.data)
    found = trainer.dissect()
    assert found.loss == pytest.approx(wanted, **close) and found.all_on[0] == pytest.approx(wanted, **close)

    given = (snapshot.weights, snapshot.biases, "relu", output, loss, z, y)
    for surface in (Surface(*given), MeanSurface(Meant(*given, drop=(0.0, 0.0), scales=(1.0, 1.0)))):
        assert surface.loss == pytest.approx(wanted, **close)
    last, first = Weight(1, 0, 0), Weight(0, 0, 0)
    np.testing.assert_allclose(Surface(*given).slices([last, first], [1.0])[:, 0], wanted, rtol=close["rel"])
    origin = flat(snapshot.weights, snapshot.biases)
    plane = Plane(plan, origin, np.zeros((2, len(origin))), z, y, dtype)
    assert plane.losses([[0, 0]])[0] == pytest.approx(wanted, **close)
    assert losses_of(plan, origin[None], z, y)[0] == pytest.approx(wanted, **close)
    subject = Subject(network_of(snapshot), z, y, loss, True)
    assert scores(subject, np.ones((1, subject.units))).loss[0] == pytest.approx(wanted, **close)

    trainer.advance(1)
    assert trainer.history.loss_under_mask.values[0] == pytest.approx(wanted, **close)
    assert trainer.snapshot().loss_under_mask == pytest.approx(wanted, **close)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("worlds", [1, 3, 40])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("loss", "output", "z", "y"), CASES)
def test_under_a_mask_in_mini_batches_and_worlds(
    loss: str, output: str, z: Array, y: Array, dtype: str, worlds: int
) -> None:
    """Each layout of worlds in memory keeps its pre-activations in another order."""
    trainer = trainer_of(loss, output, z, y, dtype=dtype, worlds=worlds, batch_size=1)
    each = [float(exact_loss(loss, a, b)) for a, b in zip(z, y, strict=True)]
    trainer.advance(3)
    for world, history in enumerate(trainer.histories):
        snapshot = trainer.snapshot(world)
        assert snapshot.loss_under_mask == history.loss_under_mask.values[-1]
        assert snapshot.loss_under_mask == pytest.approx(each[snapshot.examples[0]], rel=0.05)  # it learns a little
