"""What a conversations client asks inside twilsock, and what it hears."""

from __future__ import annotations

import pytest

from mockdesk import RunningServer
from tests.server.dialects.twilio.support import mint, rest, twilsock, web_chat
from tests.server.support import ADA

BOB = {"id": "bob", "nickname": "Bob"}


def test_a_message_is_an_answer_and_an_event(server: RunningServer) -> None:
    """The client learns of its own message twice and must know by its index and sid that it is one."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("list", f"{sid}.messages")
        status, made = socket.aim("POST", f"/Conversations/{sid}/Messages", {"body": "Hi", "attributes": '{"a":1}'})
        event = socket.next(kind="list_item_added").payload["event"]
        assert (status, made["index"], event["item_index"]) == (201, 0, 0)
        assert made["sid"] == event["item_data"]["sid"]
        assert (event["item_data"]["author"], event["item_data"]["attributes"]) == ("ann", '{"a":1}')
    assert [one["text"] for one in control.conversation(sid)["messages"]] == ["Hi"]


def test_agents_come_and_go(server: RunningServer) -> None:
    """A transfer is a participant who joins and one who leaves, with sids of their own."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("map", f"{sid}.roster")
        control.act(sid, {"action": "transfer", "agent": "ada", "to_agent": BOB})
        control.act(sid, {"action": "join", "agent": "bob"})
        joined = socket.next(kind="map_item_added").payload["event"]
        left = socket.next(kind="map_item_removed").payload["event"]
        assert (joined["item_data"]["identity"], left["item_data"]["identity"]) == ("bob", "ada")
        assert socket.aim("GET", "/Users/bob")[1]["friendly_name"] == "Bob"


def test_read_horizons_go_both_ways(server: RunningServer) -> None:
    """What one side has read is an index on its participant, for the other side to see."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    control.act(sid, {"action": "say", "agent": "ada", "text": "one"})
    control.act(sid, {"action": "say", "agent": "ada", "text": "two"})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("map", f"{sid}.roster")
        status, told = socket.aim("POST", f"/MyConversations/{sid}", {"last_read_message_index": 0})
        assert (status, told["unread_messages_count"]) == (200, 1)
        assert socket.next(kind="map_item_updated").payload["event"]["item_data"]["lastConsumedMessageIndex"] == 0
        control.act(sid, {"action": "read", "agent": "ada"})
        read = socket.next(kind="map_item_updated").payload["event"]["item_data"]
        assert (read["identity"], read["lastConsumedMessageIndex"]) == ("ada", 1)
        assert socket.aim("POST", f"/MyConversations/{sid}", {"last_read_message_index": 9})[0] == 400
        assert socket.aim("POST", f"/Conversations/{sid}/Messages", b"{no json")[0] == 400


def test_typing_ends_by_itself(server: RunningServer) -> None:
    """Nobody tells the end of typing: the desk's view ends after the service's time and a second more."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        status, told = socket.aim("POST", "/Typing", f"ChannelSid={sid}".encode())
        assert (status, told) == (200, {"typing_timeout": 5})
        control.advance(5)
        assert control.conversation(sid)["user_typing"] is True
        control.advance(1)
        assert control.conversation(sid)["user_typing"] is False
        socket.subscribe("map", f"{sid}.roster")
        control.act(sid, {"action": "typing", "agent": "ada", "typing": True})
        notice = socket.next(kind="twilio.ipmsg.typing_indicator").payload
        assert notice == {"channel_sid": sid, "identity": "ada", "typing_timeout": 6}


def test_a_conversation_of_ones_own(server: RunningServer) -> None:
    """A client may make a conversation and join it: with that the desk has a chat."""
    control = server.control()
    with twilsock(server, mint("ann", control.now())) as socket:
        status, made = socket.aim("POST", "/Conversations", {"unique_name": "order-7", "friendly_name": "Order"})
        assert (status, made["status"]) == (201, "notParticipating")
        assert socket.aim("POST", "/Conversations", {"unique_name": "order-7"})[0] == 409
        assert control.conversations() == []
        assert socket.aim("POST", f"/Conversations/{made['sid']}/Participants", {"identity": "ann"})[0] == 201
        assert control.conversation("order-7")["user_id"] == "ann"
        assert socket.aim("GET", "/MyConversations/order-7")[1]["status"] == "joined"


