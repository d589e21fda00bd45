"""Every discovered file states what its registry asks for, and can be loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dropout_viz import registry
from dropout_viz.help_parts import EVERY, HEADINGS, MOST_WORDS
from dropout_viz.registry import AREAS, WANTED, Entry

FOLDERS = ("data", "views", "labs")
ENTRIES = [(folder, entry) for folder in FOLDERS for entry in registry.entries(folder).values()]


def name(value: Any) -> str:
    return value.key if isinstance(value, Entry) else str(value)


@pytest.mark.parametrize(("folder", "entry"), ENTRIES, ids=name)
def test_a_discovered_file_states_its_facts(folder: str, entry: Entry) -> None:
    facts = entry.facts
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", facts["KEY"])
    assert entry.title == facts["TITLE"].strip() != ""
    assert type(facts["ORDER"]) is int
    for constant, kind in WANTED[folder].items():
        assert type(facts[constant]) is kind, constant
    if folder == "views":
        assert facts["AREA"] in AREAS
        assert 1 <= facts["RATE"] <= 60
    if folder in ("views", "labs"):
        wanted = EVERY if folder == "views" else ("shows", "read")  # a lab's source is a fact of its own
        assert set(wanted) <= set(facts["HELP"]) <= set(HEADINGS)
        assert [(key, len(text.split())) for key, text in facts["HELP"].items() if len(text.split()) > MOST_WORDS] == []
        assert all(len(text) > 8 for text in facts["HELP"].values())
    module = entry.load()
    assert module.__name__ == entry.module
    assert module.__doc__


@pytest.mark.parametrize("folder", FOLDERS)
def test_keys_and_places_are_not_taken_twice(folder: str) -> None:
    own = [entry for where, entry in ENTRIES if where == folder]
    orders = [entry.facts["ORDER"] for entry in own]
    assert len(set(orders)) == len(orders)
    files = [file for file in (registry._ROOT / folder).rglob("*.py") if "KEY" in registry._constants(file)]
    assert len(files) == len(own), "two files share a KEY"


def test_a_file_that_lacks_a_fact_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = tmp_path / "labs" / "coin.py"
    lab.parent.mkdir()
    lab.write_text('"""A lab."""\n\nKEY = "coin"\nTITLE = "Coin"\n', encoding="utf-8")
    monkeypatch.setattr(registry, "_ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"coin\.py states no QUESTION; must be a constant, str"):
        registry.entries.__wrapped__("labs")
