"""npm purecloud-guest-chat-client 8.1.3 against the mock: what the vendor's client makes of every answer and frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
import requests

from mockdesk.control_client import ControlClient
from tests.clients.genesys.client import PATIENCE, GuestClient, Refused

pytestmark = pytest.mark.all

NewDesk: TypeAlias = Callable[..., ControlClient]
NewGuest: TypeAlias = Callable[[ControlClient], GuestClient]
ADA = {"id": "ada", "nickname": "Ada", "profile_picture_url": "https://example.com/ada.png"}
BEA = {"id": "bea", "nickname": "Bea"}


def create(guest: GuestClient, control: ControlClient, **changed: Any) -> dict[str, Any]:
    """Create a conversation with what the middleware says."""
    setup = requests.get(f"{control.url}/genesys/setup", timeout=PATIENCE).json()
    return guest.create(
        organizationId=setup["org_id"],
        deploymentId=setup["deployment_id"],
        routingTarget={"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        memberInfo={"displayName": "Max", "customFields": {"sessionHistoryKey": "key"}},
        **changed,
    )


def begin(guest: GuestClient, control: ControlClient) -> str:
    """Create a conversation, open its stream, read the first frames, and return its id."""
    made = create(guest, control)
    guest.tell(open=made["eventStreamUri"])
    assert guest.change() == (made["member"]["id"], "CONNECTED")
    queue_member, state = guest.change()
    assert (guest.member(queue_member)["role"], state) == ("ACD", "CONNECTED")
    return str(made["id"])


def join(guest: GuestClient, control: ControlClient, conversation_id: str, agent: dict[str, str]) -> str:
    """Let an agent be rung and join; return the agent's member id, which was looked up when it was connected."""
    control.act(conversation_id, {"action": "offer", "agent": agent})
    member, state = guest.change()
    assert state == "ALERTING"
    control.act(conversation_id, {"action": "join", "agent": agent["id"]})
    assert guest.change() == (member, "CONNECTED")
    found = guest.member(member)
    assert (found["displayName"], found["role"], found["state"]) == (agent["nickname"], "AGENT", "CONNECTED")
    assert found.get("avatarImageUrl") == agent.get("profile_picture_url")
    return member


def refused(call: Callable[[], Any]) -> tuple[int, str]:
    """Return status and code of what the client rejects."""
    with pytest.raises(Refused) as told:
        call()
    body = told.value.body
    assert body["status"] == told.value.status
    assert body["contextId"] == told.value.correlation
    return told.value.status, body["code"]


