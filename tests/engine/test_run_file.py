"""Run files: what is saved comes back bit for bit, and whatever is spoilt is refused in one line."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import re
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.engine import run_file
from dropout_viz.engine.arm_tables import COMPARISON
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import load_source, open_path
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from tests.data import small_mnist
from tests.engine.test_state import ALL, DIGITS, data_of, same

pytestmark = pytest.mark.usefixtures("short_blocks", "little_measuring")

MOONS = ALL["mini-batches"]


def begun(config: Any = MOONS, steps: int = 30) -> Arms:
    run = Arms([Trainer(config)])
    run.advance(steps)
    return run


def refused(path: Path) -> str:
    """Return the line with which a file is refused."""
    with pytest.raises(UserError) as error:
        Arms.from_state(run_file.read(path))
    line = str(error.value)
    assert "\n" not in line and len(line) < 600
    return line


@pytest.mark.parametrize("name", ALL)
def test_every_kind_of_run_goes_on_from_its_file(name: str, tmp_path: Path) -> None:
    trainer = Trainer(ALL[name], data_of(name))
    trainer.advance(37)
    run_file.save(Arms([trainer]).state(), tmp_path / "run.safetensors")
    other = Arms.from_state(run_file.read(tmp_path / "run.safetensors")).first
    same(trainer, other)
    trainer.advance(20), other.advance(20)
    same(trainer, other)


def test_two_arms_on_show_come_back_as_they_were(tmp_path: Path) -> None:
    run = Arms.of(MOONS.changed(arms=COMPARISON))
    run.advance(25)
    run.change({"p_hidden": 0.15})
    run.advance(6)
    run_file.save(run.state(), tmp_path / "arms.safetensors")
    other = load_source(str(tmp_path / "arms.safetensors")).open()
    assert other.config == run.config and other.names == run.names
    for one, two in zip(run.trainers, other.trainers, strict=True):
        same(one, two)
    tensors = safetensors.numpy.load_file(tmp_path / "arms.safetensors")
    assert tensors["weights.0"].shape == (2, 2, 6)


@settings(max_examples=10, deadline=None)
@given(
    name=st.sampled_from(["published", "exact", "mini-batches", "worlds"]),
    pieces=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    p=st.sampled_from([None, 0.0, 0.35]),
)
def test_saved_and_opened_after_every_piece(
    name: str, pieces: list[int], p: float | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "pieces.safetensors"
    through, opened = Arms([Trainer(ALL[name], data_of(name))]), Arms([Trainer(ALL[name], data_of(name))])
    for steps in pieces:
        for run in (through, opened):
            run.advance(steps)
            if p is not None:
                run.change({"p_hidden": p})
        run_file.save(opened.state(), path)
        opened = Arms.from_state(run_file.read(path))
    same(through.first, opened.first)


def test_other_tools_can_open_the_weights(tmp_path: Path) -> None:
    """The names and shapes that the design promises; the plain package reads them."""
    run = begun(MOONS.changed(worlds=3))
    run_file.save(run.state(), tmp_path / "run.safetensors")
    tensors = safetensors.numpy.load_file(tmp_path / "run.safetensors")
    weights, biases = run.first.parameters()
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        assert np.array_equal(tensors[f"weights.{layer}"], w) and w.shape[0] == 3
        assert np.array_equal(tensors[f"bias.{layer}"], b)
    run_file.save(begun(ALL["published"]).state(), tmp_path / "post.safetensors")
    assert not [n for n in safetensors.numpy.load_file(tmp_path / "post.safetensors") if n.startswith("bias")]


def test_a_bit_of_every_third_byte_of_the_header_and_of_two_hundred_of_the_body(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    content = run_file.encode(begun(ALL["exact"], 20).state())
    length = 8 + int.from_bytes(content[:8], "little")
    draw = random.Random(1)
    places = [*range(0, length, 3), *(draw.randrange(length, len(content)) for _ in range(200))]
    path.write_bytes(content)
    with path.open("r+b", buffering=0) as file:  # in place: making a file anew takes longer than reading it
        for place in places:
            for byte in (content[place] ^ 1 << draw.randrange(8), content[place]):
                file.seek(place)
                file.write(bytes([byte]))
                if byte != content[place]:
                    with pytest.raises(UserError, match="must"):
                        run_file.read(path)
    assert run_file.read(path).step == 20


def test_a_file_cut_off_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    content = run_file.encode(begun().state())
    for end in [0, 1, 7, 8, 9, 100, *range(1000, len(content), len(content) // 40), len(content) - 1]:
        path.write_bytes(content[:end])
        assert "must be" in refused(path)
    path.write_bytes(content + b"\0")
    assert "do not fill it" in refused(path)


def forge(content: bytes, **metadata: Any) -> bytes:
    """Return a run file with other metadata and a checksum that fits."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] |= {**metadata, "sha256": "0" * 64}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    made = len(text).to_bytes(8, "little") + text + content[8 + length :]
    import hashlib

    return made.replace(b'"' + b"0" * 64 + b'"', b'"' + hashlib.sha256(made).hexdigest().encode() + b'"', 1)


