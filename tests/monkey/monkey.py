"""The monkey: a window, a plan, hands, and what came of it."""

from __future__ import annotations

import faulthandler
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSettings
from PySide6.QtWidgets import QApplication, QDialog

from dropout_viz import registry
from dropout_viz.app.files.remembered import Remembered
from dropout_viz.app.look.theme import prepare
from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.platform.collector import Collector
from dropout_viz.app.platform.heap import Heap
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from tests.app.looking import workbench
from tests.app.stalls import Stalls
from tests.monkey.hands import Hands
from tests.monkey.plan import WEIGHTS, plan
from tests.monkey.watch import Census, Watch

LONGEST = 0.25
STANDING = 0.5
"""Seconds that the window's thread may wait for something else than a processor."""
SETTLED = 1_000  # actions after which nothing may grow any more
_AUTOSAVE = 5.0  # seconds
_PATIENCE = 60.0
_HANGS = 90.0  # seconds after which an action will never end: the stacks are written, and that is that


@dataclass
class Outcome:
    """What there is to say after the last action. ``faults``: one text each, with the number of the action."""

    faults: list[tuple[int, str]] = field(default_factory=list)
    censuses: list[tuple[int, Census]] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"after {number}: {census}" for number, census in self.censuses]
        return "\n".join([*lines, *(f"--- at action {number} ---\n{text}" for number, text in self.faults)])


