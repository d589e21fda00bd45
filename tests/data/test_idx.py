"""IDX files, whole and spoilt."""

from __future__ import annotations

import contextlib
import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.data import idx
from dropout_viz.errors import UserError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def encode(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("array", [IMAGES, np.arange(7, dtype=np.uint8), np.zeros((0, 28, 28), np.uint8)])
def test_reads_what_was_written(pack: type[bytes], array: np.ndarray, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(pack(encode(array)))
    found = idx.read(file, array.ndim)
    assert found.dtype == np.uint8
    assert np.array_equal(found, array)


WHOLE = encode(IMAGES)
SPOILT = {
    "empty": (b"", "begins with nothing"),
    "labels for images": (encode(np.zeros(5, np.uint8)), "begins with labels; must be images"),
    "another type": (b"\0\0\x0d\x03" + WHOLE[4:], "begins with 0x00000d03"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "begins with 0x89504e47"),
    "an ended header": (WHOLE[:9], "ends in its header"),
    "truncated": (WHOLE[:-1], "holds 23 of the 24 bytes"),
    "too long": (WHOLE + b"x", "holds more than the 24 bytes"),
    "2 GB claimed": (b"\0\0\x08\x03" + struct.pack(">3I", 60_000, 200, 200) + b"x", "must be at most"),
    "all there is claimed": (b"\0\0\x08\x03" + b"\xff" * 12, "must be at most"),
    "gzip cut off": (gzip.compress(WHOLE)[:-9], "damaged gzip data"),
    "gzip flipped": (gzip.compress(WHOLE)[:-6] + b"!" + gzip.compress(WHOLE)[-5:], "damaged gzip data"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_refuses_what_is_spoilt(name: str, tmp_path: Path) -> None:
    content, said = SPOILT[name]
    file = tmp_path / "images"
    file.write_bytes(content)
    with pytest.raises(UserError) as error:
        idx.read(file, 3)
    assert said in str(error.value)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["missing", "."])
def test_refuses_what_is_no_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must be a readable IDX file"):
        idx.read(tmp_path / name, 1)


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(gzip.compress(WHOLE)) - 1), value=st.integers(0, 255), packed=st.booleans())
def test_a_flipped_byte_is_refused_or_harmless(at: int, value: int, packed: bool, tmp_path_factory: object) -> None:
    content = bytearray(gzip.compress(WHOLE) if packed else WHOLE)
    content[at % len(content)] = value
    file = tmp_path_factory.mktemp("idx") / "x"  # type: ignore[attr-defined]
    file.write_bytes(content)
    with contextlib.suppress(UserError):
        assert idx.read(file, 3).ndim == 3
