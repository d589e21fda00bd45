"""A real window on a real run, driven by clicks and keys."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from tests.app.looking import let_paint, unpainted
from tests.app.putting_back import SIZE
from tests.app.reuse import Reuse
from tests.coarse import make_coarse

_HERE = "tests/app/"  # what the names of these tests begin with


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Qt's offscreen plugin say that it has no window manager: that is no fault of ours. Those that share a window
    come one after another: it is closed before any other test."""
    places = [at for at, item in enumerate(items) if item.nodeid.startswith(_HERE)]
    ours = [items[at] for at in places]
    for item in ours:
        item.add_marker(pytest.mark.qt_log_ignore(r"This plugin does not support .*"))
    for at, item in zip(places, sorted(ours, key=lambda item: not _shares(item)), strict=True):
        items[at] = item


Open = Callable[..., Window]


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views compute at few points; for tests that draw many of them, and measure no time."""
    make_coarse(monkeypatch)


@pytest.fixture
def nothing_painted(coarse: None) -> None:
    """The windows of a test paint nothing, and views compute at few points: for those that do not look at what is
    painted, which takes most of the time."""


def _painted(request: pytest.FixtureRequest) -> bool:
    return "nothing_painted" not in request.fixturenames


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """What the window remembers, in a file of this test's own."""
    return QSettings(str(tmp_path / "remembered.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def open_window(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, settings: QSettings
) -> Iterator[Open]:
    """Return a function that opens a furnished window; every one is closed at the end."""
    prepare(qapp)
    opened: list[Window] = []

    def make(preset: str = "three-lines", config: RunConfig | None = None, *, playing: bool = False) -> Window:
        window = Window(settings)
        opened.append(window)
        qtbot.addWidget(window)
        with unpainted(window):
            furnished(window, qtbot, preset, config, playing=playing)
        let_paint(window, _painted(request))
        return window

    yield make
    for window in opened:
        window.close()


def furnished(
    window: Window, qtbot: QtBot, preset: str = "three-lines", config: RunConfig | None = None, *, playing: bool = False
) -> Window:
    """Show a window and put everything in."""
    assert window.settings is not None
    if not window.settings.contains("geometry"):
        window.resize(*SIZE)  # whatever the size of the screen that the tests run on
    window.show()
    session = Session(Arms.of(config or load_preset(preset)), preset)
    furnish(window, session)
    if playing:
        session.play_pause()
    qtbot.waitExposed(window)
    window.activateWindow()
    workbench = window.workbench
    assert workbench is not None
    qtbot.waitUntil(lambda: workbench.panel("network").shown is not None)
    qtbot.waitUntil(lambda: workbench.setup.findChild(SetupForm) is not None)
    return window


_reuse = Reuse()
_next: list[pytest.Item | None] = [None]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    _next[0] = nextitem
    return (yield)


def pytest_sessionfinish() -> None:
    _reuse.close()  # where the tests were interrupted


def _shares(item: pytest.Item | None) -> bool:
    """Whether a test takes the window of those before it: not one that opens others or knows the settings."""
    names = set(getattr(item, "fixturenames", ()))
    ours = item is not None and item.nodeid.startswith(_HERE)
    return ours and "window" in names and not names & {"open_window", "settings"}


@pytest.fixture
def window(request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, homes: Iterator[Path]) -> Iterator[Window]:
    """A furnished window on ``three-lines``, paused at step 0; it may have been put back after another test."""
    if not _shares(request.node):
        yield request.getfixturevalue("open_window")()
        return
    failed = request.session.testsfailed

    def make(settings: QSettings) -> Window:
        prepare(qapp)
        return furnished(Window(settings), qtbot)

    window = _reuse.take(make, qtbot, next(homes))
    let_paint(window, _painted(request))
    yield window
    _reuse.give(qtbot, _shares(_next[0]) and request.session.testsfailed == failed)


@pytest.fixture
def show_run(window: Window, qtbot: QtBot) -> Open:
    """Return a function that opens a run in the window that there is: much sooner done than with ``open_window``."""
    session = window.session
    assert session is not None and window.workbench is not None
    network = window.workbench.panel("network")

    def show(preset: str = "three-lines", config: RunConfig | None = None, *, playing: bool = False) -> Window:
        before = session.frame().snapshot.run
        session.open_config(config or load_preset(preset), preset)
        with unpainted(window):
            qtbot.waitUntil(lambda: not session.awaited and session.frame().snapshot.run != before)
            qtbot.waitUntil(lambda: network.shown is not None and network.shown.snapshot.run != before)
        if playing:
            session.play_pause()
        return window

    return show
