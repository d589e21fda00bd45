"""The texts in a PNG file, strictly read: every length and checksum is checked, and memory is bounded whatever it says.

The format: W3C, Portable Network Graphics Specification (Third Edition), sections 5 and 11.3.3.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import BinaryIO

from dropout_viz.errors import UserError
from dropout_viz.files import opened, readable
from dropout_viz.words import gibibytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 1 << 30
"""Bytes of a file, at most."""
LONGEST = 4 << 20
"""Bytes of one text, packed and unpacked, and of all of them together."""
_CHUNKS = 1 << 16
_PIECE = 1 << 16
_KINDS = (b"tEXt", b"zTXt", b"iTXt")


class _Bad(Exception):
    """What is wrong with a file."""


def read_texts(path: Path, prefix: str) -> dict[str, str]:
    """Return the texts whose keyword begins with ``prefix``, by the rest of the keyword.

    Raises:
        UserError: what cannot be read, is no PNG, or is damaged; one line.
    """
    try:
        with readable(path, "a readable PNG file"), opened(path) as (file, size):
            if size > LARGEST:
                raise _Bad(f"{gibibytes(size, LARGEST)}, larger than {LARGEST >> 30} GiB")
            return _texts(file, prefix)
    except _Bad as error:
        raise UserError(f"{path}: {error}; must be a picture that dropout-viz has exported") from None


def _texts(file: BinaryIO, prefix: str) -> dict[str, str]:
    if file.read(len(SIGNATURE)) != SIGNATURE:
        raise _Bad("not a PNG file")
    found: dict[str, str] = {}
    room = LONGEST
    for number in range(_CHUNKS):
        kind, length = _head(file)
        if (number == 0) != (kind == b"IHDR"):
            raise _Bad("damaged: it does not begin as a PNG does")
        content = _content(file, kind, length)
        if kind == b"IEND":
            return found
        key = content.partition(b"\0")[0].decode("latin-1")
        if kind not in _KINDS or not key.startswith(prefix):
            continue
        if key.removeprefix(prefix) in found:
            raise _Bad(f"damaged: it says {_shown(key)} twice")
        text = _text(kind, content[len(key) + 1 :], room)
        room -= len(text)
        found[key.removeprefix(prefix)] = text
    raise _Bad("damaged: too many parts")


def _head(file: BinaryIO) -> tuple[bytes, int]:
    head = file.read(8)
    length, kind = int.from_bytes(head[:4], "big"), head[4:]
    if len(head) < 8:
        raise _Bad("cut off")
    if length >= 1 << 31 or not (kind.isalpha() and kind.isascii()):
        raise _Bad("damaged: a part has no true name or length")
    return kind, length


def _content(file: BinaryIO, kind: bytes, length: int) -> bytes:
    """Return a chunk's content where it is a text, having checked its sum; pass over any other."""
    wanted = kind in _KINDS
    if wanted and length > LONGEST + 1000:
        raise _Bad(f"a text of {length:,} bytes, more than {LONGEST:,}")
    total, left, kept = zlib.crc32(kind), length, []
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise _Bad("cut off")
        total, left = zlib.crc32(piece, total), left - len(piece)
        if wanted:
            kept.append(piece)
    if (sum_ := file.read(4)) != total.to_bytes(4, "big"):
        raise _Bad("cut off" if len(sum_) < 4 else "damaged: a checksum does not fit")
    return b"".join(kept)


def _text(kind: bytes, content: bytes, room: int) -> str:
    """Return what a chunk says after its keyword."""
    packed, encoding = kind == b"zTXt", "latin-1"
    if kind == b"iTXt":
        packed, encoding = content[:1] == b"\1", "utf-8"
        if content[:2] not in (b"\0\0", b"\1\0") or content.count(b"\0", 2) < 2:
            raise _Bad("damaged: a text is not as PNG has it")
        content = content[2:].split(b"\0", 2)[2]
    elif packed:
        if content[:1] != b"\0":
            raise _Bad("damaged: a text is packed in an unknown way")
        content = content[1:]
    if packed:
        content = _unpacked(content, room)
    if len(content) > room:
        raise _Bad(f"texts of more than {LONGEST:,} bytes")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise _Bad("damaged: a text is not UTF-8") from None


def _unpacked(content: bytes, room: int) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(content, room + 1)
    except zlib.error:
        raise _Bad("damaged: a packed text cannot be unpacked") from None
    if len(text) > room or unpacker.unconsumed_tail:
        raise _Bad(f"texts of more than {LONGEST:,} bytes")
    if not unpacker.eof:
        raise _Bad("damaged: a packed text is cut off")
    return text


def _shown(key: str) -> str:
    return key[:40].encode("unicode_escape").decode()
