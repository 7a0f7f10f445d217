"""Files of the agents' side: what agents send, and what users have sent, as the person who plays an agent sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from mockdesk import DeskControl
from mockdesk.control_client import ControlClient
from mockdesk.core.errors import BodyTooLarge, InvalidRequest, NotFound, UnknownFile
from tests.server.support import Desk, problem, session

Control: TypeAlias = "DeskControl | ControlClient"


@pytest.fixture(params=["in process", "over HTTP"])
def control(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Control]:
    """The control of the test's desk."""
    if request.param == "in process":
        yield desk.control
    else:
        client = ControlClient(desk.url)
        yield client
        client.close()


def test_an_agent_sends_a_file(control: Control, desk: Desk) -> None:
    """The user's client gets the very bytes from the URL in the message, without a token."""
    user = desk.start()
    desk.act(user, "join")
    made = control.put_file("1/größe [1].png", b"\x89PNG", "image/png")
    assert (made["name"], made["content_type"], made["size"]) == ("1/größe [1].png", "image/png", 4)
    assert control.file("1/größe [1].png") == b"\x89PNG"
    desk.act(user, "say", text="", items=[{"type": "image", "url": desk.url + made["path"]}])
    shown = session().get(user.events()[-1]["data"]["message"]["items"][0]["url"])
    assert (shown.content, shown.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert shown.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "application/pdf", "text/html; image/png"])
def test_nothing_in_a_file_is_run(desk: Desk, content_type: str) -> None:
    """A page or a drawing with a script in it, opened at the mock's own origin, could drive the desk."""
    user = desk.start()
    uploaded = user.call("POST", "/files", files={"file": ("a.html", b"<script>", content_type)}).json()["id"]
    made = desk.control.put_file("a.html", b"<script>", content_type)["path"]
    for path in (made, f"/_mock/conversations/{user.conversation_id}/files/{uploaded}"):
        shown = session().get(desk.url + path)
        assert shown.content == b"<script>"
        assert shown.headers["Content-Type"] == "application/octet-stream"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Content-Disposition"].startswith("attachment")


def test_a_users_file(control: Control, desk: Desk) -> None:
    """Whoever plays the agent looks at what the user has sent before deciding about it."""
    user = desk.start()
    file = user.call("POST", "/files", files={"file": ("a", b"abc")}).json()["id"]
    assert control.user_file(user.conversation_id, file) == b"abc"
    with pytest.raises(UnknownFile):
        control.user_file(user.conversation_id, "file_none")


def test_refusals(new_desk: Callable[..., Desk]) -> None:
    """In process and over HTTP a file is refused for the same reasons."""
    desk = new_desk(max_file_bytes=3)
    client = ControlClient(desk.url)
    for control in (desk.control, client):
        with pytest.raises(BodyTooLarge):
            control.put_file("a", b"1234")
        with pytest.raises(InvalidRequest):
            control.put_file("a" * 401, b"1")
        with pytest.raises(NotFound):
            control.file("a")
    client.close()
    problem(session().post(f"{desk.url}/_mock/files/a", data=b"1"), 405, "method_not_allowed")


def test_a_reset_forgets_them(control: Control) -> None:
    """The desk is as new."""
    control.put_file("a", b"1")
    control.reset()
    with pytest.raises(NotFound):
        control.file("a")
