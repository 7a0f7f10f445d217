"""The unmodified npm ``twilio`` 6.2.0, told nothing but where each product is, against ``mockdesk serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockdesk.control_client import ControlClient
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, KEY, KEY_SECRET, SERVICE, WORKSPACE
from tests.clients.twilio.browser import Browser
from tests.clients.twilio.conftest import running
from tests.server.dialects.twilio.support import ADDRESS, FLOW

pytestmark = [pytest.mark.all, pytest.mark.usefixtures("recent_node")]
ADA = {"id": "ada", "nickname": "Ada"}
CONVERSATIONS = ("conversations", "v1")
FLEX = ("flexApi", "v1")


class Rest:
    """The vendor's client: steps lead from it to a call."""

    def __init__(self, process: Browser) -> None:
        self._process = process

    def call(self, *steps: Any) -> Any:
        """Make a call and return its result."""
        return self._process.ask("call", steps=steps)

    def refused(self, *steps: Any) -> tuple[int, int]:
        """Make a call that is refused; return status and the vendor's code of the client's exception."""
        told = self._process.try_to("call", steps=steps)
        assert "error" in told, told
        return told["status"], told["code"]

    def begin(self) -> str:
        """Begin a web chat; return the conversation's sid."""
        made = self.call("flexApi", "v2", "webChannels", ["create", {"addressSid": ADDRESS, "identity": "ann"}])
        assert made["identity"] == "ann"
        return str(made["conversationSid"])


@contextmanager
def client(packages: Path, url: str, user: str = ACCOUNT, password: str = AUTH_TOKEN) -> Iterator[Rest]:
    """Run the vendor's client for an account or key."""
    with running(packages, "rest.js", url, ACCOUNT, user, password) as process:
        yield Rest(process)


