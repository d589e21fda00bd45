"""What was measured, as one file, and the tables of the README and the guide, which are made of it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MEASURED = HERE / "measured.json"
PAGES = {ROOT / "README.md": True, ROOT / "resources" / "guide" / "09_measured.md": False}
"""Where a table stands, and whether it is the short one."""
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: what was measured. aim: what was aimed at, as it is to be read; "" where there was none.
        group, name: the figure's place in the file. unit: follows the figure.
        front: whether it stands in the README too.
    """

    what: str
    aim: str
    group: str
    name: str
    unit: str = ""
    front: bool = False


def rows() -> list[Row]:
    """Return the lines of the table, as ``table.toml`` has them."""
    return [Row(**row) for row in tomllib.loads((HERE / "table.toml").read_text(encoding="utf-8"))["row"]]


def keep(column: str, machine: dict[str, Any], figures: dict[str, Any]) -> None:
    """Put figures beside those of earlier times: what was measured anew replaces what it was."""
    kept = measured()
    before = kept.get(column, {"figures": {}})
    stamped = {group: {**rows, "day": machine["day"]} for group, rows in figures.items()}
    kept[column] = {"machine": machine, "figures": {**before["figures"], **stamped}}
    MEASURED.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def measured() -> dict[str, Any]:
    """Return what was measured: for ``quiet`` and ``busy`` the machine and the figures by group and name."""
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    return found


def table(short: bool) -> str:
    """Return the table in Markdown, and a sentence on the machine below it."""
    kept = measured()
    lines = ["| what | aim | quiet | busy |", "|---|---|---|---|"]
    for row in rows():
        if row.front or not short:
            cells = (_cell(kept, "quiet", row), _cell(kept, "busy", row))
            lines.append(f"| {row.what} | {row.aim} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines + ([] if short else ["", _conditions(kept)]))


def _cell(kept: dict[str, Any], column: str, row: Row) -> str:
    value = kept.get(column, {}).get("figures", {}).get(row.group, {}).get(row.name)
    if value is None:
        return "not measured"
    return value if isinstance(value, str) else f"{_short(value)}{row.unit}"


def _short(value: float) -> str:
    """Return a figure with as many digits as it deserves."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _conditions(kept: dict[str, Any]) -> str:
    """Return on what and when it was measured."""
    said = []
    for column in ("quiet", "busy"):
        machine = kept.get(column, {}).get("machine")
        if machine:
            versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
            said.append(
                f"{column.capitalize()}: {machine['day']}, {machine['cores']} cores, {machine['BLAS kernel']} kernel, "
                f"load {machine['load before']} before and {machine['load after']} after; {versions}."
            )
    return "\n\n".join([*said, *_hundred(kept)])


def _hundred(kept: dict[str, Any]) -> list[str]:
    """Return an estimate on paper of a sweep on a hundred machines, from what one cell was measured to cost."""
    found = kept.get("quiet", {}).get("figures", {}).get("scaling out, a sweep over moons", {})
    if "Dask: beside a cell's run, ms" not in found:
        return []
    cell, beside, workers, cells = found["a cell, s"], found["Dask: beside a cell's run, ms"] / 1000, 200, 20_000
    rounds = cells / workers
    hours, efficiency = cells * cell / 3600, cell / (cell + beside)
    told = (
        f"On paper: {cells:,} cells as above ({cell:.2f} s each, and {1000 * beside:.0f} ms beside it), which take one",
        f"core {hours:.1f} hours, take 100 machines of two cores {rounds * (cell + beside):,.0f} s: an efficiency of",
        f"{efficiency:.2f}, if the scheduler hands out {workers / (cell + beside):,.0f} cells a second. Dask's",
        "documentation reckons with up to a millisecond a task.",
    )
    return [" ".join(told)]


def with_table(text: str, short: bool) -> str:
    """Return a page with its table as it is now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(short)}\n{END}{after}"


def write() -> None:
    """Write the tables anew."""
    for page, short in PAGES.items():
        page.write_text(with_table(page.read_text(encoding="utf-8"), short), encoding="utf-8")
