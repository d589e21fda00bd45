"""What of a window can be undone: settings that wait to be applied, choices in views, units taken away, panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from PySide6.QtCore import Qt

from dropout_viz.app.panels import arrangement
from dropout_viz.app.panels.arrangement import Arrangement, Leaf, Split
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.app.panels.layout import VERSION, Layout
from dropout_viz.app.panels.stages import StageArrangement, Stages
from dropout_viz.app.session import Session
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.undo.run import short
from dropout_viz.app.undo.stack import UndoKind
from dropout_viz.nn.parts import Unit
from dropout_viz.views.choice import Choice
from dropout_viz.views.choices import Choices as Found
from dropout_viz.views.unit_names import unit_name
from dropout_viz.words import many

_SETUP = "panel-setup"


class Entered(UndoKind):
    """Settings that were entered and wait to be applied."""

    def __init__(self, session: Session, form: SetupForm) -> None:
        super().__init__()
        self._session, self._form = session, form
        self._last: dict[str, Any] = {}
        form.entered.connect(self.changed)

    def now(self) -> dict[str, Any]:
        if not self._session.awaited:  # what is being applied is in between
            self._last = self._form.readable
        return self._last

    def put(self, record: dict[str, Any]) -> None:
        self._form.enter(record)

    def text(self, before: dict[str, Any], after: dict[str, Any]) -> str:
        other = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        if not after and len(other) > 1:
            return "Discard what was entered"
        title = self._form.title(other[0])
        return f"Enter {title} {short(after[other[0]])}" if other[0] in after else f"Discard {title}"

    def flow(self, before: dict[str, Any], after: dict[str, Any]) -> str:
        return "entered " + " ".join(key for key in {**before, **after} if before.get(key) != after.get(key))


class Chosen(UndoKind):
    """What was chosen in views: each of their choices says itself what it is called."""

    LATE = True

    def __init__(self, views: list[ViewPanel]) -> None:
        super().__init__()
        self._views = views
        self._touched: dict[tuple[str, str], Any] = {}  # what the user chose, since this was last asked about
        for panel in views:
            panel.built.connect(partial(self._watch, panel))
            if panel.view is not None:
                self._watch(panel)

    def now(self) -> dict[tuple[str, str], Any]:
        return {place: choice.value for place, choice in self._choices().items()}

    def put(self, record: dict[tuple[str, str], Any]) -> None:
        for place, choice in self._choices().items():
            if place in record:
                choice.come_back(record[place])
        self._touched.clear()

    def text(self, before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> str:
        touched, self._touched = self._touched, {}
        for place, value in touched.items():
            if place in before and before[place] != after[place] == value:
                title = next(panel.title for panel in self._views if panel.key == place[0])
                return f"{title}: {self._choices()[place].told(after[place])}"
        return ""  # a view was opened, or had to give up a choice that the run does not allow

    def flow(self, before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> str:
        places = [place for place in before if before[place] != after.get(place)]
        flows = len(places) == 1 and self._choices()[places[0]].FLOWS
        return f"choice {places[0]}" if flows else ""

    def _watch(self, panel: ViewPanel) -> None:
        assert panel.view is not None
        for choice in panel.view.findChildren(Choice):  # those of views within it too
            choice.changed.connect(partial(self._touch, (panel.key, choice.key), choice))
        self.changed.emit()

    def _touch(self, place: tuple[str, str], choice: Choice) -> None:
        self._touched[place] = choice.value
        self.changed.emit()

    def _choices(self) -> dict[tuple[str, str], Choice]:
        views = [(panel.key, panel.view) for panel in self._views if panel.view is not None]
        return {(key, choice.key): choice for key, view in views for choice in view.findChildren(Choice)}


class TakenAway(UndoKind):
    """Hidden units that were taken away, to see what is lost."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._selection = session, session.selection
        self._selection.lesioned.connect(self.changed)

    def now(self) -> frozenset[Unit]:
        return self._selection.off

    def put(self, record: frozenset[Unit]) -> None:
        sizes = self._session.frame().snapshot.sizes
        self._selection.take_away(frozenset(unit for unit in record if unit.is_hidden_in(sizes)))

    def text(self, before: frozenset[Unit], after: frozenset[Unit]) -> str:
        gone, back = after - before, before - after
        if gone and back:
            return "Take other units away"
        units = gone or back
        frame = self._session.frame()
        one = unit_name(frame.data, frame.snapshot.sizes, next(iter(units))) if len(units) == 1 else ""
        what = one or many(len(units), "unit")
        return f"Take away {what}" if gone else f"Put back {what}"


