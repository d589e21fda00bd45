"""Everything that the window can do, by name: what its keys, its menus and its form offer, for whoever rather types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from dropout_viz import registry
from dropout_viz.app.shortcuts import COMMANDS, VIEW_KEYS, key_name
from dropout_viz.engine.config import RunConfig, facts
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import load_preset, parse_words, preset_keys
from dropout_viz.errors import UserError

if TYPE_CHECKING:
    from dropout_viz.app.furniture import Furniture


@dataclass(frozen=True)
class Entrance:
    """Something that can be done.

    Attributes:
        text: what, in a few words. group: what kind of thing it is. act: does it. key: that does the same, or ``""``.
        words: more words by which people look for it. why_not: why it is of no use now, or ``""``: then it comes last.
    """

    text: str
    group: str
    act: Callable[[], object]
    key: str = ""
    words: str = ""
    why_not: str = ""


def offers(furniture: Furniture, actions: Mapping[str, Callable[[], object]]) -> list[Entrance]:
    """Return what there is: commands (``actions``, by their names), views, presets, lessons, labs and settings."""
    found = [
        Entrance(command.text, command.group, actions[name], key_name(command.keys[0]))
        for name, command in COMMANDS.items()
        if name != "palette"
    ]
    keys = [key_name(key) for key in VIEW_KEYS[: len(furniture.views)]]
    for at, panel in enumerate(furniture.views):
        show = partial(furniture.layout.bring, panel)
        key = keys[at] if at < len(keys) else ""
        why_not = panel.why_not(furniture.session.frame()) if panel.is_imported else ""
        found.append(Entrance(panel.title, "View", show, key, panel.key, why_not))
    found += [
        Entrance(load_preset(key).title, "Preset", partial(furniture.session.open_preset, key), "", key)
        for key in preset_keys()
    ]
    found += [
        Entrance(title, "Lesson", partial(furniture.lessons.open, key), "", key) for key, title in titles().items()
    ]
    found += [
        Entrance(
            entry.title, "Lab", partial(furniture.labs.open, entry.key), "", f"{entry.key} {entry.facts['QUESTION']}"
        )
        for entry in registry.entries("labs").values()
    ]
    found += [
        Entrance(field.title or key, "Setting", partial(furniture.show_setting, key), "", f"{key} {field.description}")
        for key, field in RunConfig.model_fields.items()
        if facts(key)["group"] not in ("about", "arms")
    ]
    return found


def matching(all_offers: list[Entrance], typed: str) -> list[Entrance]:
    """Return the offers that every word that was typed is in, those first whose name begins with it."""
    words = typed.lower().split()

    def rank(offer: Entrance) -> int | None:
        name, rest = offer.text.lower(), f"{offer.group} {offer.words}".lower()
        if not all(word in name or word in rest for word in words):
            return None
        if offer.why_not:
            return 4
        if all(any(part.startswith(word) for part in name.split()) for word in words):
            return 0 if name.startswith(words[0] if words else "") else 1
        return 2 if all(word in name for word in words) else 3

    ranked = [(place, at, offer) for at, offer in enumerate(all_offers) if (place := rank(offer)) is not None]
    return [offer for _, _, offer in sorted(ranked, key=lambda entry: entry[:2])]


def typed_offers(furniture: Furniture, typed: str) -> list[Entrance]:
    """Return what the text itself asks for: a step to go to, or a setting and its value, ``p_hidden = 0.3``."""
    session = furniture.session
    number = typed.strip().lower().removeprefix("step").strip().replace(",", "")
    if number.isdecimal() and len(number) <= 9:
        step = int(number)
        if step <= session.travel.newest:
            return [Entrance(f"Look at step {step:,}", "Step", partial(session.travel.look_at, step))]
        return [Entrance(f"Run to step {step:,}", "Step", partial(session.run_to, step))]
    key, equals, value = (part.strip() for part in typed.partition("="))
    if equals and value and key in RunConfig.model_fields:
        try:
            settings = parse_words([f"{key}={value}"])
            session.config.changed(**settings)
        except UserError as error:
            return [Entrance(str(error), "Setting", lambda: None)]
        return [
            Entrance(f"Set {RunConfig.model_fields[key].title}: {value}", "Setting", partial(session.apply, settings))
        ]
    return []
