"""All weights as balls: which are shown, axes that hold them, piles in which none covers another, and their past."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dropout_viz.analysis import balls
from dropout_viz.analysis.curves import curves_of
from dropout_viz.analysis.slices import Surface
from dropout_viz.nn.parts import Weight

ANY = st.floats(allow_nan=True, allow_infinity=True)


def weights(*sizes: int, seed: int = 0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.normal(size=pair) for pair in zip(sizes, sizes[1:], strict=False)]


def test_a_small_network_shows_all_and_a_large_one_a_unit() -> None:
    small, large = weights(3, 4, 1), weights(64, 32, 10)
    assert balls.possible(small, "all") == "all" and balls.possible(large, "all") == "unit"
    assert balls.possible(large, "strongest") == "strongest"
    places = balls.choose(small, "all", Weight(0, 0, 0))
    assert len(places) == 16 == len(set(places)) and places == tuple(sorted(places))


@pytest.mark.parametrize("which", ["unit", "strongest"])
@pytest.mark.parametrize("chosen", [Weight(0, 5, 7), Weight(1, 7, 3)])
def test_of_a_large_network_the_strongest_are_shown_and_the_chosen(which: balls.Which, chosen: Weight) -> None:
    w = weights(64, 32, 10)
    w[chosen.layer][chosen.source, chosen.target] = 1e-9  # the weakest of all
    places = balls.choose(w, which, chosen)
    assert len(places) == balls.FEWER and chosen in places
    own = list(np.ndindex(64, 32)) if which == "strongest" else [(i, 7) for i in range(64)]
    rest = [Weight(0, *p) for p in own]
    rest += (
        [Weight(1, *p) for p in np.ndindex(32, 10)] if which == "strongest" else [Weight(1, 7, j) for j in range(10)]
    )
    size = {p: abs(w[p.layer][p.source, p.target]) for p in rest}
    kept = sorted(rest, key=lambda p: -size[p])[: balls.FEWER - 1]
    assert set(kept) <= set(places)


def test_a_deep_networks_unit_has_what_goes_in_and_what_comes_out() -> None:
    w = weights(2, 3, 3, 1)
    assert balls.choose(w, "unit", Weight(1, 0, 2)) == (
        Weight(1, 0, 2),
        Weight(1, 1, 2),
        Weight(1, 2, 2),
        Weight(2, 2, 0),
    )
    assert balls.choose(w, "unit", Weight(2, 1, 0)) == (
        Weight(1, 0, 1),
        Weight(1, 1, 1),
        Weight(1, 2, 1),
        Weight(2, 1, 0),
    )
    single = weights(4, 1)
    assert len(balls.choose(single, "unit", Weight(0, 2, 0))) == 4  # no hidden layer: the output's own


def test_the_curves_of_the_chosen_weights_unit_come_first() -> None:
    places = balls.choose(weights(3, 4, 1), "all", Weight(0, 1, 2))
    values = np.arange(16.0)
    order = balls.drawn(places, values, places.index(Weight(0, 1, 2)), 2, 6)
    assert [places[k] for k in order[:4]] == [Weight(0, 1, 2), Weight(0, 0, 2), Weight(0, 2, 2), Weight(1, 2, 0)]
    assert order[4:] == [15, 13]  # the strongest of the rest
    assert balls.drawn(places, values, 3, 2, 0) == [3]


@given(st.lists(ANY, min_size=1, max_size=12), st.lists(ANY, max_size=12), st.lists(ANY, max_size=12))
def test_the_weight_axis_holds_every_ball_and_its_past(now: list[float], past: list[float], first: list[float]) -> None:
    end = balls.weight_end(np.array(now), np.array(past), np.array(first))
    assert 0 < end < math.inf
    for value in (*now, *past, *first):
        assert not math.isfinite(value) or abs(value) < end or abs(value) >= 1e299


@given(ANY, ANY)
def test_the_loss_axis_begins_at_0_and_has_room_for_the_present_loss(loss: float, first: float) -> None:
    end = balls.loss_end(loss, first)
    assert 0 < end < math.inf
    assert not math.isfinite(loss) or loss <= end or loss >= 1e299


def test_the_loss_axis_stays_while_the_balls_sink() -> None:
    assert {balls.loss_end(loss, 0.133) for loss in (0.133, 0.12, 0.05, 0.006, 0.0)} == {0.2}


@given(st.lists(st.floats(0, 500), min_size=1, max_size=60), st.floats(1, 30))
def test_no_ball_of_a_pile_covers_another(x: list[float], reach: float) -> None:
    at = np.array(x)
    found = balls.levels(at, reach)
    for level in range(int(found.max()) + 1):
        row = np.sort(at[found == level])
        assert len(row) > 0 and (np.diff(row) >= reach).all()


@given(st.lists(ANY, max_size=40), st.floats(0.1, 10))
def test_every_ball_is_counted_once(x: list[float], reach: float) -> None:
    found = balls.clusters(np.array(x), reach)
    assert sum(n for _, _, n in found) == np.isfinite(np.array(x)).sum()
    for (_, right, _), (left, _, _) in zip(found, found[1:], strict=False):
        assert left - right >= reach


def test_a_past_is_shown_where_its_loss_was_measured() -> None:
    steps, curve = np.arange(0, 400, 2), (np.arange(0, 400, 4), np.linspace(1, 0, 100))
    w = np.stack([steps * 1.0, -steps * 1.0], axis=1)
    w[10] = np.nan
    found = balls.trails(steps, w, curve)
    assert len(found.losses) == balls.TRAIL and found.weights.shape == (balls.TRAIL, 2)
    assert found.weights[0, 0] == 0 and found.weights[-1, 0] == 396
    for (weight, _), loss in zip(found.weights, found.losses, strict=True):
        assert weight != 20 and loss == curve[1][int(weight) // 4]
    assert not len(balls.trails(steps[:0], w[:0], curve).losses)


def test_an_axis_bends_gradually_and_only_where_it_must() -> None:
    ends = np.linspace(1, 2000, 4000)
    even = np.array([balls.even_end(end) for end in ends])
    assert np.isinf(even[ends <= 40]).all()
    shares = np.array(
        [
            0.5 if np.isinf(e) else np.arcsinh(end / 2 / e) / np.arcsinh(end / e)
            for e, end in zip(even, ends, strict=True)
        ]
    )
    assert (np.abs(np.diff(shares)) < 0.01).all()  # where half of the axis' end stands
    assert np.arcsinh(20 / balls.even_end(450)) / np.arcsinh(450 / balls.even_end(450)) > 0.35


@pytest.mark.parametrize("loss", [0.13, 0.0081, 0.0048, 1e-3, 3e-7, 1e-12])
def test_the_balls_do_not_lie_on_the_floor(loss: float) -> None:
    top = 0.2
    zoomed = balls.zoom(loss, top)
    assert 0.04 <= loss / (top / zoomed) < 1 and (zoomed == 1) == (loss >= top / 25)
    assert balls.zoom(0.0, top) == balls.zoom(float("nan"), top) == 1


def test_samples_are_dense_where_the_axis_is_even() -> None:
    random = np.random.default_rng(0)
    weights = [random.normal(size=(3, 4)), random.normal(size=(4, 1))]
    x, y = random.random((5, 3)), random.random((5, 1))
    surface = Surface(weights, (), "sigmoid", "sigmoid", "squared_error", x, y)
    even, bent = (curves_of(surface, [Weight(0, 0, 0)], [400.0], 225, e)[0] for e in (math.inf, 4.0))
    assert bent.t[0] == even.t[0] == -400 and bent.t[-1] == even.t[-1] == 400
    assert (np.abs(bent.t) < 4).sum() > 30 > (np.abs(even.t) < 4).sum()
    assert bent.value in bent.t and (np.diff(bent.t) >= 0).all()
