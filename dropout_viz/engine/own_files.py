"""The files that a run's data are read from: where they are, and that nothing that is written takes their place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Any

from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.files import absolute, check_writable, exists, is_folder


def beside(settings: Mapping[str, Any], where: Path, file: str = "") -> dict[str, Any]:
    """Return settings that a file says, with the place of their table or pictures as it is now.

    That is as they name it, seen from that file's folder; where nothing is there any more, what lies beside or below
    that file under the last parts of the name. Whether it holds the same, its SHA-256 tells when it is read.

    Args:
        settings: of a run, or of a part of one. where: the file that says them. file: a place that is named instead.
    """
    named = settings.get("file")
    if not named or not isinstance(named, str):
        return dict(settings)
    if file:
        return {**settings, "file": str(absolute(Path(file)))}
    place = absolute(where.parent / named)
    parts = PureWindowsPath(named).parts if "\\" in named else Path(named).parts
    if not exists(place):
        moved = (where.parent.joinpath(*parts[-count:]) for count in range(1, len(parts)))
        place = next((absolute(one) for one in moved if exists(one)), place)
    return {**settings, "file": str(place)}


def check_place(path: Path, config: RunConfig, *read: Path) -> None:
    """Refuse a place that cannot be written, and one from which a run is read: its table, a folder of its pictures, or
    one of the files ``read``. Links are followed. Raises ``UserError``."""
    check_writable(path)
    config_files = [Path(one.file) for one in (config, *config.arm_configs) if one.file]
    for file in dict.fromkeys((*config_files, *read)):
        if _same(path, file) or (is_folder(file) and _end(file) in _end(path).parent.parents):
            kind = "among the pictures that the run reads" if is_folder(file) else "a file that the run reads"
            raise UserError(f"{path}: {kind}; must be another, for what is written would take its place")


def _same(path: Path, other: Path) -> bool:
    try:
        return os.path.samefile(path, other)
    except (OSError, ValueError):  # one of them is not there
        return _end(path) == _end(other)


def _end(path: Path) -> Path:
    return Path(os.path.realpath(path))
