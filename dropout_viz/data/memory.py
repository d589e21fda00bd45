"""Data sets made of arrays that somebody has at hand: called by what they hold, and there while somebody keeps them.

A run's settings name such a data set ``memory:`` and the first twelve digits of the arrays' SHA-256. No file holds the
arrays: whoever opens such a run elsewhere gives them again, and others are refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.errors import UserError
from dropout_viz.words import many

Array = NDArray[Any]
Task = Literal["classes", "numbers"]
_KEY = re.compile(r"memory:[0-9a-f]{12}")
_MOST_CLASSES = 100
_NO_NUMBERS = {"c": "complex numbers", "M": "times", "m": "spans of time", "S": "bytes", "V": "records"}
_MADE_OF = {
    "c": "real numbers: real and imaginary parts as columns, say",
    "M": "numbers: days since one of them, say",
    "m": "numbers: of days, say",
    "S": "numbers or text: decoded, say",
    "V": "numbers, a column each",
}
_given: WeakValueDictionary[str, DataSet] = WeakValueDictionary()


def is_memory(key: str) -> bool:
    """Return whether a data set's key is of one that was made of arrays."""
    return _KEY.fullmatch(key) is not None


def title(key: str) -> str:
    """Return what such a data set is called for people."""
    return f"Arrays {key.partition(':')[2][:6]}…"


def remember(data: DataSet) -> str:
    """Let a data set that was made of arrays be found by its key while somebody keeps it; return the key."""
    key = f"memory:{data.files[:12]}"
    _given[key] = data
    return key


def recall(key: str) -> DataSet:
    """Return a data set that somebody keeps. Raises ``UserError`` where nobody does."""
    data = _given.get(key)
    if data is None:
        raise UserError(
            f"data = {key}: arrays that were given from Python, which no file holds; must be given again: "
            "dropout_viz.open(PATH, data=(x, y))"
        )
    return data


def data_set(
    x: Any,
    y: Any,
    x_test: Any = None,
    y_test: Any = None,
    *,
    task: Task | None = None,
    classes: tuple[str, ...] | None = None,
    features: tuple[str, ...] | None = None,
) -> DataSet:
    """Return a data set of arrays, for ``run(..., data=...)``. They are copied.

    Args:
        x: training inputs: numbers, (examples, features) or (examples,), or pictures, (examples, height, width). An
            array, a list, or a table of another library that has ``to_numpy``, whose columns give their names. float32
            stays, all else becomes float64. Nothing is scaled: inputs around 0, of spread about 1, are learned best.
        y: training targets, (examples,) or (examples, outputs). Text, true and false, whole numbers of at most 100
            values, numbers that are all 0 or 1, and rows with a single 1 are classes; anything else is numbers.
        x_test, y_test: the same for the test set, or None for none.
        task: ``"classes"`` or ``"numbers"``, where that is not to be guessed.
        classes: of text the same texts again, in the order that the classes are to have. Other names rename: the first
            is for the lowest value of y, by number or alphabet, and so on; of several columns for the first. None: the
            values themselves.
        features: names of the inputs, (features,); None: the table's columns, or x1, x2, ...

    Returns:
        The data set: two classes as one 0/1 column, more as one column each.

    Raises:
        UserError: shapes that do not fit, what is no number, or a single class; one line.

    >>> data = data_set([[0, 0], [0, 1], [1, 0], [1, 1]], ["no", "yes", "yes", "no"])
    >>> data.classes, data.y[:, 0].tolist()
    (('no', 'yes'), [0.0, 1.0, 1.0, 0.0])
    """
    if (x_test is None) != (y_test is None):
        raise UserError("x_test, y_test: one without the other; must be both, or neither")
    inputs, image = _inputs(x, "x")
    targets = [_column(y, "y", len(inputs))]
    tests = None
    if x_test is not None:
        tests, _ = _inputs(x_test, "x_test")
        if tests.shape[1] != inputs.shape[1]:
            raise UserError(f"x_test: {many(tests.shape[1], 'column')}; must be {inputs.shape[1]}, as in x")
        targets.append(_column(y_test, "y_test", len(tests)))
        if targets[1].shape[1:] != targets[0].shape[1:]:
            raise UserError(f"y_test: shape {targets[1].shape}; must have the columns of y, shape {targets[0].shape}")
    names, coded = _coded(targets, task, classes)
    dtype = np.float32 if inputs.dtype == np.float32 else np.float64
    named = _names(x, inputs.shape[1]) if features is None else _texts(features, "features")
    if len(named) != inputs.shape[1]:
        raise UserError(f"features: {len(named)} names; must be {inputs.shape[1]}, one for each column of x")
    arrays: dict[str, NDArray[np.floating]] = {"x": inputs.astype(dtype), "y": coded[0].astype(dtype)}
    if tests is not None:
        arrays |= {"x_test": tests.astype(dtype), "y_test": coded[1].astype(dtype)}
    return DataSet(
        x=arrays["x"],
        y=arrays["y"],
        x_test=arrays.get("x_test"),
        y_test=arrays.get("y_test"),
        classes=names,
        features=named,
        image=image,
        credit="Arrays that were given from Python.",
        files=_digest(arrays.values(), names, named),
    )


