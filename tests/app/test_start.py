"""Opening the window: what is imported when, what is missing, how it ends."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.app.platform import check as platform_check
from dropout_viz.app.platform import libraries as system_libraries
from dropout_viz.app.window import Window
from dropout_viz.errors import UserError


def run(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, with no display and no settings."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-X", "faulthandler", "-c", f"{_LATE}\n{script}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


# Where it hangs it says so, and ends.
_LATE = "import faulthandler; faulthandler.dump_traceback_later(120, exit=True)"


_START = """
import sys
from dropout_viz.app.main import Asked, run_window
"""


def test_the_first_window_is_painted_before_anything_slow_is_imported() -> None:
    done = run(
        _START
        + """
def load():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    slow = {"numpy", "pydantic", "pyqtgraph"} & set(sys.modules)
    shown = [w.isVisible() for w in QApplication.topLevelWidgets()]
    print(sorted(slow), shown)
    QTimer.singleShot(0, QApplication.closeAllWindows)
    from dropout_viz.engine.source import load_source
    return load_source("three-lines")
status = run_window(Asked(load, "three-lines"))
import linecache
print([path for path in linecache.cache if "numpy" in path or "workbench" in path])
sys.exit(status)
"""
    )
    assert done.stdout.splitlines() == ["[] [True]", "[]"], done.stderr  # and PySide has read none of their sources
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_command_line_brings_nothing_slow_before_the_first_paint() -> None:
    done = run(
        """
import sys
import dropout_viz.app.window as window
from dropout_viz import cli
paint = window._Empty.draw
def first(self, painter):
    paint(self, painter)
    print(sorted({"numpy", "pydantic", "pyqtgraph"} & set(sys.modules)), flush=True)
    self._window.close()
window._Empty.draw = first
cli.main(["gui", "three-lines"])
"""
    )
    assert done.stdout.splitlines()[0] == "[]", done.stderr


def test_garbage_is_never_collected_on_another_thread_than_the_window_s() -> None:
    done = run(
        _START
        + """
import gc
def load():
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    QTimer.singleShot(0, lambda: print(gc.isenabled(), gc.get_freeze_count() > 0, flush=True))
    QTimer.singleShot(0, QApplication.closeAllWindows)
    from dropout_viz.engine.source import load_source
    return load_source("three-lines")
sys.exit(run_window(Asked(load, "three-lines")))
"""
    )
    assert done.stdout.strip() == "False True", done.stderr


def test_a_run_that_cannot_be_opened_is_told_to_the_caller() -> None:
    done = run(
        _START
        + """
from dropout_viz.errors import UserError
def load():
    raise UserError("preset 'x': unknown")
try:
    run_window(Asked(load, "x"))
except UserError as error:
    print(error)
"""
    )
    assert done.stdout.strip() == "preset 'x': unknown", done.stderr


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11 libraries are Linux's affair")


SHOW = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR")
_ASKED = """
import json, sys
from dropout_viz.app.platform.check import check
from dropout_viz.errors import UserError
for environment in json.loads(sys.argv[1]):
    try:
        print("nothing said", check(environment))
    except UserError as error:
        print(error)
"""


@linux
def test_a_display_that_does_not_answer_is_told() -> None:
    said = {
        "DISPLAY=:7731": "DISPLAY = :7731: its X server refuses, or there is none",
        "QT_QPA_PLATFORM=xcb": "no display: DISPLAY is not set",
        "QT_QPA_PLATFORM=xcb;wayland XDG_RUNTIME_DIR=/nowhere": "no display: DISPLAY is not set",
    }
    given = json.dumps([dict(word.split("=") for word in environment.split()) for environment in said])
    line = [sys.executable, "-c", _ASKED, given]  # a process of its own: Qt's plugins for displays are loaded
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    found = done.stdout.splitlines()
    if found and "system libraries that Qt needs are missing" in found[0]:  # which is told first; a display needs more
        pytest.skip(found[0])
    assert len(found) == len(said) and all(map(str.__contains__, found, said.values())), found


@linux
def test_no_display_that_can_be_had_is_one_line_and_pictures_need_none(tmp_path: Path) -> None:
    given = {key: text for key, text in os.environ.items() if key not in SHOW}
    given |= {"QT_QPA_PLATFORM": "nonsense", "QT_QPA_PLATFORMTHEME": "gtk3"}

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "dropout_viz", *words]
        return subprocess.run(line, env=given, capture_output=True, text=True, check=False, cwd=tmp_path)

    done = command("gui", "xor")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("error: QT_QPA_PLATFORM = nonsense: must be one of eglfs")
    done = command("export", "xor", "--steps", "2", "--out", "x.png")
    assert (done.returncode, done.stderr) == (0, "")


@linux
def test_servers_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_check, "missing_library", lambda plugin: "")
    monkeypatch.setattr(platform_check, "_PATIENCE", 0.2)
    monkeypatch.chdir(tmp_path)  # a socket's address must be short
    here = {"XDG_RUNTIME_DIR": ".", "WAYLAND_DISPLAY": "wayland-7"}
    with pytest.raises(UserError, match=r"no compositor answers at wayland-7 \(No such file"):
        platform_check.check(here)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-7")
        with pytest.raises(UserError, match=r"no compositor answers at wayland-7 \(Connection refused"):
            platform_check.check(here)
        server.listen()
        platform_check.check(here)
        platform_check.check({**here, "DISPLAY": ":7731"})  # Qt takes the first that works
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 6000 + 7732))
        silent.listen()
        with pytest.raises(UserError, match=r"DISPLAY = 127\.0\.0\.1:7732: its X server has not answered"):
            platform_check.check({"DISPLAY": "127.0.0.1:7732"})


@linux
def test_no_display_is_one_line() -> None:
    with pytest.raises(UserError, match="no display"):
        platform_check.check({})


@linux
@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
        ("libxcb-render-util.so.0", "libxcb-render-util0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libGL.so.1", "libgl1"),
    ],
)
def test_a_missing_library_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, library: str, package: str
) -> None:
    def load(path: str) -> None:
        raise OSError(f"{library}: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(ctypes, "CDLL", load)
    monkeypatch.setattr(system_libraries, "family", lambda: "debian")
    with pytest.raises(UserError) as error:
        platform_check.check({"DISPLAY": ":0"})
    assert "system libraries that Qt needs are missing" in str(error.value)
    assert f" {package} " in f"{error.value} "
    assert "\n" not in str(error.value)


@linux
def test_a_library_that_is_no_library_is_told_as_the_loader_tells_it(tmp_path: Path) -> None:
    (tmp_path / "plugin.so").write_text("not a library")
    assert "plugin.so" in platform_check.missing_library(tmp_path / "plugin.so")


@linux
def test_offscreen_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_check, "missing_library", lambda plugin: "" if "offscreen" in str(plugin) else "none")
    platform_check.check({"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"})
    with pytest.raises(UserError):
        platform_check.check({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"})


def test_the_first_window_fits_the_screen_with_its_title_bar(qtbot: QtBot) -> None:
    window = Window()
    qtbot.addWidget(window)
    room = window.screen().availableSize()
    assert window.width() <= max(room.width(), window.minimumWidth())
    assert window.height() < max(room.height(), window.minimumHeight() + 1)
    assert room.height() - window.height() >= 20 or window.height() == window.minimumHeight()
