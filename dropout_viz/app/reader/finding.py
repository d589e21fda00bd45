"""Search over all pages: the paragraphs, list items and rows of tables in which every word stands that was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dropout_viz.app.reader.pages import Page
from dropout_viz.app.reader.sought import patterns
from dropout_viz.app.reader.verdicts import FALSE, TRUE

MOST = 60
"""Passages that are found at most."""
_BEFORE, _LONG = 36, 150  # characters of an excerpt: before the first word that was found, and in all
_ITEM = re.compile(r"\s*(?:[-*+]|\d+\.)\s+")
_RULE = re.compile(r"\s*\|?[\s:|-]+\|?\s*")
_IMAGE, _LINK = re.compile(r"!\[[^\]]*\]\([^)]*\)"), re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|^\s*>\s?")


@dataclass(frozen=True)
class Passage:
    """A piece of a page.

    Attributes:
        page: whose it is. heading: the one that it stands below. text: what it says, without its marks.
        first: whether it is the first below that heading: what the heading says is found there.
        false: whether it belongs to a claim that is judged false.
    """

    page: Page
    heading: str
    text: str
    first: bool
    false: bool = False


def search(pages: Sequence[Page], typed: str) -> list[Passage]:
    """Return the passages in which every word stands, in order: where titles say them, then headings, the shortest
    first, then the rest, and last of all what belongs to false claims."""
    wanted = [re.compile(word, re.IGNORECASE) for word in patterns(typed)]
    if not wanted:
        return []

    def says(text: str) -> bool:
        return all(word.search(text) for word in wanted)

    found = [
        (_rank(page, passage, says), passage)
        for page in pages
        for passage in passages(page)
        if says(f"{passage.heading} {passage.text}")
        and (passage.first or any(word.search(passage.text) for word in wanted))
    ]
    return [passage for _, passage in sorted(found, key=lambda ranked: ranked[0])][:MOST]


def _rank(page: Page, passage: Passage, says: Callable[[str], bool]) -> tuple[int, int]:
    if passage.false:
        return 3, 0
    if says(page.title):
        return 0, 0
    return (1, len(passage.heading)) if says(passage.heading) else (2, 0)


def excerpt(passage: Passage, typed: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a part of a passage around what was found in it, and where in it that is: from, length."""
    wanted = [re.compile(word, re.IGNORECASE) for word in patterns(typed)]
    first = min((found.start() for word in wanted if (found := word.search(passage.text))), default=0)
    start = max(0, first - _BEFORE)
    if start:
        start = passage.text.find(" ", start, first) + 1 or first
    cut = passage.text[start : start + _LONG]
    said = ("…" if start else "") + cut + ("…" if start + _LONG < len(passage.text) else "")
    return said, [(found.start(), len(found[0])) for word in wanted for found in word.finditer(said)]


@lru_cache(maxsize=256)
def passages(page: Page) -> tuple[Passage, ...]:
    """Return what a page consists of, in order."""
    found = tuple(_passages(page))
    false, true = (
        {passage.heading for passage in found if passage.text.startswith(f"{verdict} ")} for verdict in (FALSE, TRUE)
    )
    false -= true  # under one heading only where it is said what the verdicts mean
    return tuple(replace(passage, false=passage.heading in false) for passage in found)


def _passages(page: Page) -> Iterator[Passage]:
    heading, gathered, fenced, first = page.title, list[str](), False, True

    def gather() -> Iterator[Passage]:
        nonlocal first
        text = " ".join(" ".join(gathered).split())
        gathered.clear()
        if text:
            yield Passage(page, heading, text, first)
            first = False

    for line in page.markdown.splitlines():
        if line.startswith("```"):
            fenced = not fenced
            yield from gather()
        elif fenced:
            gathered.append(line)
        elif line.startswith("#"):
            yield from gather()
            heading, first = plain(line.lstrip("#").strip()), True
        elif line.startswith("|"):
            yield from gather()
            if not _RULE.fullmatch(line):
                gathered.append("  ·  ".join(cell for c in line.strip("| ").split("|") if (cell := plain(c).strip())))
                yield from gather()
        else:
            if not line.strip() or _ITEM.match(line):
                yield from gather()
            gathered.append(plain(_ITEM.sub("", line, count=1) if _ITEM.match(line) else line))
    yield from gather()


def plain(markdown: str) -> str:
    """Return a line as it is read, without the marks of Markdown."""
    return _MARKS.sub("", _LINK.sub(r"\1", _IMAGE.sub("", markdown)))
