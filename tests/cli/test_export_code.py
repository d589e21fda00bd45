"""``export SOURCE --out x.py`` writes code that repeats a run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dropout_viz.cli import main
from dropout_viz.engine.settings import load_preset
from dropout_viz.nn.optimisers import OPTIMISERS


def test_a_preset_without_a_number_of_steps_is_its_whole_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "post.py"
    assert main(["export", "three-lines", "--out", str(out)]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert "for _ in range(60_000):" in out.read_text(encoding="utf-8")


def test_settings_and_steps_are_those_that_were_asked_for(tmp_path: Path) -> None:
    out = tmp_path / "xor.py"
    assert main(["export", "xor", "--steps", "12", "--seed", "5", "--set", "hidden=7", "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "seed 5, 12 steps" in text and "range(12)" in text and "SeedSequence(5)" in text and "(2, 7), (7, 1)" in text


def test_data_that_the_script_reads_are_left_beside_it_and_what_is_there_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "digits.py"
    assert main(["export", "digits", "--steps", "5", "--out", str(out)]) == 0
    data = tmp_path / "digits.csv.gz"
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{out}\n", f"beside it: {data}\n")
    assert main(["export", "digits", "--steps", "6", "--out", str(out)]) == 0
    assert capsys.readouterr().err == ""
    text = out.read_text(encoding="utf-8")
    for other in (b"mine", data.read_bytes() + b"0"):
        data.write_bytes(other)
        assert main(["export", "digits", "--steps", "7", "--out", str(out)]) == 2
        assert f"error: {data}: not the data that the script is to read; must be" in capsys.readouterr().err
        assert data.read_bytes() == other and out.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("optimiser", sorted(OPTIMISERS))
def test_pytorch_code_of_any_optimiser_with_l2_and_biases_fits(optimiser: str, tmp_path: Path) -> None:
    out = tmp_path / "x_torch.py"
    words = ["--set", f"optimiser={optimiser}", "--set", "l2=0.0012345", "--set", "epsilon=1.2345e-08"]
    words += ["--set", "beta1=0.87654", "--set", "beta2=0.98765", "--set", "learning_rate=0.00123"]
    assert main(["export", "moons", *words, "--out", str(out)]) == 0
    made = ast.parse(out.read_text(encoding="utf-8"))
    groups = next(n.value for n in ast.walk(made) if isinstance(n, ast.Assign) and ast.unparse(n.targets) == "decayed")
    assert ast.unparse(groups) == "[{'params': weights, 'weight_decay': 0.0012345}, {'params': biases}]"


def test_a_rule_to_stop_ends_the_script_too(tmp_path: Path) -> None:
    out = tmp_path / "xor.py"
    assert main(["export", "xor", "--set", "stop_loss=0.2", "--set", "p_hidden=0", "--out", str(out)]) == 0
    first = out.read_text(encoding="utf-8").splitlines()[0]
    steps = int(first.split(", ")[-1].split()[0].replace(",", ""))
    assert 0 < steps < load_preset("xor").steps and steps % 100 == 0


def test_a_run_that_has_begun_is_repeated_from_its_start(tmp_path: Path) -> None:
    saved, out = tmp_path / "run.safetensors", tmp_path / "run.py"
    assert main(["train", "xor", "--steps", "30", "--save", str(saved)]) == 0
    assert main(["export", str(saved), "--out", str(out)]) == 0
    assert "range(30)" in out.read_text(encoding="utf-8")
    assert main(["export", str(saved), "--steps", "+5", "--out", str(out)]) == 0
    assert "range(35)" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["digits", "--set", "maps=3"], "maps = [3]: code of convolutions is too long; must be empty"),
        (["moons", "--set", "hidden=[9, 9, 9, 9, 9, 9, 9, 9]"], "lines; must be at most 60"),
        (["xor", "--set", "batch_size=5"], "batch_size = 5: must be at most 4, the training examples"),
    ],
)
def test_what_no_script_repeats_is_refused_in_one_line_and_nothing_is_written(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.py"
    assert main(["export", *words, "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and error.count("\n") == 1 and said in error
    assert not out.exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "xor", "--out", str(tmp_path / "none" / "x.py")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_name_that_ends_in_torch_is_for_pytorch(tmp_path: Path) -> None:
    out = tmp_path / "xor_torch.py"
    assert main(["export", "xor", "--steps", "12", "--out", str(out)]) == 0
    assert "import torch" in out.read_text(encoding="utf-8")
