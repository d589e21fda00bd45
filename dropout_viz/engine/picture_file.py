"""What an exported picture says of its run: written as texts, read back, and the run done again.

The texts are ``version``, ``view``, ``config`` (the settings in force, TOML), ``seed``, ``step``, ``changes`` (of live
settings, a line each: ``step: setting = value``, or ``step arm 2: ...``), ``first`` (the settings at step 0, where some
were changed) and ``picture`` (JSON: size, theme, what was chosen); of a step that was looked back at also ``newest``,
the step that the run had come to, and ``later``, what was changed until then; and ``bookmarks`` (JSON). ``data``: of a
data set that is read from files, their SHA-256.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dropout_viz import __version__
from dropout_viz.digits import is_count
from dropout_viz.engine import page_text, svg_text, toml
from dropout_viz.engine.agreement import bookmarks as bookmarks_of
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.compiled_state import LONGEST
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.own_files import beside
from dropout_viz.engine.png_text import read_texts
from dropout_viz.engine.replay import Going, always, replay
from dropout_viz.engine.settings import settings_of, to_toml
from dropout_viz.engine.state import Change, RunState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import UserError, plain

ENDING = ".png"
ENDINGS = (ENDING, svg_text.ENDING, page_text.ENDING)
"""Of the files that carry a run and show it: pictures, and pages that play."""
PREFIX = "dropout-viz:"
_LINE = re.compile(r"([0-9]{1,18})(?: arm ([12]))?: (.+)")
_WANTED = "must be a picture that dropout-viz has exported"


@dataclass(frozen=True)
class ShownRun:
    """The run that a picture shows, and how it shows it.

    Attributes:
        config: the settings in force, arms included. first: those at step 0. changes: what lies between.
        step: steps done. view: the view's key, or ``window``. picture: what the picture carries of itself, as JSON.
        version: of the program that made it. newest: the step that the run had come to; ``later``: changes until then.
        bookmarks: names of steps. files: see ``DataSet.files``.
    """

    config: RunConfig
    step: int
    view: str = ""
    first: RunConfig | None = None
    changes: tuple[Change, ...] = ()
    picture: Mapping[str, Any] = field(default_factory=dict)
    version: str = __version__
    newest: int = 0
    later: tuple[Change, ...] = ()
    bookmarks: Mapping[int, str] = field(default_factory=dict)
    files: str = ""

    def texts(self) -> dict[str, str]:
        """Return the texts, without the prefix of their keywords."""
        found = {
            "version": self.version,
            "view": self.view,
            "config": to_toml(self.config),
            "seed": str(self.config.seed),
            "step": str(self.step),
            "changes": changes_text(self.changes),
            "first": to_toml(self.first) if (self.changes or self.later) and self.first is not None else "",
            "picture": json.dumps(self.picture, separators=(",", ":")) if self.picture else "",
            "newest": str(self.newest) if self.past else "",
            "later": changes_text(self.later),
            "bookmarks": json.dumps(list(self.bookmarks.items())) if self.bookmarks else "",
            "data": self.files,
        }
        return {key: text for key, text in found.items() if text}

    def about(self) -> list[tuple[str, str]]:
        """Return what a file for people says of its run in comments: name and text."""
        texts = self.texts()
        kept = ("version", "step", "changes", "config")
        return [(f"dropout-viz {key}", texts[key]) for key in kept if key in texts]

    def state(self, going: Going = always) -> RunState:
        """Return the run at that step, done again.

        Raises:
            UserError: it cannot be done again, or was given up. MissingData: its data set is not here.
        """
        return self._there(going).state()

    def timeline(self, going: Going = always) -> Timeline:
        """Return the run as it was looked at: at that step, with what it did later known. Raises as ``state`` does."""
        run = self._there(going)
        if self.past:
            replay(run, (*self.changes, *self.later), self.newest, going)
        run.bookmarks = dict(self.bookmarks)
        found = Timeline(run)
        found.go(self.step)
        return found

    @property
    def past(self) -> bool:
        """Whether the run had come further than what is shown."""
        return self.newest > self.step

    def _there(self, going: Going) -> Arms:
        run = Arms.of(self.config if self.first is None else self.first)
        run.first.data.check_files(self.files)
        replay(run, self.changes, self.step, going)
        if run.config != self.config:
            raise UserError("the picture's changes do not lead to its settings; must be as dropout-viz wrote it")
        run.bookmarks = {step: name for step, name in self.bookmarks.items() if step <= self.step}
        return run


def changes_text(changes: Sequence[Change]) -> str:
    """Return changes as lines, ``step: setting = value``."""
    lines = []
    for change in changes:
        arm = "" if change.arm is None else f" arm {change.arm + 1}"
        said = ", ".join(f"{key} = {toml_value('none' if v is None else v)}" for key, v in change.settings.items())
        lines.append(f"{change.step}{arm}: {said}")
    return "\n".join(lines)


def read(path: Path, file: str = "") -> ShownRun:
    """Return what a picture says.

    Raises:
        UserError: what cannot be read, is damaged, is no picture of ours or names what is not possible; one line.
    """
    others = {page_text.ENDING: page_text.read_texts, svg_text.ENDING: svg_text.read_texts}
    other = others.get(path.suffix.lower())
    texts = read_texts(path, PREFIX) if other is None else other(path)
    if not texts:
        raise UserError(f"{path}: a picture without a run; {_WANTED}")
    if missing := [key for key in ("version", "view", "config", "step") if key not in texts]:
        raise UserError(f"{path}: damaged: it does not say its {missing[0]}; {_WANTED}")
    try:
        config = make_config(beside(settings_of(texts["config"]), path, file), str(path))
        first = config
        if "first" in texts:
            first = make_config(beside(settings_of(texts["first"]), path, file), str(path))
        step = _step(texts["step"])
        changes = tuple(map(_change, texts.get("changes", "").splitlines()))
        newest = _step(texts.get("newest", "0"))
        later = tuple(map(_change, texts.get("later", "").splitlines()))
        bookmarks = bookmarks_of(json.loads(texts.get("bookmarks", "[]")), max(step, newest))
        picture = json.loads(texts.get("picture", "{}"), parse_constant=_refuse)
        if not isinstance(picture, dict):
            raise ValueError("what it says of itself is no table")
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: damaged ({plain(error)[:200]}); {_WANTED}") from None
    ends = [0, *(c.step for c in changes), step, *(c.step for c in later), max(step, newest)]
    if ends != sorted(ends):
        raise UserError(f"{path}: damaged: changes after step {step}, or out of order; {_WANTED}")
    if (changes or later) and "first" not in texts:
        raise UserError(
            f"{path}: settings were changed on the way, and the picture, of version {texts['version'][:20]}, does not "
            f"say which they were at first; must be a picture of version {__version__}"
        )
    return ShownRun(
        config,
        step,
        texts["view"],
        first,
        changes,
        picture,
        texts["version"][:40],
        newest,
        later,
        bookmarks,
        texts.get("data", "")[:64],
    )


def _step(text: str) -> int:
    if not is_count(text) or int(text) > LONGEST:
        raise ValueError(f"step {text[:30]!r}: must be a whole number of at most {LONGEST:,}")
    return int(text)


def _change(line: str) -> Change:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"change {line[:60]!r}: must be 'step: setting = value'")
    settings = toml.parsed(f"settings = {{{found[3]}}}")["settings"]
    settings = {key: None if value == "none" else value for key, value in settings.items()}
    return Change.read(_step(found[1]), settings, int(found[2]) - 1 if found[2] else None)


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is no number")