def metadata_of(content: bytes) -> dict[str, str]:
    """Return what a run file's header says."""
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]


def test_what_is_whole_but_wrong(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    content = run_file.encode(begun().state())
    path.write_bytes(forge(content))
    assert run_file.read(path).step == 30  # the forging itself is sound
    metadata = metadata_of(content)
    facts, settings = json.loads(metadata["run"]), metadata["config"]
    wrong = {
        "format '4', written by dropout-viz 9.9; must be format 2 or 3": {"format": "4", "version": "9.9"},
        "learning_rate = -1.0": {"config": "learning_rate = -1.0"},
        "settings cannot be read": {"config": "learning_rate = "},
        "must be numbers": {"run": json.dumps({**facts, "step": 31}), "config": "hidden = 'x'"},
        "step = 30: must be 31": {"run": json.dumps({**facts, "step": 31})},
        "step = 30.5; must be a whole number": {"run": json.dumps({**facts, "step": 30.5})},
        '"more": unknown; must be one of step, first': {"run": json.dumps({**facts, "more": 1})},
        "where the run has 0.25": {"config": settings.replace("learning_rate = 0.02", "learning_rate = 0.25")},
        "trainers": {"run": json.dumps({**facts, "trainers": []})},
        "is missing": {"run": json.dumps({"trainers": facts["trainers"]})},
        "holds no run": {"run": "[" * 50 + "]" * 50},
        "that fits its own settings": {"run": json.dumps({**facts, "first": 5})},
        "own settings (": {"run": json.dumps({**facts, "changes": [[0, None, 5]]})},
    }
    wrong.pop("must be numbers")
    for words, metadata in wrong.items():
        path.write_bytes(forge(content, **metadata))
        assert words in refused(path)
    other = json.dumps(facts).replace("hidden = [6, 5]", "hidden = [6, 4]")
    path.write_bytes(forge(content, run=other))
    assert "trainer 1: hidden = [6, 4], where the run has [6, 5]" in refused(path)
    path.write_bytes(forge(content, run=other, config=settings.replace("hidden = [6, 5]", "hidden = [6, 4]")))
    assert "must be float64" in refused(path)


def test_what_one_part_says_and_another_denies(tmp_path: Path) -> None:
    """A run of 30 steps, changed at 10, branched at 20 and changed there: whatever is told of it is told twice."""
    path = tmp_path / "run.safetensors"
    way = Timeline(Arms.of(MOONS))
    way.advance(10)
    way.change({"learning_rate": 0.03})
    way.advance(10)
    way.branch({"p_hidden": (0.1, 0.2)}, ("one", "two"))
    way.advance(10)
    way.bookmark(30, "the end")
    content = run_file.encode(way.state())
    path.write_bytes(content)
    Arms.from_state(run_file.read(path))
    facts = json.loads(metadata_of(content)["run"])
    assert facts["changes"] == [[10, None, "learning_rate = 0.03"], [20, 1, "p_hidden = [0.1, 0.2]"]]

    def told(key: str, value: Any, trainer: int | None = None) -> dict[str, Any]:
        other = json.loads(json.dumps(facts))
        (other if trainer is None else other["trainers"][trainer])[key] = value
        return other

    first, second = (one["config"] for one in facts["trainers"])
    change, branch = facts["changes"]
    wrong = {
        "trainer 1: learning_rate = 0.7, where the run has 0.03": told("config", first.replace("0.03", "0.7"), 0),
        "trainer 2: p_hidden = [0.1, 0.3]": told("config", second.replace("[0.1, 0.2]", "[0.1, 0.3]"), 1),
        "trainer 2: seed = 9": told("config", second.replace("\nseed = 0", "\nseed = 9"), 1),
        "a change of arm 2; must be one of the arms": told("trainers", facts["trainers"][:1]),
        "last step of arm 2: learning_rate = 0.7": told("used", [second.replace("0.03", "0.7")], 1),
        "after the changes of run 1: learning_rate = 0.04": told(
            "changes", [[10, None, "learning_rate = 0.04"], branch]
        ),
        "after the changes of run 1: arms": told("changes", [change]),
        "p_hidden = [0.1, 7]": told("changes", [change, [15, 1, "p_hidden = [0.1, 7]"], branch]),
        "a change after step 30, or out of order": told("changes", [change, [31, *branch[1:]]]),
        "a change after step 30, or out of order ": told("changes", [branch, change]),
        "a change of arm 3": told("changes", [change, [20, 2, branch[2]]]),
        "a mark of trainer 2 after step 30": told("marks", [[31, "p", []]], 1),
        "a mark at step 3 that says no words": told("marks", [[3, 4, []]], 1),
        "no step from 0 to 30, or has no name: 31": told("bookmarks", [[31, "late"]]),
        "no step from 0 to 30, or has no name: -1": told("bookmarks", [[-1, "early"]]),
        "must be text, one for a step": told("bookmarks", [[3, "\ud800"]]),
        "must be text, one for a step, 1,000": told("bookmarks", [[3, "a"], [3, "b"]]),
        '"armoured": unknown; must be one of config, used, armed, marks': told("armoured", True, 1),
        "2 arms used": told("used", [first, first], 0),
        "after the changes of run 1: bias = false": told(
            "first", facts["first"].replace("bias = true", "bias = false")
        ),
    }
    for words, other in wrong.items():
        path.write_bytes(forge(content, run=json.dumps(other)))
        line = refused(path)
        assert words.strip() in line and line.startswith(f"{path}: "), line


def test_a_header_that_is_a_list(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    path.write_bytes((8).to_bytes(8, "little") + b"[]      ")
    assert "not a safetensors file" in refused(path)


def test_a_state_that_no_generator_can_have(tmp_path: Path) -> None:
    """Its checksum fits, and its shape too: a line that names the file, no traceback."""
    path = tmp_path / "run.safetensors"
    content = run_file.encode(begun().state())
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    name = next(key for key in header if key.endswith(".generator"))
    first, last = (8 + length + at for at in header[name]["data_offsets"])
    path.write_bytes(forge(content[:first] + b"\xff" * (last - first) + content[last:]))
    with pytest.raises(UserError, match=f"^{re.escape(str(path))}: holds no run that "):
        load_source(str(path)).open()


@pytest.mark.parametrize("noise", ["bernoulli", "gaussian"])
def test_rows_of_masks_that_no_step_has_used_are_not_gone_over(noise: str, tmp_path: Path) -> None:
    """Going over them would take for ever, or end in an overflow: they are refused, with the file's name."""
    path = tmp_path / "run.safetensors"
    state = begun(MOONS.changed(noise=noise)).state()
    for rows in (31, -1, 2**62):
        core = dict(state.trainers[0].cores[0])
        name = next(key for key in core if key.endswith((".skip", ".used")))
        core[name] = np.array([rows], np.int64)
        run_file.save(replace(state, trainers=(replace(state.trainers[0], cores=(core,)),)), path)
        with pytest.raises(UserError, match=f"^{re.escape(str(path))}: .*{re.escape(name)} = {rows}: must be"):
            load_source(str(path)).open()


def test_sizes_that_are_claimed_are_checked_before_memory_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    content = run_file.encode(begun().state())
    huge = {"weights.0": {"dtype": "F64", "shape": [10**9, 10**9], "data_offsets": [0, 8 * 10**18]}}
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length]) | huge
    text = json.dumps(header).encode()
    claims = [
        (1 << 60).to_bytes(8, "little") + content[8:],
        (run_file.LONGEST_HEADER - 1).to_bytes(8, "little") + content[8:],
        len(text).to_bytes(8, "little") + text,
        forge(
            content,
            run=json.dumps(
                {
                    "step": 0,
                    "trainers": [
                        {"config": "worlds = 4096\nhidden = [4096, 4096]", "used": [], "marks": [], "armed": True}
                    ],
                }
            ),
        ),
    ]
    for claim in claims:
        path.write_bytes(claim)
        tracemalloc.start()
        refused(path)
        assert tracemalloc.get_traced_memory()[1] < 20 * len(content) + 2_000_000
        tracemalloc.stop()
    with path.open("wb") as file:
        file.write(content[:8])
        file.truncate(run_file.LARGEST + 100)  # sparse
    assert "GiB" in refused(path)


