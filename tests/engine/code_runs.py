"""What tests of scripts share: running them here or where there is little else, and runs of many settings."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from importlib.metadata import distribution
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.nn.noise import NOISES
from dropout_viz.script.recipe import LONGEST, WIDEST

Array = np.ndarray[Any, Any]
WITHOUT_MAPS = [key for key in preset_keys() if not load_preset(key).maps]


def environment(folder: Path, *packages: str) -> Path:
    """Make an environment that has some packages, what they need, and nothing else; return its interpreter."""
    venv.create(folder, with_pip=False, symlinks=True)
    target = next(folder.glob("lib/python*/site-packages"))
    waiting, known = list(packages), set[str]()
    while waiting:
        name = waiting.pop()
        known.add(name)
        own = distribution(name)
        for part in {file.parts[0] for file in own.files or () if file.parts[0] not in ("..", "__pycache__")}:
            if not (target / part).exists():
                (target / part).symlink_to(Path(str(own.locate_file(part))))
        for line in own.requires or ():
            found = re.match(r"[\w.-]+", line)
            if found and "extra ==" not in line and found[0] not in known:
                try:
                    distribution(found[0])
                except ImportError:
                    continue  # of other systems
                waiting.append(found[0])
    return folder / "bin" / "python"


_ONE_AFTER_ANOTHER = """
import os, runpy, sys
for line in sys.argv[1:]:
    path, *sys.argv[1:] = line.split("|")
    os.chdir(os.path.dirname(path))
    runpy.run_path(path, run_name="__main__")
    print(end="\\0")
"""


def run_alone(python: Path, scripts: Mapping[Path, Sequence[str]]) -> list[tuple[dict[str, Array], str]]:
    """Run scripts with their words, each in its own folder, in a process that has nothing but an interpreter's
    packages: starting one takes longer than a script. Return the weights that each saves and what it prints."""
    lines = ["|".join((str(path), *words, "--save")) for path, words in scripts.items()]
    done = subprocess.run(
        [python, "-I", "-c", _ONE_AFTER_ANOTHER, *lines], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    weights = []
    for path in scripts:
        with np.load(path.parent / "weights.npz") as saved:
            weights.append(dict(saved))
    return list(zip(weights, done.stdout.split("\0")[:-1], strict=True))


def run_here(text: str, folder: Path, data: Path, **known: Any) -> dict[str, Any]:
    """Run a script in this process, which is quicker; return its names. ``known``: names that it finds."""
    names: dict[str, Any] = {"__file__": str(folder / "script.py"), "__name__": "__main__", **known}
    before, sys.argv = sys.argv, ["script.py", str(data)]
    try:
        with np.errstate(all="ignore"), redirect_stdout(StringIO()):
            exec(compile(text, "script.py", "exec"), names)
    finally:
        sys.argv = before
    return names


def weights_of(run: Arms, arm: int = 0) -> dict[str, Array]:
    """Return the first world's parameters by the names that the scripts use."""
    trainer = run.trainers[arm] if len(run.trainers) > 1 else run.first
    named = run.config.arm_names[arm] if run.config.arms and len(run.trainers) == 1 else None
    matrices, biases = trainer.parameters(named)
    found = {}
    for k, (w, b) in enumerate(zip(matrices, biases, strict=True), 1):
        found |= {f"W{k}": w[0]} | ({f"b{k}": b[0]} if b.size else {})
    if trainer.config.rule == "as-published":
        return {"synapse_0": found["W1"], "synapse_1": found["W2"]}
    return found


def tidy(text: str, path: Path) -> None:
    """Refuse what a reader, or ruff with the project's own rules, would."""
    lines = text.splitlines()
    assert len(lines) <= LONGEST and max(map(len, lines)) <= WIDEST
    path.write_text(text, encoding="utf-8")
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [
            Path(sys.executable).with_name("ruff"),
            "check",
            "--no-cache",
            "--config",
            root / "pyproject.toml",
            "--config",
            f"line-length = {WIDEST}",
            path,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


PROBABILITIES = st.sampled_from([0.0, 0.2, 0.5, 0.999])


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    data = draw(st.sampled_from(["three-lines", "xor", "moons", "spiral", "five-valleys", "digits"]))
    hidden = draw(st.lists(st.sampled_from([1, 2, 5, 33]), min_size=1, max_size=3))
    classes, many = data != "five-valleys", data == "digits"
    loss = draw(
        st.sampled_from(
            ["squared_error", *["binary_cross_entropy"] * (classes and not many), *["softmax_cross_entropy"] * many]
        )
    )
    output = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}.get(loss)
    examples = draw(st.sampled_from([30, 47])) if data not in ("three-lines", "xor") else None
    noise = draw(st.sampled_from([*NOISES]))
    return RunConfig(
        data=data,
        examples=examples,
        hidden=tuple(hidden),
        loss=loss,
        label_noise=draw(st.sampled_from([None, 0.2])) if data in ("moons", "spiral") else None,
        output=output or draw(st.sampled_from(["sigmoid", "tanh", "linear"])),
        activation=draw(st.sampled_from(["sigmoid", "tanh", "relu", "sine"])),
        bias=draw(st.booleans()),
        init=draw(st.sampled_from(["uniform", "glorot", "he", "truncated", "zeros", "copies", "spread"])),
        twin=(1, 1, 2) if hidden[0] > 1 and draw(st.booleans()) else (),
        p_input=draw(PROBABILITIES),
        p_hidden=tuple(draw(PROBABILITIES) for _ in hidden),
        noise=noise,
        scaling=draw(st.sampled_from(NOISES[noise].scalings)),
        optimiser=draw(st.sampled_from(["sgd", "momentum", "nesterov", "adam"])),
        learning_rate=draw(st.sampled_from([0.013, 0.3])),
        gradient=draw(st.sampled_from(["mean", "sum"])),
        batch_size=draw(st.sampled_from([None, 1, 3] + [10] * (examples is not None))),
        learning_rate_decay=draw(st.sampled_from([1.0, 0.9])),
        l2=draw(st.sampled_from([0.0, 0.013])),
        momentum=0.9,
        momentum_start=draw(st.sampled_from([None, 0.0, 0.37])),
        momentum_ramp=draw(st.sampled_from([0, 17])),
        max_norm=draw(st.sampled_from([None, 0.7])),
        dtype=draw(st.sampled_from(["float64", "float32"])),
        seed=draw(st.sampled_from([0, 7, 2**32 - 1])),
    )


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 29),
        st.sampled_from(
            [
                {"learning_rate": 0.1},
                {"p_input": 0.3},
                {"p_hidden": (0.6,)},
                {"p_input": 0.0, "p_hidden": (0.0,), "learning_rate": 0.07},
            ]
        ),
    ),
    max_size=6,
).map(lambda changes: sorted(changes, key=lambda one: one[0]))
