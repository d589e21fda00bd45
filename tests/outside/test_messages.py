"""Whatever a message quotes, it is one line of bearable length in which a terminal finds nothing to act on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_viz.cli import main
from dropout_viz.errors import LONGEST, MissingData, NoRoom, RunError, UserError, one_line

LONG = "x" * 3000


def test_control_characters_are_spelt_out_and_length_is_bounded() -> None:
    assert one_line("a\x1b[31m\n\u202eb\udcff") == "a\\x1b[31m\\n\\u202eb\\udcff"
    assert one_line("100\N{NO-BREAK SPACE}% of 5\N{NARROW NO-BREAK SPACE}000") == "100\u00a0% of 5\u202f000"
    assert one_line("a\u2028b\u200bc") == "a\\u2028b\\u200bc", "a line's end, and what has no width, are spelt out"
    assert one_line("a b" * 100) == "a b" * 100
    for text in (LONG, "x " * 3000, f"where {LONG}: must be short"):
        found = one_line(text)
        assert len(found) <= LONGEST and "…" in found and one_line(found) == found
    assert one_line(f"--set {LONG}: must be short").endswith("x: must be short")


@pytest.mark.parametrize("kind", [UserError, NoRoom, RunError, lambda text: MissingData(text, None, "")])
def test_every_error_for_people_is_so(kind: type[Exception]) -> None:
    assert str(kind("a\nb " + LONG)) == one_line("a\nb " + LONG)


@pytest.mark.parametrize(
    "words",
    [
        ["train", LONG],
        ["train", f"{LONG}.toml"],
        ["train", "x " * 2000],
        ["train", "moons", LONG],
        ["train", "moons", "--set", LONG],
        ["train", "moons", "--set", f"{LONG}=1"],
        ["train", "moons", "--set", f"hidden={LONG}"],
        ["train", "moons", "--set", f"hidden=[{'4, ' * 1000}]"],
        ["train", "moons", "--set", "p_hidden=" + "[" * 3000],
        ["train", "moons", "--arm", "a " * 1500],
        ["train", "moons", "--set", "seed=0x" + "f" * 9000],
        ["train", "moons", "--set", "learning_rate=" + "1" * 5000],
        ["train", "moons", "--set", "learning_rate=1\nseed=4"],
        ["train", "moons", "--steps", "9" * 5000],
        ["train", "moons", "--set", "data=\ud800"],
        ["train", "moons", "--seed", "²"],
        ["list", LONG],
        ["export", "moons", "--out", f"{LONG}.png"],
        ["export", "moons", "--out", "~nobody-of-that-name/x.png"],
        ["export", "moons", "--out", "x.png", "--size", "9" * 5000 + "x1"],
        ["lab", LONG],
        ["lab", "paired", "--seeds", LONG],
        ["lab", "paired", "--source", LONG],
        [LONG, LONG],
        ["train", "moons", "--set", "a" + ".a" * 3000 + "=1"],
        ["train", "moons", "--set", "p_hidden={a" + ".a" * 20_000 + "=1}"],
    ],
    ids=range(26),
)
def test_long_and_odd_words(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("error: ") and said.err.count("\n") == 1
    assert len(said.err) < LONGEST + 20 and said.err[:-1].isprintable()


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names of files are bytes")
def test_names_of_files_that_are_no_text(tmp_path: Path) -> None:
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict", "QT_QPA_PLATFORM": "offscreen"}
    script = (
        "import sys; from dropout_viz.cli import main\n"
        "for words in sys.argv[1:]:\n    status = main(words.split(' '))\n    assert status == 0, words"
    )
    (tmp_path / "a\udcff.toml").write_bytes(b'data = "xor"\np_hidden = 0.5\nsteps = 20\n')
    lines = [
        "train a\udcff.toml --steps 2 --save b\udcff.safetensors",
        "train b\udcff.safetensors --steps +1",
        "export a\udcff.toml --steps 2 --out c\udcff.png",
        "export c\udcff.png --out d\udcff.csv",
        "export a\udcff.toml --steps 2 --out e\udcff.py",
        "lab paired --source a\udcff.toml --seeds 2 --steps 3 --out f\udcff",
    ]
    done = subprocess.run(
        [sys.executable, "-c", script, *lines], cwd=tmp_path, env=strict, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"c\xff.png" in done.stdout and {"d\udcff.csv", "f\udcff"} <= {path.name for path in tmp_path.iterdir()}


def test_a_terminal_without_the_signs() -> None:
    line = [sys.executable, "-m", "dropout_viz", "list", "lessons"]
    done = subprocess.run(line, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
