"""MNIST: 70,000 handwritten digits of 28 x 28 pixels. Not shipped: downloaded once, or taken from a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data import idx
from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.store import DataStore, Paths
from dropout_viz.errors import UserError
from dropout_viz.words import many

KEY = "mnist"
TITLE = "MNIST, 28 x 28"
ORDER = 60
LARGE = True
"""Reading it takes a moment, and it may have to be downloaded first: the window does so off its own thread."""

SIDE = 28
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)


class _File(NamedTuple):
    dimensions: int
    size: int  # compressed, on the first mirror
    sha256: str  # of the content


_FILES = {
    "train-images-idx3-ubyte": _File(3, 9_912_422, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
    "train-labels-idx1-ubyte": _File(1, 28_881, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
    "t10k-images-idx3-ubyte": _File(3, 1_648_877, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
    "t10k-labels-idx1-ubyte": _File(1, 4_542, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
}
_TRAINING, _TEST = tuple(_FILES)[:2], tuple(_FILES)[2:]


def load(*, examples: int | None = None) -> DataSet:
    """Return pixels in [0, 1] as float32, x (60000, 784) and x_test (10000, 784), and a column a digit, y (60000, 10).

    ``examples`` takes the first of the training set; the test set is always whole. Files of the user's own in the same
    format (Fashion-MNIST, for one) may hold other pictures, and fewer of them.

    Raises:
        MissingData: the files are not on this computer, or the downloaded ones are spoilt.
        UserError: the user's own files are spoilt or do not belong together; more examples than there are.
    """
    store = _store()
    paths, own = store.find()
    if own:
        images, digits, images_test, digits_test = _read(paths, check_hash=False)
    else:
        try:
            images, digits, images_test, digits_test = _read(paths, check_hash=True)
        except UserError as error:
            raise store.missing("is spoilt", str(error)) from None
    digest = _digest(images, digits, images_test, digits_test)
    if examples is not None and examples > len(images):
        raise UserError(f"examples = {examples}: the data set '{KEY}' has {len(images)} training examples")
    return DataSet(
        x=_pixels(images[:examples]),
        y=_columns(digits[:examples]),
        x_test=_pixels(images_test),
        y_test=_columns(digits_test),
        classes=tuple("0123456789"),
        features=tuple(f"row {r}, column {c}" for r in range(1, SIDE + 1) for c in range(1, SIDE + 1)),
        image=(SIDE, SIDE),
        credit="MNIST, Y. LeCun, C. Cortes and C. J. C. Burges, CC BY-SA 3.0.",
        files=digest,
    )


def _store() -> DataStore:
    return DataStore(
        key=KEY,
        title="MNIST",
        sizes={name: file.size for name, file in _FILES.items()},
        accept=lambda name, path: idx.read(path, _FILES[name].dimensions, _FILES[name].sha256),
        check=lambda paths: _read(paths, check_hash=False),
        mirrors=MIRRORS,
    )


def _read(paths: Paths, *, check_hash: bool) -> list[NDArray[np.uint8]]:
    """Return the four arrays in the order of ``_FILES``. Raises ``UserError`` where they do not belong together."""
    found = {
        name: idx.read(paths[name], file.dimensions, file.sha256 if check_hash else "") for name, file in _FILES.items()
    }
    for images, labels in (_TRAINING, _TEST):
        _check(paths[images], found[images], paths[labels], found[labels])
    return list(found.values())


def _check(path: Path, images: NDArray[np.uint8], path_of_labels: Path, labels: NDArray[np.uint8]) -> None:
    if images.shape[1:] != (SIDE, SIDE) or not len(images):
        shape = " x ".join(f"{n:,}" for n in images.shape)
        raise UserError(f"{path}: holds {shape} pixels; must be at least one picture of {SIDE} x {SIDE}")
    if len(labels) != len(images):
        raise UserError(
            f"{path_of_labels}: holds {many(len(labels), 'label')} for the {many(len(images), 'picture')} of "
            f"{path.name}; must be one for each"
        )
    if labels.max() > 9:
        raise UserError(f"{path_of_labels}: holds the label {labels.max()}; must be 0 to 9")


def _digest(*arrays: NDArray[np.uint8]) -> str:
    """Return one SHA-256 of all that the files hold, packed or not."""
    found = hashlib.sha256()
    for array in arrays:
        found.update(str(array.shape).encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def _pixels(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return pictures as rows in [0, 1]. float32, and one copy: sixty thousand of them are 188 MB."""
    pixels = images.reshape(len(images), -1).astype(np.float32)
    pixels /= np.float32(255)
    return pixels


def _columns(digits: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(digits[:, None] == np.arange(10, dtype=np.uint8), np.float32)


def code(*, examples: int | None = None) -> Code:
    """Return the lines that make its training part from a folder with the files, packed or not as they are here."""
    try:
        packed = all(path.suffix == ".gz" for path in _store().find()[0].values())
    except UserError:
        packed = True
    first, ending = ":" if examples is None else f":{examples}", ".gz" * packed
    cut = "" if examples is None else f"[:{examples}]"
    names = ", ".join(f'"{name}{ending}"' for name in _TRAINING)
    lines = [
        f"files = (Path(sys.argv[1], name) for name in ({names}))",
        f"images, digits = ({'decompress(file.read_bytes())' if packed else 'file.read_bytes()'} for file in files)",
        f"X = np.frombuffer(images, np.uint8, offset=16).reshape(-1, {SIDE * SIDE}){cut} / np.float32(255)",
        f"Y = (np.frombuffer(digits, np.uint8, offset=8)[{first}, None] == np.arange(10)).astype(np.float32)",
    ]
    imports = (*["from gzip import decompress"] * packed, "from pathlib import Path")
    usage = "Its argument is the folder with those files of MNIST."
    return Code(lines, "float32", imports, usage)
