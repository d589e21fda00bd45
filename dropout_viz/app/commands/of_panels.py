"""What the panels on show offer, by name: their headers' buttons, and what may be chosen in their views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dropout_viz.app.commands.offered import Entrance
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.views.choice import Choice, OneOf, Switch


def controls(panels: Sequence[Panel], layout: Layout) -> list[Entrance]:
    """Return what the headers of panels do that can be seen."""
    found = []
    for panel in panels:
        header, title = panel.header, panel.title
        if not panel.on_screen():
            continue
        found.append(Entrance(f"{title}: what am I looking at?", "Panel", header.show_help, "", "help explain"))
        if header.maximise_button is not None:
            word = "Restore" if layout.maximised is panel else "Maximise"
            found.append(Entrance(f"{word} {title}", "Panel", header.maximise_asked.emit, "", "fill window large"))
        found.append(Entrance(f"Close {title}", "Panel", header.close_asked.emit, "", "hide"))
    return found


def choices(panels: Sequence[ViewPanel]) -> list[Entrance]:
    """Return what may be chosen in views that can be seen."""
    return [
        offer
        for panel in panels
        if panel.on_screen() and panel.view is not None and not panel.instead
        for choice in panel.view.declared
        if choice.possible
        for offer in _of_choice(choice, panel.title)
    ]


def _of_choice(choice: Choice, title: str) -> list[Entrance]:
    if isinstance(choice, Switch):
        text = f"{title}: {choice.name} {'off' if choice.value else 'on'}"
        return [Entrance(text, "Panel", choice.go_on, choice.letter, choice.tip, choice.idle)]
    if isinstance(choice, OneOf):
        words = f"{choice.name} {choice.tip}"
        return [
            Entrance(f"{title}: {name}", "Panel", _setter(choice, value), "", words, choice.idle)
            for value, name in choice.values.items()
            if value != choice.value
        ]
    return []


def _setter(choice: Choice, value: Any) -> Callable[[], object]:
    return partial(setattr, choice, "value", value)
