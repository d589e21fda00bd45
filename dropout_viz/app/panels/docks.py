"""One panel of the window: a dock with our header around a view that is loaded when it is first seen."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QElapsedTimer, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QLabel, QScrollArea, QStackedLayout, QWidget

from dropout_viz.app.look.scaling import rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.panels.arm_box import ArmBox
from dropout_viz.app.panels.header import DockHeader
from dropout_viz.app.panels.late_cover import LateCover
from dropout_viz.app.platform.spoken import Spoken
from dropout_viz.draw.style import MARGIN
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.help_parts import Help
from dropout_viz.registry import Entry
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.choices import Choices
from dropout_viz.views.unavailable import make_view, view_class
from dropout_viz.views.worker import Worker

_FEATURES = (
    QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetFloatable
    | QDockWidget.DockWidgetFeature.DockWidgetClosable
)

_CALM_MS = 1000  # a view that falls behind now and then names its step all the time, so that nothing flickers
_LEAST = (120, 72)  # pixels of a view that can be seen at least


class Panel(QDockWidget):
    """A dock with our header.

    Signals:
        appeared: it has been shown, by whatever means, or its tab has come to the front.
        leaving: it is about to be closed.
    """

    appeared = Signal()
    leaving = Signal()

    def __init__(self, key: str, title: str, help_: Help, theme: Theme, *, is_view: bool, exports: bool = True) -> None:
        super().__init__(title)
        self.setObjectName(f"panel-{key}")  # the layout is remembered by this name
        self.key, self.title = key, title
        self.setFeatures(_FEATURES)
        self.header = DockHeader(theme, title, help_, is_view=is_view, exports=exports)
        self.header.close_asked.connect(self.close)
        self.setTitleBarWidget(self.header)
        self.toggleViewAction().setText(title)
        self.visibilityChanged.connect(self._tell)

    def set_movable(self, on: bool) -> None:
        """Let it be dragged and floated, or hold it where it is."""
        self.setFeatures(_FEATURES if on else QDockWidget.DockWidgetFeature.DockWidgetClosable)

    def on_screen(self) -> bool:
        """Whether any of it can be seen: not closed, not behind another tab, not in a minimised window."""
        return self.isVisible() and not self.visibleRegion().isEmpty() and not self.window().isMinimized()

    def furnish(self) -> None:
        """Put in what a panel consists of, before it is seen: most panels of a window stay closed."""
        self.header.fill()
        rescale(self.header, zoom_of(self))

    def setVisible(self, visible: bool) -> None:
        if visible:
            self.furnish()
        super().setVisible(visible)

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at in it: what it shows, then what closes it."""
        return self.header.stops()

    def _tell(self, visible: bool) -> None:
        if visible:
            self.appeared.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.leaving.emit()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.appeared.emit()


