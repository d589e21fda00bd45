"""The files that a run's data are read from. Nothing that is written may take their place."""

from __future__ import annotations

import os
from pathlib import Path

from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.files import check_writable, is_folder


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
