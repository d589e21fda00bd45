"""What is done again and again leaves nothing behind: as many widgets and objects after the second time as after
the first."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from dropout_viz.app.window import Window
from dropout_viz.engine.lesson import titles
from tests.app.looking import workbench
from tests.app.timeline_hands import go_to, session_of

pytestmark = pytest.mark.usefixtures("coarse")

Act = Callable[[Window, QtBot, Path], None]


def _export(what: str, ending: str) -> Act:
    def act(window: Window, qtbot: QtBot, folder: Path) -> None:
        dialog = workbench(window).export_dialog
        dialog.ask(what)
        dialog.kind.setCurrentIndex(dialog.kind.findData(ending))
        dialog.width_.setValue(320)
        dialog.height_.setValue(240)
        if ending == ".gif":
            for box, value in ((dialog.first, 0), (dialog.last, 2), (dialog.every, 1)):
                box.setValue(value)
        dialog.file.setText(str(folder / f"x{ending}"))
        dialog.accept()
        qtbot.waitUntil(lambda: not dialog.isVisible())
        assert (folder / f"x{ending}").is_file()

    return act


def _copy(what: str) -> Act:
    def act(window: Window, qtbot: QtBot, folder: Path) -> None:
        workbench(window).copying.copy(what)
        qtbot.waitUntil(lambda: not workbench(window).copying.busy)

    return act


def _branch(window: Window, qtbot: QtBot, folder: Path) -> None:
    session_of(window).timeline.branching.emit()
    workbench(window).timeline.branch.leave()


def _presets(window: Window, qtbot: QtBot, folder: Path) -> None:
    session = session_of(window)
    for name in ("xor", "three-lines"):
        session.open_preset(name)
        qtbot.waitUntil(lambda name=name: session.name == name and not session.awaited)


def _lesson(window: Window, qtbot: QtBot, folder: Path) -> None:
    workbench(window).lessons.open(next(iter(titles())))
    qtbot.waitUntil(lambda: not session_of(window).awaited)
    workbench(window).lessons.leave()


def _panel(window: Window, qtbot: QtBot, folder: Path) -> None:
    for key in ("plane", "ensemble"):
        panel = workbench(window).panel(key)
        workbench(window).layout.bring(panel)
        qtbot.waitUntil(lambda panel=panel: panel.shown is not None)
        workbench(window).layout.toggle(panel)


def _help(window: Window, qtbot: QtBot, folder: Path) -> None:
    header = workbench(window).panel("network").header
    header.show_help()
    assert header.popover is not None
    header.popover.close()


ACTS: dict[str, Act] = {
    "a picture of a view": _export("network", ".png"),
    "a drawing": _export("loss", ".svg"),
    "curves": _export("loss", ".csv"),
    "a film": _export("landscape", ".gif"),
    "a picture of the window": _export("window", ".png"),
    "a copy of a view": _copy("network"),
    "a copy of the window": _copy("window"),
    "a branch": _branch,
    "presets": _presets,
    "a lesson": _lesson,
    "a view": _panel,
    "help": _help,
}


def _census() -> tuple[Counter[str], int, int]:
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    ours = Counter(
        f"{type(o).__module__}.{type(o).__name__}{'' if isValid(o) else ', a shell'}"
        for o in gc.get_objects()
        if isinstance(o, QObject)
    )
    return ours, len(QApplication.allWidgets()), len(QApplication.topLevelWidgets())


FEW = {name: act for name, act in ACTS.items() if name not in ("a drawing", "curves", "a copy of a view")}
"""Without those that go the way of others."""


@pytest.mark.parametrize("acts", [FEW, pytest.param(ACTS, marks=pytest.mark.slow)], ids=["few", "all"])
def test_nothing_is_left_behind(window: Window, qtbot: QtBot, tmp_path: Path, acts: dict[str, Act]) -> None:
    """In one window: what one act leaves is not laid at the door of another, which has a census of its own."""
    go_to(window, qtbot, 2)
    gc.collect()
    gc.freeze()  # what was there before is not to be gone through again and again: only what is new can be left
    try:
        for name, act in acts.items():
            act(window, qtbot, tmp_path)
            before, widgets, tops = _census()
            act(window, qtbot, tmp_path)
            after, more, more_tops = _census()
            assert after - before == Counter(), (name, after - before)
            assert (more, more_tops) == (widgets, tops), name
    finally:
        gc.unfreeze()


def test_a_branch_after_a_picture_of_the_window(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing of the picture's own window still listens to the run. (An exception in a slot fails a test.)"""
    go_to(window, qtbot, 2)
    ACTS["a picture of the window"](window, qtbot, tmp_path)
    ACTS["a copy of the window"](window, qtbot, tmp_path)
    session_of(window).timeline.branching.emit()
    assert workbench(window).timeline.branch.isVisible()
    workbench(window).timeline.branch.leave()
    window.resize(window.width() - 40, window.height())
