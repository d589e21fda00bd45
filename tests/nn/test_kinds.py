"""Every activation and optimiser that its folder holds: the calls are the mathematics, and the lines are the calls."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from dropout_viz.nn.activations import ACTIVATIONS, Activation
from dropout_viz.nn.kinds import modules
from dropout_viz.nn.optimisers import OPTIMISERS

EACH = pytest.mark.parametrize("kind", ACTIVATIONS.values(), ids=ACTIVATIONS)
Z = np.random.default_rng(1).normal(0, 2, (50, 6))


def by_calls(kind: Activation) -> tuple[Any, Any]:
    """Return the value and the slope that the program's calls leave; a softmax has no slope."""
    z, h = -Z if kind.negated else Z.copy(), np.empty_like(Z)
    slope = np.empty_like(Z) if kind.slope_formula else None
    if kind.early:
        run(kind.slope_calls(z, slope))
    run(kind.calls(z, h))
    if slope is not None and not kind.early:
        run(kind.slope_calls(h, slope))
    return h, slope


def run(calls: Any) -> None:
    for call, args in calls:
        call(*args)


@EACH
def test_the_calls_give_the_value_and_its_slope(kind: Activation) -> None:
    value, slope = by_calls(kind)
    np.testing.assert_allclose(value, kind.value(Z), rtol=1e-14, atol=1e-15)
    if slope is not None:
        step = 1e-6
        by_differences = (kind.value(Z + step) - kind.value(Z - step)) / (2 * step)
        np.testing.assert_allclose(slope, by_differences, atol=1e-8)


@EACH
def test_the_line_of_numpy_gives_the_bits_of_the_calls(kind: Activation) -> None:
    value, slope = by_calls(kind)
    if kind.numpy_lines:
        space: dict[str, Any] = {"np": np, "Z": Z}
        exec("\n".join(kind.numpy_lines).format(k=1, z="Z"), space)
        written = space["a1"]
    else:
        written = eval(kind.in_numpy("Z + 0"), {"np": np, "Z": Z})  # an expression, as scripts have it
    assert written.tobytes() == value.tobytes()
    if kind.numpy_slope:
        as_written = eval(kind.numpy_slope.format(a="A", z="Z"), {"np": np, "Z": Z, "A": value})
        assert np.asarray(as_written, float).tobytes() == slope.tobytes()


@EACH
def test_what_is_said_of_it_holds(kind: Activation) -> None:
    h, low, high = kind.value(Z), *kind.bounds
    assert (low is None or h.min() >= low) and (high is None or h.max() <= high)
    if kind.name != "softmax":
        assert kind.odd == bool(np.allclose(kind.value(-Z), -h))
        order = np.argsort(Z, axis=None)
        assert kind.monotone == bool((np.diff(h.ravel()[order]) >= 0).all())
        if kind.slope_formula and not kind.early:
            assert kind.slope_of_scaled == bool(np.allclose(kind.slope(2 * h), kind.slope(h)))


def test_kinds_are_found_in_their_order(tmp_path: Path) -> None:
    package = tmp_path / "found_kinds"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "late.py").write_text("KIND = 'late'\n")
    (package / "early.py").write_text("ORDER = 1\nKIND = 'early'\n")
    (package / "helper.py").write_text("OTHER = 1\n")
    sys.path.insert(0, str(tmp_path))
    try:
        module = ModuleType("found_kinds")
        module.__path__ = [str(package)]
        sys.modules["found_kinds"] = module
        assert [found.KIND for found in modules(module, "KIND")] == ["early", "late"]
    finally:
        sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.startswith("found_kinds")]:
            del sys.modules[name]


def test_those_that_runs_rely_on_are_there() -> None:
    assert [*ACTIVATIONS] == ["sigmoid", "tanh", "relu", "sine", "linear", "softmax"]
    assert [*OPTIMISERS] == ["sgd", "momentum", "nesterov", "adam"]
