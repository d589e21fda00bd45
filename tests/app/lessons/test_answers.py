"""Predictions are kept in a file of the learner's own, whatever is found there."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_viz.app.lessons.answers import ASIDE, NAME, Answer, Answers

pytestmark = pytest.mark.usefixtures("nothing_painted")

FIRST = Answer("moons", "How many?", 0.25, "It is 0.5.", "2026-01-01T00:00:00+00:00")
CURVE = Answer("moons", "Draw it.", (0.5, 1.0), "It falls.", "2026-01-01T00:00:01+00:00")


def kept(folder: Path | None) -> Answers:
    return Answers(folder, lambda job: job()())


def test_what_was_said_is_found_again(tmp_path: Path) -> None:
    answers = kept(tmp_path / "new" / "folder")
    answers.keep(FIRST)
    answers.keep(CURVE)
    again = kept(tmp_path / "new" / "folder")
    assert again.find("moons", "How many?") == FIRST and again.find("moons", "Draw it.") == CURVE
    assert again.find("xor", "How many?") is None
    other = Answer("moons", "How many?", 0.75, "It is 0.5.", "2026-01-02T00:00:00+00:00")
    again.keep(other)
    again.forget("moons", "Draw it.")
    last = kept(tmp_path / "new" / "folder")
    assert last.find("moons", "How many?") == other and last.find("moons", "Draw it.") is None


@pytest.mark.parametrize("text", ["", "{", "[[[", "{}", "null", "[" * 3000, "\x00"])
def test_a_file_that_cannot_be_read_is_put_aside(text: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(text)
    answers = kept(tmp_path)
    assert answers.find("moons", "How many?") is None
    answers.keep(FIRST)
    assert (tmp_path / ASIDE).read_text() == text
    answers.keep(CURVE)
    assert kept(tmp_path).find("moons", "How many?") == FIRST
    assert (tmp_path / ASIDE).read_text() == text
    for number in (2, 3):  # and again: what was put aside before stays
        (tmp_path / NAME).write_text(f"{number}{{")
        answers.keep(CURVE)
        assert (tmp_path / f"predictions-unreadable-{number}.json").read_text() == f"{number}{{"
    assert (tmp_path / ASIDE).read_text() == text


def test_two_windows_keep_both(tmp_path: Path) -> None:
    first, second = kept(tmp_path), kept(tmp_path)
    assert first.find("moons", "How many?") is None and second.find("moons", "Draw it.") is None  # both have read it
    first.keep(FIRST)
    second.keep(CURVE)
    again = kept(tmp_path)
    assert again.find("moons", "How many?") == FIRST and again.find("moons", "Draw it.") == CURVE


def test_what_is_no_answer_is_passed_over(tmp_path: Path) -> None:
    kept(tmp_path).keep(FIRST)
    told = (tmp_path / NAME).read_text().strip()
    wrongs = ("true", '"a"', "[1, null]", "{}", "1" + "0" * 400, f"[0, -1{'0' * 400}]", "Infinity", "NaN")
    spoilt = [told.strip("[]").replace("0.25", wrong) for wrong in wrongs]
    (tmp_path / NAME).write_text(f"[1, null, {', '.join(spoilt)}, {told.strip('[]')}]")
    assert kept(tmp_path).find("moons", "How many?") == FIRST


def test_without_a_folder_they_last_as_long_as_the_window() -> None:
    answers = kept(None)
    answers.keep(FIRST)
    assert answers.find("moons", "How many?") == FIRST
