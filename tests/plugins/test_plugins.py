"""Plug-ins: the template, installed as anybody would, adds one of each kind; what is broken is named and left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dropout_viz import assets, plugins

VIEW = """
KEY = "{key}"
TITLE = "Title"
ORDER = 3000
AREA = "centre"
RATE = 10
HELP = {{"shows": "Something.", "read": "With eyes.", "keys": "None so far.", "formula": "a = b", "source": "Nobody."}}
"""
DATA = '\nKEY = "{key}"\nTITLE = "Title"\nORDER = 3000\n'
FILES = {
    "fine_facts.py": VIEW.format(key="no-import") + "raise RuntimeError('a library is missing')\n",
    "no_view.py": VIEW.format(key="no-view"),
    "no_making.py": VIEW.format(key="no-making")
    + "from dropout_viz.views.base import BaseView\nclass View(BaseView):\n    def __init__(self, *_): 1 / 0\n",
    "no_drawing.py": VIEW.format(key="no-drawing")
    + "from PySide6.QtWidgets import QVBoxLayout\n"
    + "from dropout_viz.draw.painting import Painted\n"
    + "from dropout_viz.views.base import BaseView\n"
    + "class Wrong(Painted):\n    def draw(self, p): 1 / 0\n"
    + "class View(BaseView):\n"
    + "    def __init__(self, *given):\n        super().__init__(*given)\n"
    + "        QVBoxLayout(self).addWidget(Wrong())\n"
    + "    def show_frame(self, frame): pass\n",
    "ends_view.py": VIEW.format(key="no-end") + "raise SystemExit(3)\n",
    "ends_data.py": DATA.format(key="no-ends") + "import sys\nsys.exit(3)\n",
    "ends_noise.py": "import sys\nsys.exit(3)\n",
    "fails_data.py": DATA.format(key="late-fails") + "def load(): return {}['x']\n",
    "five_data.py": DATA.format(key="late-five") + "def load(): return 5\n",
    "no_help.py": '\nKEY = "no-help"\nTITLE = "Title"\nAREA = "centre"\nRATE = 10\n',
    "taken_view.py": VIEW.format(key="network"),
    "odd_key.py": VIEW.format(key="Odd Key"),
    "odd_area.py": VIEW.format(key="odd-area").replace("centre", "sky"),
    "no_syntax.py": VIEW.format(key="no-syntax") + "def (:\n",
    "no_load.py": DATA.format(key="no-load"),
    "no_data.py": DATA.format(key="no-data") + "import no_such_library\n",
    "no_noise.py": "1 / 0\n",
    "other_noise.py": "NOISE = 3\n",
    "taken_activation.py": "from dropout_viz.nn.activations.relu import ACTIVATION\n",
    "no_lab.py": DATA.format(key="no-lab"),
    "nothing/__init__.py": "",
    "wrong/__init__.py": "",
    "wrong/xor.toml": 'data = "xor"\n',
    "wrong/strange.toml": "hiden = [3]\n",
    "wrong/fine.toml": 'title = "Fine"\ndata = "xor"\nhidden = [3]\n',
    "bad_lessons/__init__.py": "",
    "bad_lessons/bad.toml": 'title = "Bad"\npreset = "no such preset"\n',
}
POINTS = """
[console_scripts]
other = other:main
[dropout_viz.views]
fine-facts = fine_facts
gone = no_such_module
ends-view = ends_view
no-drawing = no_drawing
no-help = no_help
no-making = no_making
no-syntax = no_syntax
no-view = no_view
odd-area = odd_area
odd-key = odd_key
taken = taken_view
[dropout_viz.data]
no-data = no_data
no-load = no_load
ends-data = ends_data
fails-data = fails_data
five-data = five_data
[dropout_viz.labs]
no-lab = no_lab
[dropout_viz.noise]
no-noise = no_noise
ends-noise = ends_noise
other-noise = other_noise
[dropout_viz.activations]
taken = taken_activation
[dropout_viz.presets]
nothing = nothing
wrong = wrong
no-package = no_help
[dropout_viz.lessons]
bad = bad_lessons
"""
LEFT_OUT = {
    "gone": "there is no module no_such_module",
    "no-help": "no_help.py states no HELP",
    "no-syntax": "invalid syntax (no_syntax.py, line ",
    "ends-data": "is left out: cannot be loaded (SystemExit: 3)",
    "ends-noise": "is left out: cannot be loaded (SystemExit: 3)",
    "odd-area": "AREA must be one of centre, right-top, right-bottom",
    "odd-key": "KEY = 'Odd Key'; must be of small letters",
    "taken": "the key 'network' is taken; must be another",
    "no-data": "cannot be loaded (ModuleNotFoundError: No module named 'no_such_library')",
    "no-load": "cannot be loaded: no_load has no load",
    "no-lab": "states no QUESTION",
    "no-noise": "ZeroDivisionError: division by zero",
    "other-noise": "other_noise has no NOISE, Noise",
    "nothing": "nothing has no *.toml files",
    "no-package": "no_help is a module; must be a package",
    "wrong": "hiden: unknown",
    "bad": "bad.toml: about",
    "fine-facts": "RuntimeError: a library is missing",
    "no-view": "no_view has no View",
    "no-making": "ZeroDivisionError: division by zero",
    "ends-view": "SystemExit: 3",
}
"""By the plug-in's name, why it is left out; the last four are told when they are wanted."""

