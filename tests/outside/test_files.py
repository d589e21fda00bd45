"""Files that are read and written: whatever lies there, nothing hangs, nothing is lost and nothing is left over."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_viz import files
from dropout_viz.data import idx
from dropout_viz.engine.lesson import read_lesson
from dropout_viz.engine.source import READERS, open_path
from dropout_viz.errors import UserError

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux has it")
PACKAGE = Path(files.__file__).parent


def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = tmp_path / "link.toml"
    link.symlink_to(folder / "true.toml")
    files.write_text(link, "one")  # there is nothing at its end yet
    files.write_text(link, "two")
    assert link.is_symlink() and (folder / "true.toml").read_text() == "two"
    assert [path.name for path in folder.iterdir()] == ["true.toml"]
    endless = tmp_path / "endless.toml"
    endless.symlink_to(endless)
    for write in (files.check_writable, lambda path: files.write_text(path, "x")):
        with pytest.raises(UserError, match=r"endless\.toml: cannot be written"):
            write(endless)
    assert endless.is_symlink()


@linux
def test_permissions_are_kept_or_as_the_process_wants_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o027)
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("changed for all threads"))
    path = tmp_path / "a.toml"
    try:
        files.write_text(path, "one")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        files.write_text(path, "two")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        monkeypatch.undo()
        os.umask(before)


def test_where_files_must_have_names_it_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    path = tmp_path / "a.toml"
    files.write_text(path, "one")

    def fail() -> None:
        with files.replacing(path) as temporary:
            temporary.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_text() == "one" and [p.name for p in tmp_path.iterdir()] == ["a.toml"]


@linux
def test_nothing_is_left_of_a_file_whose_writer_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from dropout_viz.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as place:\n"
        "    place.write_bytes(bytes(100_000)); os.kill(os.getpid(), 9)"
    )
    path = tmp_path / "film.gif"
    path.write_text("before")
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "before" and [p.name for p in tmp_path.iterdir()] == ["film.gif"]


def test_names_of_every_length(tmp_path: Path) -> None:
    longest = tmp_path / ("x" * 250 + ".toml")
    files.write_text(longest, "one")
    assert longest.read_text() == "one"
    for name in ("x" * 300 + ".toml", "a\0b.toml", "\ud800.toml"):
        path = tmp_path / name
        for act in (files.check_writable, lambda path: files.write_text(path, ""), open_path):
            with pytest.raises(UserError) as error:
                act(path)
            assert len(str(error.value)) < 500
        assert not files.exists(path)


def special(folder: Path, kind: str, name: str) -> Path:
    path = folder / name
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    return path


@pytest.mark.thinned(2)
@linux
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "socket"])
@pytest.mark.parametrize("ending", [*READERS, ".lesson", ".idx"])
def test_what_is_no_file_is_refused_at_once(
    kind: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's address must be short
    path = special(Path(), kind, f"a{ending}")
    read = {".lesson": read_lesson, ".idx": lambda path: idx.read(path, 1)}.get(ending, open_path)
    with pytest.raises(UserError, match=rf"a{ending}: "):
        read(path)
    if ending in READERS:
        with pytest.raises(UserError, match=r"cannot be written"):
            files.check_writable(path)
        with pytest.raises(UserError, match=r"cannot be written"):
            files.write_text(path, "")


def test_an_array_without_rows_may_not_claim_any_number_of_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.idx"
    path.write_bytes(b"\0\0\x08\x03" + bytes(4) + b"\xff\xff\xff\xff" * 2)
    with pytest.raises(UserError, match="0 x 4,294,967,295 x 4,294,967,295"):
        idx.read(path, 3)


def test_files_are_looked_at_and_opened_in_one_place() -> None:
    """``Path`` raises where a folder may not be entered, waits for pipes, and fails for a home of nobody."""
    looks, opens = r"\.(is_file|is_dir|exists|expanduser)\(\)|Path\.home\(", r"open\([^)]*\"rb?\"|NamedTemp|mkstemp"
    direct = re.compile(f"{looks}|{opens}")
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        if path not in (PACKAGE / "files.py", PACKAGE / "assets.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if direct.search(line)
    ]
    assert not found, "\n".join(found)
