"""Imports run one way: what pyproject.toml's contracts cannot say is said here."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

from dropout_viz import registry

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("dropout_viz", cache_dir=None)


def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == 0, capsys.readouterr().out


@pytest.mark.parametrize("folder", ["views", "data", "labs"])
def test_what_a_registry_lists_knows_nothing_of_its_neighbours(folder: str, graph: grimp.ImportGraph) -> None:
    """Not by way of a helper either: a view may go, or come, without another noticing."""
    modules = [entry.module for entry in registry.entries(folder).values()]
    for one, other in permutations(modules, 2):
        chain = graph.find_shortest_chain(importer=one, imported=other)
        assert chain is None, " imports ".join(chain)


@pytest.mark.parametrize("folder", ["views", "data", "labs"])
def test_nothing_names_what_a_registry_lists(folder: str, graph: grimp.ImportGraph) -> None:
    """Adding one is adding one file, so no other file of the package may import it by name."""
    for entry in registry.entries(folder).values():
        importers = graph.find_modules_that_directly_import(entry.module)
        assert not importers, f"{entry.module} is imported by {sorted(importers)}"