def test_leaving_ends_the_chat(server: RunningServer) -> None:
    """The customer who leaves is told so, and the desk's agents are let go."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("map", socket.aim("GET", "/Configuration")[1]["sync_objects"]["my_conversations"])
        assert socket.aim("DELETE", f"/Conversations/{sid}/Participants/ann")[0] == 204
        assert socket.next(kind="map_item_removed").payload["event"]["item_key"] == sid
        assert socket.aim("GET", "/MyConversations")[1]["conversations"] == []
    assert control.conversation(sid)["state"] == "ended"


def test_an_ended_chat_is_closed(server: RunningServer) -> None:
    """The end by an agent is a state of the conversation's document, and agents leave the roster."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("document", f"{sid}.channel")
        control.act(sid, {"action": "end", "agent": "ada"})
        data = socket.next(kind="document_updated").payload["event"]["document_data"]
        assert data["state"]["current"] == "closed"
        assert socket.aim("POST", f"/Conversations/{sid}/Messages", {"body": "late"})[0] in (400, 409, 410)


@pytest.mark.parametrize("path", ["/Conversations/{sid}", "/MyConversations/{sid}"])
def test_others_conversations_are_not_there(server: RunningServer, path: str) -> None:
    """A token opens what its identity takes part in, neither by REST nor by Sync more than that."""
    sid = web_chat(server)
    with twilsock(server, mint("mallory", server.control().now())) as socket:
        assert socket.aim("GET", path.format(sid=sid))[0] == 404
        assert socket.sync("GET", f"/v3/Lists/{sid}.messages")[1]["code"] == 54150
        requests = [{"object_sid": "ES1", "object_type": "list", "last_event_id": 0}]
        body = {"action": "establish", "correlation_id": 1, "requests": requests}
        assert socket.sync("POST", "/v4/Subscriptions", body)[0] == 200
        assert socket.next(kind="subscription_failed").payload["event"]["error"]["status"] == 404


def test_pages_of_items(server: RunningServer) -> None:
    """History is read in pages, from either end, and what is no page size is refused."""
    control, sid = server.control(), web_chat(server)
    control.act(sid, {"action": "join", "agent": ADA})
    for number in range(5):
        control.act(sid, {"action": "say", "agent": "ada", "text": str(number)})
    path = f"/v3/Lists/{sid}.messages/Items"
    with twilsock(server, mint("ann", control.now())) as socket:
        status, first = socket.sync("GET", path, PageSize="2", Order="desc")
        assert (status, [one["index"] for one in first["items"]]) == (200, [4, 3])
        assert first["meta"]["previous_token"] is None
        for more in ({"PageSize": "2", "Order": "desc"}, {}):
            _, second = socket.sync("GET", path, PageToken=first["meta"]["next_token"], **more)
            assert [one["data"]["text"] for one in second["items"]] == ["2", "1"]
        _, third = socket.sync("GET", path, PageToken=second["meta"]["next_token"])
        assert ([one["data"]["text"] for one in third["items"]], third["meta"]["next_token"]) == (["0"], None)
        _, back = socket.sync("GET", path, PageToken=third["meta"]["previous_token"])
        assert [one["index"] for one in back["items"]] == [2, 1]
        for token in ("2", "desc", "desc.2", "desc.2.", "desc.x.2", "up.2.2", "desc..2"):
            assert socket.sync("GET", path, PageToken=token)[1]["code"] == 20001
        assert socket.sync("GET", path, Index="9")[1]["items"] == []
        assert socket.sync("GET", path, PageSize="x")[0] == 400
        assert socket.sync("GET", f"/v3/Sheets/{sid}")[0] == 404


def test_faults_strike_inside(server: RunningServer) -> None:
    """A fault named by the contract's operation strikes the vendor's request for it, with the vendor's body."""
    control, sid = server.control(), web_chat(server)
    with twilsock(server, mint("ann", control.now())) as socket:
        control.inject({"kind": "status", "status": 503, "operation": "sendMessageToAgent", "count": 1})
        status, body = socket.aim("POST", f"/Conversations/{sid}/Messages", {"body": "Hi"})
        assert (status, sorted(body)) == (503, ["code", "message", "more_info", "status"])
        assert socket.aim("POST", f"/Conversations/{sid}/Messages", {"body": "Hi"})[0] == 201


def test_a_removed_conversation(server: RunningServer) -> None:
    """What was deleted by the server is gone for the client, whose socket lives."""
    control, sid = server.control(), web_chat(server)
    with twilsock(server, mint("ann", control.now())) as socket:
        socket.subscribe("list", f"{sid}.messages")
        assert rest(server, "DELETE", f"/v1/Conversations/{sid}").status_code == 204
        assert socket.aim("GET", f"/Conversations/{sid}")[0] == 404
        assert socket.aim("GET", "/MyConversations")[1]["conversations"] == []
