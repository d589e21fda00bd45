"""Words that are false here, wherever they stand: in what is shown, in presets and lessons, in the README."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.figures import PACKAGE, ROOT, files, tree_of

FALSE = {
    r"(?<!no true )weight decay": "L2 joins the gradient here: with Adam or momentum it decays no weight by itself",
    r"the rest is co-adaptation": "what units do not explain one by one is interaction",
    r"never worked alone": "in small networks each half of a layer did, in some steps",
    r"fewer units are active": "it holds for ReLU networks that learn images, not for every network",
    r"\(published\)": "what nobody has published is an earlier run of our own",
}
"""What must not be said, and why."""


def _texts() -> dict[str, str]:
    """Return all that is told to people, by file: string literals of the code but for docstrings, TOML, Markdown."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "resources").rglob("*.toml")}
    found |= {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "resources").rglob("*.md")
    }
    found["README.md"] = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in files(PACKAGE):
        said, notes = [], set()
        for node in ast.walk(tree_of(path)):  # from the outside in: a docstring comes after its statement
            if isinstance(node, ast.Expr):
                notes.add(id(node.value))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
                said.append(node.value)
        found[str(path.relative_to(ROOT))] = "\n".join(said)
    return {name: re.sub(r"\s+", " ", text) for name, text in found.items()}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return _texts()


@pytest.mark.parametrize("words", FALSE)
def test_what_is_false_is_said_nowhere(words: str, texts: dict[str, str]) -> None:
    assert len(texts) > 300
    found = [name for name, text in texts.items() if re.search(words, text)]
    assert not found, FALSE[words]
