"""What the program starts with: outputs that are closed or full, and Ctrl-C while it is still being imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell's redirections, and signals")
PROGRAM = f"'{sys.executable}' -m dropout_viz"
# Whoever imports the module named first is interrupted, and makes an ImportError of it where the second word says so.
INTERRUPTED = """
import signal, sys
name, wrapped = sys.argv.pop(1), sys.argv.pop(1) == "wrapped"
class Interrupt:
    def find_spec(self, wanted, *_):
        if wanted != name:
            return None
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if wrapped:
                raise ImportError("the C extensions failed") from None
            raise
sys.meta_path.insert(0, Interrupt())
from dropout_viz.__main__ import main
sys.exit(main())
"""


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUNBUFFERED": "", **more},
    )


@pytest.mark.parametrize("words", ["train xor --steps 1 --save run.safetensors", "--help"])
def test_a_closed_output_is_told_before_anything_is_done(words: str, tmp_path: Path) -> None:
    done = shell(f"cd '{tmp_path}' && {PROGRAM} {words} >&-")
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())
    assert done.stderr == "error: standard output: closed; must be open, or lead to a file\n"


def test_closed_errors_are_no_fault() -> None:
    done = shell(f"{PROGRAM} list presets 2>&-")
    assert done.returncode == 0
    assert "moons" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize(("words", "unbuffered"), [("--help", ""), ("train --help", "1"), ("lab --help", "")])
def test_help_that_cannot_be_written_is_told(words: str, unbuffered: str) -> None:
    done = shell(f"{PROGRAM} {words} >/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["error: standard output: No space left on device; must be writable"]


@pytest.mark.parametrize("how", [("dropout_viz.cli", "plain"), ("numpy", "plain"), ("numpy", "wrapped")])
def test_ctrl_c_while_importing(how: tuple[str, str]) -> None:
    line = [sys.executable, "-c", INTERRUPTED, *how, "train", "xor", "--steps", "1"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "stopped\n")
