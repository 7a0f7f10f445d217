"""The page's own server, as the mock plays it, and what a subscription is for the desk."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from mockdesk import RunningServer
from tests.server.dialects.twilio.support import mint, twilsock
from tests.server.support import PATIENCE


def post(server: RunningServer, path: str, **body: Any) -> requests.Response:
    """Ask the page's server, as a page does: without any credential but the user's token."""
    return requests.post(f"{server.url}/twilio{path}", json=body, timeout=PATIENCE)


def test_a_chat_begins_once_for_each_key(server: RunningServer) -> None:
    """A page that got no answer asks again, and must not leave a second chat in the queue."""
    form = {"topic": "a bill", "colour": "red"}
    first = post(server, "/initWebchat", key="k", identity="ann", customerFriendlyName="Ann", formData=form)
    again = post(server, "/initWebchat", key="k", identity="ann", customerFriendlyName="Ann", formData=form)
    other = post(server, "/initWebchat", key="l", identity="ann")
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json()["conversationSid"] == again.json()["conversationSid"] != other.json()["conversationSid"]
    assert first.json()["token"] != again.json()["token"]
    made, _ = server.control().conversations()
    assert (made["user_id"], made["user_name"]) == ("ann", "Ann")
    assert made["context"] == {"topic": "a bill", "additional_data": {"colour": "red"}}
    with twilsock(server, again.json()["token"]) as socket:
        assert socket.aim("GET", f"/Conversations/{first.json()['conversationSid']}")[0] == 200


def test_a_token_is_renewed_while_it_is_good(server: RunningServer) -> None:
    """Who has no good token any more gets none; a token that was made to expire opens nothing."""
    begun = post(server, "/initWebchat", identity="ann").json()
    renewed = post(server, "/refreshToken", token=begun["token"])
    assert renewed.status_code == 200
    assert renewed.json()["token"] != begun["token"]
    server.control().advance(86_401)
    assert post(server, "/refreshToken", token=renewed.json()["token"]).status_code == 401
    assert post(server, "/refreshToken").status_code == 401


def test_a_chat_is_ended_by_whose_it_is(server: RunningServer) -> None:
    """Nobody ends the chat of somebody else, and an end that is asked for twice is one."""
    begun = post(server, "/initWebchat", identity="ann").json()
    sid, stranger = begun["conversationSid"], mint("bob", server.control().now())
    assert post(server, "/endWebchat", conversationSid=sid, token=stranger).status_code == 404
    assert post(server, "/endWebchat", conversationSid=sid).status_code == 401
    assert server.control().conversation(sid)["state"] != "ended"
    for _ in range(2):
        assert post(server, "/endWebchat", conversationSid=sid, token=begun["token"]).status_code == 204
    assert server.control().conversation(sid)["state"] == "ended"


def test_no_token_of_a_body_stands_in_the_journal(server: RunningServer) -> None:
    """The journal is read by people who are not the user."""
    begun = post(server, "/initWebchat", identity="ann").json()
    post(server, "/refreshToken", token=begun["token"])
    post(server, "/endWebchat", token=begun["token"], conversationSid=begun["conversationSid"])
    assert begun["token"] not in str(server.control().journal())


def test_agents_online(server: RunningServer) -> None:
    """The page's server knows what TaskRouter knows."""
    server.control().set_queue("default", {"agents_online": 2})
    answer = requests.get(f"{server.url}/twilio/agentsOnline", timeout=PATIENCE)
    assert answer.json() == {"agentsOnline": 2}
    assert requests.post(f"{server.url}/twilio/agentsOnline", timeout=PATIENCE).status_code == 405


@pytest.mark.parametrize("length", [200, 201])
def test_names_have_an_end(server: RunningServer, length: int) -> None:
    """What a page says is believed within limits."""
    answer = post(server, "/initWebchat", identity="a" * length)
    assert answer.status_code == (201 if length == 200 else 400)


def test_a_subscription_opens_the_stream_of_a_conversation(server: RunningServer) -> None:
    """So faults and journal know whose stream it is, which the socket's handshake cannot tell; a wait is told."""
    begun = post(server, "/initWebchat", identity="ann").json()
    sid, control = begun["conversationSid"], server.control()
    fault = {"kind": "status", "operation": "streamEvents", "status": 503, "retry_after": 7, "count": 1}
    control.inject({**fault, "conversation_id": sid})
    with twilsock(server, begun["token"]) as socket:
        _, root = socket.sync("GET", f"/v3/Lists/{sid}.messages")
        asked = {"object_sid": root["sid"], "object_type": "list", "last_event_id": 0}
        body = {"action": "establish", "correlation_id": 1, "requests": [asked]}
        request = {"host": "cds.us1.twilio.com", "path": "/v4/Subscriptions", "method": "POST"}
        refused = socket.ask("message", json.dumps(body).encode(), http_request=request).header
        assert (refused["http_status"]["code"], refused["http_headers"]["Retry-After"]) == (503, "7")
        assert socket.sync("POST", "/v4/Subscriptions", body)[0] == 200
    requested = [one for one in control.journal()["entries"] if one["data"].get("operation") == "streamEvents"]
    assert {one["conversation_id"] for one in requested} == {sid}
