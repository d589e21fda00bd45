"""What stands in the place of a plug-in's view that cannot be loaded, or made: a sentence that says why."""

from __future__ import annotations

from dropout_viz import plugins
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.style import Style
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError, one_line
from dropout_viz.registry import Entry
from dropout_viz.views.base import BaseView, Selection


def view_class(entry: Entry) -> type[BaseView]:
    """Return a view's class, importing its file; of a plug-in that is broken one that says so."""
    try:
        kind: type[BaseView] = entry.load().View
    except UserError as error:
        return _saying(_told(entry, str(error)))
    return kind


def make_view(entry: Entry, selection: Selection, style: Style) -> BaseView:
    """Return a new view; in place of a plug-in's that cannot be made one that says so."""
    kind = view_class(entry)
    try:
        return kind(selection, style)
    except Exception as error:
        if entry.plugin is None:
            raise
        return _saying(_told(entry, f"cannot be shown ({plugins.said(error)})"))(selection, style)


def _told(entry: Entry, why: str) -> str:
    """Say what is wrong with a plug-in where it is wanted: there, and once on standard error. Return the line."""
    if entry.plugin is not None:
        plugins.leave_out(entry.plugin, why)
    return one_line(f"{entry.plugin} {why}")


def _saying(why: str) -> type[BaseView]:
    class Unavailable(BaseView):
        """Has nothing to show of any run."""

        @classmethod
        def reason_not(cls, config: RunConfig, data: DataSet) -> str:
            return f"{why}."

    return Unavailable
