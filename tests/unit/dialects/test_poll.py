"""The polling desk's rules as docs/polling-desk.md has them, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.errors import DeskError, RateLimited
from mockdesk.core.events import AgentProfile
from mockdesk.dialects.poll.labels import label_of
from mockdesk.dialects.seam import Poll, Request
from tests.unit.dialects.poll_client import Client

ADA = {"id": "ada", "nickname": "Ada"}
BEA = {"id": "bea", "nickname": "Bea"}


@pytest.fixture
def client() -> Client:
    """A client with a chat whose first events were read."""
    made = Client()
    made.start()
    made.poll()
    return made


def test_a_talk(client: Client) -> None:
    """Everything that an integration needs to know of a talk must be in the batches."""
    client.act(action="join", agent=ADA)
    client.act(action="typing", agent="ada", typing=True)
    client.act(action="say", agent="ada", text="Hello")
    client.call("POST", f"/chats/{client.session}/messages", {"text": "Hi", "key": "k1"})
    client.act(action="transfer", agent="ada", to_agent=BEA)
    client.act(action="join", agent=BEA)
    client.act(action="say", text="Still with us?", by="system")
    client.act(action="end", agent="bea")
    told = [{key: one[key] for key in one if key not in ("time", "message", "transfer")} for one in client.poll()]
    assert told == [
        {"id": 2, "type": "status", "status": "active", "label": "Ada|ada", "picture": None},
        {"id": 3, "type": "typing", "label": "Ada|ada", "typing": True},
        {"id": 4, "type": "text", "from": "agent", "label": "Ada|ada", "text": "Hello"},
        {"id": 5, "type": "text", "from": "user", "text": "Hi", "key": "k1"},
        {"id": 6, "type": "status", "status": "handing over", "label": "Ada|ada", "to": "Bea|bea", "queue": None},
        {"id": 7, "type": "status", "status": "active", "label": "Bea|bea", "picture": None},
        {"id": 8, "type": "status", "status": "inactive", "label": "Ada|ada", "reason": "transferred"},
        {"id": 9, "type": "text", "from": "system", "text": "Still with us?"},
        {"id": 10, "type": "status", "status": "disconnected", "by": "agent"},
    ]
    assert client.call("GET", f"/chats/{client.session}/events")[0] == 404


def test_a_wait() -> None:
    """Who waits must learn place and wait, each where it is known."""
    client = Client(queues={"default": {"seconds_per_conversation": 90, "agents_online": 1}})
    client.start()
    assert [(one["place"], one["seconds"], one["agents"]) for one in client.poll()] == [(1, 90.0, 1)]


def test_nothing_happened(client: Client) -> None:
    """An answer that holds nothing keeps the id: a client that took one from it would ask with none."""
    before = client.session
    assert client.poll() == []
    assert client.session == before


def test_the_id_rotates(client: Client) -> None:
    """The id stands for a position: with the same one the same events come again, under a new id."""
    first = client.session
    client.act(action="join", agent=ADA)
    client.poll()
    second, client.session = client.session, first
    assert [one["id"] for one in client.poll()] == [2]
    assert len({first, second, client.session}) == 3


def test_an_older_id_is_refused_once_a_newer_was_used(client: Client) -> None:
    """A desk that took old ids for ever would never show which adapter mixes them up."""
    first = client.session
    client.act(action="join", agent=ADA)
    client.poll()
    assert client.call("POST", f"/chats/{first}/typing", {"typing": True})[0] == 204
    assert client.call("POST", f"/chats/{client.session}/typing", {"typing": True})[0] == 204
    for method, path, body in (
        ("POST", "messages", {"text": "late"}),
        ("POST", "typing", {"typing": False}),
        ("GET", "events", None),
    ):
        status, refusal = client.call(method, f"/chats/{first}/{path}", body)
        assert (status, refusal["error"]) == (409, "stale_session")
    assert client.call("DELETE", f"/chats/{first}")[0] == 409
    assert client.desk.messages(client.chat) == ()
    assert not client.desk.conversation(client.chat).ended


def test_the_journal_is_told_which_id_came(client: Client) -> None:
    """The requirement about rotating ids is judged by what the desk saw."""
    first = client.session
    client.act(action="join", agent=ADA)
    client.poll()
    client.poll()
    told = [
        client.poll_desk.prepare(Request("DELETE", f"/chats/{session}")).told for session in (first, client.session)
    ]
    assert told == [{"rotating_id": "stale"}, {"rotating_id": "current"}]


def test_one_start_for_one_key() -> None:
    """A lost answer must not leave a chat that nobody knows."""
    client = Client()
    first = client.start(key="k")
    status, again = client.call("POST", "/chats", {"from": "u1", "key": "k"})
    assert status == 200
    assert (again["chat"], again["token"]) == (first["chat"], first["token"])
    client.session = again["session"]
    assert [one["id"] for one in client.poll()] == [1]
    assert client.call("POST", "/chats", {"from": "u2", "key": "k"})[1]["error"] == "conflict"


def test_one_message_for_one_key(client: Client) -> None:
    """A message whose answer was lost is sent again, and must not be there twice."""
    path = f"/chats/{client.session}/messages"
    first = client.call("POST", path, {"text": "Hi", "key": "k"})
    again = client.call("POST", path, {"text": "Hi", "key": "k"})
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert len(client.desk.messages(client.chat)) == 1


def test_what_the_user_was_asked() -> None:
    """Agents need what the bot knew; a field that got lost in this shape would be missed by nobody's test."""
    client = Client(queues={"sales": {}})
    about = {"topic": "t", "note": "n", "history": "h", "session": "s", "locale": "de", "more": {"a": [1]}}
    client.start(name="Max", queue="sales", about=about)
    truth = client.desk.truth(client.chat)
    assert (truth["user_id"], truth["user_name"], truth["queue"]) == ("u1", "Max", "sales")
    assert truth["context"] == {
        "topic": "t",
        "message_to_agent": "n",
        "session_history_key": "h",
        "session_id": "s",
        "locale": "de",
        "additional_data": {"a": [1]},
    }


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/chats", b"{", 400, "bad_request"),
        ("POST", "/chats", {"from": ""}, 400, "bad_request"),
        ("POST", "/chats", {"from": "u", "about": {"topic": 1}}, 400, "bad_request"),
        ("POST", "/chats", {"from": "u", "about": {"more": "x"}}, 400, "bad_request"),
        ("POST", "/chats", {"from": "u", "queue": "nowhere"}, 400, "bad_request"),
        ("POST", "/chats/{session}/messages", {}, 400, "bad_request"),
        ("POST", "/chats/{session}/messages", {"text": ""}, 422, "text"),
        ("POST", "/chats/{session}/messages", {"text": "x" * 4001}, 422, "text"),
        ("POST", "/chats/{session}/typing", {"typing": "yes"}, 400, "bad_request"),
        ("POST", "/chats/none/messages", {"text": "Hi"}, 404, "over"),
        ("GET", "/chats/none/events", None, 404, "over"),
        ("GET", "/chats", None, 405, "not_found"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("GET", "/queues/nowhere", None, 400, "bad_request"),
    ],
)
def test_refusals(client: Client, method: str, path: str, body: Any, status: int, code: str) -> None:
    """Each refusal has its own code: an adapter decides by it whether to ask again."""
    answered = client.call(method, path.format(session=client.session), body)
    assert (answered[0], answered[1]["error"]) == (status, code)
    assert answered[1]["text"]


