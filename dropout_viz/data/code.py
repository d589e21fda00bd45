"""A data set as lines of Python that make it again, for scripts that repeat a run.

A data set's file may have ``code(...)`` beside ``load(...)``, with the same options, returning a ``Code``.
"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from dropout_viz import registry
from dropout_viz.data import memory
from dropout_viz.errors import UserError


class Code(NamedTuple):
    """Lines that make the training examples, bit for bit and in the same order in memory.

    Attributes:
        lines: they assign X (examples, features) and Y (examples, outputs). They may use ``np``, ``sys``, ``Path`` and
            NumPy's ``SeedSequence``.
        dtype: of the numbers in X and Y. imports: of Python's own library, one line each.
        usage: a sentence on the files that the lines read, or ``""``.
        beside: a file that must lie beside the script, or ``""``: one of ``resources/datasets``, or where ``examples``
            an .npz of the training examples themselves, x and y.
    """

    lines: list[str]
    dtype: str = "float64"
    imports: tuple[str, ...] = ()
    usage: str = ""
    beside: str = ""
    examples: bool = False

    @staticmethod
    def of_examples(stem: str, of: str, dtype: str = "float64") -> Code:
        """Return the lines that read examples, as they were prepared, from an .npz beside the script."""
        name = f"{stem}-examples.npz"
        lines = [
            f"with np.load(Path(__file__).with_name({name!r})) as examples:",
            '    X, Y = examples["x"], examples["y"]',
        ]
        usage = f"It reads {name}, the training {of} as they were prepared, which must lie beside it."
        return Code(lines, dtype, ("from pathlib import Path",), usage, name, examples=True)


def code(key: str, **options: Any) -> Code:
    """Return a data set's lines for the options that ``load`` takes; those that are None are the data set's own.

    Raises:
        UserError: a data set that no few lines make.
    """
    if memory.is_memory(key):
        raise UserError(f"data = {key}: arrays that were given from Python, which no script makes; must be others")
    known = {k: entry.load() for k, entry in registry.entries("data").items()}
    make = getattr(known[key], "code", None)
    if make is None:
        able = ", ".join(k for k, module in known.items() if hasattr(module, "code"))
        raise UserError(f"data = {key}: no few lines of code make it; must be one of {able}")
    supported = inspect.signature(make).parameters
    made: Code = make(**{name: value for name, value in options.items() if name in supported and value is not None})
    return made


def table(x: list[list[int]], y: list[int]) -> list[str]:
    """Return the lines of a table that is written out, with one output."""
    return [f"X = np.array({x})", f"Y = np.array([{y}]).T"]
