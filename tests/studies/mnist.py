"""MNIST for the studies: in the folder that DROPOUT_VIZ_DATA names, or in ../shared/data; else they are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.data import idx
from dropout_viz.data.dataset import DataSet

_ROOT = Path(__file__).resolve().parents[2]
# Read now: for the duration of a test that variable names a small stand-in.
_FOLDERS = [Path(os.environ.get("DROPOUT_VIZ_DATA", "nowhere")), _ROOT.parent / "shared" / "data"]
_FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def mnist(examples: int = 60_000, *, drawn: bool = False) -> DataSet:
    """Return training images and all test images, pixels in [0, 1], float32. Skips the test where there are none.

    The training images are the first ones, or ``drawn`` at random from all (always the same).
    """
    for folder in (f for parent in _FOLDERS for f in (parent, parent / "mnist")):
        files = [next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None) for name in _FILES]
        if all(files):
            x, y, x_test, y_test = (idx.read(file, d) for file, d in zip(files, (3, 1, 3, 1), strict=True) if file)
            rows = np.random.default_rng(0).permutation(len(x))[:examples] if drawn else slice(examples)
            return DataSet(
                x=_pixels(x[rows]),
                y=_columns(y[rows]),
                x_test=_pixels(x_test),
                y_test=_columns(y_test),
                classes=tuple("0123456789"),
            )
    pytest.skip("no MNIST: its four files must be in the folder that DROPOUT_VIZ_DATA names")


def _pixels(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _columns(digits: np.ndarray) -> np.ndarray:
    return (digits[:, None] == np.arange(10)).astype(np.float32)
