"""The house in figures, each beside its bound: ``make house``.

It ends well whatever the figures are: a bound that is not kept yet is said, not hidden.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE, TESTS = ROOT / "dropout_viz", ROOT / "tests"
VIEWS = PACKAGE / "views"
COPIED = 6  # lines that are alike count as a copy
SHARED_NAMES = {"View", "Scene", "Request", "Memory", "Layout", "Options"}  # what every view or lab may call its own


@dataclass(frozen=True)
class Figure:
    """One figure and what it must not exceed."""

    name: str
    value: int
    most: int

    def __str__(self) -> str:
        kept = "" if self.value <= self.most else "  not kept yet"
        return f"{self.name:58} {self.value:>7,} {self.most:>7,}{kept}"


@cache
def lines_of(file: Path) -> tuple[str, ...]:
    """Return the lines of a file."""
    return tuple(file.read_text(encoding="utf-8").splitlines())


@cache
def tree_of(file: Path) -> ast.Module:
    """Return a file's syntax."""
    return ast.parse("\n".join(lines_of(file)))


def files(folder: Path) -> list[Path]:
    """Return the Python files of a folder."""
    return sorted(folder.rglob("*.py"))


def length(*folder: Path) -> int:
    """Return how many lines there are."""
    return sum(len(lines_of(file)) for each in folder for file in files(each))


def owner(module: str) -> str:
    """Return which view a module of the views' folder belongs to, ``""`` for none: a room of its own, or one file."""
    name = module.removeprefix("dropout_viz.views").strip(".").partition(".")[0]
    for file in (VIEWS / name / "__init__.py", VIEWS / f"{name}.py"):
        if name and file.exists() and re.search(r"^KEY = ", file.read_text(encoding="utf-8"), re.MULTILINE):
            return name
    return ""


def owner_of_file(file: Path) -> str:
    """Return which view a file of the views' folder belongs to, ``""`` for none."""
    return owner(".".join(file.relative_to(VIEWS).with_suffix("").parts))


def imports_between_views() -> int:
    """Return how many imports lead from one view's files into another's."""
    found = 0
    for file in files(VIEWS):
        mine = owner_of_file(file)
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("dropout_viz.views"):
                continue
            into = [node.module] if node.module != "dropout_viz.views" else [n.name for n in node.names]
            found += sum(bool(mine and owner(name or "") not in ("", mine)) for name in into)
    return found


def largest_view() -> int:
    """Return how many lines the longest view has, all its files together."""
    sizes = Counter[str]()
    for file in files(VIEWS):
        sizes[owner_of_file(file)] += len(lines_of(file))
    del sizes[""]
    return max(sizes.values())


def repeated_classes() -> int:
    """Return how many names belong to more than one class."""
    names = Counter(
        node.name for file in files(PACKAGE) for node in tree_of(file).body if isinstance(node, ast.ClassDef)
    )
    return sum(many > 1 and name not in SHARED_NAMES for name, many in names.items())


def occurrences(pattern: str, *folders: Path) -> int:
    """Return in how many lines something stands."""
    found = re.compile(pattern)
    return sum(bool(found.search(line)) for folder in folders for file in files(folder) for line in lines_of(file))


def copies() -> int:
    """Return how many pairs of places have at least ``COPIED`` lines in common, imports and blank lines left out."""
    places: defaultdict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for at, file in enumerate(files(PACKAGE)):
        for start, block in _blocks(file):
            places[block].append((at, start))
    pairs = {(one, other) for found in places.values() for k, one in enumerate(found) for other in found[k + 1 :]}
    return sum(((a, i - 1), (b, j - 1)) not in pairs for (a, i), (b, j) in pairs)  # a longer copy counts once


def _blocks(file: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    own = [line.strip() for line in lines_of(file)]
    own = [line for line in own if line and not line.startswith(("from ", "import ", "#", ")", "]", "}"))]
    for start in range(len(own) - COPIED + 1):
        yield start, tuple(own[start : start + COPIED])


def figures() -> list[Figure]:
    """Return every figure beside its bound."""
    return [
        Figure("lines of the package", length(PACKAGE), 41_000),
        Figure("lines of its views", length(VIEWS), 11_000),
        Figure("lines of the longest view", largest_view(), 2_000),
        Figure("imports from one view's files into another's", imports_between_views(), 0),
        Figure("names of more than one class", repeated_classes(), 0),
        Figure("places that block signals by hand", occurrences(r"\.blockSignals\(", PACKAGE), 0),
        Figure("switches of the formatter", occurrences(r"# fmt: (skip|off)", PACKAGE, TESTS), 30),
        Figure("accesses to private parts in tests/views", occurrences(r"\w\._[a-z]", TESTS / "views"), 20),
        Figure("pairs of places with six lines in common", copies(), 25),
    ]


def main() -> None:
    """Print the figures."""
    print(f"{'':58} {'is':>7} {'at most':>7}")
    for figure in figures():
        print(figure)


if __name__ == "__main__":
    main()
