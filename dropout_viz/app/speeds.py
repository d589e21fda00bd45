"""The speeds that the transport offers, in steps a second; None is as fast as it goes."""

from __future__ import annotations

from dropout_viz.draw.numbers import count

SPEEDS: tuple[float | None, ...] = (
    1,
    2,
    4,
    8,
    15,
    30,
    60,
    120,
    250,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    None,
)
FOLLOW: float = 4
"""A person can follow the masks at this speed: the one at which the window opens."""


def place(speed: float | None) -> int:
    """Return the index in ``SPEEDS`` of a speed, or of the nearest one below it."""
    if speed is None:
        return len(SPEEDS) - 1
    below = [i for i, s in enumerate(SPEEDS) if s is not None and s <= speed]
    return below[-1] if below else 0


def neighbour(speed: float | None, by: int) -> float | None:
    """Return the speed ``by`` places up or down, staying within the offered ones."""
    return SPEEDS[max(0, min(len(SPEEDS) - 1, place(speed) + by))]


def words(speed: float | None) -> str:
    """Return a speed as the transport writes it."""
    if speed is None:
        return "as fast as it goes"
    return "1 step/s" if speed == 1 else f"{count(speed)} steps/s"
