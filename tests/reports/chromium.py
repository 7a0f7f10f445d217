"""A page in headless Chromium, driven over its DevTools protocol: enough to look at a report as a reader does."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)
PATIENCE = 30.0


def find_chromium() -> str:
    """Return Chromium's path; skips the test when there is none."""
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")


class Page:
    """One tab. ``requested`` holds every URL that was asked for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.requested: list[str] = []
        self.logged: list[str] = []
        self._socket = socket
        self._numbers = itertools.count(1)
        self._seen: set[str] = set()
        for domain in ("Network", "Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a command and return its result."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = self._receive()
            if message.get("id") == number:
                assert "error" not in message, message
                return dict(message["result"])

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE))
        if message.get("method") == "Network.requestWillBeSent":
            self.requested.append(message["params"]["request"]["url"])
        elif message.get("method") == "Log.entryAdded":
            self.logged.append(message["params"]["entry"]["text"])
        self._seen.add(str(message.get("method")))
        return message

    def open(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._seen.clear()
        self.call("Page.navigate", url=url)
        while "Page.loadEventFired" not in self._seen:
            self._receive()

    def resize(self, width: int, height: int = 800) -> None:
        """Make the window as wide as a phone's, or a desk's."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
        )

    def value(self, expression: str) -> Any:
        """Return what a JavaScript expression is in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """Start Chromium with a profile in ``folder``, give a page of it, and end it."""
    command = [find_chromium(), *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        assert process.stderr is not None
        line = next((line for line in process.stderr if "DevTools listening on" in line), "")
        assert line, "Chromium did not start"
        with connect(line.split()[-1], max_size=None) as browser:
            target = _only_page(browser)
        port = line.split()[-1].split("/")[2]
        with connect(f"ws://{port}/devtools/page/{target}", max_size=None) as socket:
            yield Page(socket)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End all processes of the browser: Debian's program is a shell script that would die alone."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.communicate(timeout=PATIENCE)  # until nobody holds its errors any more
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise


def _only_page(browser: ClientConnection) -> str:
    browser.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
    while True:
        message = json.loads(browser.recv(timeout=PATIENCE))
        if message.get("id") == 1:
            return str(next(one["targetId"] for one in message["result"]["targetInfos"] if one["type"] == "page"))
