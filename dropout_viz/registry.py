"""Discovery: a view, a data set or a lab is one file (or one room of files) in its folder, and nothing else names it.

Each such file states its facts as plain constants (``KEY``, ``TITLE``, ...). They are read from the source without
importing it, so that ``dropout-viz list views`` needs no Qt and the window imports only what it shows.
"""

from __future__ import annotations

import ast
import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_ROOT = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Entry:
    """One discovered file: its key, its title, its module's dotted name and every constant that it states."""

    key: str
    title: str
    module: str
    facts: dict[str, Any]

    def load(self) -> ModuleType:
        """Import the file and return its module."""
        return importlib.import_module(self.module)


@cache
def entries(folder: str) -> dict[str, Entry]:
    """Return the entries of ``dropout_viz/<folder>``, by key, ordered by their ``ORDER`` constant, then key.

    A file without a ``KEY`` is a helper and is passed over. What is large is a room: a folder whose ``__init__.py``
    states the facts and whose ``view.py`` is the module that is loaded.
    """
    found = []
    for file in [*(_ROOT / folder).glob("*.py"), *(_ROOT / folder).glob("*/__init__.py")]:
        facts = _constants(file)
        if "KEY" in facts:
            name = f"{file.parent.name}.view" if file.stem == "__init__" else file.stem
            found.append(Entry(facts["KEY"], facts["TITLE"], f"dropout_viz.{folder}.{name}", facts))
    found.sort(key=lambda e: (e.facts.get("ORDER", 1000), e.key))
    return {e.key: e for e in found}


def _constants(file: Path) -> dict[str, Any]:
    """Return the module-level ``UPPER_CASE = literal`` assignments of a source file; none of a helper's."""
    facts: dict[str, Any] = {}
    source = file.read_text(encoding="utf-8")
    if "\nKEY" not in source:
        return facts  # parsing every helper would delay the window
    for node in ast.parse(source).body:
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