def test_conversations(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A web chat is a conversation with participants and messages, which both sides see."""
    url, control = served
    with client(packages, url) as rest:
        sid = rest.begin()
        control.act(sid, {"action": "join", "agent": ADA})
        one = (*CONVERSATIONS, ["conversations", sid])
        people = rest.call(*one, "participants", ["list"])
        assert [each["identity"] for each in people] == ["ann", "ada"]
        assert rest.call(*one, "messages", ["create", {"author": "ann", "body": "Hi"}])["index"] == 0
        rest.call(*one, "messages", ["create", {"author": "ada", "body": "Hello"}])
        told = rest.call(*one, "messages", ["list", {"pageSize": 1}])
        assert [(each["author"], each["body"]) for each in told] == [("ann", "Hi"), ("ada", "Hello")]
        assert [each["text"] for each in control.conversation(sid)["messages"]] == ["Hi", "Hello"]
        changed = rest.call(*one, ["participants", "ann"], ["update", {"lastReadMessageIndex": 1}])
        assert changed["lastReadMessageIndex"] == 1
        assert rest.call(*one, ["update", {"state": "closed"}])["state"] == "closed"
        assert control.conversation(sid)["state"] == "ended"


def test_webhooks(packages: Path, served: tuple[str, ControlClient]) -> None:
    """Webhooks of one conversation and of all are kept as they were set."""
    with client(packages, served[0]) as rest:
        one = (*CONVERSATIONS, ["conversations", rest.begin()], "webhooks")
        given = {"configuration.url": "https://shop.example/hook", "configuration.filters": ["onMessageAdded"]}
        made = rest.call(*one, ["create", {"target": "webhook", **given}])
        assert made["configuration"] == {"url": "https://shop.example/hook", "filters": ["onMessageAdded"]}
        assert [each["sid"] for each in rest.call(*one, ["list"])] == [made["sid"]]
        everywhere = (*CONVERSATIONS, "configuration", ["webhooks"])
        rest.call(*everywhere, ["update", {"postWebhookUrl": "https://shop.example/all"}])
        assert rest.call(*everywhere, ["fetch"])["postWebhookUrl"] == "https://shop.example/all"


def test_interactions(packages: Path, served: tuple[str, ControlClient]) -> None:
    """An interaction has its channel, participants and invites, and closing the channel ends the chat."""
    url, control = served
    with client(packages, url) as rest:
        sid = rest.begin()
        channel = {"type": "web", "initiated_by": "customer", "properties": {"media_channel_sid": sid}}
        made = rest.call(*FLEX, "interaction", ["create", {"channel": channel, "routing": {}}])
        one = (*FLEX, ["interaction", made["sid"]])
        (listed,) = rest.call(*one, "channels", ["list"])
        below = (*one, ["channels", listed["sid"]])
        assert [each["type"] for each in rest.call(*below, "participants", ["list"])] == ["customer"]
        invited = rest.call(*below, "invites", ["create", {"routing": {"properties": {}}}])
        assert [each["sid"] for each in rest.call(*below, "invites", ["list"])] == [invited["sid"]]
        assert rest.call(*below, ["update", {"status": "closed"}])["status"] == "closed"
        assert control.conversation(sid)["state"] == "ended"


def test_flex_channels(packages: Path, served: tuple[str, ControlClient]) -> None:
    """The older API: a flow, a Flex channel with its customer, and the chat's members and messages."""
    url, control = served
    with client(packages, url) as rest:
        flow = {"friendlyName": "Shop", "chatServiceSid": SERVICE, "channelType": "web"}
        assert rest.call(*FLEX, "flexFlow", ["create", flow])["enabled"] is True
        names = {"chatFriendlyName": "Help", "chatUserFriendlyName": "Ann"}
        made = rest.call(*FLEX, "channel", ["create", {"flexFlowSid": FLOW, "identity": "ann", **names}])
        assert [each["sid"] for each in rest.call(*FLEX, "channel", ["list"])] == [made["sid"]]
        control.act(made["sid"], {"action": "join", "agent": ADA})
        one = ("chat", "v2", ["services", SERVICE], ["channels", made["sid"]])
        assert [each["identity"] for each in rest.call(*one, "members", ["list"])] == ["ann", "ada"]
        rest.call(*one, "messages", ["create", {"from": "ann", "body": "Hi"}])
        assert [each["body"] for each in rest.call(*one, "messages", ["list"])] == ["Hi"]
        assert [each["text"] for each in control.conversation(made["sid"])["messages"]] == ["Hi"]


def test_whether_an_agent_is_there(packages: Path, served: tuple[str, ControlClient]) -> None:
    """Available workers and the statistics of all are the desk's roster."""
    url, control = served
    control.set_agent("ada", ADA)
    control.set_agent("bob", {"id": "bob", "nickname": "Bob", "online": False})
    workers = ("taskrouter", "v1", ["workspaces", WORKSPACE], "workers")
    with client(packages, url) as rest:
        assert [one["friendlyName"] for one in rest.call(*workers, ["list", {"available": "1"}])] == ["Ada"]
        rows = rest.call(*workers, ["realTimeStatistics"], ["fetch"])["activityStatistics"]
        assert {row["friendly_name"]: row["workers"] for row in rows} == {"Available": 1, "Offline": 1}
        assert rest.call(*workers, ["statistics"], ["fetch"])["realtime"]["total_workers"] == 2


def test_refusals(packages: Path, served: tuple[str, ControlClient]) -> None:
    """A wrong secret and unknown sids are the client's exceptions, with the vendor's status and code."""
    url, unknown = served[0], "CH" + "0" * 32
    with client(packages, url, KEY, "wrong") as rest:
        assert rest.refused(*CONVERSATIONS, ["conversations", unknown], ["fetch"]) == (401, 20003)
    with client(packages, url, KEY, KEY_SECRET) as rest:
        assert rest.refused(*CONVERSATIONS, ["conversations", unknown], ["fetch"]) == (404, 50300)
        assert rest.refused(*FLEX, ["channel", unknown], ["fetch"]) == (404, 20404)
        assert rest.refused(*FLEX, ["interaction", "KD" + "0" * 32], ["fetch"]) == (404, 20404)
        assert rest.refused("flexApi", "v2", "webChannels", ["create", {"addressSid": ""}]) == (400, 20001)
