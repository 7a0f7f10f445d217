"""Each operation of the desk API does what openapi.yaml says, over real sockets."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.server.support import Desk, problem, session


def test_capabilities_need_no_token(desk: Desk) -> None:
    """A client asks what there is before it has anything."""
    answer = session().get(f"{desk.url}/v1/capabilities")
    assert answer.status_code == 200
    assert answer.json()["transports"] == ["websocket", "long_poll", "server_sent_events"]
    assert answer.json()["limits"]["max_text_characters"] == 4000


def test_start_answers_conversation_token_and_urls(desk: Desk) -> None:
    """The answer must hold all that the rest of the talk needs, and no token in any URL."""
    user = desk.start(user_name="Jo", context={"topic": "bikes", "additional_data": {"a": [1, None]}})
    conversation = user.started["conversation"]
    assert conversation["state"] == "waiting"
    assert conversation["position"] == 1
    assert conversation["context"] == {"topic": "bikes", "additional_data": {"a": [1, None]}}
    path = f"/v1/conversations/{user.conversation_id}"
    assert user.started["events_url"] == f"{desk.url}{path}/events"
    assert user.started["stream_url"] == f"ws{desk.url.removeprefix('http')}{path}/stream"
    assert user.token not in user.started["stream_url"] + user.started["events_url"]


def test_start_says_where_the_conversation_is(desk: Desk) -> None:
    """`Location` must lead to the conversation, also below a desk's prefix."""
    answer = session().post(f"{desk.url}/v1/conversations", json={"user_id": "u1"})
    location = answer.headers["Location"]
    assert f"{desk.server.url}{location}" == f"{desk.url}/v1/conversations/{answer.json()['conversation']['id']}"


