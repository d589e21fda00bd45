"""What a page can show in the window: ``view/masks?step=1``, ``preset/moons?view=map&step=800``,
``lesson/genes?step=2``, ``lab/paired``, ``clinic``, ``clinic/3``."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dropout_viz import registry
from dropout_viz.digits import is_count
from dropout_viz.engine.lesson import load_lesson, titles
from dropout_viz.engine.patients import patients
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.errors import UserError, nearest

_KNOWN: dict[str, Callable[[], Collection[str]]] = {
    "view": lambda: registry.entries("views"),
    "preset": preset_keys,
    "lesson": titles,
    "lab": lambda: registry.entries("labs"),
    "clinic": lambda: ["", *map(str, patients())],  # none: the first without a diagnosis
}


@dataclass(frozen=True)
class Target:
    """Something that can be shown.

    Attributes:
        kind: ``view``, ``preset``, ``lesson``, ``lab`` or ``clinic``. key: which one.
        step: that the run goes to, or that the lesson begins with, counted from 1; or None.
        view: the one that is brought to the front, or ``""``.
    """

    kind: str
    key: str
    step: int | None = None
    view: str = ""


def target(text: str) -> Target:
    """Return what a link's text behind ``show:`` names. Raises ``UserError`` for what there is not."""
    path, _, asked = text.partition("?")
    kind, _, key = path.partition("/")
    if kind not in _KNOWN:
        raise UserError(f"show:{text}: '{kind}' cannot be shown; must be one of {', '.join(_KNOWN)}")
    if key not in (known := _KNOWN[kind]()):
        raise UserError(f"show:{text}: {kind} '{key}' is unknown{nearest(key, known)}")
    more = dict(parse_qsl(asked, keep_blank_values=True))
    allowed = {"view": ("step",), "preset": ("step", "view"), "lesson": ("step",)}.get(kind, ())
    for name in more:
        if name not in allowed:
            raise UserError(f"show:{text}: '{name}' says nothing of a {kind}; {' and '.join(allowed) or 'nothing'} may")
    step, view = more.get("step"), more.get("view", "")
    if step is not None and (not is_count(step) or len(step) > 9):
        raise UserError(f"show:{text}: step {step} is no number of steps")
    if kind == "lesson" and step is not None and int(step) not in range(1, len(load_lesson(key).steps) + 1):
        raise UserError(f"show:{text}: step {step} is none of the lesson's, which has {len(load_lesson(key).steps)}")
    if view and view not in registry.entries("views"):
        raise UserError(f"show:{text}: view '{view}' is unknown{nearest(view, registry.entries('views'))}")
    return Target(kind, key, None if step is None else int(step), view)


def told(wanted: Target) -> str:
    """Return what showing something will do, as a sentence."""
    at = "" if wanted.step is None else f" at step {wanted.step:,}"
    if wanted.kind == "view":
        return f"Shows {registry.entries('views')[wanted.key].title}{at}"
    if wanted.kind == "preset":
        front = f", with {registry.entries('views')[wanted.view].title} in front" if wanted.view else ""
        return f"Opens “{load_preset(wanted.key).title}”{at}{front}. Ctrl+Z brings back what is there"
    if wanted.kind == "clinic":
        return f"Opens patient {wanted.key} of the fault clinic" if wanted.key else "Opens the fault clinic"
    title = titles()[wanted.key] if wanted.kind == "lesson" else registry.entries("labs")[wanted.key].title
    return f"Opens the {wanted.kind} “{title}”{at}"
