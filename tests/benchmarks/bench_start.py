"""From process start to the first painted window, and to the complete one, over bare windows of the same kind.

Processes take turns. Each prints the seconds since it was started.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import dropout_viz
from tests.benchmarks.ratios import report

ROUNDS = 9

BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
class Canvas(QWidget):
    def paintEvent(self, event):
        print("first", time.time(), flush=True)
        QTimer.singleShot(0, app.quit)
app = QApplication([])
window = QMainWindow(); window.setCentralWidget(Canvas()); window.resize(1440, 900); window.show()
app.exec()
"""

BARE_PLOT = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
import pyqtgraph
class Plot(pyqtgraph.PlotWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("complete", time.time(), flush=True)
        QTimer.singleShot(0, app.quit)
window = QMainWindow(); window.setCentralWidget(Plot()); window.resize(1440, 900); window.show()
app.exec()
"""

OURS = """
import sys, time
from dropout_viz import cli
import dropout_viz.app.window as window
from PySide6.QtCore import QTimer
told = []
paint = window._Empty.draw
def first(self, painter):
    paint(self, painter)
    if not told:
        told.append(print("first", time.time(), flush=True))
        watch()
def watch():
    from dropout_viz.app.workbench import Workbench  # which is imported now, and not before
    begin = Workbench.begin
    def complete(self):
        begin(self)
        def look():
            seen = [panel for panel in self.views if panel.on_screen()]  # the others open when they are asked for
            if seen and all(panel.shown is not None for panel in seen):
                self.window.repaint()
                print("complete", time.time(), flush=True)
                self.window.close()
            else:
                QTimer.singleShot(0, look)
        look()
    Workbench.begin = complete
window._Empty.draw = first
sys.exit(cli.main(["gui", "three-lines"]))
"""


def times(code: str) -> dict[str, float]:
    begun = time.time()
    environment = {**os.environ, "XDG_CONFIG_HOME": os.environ.get("TMPDIR", "/tmp") + "/dropout-viz-benchmark"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return {name: float(at) - begun for name, at in (line.split() for line in done.stdout.splitlines())}


def test_start() -> None:
    compileall.compile_dir(str(Path(dropout_viz.__file__).parent), quiet=1)  # as an installation does
    seen: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, code in (("bare", BARE), ("ours", OURS), ("bare plot", BARE_PLOT)):
            for what, seconds in times(code).items():
                seen.setdefault(f"{name} {what}", []).append(seconds)
    found = {name: statistics.median(values) for name, values in seen.items()}
    report(
        "start",
        {
            "first painted window over a bare Qt window": found["ours first"] / found["bare first"],
            "complete over a bare window with one empty plot": found["ours complete"] / found["bare plot complete"],
            **{f"{name}, ms": 1000 * value for name, value in found.items()},
        },
    )
