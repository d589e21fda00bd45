"""Downloading from servers that break off, lie, dawdle or disappear: the file comes whole, or not at all."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dropout_viz.data import fetch
from dropout_viz.data.fetch import Download, FetchCancelled, FetchProgress, RemoteFile
from dropout_viz.errors import RunError, UserError
from tests.data.mirror import Handler, Mirror, good, serving

CONTENT = os.urandom(300_000)
NAME = "digits.gz"


def accept(path: Path) -> None:
    if not path.is_file() or path.read_bytes() != CONTENT:
        raise UserError(f"{path}: not the published file")


FILE = RemoteFile(NAME, len(CONTENT), accept)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSE", 0.0)
    monkeypatch.setattr(fetch, "_REPORT", 0.0)
    monkeypatch.setattr(fetch, "TIMEOUT", (2.0, 2.0))


def download(
    folder: Path, *mirrors: Mirror | str, report: Callable[[FetchProgress], object] = lambda p: None
) -> Download:
    return Download("The digits", [FILE], [m if isinstance(m, str) else m.url for m in mirrors], folder, report)


def is_whole(folder: Path) -> bool:
    return [p.name for p in folder.iterdir()] == [NAME] and (folder / NAME).read_bytes() == CONTENT


def test_a_good_mirror(tmp_path: Path) -> None:
    told: list[FetchProgress] = []
    with serving({NAME: CONTENT}) as mirror:
        download(tmp_path / "new" / "folder", mirror, report=told.append).run()
        assert mirror.asked == [(f"/{NAME}", "")]
        download(tmp_path / "new" / "folder", mirror).run()
        assert len(mirror.asked) == 1  # it was there already
    assert is_whole(tmp_path / "new" / "folder")
    assert all(0 < p.done <= p.total == len(CONTENT) and p.host == "127.0.0.1" for p in told)


def breaks_off(handler: Handler, content: bytes) -> None:
    """Promise everything, send the next 120,000 bytes, and close."""
    handler.wfile.write(handler.begin(content)[:120_000])


def test_a_connection_that_breaks_off_is_resumed_where_it_broke(tmp_path: Path) -> None:
    with serving({NAME: CONTENT}, breaks_off) as mirror:
        download(tmp_path, mirror).run()
        starts = [int(r[len("bytes=") : -1]) if r else 0 for _, r in mirror.asked]
    assert is_whole(tmp_path)
    assert starts[0] == 0 and len(starts) >= 3
    assert all(0 < later - earlier <= 120_000 for earlier, later in zip(starts, starts[1:], strict=False))


def test_the_next_download_goes_on_where_the_last_was_called_off(tmp_path: Path) -> None:
    half, wait = threading.Event(), threading.Event()

    def stalls(handler: Handler, content: bytes) -> None:
        handler.wfile.write(handler.begin(content)[:100_000])
        wait.wait(5)

    with serving({NAME: CONTENT}, stalls) as mirror:
        one = download(tmp_path, mirror, report=lambda p: half.set() if p.done > 50_000 else None)
        caught: list[BaseException] = []

        def run() -> None:
            try:
                one.run()
            except FetchCancelled as error:
                caught.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        assert half.wait(5)
        begun = time.monotonic()
        one.cancel()
        thread.join(5)
        assert caught and time.monotonic() - begun < 1.0  # although the server sends nothing
        assert not (tmp_path / NAME).exists()
        wait.set()
        mirror.behave = good
        download(tmp_path, mirror).run()
        assert 0 < int(mirror.asked[-1][1][len("bytes=") : -1]) <= 100_000
    assert is_whole(tmp_path)


def test_called_off_before_it_began(tmp_path: Path) -> None:
    one = download(tmp_path, "http://127.0.0.1:9/")
    one.cancel()
    with pytest.raises(FetchCancelled):
        one.run()
    assert not list(tmp_path.iterdir())


def lies_short(handler: Handler, content: bytes) -> None:
    handler.wfile.write(handler.begin(content, claimed=len(content) - 1000)[:-1000])


def lies_long(handler: Handler, content: bytes) -> None:
    handler.wfile.write(handler.begin(content, claimed=len(content) + 1000))


def wrong_bytes(handler: Handler, content: bytes) -> None:
    handler.wfile.write(handler.begin(bytes(len(content))))


def too_much(handler: Handler, content: bytes) -> None:
    handler.begin(content, claimed=1 << 40)
    while True:
        handler.wfile.write(bytes(1 << 16))


def stops_in_the_middle(handler: Handler, content: bytes) -> None:
    handler.wfile.write(handler.begin(content, whole=True)[:120_000])


def is_broken(handler: Handler, content: bytes) -> None:
    handler.send_error(503)


def talks_nonsense(handler: Handler, content: bytes) -> None:
    handler.wfile.write(b"\0\0\0 good day\r\n\r\n")


BAD = {
    lies_short: "does not hold the published file",
    wrong_bytes: "does not hold the published file",
    too_much: "sends more than the file has",
    stops_in_the_middle: "the connection broke off",
    is_broken: "HTTP 503",
    talks_nonsense: "no connection",
}


@pytest.mark.parametrize("behave", BAD, ids=lambda b: b.__name__)
def test_a_bad_mirror_is_left_for_the_next_one(behave: Callable[[Handler, bytes], None], tmp_path: Path) -> None:
    with serving({NAME: CONTENT}, behave) as bad:
        with pytest.raises(RunError) as caught:
            download(tmp_path, bad).run()
        line = str(caught.value)
        assert line.startswith(f"The digits could not be downloaded (127.0.0.1: {BAD[behave]})")
        assert "\n" not in line
        assert not (tmp_path / NAME).exists()
        with serving({NAME: CONTENT}) as mirror:
            download(tmp_path, bad, mirror).run()
    assert (tmp_path / NAME).read_bytes() == CONTENT


def test_a_length_that_is_too_long_is_seen_through(tmp_path: Path) -> None:
    with serving({NAME: CONTENT}, lies_long) as mirror:
        download(tmp_path, mirror).run()
    assert is_whole(tmp_path)


def test_missing_and_unreachable_mirrors_are_named_in_one_line(tmp_path: Path) -> None:
    with serving({}) as empty:
        gone = empty.url
        with pytest.raises(RunError, match=r"127\.0\.0\.1: HTTP 404"):
            download(tmp_path, empty).run()
        assert len(empty.asked) == 1  # asking again would be no use
    with pytest.raises(RunError, match=r"127\.0\.0\.1: no connection.*must have a network connection"):
        download(tmp_path, gone).run()
    assert not list(tmp_path.iterdir())


def test_a_server_that_ignores_ranges_sends_it_all_again(tmp_path: Path) -> None:
    def no_ranges(handler: Handler, content: bytes) -> None:
        whole = handler.begin(content, whole=True)
        handler.wfile.write(whole[:50_000] if len(mirror.asked) == 1 else whole)

    with serving({NAME: CONTENT}, no_ranges) as mirror:
        download(tmp_path, mirror).run()
        assert mirror.asked[1][1]
    assert is_whole(tmp_path)


@pytest.mark.parametrize("size", [1000, len(CONTENT), len(CONTENT) + 5])
def test_a_spoilt_beginning_is_thrown_away(size: int, tmp_path: Path) -> None:
    with serving({NAME: CONTENT}, breaks_off) as mirror:
        one = download(tmp_path, mirror)
        mirror.behave = is_broken
        with pytest.raises(RunError):
            one.run()
        mirror.behave = lambda handler, content: handler.wfile.write(handler.begin(content)[:10])
        mirror.files[f"/{NAME}"] = b"x" * 10  # the mirror changes its file half-way
        with pytest.raises(RunError):
            download(tmp_path, mirror).run()
        parts = list(tmp_path.glob(".*.part"))
        assert not parts
        tag = fetch.hashlib.sha256(f"{mirror.url}{NAME}".encode()).hexdigest()[:8]
        (tmp_path / f".{NAME}.{tag}.part").write_bytes(b"x" * size)
        mirror.files[f"/{NAME}"], mirror.behave = CONTENT, good
        download(tmp_path, mirror).run()
    assert is_whole(tmp_path)


def test_a_part_of_a_process_that_died_is_taken_up_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    with serving({NAME: CONTENT}) as mirror:
        tag = fetch.hashlib.sha256(f"{mirror.url}{NAME}".encode()).hexdigest()[:8]
        dead, alive = (tmp_path / f".{NAME}.{tag}.{who}.part" for who in ("00000001", "00000002"))
        for part in (dead, alive):
            part.write_bytes(CONTENT[:1234])
        os.utime(dead, (1, 1))
        download(tmp_path, mirror).run()
        assert mirror.asked == [(f"/{NAME}", "bytes=1234-")]
    assert {p.name for p in tmp_path.iterdir()} == {NAME, alive.name}


def test_several_at_the_same_time_spoil_nothing(tmp_path: Path) -> None:
    failed: list[BaseException] = []
    with serving({NAME: CONTENT}, breaks_off) as mirror:

        def run() -> None:
            try:
                download(tmp_path, mirror).run()
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=run) for _ in range(6)]
        for thread in threads:
            thread.start()
        while any(t.is_alive() for t in threads):  # whatever is there under the final name is whole, at any moment
            if (tmp_path / NAME).exists():
                accept(tmp_path / NAME)
        for thread in threads:
            thread.join()
    assert not failed
    assert (tmp_path / NAME).read_bytes() == CONTENT
    assert not list(tmp_path.glob("*.whole"))


def test_a_spoilt_file_in_its_place_is_replaced(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(CONTENT[:-1])
    with serving({NAME: CONTENT}) as mirror:
        download(tmp_path, mirror).run()
    assert is_whole(tmp_path)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="must be a folder that can be written"):
        download(tmp_path / "file" / "folder", "http://127.0.0.1:9/").run()
