"""Pages: links, pictures and what can be shown exist, and nothing is dead on the web."""

from __future__ import annotations

import contextlib
import io
import math
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from dropout_viz import cli, registry
from dropout_viz.analysis.questions import confusion, fit
from dropout_viz.app.commands.shortcuts import COMMANDS, VIEW_KEYS
from dropout_viz.app.labs import command as lab_command
from dropout_viz.app.reader.pages import Page, anchor, find_page, linked, pages
from dropout_viz.app.reader.targets import Target, target
from dropout_viz.data import drawn
from dropout_viz.engine import picture_file
from dropout_viz.engine.lesson import load_lesson, titles
from dropout_viz.engine.settings import load_preset, parse_arm, parse_words, preset_keys
from dropout_viz.engine.source import READERS
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError
from dropout_viz.labs.lab import load_lab
from dropout_viz.labs.options import from_words
from dropout_viz.nn.noise import NOISES
from dropout_viz.nn.noise.kind import Noise
from tests.house import page_parts
from tests.house.figures import ROOT

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.key)


@every_page
def test_links_and_pictures(page: Page) -> None:
    for href in _LINK.findall(page.text):
        assert not href.startswith("show:"), f"{href}: dead on the web; a comment shows things"
        if not href.startswith(("http://", "https://")):
            found = linked(page, href)
            assert found is not None, href
            other, part = found
            assert not part or part in {anchor(h) for h in re.findall(r"^#+ (.+)$", other.text, re.MULTILINE)}, href
    for said, name in _PICTURE.findall(page.text):
        assert said, f"{name}: whoever cannot see it hears nothing"
        assert (page.file.parent / name).resolve().is_file(), name


@every_page
def test_what_it_shows_is_there(page: Page) -> None:
    assert page.text.count("show:") == len(page.shown), "a comment that is not read: <!-- show:kind/key words -->"
    for text in page.shown:
        target(text)


@every_page
def test_it_has_one_title_and_no_tag(page: Page) -> None:
    outside = re.sub(r"^```.*?^```|<!--.*?-->|`[^`\n]*`", "", page.text, flags=re.DOTALL | re.MULTILINE)
    assert len(re.findall(r"^# ", outside, re.MULTILINE)) == 1 and page.text.startswith("# ")
    assert not re.search(r"</?[a-z]+[ >]", outside), "the window's Markdown knows no HTML"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_stands_beside_the_package_leads_to_files(name: str) -> None:
    text = re.sub(
        r"^```.*?^```|`[^`\n]*`", "", (ROOT / name).read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    for href in [*_LINK.findall(text), *(picture for _, picture in _PICTURE.findall(text))]:
        path, _, part = href.partition("#")
        assert href.startswith("https://") or (ROOT / path).is_file(), href
        headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE) if part else []
        assert not part or part in map(anchor, headings), href


def test_keys_are_of_one_page_each() -> None:
    keys = [page.key for page in pages()]
    assert len(keys) == len(set(keys))


def test_what_can_be_shown() -> None:
    assert target("preset/moons?view=map&step=800") == Target("preset", "moons", 800, "map")
    assert target("view/masks?step=1") == Target("view", "masks", 1)
    assert target("lesson/genes") == Target("lesson", "genes") and target("clinic") == Target("clinic", "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("view/mask", "did you mean masks"),
        ("planet/mars", "must be one of view, preset"),
        ("view/masks?step=-1", "no number of steps"),
        ("view/masks?step=1e3", "no number of steps"),
        ("lesson/genes?step=0", "none of the lesson's"),
        ("lesson/genes?step=99", "none of the lesson's"),
        ("lab/paired?step=3", "says nothing of a lab"),
        ("preset/moons?view=nothing", "view 'nothing' is unknown"),
        ("preset/moons?veiw=map", "'veiw' says nothing"),
        ("view/", "unknown"),
        ("clinic/99", "clinic '99' is unknown"),
    ],
)
def test_what_cannot(text: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        target(text)


def test_a_page_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "guide"
    folder.mkdir()
    (folder / "20_b.md").write_text("# Second\n\nOne <!-- show:lab/paired\nthe lab --> there.\n", encoding="utf-8")
    (folder / "10_view-a.md").write_text(
        "# First *of all*\n\n[second](20_b.md#there) [out](../x.md)\n", encoding="utf-8"
    )
    (folder / "README.md").write_text("# All\n", encoding="utf-8")
    monkeypatch.setattr("dropout_viz.assets.path", lambda *parts: tmp_path.joinpath(*parts))
    found = pages.__wrapped__()
    assert [(page.key, page.title, page.group) for page in found] == [
        ("guide", "All", "Guide"),
        ("view-a", "First *of all*", "Views"),
        ("b", "Second", "Guide"),
    ]
    monkeypatch.setattr("dropout_viz.app.reader.pages.pages", lambda: found)
    assert linked(found[1], "20_b.md#there") == (found[2], "there") and linked(found[1], "../x.md") is None
    assert linked(found[1], "#part") == (found[1], "part")
    there, gone = "![A picture](10_view-a.md)", "![A picture](not-in-a-wheel.png)"
    shown = Page(found[2].file, "b", "", "", f"{there} {gone} <!-- a note -->end")
    assert shown.markdown == f"{there}  end"
    assert (
        found[2].shown == ["lab/paired"]
        and "One [▸\N{NO-BREAK SPACE}the lab](show:lab/paired) there." in found[2].markdown
    )


# --- what is told of -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", [*(f"view-{key}" for key in registry.entries("views")), *(f"noise-{n}" for n in NOISES)]
)
def test_every_view_and_noise_has_its_page(key: str) -> None:
    assert find_page(key) is not None


