"""A run as a Python script, in NumPy or PyTorch: for the clipboard, or a file with the data that it needs beside it."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from dropout_viz import assets
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.state import RunState
from dropout_viz.errors import UserError
from dropout_viz.files import exists, read_bytes, write_bytes, write_text
from dropout_viz.script import numpy_code as code_numpy
from dropout_viz.script import torch_code as code_torch
from dropout_viz.script.parts import data_code
from dropout_viz.script.recipe import Recipe

LIBRARIES: dict[str, Callable[[Recipe], str]] = {"numpy": code_numpy.script, "torch": code_torch.script}
"""What makes a script's text, by library."""


def library_of(path: Path) -> str:
    """Return the library that a script of this name is for: PyTorch where it ends in ``_torch.py``."""
    return "torch" if path.stem.lower().endswith("_torch") else "numpy"


def recipe_of(run: RunState | Arms, steps: int, *, arm: int = 0, source: str = "") -> Recipe:
    """Return what a script of the first ``steps`` steps of a run has to repeat.

    Args:
        run: at any step; what was changed in it up to that step is known. steps: any number of them.
        arm: which of the config's arms, where it has some. source: the preset or file that the run came from.

    Raises:
        UserError: a run that no script can repeat.
    """
    first, data = (run.first, run.data) if isinstance(run, RunState) else (run.first_config, run.first.data)
    together = bool(run.trainers[0].config.arms)  # one trainer has all arms
    return Recipe.of(first, data, steps, run.changes, together=together, arm=arm, source=source)


def write_code(recipe: Recipe, path: Path) -> list[Path]:
    """Write a run's script, and beside it the data that it reads, where that is not there yet. Return what was written.

    Raises:
        UserError: a run that no script of readable length repeats, a place that cannot be written, or one where other
        data of that name are, which are left alone.
    """
    recipe = replace(recipe, script=path.stem)
    text, made = LIBRARIES[library_of(path)](recipe), data_code(recipe)
    if not made.beside:
        write_text(path, text)
        return [path]
    data = _examples(recipe) if made.examples else assets.path("datasets", made.beside).read_bytes()
    beside = path.parent / made.beside
    there = exists(beside)
    if there and not _holds(beside, data):
        raise UserError(f"{beside}: not the data that the script is to read; must be those, or not there")
    write_text(path, text)
    if not there:
        write_bytes(beside, data)
    return [path] if there else [path, beside]


def _examples(recipe: Recipe) -> bytes:
    """Return an .npz file of a run's training examples."""
    into = io.BytesIO()
    np.savez(into, x=recipe.data.x, y=recipe.data.y)
    return into.getvalue()


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_bytes(path, len(data)) == data
    except (OSError, UserError):
        return False


def export_code(run: Arms, end: int, path: Path, source: str = "") -> list[Path]:
    """Write the script of a run up to step ``end``, or to where a rule to stop ends it sooner. Return what was written.

    Only a run with such a rule is trained for it. Raises ``UserError`` as ``write_code`` does.
    """
    recipe = recipe_of(run, end, source=source)
    LIBRARIES[library_of(path)](recipe)  # refuses what cannot be written before anything takes long
    if run.config.stop_loss is not None or run.config.patience is not None:
        while run.step < end and not run.stopped:
            run.advance(min(1000, end - run.step))
        recipe = replace(recipe, steps=min(end, run.step) if run.stopped else end)
    return write_code(recipe, path)
