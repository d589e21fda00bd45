"""``dropout-viz export``: every kind of file, what its options mean, and what bad input leaves behind: one line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from dropout_viz.app.export.command import WRITERS
from dropout_viz.app.export.film_file import write
from dropout_viz.app.look.theme import prepare
from dropout_viz.cli import main
from dropout_viz.engine.picture_file import read
from tests.coarse import make_coarse

SMALL = ["--size", "240x160"]


def run(*words: str | Path) -> int:
    return main(["export", *map(str, words)])


def test_svg_has_text_as_text_and_its_run_inside(qapp: QApplication, tmp_path: Path) -> None:
    assert run("three-lines", "--steps", 7, "--out", tmp_path / "a.svg") == 0
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert root.get("viewBox") == "0 0 960 600"
    svg = "{http://www.w3.org/2000/svg}"
    words = [element.text or "" for element in root.iter(f"{svg}text")]
    assert "hidden 1" in words and "Step " in "".join(words) and any("on" in word for word in words)
    assert all("sans-serif" in (e.get("font-family") or "") and e.get("textLength") for e in root.iter(f"{svg}text"))
    assert not list(root.iter(f"{svg}image")), "a network of lines and circles is no image"
    about = {e.get("name"): e.text or "" for e in root.iter("{urn:dropout-viz}text")}
    assert about["step"] == "7" and "hidden = [4]" in about["config"]


@pytest.mark.parametrize("view", ["plane", "map", "masks", "features"])
def test_maps_of_values_become_images_in_an_svg(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    make_coarse(monkeypatch)
    preset = "digits" if view == "features" else "moons"
    assert run(preset, "--steps", 3, "--view", view, *SMALL, "--out", tmp_path / "a.svg") == 0
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    assert list(root.iter("{http://www.w3.org/2000/svg}image"))


def test_a_gif_has_one_palette_and_says_what_it_is(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    words = ["--from", 2, "--steps", 14, "--every", 4, "--fps", 10]
    assert run("moons", *words, *SMALL, "--view", "landscape", "--seed", 9, "--out", path) == 0
    with Image.open(path) as film:
        assert (film.n_frames, film.size, film.info["duration"], film.info["loop"]) == (4, (240, 160), 100, 0)  # type: ignore[attr-defined]
        told = json.loads(film.info["comment"])
    assert (told["step"], told["seed"], told["view"]) == ("14", "9", "landscape")
    content = path.read_bytes()
    assert content[10] & 0x80, "a palette for all frames"
    assert content.count(b"\x2c\0\0\0\0") <= 4 and len(content) < 150_000


def test_a_gif_is_of_the_size_that_was_asked_for(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.gif"
    assert run("xor", "--steps", 4, "--every", 4, "--size", "241x161", "--view", "loss", "--out", path) == 0
    with Image.open(path) as film:
        assert film.size == (241, 161)  # type: ignore[attr-defined]
    assert not capsys.readouterr().err


def test_a_gif_keeps_the_colours_of_small_things(tmp_path: Path) -> None:
    """Balls of four units on a ground of a thousand shades."""
    down, across = np.mgrid[0:120:400j, 0:120:600j]
    picture = np.stack([down, across, (down + across) / 2], axis=-1).astype(np.uint8)
    balls = [(245, 220, 70), (245, 150, 230), (140, 235, 160), (190, 60, 190)]
    for at, colour in enumerate(balls):
        picture[40 + 60 * at : 50 + 60 * at, 100:110] = colour
    write(tmp_path / "a.gif", ".gif", [picture] * 2, (600, 400), 10, "")
    with Image.open(tmp_path / "a.gif") as film:
        shown = np.asarray(film.convert("RGB")).astype(int)
    for at, colour in enumerate(balls):
        assert np.abs(shown[45 + 60 * at, 105] - colour).max() < 12


@pytest.mark.parametrize("fps", [3, 7, 11, 30, 40, 45, 50])
def test_a_gif_takes_as_long_as_its_frames_should(tmp_path: Path, fps: int) -> None:
    """A GIF counts in hundredths of a second: none of its frames begins more than half a hundredth off its time."""
    path, frames = tmp_path / "a.gif", 2 * fps + 1
    pictures = (np.full((16, 16, 3), 255 * (number % 2), np.uint8) for number in range(frames))
    write(path, ".gif", pictures, (16, 16), fps, "")
    ends = []
    with Image.open(path) as film:
        for number in range(frames):
            film.seek(number)
            ends.append((ends[-1] if ends else 0) + film.info["duration"])
    assert [abs(end - 1000 * (number + 1) / fps) <= 5 for number, end in enumerate(ends)] == [True] * frames


@pytest.mark.slow
def test_a_picture_of_the_window_is_the_same_whatever_the_screen(qapp: QApplication, tmp_path: Path) -> None:
    prepare(qapp)  # as the program's own application is
    words = ["moons", "--steps", "3", "--window", "--size", "900x600"]
    assert run(*words, "--out", tmp_path / "a.png") == 0
    screen = {"QT_SCALE_FACTOR": "1.5", "QT_FONT_DPI": "144", "QT_SCALE_FACTOR_ROUNDING_POLICY": "PassThrough"}
    command = [sys.executable, "-m", "dropout_viz", "export", *words, "--out", str(tmp_path / "b.png")]
    subprocess.run(command, env={**os.environ, **screen}, check=True, capture_output=True)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_film_shows_the_steps_as_pictures_do(qapp: QApplication, tmp_path: Path) -> None:
    """Its frames are the pictures of their steps, but for the palette; the last step has one, as long as any."""
    words = ["--view", "network", "--size", "360x280", "--out"]
    assert run("xor", "--steps", 10, "--every", 4, *words, tmp_path / "a.gif") == 0
    with Image.open(tmp_path / "a.gif") as film:
        assert film.n_frames == 4  # type: ignore[attr-defined]
        for number, step in enumerate((0, 4, 8, 10)):
            assert run("xor", "--steps", step, *words, tmp_path / "a.png") == 0
            with Image.open(tmp_path / "a.png") as picture:
                film.seek(number)
                assert film.info["duration"] == 50
                one, other = film.convert("L").tobytes(), picture.convert("L").tobytes()
            far = sum(abs(a - b) > 40 for a, b in zip(one, other, strict=True))
            assert far < 0.01 * len(one), step


@pytest.mark.parametrize("codec", ["h264", "mpeg4"])
def test_an_mp4_has_even_sides_and_its_frames(
    qapp: QApplication, tmp_path: Path, codec: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.mp4"
    if codec == "mpeg4":  # where there is no H.264
        monkeypatch.setattr(av, "codecs_available", av.codecs_available - {"libx264"})
    words = ["--fps", 5, "--size", "241x161", "--view", "loss", "--every", 2]
    assert run("xor", "--steps", 9, *words, "--out", path) == 0
    assert "The sides of an .mp4 are even: 242 x 162 pixels." in capsys.readouterr().err
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (242, 162, 5)
        assert stream.codec_context.name == codec
        assert sum(1 for _ in film.decode(stream)) == 6, "steps 0, 2, ... 8, and the last"
        assert float(stream.duration * stream.time_base) == pytest.approx(6 / 5)
        assert json.loads(film.metadata["comment"])["step"] == "9"


def test_a_film_of_a_picture_shows_the_way_there_with_its_changes(qapp: QApplication, tmp_path: Path) -> None:
    assert run("three-lines", "--steps", 30, *SMALL, "--out", tmp_path / "a.png") == 0
    assert run(tmp_path / "a.png", "--every", 10, "--out", tmp_path / "a.gif") == 0
    with Image.open(tmp_path / "a.gif") as film:
        assert (film.n_frames, film.size) == (4, (240, 160))  # type: ignore[attr-defined]
    assert run(tmp_path / "a.png", "--steps", "+5", "--out", tmp_path / "b.png") == 0
    assert read(tmp_path / "b.png").step == 35
    assert run(tmp_path / "a.png", "--out", tmp_path / "a.csv") == 0
    assert (tmp_path / "a.csv").read_text().splitlines()[-1].startswith("30,")
    assert run(tmp_path / "a.png", "--out", tmp_path / "a.toml") == 0
    assert "hidden = [4]" in (tmp_path / "a.toml").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "a.jpg"], f"the ending must be one of {' '.join(WRITERS)}"),
        (["--out", "a"], "the ending must be one of"),
        (["--out", "none/a.gif"], "no folder"),
        (["--out", "a.gif", "--every", "0"], "--every 0: must be a whole number of at least 1"),
        (["--out", "a.gif", "--every", "x" * 5000], "must be a whole number of at least 1"),
        (["--out", "a.gif", "--from", "-1"], "--from -1: must be a whole number of at least 0"),
        (["--out", "a.gif", "--from", "9", "--steps", "5"], "the last must be at least the first"),
        (["--out", "a.gif", "--steps", "99999", "--every", "1"], "must be at most 5,000, such as one every 21 steps"),
        (["--out", "a.gif", "--steps", "999999999999", "--every", "1"], "must be at most 5,000"),
        (["--out", "a.gif", "--fps", "1000"], "1000 frames a second: must be 1 to 50"),
        (["--out", "a.gif", "--steps", "1500", "--every", "1"], "must be at most 1,000 of that size in a .gif"),
        (["--out", "a.mp4", "--steps", "3", "--size", "5000x900"], "a film's sides must be at most 4,096"),
        (["--out", "a.mp4", "--steps", "3", "--size", "1x1"], "each side must be 16"),
        (["--out", "a.png", "--fps", "3"], "--fps: only of a film"),
        (["--out", "a.csv", "--view", "loss"], "--view: only of what is drawn"),
        (["--out", "a.toml", "--window"], "--window: only of what is drawn"),
        (["--out", "a.svg", "--size", "99999x2"], "each side must be 16"),
        (["--out", "a.csv", "--steps", "no"], "--steps no: must be a whole number"),
        (["--out", "a.png", "--view", "nothing"], "view 'nothing': unknown"),
    ],
)
def test_bad_input_is_one_line(
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", "three-lines", *words]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: ") and said in told and told.count("\n") == 1
    assert not list(tmp_path.iterdir())


FULL_DISK = """
import resource, sys
from dropout_viz.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
for name in sys.argv[1:]:
    drawn = ["--size", "240x160"] if name[2:] not in ("csv", "toml", "html") else []
    print(main(["export", "moons", "--steps", "4", *drawn, "--out", name]))
