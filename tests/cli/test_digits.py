"""Whole numbers and others in text: digits from 0 to 9 and what the rule says, nothing else that Python reads."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from dropout_viz.app.export.command import _scale, _size
from dropout_viz.digits import is_count, read_number, read_whole
from dropout_viz.draw import typed
from dropout_viz.engine.lengths import steps_to_go, whole
from dropout_viz.engine.lesson import read_lesson
from dropout_viz.engine.picture_file import _step
from dropout_viz.errors import UserError
from dropout_viz.labs.options import Options, add_flags, from_words, make, option

PYTHONS = [
    "1_0",
    "\N{ARABIC-INDIC DIGIT THREE}",
    " 3",
    "3 ",
    "\t3",
    "3\n",
    "++3",
    "+-3",
    "--3",
    "",
    "+",
    "3\N{NO-BREAK SPACE}",
]
"""None of these is a number by the rule; Python's ``int`` or ``float`` reads most of them."""
FULL_WIDTH = "\N{FULLWIDTH DIGIT THREE}"


class Some(Options):
    """Options of each kind that is read from text."""

    seeds: int = option(20, "Seeds", "how many")
    rate: float | None = option(None, "Rate", "how fast")
    only: tuple[int, ...] = option((), "Only", "which")
    drops: tuple[float, ...] = option((), "Drops", "how often")


def _flag(*words: str) -> Some:
    parser = argparse.ArgumentParser()
    add_flags(parser, Some)
    return from_words(Some, vars(parser.parse_args(list(words))))


READERS: dict[str, Callable[[str], object]] = {
    "a length": lambda text: steps_to_go(text, 0),
    "so many more": lambda text: steps_to_go(f"+{text}", 0),
    "a seed": lambda text: whole(text, "--seed", 0),
    "a width": lambda text: _size(f"{text}x800"),
    "a height": lambda text: _size(f"1280x{text}"),
    "a scale": _scale,
    "a lab's number": lambda text: make(Some, {"seeds": text}),
    "a lab's rate": lambda text: make(Some, {"rate": text}),
    "a lab's list": lambda text: make(Some, {"only": (text,)}),
    "a lab's rates": lambda text: make(Some, {"drops": (text, ".5")}),
    "a lab's flag": lambda text: _flag(f"--seeds={text}"),
    "a picture's step": _step,
}


@pytest.mark.thinned(3)
@pytest.mark.parametrize("text", [*PYTHONS, FULL_WIDTH])
@pytest.mark.parametrize("reader", READERS)
def test_only_what_the_rule_says_is_a_number(reader: str, text: str) -> None:
    assert READERS[reader]("3")
    with pytest.raises((UserError, ValueError)):
        READERS[reader](text)


@pytest.mark.parametrize("text", [text for text in PYTHONS if text == text.strip()] + [FULL_WIDTH])
def test_what_is_typed_has_blanks_around_it_at_most(text: str) -> None:
    assert typed.read_number(" 3 ") == typed.read_number("3", whole=True) == 3
    for whole_ in (False, True):
        with pytest.raises(ValueError, match="must be"):
            typed.read_number(text, whole=whole_)


def test_signs_stand_where_they_mean_something() -> None:
    assert (read_whole("-3"), read_whole("+3"), read_whole("003")) == (-3, 3, 3)
    assert (read_number("-.5"), read_number("+5."), read_number("1e-3")) == (-0.5, 5, 1e-3)
    assert is_count("12") and not is_count("+12") and not is_count("9" * 41)
    with pytest.raises(ValueError, match="of at most 40 digits"):
        read_whole("9" * 5000)
    with pytest.raises(UserError, match=r"--seed \+3: must be a whole number of at least 0: digits alone"):
        whole("+3", "--seed", 0)


@pytest.mark.parametrize(
    ("key", "value"), [("run_to", '"1_0"'), ("run_to", '"10"'), ("run_to", "true"), ("play", '"yes"')]
)
def test_text_is_no_number_in_a_lesson(tmp_path: Path, key: str, value: str) -> None:
    path = tmp_path / "01_one.toml"
    step = f'[[steps]]\ntitle = "a"\ntext = "b"\nlook = "c"\n{key} = {{}}\n'
    lesson = 'title = "a"\nabout = "b"\npreset = "xor"\n' + step
    path.write_text(lesson.format("true" if key == "play" else "10"), encoding="utf-8")
    assert read_lesson(path).steps
    path.write_text(lesson.format(value), encoding="utf-8")
    with pytest.raises(UserError, match=rf"steps\.1\.{key}"):
        read_lesson(path)
