"""Pictures of the agent console: a desk with three conversations, faults, the dark colours, the keys."""

from __future__ import annotations

from pathlib import Path

import requests
from playwright.sync_api import Page

import mockdesk
from mockdesk import DeskControl, RunningServer
from tools.screenshots.camera import Camera, camera

WIDE, HIGH = 1280, 800
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
    with mockdesk.start(settings) as server, camera(folder) as one:
        control = server.control()
        eva = _three_conversations(server, control)
        page = one.open(f"{server.url}/console", WIDE, HIGH)
        page.get_by_role("button", name="Eva Lind").click()
        page.get_by_text("receipt.pdf").first.wait_for()
        page.get_by_text("waits 21 s").wait_for()
        page.locator("#script option").first.wait_for(state="attached")
        _picture(one, page, "console-three-conversations")
        _faults(control, eva)
        page.get_by_text("22 s to go").wait_for()
        page.get_by_text("waits 29 s").wait_for()
        _picture(one, page, "console-faults")
        page.get_by_role("combobox", name="Colours").select_option("dark")
        page.locator("#transfer summary").click()
        page.get_by_role("button", name="Streams").click()
        _picture(one, page, "console-dark")
        page.get_by_role("combobox", name="Colours").select_option("light")
        page.locator("#help-open").click()
        _picture(one, page, "console-keys")
        return one.taken


def _picture(one: Camera, page: Page, name: str) -> None:
    page.mouse.move(700, 420)
    one.take(page, name)


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
