"""A user in front of the web chat, as the tests see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockdesk.testing import MockAgent, MockDesk

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator, Page


@dataclass(frozen=True)
class Widget:
    """The widget on a page, or in a frame of one."""

    page: Page
    root: Page | FrameLocator

    @property
    def box(self) -> Locator:
        """Where the user writes."""
        return self.root.get_by_role("textbox", name="Message to send")

    def write(self, text: str) -> None:
        """Write and send."""
        self.box.fill(text)
        self.box.press("Enter")

    def message(self, text: str) -> Locator:
        """Return the latest message with this in it; texts stand a second time in a region for screen readers."""
        return self.root.locator("[data-testid^=message-by-index]").filter(has_text=text).last

    def shown(self, text: str) -> Locator:
        """Return where the eye sees a text: for a while it also stands in a region for screen readers."""
        return self.root.get_by_text(text).and_(self.root.locator(":not([aria-live], [aria-live] *)"))

    def button(self, name: str) -> Locator:
        """Return a button by its whole name; of several the latest."""
        return self.root.get_by_role("button", name=name, exact=True).last

    def ask_for_an_agent(self) -> None:
        """Tell the assistant, and press the button of its card."""
        self.write("I want an agent")
        self.button("Connect to agent").click()

    def disconnect(self) -> None:
        """End the chat as the user, and confirm it; returns when the user writes to the assistant again."""
        self.button("Disconnect").click()
        self.root.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
        self.button("Disconnect").wait_for(state="hidden")


@dataclass(frozen=True)
class Chat(Widget):
    """The widget, and the desk that it talks to."""

    desk: MockDesk

    def escalate(self) -> dict[str, Any]:
        """Ask for an agent and return the conversation that the desk has."""
        self.ask_for_an_agent()
        return self.started()

    def started(self, count: int = 1) -> dict[str, Any]:
        """Wait until the desk has so many conversations and return the last one."""
        answered = {"kind": "response", "operation": "startChat", "status": 201}
        found = self.desk.control.wait(answered, count, timeout_seconds=20)
        assert found["matched"], self.root.locator("body").aria_snapshot()
        return self.desk.latest()

    def joined_by(self, agent: MockAgent) -> None:
        """Escalate and let an agent join; returns when the user may write to the agent."""
        self.escalate()
        agent.join()
        self.button("Disconnect").wait_for()

    def happened(self, event: str, count: int = 1) -> None:
        """Wait until the desk's log has so many events of a type."""
        found = self.desk.control.wait({"kind": "event", "type": event}, count, timeout_seconds=20)
        assert found["matched"], event
