"""The page in a real browser: what it shows is what the trainer computed, by clicks, keys and pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import dropout_viz
from tests.page.browser import Browser, found

pytestmark = pytest.mark.skipif(found() is None, reason="no Chromium here")
EVERY, LAST = 10, 120


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = dropout_viz.run("three-lines", seed=5, steps=LAST)
    return run.film(tmp_path_factory.mktemp("page") / "film.html", every=EVERY)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of activations below 0 too, and of more balls than have room beside one another."""
    run = dropout_viz.run("xor", activation="tanh", hidden=[8], seed=1, learning_rate=2, steps=200)
    return run.film(tmp_path_factory.mktemp("page") / "signed.html", every=50)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(started: Browser, film: Path) -> Iterator[Browser]:
    started.said.clear()
    started.open(film)
    yield started
    assert not started.said


def step(browser: Browser) -> int:
    return int(browser.ask("document.getElementById('step').textContent").replace(",", ""))


def texts(browser: Browser, selector: str) -> list[str]:
    found = browser.ask(f"[...document.querySelectorAll({selector!r})].map(e => e.textContent)")
    assert isinstance(found, list)
    return found


def image(browser: Browser) -> np.ndarray:
    with Image.open(io.BytesIO(browser.picture())) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_keys_go_through_the_steps(browser: Browser) -> None:
    assert step(browser) == 0
    for key, wanted in (("ArrowRight", 10), ("ArrowRight", 20), ("ArrowLeft", 10), ("End", LAST), ("Home", 0)):
        browser.key(key)
        assert step(browser) == wanted, key
    browser.key(" ")
    playing = "document.getElementById('play').getAttribute('aria-label')"
    assert browser.ask(playing) == "Pause"
    waited = "new Promise(done => { const look = () => document.getElementById('step').textContent >= '20' ? done(1) : "
    browser.ask(f"{waited} setTimeout(look, 20); look(); }})")
    browser.key(" ")
    assert browser.ask(playing) == "Play" and step(browser) >= 20


def test_clicks_choose_steps_examples_units_weights_and_balls(browser: Browser) -> None:
    for name, wanted in (("next", 10), ("last", LAST), ("back", LAST - EVERY), ("first", 0)):
        browser.click(f"#{name}")
        assert step(browser) == wanted, name
    browser.click("#loss")
    assert 50 <= step(browser) <= 70
    browser.click("#rows button:nth-child(3)")
    assert texts(browser, "#rows button[aria-pressed=true]") == ["1 0 1 → 1"]
    browser.click(".unit:nth-of-type(4)")
    assert texts(browser, "#thing")[0].startswith("h1 in step")
    browser.click(".ball:last-of-type")
    assert texts(browser, "#height")[0].startswith(texts(browser, ".number:last-of-type")[0])
    chosen = texts(browser, "#height")
    browser.key("b")
    assert texts(browser, "#height") != chosen
    browser.key("u")
    assert texts(browser, "#thing")[0].startswith("h2 in step")
    browser.click("#near")
    assert browser.ask("document.getElementById('near').checked") is False


