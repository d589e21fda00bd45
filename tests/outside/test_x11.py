"""A real screen is not Qt's offscreen one: pictures of a window that is on one, and an end without a fault."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="no Xvfb here")
CODE = """
import sys
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication
from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

application = QApplication([])
prepare(application)
window, session = Window(), Session(Trainer(load_preset("three-lines")), "three-lines")
window.show()
furnish(window, session)
copied = QEventLoop()
QGuiApplication.clipboard().dataChanged.connect(copied.quit)
copy = next(action for action in window.findChildren(QAction) if action.text() == "Copy a picture of the window")
QTimer.singleShot(0, copy.trigger)
QTimer.singleShot(40_000, lambda: sys.exit("nothing was copied"))
copied.exec()
image = QGuiApplication.clipboard().image()
colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)}
window.close()
print(application.platformName(), image.width() >= window.width(), len(colours) > 100)
"""


@pytest.fixture
def display() -> Iterator[str]:
    reads, writes = os.pipe()
    line = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1280x800x24"]
    with subprocess.Popen(line, pass_fds=[writes], stderr=subprocess.DEVNULL) as server:
        os.close(writes)
        with os.fdopen(reads) as told:
            number = told.readline().strip()
        yield f":{number}"
        server.terminate()


@pytest.mark.slow
def test_a_picture_of_a_window_that_is_on_a_screen(display: str, tmp_path: Path) -> None:
    known = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", CODE], env=known, capture_output=True, text=True, timeout=110, check=False
    )
    if "could not load the qt platform plugin" in done.stderr.lower():
        pytest.skip("libraries of X11 are missing")
    assert (done.returncode, done.stdout.split()) == (0, ["xcb", "True", "True"]), done.stderr[-2000:]
