"""The shared libraries that Qt's wheels do not bring, and how each kind of Linux installs them.

The standard library alone: ``make`` runs this before anything is installed.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

MANAGERS = {
    "debian": "apt-get install",
    "fedora": "dnf install",
    "arch": "pacman -S",
    "suse": "zypper install",
}
"""What installs packages, by the families of ``/etc/os-release``; the columns of ``PACKAGES`` have their order."""

PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11", "libX11-6"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus", "libdbus-1-3"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig", "libfontconfig1"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2", "libfreetype6"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libglib-2_0-0"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2", "glib2", "libgthread-2_0-0"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon", "libxkbcommon0"),
    "libz.so.1": ("zlib1g", "zlib", "zlib", "libz1"),
    "libzstd.so.1": ("libzstd1", "libzstd", "zstd", "libzstd1"),
}
"""What Qt needs even with no display: the packages of Debian, Fedora, Arch and openSUSE."""

X11 = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11", "libX11-xcb1"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb", "libxcb1"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor", "libxcb-cursor0"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm", "libxcb-icccm4"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image", "libxcb-image0"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms", "libxcb-keysyms1"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb", "libxcb-randr0"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb", "libxcb", "libxcb-render0"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
        "libxcb-render-util0",
    ),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb", "libxcb-shape0"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb", "libxcb", "libxcb-shm0"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb", "libxcb", "libxcb-sync1"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util", "xcb-util", "libxcb-util1"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb", "libxcb-xfixes0"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb", "libxcb-xkb1"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11", "libxkbcommon-x11-0"),
}
"""What it needs beside them for a window of X11."""

WAYLAND = {
    "libwayland-client.so.0": ("libwayland-client0", "libwayland-client", "wayland", "libwayland-client0"),
    "libwayland-cursor.so.0": ("libwayland-cursor0", "libwayland-cursor", "wayland", "libwayland-cursor0"),
}
"""What it needs beside them for a window of Wayland."""

ALL = {**PACKAGES, **X11, **WAYLAND}


def missing(libraries: Iterable[str]) -> list[str]:
    """Return those that the loader does not find."""
    absent = []
    for library in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append(library)
    return absent


def family(told: Path = Path("/etc/os-release")) -> str:
    """Return which of ``MANAGERS`` this Linux has, or ``""``."""
    try:
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    words = f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "").replace("'", "").split()
    kin = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora", "opensuse": "suse", "sles": "suse"}
    known = [kin.get(word.partition("-")[0], word) for word in words]
    return next((word for word in known if word in MANAGERS), "")


def packages(libraries: Iterable[str], of: str) -> list[str]:
    """Return the packages of a family that hold some libraries, each once."""
    column = list(MANAGERS).index(of)
    return list(dict.fromkeys(ALL[library][column] for library in libraries))


def told(libraries: Sequence[str]) -> str:
    """Return which libraries are missing, in a few words: what to type names them all."""
    more = f" and {len(libraries) - 1} more" if len(libraries) > 1 else ""
    return f"{libraries[0]}{more}: system libraries that Qt needs are missing"


def command(libraries: Iterable[str], more: Iterable[str] = ()) -> str:
    """Return what to type to install libraries, and ``more`` packages of this Linux, all at once."""
    of = family()
    if not of:
        return f"install the packages that hold {', '.join([*libraries, *more])}"
    as_root = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
    return f"{as_root}{MANAGERS[of]} {' '.join([*packages(libraries, of), *more])}"


def on_linux() -> bool:
    """Return whether any of this is of interest."""
    return sys.platform.startswith("linux")


def lacking(error: ImportError) -> str | None:
    """Return what to install where an import failed for lack of a library that Qt needs; None where it did not."""
    absent = missing(ALL) if on_linux() else []
    if not any(library in str(error) for library in absent):
        return None
    return f"{told(absent)}; must be installed: {command(absent)}"
