"""Run files: a whole run in one ``.safetensors`` file, which any tool that knows that format can open.

``weights.0``, ``weights.1``, ... have shape (worlds, fan_in, fan_out) and ``bias.0``, ... (worlds, fan_out), kernels of
convolutions first; where arms differ in size, those of arm k (from 0) are called ``arms.k.weights.0``. Tensors named
``state.`` are the rest: optimiser, random streams, curves. The header's metadata holds the config as TOML, versions,
what else is no array, how the window showed the run, and a SHA-256 of the whole file (its own 64 digits as zeros), so
that no changed bit goes unnoticed. Nothing is ever unpickled, and nothing is read before the sizes that the header
tells are known to be true.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import safetensors
import safetensors.numpy
from numpy.typing import NDArray

from dropout_viz import __version__
from dropout_viz.engine import agreement, evidence, toml
from dropout_viz.engine.arm_tables import MOST
from dropout_viz.engine.compiled_state import LONGEST
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.faults import quoted
from dropout_viz.engine.history import Mark
from dropout_viz.engine.own_files import beside
from dropout_viz.engine.run_tensors import from_tensors, to_tensors
from dropout_viz.engine.settings import settings_of, to_toml
from dropout_viz.engine.state import Change, RunState, TrainerState
from dropout_viz.engine.toml import toml_value
from dropout_viz.engine.trainer import load_data
from dropout_viz.errors import OtherFiles, UserError, plain
from dropout_viz.files import opened, readable, write_bytes
from dropout_viz.words import gibibytes, many

Array = NDArray[Any]
ENDING = ".safetensors"
KIND, FORMAT = "dropout-viz run", 3
_READ = ("2", "3")  # formats that this version reads; files of 2 have a path of fewer points
_FORGETFUL = ("2",)  # in which a second branch could leave changes of the first one
LONGEST_HEADER = 1 << 24
LARGEST = 8 << 30
"""Bytes of a run file, at most."""
LONGEST_SHOWN = 1 << 20
"""Letters of how a window shows it, at most; what would be longer is not written."""
_ZEROS = "0" * 64
_KINDS = {"f8": "F64", "f4": "F32", "i8": "I64", "u8": "U64", "u4": "U32", "u1": "U8", "b1": "BOOL"}
_SIZES = {"F64": 8, "F32": 4, "I64": 8, "U64": 8, "U32": 4, "U8": 1, "BOOL": 1}


class OtherFormat(UserError):
    """A run file of another version, earlier or later, which this one does not read."""


class Damaged(UserError):
    """A run file that is not as it was written, or none at all: no version reads it."""


def save(state: RunState, path: Path) -> None:
    """Write a run file whole or not at all.

    Raises:
        UserError: the place cannot be written; an older file of that name is untouched.
    """
    write_bytes(path, *_parts(state))


def encode(state: RunState) -> bytes:
    """Return a run as the bytes of a run file."""
    return b"".join(_parts(state))


def _parts(state: RunState) -> list[bytes | memoryview]:
    """Return a run file's beginning, and its arrays where they lie: they are large, and are not copied."""
    facts = {
        "step": state.step,
        "first": to_toml(state.first),
        "changes": [[c.step, c.arm, _toml(c.settings)] for c in state.changes],
        "bookmarks": [[step, name] for step, name in state.bookmarks.items()],
        "trainers": [
            {
                "config": to_toml(one.config),
                "used": [to_toml(config) for config in one.used],
                "armed": one.armed,
                "marks": [[mark.step, mark.text, list(mark.changes)] for mark in one.marks],
            }
            for one in state.trainers
        ],
    }
    metadata = {
        "kind": KIND,
        "format": str(FORMAT),
        "version": __version__,
        "numpy": np.__version__,
        "sha256": _ZEROS,
        "config": to_toml(state.config),
        "run": json.dumps(facts),
        **({"data": state.data.files} if state.data.files else {}),
    }
    shown = json.dumps(state.shown) if state.shown else ""
    if 0 < len(shown) <= LONGEST_SHOWN:
        metadata["shown"] = shown  # earlier versions pass it over
    header: dict[str, Any] = {"__metadata__": metadata}
    bodies, end = [], 0
    for name, array in sorted(to_tensors(state).items(), key=lambda item: (-item[1].itemsize, item[0])):
        body = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
        kind = _KINDS[array.dtype.str.lstrip("<|")]
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [end, end + len(body)]}
        bodies.append(body)
        end += len(body)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the arrays, the widest first, lie at multiples of their own width
    start = len(text).to_bytes(8, "little") + text
    found = hashlib.sha256(start)
    for body in bodies:
        found.update(body)
    blank, filled = (f'"sha256":"{digits}"'.encode() for digits in (_ZEROS, found.hexdigest()))
    return [start.replace(blank, filled, 1), *bodies]


