"""Run files on the command line: saved, gone on with, drawn from."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from dropout_viz.cli import main
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer


def train(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["train", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1
    return error


def test_a_saved_run_is_gone_on_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = str(tmp_path / "a.safetensors"), str(tmp_path / "b.safetensors")
    assert train(capsys, "moons", "--steps", "150", "--worlds", "2", "--save", first)["steps"] == 150
    found = train(capsys, first, "--steps", "+100", "--save", second)
    assert (found["steps"], found["worlds"]) == (250, 2)
    assert train(capsys, first, "--steps", "250")["loss"] == found["loss"]
    through = Trainer(load_preset("moons").changed(worlds=2))
    through.advance(250)
    tensors = safetensors.numpy.load_file(second)
    for layer, w in enumerate(through.parameters()[0]):
        assert np.array_equal(tensors[f"weights.{layer}"], w)
    assert found["loss"] == through.scores()["loss"]


def test_what_a_run_that_has_begun_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a.safetensors")
    train(capsys, "xor", "--steps", "20", "--save", path)
    assert "the run is at step 20" in complaint(capsys, "train", path, "--steps", "10")
    assert "cannot change in a run that has begun" in complaint(capsys, "train", path, "--seed", "3")
    assert "must be .safetensors" in complaint(capsys, "train", "xor", "--save", str(tmp_path / "a.bin"))
    place = str(tmp_path / "none" / "a.safetensors")
    assert "no folder" in complaint(capsys, "train", "xor", "--steps", "5", "--save", place)


def test_a_picture_of_a_run_file_is_that_of_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(tmp_path / "a.safetensors")
    train(capsys, "three-lines", "--steps", "60", "--save", path)
    pictures = [tmp_path / "direct.png", tmp_path / "file.png"]
    for source, steps, out in (("three-lines", "70", pictures[0]), (path, "+10", pictures[1])):
        assert main(["export", source, "--steps", steps, "--view", "network", "--out", str(out)]) == 0
    assert pictures[0].read_bytes() == pictures[1].read_bytes()
