"""Where the panels are: the default layout, what is remembered, and one panel filling the window."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import thread_time

from PySide6.QtCore import QByteArray, QEvent, QMargins, QObject, QPointF, QSize, QSizeF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabBar, QTabWidget, QWidget

from dropout_viz.app.look.scaling import px, zoom_of
from dropout_viz.app.panels import arrangement
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.draw.paint_turns import paint_turns
from dropout_viz.draw.units import Units

VERSION = 1
"""Of the remembered layout: a new arrangement of areas makes the old one unusable."""

AREAS = ("centre", "right-top", "right-bottom")
_SHARES = {"centre": 0.585, "right": 0.415, "right-top": 0.46, "right-bottom": 0.54}
SETUP_WIDTH = 320
_LARGEST = 1 << 15  # pixels, more than any screen has
_BEHIND = b"\nmeant "
_PLAIN = Qt.KeyboardModifier.NoModifier
_SEAM = 8  # pixels between two panels, about
_TRIES = 12  # times that panels which go on changing what they need find their places anew
CRAMPED = 620
"""Units of width below which there is room for one view alone."""
ROOMY, NARROW = 1200, 1000
"""Units of width below which the setup starts folded away, and below which it is folded when a window shrinks: the
network is to be the largest thing."""
PAIRED = 1500
"""Units of width below which the setup is folded away while runs are compared: they are to stand side by side."""


class Layout(QObject):
    """Arranges the setup panel and the view panels in a main window.

    A *stage* says which views open, and where; the other views wait in the View menu. Nothing has its place before
    ``reset`` or ``restore``.
    """

    def __init__(self, window: QMainWindow, setup: Panel, views: Sequence[ViewPanel]) -> None:
        super().__init__(window)
        self._window, self._setup, self._views = window, setup, list(views)
        self._more: list[Panel] = []
        self._stays: list[Panel] = []  # of those, what shares the setup's place and stays open whatever run comes
        self._heads: dict[str, ViewPanel] = {}  # of the stage: the view in front in each area
        self._maximised: Panel | None = None
        self._aside: list[Panel] = []  # closed because they could not show the run
        self._sizes: dict[Panel, dict[Panel, QSizeF]] = {}  # in units, of all that was open when a panel was closed
        self._before_maximise = QByteArray()
        # A main window must have a central widget. Ours are all docks, so it stays hidden and takes no room.
        placeholder = QWidget()
        window.setCentralWidget(placeholder)
        placeholder.hide()
        window.setDockNestingEnabled(True)
        window.setAnimated(False)  # else every view is laid out and painted anew for each picture of the movement
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        # Sizes that somebody wanted, and the window's then, in units: zoom and window come and go over them. A panel's
        # is that of its place, tabs and all: they come and go too.
        self._meant: tuple[QSizeF, dict[Panel, QSizeF]] | None = None
        self._meant_before: tuple[QSizeF, dict[Panel, QSizeF]] | None = None  # what stays came beside the views
        self._rough = False  # they are shares of the whole window
        self._pulled = False  # somebody has pulled at a seam, or taken a panel out
        self._short = False  # the panels could not have those sizes
        self._needs: list[QSize] = []  # what they needed then
        self._tries = 0
        self._held = False  # the panels are taking another zoom
        self._bare = False
        self._before_bare = QByteArray()
        self._filled: QSize | None = None  # what all panels need, in units, where one fills the window for want of it
        self._brought: Panel | None = None  # the last one that somebody wanted to see
        self._folded = False  # the setup, for want of room
        self._folded_at = 0.0  # units of width of the window, when it was
        self._again = 0.0  # units of width at which it is folded once more, as it has come back by itself
        self._narrowed = False  # the window has just become narrow, for what is on show
        self._paired = False  # runs stand side by side
        self._noting = QTimer(self, singleShot=True, interval=0)
        self._noting.timeout.connect(self._note)
        self._fitting = QTimer(self, singleShot=True, interval=0)
        self._fitting.timeout.connect(self._fit)
        self._settling = QTimer(self, singleShot=True, interval=0)  # after a fit, until its sizes are noted
        self._settling.timeout.connect(self._note_given)
        window.installEventFilter(self)
        for panel in self.panels:
            self._follow(panel)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt lays the panels out before it tells of the window's new size: hence what is noted when they rest."""
        if event.type() == QEvent.Type.LayoutRequest:
            if self._short:  # something may need less than it did
                self._noting.start()
        elif watched is not self._window:
            if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide):
                self._noting.start()
        elif isinstance(event, QResizeEvent) and event.oldSize().isValid():
            narrow = px(self._window, NARROW)
            self._narrowed = self._narrowed or event.size().width() < narrow <= event.oldSize().width()
            self._fit_soon()
        elif event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._pulled = self._window.childAt(event.position().toPoint()) is None  # at a seam between panels
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._noting.start()
        return False

    @property
    def fitting(self) -> bool:
        """Whether panels are still finding their places after the window was resized."""
        return self._held or self._fitting.isActive() or self._settling.isActive() or self._noting.isActive()

    def _fit_soon(self) -> None:
        self._tries, self._short, self._needs = 0, True, []
        self._fitting.start()

    def _sizes_now(self) -> dict[Panel, QSize]:
        return {p: p.size() for p in self.panels if p.on_screen() and not p.isFloating()}

    def _units(self, size: QSize) -> QSizeF:
        zoom = Units(self._window).zoom
        return QSizeF(size.width() / zoom, size.height() / zoom)

    def _note(self) -> None:
        """Look at the sizes that panels have come to rest at; while they are finding their places they say nothing."""
        if self._held:
            return
        if not self._fitting.isActive() and not self._settling.isActive():
            self._judge()
        self._make_room()

    def _judge(self) -> None:
        """Whoever pulls at a panel, opens one or closes one means the sizes that come of it. What comes of a zoom or of
        the window's size nobody means, and it is tried again where the panels need less by now."""
        now = self._sizes_now()
        if not now or self._maximised is not None:
            return
        wanted = self._wanted()
        if wanted is None or self._pulled:
            self._mean(now)
            self._pulled = bool(QApplication.mouseButtons())
            self._short = False
        elif self._short and self._tries < _TRIES and self._needs_now() != self._needs:
            self._tries += 1
            self._fitting.start()

    def _mean(self, now: Mapping[Panel, QSize]) -> None:
        """Take sizes as those that are meant."""
        sizes = {panel: self._units(size.grownBy(QMargins(0, 0, 0, self._tabs(panel)))) for panel, size in now.items()}
        if self._meant is not None and self._away(self._setup):
            sizes |= {p: size for p, size in self._meant[1].items() if p is self._setup}  # it comes back
        self._meant, self._rough = (self._units(self._window.size()), sizes), False

    def _away(self, panel: Panel) -> bool:
        """Whether a panel is the setup while that is folded away."""
        return panel is self._setup and (self._folded or self._bare) and not panel.isVisible()

    def _needs_now(self) -> list[QSize]:
        return [panel.minimumSizeHint().expandedTo(panel.minimumSize()) for panel in self._sizes_now()]

    def pair(self, on: bool) -> None:
        """Runs are compared from now on, or no longer: side by side they need the room of the setup."""
        if on != self._paired:
            self._paired = on
            self._narrowed = on and not self._roomy
            self._make_room()

    @property
    def _roomy(self) -> bool:
        return self._window.width() >= px(self._window, PAIRED if self._paired else ROOMY)

    @property
    def _as_before(self) -> bool:
        """Whether the window is as narrow again as when the setup was folded away, before it came back by itself: a
        zoom there and back leaves all as it was."""
        return not self._roomy and self._window.width() <= self._again * Units(self._window).zoom + 1

    def _make_room(self) -> None:
        """Fold the setup away in a window that has become narrow, or where the panels would stick out of the window
        beside it, until there is room again. Who opens it in a narrow window has it there."""
        layout, width = self._window.layout(), self._window.width()
        docked = self._setup.isVisible() and not self._setup.isFloating()
        room_for_all = layout is None or layout.minimumSize().width() <= width
        room = layout is None or layout.minimumSize().width() + self._setup.minimumWidth() + _SEAM <= width
        if self._bare:
            if docked:
                self._setup.hide()
                self._fit_soon()
        elif self._folded and self._maximised is None and self._roomy and (room or docked):
            self._folded = False
            self._again = 0.0 if docked else self._folded_at
            self._setup.show()
            self._fit_soon()
        elif docked and layout is not None and (self._narrowed or self._as_before or not room_for_all):
            self._folded, self._folded_at, self._again = True, width / Units(self._window).zoom, 0.0
            self._setup.hide()
            self._fit_soon()
        self._narrowed = False
        self._fill()

    def _fill(self) -> None:
        """Let one panel fill a window that all have no room in, as after a large zoom; until there is room again."""
        layout, zoom = self._window.layout(), Units(self._window).zoom
        if layout is None or self._held:
            return
        wide, high = self._window.width() / zoom, self._window.height() / zoom
        least = layout.totalMinimumSize() * (1 / zoom)  # with the bar at the top
        if self._maximised is None:
            shown = [p for p in self._views if p.on_screen() and not p.isFloating()]
            cramped = wide < CRAMPED or least.width() > wide + 1 or least.height() > high + 1
            if cramped and len(shown) > 1:
                self._filled = least
                wanted = (self._brought, self._heads.get("centre"))
                seen = [*shown, *(p for p in self._more if p.on_screen() and not p.isFloating())]
                self.toggle_maximised(next((panel for panel in wanted if panel in seen), shown[0]))
        elif self._filled is not None and wide >= max(CRAMPED, self._filled.width()) and high >= self._filled.height():
            self.restore_size()

    def _wanted(self) -> dict[Panel, QSize] | None:
        """Return the sizes that are meant, in pixels of a window of this size and zoom: the setup keeps its width, and
        the others share the rest as they did. None where other panels are on show than anybody has sized."""
        if self._meant is None:
            return None
        size, sizes = self._meant
        meant = self._in_front({p: one for p, one in sizes.items() if not self._away(p)})
        if any(p.isFloating() for p in meant) or set(meant) != set(self._sizes_now()):
            return None
        zoom = Units(self._window).zoom
        before = sizes[self._setup].width() if self._setup in sizes else 0.0
        setup = meant[self._setup].width() if self._setup in meant else 0.0
        across = (self._window.width() - setup * zoom) / max(1.0, size.width() - before)
        down = self._window.height() / max(1.0, size.height())
        widths = {p: setup * zoom if p is self._setup else size.width() * across for p, size in meant.items()}
        return {p: QSize(round(widths[p]), round(size.height() * down) - self._tabs(p)) for p, size in meant.items()}

    def _in_front(self, meant: Mapping[Panel, QSizeF]) -> dict[Panel, QSizeF]:
        """Let what has come to the front of a place be as large as what was in front there."""
        found: dict[Panel, QSizeF] = {}
        for panel, size in meant.items():
            here = panel
            if panel.isVisible() and not panel.on_screen():
                beside = (p for p in self._window.tabifiedDockWidgets(panel) if isinstance(p, Panel) and p.on_screen())
                here = next((other for other in beside if other not in meant), panel)
            found[here] = size
        return found

    def room_at(self, zoom: float) -> bool:
        """Return whether all views on show have room for what is in them at a zoom."""
        window, columns = self._window, dict[int, list[tuple[float, float]]]()
        shown = [p for p in self._views if p.on_screen() and not p.isFloating()]
        for panel in shown:
            unit = zoom_of(panel)
            columns.setdefault(panel.x(), []).append((panel.needs().width() / unit, panel.needs().height() / unit))
        if not columns:
            return True
        top, bottom = min(p.y() for p in shown), max(p.y() + p.height() for p in shown)
        bars = (window.height() - bottom + top) / zoom_of(window)
        wide = sum(max(w for w, _ in column) for column in columns.values())
        high = bars + max(sum(h for _, h in column) for column in columns.values())
        return wide * zoom <= window.width() and high * zoom <= window.height()

    def _fit(self) -> None:
        """Share the window out as it is meant, as far as there is room."""
        if self._held or self._maximised is not None:
            return
        wanted = self._wanted()
        if wanted is None:
            self._judge()
            return
        if wanted != self._sizes_now():
            self._share_out(wanted, _columns(wanted))
        self._settling.start()

    def _share_out(self, wanted: Mapping[Panel, QSize], columns: Sequence[Panel]) -> None:
        """Give panels sizes, as far as there is room: in a window that has none for them, what Qt takes for the least.

        Args:
            columns: one of each, all of which are as wide.
        """
        heights = [max(1, size.height() + self._tabs(p)) for p, size in wanted.items()]
        widths = [max(1, wanted[panel].width()) for panel in columns]
        self._window.resizeDocks(list(columns), widths, Qt.Orientation.Horizontal)
        self._window.resizeDocks(list(wanted), heights, Qt.Orientation.Vertical)

    def _tabs(self, panel: Panel) -> int:
        """Return how high the tabs are above a panel that shares its place; Qt counts them as a part of it."""
        if all(other.isHidden() for other in self._window.tabifiedDockWidgets(panel)):
            return 0
        bars = [bar for bar in self._window.findChildren(QTabBar) if bar.isVisible() and bar.count() > 1]
        return next((b.height() for b in bars if panel.windowTitle() in map(b.tabText, range(b.count()))), 0)

    @property
    def bare(self) -> bool:
        """Whether the setup has no place beside the views, whoever asks for it."""
        return self._bare

    @bare.setter
    def bare(self, bare: bool) -> None:
        if bare and not self._bare:
            self._before_bare = self.save()
        self._bare = bare
        self._make_room()

    @property
    def held(self) -> bool:
        """Whether the panels are taking another zoom."""
        return self._held

    def hold(self) -> None:
        """The panels are about to take another zoom, one by one: until ``zoom`` their sizes are those of before, and
        the window is not laid out for each of them."""
        self._held = True
        inside = self._window.layout()
        assert inside is not None
        inside.setEnabled(False)

    def zoom(self, before: float, now: float) -> None:
        """All panels have another zoom: share the window out as it was. The setup is as much wider, or folded away
        where the window is too narrow for it now."""
        self._held = False
        inside = self._window.layout()
        assert inside is not None
        inside.setEnabled(True)
        inside.activate()
        width = self._window.width()
        self._narrowed = width / now < NARROW <= width / before
        self._make_room()
        self._fit_soon()

    def _note_given(self) -> None:
        now, self._needs = self._sizes_now(), self._needs_now()
        free = all(_within(need, size) for need, size in zip(self._needs, now.values(), strict=True))
        if self._rough and free and self._wanted() is not None:
            self._mean(now)  # to the pixel, the seams between them and all bars counted
        self._short = now != self._wanted()

    def add(self, panel: Panel, *, stays: bool = False) -> None:
        """Take in a panel that is no view: it stays closed until it is asked for, and opens in the centre; one that
        ``stays`` opens in the setup's place, and is still open after another run's panels have come."""
        self._more.append(panel)
        if stays:
            self._stays.append(panel)
        self._follow(panel)
        panel.hide()
        if self._heads:
            self._put_away(panel)

    def _follow(self, panel: Panel) -> None:
        panel.header.maximise_asked.connect(lambda: self.toggle_maximised(panel))
        panel.header.close_asked.connect(lambda: self._forget_maximised(panel))
        panel.leaving.connect(lambda: self._note_sizes(panel))
        panel.topLevelChanged.connect(self._take_as_pulled)
        panel.installEventFilter(self)

    def _take_as_pulled(self) -> None:
        self._pulled = True

    def _put_away(self, panel: Panel) -> None:
        panel.hide()
        beside = self._setup if panel in self._stays else self._heads.get("centre", self._setup)
        self._window.tabifyDockWidget(beside, panel)

    @contextmanager
    def _those_stay(self) -> Iterator[None]:
        """Let what is open and is to stay so be open after another arrangement has come."""
        stay = [panel for panel in self._stays if panel.on_screen() and panel is not self._maximised]
        yield
        for panel in stay:
            self.bring(panel)

    @property
    def panels(self) -> list[Panel]:
        """All panels, the setup first."""
        return [self._setup, *self._views, *self._more]

    @property
    def maximised(self) -> Panel | None:
        """The panel that fills the window, if one does."""
        return self._maximised

    @property
    def crowded(self) -> bool:
        """Whether one panel fills the window for want of room for all: nobody asked for it."""
        return self._filled is not None

    @property
    def folded(self) -> bool:
        """Whether the setup is folded away for want of room."""
        return self._folded

    def reset(self, stage: Sequence[str] = (), *, setup: bool = True, behind: Sequence[str] = ()) -> None:
        """Arrange the panels: those of a stage open, the others are closed.

        ``stage`` has the views' keys, the first for the centre, the next for the top and the bottom beside it and all
        others behind that. Without one the first view of each area opens. ``setup``: whether the setup opens, too.
        ``behind``: views that open behind the last one of the stage, in its place.
        """
        with self._those_stay(), self._one_pass():
            self._arrange(stage, setup, behind)

    def _arrange(self, stage: Sequence[str], setup: bool, behind: Sequence[str]) -> None:
        self._take_out()
        window = self._window
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._setup)
        self._setup.setVisible(setup and self._roomy)
        self._folded = setup and self._paired and not self._roomy
        self._folded_at, self._again = self._window.width() / Units(self._window).zoom, 0.0
        self._heads = {}
        opened = self._on_stage(stage, behind)
        for panel, area in opened.items():
            if area in self._heads:
                window.tabifyDockWidget(self._heads[area], panel)
            else:
                self._add_area(panel, area)
                self._heads[area] = panel
            panel.show()
        for panel in self._views:
            if panel not in opened:
                panel.hide()  # first: else a tab bar stays until the next turn of the event loop, and in pictures
                window.tabifyDockWidget(self._heads.get(panel.area, self._heads["centre"]), panel)
        for head in self._heads.values():
            head.raise_()
        for other in self._more:
            self._put_away(other)
        self.resize()

    @contextmanager
    def _one_pass(self) -> Iterator[None]:
        """Lay the window out once, when all panels have come and gone; Qt would do so for each of them."""
        inside = self._window.layout()
        assert inside is not None
        if not inside.isEnabled():  # within another one
            yield
            return
        began = thread_time()
        self._let_go()
        inside.setEnabled(False)
        try:
            yield
        finally:
            inside.setEnabled(True)
            inside.activate()
            paint_turns().took(thread_time() - began)

    def _let_go(self) -> None:
        """End whatever panel is being dragged, as if the button had been let go: Qt keeps a place open for it, and
        crashes where that has gone with the arrangement."""
        nowhere = QPointF(-_LARGEST, -_LARGEST)
        for panel in self.panels:
            left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
            released = QMouseEvent(QEvent.Type.MouseButtonRelease, nowhere, nowhere, left, none, _PLAIN)
            QApplication.sendEvent(panel, released)

    def _take_out(self) -> None:
        """Take every panel out of the window, in which another arrangement is to come."""
        self._set_maximised(None)
        self._aside.clear()
        self._meant, self._meant_before, self._folded, self._filled = None, None, False, None
        for panel in self.panels:
            if self._window.dockWidgetArea(panel) != Qt.DockWidgetArea.NoDockWidgetArea:
                if panel.isFloating():  # Qt would take one that is not out of its place and put it back
                    panel.setFloating(False)
                self._window.removeDockWidget(panel)

    def _on_stage(self, stage: Sequence[str], behind: Sequence[str]) -> dict[ViewPanel, str]:
        """Return the panels that open and the area of each, the centre first."""
        known = {panel.key: panel for panel in self._views}
        staged = [known[key] for key in dict.fromkeys(stage) if key in known]
        if staged:
            areas = {panel: AREAS[min(place, len(AREAS) - 1)] for place, panel in enumerate(staged)}
            return {**areas, **{known[key]: areas[staged[-1]] for key in behind if key in known}}
        first: dict[str, ViewPanel] = {}
        for panel in self._views:
            first.setdefault(panel.area, panel)
        return {first[area]: area for area in AREAS if area in first}

    def _add_area(self, panel: ViewPanel, area: str) -> None:
        window, right = self._window, Qt.DockWidgetArea.RightDockWidgetArea
        neighbour = self._heads.get("right-top")
        if not self._heads:
            window.addDockWidget(right, panel, Qt.Orientation.Horizontal)
        elif neighbour is not None:
            window.splitDockWidget(neighbour, panel, Qt.Orientation.Vertical)
        else:
            window.splitDockWidget(self._heads["centre"], panel, Qt.Orientation.Horizontal)

    def resize(self) -> None:
        """Give the open panels of the stage their default share of the window."""
        window, heads = self._window, self._heads
        setup = px(window, SETUP_WIDTH)
        docked = self._setup.isVisibleTo(window)
        room = window.width() - (setup if docked else 0)
        beside = [area for area in AREAS[1:] if area in heads]
        sizes: dict[Panel, QSize] = {self._setup: QSize(setup, window.height())} if docked else {}
        sizes[heads["centre"]] = QSize(round(room * (_SHARES["centre"] if beside else 1)), window.height())
        for area in beside:
            high = _SHARES[area] if len(beside) > 1 else 1
            sizes[heads[area]] = QSize(round(room * _SHARES["right"]), round(window.height() * high))
        columns = [p for p in (self._setup, heads["centre"], *(heads[area] for area in beside[:1])) if p in sizes]
        self._share_out({p: size.shrunkBy(QMargins(0, 0, 0, self._tabs(p))) for p, size in sizes.items()}, columns)
        self._meant = self._units(window.size()), {p: self._units(size) for p, size in sizes.items()}
        self._pulled, self._rough = False, True
        self._fit_soon()

    def toggle(self, panel: Panel) -> None:
        """Close a panel, or show it in front."""
        if panel in self._aside:
            self._aside.remove(panel)
        if panel.isVisible() and not panel.visibleRegion().isEmpty():
            panel.close()
            self._forget_maximised(panel)
        else:
            self.bring(panel)
            self._give_back(panel)

    def bring_view(self, key: str) -> None:
        """Show a view in front, by its key."""
        self.bring(next(panel for panel in self._views if panel.key == key))

    def bring(self, panel: Panel) -> None:
        """Show a panel in front of those that it shares a place with."""
        self.restore_size()
        self._brought = panel
        panel.show()
        panel.raise_()
        for bar in self._window.findChildren(QTabBar):  # in a window that is not on the screen the tab does not follow
            for at in range(bar.count()):
                if bar.tabText(at) == panel.windowTitle():
                    bar.setCurrentIndex(at)

    def set_aside(self, idle: Sequence[Panel]) -> None:
        """Another run: let no panel stay in front that cannot show it, and bring those back that can again.

        Where another panel shares its place that one comes to the front; else the place goes to its neighbours. The
        last open view stays, and so does what floats.
        """
        for panel in [p for p in self._aside if p not in idle]:
            self._aside.remove(panel)
            panel.show()
        for panel in idle:
            if not panel.isVisible() or panel.isFloating():
                continue
            self.restore_size() if panel is self._maximised else None
            beside = [p for p in self._window.tabifiedDockWidgets(panel) if isinstance(p, Panel) and p.isVisible()]
            others = [p for p in beside if p not in idle]
            if others:
                self.bring(others[0]) if panel.on_screen() else None
            elif any(p.isVisible() and p not in idle for p in self._views):
                self._aside.append(panel)
                panel.hide()

    def _note_sizes(self, leaving: Panel) -> None:
        if leaving in self._stays and self._meant_before is not None:
            # It was as wide as it needs, not as anybody meant.
            self._meant, self._meant_before = self._meant_before, None
            self._fit_soon()
        if not leaving.isFloating():
            self._sizes[leaving] = {p: self._units(size) for p, size in self._sizes_now().items()}

    def _give_back(self, panel: Panel) -> None:
        """Let a panel that comes back have the room that it had when it was closed.

        Qt shares room out truly only where it is told the size of all.
        """
        sizes = {p: size for p, size in self._sizes.get(panel, {}).items() if p is panel or p.on_screen()}
        zoom = Units(self._window).zoom
        for direction in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical):
            wide = direction == Qt.Orientation.Horizontal
            lengths = [round(zoom * (s.width() if wide else s.height())) for s in sizes.values()]
            lengths = lengths if wide else [h + self._tabs(p) for p, h in zip(sizes, lengths, strict=True)]
            self._window.resizeDocks(list(sizes), lengths, direction)

    def toggle_maximised(self, panel: Panel) -> None:
        """Let one panel fill the window, or put everything back."""
        if self._maximised is not None:
            self.restore_size()
        elif panel.isFloating():
            panel.setWindowState(panel.windowState() ^ Qt.WindowState.WindowMaximized)
        else:
            self._before_maximise = self._window.saveState(VERSION)
            with self._one_pass():
                for other in self.panels:
                    if other is not panel and not other.isFloating():
                        other.hide()
                if panel.isHidden():  # one that was opened so as to fill the window is there only while it does
                    panel.show()
            self._set_maximised(panel)

    def open_filling(self, panel: Panel) -> None:
        """Show a panel that is not on the screen so that it fills the window; the others stay as large as they were."""
        with self._one_pass():
            self.restore_size()
            before = self._window.saveState(VERSION)
            self.bring(panel)
            self.toggle_maximised(panel)
        self._before_maximise = before

    def open_beside(self, panel: Panel) -> None:
        """Show a panel that is not on the screen beside the views; in a narrow window it fills that, and where another
        one does."""
        if self._maximised is not None or self._window.width() < px(self._window, ROOMY):
            self.open_filling(panel)
        else:
            self._meant_before = self._meant
            self.bring(panel)

    def restore_size(self, *, closing: bool = False) -> None:
        """Put everything back where it was before a panel filled the window. The panel itself stays open, unless it is
        ``closing``."""
        if (panel := self._maximised) is not None:
            self._set_maximised(None)
            self._filled = None
            with self._one_pass():
                self._window.restoreState(self._before_maximise, VERSION)
                if panel.isHidden() and not closing:
                    panel.show()
            self._fit_soon()  # window and zoom may have become others meanwhile

    def save(self) -> QByteArray:
        """Return the layout to be remembered; that of before, while one panel fills the window, or it is ``bare``."""
        if self._bare:
            return self._before_bare
        return self._before_maximise if self._maximised is not None else self._window.saveState(VERSION)

    def for_picture(self) -> bytes:
        """Return what ``arrange`` takes: the layout, and where the window is zoomed the sizes that are meant behind it,
        since no picture is."""
        zoomed = Units(self._window).zoom != 1.0
        return bytes(self.save().data()) + (_BEHIND + self.meant().encode() if zoomed else b"")

    def meant(self) -> str:
        """Return the sizes that are meant, whatever has become of them in this window at this zoom, as JSON; ``""``
        where nothing has come to rest yet."""
        if self._meant is None:
            return ""
        size, sizes = self._meant
        panels = {panel.key: [wanted.width(), wanted.height()] for panel, wanted in sizes.items()}
        return json.dumps({"window": [size.width(), size.height()], "panels": panels, "folded": self._folded})

    def take_meant(self, told: object) -> None:
        """Take what ``meant`` has returned, after ``restore``. What cannot be used changes nothing."""
        try:
            said = json.loads(str(told))
            keys = {panel.key: panel for panel in self.panels}
            sizes = {keys[key]: _size(wanted) for key, wanted in said["panels"].items()}
            self._meant = (_size(said["window"]), sizes)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            return
        self._folded = said.get("folded") is True and not self._setup.isVisible()
        self._pulled = self._rough = False
        self._fit_soon()

    def restore(self, state: object) -> bool:
        """Take a layout that this program has remembered itself; return whether it could be used. What cannot be used
        changes nothing. One that may come from elsewhere is ``arrange``'s."""
        if not isinstance(state, QByteArray):
            return False
        with self._those_stay(), self._one_pass():
            if not self._heads:
                self.reset()
            if not self._window.restoreState(state, VERSION):
                return False
            self._set_maximised(None)  # or what was there before it filled the window would come back later
            self._meant, self._filled = None, None
            for panel in self._more:
                panel.hide()  # a window greets with its network
            if not any(p.isVisibleTo(self._window) for p in self._views):
                self.reset()  # all closed: nobody means to be greeted by an empty window
        return True

    def arrange(self, state: bytes) -> bool:
        """Arrange the panels as bytes that anybody may have made say; return whether they say how.

        They are not given to Qt. What is open stands where they say; what is closed opens beside the largest view.
        """
        docks = {panel.objectName(): panel for panel in self.panels}
        views = {panel.objectName() for panel in self._views}
        state, _, meant = state.partition(_BEHIND)
        found = arrangement.read(state, VERSION, docks)
        shown = [] if found is None else [leaf for leaf in found.leaves if views & set(leaf.names)]
        if found is None or not shown:
            return False  # nobody means to be greeted by an empty window
        self._let_go()
        with self._those_stay():
            self._take_out()
            arrangement.build(self._window, docks, found)
            if meant:
                self._take_sizes(meant)
            largest = max(shown, key=lambda leaf: leaf.size[0] * leaf.size[1])
            self._heads = {"centre": next(panel for panel in self._views if panel.objectName() in largest.names)}
            for panel in self.panels:
                if self._window.dockWidgetArea(panel) == Qt.DockWidgetArea.NoDockWidgetArea:
                    self._put_away(panel)
            for panel in self._more:
                panel.hide()
        return True

    def _take_sizes(self, told: bytes) -> None:
        """Give panels at once the sizes that were meant where a picture comes from."""
        self.take_meant(told.decode(errors="replace"))
        sizes = {} if self._meant is None else self._meant[1]
        shown = {
            p: QSize(round(size.width()), round(size.height()) - self._tabs(p))
            for p, size in sizes.items()
            if p.isVisibleTo(self._window)
        }
        if shown:
            self._share_out(shown, _columns(shown))

    def _forget_maximised(self, panel: Panel) -> None:
        if panel is self._maximised:
            self.restore_size(closing=True)
            panel.close()

    def _set_maximised(self, panel: Panel | None) -> None:
        for one in self.panels:
            one.header.set_maximised(one is panel)
            one.set_movable(one is not panel)  # dragged out, it would leave an empty window
        self._maximised = panel


def _within(least: QSize, size: QSize) -> bool:
    return least.width() < size.width() and least.height() < size.height()


def _columns(panels: Iterable[Panel]) -> list[Panel]:
    """Return one panel of each column, of those that have their places."""
    return list({panel.x(): panel for panel in panels}.values())


def _size(told: Sequence[float]) -> QSizeF:
    """Return a remembered size. Raises ``ValueError`` or ``TypeError`` for what is none."""
    width, height = map(float, told)
    if not (0 < width < _LARGEST and 0 < height < _LARGEST):
        raise ValueError(f"{width} x {height}: no size")
    return QSizeF(width, height)
