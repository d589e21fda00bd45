"""Where a lab begins: with the run on show, and so small that something is there within ten seconds."""

from __future__ import annotations

from typing import Any

import pytest

from dropout_viz import registry
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.source import load_source
from dropout_viz.labs import beginning
from dropout_viz.labs.beginning import BUDGET, begin
from dropout_viz.labs.lab import load_lab


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that does nothing else, and everything in a second."""
    monkeypatch.setattr(beginning, "expected", lambda lab, options: lab.expect(options) * 0 + 1.0)
    monkeypatch.setattr(beginning, "crowd", lambda: 1.0)


def of(key: str, run: RunConfig, name: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    found = begin(load_lab(key), run, name)
    assert found.run == run
    return found.small.model_dump(), found.full.model_dump(), found.taken


def test_a_preset_that_is_as_it_was_is_named() -> None:
    small, full, taken = of("paired", load_preset("moons").changed(seed=7), "moons")
    assert full["source"] != "moons"  # another seed is another run
    small, full, taken = of("paired", load_preset("moons"), "moons")
    assert (full["source"], full["seeds"], full["p"]) == ("moons", 200, ())
    assert small["seeds"] == 8
    assert taken.startswith("Taken from the run on show: data, network and training, first seed ")


def test_a_run_that_was_changed_is_handed_over_whole() -> None:
    run = load_preset("moons").changed(p_hidden=(0.35,), learning_rate=0.07, seed=41, hidden=(9,))
    _, full, _ = of("sweep", run, "my run.toml")
    assert load_source(full["source"]).config == run.changed(arms=(), worlds=1)
    assert full["seed"] == 41
    assert full["grid"] == ("p_hidden=0,0.2,0.35,0.5,0.8",)
    assert of("sweep", run, "my run.toml")[1]["source"] == full["source"]


def test_a_run_without_dropout_is_given_some() -> None:
    _, full, _ = of("paired", load_preset("moons").changed(p_hidden=(0.0,), p_input=0.0), "x")
    assert full["p"] == (0.5,)


def test_what_a_lab_has_settings_for_is_taken_where_it_allows_it() -> None:
    run = load_preset("moons").changed(p_hidden=(0.0,), hidden=(300,), seed=5)
    _, full, taken = of("conspiracies", run, "moons")
    assert (full["units"], full["p"], full["seed"]) == (32, 0.5, 5)  # 300 units and p = 0 are not allowed there
    assert taken.startswith("Taken from the run on show: seed 5. Its data are the lab's own. First look / in full: ")


def test_a_run_that_does_not_suit_is_refused_in_words() -> None:
    run = load_preset("five-valleys")
    _, full, taken = of("tune", run, "five-valleys")
    assert full["source"] == "few-digits"
    assert taken.startswith("The run on show cannot be taken here: its data have no classes; must be")
    assert "Begins with few-digits. First look / in full: " in taken


@pytest.mark.parametrize(("pace", "seeds", "steps"), [(2.0, 8, None), (8.0, 8, 500), (80.0, 2, 200)])
def test_a_first_look_has_fewer_steps_and_then_fewer_seeds_where_it_would_take_long(
    monkeypatch: pytest.MonkeyPatch, pace: float, seeds: int, steps: int | None
) -> None:
    lab, run = load_lab("paired"), load_preset("moons").changed(steps=1000)
    monkeypatch.setattr(beginning, "_takes", lambda lab, options: pace)
    found = begin(lab, run, "x")
    small = found.small
    assert found.seconds == (min(pace, BUDGET), pace)
    assert (small.seeds, small.steps) == (seeds, steps)  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["paired", "sweep", "tune"])
def test_a_patient_is_refused_as_one(key: str) -> None:
    _, full, taken = of(key, load_preset("moons").changed(patient=2), "clinic")
    assert "it is a patient of the fault clinic, and labs answer of runs without a fault" in taken
    assert "clinic" not in full["source"]


@pytest.mark.parametrize("key", list(registry.entries("labs")))
def test_a_lab_s_own_settings_are_of_a_run_of_which_it_can_answer_its_question(key: str) -> None:
    begun = begin(load_lab(key), None, "")
    assert (begun.lack, begun.instead) == ("", "")
