"""Everything that the window can do, by name: what its keys, its menus and its form offer, for whoever rather types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz import registry
from dropout_viz.app.commands.shortcuts import COMMANDS, VIEW_KEYS, key_name
from dropout_viz.engine.config import RunConfig, facts, live_settings
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import load_preset, parse_words, preset_keys
from dropout_viz.errors import UserError

if TYPE_CHECKING:
    from dropout_viz.app.workbench import Workbench


_ELSEWHERE = {
    "p_input": "keep_prob dropout rate drop",
    "p_hidden": "keep_prob dropout rate drop",
    "learning_rate": "lr alpha eta step size",
    "l2": "decay penalty regularisation regularization",
    "batch_size": "minibatch",
    "optimiser": "optimizer adam sgd",
    "hidden": "neurons layers width",
    "worlds": "seeds repeats",
    "seed": "random",
}
"""What settings are called in other programs."""


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


def offers(workbench: Workbench, actions: Mapping[str, Callable[[], object]]) -> list[Entrance]:
    """Return what there is: commands (``actions``, by their names), views, presets, lessons, labs and settings, and
    what else stands in a menu."""
    said = {"undo": workbench.undo.words(-1), "redo": workbench.undo.words(1)}
    found = [
        Entrance(said.get(name) or command.text, command.group, actions[name], key_name(command.keys[0]), command.words)
        for name, command in COMMANDS.items()
        if name != "palette"
    ]
    keys = [key_name(key) for key in VIEW_KEYS[: len(workbench.views)]]
    for at, panel in enumerate(workbench.views):
        show = partial(workbench.layout.bring, panel)
        key = keys[at] if at < len(keys) else ""
        why_not = panel.why_not(workbench.session.frame()) if panel.is_imported else ""
        found.append(Entrance(panel.title, "View", show, key, panel.key, why_not))
    found += [
        Entrance(load_preset(key).title, "Preset", partial(workbench.session.open_preset, key), "", key)
        for key in preset_keys()
    ]
    found += [
        Entrance(title, "Lesson", partial(workbench.lessons.open, key), "", key) for key, title in titles().items()
    ]
    found += [
        Entrance(
            entry.title, "Lab", partial(workbench.labs.open, entry.key), "", f"{entry.key} {entry.facts['QUESTION']}"
        )
        for entry in registry.entries("labs").values()
    ]
    found += [
        Entrance(
            _called(key),
            "Setting",
            partial(workbench.show_setting, key),
            "",
            f"{key} {_ELSEWHERE.get(key, '')} {field.description}",
        )
        for key, field in RunConfig.model_fields.items()
        if facts(key)["group"] not in ("about", "arms")
    ]
    there = {(offer.group, offer.text) for offer in found}
    there |= {("", command.text) for command in COMMANDS.values()}
    workbench.file_menu.fill_recent()
    for group, menu in workbench.top_bar.menus.items():
        found += [offer for offer in _of_menu(group, menu) if not {(group, offer.text), ("", offer.text)} & there]
    return found


def menus_in(menu: QMenu) -> dict[QAction, QMenu]:
    """Return the menus that a menu opens, by the action that does so.

    Not by ``QAction.menu``: PySide takes what that returns for a child of the action's wrapper, with which the menu's
    own would end.
    """
    inner = menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return {each.menuAction(): each for each in inner}


def _of_menu(group: str, menu: QMenu) -> list[Entrance]:
    """Return what stands in a menu, and in those that it opens."""
    found, inner = [], menus_in(menu)
    for action in menu.actions():
        text, _, key = action.text().partition("\t")
        if action in inner:
            found += _of_menu(text.rstrip("…"), inner[action])
        elif text and action.isVisible():
            why_not = "" if action.isEnabled() else action.toolTip()
            found.append(Entrance(text, group, action.trigger, key, f"{group} {action.toolTip()}", why_not))
    return found


def matching(all_offers: list[Entrance], typed: str) -> list[Entrance]:
    """Return the offers that every word that was typed is in: those first that are called so, by their name or by what
    files call them, then those whose name begins with it. What stands behind an equals sign is a value."""
    words = typed.lower().partition("=")[0].split()
    whole = " ".join(words)

    def rank(offer: Entrance) -> int | None:
        name, rest = offer.text.lower(), f"{offer.group} {offer.words}".lower().split()
        if not all(word in name or any(part.startswith(word) for part in rest) for word in words):
            return None
        if offer.why_not:
            return 4
        if whole and whole in (name, offer.words.partition(" ")[0]):
            return -1
        if all(any(part.startswith(word) for part in name.split()) for word in words):
            return 0 if name.startswith(words[0] if words else "") else 1
        return 2 if all(word in name for word in words) else 3

    ranked = [(place, at, offer) for at, offer in enumerate(all_offers) if (place := rank(offer)) is not None]
    return [offer for _, _, offer in sorted(ranked, key=lambda entry: entry[:2])]


def typed_offers(workbench: Workbench, typed: str) -> list[Entrance]:
    """Return what the text itself asks for: a step to go to, or a setting and its value, ``p_hidden = 0.3``."""
    session = workbench.session
    number = typed.strip().lower().removeprefix("step").strip().replace(",", "")
    if number.isdecimal() and len(number) <= 9:
        step = int(number)
        if step <= session.timeline.newest:
            return [Entrance(f"Look at step {step:,}", "Step", partial(session.timeline.look_at, step))]
        return [Entrance(f"Run to step {step:,}", "Step", partial(session.run_to, step))]
    key, equals, value = (part.strip() for part in typed.partition("="))
    key = key.lower()
    if not equals or key not in RunConfig.model_fields:
        return []
    if facts(key)["group"] == "about":
        return [Entrance(f"{key}: stands in a settings file, and is not changed in a run", "Setting", lambda: None)]
    if not value and facts(key)["group"] != "arms":
        return [Entrance(f"{_called(key)} = …", "Setting", partial(workbench.show_setting, key))]
    try:
        settings = parse_words([f"{key}={value}"])
        session.config.changed(**settings)
    except UserError as error:
        return [Entrance(str(error), "Setting", lambda: None)]
    (key,) = settings  # by its present name
    begun = session.status.step > 0 or session.playing
    act = "New run with" if begun and key not in live_settings() else "Set"
    return [Entrance(f"{act} {_called(key)}: {value}", "Setting", partial(session.ask, settings))]


def _called(key: str) -> str:
    """Return what a setting is called; two of one title are told apart by what they belong to."""
    fields = RunConfig.model_fields
    title = fields[key].title or key
    alike = [other for other, field in fields.items() if field.title == title]
    return f"{title} ({facts(key)['group']})" if len(alike) > 1 else title
