"""The one table of system libraries: it holds what Qt's files ask for, and every Linux has its own command."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import struct
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import PySide6
import pytest

from dropout_viz.app.platform import libraries as system_libraries

ROOT = Path(__file__).resolve().parents[2]
QT = Path(PySide6.__file__).parent / "Qt"
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of Linux")


def asks_for(path: Path) -> set[str]:
    """Return the libraries that a 64-bit ELF file names as needed."""
    content = path.read_bytes()
    sections, size, count = *struct.unpack_from("<Q", content, 40), *struct.unpack_from("<2H", content, 58)
    names = set()
    for at in range(count):
        _, kind, _, _, start, length, link = struct.unpack_from("<2I4QI", content, sections + at * size)
        if kind == 6:  # dynamic
            texts = struct.unpack_from("<Q", content, sections + link * size + 24)[0]
            for tag, value in struct.iter_unpack("<2Q", content[start : start + length]):
                if tag == 1:  # needed
                    end = content.index(b"\0", texts + value)
                    names.add(content[texts + value : end].decode())
    return names


def test_the_table_holds_what_qt_asks_for_and_no_more() -> None:
    libraries = [QT / "lib" / f"libQt6{name}.so.6" for name in ("Core", "Gui", "Widgets", "DBus", "OpenGL", "Svg")]
    plugins = [QT / "plugins" / "platforms" / f"libq{name}.so" for name in ("offscreen", "xcb", "wayland")]
    if not plugins[0].exists():
        pytest.skip("a Qt of another making")
    of_c = ("libc.", "libm.", "libstdc++", "libgcc_s", "libpthread", "libdl", "librt", "ld-linux", "libicu", "libQt6")
    found = {n for path in (*libraries, *plugins) for n in asks_for(path) if not n.startswith(of_c)}
    assert found == set(system_libraries.ALL)
    assert all(len(row) == len(system_libraries.MANAGERS) and all(row) for row in system_libraries.ALL.values())


@pytest.mark.parametrize(
    ("told", "family"),
    [
        ("ID=debian", "debian"),
        ("ID=ubuntu\nID_LIKE=debian", "debian"),
        ("ID=linuxmint\nID_LIKE='ubuntu debian'", "debian"),
        ("ID=fedora", "fedora"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "fedora"),
        ("ID=arch", "arch"),
        ("ID=manjaro\nID_LIKE=arch", "arch"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', "suse"),
        ("ID=nixos", ""),
        ("", ""),
    ],
)
def test_every_linux_has_its_command(told: str, family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "os-release").write_text(told)
    assert system_libraries.family(tmp_path / "os-release") == family
    monkeypatch.setattr(system_libraries, "family", lambda: family)
    said = system_libraries.command(["libxcb-icccm.so.4", "libxcb.so.1"])
    assert (
        said.removeprefix("sudo ")
        == {
            "debian": "apt-get install libxcb-icccm4 libxcb1",
            "fedora": "dnf install xcb-util-wm libxcb",
            "arch": "pacman -S xcb-util-wm libxcb",
            "suse": "zypper install libxcb-icccm4 libxcb1",
            "": "install the packages that hold libxcb-icccm.so.4, libxcb.so.1",
        }[family]
    )


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("script", str(ROOT / ".ci" / "system-libraries"))
    made = importlib.util.module_from_spec(importlib.util.spec_from_loader("script", loader))
    loader.exec_module(made)
    monkeypatch.setattr(made.table, "family", lambda: "debian")
    monkeypatch.setattr(made.table, "missing", lambda asked: [n for n in asked if n in ("libEGL.so.1", "libxcb.so.1")])
    return made


def test_the_script_reads_the_same_table(script: ModuleType) -> None:
    assert Path(script.table.__file__) == Path(system_libraries.__file__)
    assert script.table.ALL == system_libraries.ALL


def test_somebody_else_than_root_is_told_all_at_once(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(script, "lacking_modules", lambda: ["python3-venv"])
    assert script.main([]) == 1
    assert capsys.readouterr().err == (
        "error: libEGL.so.1: system libraries that Qt needs are missing; must be installed: "
        "sudo apt-get install libegl1 libxcb1 python3-venv\n"
    )


def test_root_has_it_installed_in_one_go(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def act(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        done.append(line)
        return subprocess.CompletedProcess(line, 0, "", "")

    def again(program: str, line: list[str]) -> None:
        done.append(line[2:])
        raise SystemExit(0)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(script.shutil, "which", lambda name: name)
    monkeypatch.setattr(script.subprocess, "run", act)
    monkeypatch.setattr(script.os, "execv", again)
    with pytest.raises(SystemExit):
        script.main(["--window"])
    assert [line[-2:] for line in done] == [["-qq", "update"], ["libegl1", "libxcb1"], ["--window", "--installed"]]
    assert script.main(["--window", "--installed"]) == 1  # what is still missing is not asked for again and again


def test_what_a_display_needs_is_asked_for_where_there_is_one(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert script.needed(window=True) == script.needed(window=False) == list(system_libraries.PACKAGES)
    monkeypatch.setenv("DISPLAY", ":0")
    assert script.needed(window=True) == [*system_libraries.PACKAGES, *system_libraries.X11]
    assert script.needed(window=False) == list(system_libraries.PACKAGES)
