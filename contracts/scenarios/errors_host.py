"""Scenarios of what the host is told when the desk is lost, and of a host that fails itself."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

TEN_MINUTES = 660.0
"""Longer than any adapter that declares nothing may try."""


@scenario("ERR-01", "ERR-02")
def start_at_a_broken_desk() -> Iterable[Step]:
    """The desk refuses the start; a minute goes by in which nothing more is to be told."""
    yield step("fault", fault={"kind": "status", "operation": "startChat", "status": 503, "count": None})
    yield step("start")
    yield step("advance", seconds=60.0, patiently=True)


@scenario("ERR-01", "ERR-02")
def start_without_a_stream() -> Iterable[Step]:
    """The conversation is made, and its stream is refused."""
    for operation in ("streamEvents", "pollEvents"):
        yield step("fault", fault={"kind": "status", "operation": operation, "status": 500, "count": None})
    yield step("start")
    yield step("advance", seconds=30.0, patiently=True)


@scenario("ERR-01", "ERR-02")
def desk_lost_while_waiting() -> Iterable[Step]:
    """The desk goes away while the user waits for an agent, and does not come back."""
    yield step("start")
    yield step("drop", outage=True)
    yield step("advance", seconds=TEN_MINUTES, patiently=True)
    yield step("await", over=True)


@scenario("REC-02", "ERR-02", "ERR-03")
def desk_lost_for_good() -> Iterable[Step]:
    """The desk goes away in the middle of a talk, and does not come back."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Just a moment.")
    yield step("drop", outage=True)
    yield step("advance", seconds=TEN_MINUTES, patiently=True)
    yield step("await", over=True)


@scenario("ERR-02", "MSG-05")
def message_refused() -> Iterable[Step]:
    """The desk does not take a message; the connection is as good as ever."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "status", "operation": "sendMessageToAgent", "status": 500, "count": None})
    yield step("send", text="You will not get this.")
    yield step("advance", seconds=5.0, patiently=True)
    yield step("clear")
    yield step("send", text="But this.")


@scenario("REC-08")
def words_while_disconnected() -> Iterable[Step]:
    """The user writes while the desk takes nothing, and again when it is back."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    refused = {"kind": "status", "operation": "sendMessageToAgent", "status": 503, "count": None}
    yield step("fault", fault={**refused, "conversation_id": True})
    yield step("send", text="Can you hear me?", wait=False)
    yield step("advance", seconds=4.0, patiently=True)
    yield step("restore")
    yield step("settle")
    yield step("send", text="I am back.")


@scenario("REC-08", "MSG-05")
def words_whose_receipt_is_lost() -> Iterable[Step]:
    """The desk takes a text while its streams are cut, and the answer says that it did not."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    lost = {"kind": "status", "operation": "sendMessageToAgent", "status": 500, "after": True}
    yield step("fault", fault={**lost, "conversation_id": True})
    yield step("send", text="Did you get this?", wait=False)
    yield step("advance", seconds=4.0, patiently=True)
    yield step("restore")
    yield step("settle")


@scenario("ERR-08")
def host_fails_at_a_message() -> Iterable[Step]:
    """The widget cannot show a message, a joining, a typing; what comes later it could."""
    yield step("start")
    yield step("host_raises", callback="agent_joined")
    yield act("join", "ada")
    yield act("say", "ada", text="Welcome.")
    yield step("host_raises", callback="send_message_to_user", count=2)
    yield act("say", "ada", text="You cannot render this.")
    yield act("say", "ada", text="Nor this.")
    yield act("say", "ada", text="But this.")
    yield step("host_raises", callback="agent_typing")
    yield act("typing", "ada")
    yield act("say", "ada", text="And this.")
    yield step("host_raises", callback="update_persisted_state")
    yield act("say", "ada", text="And the last words.")
    yield act("end", "ada")


@scenario("ERR-10")
def every_callback_once() -> Iterable[Step]:
    """A talk in which nearly every callback has its occasion."""
    yield step("start")
    yield act("join", "cleo")
    yield act("typing", "cleo")
    yield act("say", "cleo", text="A picture.", items=[{"type": "image", "url": "https://example.com/bill.png"}])
    yield step("send", text="Thank you.")
    yield act("read", "cleo")
    yield step("drop", outage=True)
    yield step("advance", seconds=6.0)
    yield step("restore")
    yield act("leave", "cleo")
    yield act("join", "bob")
    yield act("say", "bob", text="Anything else?")
    yield act("transfer", "bob", to_agent="ada")
    yield act("join", "ada")
    yield act("end", "ada")
