"""Whether a server still does what it is there for, after whatever was sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import urlsplit

from websockets.sync.client import connect

from mockdesk import RunningServer
from tests.hard.fuzz.places import GUEST, Place, call
from tests.hard.fuzz.twilio_place import BASIC
from tests.server.dialects.twilio.support import ADDRESS, mint, twilsock
from tests.server.support import ADA, PATIENCE, session, start


def told_of(server: RunningServer, place: Place) -> str | None:
    """Read all that the control API tells of a desk; return what it could not tell, ``None``: nothing."""
    url, after = f"{server.desk_url(place.control)}/_mock", 0
    with session() as http:
        for path in ("", "/journal", "/conversations", "/transcript", "/census", "/agents", "/queues", "/script"):
            answer = http.get(f"{url}{path}", timeout=4 * PATIENCE)
            if answer.status_code != 200:
                return f"GET /_mock{path}: {answer.status_code} {answer.text[:300]}"
            after = answer.json()["last_position"] if path == "/journal" else after
    if after and not any(position >= after for position in _streamed(f"{url}/stream")):
        return f"the control's stream ends before entry {after}"
    return None


def _streamed(url: str) -> Iterator[int]:
    """Yield the positions that a control stream tells."""
    parts = urlsplit(url)
    with closing(HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=4 * PATIENCE)) as line:
        line.request("GET", parts.path)
        answer = line.getresponse()
        while piece := answer.readline():
            if piece.startswith(b"id: "):
                yield int(piece.rpartition(b":")[2])


def is_alive(server: RunningServer, shape: str) -> str | None:
    """Look at /healthz and play a whole talk at a fresh desk; return what did not work, ``None``: nothing."""
    try:
        with session() as http:
            health = http.get(f"{server.url}/healthz", timeout=4 * PATIENCE)
            assert health.status_code == 200, health.text
        control = server.new_desk()
        _TALKS.get(shape, _canonical)(server, control.name)
        server.remove_desk(control.name)
    except Exception as error:  # whatever it is, it is to be told with the inputs before it
        return f"a fresh talk fails: {type(error).__name__}: {error}"
    return None


def _canonical(server: RunningServer, name: str) -> None:
    control = server.control(name)
    user = start(server.desk_url(control))
    with user.stream() as socket:
        assert user.send("Hello").status_code == 201
        control.act(user.conversation_id, {"action": "join", "agent": ADA})
        while "agent.joined" not in str(socket.recv(4 * PATIENCE)):
            pass
    assert user.call("POST", "/end").status_code == 200
    user.http.close()


def _poll(server: RunningServer, name: str) -> None:
    control = server.control(name)
    url = f"{server.desk_url(control)}/poll"
    made = call(url, "POST", "/chats", body={"from": "ann"})
    auth = f"Bearer {made['token']}"
    call(url, "POST", f"/chats/{made['session']}/messages", auth=auth, body={"text": "Hello"})
    told = call(url, "GET", f"/chats/{made['session']}/events?timeout=0", auth=auth)
    assert told["events"], told


def _genesys(server: RunningServer, name: str) -> None:
    control = server.control(name)
    url = f"{server.desk_url(control)}/genesys"
    setup = call(url, "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "Max"},
    }
    made = call(url, "POST", GUEST, body=create)
    auth, messages = f"Bearer {made['jwt']}", f"{GUEST}/{made['id']}/members/{made['member']['id']}/messages"
    with connect(made["eventStreamUri"], proxy=None) as socket:
        control.act(made["id"], {"action": "join", "agent": ADA})
        call(url, "POST", messages, auth=auth, body={"body": "a fresh talk"})
        while "a fresh talk" not in str(socket.recv(4 * PATIENCE)):
            pass


def _twilio(server: RunningServer, name: str) -> None:
    control = server.control(name)
    url = server.desk_url(control)
    body = {"AddressSid": ADDRESS, "Identity": "eve"}
    sid = call(f"{url}/twilio", "POST", "/v2/WebChats", form=True, auth=BASIC, body=body)["conversation_sid"]
    with twilsock(SimpleNamespace(url=url), mint("eve", control.now())) as socket:  # type: ignore[arg-type]
        socket.subscribe("list", f"{sid}.messages")
        control.act(sid, {"action": "join", "agent": ADA})
        control.act(sid, {"action": "say", "agent": ADA["id"], "text": "a fresh talk"})
        assert socket.texts(1) == ["a fresh talk"]


_TALKS = {"poll": _poll, "genesys": _genesys, "twilio": _twilio}
