"""Pictures of everything: ``make pictures OUT=now AGAINST=before``.

First every screen of the program (``screens``), with contact sheets to look at and ``faults.txt``, which lists texts
that are cut, lie over one another, or are shortened and nowhere whole; the status is 1 where there are any.

Then every view's picture, to be held against those of an earlier state. A change of the code that is meant to leave the
pictures alone shows here whether it does, and where it does not: of each picture that differs a third one is left
beside it, which is black where the two are alike.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

from dropout_viz import registry
from dropout_viz.app.export.pictures import write_picture
from dropout_viz.app.export.shot import Shot
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.source import load_source
from tests.house import screens

RUNS = {"three-lines": 300, "moons": 400, "pinwheel": 300, "curve": 300, "twins": 250, "digits": 60}
"""What is drawn: presets, each at a step."""
SIZES = {"narrow": (340, 300), "middle": (560, 420), "wide": (1100, 700)}
ARMS = "moons"
"""The preset that is drawn with an arm beside it as well."""


def runs() -> dict[str, Arms]:
    """Return the runs by name, trained."""
    made = {name: _trained(load_source(name).config, steps) for name, steps in RUNS.items()}
    config = load_source(ARMS).config
    arms = [{"name": "with dropout"}, {"name": "without", "p_input": 0.0, "p_hidden": 0.0}]
    made[f"{ARMS}-arms"] = _trained(make_config({**config.model_dump(), "arms": arms}), RUNS[ARMS])
    return made


def _trained(config: RunConfig, steps: int) -> Arms:
    run = Arms.of(config)
    while run.step < steps:
        run.advance(steps - run.step)
    return run


def draw(out: Path) -> None:
    """Write the pictures into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    for name, run in runs().items():
        for key in registry.entries("views"):
            for k, (size, sides) in enumerate(SIZES.items()):
                shot = Shot(key, sides, theme=("light", "dark")[k % 2])
                write_picture(shot, run, out / f"{key}-{name}-{size}.png")


def compare(out: Path, before: Path) -> int:
    """Return how many pictures are not as they were; each is named, with how many of its pixels differ."""
    changed = 0
    for file in sorted(before.glob("*.png")):
        if file.stem.endswith("-differs"):
            continue
        if not (out / file.name).exists():
            print(f"{file.stem}: is missing")
            changed += 1
            continue
        one, other = (np.asarray(Image.open(folder / file.name).convert("RGB")) for folder in (before, out))
        differs = (one != other).any(axis=2) if one.shape == other.shape else np.ones((1, 1), bool)
        if differs.any():
            changed += 1
            print(f"{file.stem}: {int(differs.sum()):,} of {differs.size:,} pixels")
            if one.shape == other.shape:
                Image.fromarray(np.where(differs[..., None], other, 0)).save(out / f"{file.stem}-differs.png")
    return changed


def main() -> None:
    """Take the screens, draw the views, and compare if there is something to compare with."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a folder for the pictures")
    parser.add_argument("--against", type=Path, help="a folder of earlier ones")
    parser.add_argument("--screens", default=",".join(screens.LOOKS), help="looks to take; none: no screens")
    parser.add_argument("--sizes", default=",".join(f"{w}x{h}" for w, h in screens.SIZES), help="of the window")
    parser.add_argument("--only", default="", help="screens whose names begin so, and no views")
    options = parser.parse_args()
    looks = [look for look in options.screens.split(",") if look != "none"]
    sizes = [tuple(map(int, size.split("x"))) for size in options.sizes.split(",")]
    only = [name for name in options.only.split(",") if name]
    found = screens.take(options.out / "screens", looks, sizes, only)
    (options.out / "screens" / "faults.txt").write_text("".join(f"{fault}\n" for fault in found))
    for fault in found:
        print(fault)
    changed = 0
    if not only:
        draw(options.out)
        changed = compare(options.out, options.against) if options.against is not None else 0
    if found or changed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
