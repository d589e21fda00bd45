"""What is looked for when words are typed, in the pages and in the command palette alike."""

from __future__ import annotations

import re

_STOP_WORDS = re.compile(
    "a|an|and|are|by|can|do|does|for|how|i|in|is|it|its|me|my|of|on|or|that|the|there|this|to|was|what|when|where|"
    "which|who|why|will|with|x|you|×"
)
_HYPHEN = "[-\u2010\u2011]"
_ENDING = re.compile(r"(?P<stem>[^\W\d]{4,}?)(?:(?P<y>ies)|ings?|ed|es|(?<!s)s)")
_ENDINGS = "(?:ing|ings|ed|es|e|s)?"
_ENDINGS_OF_Y = "(?:y|ies)"
_NEVER_DOUBLED = "aeiouslz"  # run-ning loses an n, pass-ing no s


def words_of(typed: str) -> list[str]:
    """Return the words that were typed, without those that only make them a question, and its marks."""
    words = [bare for word in typed.casefold().split() if (bare := word.strip("?!,;:"))]
    return [word for word in words if not _STOP_WORDS.fullmatch(word)] or words


def patterns(typed: str) -> list[str]:
    """Return for each word that was typed a regular expression, of lower case, that finds words that begin so.

    Hyphens, and spaces in their place, make no difference, nor do the endings -s, -ed and -ing: “overfitting”,
    “over-fitting” and “over fitting” all find “over-fitting” and “overfit”.
    """
    words = words_of(typed)
    return [_pattern(word, before) for word, before in zip(words, ["", *words], strict=False)]


def _pattern(word: str, before: str) -> str:
    """Return the expression for a word; ``before``: the one typed before it, with which it may make a single word."""
    begins = rf"(?:(?<!\w)|(?<=(?<!\w){re.escape(before)}))" if before else r"(?<!\w)"
    parts = re.split(_HYPHEN, word)
    said = f"(?:{_HYPHEN}|\\s)?".join(map(_loose, parts)) if all(parts) else re.escape(word)
    ended = _ENDING.fullmatch(parts[-1]) if all(parts) else None
    if ended is None:
        return begins + said
    return f"{begins}(?:{said}|{_other_endings(word, ended)})"


def _other_endings(word: str, ended: re.Match[str]) -> str:
    """Return the expression for a word with other endings than its own."""
    stem = word[: len(word) - len(ended[0])] + ended["stem"]
    if stem[-1] == stem[-2] and stem[-1] not in _NEVER_DOUBLED:
        stem = stem[:-1]
    doubled = re.escape(stem[-1]) + "?"
    whole = _loose(re.sub(_HYPHEN, "", stem))
    return rf"{whole}{_ENDINGS_OF_Y if ended['y'] else doubled + _ENDINGS}(?!\w)"


def _loose(part: str) -> str:
    """Return the expression for letters between any two of which there may be a hyphen."""
    return re.sub(r"(?<=[^\W\d_])(?=[^\W\d_])", f"{_HYPHEN}?", re.escape(part))
