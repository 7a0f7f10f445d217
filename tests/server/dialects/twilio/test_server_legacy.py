"""The server's REST of before Conversations, asked by the vendor's own Python client."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.dialects.twilio.settings import SERVICE
from tests.server.dialects.twilio.support import FLOW
from tests.server.dialects.twilio.test_server_rest import client, refused
from tests.server.support import ADA


def flex_channel(server: RunningServer, **more: Any) -> Any:
    """Make a Flex channel."""
    names = {"chat_user_friendly_name": "Ann", "chat_friendly_name": "Help"}
    return client(server).flex_api.v1.channel.create(flex_flow_sid=FLOW, identity="ann", **names, **more)


def test_flex_channels(server: RunningServer) -> None:
    """The channel that a server makes is the desk's chat, with its customer, until it is deleted."""
    made = flex_channel(server, chat_unique_name="order-7", pre_engagement_data='{"topic": "a lamp"}')
    truth = server.control().conversation("order-7")
    assert (truth["user_id"], truth["user_name"], truth["context"]) == ("ann", "Ann", {"topic": "a lamp"})
    channels = client(server).flex_api.v1.channel
    assert (made.flex_flow_sid, made.user_sid[:2]) == (FLOW, "US")
    assert [one.sid for one in channels.list()] == [channels(made.sid).fetch().sid] == [made.sid]
    assert client(server).flex_api.v1.web_channel.list() == []
    with pytest.raises(refused) as taken:
        flex_channel(server, chat_unique_name="order-7")
    assert (taken.value.status, taken.value.code) == (409, 50307)
    assert channels(made.sid).delete()
    assert (channels.list(), server.control().conversations()) == ([], [])
    with pytest.raises(refused) as missing:
        channels(made.sid).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)


def test_web_channels(server: RunningServer) -> None:
    """A server that makes a web channel inactive ends its chat."""
    api = client(server).flex_api.v1.web_channel
    names = {"customer_friendly_name": "Ann", "chat_friendly_name": "Help"}
    made = api.create(flex_flow_sid=FLOW, identity="ann", **names)
    assert [one.sid for one in api.list()] == [made.sid]
    with pytest.raises(refused) as wrong:
        api(made.sid).update(chat_status="sleeping")
    assert (wrong.value.status, wrong.value.code) == (400, 20001)
    assert server.control().conversation(made.sid)["state"] != "ended"
    assert api(made.sid).update(chat_status="inactive").sid == made.sid
    assert server.control().conversation(made.sid)["state"] == "ended"


def test_members_and_messages(server: RunningServer) -> None:
    """A server of chat v2 sees and moves the same members, messages and read horizons as everybody else."""
    control, made = server.control(), flex_channel(server)
    control.set_agent("ada", ADA)
    one = client(server).chat.v2.services(SERVICE).channels(made.sid)
    agent = one.members.create(identity="ada")
    assert [each.identity for each in one.members.list()] == ["ann", "ada"]
    assert [each.identity for each in one.members.list(identity=["ada"])] == ["ada"]
    assert control.conversation(made.sid)["agents"] == ["ada"]
    first = one.messages.create(from_="ann", body="Hi", attributes='{"a": 1}')
    one.messages.create(from_="ada", body="Hello")
    one.messages.create(body="Recorded")
    told = one.messages.list()
    assert [(each._from, each.body) for each in told] == [("ann", "Hi"), ("ada", "Hello"), ("system", "Recorded")]
    assert (one.messages(first.sid).fetch().attributes, first.index) == ('{"a": 1}', 0)
    assert [each.body for each in one.messages.list(order="desc", limit=1)] == ["Recorded"]
    assert one.members("ann").update(last_consumed_message_index=1).last_consumed_message_index == 1
    assert one.members(agent.sid).update(attributes='{"b": 2}').attributes == '{"b": 2}'
    assert (one.fetch().members_count, one.fetch().messages_count) == (2, 3)
    assert one.members("ada").delete()
    assert control.conversation(made.sid)["agents"] == []
    assert one.delete()
    assert client(server).chat.v2.services(SERVICE).channels.list() == []


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (("IS" + "0" * 32, "ann", "CH"), 20404),
        ((SERVICE, "ann", "CH" + "0" * 32), 50300),
        ((SERVICE, "bob", ""), 50400),
    ],
)
def test_unknown_members(server: RunningServer, path: tuple[str, str, str], code: int) -> None:
    """Unknown services, channels and members are the vendor's 404s."""
    service, member, channel = path
    sid = flex_channel(server).sid if channel in ("", "CH") else channel
    with pytest.raises(refused) as missing:
        client(server).chat.v2.services(service).channels(sid).members(member).fetch()
    assert (missing.value.status, missing.value.code) == (404, code)


def test_flex_flows(server: RunningServer) -> None:
    """A server that sets its flows up finds them again, and changes one part without losing the others."""
    flows = client(server).flex_api.v1.flex_flow
    made = flows.create(
        "Shop", SERVICE, "web", integration_type="studio", integration_flow_sid="FW1", integration_timeout=30
    )
    assert (made.enabled, made.integration) == (True, {"flow_sid": "FW1", "timeout": 30})
    changed = flows(made.sid).update(enabled=False, integration_url="https://shop.example")
    assert (changed.enabled, changed.friendly_name) == (False, "Shop")
    assert flows(made.sid).fetch().integration == {"flow_sid": "FW1", "timeout": 30, "url": "https://shop.example"}
    assert [one.sid for one in flows.list(friendly_name="Shop")] == [made.sid]
    assert flows.list(friendly_name="Other") == []
    for wrong in ({"channel_type": "pigeon"}, {"channel_type": "web", "integration_type": "magic"}):
        with pytest.raises(refused) as error:
            flows.create("Shop", SERVICE, **wrong)
        assert (error.value.status, error.value.code) == (400, 20001)
    assert flows(made.sid).delete()
    with pytest.raises(refused) as missing:
        flows(made.sid).fetch()
    assert (missing.value.status, missing.value.code) == (404, 20404)
