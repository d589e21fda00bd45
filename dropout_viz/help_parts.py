"""Help in short parts: what a panel shows, how it is read, what mouse and keys do, the formula, where it comes from,
and a question that people ask about it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

Help = Mapping[str, str]
"""Parts by their keys in ``HEADINGS``. Each is of 60 words at most; a formula's lines are its own."""

HEADINGS = {
    "shows": "What it shows",
    "read": "How to read it",
    "keys": "Mouse and keys",
    "formula": "Formula",
    "source": "Source",
    "mind": "Bear in mind",
    "asked": "Often asked",
}
"""The heading of each part, in the order in which they are read."""
EVERY = ("shows", "read", "keys", "formula", "source")
"""The parts that a view's help has at least."""
MOST_WORDS = 60


def parts(help_: Help) -> list[tuple[str, str, str]]:
    """Return the parts of a help that it has, in order: key, heading, text."""
    return [(key, heading, help_[key]) for key, heading in HEADINGS.items() if key in help_]


def as_text(help_: Help) -> str:
    """Return a help as plain text, as it is read aloud: each part below its heading."""
    return "\n\n".join(f"{heading}: {text}" for _, heading, text in parts(help_))
