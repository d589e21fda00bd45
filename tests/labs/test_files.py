"""Results as text and files."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from dropout_viz.engine.settings import load_preset, read_toml
from dropout_viz.labs import files
from dropout_viz.labs.figures import (
    Bars,
    DotRow,
    Dots,
    Figure,
    FigureCurve,
    FigureSeries,
    HeatMap,
    ImageRow,
    Images,
    Lines,
    Rose,
    Roses,
    Violin,
    Violins,
)
from dropout_viz.labs.lab import Finding, LabResult
from dropout_viz.labs.options import Options

FIGURES: list[Figure] = [
    Lines(
        name="lines",
        title="A",
        x_label="x",
        y_label="y",
        curves=[
            FigureCurve("one", [1, 2], [3, 4], [2, 3], [4, 5]),
            FigureCurve("two", [1], [0.5], points=True, line=False),
        ],
    ),
    Bars(name="bars", title="B", y_label="error", groups=["g", "h"], series=[FigureSeries("s", [1.0, math.nan])]),
    HeatMap(
        name="map",
        title="C",
        x_label="p",
        y_label="n",
        x=["0", ".5"],
        y=["1"],
        values=np.array([[1.0, 2.0]]),
        value_label="loss",
    ),
    Violins(name="violins", title="D", y_label="v", violins=[Violin("a", [1, 2, 3])]),
    Dots(name="dots", title="E", dots=[DotRow("r", [[1, 0], [1]], "lives", True)], filled="works", empty="fails"),
    Images(name="images", title="F", images=[ImageRow("i", np.zeros((1, 2, 2)), ["c"])]),
    Roses(name="roses", title="G", roses=[Rose("r", [0.1, 0.2], [1.0, 3.0])]),
]
ROWS = {"lines": 3, "bars": 2, "map": 2, "violins": 3, "dots": 3, "images": 4, "roses": 2}


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text().splitlines()))


def test_a_result_becomes_files_that_can_be_read_back(tmp_path: Path) -> None:
    config = load_preset("xor")
    findings = (Finding("a", 1.5, float("nan"), "< 1", "disagrees", "why"), Finding("b", None, "3 → 2", "", "agrees"))
    result = LabResult("disagrees", findings, FIGURES, ("a note",), config)
    written = files.write(tmp_path, "some", Options(), result, 1.25, "Paper")
    assert {path.name for path in written} == {p.name for p in tmp_path.iterdir()}
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["lab"] == "some"
    assert found["verdict"] == "disagrees"
    assert found["results"][0] == {
        "name": "a",
        "published": 1.5,
        "measured": None,
        "tolerance": "< 1",
        "verdict": "disagrees",
        "note": "why",
    }
    assert found["seconds"] == 1.25
    assert read_toml(tmp_path / "run.toml") == config
    for figure in FIGURES:
        rows = table(tmp_path / f"{figure.name}.csv")
        assert tuple(rows[0]) == figure.columns
        assert len(rows) == 1 + ROWS[figure.name]
        assert all(len(row) == len(rows[0]) for row in rows)
    assert table(tmp_path / "lines.csv")[1] == ["one", "1", "3", "2", "4"]


def test_the_json_has_exactly_what_is_promised() -> None:
    found = files.as_json("k", LabResult("agrees", (Finding("a", None, 2.0, "= 2", "agrees", "n", ("p",)),)))
    assert found == {
        "lab": "k",
        "verdict": "agrees",
        "results": [{"name": "a", "published": None, "measured": 2.0, "tolerance": "= 2", "verdict": "agrees"}],
    }


def test_programs_can_read_a_minus_in_words() -> None:
    finding = Finding("a", "\N{MINUS SIGN}1", "\N{MINUS SIGN}0.25 points", "< 0", "agrees", "n", ("p",))
    (row,) = files.as_json("k", LabResult("agrees", (finding,)))["results"]
    assert (row["published"], row["measured"]) == ("-1", "-0.25 points")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("3 → 2", "3 → 2"),
        (0.0, "0"),
        (1.14e-15, "1.14e-15"),
        (0.0625, "0.0625"),
        (12345.6, "12,346"),
        (float("inf"), "not a number"),
        (-2.5, "-2.5"),
    ],
)
def test_numbers_as_text(value: float | str | None, text: str) -> None:
    assert files.number(value) == text


def test_a_table_stands_in_columns() -> None:
    lines = files.table([Finding("one", 1.0, 2.0, "< 3", "agrees"), Finding("number two", None, 20.0, "", "undecided")])
    assert [line.index("published") for line in lines[:1]] == [lines[1].index("1")]
    assert lines[2].startswith("number two")
