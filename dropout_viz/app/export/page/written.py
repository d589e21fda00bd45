"""A page around the numbers of a run: one file that plays in any browser, without a network.

It is put together from ``resources/film``. Its policy allows its own script and style, by their hashes, and nothing
else. What is dropped on the window, or opened, finds the run in it, see ``engine.page_text``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import tomllib
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from dropout_viz import assets
from dropout_viz.app.export.page.numbers import check, numbers_of
from dropout_viz.draw.numbers import count, number
from dropout_viz.engine.arm_settings import told
from dropout_viz.engine.arms import on_show
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.page_text import LARGEST
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import Going, always
from dropout_viz.errors import UserError
from dropout_viz.files import write_text
from dropout_viz.words import gibibytes, many, sentences

_COLOURS = (
    *("window", "panel", "raised", "line", "text", "dim", "accent", "accent_text", "warning"),
    *("negative", "positive", "off", "off_mark", "activation_low", "activation_high"),
)


def write_page(
    shown: ShownRun, steps: Sequence[int], name: str, path: Path, going: Going = always, arm: int = 0
) -> None:
    """Write a page of some steps of a run, which is done for it from step 0.

    Args:
        shown: the run at the last step. steps: ascending. name: what the run is called. going: told frames.
        arm: of a run of several, which of those on show.

    Raises:
        UserError: a run that no page can show, or a place that cannot be written.
    """
    first = shown.config if shown.first is None else shown.first
    check(first, steps, arm)
    write_text(path, page(numbers_of(first, steps, shown.changes, going, arm), shown, name, arm))


def page(numbers: dict[str, Any], shown: ShownRun, name: str, arm: int = 0) -> str:
    """Return a page as text. Raises ``UserError`` for one that would be too large to be opened again."""
    config, steps = shown.config, numbers["steps"]
    style = _colours() + assets.path("film", "film.css").read_text(encoding="utf-8")
    script = assets.path("film", "film.js").read_text(encoding="utf-8")
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    heading = config.title or name
    facts = [name] if name and name != heading else []
    facts += [f"arm “{_arm_name(config, arm)}”"] if config.arms else []
    facts += [f"seed {config.seed}", f"steps {count(steps[0])} to {count(steps[-1])}"]
    if len(steps) > 1:
        gap, last = steps[1] - steps[0], steps[-1] - steps[-2]
        facts.append(f"every {count(gap)}" + (f", the last after {count(last)}" if last != gap else ""))
    parts = {
        "policy": escape(policy),
        "version": escape(shown.version),
        "title": escape(f"{heading}, steps {steps[0]} to {steps[-1]}"),
        "heading": escape(heading),
        "facts": escape(" · ".join(facts)),
        "notes": escape(sentences([*_roundings(numbers), *_left_out(config, arm), *numbers["left_out"]])),
        "settings": escape(shown.texts()["config"]),
        "style": style,
        "script": script,
        "run": _json(shown.texts()),
        "numbers": _json(numbers),
    }
    head, *rest = assets.path("film", "page.html").read_text(encoding="utf-8").split("{{")
    made = head + "".join(parts[key] + text for key, _, text in (part.partition("}}") for part in rest))
    if len(made) > LARGEST:
        raise UserError(f"a page of {gibibytes(len(made), LARGEST)}; must be at most {LARGEST >> 20} MiB: fewer frames")
    return made


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _json(value: Any) -> str:
    """Return JSON in which nothing ends the element that it stands in."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _colours() -> str:
    """Return the colours of both themes as CSS: the system's, unless one was chosen."""
    light, dark = ("".join(_variables(theme)) for theme in ("light", "dark"))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )


def _variables(theme: str) -> list[str]:
    colours = tomllib.loads(assets.path("themes", f"{theme}.toml").read_text(encoding="utf-8"))
    named = {key: colours[key] for key in _COLOURS} | {"arm": colours["arms"][0]}
    named |= {"minus": colours["dim"]}  # what is below 0: of no hue, as blue and orange are of weights alone
    named |= {"on_high": colours["window"] if theme == "dark" else colours["text"], "outline": colours["dim"]}
    named |= {f"ball{k}": colour for k, colour in enumerate(colours["balls"])}
    return [f"--{key}:{colour};" for key, colour in named.items()]


def _roundings(numbers: dict[str, Any]) -> list[str]:
    """Return how exact the page's numbers are, in sentences."""
    kinds = (numbers["weights"], numbers["values"], [numbers["balls"]["under"]])
    weights, values, under = (_at_most(max(told["unit"] for told in kind) / 2) for kind in kinds)
    drawn = [f"{numbers['thing'].capitalize()}s are those that the trainer drew and used"] if numbers["drops"] else []
    return [
        *drawn,
        f"Here weights are rounded by {weights} at most, activations by {values}, curves under the balls by {under}, "
        "losses to five digits that count",
        f"Loss curves have a point at each of {many(len(numbers['steps']), 'step')} shown, and none between them",
        f"Curves under the balls have {len(numbers['balls']['at'])} points each",
    ]


def _at_most(value: float) -> str:
    """Return a bound, above 0, with two digits, which are rounded up."""
    scale = 10.0 ** (math.floor(math.log10(value)) - 1)
    return number(math.ceil(value / scale) * scale, 2)


def _arm_name(config: RunConfig, arm: int) -> str:
    return told(config, config)[on_show(config)[arm]]


def _left_out(config: RunConfig, arm: int) -> list[str]:
    """Return what of a run with several arms or worlds is not here, in sentences."""
    said = []
    if config.arms:
        said.append(f"Of {many(len(config.arms), 'arm')} this is “{_arm_name(config, arm)}”")
    if config.worlds > 1:
        said.append(f"Of {many(config.worlds, 'world')} this is the first, of seed {config.seed}")
    return said
