"""The parts of the guide's pages that repeat what the program says of itself: ``make guide`` writes them anew.

A view's page ends with what its help says of keys, formula and source; the page on keys has them all; that on Python
has every public name; and a view's picture shows the run that the page's first link opens, in both themes. Pictures of
the window are drawn anew of the preset and the step that they show. The rest of a page is written by hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dropout_viz import assets, registry
from dropout_viz.app.commands.shortcuts import all_keys
from dropout_viz.app.reader.pages import Page, find_page, pages
from dropout_viz.app.reader.targets import target
from dropout_viz.engine.png_text import read_texts
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.engine.source import load_source
from tests.house import api_page

KEYS, PYTHON = "keys", "python"
PICTURE = "../pictures/view-{key}.png"
DARK = "-dark"
"""What the name of a picture ends with that has its like in the light theme."""
_SIZE, _WINDOW = "900x560", "1280x800"


def parts(page: Page) -> dict[str, str]:
    """Return what is to stand below some headings of a page, by heading."""
    if page.key == KEYS:
        return {"All keys": _all_keys()}
    if page.key == PYTHON:
        return {"Reference": api_page.reference()}
    kind, _, key = page.key.partition("-")
    if kind != "view":
        return {}
    help_ = registry.entries("views")[key].facts["HELP"]
    return {
        "Mouse and keys": help_["keys"],
        "Formula": f"```\n{help_['formula']}\n```",
        "Source": help_["source"],
    }


def section(page: Page, heading: str) -> str | None:
    """Return what stands below a heading of a page, None where there is no such heading."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page.text, re.MULTILINE | re.DOTALL)
    return None if found is None else found[1].strip()


def renewed(page: Page) -> str:
    """Return a page's text with these parts as they are to be."""
    text = page.text
    for heading, part in parts(page).items():
        pattern = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
        text = pattern.sub(lambda _, now=f"## {heading}\n\n{part}\n\n": now, text)  # type: ignore[misc]
    return f"{text.rstrip()}\n"


def run_shown(page: Page) -> tuple[str, int]:
    """Return the preset and the step that a page's first link shows; where it opens no run, that of a new window."""
    wanted = target(page.shown[0])
    return (wanted.key if wanted.kind == "preset" else "three-lines"), wanted.step or 0


def pictured() -> Iterator[tuple[Page, str, Path]]:
    """Return the pages of views that have a picture of their own, with the view's key and the picture."""
    for key in registry.entries("views"):
        page, name = find_page(f"view-{key}"), PICTURE.format(key=key)
        if page is not None and name in page.text:
            yield page, key, (page.file.parent / name).resolve()


def windows() -> list[Path]:
    """Return the pictures of the window, in the light theme; each can restore its run."""
    folder = (assets.path("guide").parent / "pictures").resolve()
    files = [file for file in sorted(folder.glob("*.png")) if not file.stem.endswith(DARK)]
    return [file for file in files if read_texts(file, "dropout-viz:").get("view") == "window"]


def preset_of(file: Path) -> str:
    """Return the preset that a picture of the window shows. The run that it carries has the words of its day."""
    title = load_source(str(file)).config.title
    return next(key for key in preset_keys() if load_preset(key).title == title)


def step_of(file: Path) -> int:
    """Return the step that a picture shows."""
    return int(read_texts(file, "dropout-viz:")["step"])


def dark(file: Path) -> Path:
    """Return where the like of a picture is in the dark theme."""
    return file.with_stem(f"{file.stem}{DARK}")


def _all_keys() -> str:
    tables = []
    for group, rows in all_keys(entry.title for entry in registry.entries("views").values()).items():
        lines = "\n".join(f"| `{key}` | {text} |" for key, text in rows)
        tables.append(f"### {group}\n\n| key | does |\n|---|---|\n{lines}")
    return "\n\n".join(tables)


def main() -> None:
    """Write the parts anew; with ``--pictures`` the pictures too."""
    for page in pages():
        page.file.write_text(renewed(page), encoding="utf-8")
    if "--pictures" in sys.argv[1:]:
        for page, key, file in pictured():
            preset, step = run_shown(page)
            _draw(file, preset, "--steps", str(step), "--view", key, "--size", _SIZE)
        for file in windows():
            _draw(file, preset_of(file), "--steps", str(step_of(file)), "--window", "--size", _WINDOW)


def _draw(file: Path, *words: str) -> None:
    """Draw a picture in both themes."""
    for theme, out in (("dark", dark(file)), ("light", file)):
        command = [sys.executable, "-m", "dropout_viz", "export", *words, "--theme", theme, "--out", str(out)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
