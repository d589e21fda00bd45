"""What the window remembers is written by a thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from dropout_viz.app.files import remembered
from dropout_viz.app.files.remembered import Remembered

INI = QSettings.Format.IniFormat


def at_last(there: Callable[[], bool]) -> bool:
    """Wait with an event loop that stands still."""
    end = time.monotonic() + 20
    while not there() and time.monotonic() < end:
        time.sleep(0.002)
    return there()


def test_a_thread_writes_it(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    settings = Remembered(str(file), INI)
    settings.setValue("zoom", 125)
    settings.setValue("theme", "dark")
    assert settings.value("zoom") == 125
    qtbot.waitUntil(lambda: not settings._soon.isActive())
    assert at_last(lambda: file.exists() and "theme=dark" in file.read_text())
    settings._writer.waitForDone()
    settings.remove("zoom")
    settings.setValue("theme", "light")
    qtbot.waitUntil(lambda: not settings._soon.isActive())
    settings._writer.waitForDone()
    assert file.read_text().split() == ["[General]", "theme=light"]


def test_nothing_is_written_on_the_thread_of_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "window.ini"
    settings = Remembered(str(file), INI)
    settings.setValue("zoom", 125)
    settings._soon.stop()  # nobody is asked to
    for _ in range(5):
        QTest.qWait(0)
    assert not file.exists()
    settings.sync()
    assert file.read_text().split() == ["[General]", "zoom=125"]


def test_where_it_cannot_be_written_nothing_else_happens(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Remembered(str(tmp_path / "file" / "window.ini"), INI)
    settings.setValue("zoom", 125)
    qtbot.waitUntil(lambda: not settings._soon.isActive())
    settings._writer.waitForDone()
    assert settings.value("zoom") == 125
    remembered._sync(settings.fileName())
