"""What a guest may ask once the conversation is there: whose it is, what was said, page by page, and refusals."""

from __future__ import annotations

from typing import Any

import pytest

from mockdesk.core.errors import DeskError, InjectedFault, InvalidRequest, RateLimited
from mockdesk.dialects.feeds import EXPIRED, REMOVED
from mockdesk.dialects.genesys.messages import GUEST_CONVERSATIONS
from mockdesk.dialects.seam import Request
from tests.unit.dialects.genesys.client import ADA, Client


def test_every_refusal_has_the_vendors_body(client: Client) -> None:
    """Clients read the body's fields, and support asks for the id in the header."""
    answer = client.ask("GET", client.own("/members/nobody"))
    status, body = client.call("GET", client.own("/members/nobody"))
    assert status == 404
    assert {name: body[name] for name in ("code", "status", "messageParams", "details", "errors")} == {
        "code": "not.found",
        "status": 404,
        "messageParams": {},
        "details": [],
        "errors": [],
    }
    assert body["message"] == body["messageWithParams"] == "there is no such member"
    assert answer.headers["inin-correlation-id"] in answer.body.decode()
    assert body["contextId"] not in answer.body.decode(), "each refusal has an id of its own"


def test_wrong_fields_are_named(client: Client) -> None:
    """A client's author needs to know which field it was."""
    body = client.call("POST", client.mine("/messages"), {"body": 7})[1]
    assert (body["code"], body["details"]) == ("invalid.value", [{"errorCode": "invalid.value", "fieldName": "body"}])


def test_whose_it_is(client: Client) -> None:
    """Nobody without, with a wrong, an old or another conversation's token learns anything: 401, then 404, then 403."""
    own, path = client.jwt, client.mine()
    unknown = f"{GUEST_CONVERSATIONS}/unknown/members"
    client.create()
    assert client.call("GET", path)[1]["code"] == "not.authorized"
    assert client.call("GET", path)[0] == 403
    assert client.call("GET", unknown)[1]["code"] == "not.found"
    for token, code in (("", "authentication.required"), ("x", "bad.credentials"), (own[:-3], "bad.credentials")):
        client.jwt = token
        for where in (path, unknown):
            status, body = client.call("GET", where)
            assert (status, body["code"]) == (401, code)
    client.jwt = own
    assert client.call("GET", path)[0] == 200
    client.clock.advance(22 * 3600)
    assert client.call("GET", path)[1]["code"] == "credentials.expired"


def test_a_token_that_was_made_to_expire(client: Client) -> None:
    """The fault strikes the vendor's token as well, on the stream and in requests."""
    client.desk.expire_token(client.id)
    assert client.call("GET", client.mine())[1]["code"] == "credentials.expired"
    assert client.feed is not None
    with pytest.raises(DeskError) as refused:
        client.read()
    assert client.feed.refusal(refused.value).code == EXPIRED
    assert client.feed.valid_until() == client.clock.now()


def test_the_tokens_time() -> None:
    """It ends by the desk's clock, with what the token says or what the desk was told, whichever comes first."""
    client = Client(token_ttl_seconds=60)
    client.start()
    assert client.feed is not None
    assert client.feed.valid_until() == client.clock.now() + 60
    client = Client({"guesses": {"jwt_lifetime_seconds": 10}})
    client.start()
    assert client.feed is not None
    assert client.feed.valid_until() == client.clock.now() + 10


def test_a_conversation_that_was_removed(client: Client) -> None:
    """A desk that forgets a conversation has no members of it either."""
    client.desk.remove(client.id)
    assert client.call("GET", client.mine())[1]["code"] == "not.found"
    assert client.feed is not None
    with pytest.raises(DeskError) as refused:
        client.read()
    assert client.feed.refusal(refused.value).code == REMOVED


def test_nobody_acts_as_somebody_else(client: Client) -> None:
    """A guest's token lets nobody speak as the agent, or throw the agent out."""
    client.act(action="join", agent=ADA)
    agent = client.call("GET", client.own("/members"))[1]["entities"][-1]["id"]
    for method, path, body in (
        ("POST", f"/members/{agent}/messages", {"body": "I am Ada"}),
        ("POST", f"/members/{agent}/typing", None),
        ("DELETE", f"/members/{agent}", None),
    ):
        assert client.call(method, client.own(path), body)[1]["code"] == "not.authorized"
        assert client.call(method, client.own(path.replace(agent, "nobody")), body)[1]["code"] == "not.found"


