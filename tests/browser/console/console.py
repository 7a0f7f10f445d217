"""The console as a person uses it: by what stands on buttons and labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, LocatorAssertions, Page


def expect(locator: Locator) -> LocatorAssertions:
    """Return Playwright's assertions, which wait; imported late, so that a missing Playwright skips the tests."""
    from playwright.sync_api import expect as assertions

    return assertions(locator)


@dataclass
class Console:
    """An open console."""

    page: Page

    @classmethod
    def open(cls, page: Page, desk_url: str) -> Console:
        """Open the console of a desk and wait until it is live."""
        page.goto(f"{desk_url}/console")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        return cls(page)

    @property
    def conversations(self) -> Locator:
        """The conversations in the list."""
        return self.page.locator("#conversations > li")

    def choose(self, name: str) -> Locator:
        """Choose the conversation of a user and return its line."""
        line = self.conversations.filter(has_text=name).get_by_role("button")
        line.click()
        return line

    @property
    def entries(self) -> Locator:
        """The rows of the timeline."""
        return self.page.locator("#entries > li")

    @property
    def bubbles(self) -> Locator:
        """What was said."""
        return self.page.locator("#entries .bubble")

    def press(self, name: str) -> None:
        """Press a button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def pick(self, label: str, option: str) -> None:
        """Choose an option of the select with a label."""
        self.page.get_by_role("combobox", name=label, exact=True).select_option(option)

    def section(self, title: str) -> Locator:
        """A section of the panel."""
        return self.page.locator("#panel > details").filter(has=self.page.get_by_role("heading", name=title))

    def say(self, text: str) -> None:
        """Write as the agent and send it with Enter."""
        box = self.page.locator("#say")
        box.fill(text)
        box.press("Enter")

    def error(self, place: str) -> Locator:
        """The refusal that is shown at a place: bar, faults, queues, agents, clock, script, export."""
        return self.page.locator(f"#{place}-error")
