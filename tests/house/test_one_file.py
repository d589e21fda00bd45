"""An activation, an optimiser and a kind of noise are one new file each: found, trained, exported and shown.

The package is laid out again in a temporary folder, with three more files and nothing else changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "resources" / "plugin-template" / "dropout_viz_example"
NEW = {
    "activations/softsign.py": (TEMPLATE / "softsign.py").read_text(encoding="utf-8"),
    "noise/uniform.py": (TEMPLATE / "uniform.py").read_text(encoding="utf-8"),
    "optimisers/rmsprop.py": '''
"""A mean of squared gradients."""

import numpy as np

from dropout_viz.nn.ops import tag
from dropout_viz.nn.optimisers.base import Rule
from dropout_viz.nn.optimisers.kind import Optimiser, ShownLine


class RmsProp(Rule):
    names = ("v",)

    def rule(self, k, g, before, after, t, state):
        v, old, new, eps = state["v"], *(np.array(n, g.dtype) for n in (0.9, 0.1, 1e-8))
        ops = tag("update", "v ← 0.9 v + 0.1 g²", [
            (np.multiply, (v, old, v)), (np.multiply, (g, g, t)), (np.multiply, (t, new, t)), (np.add, (v, t, v)),
        ])
        return ops + tag("update", "w ← w - η g / (√v + ε)", [
            (np.sqrt, (v, t)), (np.add, (t, eps, t)), (np.divide, (g, t, t)),
            (np.multiply, (t, self.coefficient(k, 0), t)), (np.subtract, (before, t, after)),
        ])


def _lines(script):
    return [
        f"    eta = {script.eta}",
        "    for w, g, v in zip(parameters, gradients, squares, strict=True):",
        f"        v[:] = 0.9 * {script.flushed('v')} + 0.1 * (g * g)",
        "        w -= eta * (g / (np.sqrt(v) + 1e-8))",
    ]


OPTIMISER = Optimiser(
    "rmsprop", RmsProp,
    (ShownLine("v[:] = 0.9 * v + 0.1 * g ** 2", "v"), ShownLine("w -= rate{over} * g / (np.sqrt(v) + 1e-8)")),
    _lines, "RMSprop({of}, lr=rate, alpha=0.9, eps=1e-8{decay})",
    lambda script: ["squares = [np.zeros_like(w) for w in parameters]"],
)
''',
}
CHECKS = """
import io, json, sys
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np

from dropout_viz.cli import main
from dropout_viz.script import numpy_code as code_numpy, torch_code as code_torch
from dropout_viz.engine import run_file
from dropout_viz.engine.arms import Arms
from dropout_viz.script.write import recipe_of
from dropout_viz.engine.settings import load_preset
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.views.code.lines import lines

place = Path(sys.argv.pop())
try:
    import torch
except ImportError:
    torch = None


def same(found, run):
    for k, (w, b) in enumerate(zip(*run.first.parameters(), strict=True), 1):
        assert found[f"W{k}"].tobytes() == w[0].tobytes() and found[f"b{k}"].tobytes() == b[0].tobytes(), k


def loss_of(flat, plan, x, y, masks):
    h = x
    for layer, (w, b) in enumerate(zip(*plan.views(flat), strict=True)):
        z = (h * masks[layer] if layer in masks else h) @ w + b
        h = ACTIVATIONS[plan.activation].value(z)
    return (np.logaddexp(0, z) - y * z).sum()


new = {"noise": "uniform", "activation": "softsign", "optimiser": "rmsprop"}
base = load_preset("xor").changed(gradient="sum", p_input=0.1, p_hidden=0.4, learning_rate=0.02)
for kind in (*({key: name} for key, name in new.items()), new):
    config = base.changed(**kind)
    run = Arms.of(config)
    before = run.first.scores()["loss"]["train"][0]
    run.advance(60)
    assert run.first.scores()["loss"]["train"][0] < before, kind

    with redirect_stdout(io.StringIO()):
        exec(code_numpy.script(recipe_of(run, 60)), names := {"__name__": "__main__"})
    same(names, run)
    text = code_torch.script(recipe_of(run, 60))
    if torch is not None:
        with redirect_stdout(io.StringIO()):
            exec(text, names := {"__name__": "__main__"})
        for k, w in enumerate(run.first.parameters()[0]):
            np.testing.assert_allclose(names["net"].state_dict()[f"layers.{k}.weight"].numpy().T, w[0], atol=1e-9)

    taken = run.first.dissect()
    masks = {n: taken.final(f"m{n}") for n in range(2)}
    flat = run.first._compiled_runs[0].parameters.copy()
    x, y, gradient = taken.before["x"], taken.before["y"], []
    for i in range(len(flat)):
        terms = []
        for shift in (1e-5, -1e-5):
            moved = flat.copy()
            moved[i] += shift
            terms.append(loss_of(moved, taken.plan, x, y, masks))
        gradient.append((terms[0] - terms[1]) / 2e-5)
    wanted, _ = taken.plan.views(np.array(gradient))
    for k, g in enumerate(wanted, 1):
        np.testing.assert_allclose(taken.final(f"g{k}"), g, rtol=1e-6, atol=1e-8)

    shown = "\\n".join(line.text for line in lines(config, batches=False, mean_of=4))
    assert ("u1 = rng.uniform(1 - p1, 1 + p1, a1.shape)" in shown) == ("noise" in kind)
    assert ("/ (1 + np.abs(" in shown) == ("activation" in kind)
    assert ("0.1 * g ** 2" in shown) == ("optimiser" in kind)

    run_file.save(run.state(), place / "run.safetensors")
    again = Arms.from_state(run_file.read(place / "run.safetensors"))
    again.advance(7), run.advance(7)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(again.first.parameters()[0], run.first.parameters()[0]))

for folder, name in (("noise", "uniform"), ("activations", "softsign"), ("optimisers", "rmsprop")):
    with redirect_stdout(io.StringIO()) as said:
        assert main(["list", folder, "--json"]) == 0
    assert name in [entry["key"] for entry in json.loads(said.getvalue())]
"""


def test_three_new_files_are_all_that_three_kinds_take(tmp_path: Path) -> None:
    package = tmp_path / "dropout_viz"
    package.mkdir()
    for part in (ROOT / "dropout_viz").iterdir():
        if part.name == "nn":
            shutil.copytree(part, package / "nn", ignore=shutil.ignore_patterns("__pycache__"))
        elif part.name != "__pycache__":
            (package / part.name).symlink_to(part)
    for name, text in NEW.items():
        (package / "nn" / name).write_text(text.lstrip(), encoding="utf-8")
    (tmp_path / "checks.py").write_text(CHECKS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "checks.py", tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
