"""Pictures of the agent console: a desk with three conversations, faults, the dark colours, the keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import requests

import mockdesk
from mockdesk import DeskControl, RunningServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE = {"width": 1280, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
AGENTS = [{"id": "ada", "nickname": "Ada"}, {"id": "bob", "nickname": "Bob", "queues": ["sales"]}]


class User:
    """A user of the desk, over HTTP."""

    def __init__(self, url: str, **start: str) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        body = {"user_id": "visitor", **start}
        started = self._http.post(f"{url}/v1/conversations", json=body, timeout=10).json()
        self.id = str(started["conversation"]["id"])
        self._url = f"{url}/v1/conversations/{self.id}"
        self._http.headers["Authorization"] = f"Bearer {started['token']}"

    def send(self, text: str) -> None:
        """Say something, or try to."""
        self._http.post(f"{self._url}/messages", json={"text": text}, timeout=10)

    def upload(self, name: str, content: bytes) -> None:
        """Send a file."""
        self._http.post(f"{self._url}/files", files={"file": (name, content, "application/pdf")}, timeout=10)

    def type(self) -> None:
        """Begin to type."""
        self._http.put(f"{self._url}/typing", json={"typing": True}, timeout=10)


def take(folder: Path) -> list[Path]:
    """Take all pictures into a folder and return their paths."""
    settings = {"seed": 1, "agents": AGENTS, "queues": {"default": {"seconds_per_conversation": 90}, "sales": {}}}
    with mockdesk.start(settings) as server, _page(server) as page:
        control = server.control()
        eva = _three_conversations(server, control)
        page.goto(f"{server.url}/console")
        page.get_by_role("button", name="Eva Lind").click()
        page.get_by_text("receipt.pdf").first.wait_for()
        page.get_by_text("waits 21 s").wait_for()
        page.locator("#script option").first.wait_for(state="attached")
        made = [_picture(page, folder / "console-three-conversations.png")]
        _faults(control, eva)
        page.get_by_text("22 s to go").wait_for()
        page.get_by_text("waits 29 s").wait_for()
        made.append(_picture(page, folder / "console-faults.png"))
        page.get_by_role("combobox", name="Colours").select_option("dark")
        page.locator("#transfer summary").click()
        page.get_by_role("button", name="Streams").click()
        made.append(_picture(page, folder / "console-dark.png"))
        page.get_by_role("combobox", name="Colours").select_option("light")
        page.locator("#help-open").click()
        return [*made, _picture(page, folder / "console-keys.png")]


@contextmanager
def _page(server: RunningServer) -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    program = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        context = browser.new_context(viewport=SIZE, locale="en-GB", timezone_id="UTC", color_scheme="light")  # type: ignore[arg-type]
        yield context.new_page()
        browser.close()


def _picture(page: Page, path: Path) -> Path:
    page.mouse.move(700, 420)
    page.screenshot(path=path, animations="disabled", caret="hide")
    return path


def _three_conversations(server: RunningServer, control: DeskControl) -> User:
    eva = User(server.url, user_id="eva", user_name="Eva Lind")
    control.advance(20)
    control.act(eva.id, {"action": "join", "agent": "ada"})
    control.act(eva.id, {"action": "say", "agent": "ada", "text": "Hello Eva, this is Ada. Which parcel is it?"})
    control.advance(31)
    jonas = User(server.url, user_id="jonas", user_name="Jonas Berg")
    eva.send("Good morning! It is 4711, and it should have been here on Monday.")
    control.act(eva.id, {"action": "read", "agent": "ada"})
    control.act(eva.id, {"action": "typing", "agent": "ada"})
    control.advance(9)
    link = {"type": "link", "title": "Where parcel 4711 is", "url": "https://parcels.example/4711"}
    control.act(eva.id, {"action": "say", "agent": "ada", "text": "It is on its way:", "items": [link]})
    eva.upload("receipt.pdf", b"%PDF-1.7 a receipt")
    control.advance(12)
    User(server.url, user_id="mia", user_name="Mia Rossi", queue="sales")
    jonas.send("Is anybody there?")
    jonas.send("It is about my bill.")
    eva.type()
    return eva


def _faults(control: DeskControl, eva: User) -> None:
    broken = {"kind": "status", "status": 503, "operation": "sendMessageToAgent", "count": 2, "conversation_id": eva.id}
    control.inject(broken)
    control.inject({"kind": "hold_events", "conversation_id": eva.id})
    control.act(eva.id, {"action": "say", "agent": "ada", "text": "Do you see this?"})
    eva.send("Thank you!")
    control.inject({"kind": "delay", "seconds": 3, "count": None, "until_seconds": 30})
    control.advance(8)