def test_what_is_seen_is_what_the_trainer_computed(browser: Browser) -> None:
    run = dropout_viz.run("three-lines", seed=5)
    seen_off = 0
    for _ in range(LAST // EVERY):
        run.advance(EVERY)
        browser.key("ArrowRight")
        snapshot = run.snapshot()
        for row in range(4):
            off = browser.ask("[...document.querySelectorAll('.unit')].map(u => u.classList.contains('off'))")
            assert off == [not on for mask in snapshot.masks for on in mask[row]] + [False]
            seen_off += sum(off)
            answer = float(texts(browser, ".unit .value")[-1])
            assert answer == pytest.approx(snapshot.activations[-1][row, 0], abs=0.0051)
            browser.key("n")
        shown = [float(text.replace(",", "")) for text in texts(browser, "#keys b")[:2]]
        assert shown == pytest.approx([snapshot.loss_under_mask, run.scores["loss"]["train"]], rel=1e-3)
    assert seen_off > 10 and step(browser) == LAST
    browser.click(".hit")
    said = texts(browser, "#thing b")[1]
    unit = browser.ask("JSON.parse(document.getElementById('numbers').textContent).weights[0].unit")
    digit = 10.0 ** -len(said.partition(".")[2])
    assert digit >= unit, "no digit is finer than the rounding"
    assert float(said.replace("−", "-")) == pytest.approx(run.weights[0][0, 0], abs=(digit + unit) / 2)


def test_no_digit_is_finer_than_the_rounding(started: Browser, signed: Path) -> None:
    started.open(signed)
    unit = started.ask("JSON.parse(document.getElementById('numbers').textContent).balls.values.unit")
    balls = len(texts(started, ".ball"))
    for _ in range(balls):
        said = texts(started, "#height b")[1]
        assert 10.0 ** -len(said.partition(".")[2]) >= unit, said
        started.key("b")


def test_the_axis_of_the_loss_holds_every_value(started: Browser, tmp_path: Path) -> None:
    browser = started
    browser.open(dropout_viz.run("three-lines", steps=50).film(tmp_path / "a.html", every=10))
    highest = "Math.min(...[...document.querySelectorAll('#loss .later')].map(c => c.getBBox().y))"
    room = "document.querySelector('#loss rect').getBBox().y"
    assert browser.ask(highest) > browser.ask(room) + 3, "no curve goes beyond the picture's upper edge"


def test_space_plays_after_a_click(browser: Browser) -> None:
    playing = "document.getElementById('play').classList.contains('playing')"
    for control in ("#last", "#rows button", "#near", ".check", "#theme"):
        browser.click(control)
        browser.key(" ")
        assert browser.ask(playing) is True, control
        browser.key(" ")
        assert browser.ask(playing) is False, control


def test_negative_activations_have_a_shade_and_a_legend(started: Browser, signed: Path) -> None:
    started.open(signed)
    started.key("End")
    below = "[...document.querySelectorAll('.unit')].filter(u => u.querySelector('.value').textContent.startsWith('−'))"
    assert started.ask(f"{below}.length") > 0
    assert started.ask(f"{below}.every(u => u.classList.contains('minus'))") is True
    assert texts(started, ".legend .value") == ["activation, − to +"]
    fits = """[...document.querySelectorAll('.unit')].every(u => u.querySelector('.value').getBBox().width
      <= u.querySelector('.low').getBBox().width)"""
    assert started.ask(fits) is True
    for height in (800, 520):  # the lower the picture, the closer the balls lie on one another
        started.resize(1280, height)
        started.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        apart = """(() => {
          const at = [...document.querySelectorAll('.number')].map(n => [+n.getAttribute('x'), +n.getAttribute('y')]);
          return Math.min(...at.flatMap((p, k) => at.slice(k + 1).map(q => Math.hypot(p[0] - q[0], p[1] - q[1]))));
        })()"""
        assert started.ask(apart) >= 14


def test_a_ball_sits_on_its_curve(browser: Browser) -> None:
    browser.key("End")
    on_curve = """(() => {
      const ball = document.querySelector('.ball.chosen'), curve = document.querySelector('.slope.chosen');
      const x = +ball.getAttribute('cx'), y = +ball.getAttribute('cy');
      let best = 1e9;
      for (let s = 0; s <= curve.getTotalLength(); s += 0.5) {
        const p = curve.getPointAtLength(s);
        best = Math.min(best, Math.hypot(p.x - x, (p.y - y) % 17));
      }
      return best;
    })()"""
    assert browser.ask(on_curve) < 1.0


def test_it_follows_the_system_and_a_button(browser: Browser, film: Path) -> None:
    light = image(browser)
    browser.click("#theme")
    dark = image(browser)
    assert light.mean() > 200 and dark.mean() < 80
    browser.key("t")
    assert abs(image(browser).mean() - light.mean()) < 3
    browser.open(film, dark=True)
    assert image(browser).mean() < 80


def test_it_plays_by_itself_unless_motion_is_to_be_reduced(browser: Browser, film: Path) -> None:
    playing = "document.getElementById('play').classList.contains('playing')"
    assert browser.ask(playing) is False
    browser.open(film, still=False)
    assert browser.ask(playing) is True


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (900, 520), (1280, 800)])
def test_nothing_sticks_out(browser: Browser, size: tuple[int, int]) -> None:
    browser.resize(*size)
    browser.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert browser.ask("document.documentElement.scrollWidth") <= size[0]
    out = """[...document.querySelectorAll('svg text, button')].filter(e => e.textContent)
      .filter(e => e.getBoundingClientRect().left < -1 || e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.textContent)"""
    assert browser.ask(out) == []
    behind = "document.querySelector('.transport').getBoundingClientRect().top"
    if size[1] < size[0]:
        assert browser.ask(f"document.getElementById('network').getBoundingClientRect().bottom <= {behind}") is True
    unnamed = """[...document.querySelectorAll('button, select, input')]
      .filter(e => !(e.ariaLabel || e.textContent || e.labels.length)).length"""
    assert browser.ask(unnamed) == 0, "everything that can be used has a name"


def test_it_prints(browser: Browser) -> None:
    assert browser.printed().startswith(b"%PDF")
