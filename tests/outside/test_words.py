"""What is said of one thing, of several, and of values that are hardly too large."""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

import pytest

from dropout_viz import registry
from dropout_viz.cli import main
from dropout_viz.draw.numbers import MINUS
from dropout_viz.draw.spans import tick_text, weight_text
from dropout_viz.engine import report, terminal
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import load_data
from dropout_viz.labs.lab import load_lab
from dropout_viz.labs.options import add_flags
from dropout_viz.words import figure, gibibytes, many, unbroken

Capture = pytest.CaptureFixture[str]


def test_one_and_several() -> None:
    assert [many(n, "seed") for n in (0, 1, 2, 60_000)] == ["0 seeds", "1 seed", "2 seeds", "60,000 seeds"]
    assert (many(1, "process", "processes"), many(2, "process", "processes")) == ("1 process", "2 processes")
    assert (many(0, "unit", of=1), many(1, "unit", of=4)) == ("0 of 1 unit", "1 of 4 units")


def test_what_people_count_is_written_without_a_power_of_ten() -> None:
    counts = (60_000, 15_000.0, 12.5, 0.0048091, 1e-5, 9.7456e-5, -9.99996e-5, 1.5e-6, 0.0)
    said = ["60,000", "15,000", "12.5", "0.004809", "0.00001", "0.00009746", "-0.0001", "0.0000015", "0"]
    assert [figure(v) for v in counts] == said
    assert [figure(v, 6) for v in (100_000, -1_250_000, 1.5e9)] == ["100,000", "-1,250,000", "1.5×10⁹"]
    assert [figure(v) for v in (9.7456e-8, math.inf, math.nan)] == ["9.746×10⁻⁸", "inf", "nan"]
    found = {"source": "xor", "seed": 0, "worlds": 1, "epochs": 60_000.0, "seconds": 1.0, "steps": 60_000}
    losses = {"train": 123_456.7, "test": None}
    accuracy = {"train": None, "test": None}
    found |= {"steps_per_second": 6e4, "loss": losses, "accuracy": accuracy}
    said = report.lines(found, load_data(load_preset("xor")))
    assert said[0] == "xor, seed 0, 1 world: 60,000 steps, 60,000 epochs in 1.00 s (60,000 steps/s)"
    assert said[1].endswith(": 123,457")
    assert [tick_text(v, 1e6) for v in (2e6, -1e6)] == ["2,000,000", f"{MINUS}1,000,000"]
    assert weight_text(-1_500_000) == f"{MINUS}1,500,000"


def test_lines_break_neither_a_short_formula_nor_before_per_cent() -> None:
    text = "Of 20 % of them a = h / 0.8 holds, and 2 × 2 × 2 × 2 × 2 × 2 × 2 × 2 = 256 is long - as is this."
    kept = unbroken(text)
    assert kept.replace("\N{NO-BREAK SPACE}", " ") == text
    assert kept.split(" ")[1] == "20\N{NO-BREAK SPACE}%"
    assert "a = h / 0.8".replace(" ", "\N{NO-BREAK SPACE}") in kept.split(" ")
    assert " × 2 = 256 is long - as is this." in kept


def test_a_size_that_is_hardly_too_large_does_not_look_like_the_bound() -> None:
    most = 4 << 30
    assert gibibytes(most + (3 << 30), most) == "7.0 GiB"
    assert gibibytes(most + (30 << 20), most) == "4.03 GiB"
    assert gibibytes(most + 1, most) == "4.000000001 GiB"


def test_no_number_of_one_stands_before_several(capsys: Capture) -> None:
    assert main(["train", "moons", "--steps", "1", "--arm", "name=a"]) == 0
    assert main(["lab", "sweep", "--seeds", "1", "--steps", "100000000"]) == 2
    assert main(["lab", "paired", "--seeds", "1", "--steps", "100000000"]) == 2
    assert main(["lab", "tune", "--seeds", "1", "--widest", "1", "--steps", "100000000"]) == 2
    assert main(["train", "moons", "--set", "hidden=3", "--set", "p_hidden=.1,.2"]) == 2
    said = "".join(capsys.readouterr())
    assert "1 arm of 1 world: 1 step, 0.25 epochs in" in said
    assert not re.search(r"(?<![\d.,])1 (?!process)\w+s\b", said), said


def written(text: str, folder: Path) -> str:
    (folder / "a.toml").write_text(text)
    return str(folder / "a.toml")


LINES = [
    (["train", ""], 'source "": empty, must be a preset\'s key or a file'),
    (["train", "moons", "--set", "="], "--set =: must be key=value"),
    (["train", "moons", "--arm", "= 1"], "--arm = 1: must be key=value"),
    (
        ["train", "moons", "--seed", "9" * 6000],
        f"--seed {'9' * 40}…: must be a whole number of at least 0: digits alone, no more than 40 of them",
    ),
    (["train", "moons", "--steps", "9" * 12], "999,999,999,999 steps: must be at most 17,179,869,184"),
    (["export", "moons", "--out", "a.png", "--steps", "9" * 12], "must be at most 17,179,869,184"),
    (["lab", "sweep", "--seed", "9" * 6000], f"--seed {'9' * 100}…: must be"),
]


@pytest.mark.parametrize(("words", "said"), LINES)
def test_lines_are_short_and_true(words: list[str], said: str, capsys: Capture) -> None:
    assert main(words) == 2
    line = capsys.readouterr().err
    assert said in line and line.count("\n") == 1 and len(line) < 400


def test_a_date_is_quoted_as_it_was_written(tmp_path: Path, capsys: Capture) -> None:
    for value in ("2020-01-01", "2020-01-01T10:00:00", "10:00:00"):
        assert main(["train", written(f"learning_rate = {value}", tmp_path)]) == 2
        assert f"learning_rate = {value}: must be a number" in capsys.readouterr().err


def test_every_option_of_every_lab_says_what_stands_for_its_value() -> None:
    for key in registry.entries("labs"):
        parser = argparse.ArgumentParser()
        add_flags(parser, load_lab(key).Options)
        for action in parser._actions:
            field = load_lab(key).Options.model_fields.get(action.dest)
            if field is not None and "str" in str(field.annotation) and "Literal" not in str(field.annotation):
                assert action.metavar in ("TEXT", "SOURCE")
            assert not (action.help or "").endswith("()")


def test_where_there_is_no_terminal_what_takes_long_says_now_and_then_how_far_it_is(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "_SILENT", 0.0)
    terminal.advance_shown(Arms.of(load_preset("moons")), 500)
    with terminal.shown("restoring") as going:
        going(3, 99_999_999)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("training: ") and lines[-1] == "restoring: 3 of 99,999,999 after 0 s"
    assert len(lines) < 15  # each after twice as long
