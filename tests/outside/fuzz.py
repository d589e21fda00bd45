"""What comes from outside, spoilt at random from a seed: each kind is a function that reads one spoilt input.

``python -m tests.outside.fuzz 500`` tries so many of each kind; another number after it is the first seed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import struct
import sys
import tempfile
import time
import traceback
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from dropout_viz.cli import main
from dropout_viz.data import idx, store
from dropout_viz.engine import picture_file, recovery, run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.lesson import read_lesson
from dropout_viz.engine.picture_file import PREFIX, ShownRun
from dropout_viz.engine.settings import config_of, load_preset, preset_keys, to_toml
from dropout_viz.engine.source import open_path
from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import LONGEST, RunError, UserError
from dropout_viz.labs.store import Store

FOREIGN = ["self", "cls", "__class__", "__init__", "changed", "model_config", "name", "", "p hidden"]
KEYS = [*RunConfig.model_fields, *FOREIGN]
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    3,
    7,
    1 << 31,
    1 << 63,
    1 << 70,
    10**400,
    0.5,
    -0.0,
    1e-320,
    1e308,
    float("nan"),
    float("inf"),
    -float("inf"),
    "",
    "none",
    "0",
    "1",
    "nan",
    "self",
    "moons",
    "adam",
    "\x00",
    "\x1b[2J",
    "\u202e",
    "é" * 9,
    "x" * 3000,
    [],
    [0.5],
    [0.2, 0.3],
    [1, 2, 3],
    [[1]],
    [None],
    ["a"],
    [0.1] * 999,
    {},
    {"a": 1},
    {"self": 1},
    [{"p_hidden": 0.0}],
    [{"name": "a"}, {"self": 2}],
    [[0, 1], [2, 3]],
    [{}] * 70,
]
SHORT = load_preset("xor").changed(steps=50)


def odd(rng: random.Random, depth: int = 2) -> Any:
    """Return some value: an odd one, a number of any size, or a table or list of such."""
    kind = rng.random()
    if kind < 0.6 or depth == 0:
        return rng.choice(ODD)
    if kind < 0.75:
        return rng.choice([1, -1]) * rng.random() * 10.0 ** rng.randint(-12, 12)
    if kind < 0.9:
        return [odd(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return {rng.choice(KEYS): odd(rng, depth - 1) for _ in range(rng.randint(0, 4))}


def toml_of(rng: random.Random, settings: dict[str, Any]) -> str:
    """Return TOML with some settings, of which parts may be no TOML at all."""
    lines = []
    for key, value in settings.items():
        with contextlib.suppress(ValueError, TypeError):
            lines.append(f"{key} = {toml_value(value)}")
    return spoilt_text(rng, "\n".join(lines)) if rng.random() < 0.5 else "\n".join(lines)


def spoilt_text(rng: random.Random, text: str) -> str:
    """Return a text with a few characters added, taken away or doubled."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        other = rng.choice(
            ["", "", "[" * 2000, "=", '"', "\n", "\0", "{", "}", "'''", "a.b.c", "# ", "0x", "é", "\ufeff", "1_0", "-"]
        )
        text = text[:at] + other + text[at + rng.randint(0, 3) :]
    return text


def spoilt_bytes(rng: random.Random, content: bytes) -> bytes:
    """Return bytes with some changed, cut off or added."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        if made:
            made[rng.randrange(len(made))] = rng.choice([0, 255, rng.randrange(256)])
    if rng.random() < 0.3:
        del made[rng.randint(0, len(made)) :]
    return bytes(made) + rng.randbytes(rng.choice([0, 0, 0, 7]))


def settings(rng: random.Random, folder: Path) -> None:
    """A file of settings: read, and where it is one, written and read again."""
    config = load_preset(rng.choice(preset_keys()))
    changed = {**config.model_dump(), **{rng.choice(KEYS): odd(rng) for _ in range(rng.randint(1, 2))}}
    path = folder / "a.toml"
    content = toml_of(rng, changed).encode("utf-8", "surrogatepass")
    path.write_bytes(spoilt_bytes(rng, content) if rng.random() < 0.2 else content)
    found = open_path(path).config
    assert config_of(to_toml(found), "again") == found


def lesson(rng: random.Random, folder: Path) -> None:
    """A lesson."""
    step: dict[str, Any] = {"title": "a", "text": "b", "look": "c", "settings": {rng.choice(KEYS): odd(rng)}}
    step |= {rng.choice([*step, "views", "compare", "run_to", "play", "self"]): odd(rng)} if rng.random() < 0.7 else {}
    told = {"title": "t", "about": "a", "preset": rng.choice(["moons", "xor", "nothing"]), "steps": [step]}
    told |= {rng.choice([*told, "key", "self", "model_fields"]): odd(rng)} if rng.random() < 0.3 else {}
    path = folder / "10_a.toml"
    path.write_bytes(toml_of(rng, told).encode("utf-8", "surrogatepass"))
    made = read_lesson(path)
    for at in range(len(made.steps)):
        made.config(at)


def png(texts: dict[str, str]) -> bytes:
    """Return a PNG file with texts."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    said = [(PREFIX + k).encode() + b"\0\0\0\0\0" + v.encode("utf-8", "surrogatepass") for k, v in texts.items()]
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return head + b"".join(chunk(b"iTXt", one) for one in said) + chunk(b"IEND", b"")


