"""Texts of PNG files: what is written is read; whatever else a file says is one clear line, within bounded memory."""

from __future__ import annotations

import resource
import struct
import sys
import tracemalloc
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dropout_viz.engine import png_text
from dropout_viz.engine.png_text import LARGEST, LONGEST, SIGNATURE, read_texts
from dropout_viz.errors import UserError

PREFIX = "dropout-viz:"
KEY = b"dropout-viz:config"


def chunk(kind: bytes, content: bytes, crc: int | None = None) -> bytes:
    total = zlib.crc32(kind + content) if crc is None else crc
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", total)


HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DATA = chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
END = chunk(b"IEND", b"")


def written(folder: Path, *chunks: bytes, head: bytes = SIGNATURE + HEAD, end: bytes = DATA + END) -> Path:
    path = folder / "a.png"
    path.write_bytes(head + b"".join(chunks) + end)
    return path


def test_the_three_kinds_of_text(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        chunk(b"tEXt", b"dropout-viz:seed\0" + "é7".encode("latin-1")),
        chunk(b"zTXt", b"dropout-viz:step\0\0" + zlib.compress(b"12")),
        chunk(b"iTXt", b"dropout-viz:a\0\0\0de\0Schl\xc3\xbcssel\0" + "ß→".encode()),
        chunk(b"iTXt", b"dropout-viz:b\0\1\0\0\0" + zlib.compress("→".encode())),
        chunk(b"tEXt", b"Software\0other"),
    )
    assert read_texts(path, PREFIX) == {"seed": "é7", "step": "12", "a": "ß→", "b": "→"}


MOST = 300
BOMB = zlib.compress(bytes(50 << 20), 1)


@pytest.mark.parametrize(
    ("chunks", "said"),
    [
        ([chunk(b"zTXt", KEY + b"\0\0" + BOMB)], "texts of more than"),
        ([chunk(b"iTXt", KEY + b"\0\1\0\0\0" + BOMB)], "texts of more than"),
        ([chunk(b"zTXt", KEY + b"\0\0" + zlib.compress(b"x" * 99)[:-6])], "cut off"),
        ([chunk(b"zTXt", KEY + b"\0\0garbage")], "cannot be unpacked"),
        ([chunk(b"zTXt", KEY + b"\0\7" + zlib.compress(b"x"))], "unknown way"),
        ([chunk(b"iTXt", KEY + b"\0\0\0\0\0\xff\xfe")], "not UTF-8"),
        ([chunk(b"iTXt", KEY + b"\0\2\0\0\0x")], "not as PNG has it"),
        ([chunk(b"iTXt", KEY + b"\0\0\0de")], "not as PNG has it"),
        ([chunk(b"tEXt", KEY + b"\0one"), chunk(b"tEXt", KEY + b"\0two")], "twice"),
        ([chunk(b"tEXt", KEY + b"\0" + b"x" * (LONGEST + 2000))], "a text of"),
        ([chunk(b"tEXt", b"dropout-viz:%d\0" % n + b"x" * (LONGEST // 2)) for n in range(3)], "texts of more than"),
        ([chunk(b"tEXt", KEY + b"\0a = 1", crc=1)], "a checksum does not fit"),
        ([chunk(b"IDAT", b"x", crc=1)], "a checksum does not fit"),
        ([struct.pack(">I", 0xFFFFFFFF) + b"tEXt"], "no true name or length"),
        ([struct.pack(">I", 10) + b"t\0Xt"], "no true name or length"),
        ([struct.pack(">I", 1 << 30) + b"IDAT" + b"x" * 50], "cut off"),
        ([HEAD], "does not begin as a PNG does"),
        ([chunk(b"tEXt", b"x\0y")] * MOST, "too many parts"),
    ],
)
def test_hostile_files_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: list[bytes], said: str
) -> None:
    assert png_text._CHUNKS <= 1 << 16
    monkeypatch.setattr(png_text, "_CHUNKS", MOST)  # so many would be gone through for a second
    path = written(tmp_path, *chunks)
    tracemalloc.start()
    with pytest.raises(UserError) as error:
        read_texts(path, PREFIX)
    assert tracemalloc.get_traced_memory()[1] < 6 * LONGEST
    tracemalloc.stop()
    assert str(error.value).startswith(f"{path}: ") and said in str(error.value)
    assert "must be a picture that dropout-viz has exported" in str(error.value) and "\n" not in str(error.value)


def test_what_is_no_png(tmp_path: Path) -> None:
    for content in (b"", b"GIF89a", SIGNATURE[:5], SIGNATURE, SIGNATURE + HEAD, SIGNATURE + DATA):
        (tmp_path / "a.png").write_bytes(content)
        with pytest.raises(UserError, match=r"not a PNG file|cut off|does not begin"):
            read_texts(tmp_path / "a.png", PREFIX)
    with pytest.raises(UserError, match="no such file"):
        read_texts(tmp_path / "b.png", PREFIX)
    with pytest.raises(UserError, match=r"irectory|not a file"):
        read_texts(tmp_path, PREFIX)
    with (tmp_path / "huge.png").open("wb") as file:  # sparse: no room is taken
        file.truncate(LARGEST + 1)
    with pytest.raises(UserError, match="larger than 1 GiB"):
        read_texts(tmp_path / "huge.png", PREFIX)


@pytest.mark.parametrize("at", range(0, len(SIGNATURE + HEAD), 1))
def test_every_flipped_byte_of_the_head_is_noticed(tmp_path: Path, at: int) -> None:
    path = written(tmp_path, chunk(b"tEXt", KEY + b"\0a = 1"))
    content = bytearray(path.read_bytes())
    content[at] ^= 0x15
    path.write_bytes(content)
    with pytest.raises(UserError):
        read_texts(path, PREFIX)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 3), st.binary(max_size=60))
def test_whatever_follows_is_read_or_refused(tmp_path: Path, noise: bytes, kind: int, text: bytes) -> None:
    name = (b"tEXt", b"zTXt", b"iTXt", b"IDAT")[kind]
    path = written(tmp_path, chunk(name, KEY + b"\0" + text), noise)
    with suppress(UserError):
        assert set(read_texts(path, PREFIX)) <= {"config"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit of the memory")
def test_memory_is_bounded_by_more_than_our_own_word(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    path = written(tmp_path, *[chunk(b"IDAT", bytes(8 << 20))] * 12, chunk(b"tEXt", KEY + b"\0a = 1"))
    assert read_texts(path, PREFIX) == {"config": "a = 1"}
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 250 << 10  # KiB; the test itself holds the file
