"""Pictures of a view or of the whole window as files, with no window open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from dropout_viz import registry
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import WINDOW, Shot
from dropout_viz.app.look.theme import prepare
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer
from dropout_viz.files import write_bytes

# What people tell Qt of their screen: a picture is the same whatever screen its maker has.
_OF_SCREENS = (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_SCALE_FACTOR_ROUNDING_POLICY",
    "QT_AUTO_SCREEN_SCALE_FACTOR",
    "QT_ENABLE_HIGHDPI_SCALING",
    "QT_FONT_DPI",
    "QT_USE_PHYSICAL_DPI",
    "QT_DPI_ADJUSTMENT_POLICY",
    "QT_QPA_PLATFORMTHEME",  # a desktop's own looks for its display
)


def write_picture(shot: Shot, run: Trainer | Arms | Timeline, path: Path) -> None:
    """Write a PNG or SVG of the step that a run is at, with what it takes to make it again. Raises ``UserError``."""
    with canvas_of(shot, run) as canvas:
        write_bytes(path, canvas.svg() if path.suffix.lower() == ".svg" else canvas.png())


@contextmanager
def canvas_of(shot: Shot, run: Trainer | Arms | Timeline) -> Iterator[FigureCanvas]:
    """Return what draws the step that a run is at, with no window open. Raises ``UserError``."""
    shot.check()
    offscreen_application()
    timeline = run if isinstance(run, Timeline) else Timeline(run if isinstance(run, Arms) else Arms([run]))
    shot = settled(shot, timeline.present)
    with FigureCanvas(shot, frame_of(timeline, shot)) as canvas:
        yield canvas


def settled(shot: Shot, run: Arms) -> Shot:
    """Return a shot that takes the next step apart where its view shows that and it can be, and names the run."""
    facts = {} if shot.what == WINDOW else registry.entries("views")[shot.what].facts
    apart = (shot.dissected or bool(facts.get("DISSECTS"))) and run.config.worlds == 1 and not run.config.maps
    return replace(shot, dissected=apart, name=shot.name or run.config.title)


def frame_of(run: Arms | Timeline, shot: Shot) -> Frame:
    """Return the frame that a picture shows of the step that a run is at."""
    if shot.dissected:
        run.dissect()
    return Frame.of(run.look())


def offscreen_application() -> QApplication:
    """Return the application, making one that needs no display where there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    for name in _OF_SCREENS:
        os.environ.pop(name, None)
    made = QApplication(["dropout-viz", "-platform", "offscreen"])  # whatever the environment names
    prepare(made)
    return made
