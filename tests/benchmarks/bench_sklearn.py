"""A large net with dropout against scikit-learn's MLPClassifier, which has none; both with two threads."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from tests.benchmarks.large_net import BATCH, CONFIG, EXAMPLES, STEPS, Ours, blas_threads, large_data
from tests.benchmarks.ratios import rates, report

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    neural_network = pytest.importorskip("sklearn.neural_network")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_large_net_over_scikit_learn(dtype: str) -> None:
    """In our own precision, and in the one that it has for arrays of NumPy's default type."""
    data = large_data()
    ours = Ours(CONFIG, data)
    net = neural_network.MLPClassifier(
        CONFIG.hidden,
        solver="sgd",
        alpha=0.0,
        batch_size=BATCH,
        learning_rate_init=CONFIG.learning_rate,
        momentum=CONFIG.momentum,
        nesterovs_momentum=False,
    )
    part = BATCH * STEPS  # one call of partial_fit goes once over what it is given
    x, y = data.x.astype(dtype), data.y.argmax(1)
    place = [0]

    def theirs() -> int:
        first = place[0]
        place[0] = (first + part) % EXAMPLES
        with blas_threads(2):
            net.partial_fit(x[first : first + part], y[first : first + part], classes=np.arange(data.y.shape[1]))
        return STEPS

    found = rates({"ours": ours.turn, "theirs": theirs}, rest=0.2)
    report(
        f"784-800-800-10, two threads, over scikit-learn in {dtype} without dropout",
        {
            "SGD with momentum": found["ours"] / found["theirs"],
        },
    )
