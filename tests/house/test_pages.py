"""Pages: links, pictures and what can be shown exist, and nothing is dead on the web."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dropout_viz.app.reader.pages import Page, anchor, linked, pages
from dropout_viz.app.reader.targets import Target, target
from dropout_viz.errors import UserError

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
        ("lesson/genes?step=3", "says nothing of a lesson"),
        ("preset/moons?view=nothing", "view 'nothing' is unknown"),
        ("preset/moons?veiw=map", "'veiw' says nothing"),
        ("view/", "unknown"),
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
    assert found[2].shown == ["lab/paired"] and "One [▸ the lab](show:lab/paired) there." in found[2].markdown
