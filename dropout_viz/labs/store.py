"""Finished parts of labs, kept in a folder: a repeated or resumed run need not compute them again."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz import __version__, places
from dropout_viz.errors import UserError
from dropout_viz.files import read_bytes, write_bytes

Array = NDArray[Any]
LARGEST = 4 << 30
"""Bytes of a file, at most."""


@dataclass
class Store:
    """Named arrays by what they were computed from.

    A file is a SHA-256 of all the rest, its cause included, and then NumPy's own format: whatever has become of one, it
    is used only as it was written, and for what it was written for.

    Attributes:
        folder: where they are; None: the user's cache folder. reading: whether what is there is used.
    """

    folder: Path | None = None
    reading: bool = True

    def path(self, cause: Mapping[str, Any]) -> Path | None:
        """Return the file for what is computed from ``cause``: everything that decides it, as JSON can hold it. None
        where there is no folder for it."""
        cache = places.cache()
        folder = self.folder or (None if cache is None else cache / "labs")
        return None if folder is None else folder / f"{hashlib.sha256(_text(cause)).hexdigest()[:32]}.npz"

    def get(self, cause: Mapping[str, Any]) -> dict[str, Array] | None:
        """Return what was kept, or None. A file that is spoilt or cannot be read counts as none."""
        path = self.path(cause)
        if path is None or not self.reading:
            return None
        try:
            content = read_bytes(path, LARGEST)
        except (OSError, UserError):
            return None
        seal, arrays = content[: hashlib.sha256().digest_size], content[hashlib.sha256().digest_size :]
        if seal != _seal(cause, arrays):
            return None
        with np.load(io.BytesIO(arrays), allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}

    def put(self, cause: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        """Keep arrays. Where that is impossible (no room, no rights, no folder) the lab goes on without."""
        path = self.path(cause)
        if path is None:
            return
        memory = io.BytesIO()
        named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
        np.savez(memory, allow_pickle=False, **named)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, _seal(cause, memory.getbuffer()), memory.getbuffer())
        except (OSError, UserError):
            return


def _text(cause: Mapping[str, Any]) -> bytes:
    return json.dumps({"version": __version__, **cause}, sort_keys=True, default=str).encode()


def _seal(cause: Mapping[str, Any], arrays: bytes | memoryview) -> bytes:
    seal = hashlib.sha256(_text(cause))
    seal.update(arrays)
    return seal.digest()
