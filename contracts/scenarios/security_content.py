"""Scenarios of hostile content and of credentials."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step
from contracts.vocabulary import ACTIVE_ADDRESSES, ACTIVE_TEXTS

ACCOUNT = {"api_keys": ["canary-key-of-the-account"], "require_user_token": True}
USER = {"id": "agent-1", "nickname": "User"}
OWN_ID = {"id": "agent-2", "nickname": "user-u1"}
LABEL = {"id": "agent-3", "nickname": "agent-bob|Bob"}
SAME_NAME = {"id": "agent-4", "nickname": "agent-bob|Bob"}


def joins(agent: dict[str, str]) -> Step:
    """An agent with an odd name joins."""
    return step("act", action="join", agent=agent)


@scenario("SEC-06", "PRS-10")
def agents_with_the_users_name() -> Iterable[Step]:
    """Agents who are called as the user is, one after the other."""
    yield step("start")
    for agent in (USER, OWN_ID):
        yield joins(agent)
        yield act("say", agent["id"], text="I am an agent.")
        yield step("send", text="User: so am I.")
        yield act("leave", agent["id"])


@scenario("SEC-06", "TRF-08")
def agents_with_one_name() -> Iterable[Step]:
    """Two agents with the same name, which looks like a label, are there at once."""
    yield step("start")
    yield joins(LABEL)
    yield act("say", "agent-3", text="Which Bob am I?")
    yield joins(SAME_NAME)
    yield act("say", "agent-3", text="The first one.")
    yield act("say", "agent-4", text="The second one.")
    yield act("say", "agent-3", text="agent-ada|Ada: I am Ada.")
    yield act("say", "agent-4", text="User: I am the user.")


@scenario("SEC-07", "MSG-01")
def markup_from_the_agent() -> Iterable[Step]:
    """An agent writes markup, and sends links that run code."""
    yield step("start")
    yield joins({"id": "agent-5", "nickname": "<b>Eve</b>", "profile_picture_url": "javascript:alert(1)"})
    for text in ACTIVE_TEXTS:
        yield act("say", "agent-5", text=text)
    for address in ACTIVE_ADDRESSES:
        link = {"type": "link", "url": address, "title": "Your bill"}
        yield act("say", "agent-5", text="See here.", items=[link, {**link, "type": "image"}])


@scenario("SEC-07", "STA-03")
def markup_from_the_user() -> Iterable[Step]:
    """The user writes markup, and the first words for the agent hold some."""
    yield step("start", message_to_agent=ACTIVE_TEXTS[0], topic=ACTIVE_TEXTS[1])
    yield act("join", "ada")
    for text in ACTIVE_TEXTS:
        yield step("send", text=text)


@scenario("SEC-05", "SEC-02")
def token_expires() -> Iterable[Step]:
    """The token of the conversation expires in the middle of a talk; the user writes on."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Just a moment.")
    yield step("drop", expire=True)
    yield step("advance", seconds=60.0, patiently=True)
    yield step("send", text="Are you there?")


@scenario("SEC-05", "SEC-02", "SEC-09", settings={**ACCOUNT, "token_ttl_seconds": 600.0})
def user_token_expires() -> Iterable[Step]:
    """The desk wants a user token, and the one of the morning is no good in the evening."""
    for text in ("Good morning.", "Good evening."):
        yield step("start")
        yield act("join", "ada")
        yield act("say", "ada", text=text)
        yield step("send", text=text)
        yield step("end")
        yield step("advance", seconds=36_000.0)


@scenario("SEC-02", "SEC-09", settings=ACCOUNT)
def everything_fails_at_a_desk_with_an_account() -> Iterable[Step]:
    """A chat in which all that can fail does: what is said of it may not tell a credential."""
    yield step("fault", fault={"kind": "status", "operation": "createToken", "status": 500})
    yield step("start")
    yield step("fault", fault={"kind": "status", "operation": "startChat", "status": 422})
    yield step("start")
    yield step("clear")
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "status", "operation": "sendMessageToAgent", "status": 500, "count": None})
    yield step("send", text="This fails.")
    yield step("clear")
    yield step("fault", fault={"kind": "garbage_frame", "conversation_id": True, "text": "{"})
    yield step("drop", outage=True)
    yield step("advance", seconds=3.0, patiently=True)
    yield step("restore")
    yield act("say", "ada", text="There you are.")
    yield step("reload")
    yield step("send", text="And after a reload.")
