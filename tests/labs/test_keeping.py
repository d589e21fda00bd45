"""Results that are kept: read back as they were, the newest first, and only so many."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.engine.settings import load_preset
from dropout_viz.labs.keeping import MOST, Kept, _plain, called, differences, keep, last, settings
from dropout_viz.labs.lab import Finding, LabResult, load_lab
from dropout_viz.labs.store import Store
from tests.labs.test_files import FIGURES

CONFIG = load_preset("moons").changed(arms=({"name": "a", "p_hidden": (0.3,)}, {"name": "b"}))
FINDING = Finding("x", 1.5, np.float64(2.5), "< 1", "disagrees", "why", ("lines",))


def result(number: int) -> Kept:
    found = LabResult("disagrees", [FINDING, Finding("n", None, math.nan, "", "undecided")], FIGURES, ["note"], CONFIG)
    return Kept("paired", 1000.0 + number, 2.5, {"source": "moons", "p": [0.2], "seeds": number}, True, found)


def test_a_result_is_read_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, result(8))
    (found,) = last(store, "paired")
    assert (found.key, found.when, found.seconds, found.whole) == ("paired", 1008.0, 2.5, True)
    assert found.options == {"source": "moons", "p": (0.2,), "seeds": 8}
    assert found.result.config == CONFIG
    assert found.result.results[0] == FINDING
    assert found.result.notes == ("note",)
    assert [type(figure) for figure in found.result.figures] == [type(figure) for figure in FIGURES]
    for own, figure in zip(FIGURES, found.result.figures, strict=True):
        assert (figure.name, figure.title, figure.columns) == (own.name, own.title, own.columns)
        assert np.array_equal(_numbers(figure), _numbers(own), equal_nan=True)
    assert last(store, "sweep") == []


def _numbers(figure: object) -> np.ndarray:
    return np.array([v for row in figure.rows() for v in row if isinstance(v, float | int)], float)  # type: ignore[attr-defined]


def test_the_newest_stands_first_and_the_oldest_goes(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(MOST + 2):
        keep(store, result(number))
    assert [kept.options["seeds"] for kept in last(store, "paired")] == list(range(MOST + 1, 1, -1))


def test_what_is_spoilt_counts_as_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    keep(store, result(1))
    place = store.path({"results of": "paired"})
    assert place is not None
    place.write_bytes(place.read_bytes()[:-1])
    assert last(store, "paired") == []
    store.put({"results of": "paired"}, {"text": np.frombuffer(b'[{"kind": "Nothing"}]', np.uint8)})
    assert last(store, "paired") == []
    store.put({"results of": "paired"}, {"text": np.frombuffer(b'[{"kind": "LabResult", "x": 1}]', np.uint8)})
    assert last(store, "paired") == []


@pytest.mark.parametrize(
    "forged",
    [
        {"result": "agrees"},
        {"when": "yesterday"},
        {"when": 1e300},
        {"seconds": math.nan},
        {"options": [1, 2]},
        {"options": {"seeds": "many"}},
        {"result": LabResult("perhaps", [])},  # type: ignore[arg-type]
        {"result": LabResult("agrees", ["x"])},  # type: ignore[list-item]
        {"result": LabResult("agrees", [FINDING], figures=["picture"])},  # type: ignore[list-item]
        {"result": LabResult("agrees", [FINDING], [replace(FIGURES[0], curves=3)])},
        {"result": LabResult("agrees", [replace(FINDING, note=7)])},
        {"key": "sweep"},
    ],
)
def test_a_forged_result_is_left_out_and_told_in_a_line(tmp_path: Path, forged: dict[str, object]) -> None:
    store, lost = Store(tmp_path), list[str]()
    keep(store, result(1))
    arrays: dict[str, np.ndarray] = {}
    every = [_plain(replace(result(2), **forged), arrays), _plain(result(1), arrays)]  # type: ignore[arg-type]
    text = np.frombuffer(json.dumps(every).encode(), np.uint8)
    store.put({"results of": "paired"}, {"text": text, **arrays})
    assert [kept.when for kept in last(store, "paired", lost.append)] == [1001.0]
    assert lost == ["A kept result of the lab “paired” is damaged: it is left out"]


def test_settings_and_differences_in_words() -> None:
    model = load_lab("paired").Options
    one = model(source="/some/where/moons-12ab.toml", seeds=8, p=(0.2, 0.5), jobs=1).model_dump(mode="json")
    other = model(source="moons", seeds=200).model_dump(mode="json")
    assert settings(model, one) == "moons-12ab.toml, 8 seeds, drop probabilities 0.2,0.5"
    assert settings(model, other) == "moons, 200 seeds"
    said = "run moons / moons-12ab.toml, seeds 200 / 8, drop probabilities none / 0.2,0.5"
    assert differences(model, other, one) == said
    assert differences(model, one, one) == ""


def test_a_run_that_was_on_show_is_called_as_the_user_knows_it() -> None:
    model = load_lab("paired").Options
    first, second = (
        model(source=f"/cache/labs/runs/three.csv-{digits}.toml", seeds=8).model_dump(mode="json")
        for digits in ("511ebe", "9f2a01")
    )
    assert settings(model, first) == "three.csv, 8 seeds"
    assert differences(model, first, second) == "run three.csv / with other settings"
    assert called("/cache/labs/runs/moons-511ebe.toml") == "moons as it was on show"
    assert called("mine-511ebe.toml") == "mine-511ebe.toml"


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (("agrees", "undecided", "agrees"), "2 agree, 1 undecided, of 3 findings."),
        (("disagrees",), "1 disagrees, of 1 finding."),
        ((), ""),
    ],
)
def test_findings_are_counted_where_there_is_no_answer(verdicts: tuple[str, ...], told: str) -> None:
    findings = [Finding("a", None, 1.0, "", verdict) for verdict in verdicts]  # type: ignore[arg-type]
    assert LabResult("undecided", findings).told == told
    assert LabResult("undecided", findings, answer="So it is.").told == "So it is."


def test_every_lab_has_a_first_look() -> None:
    for entry in registry.entries("labs").values():
        lab = load_lab(entry.key)
        full = lab.Options()
        small = lab.Options(**lab.SMALL)
        assert small != full, entry.key
        assert getattr(small, "seeds", 8) >= 8, entry.key  # enough for an interval where there is time
        assert hasattr(lab, "expect"), entry.key