def read(path: Path, file: str = "") -> RunState:
    """Return the run that a file holds. ``file``: where its table is now; see ``own_files.beside``.

    Raises:
        UserError: what cannot be read, is no run file, is damaged or comes from a later version; one line.
        MissingData: the run's data set is not on this computer.
    """
    config, facts, metadata, content = _content(path, file)
    whole_past = metadata["format"] not in _FORGETFUL
    data = load_data(config)
    try:
        data.check_files(str(metadata.get("data", "")))
    except OtherFiles as error:
        raise OtherFiles(f"{path}: {error}") from None
    try:
        step = _step(_known(facts, "step", "first", "changes", "bookmarks", "trainers")["step"])
        if not 1 <= len(facts["trainers"]) <= MOST:
            raise ValueError(many(len(facts["trainers"]), "trainer"))
        states = tuple(_trainer(one, path, file) for one in facts["trainers"])
        first = make_config(beside(settings_of(facts["first"]), path, file))
        state = RunState(
            config,
            data,
            states,
            first,
            _changes(facts["changes"]),
            agreement.bookmarks(facts["bookmarks"], step),
            _shown(metadata),
        )
        agreement.check(state, step, whole_past=whole_past)
        state = from_tensors(state, safetensors.numpy.load(content), step)
        evidence.check(state)
        return agreement.with_own_marks(state) if whole_past else state
    except (*SPOILT, UserError, safetensors.SafetensorError) as error:
        what = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise UserError(f"{path}: holds no run that fits its own settings ({_line(what)}); {WANTED}") from None


WANTED = "must be a run file that dropout-viz has written"
SPOILT = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What is raised where a file with a checksum that fits says what no run says."""


def read_settings(path: Path, file: str = "") -> tuple[RunConfig, Mapping[str, Any]]:
    """Return the settings of the run that a file holds, and how the window showed it, from its header alone: the latter
    empty where it does not say, or says what no window does. Raises ``UserError``. ``file``: as ``read`` takes it."""
    with _opened(path) as (content, size):
        metadata = _head(path, content, size)[2]
    return _config(path, metadata, file), _shown(metadata)


def read_about(path: Path) -> tuple[RunConfig, int]:
    """Return the settings and the step of the run that a file holds, from its header alone. Raises ``UserError``."""
    with _opened(path) as (file, size):
        metadata = _head(path, file, size)[2]
    try:
        return _config(path, metadata), _step(json.loads(metadata["run"])["step"])
    except (*SPOILT, RecursionError) as error:
        raise UserError(f"{path}: what it says of its run cannot be read ({_line(str(error))}); {WANTED}") from None


def is_damaged(path: Path) -> bool:
    """Whether a file is not as it was written, which reading it to its end tells; False where it cannot be read now."""
    try:
        _whole(path)
    except UserError as error:
        return isinstance(error, Damaged)
    return False


def _content(path: Path, file: str) -> tuple[RunConfig, dict[str, Any], dict[str, str], bytes]:
    """Return a file's config, facts, metadata and its bytes, when all of it is known to be as it was written."""
    metadata, content = _whole(path)
    try:
        facts = json.loads(metadata["run"])
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: what it says of its run cannot be read ({plain(error)[:200]}); {WANTED}") from None
    return _config(path, metadata, file), facts, metadata, content


def _whole(path: Path) -> tuple[dict[str, str], bytes]:
    """Return a file's metadata and its bytes, when they are known to be as they were written."""
    with _opened(path) as (file, size):
        start, header, metadata = _head(path, file, size)
        try:
            rest = file.read(size - len(start) - len(header))
        except MemoryError:
            raise UserError(f"{path}: {size / 2**30:.1f} GiB do not fit into memory; must be a smaller run") from None
    own = metadata["sha256"]
    found = hashlib.sha256(start)
    found.update(header.replace(f'"sha256":"{own}"'.encode(), f'"sha256":"{_ZEROS}"'.encode(), 1))
    found.update(rest)
    if found.hexdigest() != own:
        raise Damaged(f"{path}: damaged: its checksum does not fit its content; {WANTED}")
    return metadata, start + header + rest


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Open a file and tell its size."""
    with readable(path, "a readable run file"), opened(path) as (file, size):
        yield file, size


def _head(path: Path, file: BinaryIO, size: int) -> tuple[bytes, bytes, dict[str, str]]:
    """Return the length's eight bytes, the header and its metadata."""
    start = file.read(8)
    length = int.from_bytes(start, "little")
    if len(start) < 8 or not 2 <= length <= min(LONGEST_HEADER, size - 8):
        raise Damaged(f"{path}: not a safetensors file, or cut off; {WANTED}")
    if size > LARGEST:
        raise UserError(f"{path}: {gibibytes(size, LARGEST)}; must be at most {LARGEST >> 30} GiB")
    header = file.read(length)
    return start, header, _metadata(path, header, size - 8 - length)


