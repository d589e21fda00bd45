"""MNIST: where its files are looked for, what is refused, and that what was downloaded is what was published."""

from __future__ import annotations

import gzip
import os
import shutil
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.data import mnist
from dropout_viz.data.load import load
from dropout_viz.data.store import VARIABLE
from dropout_viz.errors import MisplacedData, MissingData, RunError, UserError
from tests.data import small_mnist
from tests.data.mirror import good, serving
from tests.data.small_mnist import NAMES, encode

FILES = small_mnist.arrays()
REAL = os.environ.get(VARIABLE, "")  # read now: during a test it names the small stand-in


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder with files anywhere."""
    monkeypatch.delenv(VARIABLE)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """No files anywhere, and the small ones as a mirror has them."""
    return small_mnist.publish(monkeypatch)


def test_pixels_and_columns() -> None:
    data = load("mnist")
    assert data.x_test is not None and data.y_test is not None
    for x, y, part in ((data.x, data.y, "train"), (data.x_test, data.y_test, "t10k")):
        assert x.dtype == y.dtype == np.float32
        images = FILES[f"{part}-images-idx3-ubyte"]
        np.testing.assert_array_equal(np.rint(x * 255).reshape(images.shape), images)
        np.testing.assert_array_equal(y.argmax(axis=1), FILES[f"{part}-labels-idx1-ubyte"])
        assert x.max() == 1.0 or part == "t10k"
    assert data.image == (28, 28)
    assert data.features[28] == "row 2, column 1"


def test_fewer_examples_are_the_first_ones_and_the_test_set_is_whole() -> None:
    few, whole = load("mnist", examples=50), load("mnist")
    np.testing.assert_array_equal(few.x, whole.x[:50])
    assert few.x_test is not None and len(few.x_test) == small_mnist.TEST
    with pytest.raises(UserError, match=r"^examples = 301: the data set 'mnist' has 300 training examples$"):
        load("mnist", examples=301)


@pytest.mark.parametrize("within", ["", "mnist", "MNIST/raw"])
@pytest.mark.parametrize("dotted", [False, True])
@pytest.mark.parametrize("packed", [False, True])
def test_either_style_of_name_plain_or_compressed(
    within: str, dotted: bool, packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / within
    place.mkdir(parents=True, exist_ok=True)
    for name, array in FILES.items():
        content = encode(array)
        file = (name.replace("-idx", ".idx") if dotted else name) + (".gz" if packed else "")
        (place / file).write_bytes(gzip.compress(content) if packed else content)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert len(load("mnist").x) == small_mnist.TRAINING


def test_missing_files_are_one_line_that_says_what_to_do(nowhere: None) -> None:
    with pytest.raises(MissingData) as caught:
        load("mnist")
    line = str(caught.value)
    assert "\n" not in line
    assert "dropout-viz train mnist" in line and VARIABLE in line and NAMES[0] in line


def _a_file(place: Path) -> str:
    place.write_text("")
    return "Not a directory"


def _empty(place: Path) -> str:
    place.mkdir()
    return "holds none of its files"


MISPLACED = {"not there": lambda place: "no such folder", "a file": _a_file, "empty": _empty}


@pytest.mark.parametrize("kind", MISPLACED)
def test_a_folder_without_the_files_is_never_passed_over(
    kind: str, published: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for what was downloaded, nor for what was chosen; nor is a chosen one for what was downloaded."""
    place = tmp_path / "named"
    why = MISPLACED[kind](place)
    with serving(published) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        mnist._store().download(lambda progress: None).run()
        asked = len(mirror.asked)
        monkeypatch.setenv(VARIABLE, str(place))
        with pytest.raises(MisplacedData) as caught:
            load("mnist")
        assert f"{VARIABLE} = {place}: {why}; must be a folder that holds {NAMES[0]}" in str(caught.value)
        for command in (["train", "mnist", "--steps", "1"], ["lab", "published", "--only", "7"]):
            assert main(command) == 2
        assert len(mirror.asked) == asked
        small_mnist.write(tmp_path / "mine")
        caught.value.store.choose(tmp_path / "mine")  # said last
        assert len(load("mnist").x) == small_mnist.TRAINING
        shutil.rmtree(tmp_path / "mine")
        with pytest.raises(MisplacedData, match=r"mine, chosen before: no such folder; must be a folder"):
            load("mnist")
        caught.value.store.set_aside()
        assert len(load("mnist").x) == small_mnist.TRAINING


def swap(folder: Path, one: str, other: str) -> None:
    a, b = (folder / one).read_bytes(), (folder / other).read_bytes()
    (folder / one).write_bytes(b), (folder / other).write_bytes(a)


