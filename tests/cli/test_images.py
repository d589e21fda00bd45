"""A folder of pictures: what is read of it, what is refused, and that all that tells of a run repeats it."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dropout_viz.cli import main
from dropout_viz.data import images
from dropout_viz.data import pictures as reading
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.own_images import config_of
from dropout_viz.engine.settings import read_toml, to_toml
from dropout_viz.engine.source import load_source
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import OtherFiles, UserError


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Dark and light pictures, ten of each, and files that are none."""
    folder = tmp_path / "mine"
    for name, grey in (("dark", 40), ("light", 200)):
        (folder / name).mkdir(parents=True)
        for k in range(10):
            Image.new("L", (20, 20), grey + k).save(folder / name / f"{k}.png")
    (folder / ".hidden").mkdir()
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("x")
    (folder / "dark" / "Thumbs.db").write_bytes(b"x")
    return folder


def test_what_is_read(pictures: Path) -> None:
    data = images.load(file=str(pictures), side=8, test_share=0.3)
    assert (data.classes, data.image, data.x.shape, data.x.dtype) == (("dark", "light"), (8, 8), (14, 64), np.float32)
    assert data.x_test is not None and data.y_test is not None and data.y_test.sum() == 3 == len(data.y_test) / 2
    for x, y in zip(data.x, data.y[:, 0], strict=True):
        assert np.ptp(x) < 1e-6 and round(float(x[0]) * 255) - (200 if y else 40) in range(10)
    seen = sorted(round(float(x[0]) * 255) for x in np.concatenate([data.x, data.x_test]))
    assert seen == [*range(40, 50), *range(200, 210)]
    other = images.load(file=str(pictures), side=8, test_share=0.3, seed=1)
    assert other.x.tobytes() != data.x.tobytes() and other.files == data.files


def made(folder: Path, image: Image.Image, name: str = "x.png") -> np.ndarray:
    path = folder / name
    image.save(path)
    return reading.grey(path, path.read_bytes(), 8)


def test_a_folder_of_anything_is_not_read(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for k in range(101):
        (pictures / "dark" / f"{k}.txt").touch()
    monkeypatch.setattr(reading, "grey", lambda *_: pytest.fail("a picture is read"))
    with pytest.raises(UserError, match=r"of 123 files and folders 20 are pictures; must be .* fewer than pictures"):
        config_of(pictures, {})


def test_every_kind_of_picture_is_made_grey_and_fits(tmp_path: Path) -> None:
    assert np.allclose(made(tmp_path, Image.new("RGB", (16, 16), (255, 0, 0))), 76 / 255)
    assert np.allclose(made(tmp_path, Image.new("RGBA", (16, 16), (0, 0, 0, 0))), 1), "what is see-through is white"
    assert np.allclose(made(tmp_path, Image.new("1", (16, 16), 1)), 1)
    assert np.allclose(made(tmp_path, Image.new("P", (3, 3), 0)), 0)
    deep = Image.fromarray(np.full((16, 16), 32768, np.uint16))
    assert np.allclose(made(tmp_path, deep), 0.5, atol=0.01)
    wide = np.zeros((4, 16), np.uint8)
    wide[1:3, 4:12] = 255
    found = made(tmp_path, Image.fromarray(wide))
    assert found.shape == (8, 8) and np.ptp(found[:3]) < 1e-6 and found[3:5, 2:6].min() > 0.4
    turned = Image.fromarray(np.repeat(np.array([[0, 255]], np.uint8), 2, axis=0))
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    turned.save(tmp_path / "turned.png", exif=exif)
    found = reading.grey(tmp_path / "turned.png", (tmp_path / "turned.png").read_bytes(), 8)
    assert found[0, 0] > 0.9 and found[0, -1] < 0.1
    frames = [Image.new("L", (8, 8), grey) for grey in (250, 5)]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    assert reading.grey(tmp_path / "x.gif", (tmp_path / "x.gif").read_bytes(), 8).min() > 0.9


def test_all_that_tells_of_a_run_repeats_it(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["train", str(pictures), "--steps", "20", "--set", "side=6", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["data"] == {"rows": 20, "dropped": 0, "features": 36, "classes": 2}
    config = config_of(pictures, {"side": 6})
    (tmp_path / "x.toml").write_text(to_toml(config), encoding="utf-8")
    assert read_toml(tmp_path / "x.toml") == config
    run = Arms.of(config)
    run.advance(20)
    assert main(["export", str(pictures), "--set", "side=6", "--steps", "20", "--out", str(tmp_path / "x.py")]) == 0
    monkeypatch.setattr(sys, "argv", ["x.py"])
    names = runpy.run_path(str(tmp_path / "x.py"))
    assert names["W1"].tobytes() == run.first.snapshot().weights[0].tobytes()
    Image.new("L", (20, 20), 0).save(pictures / "dark" / "3.png")
    with pytest.raises(OtherFiles, match="its pictures have changed"):
        Trainer(config)
    (pictures / "dark").rename(tmp_path / "gone")
    with pytest.raises(UserError, match="a directory with 1 folder of pictures"):
        load_source(str(tmp_path / "x.toml")).open()


def test_what_is_refused(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def line() -> str:
        with pytest.raises(UserError) as caught:
            images.load(file=str(pictures))
        return str(caught.value)

    bad = pictures / "dark" / "bad.png"
    bad.write_bytes(b"no picture")
    assert line().startswith(f"{bad}: cannot be read as a picture (cannot identify image file); must be one")
    bad.write_bytes((pictures / "dark" / "1.png").read_bytes()[:50])
    assert line().startswith(f"{bad}: cannot be read as a picture")
    monkeypatch.setattr(reading, "_MOST_PIXELS", 399)
    bad.unlink()
    assert "20 x 20 pixels; must be at most 50 million" in line()
    monkeypatch.setattr(reading, "MOST", 19)
    assert line() == f"{pictures}: 20 pictures; must be at most 19"
    with pytest.raises(UserError, match="no such folder; must be a folder with a folder of pictures for each class"):
        images.load(file=str(pictures / "nowhere"))


def test_only_what_says_something_is_taken(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", str(pictures), "--target", "x"]) == 2
    assert capsys.readouterr().err == "error: --target: nothing in data = images; must be left out\n"
    assert main(["train", str(pictures), "--set", "side=33"]) == 2
    assert "side = 33: must be less than or equal to 32" in capsys.readouterr().err