class ViewPanel(Panel):
    """A dock around a view. The view's file is imported when the panel is first shown.

    Signals:
        built: the view has been made.
    """

    built = Signal()

    def __init__(self, entry: Entry, selection: Selection, theme: Theme) -> None:
        super().__init__(entry.key, entry.title, entry.facts.get("HELP", {}), theme, is_view=True)
        self.area: str = entry.facts.get("AREA", "right-bottom")
        self.rate: float = entry.facts.get("RATE", 20)
        self.dissects: bool = entry.facts.get("DISSECTS", False)
        self.draws: bool = entry.facts.get("DRAWS", False)
        self.at_first: str = entry.facts.get("AT_FIRST", "")
        self.arms: ArmBox | None = None  # made when there are several for the first time
        self.view: BaseView | None = None
        self.shown: Frame | None = None
        self._entry, self._selection, self._theme = entry, selection, theme
        self._judged: RunConfig | None = None
        self._now, self._moving = 0, False
        self._behind = QElapsedTimer()  # since it showed an older step than the window
        self._spoken: Spoken | None = None
        self._cover: LateCover | None = None  # made when it is late for the first time
        self._choices: Mapping[str, Any] | None = None  # to be taken when it is seen

    def furnish(self) -> None:
        if self.widget() is not None:
            return
        super().furnish()
        body = QFrame()
        body.setObjectName("DockBody")
        self._pages = QStackedLayout(body)
        self._pages.setContentsMargins(1, 0, 1, 1)  # the frame's own line stays visible
        self._instead = QLabel()
        self._instead.setProperty("tone", "dim")
        self._instead.setWordWrap(True)
        self._instead.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._instead.setMargin(2 * MARGIN)
        self._pages.addWidget(self._instead)
        self._scroll = QScrollArea()  # in a small panel a view is moved about, not squeezed beyond what it can be
        self._scroll.setObjectName("Scroll")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setMinimumSize(*_LEAST)
        self._pages.addWidget(self._scroll)
        self.setWidget(body)

    @property
    def instead(self) -> str:
        """The sentence that stands in the view's place because it cannot show this run, or ``""``."""
        return self._instead.text() if self.widget() is not None else ""

    @property
    def is_imported(self) -> bool:
        """Whether the view's file has been imported."""
        return self._entry.module in sys.modules

    def kind(self) -> type[BaseView]:
        """Import the view's file, on whatever thread, and return its class."""
        return view_class(self._entry)

    def needs(self) -> QSize:
        """Return how large it has to be, in pixels, so that nothing in it is cut or has to be moved about."""
        least = self.minimumSizeHint()
        if self.view is None or self.instead:
            return least
        view = self.view.minimumSizeHint().expandedTo(self.view.minimumSize())
        return least.expandedTo(view + self.size() - self._scroll.viewport().size())

    def stops(self) -> list[QWidget]:
        shown = [self._instead, *self.view.stops()] if self.view is not None else [self._instead]
        return [*shown, *super().stops()]

    def why_not(self, frame: Frame) -> str:
        """Return why the view cannot show such a run, or ``""``."""
        return self.kind().reason_not(frame.snapshot.config, frame.data)

    def load(self) -> BaseView:
        """Import and build the view, once, and return it."""
        if self.view is None:
            self.furnish()
            self.view = make_view(self._entry, self._selection, self._theme.style)
            self.view.setAccessibleName(self.title)
            self.view.watched, self.view.give_again = self._watched, self._show_again
            self.view.missed.connect(self._miss)
            self._scroll.setWidget(self.view)
            self.header.add_tools(self.view.header_tools())
            rescale(self, zoom_of(self))
            self._spoken = Spoken(self.view, lambda: self.load().summary())
            self.view.focused.connect(partial(self.mark, "focused"))
            for changed in (self.view.refreshed, *(worker.done for worker in self.view.findChildren(Worker))):
                changed.connect(self._say_step)  # the view has taken a worker's answer by then
                changed.connect(self._spoken.note)
            self.view.drawn.connect(self._spoken.note)  # what is told may be what is painted, which may come late
            for worker in self.view.findChildren(Worker):
                worker.failed.connect(self._spoken.note)
            self.built.emit()
        return self.view

    def cannot_show(self, frame: Frame) -> bool:
        """Whether the view has nothing to show of such a run. One that was never opened is not asked."""
        return self.view is not None and bool(self.why_not(frame))

    def show_frame(self, frame: Frame) -> None:
        """Give the view a frame, or say why it cannot show this run."""
        view = self.load()
        self.shown = frame
        part = view.part_of(frame)
        seed = part.seed
        self.header.name.show_which(seed, f"All seeds train side by side; what is shown is {seed}" if seed else "")
        if part.snapshot.config is not self._judged:
            self._judged = part.snapshot.config
            why = view.reason_not(part.snapshot.config, frame.data)
            self._instead.setText(why)
            # Else nobody who cannot see would come to know why.
            self._instead.setFocusPolicy(Qt.FocusPolicy.TabFocus if why else Qt.FocusPolicy.NoFocus)
            view.instead = why
            self._pages.setCurrentWidget(self._instead if why else self._scroll)
        if not self.instead:
            view.present(frame)
            if self._choices is not None:
                given, self._choices = self._choices, None
                view.take_choices(Choices(given))
        self._offer_arms(frame, view)
        if self._spoken is not None:
            self._spoken.note()

    def _offer_arms(self, frame: Frame, view: BaseView) -> None:
        """Offer the arms of a frame in the header, where there are several and the view may have to choose."""
        if self.arms is None and len(frame.arms) > 1 and view.beside:
            self.arms = ArmBox(self._selection)
            self.header.add_first(self.arms)
            rescale(self, zoom_of(self))
        if self.arms is not None:
            self.arms.show_frame(frame, view.has_room(frame))

    def choices(self) -> Mapping[str, Any] | None:
        """Return what the user chose to see in it, as what JSON can hold; None where nobody has seen it yet."""
        if self._choices is not None:
            return self._choices
        return None if self.view is None else self.view.choices()

    def restore(self, frame: Frame, choices: Mapping[str, Any]) -> None:
        """Show a frame as somebody chose to see it; a view that nobody sees does so when it is seen."""
        self._choices, self.shown = choices, None
        if self.on_screen():
            self.show_frame(frame)

    def _watched(self) -> bool:
        return self.on_screen() and not self.instead

    def mark(self, what: str, on: bool) -> None:
        """Outline the panel: ``"focused"``, its view has the focus by a key, so that whoever uses keys sees where they
        go; ``"pointed"``, a lesson points at it."""
        for part in (self.header, self.widget()):
            part.setProperty(what, on)
            part.style().unpolish(part)
            part.style().polish(part)

    def _miss(self) -> None:
        self.shown = None  # the clock has a frame for it as soon as it is seen

    @property
    def shown_step(self) -> int | None:
        """The step whose numbers the view shows, None where it shows none."""
        return None if self.view is None or self.instead else self.view.shown_step

    def compare(self, now: int, moving: bool) -> None:
        """Name the step that is on show here where the window is at another one, ``now``; ``moving``: it goes on."""
        self._now, self._moving = now, moving
        self._say_step()

    def _say_step(self) -> None:
        if self.view is None:
            return
        step = self.shown_step
        behind = step is not None and step != self._now
        if behind:
            self._behind.restart()
        lately = self._moving and self._behind.isValid() and not self._behind.hasExpired(_CALM_MS)
        self.header.name.show_step(step if behind or lately else None)
        if behind and self._cover is None:
            self._cover = LateCover(self._theme, self._scroll.viewport())
        if self._cover is not None:
            self._cover.note(step if behind else None)

    def _show_again(self) -> None:
        """Show another arm of the same frame."""
        if self.shown is not None and self.isVisible():
            self.show_frame(self.shown)

    def take_theme(self) -> None:
        """Take the theme that is on now."""
        if self.view is not None:
            self.view.restyle(self._theme.style)