def as_json(value: Any) -> str:
    try:
        return json.dumps(value)
    except ValueError:
        return "0"


def picture(rng: random.Random, folder: Path) -> None:
    """A picture: read, what it says of itself included, and its run done again."""
    texts = ShownRun(SHORT, 20, rng.choice(["network", "window", "loss"]), SHORT).texts() | {"first": to_toml(SHORT)}
    arm = rng.choice(["", " arm 1", " arm 2"])
    keys = [*FOREIGN, *["p_hidden", "learning_rate", "p_input"] * 4]
    lines = [f"{rng.randint(0, 20)}{arm}: {rng.choice(keys)} = {toml_short(rng)}" for _ in range(2)]
    texts["changes"] = "\n".join(sorted(lines, key=lambda line: int(line.split(":")[0].split()[0])))
    facts = {
        key: odd(rng)
        for key in ("size", "scale", "theme", "views", "selection", "layout", "speed", "name", "dissected")
    }
    texts["picture"] = as_json(facts)
    key = rng.choice([*texts, "newest", "later", "bookmarks", "self"])
    texts[key] = rng.choice([as_json(odd(rng)), spoilt_text(rng, texts.get(key, "")), toml_short(rng)])
    for gone in rng.sample(sorted(texts), rng.choice([0, 0, 1])):
        del texts[gone]
    path = folder / "a.png"
    content = png(texts)
    path.write_bytes(spoilt_bytes(rng, content) if rng.random() < 0.1 else content)
    shown = picture_file.read(path)
    if shown.config.worlds * max(shown.config.hidden) > 5000 or max(shown.step, shown.newest) > 200:
        return
    open_path(path).open()


def toml_short(rng: random.Random) -> str:
    try:
        return toml_value(odd(rng, 1)).replace("\n", " ")
    except ValueError:
        return "0x" + "f" * 5000


def run(rng: random.Random, folder: Path) -> None:
    """A run file whose checksum fits what it says: what it says is changed."""
    made = Arms.of(SHORT.changed(arms=({"p_hidden": 0.0}, {"p_hidden": 0.3})) if rng.random() < 0.5 else SHORT)
    made.advance(5)
    made.change({"learning_rate": 0.02})
    content = run_file.encode(made.state())
    length = int.from_bytes(content[:8], "little")
    header, body = json.loads(content[8 : 8 + length]), content[8 + length :]
    about = header["__metadata__"]
    if rng.random() < 0.2:
        about["config"] = toml_of(rng, {**SHORT.model_dump(), rng.choice(KEYS): odd(rng)})
    else:
        facts = json.loads(about["run"])
        place: Any = facts
        while isinstance(place, dict | list) and place:
            key = rng.choice(list(place)) if isinstance(place, dict) else rng.randrange(len(place))
            if rng.random() < 0.5 or not isinstance(place[key], dict | list) or not place[key]:
                place[key] = odd(rng) if rng.random() < 0.7 else toml_short(rng)
                break
            place = place[key]
        about["run"] = as_json(facts)
    if rng.random() < 0.2:
        name = rng.choice([key for key in header if key != "__metadata__"])
        header[name][rng.choice(["dtype", "shape", "data_offsets"])] = odd(rng)
    if rng.random() < 0.3:
        body = spoilt_bytes(rng, body)[: len(body)].ljust(len(body), b"\0")
    about["sha256"] = "0" * 64
    text = as_json(header).encode()
    start = len(text).to_bytes(8, "little") + text
    digits = hashlib.sha256(start + body).hexdigest().encode()
    path = folder / "a.safetensors"
    path.write_bytes(start.replace(b'"sha256": "' + b"0" * 64, b'"sha256": "' + digits, 1) + body)
    with contextlib.suppress(UserError):
        run_file.read_about(path)
    opened = open_path(path).open()
    opened.advance(3)
    opened.state()


def array(rng: random.Random, folder: Path) -> None:
    """An IDX file."""
    shape = [rng.choice([0, 1, 3, 28, 4294967295, 1 << 20]) for _ in range(3)]
    content = b"\0\0\x08\x03" + struct.pack(">3I", *shape) + bytes(rng.choice([0, 9, 784]))
    path = folder / "a.idx"
    path.write_bytes(spoilt_bytes(rng, content) if rng.random() < 0.5 else content)
    idx.read(path, 3)


