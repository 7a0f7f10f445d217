"""Scenarios of page reloads: the adapter is gone, and a new one may take up the chat."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("REC-06", "REC-09", "REC-07")
def page_reload() -> Iterable[Step]:
    """The page is reloaded in the middle of a talk; the agent writes while it is away."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Before the reload.")
    yield step("send", text="I reload the page.")
    yield step("unload")
    yield act("say", "ada", text="Where are you?")
    yield step("reload")
    yield act("say", "ada", text="There you are.")
    yield step("send", text="Here I am.")
    yield act("end", "ada")


@scenario("REC-07", "REC-06")
def page_reload_unnoticed_by_the_desk() -> Iterable[Step]:
    """The desk still has the stream of the old page when the new one asks to take up the chat, twice at once."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Before the reload.")
    yield step("reload", lingering=True, reconnects=2)
    yield act("say", "ada", text="Once, please.")
    yield act("leave", "ada")
    yield act("join", "bob")
    yield act("say", "bob", text="I take over.")


@scenario("REC-07", "REC-01", slow=True)
def silent_stream_is_replaced() -> Iterable[Step]:
    """A stream falls silent and stays open; the one that replaces it is the only one that delivers."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", silent=True)
    yield step("restore")
    yield act("say", "ada", text="Only once, please.")
    yield act("leave", "ada")


@scenario("REC-06", "REC-09")
def chat_ends_while_the_page_is_away() -> Iterable[Step]:
    """The agent ends the chat while the page is reloaded; then the user starts another one."""
    yield step("start")
    yield act("join", "ada")
    yield step("unload")
    yield act("end", "ada")
    yield step("reload")
    yield step("start")
    yield act("join", "bob")
    yield act("say", "bob", text="A new talk.")
    yield step("end")


@scenario("REC-09")
def a_long_talk() -> Iterable[Step]:
    """Many and long messages: what is kept over a reload does not grow with them."""
    yield step("start")
    yield act("join", "ada")
    for number in range(12):
        yield act("say", "ada", text=f"Paragraph {number}. " + "All of this can be read at the desk. " * 12)
    yield step("end")
