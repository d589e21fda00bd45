"""The files themselves: without traces of the machine that they were written on, and small fonts that work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo, QRawFont
from pytestqt.qtbot import QtBot

from dropout_viz import assets
from dropout_viz.draw import style

ROOT = Path(__file__).resolve().parents[2]
BUILT = {"build", "dist", "snapshots", "__pycache__"}

# Written so that no pattern matches itself.
REGISTRY = re.compile(r"(py[p]i|python[h]osted|anacond[a]|npm[j]s)\.(org|com)|/si[m]ple\b", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.~*\]])/(?:root|home|Users|work|opt|mnt|tmp)/\w|[A-Z]:\\\\?Users")


def files() -> Iterator[Path]:
    """Yield every file of the project, none that was built."""
    folders = [ROOT]
    while folders:
        for path in sorted(folders.pop().iterdir()):
            if path.is_dir():
                if path.name not in BUILT and (not path.name.startswith(".") or path.name == ".ci"):
                    folders.append(path)
            elif path.name != ".git":
                yield path


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a font, a data set


def test_the_walk_sees_the_project() -> None:
    seen = {str(path.relative_to(ROOT)) for path in files()}
    for needed in ("Makefile", "pyproject.toml", "requirements.lock", ".ci/run", "dropout_viz/registry.py"):
        assert needed in seen


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_machine(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_patterns_would_find_something() -> None:
    host, folder = "py" + "pi.org", "/ho" + "me/me"
    assert REGISTRY.search(f"https://{host}/x")
    assert MACHINE.search(f"see {folder}/notes.txt")
    assert not MACHINE.search("tests/home/x and https://example.org/work/x")


def test_the_lock_pins_everything_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = [b for b in re.split(r"\n(?=[a-z0-9])", text) if not b.startswith("#")]
    assert len(blocks) > 20
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[\w.]+( ;[^\n]*)? \\\n    --hash=sha256:[0-9a-f]{64}", block), block[:80]
    assert "pyside6-essentials==6.10.3 " in text


def test_the_bundled_fonts_are_small_and_known_by_their_names(qtbot: QtBot) -> None:
    for file in assets.path("fonts").glob("*.[ot]tf"):
        assert file.stat().st_size < 200_000, file.name
        assert file.with_name(f"{file.stem.split('-')[0]}-OFL.txt").is_file(), file.name
    for bold, weight in ((False, 400), (True, 600)):
        info = QFontInfo(style.font(20, bold=bold))
        assert (info.family(), info.weight(), info.exactMatch()) == (style.FAMILY, weight, True)
    assert style.MONO in QFontDatabase.families()
    for bold in (False, True):
        glyphs = QRawFont.fromFont(style.font(20, bold=bold))
        missing = [sign for sign in "αβ∂√≈≤≥±×÷−·…–“”←↑→↓⁰⁻³ⁿ₀₁½Σ∑" if not glyphs.supportsCharacter(ord(sign))]
        assert not missing