def test_the_contents_name_every_page() -> None:
    first = pages()[0]
    named = {found[0] for href in _LINK.findall(first.text) if (found := linked(first, href)) is not None}
    assert {page for page in pages() if page.group != "Texts"} - named == {first}


@every_page
def test_what_a_page_repeats_of_the_program_is_what_that_says(page: Page) -> None:
    for heading, part in page_parts.parts(page).items():
        assert page_parts.section(page, heading) == part, f"{page.file.name}, {heading}: run make guide"


@pytest.mark.parametrize("noise", NOISES.values(), ids=lambda noise: noise.name)
def test_a_noises_page_has_its_law(noise: Noise) -> None:
    page = find_page(f"noise-{noise.name}")
    assert page is not None and noise.general in page.text


@pytest.mark.parametrize(
    ("page", "key", "file"), [*page_parts.pictured()], ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_views_picture_shows_the_run_that_its_page_opens(page: Page, key: str, file: Path) -> None:
    shown, (preset, step) = picture_file.read(file), page_parts.run_shown(page)
    assert (shown.view, shown.step) == (key, step)
    config = load_preset(preset)
    assert shown.config.changed(about=config.about) == config, "but for the sentence on it, which no picture shows"


def test_pictures_have_their_like_in_the_dark_theme() -> None:
    for file in [*(file for _, _, file in page_parts.pictured()), *page_parts.windows()]:
        light, dark = (picture_file.read(one) for one in (file, page_parts.dark(file)))
        assert (light.config, light.view, light.step) == (dark.config, dark.view, dark.step), file.name
        shades = []
        for one in (file, page_parts.dark(file)):
            with Image.open(one) as image:
                shades.append((image.size, image.convert("L").getpixel((0, image.height // 2))))
        assert shades[0][0] == shades[1][0] and shades[0][1] > 200 > 60 > shades[1][1], f"{file.name}: make guide"


# --- keys, commands, code --------------------------------------------------------------------------------------------

_TEXTS = {page.file.name: page.text for page in pages()} | {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")
}
every_text = pytest.mark.parametrize("text", _TEXTS.values(), ids=_TEXTS)
_OF_THE_READER = {"Ctrl+F", "Alt+Left", "Alt+Right"}


@every_text
def test_keys_that_are_named_exist(text: str) -> None:
    keys = {key for command in COMMANDS.values() for key in command.keys} | set(VIEW_KEYS) | _OF_THE_READER
    told = set(re.findall(r"\b(?:Ctrl|Shift|Alt)\+(?:[A-Za-z0-9]+|\S)(?:\+[A-Za-z]+)?", text))
    told |= set(re.findall(r"\bF\d{1,2}\b", text)) | set(re.findall(r"[Pp]ress `?([A-Z.,/])`?(?!\w)", text))
    assert told <= keys


@every_text
def test_commands_that_are_named_can_be_given(text: str) -> None:
    known = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(_code(text)))) <= set(known)
    for line in _code(text):
        said = line.partition("#")[0].strip()
        if said.startswith("dropout-viz ") and not {"PICTURE", "PRESET", "FOLDER"} & set(said.split()):
            _give(shlex.split(said)[1:])


def _code(text: str) -> list[str]:
    """Return the lines of code blocks, and what stands as code in a sentence."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", rest)


def _give(words: list[str]) -> None:
    """Read a command as the program does, and what it is about."""
    if words[0] == "lab":
        lab = load_lab(words[1])
        given = vars(lab_command._parser(lab, cli._Parser).parse_args(words[2:]))
        from_words(lab.Options, {key: value for key, value in given.items() if not key.endswith("_")})
        return
    if words[0] not in ("list", "train", "export", "gui"):
        words = ["gui", *words]
    options = cli._parser(words[0]).parse_args(words)
    source = getattr(options, "source", None)
    if source is not None:
        assert source in preset_keys() or Path(source).suffix in READERS, source
        config = load_preset(source) if source in preset_keys() else load_preset("moons")
        config.changed(**parse_words(options.words), arms=tuple(parse_arm(arm) for arm in options.arms))


@pytest.mark.parametrize("name", ["README.md", "07_python.md"])
def test_code_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as told:
        assert cli.main(["train", "moons", "--steps", "1", "--save", "moons.safetensors"]) == 0
        blocks = re.findall(r"^```python\n(.*?)^```", _TEXTS[name], re.MULTILINE | re.DOTALL)
        assert blocks
        for block in blocks:
            exec(compile(block, name, "exec"), {})
    assert told.getvalue()


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_the_masks_of_the_moons_are_fewer_than_the_networks() -> None:
    moons = load_preset("moons")
    draws = moons.steps * Trainer(moons).data.x.shape[0]
    assert (moons.steps, moons.hidden, draws) == (10_000, (32,), 2_000_000)
    assert 2**32 > 4_000_000_000 and 2**32 / draws > 2_000


def test_one_factor_in_six_turns_a_unit_over() -> None:
    p = 0.5
    share = (1 + math.erf(-1 / math.sqrt(p / (1 - p)) / math.sqrt(2))) / 2
    assert p / (1 - p) == 1 and round(1 / share) == 6


def test_the_readme_says_what_the_tables_say() -> None:
    readme, results, measured = (_TEXTS[name] for name in ("README.md", "05_results.md", "09_measured.md"))
    row = next(line for line in results.splitlines() if line.startswith("| 9 "))
    assert "from 7.67 to 5.67 %" in readme and "7.67, 6.27, 5.67 %" in row
    verdicts = [line.split("|")[4].strip(" *") for line in results.splitlines() if re.match(r"\| \d+ ", line)]
    assert sum(v.startswith("disagrees") for v in verdicts) == 1 and "undecided" in verdicts
    assert sum(v == "agrees" for v in verdicts) > len(verdicts) / 2
    table = readme[readme.index("## Measured") :]
    for what, _, value in re.findall(r"^\| ([^|]+) \| ([\d.]+) \| ([^|]+) \|$", table, re.MULTILINE):
        assert value in measured and what.partition(":")[0] in measured, what
    assert len(registry.entries("views")) == 18 and "eighteen views" in readme
    assert len(registry.entries("clinic")) == 8 and "eight runs with one hidden fault each" in readme
    assert len(readme.splitlines()) <= 130


def test_numbers_of_the_views_of_own_data_are_the_program_s() -> None:
    shown, fits, mixed = (_TEXTS[name] for name in ("31_view-map.md", "37_view-fit.md", "36_view-confusion.md"))
    assert (
        f"{drawn.MOST:,} at most" in shown and (drawn.DECIMALS, drawn.CLASSES) == (3, 5) and "three decimals" in shown
    )
    assert f"training draws them: {fit.MEMBERS} of them" in fits.replace("\n", " ")
    own = registry.entries("views")["fit"].facts["HELP"]["mind"]
    assert f"up to {fit.COUNTED} units" in own and f"{fit.DRAWN} networks are drawn" in own
    own = registry.entries("views")["confusion"].facts["HELP"]["mind"]
    assert f"{confusion.MOST:,} are counted" in mixed.replace("\n", " ") and f"first {confusion.MOST:,}" in own.replace(
        '"', ""
    )
    assert f"first {confusion.FOUND:,}" in mixed
    assert len(load_data(load_preset("points")).x) == 8 and load_preset("points").about.startswith("Eight points")
    about, wheel = load_preset("pinwheel").about, load_data(load_preset("pinwheel"))
    assert f"{len(wheel.x)} points, 15 %" in about and load_preset("pinwheel").label_noise == 0.15
    assert f"from {load_preset('curve').examples} noisy points" in load_preset("curve").about


def test_lessons_say_of_mnist_what_the_tables_say() -> None:
    """Their other figures are of runs that tests train; these take hours."""
    lines = _TEXTS["05_results.md"].splitlines()
    averaged = next(line for line in lines if line.startswith("| 8 "))
    gained = next(line for line in lines if line.startswith("| 2,000 images"))
    said = " ".join(step.text for key in titles() for step in load_lesson(key).steps)
    for single, scaled in re.findall(r"([\d.]+) % of single answers were wrong, and ([\d.]+) %", said):
        assert f"k = 1: {single} %" in averaged and f"scaled {scaled};" in averaged
    for dropped, none in re.findall(r"On MNIST, with 2,000 digits.*? it was ([\d.]+) % against ([\d.]+) %", said):
        assert [cell.split()[0] for cell in gained.strip("|").split("|")[1:3]] == [none, dropped]
    assert said.count("MNIST") == 2
