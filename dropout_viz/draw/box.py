"""A rectangle of numbers, and how large text is at a size of the view. No Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    @property
    def centre(self) -> float:
        return self.left + self.width / 2

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


def ui_scale(width: float, height: float) -> float:
    """Return how large text and marks are at a size of the view: they grow with it, but slower than it does."""
    return min(max(min(width / 860, height / 560) ** 0.6, 0.9), 2.6)
