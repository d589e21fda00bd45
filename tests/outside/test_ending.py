"""Told to end: whoever listens for Ctrl-C is asked, what there is is kept, and the status says which signal it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_viz.engine import run_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
# Sends itself a signal when it has trained for a while.
AFTER = """
import os, signal, sys
from dropout_viz.engine.arms import Arms
from dropout_viz.cli import main
advance = Arms.advance
def advance_and_end(run, steps):
    if run.step > 10:
        os.kill(os.getpid(), int(sys.argv[1]))
    return advance(run, steps)
Arms.advance = advance_and_end
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_training_is_saved_whoever_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "run.safetensors"
    words = ["train", "xor", "--steps", "100000000", "--save", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", AFTER, str(int(number)), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 128 + number, done.stderr
    assert done.stderr.splitlines()[-1] == "stopped" and "Traceback" not in done.stderr
    assert run_file.read_about(path)[1] > 10


def test_the_window_says_so_too() -> None:
    script = """
import os, signal, sys
from dropout_viz.app.main import run_window
def load():
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    from dropout_viz.engine.source import load_source
    return load_source("three-lines")
sys.exit(run_window(load, "three-lines"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "")