SPOILT = {
    "labels for images": (lambda f: swap(f, NAMES[0], NAMES[1]), "begins with labels; must be images"),
    "test labels for training": (lambda f: swap(f, NAMES[1], NAMES[3]), "holds 120 labels for the 300 pictures"),
    "truncated": (lambda f: os.truncate(f / NAMES[0], 5000), "bytes that its header claims"),
    "not there": (lambda f: (f / NAMES[3]).unlink(), f"holds no {NAMES[3]}"),
    "gzip cut off": (
        lambda f: (f / NAMES[0]).write_bytes(gzip.compress(encode(FILES[NAMES[0]]))[:-50]),
        "damaged gzip data",
    ),
    "wrong pictures": (
        lambda f: (f / NAMES[0]).write_bytes(encode(np.zeros((300, 8, 8), np.uint8))),
        "must be at least one picture",
    ),
    "wrong labels": (
        lambda f: (f / NAMES[1]).write_bytes(encode(np.full(300, 10, np.uint8))),
        "holds the label 10; must be 0 to 9",
    ),
    "2 GB claimed": (
        lambda f: (f / NAMES[0]).write_bytes(b"\0\0\x08\x03" + struct.pack(">3I", 2_700_000, 28, 28)),
        "must be at most",
    ),
    "64 megabytes of zeros, compressed": (
        lambda f: (f / NAMES[0]).write_bytes(
            gzip.compress(b"\0\0\x08\x03" + struct.pack(">3I", 300, 28, 28) + bytes(64 << 20), 1)
        ),
        "holds more than",
    ),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_folder_is_refused_in_one_line_and_little_memory(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_mnist.write(tmp_path)
    spoil, said = SPOILT[name]
    spoil(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as caught:
            load("mnist")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert most < 5 << 20


def test_a_download_fills_the_cache_and_is_checked_whenever_it_is_read(
    published: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(published) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        with pytest.raises(MissingData) as caught:
            load("mnist")
        store = caught.value.store
        store.download(lambda progress: None).run()
        assert len(load("mnist").x) == small_mnist.TRAINING
        spoilt = store.cache / f"{NAMES[1]}.gz"
        labels = FILES[NAMES[1]].copy()
        labels[5] = 9
        spoilt.write_bytes(gzip.compress(encode(labels)))
        with pytest.raises(MissingData, match=r"is spoilt .*content is not the published one"):
            load("mnist")
        asked = len(mirror.asked)
        store.download(lambda progress: None).run()
        assert mirror.asked[asked:] == [(f"/{NAMES[1]}.gz", "")]  # only what was spoilt
    assert len(load("mnist").x) == small_mnist.TRAINING


def test_a_mirror_with_other_files_is_not_believed(
    published: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = gzip.compress(encode(255 - FILES[NAMES[0]]))
    with serving({**published, f"{NAMES[0]}.gz": other}, good) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        with pytest.raises(RunError, match="does not hold the published file"):
            mnist._store().download(lambda progress: None).run()
        with pytest.raises(MissingData):
            load("mnist")


def test_a_chosen_folder_is_remembered_before_the_cache_and_after_the_variable(
    nowhere: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = mnist._store()
    with pytest.raises(UserError, match="holds none of the files; must hold train-images-idx3-ubyte"):
        store.choose(tmp_path)
    folder = small_mnist.write(tmp_path / "mine")
    os.truncate(folder / NAMES[0], 1000)
    with pytest.raises(UserError, match="bytes that its header claims"):
        store.choose(folder)
    with pytest.raises(MissingData):
        load("mnist")
    small_mnist.write(folder)
    store.choose(folder)
    assert len(load("mnist").x) == small_mnist.TRAINING
    small_mnist.write(tmp_path / "named")
    (tmp_path / "named" / NAMES[0]).write_bytes(encode(FILES[NAMES[0]][:100]))
    (tmp_path / "named" / NAMES[1]).write_bytes(encode(FILES[NAMES[1]][:100]))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "named"))
    assert len(load("mnist").x) == 100
    monkeypatch.delenv(VARIABLE)
    for name in NAMES:
        (folder / name).unlink()
    with pytest.raises(MissingData):
        load("mnist")


@pytest.mark.slow
def test_the_real_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment that the tests were started in names a folder with the real MNIST."""
    if not REAL:
        pytest.skip(f"needs {VARIABLE}, a folder with the real MNIST")
    monkeypatch.setenv(VARIABLE, REAL)
    images, labels, images_test, labels_test = mnist._read(mnist._store().find()[0], check_hash=True)
    assert images.shape == (60_000, 28, 28) and images_test.shape == (10_000, 28, 28)
    assert np.bincount(labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert len(labels_test) == 10_000
