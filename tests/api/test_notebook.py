"""The example notebook runs from above to below: as plain Python always, in Jupyter where that is installed."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from dropout_viz import assets

FILE = assets.path("notebooks", "first-look.ipynb")
CELLS = [
    "".join(cell["source"]) for cell in json.loads(FILE.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"
]


def shown(cell: str, names: dict[str, Any]) -> object:
    """Run a cell and return the value that a notebook would show below it."""
    tree = ast.parse(cell)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # type: ignore[attr-defined]


def test_its_cells_run_in_order(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    values = [shown(cell, names) for cell in CELLS]
    assert repr(values[0]) == "<Run three-lines: step 1,000, seed 7>" and values[-1] == 1000
    assert [getattr(value, "view", None) for value in values[2:4]] == ["network", "landscape"]
    without, with_ = (values[4][p] for p in (0.0, 0.5))  # type: ignore[index]
    assert with_["train"] < without["train"] and with_["test"] > without["test"]
    assert "<table>" in values[5]._repr_html_()  # type: ignore[union-attr,attr-defined]


@pytest.mark.jupyter
def test_it_runs_in_jupyter(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="make notebook fetches Jupyter")
    nbclient = pytest.importorskip("nbclient", reason="make notebook fetches Jupyter")
    notebook = nbformat.read(FILE, as_version=4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    kinds = [set(output.get("data", {})) for output in outputs]
    assert sum({"image/png", "image/svg+xml"} <= kind for kind in kinds) == 2
    assert any("text/html" in kind for kind in kinds)
    assert not [output for output in outputs if output.output_type == "error"]
