"""The server's REST, asked by the vendor's own Python client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockdesk import RunningServer
from mockdesk.dialects.twilio.settings import ACCOUNT, AUTH_TOKEN, KEY, KEY_SECRET, SERVICE, WORKSPACE
from tests.server.dialects.twilio.support import ADDRESS, rest, web_chat
from tests.server.support import ADA, PATIENCE, session

vendor = pytest.importorskip("twilio.rest", reason="the vendor's client (PyPI twilio) is not installed")
refused = pytest.importorskip("twilio.base.exceptions").TwilioRestException


def client(server: RunningServer, user: str = ACCOUNT, password: str = AUTH_TOKEN) -> Any:
    """Return the vendor's client, told nothing but where each product is."""
    one = vendor.Client(user, password, account_sid=ACCOUNT)
    for domain in ("flex_api", "conversations", "chat", "taskrouter"):
        getattr(one, domain).base_url = f"{server.url}/twilio/{domain.replace('_', '-')}.twilio.com"
    return one


def begin(server: RunningServer, **more: Any) -> Any:
    """Begin a web chat."""
    return client(server).flex_api.v2.web_channels.create(address_sid=ADDRESS, identity="ann", **more)


def test_a_web_chat(server: RunningServer) -> None:
    """The chat that a server begins is the desk's, with what the page knew of its customer."""
    data = json.dumps({"topic": "a broken lamp", "order": 7})
    made = begin(server, customer_friendly_name="Ann", pre_engagement_data=data)
    truth = server.control().conversation(made.conversation_sid)
    assert (made.identity, truth["user_id"], truth["user_name"]) == ("ann", "ann", "Ann")
    assert truth["context"] == {"topic": "a broken lamp", "additional_data": {"order": 7}}


def test_messages_both_ways(server: RunningServer) -> None:
    """Messages of the customer, of agents and of the desk itself are told with their authors and indices."""
    sid = begin(server).conversation_sid
    server.control().act(sid, {"action": "join", "agent": ADA})
    one = client(server).conversations.v1.conversations(sid)
    assert one.messages.create(author="ann", body="Hi").index == 0
    assert one.messages.create(author="ada", body="Hello").participant_sid.startswith("MB")
    assert one.messages.create(body="Recorded").author == "system"
    told = one.messages.list()
    assert [(each.author, each.body) for each in told] == [("ann", "Hi"), ("ada", "Hello"), ("system", "Recorded")]
    assert one.messages(told[1].sid).fetch().index == 1
    assert [each.body for each in one.messages.list(order="desc", limit=1)] == ["Recorded"]


def test_pages_have_absolute_addresses(server: RunningServer) -> None:
    """The vendor's client follows the next page's address as it stands."""
    sid = begin(server).conversation_sid
    one = client(server).conversations.v1.conversations(sid)
    for number in range(5):
        one.messages.create(author="ann", body=str(number))
    assert [each.body for each in one.messages.stream(page_size=2)] == ["0", "1", "2", "3", "4"]
    meta = rest(server, "GET", f"/v1/Conversations/{sid}/Messages?PageSize=2&Page=1&Order=").json()["meta"]
    assert meta["previous_page_url"].startswith(f"{server.url}/twilio/v1/Conversations/")


def test_conversations_and_participants(server: RunningServer) -> None:
    """A conversation that a server makes becomes a chat with its customer; agents of the roster join and go."""
    server.control().set_agent("ada", ADA)
    conversations = client(server).conversations.v1.conversations
    made = conversations.create(friendly_name="Order 7", unique_name="order-7", attributes='{"a": 1}')
    assert (made.state, server.control().conversations()) == ("active", [])
    customer = made.participants.create(identity="ann")
    agent = made.participants.create(identity="ada")
    assert [one.sid for one in made.participants.list()] == [customer.sid, agent.sid]
    assert made.participants("ann").fetch().identity == "ann"
    assert server.control().conversation("order-7")["agents"] == ["ada"]
    assert made.participants(agent.sid).delete()
    assert server.control().conversation("order-7")["agents"] == []
    assert conversations("order-7").fetch().sid == made.sid
    assert conversations(made.sid).update(state="closed").state == "closed"
    assert server.control().conversation("order-7")["state"] == "ended"
    assert conversations(made.sid).delete()
    assert conversations.list() == []