def test_a_talk(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """Start, stream, typing and messages both ways, and the agent's end, in the order integrations expect."""
    control = new_desk()
    guest = new_guest(control)
    conversation = begin(guest, control)
    own = guest.made["member"]["id"]
    ada = join(guest, control, conversation, ADA)

    control.act(conversation, {"action": "typing", "agent": "ada"})
    assert guest.frame("typing-indicator")["sender"]["id"] == ada
    control.act(conversation, {"action": "say", "agent": "ada", "text": "How can I help?"})
    while (said := guest.frame("message"))["bodyType"] != "standard":
        assert said["bodyType"] == "member-join"
    assert (said["sender"]["id"], said["body"]) == (ada, "How can I help?")

    typing = guest.own("postWebchatGuestConversationMemberTyping")
    assert guest.frame("typing-indicator")["id"] == typing["id"]
    sent = guest.own("postWebchatGuestConversationMemberMessages", {"body": "Grüße 🙂", "bodyType": "standard"})
    echoed = guest.frame("message")
    assert (echoed["id"], echoed["sender"]["id"], echoed["body"]) == (sent["id"], own, "Grüße 🙂")
    assert control.conversation(conversation)["messages"][-1]["text"] == "Grüße 🙂"
    assert control.conversation(conversation)["context"]["session_history_key"] == "key"

    control.act(conversation, {"action": "end", "agent": "ada"})
    assert guest.change() == (own, "DISCONNECTED")
    assert guest.member(own)["state"] == "DISCONNECTED"
    assert guest.change() == (ada, "DISCONNECTED")
    assert guest.await_close() == 1000
    late = {"body": "late", "bodyType": "standard"}
    assert refused(lambda: guest.own("postWebchatGuestConversationMemberMessages", late)) == (
        400,
        "chat.error.conversation.state",
    )


def test_the_guest_ends(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """The client's DELETE resolves, and the guest goes first."""
    control = new_desk()
    guest = new_guest(control)
    conversation = begin(guest, control)
    ada = join(guest, control, conversation, ADA)
    assert guest.change()[1] == "DISCONNECTED", "the queue's member"
    assert guest.member(guest.made["member"]["id"])["state"] == "CONNECTED"
    guest.own("deleteWebchatGuestConversationMember")
    assert guest.change() == (guest.made["member"]["id"], "DISCONNECTED")
    assert guest.change() == (ada, "DISCONNECTED")
    assert control.conversation(conversation)["ended_by"] == "user"
    assert refused(lambda: guest.own("deleteWebchatGuestConversationMember")) == (400, "chat.error.member.state")


def test_a_transfer(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """The first agent goes while the guest is connected, nobody answers, and the next one comes."""
    control = new_desk()
    guest = new_guest(control)
    conversation = begin(guest, control)
    ada = join(guest, control, conversation, ADA)
    guest.change()
    control.act(conversation, {"action": "transfer", "agent": "ada", "to_agent": BEA})
    assert guest.change() == (ada, "DISCONNECTED")
    assert guest.member(guest.made["member"]["id"])["state"] == "CONNECTED"
    bea, state = guest.change()
    assert state == "ALERTING"
    control.act(conversation, {"action": "decline", "agent": "bea"})
    assert [guest.change(), guest.change()] == [(bea, "DISCONNECTED"), (ada, "CONNECTED")]
    control.act(conversation, {"action": "transfer", "agent": "ada", "to_agent": BEA})
    assert guest.change() == (ada, "DISCONNECTED")
    assert guest.change() == (bea, "ALERTING")
    control.act(conversation, {"action": "join", "agent": "bea"})
    assert guest.change() == (bea, "CONNECTED")
    assert guest.member(bea)["displayName"] == "Bea"
    while (told := guest.frame("message"))["bodyType"] != "member-leave":
        pass
    assert told["sender"]["id"] == ada


def test_looking_up(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """Members and messages, page by page, and one by one."""
    control = new_desk()
    guest = new_guest(control)
    conversation = begin(guest, control)
    for agent in (ADA, BEA):
        control.act(conversation, {"action": "join", "agent": agent})
    sent = [
        guest.own("postWebchatGuestConversationMemberMessages", {"body": str(n), "bodyType": "standard"})["id"]
        for n in range(5)
    ]

    first = guest.call("getWebchatGuestConversationMembers", conversation, {"pageSize": 3})
    assert (len(first["entities"]), first["total"], first["pageCount"]) == (3, 4, 2)
    second = guest.call("getWebchatGuestConversationMembers", conversation, {"pageSize": 3, "pageNumber": 2})
    assert [one["displayName"] for one in (*first["entities"], *second["entities"])] == ["Max", "default", "Ada", "Bea"]
    present = guest.call("getWebchatGuestConversationMembers", conversation, {"excludeDisconnectedMembers": True})
    assert [one["displayName"] for one in present["entities"]] == ["Max", "Ada", "Bea"]

    def texts(**options: Any) -> list[str]:
        listed = guest.call("getWebchatGuestConversationMessages", conversation, options)
        return [one["body"] for one in listed["entities"] if one["bodyType"] == "standard"]

    assert texts() == [*"01234"]
    assert texts(after=sent[2]) == [*"34"]
    assert texts(before=sent[2], sortOrder="descending") == [*"10"]
    assert texts(sortOrder="descending", maxResults=2) == [*"43"]
    assert texts(after="", before="", sortOrder="", maxResults="") == [*"01234"], "as the 13.x client sends them"
    assert guest.call("getWebchatGuestConversationMessage", conversation, sent[0])["body"] == "0"
    assert refused(lambda: guest.call("getWebchatGuestConversationMessage", conversation, "x")) == (404, "not.found")


def test_refusals(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """What the client rejects with is what an integration decides by: status, code, and the id for support."""
    control = new_desk()
    guest, other = new_guest(control), new_guest(control)
    assert refused(lambda: guest.call("getWebchatGuestConversationMembers", "unknown")) == (
        401,
        "authentication.required",
    )
    made = create(guest, control)
    message = {"body": "early", "bodyType": "standard"}
    assert refused(lambda: guest.own("postWebchatGuestConversationMemberMessages", message)) == (
        400,
        "chat.error.conversation.state",
    )
    assert refused(lambda: guest.member("nobody")) == (404, "not.found")
    assert refused(lambda: guest.call("getWebchatGuestConversationMembers", "unknown")) == (404, "not.found")
    assert refused(lambda: guest.call("getWebchatGuestConversationMediarequests", made["id"])) == (404, "not.found")
    create(other, control)
    assert refused(lambda: other.call("getWebchatGuestConversationMembers", made["id"])) == (403, "not.authorized")
    guest.tell(jwt=f"{made['jwt'][:-4]}AAAA")
    assert refused(lambda: guest.member(made["member"]["id"])) == (401, "bad.credentials")
    guest.tell(jwt=made["jwt"])
    guest.tell(open=made["eventStreamUri"])
    long = {"body": "x" * 4001, "bodyType": "standard"}
    assert refused(lambda: guest.own("postWebchatGuestConversationMemberMessages", long)) == (400, "invalid.value")
    control.inject({"kind": "rate_limit", "retry_after": 3, "operation": "sendMessageToAgent"})
    assert refused(lambda: guest.own("postWebchatGuestConversationMemberMessages", message)) == (
        429,
        "too.many.requests",
    )
    control.advance(22 * 3600)
    assert refused(lambda: guest.member(made["member"]["id"])) == (401, "credentials.expired")


def test_starts_that_are_refused(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """An unknown queue, and a deployment that wants to know who the guest is."""
    genesys = {"deployments": {"strict": {"requires_auth": True}}}
    control = new_desk(dialect_settings={"genesys": genesys})
    guest = new_guest(control)
    assert refused(lambda: create(guest, control)) == (400, "chat.deployment.require.auth")
    token = requests.post(f"{control.url}/genesys/jwt", timeout=PATIENCE).text
    assert refused(lambda: create(guest, control, memberAuthToken="x")) == (400, "chat.deployment.bad.auth")
    create(guest, control, memberAuthToken=token)
    assert guest.member(guest.made["member"]["id"])["authenticatedGuest"] is True
    control = new_desk()
    guest = new_guest(control)
    wrong = {"targetType": "QUEUE", "targetAddress": "nowhere"}
    info = {"displayName": "Max"}
    body = {"organizationId": "o", "deploymentId": "d", "routingTarget": wrong, "memberInfo": info}
    assert refused(lambda: guest.create(**body)) == (400, "chat.error.invalid.queue")


def test_heartbeat_and_reconnect(new_desk: NewDesk, new_guest: NewGuest) -> None:
    """The stream is alive on its own; opened again it begins at the present, and what was missed is asked for."""
    control = new_desk()
    guest = new_guest(control)
    conversation = begin(guest, control)
    control.advance(30)
    assert guest.frame(None) == {"message": "WebSocket Heartbeat"}
    control.inject({"kind": "close", "code": 1001})
    assert guest.await_close() == 1001
    control.act(conversation, {"action": "join", "agent": ADA})
    control.act(conversation, {"action": "say", "agent": "ada", "text": "missed"})
    guest.closed = None
    guest.tell(open=guest.made["eventStreamUri"])
    control.act(conversation, {"action": "say", "agent": "ada", "text": "heard"})
    while (told := guest.frame("message")).get("body") != "heard":
        assert told.get("body") != "missed"
    listed = guest.call("getWebchatGuestConversationMessages", conversation)["entities"]
    assert [one["body"] for one in listed if one["bodyType"] == "standard"] == ["missed", "heard"]
