"""What a page says and what is spoken of it, frame by frame: its script runs in Node, on a document of texts alone."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dropout_viz

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no Node here")
READ = Path(__file__).with_name("read.js")


def told(folder: Path, run: dropout_viz.Run, every: int = 1) -> list[dict[str, Any]]:
    """Return what a page of a run says at each of its frames."""
    page = run.film(folder / "film.html", every=every)
    assert NODE is not None
    done = subprocess.run([NODE, str(READ), str(page)], capture_output=True, text=True, check=True)
    frames = json.loads(done.stdout)
    assert isinstance(frames, list)
    return frames


def test_a_network_is_thinned_where_a_unit_is_off(tmp_path: Path) -> None:
    run = dropout_viz.run("xor", hidden=[2], p_hidden=[0.5], seed=1, steps=12)
    frames = told(tmp_path, run)
    again = dropout_viz.run("xor", hidden=[2], p_hidden=[0.5], seed=1)
    met = set()
    for frame in frames[1:]:
        again.advance(1)
        on = int(again.masks[1][0].sum())
        whose = "The thinned network that" if on < 2 else "The network, with no unit off, that"
        assert frame["said"]["text"].startswith(f"{whose} step {again.step} trained on 0 0")
        assert f"hidden 1, {on} of 2 units on" in frame["network"]["spoken"]
        met.add(on < 2)
    assert met == {True, False} and frames[0]["said"]["text"] == "No mask drawn yet: every unit is on"
    assert frames[0]["away"]


def test_without_dropout_nothing_is_thinned_drawn_or_off(tmp_path: Path) -> None:
    first, last = told(tmp_path, dropout_viz.run("xor", hidden=[1], p_hidden=[0.0], steps=1))
    assert first["said"]["text"] == "No step made yet"
    assert last["said"]["text"].startswith("The network, with no unit off, that step 1 trained on ")
    assert "hidden 1, 1 of 1 unit on" in last["network"]["spoken"] and not last["away"]
    assert "Masks are those" not in (tmp_path / "film.html").read_text("utf-8")


def test_factors_turn_no_unit_off(tmp_path: Path) -> None:
    run = dropout_viz.run("xor", hidden=[2], noise="gaussian", p_hidden=[0.5], steps=2)
    run.change(p_hidden=[0.0])
    run.advance(2)
    frames = told(tmp_path, run)
    whose = ["The factors of", "The factors of", *["The network, with no unit off, that"] * 2]
    assert all(
        frame["said"]["text"].startswith(f"{start} step ") for frame, start in zip(frames[1:], whose, strict=True)
    )
    assert all("hidden 1, 2 units; answer" in frame["network"]["spoken"] for frame in frames)


def test_what_no_step_measured_is_not_called_a_number(tmp_path: Path) -> None:
    first, second = told(tmp_path, dropout_viz.run("xor", steps=1))
    assert first["loss"]["spoken"].startswith("Step 0: loss under the mask not measured yet, loss training 0.")
    assert "–" in first["keys"]["text"] and "number" not in second["loss"]["spoken"]


def test_each_of_several_outputs_is_spoken_by_its_name(tmp_path: Path) -> None:
    run = dropout_viz.run("digits", examples=64, batch_size=64, hidden=[4], steps=3)
    spoken = told(tmp_path, run)[-1]["network"]["spoken"].partition("; answers ")[2].split(", ")
    names, values = zip(*(one.split(": ") for one in spoken), strict=True)
    assert list(names) == [str(digit) for digit in range(10)]
    np.testing.assert_allclose([float(v) for v in values], run.snapshot().activations[-1][0], rtol=2e-3, atol=1e-4)


def test_a_ball_of_a_run_that_diverged_is_told_of_its_own_frame(tmp_path: Path) -> None:
    run = dropout_viz.run("xor", activation="relu", loss="squared_error", output="linear", learning_rate=1e6, steps=80)
    frames = told(tmp_path, run)
    assert "at a loss of" in frames[0]["balls"]["spoken"]
    last = frames[-1]
    assert last["height"]["text"] == "The loss is no number." and last["balls"]["spoken"].endswith(
        "the loss is no number"
    )
