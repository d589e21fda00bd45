"""The shipped digits are the published ones, in the split that every number of this app was measured with."""

from __future__ import annotations

import gzip
import hashlib

import numpy as np
import pytest

from dropout_viz import assets
from dropout_viz.data import digits
from dropout_viz.data.load import load
from dropout_viz.errors import UserError

FILE = assets.path("datasets", "digits.csv.gz")


def test_the_file_is_the_published_one() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == digits.SHA256
    # Of the numbers themselves, so that another container would be caught holding others.
    text = gzip.decompress(FILE.read_bytes())
    assert hashlib.sha256(text).hexdigest() == "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


def test_licence_and_attribution_lie_beside_the_file() -> None:
    text = assets.path("datasets", "digits.LICENCE.txt").read_text(encoding="utf-8")
    for needed in ("CC BY 4.0", "Alpaydin", "Kaynak", "UCI", digits.SHA256):
        assert needed in text


def test_the_split() -> None:
    data = load("digits")
    assert data.x.shape == (1437, 64)
    assert data.x_test is not None
    assert data.y_test is not None
    assert data.x_test.shape == (360, 64)
    assert data.x.min() == 0.0
    assert data.x.max() == 1.0
    both = np.concatenate([data.y, data.y_test]).sum(axis=0)
    assert both.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    np.testing.assert_allclose(data.y_test.sum(axis=0), both * 360 / 1797, atol=1.0)
    rows = {row.tobytes() for row in data.x} | {row.tobytes() for row in data.x_test}
    assert len(rows) == 1797  # no picture is in both parts
    pixels = hashlib.sha256(np.round(16 * data.x).astype(np.uint8).tobytes()).hexdigest()
    assert pixels == "0c322c4e393f120e87d966d776414e7adcc74f99da185bcf67ed938b7d338b2d"


def test_the_pictures_show_their_digits() -> None:
    """The nearest training picture's label is right far too often for labels that have come loose."""
    data = load("digits")
    assert data.x_test is not None
    assert data.y_test is not None
    distance = (data.x_test**2).sum(1)[:, None] - 2 * data.x_test @ data.x.T + (data.x**2).sum(1)
    assert (data.y[distance.argmin(1)].argmax(1) == data.y_test.argmax(1)).mean() > 0.97


def test_fewer_examples_keep_the_proportions() -> None:
    few = load("digits", examples=100)
    assert few.y.sum(axis=0).tolist() == pytest.approx([10] * 10, abs=1)
    np.testing.assert_array_equal(few.x, load("digits").x[:100])


def test_more_examples_than_there_are() -> None:
    with pytest.raises(UserError, match=r"^examples = 1438: the data set 'digits' has 1437 training examples$"):
        load("digits", examples=1438)
