"""Ask for the system libraries of Qt's X11 plugin before Qt does: where one is missing, Qt aborts the process."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from dropout_viz.errors import UserError
from dropout_viz.files import is_file

# Debian and Ubuntu packages that do not follow from the library's name.
_PACKAGES = {
    "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6", "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3", "libX11-xcb.so.1": "libx11-xcb1", "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-util.so.1": "libxcb-util1",
}  # fmt: skip


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a window can be opened: always, except on Linux without an X or Wayland server."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or environment.get("QT_QPA_PLATFORM"))


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Raise ``UserError`` where opening a window would abort, with one line that says what to install or to set."""
    if not has_display(environment):
        raise UserError("no display: DISPLAY and WAYLAND_DISPLAY are not set; dropout-viz export needs none")
    wanted = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or wanted not in ("", "xcb") or not environment.get("DISPLAY"):
        return
    if wanted == "" and environment.get("WAYLAND_DISPLAY"):
        return  # Qt takes Wayland there
    import PySide6

    plugin = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if is_file(plugin) and (missing := missing_library(plugin)):
        raise UserError(f"{missing}: a system library that Qt's X11 plugin needs is missing; {advice(missing)}")


def missing_library(plugin: Path) -> str:
    """Return the name of the first library that a plugin needs and the system lacks, or ``""``."""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        found = re.match(r"(\S+?): cannot open shared object file", str(error))
        return found.group(1) if found else str(error)
    return ""


def advice(library: str) -> str:
    """Return how to install a library: ``libxcb-cursor.so.0`` is in Debian's ``libxcb-cursor0``."""
    package = _PACKAGES.get(library)
    if package is None:
        found = re.fullmatch(r"(lib[\w.+-]+?)\.so\.(\d+)", library)
        package = "".join(found.groups()).lower() if found else ""
    return f"on Debian and Ubuntu: apt install {package}" if package else "install the library that holds it"
