"""Measuring many examples in pieces gives what measuring them at once gives."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.data.load import load
from dropout_viz.engine.blueprint import make_plan
from dropout_viz.engine.config import RunConfig
from dropout_viz.nn import forward
from dropout_viz.nn.forward import Evaluator
from tests.oracle import forward as by_hand
from tests.oracle import loss_sum

CONFIGS = {
    "classes": RunConfig(
        data="digits", hidden=(12, 7), activation="relu", output="softmax", loss="softmax_cross_entropy"
    ),
    "no bias": RunConfig(data="moons", hidden=(5,), bias=False),
    "classical": RunConfig(data="moons", hidden=(5, 4), scaling="classical", p_input=0.2, p_hidden=0.5),
    "float32": RunConfig(data="moons", hidden=(6,), dtype="float32"),
}


@pytest.mark.thinned(2)
@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("vectors", [1, 3])
def test_in_pieces_as_at_once(name: str, vectors: int, monkeypatch: pytest.MonkeyPatch) -> None:
    config = CONFIGS[name]
    data = load(config.data)
    plan = make_plan(config, data)
    parameters = np.random.default_rng(2).normal(0, 0.7, (plan.parameters, vectors)).astype(plan.dtype)
    given = parameters[:, 0] if vectors == 1 else parameters
    loss, right = Evaluator(plan, data.x, data.y, vectors).measure(given)
    tolerance = 1e-6 if config.dtype == "float32" else 1e-13
    for room in (5_000, 2_000, 1):  # a last piece that is not full, and one example at a time
        monkeypatch.setattr(forward, "ROOM", room)
        pieces = Evaluator(plan, data.x, data.y, vectors)
        for _ in range(2):  # what the last piece left behind does not count
            loss_, right_ = pieces.measure(given)
            assert np.shape(loss_) == np.shape(loss)
            np.testing.assert_allclose(loss_, loss, rtol=tolerance)
            np.testing.assert_array_equal(right_, right)
    weights, biases = plan.views(parameters[:, 0].astype(np.float64))
    weights = [w * s for w, s in zip(weights, plan.test_scales, strict=True)]
    biases = [b if b.size else np.zeros(w.shape[1]) for w, b in zip(weights, biases, strict=True)]
    out = by_hand(weights, biases, data.x, config.activation, config.output, [None] * len(weights))
    np.testing.assert_allclose(np.ravel(loss)[0], loss_sum(config.loss, out, data.y) / len(data.x), rtol=1e-5)
