"""Arrays of .npz files: what is made of them, and what is refused before it is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.tables.prepare import TableChoices, guess_task, prepare
from dropout_viz.data.tables.read import read
from dropout_viz.errors import UserError

X = np.arange(12.0).reshape(6, 2) ** 2


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "my.npz", **arrays)
    return folder / "my.npz"


@pytest.mark.parametrize(
    ("y", "task", "classes", "outputs"),
    [
        (np.arange(6) % 3, "classes", ("0", "1", "2"), 3),
        (np.arange(6) / 7, "numbers", (), 1),
        (np.arange(6)[:, None] / 7, "numbers", (), 1),
        (np.arange(6) % 2 == 1, "classes", ("False", "True"), 1),
        (np.array(["b", "a", "c"] * 2), "classes", ("a", "b", "c"), 3),
        (np.eye(3)[np.arange(6) % 3], "classes", ("1", "2", "3"), 3),
        (X / 3 + 0.5, "numbers", (), 2),
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int16])
def test_what_is_made(y: Any, task: str, classes: tuple[str, ...], outputs: int, dtype: Any, tmp_path: Path) -> None:
    table = read(saved(tmp_path, x=X.astype(dtype), y=y))
    assert guess_task(table, "y") == task
    data = prepare(table, TableChoices("y", task, standardise=False, test_share=0))
    assert data.classes == classes and data.y.shape == (6, outputs) and data.features == ("x1", "x2")
    order = np.argsort(data.x[:, 0])
    np.testing.assert_array_equal(data.x[order], X)
    if not classes:
        np.testing.assert_allclose(data.y[order], np.reshape(y, (6, -1)))


def bomb(folder: Path, claimed: str, size: int) -> Path:
    """An array that claims a shape, and holds so many noughts."""
    head = io.BytesIO()
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {claimed}, }}"
    head.write(b"\x93NUMPY\x01\x00" + (len(text) + 1).to_bytes(2, "little") + text.encode() + b"\n")
    with zipfile.ZipFile(folder / "my.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        for name in ("x", "y"):
            packed.writestr(f"{name}.npy", head.getvalue() + bytes(size))
    return folder / "my.npz"


def cut(folder: Path) -> Path:
    path = saved(folder, x=X, y=X[:, 0])
    path.write_bytes(path.read_bytes()[:-60])
    return path


def not_packed(folder: Path) -> Path:
    (folder / "my.npz").write_bytes(b"PK\3\4" + bytes(40))
    return folder / "my.npz"


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda f: saved(f, x=X), r"no array y \(there is x\)"),
        (lambda f: saved(f, x=X, y=np.zeros(5)), r"y has shape \(5,\); must be \(6,\) or \(6, outputs\)"),
        (lambda f: saved(f, x=X[0], y=X[0]), r"x has shape \(2,\); must be \(n, features\)"),
        (lambda f: saved(f, x=X[:0], y=X[:0, 0]), r"x has shape \(0, 2\)"),
        (lambda f: saved(f, x=X, y=np.zeros((6, 2, 2))), r"y has shape \(6, 2, 2\)"),
        (lambda f: saved(f, x=X.astype(str), y=X[:, 0]), "x is of <U.*; must be of numbers"),
        (lambda f: saved(f, x=X, y=np.array([{}] * 6, object)), "y is of objects, which only a pickle holds"),
        (lambda f: saved(f, x=X.astype(complex), y=X[:, 0]), "x is of complex128; must be of numbers"),
        (lambda f: saved(f, x=np.where(X == 4, np.inf, X), y=X[:, 0]), "row 2, column 'x1': inf: must be a number"),
        (lambda f: saved(f, x=np.zeros((2, 17_000)), y=np.zeros(2)), "17,000 features and 1 outputs; must be at most"),
        (lambda f: bomb(f, "(1000000000, 4)", 100), "x has 32,000,000,000 bytes; must be at most 1,073,741,824"),
        (lambda f: bomb(f, "(10, 4)", 100), "cannot be read"),
        (lambda f: bomb(f, "(-4, -4)", 100), "cannot be read|has shape"),
        (lambda f: bomb(f, "__import__", 100), "cannot be read"),
        (cut, "cannot be read"),
        (not_packed, "cannot be read"),
    ],
)
def test_what_is_refused(make: Any, wanted: str, tmp_path: Path) -> None:
    path = make(tmp_path)
    with pytest.raises(UserError, match=wanted) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ") and "\n" not in str(caught.value)
