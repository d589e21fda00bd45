"""Cross-entropies against long arithmetic, however sure and however wrong the network is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.nn.losses import LOSSES, alike, correct
from tests.oracle import exact_loss

# round the places where float32 and float64 round an output to 1, exp or its result to 0, and exp to infinity
SIZES = [0, 1e-9, 1e-3, 0.5, 3, 16.6, 17, 36.7, 37, 43.67, 44, 87, 88.8, 103, 104, 544.7, 708, 709.8, 745, 746, 1e4]
DTYPES = [np.float32, np.float64]


def loss(name: str, z: Any, y: Any) -> np.ndarray[Any, Any]:
    """Of each example; z is left as it is."""
    terms = LOSSES[name].per_unit(z.copy(), y)
    assert terms.dtype == z.dtype
    return np.asarray(terms.sum(axis=1))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target", [0.0, 1.0, 0.3, 0.75])
def test_binary_cross_entropy(dtype: Any, target: float) -> None:
    z = np.array([s * v for v in SIZES for s in (-1, 1)], dtype)[:, None]
    y = np.full((len(z), 1), target, dtype)
    wanted = [float(exact_loss("binary_cross_entropy", a, b)) for a, b in zip(z, y, strict=True)]
    np.testing.assert_allclose(
        loss("binary_cross_entropy", z, y), wanted, rtol=6 * np.finfo(dtype).eps, atol=np.finfo(dtype).tiny
    )


@pytest.mark.thinned(2)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("soft", [False, True])
def test_softmax_cross_entropy(dtype: Any, soft: bool) -> None:
    """Among others a first and a last class that is sure, two that are level, and margins up to 10,000."""
    random, rows = np.random.default_rng(0), []
    for size in SIZES[::4]:
        rows += [random.normal(0, 1, 4) * size + shift for shift in (0, -1e4)]
        rows += [np.eye(4)[k] * size for k in (0, 3)] + [np.array([size, size, 0, -size])]
    z = np.array(rows, dtype)
    for k in (0, 2):
        y = np.tile(np.eye(4, dtype=dtype)[k] * (0.7 if soft else 1) + (0.075 if soft else 0), (len(z), 1)).astype(
            dtype
        )
        wanted = [float(exact_loss("softmax_cross_entropy", a, b)) for a, b in zip(z, y, strict=True)]
        # exp of a difference of pre-activations: as exact as their difference is
        shift = np.abs(z - z.max(axis=1, keepdims=True)).max(axis=1)
        eps, found = np.finfo(dtype).eps, loss("softmax_cross_entropy", z, y)
        close = np.abs(found - wanted) <= eps * (6 + 2 * np.minimum(shift, 800)) * np.abs(wanted) + np.finfo(dtype).tiny
        assert close.all(), (z[~close], found[~close], np.array(wanted)[~close])


def test_a_sure_and_right_answer_keeps_what_is_left_of_its_loss() -> None:
    """1 - a would be 0 here, and log(1 + 4e-18) too."""
    one = np.array([[1.0]])
    assert loss("binary_cross_entropy", np.array([[40.0]]), one)[0] == pytest.approx(np.exp(-40), rel=1e-12)
    z, y = np.array([[40.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    assert loss("softmax_cross_entropy", z, y)[0] == pytest.approx(2 * np.exp(-40), rel=1e-12)


def test_at_infinity_it_is_the_limit() -> None:
    z = np.array([[np.inf], [np.inf], [-np.inf], [-np.inf], [np.nan]])
    y = np.array([[0.0], [1.0], [0.0], [1.0], [1.0]])
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(loss("binary_cross_entropy", z, y), [np.inf, 0, 0, np.inf, np.nan])
        z = np.array([[0.0, -np.inf], [0.0, -np.inf], [np.nan, 0.0]])
        np.testing.assert_array_equal(loss("softmax_cross_entropy", z, np.eye(2)[[0, 1, 0]]), [0, np.inf, np.nan])


@pytest.mark.parametrize("name", [name for name, one in LOSSES.items() if one.of_logits])
def test_targets_may_be_shared_by_what_follows_the_units(name: str) -> None:
    """Worlds, lesions and rows of a block come after the unit axis, in any order in memory."""
    random = np.random.default_rng(1)
    z, y = random.normal(0, 9, (5, 3, 4, 2)), np.eye(3)[random.integers(0, 3, 5)]
    wanted = np.stack([[loss(name, z[..., i, j], y) for j in range(2)] for i in range(4)])
    for given in (z, np.asfortranarray(z), np.moveaxis(np.ascontiguousarray(np.moveaxis(z, 0, -1)), -1, 0)):
        np.testing.assert_allclose(np.moveaxis(loss(name, given, y[:, :, None, None]), 0, -1), wanted, rtol=1e-14)


INF = float("inf")


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_example_whose_outputs_are_not_all_finite_is_never_right(dtype: Any) -> None:
    """Whatever its target is: class 0 as well as the others, of outputs and of logits, in one place and in many."""
    one = np.array([[0.2], [0.7], [np.nan], [INF], [-INF]], dtype)
    for target in (0.0, 1.0):
        y = np.full_like(one, target)
        assert correct(one, y).tolist() == [target == 0, target == 1, False, False, False]
        logits = one - np.array([0.5], dtype)  # a sigmoid of an infinite one is a sure 0 or 1
        assert correct(logits, y, True).tolist() == [target == 0, target == 1, False, target == 1, target == 0]
    several = np.array([[2, 1, 0], [0, 1, 2], [2, np.nan, 0], [np.nan] * 3, [2, -INF, 0], [INF, 0, 0]], dtype)
    for kind in range(3):
        y = np.tile(np.eye(3, dtype=dtype)[kind], (6, 1))
        finite = [kind == 0, kind == 2, False, False]
        assert correct(several, y).tolist() == [*finite, False, False]
        assert correct(several, y, True).tolist() == [*finite, kind == 0, False]  # softmax: 0 at minus infinity
    worlds = np.stack([several, several[::-1]], axis=2)
    y = np.tile(np.eye(3, dtype=dtype)[0][:, None], (6, 1, 1))
    assert correct(worlds, y)[:, 1].tolist() == [False] * 4 + [False, True]


def test_networks_that_know_nothing_agree_on_nothing() -> None:
    nothing, some = np.full((3, 2), np.nan), np.array([[1.0, 0.0]] * 3)
    assert not alike(nothing, nothing).any() and not alike(nothing, some).any() and alike(some, some).all()
