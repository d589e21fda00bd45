"""How a picture shows its run: which view, size, colours, and what was chosen. It is drawn from this and the run alone,
and carries both, so that it can be drawn again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dropout_viz import registry
from dropout_viz.app.export.frames import WINDOW as WINDOW
from dropout_viz.app.export.frames import check_view
from dropout_viz.app.timeline.speeds import FOLLOW
from dropout_viz.draw.style import THEMES
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.pace import AUTO, Speed
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.errors import UserError
from dropout_viz.views.choices import Choices
from dropout_viz.views.unavailable import view_class

SIDES = (16, 16_384)
MOST_PIXELS = 120_000_000
SCALES = (1, 2, 3, 4)
WINDOW_SIZE = (1440, 900)
VIEW_SIZE = (960, 600)

Size = tuple[int, int]


@dataclass(frozen=True)
class Shot:
    """A picture that can be made.

    Attributes:
        what: a view's key, or ``WINDOW``. size: in logical pixels. scale: pixels of the file for one of them, a side.
        selection: ``Selection.choices``; empty: nobody chose anything. views: ``BaseView.choices`` by the views' keys.
        layout: of the window, as Qt keeps it; empty: the default one. name: of the run, as the window writes it.
        dissected: whether the next step is taken apart. speed: of the window, in steps a second, or ``AUTO``, or None
            for as fast as it goes. opened: of the window, the groups of settings that are not folded away.
    """

    what: str = "network"
    size: Size = VIEW_SIZE
    scale: float = 1.0
    theme: str = THEMES[0]
    selection: Mapping[str, Any] = field(default_factory=dict)
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    layout: bytes = b""
    name: str = ""
    dissected: bool = False
    speed: Speed = AUTO
    opened: tuple[str, ...] = ()

    def check(self) -> None:
        """Raise ``UserError`` for a picture that cannot be made."""
        check_view(self.what)
        shown = f"size {self.size[0]}x{self.size[1]}"
        if not all(SIDES[0] <= side <= SIDES[1] for side in self.size):
            raise UserError(f"{shown}: each side must be {SIDES[0]} to {SIDES[1]} pixels")
        if not 1 <= self.scale <= max(SCALES):
            raise UserError(f"scale {self.scale:g}: must be 1 to {max(SCALES)}")
        if self.size[0] * self.size[1] * self.scale**2 > MOST_PIXELS:
            raise UserError(f"{shown} at scale {self.scale:g}: must be at most {MOST_PIXELS:,} pixels in all")
        if self.theme not in THEMES:
            raise UserError(f"theme '{str(self.theme)[:40]}': unknown, must be one of {', '.join(THEMES)}")

    def of(self, what: str) -> Shot:
        """Return the same of one view alone, or of the window."""
        if what == WINDOW:
            return self
        return replace(self, what=what, views={k: v for k, v in self.views.items() if k == what}, layout=b"")

    def without_past(self) -> Shot:
        """Return a shot that owes nothing to the frames that were shown before."""
        views = {
            key: {name: choice for name, choice in choices.items() if name != "memory"}
            for key, choices in self.views.items()
        }
        return replace(self, views=views)

    def facts(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {
            "size": list(self.size),
            "scale": self.scale,
            "theme": self.theme,
            "selection": dict(self.selection),
            "views": {key: dict(choices) for key, choices in self.views.items() if choices},
            "layout": base64.b64encode(self.layout).decode(),
            "name": self.name,
            "dissected": self.dissected,
            "speed": self.speed,
            "opened": list(self.opened),
        }

    def shown(self, frame: Frame) -> ShownRun:
        """Return what a picture of a frame says of its run."""
        step = frame.snapshot.step
        config = frame.config or frame.snapshot.config
        changes, later = ([c for c in frame.changes if (c.step > step) == after] for after in (False, True))
        return ShownRun(
            config,
            step,
            self.what,
            frame.first,
            tuple(changes),
            self.facts(),
            newest=max(step, frame.newest),
            later=tuple(later),
            bookmarks=frame.bookmarks,
            files=frame.data.files,
        )


def shot_of(shown: ShownRun) -> Shot:
    """Return how a picture was made; what it does not say, or says wrongly, is as by default."""
    facts = Choices(shown.picture)
    default = WINDOW_SIZE if shown.view == WINDOW else VIEW_SIZE
    width, height = facts.wholes("size", 2) or default
    try:
        layout = base64.b64decode(facts.text("layout", 1 << 20), validate=True)
    except (ValueError, binascii.Error):
        layout = b""
    views = facts.part("views")
    return Shot(
        what=shown.view,
        size=(width, height),
        scale=facts.number("scale", 1.0),
        theme=facts.word("theme", THEMES, THEMES[0]),
        selection=facts.table_of("selection"),
        views={key: views.table_of(key) for key in registry.entries("views") if views.is_table(key)},
        layout=layout,
        name=facts.text("name"),
        dissected=facts.flag("dissected"),
        speed=speed_of(shown.picture, FOLLOW),
        opened=tuple(facts.words("opened")),
    )


def check_arm_alone(what: str, name: str) -> None:
    """Raise ``UserError`` where one arm cannot be shown alone: in a view that draws those of a run in one picture.

    ``name``: of what asked for it.
    """
    entry = registry.entries("views").get(what)
    if entry is not None and not view_class(entry).BESIDE:
        raise UserError(f"{name}: the view {what} draws all arms in one picture; must be left out")


def speed_of(facts: Mapping[str, Any], default: Speed) -> Speed:
    """Return the speed that a picture or a run file says, or the default where it says none, or what is none."""
    given = facts.get("speed", default)
    return given if given is None or given == AUTO else Choices(facts).number("speed", 0.0, 1e-3, 1e9) or default
