"""The numbers along the axes of error landscapes: true, whole and apart, however large they are."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.draw import valleys
from dropout_viz.draw.numbers import MINUS
from dropout_viz.draw.spans import Span, power_text
from dropout_viz.draw.text import text_width
from dropout_viz.draw.ticks import apart, tick_texts
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.landscape.view import View as Landscape
from dropout_viz.views.shared.view import View as Shared
from tests.views.hands import frame_of, picture, placed, trainer_of


def numbers_of(view: BaseView, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, QRectF]]:
    """Return what is written along the axes, and what of the view it covers."""
    found: list[tuple[str, QRectF]] = []
    real = valleys.draw_text

    def heard(p: QPainter, x: float, y: float, text: str, size: int, *args: Any, align: float, **how: Any) -> None:
        width = text_width(text, size)
        box = QRectF(x - align * width, y - 0.35 * size, width, 0.7 * size)
        found.append((text, p.worldTransform().mapRect(box)))
        real(p, x, y, text, size, *args, align=align, **how)

    monkeypatch.setattr(valleys, "draw_text", heard)
    picture(view)
    return [(text, box) for text, box in found if text]


@pytest.mark.parametrize(
    ("kind", "preset", "rate", "steps", "size"),
    [
        (Shared, "moons", 1e6, 200, (900, 700)),
        (Shared, "moons", 1e5, 200, (450, 400)),
        (Landscape, "five-valleys", 1e4, 30, (700, 500)),
        (Landscape, "five-valleys", 1e4, 30, (160, 500)),
        (Landscape, "three-lines", 0.1, 300, (160, 500)),
    ],
)
def test_the_numbers_of_a_run_that_grew_out_of_bounds_are_whole_and_apart(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[BaseView],
    preset: str,
    rate: float,
    steps: int,
    size: tuple[int, int],
) -> None:
    view = placed(qtbot, kind(Selection(), look.style("light")), size)
    view.setMinimumSize(1, 1)  # a picture may be smaller than any panel
    view.resize(*size)
    view.prepare_export()
    view.show_frame(frame_of(trainer_of(steps, preset, learning_rate=rate, p_hidden=0.5)))
    found = numbers_of(view, monkeypatch)
    assert len(found) > 4
    for text, box in found:
        assert QRectF(view.rect()).contains(box), text
    for (one, here), (other, there) in combinations(found, 2):
        assert not here.intersects(there), (one, other)
    right, most = Counter(round(box.right()) for _, box in found).most_common(1)[0]
    assert most >= 5  # the upright axis has its numbers, which end in one line, and its name is beside them
    column = min(box.left() for _, box in found if round(box.right()) == right)
    names = [box for _, box in found if box.height() > 15 and box.right() < right]
    assert names and all(box.right() < column for box in names)


def test_numbers_that_are_wide_are_written_short_all_along_the_axis() -> None:
    assert tick_texts(Span(-2e6, 1e6, 1e6), 42) == [f"{MINUS}2e6", f"{MINUS}1e6", "0", "1e6"]
    assert tick_texts(Span(0, 1.5, 0.5), 42) == ["0", "0.5", "1.0", "1.5"]
    assert [power_text(v, 5e239) for v in (5e239, 1e240, -1.5e240)] == ["5e239", "1e240", f"{MINUS}1.5e240"]
    assert [power_text(v, 1e-7) for v in (1e-7, 1.2e-6, 0.0)] == ["1e-7", "1.2e-6", "0"]


def test_numbers_that_would_overlap_are_left_out_and_zero_last() -> None:
    names = [f"{MINUS}2,000", f"{MINUS}1,000", "0", "1,000", "2,000"]

    def kept(distance: float) -> list[str]:
        return [text for _, _, text in apart(((k * distance, name) for k, name in enumerate(names)), -99, 999)]

    assert kept(60) == names
    assert kept(30) == names[::2]
    assert kept(8) == ["0"]
    assert apart([], 0, 9) == []


def test_numbers_stay_within_the_ends() -> None:
    half = text_width("1,000", look.SMALL) / 2
    assert apart([(0.0, "1,000"), (90.0, "1,000")], -5, 95) == [(0.0, half - 5, "1,000"), (90.0, 95 - half, "1,000")]
