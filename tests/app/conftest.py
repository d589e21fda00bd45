"""A real window on a real run, driven by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.session import Session
from dropout_viz.app.setup_form import SetupForm
from dropout_viz.app.theme import prepare
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Qt's offscreen plugin say that it has no window manager: that is no fault of ours."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(r"This plugin does not support .*"))


Open = Callable[..., Window]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """What the window remembers, in a file of this test's own."""
    return QSettings(str(tmp_path / "remembered.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, settings: QSettings) -> Iterator[Open]:
    """Return a function that opens a furnished window; every one is closed at the end."""
    prepare(qapp)
    opened: list[Window] = []

    def make(preset: str = "three-lines", config: RunConfig | None = None, *, playing: bool = False) -> Window:
        window = Window(settings)
        opened.append(window)
        qtbot.addWidget(window)
        if not settings.contains("geometry"):
            window.resize(1440, 900)  # whatever the size of the screen that the tests run on
        window.show()
        session = Session(Arms.of(config or load_preset(preset)), preset)
        window.furnish(session)
        if playing:
            session.play_pause()
        qtbot.waitExposed(window)
        window.activateWindow()
        furniture = window.furniture
        assert furniture is not None
        qtbot.waitUntil(lambda: furniture.panel("network").shown is not None)
        qtbot.waitUntil(lambda: all(panel.shown is not None for panel in furniture.views if panel.on_screen()))
        qtbot.waitUntil(lambda: furniture.setup.findChild(SetupForm) is not None)
        return window

    yield make
    for window in opened:
        window.close()


@pytest.fixture
def window(open_window: Open) -> Window:
    """A furnished window on ``three-lines``, paused at step 0."""
    return open_window()