def kept(rng: random.Random, folder: Path) -> None:
    """A lab's cache: what is read from it is what was put there, or nothing."""
    store = Store(folder)
    store.put({"a": 1}, {"w": np.arange(6.0), "steps": np.array([3, 4])})
    path = store.path({"a": 1})
    assert path is not None
    path.write_bytes(spoilt_bytes(rng, path.read_bytes()))
    found = store.get({"a": 1})
    assert found is None or (np.array_equal(found["w"], np.arange(6.0)) and len(found) == 2)


def left(rng: random.Random, folder: Path) -> None:
    """Files beside those of runs that were cut short, and the note on folders of data."""
    where = recovery.folder()
    for name in ("run-1-a.lock", "run-1-a.safetensors", "run-2-b.lock", "last.safetensors"):
        (where / name).write_bytes(rng.randbytes(rng.choice([0, 8, 40])))
    for place in recovery.left_behind():
        with contextlib.suppress(UserError):
            run_file.read_about(place.path)
        place.put_aside() if rng.random() < 0.5 else place.discard()
    note = store._notes()
    assert note is not None
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_bytes(
        rng.choice([as_json(odd(rng)).encode(), as_json({"mnist": odd(rng)}).encode(), b"[" * 30_000, b"\xff"])
    )
    store._remembered()


def word(rng: random.Random, folder: Path) -> None:
    """Words of a command line: one error in one line, or what was asked for."""
    value = odd(rng, 1)
    text = rng.choice([str, toml_short_of])(value) if not isinstance(value, int) or abs(value) < 10**300 else "1" * 401
    drawn = ["export", "xor", "--steps", "1", "--out"]
    commands = [
        ["train", "xor", "--steps", "1", "--set", f"{rng.choice(KEYS)}={text}"],
        ["train", "xor", "--steps", text],
        ["train", "xor", "--steps", "1", "--seed", text],
        ["train", "xor", "--steps", "1", "--arm", text],
        ["train", "xor", "--steps", "1", "--arm", f"{rng.choice(KEYS)}={text}", "--arm", "p_hidden=0"],
        ["train", text],
        ["list", text],
        ["lab", text],
        ["lab", "paired", f"--{rng.choice(['p', 'seeds', 'source'])}", text],
        ["export", "xor", "--steps", "1", "--out", text],
        ["export", "xor", "--out", f"{text}.toml"],
        [text],
        [*drawn, "x.png", f"--{rng.choice(['size', 'scale', 'view', 'theme'])}", text],
        [*drawn, "x.gif", f"--{rng.choice(['from', 'every', 'fps'])}", text],
    ]
    words = rng.choice(commands)
    if any(big(part) for part in words) or words == [text] or ("moons" in words and "--steps" not in words):
        return
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = main(words)
        except SystemExit as error:  # --help
            status = int(error.code or 0)
    if status:
        told = err.getvalue().splitlines()
        assert status in (1, 2) and told[-1].startswith("error: ") and len(told) == 1, (words, err.getvalue())
        assert len(told[0]) <= LONGEST + 20 and told[0].isprintable(), told


def toml_short_of(value: Any) -> str:
    return toml_value(value)


def big(text: str) -> bool:
    """Return whether a word asks for a run that takes long, which is allowed."""
    number = text.rpartition("=")[2].strip('[]" ').split(",")[0]
    try:
        return float(number) > 100 and not text.startswith(("seed=", "data_seed="))
    except ValueError:
        return False


KINDS: dict[str, Callable[[random.Random, Path], None]] = {
    made.__name__: made for made in (settings, lesson, picture, run, array, kept, left, word)
}


def attempt(kind: str, seed: int, folder: Path) -> str:
    """Read one spoilt input; return how that went wrong, or ``""``. A user error of one line is right."""
    begun = time.monotonic()
    try:
        KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    except (UserError, RunError) as error:
        if len(str(error)) > LONGEST or not str(error).isprintable():
            return f"{kind} {seed}: no line for people: {str(error)[:200]!r}"
    except Exception:
        return f"{kind} {seed}: {traceback.format_exc(limit=-6)}"
    took = time.monotonic() - begun
    return f"{kind} {seed}: took {took:.1f} s" if took > 20 else ""


if __name__ == "__main__":
    rounds, first = int(sys.argv[1]), int([*sys.argv, "0"][2])
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        for each in KINDS:
            found = [wrong for seed in range(first, first + rounds) if (wrong := attempt(each, seed, Path(place)))]
            print(f"{each}: {len(found)} of {rounds} went wrong", *found[:5], sep="\n", flush=True)
