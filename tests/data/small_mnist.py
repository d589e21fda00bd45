"""Four files in the format of MNIST that hold a few hundred pictures of ten plain patterns."""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.data import fetch, mnist
from dropout_viz.data.store import VARIABLE

TRAINING, TEST = 300, 120
NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def encode(array: np.ndarray) -> bytes:
    """Return an array of bytes as an IDX file."""
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def arrays() -> dict[str, np.ndarray]:
    """Return the pictures and labels by file name: each pattern a block of its own in the picture, under some noise."""
    stream = np.random.default_rng(7)
    found = {}
    for part, n in (("train", TRAINING), ("t10k", TEST)):
        labels = np.arange(n, dtype=np.uint8) % 10
        images = stream.integers(0, 60, (n, 28, 28), dtype=np.uint8)
        for picture, digit in zip(images, labels, strict=True):
            row, column = divmod(int(digit), 4)
            picture[4 + 7 * row : 10 + 7 * row, 1 + 7 * column : 6 + 7 * column] += 180
        images[:, :2], images[0, -1, -1] = 0, 255
        found[f"{part}-images-idx3-ubyte"], found[f"{part}-labels-idx1-ubyte"] = images, labels
    return found


def publish(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Let there be no files anywhere, let these be the published ones, and return them as a mirror has them."""
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    found = {}
    for name, array in arrays().items():
        content = encode(array)
        known = mnist._FILES[name]._replace(sha256=hashlib.sha256(content).hexdigest())
        monkeypatch.setitem(mnist._FILES, name, known)
        found[f"{name}.gz"] = gzip.compress(content)
    return found


def write(folder: Path) -> Path:
    """Write the four files and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays().items():
        (folder / name).write_bytes(encode(array))
    return folder
