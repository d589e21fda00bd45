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
# For each signal a process, which sends it itself when it has trained for a while; one after the other, each a fork of
# one that has imported everything. Tells how each ended.
AFTER = """
import os, sys
from dropout_viz.engine.arms import Arms
from dropout_viz.cli import main
advance = Arms.advance
for number in sys.argv[1:]:
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    def advance_and_end(run, steps):
        if run.step > 10:
            os.kill(os.getpid(), int(number))
        return advance(run, steps)
    Arms.advance = advance_and_end
    sys.exit(main(["train", "xor", "--steps", "100000000", "--save", f"{number}.safetensors"]))
"""


def test_training_is_saved_whoever_ends_it(tmp_path: Path) -> None:
    numbers = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
    line = [sys.executable, "-c", AFTER, *(str(int(number)) for number in numbers)]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [str(128 + number) for number in numbers], done.stderr
    said = done.stderr.splitlines()
    assert said.count("stopped") == 3 and said[-1] == "stopped" and "Traceback" not in done.stderr
    assert all(run_file.read_about(tmp_path / f"{int(number)}.safetensors")[1] > 10 for number in numbers)


@pytest.mark.slow
def test_the_window_says_so_too() -> None:
    script = """
import os, signal, sys
from dropout_viz.app.main import Asked, run_window
def load():
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    from dropout_viz.engine.source import load_source
    return load_source("three-lines")
sys.exit(run_window(Asked(load, "three-lines")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGTERM, "")
