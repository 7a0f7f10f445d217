"""Scenarios of transfers and of two agents at once."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step


@scenario("TRF-01", "TRF-02", "TRF-04", "TRF-06", "TRF-07")
def transfer_to_an_agent() -> Iterable[Step]:
    """Ada hands over to Bob; she and the user still write before he comes, and he ends the chat."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("say", "ada", text="Bob knows more about this.")
    yield step("send", text="Thank you, Ada.")
    yield act("join", "bob")
    yield act("say", "bob", text="Hello, this is Bob.")
    yield act("end", "bob")


@scenario("TRF-01", "TRF-02", "TRF-06")
def transfer_to_a_queue() -> Iterable[Step]:
    """Ada hands over to whoever comes and leaves; the user writes to nobody; Cleo comes."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_queue="default")
    yield act("leave", "ada")
    yield step("send", text="Is somebody coming?")
    yield act("join", "cleo")
    yield act("say", "cleo", text="Hello, this is Cleo.")


@scenario("TRF-03", "TRF-04")
def declined_then_taken() -> Iterable[Step]:
    """Bob declines, Ada goes on and asks Cleo, who takes over."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("decline", "bob")
    yield act("say", "ada", text="Bob has no time. I ask Cleo.")
    yield act("transfer", "ada", to_agent="cleo")
    yield act("join", "cleo")
    yield act("say", "cleo", text="Hello, this is Cleo.")


@scenario("TRF-03", "TRF-02")
def declined_for_good() -> Iterable[Step]:
    """Bob declines, and Ada stays and answers."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("decline", "bob")
    yield step("send", text="Then go on, please.")
    yield act("say", "ada", text="Then I do it myself.")


@scenario("TRF-03", "TRF-02")
def declined_when_nobody_is_left() -> Iterable[Step]:
    """Ada hands over and leaves, Bob declines, and Ada comes back."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("leave", "ada")
    yield act("decline", "bob")
    yield act("join", "ada")
    yield act("say", "ada", text="I am back.")


@scenario("TRF-01", "TRF-04", "PRS-02")
def transfer_in_one_batch() -> Iterable[Step]:
    """A whole transfer arrives at once."""
    yield step("start")
    yield act("join", "ada")
    yield step("hold")
    yield act("transfer", "ada", to_agent="bob")
    yield act("say", "ada", text="Bob takes over.")
    yield act("join", "bob")
    yield act("say", "bob", text="I have read everything.")
    yield step("release")


@scenario("TRF-01", "TRF-04")
def transfer_while_the_stream_is_cut() -> Iterable[Step]:
    """A transfer happens while the adapter hears nothing."""
    yield step("start")
    yield act("join", "ada")
    yield step("drop", outage=True)
    yield act("transfer", "ada", to_agent="bob")
    yield act("say", "ada", text="Bob takes over now.")
    yield act("join", "bob")
    yield step("restore")
    yield act("say", "bob", text="Hello, this is Bob.")


@scenario("TRF-05")
def another_agent_in_the_second_chat() -> Iterable[Step]:
    """The second chat of an adapter is answered by another agent, the third by the same again."""
    yield step("start")
    yield act("join", "ada")
    yield step("end")
    yield step("start")
    yield act("join", "bob")
    yield step("end")
    yield step("start")
    yield act("join", "bob")


@scenario("TRF-05")
def another_agent_after_the_agents_end() -> Iterable[Step]:
    """The agent ends the first chat, in the middle of a transfer; the second begins afresh."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield act("end", "ada")
    yield step("start")
    yield act("join", "bob")


@scenario("TRF-06")
def refused_send_in_a_transfer() -> Iterable[Step]:
    """The desk refuses a text that the user writes during a transfer, and takes the next."""
    yield step("start")
    yield act("join", "ada")
    yield act("transfer", "ada", to_agent="bob")
    yield step("fault", fault={"kind": "status", "operation": "sendMessageToAgent", "status": 409, "count": 1})
    yield step("send", text="This one is refused.")
    yield step("send", text="This one is taken.")
    yield act("join", "bob")


@scenario("TRF-08")
def conference() -> Iterable[Step]:
    """Bob joins Ada, both write, Bob leaves, and Ada goes on."""
    yield step("start")
    yield act("join", "ada")
    yield act("join", "bob")
    yield act("say", "bob", text="I listen in.")
    yield act("say", "ada", text="Bob helps me.")
    yield act("say", "bob", text="Gladly.")
    yield act("leave", "bob")
    yield act("say", "ada", text="So we are two again.")


@scenario("TRF-08", "TRF-01", "TRF-04")
def conference_then_transfer() -> Iterable[Step]:
    """Bob joins Ada, who then hands over to Cleo while Bob stays."""
    yield step("start")
    yield act("join", "ada")
    yield act("join", "bob")
    yield act("transfer", "ada", to_agent="cleo")
    yield act("say", "bob", text="Cleo knows it best.")
    yield act("join", "cleo")
    yield act("say", "bob", text="Welcome, Cleo.")
    yield act("say", "cleo", text="Hello, Bob.")
