"""What all tests of views share."""

from __future__ import annotations

import pytest

from tests.coarse import make_coarse


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views compute at few points."""
    make_coarse(monkeypatch)
