"""Rows of dots: each dot has its place in the picture, groups stay together, and dots are as large as can be."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from dropout_viz.app.labs.figures.dots import paint_dots
from dropout_viz.app.labs.figures.frame import Spot
from dropout_viz.app.look.theme import Theme
from dropout_viz.labs.figures import DotRow, Dots


def painted(figure: Dots, width: int, height: int) -> list[Spot]:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    spots = paint_dots(painter, figure, QRectF(10, 10, width - 20, height - 20), Theme("dark").style)
    painter.end()
    return spots


def figure(*counts: tuple[int, int]) -> Dots:
    rows = [DotRow(f"{n} of {size}", [[1.0] * size] * n, "works", True) for n, size in counts]
    return Dots(name="d", title="Dots", dots=rows, filled="plays", empty="has failed")


@pytest.mark.parametrize("size", [(420, 300), (800, 520), (1600, 900)])
@pytest.mark.parametrize("counts", [((1, 50), (10, 5)), ((1, 12), (12, 1)), ((1, 300), (30, 10)), ((1, 1),)])
def test_every_dot_has_its_place(
    counts: tuple[tuple[int, int], ...], size: tuple[int, int], qapp: QApplication
) -> None:
    spots = painted(figure(*counts), *size)
    assert len(spots) == sum(n * each for n, each in counts)
    side = 2 * spots[0].half_width
    places = np.array([(s.x, s.y) for s in spots])
    assert (places - side / 2 >= 10).all() and (places + side / 2 <= np.array(size) - 10 + 1e-6).all()
    gaps = np.abs(places[:, None] - places[None]).max(axis=2) + 1e9 * np.eye(len(places))
    assert gaps.min() >= side - 1e-6, "no two overlap"
    first = 0
    for n, each in counts:
        for _ in range(n):
            if each <= 10:
                assert len(set(places[first : first + each, 1])) == 1, "a group lies on one line"
            first += each


def test_a_larger_picture_has_larger_dots_up_to_a_limit(qapp: QApplication) -> None:
    sides = [
        painted(figure((1, 50), (10, 5)), w, h)[0].half_width
        for w, h in ((420, 300), (800, 520), (1600, 900), (3000, 2000))
    ]
    assert sides[0] < sides[1] <= sides[2] == sides[3]


def test_a_dot_says_what_it_is(qapp: QApplication) -> None:
    row = DotRow("two plots", [[1.0, 0.0], [0.25]], "0 of 2 work", False)
    spots = painted(Dots(name="d", title="t", dots=[row], filled="plays", empty="has failed"), 500, 300)
    assert [s.text for s in spots] == [
        "two plots, group 1, 1: plays",
        "two plots, group 1, 2: has failed",
        "two plots, group 2, 1: 0.25",
    ]
    assert painted(Dots(name="d", title="t", dots=[], filled="a", empty="b"), 300, 200) == []
