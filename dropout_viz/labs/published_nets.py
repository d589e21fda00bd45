"""The data and the trained networks that several published results share: each network is trained once."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Bench:
    """What the repetitions share. ``seed``: of all that is drawn at random."""

    seed: int = 0
    _data: dict[str, object] = field(default_factory=dict)
