"""What comes and goes. A cycle leaves nothing of its own, whichever side ends a connection first."""

from __future__ import annotations

from contextlib import ExitStack
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import urlsplit

from websockets.sync.client import connect

from mockdesk import DeskControl, RunningServer
from mockdesk.server.options import ServerOptions
from tests.hard.fuzz.places import GUEST, call
from tests.hard.fuzz.twilio_place import BASIC
from tests.hard.tiers import server_of
from tests.server.dialects.twilio.support import ADDRESS, mint, twilsock
from tests.server.support import ADA, PATIENCE, User, start

OPTIONS = ServerOptions(poll_cap_seconds=0.05)
SMALL = {"journal_limit": 50}
SECONDS = 4 * PATIENCE
FILE_TYPE = "multipart/form-data; boundary=x"
"""Always the same boundary: the library makes patterns of each, which Python keeps for a while."""
FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nabc\r\n--x--\r\n'


def endless(url: str, **headers: str) -> HTTPConnection:
    """Open an endless answer and return its connection when the first line has come."""
    parts = urlsplit(url)
    line = HTTPConnection(str(parts.hostname), int(parts.port or 80), timeout=SECONDS)
    line.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    answer = line.getresponse()
    assert answer.status == 200, answer.read()
    answer.readline()
    return line


def talk(control: DeskControl, url: str, ends: bool) -> None:
    """Have a conversation with every kind of reader. ``ends``: the chat's end closes them, else each client does."""
    user = start(url)
    with ExitStack() as stack:
        socket = stack.enter_context(connect(user.stream_url(), additional_headers=user.headers, proxy=None))
        events = endless(f"{user.base}/events?after=0", Accept="text/event-stream", **user.headers)
        stack.callback(events.close)
        looking = endless(f"{url}/_mock/stream")
        stack.callback(looking.close)
        control.act(user.conversation_id, {"action": "join", "agent": ADA})
        assert user.send("Hello").status_code == 201
        user.poll(after=user.poll()["next"], wait=1)
        assert user.call("POST", "/files", data=FILE, headers={"Content-Type": FILE_TYPE}).status_code == 201
        control.inject({"kind": "status", "operation": "getConversation", "status": 503})
        assert user.call("GET", "").status_code == 503
        socket.recv(SECONDS)
        if ends:
            control.act(user.conversation_id, {"action": "end", "agent": ADA["id"]})
    user.http.close()
    _remove(control, user)


def _remove(control: DeskControl, user: User) -> None:
    control.remove_conversation(user.conversation_id)


def dialects(control: DeskControl, url: str) -> None:
    """Have one short chat in each of the vendors' shapes, and remove it."""
    made = call(f"{url}/poll", "POST", "/chats", body={"from": "ann"})
    call(f"{url}/poll", "GET", f"/chats/{made['session']}/events?timeout=0", auth=f"Bearer {made['token']}")
    setup = call(f"{url}/genesys", "GET", "/setup")
    create = {
        "organizationId": setup["org_id"],
        "deploymentId": setup["deployment_id"],
        "routingTarget": {"targetType": "QUEUE", "targetAddress": setup["queue_target"]},
        "memberInfo": {"displayName": "Max"},
    }
    guest = call(f"{url}/genesys", "POST", GUEST, body=create)
    body = {"AddressSid": ADDRESS, "Identity": "eve"}
    sid = call(f"{url}/twilio", "POST", "/v2/WebChats", form=True, auth=BASIC, body=body)["conversation_sid"]
    with connect(guest["eventStreamUri"], proxy=None) as stream:
        control.act(guest["id"], {"action": "join", "agent": ADA})
        stream.recv(SECONDS)
        with twilsock(SimpleNamespace(url=url), mint("eve", control.now())) as socket:  # type: ignore[arg-type]
            socket.subscribe("list", f"{sid}.messages")
    for name in (made["chat"], guest["id"], str(sid)):
        control.remove_conversation(name)


def desk_cycle(server: RunningServer, number: int) -> None:
    """Make a desk, use it in every shape, and remove it while streams are open."""
    control = server.new_desk(dict(SMALL))
    url = server.desk_url(control)
    talk(control, url, ends=number % 2 == 0)
    dialects(control, url)
    user = start(url)
    with connect(user.stream_url(), additional_headers=user.headers, proxy=None) as socket:
        socket.recv(SECONDS)
        looking = endless(f"{url}/_mock/stream")
        server.remove_desk(control.name)
        looking.close()
    user.http.close()


def server_cycle(tier: str, number: int) -> None:
    """Start a server, use it, and stop it while streams are open."""
    with server_of(tier, options=OPTIONS, clock="system" if number % 3 == 0 else "virtual") as server:
        talk(server.control(), server.url, ends=number % 2 == 0)
        user = start(server.url)
        with connect(user.stream_url(), additional_headers=user.headers, proxy=None) as socket:
            socket.recv(SECONDS)
            looking = endless(f"{server.url}/_mock/stream")
            server.stop()
            looking.close()
        user.http.close()
