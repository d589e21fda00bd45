"""PySide reads no module that is imported after it: that would be a tenth of the time that the window takes to open."""

from __future__ import annotations

import inspect
from pathlib import Path
from unittest.mock import Mock

import pytest

from dropout_viz.app.platform.unread import leave_unread


def test_what_is_imported_after_it_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave_unread()
    (tmp_path / "imported_late.py").write_text("from PySide6.QtCore import QSize\nWIDE = QSize(3, 2).width()\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(inspect, "getsource", read := Mock(side_effect=OSError))
    known = dict[str, object]()
    exec("from imported_late import WIDE", known)
    assert known["WIDE"] == 3
    read.assert_not_called()
