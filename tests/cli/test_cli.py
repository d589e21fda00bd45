"""The command line: its contract, its exit statuses, and one line for whatever is wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.cli import main
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset, preset_keys, read_toml
from dropout_viz.engine.trainer import Trainer

Capture = pytest.CaptureFixture[str]


def run_json(capsys: Capture, *words: str) -> object:
    assert main(list(words)) == 0
    captured = capsys.readouterr()
    return json.loads(captured.out)


def test_list_in_json(capsys: Capture) -> None:
    presets = run_json(capsys, "list", "presets", "--json")
    assert [p["key"] for p in presets] == preset_keys()
    assert all(p["title"] for p in presets)
    views = run_json(capsys, "list", "views", "--json")
    assert [v["key"] for v in views] == list(registry.entries("views"))
    assert {"network", "loss", "landscape"} <= {v["key"] for v in views}
    assert set(run_json(capsys, "list", "--json")) == {
        *("presets", "settings", "data", "views", "lessons", "clinic", "labs", "noise", "activations", "optimisers")
    }
    settings = run_json(capsys, "list", "settings", "--json")
    assert [s["key"] for s in settings] == list(RunConfig.model_fields) and all(
        s["title"] and s["help"] for s in settings
    )
    noise = run_json(capsys, "list", "noise", "--json")
    assert [entry["key"] for entry in noise][:2] == ["bernoulli", "gaussian"]
    assert all(
        entry["title"]
        for kind in ("noise", "activations", "optimisers")
        for entry in run_json(capsys, "list", kind, "--json")
    )


def test_list_in_words(capsys: Capture) -> None:
    assert main(["list"]) == 0
    out = capsys.readouterr().out
    assert all(key in out for key in preset_keys())


def test_train_reports_what_the_trainer_does(capsys: Capture) -> None:
    report = run_json(capsys, "train", "three-lines", "--steps", "500", "--seed", "3", "--json")
    trainer = Trainer(load_preset("three-lines").changed(seed=3))
    trainer.advance(500)
    assert list(report) == [
        "source",
        "seed",
        "worlds",
        "steps",
        "epochs",
        "loss",
        "accuracy",
        "seconds",
        "steps_per_second",
    ]
    assert (report["source"], report["seed"], report["worlds"], report["steps"]) == ("three-lines", 3, 1, 500)
    assert report["epochs"] == 500
    assert report["loss"] == {"train": trainer.scores()["loss"]["train"][0], "test": None}
    assert report["accuracy"]["test"] is None
    assert report["steps_per_second"] == pytest.approx(500 / report["seconds"])


def test_worlds_are_lists(capsys: Capture) -> None:
    report = run_json(capsys, "train", "moons", "--steps", "40", "--worlds", "3", "--seed", "5", "--json")
    for world in range(3):
        alone = run_json(capsys, "train", "moons", "--steps", "40", "--seed", str(5 + world), "--json")
        for kind in ("loss", "accuracy"):
            for part in ("train", "test"):
                assert report[kind][part][world] == pytest.approx(alone[kind][part], abs=1e-9)


def test_epochs(capsys: Capture) -> None:
    report = run_json(capsys, "train", "digits", "--epochs", "2", "--json")
    assert report["epochs"] == 2
    assert report["steps"] == 2 * Trainer(load_preset("digits")).steps_per_epoch


def test_no_steps_at_all(capsys: Capture) -> None:
    report = run_json(capsys, "train", "xor", "--steps", "0", "--json")
    assert report["steps"] == 0
    assert report["steps_per_second"] == 0


def test_settings_are_taken(capsys: Capture) -> None:
    words = ["--set", "hidden=[8, 3]", "--set", "p_hidden=.5", "--set", "learning_rate=0.02", "--steps", "10"]
    report = run_json(capsys, "train", "moons", *words, "--json")
    trainer = Trainer(load_preset("moons").changed(hidden=(8, 3), p_hidden=0.5, learning_rate=0.02))
    trainer.advance(10)
    assert report["loss"]["train"] == trainer.scores()["loss"]["train"][0]


def test_a_config_of_one_s_own(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    assert main(["export", "moons", "--set", "hidden=7", "--seed", "4", "--out", str(file)]) == 0
    assert read_toml(file) == load_preset("moons").changed(hidden=7, seed=4)
    capsys.readouterr()
    assert run_json(capsys, "train", str(file), "--steps", "3", "--json")["seed"] == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "nothing"], "preset 'nothing': unknown, must be one of three-lines"),
        (["train", "moon"], "did you mean moons?"),
        (["train", "nothing.toml"], "nothing.toml: no such file"),
        (["train", "{tmp}"], "a directory"),
        (["train", "three-lines", "--set", "wdith=3"], "--set wdith: unknown setting"),
        (
            ["train", "xor", "--set", "foo=1"],
            "--set foo: unknown setting; must be one that 'dropout-viz list settings' n",
        ),
        (["train", "three-lines", "--set", "p_hidden"], "--set p_hidden: must be key=value"),
        (["train", "moons", "--arm", "p_hidden"], "--arm p_hidden: must be key=value"),
        (
            ["train", "moons", "--arm", "p_hiden=1"],
            "--arm p_hiden: unknown setting (did you mean p_hidden or hidden?); must be one that",
        ),
        (["train", "moons", "--arm", "", "--arm", "p_hidden=1"], "arm 2: p_hidden = 1: every drop probability must be"),
        (
            ["train", "moons", "--arm", "batch_size=3"],
            "arm 1: batch_size: all arms share it; must be set for the whole run",
        ),
        (["train", "moons", "--arm", "l2=0", "--arm", "l2=0"], "arms: 2 of them are named 'l2 = 0.0'"),
        (["train", "moons", "--arm", "hidden=4096", "--worlds", "4096"], "GiB"),
        (["train", "three-lines", "--set", "p_hidden=1"], "at least 0 and less than 1"),
        (["train", "three-lines", "--set", "p_hidden=nan"], "p_hidden = nan"),
        (["train", "three-lines", "--set", "p_hidden=-0.1"], "at least 0 and less than 1"),
        (["train", "three-lines", "--set", "hidden=0"], "1 to 4096 units"),
        (["train", "three-lines", "--set", "hidden=[4,4]"], "hidden: must be one layer when rule is as-published"),
        (["train", "three-lines", "--set", "learning_rate=inf"], "learning_rate = inf"),
        (["train", "three-lines", "--steps", "-1"], "--steps -1: must be a whole number of at least 0"),
        (["--steps", "-5", "moons"], "--steps -5: must be a whole number of at least 0"),
        (["--frob"], "unrecognized arguments: --frob"),
        (["train", "xor", "--steps", "9" * 23], "must be at most 17,179,869,184"),
        (["train", "three-lines", "--steps", "many"], "--steps many"),
        (["train", "three-lines", "--seed", "x"], "--seed x"),
        (["train", "three-lines", "--worlds", "0"], "worlds = 0"),
        (["train", "three-lines", "--worlds", "99999999"], "worlds = 99999999"),
        (["train", "moons", "--set", "batch_size=500"], "batch_size = 500: must be at most 200"),
        (["train", "digits", "--set", "noise=1"], "data_noise: the data set 'digits' has no such setting"),
        (["train", "three-lines", "--steps", "1", "--epochs", "1"], "not allowed with"),
        (["train", "three-lines", "--seed", "4294967295", "--worlds", "2"], "seed + worlds"),
        (["train", "three-lines", "--set", "seed=true"], "seed = true: must be a number"),
        (["train", "three-lines", "--set", "bias=yes"], 'bias = "yes": must be true or false'),
        (["train", "three-lines", "--set", 'learning_rate="3"'], "must be a number"),
        (["train", "digits", "--set", "hidden=[4096,4096,4096,4096,4096,4096,4096,4096]", "--worlds", "9"], "GiB"),
        (["train", "no\nthing"], "no\\nthing"),
        (["train"], "SOURCE"),
        (["train", "three-lines", "--frob"], "--frob"),
        (["list", "things"], "things"),
        (["export", "three-lines", "--out", "x.jpg"], "the ending must be"),
        (["export", "three-lines", "--out", "{tmp}/no/x.png"], "no folder"),
        (["export", "three-lines", "--out", "{tmp}/no/x.toml"], "no folder"),
        (["export", "three-lines", "--out", "{tmp}/full.png/"], "a directory"),
        (["export", "three-lines", "--out", "x.png", "--view", "nothing"], "view 'nothing': unknown"),
        (["export", "three-lines", "--out", "x.png", "--size", "big"], "--size big"),
        (["export", "three-lines", "--out", "x.png", "--size", "0x100"], "16 to"),
        (["export", "three-lines", "--out", "x.png", "--size", "9999999x9999999"], "pixels"),
        (["export", "three-lines", "--out", "x.png", "--scale", "9"], "--scale 9: must be a number from 1 to 4"),
        (["export", "three-lines", "--out", "x.png", "--scale", "nan"], "--scale nan"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    words: list[str], said: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full.png").mkdir()
    assert main([w.replace("{tmp}", str(tmp_path)) for w in words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert said in captured.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["full.png"]


def test_a_full_disk(capsys: Capture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def no_room(_: int) -> None:
        raise OSError(28, os.strerror(28))

    file = tmp_path / "x.toml"
    file.write_text("what was there before")
    monkeypatch.setattr(os, "fsync", no_room)
    assert main(["export", "moons", "--out", str(file)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert file.read_text() == "what was there before"
    assert [p.name for p in tmp_path.iterdir()] == ["x.toml"]


def test_a_diverging_run_is_status_1(capsys: Capture) -> None:
    words = ["--set", "loss=squared_error", "--set", "output=linear", "--set", "optimiser=sgd"]
    assert main(["train", "moons", *words, "--set", "learning_rate=1e6", "--json"]) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["loss"]["train"] is None
    assert "diverged at step" in captured.err


def command(*words: str, script: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [sys.executable, *(["-c", script] if script else ["-m", "dropout_viz"]), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, **environment},
    )


def test_qt_is_imported_only_to_draw(tmp_path: Path) -> None:
    code = (
        "import sys; from dropout_viz.cli import main\n"
        "for words in sys.argv[1:]:\n"
        "    main(words.split(' '))\n"
        "    print(words, [m for m in sys.modules if 'PySide' in m])"
    )
    lines = ["list views", "train xor --steps 5", "export xor --out x.toml"]
    done = subprocess.run(
        [sys.executable, "-c", code, *lines], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    said = done.stdout.splitlines()
    assert all(f"{words} []" in said for words in lines) and (tmp_path / "x.toml").exists()


SOME = """
import sys
from dropout_viz.app.export import snapshots
from dropout_viz.cli import main
write = snapshots.write_picture
def some(shot, run, path):  # of the rest only the names
    write(shot, run, path) if path.stem in ("xor-window-step-1", "xor-network-step-5000") else path.touch()
