"""The IDX files of MNIST: gzip-compressed or plain, and strict about both.

Layout (LeCun, Cortes & Burges): four bytes 0, 0, type, number of dimensions; one big-endian 32-bit size a dimension;
then the numbers. Only type 8 (unsigned bytes) is read.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from dropout_viz.errors import UserError
from dropout_viz.files import opened, reason

LARGEST = 256 << 20
"""Bytes of numbers beyond which a file is refused before any memory is asked for."""


def read(path: Path, dimensions: int, sha256: str = "") -> NDArray[np.uint8]:
    """Return the array of an IDX file with so many dimensions.

    ``sha256`` is that of the uncompressed content, where it is known: the gzip wrapper differs from mirror to mirror.

    Raises:
        UserError: the file cannot be read, is not an IDX file of bytes with that many dimensions, is compressed
            wrongly, holds fewer or more numbers than its header says, or is not the file with that hash.
    """
    try:
        with opened(path) as (raw, _):
            compressed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if compressed:
                with gzip.GzipFile(fileobj=raw) as file:
                    return _parse(file, path, dimensions, sha256)
            return _parse(raw, path, dimensions, sha256)
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UserError(f"{path}: damaged gzip data ({error}); must be an IDX file, gzip-compressed or plain") from None
    except OSError as error:
        raise UserError(f"{path}: {reason(path, error)}; must be a readable IDX file") from None


Source = IO[bytes] | gzip.GzipFile


def _parse(file: Source, path: Path, dimensions: int, sha256: str) -> NDArray[np.uint8]:
    magic = file.read(4)
    wanted = bytes((0, 0, 8, dimensions))
    if magic != wanted:
        kinds = {b"\0\0\x08\x01": "labels", b"\0\0\x08\x03": "images"}
        found = kinds.get(magic, f"0x{magic.hex()}" if magic else "nothing")
        raise UserError(f"{path}: begins with {found}; must be {kinds.get(wanted, f'0x{wanted.hex()}')} (IDX)")
    header = file.read(4 * dimensions)
    if len(header) < 4 * dimensions:
        raise UserError(f"{path}: ends in its header; must be a whole IDX file")
    shape = struct.unpack(f">{dimensions}I", header)
    size = math.prod(shape)
    if size > LARGEST or max(shape) > LARGEST:  # an empty array may claim any number of columns
        sizes = " x ".join(f"{n:,}" for n in shape)
        raise UserError(f"{path}: its header claims {sizes} bytes; must be at most {LARGEST:,} bytes")
    content = _read_at_most(file, size + 1)
    if len(content) != size:
        more = "more than" if len(content) > size else f"{len(content):,} of"
        raise UserError(f"{path}: holds {more} the {size:,} bytes that its header claims; must be a whole IDX file")
    if sha256:
        whole = hashlib.sha256(magic + header)
        whole.update(content)
        if whole.hexdigest() != sha256:
            raise UserError(f"{path}: its content is not the published one; must have the SHA-256 {sha256[:12]}...")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _read_at_most(file: Source, most: int) -> bytearray:
    """Read up to ``most`` bytes, asking for no more memory than there is content."""
    content = bytearray()
    while len(content) < most and (part := file.read(min(most - len(content), 1 << 20))):
        content += part
    return content
