"""The figures of the house count what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import figures

BLOCK = "\n".join(f"value_{k} = {k}" for k in range(8))


def test_each_figure_stands_beside_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "PACKAGE", figures.VIEWS)  # of a part: it takes long to look for copies
    for figure in figures.figures():
        assert figure.value >= 0
        assert str(figure).endswith("not kept yet") == (figure.value > figure.most)


def test_they_count_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    views = tmp_path / "views"
    views.mkdir()
    (views / "one.py").write_text(
        f"KEY = 'one'\nfrom dropout_viz.views.two.scene import Row\n\nclass Row: ...\n{BLOCK}\n"
    )
    (views / "two").mkdir()
    (views / "two/__init__.py").write_text("KEY = 'two'\n")
    (views / "two/view.py").write_text(f"from dropout_viz.views import numbers\nfrom .scene import Row\n{BLOCK}\n")
    (views / "two/scene.py").write_text("class Row: ...\nbox.blockSignals(True)\n")
    monkeypatch.setattr(figures, "PACKAGE", tmp_path)
    monkeypatch.setattr(figures, "VIEWS", views)
    assert figures.imports_between_views() == 1
    assert figures.repeated_classes() == 1
    assert figures.largest_view() == 13
    assert figures.copies() == 1  # eight lines are one copy
    assert figures.occurrences(r"\.blockSignals\(", tmp_path) == 1


def test_no_view_imports_another() -> None:
    assert figures.imports_between_views() == 0
