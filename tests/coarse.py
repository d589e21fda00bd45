"""What the views compute, of few points: nothing that is tested of a view depends on how many there are."""

from __future__ import annotations

import pytest

from dropout_viz.analysis.questions import fit, lesions, map, plane, redundancy, twins


def make_coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let surfaces, maps and trends have few points, until the test is over."""
    monkeypatch.setattr(plane, "SIDES", (7, 9, 11, 15, 19, 25))
    monkeypatch.setattr(fit, "POINTS", 61)
    monkeypatch.setattr(fit, "DRAWN", 60)
    monkeypatch.setattr(map, "BIG", 33)
    monkeypatch.setattr(map, "SMALL", 13)
    monkeypatch.setattr(map, "MANY", 17)
    monkeypatch.setattr(redundancy, "POINTS", 12)
    monkeypatch.setattr(lesions, "WORK", (4e6, 2e7))
    monkeypatch.setattr(lesions, "SIDE", 21)
    monkeypatch.setattr(lesions, "HALVES", 2e7)
    monkeypatch.setattr(twins, "STEPS", 60)
