"""Taking back what a test did to a window."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs.panel import LabsPanel
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.reader.panel import Reader
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.timeline.speeds import AUTO
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from tests.app.looking import unpainted, workbench

SIZE = (1440, 900)
MADE_LATER = frozenset({"palette", "keys", "export_dialog"})
_PRESET = "three-lines"
ON_SCREEN = ["setup", "network", "loss", "landscape"]


def put_back(window: Window, qtbot: QtBot) -> bool:
    """Take back what tests do to a window, as far as that is simple; return whether the window is still there."""
    if None in (window.workbench, window.session, window.settings) or not window.isVisible():
        return False
    with unpainted(window):
        _take_back(window, qtbot)
    return True


def _take_back(window: Window, qtbot: QtBot) -> None:
    parts, session, settings = workbench(window), window.session, window.settings
    assert session is not None and settings is not None
    parts.lessons.leave()
    for name in MADE_LATER:
        made = vars(parts).pop(name, None)
        if isinstance(made, QWidget):
            made.close()
            made.setParent(None)
            made.deleteLater()
    if (welcome := parts.welcome.welcome) is not None:
        welcome.leave()
        parts.welcome.welcome = None
        welcome.setParent(None)
        welcome.deleteLater()
    if _places(window) != ON_SCREEN:
        parts.stages.reset()
    parts.layout._sizes.clear()
    parts.guide.hide()
    for panel in (parts.labs, parts.guide):
        _take_out_body(panel)
    for card in window.findChildren(Floating):
        card.hide()
    parts.messages._text.setText(" ")  # what was said last may be asked for
    session.runner.pause()
    session.set_speed(AUTO)
    session._unhurried = AUTO
    begun = session.status.step or session.timeline.newest or session.awaited or len(session.frame().arms) > 1
    session.give_up()
    if begun or session.name != _PRESET or session.config != load_preset(_PRESET):
        session.open_preset(_PRESET)
        qtbot.waitUntil(lambda: session.name == _PRESET and not session.awaited and session.status.step == 0)
        session.runner.pause()
    session._plays = False
    session.selection.fit(session.frame(), other_data=True)
    parts.transport._target_chosen = False
    parts.transport._offer_target()
    form = parts.setup.findChild(SetupForm)
    assert form is not None
    form.undo()
    form.open_groups(())
    if window.size().toTuple() != SIZE:
        window.resize(*SIZE)
    if _places(window) != ON_SCREEN:
        parts.stages.reset()
    for panel in parts.views:
        if panel.view is not None and panel.key not in ON_SCREEN:
            take_out(panel)
    parts.stages._kept.clear()
    window.activateWindow()
    window.setFocus()
    settings.clear()
    rest(window, qtbot)
    parts.undo.stack.clear()


def _places(window: Window) -> list[str]:
    parts = workbench(window)
    return [panel.key for panel in parts.layout.panels if panel.on_screen()]


def rest(window: Window, qtbot: QtBot) -> None:
    """Wait until everything has found its place."""
    parts, session = workbench(window), window.session
    assert session is not None

    def rests() -> bool:
        if not window.isActiveWindow():
            window.activateWindow()  # what has been taken out may have been active last
        busy = session.busy or bool(session.awaited) or parts.clock.ticking or parts.layout.fitting
        busy = busy or parts.undo._soon.isActive() or bool(parts.undo._aimed)
        for panel in parts.views:
            if panel.key in ON_SCREEN:  # not after a quick test; and what is being computed lies under a cover
                busy = busy or panel.shown is None or panel.view is None or panel.view.busy
        return not busy and parts.top_bar.preset.count() > 0 and window.isActiveWindow()

    qtbot.waitUntil(rests)
    QApplication.processEvents()
    qtbot.waitUntil(rests)


def begin_anew(window: Window, qtbot: QtBot) -> None:
    """Let all views be made anew, and find their places anew."""
    parts = workbench(window)
    with unpainted(window):
        for panel in parts.views:
            if panel.view is not None:
                take_out(panel)
        parts.stages.reset()
        parts.clock.wake()
        rest(window, qtbot)
        parts.undo.stack.clear()


def take_out(panel: ViewPanel) -> None:
    """Take the view out of a panel, and all that came with it: it is made anew when it is seen."""
    assert panel.view is not None
    panel.view.close()
    gone = [panel._scroll.takeWidget(), *panel.header._all_tools, panel._cover]
    panel.view = panel.shown = panel.arms = panel._judged = panel._spoken = panel._cover = panel._choices = None
    panel.header._all_tools.clear()
    panel.header._squeezed.clear()
    panel.header.name.show_step(None)
    panel._instead.setText("")
    panel._pages.setCurrentWidget(panel._instead)
    for widget in gone:
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()


def _take_out_body(panel: LabsPanel | Reader) -> None:
    """Take out what the labs or the guide consist of, once somebody has opened them."""
    if panel.body is not None:
        panel.finish()
        gone, panel.body = panel.body, None
        panel._pages.removeWidget(gone)
        gone.setParent(None)
        gone.deleteLater()
