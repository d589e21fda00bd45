"""Plug-ins: what other installed packages add. They say so by entry points, and none is imported to know of it.

An entry point of the group ``dropout_viz.views``, ``.data``, ``.labs``, ``.noise``, ``.activations`` or ``.optimisers``
names a module, which is written as a file of ours in that folder is; one of ``.presets`` or ``.lessons`` names a
package, whose folder holds ``*.toml`` files. Whatever is broken, or has a key that is taken, is named in one line and
left out: nothing that somebody installs may keep the program from starting.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from dropout_viz.errors import UserError, one_line

KINDS = ("views", "data", "labs", "lessons", "presets", "noise", "activations", "optimisers")
_GROUP = "dropout_viz."
_left_out: list[str] = []
_TOLD = "DROPOUT_VIZ_PLUGINS_TOLD"  # of this process and those that it starts: a parent has said what is left out
_silent = _TOLD in os.environ


class Plugin(NamedTuple):
    """One entry point.

    Attributes:
        kind: one of ``KINDS``. name: what it is called there. package: the distribution that it came with.
        module: the dotted name of what it names.
    """

    kind: str
    name: str
    package: str
    module: str

    def __str__(self) -> str:
        return f"plug-in '{self.name}' of {self.package} ({_GROUP}{self.kind})"

    @property
    def place(self) -> Path:
        """The file of the module; the folder of a package that has none of its own. Raises ``ValueError``."""
        import importlib.util

        top, *rest = self.module.split(".")
        spec = importlib.util.find_spec(top)  # of a name without a point: nothing is imported
        if spec is None:
            raise ValueError(f"there is no module {top}")
        if not rest and spec.origin is not None and spec.submodule_search_locations is None:
            return Path(spec.origin)
        for folder in spec.submodule_search_locations or ():
            found = Path(folder, *rest)
            for file in (found.with_name(f"{found.name}.py"), found / "__init__.py", found):
                if os.path.exists(file):
                    return file
        raise ValueError(f"there is no module {self.module}")

    def imported(self, module: str) -> ModuleType:
        """Import a module of it. Raises ``UserError``, one line, where that fails, or would end the program."""
        import importlib

        try:
            return importlib.import_module(module)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit among them
            raise UserError(f"cannot be loaded ({said(error)})") from error

    @property
    def folder(self) -> Path:
        """The folder of the package. Raises ``ValueError`` where there is none."""
        place = self.place
        if place.suffix == ".py" and place.name != "__init__.py":
            raise ValueError(f"{self.module} is a module; must be a package, in whose folder *.toml files are")
        return place.parent if place.suffix == ".py" else place


def said(error: BaseException) -> str:
    """Return an error of somebody else's as words: its kind, and what it says."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def installed(kind: str) -> tuple[Plugin, ...]:
    """Return what installed packages add of a kind, by their names."""
    return tuple(plugin for plugin in _installed() if plugin.kind == kind)


def leave_out(plugin: Plugin, why: object) -> None:
    """Say on standard error, in one line, that a plug-in is left out and why: once, and not again in processes that
    this one starts."""
    line = one_line(f"{plugin} is left out: {why}")
    if line not in _left_out:
        _left_out.append(line)
        os.environ[_TOLD] = "1"
        if not _silent:
            print(f"warning: {line}", file=sys.stderr, flush=True)


def left_out() -> list[str]:
    """Return what has been left out so far, a line each."""
    return list(_left_out)


@cache
def _installed() -> tuple[Plugin, ...]:
    """Read the entry points of every package on the path that has some of ours. (``importlib.metadata`` takes ten
    times as long, and every start of the program would wait for it.)"""
    found: dict[tuple[str, str, str], Plugin] = {}
    for folder in sys.path:
        try:
            names = sorted(os.listdir(folder or os.curdir))
        except OSError:
            continue  # a zip file, or nothing
        for name in names:
            package, _, ending = name.rpartition(".")
            if ending in ("dist-info", "egg-info"):
                for plugin in _of_package(package.partition("-")[0], Path(folder, name, "entry_points.txt")):
                    found.setdefault((plugin.kind, plugin.package, plugin.name), plugin)
    return tuple(sorted(found.values(), key=lambda plugin: (plugin.kind, plugin.name, plugin.package)))


def _of_package(package: str, file: Path) -> list[Plugin]:
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    if f"[{_GROUP}" not in text:
        return []
    import configparser

    told = configparser.ConfigParser(delimiters=("=",), strict=False, interpolation=None)
    told.optionxform = str  # type: ignore[assignment,method-assign]  # names are as they are written
    try:
        told.read_string(text)
    except configparser.Error:
        return []
    return [
        Plugin(kind, name, package, module.partition(":")[0].strip())
        for kind in KINDS
        if told.has_section(f"{_GROUP}{kind}")
        for name, module in told.items(f"{_GROUP}{kind}")
    ]
