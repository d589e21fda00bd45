"""Settings of single arms of a run that has several: ``without dropout: p_hidden = 0.3``, or ``arm 2`` in place of its
name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from dropout_viz.app.commands.offered import Entrance, called
from dropout_viz.app.session import Session
from dropout_viz.draw.arm_names import quoted
from dropout_viz.engine.arm_tables import SHARED, SHARED_GROUPS
from dropout_viz.engine.config import RunConfig, facts
from dropout_viz.engine.settings import parse_words
from dropout_viz.errors import UserError

KEYS = tuple(
    key for key in RunConfig.model_fields if key not in SHARED and facts(key)["group"] not in (*SHARED_GROUPS, "clinic")
)
"""Settings that an arm may have of its own."""
_NUMBER = re.compile(r"arm (\d{1,2})")


def settings(session: Session, type_on: Callable[[str], object]) -> list[Entrance]:
    """Return the settings of every arm on show; ``type_on`` lets the value be typed behind a text."""
    arms = session.frame().arms
    if len(arms) < 2 or len(arms) != len(session.arms):
        return []
    return [
        Entrance(f"{called(key)} of {quoted(arm.name)}", "Arm", partial(type_on, f"{arm.name}: {key} = "), "", key)
        for arm in arms
        for key in KEYS
    ]


def typed_offers(session: Session, typed: str) -> list[Entrance]:
    """Return what a text asks for that names an arm, a setting and its value."""
    at, rest = _arm(session, typed)
    key, equals, value = (part.strip() for part in rest.partition("="))
    if at is None or not equals or key.lower() not in KEYS:
        return []
    name = quoted(session.frame().arms[at].name)
    if not value:
        return [Entrance(f"{called(key.lower())} of {name} = …", "Arm", str)]
    try:
        wanted = parse_words([f"{key.lower()}={value}"])
        session.frame().arms[at].snapshot.config.changed(**wanted)
    except UserError as error:
        return [Entrance(str(error), "Arm", lambda: None)]
    (key,) = wanted  # by its present name
    return [Entrance(f"New run with {called(key)} of {name}: {value}", "Arm", partial(session.change_arm, at, wanted))]


def _arm(session: Session, typed: str) -> tuple[int | None, str]:
    """Return the place of an arm that a text begins with, by its name or its number, from 1, and what stands behind the
    colon. A name may have colons of its own."""
    names = [arm.name.lower() for arm in session.frame().arms]
    if len(names) < 2 or len(names) != len(session.arms):
        return None, ""
    text = typed.strip()
    for at, name in enumerate(names):
        if text.lower().startswith(f"{name}:"):
            return at, text[len(name) + 1 :]
    who, _, rest = text.partition(":")
    number = _NUMBER.fullmatch(who.strip().lower())
    at = int(number[1]) - 1 if number else -1
    return (at, rest) if 0 <= at < len(names) else (None, "")
