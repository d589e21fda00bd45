"""The loss over a plane against networks that are built and run one by one, and the planes themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dropout_viz.analysis import plane_axes
from dropout_viz.analysis.contours import contours
from dropout_viz.analysis.plane import Plane, Stopped, flat, losses_of
from dropout_viz.nn.plan import Plan
from tests.oracle import forward, loss_sum_of

PLAN = Plan(
    sizes=(3, 5, 2),
    activation="tanh",
    output="sigmoid",
    loss="squared_error",
    bias=True,
    drop=(0.0, 0.5),
    published=False,
    mean=True,
    optimiser="sgd",
    rate=0.1,
    beta1=0.9,
    beta2=0.999,
    epsilon=1e-8,
    dtype="float64",
)
OUTPUTS = {"squared_error": ("sigmoid", "tanh", "linear"), "binary_cross_entropy": ("sigmoid",)}
OUTPUTS["softmax_cross_entropy"] = ("softmax",)


def by_hand(plan: Plan, vector: Any, x: Any, y: Any) -> float:
    weights, biases = plan.views(vector)
    zeros = [b if plan.bias else np.zeros(w.shape[1]) for w, b in zip(weights, biases, strict=True)]
    scales: list[Any] = [None if s == 1 else np.full(1, s) for s in plan.test_scales]
    z = forward(weights, zeros, x, plan.activation, "linear", scales)
    return loss_sum_of(plan.loss, plan.output, z, y) / len(x)


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=3),
    st.sampled_from(["sigmoid", "tanh", "relu", "sine"]),
    st.sampled_from(sorted(OUTPUTS)),
    st.booleans(),
    st.sampled_from(["inverted", "classical"]),
    st.integers(0, 10**6),
)
@example([3, 1, 5], "relu", "binary_cross_entropy", False, "inverted", 33854)  # pre-activations up to 36
@settings(max_examples=30, deadline=None)
def test_a_plane_is_its_networks_one_by_one(
    hidden: list[int], activation: str, loss: str, bias: bool, scaling: str, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    outputs = int(rng.integers(2, 4)) if loss == "softmax_cross_entropy" else int(rng.integers(1, 3))
    sizes = (int(rng.integers(1, 4)), *hidden, outputs)
    plan = replace(
        PLAN,
        sizes=sizes,
        activation=activation,
        output=str(rng.choice(OUTPUTS[loss])),
        loss=loss,
        bias=bias,
        scaling=scaling,
        drop=(0.1, *(0.4,) * len(hidden)),
    )
    n = int(rng.integers(1, 30))
    x = rng.normal(size=(n, sizes[0]))
    y = np.eye(outputs)[rng.integers(0, outputs, n)] if outputs > 1 else rng.integers(0, 2, (n, 1)).astype(float)
    if rng.random() < 0.3 and loss == "squared_error":
        y = rng.normal(size=y.shape)
    origin, directions = 0.5 * rng.normal(size=plan.parameters), 0.5 * rng.normal(size=(2, plan.parameters))
    u, v = rng.normal(size=4), rng.normal(size=3)
    got = Plane(plan, origin, directions, x, y).grid(u, v)
    vectors = np.array([[origin + a * directions[0] + b * directions[1] for a in u] for b in v])
    wanted = np.array([[by_hand(plan, vector, x, y) for vector in row] for row in vectors])
    np.testing.assert_allclose(got, wanted, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(losses_of(plan, vectors[0], x, y), wanted[0], rtol=1e-10, atol=1e-10)


def test_many_points_are_computed_in_pieces() -> None:
    rng = np.random.default_rng(1)
    plan = replace(PLAN, sizes=(3, 40, 2))
    x, y = rng.normal(size=(300, 3)), rng.random((300, 2))
    surface = Plane(plan, rng.normal(size=plan.parameters), rng.normal(size=(2, plan.parameters)), x, y)
    points = rng.normal(size=(23, 2))
    assert surface._rows < len(points)
    one_by_one = [float(surface.losses(p[None])[0]) for p in points]
    np.testing.assert_allclose(surface.losses(points), one_by_one, rtol=1e-12)


def test_an_evaluation_can_be_given_up() -> None:
    surface = Plane(PLAN, np.zeros(PLAN.parameters), np.eye(PLAN.parameters)[:2], np.ones((4, 3)), np.ones((4, 2)))
    with pytest.raises(Stopped):
        surface.grid([0.0, 1.0], [0.0], lambda: True)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Plane(PLAN, np.zeros(3), np.zeros((2, 3)), np.zeros((4, 3)), np.zeros((4, 2)))


def test_a_diverged_network_has_a_plane_too() -> None:
    plan = replace(PLAN, output="linear", activation="relu")
    huge = np.full(plan.parameters, 1e300)
    got = Plane(plan, huge, np.eye(plan.parameters)[:2], np.ones((2, 3)), np.ones((2, 2))).grid([0.0, 1.0], [0.0])
    assert not np.isfinite(got).any()


@pytest.mark.parametrize("shape", [(40, 7), (6, 90)], ids=["long", "wide"])
def test_principal_components_are_those_of_the_singular_value_decomposition(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    path = np.cumsum(rng.normal(size=shape) * rng.random(shape[1]), axis=0)
    axes = plane_axes.principal(path[-1], path)
    centred = path - path.mean(axis=0)
    _, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(np.sum(axes.directions * rows[:2], axis=1)), 1, atol=1e-10)
    assert axes.explained == pytest.approx(tuple((sizes**2 / (sizes**2).sum())[:2]))
    # the best plane there is: what lies off it is what the other components hold
    shifted = plane_axes.Axes(path.mean(axis=0), axes.directions)
    np.testing.assert_allclose((shifted.distances(path) ** 2).sum(), (sizes[2:] ** 2).sum(), rtol=1e-9)


def test_how_far_off_the_plane_by_hand() -> None:
    axes = plane_axes.Axes(np.array([1.0, 0, 0]), np.array([[1.0, 0, 0], [1, 1, 0]]))  # not at right angles
    np.testing.assert_allclose(axes.coordinates(np.array([[4.0, 2, -7], [1, 0, 0]])), [[1, 2], [0, 0]], atol=1e-12)
    np.testing.assert_allclose(axes.distances(np.array([[4.0, 2, -7], [1, 0, 0]])), [7, 0], atol=1e-12)


def test_two_weights_are_their_own_coordinates() -> None:
    present = np.array([0.5, -2.0, 3.0, 1.0])
    axes = plane_axes.two_weights(present, 2, 0)
    np.testing.assert_allclose(axes.coordinates(present[None]), [[3.0, 0.5]])
    other = np.array([9.0, 2.0, 8.0, -2.0])
    np.testing.assert_allclose(axes.coordinates(other[None]), [[8.0, 9.0]])
    assert axes.distances(other[None])[0] == pytest.approx(5.0)  # 4 and 3 in the two weights that are held
    with pytest.raises(ValueError, match="two different weights"):
        plane_axes.two_weights(present, 1, 1)


def test_random_directions_change_each_unit_by_as_much_as_it_is() -> None:
    rng = np.random.default_rng(3)
    present = rng.normal(size=PLAN.parameters)
    axes = plane_axes.random_directions(PLAN, present, seed=5)
    own = PLAN.views(present)[0]
    for direction in axes.directions:
        weights, biases = PLAN.views(direction)
        for drawn, w in zip(weights, own, strict=True):
            np.testing.assert_allclose(np.linalg.norm(drawn, axis=0), np.linalg.norm(w, axis=0))
        assert not any(b.any() for b in biases)
    assert not np.allclose(axes.directions[0], axes.directions[1])
    again, other = (plane_axes.random_directions(PLAN, present, seed=s).directions for s in (5, 6))
    assert (again == axes.directions).all() and not np.allclose(other, axes.directions)
    zeros = plane_axes.random_directions(PLAN, np.zeros(PLAN.parameters), seed=5)
    assert np.linalg.matrix_rank(zeros.directions) == 2


def test_the_line_from_start_to_end_lies_in_its_plane() -> None:
    rng = np.random.default_rng(4)
    path = np.cumsum(rng.normal(size=(30, 8)), axis=0)
    axes = plane_axes.start_to_end(path[-1], path)
    np.testing.assert_allclose(axes.directions @ axes.directions.T, np.eye(2), atol=1e-12)
    ends = axes.coordinates(path[[0, -1]])
    np.testing.assert_allclose(ends, [[-np.linalg.norm(path[-1] - path[0]), 0], [0, 0]], atol=1e-10)
    assert axes.distances(path[[0, -1]]) == pytest.approx(0, abs=1e-6)
    # no other direction across the line holds more of the path's variance
    line = axes.directions[0]
    rest = path - path.mean(axis=0)
    rest = rest - np.outer(rest @ line, line)
    assert np.square(rest @ axes.directions[1]).sum() == pytest.approx(np.linalg.norm(rest, 2) ** 2)


@pytest.mark.parametrize("choose", [plane_axes.principal, plane_axes.start_to_end])
def test_before_there_is_a_path_random_directions_stand_in(choose: Any) -> None:
    present = np.arange(6.0)
    still = choose(present, present[None])
    assert still.random == (True, True) and still.explained == (0.0, 0.0)
    line = choose(present, np.array([present - [1, 0, 0, 0, 0, 0], present]))
    assert line.random == (False, True) and line.explained == pytest.approx((1.0, 0.0))
    for axes in (still, line):
        np.testing.assert_allclose(axes.directions @ axes.directions.T, np.eye(2), atol=1e-12)


def test_parameters_lie_flat_as_the_plan_has_them() -> None:
    vector = np.random.default_rng(6).normal(size=PLAN.parameters)
    assert (flat(*PLAN.views(vector)) == vector).all()


def test_contours_of_a_tilted_plane_are_straight_and_of_a_cone_round() -> None:
    x, y = np.meshgrid(np.arange(9.0), np.arange(7.0))
    (line,) = contours(x + 2 * y, [7.3])
    np.testing.assert_allclose(line[..., 0] + 2 * line[..., 1], 7.3)
    length = np.linalg.norm(line[:, 1] - line[:, 0], axis=1).sum()
    assert length == pytest.approx(np.hypot(7.3, 7.3 / 2))  # from one edge to the other, without a gap
    x, y = np.meshgrid(np.arange(101.0), np.arange(101.0))
    (circle, nothing) = contours(np.hypot(x - 50, y - 50), [30.0, 500.0])
    np.testing.assert_allclose(np.hypot(circle[..., 0] - 50, circle[..., 1] - 50), 30, atol=0.02)
    assert np.linalg.norm(circle[:, 1] - circle[:, 0], axis=1).sum() == pytest.approx(60 * np.pi, rel=1e-3)
    assert len(nothing) == 0


def test_contours_leave_out_what_is_not_finite() -> None:
    values = np.tile(np.arange(6.0), (4, 1))
    assert len(contours(values, [2.5])[0]) == 6  # two triangles in each of three squares
    values[1, 3] = np.nan
    (pieces,) = contours(values, [2.5])
    assert len(pieces) == 3 and np.isfinite(pieces).all()
