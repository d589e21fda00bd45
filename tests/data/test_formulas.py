"""Formulas against NumPy's own: what they say, as they are computed and as lines of code; and what is refused."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.code import code
from dropout_viz.data.formulas import CONSTANTS, FUNCTIONS, LONGEST, FormulaError, read
from dropout_viz.data.load import load
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.errors import UserError

x, y = np.random.default_rng(0).uniform(-2, 2, (2, 400))
CASES: dict[str, Any] = {
    "y > sin(3x)": y > np.sin(3 * x),
    "x*y": x * y,
    "xy": x * y,
    "hypot(x,y) < 1": np.hypot(x, y) < 1,
    "-x^2 + 3x y - 2(x+1)(y-1)": -(x**2) + 3 * x * y - 2 * (x + 1) * (y - 1),
    "x² − y³": x**2 - y**3,
    "1/2x": 1 / 2 * x,
    "x/y/2": x / y / 2,
    "x - y - 1": x - y - 1,
    "x - (y - 1)": x - (y - 1),
    "2^3^2 x": 512 * x,
    "2^-x": 2.0**-x,
    "-2^2 + x": -4 + x,
    "(-x)^2": (-x) ** 2,
    "0 < x < 1 and not y > 0": (x > 0) & (x < 1) & ~(y > 0),
    "x>0 or y>0 and x>1": (x > 0) | ((y > 0) & (x > 1)),
    "!(x≥1) && y ≤ 0 || x ≠ y": (~(x >= 1) & (y <= 0)) | (x != y),
    "min(x, y) = x": np.minimum(x, y) == x,
    "abs(x)abs(y) < e/π": np.abs(x) * np.abs(y) < np.e / np.pi,
    "3sin(x)cos(y)": 3 * np.sin(x) * np.cos(y),
    "mod(3x, 1) < .5": np.mod(3 * x, 1) < 0.5,
    "1e-1x": 0.1 * x,
    "atan2(y, x) > log(2)": np.arctan2(y, x) > np.log(2),
    "5": np.full_like(x, 5),
    "1 < 2": np.ones_like(x, bool),
}


@pytest.mark.parametrize("text", CASES)
def test_a_formula_is_what_numpy_makes_of_it(text: str) -> None:
    found, wanted = read(text)(x=x, y=y), CASES[text]
    assert found.dtype == (bool if wanted.dtype == bool else np.float64) and found.shape == x.shape
    np.testing.assert_allclose(found, wanted, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_code_computes_the_same_bits(name: str) -> None:
    arguments = ("x - .3y", "2y")[: FUNCTIONS[name][1]]
    for text in (f"{name}({', '.join(arguments)})", f"-{name}({', '.join(arguments)})^2 + y/(x - y) - 3", *CASES):
        formula = read(text)
        with np.errstate(all="ignore"):
            again = np.broadcast_to(eval(formula.code, {"np": np, "x": x, "y": y}), x.shape)
        assert np.asarray(again, formula(x=x, y=y).dtype).tobytes() == formula(x=x, y=y).tobytes(), text


def test_every_function_is_that_of_its_name() -> None:
    own = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "ln": "log", "atan2": "arctan2"}
    own |= {"min": "minimum", "max": "maximum"}
    for name, (function, takes) in FUNCTIONS.items():
        given = (x, y)[:takes]
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(function(*given), getattr(np, own.get(name, name))(*given))
    assert CONSTANTS["pi"] == np.pi and CONSTANTS["e"] == np.e


def test_what_has_no_value_is_nan_or_infinite_and_compares_as_false() -> None:
    assert np.isnan(read("log(x)")(x=x, y=y)[x < 0]).all()
    assert not read("log(x) < 9")(x=x, y=y)[x < 0].any()
    assert np.isinf(read("y/0")(x=x, y=y)).all()
    assert np.isinf(read("9^9^9^9^9 x")(x=x, y=y)).all(), "huge powers end at infinity, at once"
    assert np.isnan(read("0/0 + x")(x=x, y=y)).all()
    assert read("0/0 = x or x > 9")(x=x, y=y).sum() == 0


HOSTILE = {
    "": "the end: must be a number",
    "   ": "the end: must be a number",
    "x +": "the end: must be a number",
    "(x": "a bracket that closes",
    "x)": "must end here",
    "sin x": "as in sin(x)",
    "hypot(x)": "hypot has 1 arguments; must be 2",
    "sin(x, y)": "sin has 2 arguments; must be 1",
    "foo(x) > 1": "'foo' at character 1: not known; must be one of x, y, pi",
    "x + 2z": "'z' at character 6: not known",
    "(x > 0) + 1": "a comparison stands where a number must be",
    "x and y": "a number stands where a comparison must be",
    "not x": "a number stands where a comparison must be",
    "__import__('os').system('true')": "'_' at character 1",
    "x.__class__": "'.' at character 2",
    "[1 for x in y]": "'[' at character 1",
    "lambda: x": "':' at character 7",
    "x if y else 1": "not known",
    "eval(x)": "'eval' at character 1: not known",
    "exec": "'exec' at character 1: not known",
    "x; y": "';' at character 2",
    "x := 1": "':' at character 3",
    '"x"': "at character 1",
    "1e999": "must be a number below 1.8e308",
    "x\0": "'\\u0000' at character 2",
    "x\n\n\ty ¬": "'¬' at character 7",
    "𝐱 > 0": "at character 1",
    "(" * 10_000 + ")" * 10_000: "20,000 characters; must be at most 200",
    "(" * 60 + "x" + ")" * 60: "more than 40 brackets",
    "-" * 150 + "x": "more than 40 brackets",
    "2^" * 90 + "x": "more than 40 brackets",
    "not " * 45 + "x > 0": "more than 40 brackets",
    "sin(" * 45: "more than 40 brackets",
}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:24]))
def test_what_is_no_formula_is_refused_in_a_line(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(FormulaError) as error:
        read(text)
    said = str(error.value)
    assert HOSTILE[text] in said and "\n" not in said and len(said) < 300
    assert time.perf_counter() - began < 1
    if text.strip():
        with pytest.raises(UserError, match=r"^formula = "):
            make_config({"data": "formula", "formula": text})


def test_the_longest_formula_is_read_and_computed() -> None:
    formula = read("x" + "+x" * ((LONGEST - 1) // 2))
    np.testing.assert_allclose(formula(x=x, y=y), 100 * x)


# --- the data sets ---------------------------------------------------------------------------------------------------


def test_a_formula_parts_the_plane() -> None:
    data = load("formula", formula="hypot(x, y) < 1.2", examples=500, seed=4)
    inside = np.hypot(*data.x.T) < 1.2
    np.testing.assert_array_equal(data.y[:, 0], inside)
    assert np.abs(data.x).max() <= 1.6 and data.classes == ("0", "1")
    assert data.x_test is not None and data.y_test is not None
    np.testing.assert_array_equal(data.y_test[:, 0], np.hypot(*data.x_test.T) < 1.2)
    sign = load("formula", formula="x*y", examples=500, seed=4)
    np.testing.assert_array_equal(sign.x, data.x)
    np.testing.assert_array_equal(sign.y[:, 0], sign.x.prod(axis=1) > 0)


def test_labels_are_made_wrong_and_points_are_moved_after_that() -> None:
    clean, wrong = load("formula"), load("formula", label_noise=0.1, noise=0.3)
    assert wrong.flipped is not None and wrong.flipped.sum() == 30
    np.testing.assert_array_equal(clean.y[:, 0] != wrong.y[:, 0], wrong.flipped)
    assert (wrong.x - clean.x).std() == pytest.approx(0.3, abs=0.03)


def test_a_formula_of_x_alone_is_learned_as_numbers_or_classes() -> None:
    data = load("curve", formula="x^2 - 1", noise=0.0, examples=40)
    np.testing.assert_array_equal(data.y, data.x**2 - 1)
    assert data.x.shape == (40, 1) and data.classes == () and data.x_test is not None and data.y_test is not None
    np.testing.assert_array_equal(data.y_test, data.x_test**2 - 1)
    noisy = load("curve", formula="x^2 - 1", noise=0.5, examples=4000)
    assert (noisy.y - (noisy.x**2 - 1)).std() == pytest.approx(0.5, abs=0.03)
    parted = load("curve", formula="sin(2x) > 0", noise=0.0)
    np.testing.assert_array_equal(parted.y > 0.5, np.sin(2 * parted.x) > 0)
    assert parted.classes == ("0", "1")
    half = load("curve", formula="sqrt(x)", noise=0.0)
    assert half.x.min() >= 0 and np.isfinite(half.y).all() and half.x_test is not None and half.x_test.min() >= 0
    poles = load("curve", formula="1/x", examples=500, noise=0.0)
    assert np.abs(poles.y).max() <= 1000


@pytest.mark.parametrize(
    ("key", "formula", "said"),
    [
        ("formula", "x > 9", "formula = x > 9: says the same of all 300 points"),
        ("formula", "log(-1) x", "says the same of all"),
        ("curve", "y", "formula = y: 'y' at character 1: not known; must be one of x, pi"),
        ("formula", "|x| < 1", "'|' at character 1: must be a number, a name or a bracket; of |x|: abs(x)"),
        ("formula", "x ÷ ≤ 1", "'≤' at character 5: must be"),
        ("curve", "log(x - 2.5)", "at too few places between -3 and 3; must be at a fourth of them at least"),
        ("curve", "0/0", "at too few places"),
        ("curve", "x > 9", "says the same of all 30 inputs"),
    ],
)
def test_what_makes_no_data_is_refused(key: str, formula: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        load(key, formula=formula)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("formula", {"formula": "y > sin(3x) and hypot(x,y)<1.5 or " + "x+" * 40 + "1>3", "label_noise": 0.1}),
        ("formula", {"formula": "-x/0", "noise": 0.2, "seed": 3}),
        ("curve", {"formula": "1/x - 2x²", "seed": 2}),
        ("curve", {"formula": "sqrt(x) > 1 or x < -2", "noise": 0.1}),
    ],
)
def test_the_lines_make_the_same_examples(key: str, settings: dict[str, Any]) -> None:
    data, made = load(key, **settings), code(key, **settings)
    assert max(map(len, made.lines)) <= 110
    names: dict[str, Any] = {"np": np, "SeedSequence": np.random.SeedSequence}
    exec("\n".join(made.lines), names)
    assert names["X"].tobytes() == data.x.tobytes() and names["Y"].tobytes() == data.y.tobytes()


def test_a_formula_is_a_setting_that_only_its_data_have() -> None:
    base = RunConfig(data="formula", formula="x > y")
    assert base.changed(data="moons").formula == ""
    with pytest.raises(UserError, match="formula: the data set 'moons' has no such setting"):
        load("moons", formula="x > y")
