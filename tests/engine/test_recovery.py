"""Places where runs are kept: one for each process, taken over only when that process is gone."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dropout_viz.engine import recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

_OTHER = """
import sys
from dropout_viz.engine import recovery
place = recovery.own_place()
place.path.write_bytes(b"a run")
(place.path.parent / f".{place.path.name}.torn").write_bytes(b"half")
print(place.path.name, flush=True)
sys.stdin.read()
"""


def other() -> tuple[subprocess.Popen[str], str]:
    """Start a process that has a place, and return it with its file's name."""
    process = subprocess.Popen(
        [sys.executable, "-c", _OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def names() -> list[str]:
    return sorted(path.name for path in recovery.folder().iterdir())


def test_what_a_killed_process_has_left_is_found_once_and_swept() -> None:
    process, name = other()
    try:
        assert recovery.left_behind() == []  # it lives
        assert len(names()) == 3
    finally:
        end(process)
    places = recovery.left_behind()
    assert [place.path.name for place in places] == [name]
    assert places[0].path.read_bytes() == b"a run"
    assert sorted(names()) == sorted([name, name.replace(".safetensors", ".lock")])  # what was torn is gone
    assert recovery.left_behind() == []  # it is ours now
    places[0].close()
    again = recovery.left_behind()
    assert [place.path.name for place in again] == [name]  # nothing was decided: it is still there
    again[0].discard()
    assert names() == []


def test_the_newest_comes_first_and_empty_places_go() -> None:
    places = [recovery.own_place() for _ in range(3)]
    for age, place in zip((50, 10), places, strict=False):
        place.path.write_bytes(b"x")
        os.utime(place.path, (1e9 - age, 1e9 - age))
        place.close()
    places[2].close()
    found = recovery.left_behind()
    assert [place.path for place in found] == [places[1].path, places[0].path]
    assert found[0].put_aside().read_bytes() == b"x"
    found[1].discard()
    assert names() == [f"{places[1].path.name}.damaged"]
    assert recovery.left_behind() == []


def test_a_lock_that_nobody_has_and_no_file_is_cleared_away() -> None:
    (recovery.folder() / "run-1-abc.lock").touch()
    assert recovery.left_behind() == [] and names() == []


def test_a_folder_that_cannot_be_made(own_settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_settings.mkdir()
    (own_settings / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(own_settings / "file"))
    with pytest.raises(UserError, match="cannot be made"):
        recovery.own_place()


def test_a_folder_without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(handle: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(recovery, "_lock", no_locks)
    with pytest.raises(UserError, match="cannot be locked"):
        recovery.own_place()
    assert names() == []


def test_a_run_that_is_kept_after_the_clock_was_set_back_is_the_newest() -> None:
    """It would be taken for the oldest otherwise, and deleted as soon as it has been saved."""
    state = Arms.of(load_preset("xor")).state()
    tomorrow = time.time() + 86_400
    for _ in range(recovery.KEPT):
        os.utime(recovery.keep(state), (tomorrow, tomorrow))
    for _ in range(2):
        path = recovery.keep(state)
        kept = recovery.kept_runs()
        assert kept[0] == path and len(kept) == recovery.KEPT


@pytest.mark.slow
def test_two_processes_that_keep_runs_at_once_take_none_of_each_other_s() -> None:
    program = (
        "from dropout_viz.engine import recovery\n"
        "from dropout_viz.engine.arms import Arms\n"
        "from dropout_viz.engine.settings import load_preset\n"
        "state = Arms.of(load_preset('xor')).state()\n"
        "for _ in range(6):\n"
        "    recovery.keep(state)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[1] for process in both] == ["", ""]
    kept = recovery.kept_runs()
    assert len(kept) == recovery.KEPT
    assert {run_file.read_about(path)[1] for path in kept} == {0}
    assert not [path for path in recovery.folder().iterdir() if path not in kept]
