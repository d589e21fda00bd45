"""The speeds that the transport offers, in steps a second; None is as fast as it goes, ``AUTO`` the whole run in about
a minute."""

from __future__ import annotations

from dropout_viz.draw.numbers import count
from dropout_viz.engine.pace import AUTO, Speed

NUMBERS = (1, 2, 4, 8, 15, 30, 60, 120, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
SPEEDS: tuple[Speed, ...] = (AUTO, *NUMBERS, None)
FOLLOW: float = 4
"""A person can follow the masks at this speed."""


def place(speed: Speed) -> int:
    """Return the index in ``SPEEDS`` of a speed, or of the nearest number below it."""
    if speed is None or speed == AUTO:
        return SPEEDS.index(speed)
    return max(1, sum(number <= speed for number in NUMBERS))


def neighbour(speed: Speed, by: int) -> Speed:
    """Return the speed ``by`` places up or down, staying within the offered ones; never ``AUTO``."""
    return SPEEDS[max(1, min(len(SPEEDS) - 1, place(speed) + by))]


def words(speed: Speed) -> str:
    """Return a speed as the transport writes it."""
    if speed == AUTO:
        return "auto"
    if speed is None:
        return "as fast as it goes"
    return "1 step/s" if speed == 1 else f"{count(speed)} steps/s"
