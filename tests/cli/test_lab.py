"""``dropout-viz lab``: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dropout_viz import registry
from dropout_viz.app.labs import command as labs_command
from dropout_viz.cli import main
from dropout_viz.errors import UserError
from dropout_viz.labs import paired, terminal
from dropout_viz.labs.lab import LabResult, Tell


def test_json_is_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "published", "--only", "1,6", "--json"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert set(found) == {"lab", "verdict", "results"}
    assert (found["lab"], found["verdict"]) == ("published", "agrees")
    for row in found["results"]:
        assert set(row) == {"name", "published", "measured", "tolerance", "verdict"}
    assert err == ""


def test_the_table_names_source_criterion_and_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "published", "--only", "1"]) == 0
    out = capsys.readouterr().out
    assert "Source: " in out
    assert "Baldi & Sadowski 2013" in out
    assert "< 1e-12" in out
    assert out.splitlines()[-1].startswith("agrees (")


def test_out_holds_the_result_its_numbers_and_its_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "a"
    assert main(["lab", "published", "--only", "3,6", "--out", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    names = {path.name for path in folder.iterdir()}
    assert {"result.json", "results.csv", "result-03-fisher.csv", "result-03-fisher.png"} <= names
    written = json.loads((folder / "result.json").read_text())
    assert [row["measured"] for row in written["results"]] == [r["measured"] for r in json.loads(out)["results"]]
    assert written["options"]["only"] == [3, 6]
    for path in folder.glob("*.png"):
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG")
        assert b"dropout-viz:source" in data
    assert str(folder) in err


def test_labs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "labs", "--json"]) == 0
    assert [row["key"] for row in json.loads(capsys.readouterr().out)] == list(registry.entries("labs"))
    assert main(["lab", "--help"]) == 0
    out = capsys.readouterr().out
    assert all(entry.facts["QUESTION"] in out for entry in registry.entries("labs").values())


@pytest.mark.parametrize("key", registry.entries("labs"))
def test_every_lab_explains_itself(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lab", key, "--help"])
    assert ended.value.code == 0
    assert "--out DIR" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "lab: no name given; must be one of "),
        (["publishd"], "lab 'publishd': unknown (did you mean published?)"),
        (["--json", "published"], "lab --json: the lab's name comes first"),
        (["published", "--sides", "3"], "unrecognized arguments: --sides 3; see dropout-viz lab published --help"),
        (["published", "--only", "0"], "--only 0: must be among 1, 2"),
        (["published", "--seed", "-1"], "--seed -1: must be greater than or equal to 0"),
        (["published", "--only", "1", "--out", "/dev/null/x"], "--out /dev/null/x: "),
        (["published", "--out"], "argument --out: expected one argument"),
    ],
)
def test_bad_input_is_one_line(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", *words]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"error: {told}")
    assert err.count("\n") == 1


def test_a_file_in_the_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "file"
    place.write_text("")
    assert main(["lab", "published", "--only", "1", "--out", str(place)]) == 2
    assert capsys.readouterr().err == (
        f"error: --out {place}: a file; must be a folder, or the name of one in a folder that exists\n"
    )


def test_a_folder_in_none_is_refused_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "a" / "b"
    assert main(["lab", "paired", "--out", str(place)]) == 2
    said = f"--out {place}: no folder {place.parent}; must be a folder, or the name of one in a folder that exists"
    assert capsys.readouterr().err == f"error: {said}\n" and not place.parent.exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent otherwise there")
def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    """Of a run that would take long: the entry that is finished is printed and written."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("DROPOUT_VIZ_DATA")
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "dropout_viz", "lab", "published", "--only", "1,9", "--json", "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list((tmp_path / "cache").rglob("*.npz")):  # the first network is trained, and eight are to come
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert [row["name"][:2] for row in json.loads(printed)["results"]] == ["1."]
    assert json.loads((out / "result.json").read_text())["verdict"] == "agrees"
    assert told.endswith("stopped\n")


@pytest.mark.parametrize("ends", [KeyboardInterrupt, UserError("not begun")])
def test_a_folder_that_was_made_for_nothing_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: BaseException | type[BaseException]
) -> None:
    def interrupted(*_: object) -> None:
        raise ends

    monkeypatch.setattr(labs_command, "run_shown", interrupted)
    (tmp_path / "old").mkdir()
    for place in ("new", "old", "deep/er"):
        assert main(["lab", "paired", "--out", str(tmp_path / place)]) in (2, 130)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_without_a_terminal_it_says_how_long_it_takes_and_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(paired, "expect", lambda options: 600.0)

    def run(options: object, tell: Tell) -> LabResult:
        for seconds, share in ((1, 0.001), (4, 0.005), (1, 0.006), (4, 0.1), (10, 0.5), (0, 1.0)):
            clock[0] += seconds
            tell(share, "8 seeds in 2 arms")
        return LabResult("undecided", ())

    monkeypatch.setattr(paired, "run", run)
    assert main(["lab", "paired", "--source", "moons", "--steps", "10", "--seeds", "2"]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("With and without dropout:")]
    assert told == [
        "With and without dropout: several minutes, if nothing of it is kept",
        "With and without dropout: 0 %, 8 seeds in 2 arms",
        "With and without dropout: 10 %, 8 seeds in 2 arms; about 90 s left",
        "With and without dropout: 50 %, 8 seeds in 2 arms; about 20 s left",
    ]
