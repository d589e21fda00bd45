"""What a lab is: a question that many runs answer, by a criterion that is stated with the answer.

A lab is one file in this folder. It states ``KEY``, ``TITLE``, ``ORDER``, ``QUESTION`` (one sentence), ``SOURCE``
(paper, section, figure), ``HELP`` (how it is done and what decides, in the parts of ``help_parts``) and ``SMALL`` (the
options of a first look, which shows something within ten seconds, where they differ) as constants, and has

    class Options(labs.options.Options): ...    # everything the user may choose, each declared once
    def run(options: Options, tell: Tell) -> LabResult: ...
    def consider(options: Options) -> str: ...  # may be left out: what to ask before a very long run, or ""
    def expect(options: Options) -> float: ...  # about how many seconds it takes here, if nothing is kept; measured
    def beside(run: RunConfig) -> dict: ...  # may be left out: options that it wants to begin with where that run is
    def lacks(run: RunConfig) -> str: ...  # may be left out: why it cannot answer its question of that run, or ""
    INSTEAD = "moons"  # beside that: a preset of which it can

The command line and the window take everything from there; neither names a lab.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, get_args

from dropout_viz import registry
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError, nearest
from dropout_viz.help_parts import Help
from dropout_viz.labs.figures import Figure, FigureTable
from dropout_viz.labs.options import Options
from dropout_viz.labs.store import Store
from dropout_viz.words import many

Verdict = Literal[
    "agrees", "disagrees", "undecided", "helps", "hurts", "lower", "higher", "U-shaped", "not U-shaped", "sure", "found"
]
"""How a number stands to a published one: agrees, disagrees, or undecided. Where none was published for that task and
those settings nothing is judged: then it is what was found, by the same criterion, or undecided."""


@dataclass(frozen=True)
class Finding:
    """One number, or one statement, and whether it is as published.

    Attributes:
        name: what was measured. published: the figure it is held against, None where there is none.
        measured: ours. tolerance: the criterion in words or signs: "< 1e-12", "higher with dropout".
        note: sentences on how it was measured, and on what differs from the source; may be empty.
        pictures: names of the figures that show it.
    """

    name: str
    published: float | str | None
    measured: float | str | None
    tolerance: str
    verdict: Verdict
    note: str = ""
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabResult:
    """What a lab found, or has found so far.

    Attributes:
        verdict: on the whole; ``overall`` of the findings unless the lab knows better.
        results: the numbers. figures: pictures as data. notes: sentences on how to read them, and on what differs.
        config: a run that shows it, for the window to open; or None. tables: more numbers, for files only.
        answer: the answer in a sentence, with what it is sure of; "": there is none but what ``told`` says.
    """

    verdict: Verdict
    results: Sequence[Finding]
    figures: Sequence[Figure] = ()
    notes: Sequence[str] = ()
    config: RunConfig | None = None
    tables: Sequence[FigureTable] = ()
    answer: str = ""

    @property
    def told(self) -> str:
        """The answer, or else how many of the findings came out how."""
        counts = Counter[str](finding.verdict for finding in self.results)
        several = {"agrees": "agree", "disagrees": "disagree", "helps": "help", "hurts": "hurt"}
        words = (verdict for verdict in get_args(Verdict) if counts[verdict])
        parts = [f"{counts[word]} {several.get(word, word) if counts[word] > 1 else word}" for word in words]
        return self.answer or (f"{', '.join(parts)}, of {many(len(self.results), 'finding')}." if parts else "")


def verdict(holds: bool | None) -> Verdict:
    """Return the verdict on a criterion that holds, does not hold, or cannot be told."""
    return "undecided" if holds is None else "agrees" if holds else "disagrees"


def told(judged: Verdict, holds: Verdict, fails: Verdict) -> Verdict:
    """Return what was found in place of a verdict, where nothing was published that it could agree with."""
    return {"agrees": holds, "disagrees": fails}.get(judged, judged)


def overall(findings: Iterable[Finding]) -> Verdict:
    """Return "disagrees" if one does, "agrees" if all do, else "undecided"."""
    verdicts = [finding.verdict for finding in findings]
    if "disagrees" in verdicts:
        return "disagrees"
    return "agrees" if verdicts and set(verdicts) == {"agrees"} else "undecided"


class Cancelled(Exception):
    """The user does not want the answer any more. Raised by ``Tell``; a lab lets it pass."""


@dataclass(frozen=True)
class Progress:
    """``share`` of the work that is done, 0 to 1, and in a few words what is being done."""

    share: float
    text: str


@dataclass(frozen=True)
class Tell:
    """How a running lab speaks to whoever started it; to be called several times a second.

    Attributes:
        show: takes progress. cancelled: whether to stop. take: takes a partial result.
        store: keeps finished parts, so that a repeated or resumed run need not compute them again.
    """

    show: Callable[[Progress], None] = lambda progress: None
    cancelled: Callable[[], bool] = lambda: False
    take: Callable[[LabResult], None] = lambda result: None
    store: Store = field(default_factory=Store)
    first: float = 0.0
    last: float = 1.0
    before: str = ""

    def __call__(self, share: float, text: str = "") -> None:
        """Tell how much is done, 0 to 1 of this part, and what is being done.

        Raises:
            Cancelled: the user wants no more of it.
        """
        if self.cancelled():
            raise Cancelled
        told = ": ".join(part for part in (self.before, text) if part)
        self.show(Progress(self.first + (self.last - self.first) * min(max(share, 0.0), 1.0), told))

    def part(self, first: float, last: float, text: str = "") -> Tell:
        """Return a ``Tell`` for a part of the work, whose own 0 to 1 lies between these shares of this one's."""
        width = self.last - self.first
        before = ": ".join(part for part in (self.before, text) if part)
        return replace(self, first=self.first + width * first, last=self.first + width * last, before=before)

    def so_far(self, result: LabResult) -> None:
        """Hand over what has been found so far: it is shown, and kept if the lab is cancelled."""
        self.take(result)


class Lab(Protocol):
    """The module of a lab."""

    KEY: str
    TITLE: str
    QUESTION: str
    SOURCE: str
    HELP: Help
    SMALL: dict[str, Any]
    Options: type[Options]

    def run(self, options: Any, tell: Tell) -> LabResult:
        """Answer the question."""

    def expect(self, options: Any) -> float:
        """Return about how many seconds that takes here, if nothing is kept."""


def load_lab(key: str) -> Lab:
    """Return a lab's module. Raises ``UserError`` for an unknown key."""
    known = registry.entries("labs")
    if key not in known:
        raise UserError(f"lab '{key}': unknown{nearest(key, known)}; must be one of {', '.join(known) or 'none'}")
    module: Any = known[key].load()
    return module


def expected(lab: Lab, options: Options) -> float:
    """Return about how many seconds a lab takes on this machine where nothing of it has been kept; it tries some steps.

    Raises ``UserError`` for options that it cannot run with.
    """
    return float(lab.expect(options))


def to_ask(lab: Lab, options: Options) -> str:
    """Return what to ask the user before such a run is begun; ``""``: nothing."""
    return str(lab.consider(options)) if hasattr(lab, "consider") else ""
