"""What is looked for when words are typed: hyphens, spaces and simple endings make no difference."""

from __future__ import annotations

import re

import pytest

from dropout_viz.app.reader.finding import search
from dropout_viz.app.reader.pages import pages
from dropout_viz.app.reader.sought import patterns


def finds(typed: str, text: str) -> bool:
    return all(re.search(pattern, text) for pattern in patterns(typed))


@pytest.mark.thinned(2)
@pytest.mark.parametrize("typed", ["overfit", "overfitting", "over-fitting", "over fitting", "over-fit", "overfits"])
@pytest.mark.parametrize("text", ["over-fitting", "an over\u2011fitted one", "overfitting", "it may over-fit."])
def test_hyphens_spaces_and_endings_make_no_difference(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("mini-batch", "minibatch"),
        ("mini batch", "minibatch"),
        ("minibatches", "mini-batch"),
        ("nonlinear", "non-linear"),
        ("non-linearities", "nonlinearity"),
        ("averaging", "average"),
        ("masks", "mask"),
        ("classes", "class"),
        ("full-screen", "full screen"),
        ("e[m]", "e[m] = 1"),
    ],
)
def test_other_forms_of_a_word_are_found(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("right", "bright"), ("fitting", "overfitting"), ("dropping", "dropout"), ("loss", "lost"), ("not", "no toy")],
)
def test_other_words_are_not(typed: str, text: str) -> None:
    assert not finds(typed, text)


def test_every_way_of_writing_finds_the_same_passages() -> None:
    ways = ["overfitting", "over-fitting", "over fitting", "overfit"]
    found = [{(p.page.key, p.heading, p.text) for p in search(pages(), way)} for way in ways]
    assert len(found[0]) >= 5 and found[0] == found[1] == found[3] and found[0] <= found[2]
    assert [search(pages(), way)[0].heading for way in ways] == ["Over-fitting"] * 4
    for way in ("minibatch", "mini-batch", "mini batches"):
        assert search(pages(), way)[0].heading == "Batch"
    assert search(pages(), "nonlinear")[0].heading == "Activation"