"""


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """The process may write 600 bytes a file, no more."""
    names = [f"a{ending}" for ending in WRITERS if ending != ".py"]
    for name in names:
        (tmp_path / name).write_bytes(b"older")
    process = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *names],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    lines = process.stderr.splitlines()
    assert process.stdout.split() == ["1"] * len(names), process.stderr
    for name, line in zip(names, lines, strict=True):
        assert line.startswith(f"error: {name}: cannot be written ("), line
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == dict.fromkeys(names, b"older")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_must_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o500)
    assert run("three-lines", "--steps", 1, "--out", tmp_path / "a.gif") == 2
    assert "not allowed to write" in capsys.readouterr().err


def _is_writing(process: subprocess.Popen[str], folder: Path) -> bool:
    """Return whether a process has a file of a folder open: one has no name there before it is whole."""
    for file in Path(f"/proc/{process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            if os.readlink(file).startswith(str(folder)):
                return True
    return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="nothing tells which files are open")
def test_ctrl_c_leaves_nothing_half_written(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "dropout_viz",
            "export",
            "moons",
            "--steps",
            "90000",
            "--every",
            "40",
            *SMALL,
            "--out",
            str(tmp_path / "a.mp4"),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    end = time.monotonic() + 60
    while not _is_writing(process, tmp_path):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (130, "stopped\n")
    assert not list(tmp_path.iterdir())


def test_a_picture_opens_where_runs_do(qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    assert run("xor", "--steps", 12, *SMALL, "--seed", 4, "--out", path) == 0
    capsys.readouterr()
    assert main(["train", str(path), "--steps", "+8", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert main(["train", "xor", "--steps", "20", "--seed", "4", "--json"]) == 0
    fresh = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["loss"], told["seed"]) == (20, fresh["loss"], 4)
    assert main(["train", str(path), "--set", "hidden=9"]) == 2
    assert "cannot change in a run that has begun" in capsys.readouterr().err
    QImage(20, 20, QImage.Format.Format_RGB32).save(str(tmp_path / "foreign.png"))
    assert main(["train", str(tmp_path / "foreign.png")]) == 2
    assert "a picture without a run" in capsys.readouterr().err
