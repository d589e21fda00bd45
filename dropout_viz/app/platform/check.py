"""Ask what Qt would ask before Qt does: where a library or a display does not answer, Qt aborts the process."""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from dropout_viz.app.platform import libraries as system_libraries
from dropout_viz.errors import UserError

_PATIENCE = 5.0  # seconds that an X server has for its answer
_NEEDS_NONE = "dropout-viz export needs none"


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a window can be asked for: always, except on Linux without an X or Wayland server."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY") or environment.get("QT_QPA_PLATFORM"))


def check(environment: Mapping[str, str] = os.environ) -> None:
    """Raise ``UserError`` where opening a window would abort, with one line that says what to install or to set."""
    if not has_display(environment):
        raise UserError(f"no display: DISPLAY and WAYLAND_DISPLAY are not set; {_NEEDS_NONE}")
    if not sys.platform.startswith("linux"):
        return
    reasons = [trouble(platform, environment) for platform in _candidates(environment)]
    if all(reasons):  # Qt takes the first that works
        raise UserError("; ".join(dict.fromkeys(reasons)))


def _candidates(environment: Mapping[str, str]) -> list[str]:
    """Return the platforms that Qt would try."""
    if wanted := environment.get("QT_QPA_PLATFORM"):
        return [word.partition(":")[0] for word in wanted.split(";")]
    return ["wayland"] * bool(environment.get("WAYLAND_DISPLAY")) + ["xcb"] * bool(environment.get("DISPLAY"))


def trouble(platform: str, environment: Mapping[str, str]) -> str:
    """Return why a platform of Qt's cannot be used, or ``""``."""
    import PySide6

    folder = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms"
    plugins = sorted(folder.glob("libq*.so"))
    if not plugins or "QT_QPA_PLATFORM_PLUGIN_PATH" in environment or "QT_PLUGIN_PATH" in environment:
        return ""  # a Qt of another making, which knows for itself
    names = {path.stem.removeprefix("libq"): path for path in plugins}
    plugin = names.get(platform) or names.get(platform.partition("-")[0])
    if plugin is None:
        return f"QT_QPA_PLATFORM = {platform}: must be one of {', '.join(names)}, or not set"
    if lacking := missing_library(plugin):
        return lacking
    asked = {"xcb": _x_trouble, "wayland": _wayland_trouble}.get(plugin.stem.removeprefix("libq"))
    return asked(environment) if asked is not None else ""


def missing_library(plugin: Path) -> str:
    """Return which libraries a plugin lacks on this system, and how to install them all, or ``""``."""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        found = re.match(r"(\S+?): cannot open shared object file", str(error))
        first = found[1] if found else str(error)
        missing = system_libraries.missing(system_libraries.ALL)
        if first not in missing:
            return f"{first}: a system library that Qt needs is missing; install the package that holds it"
        return f"{system_libraries.told(missing)}; {system_libraries.command(missing)}"
    return ""


def _x_trouble(environment: Mapping[str, str]) -> str:
    """Ask the X server, by way of the library that Qt's plugin has loaded."""
    display = environment.get("DISPLAY", "")
    if not display:
        return f"no display: DISPLAY is not set; {_NEEDS_NONE}"
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    answers: list[bool] = []

    def ask() -> None:
        connection = xcb.xcb_connect(os.fsencode(display), None)
        answers.append(not xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_PATIENCE)
    if answers == [True]:
        return ""
    why = "refuses, or there is none" if answers else f"has not answered for {_PATIENCE:g} s"
    return f"DISPLAY = {display}: its X server {why}; must name one that runs; {_NEEDS_NONE}"


def _wayland_trouble(environment: Mapping[str, str]) -> str:
    """Knock at the compositor's socket."""
    if environment.get("WAYLAND_SOCKET"):
        return ""  # a connection that is open already
    place = Path(environment.get("XDG_RUNTIME_DIR", ""), environment.get("WAYLAND_DISPLAY") or "wayland-0")
    try:
        with socket.socket(socket.AF_UNIX) as knocking:
            knocking.settimeout(_PATIENCE)
            knocking.connect(str(place))
    except OSError as error:
        why = error.strerror or str(error)
        return f"WAYLAND_DISPLAY: no compositor answers at {place} ({why}); must name one that runs; {_NEEDS_NONE}"
    return ""
