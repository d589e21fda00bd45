"""The search over pages: what is found, in which order, and the words around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dropout_viz.app.reader.finding import excerpt, passages, search
from dropout_viz.app.reader.pages import Page, pages

_TEXT = """# Masks

Every *bit* that `dropout` drew.
It goes on <!-- show:view/masks here --> in a second line.

## How to read it

- one item, [linked](other.md)
- another **item**
  of two lines

| bits | what they say |
|---|---|
| bright | the unit was on |

```
E[m] = 1 − p
```

![A picture](x.png)
"""


def page(text: str, title: str = "Masks") -> Page:
    return Page(Path("x.md"), "x", title, "Guide", text)


def test_a_page_falls_into_paragraphs_items_rows_and_code() -> None:
    found = passages(page(_TEXT))
    assert [(passage.heading, passage.text) for passage in found] == [
        ("Masks", "Every bit that dropout drew. It goes on ▸ here in a second line."),
        ("How to read it", "one item, linked"),
        ("How to read it", "another item of two lines"),
        ("How to read it", "bits · what they say"),
        ("How to read it", "bright · the unit was on"),
        ("How to read it", "E[m] = 1 − p"),
    ]
    assert [passage.first for passage in found] == [True, True, False, False, False, False]


def test_every_word_has_to_begin_a_word_whatever_its_case() -> None:
    mask = [page(_TEXT)]
    assert [passage.text for passage in search(mask, "UNIT bri")] == ["bright · the unit was on"]
    assert search(mask, "right") == [] and search(mask, "unit dark") == [] and search(mask, "   ") == []
    assert [passage.text for passage in search(mask, "e[m]")] == ["E[m] = 1 − p"]  # no pattern of the user's
    assert search(mask, "(") == [] and search(mask, "\\") == []


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("why 1.25", "Why × 1.25?"),
        ("Why x 1.25?", "Why × 1.25?"),
        ("1.25", "Why × 1.25?"),
        ("gradient", "Gradient"),
        ("What is a gradient?", "Gradient"),
        ("what is the scale of", "Scale"),
        ("why does dropout work", "Why does dropout work?"),
        ("Why dropout works", "Why does dropout work?"),
    ],
)
def test_a_question_in_plain_words_finds_its_answer_first(asked: str, heading: str) -> None:
    assert search(pages(), asked)[0].heading == heading


def test_titles_come_first_then_headings_then_the_rest() -> None:
    said = page("# Other\n\nOf masks here.\n\n## Masks\n\nThe first below it.\n\nThe second.\n", "Other")
    found = search([said, page(_TEXT)], "mask")
    assert [(passage.page.title, passage.text[:9]) for passage in found] == [
        ("Masks", "Every bit"),
        ("Other", "The first"),
        ("Other", "Of masks "),
    ]


def test_what_belongs_to_a_false_claim_comes_last() -> None:
    judged = page("# Judged\n\n## Masks\n\n> Masks are blue.\n\n**✗ False** They have no colour.\n", "Judged")
    plain = page("# Other\n\nIn passing: masks.\n", "Other")
    found = search([judged, plain], "masks")
    assert [(passage.page.title, passage.false) for passage in found] == [("Other", False), ("Judged", True)]
    why = search(pages(), "why does dropout work")
    assert [passage.false for passage in why] == sorted(passage.false for passage in why) and why[-1].false
    assert not any(p.false for each in pages() for p in passages(each) if p.heading == "What a verdict means")


def test_an_excerpt_begins_near_what_was_found_and_says_where_that_is() -> None:
    long = page("# Long\n\n" + "before " * 40 + "the needle, and needles " + "after " * 60, "Long")
    (passage,) = search([long], "needle")
    said, places = excerpt(passage, "needle")
    assert said.startswith("…before") and said.endswith("…") and len(said) < 160
    assert [said[at : at + length] for at, length in places] == ["needle", "needle"]
    assert excerpt(passages(long)[0], "nowhere")[1] == []
