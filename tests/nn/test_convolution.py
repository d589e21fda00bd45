"""Convolution and pooling against loops, finite differences and PyTorch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz.nn import convolution
from dropout_viz.nn.convolution import ConvolutionPair, Shape
from dropout_viz.nn.ops import Op
from tests.oracle import activate

Array = np.ndarray[Any, Any]
# rows, columns, maps in, maps: smaller than a kernel, one map, many, not square
CASES = [(2, 2, 1, 3), (4, 6, 1, 2), (6, 4, 3, 2), (8, 8, 2, 5), (2, 4, 4, 1)]


def run(ops: list[Op]) -> None:
    for op in ops:
        op.call(*op.args)


def made(
    case: tuple[int, int, int, int], activation: str = "relu", *, examples: int = 3, number: int = 2, bias: bool = True
) -> tuple[ConvolutionPair, Array, Array, np.random.Generator]:
    """A pair with something in its input, with kernels and a bias."""
    height, width, maps_in, maps = case
    draw = np.random.default_rng(sum(case))
    h = np.empty((examples, height // 2, width // 2, maps))
    pair = ConvolutionPair(number, Shape(height, width, maps_in), h, activation, training=True)
    pair.into[...] = draw.normal(size=pair.into.shape)
    return pair, draw.normal(size=(25 * maps_in, maps)), draw.normal(size=maps if bias else 0), draw


def by_loops(x: Array, kernels: Array, bias: Array, activation: str) -> Array:
    """The pair as the textbook has it: sum over the window, add the bias, activate, then take the maximum."""
    examples, height, width, maps_in = x.shape
    kernel, maps = kernels.reshape(5, 5, maps_in, -1), kernels.shape[1]
    z = np.zeros((examples, height, width, maps))
    for n, i, j, m in np.ndindex(z.shape):
        for di, dj, c in np.ndindex(5, 5, maps_in):
            y, right = i + di - 2, j + dj - 2
            if 0 <= y < height and 0 <= right < width:
                z[n, i, j, m] += x[n, y, right, c] * kernel[di, dj, c, m]
    h = activate(activation, z + (bias if bias.size else 0))
    return np.array(
        [
            [[h[n, i : i + 2, j : j + 2].max(axis=(0, 1)) for j in range(0, width, 2)] for i in range(0, height, 2)]
            for n in range(examples)
        ]
    )


@pytest.mark.thinned(3)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("case", CASES)
def test_forward_by_loops(case: tuple[int, int, int, int], activation: str, bias: bool) -> None:
    pair, kernels, biases, _ = made(case, activation, examples=2, bias=bias)
    run(pair.forward_ops(kernels, biases))
    assert np.allclose(pair.h, by_loops(pair.into, kernels, biases, activation), rtol=1e-13, atol=1e-13)


def test_measuring_is_the_same_as_training() -> None:
    pair, kernels, bias, _ = made((8, 8, 2, 5))
    alone = ConvolutionPair(2, Shape(8, 8, 2), np.empty_like(pair.h), "relu", training=False)
    alone.into[...] = pair.into
    run(pair.forward_ops(kernels, bias))
    run(alone.forward_ops(kernels, bias))
    assert (alone.h == pair.h).all()


def gradients(pair: ConvolutionPair, kernels: Array, bias: Array, delta: Array) -> tuple[Array, Array, Array]:
    found = np.full_like(kernels, np.nan), np.full_like(bias, np.nan), np.full(pair.into.shape, np.nan)
    run(pair.forward_ops(kernels, bias))
    run(pair.backward_ops(delta.copy(), kernels, *found))
    return found


@pytest.mark.thinned(3)
@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("case", CASES)
def test_backward_by_finite_differences(case: tuple[int, int, int, int], activation: str) -> None:
    """Every parameter and every input number, one at a time, under a random weighting of the outputs."""
    pair, kernels, bias, draw = made(case, activation)
    x, delta = pair.into.copy(), draw.normal(size=pair.h.shape)
    found = gradients(pair, kernels, bias, delta)

    forward = pair.forward_ops(kernels, bias)

    def value() -> float:
        pair.into[...] = x
        run(forward)
        return float((pair.h * delta).sum())

    h = 1e-5
    for array, gradient in zip((kernels, bias, x), found, strict=True):
        expected = np.empty_like(array)
        for at in np.ndindex(array.shape):
            kept, terms = array[at], 0.0
            for shift, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
                array[at] = kept + shift * h
                terms += weight * value()
            array[at], expected[at] = kept, terms / (12 * h)
        assert np.linalg.norm(gradient - expected) < 1e-8 * np.linalg.norm(expected)


def test_equal_numbers_pass_the_gradient_to_the_first_only() -> None:
    """A blank picture: all four numbers of a square are the bias, and one of them hands the gradient on."""
    pair, kernels, bias, _ = made((4, 4, 1, 2))
    pair.into[...] = 0
    bias[:] = 0.5
    by_kernels, by_bias, by_input = gradients(pair, kernels, bias, np.ones(pair.h.shape))
    assert (by_kernels == 0).all()
    assert (by_bias == 3 * 4).all()  # examples times squares, not times four
    bordered = np.zeros((8, 8))  # the gradient by the input, written out: from the first corner of each square only
    for i, j in np.ndindex(2, 2):
        bordered[2 * i : 2 * i + 5, 2 * j : 2 * j + 5] += kernels.reshape(5, 5, 2).sum(axis=2)
    assert np.allclose(by_input[0, :, :, 0], bordered[2:-2, 2:-2], rtol=1e-13)


@pytest.mark.parametrize("most", [1, 700, 3000])
def test_a_few_examples_at_a_time(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """However the examples are cut into pieces, even or not, the numbers are the same."""
    pair, kernels, bias, draw = made((4, 4, 2, 3), examples=7)
    delta = draw.normal(size=pair.h.shape)
    whole = gradients(pair, kernels, bias, delta)
    monkeypatch.setattr(convolution, "_MOST", most)
    pieces, _, _, _ = made((4, 4, 2, 3), examples=7)
    assert len(pieces._pieces) > 1
    for a, b in zip(gradients(pieces, kernels, bias, delta), whole, strict=True):
        assert np.allclose(a, b, rtol=1e-12, atol=1e-13)
    assert np.allclose(pieces.h, pair.h, rtol=1e-13)


def test_the_first_pair_makes_no_derivative_by_the_pixels() -> None:
    pair, kernels, bias, draw = made((4, 4, 1, 2), number=1)
    other, _, _, _ = made((4, 4, 1, 2))
    delta = draw.normal(size=pair.h.shape)
    expected = gradients(other, kernels, bias, delta)
    found = np.empty_like(kernels), np.empty_like(bias)
    run(pair.forward_ops(kernels, bias))
    run(pair.backward_ops(delta.copy(), kernels, *found, None))
    assert (found[0] == expected[0]).all() and (found[1] == expected[1]).all()


@pytest.mark.oracle
@pytest.mark.parametrize("case", [*CASES, (28, 28, 1, 4), (14, 14, 4, 8)])
def test_pytorch(case: tuple[int, int, int, int]) -> None:
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    pair, kernels, bias, draw = made(case)
    delta = draw.normal(size=pair.h.shape)
    found = gradients(pair, kernels, bias, delta)
    x = torch.tensor(pair.into.transpose(0, 3, 1, 2).copy(), requires_grad=True)
    k = torch.tensor(kernels.reshape(5, 5, case[2], -1).transpose(3, 2, 0, 1).copy(), requires_grad=True)
    b = torch.tensor(bias, requires_grad=True)
    f = torch.nn.functional
    h = f.max_pool2d(f.relu(f.conv2d(x, k, b, padding=2)), 2)
    h.backward(torch.tensor(delta.transpose(0, 3, 1, 2).copy()))
    assert np.allclose(pair.h, h.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-12, atol=1e-12)
    expected = (
        k.grad.numpy().transpose(2, 3, 1, 0).reshape(kernels.shape),
        b.grad.numpy(),
        x.grad.numpy().transpose(0, 2, 3, 1),
    )
    for a, e in zip(found, expected, strict=True):
        assert np.allclose(a, e, rtol=1e-12, atol=1e-11)
