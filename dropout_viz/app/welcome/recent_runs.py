"""What is known of the files that were opened and saved last: read beside the window, for a disk may be slow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dropout_viz.engine import page_text, picture_file, run_file
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import read_toml
from dropout_viz.engine.source import is_own, is_table
from dropout_viz.errors import UserError
from dropout_viz.words import ago, many

_SMALL = 256_000  # bytes of a table whose rows are counted; reading a larger one would slow the window down


@dataclass(frozen=True)
class RecentRun:
    """A file, what it holds and since when, in words; whether it is not ``there`` any more."""

    path: Path
    told: str
    there: bool = True


def read_recent(paths: Sequence[Path]) -> list[RecentRun]:
    """Return what there is to say of files, in their order. What cannot be read says so."""
    return [_read(path) for path in paths]


def _read(path: Path) -> RecentRun:
    try:
        when = ago(path.stat().st_mtime)
    except FileNotFoundError:
        return RecentRun(path, "not there any more", there=False)
    except OSError as error:
        return RecentRun(path, f"cannot be read: {error.strerror or error}")
    try:
        return RecentRun(path, f"{_holds(path)}, {when}")
    except UserError as error:
        return RecentRun(path, str(error).removeprefix(f"{path}: "))


def _holds(path: Path) -> str:
    if is_own(path):
        return _table(path) if is_table(path) else _pictures(path)
    kind = path.suffix.lower()
    if kind == run_file.ENDING:
        return _at(*run_file.read_about(path))
    if kind in picture_file.ENDINGS:
        shown, what = picture_file.read(path), "page" if kind == page_text.ENDING else "picture"
        return f"a {what} of {_at(shown.config, shown.step)}"
    return f"settings of {_title(read_toml(path))}"


def _table(path: Path) -> str:
    from dropout_viz.data.tables.read import read_anew

    size = path.stat().st_size
    if size > _SMALL:
        return f"a table of {size / 1e6:,.1f} MB"
    return f"a table of {many(read_anew(path).rows, 'row')}"


def _pictures(folder: Path) -> str:
    from dropout_viz.data.pictures import look

    found = look(folder)
    return f"{many(len(found.files), 'picture')} in {many(len(found.classes), 'class', 'classes')}"


def _at(config: RunConfig, step: int) -> str:
    return f"{_title(config)} at step {step:,}"


def _title(config: RunConfig) -> str:
    return config.title or "an untitled run"
