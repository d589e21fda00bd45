"""What stands in the window: bars, panels, messages, keys. It ties their signals to the session's commands."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from dropout_viz import registry
from dropout_viz.app.commands.shortcuts import COMMANDS, Shortcuts, key_name
from dropout_viz.app.export import code_copies
from dropout_viz.app.export.menu import ExportMenu
from dropout_viz.app.export.shot import WINDOW
from dropout_viz.app.export.viewfinder import Restorer, Viewfinder
from dropout_viz.app.files.actions import FileActions
from dropout_viz.app.files.drops import Drops
from dropout_viz.app.files.menu import FileMenu
from dropout_viz.app.files.recent import Recent
from dropout_viz.app.frame_clock import FrameClock
from dropout_viz.app.frame_log import FrameLog
from dropout_viz.app.labs.panel import LabsPanel
from dropout_viz.app.lessons.clinic import Clinic
from dropout_viz.app.lessons.player import Lessons
from dropout_viz.app.lessons.shelf import load_lesson, shelves
from dropout_viz.app.look import scaling
from dropout_viz.app.look.motion import Motion
from dropout_viz.app.look.restyling import Restyling
from dropout_viz.app.look.zoom import Zoom
from dropout_viz.app.messages.line import MessageCard
from dropout_viz.app.messages.offers import offer_lesson, offer_run_before
from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.panels.docks import Panel, ViewPanel
from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.panels.layout import Layout
from dropout_viz.app.panels.stages import Stages
from dropout_viz.app.panels.top_bar import TopBar
from dropout_viz.app.panels.view_menu import ViewMenu, with_key
from dropout_viz.app.platform.tab_order import put_in_order, to_part
from dropout_viz.app.presenting.presentation import Presentation
from dropout_viz.app.reader.panel import Reader
from dropout_viz.app.reader.showing import show
from dropout_viz.app.session import Session
from dropout_viz.app.setup.data_card import DataCard
from dropout_viz.app.setup.number_box import NumberBox
from dropout_viz.app.setup.panel import SetupPanel
from dropout_viz.app.timeline.cards import TimelineCards
from dropout_viz.app.timeline.transport import Transport
from dropout_viz.app.undo.menu import EditMenu
from dropout_viz.app.undo.stack import MOST, Undo
from dropout_viz.app.welcome.door import WelcomeDoor
from dropout_viz.app.welcome.first_words import FirstWords
from dropout_viz.app.welcome.start import after
from dropout_viz.app.window import NAME, Window
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.source import is_table

if TYPE_CHECKING:
    from dropout_viz.app.asking_dialog import AskingDialog
    from dropout_viz.app.commands.keys_overlay import KeysOverlay
    from dropout_viz.app.commands.offered import Entrance
    from dropout_viz.app.commands.palette import CommandPalette
    from dropout_viz.app.export.clipboard import Copying
    from dropout_viz.app.export.dialog import ExportDialog
    from dropout_viz.app.files.recovery import Recovery
    from dropout_viz.app.panels.frames_card import FramesCard
    from dropout_viz.app.reader.targets import Target
    from dropout_viz.app.tables.dialog import TableDialog
    from dropout_viz.app.tables.pictures import PicturesDialog
_LET_GO_MS = 50  # from one look to the next, whether a panel is still being dragged
Part = TypeVar("Part", bound=QWidget)
Dialog = TypeVar("Dialog", bound="AskingDialog")
_AFTER_FIRST_FRAME_MS = 30
_AHEAD_MS = 1_000  # when nobody waits for the window any more
_PANELS_A_TURN = 5
_OPENED_LATER = (
    "app.commands.keys_overlay",
    "app.commands.of_arms",
    "app.commands.of_panels",
    "app.commands.offered",
    "app.commands.palette",
    "app.export.dialog",
    "app.lessons.strip",
    "app.reader.body",
    "clinic.ward",
)
"""Files of what is opened by a key or a click, to be imported before that."""


def furnish(window: Window, session: Session) -> Workbench:
    """Put everything into a window that shows a session, and let it live."""
    workbench = Workbench(window, session)
    for _ in workbench.put_in():
        pass
    workbench.open_stage()
    workbench.begin()
    return workbench


class Workbench(QObject):
    """Everything in a furnished window. It names no view: the registry does."""

    def __init__(self, window: Window, session: Session) -> None:
        """Nothing stands in the window before ``put_in`` has come to its end."""
        super().__init__(window)
        self.window, self.session, self.theme = window, session, window.theme

    def put_in(self) -> Iterator[None]:
        """Put everything in, in turns; the window has it when that is done."""
        window, session, theme = self.window, self.session, self.theme
        window.session = session
        self.restyling = Restyling(window, theme)
        self.top_bar = TopBar(session, theme)
        window.setMenuWidget(self.top_bar)
        self.transport = Transport(session, theme)
        fixed_bar(window, "Transport", self.transport, Qt.ToolBarArea.BottomToolBarArea)
        self.setup = SetupPanel(session, theme, window.settings)
        self.setup.setParent(window)  # before it has its place: whoever gives the window up ends all panels with it
        yield
        self.views: list[ViewPanel] = []
        for entry in registry.entries("views").values():
            self.views.append(ViewPanel(entry, session.selection, theme))
            self.views[-1].setParent(window)
            if len(self.views) % _PANELS_A_TURN == 0:
                yield
        self.layout = Layout(window, self.setup, self.views)
        self.stages = Stages(self.layout, window.settings)
        self.zoom = Zoom(theme, window.settings)
        self.motion = Motion(window, window.settings)
        self.labs = LabsPanel(theme, self.layout, self.top_bar.labs_menu, lambda: (session.config, session.name))
        self.labs.setParent(window)
        self.guide = Reader(theme, self.layout)
        self.guide.setParent(window)
        self.clock = FrameClock(session, [*self.views, self.transport], self)
        self.transport.clock = self.clock
        self.messages = MessageCard(theme, window, self.transport, self.setup)
        yield
        self.data_card = DataCard(session, window, self.transport, self.motion)
        self.timeline = TimelineCards(session, theme, window.settings, window, self.transport)
        self.files = FileActions(session, window, Recent(window.settings))
        self.file_menu = FileMenu(self.top_bar.file_menu, self.files, window.close)
        for copy in code_copies.entries(session):
            self.file_menu.add_copy(copy)
        yield
        self.drops = Drops(window, theme, self.files.open, partial(self.messages.say, level="warning"))
        self._unstyled: list[ViewPanel] = []  # that have not taken another theme yet
        self._styling = QTimer(self, interval=0)
        self._styling.timeout.connect(self._style_next)
        self.lessons = Lessons(session, self.stages, self.views, window, self.top_bar.lessons_menu, self.files.tasks)
        self.clinic = Clinic(self.lessons)
        self.undo = Undo(session, self)
        self.welcome = WelcomeDoor(self)
        self.first_words = FirstWords(window, theme, window.settings, self.views, self.welcome.toggle)
        self.shortcuts = self._bind_keys()
        self.presentation = Presentation(self)
        self._fill_menus()
        self._connect()
        self._let_keys_turn(False)
        self.finder = Viewfinder(window, session, self.views, self.layout, self.setup)
        self.files.shown = self.finder.chosen
        self._restorer = Restorer(session, self.finder)
        self._judged = session.frame().snapshot.run  # whose views were looked at: which cannot show it
        self._opened = ""  # the name of the run whose stage was opened
        self._before_lesson = 0  # of the steps that can be undone, those before the lesson
        if theme.style.scale != 1.0:
            self.restyling.begin_zoomed()
        window.workbench = self

    def put_tab_in_order(self) -> None:
        """Let Tab go from the top bar through the panels as they are read; the transport and the rest come last."""
        strip = self.first_words.strip
        words = [strip.begin, strip.close_button] if strip is not None else []
        panels = [stop for panel in self._in_reading_order((self.setup, *self.views)) for stop in panel.stops()]
        put_in_order([self.top_bar.keys, *words, *panels])

    def _in_reading_order(self, panels: Iterable[Panel]) -> list[Panel]:
        """Return those that stand in the window and are seen, by columns."""
        seen = [panel for panel in panels if panel.on_screen() and not panel.isFloating()]
        return sorted(seen, key=lambda panel: (panel.x(), panel.y()))

    def _parts(self) -> list[tuple[QWidget, list[QWidget]]]:
        """Return what F6 goes through, each part with what may take the keys in it, the first before the others."""
        found: list[tuple[QWidget, list[QWidget]]] = [(self.top_bar, [self.top_bar.welcome])]
        if (first := self.first_words.strip) is not None:
            found.append((first, [first.begin]))
        if (lesson := self.lessons.strip) is not None:
            found.append((lesson, lesson.stops()))
        found += [(panel, panel.stops()) for panel in self._in_reading_order(self.layout.panels)]
        return [*found, (self.transport, [self.transport.play])]

    def log_frames(self) -> FrameLog:
        """Write down from now on, if nobody has asked for it yet, what every frame takes; return where."""
        if self.clock.log is None:
            self.clock.log = FrameLog(self._painted)
        return self.clock.log

    @property
    def _painted(self) -> list[str]:
        """The names of what the clock has painted, in its order."""
        return [*(panel.key for panel in self.views), "transport"]

    def greet(self) -> None:
        """Say what a newcomer needs: which keys there are and, at a first start, what is seen and where to begin."""
        self.top_bar.show_hint(True)
        self.first_words.come()

    def begin(self) -> None:
        """Show the run as it goes on, and fill what can wait until it is there: in a window that is no picture."""
        self.motion.begin()
        self.clock.wake()
        self.top_bar.preset.filling.start()
        QTimer.singleShot(_AFTER_FIRST_FRAME_MS, self, self._begin_rest)

    def put_away(self) -> None:
        """Put back what is not the user's own, and remember the rest: the window is about to be hidden."""
        self.presentation.finish()
        self.lessons.leave()  # the layout to be remembered is the user's own
        self.stages.remember()

    def close(self) -> None:
        """Show nothing more; the session is about to end."""
        self.clock.stop()
        self.undo.close()
        self.data_card.finish()
        self.files.finish()
        if "recovery" in vars(self):
            self.recovery.finish()
        self.labs.finish()
        self.guide.finish()
        self.view_menu.close()
        self.export_menu.close()
        self.welcome.close()
        if "export_dialog" in vars(self):
            self.export_dialog.finish()
        for dialog in ("table_dialog", "pictures_dialog"):
            if dialog in vars(self):
                getattr(self, dialog).reject()
        if "copying" in vars(self):
            self.copying.stop()
        for panel in self.views:
            if panel.view is not None:
                panel.view.close()

    @cached_property
    def export_dialog(self) -> ExportDialog:
        """The export dialog, imported and made when it is first asked for."""
        from dropout_viz.app.export.dialog import ExportDialog

        return self._asking(ExportDialog(self.session, self.finder))

    @cached_property
    def table_dialog(self) -> TableDialog:
        """What asks about tables, imported and made when it is first asked for."""
        from dropout_viz.app.tables.dialog import TableDialog

        return self._asking(TableDialog(self.window, self.files.tasks, self.files.open_table))

    @cached_property
    def pictures_dialog(self) -> PicturesDialog:
        """What asks about folders of pictures, likewise."""
        from dropout_viz.app.tables.pictures import PicturesDialog

        return self._asking(PicturesDialog(self.window, self.theme, self.files.tasks, self.files.bring_own))

    @cached_property
    def copying(self) -> Copying:
        """What copies pictures; what draws them is not needed before."""
        from dropout_viz.app.export.clipboard import Copying

        return Copying(self.session, self.finder, self.messages)

    @cached_property
    def recovery(self) -> Recovery:
        """Saving as the run goes; asked for where a window is more than a picture."""
        from dropout_viz.app.files.recovery import Recovery

        made = Recovery(self.session, self.files, self.messages)
        self.file_menu.kept, self.file_menu.look = made.entries, made.look
        made.changed.connect(self.file_menu.fill_again)
        return made

    @cached_property
    def keys(self) -> KeysOverlay:
        """The list of keys, imported and made when it is first asked for."""
        from dropout_viz.app.commands.keys_overlay import KeysOverlay

        return self._dressed(KeysOverlay(self.theme, self.shortcuts.table(), self.window))

    @cached_property
    def frames_card(self) -> FramesCard:
        """What the last second's frames took, imported and made when it is first asked for."""
        from dropout_viz.app.panels.frames_card import FramesCard

        return self._dressed(FramesCard(self.clock, self._painted, self.window, self.transport))

    @cached_property
    def palette(self) -> CommandPalette:
        """The command palette, imported and made when it is first asked for."""
        from dropout_viz.app.commands import of_arms, offered
        from dropout_viz.app.commands.palette import CommandPalette

        def typed(text: str) -> list[Entrance]:
            of_all = offered.typed_offers(self.session, self.show_setting, text)
            return of_all + of_arms.typed_offers(self.session, text)

        return self._dressed(CommandPalette(self.theme, self.offers, typed, self.window))

    def _asking(self, made: Dialog) -> Dialog:
        """Let a dialog have the largest zoom that there is room for whenever it comes."""
        made.coming.connect(partial(self._dressed, made))
        return self._dressed(made)

    def _dressed(self, made: Part) -> Part:
        """Let what has just been made have the theme and the zoom that are on before it finds its size and place."""
        while self.restyling.hurry((made,)):
            pass
        return made

    def offers(self) -> list[Entrance]:
        """Return everything that can be done, by name."""
        from dropout_viz.app.commands import of_arms, of_panels, offered

        found = offered.commands(self._actions, self.undo)
        found += offered.views(self.views, self.layout, self.session.frame())
        found += offered.runs(self.session, self.lessons, self.clinic, self.labs)
        found += offered.settings(self.show_setting)
        found += of_arms.settings(self.session, self.palette.open)
        found += of_panels.controls(self.layout.panels, self.layout)
        found += of_panels.choices(self.views)
        found += offered.guide(self.guide)
        self.file_menu.fill_recent()
        return found + offered.of_menus(self.top_bar.menus, found)

    def show_setting(self, key: str) -> None:
        """Open the setup at a setting, ready to be typed in."""
        self.layout.bring(self.setup)
        self.setup.fill().show_setting(key)

    def panel(self, key: str) -> ViewPanel:
        """Return a view's panel by the view's key."""
        return next(p for p in self.views if p.key == key)

    def _begin_rest(self) -> None:
        """Make the setup; what is done from now on can be undone."""
        from dropout_viz.app.undo import run as undo_run  # not before the views have been painted
        from dropout_viz.app.undo import window as undo_window

        session = self.session
        form = self.setup.fill()
        if self.window.workbench is not self:
            return  # it has been closed meanwhile
        self.undo.begin(
            [  # a step is named by the first of them that has something to say of it
                undo_run.Courses(session, self.files),
                undo_run.Comparison(session),
                undo_run.Bookmarks(session),
                undo_window.Entered(session, form),
                undo_window.TakenAway(session),
                undo_window.Chosen(self.views),
                undo_window.Panels(self.layout, self.stages, lambda text: session.message.emit(text, "info")),
                undo_window.LookedAt(session),
            ]
        )
        QTimer.singleShot(_AHEAD_MS, self, lambda: self.files.tasks.run(_read_ahead))

    # --- wiring ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        self.theme.changed.connect(self._restyle)
        self.files.changed.connect(self._name_window)
        self.session.config_changed.connect(self._name_window)
        self._name_window()
        self.files.own_asked.connect(self._ask_about_data)
        self.restyling.wanted = (self.setup,)  # it may be folded away, and come back when all is laid out
        self.restyling.followed.connect(self._zoomed)
        self.session.message.connect(self.messages.say)
        self.session.config_changed.connect(self._bring_if_new)
        self.session.selection.slow.wanted.connect(self._show_slow_motion)
        self.session.offer.connect(self.messages.offer)
        self.session.remark.connect(self.messages.remark)
        for news in (self.session.frame_ready, self.session.opening):
            news.connect(self.messages.look)
        self.labs.visibilityChanged.connect(lambda _: self.messages.look())
        self.welcome.asked_for.connect(self.timeline.leave)
        self.undo.leaving.connect(lambda run: self.lessons.heed_return(run.occasion, run.root))
        self.lessons.opened.connect(lambda: self.top_bar.show_hint(False))
        self.lessons.turnable.connect(self._let_keys_turn)
        self.lessons.turnable.connect(self._note_run_before)
        self.lessons.ended.connect(self._offer_what_follows)
        self.labs.said.connect(self.messages.say)
        self.labs.run_wanted.connect(self._open_found)
        for changed in (self.session.opening, self.session.config_changed):
            changed.connect(self.labs.follow)
        self.guide.said.connect(self.messages.say)
        self.guide.shown.connect(self._show)
        self.shortcuts.used.connect(lambda _: self.top_bar.show_hint(False))
        self.top_bar.keys.clicked.connect(lambda: self.keys.open())
        self.top_bar.guide.clicked.connect(lambda: self._toggle_guide())
        self.top_bar.welcome.clicked.connect(self.welcome.toggle)
        for found in (self.lessons.opened, self.guide.appeared, self.welcome.asked_for, self.presentation.begun):
            found.connect(self.first_words.leave)  # whoever has found a way needs no more words
        self.top_bar.search.clicked.connect(lambda: self.palette.open())
        self.top_bar.present.clicked.connect(self.presentation.begin)
        self.transport.leave.clicked.connect(lambda: self.presentation.leave())
        self.top_bar.setup.clicked.connect(lambda: self.layout.toggle(self.setup))
        self.setup.visibilityChanged.connect(lambda _: self.top_bar.setup.setChecked(self.setup.isVisible()))
        self.transport.play.clicked.connect(lambda: self.top_bar.show_hint(False))
        for panel in self.views:
            panel.appeared.connect(self.clock.wake)
            panel.header.export_asked.connect(partial(self._export, panel.key))
            self._lead_to(panel, f"view-{panel.key}")
        self._lead_to(self.labs, "labs")
        self._lead_to(self.setup, "window", "setup")

    def _lead_to(self, panel: Panel, page: str, heading: str = "") -> None:
        """Let a panel's help lead to a page of the guide."""
        panel.header.has_page = True
        panel.header.page_asked.connect(partial(self.guide.open, page, heading))

    def _let_keys_turn(self, on: bool) -> None:
        """Page keys, as presenters' remote controls send them, turn a lesson's steps; without one a field has them."""
        for name in ("next_slide", "last_slide"):
            self.shortcuts.enable(name, on)

    def _note_run_before(self, begins: bool) -> None:
        """A lesson begins: note where that was among the steps that can be undone."""
        if begins:
            self._before_lesson = self.undo.stack.index()

    def _offer_what_follows(self, done: str) -> None:
        """A lesson is over: offer the one that follows it where it has been ``done``, and the run that it began from,
        which undo would bring back page by page."""
        stack, before, offer = self.undo.stack, self._before_lesson, None
        if before < stack.index() and stack.count() < MOST:
            offer = offer_run_before(lambda: stack.setIndex(before))
        if following := after(done):
            offer = offer_lesson(load_lesson(following).title, partial(self.lessons.open, following), offer)
        if offer is not None:
            self.session.offer.emit("This run is the lesson's last.", "info", self._seen_run, offer)

    def _seen_run(self) -> object:
        """The run on show, until the labs are there instead: what is offered of it is not of them."""
        return self.session.this_run(), self.labs.isVisible()

    def _ask_about_data(self, path: Path, given: Mapping[str, Any]) -> None:
        """Ask what is to be made of a table, or of a folder of pictures."""
        dialog = self.table_dialog if is_table(path) else self.pictures_dialog
        dialog.ask(path, given)

    def _open_found(self, config: RunConfig, name: str) -> None:
        """Open a run that a lab has found."""
        self.session.open_config(config, name)
        self.layout.bring(self.views[0])

    def _restyle(self) -> None:
        """Give all views another theme, one in each turn, those first that can be seen."""
        if self.theme.style.scale != scaling.zoom_of(self.window):
            self.layout.hold()
        self._unstyled = sorted((p for p in self.views if p.view is not None), key=lambda p: not p.on_screen())
        self._styling.start()

    @property
    def restyles_seen(self) -> bool:
        """Whether a view that can be seen has not taken the theme that is on yet."""
        return self._styling.isActive() and any(panel.on_screen() for panel in self._unstyled)

    def _zoomed(self) -> None:
        """All that is seen has another size: let it find its place."""
        before, now = scaling.zoom_of(self.window), self.theme.style.scale
        if self.layout.held:
            self.window.setProperty("zoom", now)
            scaling.lay_out_now()
            self.layout.zoom(before, now)

    def _style_next(self) -> None:
        if self.restyling.under_way:
            return  # one thing a turn
        if self._unstyled:
            self._unstyled.pop(0).take_theme()
        else:
            self._styling.stop()

    def open_stage(self) -> None:
        """Arrange the panels for the preset or file."""
        self._opened = self.session.name
        another = self.lessons.lesson is not None and self._opened not in self.lessons.names
        if another:
            self.lessons.leave(arranged=True)  # its words are not of this run
        self.stages.open(self.session.name, self.session.config, instead=another)

    def _name_window(self) -> None:
        title = self.session.config.title or Path(self.session.name).name
        path = self.files.path
        self.window.setWindowTitle(" – ".join([*([path.name] if path is not None else []), title, NAME]))

    def _bring_if_new(self) -> None:
        frame = self.session.frame()
        self.layout.pair(len(frame.arms) > 1)
        if self.session.name != self._opened:
            if isinstance(QWidget.mouseGrabber(), Panel):  # one is being dragged: Qt crashes where its place goes
                QTimer.singleShot(_LET_GO_MS, self, self._bring_if_new)
            else:
                self.open_stage()
        if frame.snapshot.run != self._judged:
            self._judged = frame.snapshot.run
            self.layout.set_aside([p for p in self.views if p.cannot_show(frame)])

    def _bind_keys(self) -> Shortcuts:
        session, window, slow = self.session, self.window, self.session.selection.slow
        actions: dict[str, Callable[[], object]] = {
            "play_pause": session.play_pause,
            "step": lambda: self.presentation.turn(1, session.step),
            "step_epoch": session.step_epoch,
            "rewind": session.rewind,
            "rewind_slower": session.rewind_slower,
            "new_seed": session.new_seed,
            "slower": partial(session.change_speed, -1),
            "faster": partial(session.change_speed, 1),
            "full_speed": session.full_speed,
            "auto_speed": session.auto_speed,
            "next_stage": lambda: self.presentation.blank(slow.forward),
            "last_stage": slow.back,
            "auto_stages": slow.toggle,
            "leave": self._escape,
            "undo": self.undo.undo,
            "redo": self._redo,
            "steps": lambda: self.edit_menu.show_steps(),
            "draw": self._draw_points,
            "compare": lambda: session.compare(not session.comparing),
            "open": self.files.ask_open,
            "save": self.files.save,
            "save_as": self.files.ask_save,
            "copy_settings": self.files.copy_settings,
            "paste_settings": self.files.paste_settings,
            "copy_command": self.files.copy_command,
            "next_part": lambda: to_part(self._parts(), window.focusWidget(), 1),
            "last_part": lambda: to_part(self._parts(), window.focusWidget(), -1),
            "fold_setup": lambda: self.layout.toggle(self.setup),
            "maximise": self._maximise,
            "theme": self.theme.toggle,
            "full_screen": lambda: self.presentation.full_screen(),
            "zoom_in": lambda: self.presentation.come_closer(1.1, self.zoom.larger),
            "zoom_out": lambda: self.presentation.come_closer(1 / 1.1, self.zoom.smaller),
            "zoom_reset": lambda: self.presentation.come_closer(0, self.zoom.reset),
            "present": lambda: self.presentation.toggle(),
            "next_slide": lambda: self.lessons.turn_by_key(1),
            "last_slide": lambda: self.lessons.turn_by_key(-1),
            "copy_picture": self._copy_picture,
            "export": lambda: self._export(self._in_front(), ".png"),
            "palette": lambda: self.palette.open(),
            "guide": lambda: self._toggle_guide(),
            "welcome": self.welcome.toggle,
            "frames": lambda: self.frames_card.toggle(),
            "show_keys": lambda: self.keys.open(),
            "quit": window.close,
            **self.timeline.actions(),
        }
        step_back = actions["step_back"]
        actions["step_back"] = lambda: self.presentation.turn(-1, step_back)
        self._actions = actions
        views = {panel.title: partial(self.layout.toggle, panel) for panel in self.views}
        return Shortcuts(window, actions, views)

    def _redo(self) -> None:
        """Redo what was typed, in a field; Qt leaves Ctrl+Y to the window on some systems."""
        field = QApplication.focusWidget()
        line = field.lineEdit() if isinstance(field, NumberBox) else field
        if isinstance(line, QLineEdit) and line.isRedoAvailable():
            line.redo()
        else:
            self.undo.redo()

    def _escape(self) -> None:
        """Close the card that lies on top; where there is none, leave the welcome, else slow motion, then the
        presentation, and last the words of a first start."""
        cards = [child for child in self.window.children() if isinstance(child, Floating) and child.isVisible()]
        if any(card.dismiss() for card in reversed(cards)):  # the last child is the one on top
            return
        if self.welcome.is_open:
            self.welcome.toggle()
        elif self.session.selection.slow.moment is not None:
            self.session.selection.slow.leave()
        elif not self.presentation.leave():
            self.first_words.leave()

    def _show_slow_motion(self, what: str) -> None:
        """Bring a view forward that shows the step's own numbers, if none is open."""
        panels = [p for p in self.views if p.dissects and not p.why_not(self.session.frame())]
        if what == "begin" and panels and not any(p.on_screen() for p in panels) and not self.layout.maximised:
            panels[0].show()
            panels[0].raise_()

    def _draw_points(self) -> None:
        """Let points be drawn in the view that can, or no longer; in a run that it cannot show, of points to begin
        with."""
        panel = next(p for p in self.views if p.draws)
        if panel.why_not(self.session.frame()):
            self.session.open_preset("points")
            self.layout.bring(panel)
            turn_on = True
        else:
            turn_on = not (panel.on_screen() and panel.view is not None and panel.view.drawing_on)
            self.layout.bring(panel)
        view = panel.load()
        view.drawing_on = turn_on
        if turn_on:
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _export(self, key: str, ending: str = "") -> None:
        self.export_dialog.ask(key, ending)

    def _toggle_guide(self) -> None:
        """Open the guide, at the page of the view that has the focus; close it where it has."""
        focus = self.window.focusWidget()
        inside = [panel for panel in self.views if focus is not None and panel.isAncestorOf(focus)]
        if inside or not self.guide.on_screen():
            self.guide.open(f"view-{inside[0].key}" if inside else "")
        else:
            self.layout.toggle(self.guide)

    def _show(self, wanted: Target) -> None:
        """Show what a page of the guide tells of."""
        show(self, wanted)

    def _copy_picture(self, what: str = "") -> None:
        self.copying.copy(what)

    def _in_front(self) -> str:
        """Return the key of the view that an export is most likely meant for, or ``""`` for the whole window."""
        return self.layout.maximised.key if self.layout.maximised is not None else ""

    def _maximise(self) -> None:
        """Maximise the view under the mouse, else the first open one; or put everything back."""
        open_views = [p for p in self.views if p.on_screen()]
        panel = next((p for p in open_views if p.underMouse()), open_views[0] if open_views else None)
        if self.layout.maximised is not None:
            self.layout.restore_size()
        elif panel is not None:
            self.layout.toggle_maximised(panel)

    # --- menus -------------------------------------------------------------------------------------------------------

    def _motion_action(self, menu: QMenu) -> QAction:
        action = QAction("Reduce motion", menu, checkable=True)
        action.setToolTip("Nothing fades, slides or blinks; the run itself moves as before")
        action.setChecked(self.motion.reduced)
        action.toggled.connect(self.motion.choose)

        def show() -> None:
            with QSignalBlocker(action):  # the system has said so, not the user
                action.setChecked(self.motion.reduced)

        self.motion.changed.connect(show)
        return action

    def _fill_menus(self) -> None:
        menu = self.top_bar.view_menu
        self.view_menu = ViewMenu(menu, self.setup, self.views, self.session)
        self.view_menu.chosen.connect(self.layout.toggle)
        menu.addSeparator()
        menu.addAction("Reset layout", self.stages.reset)
        full_screen = with_key("Full screen", key_name(COMMANDS["full_screen"].keys[0]))
        menu.addAction(full_screen, self._actions["full_screen"])
        menu.addSeparator()
        menu.addAction(with_key("Welcome", key_name(COMMANDS["welcome"].keys[0])), self._actions["welcome"])
        menu.addSeparator()
        for name in ("present", "zoom_in", "zoom_out", "zoom_reset"):
            command = COMMANDS[name]
            menu.addAction(with_key(command.text, key_name(command.keys[0])), self._actions[name])
        menu.addSeparator()
        menu.addAction(self._motion_action(menu))
        self.edit_menu = EditMenu(self.top_bar.edit_menu, self.undo, self.top_bar.edit, self._dressed)
        self.export_menu = ExportMenu(
            self.top_bar.export_menu, self.views, self.session, self._export, lambda: self._copy_picture(WINDOW)
        )


def _read_ahead() -> Callable[[], None]:
    """Read what the palette, the labs, the lessons and the guide offer, on a thread: whoever opens them first need not
    wait."""
    from dropout_viz.app.reader.pages import pages

    for name in _OPENED_LATER:
        importlib.import_module(f"dropout_viz.{name}")
    registry.entries("labs")
    for shelf in shelves():
        for key in shelf:
            load_lesson(key)
    pages()
    return lambda: None
