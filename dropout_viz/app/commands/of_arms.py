"""Settings of single arms of a run that has several: ``arm 2: p_hidden = 0.3``, or an arm's name before the colon."""

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
        Entrance(f"{called(key)} of {quoted(arm.name)}", "Arm", partial(type_on, f"arm {number}: {key} = "), "", key)
        for number, arm in enumerate(arms, 1)
        for key in KEYS
    ]


def typed_offers(session: Session, typed: str) -> list[Entrance]:
    """Return what a text asks for that names an arm, a setting and its value."""
    who, colon, rest = typed.partition(":")
    at = _arm(session, who.strip()) if colon else None
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


def _arm(session: Session, who: str) -> int | None:
    """Return the place of an arm that goes by its number, from 1, or its name."""
    names = [arm.name.lower() for arm in session.frame().arms]
    number = _NUMBER.fullmatch(who.lower())
    at = int(number[1]) - 1 if number else names.index(who.lower()) if who.lower() in names else -1
    known = len(names) > 1 and len(names) == len(session.arms)
    return at if known and 0 <= at < len(names) else None
