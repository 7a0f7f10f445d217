"""The unmodified PyPI ``twilio`` 9, told nothing but where each product is, against ``mockdesk serve``.

What it understands of every route stands in ``tests/server/dialects/twilio``; this is a whole chat as a user plays it.
"""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.control_client import ControlClient
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, SERVICE, WORKSPACE
from tests.server.dialects.twilio.support import ADDRESS, FLOW

pytestmark = pytest.mark.all
vendor = pytest.importorskip("twilio.rest", reason="the vendor's client (PyPI twilio) is not installed")
refused = pytest.importorskip("twilio.base.exceptions").TwilioRestException
ADA = {"id": "ada", "nickname": "Ada"}


def client(url: str, password: str = AUTH_TOKEN) -> Any:
    """Return the vendor's client."""
    one = vendor.Client(ACCOUNT, password)
    for domain in ("flex_api", "conversations", "chat", "taskrouter"):
        getattr(one, domain).base_url = f"{url}/twilio/{domain.replace('_', '-')}.twilio.com"
    return one


def test_a_chat_of_each_kind(served: tuple[str, ControlClient]) -> None:
    """A server asks whether anybody is there, begins a web chat and a Flex channel, and speaks and listens in both."""
    url, control = served
    control.set_agent("ada", ADA)
    rest = client(url)
    assert rest.taskrouter.v1.workspaces(WORKSPACE).workers.statistics().fetch().realtime["total_workers"] == 1
    web = rest.flex_api.v2.web_channels.create(address_sid=ADDRESS, identity="ann").conversation_sid
    names = {"chat_user_friendly_name": "Bob", "chat_friendly_name": "Help"}
    flex = rest.flex_api.v1.channel.create(flex_flow_sid=FLOW, identity="bob", **names).sid
    conversation = rest.conversations.v1.conversations(web)
    channel = rest.chat.v2.services(SERVICE).channels(flex)
    conversation.participants.create(identity="ada")
    channel.members.create(identity="ada")
    conversation.messages.create(author="ann", body="Hi")
    channel.messages.create(from_="bob", body="Hello")
    assert [[one["text"] for one in control.conversation(sid)["messages"]] for sid in (web, flex)] == [
        ["Hi"],
        ["Hello"],
    ]
    conversation.update(state="closed")
    assert channel.delete()
    assert control.conversation(web)["state"] == "ended"
    assert [one.sid for one in rest.conversations.v1.conversations.list()] == [web]


def test_refusals(served: tuple[str, ControlClient]) -> None:
    """A wrong secret and an unknown sid are the client's exceptions, with the vendor's status and code."""
    for password, expected in (("wrong", (401, 20003)), (AUTH_TOKEN, (404, 50300))):
        with pytest.raises(refused) as error:
            client(served[0], password).conversations.v1.conversations("CH" + "0" * 32).fetch()
        assert (error.value.status, error.value.code) == expected
