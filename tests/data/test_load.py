"""Every data set by the registry: shapes, reproducibility, read-only arrays; and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.data.load import SETTINGS, load, options
from dropout_viz.errors import UserError

KEYS = [key for key, entry in registry.entries("data").items() if not entry.facts.get("OWN")]
DRAWN = [key for key in KEYS if "seed" in options(key)]


@pytest.mark.parametrize("key", KEYS)
def test_every_data_set_is_whole(key: str) -> None:
    data = load(key)
    parts = [(data.x, data.y)]
    if data.x_test is not None:
        assert data.y_test is not None
        parts.append((data.x_test, data.y_test))
    for x, y in parts:
        assert x.dtype == y.dtype
        assert x.dtype in (np.float64, np.float32)
        assert x.ndim == y.ndim == 2
        assert len(x) == len(y)
        assert x.shape[1] == data.x.shape[1] == len(data.features)
        assert y.shape[1] == data.y.shape[1]
        assert np.isfinite(x).all()
        if data.classes:
            assert np.abs(x).max() < 1.7
            assert set(np.unique(y)) <= {0.0, 1.0}
    if not data.classes:
        assert not set(np.unique(data.y)) <= {0.0, 1.0}
    elif len(data.classes) == 2:
        assert data.y.shape[1] == 1
    else:
        assert data.y.shape[1] == len(data.classes)
        assert (data.y.sum(axis=1) == 1).all()
    if data.image:
        assert np.prod(data.image) == data.x.shape[1]
    assert data.credit


@pytest.mark.parametrize("key", KEYS)
def test_no_reader_can_spoil_a_data_set_for_the_next(key: str) -> None:
    data = load(key)
    for array in (data.x, data.y, data.x_test, data.y_test):
        if array is not None:
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 7.0


@pytest.mark.parametrize("key", KEYS)
def test_the_same_arguments_give_the_same_arrays(key: str) -> None:
    first, second = load(key, seed=3), load(key, seed=3)
    for name in ("x", "y", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


@pytest.mark.parametrize("key", DRAWN)
def test_another_seed_draws_other_points(key: str) -> None:
    assert not np.array_equal(load(key, seed=0).x, load(key, seed=1).x)


@pytest.mark.parametrize("key", registry.entries("data"))
def test_every_option_is_a_setting(key: str) -> None:
    assert set(options(key)) <= set(SETTINGS)


@pytest.mark.parametrize("key", [key for key in registry.entries("data") if key not in KEYS])
def test_a_data_set_of_ones_own_asks_for_a_file(key: str) -> None:
    with pytest.raises(UserError, match=r"^file: empty; must be "):
        load(key)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("option", "value"), [("examples", 10), ("noise", 0.17), ("label_noise", 0.1)])
def test_an_option_is_honoured_or_refused(key: str, option: str, value: Any) -> None:
    if option in options(key):
        plain, other = load(key), load(key, **{option: value})
        assert not (np.array_equal(plain.x, other.x) and np.array_equal(plain.y, other.y))
    else:
        with pytest.raises(UserError) as caught:
            load(key, **{option: value})
        line = str(caught.value)
        setting = "data_noise" if option == "noise" else option
        assert line.startswith(f"{setting}: the data set '{key}' has no such setting; it takes ")
        assert "\n" not in line
        for supported in set(options(key)) - {"seed"}:
            assert supported in line


def test_an_unknown_data_set_is_named_with_what_is_allowed() -> None:
    with pytest.raises(
        UserError, match=r"^data: 'mons' is unknown \(did you mean moons\?\); must be one of three-lines"
    ):
        load("mons")


def test_the_posts_rows() -> None:
    data = load("three-lines")
    assert data.x.tolist() == [[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]
    assert data.y.tolist() == [[0], [1], [1], [0]]
    assert data.x_test is None
    assert load("xor").x.tolist() == [row[:2] for row in data.x.tolist()]
