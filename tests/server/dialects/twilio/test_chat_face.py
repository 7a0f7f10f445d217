"""What a chat 4 client asks inside twilsock: its session, its commands, and what it hears."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.server.tiers import TierName
from tests.server.dialects.twilio.support import FLOW, Twilsock, mint, rest, twilsock
from tests.server.support import ADA


def flex_channel(server: RunningServer, path: str = "/v1/Channels") -> str:
    """Make a Flex channel for Ann; return its sid."""
    fields = {"FlexFlowSid": FLOW, "Identity": "ann", "ChatUserFriendlyName": "Ann", "ChatFriendlyName": "Help"}
    answer = rest(server, "POST", path, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sid"])


@dataclass
class ChatClient:
    """A chat 4 client whose session is open."""

    socket: Twilsock
    session: dict[str, Any]
    context: dict[str, Any]
    count: int = 0

    def aim(self, link: str, path: str = "", **params: Any) -> tuple[int, Any]:
        """Ask for what lies behind one of the session's links."""
        return self.socket.request("GET", "aim.twilio.com", self.context["links"][link] + path, **params)

    def push(self, action: str, command_id: str | None = None, **given: Any) -> tuple[int, Any]:
        """Put a command into the session's list; return what that is answered with."""
        self.count += 1
        value = {"commandId": command_id or f"command-{self.count}", "request": {"action": action, **given}}
        return self.socket.sync("POST", f"/v3/Lists/{self.session['sid']}/Items", {"data": value})

    def command(self, action: str, **given: Any) -> dict[str, Any]:
        """Give a command and return its response."""
        status, accepted = self.push(action, **given)
        assert status == 201
        while True:
            event = self.socket.next(kind="list_item_updated").payload["event"]
            if event["list_sid"] == self.session["sid"] and event["item_index"] == accepted["index"]:
                assert event["id"] > accepted["last_event_id"]
                return dict(event["item_data"]["response"])


@contextmanager
def chat_client(server: RunningServer, identity: str = "ann") -> Iterator[ChatClient]:
    """Open a session as a chat 4 client does."""
    with twilsock(server, mint(identity, server.control().now())) as socket:
        assert socket.ask("put_notification_ctx", notification_ctx_id="1").header["status"]["code"] == 200
        given = {"purpose": "com.twilio.rtd.ipmsg", "context": {"type": "IpMsgSession", "apiVersion": "3"}}
        status, session = socket.sync("POST", "/v3/Lists", given)
        assert (status, session["last_event_id"]) == (201, 0)
        socket.subscribe("list", session["sid"])
        told = socket.next(kind="list_context_updated").payload["event"]
        yield ChatClient(socket, session, told["context_data"])


def test_the_context_comes_as_an_event(server: RunningServer) -> None:
    """A client takes its context from an event newer than what it has read, and from nothing else."""
    with twilsock(server, mint("ann", server.control().now())) as socket:
        given = {"purpose": "com.twilio.rtd.ipmsg", "context": {"type": "IpMsgSession"}}
        session = socket.sync("POST", "/v3/Lists", given)[1]
        path = f"/v3/Lists/{session['sid']}/Context"
        status, before = socket.sync("GET", path)
        socket.subscribe("list", session["sid"], 0)
        event = socket.next(kind="list_context_updated").payload["event"]
        assert (status, before["data"], before["last_event_id"]) == (200, event["context_data"], 0)
        assert event["id"] > before["last_event_id"]
        assert (event["context_data"]["type"], event["context_data"]["identity"]) == ("IpMsgSession", "ann")
        assert socket.sync("GET", path)[1]["last_event_id"] < event["id"]


def test_a_command_is_done_once(server: RunningServer) -> None:
    """A client that heard nothing puts its command again: it must not say its message twice."""
    sid = flex_channel(server)
    with chat_client(server) as client:
        assert client.command("sendMessage", channelSid=sid, text="Hi", attributes="{}")["messageId"] == "0"
        first = client.push("sendMessage", "again", channelSid=sid, text="Hi")
        assert client.push("sendMessage", "again", channelSid=sid, text="Hi") == first
    assert [one["text"] for one in server.control().conversation(sid)["messages"]] == ["Hi", "Hi"]


def test_a_response_that_was_missed(server: RunningServer) -> None:
    """Whoever comes back hears the responses to its commands from where it was."""
    sid, token = flex_channel(server), mint("ann", server.control().now())
    with chat_client(server) as client:
        reached = client.push("sendMessage", channelSid=sid, text="Hi")[1]["last_event_id"]
        session = client.session["sid"]
    with twilsock(server, token) as socket:
        socket.subscribe("list", session, reached)
        assert socket.next(kind="list_item_updated").payload["event"]["item_data"]["response"]["status"] == 200