CHECKS = """
import io, json, subprocess, sys
from contextlib import redirect_stdout
from pathlib import Path
from dropout_viz.cli import main

place = Path(sys.argv[1])


def run(*words):
    with redirect_stdout(io.StringIO()) as told:
        assert main([*map(str, words)]) == 0, words
    return told.getvalue()


listed = json.loads(run("list", "--json"))
assert not {"PySide6", "pyqtgraph"} & set(sys.modules), "facts are read without Qt"
keys = {kind: [row["key"] for row in rows] for kind, rows in listed.items()}
for kind, key in [("data", "rings"), ("views", "on-by-example"), ("labs", "seed-alone"), ("noise", "uniform"),
                  ("activations", "softsign"), ("presets", "rings"), ("lessons", "rings"), ("presets", "fine")]:
    assert key in keys[kind], (kind, key)
assert [key for kind in keys for key in keys[kind] if key.startswith(("no-", "odd", "strange", "bad"))] == [
    "no-drawing", "no-end", "no-import", "no-making", "no-view"]

saved = ["--save", place / "a.safetensors"]
told = json.loads(run("train", "rings", "--steps", 150, "--set", "noise=uniform", "--json", *saved))
assert told["accuracy"]["test"] > 0.8
run("train", place / "a.safetensors", "--steps", "+5")
assert json.loads(run("lab", "seed-alone", "--seeds", 3, "--steps", 20, "--json"))["verdict"] == "agrees"

svg = ["--size", "300x200", "--out", place / "a.svg"]
for key, said in [("on-by-example", "% of units are on"), ("no-import", "RuntimeError: a library is missing"),
                  ("no-making", "ZeroDivisionError: division by zero"), ("no-view", "has no View"),
                  ("no-end", "SystemExit: 3"), ("no-drawing", "Cannot be drawn: division by zero")]:
    run("export", "rings", "--steps", 5, "--view", key, *svg)
    import re
    shown = " ".join(re.sub("<[^>]+>", " ", (place / "a.svg").read_text("utf-8")).split())
    assert said in shown, (said, shown[-600:])
assert "#b3261e" in (place / "a.svg").read_text("utf-8"), "in the theme's colour of what is wrong"
from dropout_viz import UserError
from dropout_viz.data.load import load
for key, said in [("late-fails", "'fails-data' of other (dropout_viz.data) cannot be loaded (KeyError: 'x')"),
                  ("late-five", "'five-data' of other (dropout_viz.data) loads something of type int; must be")]:
    try:
        load(key)
    except UserError as error:
        assert said in str(error), error
    else:
        raise AssertionError(key)
code = "from dropout_viz.engine.settings import preset_keys; assert 'rings' in preset_keys()"
done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
assert done.stderr == "", "a process that this one starts does not say it again"
run("export", "rings", "--steps", 5, "--window", "--size", "900x600", "--out", place / "a.png")
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the template has been installed, without a network."""
    place = tmp_path_factory.mktemp("installed")
    words = ["install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--target", str(place)]
    source = str(assets.path("plugin-template"))
    done = subprocess.run([sys.executable, "-m", "pip", *words, source], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return place


def test_one_of_each_kind_works_and_what_is_broken_is_named_in_a_line(template: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    for name, text in {**FILES, "other-2.0.dist-info/entry_points.txt": POINTS}.items():
        (broken / name).parent.mkdir(parents=True, exist_ok=True)
        (broken / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHECKS, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(template), str(broken)])},
    )
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("warning: plug-in ")]
    assert not [line for line in lines if "dropout_viz_example" in line]
    for name, why in LEFT_OUT.items():
        found = [line for line in lines if f"'{name}' of other" in line and why in line]
        assert len(found) == 1, (name, why, lines)
    assert any("the name 'relu' is taken" in line for line in lines)
    assert any("the key 'xor' is taken" in line for line in lines)
    assert len(lines) == len(set(lines)) == len(LEFT_OUT) + 2


@pytest.mark.parametrize(
    "text", ["", "[dropout_viz.views", "[dropout_viz.views]\nno sign\n", "\xff[dropout_viz.views]\na = b"]
)
def test_entry_points_that_cannot_be_read_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "entry_points.txt").write_bytes(text.encode("latin-1"))
    assert plugins._of_package("other", tmp_path / "entry_points.txt") == []
    assert plugins._of_package("other", tmp_path / "not there") == []


def test_the_guide_shows_the_template_s_view_as_it_is() -> None:
    page = assets.path("guide", "17_plug-ins.md").read_text(encoding="utf-8")
    view = assets.path("plugin-template", "dropout_viz_example", "on_by_example.py").read_text(encoding="utf-8")
    assert f"```python\n{view}```\n" in page
