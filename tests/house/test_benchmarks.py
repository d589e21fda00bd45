"""The benchmarks can be run, and what the README and the guide say of them is what they found."""

from __future__ import annotations

import importlib

import pytest

from tests.benchmarks import tables
from tests.benchmarks.__main__ import measure, names


@pytest.mark.parametrize("name", names())
def test_each_can_be_imported(name: str) -> None:
    try:
        importlib.import_module(f"tests.benchmarks.bench_{name}")
    except pytest.skip.Exception:
        pytest.skip("what it is measured against is not installed")


@pytest.mark.parametrize(("page", "short"), tables.PAGES.items(), ids=lambda value: getattr(value, "stem", None))
def test_no_figure_is_typed_by_hand(page: tables.Path, short: bool) -> None:
    text = page.read_text(encoding="utf-8")
    assert tables.with_table(text, short) == text, "python -m tests.benchmarks writes it"


def test_a_row_is_found_or_was_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    row = tables.rows()[0]
    kept = {"quiet": {"machine": {}, "figures": {row.group: {row.name: 3.14159}}}}
    monkeypatch.setattr(tables, "measured", lambda: kept)
    assert tables.table(short=True).splitlines()[2] == f"| {row.what} | {row.aim} | 3.14 | not measured |"


def test_what_hangs_is_stopped(tmp_path: tables.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bench_hangs.py").write_text("import time\n\n\ndef test_it() -> None:\n    time.sleep(600)\n")
    monkeypatch.setattr("tests.benchmarks.__main__.HERE", tmp_path)
    assert measure("hangs", 0.2) == ({}, "stopped after 0 s")
