"""Ratios measured side by side: short turns, taken alternately, so that a busy machine slows both alike."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

RESULTS = Path(os.environ.get("DROPOUT_VIZ_RESULTS", Path(__file__).with_name("results.json")))


def rates(turns: Mapping[str, Callable[[], int]], rounds: int = 15, rest: float = 0.0) -> dict[str, float]:
    """Return each contestant's median rate. A turn does its work once and returns how many units it did.

    The order is turned round from one round to the next. ``rest``: seconds before each turn, where a library's threads
    go on waiting in a busy loop for a while after their work.
    """
    seen: dict[str, list[float]] = {name: [] for name in turns}
    for turn in turns.values():
        turn()  # warm caches, compile, draw ahead
    for index in range(rounds):
        names = list(turns) if index % 2 else list(reversed(turns))
        for name in names:
            time.sleep(rest)
            begun = time.perf_counter()
            done = turns[name]()
            seen[name].append(done / (time.perf_counter() - begun))
    return {name: statistics.median(values) for name, values in seen.items()}


def report(group: str, rows: Mapping[str, float | str]) -> None:
    """Print the figures and keep them where ``DROPOUT_VIZ_RESULTS`` says, or in ``results.json``."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kept[group] = {name: round(v, 3) if isinstance(v, float) else v for name, v in rows.items()}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n")
    print(f"\n{group}")
    for name, value in rows.items():
        print(f"  {name:<52} {value if isinstance(value, str) else format(value, '.2f')}")
