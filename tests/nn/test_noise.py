"""Every kind of noise that its folder holds: its moments, its draws, and its lines of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import SeedSequence

from dropout_viz.nn.layouts import WorldsFirst, WorldsLast
from dropout_viz.nn.noise import NOISES, Noise
from dropout_viz.nn.noise.kind import Draw

EACH = pytest.mark.parametrize("kind", NOISES.values(), ids=NOISES)


def drawn(kind: Noise, steps: int, p: Any, scaling: str = "inverted", examples: int = 5, units: int = 7) -> Any:
    out = np.empty((steps, examples, units))
    kind.stream([SeedSequence(1)], examples, units).peek(out, p, kind.train_scales(scaling, (p,))[0])
    return out


@EACH
@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_the_factor_has_the_mean_and_the_variance_that_the_kind_states(kind: Noise, p: float) -> None:
    for scaling in kind.scalings:
        factors = drawn(kind, 4000, p, scaling).ravel()
        n, mean, variance = factors.size, kind.mean(scaling, p), kind.variance(scaling, p)
        assert abs(factors.mean() - mean) < 5 * np.sqrt(variance / n)
        squares = (factors - mean) ** 2
        assert abs(squares.mean() - variance) <= 5 * squares.std() / np.sqrt(n) + 1e-12
        assert kind.test_scales(scaling, (p,))[0] == pytest.approx(mean) or scaling == "none"
        assert kind.on_off == (set(np.unique(factors)) == {0.0, kind.train_scales(scaling, (p,))[0]})
        assert kind.on(factors).all() != kind.on_off


def test_gaussian_factors_are_normal_with_the_variance_of_a_mask() -> None:
    """Srivastava et al. 2014, section 10: N(1, p/(1-p)), the mean and variance of inverted dropout."""
    gaussian, p = NOISES["gaussian"], 0.3
    assert gaussian.variance("inverted", p) == pytest.approx(p / (1 - p))
    assert NOISES["bernoulli"].variance("inverted", p) == pytest.approx(p / (1 - p))
    z = (drawn(gaussian, 4000, p).ravel() - 1) / np.sqrt(p / (1 - p))
    for power, moment in ((3, 0.0), (4, 3.0), (6, 15.0)):
        assert abs((z**power).mean() - moment) < 5 * (z**power).std() / np.sqrt(z.size)
    steps = z.reshape(4000, 5, 7)
    for one, other in ((steps[1:], steps[:-1]), (steps[:, 1:], steps[:, :-1]), (steps[..., 1:], steps[..., :-1])):
        assert abs((one * other).mean()) < 5 / np.sqrt(one.size)  # steps, examples and units are independent


@EACH
@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.tuples(st.integers(1, 90), st.integers(0, 120)), min_size=1, max_size=8))
def test_draws_do_not_depend_on_how_they_are_asked_for(kind: Noise, cuts: list[tuple[int, int]]) -> None:
    first, pieces = (kind.stream([SeedSequence(4)], 3, 5) for _ in range(2))
    at = 0
    expected = np.empty((sum(used for _, used in cuts) + 90, 3, 5))
    first.peek(expected, 0.3, 1.0)
    for peeked, used in cuts:
        out = np.empty((peeked, 3, 5))
        pieces.peek(out, 0.3, 1.0)
        assert np.array_equal(out, expected[at : at + peeked])
        pieces.consume(used)  # more than was asked for too: its layer dropped nothing for a while
        at += used
        other = kind.stream([SeedSequence(4)], 3, 5)
        other.restore(pieces.state(used=2))
        other.peek(out := np.empty((3, 3, 5)), 0.3, 1.0)
        assert np.array_equal(out, expected[at + 2 : at + 5])


@EACH
def test_a_world_draws_what_the_run_alone_draws(kind: Noise) -> None:
    sequences = [SeedSequence(s) for s in (3, 4, 5)]
    p = np.array([0.1, 0.5, 0.0])
    scale = np.array(kind.train_scales("inverted", p.tolist()))
    last, first = (layout(3).empty((4, 6), np.float32, 70) for layout in (WorldsLast, WorldsFirst))
    for out in (last, first):
        kind.stream(sequences, 4, 6).peek(out, p, scale)
    assert np.array_equal(last, first)
    for world, sequence in enumerate(sequences):
        alone = np.empty((70, 4, 6), np.float32)
        kind.stream([sequence], 4, 6).peek(alone, p[world], scale[world])
        assert np.array_equal(last[..., world], alone)


@EACH
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("units", [3, 800])
def test_the_lines_of_numpy_give_the_bits_of_the_stream(kind: Noise, dtype: str, units: int) -> None:
    for scaling in kind.scalings:
        p, batch = 0.3, 4
        wanted = np.empty((90, batch, units), dtype)
        spawned = SeedSequence(9).spawn(2)
        kind.stream(spawned[1:], batch, units).peek(wanted, p, kind.train_scales(scaling, (p,))[0])
        space: dict[str, Any] = {"np": np, "p1": p, "masks": SeedSequence(9), **vars(np.random)}
        text = "\n".join(kind.numpy(Draw(batch, (units,), scaling, dtype)))
        names = ", ".join(f"{kind.numpy_stream}{k}" for k in range(2))
        exec(f"{text}\n{names} = {kind.numpy_streams.format(spawned='masks.spawn(2)')}", space)
        for step, row in enumerate(wanted):
            space["step"] = step
            found = eval(kind.numpy_call.format(layer=1, units=units), space)
            assert found.dtype == dtype and found.tobytes() == row.tobytes()


@pytest.mark.parametrize("used", [-1, 1 << 40])
def test_a_state_that_does_not_fit_is_refused(used: int) -> None:
    with pytest.raises(ValueError, match="used"):
        NOISES["gaussian"].stream([SeedSequence(0)], 2, 2).restore({"used": np.array([used], np.int64)})


def test_those_that_runs_rely_on_are_there() -> None:
    assert [*NOISES][:2] == ["bernoulli", "gaussian"]
