"""A real browser without a screen, driven over a pipe (the DevTools protocol): pages, keys, clicks and pictures."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_KEYS = {" ": ("Space", 32), "ArrowLeft": ("ArrowLeft", 37), "ArrowRight": ("ArrowRight", 39)}
_KEYS |= {"Home": ("Home", 36), "End": ("End", 35), "Tab": ("Tab", 9), "Enter": ("Enter", 13)}


def found() -> str | None:
    """Return the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """A Chromium with one page, used as a context.

    Attributes:
        said: what the page's console and its exceptions said.
    """

    def __init__(self, profile: Path) -> None:
        path = found()
        assert path is not None
        into, self._from = os.pipe(), os.pipe()
        self._into, self._number, self._rest = into[1], 0, b""
        words = [path, "--headless=new", "--no-sandbox", "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        words += ["--disable-gpu", "--no-first-run", "--disable-extensions", "--hide-scrollbars", "about:blank"]

        def pipes() -> None:
            os.dup2(os.dup(into[0]), 3)
            os.dup2(os.dup(self._from[1]), 4)

        self._process = subprocess.Popen(
            words, preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(into[0])
        os.close(self._from[1])
        self.said: list[str] = []
        self._session = ""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._ask(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()
        os.close(self._into)
        os.close(self._from[0])

    def open(self, path: Path, size: tuple[int, int] = (1280, 800), *, dark: bool = False, still: bool = True) -> None:
        """Open a file. ``still``: whether the system asks for reduced motion."""
        self.resize(*size)
        self.media(dark, still)
        self._ask("Page.navigate", url=path.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def resize(self, width: int, height: int, *, scale: float = 1, phone: bool = False) -> None:
        """Be as large as that."""
        self._ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone
        )

    def media(self, dark: bool, still: bool) -> None:
        """Be of a system that asks for dark colours, and for reduced motion, or not."""
        features = {"prefers-color-scheme": "dark" if dark else "light"}
        features["prefers-reduced-motion"] = "reduce" if still else "no-preference"
        self._ask("Emulation.setEmulatedMedia", features=[{"name": k, "value": v} for k, v in features.items()])

    def ask(self, script: str) -> Any:
        """Return what an expression is in the page; a promise is waited for."""
        told = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def key(self, key: str) -> None:
        """Press a key and let it go."""
        code, number = _KEYS.get(key, (f"Key{key.upper()}", ord(key.upper()[0])))
        about: dict[str, Any] = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        text = {" ": " ", "Enter": "\r"}.get(key, key if len(key) == 1 else "")
        self._ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **about)
        self._ask("Input.dispatchKeyEvent", type="keyUp", **about)

    def click(self, selector: str) -> None:
        """Click into the middle of what a selector finds first."""
        x, y = self.ask(
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            button = "none" if kind == "mouseMoved" else "left"
            self._ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)

    def picture(self, *, whole: bool = False) -> bytes:
        """Return what is seen as a PNG; ``whole``: and what one has to scroll to."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    def printed(self) -> bytes:
        """Return the page as it is printed, a PDF."""
        return base64.b64decode(self._ask("Page.printToPDF", landscape=True)["data"])

    def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        self._number += 1
        asked: dict[str, Any] = {"id": self._number, "method": method, "params": arguments}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._into, json.dumps(asked).encode() + b"\0")
        while (told := self._next()).get("id") != self._number:
            pass
        assert "error" not in told, told["error"]
        result: dict[str, Any] = told["result"]
        return result

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self._from[0], 1 << 16)
            assert piece, "the browser has gone"
            self._rest += piece
        text, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(text)
        method, about = told.get("method"), told.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.said.append(str(about["exceptionDetails"]))
        if method in ("Log.entryAdded", "Runtime.consoleAPICalled"):
            self.said.append(str(about))
        if method == "Network.requestWillBeSent" and not about["request"]["url"].startswith(
            ("file:", "about:", "data:")
        ):
            self.said.append(f"asks for {about['request']['url']}")
        return told
