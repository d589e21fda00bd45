"""The pages that can be read: the Markdown files of some folders of ``resources``, which the web shows as they are.

A page's title is its first heading; pages stand in the order of their files, ``README.md`` first. A comment

    <!-- show:view/masks?step=1 See the masks of step 1 -->

is a link in the window, to the thing itself (see ``targets``); on the web nobody sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dropout_viz import assets
from dropout_viz.files import is_file

FOLDERS = {"guide": "Guide", "texts": "Texts"}
"""The folders of ``resources`` that have pages, and the headings that they stand below."""
_KINDS = {"view": "Views", "noise": "Noise"}
"""Headings of pages whose files are called so: ``27_view-masks.md`` is of a view."""
_SHOW = re.compile(r"<!--\s*(show:\S+)\s+(.+?)\s*-->", re.DOTALL)
_PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        file: where it is. key: its file's name without the number before it: ``view-masks``. title: its first heading.
        group: the heading that it stands below in the contents. text: its Markdown, as the file has it.
    """

    file: Path
    key: str
    title: str
    group: str
    text: str

    @property
    def markdown(self) -> str:
        """The text with links in the place of the comments that show something. A picture that is not here, as in a
        wheel, leaves nothing behind."""
        linked = _SHOW.sub(lambda found: f"[▸\N{NO-BREAK SPACE}{_in_one_line(found[2])}]({found[1]})", self.text)
        here = _PICTURE.sub(lambda found: found[0] if is_file(self.file.parent / found[1]) else "", linked)
        return _COMMENT.sub("", here)

    def picture(self, name: str, theme: str) -> Path:
        """Return the file of a picture: in the dark theme the one of that theme, ``NAME-dark.png``, where there is one;
        the web shows the light one."""
        file = self.file.parent / name
        dark = file.with_stem(f"{file.stem}-dark")
        return dark if theme == "dark" and is_file(dark) else file

    @property
    def shown(self) -> list[str]:
        """What the page's comments show, in order: ``view/masks?step=1``."""
        return [found[1].removeprefix("show:") for found in _SHOW.finditer(self.text)]


@cache
def pages() -> tuple[Page, ...]:
    """Return all pages, in order."""
    return tuple(_read(file, folder) for folder in FOLDERS for file in _files(folder))


def find_page(key: str) -> Page | None:
    """Return a page by its key."""
    return next((page for page in pages() if page.key == key), None)


def linked(page: Page, href: str) -> tuple[Page, str] | None:
    """Return the page that a relative link leads to, and the part of it after ``#``; None for what is no page."""
    path, _, part = href.partition("#")
    file = (page.file.parent / path).resolve() if path else page.file
    found = next((other for other in pages() if other.file == file), None)
    return None if found is None else (found, part)


def anchor(heading: str) -> str:
    """Return by what a link names a heading, as GitHub does."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _files(folder: str) -> list[Path]:
    found = assets.path(folder).resolve().glob("*.md")
    return sorted(found, key=lambda file: (file.name != "README.md", file.name))


def _read(file: Path, folder: str) -> Page:
    text = file.read_text(encoding="utf-8")
    key = re.sub(r"^\d+_", "", file.stem)
    heading = re.search(r"^# +(.+?)\s*$", text, re.MULTILINE)
    kind, dash, _ = key.partition("-")
    group = _KINDS.get(kind, FOLDERS[folder]) if dash else FOLDERS[folder]
    return Page(file, key if file.stem != "README" else folder, heading[1] if heading else key, group, text)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
