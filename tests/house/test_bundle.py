"""The folder that starts without Python: what it starts with, and what goes into it."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "resources" / "bundle"


def starts(*words: str) -> subprocess.CompletedProcess[str]:
    """Start what the bundle starts with, as if it were in one that lends no library."""
    code = f"import sys; sys._MEIPASS = {str(BUNDLE)!r}; sys.argv[0] = 'dropout-viz'; import runpy; "
    code += f"runpy.run_path({str(BUNDLE / 'start.py')!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-P", "-m", "base64", "-t"], "Aladdin:open sesame"),
        (["-X", "utf8", "-W", "error", "-c", "import sys; print(sys.argv[1:])", "a", "-m"], "['a', '-m']"),
        (["--version"], "dropout-viz"),
        (["list", "noise"], "bernoulli"),
    ],
)
def test_it_is_python_for_what_calls_it_so_and_else_the_program(words: list[str], said: str) -> None:
    done = starts(*words)
    assert done.returncode == 0 and said in done.stdout, done.stderr


def test_a_wrong_word_is_told_as_ever() -> None:
    done = starts("--nonsense")
    assert done.returncode == 2 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_every_resource_is_in_it() -> None:
    """But what is for readers of the guide, and the bundle's own files."""
    tree = ast.parse((BUNDLE / "dropout-viz.spec").read_text())
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    (stated,) = (node.value for node in assigned if ast.unparse(node.targets[0]) == "RESOURCES")
    there = {folder.name for folder in (ROOT / "resources").iterdir() if folder.is_dir()}
    assert set(ast.literal_eval(stated)) == there - {"pictures", "notebooks", "bundle", "plugin-template"}


def test_the_menu_s_entry_names_what_there_is() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment, method-assign]
    entry.read(BUNDLE / "dropout-viz.desktop", encoding="utf-8")
    facts = entry["Desktop Entry"]
    assert facts["Exec"].split()[0] == facts["Icon"] == "dropout-viz" and facts["Exec"].endswith("%f")
    assert (ROOT / "resources" / "icons" / f"{facts['Icon']}.svg").is_file()
    kinds = ElementTree.parse(BUNDLE / "dropout-viz.xml").getroot()
    own = {kind.attrib["type"] for kind in kinds}
    assert own <= set(facts["MimeType"].strip(";").split(";"))


def test_it_is_put_into_a_menu_and_taken_out(tmp_path: Path) -> None:
    place = tmp_path / "a folder"
    (place / "share").mkdir(parents=True)
    for name in ("dropout-viz.desktop", "dropout-viz.xml", "../icons/dropout-viz.svg"):
        (place / "share" / Path(name).name).write_bytes((BUNDLE / name).read_bytes())
    script = place / "add-to-menu"
    script.write_bytes((BUNDLE / "add-to-menu").read_bytes())
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", str(script)], env=home, check=True)
    entry = tmp_path / ".local/share/applications/dropout-viz.desktop"
    assert f'Exec="{place}/dropout-viz" gui %f' in entry.read_text()
    assert (tmp_path / ".local/share/icons/hicolor/scalable/apps/dropout-viz.svg").is_file()
    subprocess.run(["sh", str(script), "--remove"], env=home, check=True)
    assert not entry.exists()
