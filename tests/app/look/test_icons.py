"""Icons are drawn for the pixels that they are shown on."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look import icons
from dropout_viz.draw.style import style


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 3.0])
def test_in_a_picture_they_have_its_pixels_whatever_the_screen_has(qapp: QApplication, scale: float) -> None:
    with icons.at_scale(scale):
        icon = icons.icon("search", style("dark"))
    for copy in (icon, QIcon(icon)):
        for asked in (1.0, 2.0):
            made = copy.pixmap(copy.actualSize(icons.pixmap("search", "#ffffff").size()), asked)
            assert made.toImage().size() == icons.pixmap("search", style("dark").text, scale).toImage().size()
    shown = icon.pixmap(20, 20).toImage()
    faint = icon.pixmap(20, 20, QIcon.Mode.Disabled).toImage()
    wanted = [icons.pixmap("search", colour, scale).toImage() for colour in (style("dark").text, style("dark").faint)]
    for image, other in zip((shown, faint), wanted, strict=True):
        image.setDevicePixelRatio(1)
        other.setDevicePixelRatio(1)
        assert image == other


def test_any_number_of_zooms_leaves_a_bounded_number_of_pictures(qapp: QApplication) -> None:
    for at in range(520):
        icons.pixmap("play", "#123456", 1, 1 + at / 1000)
    assert icons.pixmap.cache_info().currsize <= 512
