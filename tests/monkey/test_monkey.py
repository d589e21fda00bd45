"""A short visit of the monkey; make monkey SEED=n ACTIONS=m is a long one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.monkey.monkey import run
from tests.monkey.plan import plan
from tests.monkey.watch import Watch

QUICK = {"lab": 0.0, "preset": 0.5, "lesson": 0.5}  # nothing that waits for another process or a long opening

MANY = 15  # actions


@pytest.mark.qt_log_ignore(r"This plugin does not support .*")
def test_some_actions_do_no_harm(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    outcome = run(12, MANY, tmp_path, said.append, QUICK, longest=1.0)  # the machine does much else meanwhile
    assert not outcome.faults, f"{outcome}\n" + "\n".join(said)
    assert len(said) == MANY


def test_a_seed_is_a_plan() -> None:
    short, long = plan(5, 40), plan(5, 80)
    assert [a.kind for a in short] == [a.kind for a in long[:40]]
    assert [a.dice.random() for a in short] == [a.dice.random() for a in long[:40]]
    assert [a.kind for a in plan(6, 40)] != [a.kind for a in short]


def test_what_goes_wrong_is_written_down() -> None:
    before = qInstallMessageHandler(None)
    qInstallMessageHandler(before)
    with Watch() as watch:
        watch.now = 7
        sys.excepthook(ValueError, ValueError("broken"), None)
    assert [(number, "broken" in text) for number, text in watch.complaints] == [(7, True)]


GROWING = """
from tests.monkey.watch import Census

class Kept:
    __module__ = "dropout_viz.nowhere"

before = Census()
kept = [Kept() for _ in range(500)]
print(*(line for line in Census().grown(before) if "Kept" in line), sep="\\n")
"""


def test_what_grows_is_named() -> None:
    """In a process of its own: all objects that there are are looked through, and a process that tests has millions."""
    told = subprocess.run([sys.executable, "-c", GROWING], capture_output=True, text=True, timeout=60, check=True)
    assert told.stdout.splitlines() == ["dropout_viz.nowhere.Kept: 0 -> 500 objects"], told.stderr
