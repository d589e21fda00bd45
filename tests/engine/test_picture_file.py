"""What a picture says of its run: written, read back, and the run done again bit for bit."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.engine import picture_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.picture_file import PREFIX, ShownRun, read
from dropout_viz.engine.settings import load_preset, to_toml
from dropout_viz.engine.source import open_path
from dropout_viz.errors import UserError


def picture(folder: Path, texts: dict[str, str]) -> Path:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    said = [chunk(b"iTXt", (PREFIX + k).encode() + b"\0\0\0\0\0" + v.encode()) for k, v in texts.items()]
    path = folder / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + b"".join(said)
        + chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
        + chunk(b"IEND", b"")
    )
    return path


def shown(run: Arms, **more: Any) -> ShownRun:
    return ShownRun(run.config, run.step, "loss", run.first_config, tuple(run.changes), **more)


def changed_run(arms: bool) -> Arms:
    config = load_preset("moons").changed(seed=5, hidden=(8,))
    run = Arms.of(config.changed(arms=({"p_hidden": 0.0}, {"p_hidden": (0.3,)})) if arms else config)
    run.advance(11)
    run.change({"learning_rate": 0.02})
    run.change({"p_input": 0.25})
    run.advance(9)
    if arms:
        run.change_arm(1, {"learning_rate": 0.5})
    run.advance(4)
    return run


@pytest.mark.parametrize("arms", [False, True])
def test_a_run_with_changes_is_done_again_bit_for_bit(tmp_path: Path, arms: bool) -> None:
    run = changed_run(arms)
    path = picture(tmp_path, shown(run, picture={"size": [3, 4]}).texts())
    found = read(path)
    assert (found.config, found.step, found.first, found.view) == (run.config, 24, run.first_config, "loss")
    assert found.changes == tuple(run.changes) and found.picture == {"size": [3, 4]}
    source = open_path(path)
    assert source.config == run.config and source.picture == found and source.read is not None
    again = source.open()
    for one, other in zip(run.trainers, again.trainers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one.parameters()[0], other.parameters()[0], strict=True))
        assert np.array_equal(one.history.loss_under_mask.values, other.history.loss_under_mask.values)
    run.advance(6)
    again.advance(6)
    assert np.array_equal(run.first.parameters()[0][0], again.first.parameters()[0][0])


def test_changes_are_lines_that_people_can_read() -> None:
    text = changed_run(True)
    said = picture_file.changes_text(text.changes)
    assert said == "11: learning_rate = 0.02\n11: p_input = 0.25\n20 arm 2: learning_rate = 0.5"


def test_it_can_be_given_up(tmp_path: Path) -> None:
    config = load_preset("three-lines")
    source = open_path(picture(tmp_path, ShownRun(config, 50_000, "loss").texts()))
    seen: list[tuple[int, int]] = []
    with pytest.raises(UserError, match="given up at step"):
        source.open(going=lambda done, of: bool(seen.append((done, of))) or len(seen) < 3)
    assert len(seen) == 3 and all(of == 50_000 for _, of in seen)


GOOD = ShownRun(load_preset("three-lines"), 20, "network").texts()
CONFIG = to_toml(load_preset("three-lines"))


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({}, "a picture without a run"),
        ({**GOOD, "config": "a = 1"}, "unknown setting"),
        ({**GOOD, "config": "= ="}, "damaged"),
        ({**GOOD, "config": CONFIG.replace("seed = 0", "seed = -4")}, "seed = -4"),
        ({**GOOD, "config": "a = " + "[" * 90_000}, "damaged"),
        ({**GOOD, "step": "-1"}, "step '-1'"),
        ({**GOOD, "step": "9" * 5000}, "step '9999"),
        ({**GOOD, "step": "99999999999999"}, "must be a whole number of at most"),
        ({**GOOD, "step": "²"}, "step '²'"),
        ({k: v for k, v in GOOD.items() if k != "step"}, "does not say its step"),
        ({**GOOD, "changes": "3: learning_rate = 1"}, "does not say which they were at first"),
        ({**GOOD, "first": CONFIG, "changes": "25: learning_rate = 1"}, "changes after step 20"),
        ({**GOOD, "first": CONFIG, "changes": "9: learning_rate = 1\n3: learning_rate = 2"}, "out of order"),
        ({**GOOD, "first": CONFIG, "changes": "nonsense"}, "must be 'step: setting = value'"),
        ({**GOOD, "first": CONFIG, "changes": "3 arm 7: learning_rate = 1"}, "must be 'step: setting = value'"),
        ({**GOOD, "first": CONFIG, "changes": "3: self = 1"}, "a change of 'self', which must be one of p_input"),
        ({**GOOD, "first": CONFIG, "changes": "3: __class__ = 1"}, "a change of '__class__'"),
        ({**GOOD, "first": CONFIG, "changes": "3: seed = 1"}, "a change of 'seed'"),
        ({**GOOD, "config": ""}, "it names no setting"),
        ({**GOOD, "first": "x = 1", "changes": "3: learning_rate = 1"}, "unknown setting"),
        ({**GOOD, "first": CONFIG, "later": "9: learning_rate = 1", "newest": "40"}, "out of order"),
        ({**GOOD, "first": CONFIG, "later": "99: learning_rate = 1", "newest": "40"}, "out of order"),
        ({**GOOD, "later": "30: learning_rate = 1", "newest": "40"}, "does not say which they were at first"),
        ({**GOOD, "newest": "x"}, "step 'x'"),
        ({**GOOD, "bookmarks": '[[50, "late"]]'}, "a bookmark that names no step"),
        ({**GOOD, "bookmarks": '{"a": 1}'}, "a bookmark that names no step"),
        ({**GOOD, "bookmarks": "[[3, 4]]"}, "a bookmark that names no step"),
        ({**GOOD, "picture": "{"}, "damaged"),
        ({**GOOD, "picture": "[]"}, "no table"),
        ({**GOOD, "picture": '{"scale": NaN}'}, "NaN is no number"),
        ({**GOOD, "picture": '{"a":' * 50_000}, "damaged"),
        ({**GOOD, "picture": '{"a": ' + "9" * 9000 + "}"}, "damaged"),
    ],
)
def test_what_is_not_so_is_one_line(tmp_path: Path, texts: dict[str, str], said: str) -> None:
    path = picture(tmp_path, texts)
    with pytest.raises(UserError) as error:
        read(path)
    assert said in str(error.value) and "\n" not in str(error.value) and str(error.value).startswith(str(path))
    assert len(str(error.value)) < 900


@pytest.mark.parametrize("change", ["5: learning_rate = -1", "5: learning_rate = 0.25", "5 arm 2: p_input = 0.1"])
def test_changes_that_cannot_be_or_do_not_lead_there(tmp_path: Path, change: str) -> None:
    path = picture(tmp_path, {**GOOD, "first": CONFIG, "changes": change})
    with pytest.raises(UserError) as error:
        open_path(path).open()
    assert "\n" not in str(error.value)


def test_an_older_picture_without_changes_is_read(tmp_path: Path) -> None:
    path = picture(tmp_path, {k: v for k, v in GOOD.items() if k not in ("picture", "first")})
    assert read(path) == replace(ShownRun(load_preset("three-lines"), 20, "network"), first=load_preset("three-lines"))


def test_a_picture_that_goes_while_it_is_open_is_not_missed(tmp_path: Path) -> None:
    path = picture(tmp_path, GOOD)
    source = open_path(path)
    path.unlink()
    assert source.open().step == 20
