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
NEW = {
    "activations/softsign.py": '''
"""z / (1 + |z|)."""

import numpy as np

from dropout_viz.nn.activations.kind import Activation


def _slope_calls(h, out):
    one = np.array(1, h.dtype)
    return [(np.absolute, (h, out)), (np.subtract, (one, out, out)), (np.multiply, (out, out, out))]


def _calls(z, h):
    size = np.empty_like(z)
    return [(np.absolute, (z, size)), (np.add, (size, np.array(1, z.dtype), size)), (np.divide, (z, size, h))]


ACTIVATION = Activation(
    name="softsign", formula="z / (1 + |z|)", slope_formula="(1 - |h|)²", value=lambda z: z / (1 + np.abs(z)),
    slope=lambda h: (1 - np.abs(h)) ** 2, calls=_calls, slope_calls=_slope_calls, numpy="{z} / (1 + np.abs({z}))",
    numpy_slope="(1 - np.abs({a})) ** 2", torch="torch.nn.functional.softsign({z})",
    with_numbers="{z} / (1 + |{z}|)", slope_with_numbers="(1 - |{h}|)²", odd=True, bounds=(-1, 1), output=False,
)
''',
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
    "noise/uniform.py": '''
"""Factors from [1 - p, 1 + p]."""

import numpy as np

from dropout_viz.nn.noise.kind import Noise


class Factors:
    def __init__(self, sequences, examples, units):
        self.sequences, self.shape, self.used = sequences, (examples, units), 0

    def peek(self, out, p, scale):
        for world, sequence in enumerate(self.sequences):
            generator = np.random.Generator(np.random.SFC64(sequence))
            drawn = generator.random((self.used + len(out), *self.shape))[self.used :]
            own = p if np.ndim(p) == 0 else p[world]
            (out if out.ndim == 3 else out[..., world])[...] = 1 + own * (2 * drawn - 1)

    def consume(self, steps):
        self.used += steps

    def state(self, used=0):
        return {"used": np.array([self.used + used])}

    def restore(self, state):
        self.used = int(state["used"][0])


NOISE = Noise(
    name="uniform", title="Uniform", about="a factor from [1 − p, 1 + p] for each.", on_off=False,
    scalings=("inverted",), stream=Factors, train_scales=lambda _, drop: (1.0,) * len(drop),
    test_scales=lambda _, drop: (1.0,) * len(drop), mean=lambda _, p: 1.0, variance=lambda _, p: p * p / 3,
    thing="factor", symbol="u", scaled="", law="{m} ~ U(1 ± {p:g})", general="u ~ U(1 − p, 1 + p)",
    shown="rng.uniform(1 - {p}, 1 + {p}, {like}.shape)",
    numpy=lambda draw: [
        "def factor(noise, p, units):",
        f"    return 1 + p * (2 * noise.random(({draw.batch}, units)) - 1)",
    ],
    numpy_call="factor(noise{layer}, p{layer}, {units})",
    numpy_streams="(Generator(SFC64(s)) for s in {spawned})", numpy_stream="noise",
    numpy_names=("SFC64", "Generator"),
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