def run(
    seed: int,
    actions: int,
    folder: Path,
    say: Callable[[str], object],
    weights: Mapping[str, float] | None = None,
    longest: float = LONGEST,
) -> Outcome:
    """Let the monkey do so many actions on a window of its own.

    ``folder`` takes the files that it writes, ``say`` a line for each action. ``weights``: other ones for some kinds.
    ``longest``: seconds of its own computing that the window's thread may be away.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    outcome, begun = Outcome(), time.monotonic()
    prepare(application)
    window = _open(folder)
    collector, heap = Collector(application), Heap(application)
    collector.leave_alone()  # as the program does when its window is there
    hands = Hands(window, folder)
    with Watch() as watch, Stalls(longest) as stalls:
        try:
            if actions > SETTLED:
                with stalls.aside():
                    _see_all(window, hands, heap)
                    collector.leave_alone()  # as the program does when its window is there
            for action in plan(seed, actions, WEIGHTS | dict(weights or {})):
                watch.now = action.number
                faulthandler.dump_traceback_later(_HANGS, exit=True)
                if action.number and action.number % SETTLED == 0:
                    _settle(window, heap)
                    with stalls.aside():
                        outcome.censuses.append((action.number, Census()))
                    say(f"{action.number} {outcome.censuses[-1][1]}")
                try:
                    said = hands.do(action.kind, action.dice)
                except Exception as error:
                    watch.complain(f"the monkey's own hands: {type(error).__name__}: {error}")
                    raise
                say(f"{action.number} {said}  [{time.monotonic() - begun:.1f} s]")
                _turn()
                while len(watch.complaints) > len(outcome.faults):
                    outcome.faults.append(watch.complaints[len(outcome.faults)])
                    say(f"{outcome.faults[-1][0]} FAULT {outcome.faults[-1][1]}")
                for stall in stalls.found:
                    if stall.computing > longest or stall.waited > max(STANDING, longest):
                        watch.complain(f"the window stood still: {stall}")
                stalls.found.clear()
            _settle(window, heap)
            if actions > SETTLED:
                with stalls.aside():
                    outcome.censuses.append((actions, Census()))
                grown = outcome.censuses[-1][1].grown(outcome.censuses[0][1])
                if grown:
                    watch.complain("grown since the first thousand actions:\n" + "\n".join(grown))
        finally:
            hands.leave()
            window.close()
            window.deleteLater()
            _turn()
            collector.stop()
            heap.stop()
            faulthandler.cancel_dump_traceback_later()
    outcome.faults = watch.complaints
    return outcome


def _open(folder: Path) -> Window:
    window = Window(Remembered(str(folder / "remembered.ini"), QSettings.Format.IniFormat))
    window.resize(1440, 900)
    window.show()
    furnish(window, Session(Arms.of(load_preset("three-lines")), "three-lines"))
    workbench(window).recovery.begin(_AUTOSAVE)
    window.activateWindow()
    _wait(lambda: workbench(window).panel("network").shown is not None)
    return window


def _see_all(window: Window, hands: Hands, heap: Heap) -> None:
    """Have everything made that is made once, when it is first asked for."""
    layout, labs = workbench(window).layout, workbench(window).labs
    for panel in workbench(window).views:
        layout.bring(panel)
        _wait(lambda panel=panel: panel.shown is not None)
    for key in registry.entries("labs"):
        labs.load().choose(key)
    labs.load().show_gallery()
    workbench(window).zoom.larger()  # what is noted of each layout at its first zoom
    _wait(lambda: not window.workbench.restyling._turns.isActive())
    workbench(window).keys.open()
    workbench(window).export_dialog.ask()
    assert workbench(window).table_dialog and workbench(window).pictures_dialog
    workbench(window).guide.open()  # whose list of pages is filled when one is read
    _wait(lambda: workbench(window).guide.load().contents.count() > 0)
    workbench(window).timeline.branch.ask()
    workbench(window).welcome.toggle()
    _wait(lambda: workbench(window).welcome.is_open)
    workbench(window).welcome.toggle()
    _settle(window, heap)


def _settle(window: Window, heap: Heap) -> None:
    """Bring the window back to where it began, every panel at the same run, so that two counts can be compared."""
    parts, session = workbench(window), window.session
    assert session is not None
    while (top := QApplication.activePopupWidget() or QApplication.activeModalWidget()) is not None:
        top.close()
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    body = parts.labs.body
    if body is not None:
        _wait(lambda: not body.asking)
        body.runner.cancel()
        _wait(lambda: not body.runner.running)
    _wait(lambda: not parts.copying.busy)
    parts.lessons.leave()
    parts.keys.leave()
    parts.palette.leave()
    for card in window.findChildren(Floating):
        card.hide()
    session.selection.slow.leave()
    _turn()
    session.open_preset("three-lines")
    session.set_speed(4)
    _wait(lambda: not session.awaited and session.name == "three-lines")
    if session.playing:
        session.play_pause()

    def rest(act: Callable[[], object]) -> None:  # nobody does all at once
        act()
        _turn()
        _wait(lambda: not session.busy and not parts.clock.ticking)

    rest(parts.presentation.leave)
    _wait(lambda: not parts.presentation.moving)
    rest(parts.zoom.reset)
    rest(window.showNormal)
    rest(lambda: window.resize(1440, 900))
    rest(parts.stages.reset)
    for panel in parts.views:  # one that nobody sees keeps the run that it showed last
        rest(lambda panel=panel: parts.layout.bring(panel))
    rest(parts.stages.reset)
    end = time.monotonic() + 0.5
    _wait(lambda: time.monotonic() > end)
    end = time.monotonic() + _PATIENCE  # what nobody wants any more is computed to its end
    _wait(lambda: not _others() or time.monotonic() > end - 1)
    parts.undo.stack.clear()  # of runs that can come back 64 MiB are kept, sooner or later
    heap.look()  # as it does every few seconds
    _wait(lambda: not heap.giving)


def _others() -> list[str]:
    """Return the names of the threads that are not always there."""
    return [t.name for t in threading.enumerate() if t.name not in ("MainThread", "trainer", "autosave", "watchman")]


def _wait(there: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not there():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if time.monotonic() > end:
            raise TimeoutError("the window does not come to rest")


def _turn() -> None:
    """Let the window do what comes of an action."""
    end = time.monotonic() + 0.012
    while time.monotonic() < end:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 6)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # which an event loop that is entered would do
