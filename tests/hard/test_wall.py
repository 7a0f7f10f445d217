"""Nobody gets at a conversation of openapi.yaml without its own token, by any operation, stream or long poll."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mockdesk import RunningServer
from tests.hard.tiers import server_of
from tests.hard.wall.canonical import (
    CANARY,
    SECONDS,
    Attack,
    Scene,
    ask,
    of_conversation,
    scene,
    stream_answer,
    user_token,
    victim_of,
    ways_of,
)
from tests.hard.watch import Watch, watching
from tests.server.support import session, start

EVENTS = "pollEvents"


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What nobody may see of the server."""
    with watching() as seen:
        yield seen
    assert seen.seen == []


@pytest.fixture
def server(tier: str, watch: Watch) -> Iterator[RunningServer]:
    """A server with a virtual clock."""
    with server_of(tier) as running:
        yield running


def refused(answer: object, status: int, text: str, place: Scene) -> str | None:
    """Return what is wrong with an answer that should be a refusal, ``None``: nothing."""
    if status < 400 or status >= 500:
        return f"{answer}: status {status}"
    leaked = [secret for secret in place.secrets() if secret in text]
    return f"{answer}: {leaked} in {text[:300]}" if leaked else None


def test_with_the_right_token_every_operation_works(server: RunningServer) -> None:
    """Else the refusals of the other tests would prove nothing: a request must fail by its token alone."""
    place = scene(server)
    right = Attack("the right token", place.desk.url, {"Authorization": f"Bearer {place.victim.token}"})
    with session() as http:
        for operation in sorted(of_conversation(), key=lambda one: one.name == "endChat"):
            with ask(http, operation, place.victim.conversation_id, place.file_id, right) as answer:
                good = answer.status_code == 426 if operation.name == "streamEvents" else answer.ok
                assert good, (operation.name, answer.status_code, answer.text)
    for way in ("header", "protocol", "query"):
        assert stream_answer(place, right, way) is not None


def test_no_other_token_opens_any_operation(server: RunningServer) -> None:
    """Every operation of the document, so that a new one is covered by itself; and nothing was changed."""
    place = scene(server)
    before, wrong, tried = place.state(), [], 0
    with session() as http:
        for operation in of_conversation():
            for attack in place.attacks:
                for accept in ("text/event-stream", "application/json") if operation.name == EVENTS else ("*/*",):
                    asked = Attack(attack.name, attack.url, {**attack.headers, "Accept": accept}, attack.query)
                    with ask(http, operation, place.victim.conversation_id, place.file_id, asked) as answer:
                        shown = f"{answer.headers} {answer.text if answer.status_code >= 400 else ''}"
                        found = refused(f"{operation.name} with {attack.name}", answer.status_code, shown, place)
                    wrong += [found] if found else []
                    tried += 1
    assert wrong == []
    assert place.state() == before
    print(f"{tried} requests with a wrong token: 0 accepted, 0 leaks, 0 changes")  # noqa: T201  (for docs/hardening.md)


def test_no_other_token_opens_the_stream(server: RunningServer) -> None:
    """The handshake is refused before anything is read, wherever the token stands."""
    place = scene(server)
    before = place.state()
    opened = {
        (attack.name, way): frame
        for attack in place.attacks
        for way in ways_of(attack)
        if (frame := stream_answer(place, attack, way)) is not None
    }
    assert opened == {}
    assert place.state() == before


def test_a_token_that_has_expired_opens_nothing(server: RunningServer) -> None:
    """Also not for whoever had the conversation before: a token's end is the end of everything that it opened."""
    place = scene(server)
    place.desk.control.inject({"kind": "expire_token", "conversation_id": place.victim.conversation_id})
    before, own = place.state(), {"Authorization": f"Bearer {place.victim.token}"}
    with session() as http:
        for operation in of_conversation():
            attack = Attack("own", place.desk.url, own)
            with ask(http, operation, place.victim.conversation_id, place.file_id, attack) as answer:
                assert answer.status_code in (401, 426), operation.name
                assert CANARY not in answer.text
    assert stream_answer(place, Attack("own", place.desk.url, own), "header") is None
    assert place.state() == before


def test_a_removed_conversation_is_gone_for_its_own_token(server: RunningServer) -> None:
    """What was forgotten is told to nobody."""
    place = scene(server)
    place.desk.control.remove_conversation(place.victim.conversation_id)
    attack = Attack("own", place.desk.url, {"Authorization": f"Bearer {place.victim.token}"})
    with session() as http:
        for operation in of_conversation():
            with ask(http, operation, place.victim.conversation_id, place.file_id, attack) as answer:
                assert answer.status_code in (404, 426), operation.name
                assert CANARY not in answer.text
    assert stream_answer(place, attack, "header") is None


def test_a_file_is_of_its_conversation_only(server: RunningServer) -> None:
    """The right token with the id of somebody else's file."""
    place = scene(server)
    other = start(place.desk.url)
    answer = other.call("GET", f"/files/{place.file_id}")
    assert answer.status_code == 404
    assert CANARY not in answer.text
    sent = other.call("POST", "/messages", json={"text": "look", "file_ids": [place.file_id]})
    assert sent.status_code == 422, sent.text


def test_nobody_starts_as_another_user(server: RunningServer) -> None:
    """A desk that wants user tokens: with none, another's, a conversation's, or the other's key of repetition."""
    control = server.new_desk({"require_user_token": True, "api_keys": ["the-key-of-the-site"]})
    place = scene(server)
    url, place.desk.url = server.desk_url(control), server.desk_url(control)
    victim, mallory = user_token(place.desk, "victim"), user_token(place.desk, "mallory")
    body = {"user_id": "victim"}
    with session() as http:

        def begin(token: str | None) -> tuple[int, str]:
            headers = {"Idempotency-Key": "k", **({} if token is None else {"Authorization": f"Bearer {token}"})}
            answer = http.post(f"{url}/v1/conversations", json=body, headers=headers, timeout=SECONDS)
            return answer.status_code, answer.text

        status, told = begin(victim)
        assert status == 201
        for token in (None, mallory, place.victim.token, f"{victim}x", victim[:-1], "the-key-of-the-site"):
            status, text = begin(token)
            assert 400 <= status < 500, (token, text)
            assert "conv_" not in text
        assert begin(victim)[0] == 200, told
    assert len(control.conversations()) == 1


@pytest.mark.parametrize("key", [None, "", "x", "the-key-of-the-sit", "the-key-of-the-sitf", "the-key-of-the-site2"])
def test_nobody_gets_a_user_token_without_the_key(server: RunningServer, key: str | None) -> None:
    """Neither without it, nor with one that is nearly right."""
    control = server.new_desk({"api_keys": ["the-key-of-the-site"]})
    headers = {} if key is None else {"X-Api-Key": key}
    with session() as http:
        url = f"{server.desk_url(control)}/v1/tokens"
        answer = http.post(url, json={"user_id": "u"}, headers=headers, timeout=SECONDS)
    assert answer.status_code == 401
    assert "the-key-of-the-site" not in answer.text


def test_the_scene_is_full_of_canaries(server: RunningServer) -> None:
    """A leak is found by its canary only; each of them must be in what the victim itself can read."""
    place = scene(server)
    victim, file_id = victim_of(place.desk)
    told = victim.call("GET", "/messages").text + victim.call("GET", f"/files/{file_id}").text
    for part in ("text", "content", "answer"):
        assert f"{CANARY}-{part}" in told
