"""Opening the window: an empty one is painted first, then everything slow is imported and put in."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dropout_viz import assets, places
from dropout_viz.app.platform import check as platform_check
from dropout_viz.app.platform.unread import leave_unread
from dropout_viz.engine import threads
from dropout_viz.errors import UserError
from dropout_viz.files import exists, is_file

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from dropout_viz.app.frame_log import FrameLog
    from dropout_viz.app.session import Session
    from dropout_viz.app.window import Window
    from dropout_viz.app.workbench import Workbench
    from dropout_viz.engine.source import Source

_MANY = 2_000  # steps that are not done again before there is a window
_RECOVERY_MS = 500  # when the first views have been painted


@dataclass(frozen=True)
class Asked:
    """What a window is to be opened on.

    Attributes:
        load: returns the run. It is called after the first paint, so that neither it nor what it imports delays that.
        name: the preset's key or the file's name.
        target: from the step that the run is at, the one at which to show it, paused; without it a new run plays.
        frames: a file that is to say what every frame took, written when the window closes.
        table: a table that is to be opened in place of what ``load`` would return, and the settings that were given
            with it: read beside the window, which asks what is to be made of it unless its target, or a step, was
            given.
    """

    load: Callable[[], Source]
    name: str
    target: Callable[[int], int] | None = None
    frames: Path | None = None
    table: tuple[Path, Mapping[str, Any]] | None = None


def run(asked: Asked) -> int:
    """Open the window as ``run_window`` does; where there is no display, leave pictures. Return the exit status.

    Raises:
        UserError: whatever ``run_window`` raises, or a step to be shown without a display.
    """
    if platform_check.has_display():
        return run_window(asked)
    if asked.target is not None:
        raise UserError("--steps: no display to show that step on; must be left out, or be one of export or train")
    from dropout_viz.app.export.snapshots import FOLDER, leave_pictures

    source = asked.load()
    print(f"no display: running {asked.name} offscreen and leaving pictures in {FOLDER}/", file=sys.stderr)
    for path in leave_pictures(source, Path(asked.name).stem):
        print(path)
    return 0


def run_window(asked: Asked) -> int:
    """Open the window on a run and return when it has been closed: 0, or 128 and the number of
    the signal that ended it: 130 after Ctrl-C.

    Raises:
        UserError: no display, a system library that is missing, or whatever loading the run raises.
    """
    platform_check.check()
    os.environ.setdefault(threads.VARIABLE, "1")  # the other core is the window's
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # it would read what every installed package says of itself
    leave_unread()
    from PySide6.QtWidgets import QApplication

    from dropout_viz.app.messages.complaint import Complaint
    from dropout_viz.app.platform.collector import Collector
    from dropout_viz.app.platform.heap import Heap
    from dropout_viz.app.platform.interrupt import Interrupt
    from dropout_viz.app.window import NAME, Window

    application = QApplication.instance() or QApplication([NAME])
    assert isinstance(application, QApplication)
    application.setApplicationName(NAME)
    application.setDesktopFileName(NAME)
    settings = _settings()
    window = Window(settings)
    interrupt = Interrupt(window.close)
    collector, heap = Collector(application), Heap(application)
    failures: list[BaseException] = []

    def build() -> None:
        try:
            workbench = _furnish(window, application, asked)
            if (frames := asked.frames) is not None:
                log = workbench.log_frames()
                application.aboutToQuit.connect(lambda: failures.extend(_saved(log, frames)))
            collector.leave_alone()  # nearly all that has been made stays
        except BaseException as error:
            failures.append(error)
            window.close()
            application.quit()

    window.first_painted.connect(build)
    hook = sys.excepthook
    sys.excepthook = Complaint(window)
    window.show()
    try:
        application.exec()
    finally:
        collector.stop()
        heap.stop()
        sys.excepthook = hook
        interrupt.restore()
    if failures:
        raise failures[0]
    return 128 + interrupt.signal if interrupt.signal else 0


def _saved(log: FrameLog, path: Path) -> list[BaseException]:
    """Save what frames took; return why not, if so."""
    try:
        log.save(path)
    except UserError as error:
        return [error]
    return []


def _settings() -> QSettings | None:
    """Return where the window remembers what it looked like; None where there is no place for it."""
    from PySide6.QtCore import QSettings

    from dropout_viz.app.files.remembered import Remembered
    from dropout_viz.app.window import NAME

    folder = places.config()
    file = None if folder is None else folder / f"{NAME}.ini"
    if file is None or (exists(file) and not is_file(file)):  # a pipe would be waited for
        return None
    return Remembered(QSettings.Format.IniFormat, QSettings.Scope.UserScope, NAME, NAME)


def _furnish(window: Window, application: QApplication, asked: Asked) -> Workbench:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QIcon

    from dropout_viz.app.look.theme import prepare

    prepare(application)
    application.setWindowIcon(QIcon(str(assets.path("icons", "dropout-viz.svg"))))
    name, target, table = asked.name, asked.target, asked.table
    source = asked.load() if table is None else _meanwhile()
    from dropout_viz import plugins, registry
    from dropout_viz.app.session import Session
    from dropout_viz.app.workbench import furnish
    from dropout_viz.engine.arms import Arms, not_shown
    from dropout_viz.engine.settings import load_preset, preset_keys

    # What takes long to read, or may have to be downloaded, is opened from a window that is there already.
    data = registry.entries("data").get(source.config.data)  # None: arrays, which are there
    later = data is not None and bool(data.facts.get("LARGE"))
    later = later or (source.picture is not None and source.picture.step > _MANY)
    first = preset_keys()[0] if later or table is not None else name
    run = Arms.of(load_preset(first)) if later else source.open()
    step = target(run.step) if target is not None and not later and table is None else None
    session = Session(run, first)
    workbench = furnish(window, session)
    workbench.greet()
    for line in plugins.left_out():
        session.message.emit(f"{line[0].upper()}{line[1:]}", "warning")

    def begin_recovery() -> None:
        if window.workbench is workbench:  # it has not been closed meanwhile
            workbench.recovery.begin()

    QTimer.singleShot(_RECOVERY_MS, workbench, begin_recovery)

    def there() -> None:
        if source.read is not None and source.picture is None and source.where:
            workbench.files.belong(Path(name))
        if target is not None:
            session.run_to(target(session.frame().snapshot.step) if step is None else step)
        elif source.read is None and not session.playing:
            session.play_pause()

    if table is not None:
        session.play_pause()  # what is on show meanwhile
        path, given = table
        if "target" in given or target is not None:
            workbench.files.bring_own(path, given, there)
        else:
            workbench.files.own_asked.emit(path, given)
    elif later:
        if source.read is None:
            session.play_pause()  # what is on show meanwhile
        session.open_source(source, name)
        _when_there(session, name, there)
    else:
        if text := not_shown(source.config):
            session.remark.emit(text, "info", session.this_run)
        if source.picture is not None:
            workbench.finder.show(source.picture)
        elif source.shown:
            workbench.finder.show_chosen(source.shown)
        there()
    return workbench


def _meanwhile() -> Source:
    """Return what is on show while a table is read."""
    from dropout_viz.engine.settings import load_preset, preset_keys
    from dropout_viz.engine.source import Source

    return Source(load_preset(preset_keys()[0]))


def _when_there(session: Session, name: str, act: Callable[[], object]) -> None:
    """Do something once, when a run has come that was asked for."""
    waiting = [act]

    def look() -> None:
        if waiting and not session.awaited and session.name == name:
            waiting.pop()()

    session.opening.connect(look)