def _config(path: Path, metadata: Mapping[str, str], file: str = "") -> RunConfig:
    try:
        return make_config(beside(settings_of(metadata["config"]), path, file), str(path))
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: its settings cannot be read ({plain(error)[:200]}); {WANTED}") from None


def _metadata(path: Path, header: bytes, room: int) -> dict[str, str]:
    """Return a header's metadata, and refuse tensors that do not fill the rest of the file exactly."""
    try:
        tensors = json.loads(header.decode("utf-8"))
        metadata = tensors.pop("__metadata__", {})
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Damaged(f"{path}: not a safetensors file, or damaged; {WANTED}") from None
    if not isinstance(metadata, dict) or metadata.get("kind") != KIND:
        raise Damaged(f"{path}: a safetensors file, but not a run of dropout-viz; {WANTED}")
    texts = {key: metadata.get(key) for key in ("format", "version", "sha256", "config", "run")}
    if missing := [key for key, text in texts.items() if not isinstance(text, str)]:
        raise Damaged(f"{path}: damaged: its header has no {missing[0]}; {WANTED}")
    number = metadata["format"]
    if number not in _READ:
        raise OtherFormat(
            f"{path}: format {number[:8]!r}, written by dropout-viz {metadata['version'][:20]}; "
            f"must be format {' or '.join(_READ)}, which version {__version__} reads"
        )
    end = 0
    try:
        for name, tensor in sorted(tensors.items(), key=lambda item: item[1]["data_offsets"]):
            first, last = tensor["data_offsets"]
            if any(type(n) is not int or n < 0 for n in (*tensor["shape"], first, last)):  # a text times a number, say
                raise ValueError(name)
            size = math.prod(tensor["shape"]) * _SIZES[tensor["dtype"]]
            if first != end or last - first != size:
                raise ValueError(name)
            end = last
        if end != room:
            raise ValueError(f"{end} bytes")
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Damaged(f"{path}: cut off or damaged: its parts do not fill it; {WANTED}") from None
    return metadata


def _shown(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    text = metadata.get("shown", "{}")
    try:
        found = json.loads(text) if isinstance(text, str) and len(text) <= LONGEST_SHOWN else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _trainer(facts: Mapping[str, Any], path: Path, file: str) -> TrainerState:
    """Return a trainer's state as far as it is no array."""
    marks = []
    for step, text, changes in _known(facts, "config", "used", "armed", "marks")["marks"]:
        if not all(isinstance(said, str) for said in (text, *changes)):
            raise ValueError(f"a mark at step {step} that says no words")
        marks.append(Mark(_step(step), text, tuple(changes)))
    config, *used = (make_config(beside(settings_of(text), path, file)) for text in (facts["config"], *facts["used"]))
    if len(used) != len(config.arm_configs) or type(facts["armed"]) is not bool:
        raise ValueError(f"{many(len(used), 'arm')} used")
    return TrainerState(0, config, tuple(used), tuple(marks), facts["armed"], ())


def _changes(rows: Sequence[Any]) -> tuple[Change, ...]:
    return tuple(Change.read(step, toml.parsed(text), arm) for step, arm, text in rows)


def _step(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LONGEST:
        raise ValueError(f"step = {quoted(value)}; must be a whole number from 0 to {LONGEST:,}")
    return value


def _known(facts: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return a table that has nothing but what a run file says. Raises ``ValueError``."""
    if foreign := [key for key in facts if key not in keys]:
        raise ValueError(f"{quoted(foreign[0])}: unknown; must be one of {', '.join(keys)}")
    return facts


def _toml(settings: Mapping[str, Any]) -> str:
    return "\n".join(f"{key} = {toml_value(value)}" for key, value in settings.items())


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
