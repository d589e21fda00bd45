"""A picture of one moment of a run, drawn when it is looked at or saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dropout_viz.api.drawing import drawing
from dropout_viz.engine.arms import Arms, arm_of
from dropout_viz.engine.own_files import check_place
from dropout_viz.errors import UserError
from dropout_viz.files import path_of, write_bytes

if TYPE_CHECKING:
    from dropout_viz.app.export.canvas import FigureCanvas
    from dropout_viz.app.export.shot import Shot
    from dropout_viz.engine.frame import Frame

Size = tuple[int, int]


class RunFigure:
    """A picture of one moment of a run: what a notebook shows, and what ``save`` writes.

    The moment is that at which it was asked for, whatever the run does later. It carries the run's settings, seed and
    step: opened with ``dropout_viz.open`` or dropped on the window, the file restores the run. No window is opened, and
    none is left behind; an application that is there already is used, else one that needs no display.

    Attributes:
        view: the view's key, or ``"window"``. step: of the moment.
    """

    def __init__(self, shot: Shot, frame: Frame) -> None:
        self.view, self.step = shot.what, frame.snapshot.step
        self._shot, self._frame = shot, frame
        self._drawn: dict[str, bytes] = {}

    def save(self, path: str | Path) -> Path:
        """Write it as the ending says, ``.png`` or ``.svg``. Returns the path.

        Raises:
            UserError: another ending, or a place that cannot be written.
        """
        place = path_of(path)
        ending = place.suffix.lower()
        if ending not in (".png", ".svg"):
            raise UserError(f"{place}: a figure's ending must be .png or .svg")
        check_place(place, self._frame.snapshot.config)
        write_bytes(place, self._bytes(ending))
        return place

    def _repr_png_(self) -> bytes:
        """Return it as a PNG file."""
        return self._bytes(".png")

    def _repr_svg_(self) -> str:
        """Return it as an SVG file."""
        return self._bytes(".svg").decode("utf-8")

    def __repr__(self) -> str:
        width, height = self._shot.size
        return f"<RunFigure {self.view}, step {self.step:,}, {width} x {height}>"

    def _bytes(self, ending: str) -> bytes:
        if ending not in self._drawn:
            with drawing():
                from dropout_viz.app.export.canvas import FigureCanvas
                from dropout_viz.app.export.pictures import offscreen_application

                application = offscreen_application()
                with FigureCanvas(self._shot, self._frame) as canvas:
                    self._drawn[ending] = _encoded(canvas, ending)
                del application
        return self._drawn[ending]


def _encoded(canvas: FigureCanvas, ending: str) -> bytes:
    return canvas.svg() if ending == ".svg" else canvas.png()


def figure_of(
    run: Arms, name: str, view: str, size: Size | None, theme: str, scale: float, arm: str | None
) -> RunFigure:
    """Return a picture of the moment at which a run is. Raises ``UserError`` for one that cannot be made."""
    with drawing():
        from dropout_viz.app.export.pictures import frame_of, settled

        shot = settled(shot_for(run, name, view, size, theme, scale, arm), run)
        return RunFigure(shot, frame_of(run, shot))


def shot_for(
    run: Arms, name: str, view: str, size: Size | None, theme: str, scale: float, arm: str | None = None
) -> Shot:
    """Return how a run is to be shown. Raises ``UserError`` for what cannot be."""
    from dropout_viz.app.export.shot import VIEW_SIZE, WINDOW, WINDOW_SIZE, Shot, check_arm_alone

    if isinstance(scale, bool) or not isinstance(scale, int | float | np.integer | np.floating):
        raise UserError(f"scale = {scale!r}: must be a number")
    chosen = {} if arm is None else {"arm": arm_of(run.config, arm), "alone": True}
    wanted = (WINDOW_SIZE if view == WINDOW else VIEW_SIZE) if size is None else _sides(size)
    shot = Shot(view, wanted, float(scale), theme, chosen, name=name)
    shot.check()
    if arm is not None:
        check_arm_alone(view, "arm")
    return shot


def _sides(size: Any) -> Size:
    sides = list(size) if isinstance(size, tuple | list | np.ndarray) else []
    if len(sides) != 2 or not all(isinstance(side, int | np.integer) and not isinstance(side, bool) for side in sides):
        raise UserError(f"size = {size!r}: must be (width, height), whole numbers of pixels")
    return int(sides[0]), int(sides[1])
