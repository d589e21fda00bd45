"""Lines of code that make a data set make the very same one, for every data set that has them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import SeedSequence

from dropout_viz import assets, registry
from dropout_viz.data.code import Code, code
from dropout_viz.data.load import load, options

MADE = {key: entry for key, entry in registry.entries("data").items() if not entry.facts.get("OWN")}
KEYS = [key for key, entry in MADE.items() if hasattr(entry.load(), "code")]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"examples": 30},
    {"examples": 31, "noise": 0.0, "label_noise": 0.25, "seed": 5},
    {"label_noise": 0.01, "seed": 2**32 - 1},
]


def made(code: Code, folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    if code.beside:
        (folder / code.beside).write_bytes(assets.path("datasets", code.beside).read_bytes())
    monkeypatch.setattr(sys, "argv", ["script", str(data)])
    names: dict[str, Any] = {"np": np, "sys": sys, "SeedSequence": SeedSequence, "__file__": str(folder / "x.py")}
    exec("\n".join([*code.imports, *code.lines]), names)
    return names


@pytest.mark.thinned(2)
@pytest.mark.parametrize("settings", SETTINGS, ids=str)
@pytest.mark.parametrize("key", KEYS)
def test_the_lines_make_the_same_numbers_in_the_same_order(
    key: str, settings: dict[str, Any], tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = {name: value for name, value in settings.items() if name in options(key)}
    data, lines = load(key, **taken), code(key, **taken)
    names = made(lines, tmp_path, small_data, monkeypatch)
    for wanted, found in ((data.x, names["X"]), (data.y, names["Y"])):
        assert found.dtype == lines.dtype
        cast = found.astype(wanted.dtype)
        assert cast.shape == wanted.shape
        assert cast.tobytes("A") == wanted.tobytes("A")
        assert cast.flags["C_CONTIGUOUS"] == wanted.flags["C_CONTIGUOUS"]


def test_every_data_set_that_ships_has_them() -> None:
    assert set(MADE) == set(KEYS)


def test_packed_files_are_read_too(tmp_path: Path, small_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    for path in small_data.iterdir():
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    monkeypatch.setenv("DROPOUT_VIZ_DATA", str(tmp_path))
    names = made(code("mnist"), tmp_path, tmp_path, monkeypatch)
    assert np.array_equal(names["X"], load("mnist").x)
