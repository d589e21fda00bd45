"""The spread of thinned networks along one input, against running each of them by plain definitions."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from dropout_viz.analysis.questions import fit
from dropout_viz.analysis.questions.fit import Request, answer, line_of
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.load import load
from tests.analysis.nets import Array, random_network
from tests.oracle import forward

CASES = {
    "linear": random_network((1, 5, 1), output="linear", activation="tanh"),
    "linear, no bias, sine": random_network((1, 6, 1), output="linear", activation="sine", bias=False),
    "linear, classical": random_network((1, 5, 2), output="linear", activation="relu", classical=True),
    "linear, a p each": random_network((1, 6, 1), output="linear", activation="tanh", per_unit=True, seed=2),
    "linear, two layers, the last drops": random_network(
        (1, 3, 5, 1), output="linear", activation="tanh", drop=(0.0, 0.0, 0.4)
    ),
    "linear, two layers": random_network((1, 3, 4, 1), output="linear", activation="tanh"),
    "sigmoid": random_network((1, 6, 1), activation="tanh"),
    "softmax, two layers": random_network((1, 3, 4, 3), output="softmax", activation="relu"),
}


def every(network: Network, x: Array) -> tuple[Array, Array]:
    """Chances (networks,) and outputs (networks, examples, outputs) of every thinned network, one by one."""
    units = [(layer, unit) for layer, found in enumerate(network.can_drop) for unit in found.tolist()]
    chances, says = [], []
    for on in itertools.product((True, False), repeat=len(units)):
        masks = [np.array(scale, float) for scale in network.on]
        chance = 1.0
        for (layer, unit), is_on in zip(units, on, strict=True):
            p = float(network.drop[layer][unit])
            masks[layer][unit] *= is_on
            chance *= (1 - p) if is_on else p
        biases = list(network.biases)
        says.append(forward(list(network.weights), biases, x, network.activation, network.output, masks))
        chances.append(chance)
    return np.array(chances), np.array(says)


@pytest.mark.parametrize("network", CASES.values(), ids=CASES)
def test_mean_and_spread_are_those_of_all_thinned_networks(network: Network) -> None:
    x = np.linspace(-2, 2, 9)[:, None]
    chances, says = every(network, x)
    assert chances.sum() == pytest.approx(1)
    for output in range(network.sizes[-1]):
        mean, deviation, networks, _ = fit.spread(network, x, output, 0)
        wanted = np.tensordot(chances, says[:, :, output], 1)
        spread = np.sqrt(np.tensordot(chances, (says[:, :, output] - wanted) ** 2, 1))
        assert networks == 0
        np.testing.assert_allclose(mean, wanted, atol=1e-12)
        np.testing.assert_allclose(deviation, spread, atol=1e-12)


def test_below_a_linear_output_any_number_of_units_is_exact() -> None:
    wide = random_network((1, 200, 1), output="linear", activation="tanh")
    x = np.linspace(-2, 2, 5)[:, None]
    mean, deviation, networks, _ = fit.spread(wide, x, 0, 0)
    assert networks == 0
    drawn = wide.under(x, wide.draw(20_000, np.random.default_rng(5)))[1][:, :, 0]
    np.testing.assert_allclose(mean, drawn.mean(axis=0), atol=5 * float(deviation.max()) / np.sqrt(20_000))
    np.testing.assert_allclose(deviation, drawn.std(axis=0), rtol=0.03)


def test_what_is_drawn_is_as_near_as_it_says() -> None:
    network = random_network((1, 12, 1), activation="tanh")
    x = np.linspace(-2, 2, 9)[:, None]
    exact, spread, none, _ = fit.spread(network, x, 0, 0)
    assert none == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit, "COUNTED", 11)
        mean, deviation, networks, doubt = fit.spread(network, x, 0, 0)
    assert networks == fit.DRAWN
    error = deviation / np.sqrt(networks)
    assert (np.abs(mean - exact) < 5 * error).all()
    assert (np.abs(deviation / spread - 1) < 5 * doubt).all()


@pytest.mark.parametrize("p", [0.5, 0.9, 0.97])
def test_the_deviation_s_error_is_what_draws_anew_make_of_it(p: float) -> None:
    network = random_network((1, 14, 1), activation="tanh", drop=(0.0, p))
    x = np.linspace(-2, 2, 9)[:, None]
    drawn = [fit.spread(network, x, 0, 2 * seed) for seed in range(60)]
    assert drawn[0].networks == fit.DRAWN
    deviations = np.array([one.deviation for one in drawn])
    wanted = deviations.std(axis=0, ddof=1) / deviations.mean(axis=0)
    said = np.mean([one.doubt for one in drawn], axis=0)
    np.testing.assert_allclose(said, wanted, rtol=0.45)  # of 60 draws it is known to some 10 %
    if p > 0.5:
        normal = 1 / np.sqrt(2 * (fit.DRAWN - 1))
        assert np.abs(wanted / normal - 1).max() > 0.5, "what holds for normal answers does not hold here"


def test_without_dropout_there_is_one_network() -> None:
    network = random_network((1, 5, 1), output="linear", drop=(0.0, 0.0))
    data = load("curve")
    line = line_of(data)
    assert line is not None
    (found,) = answer(Request((("", network),), data, line, 0, 0)).fits
    assert (found.n, found.networks, len(found.members)) == (0, 0, 0)
    assert np.array_equal(found.mean, found.whole) and not found.deviation.any() and not found.error.any()


def test_the_line_goes_along_the_input_that_varies() -> None:
    data = load("five-valleys")
    line = line_of(data)
    assert line is not None and line.column == 0
    assert data.x_test is not None and line.low < data.x_test.min() and line.high > data.x_test.max()
    held = DataSet(np.c_[np.full(4, 7.0), np.arange(4.0)], np.zeros((4, 1)))
    found = line_of(held)
    assert found is not None and (found.column, found.held) == (1, (7.0, 0.0))
    assert (found.points(5)[:, 0] == 7).all() and found.points(5)[-1, 1] == pytest.approx(3.12)
    assert line_of(load("moons")) is None
    assert line_of(replace(held, x=np.ones((4, 2)))) is None