@pytest.mark.parametrize(
    ("action", "given", "status"),
    [
        ("joinChannelV2", {}, 409),
        ("joinChannelV2", {"channelSid": "CH1"}, 404),
        ("addMemberV2", {"username": "mallory"}, 403),
        ("inviteMember", {"username": "mallory"}, 404),
        ("removeMember", {"username": "ada"}, 404),
        ("sendMessage", {"text": ""}, 400),
        ("sendMessage", {"channelSid": 7, "text": "Hi"}, 404),
        ("consumptionReportV2", {"report": 7}, 400),
        ("consumptionReportV2", {"report": [7]}, 400),
        ("consumptionReportV2", {"report": [{"messageIdx": 0}]}, 404),
        ("editUniqueName", {"uniqueName": "taken"}, 409),
        ("createChannel", {"uniqueName": "taken"}, 409),
        ("deleteMessage", {"messageIdx": 0}, 404),
        ("dance", {}, 404),
        ("", {}, 404),
    ],
)
def test_commands_that_are_refused(server: RunningServer, action: str, given: dict[str, Any], status: int) -> None:
    """A refusal is a response with a status and a text; the session goes on."""
    sid = flex_channel(server)
    rest(server, "POST", "/v1/Conversations", UniqueName="taken")
    server.control().act(sid, {"action": "join", "agent": ADA})
    with chat_client(server) as client:
        told = client.command(action, **{"channelSid": sid, **given})
        assert (told["status"], bool(told["statusText"])) == (status, True)
        assert client.command("sendMessage", channelSid=sid, text="Hi")["status"] == 200


@pytest.mark.parametrize(
    "body", [None, [], {"data": 7}, {"data": {}}, {"data": {"commandId": "x", "request": 7}}, b"{"]
)
def test_what_is_no_command(server: RunningServer, body: Any) -> None:
    """What cannot be read as a command is refused, or answered as an unknown one; the session goes on."""
    with chat_client(server) as client:
        status, told = client.socket.sync("POST", f"/v3/Lists/{client.session['sid']}/Items", body)
        assert status == 201 or (status, told["code"]) == (400, 20001)
        assert client.command("createChannel", friendlyName="Help")["status"] == 200


def test_anothers_session(server: RunningServer) -> None:
    """A list is its client's: for others, and after it is gone, there is none, and a client makes a new one."""
    with chat_client(server) as client, twilsock(server, mint("mallory", server.control().now())) as other:
        path = f"/v3/Lists/{client.session['sid']}"
        assert other.sync("GET", f"{path}/Context")[1]["code"] == 54150
        assert other.sync("POST", f"{path}/Items", {"data": {"commandId": "1"}})[1]["code"] == 54150
        assert other.sync("GET", path)[0] == 404
        assert other.sync("POST", "/v3/Lists", {"unique_name": "mine"})[0] == 404


def test_channels_of_ones_own(server: RunningServer) -> None:
    """A client finds its channels by sid, unique name and in its lists, and nobody else's."""
    sid = flex_channel(server)
    with chat_client(server) as client:
        assert client.aim("publicChannelsUrl")[1]["channels"] == []
        assert client.aim("publicChannelsUrl", f"/{sid}")[1]["status"] == "joined"
        assert client.aim("publicChannelsUrl", "/nothing")[1]["code"] == 50300
        assert [one["sid"] for one in client.aim("myChannelsUrl", ChannelSid="")[1]["channels"]] == [sid]
        (listed,) = client.aim("syncListUrl")[1]["channels"]
        assert (listed["channel_sid"], listed["channel"]) == (sid, f"{sid}.channel")
        assert [one["identity"] for one in client.aim("usersUrl", ChannelSid=sid)[1]["users"]] == ["ann"]
        assert client.aim("usersUrl", "/ann")[1]["sync_unique_name"] == client.context["userInfo"]
    with chat_client(server, "mallory") as other:
        assert other.aim("publicChannelsUrl", f"/{sid}")[0] == 404
        assert other.aim("usersUrl", ChannelSid=sid)[0] == 404
        assert other.command("sendMessage", channelSid=sid, text="Hi")["status"] == 404


def test_faults_strike_commands(server: RunningServer) -> None:
    """A fault named by the contract's operation strikes the command for it."""
    control, sid = server.control(), flex_channel(server)
    with chat_client(server) as client:
        control.inject({"kind": "status", "status": 503, "operation": "sendMessageToAgent", "count": 1})
        assert client.push("sendMessage", channelSid=sid, text="Hi")[0] == 503
        assert client.command("sendMessage", channelSid=sid, text="Hi")["status"] == 200
        assert client.command("leaveChannel", channelSid=sid)["status"] == 200
    assert control.conversation(sid)["state"] == "ended"


def test_guesses_about_channels(tier: TierName) -> None:
    """Whether a Flex channel's customer is in it, and whether joining again is a mistake, can be told."""
    guesses = {"joined_again_status": 200, "flex_channel_joins_customer": False}
    with RunningServer(settings={"dialect_settings": {"twilio": {"guesses": guesses}}}, server=tier) as server:
        sid = flex_channel(server)
        assert server.control().conversations() == []
        with chat_client(server) as client:
            assert client.aim("publicChannelsUrl", f"/{sid}")[1]["status"] == "notParticipating"
            assert [client.command("joinChannelV2", channelSid=sid)["status"] for _ in range(2)] == [200, 200]
        assert server.control().conversation(sid)["user_name"] == "Ann"