def test_tokens(client: Client) -> None:
    """The session id alone opens nothing: it stands in every URL."""
    own, path = client.token, f"/chats/{client.session}/events"
    client.start(**{"from": "u2"})
    assert client.call("GET", path)[1]["error"] == "forbidden"
    for token in ("", "wrong"):
        client.token = token
        assert client.call("GET", path)[1]["error"] == "token"
        assert client.call("GET", "/chats/none/events")[1]["error"] == "token"
    client.token = own
    client.desk.expire_token(client.desk.conversations()[0].id)
    assert client.call("GET", path)[0] == 401


@pytest.mark.parametrize(("timeout", "seconds"), [("", 10.0), ("0", 0.0), ("30", 30.0)])
def test_timeout(client: Client, timeout: str, seconds: float) -> None:
    """How long a poll is held is the client's wish, within bounds."""
    headers = {"authorization": f"Bearer {client.token}"}
    request = Request("GET", f"/chats/{client.session}/events", query={"timeout": [timeout]}, headers=headers)
    outcome = client.poll_desk.prepare(request).run()
    assert isinstance(outcome, Poll)
    assert outcome.wait == seconds


@pytest.mark.parametrize("timeout", ["31", "-1", "1.5", "x", "٣", "100"])
def test_a_timeout_that_is_none(client: Client, timeout: str) -> None:
    """A slip in a number must not be taken for the usual one."""
    headers = {"authorization": f"Bearer {client.token}"}
    request = Request("GET", f"/chats/{client.session}/events", query={"timeout": [timeout]}, headers=headers)
    with pytest.raises(DeskError, match="timeout must be"):
        client.poll_desk.prepare(request).run()


def test_the_end(client: Client) -> None:
    """The end is told like everything else, and then there is nothing more at this id."""
    assert client.call("DELETE", f"/chats/{client.session}") == (204, None)
    assert [one["by"] for one in client.poll()] == ["user"]
    assert client.call("GET", f"/chats/{client.session}/events")[1]["error"] == "over"
    assert client.call("DELETE", f"/chats/{client.session}")[0] == 404
    assert client.call("POST", f"/chats/{client.session}/messages", {"text": "Hi"})[0] == 404


@pytest.mark.parametrize(
    ("profile", "label"),
    [
        (AgentProfile("ada", "Ada"), "Ada|ada"),
        (AgentProfile("ada", None), "|ada"),
        (AgentProfile("a|b%", "Bob|bob"), "Bob|bob|a%7Cb%25"),
    ],
)
def test_labels(profile: AgentProfile, label: str) -> None:
    """A name is the agent's own: with a bar in it, it must not become another agent's id."""
    assert label_of(profile) == label


def test_what_this_shape_does_not_tell(client: Client) -> None:
    """What has no word here takes no number, so that the ids still grow by one."""
    client.act(action="join", agent=ADA)
    client.act(action="read", agent="ada")
    client.act(action="say", agent="ada", text="Hello")
    assert [one["id"] for one in client.poll()] == [2, 3]


def test_a_chat_that_was_removed(client: Client) -> None:
    """A desk that forgets a chat must not be kept alive by its session ids."""
    client.desk.remove(client.chat)
    assert client.call("GET", f"/chats/{client.session}/events")[1]["error"] == "over"
    assert client.poll_desk.conversation_of(client.session) is None


def test_the_pace(client: Client) -> None:
    """A client that is told to wait must be told for how long."""
    refusal = client.poll_desk.refuse(RateLimited("too many", 1.2))
    assert (refusal.status, refusal.headers["Retry-After"]) == (429, "2")


def test_availability() -> None:
    """Nobody online, some online, and nobody knows: an integration must be able to tell them apart."""
    asked = [
        Client(**settings).call("GET", "/queues/default")[1]["agents"]
        for settings in (
            {"agents": [{**ADA, "online": False}]},
            {"agents": [ADA]},
            {},
        )
    ]
    assert asked == [0, 1, None]