def test_what_is_no_run_file(tmp_path: Path) -> None:
    foreign = tmp_path / "model.safetensors"
    safetensors.numpy.save_file({"a": np.zeros(3)}, foreign)
    assert "not a run of dropout-viz" in refused(foreign)
    (tmp_path / "text.safetensors").write_text("x = 1\n" * 100)
    assert "not a safetensors file" in refused(tmp_path / "text.safetensors")
    assert "no such file" in refused(tmp_path / "none.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    assert "a directory" in refused(tmp_path / "folder.safetensors")
    with pytest.raises(UserError, match="must be a file that ends in"):
        open_path(tmp_path / "run.zip")


def test_a_full_disk_leaves_the_old_file_and_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, run = tmp_path / "run.safetensors", begun()
    run_file.save(run.state(), path)
    before = path.read_bytes()
    run.advance(5)

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left on device"):
        run_file.save(run.state(), path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["run.safetensors"]
    assert run.step == 35


def test_a_digits_run_is_small_and_quick(tmp_path: Path) -> None:
    run = begun(DIGITS, 50)
    assert len(run_file.encode(run.state())) < 1_000_000


@settings(max_examples=6, deadline=None)
@given(
    begins=st.integers(0, 40),
    at=st.integers(0, 60),
    goes_on=st.integers(0, 40),
    p=st.floats(0, 0.9),
    names=st.dictionaries(st.integers(0, 40), st.text(max_size=70), max_size=4),
    branched=st.booleans(),
)
def test_what_was_changed_branched_and_named_comes_back(
    begins: int,
    at: int,
    goes_on: int,
    p: float,
    names: dict[int, str],
    branched: bool,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.getbasetemp() / "timeline.safetensors"
    way = Timeline(Arms.of(MOONS))
    way.advance(begins)
    for step, name in names.items():
        way.bookmark(step, name)
    way.go(min(at, begins))
    if branched:
        way.branch({"p_hidden": p}, ("one", "two"))
    else:
        way.change({"p_hidden": p})
    way.advance(goes_on)
    state = way.state()
    run_file.save(state, path)
    other = run_file.read(path)
    assert (other.config, other.first, other.step) == (state.config, state.first, state.step)
    assert (other.changes, other.bookmarks) == (state.changes, state.bookmarks)
    opened, through = Arms.from_state(other), way.present
    for run in (opened, through):
        run.advance(20)
    for one, two in zip(opened.trainers, through.trainers, strict=True):
        same(one, two)


def test_a_run_on_other_files_of_its_data_set_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a data set is not all there is to it, where anybody may have files of their own."""
    mine, other = small_mnist.write(tmp_path / "mine"), small_mnist.write(tmp_path / "other")
    labels = next(other.glob("train-labels*"))
    told = bytearray(_unpacked(labels))
    told[8] = (told[8] + 1) % 10
    labels.unlink()
    labels.with_suffix("").write_bytes(told)
    monkeypatch.setenv("DROPOUT_VIZ_DATA", str(mine))
    run = begun(load_preset("mnist").changed(hidden=(3,), p_hidden=(0.5,), examples=100), 2)
    path, frame = tmp_path / "run.safetensors", Frame.of(run.look())
    run_file.save(run.state(), path)
    picture = ShownRun(run.config, 2, "network", files=frame.data.files)
    assert run_file.read(path).step == picture.state().step == 2
    for file in list(mine.glob("*.gz")):  # packed or not, they are the same files
        file.with_suffix("").write_bytes(_unpacked(file))
        file.unlink()
    assert run_file.read(path).step == picture.state().step == 2
    monkeypatch.setenv("DROPOUT_VIZ_DATA", str(other))
    assert "trained on other files" in refused(path)
    with pytest.raises(UserError, match="trained on other files"):
        picture.state()
    old = replace(picture, files="")  # a picture of an earlier version does not say
    assert old.state().step == 2


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
