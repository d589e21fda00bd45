"""``dropout-viz gui SOURCE --steps N`` opens the window at that step, paused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dropout_viz.cli import main
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from tests.app.test_start import run

_SCRIPT = """
from dropout_viz.app.workbench import Workbench
from dropout_viz.cli import main
begin = Workbench.begin
def begun(self):
    from PySide6.QtCore import QTimer
    begin(self)
    session, window = self.session, self.window
    timer = QTimer(self, interval=20)
    def look():
        if session.frame().snapshot.step >= {step} and not session.playing and not session.awaited:
            print(session.frame().snapshot.step, session.config.p_hidden, window.windowTitle())
            timer.stop()
            {end}
    timer.timeout.connect(look)
    timer.start()
Workbench.begin = begun
raise SystemExit(main({words!r}))
"""


@pytest.mark.slow
def test_a_run_file_at_a_later_step(tmp_path: Path) -> None:
    made = Arms.of(load_preset("moons"))
    made.advance(120)
    path = tmp_path / "moons.safetensors"
    run_file.save(made.state(), path)
    done = run(_SCRIPT.format(step=165, words=["gui", str(path), "--steps", "+45"], end="window.close()"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "165 (0.2,) moons.safetensors – Two moons – dropout-viz", done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_preset_with_other_settings_and_ctrl_c() -> None:
    interrupt = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    words = ["gui", "xor", "--set", "p_hidden=0.3", "--steps", "30"]
    done = run(_SCRIPT.format(step=30, words=words, end=interrupt))
    assert done.stdout.startswith("30 (0.3,)"), done.stderr
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_table_whose_target_is_named(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("age,owner\n" + "".join(f"{k},{'yes' if k > 20 else 'no'}\n" for k in range(40)), encoding="utf-8")
    done = run(
        _SCRIPT.format(step=30, words=["gui", str(path), "--target", "owner", "--steps", "30"], end="window.close()")
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "30 (0.2,) people.csv – dropout-viz", done.stderr


def test_what_is_no_step(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["gui", "moons", "--steps", "-3"]) == 2
    assert "--steps -3: must be a whole number" in capsys.readouterr().err
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["gui", "moons", "--steps", "3"]) == 2
    assert "no display to show that step on" in capsys.readouterr().err


@pytest.mark.slow
def test_a_step_that_the_run_has_passed(tmp_path: Path) -> None:
    made = Arms.of(load_preset("xor"))
    made.advance(20)
    run_file.save(made.state(), tmp_path / "xor.safetensors")
    done = run(_SCRIPT.format(step=5, words=["gui", str(tmp_path / "xor.safetensors"), "--steps", "5"], end="pass"))
    assert done.returncode == 2
    assert "the run is at step 20; must be at least that" in done.stderr