def test_after_the_end(client: Client) -> None:
    """Nothing can be said or typed, nobody leaves twice; what was said can still be read."""
    client.call("POST", client.mine("/messages"), {"body": "Hi"})
    client.act(action="end", by="system")
    status, body = client.call("POST", client.mine("/messages"), {"body": "late"})
    assert (status, body["code"], body["message"]) == (400, "chat.error.conversation.state", "Conversation State")
    assert body["messageParams"] == {"message": "The conversation is not active"}
    assert client.call("POST", client.mine("/typing"))[1]["code"] == "chat.error.conversation.state"
    assert client.call("DELETE", client.mine())[1]["code"] == "chat.error.member.state"
    assert "Hi" in str(client.call("GET", client.own("/messages"))[1])


def test_a_message(client: Client) -> None:
    """What is answered, what is told and what is found later are the same message; any bodyType will do."""
    posted = client.call("POST", client.mine("/messages"), {"body": "Hi", "bodyType": "standard | notice"})[1]
    assert posted["bodyType"] == "standard"
    assert posted["conversation"] == {"id": client.id, "selfUri": f"/api/v2/conversations/{client.id}"}
    assert posted["selfUri"] == client.own(f"/messages/{posted['id']}")
    assert client.call("GET", posted["selfUri"])[1] == posted
    assert client.read()[-1]["eventBody"]["id"] == posted["id"]
    assert client.call("GET", client.own("/messages/nothing"))[0] == 404
    assert [one.text for one in client.desk.messages(client.id)] == ["Hi"]


@pytest.mark.parametrize(("text", "status"), [("x" * 4000, 200), ("x" * 4001, 400), ("", 400)])
def test_how_long_a_message_may_be(client: Client, text: str, status: int) -> None:
    """A text that is too long must be refused, not cut."""
    assert client.call("POST", client.mine("/messages"), {"body": text})[0] == status


def test_typing(client: Client) -> None:
    """What is answered is told on the stream too, also when an agent's typing comes in between."""
    client.desk.observe(lambda one, happening: client.act(action="typing", agent=ADA) if client.position else None)
    client.act(action="join", agent=ADA)
    client.read()
    answered = client.call("POST", client.mine("/typing"))[1]
    own = [one["eventBody"] for one in client.read() if one["eventBody"]["sender"]["id"] == client.member]
    assert [one["id"] for one in own] == [answered["id"]]
    assert set(answered) == {"id", "conversation", "sender", "timestamp"}
    assert client.desk.truth(client.id)["user_typing"] is True


def test_media_requests_are_not_there(client: Client) -> None:
    """Screen sharing is left out, and says so as the vendor would."""
    for method, path in (("GET", "/mediarequests"), ("GET", "/mediarequests/m"), ("PATCH", "/mediarequests/m")):
        assert client.call(method, client.own(path), {"state": "ACCEPTED"})[1]["code"] == "not.found"


def test_routes_that_are_not_there(client: Client) -> None:
    """A slip in a path is the vendor's error and not the mock's."""
    assert client.call("GET", "/api/v2/users/me")[1]["code"] == "not.found"
    status, body = client.call("PUT", client.mine())
    assert (status, body["code"]) == (405, "bad.request")


def test_pages_of_members(client: Client) -> None:
    """A list is read page by page along its links; an option that is sent empty counts as absent."""
    for number in range(4):
        client.act(action="join", agent={"id": f"a{number}", "nickname": f"A{number}"})
    client.act(action="leave", agent="a0")
    path = client.own("/members")
    first = client.call("GET", path, query="pageSize=4")[1]
    assert (first["total"], first["pageCount"], first["pageNumber"], len(first["entities"])) == (6, 2, 1, 4)
    assert first["nextUri"] == f"{path}?pageSize=4&pageNumber=2"
    second = client.call("GET", path, query=first["nextUri"].partition("?")[2])[1]
    assert len(second["entities"]) == 2
    assert second["previousUri"] == first["selfUri"] == first["firstUri"]
    assert "nextUri" not in second
    assert client.call("GET", path, query="pageNumber=9")[1]["entities"] == []
    whole = client.call("GET", path, query="pageSize=&pageNumber=&excludeDisconnectedMembers=")[1]
    assert (whole["pageSize"], len(whole["entities"])) == (25, 6)
    present = client.call("GET", path, query="excludeDisconnectedMembers=true&pageSize=2")[1]
    assert present["total"] == 4
    assert "excludeDisconnectedMembers=true" in present["nextUri"]


@pytest.fixture
def said(client: Client) -> list[str]:
    """The ids of five messages of the guest, oldest first."""
    return [client.call("POST", client.mine("/messages"), {"body": str(n)})[1]["id"] for n in range(5)]


def page(client: Client, query: str) -> tuple[list[str], str | None]:
    """Return a page's texts and the query of the next one."""
    status, body = client.call("GET", client.own("/messages"), query=query)
    assert status == 200, body
    following = body.get("next")
    return [one.get("body", one["bodyType"]) for one in body["entities"]], following and following.partition("?")[2]