def test_what_the_core_does_not_know_yet(server: RunningServer) -> None:
    """Before its customer takes part a conversation is the vendor's alone: the journal names none of the core's."""
    made = client(server).conversations.v1.conversations.create(unique_name="order-8")
    assert client(server).conversations.v1.conversations(made.sid).messages.list() == []
    entries = [one for one in server.control().journal()["entries"] if one["kind"] == "request"]
    assert entries[-1]["data"]["operation"] == "listMessages"
    assert entries[-1]["conversation_id"] is None


@pytest.mark.parametrize("path", ["v1/Conversations/{sid}", f"v2/Services/{SERVICE}/Channels/{{sid}}"])
def test_messages_that_there_are_not(server: RunningServer, path: str) -> None:
    """A message of another sid is none of a conversation that has some."""
    sid = begin(server).conversation_sid
    server.control().act(sid, {"action": "say", "by": "system", "text": "Hello"})
    told = rest(server, "GET", f"/{path.format(sid=sid)}/Messages/IM0")
    assert (told.status_code, told.json()["code"]) == (404, 20404)


def test_participants_are_changed(server: RunningServer) -> None:
    """A server tells of a participant what it knows, and how far somebody has read: both sides see it."""
    sid = begin(server).conversation_sid
    control, one = server.control(), client(server).conversations.v1.conversations(sid)
    control.act(sid, {"action": "join", "agent": ADA})
    for text in ("one", "two"):
        one.messages.create(author="ada", body=text)
    changed = one.participants("ann").update(attributes='{"vip": true}', last_read_message_index=0)
    assert (changed.attributes, changed.last_read_message_index) == ('{"vip": true}', 0)
    assert control.conversation(sid)["user_read_seq"] is not None
    agent = one.participants("ada").update(last_read_message_index=1)
    assert (agent.last_read_message_index, one.participants("ada").fetch().last_read_message_index) == (1, 1)
    for index in (2, -1, "x", "1.0", "²", "9" * 5000):
        with pytest.raises(refused) as wrong:
            one.participants("ann").update(last_read_message_index=index)
        assert (wrong.value.status, wrong.value.code) == (400, 20001)
    with pytest.raises(refused) as missing:
        one.participants("MB" + "0" * 32).update(attributes="{}")
    assert (missing.value.status, missing.value.code) == (404, 50400)


def test_webhooks_of_all_conversations(server: RunningServer) -> None:
    """A server sets its addresses once for every conversation, and finds what it has set."""
    hooks = client(server).conversations.v1.configuration.webhooks()
    assert hooks.fetch().post_webhook_url is None
    filters = ["onMessageAdded", "onParticipantAdded"]
    hooks.update(post_webhook_url="https://shop.example/hook", filters=filters, method="GET")
    told = hooks.fetch()
    assert (told.post_webhook_url, told.filters, told.method) == ("https://shop.example/hook", filters, "GET")
    assert hooks.update(target="flex").post_webhook_url == "https://shop.example/hook"
    with pytest.raises(refused) as wrong:
        hooks.update(method="DELETE")
    assert (wrong.value.status, wrong.value.code) == (400, 20001)


def test_webhooks_are_kept(server: RunningServer) -> None:
    """A server that registers its webhooks finds them again, filters and all."""
    hooks = client(server).conversations.v1.conversations(begin(server).conversation_sid).webhooks
    filters = ["onMessageAdded", "onConversationStateUpdated"]
    made = hooks.create("webhook", configuration_url="https://shop.example/hook", configuration_filters=filters)
    assert [one.sid for one in hooks.list()] == [made.sid]
    assert hooks(made.sid).fetch().configuration == {"url": "https://shop.example/hook", "filters": filters}
    changed = hooks(made.sid).update(configuration_method="GET")
    assert changed.configuration == {"url": "https://shop.example/hook", "filters": filters, "method": "GET"}
    assert hooks(made.sid).delete()
    assert hooks.list() == []