class LookedAt(UndoKind):
    """Which example, weight and arm views show: it goes along where another run has made it another."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._selection = session, session.selection
        self._selection.changed.connect(self.changed)
        self._selection.armed.connect(self.changed)

    def now(self) -> dict[str, Any]:
        said = self._selection.choices()
        return {key: said[key] for key in ("example", "follow", "weight", "arm", "alone")}

    def put(self, record: dict[str, Any]) -> None:
        kept = self._selection.choices()
        self._selection.take_choices(Found({**kept, "moment": None, **record}), self._session.frame())


@dataclass(frozen=True)
class Places:
    """Where the panels are. Sizes, and which tab is in front, make no difference, but come back too."""

    shape: object
    shown: frozenset[str]
    filling: str
    exactly: StageArrangement = field(compare=False)


class Panels(UndoKind):
    """Which panels are shown, and where; and the one that fills the window. What a lesson lends is none of it."""

    def __init__(self, layout: Layout, stages: Stages, say: Callable[[str], object]) -> None:
        super().__init__()
        self._layout, self._stages, self._say = layout, stages, say
        self._last: Places | None = None
        for panel in layout.panels:
            self.watch(panel)

    def watch(self, panel: Panel) -> None:
        """Look at a panel from now on."""
        panel.visibilityChanged.connect(self.changed)
        panel.topLevelChanged.connect(self.changed)
        panel.dockLocationChanged.connect(self.changed)

    def now(self) -> Places:
        if self._last is None or not self._stages.lent:
            exactly = self._stages.now()
            found = _read(bytes(exactly.layout.data()), frozenset(panel.objectName() for panel in self._layout.panels))
            sides = {side.name: _shape(split) for side, split in found.sides.items() if _names(split) != {_SETUP}}
            shown = {name for leaf in found.leaves for name in leaf.names} | set(found.floating)
            shown |= {_SETUP} if self._layout.folded else set()  # for want of room: nobody closed it
            filling = None if self._layout.crowded else self._layout.maximised
            self._last = Places(
                (sorted(sides.items()), set(found.floating)), frozenset(shown), filling.key if filling else "", exactly
            )
        return self._last

    def put(self, record: Places) -> None:
        if self._stages.lent:
            self._last = record
            self._stages.put_later(record.exactly, self._filling(record))
            self._say("The panels are so again when what is on now has been left.")
            return
        self._layout.restore_size()
        if (record.shape, record.shown) != (self.now().shape, self.now().shown):
            self._stages.put(record.exactly)
        for panel in self._layout.panels:  # also what a window does not greet with
            if panel.isHidden() == (panel.objectName() in record.shown) and not self._layout.folded:
                panel.setVisible(panel.isHidden())
        if (filling := self._filling(record)) is not None:
            self._layout.toggle_maximised(filling)

    def _filling(self, record: Places) -> Panel | None:
        return next((panel for panel in self._layout.panels if panel.key == record.filling), None)

    def text(self, before: Places, after: Places) -> str:
        titles = {panel.objectName(): panel.title for panel in self._layout.panels}
        keys = {panel.key: panel.title for panel in self._layout.panels}
        if before.filling != after.filling:
            return f"Maximise {keys[after.filling]}" if after.filling else f"Restore {keys[before.filling]}"
        come, gone = after.shown - before.shown, before.shown - after.shown
        if len(come) + len(gone) == 1:
            return f"Show {titles[next(iter(come))]}" if come else f"Close {titles[next(iter(gone))]}"
        return "Arrange the panels" if come or gone else "Move a panel"


@lru_cache(maxsize=8)  # it is asked for after all that is done, and is mostly what it was
def _read(state: bytes, known: frozenset[str]) -> Arrangement:
    return arrangement.read(state, VERSION, known) or Arrangement({}, {})


def _names(part: Leaf | Split) -> set[str]:
    return {name for leaf in ((part,) if isinstance(part, Leaf) else part.leaves) for name in leaf.names}


def _shape(part: Leaf | Split) -> object:
    """Return how panels stand beside one another, whatever their sizes."""
    if isinstance(part, Leaf):
        return part.names
    return part.way == Qt.Orientation.Horizontal, tuple(map(_shape, part.parts))
