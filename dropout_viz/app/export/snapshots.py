"""What the program does where there is no display: it runs, and leaves pictures."""

from __future__ import annotations

from pathlib import Path

from dropout_viz import registry
from dropout_viz.app.export.pictures import offscreen_application, write_picture
from dropout_viz.app.export.shot import WINDOW, WINDOW_SIZE, Shot
from dropout_viz.engine.source import Source
from dropout_viz.errors import UserError

FOLDER = Path("snapshots")
THEME = "dark"
_LATER = 5_000


def leave_pictures(source: Source, name: str, folder: Path = FOLDER) -> list[Path]:
    """Run a source and write PNG pictures: the window at steps 0, 1 and later, and then every view. Return the files.

    Raises:
        UserError: a folder that cannot be made, or a file that cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: cannot be made ({error.strerror}); must be a writable folder") from None
    offscreen_application()
    run = source.open()
    made = []
    for step in sorted({run.step + step for step in (0, 1, min(source.config.steps, _LATER))}):
        while run.step < step and not run.stopped:
            run.advance(step - run.step)
        made.append(folder / f"{name}-window-step-{step}.png")
        write_picture(Shot(WINDOW, WINDOW_SIZE, theme=THEME), run, made[-1])
    for key in registry.entries("views"):
        made.append(folder / f"{name}-{key}-step-{run.step}.png")
        write_picture(Shot(key, scale=2.0, theme=THEME), run, made[-1])
    return made
