"""Nothing is ever imported from the folder in which one happens to stand, neither here nor in a process of a lab."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs.runner import LabRunner

KEPT = {"PYTHONSAFEPATH", "PYTHONPATH"}
OTHERS = ("numpy", "joblib", "pydantic", "dropout_viz", "sitecustomize", "usercustomize", "PySide6", "threadpoolctl")
PROGRAM = Path(sys.executable).with_name("dropout-viz")


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder in which a file of every module's name tells that it was imported; return where it tells."""
    folder, told = tmp_path / "here", tmp_path / "told"
    folder.mkdir()
    told.mkdir()
    for name in (*sys.stdlib_module_names, *OTHERS):
        (folder / f"{name}.py").write_text(f"open({str(told / name)!r}, 'w')\nraise SystemExit(99)\n")
    monkeypatch.chdir(folder)
    for name in KEPT:
        monkeypatch.delenv(name, raising=False)
    return told


def test_the_trap_would_shut(planted: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import json"], capture_output=True, check=False)
    assert done.returncode == 99 and [path.name for path in planted.iterdir()] == ["json"]


@pytest.mark.slow
@pytest.mark.skipif(not PROGRAM.is_file(), reason="not installed")
def test_the_command_line_and_a_lab_over_processes(planted: Path) -> None:
    shrunk = (  # so that other processes pay for a small one
        "import sys; from dropout_viz.labs import runs; runs._WORTH, runs._SECONDS = 0.0, 1e-6\n"
        "from dropout_viz.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    lab = ["lab", "paired", "--seeds", "4", "--steps", "40", "--jobs", "2", "--json"]
    for line in ([str(PROGRAM), "list", "--json"], [sys.executable, "-P", "-c", shrunk, *lab]):
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert list(planted.iterdir()) == []


def test_a_lab_of_the_window(planted: Path, qtbot: QtBot) -> None:
    runner = LabRunner()
    ended: list[str] = []
    runner.ended.connect(lambda how, why: ended.append(f"{how}{why}"))
    runner.start("published", {"only": [1]})
    qtbot.waitUntil(lambda: bool(ended))
    assert ended == ["done"] and list(planted.iterdir()) == []


def test_the_module_run_as_a_program(planted: Path) -> None:
    """What Python itself imports before it comes to the module is not ours to choose, so only some lie there."""
    for path in Path().iterdir():
        if path.stem not in ("json", "argparse", "difflib", "tomllib", "numpy", "pydantic", "decimal"):
            path.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "dropout_viz", "train", "xor", "--steps", "3", "--json"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(planted.iterdir()) == []
