"""Discovery: a view, a data set or a lab is one file (or one room of files) in its folder, and nothing else names it.

Each such file states its facts as plain constants (``KEY``, ``TITLE``, ...). They are read from the source without
importing it, so that ``dropout-viz list views`` needs no Qt and the window imports only what it shows. Installed
packages add others (``plugins``), which are held to the same.
"""

from __future__ import annotations

import ast
import importlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from dropout_viz import plugins
from dropout_viz.errors import UserError
from dropout_viz.files import exists
from dropout_viz.help_parts import EVERY, HEADINGS
from dropout_viz.plugins import Plugin

WANTED: dict[str, dict[str, type]] = {
    "data": {},
    "labs": {"QUESTION": str, "SOURCE": str, "HELP": dict, "SMALL": dict},
    "views": {"AREA": str, "RATE": int, "HELP": dict},
}
"""The facts that a file of a folder states beside ``KEY``, ``TITLE`` and ``ORDER``, and of what type they are."""
AREAS = ("centre", "right-top", "right-bottom")
"""Where a view may stand at first."""
_HAS = {"data": ("load",), "labs": ("run", "Options", "expect"), "views": ("View",)}
_ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Entry:
    """One discovered file: its key, its title, its module's dotted name, every constant that it states, and the plug-in
    that it is, if it is one."""

    key: str
    title: str
    module: str
    facts: dict[str, Any]
    plugin: Plugin | None = None

    def load(self) -> ModuleType:
        """Import the file and return its module. Raises ``UserError`` for a plug-in that is broken: why, in one line
        that does not name it."""
        if self.plugin is None:
            return importlib.import_module(self.module)
        module = self.plugin.imported(self.module)
        if lacking := [name for name in _HAS[self.plugin.kind] if not callable(getattr(module, name, None))]:
            raise UserError(f"cannot be loaded: {self.module} has no {lacking[0]}")
        return module


@cache
def entries(folder: str) -> dict[str, Entry]:
    """Return the entries of ``dropout_viz/<folder>``, by key, ordered by their ``ORDER`` constant, then key.

    A file without a ``KEY`` is a helper and is passed over. What is large is a room: a folder whose ``__init__.py``
    states the facts. It is what is loaded, unless there is a ``view.py``.
    """
    found = []
    for file in [*(_ROOT / folder).glob("*.py"), *(_ROOT / folder).glob("*/__init__.py")]:
        facts = _constants(file)
        if "KEY" in facts:
            _check_stated(file, folder, facts)
            found.append(Entry(facts["KEY"], facts["TITLE"], f"dropout_viz.{folder}.{_loaded(file)}", facts))
    if folder in WANTED:
        found += _added(folder, {e.key for e in found})
    found.sort(key=lambda e: (e.facts.get("ORDER", 1000), e.key))
    return {e.key: e for e in found}


def _loaded(file: Path) -> str:
    """Return the name of the module that is loaded of a file, or of a room."""
    if file.stem != "__init__":
        return file.stem
    room = file.parent.name
    return f"{room}.view" if exists(file.parent / "view.py") else room


def _added(folder: str, taken: set[str]) -> list[Entry]:
    """Return what plug-ins add to a folder; those that cannot be used are named and left out."""
    found = []
    for plugin in plugins.installed(folder):
        try:
            entry = _entry_of(plugin)
            if entry.key in taken:
                raise ValueError(f"the key '{entry.key}' is taken; must be another")
            if folder != "views":  # which may bring Qt along, and are loaded when they are shown
                entry.load()
        except (ValueError, OSError, UserError, SyntaxError) as error:
            plugins.leave_out(plugin, error)
        else:
            taken.add(entry.key)
            found.append(entry)
    return found


def _entry_of(plugin: Plugin) -> Entry:
    """Return a plug-in's entry. Raises ``ValueError`` for facts that are missing or are not as they must be."""
    file = plugin.place
    if file.suffix != ".py":
        raise ValueError(f"{plugin.module} is no module")
    facts = _constants(file)
    _check_stated(file, plugin.kind, facts)
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", facts["KEY"]):
        raise ValueError(f"KEY = {facts['KEY']!r}; must be of small letters, digits and hyphens")
    if facts.get("AREA", AREAS[0]) not in AREAS or not 1 <= facts.get("RATE", 1) <= 60:
        raise ValueError(f"AREA must be one of {', '.join(AREAS)}, and RATE from 1 to 60")
    if type(facts.get("ORDER", 1000)) is not int:
        raise ValueError("ORDER must be a whole number")
    known, wanted = facts.get("HELP", {}), EVERY if plugin.kind == "views" else ("shows", "read")
    if "HELP" in WANTED[plugin.kind] and not set(wanted) <= set(known) <= set(HEADINGS):
        raise ValueError(f"HELP must have {', '.join(wanted)}, and may have others of {', '.join(HEADINGS)}")
    room = file.stem == "__init__" and exists(file.parent / "view.py")
    return Entry(facts["KEY"], facts["TITLE"], f"{plugin.module}.view" if room else plugin.module, facts, plugin)


def _check_stated(file: Path, folder: str, facts: dict[str, Any]) -> None:
    """Raise ``ValueError`` for a fact that a file of a folder does not state."""
    for name, kind in {"KEY": str, "TITLE": str, **WANTED.get(folder, {})}.items():
        if type(facts.get(name)) is not kind:
            raise ValueError(f"{file.name} states no {name}; must be a constant, {kind.__name__}")


def _constants(file: Path) -> dict[str, Any]:
    """Return the module-level ``UPPER_CASE = literal`` assignments of a source file; none of a helper's."""
    facts: dict[str, Any] = {}
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name} is not UTF-8 ({error.reason} at byte {error.start:,})") from None
    if "\nKEY" not in source:
        return facts  # parsing every helper would delay the window
    for node in ast.parse(source, file.name).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Name) and target.id.isupper():
            try:
                facts[target.id] = ast.literal_eval(value)
            except ValueError:
                continue  # not a literal: not a fact about the file
    return facts
