"""Everything that is written can be read: a contrast of 4.5 with what it stands on, in either theme."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QColor

from dropout_viz import registry
from dropout_viz.app.export.pictures import write_picture
from dropout_viz.app.export.shot import Shot
from dropout_viz.draw import style as look
from dropout_viz.draw.contrast import LEAST, contrast, reads_on
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.settings import load_preset

_SVG = "{http://www.w3.org/2000/svg}"
_ON_BALLS = {"landscape", "shared"}
"""Views with numbers on balls, as black or as white as ``reads_on`` says: what lies below them is small and shaded."""
_SAME = 1.6
"""The contrast up to which two colours may both be the letters'."""
Matrix = NDArray[np.float64]


def test_the_ratio_is_that_of_the_standard() -> None:
    black, white = QColor("#000000"), QColor("#ffffff")
    assert contrast(black, white) == pytest.approx(21) and contrast(white, white) == 1
    assert contrast(QColor("#767676"), white) == pytest.approx(4.54, abs=0.005)  # the darkest grey that W3C lets pass
    assert contrast(QColor("#0000ff"), white) == pytest.approx(8.59, abs=0.005)


def test_black_or_white_is_read_on_every_colour() -> None:
    levels = range(0, 256, 15)
    worst = min(contrast(reads_on(c), c) for r in levels for g in levels for b in levels for c in [QColor(r, g, b)])
    assert worst >= LEAST


@pytest.mark.parametrize("theme", look.THEMES)
def test_every_colour_of_text_is_read_on_every_ground(theme: str) -> None:
    style = look.style(theme)
    grounds = [QColor(getattr(style, name)) for name in ("window", "panel", "raised")]
    tones = [style.text, style.dim, style.accent, style.warning, style.error, *style.arms]
    found = {tone: min(contrast(QColor(tone), ground) for ground in grounds) for tone in tones}
    on_panel = {tone: contrast(QColor(tone), QColor(style.panel)) for tone in tones}
    assert {tone for tone, least in on_panel.items() if least < LEAST} == set()
    assert {tone for tone in (style.text, style.dim) if found[tone] < LEAST} == set()
    assert contrast(QColor(style.accent_text), QColor(style.accent)) >= LEAST


@dataclass(frozen=True)
class Written:
    """A text of a picture, its colour, how opaque it is, and where it stands, in the picture's units."""

    text: str
    colour: str
    opacity: float
    left: float
    top: float
    right: float
    bottom: float


def written(element: ElementTree.Element, matrix: Matrix, inherited: dict[str, str]) -> Iterator[Written]:
    """Yield the texts of an SVG picture."""
    matrix = matrix @ _matrix(element.get("transform", ""))
    inherited = {**inherited, **element.attrib}
    if element.tag == f"{_SVG}text":
        text, size = "".join(element.itertext()), float(inherited["font-size"])
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        ends = [matrix @ (x, y - 0.75 * size, 1), matrix @ (x + 0.5 * size * len(text), y + 0.1 * size, 1)]
        (left, right), (top, bottom) = (sorted(float(end[k]) for end in ends) for k in (0, 1))
        opacity = float(inherited.get("fill-opacity", 1)) * float(inherited.get("opacity", 1))
        yield Written(text, inherited["fill"], opacity, left, top, right, bottom)
    for child in element:
        yield from written(child, matrix, inherited)


def _matrix(transform: str) -> Matrix:
    found = re.fullmatch(r"matrix\(([^)]*)\)", transform.strip())
    if found is None:
        assert not transform, transform
        return np.eye(3)
    a, b, c, d, e, f = map(float, found[1].split(","))
    return np.array([[a, c, e], [b, d, f], [0, 0, 1]])


def faint_texts(shot: Shot, run: Arms, folder: Path) -> list[str]:
    """Return the texts of a picture that stand out too little from what most of their box is."""
    drawn, painted = folder / "drawn.svg", folder / "painted.png"
    write_picture(shot, run, drawn)
    write_picture(shot, run, painted)
    pixels = np.asarray(Image.open(painted).convert("RGB"))
    root = ElementTree.parse(drawn).getroot()
    scale = pixels.shape[1] / float(root.attrib["viewBox"].split()[2])
    found = []
    for text in written(root, np.eye(3), {}):
        across = slice(max(0, int(text.left * scale)), int(text.right * scale) + 1)
        down = slice(max(0, int(text.top * scale)), int(text.bottom * scale) + 1)
        box = pixels[down, across].reshape(-1, 3)
        if not len(box):
            continue
        colours, times = np.unique(box, axis=0, return_counts=True)
        for most in np.argsort(-times):  # of thick letters there may be more than of what they stand on
            ground = QColor(*colours[most].tolist())
            tone = look.mix(ground.name(), text.colour, text.opacity)
            if contrast(tone, ground) > _SAME:
                break
        if shot.what in _ON_BALLS and text.text.isdecimal() and text.colour in ("#000000", "#ffffff"):
            continue
        if (ratio := contrast(tone, ground)) < LEAST:
            found.append(f"{text.text}: {ratio:.2f}, {text.colour} on {ground.name()}")
    return found


@pytest.fixture(scope="module")
def run() -> Arms:
    made = Arms.of(load_preset("three-lines"))
    made.advance(300)
    return made


VIEWS = list(zip(registry.entries("views"), itertools.cycle(look.THEMES), strict=False))
"""Each in one theme; in both, of other runs too, in the study."""


@pytest.mark.parametrize(("key", "theme"), VIEWS)
def test_what_a_view_writes_is_read(key: str, theme: str, run: Arms, tmp_path: Path) -> None:
    assert faint_texts(Shot(key, (560, 420), theme=theme), run, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["three-lines", "moons", "digits", "twins", "five-valleys"])
def test_what_a_view_writes_of_other_runs_is_read(preset: str, tmp_path: Path) -> None:
    made = Arms.of(load_preset(preset))
    made.advance(100)
    for key in registry.entries("views"):
        for theme in look.THEMES:
            assert faint_texts(Shot(key, (560, 420), theme=theme), made, tmp_path) == [], (key, theme)
