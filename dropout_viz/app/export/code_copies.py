"""The run on show as code: entries of the File menu that copy it, and the file that the export dialog writes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from dropout_viz.app.files.menu import MenuEntry
from dropout_viz.app.session import Session
from dropout_viz.engine.frame import Frame
from dropout_viz.errors import UserError
from dropout_viz.words import many

if TYPE_CHECKING:
    from dropout_viz.script.recipe import Recipe

_TITLES = {"numpy": "NumPy", "torch": "PyTorch"}


def entries(session: Session) -> list[MenuEntry]:
    """Return the menu's entries."""

    def why_not() -> str:
        config = session.frame().snapshot.config
        if config.patient is not None:
            return "Code is of runs without a hidden fault."
        return "Code of convolutions is too long to be read." if config.maps else ""

    return [
        MenuEntry(f"Copy as {title} code", partial(copy, session, library), why_not=why_not)
        for library, title in _TITLES.items()
    ]


def copy(session: Session, library: str) -> None:
    """Put code on the clipboard that repeats the run up to the step on show; at step 0, all that it is set to do."""
    from dropout_viz.script.parts import data_code
    from dropout_viz.script.write import LIBRARIES  # not needed before

    try:
        recipe = recipe_of_frame(session.frame(), session.name)
        text, data = LIBRARIES[library](recipe), data_code(recipe)
    except UserError as error:
        session.message.emit(str(error), "error")
        return
    QGuiApplication.clipboard().setText(text)
    script = data.beside.removesuffix("-examples.npz") if data.examples else ""
    needed = f" It reads {data.beside}, which an export as {script}.py leaves beside it." if data.beside else ""
    steps = many(recipe.steps, "step")
    said = f"Copied {_TITLES[library]} code of {steps}, {many(len(text.splitlines()), 'line')}.{needed}"
    session.message.emit(said, "info")


def recipe_of_frame(frame: Frame, name: str = "") -> Recipe:
    """Return what a script of the first arm on show has to repeat; ``name``: of the run's preset or file.

    Raises:
        UserError: a run that no script can repeat.
    """
    from dropout_viz.script.recipe import Recipe

    first = frame.first or frame.config or frame.snapshot.config
    steps = frame.snapshot.step or first.steps
    return Recipe.of(first, frame.data, steps, frame.changes, source=Path(name).name)
