"""What there is, by kind, as rows for people and for programs. What a row needs is imported when it is asked for."""

from __future__ import annotations

from typing import Any

from dropout_viz import registry

KINDS = ("presets", "settings", "data", "views", "lessons", "clinic", "labs", "noise", "activations", "optimisers")


def listing(kind: str) -> list[dict[str, Any]]:
    """Return a row for each of a kind: its ``key``, its ``title``, and what else tells one from another."""
    if kind == "presets":
        from dropout_viz.engine.settings import load_preset, preset_keys

        presets = {key: load_preset(key) for key in preset_keys()}
        return [{"key": k, "title": c.title or k, "about": c.about, "data": c.data} for k, c in presets.items()]
    if kind == "lessons":
        from dropout_viz.engine.lesson import lesson_keys, load_lesson

        lessons = [load_lesson(key) for key in lesson_keys()]
        return [{"key": one.key, "title": one.title, "about": one.about} for one in lessons]
    if kind == "clinic":
        from dropout_viz.engine.patients import patients, title_of

        return [
            {"key": str(number), "title": title_of(number), "about": entry.facts["REPORT"]}
            for number, entry in patients().items()
        ]
    if kind == "settings":
        from dropout_viz.engine.config import RunConfig

        settings = RunConfig.model_fields.items()
        return [{"key": key, "title": field.title, "help": field.description} for key, field in settings]
    if kind in ("noise", "activations", "optimisers"):
        return _kinds(kind)
    entries = registry.entries(kind).values()
    if kind == "views":
        return [{"key": e.key, "title": e.title, "help": e.facts["HELP"]} for e in entries]
    return [{"key": e.key, "title": e.title} for e in entries]


def _kinds(kind: str) -> list[dict[str, Any]]:
    """Return what the settings of these names may be."""
    from dropout_viz.nn.activations import ACTIVATIONS
    from dropout_viz.nn.noise import NOISES
    from dropout_viz.nn.optimisers import OPTIMISERS

    if kind == "noise":
        return [
            {"key": key, "title": f"{one.title}: {one.about}", "formula": one.general} for key, one in NOISES.items()
        ]
    if kind == "activations":
        return [{"key": key, "title": one.formula} for key, one in ACTIVATIONS.items()]
    return [
        {"key": key, "title": "; ".join(s.text.format(over="", over_squared="") for s in one.shown)}
        for key, one in OPTIMISERS.items()
    ]
