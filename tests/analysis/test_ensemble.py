"""All thinned networks by subset sums against running each of them; what theory says of their averages."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from dropout_viz.analysis import ensemble, subsets
from dropout_viz.analysis.ensemble import Means
from dropout_viz.analysis.thinned import Network, network_of
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from tests.analysis.nets import Array, every_mask, random_network
from tests.oracle import forward

TIGHT = 1e-12
CASES = {
    "one layer, sigmoid": random_network((3, 7, 1)),
    "one layer, softmax": random_network((3, 7, 4), output="softmax", activation="relu"),
    "several sigmoids": random_network((3, 6, 3)),
    "tanh": random_network((2, 6, 2), output="tanh", activation="sigmoid"),
    "linear": random_network((2, 6, 2), output="linear", activation="relu"),
    "classical": random_network((3, 7, 1), classical=True),
    "classical, softmax": random_network((3, 6, 3), classical=True, output="softmax"),
    "no bias": random_network((3, 7, 1), bias=False),
    "a p for each unit": random_network((3, 8, 1), per_unit=True, seed=3),
    "a p for each unit, softmax, classical": random_network((3, 8, 3), per_unit=True, output="softmax", classical=True),
    "input too": random_network((4, 5, 1), drop=(0.2, 0.5)),
    "input too, classical": random_network((4, 5, 2), drop=(0.2, 0.5), output="softmax", classical=True),
    "input only": random_network((5, 4, 1), drop=(0.3, 0.0)),
    "two hidden layers": random_network((2, 4, 5, 1)),
    "three hidden layers, a p each": random_network((2, 3, 3, 3, 2), drop=(0.1, 0.2, 0.5, 0.7), output="softmax"),
    "only the first of two drops": random_network((2, 5, 3, 1), drop=(0.0, 0.5, 0.0)),
    "one unit": random_network((1, 1, 1)),
    "none drops": random_network((3, 4, 1), drop=(0.0, 0.0)),
    "sure of itself": random_network((3, 7, 1), size=30),
    "beyond float64's exponents": random_network((3, 7, 1), size=900),
    "softmax beyond them": random_network((3, 7, 3), size=900, output="softmax"),
    "tanh beyond them": random_network((3, 7, 1), size=900, output="tanh"),
}
EACH = pytest.mark.parametrize("network", CASES.values(), ids=CASES)


def inputs(network: Network, n: int = 5) -> Array:
    return np.random.default_rng(9).normal(size=(n, network.sizes[0]))


def run_all(network: Network, x: Array) -> tuple[Array, Array]:
    """Every thinned network's outputs, (networks, examples, outputs), and probabilities, with a plain loop."""
    masks, chances = every_mask(network)
    gains = [[m * g for m, g in zip(mask, network.on, strict=True)] for mask in masks]
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = [
            forward(list(network.weights), list(network.biases), x, network.activation, _plain(network), list(gain))
            for gain in gains
        ]
    stacked = np.array(outputs)
    if network.output == "softmax":  # stable: the oracle's softmax takes exponentials of anything
        e = np.exp(stacked - stacked.max(axis=2, keepdims=True))
        stacked = e / e.sum(axis=2, keepdims=True)
    return stacked, chances


def _plain(network: Network) -> str:
    return "linear" if network.output == "softmax" else network.output


@EACH
def test_means_are_those_of_running_every_thinned_network(network: Network) -> None:
    x = inputs(network)
    outputs, chances = run_all(network, x)
    assert len(outputs) == 2**network.n and chances.sum() == pytest.approx(1, abs=TIGHT)
    found = ensemble.means(network, x)
    assert np.abs(found.arithmetic - np.tensordot(chances, outputs, 1)).max() < TIGHT * max(1, np.abs(outputs).max())
    assert not found.error.any() and not found.shift.any()