def _plain(values: Any, name: str) -> Array:
    """Return what a list, an array, or a column or table of another library holds, as a NumPy array.

    Raises:
        UserError: what NumPy would take for numbers that it is not. ValueError: rows of different lengths.
    """
    given = values.to_numpy() if hasattr(values, "to_numpy") else values
    if np.ma.is_masked(given):
        place = ", ".join(map(str, np.argwhere(np.ma.getmaskarray(given))[0]))
        raise UserError(f"{name}: [{place}] is masked; must be values throughout: filled, or left out")
    found = np.array(given)
    if found.dtype.names:  # a table's rows
        found = np.stack([found[column] for column in found.dtype.names], axis=1)
    if wrong := _NO_NUMBERS.get(found.dtype.kind):
        raise UserError(f"{name}: {wrong} (of type {found.dtype}); must be {_MADE_OF[found.dtype.kind]}")
    return found


def numbers(values: Any, name: str) -> Array:
    """Return values as an array of float64, or of float32 where they are that. Raises ``UserError``."""
    try:
        found = _plain(values, name)
        return found if found.dtype == np.float32 else found.astype(np.float64)
    except (TypeError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise UserError(f"{name}: {said}; must be numbers, a row for each example") from None


def _inputs(x: Any, name: str) -> tuple[Array, tuple[int, int] | None]:
    """Return inputs, (examples, features), and the (height, width) of pictures, given (examples, height, width)."""
    found = numbers(x, name)
    if found.ndim not in (1, 2, 3) or not found.size:
        raise UserError(f"{name}: shape {found.shape}; must be (examples, features), or (examples, height, width)")
    image = (found.shape[1], found.shape[2]) if found.ndim == 3 else None
    found = found.reshape(len(found), -1)
    bad = np.argwhere(~np.isfinite(found))
    if len(bad):
        row, column = bad[0].tolist()
        raise UserError(f"{name}: row {row}, column {column} (from 0) is {found[row, column]}; must be finite numbers")
    return found, image


def _column(y: Any, name: str, examples: int) -> Array:
    """Return targets, (examples,) or (examples, outputs), of whatever kind they are."""
    try:
        found = _plain(y, name)
    except ValueError as error:
        raise UserError(f"{name}: {' '.join(str(error).split())[:200]}; must be one target for each example") from None
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim not in (1, 2) or len(found) != examples or not found.size:
        raise UserError(f"{name}: shape {found.shape}; must be ({examples},) or ({examples}, outputs)")
    if found.dtype == object:  # a table's column of text, or numbers among which something is missing
        parts = found.ravel().tolist()
        if any(part is None or part != part for part in parts):
            raise UserError(f"{name}: something is missing; must be a target for each example")
        found = found.astype(str) if any(isinstance(part, str) for part in parts) else found.astype(np.float64)
    if found.dtype.kind not in "biufU":
        raise UserError(f"{name}: of type {found.dtype}; must be numbers, text, or true and false")
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        raise UserError(f"{name}: not all are finite numbers; must be")
    return found


def _coded(
    targets: list[Array], task: Task | None, classes: tuple[str, ...] | None
) -> tuple[tuple[str, ...], list[Array]]:
    """Return the classes' names, none where the targets are numbers, and the targets as columns of numbers."""
    if task not in (None, "classes", "numbers"):
        raise UserError(f"task = {task!r}: must be 'classes' or 'numbers'")
    classes = None if classes is None else _texts(classes, "classes")
    first = targets[0]
    if first.ndim == 2:
        return _coded_columns(targets, task, classes)
    if len({t.dtype.kind in "U" for t in targets}) > 1:
        raise UserError("y, y_test: one is text and the other is not; must be of one kind")
    known = np.unique(np.concatenate(targets))
    whole = first.dtype.kind in "bU" or (first.dtype.kind in "iu" and len(known) <= _MOST_CLASSES)
    binary = first.dtype.kind == "f" and set(known.tolist()) == {0.0, 1.0}
    if task == "numbers" or (task is None and classes is None and not (whole or binary)):
        if first.dtype.kind in "U":
            raise UserError("y: text; must be numbers where task is 'numbers'")
        return (), [t[:, None].astype(np.float64) for t in targets]
    if len(known) < 2:
        raise UserError(f"y: {many(len(known), 'class', 'classes')}; must be at least two")
    if len(known) > _MOST_CLASSES:
        raise UserError(f"y: {len(known):,} classes; must be at most {_MOST_CLASSES}, or task = 'numbers'")
    names = classes if classes is not None else tuple(_name(value) for value in known.tolist())
    if len(names) != len(known):
        raise UserError(f"classes: {len(names)} names; must be {len(known)}, one for each value of y in order")
    placed = [np.searchsorted(known, t) for t in targets]
    if first.dtype.kind in "U" and set(names) == set(known.tolist()):  # the same texts: they say the order
        order = np.array([names.index(text) for text in known.tolist()])
        placed = [order[p] for p in placed]
    if len(known) == 2:
        return names, [p[:, None].astype(np.float64) for p in placed]
    return names, [(p[:, None] == np.arange(len(known))).astype(np.float64) for p in placed]


def _coded_columns(
    targets: list[Array], task: Task | None, classes: tuple[str, ...] | None
) -> tuple[tuple[str, ...], list[Array]]:
    """Return targets that are given in several columns: one 0/1 column a class, or numbers."""
    if any(t.dtype.kind in "U" for t in targets):
        raise UserError("y: text in several columns; must be numbers, or one column")
    numbers = [t.astype(np.float64) for t in targets]
    one_hot = all(bool(np.isin(t, (0, 1)).all() and (t.sum(axis=1) == 1).all()) for t in numbers)
    if task == "numbers" or not one_hot:
        if task == "classes" or classes is not None:
            raise UserError("y: several columns that are no classes; must have one 1 in each row, and 0 elsewhere")
        return (), numbers
    outputs = numbers[0].shape[1]
    names = classes if classes is not None else tuple(map(str, range(outputs)))
    if len(names) != outputs:
        raise UserError(f"classes: {len(names)} names; must be {outputs}, one for each column of y")
    if outputs == 2:  # of two classes the program knows one column
        return names, [t[:, 1:] for t in numbers]
    return names, numbers


def _texts(names: Any, what: str) -> tuple[str, ...]:
    """Return names as texts. Raises ``UserError`` for what is no list of them, or has one twice."""
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise UserError(f"{what} = {names!r}: must be a list of names")
    found = tuple(map(str, names))
    if twice := [name for at, name in enumerate(found) if name in found[:at]]:
        raise UserError(f"{what}: {twice[0]!r} stands there twice; must be different names")
    return found


def _name(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _names(x: Any, features: int) -> tuple[str, ...]:
    """Return the names of a table's columns, or numbers from 1."""
    columns = getattr(x, "columns", None)
    named = tuple(map(str, columns)) if columns is not None else ()
    return named if len(named) == features else tuple(f"x{k}" for k in range(1, features + 1))


def _digest(arrays: Iterable[NDArray[np.floating]], *names: tuple[str, ...]) -> str:
    """Return a SHA-256 of all that makes these data another's."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(f"{array.dtype.str} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).data)
    found.update(repr(names).encode())
    return found.hexdigest()
