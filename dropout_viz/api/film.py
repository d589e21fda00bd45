"""A film of a run from a script: its steps are done again, whatever it has come to since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from dropout_viz.api.drawing import drawing
from dropout_viz.api.figure import Size, shot_for
from dropout_viz.app.export.frames import check_view, every_for, film_steps, shown_until
from dropout_viz.engine import page_text
from dropout_viz.engine.arms import Arms, arm_of
from dropout_viz.engine.lengths import check_length
from dropout_viz.engine.own_files import check_place
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.terminal import shown
from dropout_viz.errors import UserError


def write_film(
    run: Arms,
    name: str,
    path: Path,
    given: tuple[Any, ...],
    view: str,
    size: Size | None,
    theme: str,
    arm: str | None,
) -> Path:
    """Write a film of a run. ``given``: steps from frame to frame, the first and the last step, frames a second.

    Raises:
        UserError: what cannot be made, another ending, or a place that cannot be written.
    """
    every, first, last, fps = (int(n) if isinstance(n, np.integer) else n for n in given)
    wrong = [n for n in (1 if every is None else every, first, last, fps) if type(n) is not int or n < 0]
    if wrong or every == 0:
        raise UserError("every, first, last, fps: must be whole numbers of at least 0, every of at least 1")
    check_length(last)
    check_view(view)
    check_place(path, run.config)
    if path.suffix.lower() == page_text.ENDING:
        from dropout_viz.app.export.page.written import write_page

        steps = film_steps(first, last, every)
        with shown("frames") as going:
            write_page(_told(run, steps[-1]), steps, name, path, going, 0 if arm is None else arm_of(run.config, arm))
        return path
    with drawing():
        from dropout_viz.app.export import film as films
        from dropout_viz.app.export.shot import WINDOW

        if path.suffix.lower() not in films.MOST_PIXELS:
            raise UserError(
                f"{path}: a film's ending must be one of {', '.join([*films.MOST_PIXELS, page_text.ENDING])}"
            )
        wanted = size or (None if view == WINDOW else films.VIEW_SIZE)
        shot = shot_for(run, name, view, wanted, theme, 1.0, arm)
        film = films.Film(shot, first, last, every or every_for(first, last), fps)
        film.check(path.suffix.lower())
        about = replace(_told(run, last), view=view, picture=film.facts())
        with shown("frames") as going:
            films.write_film(film, Arms.of(run.first_config), about, path, going)
    return path


def _told(run: Arms, last: int) -> ShownRun:
    return shown_until(run.first_config, run.changes, last, run.first.data.files)
