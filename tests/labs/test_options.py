"""Options: declared once, read from flags, refused in one line."""

from __future__ import annotations

import argparse
from typing import Any, Literal

import pytest

from dropout_viz.errors import UserError
from dropout_viz.labs.options import Options, add_flags, from_words, make, option


class Some(Options):
    """One option of each type that is known."""

    seeds: int = option(20, "Seeds", "how many runs", ge=1, le=100)
    rate: float | None = option(None, "Rate", "learning rate; none: the preset's", gt=0)
    kind: Literal["a", "b"] = option("a", "Kind", "which")
    fast: bool = option(False, "Fast", "100 % faster")
    drops: tuple[float, ...] = option((0.0, 0.5), "Drops", "probabilities")
    only: tuple[int, ...] = option((), "Only", "which")
    grid: tuple[str, ...] = option((), "Grid", "settings")
    name: str = option("moons", "Name", "what", choices="presets")


def read(*words: str) -> Some:
    parser = argparse.ArgumentParser()
    add_flags(parser, Some)
    return from_words(Some, vars(parser.parse_args(list(words))))


def test_flags_and_defaults() -> None:
    assert read() == Some()
    found = read(
        "--seeds",
        "7",
        "--rate",
        ".5",
        "--kind",
        "b",
        "--fast",
        "--drops",
        ".1, .2",
        "--only",
        "3",
        "--grid",
        "a=1,2",
        "--grid",
        "b=3",
        "--name",
        "xor",
    )
    assert found == Some(
        seeds=7, rate=0.5, kind="b", fast=True, drops=(0.1, 0.2), only=(3,), grid=("a=1,2", "b=3"), name="xor"
    )
    assert read("--rate", "none").rate is None
    assert read("--only", "").only == ()
    assert read("--no-fast").fast is False


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--seeds", "0"], "--seeds 0: must be greater than or equal to 1"),
        (["--seeds", "x"], "--seeds x: must be a whole number"),
        (["--seeds", "1.5"], "--seeds 1.5: must be a whole number"),
        (["--rate", "-1"], "--rate -1: must be greater than 0"),
        (["--rate", "nan"], "--rate nan: must be a finite number"),
        (["--kind", "c"], "--kind c: must be a or b"),
        (["--drops", "0,x"], "--drops 0,x: must be a number"),
    ],
)
def test_what_is_not_allowed_is_one_line(words: list[str], line: str) -> None:
    with pytest.raises(UserError) as caught:
        read(*words)
    assert str(caught.value) == line


def test_an_unknown_option_is_refused() -> None:
    values: dict[str, Any] = {"sides": 3}
    with pytest.raises(UserError, match="--sides"):
        make(Some, values)


def test_help_shows_defaults_and_percent_signs(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_flags(parser, Some)
    text = parser.format_help()
    assert "100 % faster (no)" in text
    assert "probabilities (0,0.5)" in text