def test_pages_of_messages(client: Client, said: list[str]) -> None:
    """What was missed is asked for in pieces, in both directions; empty options count as absent."""
    assert page(client, "after=&before=&sortOrder=&maxResults=") == (["member-join", *"01234"], None)
    assert page(client, "sortOrder=descending")[0] == [*"43210", "member-join"]
    assert page(client, f"after={said[1]}")[0] == [*"234"]
    assert page(client, f"before={said[1]}")[0] == ["member-join", "0"]
    assert page(client, f"after={said[0]}&before={said[4]}&sortOrder=Descending")[0] == [*"321"]
    for order in ("ascending", "descending"):
        query: str | None = f"maxResults=2&sortOrder={order}"
        read = []
        while query is not None:
            texts, query = page(client, query)
            read += texts
        assert sorted(read) == sorted(["member-join", *"01234"]), order
        assert read == (["member-join", *"01234"] if order == "ascending" else [*"43210", "member-join"])


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("/messages", "maxResults=0", 400, "invalid.value"),
        ("/messages", "maxResults=101", 400, "invalid.value"),
        ("/messages", "maxResults=x", 400, "invalid.value"),
        ("/messages", "maxResults=٣", 400, "invalid.value"),
        ("/messages", "sortOrder=sideways", 400, "invalid.value"),
        ("/messages", "after=nothing", 404, "not.found"),
        ("/members", "pageSize=-1", 400, "invalid.value"),
        ("/members", "pageSize=101", 400, "invalid.value"),
        ("/members", "pageNumber=0", 400, "invalid.value"),
        ("/members", "excludeDisconnectedMembers=perhaps", 400, "invalid.value"),
    ],
)
def test_options_that_make_no_sense(client: Client, path: str, query: str, status: int, code: str) -> None:
    """A slip in an option must not be taken for the usual value."""
    answered = client.call("GET", client.own(path), query=query)
    assert (answered[0], answered[1]["code"]) == (status, code)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InjectedFault("x", 500), 500, "internal.server.error"),
        (InjectedFault("x", 503), 503, "service.unavailable"),
        (InjectedFault("x", 504), 504, "request.timeout"),
        (InjectedFault("x", 418), 418, "bad.request"),
        (InjectedFault("x", 400, "chat.error.member.state"), 400, "chat.error.member.state"),
        (RateLimited("x", 1.5), 429, "too.many.requests"),
        (InvalidRequest("x"), 400, "invalid.value"),
    ],
)
def test_faults(client: Client, error: DeskError, status: int, code: str) -> None:
    """Faults that are asked for come in the vendor's words."""
    answer = client.genesys.refuse(error)
    assert (answer.status, f'"code": "{code}"' in answer.body.decode()) == (status, True)
    assert answer.headers.get("Retry-After") == ("2" if status == 429 else None)


@pytest.mark.parametrize(("status", "code"), [(401, "bad.credentials"), (404, "not.found")])
def test_guesses_about_refusals(status: int, code: str) -> None:
    """What the vendor says to another conversation's token, and after the end, was never seen."""
    client = Client({"guesses": {"foreign_token_status": status, "inactive_message": "gone"}})
    client.start()
    path = client.mine()
    client.act(action="end", by="system")
    assert client.call("POST", client.mine("/typing"))[1]["messageParams"] == {"message": "gone"}
    client.create()
    answered = client.call("GET", path)
    assert (answered[0], answered[1]["code"]) == (status, code)


def test_the_end_of_the_stream() -> None:
    """Whether the vendor closes the stream at the end is not known."""
    for guesses, is_closed in (({}, True), ({"closes_stream_at_end": False}, False)):
        client = Client({"guesses": guesses})
        client.start()
        assert client.feed is not None
        assert client.feed.over() is None
        client.act(action="end", by="system")
        assert (client.feed.over() is not None) is is_closed


def test_operations_and_texts(client: Client) -> None:
    """Faults and requirements go by the operation's name, and by what the user says."""
    asked: list[tuple[str, str, Any]] = [
        ("POST", GUEST_CONVERSATIONS, "startChat"),
        ("GET", client.own("/members"), "listMembers"),
        ("GET", client.mine(), "getMember"),
        ("DELETE", client.mine(), "endChat"),
        ("POST", client.mine("/messages"), "sendMessageToAgent"),
        ("POST", client.mine("/typing"), "userTyping"),
        ("GET", client.own("/messages"), "listMessages"),
        ("GET", f"/v1/token/{client.jwt}", "streamEvents"),
        ("POST", "/availability", "getAvailability"),
    ]
    for method, path, operation in asked:
        prepared = client.genesys.prepare(Request(method, path, body=b'{"body": "Hi"}'))
        assert prepared.operation == operation
        assert prepared.text == ("Hi" if operation == "sendMessageToAgent" else None)
        about_none = operation in ("startChat", "getAvailability")
        assert prepared.conversation_id == (None if about_none else client.id)
