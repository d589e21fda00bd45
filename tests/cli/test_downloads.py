"""Commands that need data which are not there: they download first, or say in one line why they cannot."""

from __future__ import annotations

import json
import sys

import pytest

from dropout_viz.cli import main
from dropout_viz.data import mnist
from dropout_viz.data.store import VARIABLE
from tests.data import small_mnist
from tests.data.mirror import serving

Capture = pytest.CaptureFixture[str]
TRAIN = ["train", "mnist", "--steps", "2", "--set", "hidden=8", "--set", "p_hidden=0.5", "--json"]


@pytest.fixture
def mirrored(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """No files anywhere but on a mirror."""
    return small_mnist.publish(monkeypatch)


@pytest.mark.parametrize("terminal", [False, True])
def test_training_downloads_first(
    terminal: bool, mirrored: dict[str, bytes], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(mirrored) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
        assert main(TRAIN) == 0
        captured = capsys.readouterr()
        assert json.loads(captured.out)["steps"] == 2
        assert "MNIST" in captured.err
        assert main(TRAIN) == 0
        assert len(mirror.asked) == 4  # once
    assert "MNIST" not in capsys.readouterr().err


def test_without_a_network_it_is_one_line(
    mirrored: dict[str, bytes], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({}) as mirror:
        gone = mirror.url
    monkeypatch.setattr(mnist, "MIRRORS", (gone,))
    assert main(TRAIN) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    last = captured.err.splitlines()[-1]
    assert last.startswith("error: MNIST could not be downloaded (127.0.0.1: no connection); must have a network")
    assert last.endswith(f"or the files in the folder that {VARIABLE} names")


def test_listing_needs_no_data(mirrored: dict[str, bytes], capsys: Capture) -> None:
    assert main(["list", "presets"]) == 0
    assert "tutorial-dense" in capsys.readouterr().out
