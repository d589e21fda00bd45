"""A view is one new file: found, drawn, pointed at, exported, and its choices come back with its picture.

The package is laid out again in a temporary folder, with one more file and nothing else changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST = 40
VIEW = '''
"""How long the weight vectors of the first hidden layer's units are."""

from functools import partial

from PySide6.QtCore import QRectF
from dropout_viz.analysis.features import norms
from dropout_viz.draw.numbers import count, number
from dropout_viz.views.choice import Switch
from dropout_viz.views.computed import ComputedView, Question

KEY = "lengths"
TITLE = "Lengths"
ORDER = 500
AREA = "right-bottom"
RATE = 10
HELP = {"shows": "A bar for each unit of the first hidden layer: how long the vector of its incoming weights is."}


class View(ComputedView):
    SIZE, LEAST = (400, 300), (120, 80)

    def __init__(self, selection, style, parent=None):
        super().__init__(selection, style, parent)
        self.last = self.declare(Switch(self, "last", "last first", "From the last unit on", letter="L"), self.refresh)

    def question(self, frame):
        weights = frame.snapshot.weights[0][:, :: -1 if self.last.value else 1]
        return Question((frame.snapshot.run, self.last.value), frame.snapshot.step, partial(norms, weights))

    def paint(self, p, scene):
        wide, high = self.width() / len(scene), self.height()
        for k, tall in enumerate(scene / scene.max() * 0.9 * high):
            p.fillRect(QRectF(k * wide + 2, high - tall, wide - 4, tall), self.style_.arm(0))
        self.draw_tip(p)

    def said_of(self, scene, at):
        return [f"length {number(scene[int(at.x() / self.width() * len(scene))])}"]

    def told_of(self, scene, step):
        return [f"Step {count(step)}: lengths {', '.join(map(number, scene))}"]
'''
CHECKS = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from dropout_viz import registry
from dropout_viz.app.export.pictures import canvas_of, offscreen_application, write_picture
from dropout_viz.app.export.shot import Shot, shot_of
from dropout_viz.cli import main
from dropout_viz.draw.style import style
from dropout_viz.engine import picture_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.base import Selection

place = Path(sys.argv.pop())


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


with redirect_stdout(io.StringIO()) as said:
    assert main(["list", "views", "--json"]) == 0
assert "lengths" in [entry["key"] for entry in json.loads(said.getvalue())]
exported = ["export", "three-lines", "--steps", "5", "--view", "lengths", "--size", "400x300", "--out"]
with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
    assert main([*exported, str(place / "cli.png")]) == 0 and main([*exported, str(place / "cli.svg")]) == 0
assert (place / "cli.svg").read_text().count("<rect") + (place / "cli.svg").read_text().count("<path") >= 4

application = offscreen_application()
run = Arms.of(load_preset("three-lines"))
run.advance(5)
frame = Frame.of(run.look())
lengths = np.linalg.norm(frame.snapshot.weights[0], axis=0)
view = registry.entries("views")["lengths"].load().View(Selection(), style("dark"))
view.resize(*view.SIZE)
view.present(frame)
assert np.allclose(view.scene, lengths) and view.summary().startswith("Step 5: lengths ")

before = view.grab().toImage()
at = QPointF(150, 250)
no_button, no_key = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, at, at, no_button, no_button, no_key))
assert view.said(at) == [f"length {lengths[1]:.4g}"]
assert view.grab().toImage() != before  # its tip stands beside the mouse

QApplication.sendEvent(view, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_L, no_key, "l"))
assert view.choices() == {"last": True} and np.allclose(view.scene, lengths[::-1])
write_picture(Shot("lengths", (400, 300), views={"lengths": view.choices()}), run, place / "chosen.png")
again = shot_of(picture_file.read(place / "chosen.png"))
with canvas_of(again, run) as canvas:
    assert canvas.view.last.value is True
    (place / "again.png").write_bytes(canvas.png())
assert (pixels(place / "again.png") == pixels(place / "chosen.png")).all()
assert (pixels(place / "cli.png") != pixels(place / "chosen.png")).any()
assert [tool.text() for tool in view.header_tools()] == ["last first"] and len(view.menu().actions()) == 1
"""


def test_one_new_file_is_all_that_a_view_takes(tmp_path: Path) -> None:
    assert len(VIEW.strip().splitlines()) <= MOST
    package = tmp_path / "dropout_viz"
    (package / "views").mkdir(parents=True)
    for part in (ROOT / "dropout_viz").iterdir():
        if part.name == "registry.py":  # it looks beside itself
            shutil.copy(part, package)
        elif part.name not in ("views", "__pycache__"):
            (package / part.name).symlink_to(part)
    for part in (ROOT / "dropout_viz" / "views").iterdir():
        if part.name != "__pycache__":
            (package / "views" / part.name).symlink_to(part)
    (package / "views" / "lengths.py").write_text(VIEW.lstrip(), encoding="utf-8")
    (tmp_path / "checks.py").write_text(CHECKS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", tmp_path / "checks.py", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
