"""A lab's result as text and files: a table, one JSON object, CSV."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from dropout_viz import __version__
from dropout_viz.engine.settings import to_toml
from dropout_viz.files import write_text
from dropout_viz.labs.lab import Finding, LabResult
from dropout_viz.labs.options import Options

COLUMNS = ("name", "published", "measured", "tolerance", "verdict")


def as_json(key: str, result: LabResult) -> dict[str, Any]:
    """Return what ``lab --json`` prints: the lab, its verdict and its numbers."""
    return {
        "lab": key,
        "verdict": result.verdict,
        "results": [{column: _plain(getattr(f, column)) for column in COLUMNS} for f in result.results],
    }


def number(value: float | str | None) -> str:
    """Return a figure as text, with as many digits as it deserves."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    value = float(value)
    if not math.isfinite(value):
        return "not a number"
    if value == 0 or 1e-3 <= abs(value) < 1e6:
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:.2e}"


def table(results: Sequence[Finding]) -> list[str]:
    """Return the numbers as lines of text in columns."""
    rows = [("", "published", "measured", "criterion", "")]
    rows += [(f.name, number(f.published), number(f.measured), f.tolerance, f.verdict) for f in results]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def write(folder: Path, key: str, options: Options, result: LabResult, seconds: float, source: str) -> list[Path]:
    """Write ``result.json``, ``results.csv``, a CSV for each picture and table, and ``run.toml`` into a folder.

    Raises:
        UserError: it cannot be written.
    """
    found = as_json(key, result)
    for row, finding in zip(found["results"], result.results, strict=True):
        row["note"] = finding.note
    found |= {
        "source": source,
        "notes": list(result.notes),
        "options": options.model_dump(mode="json"),
        "seconds": round(seconds, 2),
        "version": __version__,
    }
    texts = {"result.json": json.dumps(found, indent=2, ensure_ascii=False) + "\n"}
    texts["results.csv"] = _csv((*COLUMNS, "note"), ([_plain(v) for v in row.values()] for row in found["results"]))
    for figure in result.figures:
        texts[f"{figure.name}.csv"] = _csv(figure.columns, map(_known, figure.rows()))
    for table in result.tables:
        texts[f"{table.name}.csv"] = _csv(table.columns, table.rows)
    if result.config is not None:
        texts["run.toml"] = to_toml(result.config)
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _known(row: Sequence[Any]) -> list[Any]:
    """Return a row without what is no number: the ends of an interval that there is none of."""
    return ["" if isinstance(cell, float) and not math.isfinite(cell) else cell for cell in row]


def _plain(value: Any) -> Any:
    """Return a figure as JSON has it: no number is null, and a minus in words is one that programs can read."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.replace("\N{MINUS SIGN}", "-")
    return float(value) if math.isfinite(value) else None
