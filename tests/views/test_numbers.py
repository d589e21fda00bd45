"""Numbers as text: what is written is what is meant."""

from __future__ import annotations

import pytest

from dropout_viz.draw.numbers import setting, share, times


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.0 %"), (1.0, "100.0 %"), (0.5, "50.0 %"), (0.0002, "< 0.1 %"), (0.99975, "> 99.9 %"), (1e-12, "0.0 %")],
)
def test_a_share_is_not_all_or_nothing_unless_it_is(value: float, text: str) -> None:
    assert share(value) == text


def test_a_share_of_a_count_tells_every_number_of_it() -> None:
    assert share(7998 / 8000, 8000) == "99.98 %"
    assert [share(k / 40, 40) for k in (0, 21, 40)] == ["0.0 %", "52.5 %", "100.0 %"]
    assert share(0.998, 100) == "> 99 %" and share(0.0015, 100) == "< 1 %"


def test_a_setting_is_written_as_it_was_given() -> None:
    texts = ["0.125", "0.375", "0.996", "0.0004", "0", "1", "0.2"]
    assert [setting(float(text)) for text in texts] == texts


def test_what_is_multiplied_by_is_1_only_where_it_is() -> None:
    assert [times(1 / (1 - p)) for p in (0.0, 0.2, 0.5, 0.001, 0.996)] == [
        "× 1",
        "× 1.25",
        "× 2",
        "× 1.001",
        "× 250",
    ]
