"""The shared plot: round ticks, ranges that hold still, numbers as text, cheap lines that look like the fine ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.draw import style as look
from dropout_viz.draw.axis import LEFT, NAME, PlotAxis, power_of_ten, round_number
from dropout_viz.draw.numbers import count, number, share
from dropout_viz.draw.plot import Plot
from dropout_viz.draw.ranges import fit, fit_log, nice, nice_below, whole_run

positive = st.floats(1e-12, 1e12)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.120345, 4, "0.1203"),
        (12.3456, 4, "12.35"),
        (0.1, 4, "0.1000"),
        (-0.5, 2, "−0.50"),
        (0, 4, "0"),
        (1.2345e-5, 4, "1.23×10⁻⁵"),
        (1.2345678e-5, 6, "1.23457×10⁻⁵"),
        (3.2e9, 4, "3.20×10⁹"),
        (math.nan, 4, "not a number"),
        (-math.inf, 4, "−∞"),
        (123456.0, 4, "123456"),
    ],
)
def test_numbers_have_the_digits_that_they_deserve(value: float, digits: int, text: str) -> None:
    assert number(value, digits) == text


def test_counts_and_shares() -> None:
    assert count(60000) == "60,000" and count(-1234) == "−1,234"
    assert (share(0.75, 4), share(0.9724, 540), share(0.98765, 10_000)) == ("75 %", "97.2 %", "98.77 %")
    assert (share(21 / 40, 40), share(5 / 16, 16), share(1 / 35, 35)) == ("52.5 %", "31.25 %", "2.9 %")


@pytest.mark.parametrize("of", [1, 3, 8, 35, 40, 100, 360, 1437, 2000, 5000, 12_345])
def test_a_share_tells_every_number_of_cases_from_every_other(of: int) -> None:
    told = [share(n / of, of) for n in range(of + 1)]
    assert len(set(told)) == of + 1
    shares = np.array([float(text.removesuffix(" %")) for text in told])
    assert np.array_equal(np.round(shares * of / 100), np.arange(of + 1)), "the count can be told from it"


@settings(max_examples=40)
@given(positive)
def test_nice_numbers_enclose(value: float) -> None:
    assert nice_below(value) * (1 - 1e-9) <= value <= nice(value) * (1 + 1e-9)
    assert nice(value) <= 5.01 * nice_below(value)


@settings(max_examples=40)
@given(st.integers(0, 10**9))
def test_the_step_axis_ends_soon_after_the_run(step: int) -> None:
    assert max(step, 10) * (1 - 1e-9) <= whole_run(step) <= max(10, 1.51 * step)


@settings(max_examples=40)
@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.sampled_from([0.7, 1.0]))
def test_a_linear_range_holds_its_data_and_stays(low: float, size: float, from_zero: float) -> None:
    high = low + size
    first, last = fit(low, high, from_zero=from_zero)
    slack = 1e-9 * max(abs(low), abs(high))
    assert first - slack <= low and high <= last + slack and first < last
    if low >= 0 and from_zero == 1.0:
        assert first == 0
    again = (first - slack, last + slack)
    assert fit(low, high, again, from_zero=from_zero) == again


@settings(max_examples=40)
@given(positive, st.floats(1, 1e6))
def test_a_logarithmic_range_holds_its_data(low: float, factor: float) -> None:
    first, last = fit_log(low, low * factor)
    assert first - 1e-9 <= math.log10(low) and math.log10(low * factor) <= last + 1e-9
    assert last - first >= 0.1


@pytest.mark.parametrize("values", [(math.nan, math.nan), (math.inf, -math.inf), (0.0, 0.0)])
def test_ranges_of_nothing(values: tuple[float, float]) -> None:
    for made in (fit(*values), fit_log(*values)):
        assert made[0] < made[1] and all(map(math.isfinite, made))
    assert fit(math.nan, math.nan, (2.0, 3.0)) == (2.0, 3.0)


@pytest.fixture(scope="module")
def bottom(qapp: object) -> PlotAxis:
    return PlotAxis("bottom")


@settings(max_examples=40)
@given(low=st.floats(-1e6, 1e6), size=st.floats(1e-6, 1e6), pixels=st.floats(20, 2000))
def test_ticks_are_round_and_inside(bottom: PlotAxis, low: float, size: float, pixels: float) -> None:
    for every, values in bottom.tickValues(low, low + size, pixels):
        assert all(low <= v <= low + size for v in values)
        assert len(values) <= pixels / 84 + 2
        assert float(f"{every:.0e}") == pytest.approx(every, rel=1e-9)


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """Fonts need an application."""


def test_ticks_of_steps_are_whole_and_reach_both_ends() -> None:
    axis = PlotAxis("bottom")
    axis.whole = True
    ((_, values),) = axis.tickValues(20_000, 20_004, 400)
    assert values == [20_000, 20_001, 20_002, 20_003, 20_004]
    assert axis.tickStrings([0, 20_000, 60_000], 1, 20_000) == ["0", "20,000", "60,000"]
    ((_, values),) = axis.tickValues(0, 0.6 * 100_000, 380)
    assert values[0] == 0 and values[-1] == 60_000


def test_a_low_plot_has_a_scale_too() -> None:
    ((_, values),) = PlotAxis("left").tickValues(0.0, 1.02, 40)
    assert values == [0.0, 1.0]


def test_logarithmic_ticks() -> None:
    axis = PlotAxis("left")
    axis.logMode = True

    def texts(low: float, high: float, pixels: float) -> list[str]:
        ((every, values),) = axis.tickValues(math.log10(low), math.log10(high), pixels)
        return axis.tickStrings(values, 1, every)

    assert texts(1e-3, 1, 200) == ["0.001", "0.01", "0.1", "1"]
    assert texts(1e-2, 1, 260) == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
    assert texts(1e-12, 1, 100)[-1] == "1" and len(texts(1e-12, 1, 100)) <= 5
    assert len(texts(0.2501, 0.2599, 300)) >= 2, "a small part of a decade has ticks too"
    assert power_of_ten(-6) == "10⁻⁶" and power_of_ten(math.log10(5e-6)) == "5×10⁻⁶"


def test_ticks_have_the_decimals_that_tell_them_apart() -> None:
    assert [round_number(v, 0.05) for v in (0, 0.05, 0.1)] == ["0", "0.05", "0.10"]
    assert round_number(-0.5, 0.5) == "−0.5" and round_number(2.5e-8, 5e-9) == "2.5×10⁻⁸"


def drawn(qtbot: QtBot, fine: bool, width: float, dash: tuple[float, ...] | None = None) -> np.ndarray:
    """Return the lightness of a picture of a falling line, 0 to 255."""
    screen = QWidget()
    qtbot.addWidget(screen)
    plot = Plot(look.style("dark"), screen)
    plot.resize(300, 200)
    screen.show()
    plot.show_range((0.0, 1.0), (0.0, 1.0))
    if fine:
        plot.fine()
    x = np.linspace(0, 1, 200)
    plot.add_curve(lambda style: style.arm(0), width=width, dash=dash).show(x, 0.9 * np.exp(-2 * x))
    image = plot.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : image.width()].astype(float)


@pytest.mark.parametrize("dash", [None, (4.0, 2.5)])
def test_a_live_line_has_about_the_ink_of_the_fine_one(qtbot: QtBot, dash: tuple[float, ...] | None) -> None:
    empty = drawn(qtbot, False, 1.7) * 0 + np.median(drawn(qtbot, False, 1.7))
    live, fine = ((np.abs(drawn(qtbot, how, 1.7, dash) - empty) > 40).sum() for how in (False, True))
    thin = (np.abs(drawn(qtbot, False, 1.0, dash) - empty) > 40).sum()
    assert 0.6 * fine < live < 1.4 * fine
    assert thin < live


def test_axes_have_their_names_and_the_range_of_the_area(qtbot: QtBot) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    plot = Plot(look.style("dark"), screen)
    plot.resize(300, 200)
    screen.show()
    plot.label(x="step", y="loss")
    plot.show_range((2.0, 5.0), (-1.0, 1.0))
    plot.grab()
    axes = (plot.x_axis, plot.y_axis)
    assert [axis.label.toPlainText().strip() for axis in axes] == ["step", "loss"]
    assert [axis.label.isVisible() for axis in axes] == [True, True]
    assert [axis.range for axis in axes] == [[2.0, 5.0], [-1.0, 1.0]]
    qtbot.waitUntil(lambda: plot.area().left() > LEFT + NAME)
    plot.label(y="")
    assert not plot.y_axis.label.isVisible()
    qtbot.waitUntil(lambda: plot.area().left() < LEFT + NAME)


def test_a_theme_colours_axes_and_lines(qtbot: QtBot) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    plot = Plot(look.style("dark"), screen)
    plot.label(x="weight", y="loss")
    curve = plot.add_curve(lambda style: style.basin(2))
    plot.restyle(look.style("light"))
    assert curve.ink.name() == look.style("light").basins[2]
    assert plot.x_axis.textPen().color().name() == look.style("light").dim
    assert plot.y_axis.labelText == "loss" and look.style("light").dim in plot.x_axis.labelString()


def test_a_name_is_shown_as_it_is(qtbot: QtBot) -> None:
    screen = QWidget()
    qtbot.addWidget(screen)
    plot = Plot(look.style("dark"), screen)
    name = "PC 2: < 1 % of the path's variance & > 0"
    plot.label(x=name)
    assert plot.x_axis.label.toPlainText().strip() == name == plot.x_axis.labelText


@pytest.mark.parametrize("width", [1.0, 2.0])
def test_lines_are_as_much_thicker_as_a_plot_is_zoomed(qtbot: QtBot, width: float) -> None:
    plot = Plot(look.style("light"))
    qtbot.addWidget(plot)
    plot.resize(300, 200)
    plot.x_axis.setVisible(False)
    plot.y_axis.setVisible(False)
    plot.show_range((0, 1), (0, 1))
    plot.add_curve(lambda style: QColor("black"), width=width).show([0.0, 1.0], [0.33, 0.33])

    def thickness() -> float:
        image = plot.grab().toImage()
        column = [image.pixelColor(image.width() // 2, y).lightness() for y in range(image.height())]
        return sum(255 - lightness for lightness in column) / 255

    plain = thickness()
    plot.take_zoom(3.0)
    assert thickness() == pytest.approx(3 * plain, rel=0.35)
    assert 70 < plot.area().width() < 300 / 3, "it measures itself in units"
