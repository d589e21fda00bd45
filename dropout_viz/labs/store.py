"""Finished parts of labs, kept in a folder: a repeated or resumed run need not compute them again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from dropout_viz import __version__
from dropout_viz.engine.files import write_bytes
from dropout_viz.errors import UserError

Array = NDArray[Any]


@dataclass
class Store:
    """Named arrays by what they were computed from.

    Attributes:
        folder: where they are; None: the user's cache folder. reading: whether what is there is used.
    """

    folder: Path | None = None
    reading: bool = True

    @cached_property
    def _place(self) -> Path:
        return self.folder or platformdirs.user_cache_path("dropout-viz") / "labs"

    def path(self, cause: Mapping[str, Any]) -> Path:
        """Return the file for what is computed from ``cause``: everything that decides it, as JSON can hold it."""
        text = json.dumps({"version": __version__, **cause}, sort_keys=True, default=str)
        return self._place / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.npz"

    def get(self, cause: Mapping[str, Any]) -> dict[str, Array] | None:
        """Return what was kept, or None. A spoilt file counts as none."""
        path = self.path(cause)
        if not (self.reading and path.is_file()):
            return None
        try:
            with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as kept:
                return {name: kept[name] for name in kept.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile):
            return None

    def put(self, cause: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Keep arrays. Where that is impossible (no room, no rights) the lab goes on without."""
        memory = io.BytesIO()
        named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
        np.savez(memory, allow_pickle=False, **named)
        try:
            self._place.mkdir(parents=True, exist_ok=True)
            write_bytes(self.path(cause), memory.getbuffer())
        except (OSError, UserError):
            return