def test_interactions(server: RunningServer) -> None:
    """An interaction is kept with its channel, and closing that ends the chat."""
    sid = begin(server).conversation_sid
    api = client(server).flex_api.v1.interaction
    channel = {"type": "web", "initiated_by": "customer", "properties": {"media_channel_sid": sid}}
    made = api.create(channel=channel, routing={"properties": {"workspace_sid": WORKSPACE}})
    assert api(made.sid).fetch().channel["properties"]["media_channel_sid"] == sid
    (listed,) = api(made.sid).channels.list()
    assert listed.type == "web"
    one = api(made.sid).channels(listed.sid)
    assert [each.type for each in one.participants.list()] == ["customer"]
    server.control().act(sid, {"action": "join", "agent": ADA})
    assert [each.type for each in one.participants.list()] == ["customer", "agent"]
    assert one.invites.list() == []
    invited = one.invites.create(routing={"properties": {"workspace_sid": WORKSPACE}})
    assert [each.sid for each in one.invites.list()] == [invited.sid]
    assert (invited.channel_sid, invited.routing["properties"]) == (listed.sid, {"workspace_sid": WORKSPACE})
    with pytest.raises(refused) as missing:
        api(made.sid).channels("UO" + "0" * 32).invites.create(routing={})
    assert (missing.value.status, missing.value.code) == (404, 20404)
    assert api(made.sid).channels(listed.sid).update(status="closed").status == "closed"
    assert server.control().conversation(made.sid)["state"] == "ended"


def test_whether_an_agent_is_there(server: RunningServer) -> None:
    """Who looks for available workers before a chat is offered sees the desk's roster."""
    workspace = client(server).taskrouter.v1.workspaces(WORKSPACE)
    assert workspace.workers.list(available="1") == []
    server.control().set_agent("ada", ADA)
    server.control().set_agent("bob", {"id": "bob", "nickname": "Bob", "online": False})
    (free,) = workspace.workers.list(available="1")
    assert (free.friendly_name, free.available) == ("Ada", True)
    assert workspace.workers(free.sid).fetch().activity_name == "Available"
    rows = workspace.workers.real_time_statistics().fetch().activity_statistics
    assert {row["friendly_name"]: row["workers"] for row in rows} == {"Available": 1, "Offline": 1}
    assert workspace.workers.statistics().fetch().realtime["total_workers"] == 2


def test_refusals_are_the_vendors(server: RunningServer) -> None:
    """A wrong key, an unknown sid and a missing field are errors of the vendor's client, with status and code."""
    begin(server)
    for user, password in ((ACCOUNT, "wrong"), (KEY, "wrong"), ("AC" + "0" * 32, AUTH_TOKEN)):
        with pytest.raises(refused) as wrong:
            client(server, user, password).conversations.v1.conversations("CH1").fetch()
        assert (wrong.value.status, wrong.value.code) == (401, 20003)
    assert len(client(server, KEY, KEY_SECRET).conversations.v1.conversations.list()) == 1
    with pytest.raises(refused) as missing:
        client(server).conversations.v1.conversations("CH" + "0" * 32).fetch()
    assert (missing.value.status, missing.value.code) == (404, 50300)
    answer = rest(server, "POST", "/v2/WebChats", Identity="ann")
    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


@pytest.mark.parametrize("given", ["", "Basic", "Basic x", "Basic ÿ", "Bearer a.b.c"])
def test_what_is_no_basic(server: RunningServer, given: str) -> None:
    """Whatever the header holds, it is a 401 and no error of the mock's own."""
    headers = {"Authorization": given.encode("latin-1")}
    answer = session().get(f"{server.url}/twilio/v1/Conversations", headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_by_host(server: RunningServer) -> None:
    """A client whose hosts are rewritten by name says by its Host header which product it means."""
    url, headers = f"{server.url}/v1/Conversations", {"Host": "conversations.twilio.com"}
    answer = session().get(url, headers=headers, auth=(ACCOUNT, AUTH_TOKEN), timeout=PATIENCE)
    assert answer.json()["conversations"] == []
    other = session().get(url, headers={"Host": "flex-api.twilio.com"}, auth=(ACCOUNT, AUTH_TOKEN), timeout=PATIENCE)
    assert (other.status_code, other.json()["code"]) == (404, 20404)


def test_a_closed_queue(server: RunningServer) -> None:
    """A chat that the desk refuses leaves nothing behind."""
    server.control().set_queue("default", {"open": False})
    assert rest(server, "POST", "/v2/WebChats", AddressSid=ADDRESS, Identity="ann").status_code >= 400
    assert rest(server, "GET", "/v1/Conversations").json()["conversations"] == []
    server.control().set_queue("default", {"open": True})
    assert web_chat(server)
