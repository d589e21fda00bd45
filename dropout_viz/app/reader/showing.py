"""Showing in the window what a page tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dropout_viz.app.reader.targets import Target
from dropout_viz.engine.settings import load_preset

if TYPE_CHECKING:
    from dropout_viz.app.workbench import Workbench


def show(workbench: Workbench, wanted: Target) -> None:
    """Show something as its own menu would. The guide makes room for it where it covers the views."""
    if workbench.layout.maximised is workbench.guide:
        workbench.layout.toggle(workbench.guide)
    if wanted.kind == "lab":
        workbench.labs.open(wanted.key)
    elif wanted.kind == "lesson":
        workbench.lessons.open(wanted.key, None if wanted.step is None else wanted.step - 1)
    elif wanted.kind == "clinic":
        workbench.clinic.open(wanted.key)
    else:
        _show_run(workbench, wanted)


def _show_run(workbench: Workbench, wanted: Target) -> None:
    """Open a preset, or stay with the run on show; go to a step, and bring a view to the front."""
    session = workbench.session
    if wanted.step is not None and session.playing:
        session.play_pause()  # else the run would do a step before it hears where to stop
    if wanted.kind == "preset" and wanted.step is not None:
        session.open_at(load_preset(wanted.key), wanted.key, wanted.step)
    elif wanted.kind == "preset":
        session.open_preset(wanted.key)
    elif wanted.step is not None:
        session.run_to(wanted.step)
    view = wanted.key if wanted.kind == "view" else wanted.view
    if view:
        workbench.layout.bring_view(view)