snapshots.write_picture = some
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("script", [SOME, pytest.param("", marks=pytest.mark.slow)], ids=["some", "all"])
def test_with_no_display_it_leaves_pictures(script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = command("gui", "xor", script=script)
    assert done.returncode == 0
    assert done.stderr == "no display: running xor offscreen and leaving pictures in snapshots/\n"
    made = sorted(p.name for p in (tmp_path / "snapshots").iterdir())
    assert "xor-window-step-1.png" in made
    assert {f"xor-{key}-step-5000.png" for key in registry.entries("views")} <= set(made)
    assert sorted(Path(line).name for line in done.stdout.splitlines()) == made


def test_ctrl_c_is_status_130() -> None:
    code = (  # it tells when it trains
        "import sys; from dropout_viz.cli import main; from dropout_viz.engine.arms import Arms\n"
        "advance = Arms.advance\n"
        "def told(run, steps):\n"
        "    print('training', flush=True)\n"
        "    Arms.advance = advance\n"
        "    advance(run, steps)\n"
        "Arms.advance = told\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "train", "three-lines", "--steps", "1000000000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONFAULTHANDLER": "1"},
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "training\n"
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert out == ""
    assert err.strip().splitlines()[-1] == "stopped"
    assert "Traceback" not in err


def buffered() -> dict[str, str]:
    """An environment in which output that fails does so when it is flushed, as is usual."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}


def test_a_closed_pipe_is_no_fault() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    line = [sys.executable, "-m", "dropout_viz", "list", "--json"]
    done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, check=False, env=buffered())
    os.close(writer)
    assert done.returncode == 0
    assert done.stderr == b""


def test_the_same_weights_from_the_command_line_and_a_script(capsys: Capture) -> None:
    one = run_json(capsys, "train", "digits", "--steps", "60", "--json")["loss"]
    trainer = Trainer(load_preset("digits"))
    for _ in range(60):
        trainer.advance(1)
    assert one["train"] == trainer.scores()["loss"]["train"][0]
    assert np.isfinite(one["test"])


def test_a_folder_of_a_preset_s_name_hides_nothing(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "moons").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run_json(capsys, "train", "moons", "--steps", "1", "--json")["steps"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_an_output_that_takes_nothing_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        line = [sys.executable, "-m", "dropout_viz", "train", "xor", "--steps", "1", "--json"]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=buffered())
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_picture_of_a_diverged_run_is_status_1(capsys: Capture, tmp_path: Path) -> None:
    words = [
        "--set",
        "loss=squared_error",
        "--set",
        "output=linear",
        "--set",
        "optimiser=sgd",
        "--set",
        "learning_rate=1e6",
    ]
    out = tmp_path / "x.png"
    assert main(["export", "moons", *words, "--steps", "300", "--view", "loss", "--out", str(out)]) == 1
    assert out.exists()
    assert "diverged at step" in capsys.readouterr().err


def test_the_same_weights_with_and_without_the_command_line() -> None:
    """Threads of the matrix products change last bits, so the package sets them, not the command line."""
    code = (
        "from dropout_viz.engine.settings import load_preset; from dropout_viz.engine.trainer import Trainer\n"
        "t = Trainer(load_preset('digits').changed(hidden=256, batch_size=None, dtype='float64')); t.advance(2)\n"
        "print(t.scores()['loss']['train'][0])"
    )
    free = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    script = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=free)
    words = ["--set", "hidden=256", "--set", "batch_size=none", "--set", "dtype=float64", "--steps", "2", "--json"]
    line = [sys.executable, "-m", "dropout_viz", "train", "digits", *words]
    done = subprocess.run(line, capture_output=True, text=True, check=True, env=free)
    assert json.loads(done.stdout)["loss"]["train"] == float(script.stdout)


@pytest.mark.parametrize("words", [["train", "xor", "--steps", "1"], ["list", "presets"], ["gui", "xor"]])
def test_a_wrong_number_of_threads_is_refused_at_once(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.setenv("DROPOUT_VIZ_THREADS", "3")
    assert main(words) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: DROPOUT_VIZ_THREADS=3: must be 1 or 2, the threads that a step of a large network may use"
    ]
