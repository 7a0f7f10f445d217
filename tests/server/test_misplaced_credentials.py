"""A credential that a client puts where none belongs: the journal says that it was there, and not which."""

from __future__ import annotations

import base64
import json

import pytest
from werkzeug.datastructures import Headers

from mockdesk.core.settings import DeskSettings
from mockdesk.core.tokens import UserToken
from mockdesk.dialects.genesys.settings import GenesysSettings
from mockdesk.dialects.seam import Answer, Prepared, Request
from mockdesk.dialects.twilio.settings import TwilioSettings
from mockdesk.server.credentials import HIDDEN, credentials_of, scrubbed, without_likely
from tests.server.support import Desk, receive, session, until

TOKEN = "a-token-that-is-long-enough"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, ()),
        ({"Authorization": f"Bearer {TOKEN}"}, (TOKEN,)),
        ({"authorization": TOKEN}, (TOKEN,)),
        ({"Authorization": "Bearer short"}, ()),
        ({"X-Api-Key": TOKEN}, (TOKEN,)),
        ({"Sec-WebSocket-Protocol": f"byosd.v1, bearer.{TOKEN}"}, (TOKEN,)),
    ],
)
def test_what_headers_hand_over(headers: dict[str, str], found: tuple[str, ...]) -> None:
    """Rightly put or not; what is short could stand in any text."""
    assert credentials_of(Headers(headers)) == found


def test_the_password_of_basic_is_one_too() -> None:
    """The header holds it in another form than a query would."""
    value = base64.b64encode(f"user:{TOKEN}".encode()).decode()
    assert set(credentials_of(Headers({"Authorization": f"Basic {value}"}))) == {TOKEN, value}
    assert credentials_of(Headers({"Authorization": "Basic !!!!!!!!!"})) == ("!!!!!!!!!",)


def test_an_address_that_held_one_is_told() -> None:
    """A suite must be able to see that an adapter writes its token into addresses."""
    data = {"path": "/v1", "query": {"a": TOKEN, TOKEN: "b", "c": JWT}, "body": {"text": TOKEN}}
    told = scrubbed(data, (TOKEN,))
    assert told["token_in_url"] is True
    assert TOKEN not in json.dumps(told)
    assert JWT not in json.dumps(told)
    assert "token_in_url" not in scrubbed({"path": "/v1", "query": {}, "body": {"text": TOKEN}}, (TOKEN,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Bearer {TOKEN}", f"Bearer {HIDDEN}"),
        (f"bearer.{TOKEN} x", f"bearer.{HIDDEN} x"),
        (f"t={JWT}&", f"t={HIDDEN}&"),
        ("the bearer of news", "the bearer of news"),
        ("noted", "noted"),
    ],
)
def test_what_looks_like_one(text: str, told: str) -> None:
    """Of frames that mean nothing to the desk nobody knows what they hold."""
    assert without_likely(text) == told


@pytest.mark.parametrize("path", ["{base}/events?after={t}", "{base}/events?auth={t}", "{url}/v1/conversations/{t}"])
def test_in_an_address(desk: Desk, path: str) -> None:
    """Whatever the parameter's name is, and in the path itself."""
    user = desk.start()
    with session() as http:
        http.get(path.format(base=user.base, url=desk.url, t=user.token), headers=user.headers, timeout=5)
    entries = desk.control.journal()["entries"]
    assert user.token not in json.dumps(entries)
    assert [one["data"].get("token_in_url") for one in entries if one["kind"] == "request"] == [None, True]


@pytest.mark.parametrize("is_escaped", [False, True])
def test_in_a_body(desk: Desk, is_escaped: bool) -> None:
    """JSON knows more than one way to write a character."""
    user = desk.start()
    told = "".join(f"\\u{ord(one):04x}" for one in user.token) if is_escaped else user.token
    body = f'{{"text": "hello", "auth": "{told}"}}'.encode()
    assert user.call("POST", "/messages", data=body, headers={"Content-Type": "application/json"}).status_code == 201
    (entry,) = desk.control.journal(kinds=("request",))["entries"][1:]
    assert entry["data"]["body"] == {"text": "hello", "auth": HIDDEN}


def test_in_a_frame(desk: Desk) -> None:
    """What a client sends over the event stream is in the journal, too."""
    user = desk.start()
    with user.stream() as stream:
        receive(stream)
        stream.send(json.dumps({"auth": f"Bearer {user.token}", "x": 1}))
        frames = until(lambda: desk.control.journal(kinds=("frame.in",))["entries"])
    assert user.token not in json.dumps(frames)
    assert HIDDEN in json.dumps(frames)


def test_in_a_path_that_nobody_knows(desk: Desk) -> None:
    """The refusal names the path, and so do the near misses."""
    user = desk.start()
    with session() as http:
        told = [
            http.get(f"{desk.url}{path}/{user.token}", headers=user.headers, timeout=5).text
            for path in ("/v1/nothing", "/poll/nothing", "/genesys/nothing")
        ]
    assert user.token not in "".join(told) + json.dumps(desk.control.journal())


SECRET = "a-secret-of-the-account"


@pytest.mark.parametrize(
    "holder",
    [
        DeskSettings(api_keys=(SECRET,), dialect_settings={"twilio": {"auth_token": SECRET}}),
        TwilioSettings(auth_token=SECRET, api_keys={"SK": SECRET}),
        GenesysSettings(oauth_clients={"client": SECRET}),
        UserToken(SECRET, 0.0, "u"),
        Request("GET", "/", headers={"authorization": SECRET}),
        Answer(200, tokens={"token": SECRET}),
        Prepared("startChat", None, lambda: Answer(200), secrets=(SECRET,)),
    ],
    ids=lambda holder: type(holder).__name__,
)
def test_no_repr_shows_one(holder: object) -> None:
    """Where a test fails or something breaks, objects are printed, and what is printed in CI is read by many."""
    assert SECRET not in repr(holder)
    assert SECRET not in str(holder)
