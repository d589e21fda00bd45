"""A table's bytes as lines of text, whatever its encoding and its line ends are, within bounds; and its SHA-256."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dropout_viz.errors import UserError

LARGEST = 2 << 30
"""Bytes of a file, at most."""
LONGEST_LINE = 4 << 20
"""Characters of a line, at most."""
_PIECE = 1 << 20  # bytes that are looked at in one go
_GUESSED_BY = 1 << 16  # bytes that a foreign encoding is guessed by
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before the mark of UTF-16, with which it begins
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_END = "\x1a"
WANTED = "must be a table as text (CSV, TSV), or arrays x and y as .npz"


GUESS = "guess"
_BYTES = {  # by which a foreign byte is told from letters and digits
    **dict.fromkeys(range(0x80, 0x100), "x"),
    **dict.fromkeys(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "a"),
}


@dataclass(frozen=True)
class Encoded:
    """What a file's bytes are. ``sha256``: in hexadecimal."""

    encoding: str
    sha256: str


def look(path: Path, file: BinaryIO, going: Callable[[], bool], encoding: str = GUESS) -> Encoded:
    """Return a file's encoding and its SHA-256. It is read once, piece by piece.

    The encoding is the one that is named. Where it is to be guessed: UTF-8 where all of it is; what a mark at its
    beginning says; UTF-16 where every other byte is mostly 0; else what the bytes that are not UTF-8 are likely to be,
    Windows-1252 among equals, and where there are few of them.

    Raises:
        UserError: no text, a few bytes that are not UTF-8 in a file that is, or given up.
    """
    found, decoder = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    first, foreign, at = b"", b"", 0
    letters, ends, bad = 0, 0, ""  # further bytes of UTF-8's letters, and the ends of lines, before the first bad byte
    while piece := file.read(_PIECE):
        if not going():
            raise UserError(f"{path}: reading was given up")
        found.update(piece)
        first = first or piece
        at += len(piece)
        if at > LARGEST:
            raise UserError(f"{path}: more than {LARGEST >> 30} GiB; must be smaller")
        if not foreign:
            try:
                letters += len(piece) - len(decoder.decode(piece))
                ends += _ends(piece)
            except UnicodeDecodeError as error:
                start = max(0, error.start - _GUESSED_BY // 2)
                foreign = error.object[start : start + _GUESSED_BY]
                row = ends + _ends(error.object[: error.start]) + 1
                bad = f"row {row}: the byte 0x{error.object[error.start]:02X} is no UTF-8, as the rest is"
    if not at:
        raise UserError(f"{path}: empty; {WANTED}")
    if encoding != GUESS:
        if foreign and encoding == "utf-8":
            raise UserError(f"{path}: {bad}; must be UTF-8, or encoding be another")
        marked = next((known for mark, known in _MARKS.items() if first.startswith(mark)), "")
        return Encoded(marked if marked.startswith(encoding) else encoding, found.hexdigest())
    if foreign and not first.startswith(tuple(_MARKS)) and b"\0" not in first[:_GUESSED_BY]:
        said = foreign.decode("utf-8", "replace")
        odd = said.count("\ufffd")
        if letters + len(said.encode()) - len(said) - 2 * odd > 3 * odd:
            raise UserError(f"{path}: {bad}; must be UTF-8, or encoding be named, such as cp1252")
    return Encoded(_encoding(path, first, foreign), found.hexdigest())


def _ends(piece: bytes) -> int:
    """Return how many lines end in some bytes."""
    return piece.count(b"\n") or piece.count(b"\r")


def _few(foreign: bytes) -> bool:
    """Return whether bytes above 127 stand alone among others, as those of Western texts do."""
    kinds = foreign.decode("latin-1").translate(_BYTES)
    high = kinds.count("x")
    alone = sum(len(run) == 1 for run in re.findall("x+", kinds))
    return high < kinds.count("a") and 2 * alone > high


def _encoding(path: Path, first: bytes, foreign: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return encoding
    start = first[:_GUESSED_BY]
    zeros = [start[k::2].count(0) / max(1, len(start[k::2])) for k in (0, 1)]
    if max(zeros) > 0.3 and min(zeros) < 0.1:  # of Latin letters
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    if b"\0" in start:
        raise UserError(f"{path}: no text but bytes; {WANTED}")
    if not foreign:
        return "utf-8"
    if _few(foreign):
        return "cp1252"
    import charset_normalizer

    guess = charset_normalizer.from_bytes(foreign).best()
    western = {"cp1252", "latin_1", "iso8859_15", "cp1250", "mac_roman", "cp850", "cp437", "cp858", "hp_roman8"}
    usual = guess is None or western & {guess.encoding, *guess.could_be_from_charset}
    return "cp1252" if guess is None or usual else guess.encoding


def lines(path: Path, file: BinaryIO, encoding: str) -> Generator[str]:
    """Yield a file's lines with their ends, CR, LF or both; of a quoted cell with lines in it, each by itself.

    Raises:
        UserError: bytes that the encoding does not have, a NUL, or a line that is too long.
    """
    file.seek(0)
    strict = "strict" if encoding.startswith("utf") else "replace"  # Windows-1252 has no sign for five bytes
    text = io.TextIOWrapper(file, encoding, errors=strict, newline="")
    number = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) >= LONGEST_LINE:
                raise UserError(f"{path}: line {number} has over {LONGEST_LINE:,} characters; must be a table as text")
            if "\0" in line:
                raise UserError(f"{path}: line {number} holds a NUL character; {WANTED}")
            if _END in line:
                line = line.rstrip(_END + "\r\n")  # how DOS ends a file
            if line:
                yield line
    except UnicodeError:
        where = f"after line {number} comes" if number else "begins with"
        raise UserError(f"{path}: {where} what is no {encoding.upper()}; {WANTED}") from None
    finally:
        text.detach()
