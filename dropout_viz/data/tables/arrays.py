"""Arrays ``x`` and ``y`` of an .npz file as a table. Nothing is ever unpickled, and nothing read before its size is
known to be bearable."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from dropout_viz.data.tables.cells import LARGEST
from dropout_viz.data.tables.columns import FileColumn
from dropout_viz.data.tables.table import FileTable
from dropout_viz.errors import UserError, plain

ENDING = ".npz"
MOST_BYTES, MOST_INPUTS, MOST_OUTPUTS = 1 << 30, 16_384, 1000
_WANTED = "must be an .npz file with arrays x (n, features) and y (n,) or (n, outputs)"
_SHOWN, _SHOWN_COLUMNS = 50, 64


def read(path: Path, file: BinaryIO, going: Callable[[], bool]) -> FileTable:
    """Return the arrays of an open file as columns x1, x2, ... and y, or y1, y2, ..., which ``y`` names together.

    Raises:
        UserError: no such arrays, objects, sizes that are too large, or given up.
    """
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        if not going():
            raise UserError(f"{path}: reading was given up")
        digest.update(piece)
    try:
        with zipfile.ZipFile(file) as packed:
            x, y = (_array(path, packed, name) for name in ("x", "y"))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UserError(f"{path}: cannot be read ({plain(ValueError(str(error)))[:120]}); {_WANTED}") from None
    if x.ndim != 2 or not x.size:
        raise UserError(f"{path}: x has shape {x.shape}; must be (n, features), with n and features at least 1")
    if y.ndim not in (1, 2) or len(y) != len(x) or not y.size:
        raise UserError(f"{path}: y has shape {y.shape}; must be ({len(x)},) or ({len(x)}, outputs), as x has {len(x)}")
    if x.dtype.kind not in "fiub":
        raise UserError(f"{path}: x is of {x.dtype}; must be of numbers")
    if x.shape[1] > MOST_INPUTS or (y.ndim == 2 and y.shape[1] > MOST_OUTPUTS):
        raise UserError(
            f"{path}: {x.shape[1]:,} features and {y.size // len(x):,} outputs; must be at most {MOST_INPUTS:,} and "
            f"{MOST_OUTPUTS:,}"
        )
    columns = [_numbers(path, f"x{j + 1}", x[:, j]) for j in range(x.shape[1])]
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    outputs: dict[str, tuple[str, ...]] = {}
    if y.ndim == 1:
        columns.append(_target(path, y))
    elif y.dtype.kind in "fiub" and _one_of_each(y):
        texts = tuple(str(k + 1) for k in range(y.shape[1]))
        columns.append(FileColumn("y", "texts", y.argmax(axis=1).astype(np.int32), texts, 0, len(texts)))
    else:
        names = tuple(f"y{k + 1}" for k in range(y.shape[1]))
        columns += [_numbers(path, name, y[:, k]) for k, name in enumerate(names)]
        outputs["y"] = names
    shown = tuple(
        (*(f"{value:g}" for value in x[row, :_SHOWN_COLUMNS]), *(str(value) for value in np.atleast_1d(y[row])))
        for row in range(min(_SHOWN, len(x)))
    )
    return FileTable(path, digest.hexdigest(), columns, len(x), shown if x.shape[1] <= _SHOWN_COLUMNS else (), outputs)


def _array(path: Path, packed: zipfile.ZipFile, name: str) -> NDArray[Any]:
    try:
        about = packed.getinfo(f"{name}.npy")
    except KeyError:
        there = ", ".join(one.removesuffix(".npy")[:20] for one in packed.namelist()[:6])
        raise UserError(f"{path}: no array {name} (there is {there or 'nothing'}); {_WANTED}") from None
    with packed.open(about) as member:
        version = npy.read_magic(member)
        reader = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}.get(version)
        if reader is None:
            raise ValueError(f"{name} is of format {version}")
        shape, _, dtype = reader(member)
    size = dtype.itemsize
    for n in shape:
        size *= int(n)
    if dtype.hasobject:
        raise UserError(f"{path}: {name} is of objects, which only a pickle holds; must be of numbers or texts")
    if size > MOST_BYTES or about.file_size > MOST_BYTES + (1 << 16):
        raise UserError(f"{path}: {name} has {max(size, about.file_size):,} bytes; must be at most {MOST_BYTES:,}")
    with packed.open(about) as member:
        return np.asarray(npy.read_array(member, allow_pickle=False))


def _numbers(path: Path, name: str, values: NDArray[Any]) -> FileColumn:
    if values.dtype.kind not in "fiub":
        raise UserError(f"{path}: {name} is of {values.dtype}; must be of numbers")
    numbers = values.astype(np.float64, copy=False)
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~(np.isnan(numbers) | (np.abs(numbers) <= LARGEST)))
    if bad.size:
        said = f"{numbers[bad[0]]:g}: must be a number of at most {LARGEST:g}"
        raise UserError(f"{path}: row {bad[0] + 1}, column '{name}': {said}")
    first = numbers[: 1 << 16]
    return FileColumn(
        name, "numbers", numbers, (), int(np.isnan(numbers).sum()), len(np.unique(first[~np.isnan(first)]))
    )


def _target(path: Path, y: NDArray[Any]) -> FileColumn:
    if y.dtype.kind == "b":
        return FileColumn("y", "yes or no", y.astype(np.float64), ("False", "True"), 0, 2)
    if y.dtype.kind in "US":
        try:
            texts, values = np.unique(y.astype(np.str_), return_inverse=True)
        except UnicodeDecodeError:
            raise UserError(f"{path}: y has bytes that are no text; must be of numbers or texts") from None
        if len(texts) > MOST_OUTPUTS:
            raise UserError(f"{path}: y has {len(texts):,} different texts; must have at most {MOST_OUTPUTS:,}")
        return FileColumn("y", "texts", values.astype(np.int32), tuple(map(str, texts)), 0, len(texts))
    return _numbers(path, "y", y)


def _one_of_each(y: NDArray[Any]) -> bool:
    """Return whether every row says one class, by a 1 among zeros."""
    return bool(np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all())
