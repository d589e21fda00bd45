"""Numbers as people type them: every one is read as what it means, or refused in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.draw.typed import read_number, read_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,01", 0.01),
        ("0,5", 0.5),
        (",5", 0.5),
        ("5,", 5.0),
        ("-0,25", -0.25),
        ("\N{MINUS SIGN}0,25", -0.25),
        ("1,5e-3", 1.5e-3),
        ("1e-3", 1e-3),
        (".5", 0.5),
        ("+2", 2.0),
        (" 0.25 ", 0.25),
        ("1,000", 1.0),
        ("12,345", 12.345),
    ],
)
def test_one_comma_is_a_decimal_comma(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text", ["1,000.5", "1.000,5", "1,2,3", "1,000,000", "1.2.3", ",", ".", "", "abc", "1 000", "1_000", "0x10", "1e"]
)
def test_what_could_mean_two_numbers_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be one number, with a point or one comma"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,000", 1000),
        ("60,000", 60_000),
        ("1,234,567", 1_234_567),
        ("7", 7),
        ("1e3", 1000),
        ("-1,000", -1000),
        ("2.0", 2),
        ("2,0", 2),
    ],
)
def test_whole_numbers_may_have_commas_between_their_thousands(text: str, value: int) -> None:
    found = read_number(text, whole=True)
    assert found == value
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("0,001", 0.001), ("0.001", 0.001), ("1,5", 1.5), ("1.5", 1.5), ("12,34", 12.34)]
)
def test_a_fraction_is_never_turned_into_a_whole_number(text: str, value: float) -> None:
    assert read_number(text, whole=True) == value  # for the setting to refuse


@pytest.mark.parametrize("text", ["1.000", "60.000", "1.234.567", "1,0000,0", "1,00,000", "1 000", "x"])
def test_whole_numbers_that_could_mean_two_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number, written 1000 or 1,000"):
        read_number(text, whole=True)


@settings(max_examples=40)
@given(st.decimals(-1000, 1000, places=4))
def test_comma_and_point_mean_the_same(value: object) -> None:
    text = f"{value:.4f}"
    assert read_number(text.replace(".", ",")) == read_number(text) == float(Fraction(text))


@settings(max_examples=40)
@given(st.text(alphabet="0123456789.,-+e ", max_size=9))
def test_no_digit_moves_across_the_mark_of_the_decimals(text: str) -> None:
    """That is how 0,5 became 5."""
    try:
        found = read_number(text)
    except ValueError:
        return
    assert found == float(text.replace(",", "."))


@pytest.mark.parametrize(
    ("text", "values"),
    [("0.1, 0.2", (0.1, 0.2)), ("0.1,0.2", (0.1, 0.2)), ("0,1; 0,2", (0.1, 0.2)), ("", ()), ("1, 2", (1, 2))],
)
def test_a_list_of_numbers(text: str, values: tuple[float, ...]) -> None:
    assert read_numbers(text) == values


@pytest.mark.parametrize("text", ["0,2", "0,1,0,5", "0,1, 0,2"])
def test_a_list_that_could_mean_two_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="with ; between them"):
        read_numbers(text)
