"""The lab that repeats what was published on dropout: 18 results, each with its number, ours, and a verdict."""

from __future__ import annotations

from pydantic import field_validator

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs import options as o
from dropout_viz.labs.cost import slowness
from dropout_viz.labs.figures import Figure
from dropout_viz.labs.lab import Finding, LabResult, Tell, overall
from dropout_viz.labs.published import alike, average, gains, linear, masks, sex, units
from dropout_viz.labs.published.entry import PublishedResult
from dropout_viz.labs.published.nets import Bench

KEY = "published"
TITLE = "Published results"
ORDER = 40
QUESTION = "What papers say of dropout: does the same come out when it is computed again here?"
SOURCE = "18 results from 13 papers, 2008 to 2025; each names its own"
HELP = {
    "shows": (
        "Every result is repeated with its paper's setting, or a smaller one that is stated. The exact ones (1 to 6) "
        "are computed through the program's own masks, gradients and averages, and take seconds. The others train "
        "networks on MNIST and keep them for the next time."
    ),
    "read": (
        "Each is held against a criterion, and says since when that stands. Those that train networks are decided by "
        "95 % intervals over eight seeds (the wider of Student's and Hall's)."
    ),
    "mind": "Those of one network decide nothing, nor do any without MNIST, where 8 x 8 digits stand in.",
}
SMALL = {"only": (1, 2, 3, 4, 5, 6)}

_TOPICS = (
    alike,
    average,
    gains,
    linear,
    masks,
    sex,
    units,
)
ENTRIES: tuple[PublishedResult, ...] = tuple(
    sorted((entry for topic in _TOPICS for entry in topic.ENTRIES), key=lambda entry: entry.number)
)


class Options(o.Options):
    """Which results to repeat."""

    quick: bool = o.option(False, "Exact ones only", "leave out what trains networks: under a minute")
    only: tuple[int, ...] = o.option((), "Only these", "their numbers, with commas; none: all of them")
    seed: int = o.option(0, "Seed", "of everything that is drawn at random", takes="seed", ge=0, lt=2**31)

    @field_validator("only")
    @classmethod
    def _known(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        known = [entry.number for entry in ENTRIES]
        if any(number not in known for number in value):
            raise ValueError(f"must be among {', '.join(map(str, known))}")
        return value


def chosen(options: Options) -> list[PublishedResult]:
    """Return the entries that the options ask for, in the order of their numbers."""
    return [e for e in ENTRIES if (e.exact or not options.quick) and (not options.only or e.number in options.only)]


def expect(options: Options) -> float:
    """Return about how many seconds it takes: what it took elsewhere, times how much slower this machine is."""
    return slowness(Bench(options.seed).config()) * sum(entry.effort for entry in chosen(options))


def run(options: Options, tell: Tell) -> LabResult:
    """Repeat the chosen results one after another; what is finished is handed over each time."""
    entries = chosen(options)
    whole = sum(entry.effort for entry in entries) or 1.0
    bench, done = Bench(options.seed), 0.0
    findings: list[Finding] = []
    figures: list[Figure] = []
    config: RunConfig | None = None
    for entry in entries:
        until = done + entry.effort
        part = tell.part(done / whole, until / whole, f"{entry.number}. {entry.name}")
        part(0.0)
        found = entry.repeat(bench, part)
        figures += found.figures
        findings.append(
            Finding(
                f"{entry.number}. {entry.name}",
                entry.published,
                found.measured,
                entry.criterion,
                entry.verdict(found, entry.exact or bench.mnist),
                f"{entry.source}. {found.note} {entry.since}",
                tuple(figure.name for figure in found.figures),
            )
        )
        done = until
        config = config or found.config
        result = LabResult(overall(findings), tuple(findings), tuple(figures), config=config)
        tell.so_far(result)
    return result if findings else LabResult("undecided", ())
