"""A little of ``fuzz``: nothing that comes from outside ends in anything but its content or one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outside import fuzz


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_what_is_spoilt_is_one_line(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = {"run": (1217, 1537)}.get(kind, ())  # what went wrong once
    wrong = [text for seed in (*range(10), *found) if (text := fuzz.attempt(kind, seed, tmp_path))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_much_that_is_spoilt_is_one_line(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = [text for seed in range(10, 3000) if (text := fuzz.attempt(kind, seed, tmp_path))]
    assert not wrong, "\n".join(wrong)