def test_start_with_a_key_makes_one_conversation(desk: Desk) -> None:
    """A client that lost the answer may repeat the start; another start under its key is a mistake."""
    http, url, key = session(), f"{desk.url}/v1/conversations", {"Idempotency-Key": "k 1"}
    first = http.post(url, json={"user_id": "u1"}, headers=key)
    again = http.post(url, json={"user_id": "u1"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["token"] == first.json()["token"]
    problem(http.post(url, json={"user_id": "u2"}, headers=key), 409, "idempotency_conflict")
    assert len(desk.control.conversations()) == 1


def test_send_stores_the_message_once(desk: Desk) -> None:
    """The receipt of a message must be true, and a repeated send must not double it."""
    user = desk.start()
    first = user.send("  hé\u0000llo \U0001f600 ", message_id="m1")
    assert first.status_code == 201
    assert first.json()["text"] == "  hé\u0000llo \U0001f600 "
    assert first.json()["client_message_id"] == "m1"
    again = user.send("  hé\u0000llo \U0001f600 ", message_id="m1")
    assert (again.status_code, again.json()) == (200, first.json())
    problem(user.send("other", message_id="m1"), 409, "idempotency_conflict")
    assert user.call("GET", "/messages").json() == {"messages": [first.json()]}


def test_end_is_idempotent_and_its_body_optional(desk: Desk) -> None:
    """Web chat calls end again after the agent's end; that must not be an error."""
    user = desk.start()
    first = user.call("POST", "/end", json={"reason": "done"})
    again = user.call("POST", "/end")
    assert first.json()["state"] == again.json()["state"] == "ended"
    assert again.json()["end_reason"] == "done"
    problem(user.send("late"), 409, "conversation_ended")


def test_the_users_state_typing_and_reading_reach_the_desk(desk: Desk) -> None:
    """What the user does must be seen on the agents' side."""
    user = desk.start()
    assert user.call("PUT", "/state", json={"locale": "de", "session_id": "s"}).json()["context"] == {
        "session_id": "s",
        "locale": "de",
    }
    assert user.call("PUT", "/typing", json={"typing": True}).status_code == 204
    assert user.call("PUT", "/read").status_code == 204
    assert user.call("PUT", "/read", json={"up_to_seq": 99}).status_code == 204
    truth = desk.control.conversation(user.conversation_id)
    assert (truth["user_typing"], truth["user_read_seq"], truth["read_calls"]) == (True, 1, 2)


def test_availability_tells_the_place_of_a_new_conversation(new_desk: Callable[..., Desk]) -> None:
    """Web chat shows it before a conversation exists, so asking must make nothing."""
    desk = new_desk(agents=[{"id": "ada", "nickname": "Ada"}], queues={"sales": {"seconds_per_conversation": 60}})
    desk.start(queue="sales")
    answer = session().get(f"{desk.url}/v1/availability", params={"queue": "sales"})
    assert answer.json()["online"] is True
    assert answer.json()["position"] == 2
    assert len(desk.control.conversations()) == 1


def test_a_file_comes_back_as_it_went(desk: Desk) -> None:
    """Bytes, name and type are data: nothing in them may be changed or be taken for a path."""
    user, content = desk.start(), bytes(range(256)) * 40
    name = "../../e t/c\u00fc.txt"
    answer = user.call("POST", "/files", files={"file": (name, content, "application/x-odd")})
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["name"], file["size"], file["content_type"]) == (name, len(content), "application/x-odd")
    got = user.call("GET", f"/files/{file['id']}")
    assert got.content == content
    assert got.headers["Content-Type"] == "application/x-odd"
    assert got.headers["Content-Disposition"].startswith("attachment")
    sent = user.send("", file_ids=[file["id"]])
    assert sent.json()["file_ids"] == [file["id"]]
    problem(user.call("GET", "/files/file_none"), 404, "unknown_file")


def test_screen_share_is_answered_once(desk: Desk) -> None:
    """An answer without a question, or a second one, would put the agent's console out of step."""
    user = desk.start()
    problem(user.call("PUT", "/screen-share", json={"answer": "accepted"}), 409, "illegal_in_state")
    desk.act(user, "join")
    desk.act(user, "request_screen")
    assert user.call("PUT", "/screen-share", json={"answer": "accepted"}).status_code == 204
    problem(user.call("PUT", "/screen-share", json={"answer": "declined"}), 409, "illegal_in_state")
    assert user.call("PUT", "/screen-share", json={"answer": "ended"}).status_code == 204


def test_user_tokens_vouch_for_a_user(new_desk: Callable[..., Desk]) -> None:
    """With `require_user_token` nobody starts in another's name."""
    desk, http = new_desk(api_keys=["key-1"], require_user_token=True), session()
    url = f"{desk.url}/v1/tokens"
    problem(http.post(url, json={"user_id": "u1"}), 401, "missing_token")
    problem(http.post(url, json={"user_id": "u1"}, headers={"X-Api-Key": "x"}), 401, "invalid_api_key")
    token = http.post(url, json={"user_id": "u1"}, headers={"X-Api-Key": "key-1"}).json()["token"]
    start = f"{desk.url}/v1/conversations"
    bearer = {"Authorization": f"Bearer {token}"}
    problem(http.post(start, json={"user_id": "u1"}), 401, "missing_token")
    problem(http.post(start, json={"user_id": "u2"}, headers=bearer), 403, "foreign_token")
    assert http.post(start, json={"user_id": "u1"}, headers=bearer).status_code == 201


@pytest.mark.parametrize("path", ["/", "/openapi.yaml", "/healthz", "/_mock", "/_mock/openapi.yaml"])
def test_pages_for_people_and_tools(desk: Desk, path: str) -> None:
    """Who opens the address in a browser should find the way on."""
    answer = session().get(f"{desk.url}{path}")
    assert answer.status_code == 200
    assert answer.content


def test_the_index_links_to_this_desk(desk: Desk) -> None:
    """Links of an isolated desk that lead to the server's own would mislead."""
    assert f'href="{desk.url}/_mock/journal"' in session().get(f"{desk.url}/").text
