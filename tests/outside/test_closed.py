"""Folders that one may not enter, and users who have no home: the path is named, and what is no place is no cache."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dropout_viz import files, places
from dropout_viz.data import mnist
from dropout_viz.engine import recovery
from dropout_viz.errors import UserError
from dropout_viz.labs.store import Store

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux has it")
_DROP, _OVERRIDE, _SEARCH = 24, 1, 2  # prctl(PR_CAPBSET_DROP), CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def without_rights() -> None:
    """Let even root be held by permissions, in a process that is about to begin."""
    libc = ctypes.CDLL(None)
    for right in (_OVERRIDE, _SEARCH):
        libc.prctl(_DROP, right, 0, 0, 0)


def command(*words: str, cwd: Path, script: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    line = ["-c", script, *words] if script else ["-m", "dropout_viz", *words]
    return subprocess.run(
        [sys.executable, *line],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        preexec_fn=without_rights,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder that one may not enter, with files of each kind in it."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a.toml").write_text("seed = 1\n")
    folder.chmod(0)
    yield folder
    folder.chmod(0o700)


def test_whatever_is_named_below_it_is_refused_by_its_name(closed: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from dropout_viz.cli import main\n"
        "for words in sys.argv[1:]:\n    print(words, main(words.split(' ')), file=sys.stderr)"
    )
    lines = [
        f"train {closed}/a.toml",
        f"train {closed}/a.png",
        f"train {closed}/a.safetensors",
        f"train {closed}/moons",
        f"train {closed}/below/a.toml",
        f"export xor --out {closed}/x.toml",
        f"export xor --out {closed}/below/x.png",
        f"train xor --steps 1 --save {closed}/x.safetensors",
        f"lab published --out {closed}/x",
        f"lab paired --source {closed}/a.toml",
        f"export {closed}/a.toml --out x.csv",
    ]
    done = command(*lines, cwd=tmp_path, script=script)
    said = done.stderr.splitlines()
    assert len(said) == 2 * len(lines) and done.stdout == "", done.stderr
    for words, error, status in zip(lines, said[::2], said[1::2], strict=True):
        assert error.startswith("error: ") and str(closed) in error and status == f"{words} 2"


@pytest.mark.slow
def test_places_that_are_closed_are_no_cache(closed: Path, tmp_path: Path) -> None:
    everywhere = {f"XDG_{name}_HOME": str(closed / "below") for name in ("CACHE", "CONFIG", "STATE", "DATA")}
    script = (
        "import sys; from dropout_viz.app.main import Asked, run_window; from dropout_viz.cli import main\n"
        "from dropout_viz.engine.source import load_source\n"
        "def load():\n"
        "    from PySide6.QtCore import QTimer; from PySide6.QtWidgets import QApplication\n"
        "    look = QTimer(QApplication.instance())\n"
        "    def close_when_shown():\n"
        "        found = [w.workbench for w in QApplication.topLevelWidgets() if getattr(w, 'workbench', None)]\n"
        "        if any(workbench.panel('network').shown for workbench in found):\n"
        "            QApplication.closeAllWindows()\n"
        "    look.timeout.connect(close_when_shown)\n"
        "    look.start(20)\n"
        "    return load_source('xor')\n"
        "statuses = [main(words.split(' ')) for words in sys.argv[1:]]\n"
        "sys.exit(max(*statuses, run_window(Asked(load, 'xor'))))"
    )
    lines = ["lab published --only 1 --json", "export xor --steps 2 --out x.png"]
    done = command(*lines, cwd=tmp_path, script=script, **everywhere)
    assert (done.returncode, done.stderr) == (0, "") and (tmp_path / "x.png").exists()


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Be a user whom the system does not list and whose environment names no home; return the current folder."""
    import pwd

    def unlisted(number: int) -> object:
        raise KeyError(number)

    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "DROPOUT_VIZ_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unlisted)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_home_nothing_is_kept_and_nothing_is_made(nobody: Path) -> None:
    assert (places.cache(), places.config(), places.state()) == (None, None, None)
    assert places.home() == nobody and files.at_home("~/x.png") == Path("~/x.png")
    store = Store()
    store.put({"a": 1}, {"w": [1.0]})
    assert store.get({"a": 1}) is None
    with pytest.raises(UserError, match="HOME: names no folder"):
        recovery.folder()
    with pytest.raises(UserError, match="HOME names no folder to keep it in; must be in the folder that DROPOUT_VIZ_"):
        mnist.load()
    with pytest.raises(UserError, match=r"~/x\.png: cannot be written"):
        files.check_writable(files.at_home("~/x.png"))
    assert list(nobody.iterdir()) == []
