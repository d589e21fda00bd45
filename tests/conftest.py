"""What every test stands on: no display, settings of its own, and nothing left behind."""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytestqt.qtbot import QtBot

from dropout_viz.app.platform.unread import leave_unread
from tests import kept
from tests.data import small_mnist
from tests.kept import running, top_level

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
leave_unread()  # pytest-qt has imported PySide

# On a thread other than Qt's the collector may destroy widgets of an earlier test, which can block both for ever
# (see app.collector). Tests collect between one another instead.
gc.disable()
_COLLECT_EVERY = 64  # tests at most: a collection takes as long as many a test
_GARBAGE = 40_000  # objects that have been made since the last collection and are still there, at most
_done = [0]

# How long an example takes says how busy the machine is.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_PATIENCE = 10.0  # seconds that a thread which was told to end may take
# A wait ends as soon as what it waits for is there; only a failure takes long, or a machine that does much else.
for _wait in (QtBot.waitUntil, QtBot.waitExposed, QtBot.waitSignal):
    _wait.__kwdefaults__["timeout"] = 30_000
# A process that hangs fails its test instead of holding the suite up for ever.
_HANGS = 240.0  # seconds
subprocess.run.__kwdefaults__["timeout"] = _HANGS
subprocess.Popen.communicate.__defaults__ = (None, _HANGS)
subprocess.Popen.wait.__defaults__ = (_HANGS,)
# A shell's background job and nohup ignore signals, and so would every process that a test starts. A handler that does
# nothing ignores them as well, but is not inherited: what a test starts can be interrupted whoever started the tests.
for _signal in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
    if signal.getsignal(_signal) is signal.SIG_IGN:
        signal.signal(_signal, lambda *_: None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--histories", type=int, default=5, help="random histories of runs that are tried (5)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Let each of several processes that collect all the tests begin with files of its own, and find the others' done.

    pytest rewrites the asserts of a file when it is imported, and keeps that for the next process. Side by side they
    would all rewrite the same file at the same time.
    """
    config = session.config
    number, processes = (os.environ.get(f"PYTEST_XDIST_WORKER{what}", "") for what in ("", "_COUNT"))
    if not number or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    files = sorted((config.rootpath / "tests").rglob("test_*.py"))
    for file in files[int(number.removeprefix("gw")) :: int(processes)]:
        with contextlib.suppress(Exception, pytest.skip.Exception):  # whoever collects it says what is wrong with it
            importlib.import_module(".".join(file.relative_to(config.rootpath).with_suffix("").parts))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most of a product of parameters to ``-m slow`` where a test is ``thinned``.

    Those whose places along the axes add up to a multiple of its number stay: every value of every axis is among them,
    and every two values of two axes wherever a third axis is long enough.
    """
    seen: dict[tuple[str, str], list[object]] = {}  # the values of an axis of a test, in their order
    for item in items:
        thinned = item.get_closest_marker("thinned")
        if thinned is None:
            continue
        place = 0
        for axis in item.iter_markers("parametrize"):
            names = axis.args[0].split(",") if isinstance(axis.args[0], str) else axis.args[0]
            value = [item.callspec.params[name.strip()] for name in names]  # type: ignore[attr-defined]
            values = seen.setdefault((item.nodeid.split("[")[0], str(axis.args[0])), [])
            if value not in values:
                values.append(value)
            place += values.index(value)
        if place % thinned.args[0]:
            item.add_marker(pytest.mark.slow)


def pytest_sessionfinish() -> None:
    """Empty the clipboard: that of Qt's offscreen plugin outlives Python, and destroys what it holds by way of it."""
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


@pytest.fixture(scope="session")
def small_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small stand-in for MNIST."""
    return small_mnist.write(tmp_path_factory.mktemp("mnist"))


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that are not there yet. (``mktemp`` goes through all that are there: thousands, in the end.)"""
    parent = tmp_path_factory.mktemp("homes")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_settings(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch, small_data: Path) -> Path:
    """Send everything that the program remembers to a folder of this test's own, and return that folder. It is there as
    soon as something is remembered: most tests remember nothing, and to take thousands of folders away takes long."""
    folder = next(homes)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder / name.split("_")[1].lower()))
    monkeypatch.setenv("DROPOUT_VIZ_DATA", str(small_data))
    core = sys.modules.get("PySide6.QtCore")
    if core is not None:  # QSettings reads the environment only once
        for form in (core.QSettings.Format.NativeFormat, core.QSettings.Format.IniFormat):
            core.QSettings.setPath(form, core.QSettings.Scope.UserScope, str(folder / "config"))
    return folder


@pytest.fixture(autouse=True)
def hardly_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Labs try a few steps to tell how long they take, not as many as fit into a twentieth of a second each: a number
    of seconds is nothing that a test could know."""
    monkeypatch.setattr("dropout_viz.labs.cost._SECONDS", 0.0)


@pytest.fixture(autouse=True)
def nothing_left_behind(own_settings: Path) -> Iterator[None]:
    """Fail a test that leaves a thread running or a top-level widget alive."""
    threads, widgets = set(running()) - kept.THREADS, top_level() - kept.WIDGETS
    yield
    left_threads = [t for t in running() if t not in threads | kept.THREADS]
    deadline = time.monotonic() + _PATIENCE
    for thread in left_threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    alive = [t.name for t in left_threads if t.is_alive()]
    assert not alive, f"the test left threads running: {alive}"
    left_widgets = top_level() - widgets - kept.WIDGETS
    _done[0] += 1
    if left_widgets or _done[0] % _COLLECT_EVERY == 0 or gc.get_count()[0] > _GARBAGE:
        gc.collect()  # PySide frees a widget with its last reference, which may sit in a cycle
        left_widgets = top_level() - widgets - kept.WIDGETS
        if not top_level():
            gc.freeze()  # what survives with no window open are modules and caches: not to be gone through again
    assert not left_widgets, f"the test left top-level widgets: {sorted(left_widgets)}"