@pytest.mark.parametrize("name", [n for n in CASES if "beyond" not in n and "sure" not in n and n != "linear"])
def test_the_geometric_mean_is_that_of_the_outputs(name: str) -> None:
    """Products of the outputs to the power of their probabilities, normalised: with logarithms of what they say."""
    network = CASES[name]
    x = inputs(network)
    outputs, chances = run_all(network, x)
    if network.output == "softmax":
        g = np.exp(np.tensordot(chances, np.log(outputs), 1))
        wanted = g / g.sum(axis=1, keepdims=True)
    else:
        a = (1 + outputs) / 2 if network.output == "tanh" else outputs
        g, other = (np.exp(np.tensordot(chances, np.log(part), 1)) for part in (a, 1 - a))
        wanted = g / (g + other)
        wanted = 2 * wanted - 1 if network.output == "tanh" else wanted
    assert np.abs(ensemble.means(network, x).geometric - wanted).max() < 1e-10


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("classical", [False, True])
@pytest.mark.parametrize("n", [1, 4, 12, 20])
def test_of_one_dropped_layer_the_scaled_network_is_the_geometric_mean(output: str, classical: bool, n: int) -> None:
    """Baldi & Sadowski 2013."""
    network = random_network((3, n, 1 if output == "sigmoid" else 3), output=output, classical=classical, seed=n)
    x = inputs(network, 3)
    found = ensemble.means(network, x)
    assert ensemble.is_one_layer(network)
    assert np.abs(found.geometric - network.outputs(x)).max() < TIGHT
    if n > 1:
        assert np.abs(found.arithmetic - network.outputs(x)).max() > 1e-3  # and not the arithmetic one


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_of_one_dropped_layer_that_nothing_scales_it_is_not(output: str) -> None:
    """Under scaling "none" the network with every unit on passes on more than training did on average."""
    scaled = random_network((3, 4, 1 if output == "sigmoid" else 3), output=output)
    ones = tuple(np.ones_like(on) for on in scaled.on)
    network, x = replace(scaled, on=ones, all_on=ones), inputs(scaled, 3)
    assert ensemble.is_one_layer(scaled) and not ensemble.is_one_layer(network)
    assert not ensemble.keeps_means(network)
    assert np.abs(ensemble.means(network, x).geometric - network.outputs(x)).max() > 1e-3


@pytest.mark.parametrize("name", ["two hidden layers", "input too", "only the first of two drops"])
def test_of_deeper_nets_it_is_not(name: str) -> None:
    network = CASES[name]
    x = inputs(network)
    assert not ensemble.is_one_layer(network)
    assert np.abs(ensemble.means(network, x).geometric - network.outputs(x)).max() > 1e-3


@EACH
def test_members_are_the_thinned_networks_one_by_one(network: Network) -> None:
    x = inputs(network, 1)[0]
    k = network.sizes[-1] - 1
    found = ensemble.members(network, x, k)
    assert found.all and len(found.outputs) == 2**network.n
    assert found.probabilities.sum() == pytest.approx(1, abs=TIGHT)
    gains = [np.ones((len(found.outputs), n)) for n in network.sizes[:-1]]
    for index in range(len(found.outputs)):
        on = set(found.on(index))
        for layer, unit in found.units:
            gains[layer][index, unit] = (layer, unit) in on
    outputs = network.under(x[None], [g.astype(bool) for g in gains])[1][:, 0, k]
    assert np.abs(outputs - found.outputs).max() < TIGHT * max(1, np.abs(outputs).max())
    off = np.concatenate([np.where(g, 1 - p, p) for g, p in zip(gains, network.drop, strict=True)], axis=1)
    assert np.abs(off.prod(axis=1) - found.probabilities).max() < TIGHT


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_large_ensemble_is_exact_too(output: str) -> None:
    """n = 16, where pieces no longer fit into one block, against each member's own probability and value."""
    network = random_network((3, 16, 1 if output == "sigmoid" else 3), output=output, size=1.0)
    x = inputs(network, 7)
    found = ensemble.means(network, x)
    masks = subsets.bits(np.arange(1 << 16), 16)
    every = np.ones((1 << 16, 3), bool)
    chance = np.where(masks, 0.6, 0.4).prod(axis=1)
    for row in (0, 6):
        outputs = network.under(x[row : row + 1], [every, masks])[1][:, 0]
        assert np.abs(found.arithmetic[row] - chance @ outputs).max() < TIGHT


def test_what_cannot_be_counted_is_sampled_and_says_how_well() -> None:
    """The error stated is the spread of the means of many samples."""
    network = random_network((2, 10, 30, 1), size=0.7)
    x = inputs(network, 4)
    assert network.n == 40 and not ensemble.is_exact(network)
    many = [ensemble.means(network, x, 200, seed) for seed in range(300)]
    for mean, error in (("arithmetic", "error"), ("geometric", "shift")):
        spread = np.std([getattr(m, mean) for m in many], axis=0, ddof=1)
        told = np.mean([getattr(m, error) for m in many], axis=0)
        assert np.abs(told / spread - 1).max() < 0.2
    again = ensemble.means(network, x, 200, 0)
    assert all(np.array_equal(a, b) for a, b in zip(again, many[0], strict=True))


