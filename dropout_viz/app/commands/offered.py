"""Everything that the window can do, by name: what its keys, its menus and its form offer, for whoever rather types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from dropout_viz import registry
from dropout_viz.app.commands.shortcuts import COMMANDS, VIEW_KEYS, key_name
from dropout_viz.app.labs.panel import LabsPanel
from dropout_viz.app.lessons.clinic import Clinic
from dropout_viz.app.lessons.player import Lessons
from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.app.reader.finding import passages
from dropout_viz.app.reader.pages import anchor, pages
from dropout_viz.app.reader.panel import Reader
from dropout_viz.app.reader.sought import patterns, words_of
from dropout_viz.app.session import Session
from dropout_viz.app.undo.stack import Undo
from dropout_viz.digits import NUMBER, is_count
from dropout_viz.engine.config import RunConfig, facts, live_settings
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.patients import patients, title_of
from dropout_viz.engine.settings import load_preset, parse_words, preset_keys
from dropout_viz.errors import UserError

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
_NUMBER = re.compile(r"[-+\d.,]+(e-?\d+)?")
_EXPLAINING = ("words", "questions")
"""Pages of the guide each heading of which is looked for by itself."""


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


def commands(actions: Mapping[str, Callable[[], object]], undo: Undo) -> list[Entrance]:
    """Return the commands that have keys; ``actions``: by their names."""
    said = {"undo": undo.words(-1), "redo": undo.words(1)}
    return [
        Entrance(said.get(name) or command.text, command.group, actions[name], key_name(command.keys[0]), command.words)
        for name, command in COMMANDS.items()
        if name != "palette"
    ]


def views(panels: Sequence[ViewPanel], layout: Layout, frame: Frame) -> list[Entrance]:
    """Return the views, to be brought to the front."""
    found = []
    for at, panel in enumerate(panels):
        key = key_name(VIEW_KEYS[at]) if at < len(VIEW_KEYS) else ""
        why_not = panel.why_not(frame) if panel.is_imported else ""
        found.append(Entrance(panel.title, "View", partial(layout.bring, panel), key, panel.key, why_not))
    return found


def runs(session: Session, lessons: Lessons, clinic: Clinic, labs: LabsPanel) -> list[Entrance]:
    """Return the presets, the lessons, the patients of the clinic and the labs."""
    found = [
        Entrance(load_preset(key).title, "Preset", partial(session.open_preset, key), "", key) for key in preset_keys()
    ]
    found += [Entrance(title, "Lesson", partial(lessons.open, key), "", key) for key, title in titles().items()]
    found += [
        Entrance(title_of(number), "Lesson", partial(clinic.open, str(number)), "", "bug wrong diagnosis quiz")
        for number in patients()
    ]
    for entry in registry.entries("labs").values():
        words = f"{entry.key} {entry.facts['QUESTION']}"
        found.append(Entrance(entry.title, "Lab", partial(labs.open, entry.key), "", words))
    return found


def guide(reader: Reader) -> list[Entrance]:
    """Return the pages of the guide, and each question and word that it explains."""
    found = [
        Entrance(f"Guide: {page.title}", page.group, partial(reader.open, page.key), "", f"{page.key} page help")
        for page in pages()
    ]
    for page in pages():
        if page.key in _EXPLAINING:
            headings = dict.fromkeys(passage.heading for passage in passages(page))
            found += [
                Entrance(f"Guide: {heading}", page.title, partial(reader.open, page.key, anchor(heading)))
                for heading in headings
                if heading != page.title
            ]
    return found


def settings(show: Callable[[str], object]) -> list[Entrance]:
    """Return the settings of a run; ``show`` opens the setup at one."""
    return [
        Entrance(called(key), "Setting", partial(show, key), "", f"{key} {_ELSEWHERE.get(key, '')} {field.description}")
        for key, field in RunConfig.model_fields.items()
        if facts(key)["group"] not in ("about", "clinic", "arms")
    ]


def of_menus(menus: Mapping[str, QMenu], found: Sequence[Entrance]) -> list[Entrance]:
    """Return what else stands in a menu, beside what has been found."""
    there = {(offer.group, offer.text) for offer in found}
    there |= {(f"{offer.group}s", offer.text) for offer in found}  # as a menu of them is called
    there |= {("", command.text) for command in COMMANDS.values()}
    of_each = [(group, offer) for group, menu in menus.items() for offer in _of_menu(group, menu)]
    return [offer for group, offer in of_each if not {(group, offer.text), ("", offer.text)} & there]


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
    asked = typed.lower().partition("=")[0]
    words, whole = words_of(asked), " ".join(asked.split())
    begins = [re.compile(word).search for word in patterns(asked)]
    both = list(zip(words, begins, strict=True))

    def rank(offer: Entrance) -> int | None:
        name, rest = offer.text.lower(), f"{offer.group} {offer.words}".lower()
        if not all(word in name or begun(name) or begun(rest) for word, begun in both):
            return None
        if offer.why_not:
            return 4
        if whole and whole in (name, offer.words.partition(" ")[0]):
            return -1
        if all(begun(name) for begun in begins):
            return 0 if name.startswith(words[0] if words else "") else 1
        return 2 if all(word in name for word in words) else 3

    ranked = [(place, at, offer) for at, offer in enumerate(all_offers) if (place := rank(offer)) is not None]
    return [offer for _, _, offer in sorted(ranked, key=lambda entry: entry[:2])]


def typed_offers(session: Session, show: Callable[[str], object], typed: str) -> list[Entrance]:
    """Return what the text itself asks for: a step to go to, or a setting and its value, ``p_hidden = 0.3``, or
    ``p 0.3``; ``show`` opens the setup at a setting."""
    number = typed.strip().lower().removeprefix("step").strip().replace(",", "")
    if is_count(number) and len(number) <= 9:
        step = int(number)
        if step <= session.timeline.newest:
            return [Entrance(f"Look at step {step:,}", "Step", partial(session.timeline.look_at, step))]
        return [Entrance(f"Run to step {step:,}", "Step", partial(session.run_to, step))]
    if NUMBER.fullmatch(number):
        return [Entrance(f"Step {number[:20]}: must be a whole number from 0 to 999,999,999", "Step", lambda: None)]
    equals = "=" in typed
    key, _, value = (part.strip() for part in typed.strip().partition("=" if equals else " "))
    key = key.lower()
    if key == "p":  # as the field calls it
        key = "p_hidden" if session.config.hidden else "p_input"
    if key not in RunConfig.model_fields or not (equals or _NUMBER.fullmatch(value)):
        return []
    if facts(key)["group"] in ("about", "clinic"):
        return [Entrance(f"{key}: stands in a settings file, and is not changed in a run", "Setting", lambda: None)]
    if not value and facts(key)["group"] != "arms":
        return [Entrance(f"{called(key)} = …", "Setting", partial(show, key))]
    try:
        wanted = parse_words([f"{key}={value}"])
        session.config.changed(**wanted)
    except UserError as error:
        return [Entrance(str(error), "Setting", lambda: None)] if equals else []
    (key,) = wanted  # by its present name
    begun = session.status.step > 0 or session.playing
    act = "New run with" if begun and key not in live_settings() else "Set"
    return [Entrance(f"{act} {called(key)}: {value}", "Setting", partial(session.ask, wanted))]


def called(key: str) -> str:
    """Return what a setting is called; two of one title are told apart by what they belong to."""
    fields = RunConfig.model_fields
    title = fields[key].title or key
    alike = [other for other, field in fields.items() if field.title == title]
    return f"{title} ({facts(key)['group']})" if len(alike) > 1 else title
