"""What the guide's page on Python says of each public name: its docstring, as Markdown."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import dropout_viz

ORDER = (
    "run",
    "Run",
    "RunCurve",
    "RunFigure",
    "open",
    "data_set",
    "lab",
    "LabAnswer",
    "DataTable",
    "presets",
    "listing",
)
PLAIN = ("Snapshot", "DataSet", "RunConfig", "UserError", "MissingData", "RunError")
"""Classes of which the docstring says all."""
_HEADINGS = ("Args:", "Attributes:", "Returns:", "Raises:")


def reference() -> str:
    """Return the reference: every public name, and the methods of those that have some."""
    assert {*ORDER, *PLAIN} == set(dropout_viz.__all__)
    parts = []
    for name in ORDER:
        thing = getattr(dropout_viz, name)
        parts.append(f"### `dropout_viz.{name}`\n\n{_told(name, thing)}")
        if inspect.isclass(thing):
            parts += [f"#### `{name}.{key}`\n\n{_told(key, member)}" for key, member in _members(thing)]
    parts += [f"### `dropout_viz.{name}`\n\n{_markdown(getattr(dropout_viz, name))}" for name in PLAIN]
    return "\n\n".join(parts)


def _members(thing: type) -> Iterator[tuple[str, Any]]:
    """Return the public methods and properties of a class itself."""
    for key, member in vars(thing).items():
        if not key.startswith("_") and (inspect.isfunction(member) or isinstance(member, property)):
            yield key, member


def _told(name: str, thing: Any) -> str:
    call = f"```\n{name}{_signature(thing)}\n```\n\n" if inspect.isfunction(thing) else ""
    return call + _markdown(thing)


def _signature(thing: Any) -> str:
    """Return a function's parameters without their types, which the text says."""
    known = inspect.signature(thing)
    plain = [p.replace(annotation=p.empty) for p in known.parameters.values() if p.name != "self"]
    return str(known.replace(parameters=plain, return_annotation=known.empty))


def _markdown(thing: Any) -> str:
    """Return a docstring as Markdown: paragraphs, lists below headings, examples as code."""
    text = inspect.getdoc(thing) or ""
    blocks = []
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        if lines[0] in _HEADINGS:
            blocks.append(f"{lines[0]}\n\n{_items(lines[1:])}")
        elif lines[0].lstrip().startswith(">>>"):
            plain = [re.sub(r"\s*# doctest: \S+", "", line) for line in lines]
            blocks.append("```\n" + "\n".join(plain) + "\n```")
        else:
            blocks.append(_inline(" ".join(line.strip() for line in lines)))
    return "\n\n".join(blocks)


def _items(lines: list[str]) -> str:
    """Return what stands below a heading as a list: what begins with names and a colon is an item."""
    items: list[str] = []
    for line in lines:
        if items and not re.match(r" {4}[\w, ]+: ", line):
            items[-1] += f" {line.strip()}"
        else:
            items.append(line.strip())
    return "\n".join(f"- {_inline(item)}" for item in items)


def _inline(text: str) -> str:
    return text.replace("``", "`")
