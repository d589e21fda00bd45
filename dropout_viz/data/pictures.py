"""Pictures of one's own as examples: a folder with a folder of them for each class, in grey, in one size."""

from __future__ import annotations

import hashlib
import io
import os
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data.dataset import DataSet
from dropout_viz.data.split import split
from dropout_viz.errors import OtherFiles, UserError
from dropout_viz.files import is_file, is_folder, read_bytes, readable, reason
from dropout_viz.words import many

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm")
SIDE = 28
"""Pixels of a picture's side, unless another number is asked for."""
MOST, MOST_CLASSES = 60_000, 1000
_MOST_BYTES, _MOST_PIXELS, _MOST_ENTRIES = 64 << 20, 50_000_000, 1_000_000  # of a picture, and of what lies in folders
_FEW = 100  # other files, which may lie among however few pictures
_handed_on: dict[tuple[str, str, int, float, int], DataSet] = {}
_WANTED = "must be a folder with a folder of pictures for each class"


@dataclass(frozen=True)
class FoundPictures:
    """The pictures of a folder: each with its class's number. ``passed``: how many files are no pictures."""

    classes: tuple[str, ...]
    files: tuple[tuple[Path, int], ...]
    passed: int


def look(folder: Path) -> FoundPictures:
    """Return which pictures there are, by their names alone, in the order of these.

    Raises:
        UserError: no such folder, fewer than two classes, or more pictures than can be.
    """
    if not is_folder(folder):
        raise UserError(f"{folder}: no such folder; {_WANTED}")
    classes, files, passed = list[str](), list[tuple[Path, int]](), 0
    for inner in _entries(folder):
        if not is_folder(inner):
            passed += 1
            continue
        there = _entries(inner)
        pictures = [path for path in there if path.suffix.lower() in ENDINGS and is_file(path)]
        passed += len(there) - len(pictures)
        if pictures:
            files += [(path, len(classes)) for path in pictures]
            classes.append(inner.name)
    if not 2 <= len(classes) <= MOST_CLASSES:
        told = f"a directory with {many(len(classes), 'folder')} of pictures ({', '.join(ENDINGS[:4])}, …)"
        raise UserError(f"{folder}: {told}; {_WANTED}, 2 to {MOST_CLASSES:,} of them")
    if len(files) > MOST:
        raise UserError(f"{folder}: {len(files):,} pictures; must be at most {MOST:,}")
    if passed > max(
        _FEW, len(files)
    ):  # a home, or where programs put what they need for a while: reading it takes long
        told = f"of {passed + len(files):,} files and folders {len(files):,} are pictures"
        raise UserError(f"{folder}: {told}; {_WANTED}, and of others fewer than pictures")
    return FoundPictures(tuple(classes), tuple(files), passed)


def _entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, but for what is hidden, by name."""
    try:
        with os.scandir(folder) as there:
            names = [entry.name for entry, _ in zip(there, range(_MOST_ENTRIES), strict=False)]
    except OSError as error:
        raise UserError(f"{folder}: {reason(folder, error)}; {_WANTED}") from None
    return [folder / name for name in sorted(names) if not name.startswith(".")]


def taken(file: str, sha256: str, side: int, test_share: float, seed: int) -> DataSet | None:
    """Return what has been handed on, if it is of these pictures; it is not kept any longer."""
    found = _handed_on.get((file, sha256, side, test_share, seed))
    _handed_on.clear()
    return found


def hand_on(data: DataSet, file: str, side: int, test_share: float, seed: int) -> None:
    """Let the next loading of these pictures have them: whoever has looked at them has read them already. They are kept
    for that one time, or until others are handed on."""
    _handed_on.clear()
    _handed_on[file, data.files, side, test_share, seed] = data


def examples(
    folder: Path,
    *,
    sha256: str = "",
    side: int = SIDE,
    test_share: float = 0.2,
    seed: int = 0,
    going: Callable[[], bool] = lambda: True,
) -> DataSet:
    """Return the pictures in grey, float32 in [0, 1], as ``data.images.load`` says; ``going`` is asked again and again
    whether to go on. Raises ``UserError``, and ``OtherFiles`` where they are others than they were."""
    found = look(folder)
    pixels, digest = np.empty((len(found.files), side * side), np.float32), hashlib.sha256()
    for at, (path, _) in enumerate(found.files):
        if not going():
            raise UserError(f"{folder}: reading was given up")
        content = _content(path)
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode("utf-8", "surrogateescape"))
        digest.update(content)
        pixels[at] = grey(path, content, side).ravel()
    known = digest.hexdigest()
    if sha256 and known != sha256:
        raise OtherFiles(
            f"file = {folder}: its pictures have changed (their SHA-256 was {sha256[:12]}…, and is {known[:12]}…); "
            "must be as they were; where no run of them has begun, sha256 may be empty instead"
        )
    classes = np.array([number for _, number in found.files])
    train, test = split(len(classes), test_share, seed, classes)
    coded = (classes[:, None] == np.arange(len(found.classes))).astype(np.float32)
    coded = coded[:, 1:] if len(found.classes) == 2 else coded
    return DataSet(
        x=pixels[train],
        y=coded[train],
        x_test=pixels[test] if len(test) else None,
        y_test=coded[test] if len(test) else None,
        classes=found.classes,
        features=tuple(f"row {r}, column {c}" for r in range(1, side + 1) for c in range(1, side + 1)),
        image=(side, side),
        credit=f"From {folder.name} (SHA-256 {known[:12]}…).",
        files=known,
        facts={"rows": float(len(classes)), "dropped": 0.0},
    )


def grey(path: Path, content: bytes, side: int) -> NDArray[np.float32]:
    """Return a picture, (side, side), in [0, 1]. Of an animated one it is the first. What is see-through is white.

    Raises:
        UserError: no picture, or one of too many pixels.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise UserError(f"{path}: {opened.width:,} x {opened.height:,} pixels; must be at most 50 million")
                opened.draft("L", (4 * side, 4 * side))
                turned = ImageOps.exif_transpose(opened)
                return _fitted(_plain(turned), side)
    except UserError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises whatever its many readers come across
        named = re.sub(r" *<[^>]*>", "", " ".join(str(error).split()))  # an object's address is nobody's business
        said = named[:80] or type(error).__name__
        raise UserError(f"{path}: cannot be read as a picture ({said}); must be one, or not be there") from None


def read(path: Path, side: int) -> NDArray[np.float32]:
    """Return a picture's file as ``grey`` returns what it holds. Raises ``UserError``."""
    return grey(path, _content(path), side)


def _plain(image: Any) -> Any:
    """Return a picture as one of 8 bits of grey."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):  # 16 bits, or any numbers
        numbers = np.asarray(image, np.float64)
        most = 65_535.0 if image.mode.startswith("I") and numbers.max(initial=0) > 255 else 255.0
        return Image.fromarray(np.clip(numbers * (255 / most), 0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        ground = Image.new("RGBA", clear.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, clear)
    return image.convert("L")


def _fitted(image: Any, side: int) -> NDArray[np.float32]:
    from PIL import Image, ImageOps

    small = ImageOps.contain(image, (side, side), Image.Resampling.BOX if max(image.size) > side else 2)
    pixels = np.asarray(small, np.float32) / 255
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).mean()
    high, wide = pixels.shape
    made = np.full((side, side), edge, np.float32)
    top, left = (side - high) // 2, (side - wide) // 2
    made[top : top + high, left : left + wide] = pixels
    return made


def _content(path: Path) -> bytes:
    with readable(path, "a picture that can be read"):
        return read_bytes(path, _MOST_BYTES)
