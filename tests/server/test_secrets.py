"""Tokens and what people write stay where they belong: not in journals, logs, problems or URLs."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from websockets.sync.client import connect

from tests.server.support import Desk, receive, session

SECRET_TEXT = "the-users-own-words"


def busy_life(desk: Desk) -> list[str]:
    """Use every way to hand over a token; return the secrets."""
    user = desk.start(user_id="u1")
    other = desk.start()
    user.send(SECRET_TEXT)
    url = user.started["stream_url"]
    with connect(f"{url}?access_token={user.token}") as stream:
        receive(stream)
        stream.send("noted")
        desk.act(user, "join")
    with user.stream() as stream, user.sse() as sent:
        receive(stream)
        next(sent)
    with connect(url, additional_headers=user.headers):
        pass
    http = session()
    http.get(f"{user.base}/streem?access_token={user.token}", headers=user.headers)
    http.get(f"{user.base}/events?access_token={user.token}")
    http.get(f"{user.base}/events", headers=other.headers)
    http.get(f"{user.base}/events", headers={"Authorization": user.token})
    http.get(f"{desk.url}/v1/capabilities", headers={"Authorization": f"Bearer {user.token}"})
    http.post(f"{desk.url}/v1/tokens", json={"user_id": "u"}, headers={"X-Api-Key": "the-api-key"})
    user.call("POST", "/messages", data=b"{", headers={"Content-Type": "application/json"})
    user.call("POST", "/end")
    return [user.token, other.token, "the-api-key"]


def test_no_secret_in_the_journal(desk: Desk) -> None:
    """The journal is shown to people and pasted into issues."""
    secrets = busy_life(desk)
    journal = json.dumps(desk.control.journal()["entries"])
    assert not [secret for secret in secrets if secret in journal]
    assert SECRET_TEXT in journal


def test_no_secret_in_logs(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Logs end up in CI artefacts: no tokens at any level, no texts above debug."""
    caplog.set_level(logging.DEBUG)
    secrets = busy_life(desk)
    own = [record for record in caplog.records if record.name.startswith(("mockdesk", "werkzeug", "flask"))]
    logged = "\n".join(record.getMessage() for record in own)
    assert "/v1/conversations" in logged
    assert not [secret for secret in secrets if secret in logged]
    loud = "\n".join(record.getMessage() for record in own if record.levelno > logging.DEBUG)
    assert SECRET_TEXT not in loud
    assert not [record for record in own if record.levelno >= logging.ERROR]


def test_no_secret_in_problems(desk: Desk) -> None:
    """A refusal is shown to users and logged by clients."""
    user, http = desk.start(), session()
    for headers in ({"Authorization": f"Bearer {user.token}x"}, {"Authorization": f"Token {user.token}"}):
        assert user.token not in http.get(user.base, headers=headers).text
    for path in (f"/streem?access_token={user.token}", f"/events?after={user.token}"):
        assert user.token not in user.call("GET", path).text


def test_no_secret_in_truth_transcript_and_control(desk: Desk) -> None:
    """Whoever controls the desk needs no token of a user."""
    secrets = busy_life(desk)
    http = session()
    pages = [http.get(f"{desk.url}/_mock{path}").text for path in ("", "/conversations", "/transcript", "/journal")]
    assert not [secret for secret in secrets for page in pages if secret in page]


def test_the_journal_tells_what_caused_what(desk: Desk) -> None:
    """From a frame back to the request that led to it."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        user.send("hello")
        receive(stream)
        found = desk.control.wait({"kind": "frame.out", "seq": 2})
        assert found["matched"]
    entries: dict[int, Any] = {entry["position"]: entry for entry in desk.control.journal()["entries"]}
    chain = [found["entries"][0]]
    while chain[-1]["cause"] is not None:
        chain.append(entries[chain[-1]["cause"]])
    assert [entry["kind"] for entry in chain] == ["frame.out", "event", "command", "request"]
    assert chain[-1]["data"]["operation"] == "sendMessageToAgent"
    assert chain[-1]["data"]["body"] == {"text": "hello"}


def test_the_journal_is_loud_about_what_it_dropped(desk: Desk) -> None:
    """A journal that forgets in silence makes people look in the wrong place."""
    control = desk.server.new_desk({"journal_limit": 5})
    small = Desk(desk.server, control, desk.server.desk_url(control))
    small.start()
    page = control.journal()
    assert len(page["entries"]) <= 5
    small.start()
    page = control.journal(after=1)
    assert page["missed"] == page["last_position"] - 5 - 1
    desk.server.remove_desk(control.name)


def test_large_bodies_are_told_by_their_size(desk: Desk) -> None:
    """A journal of 10,000 entries must not hold 10 GB."""
    user = desk.start(context={"additional_data": {"a": "x" * 50_000}})
    (entry,) = desk.control.journal(kinds=("request",))["entries"]
    assert entry["data"]["body"]["bytes"] > 50_000
    assert user.poll()["next"] == 1