def test_a_sample_agrees_with_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    for network in (random_network((3, 8, 1)), random_network((2, 4, 5, 3), output="softmax")):
        x = inputs(network)
        exact = ensemble.means(network, x)
        monkeypatch.setattr(ensemble, "EXACT", 3)
        drawn = ensemble.means(network, x, 4000)
        monkeypatch.undo()
        assert np.abs((drawn.arithmetic - exact.arithmetic) / drawn.error).max() < 4.5
        assert np.abs((drawn.geometric - exact.geometric) / drawn.shift).max() < 4.5


def test_sampled_members_know_which_units_were_on() -> None:
    network = random_network((2, 30, 1))
    x = inputs(network, 1)
    found = ensemble.members(network, x[0], 0, samples=50, seed=4)
    assert not found.all and len(found.outputs) == 50 and found.probabilities.sum() == pytest.approx(1)
    mask = np.zeros((1, 30), bool)
    mask[0, [unit for _, unit in found.on(17)]] = True
    value = network.under(x, [np.ones((1, 2), bool), mask])[1][0, 0, 0]
    assert value == pytest.approx(found.outputs[17], abs=TIGHT)


def test_monte_carlo_draws_are_seeded_and_longer_draws_begin_with_shorter_ones() -> None:
    network = random_network((3, 9, 2), output="softmax", drop=(0.2, 0.5))
    x = inputs(network)
    ten, hundred = (ensemble.monte_carlo(network, x, k, seed=5) for k in (10, 100))
    assert np.allclose(ten, hundred[:10], rtol=0, atol=TIGHT)
    assert not np.allclose(ten, ensemble.monte_carlo(network, x, 10, seed=6))
    many = ensemble.monte_carlo(network, x, 3000, seed=5)
    exact = ensemble.means(network, x).arithmetic
    assert np.abs((many.mean(axis=0) - exact) / (many.std(axis=0) / np.sqrt(3000))).max() < 4.5


def test_parts_come_in_order_and_are_the_whole() -> None:
    network = random_network((3, 18, 1))
    x = inputs(network, 100)
    parts = list(ensemble.stream(network, x))
    assert len(parts) > 2
    whole = ensemble.means(network, x)
    for field in Means._fields:
        assert np.array_equal(np.concatenate([getattr(p, field) for p in parts]), getattr(whole, field))


def test_a_diverged_network_gives_what_is_not_a_number_and_no_exception() -> None:
    for output, k in (("sigmoid", 1), ("softmax", 3)):
        network = random_network((3, 6, k), output=output)
        broken = replace(network, weights=(network.weights[0], network.weights[1] * np.nan))
        assert np.isnan(ensemble.means(broken, inputs(network)).arithmetic).all()
        assert np.isnan(ensemble.members(broken, inputs(network)[0], 0).outputs).any()


@pytest.mark.parametrize("scaling", ["inverted", "classical"])
def test_a_run_of_the_engine_is_what_is_averaged(scaling: str) -> None:
    """The scaled network's loss is the trainer's own loss with every unit on; p is the one in force."""
    config = load_preset("xor").changed(p_hidden=0.3, p_input=0.1, scaling=scaling, hidden=5)
    trainer = Trainer(config)
    trainer.advance(50)
    network = network_of(trainer.snapshot())
    outputs = network.outputs(trainer.data.x)
    assert [set(p.tolist()) for p in network.drop] == [{0.1}, {0.3}]
    y = trainer.data.y
    loss = {
        "squared_error": lambda: (0.5 * (outputs - y) ** 2).sum(axis=1).mean(),
        "binary_cross_entropy": lambda: -(y * np.log(outputs) + (1 - y) * np.log(1 - outputs)).sum(axis=1).mean(),
    }[config.loss]()
    assert loss == pytest.approx(trainer.scores()["loss"]["train"][0], rel=1e-9)


def test_subset_sums_and_chances() -> None:
    values, drop = np.array([[1.0, 10.0, 100.0]]), np.array([0.1, 0.2, 0.5])
    for index, bits in enumerate(itertools.product((0, 1), repeat=3)):
        on = bits[::-1]  # unit 0 is the lowest bit
        assert subsets.sums(values)[0, index] == np.dot(on, values[0])
        chance = np.prod([1 - p if o else p for o, p in zip(on, drop, strict=True)])
        assert subsets.chances(drop)[index] == pytest.approx(chance, rel=TIGHT)
        assert subsets.bits(np.array([index]), 3)[0].tolist() == [bool(o) for o in on]
    assert subsets.sums(np.empty((2, 0))).tolist() == [[0.0], [0.0]] and subsets.chances(np.empty(0)).tolist() == [1.0]
