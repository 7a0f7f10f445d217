"""Files from the widget to the desk: checked before they go, whole when they arrive, and with what became of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockdesk.testing import MockDesk
from tests.browser.widget.chat import Chat

pytestmark = pytest.mark.all
expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3


def choose(chat: Chat, *files: tuple[str, str, bytes]) -> None:
    """Choose files of these names, types and contents, as the user does in the system's dialogue."""
    chosen = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    chat.root.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]


def test_every_byte_arrives(chat: Chat, desk: MockDesk) -> None:
    """A file that is read as a text on its way is broken, and nobody sees it but the agent."""
    chat.joined_by(desk.agent("Ada"))
    choose(chat, ("one.png", "image/png", PICTURE), ("two.txt", "text/plain", "zwölf ☃".encode()))
    chat.write("Both are here.")
    chat.happened("file.updated", 2)
    conversation = desk.latest()
    contents = {file["name"]: desk.control.user_file(conversation["id"], file["id"]) for file in conversation["files"]}
    assert contents == {"one.png": PICTURE, "two.txt": "zwölf ☃".encode()}


def test_size_and_type_are_checked_before_anything_is_sent(
    new_desk: Callable[..., MockDesk], open_chat: Callable[..., Chat]
) -> None:
    """The desk's limits are shown at the file that breaks them, not after a long upload."""
    desk = new_desk(max_file_bytes=1000, allowed_file_types=["image/png", "text/plain"])
    chat = open_chat(desk)
    chat.joined_by(desk.agent("Ada"))
    assert chat.root.locator("input[type=file]").get_attribute("accept") == "image/png,text/plain"
    choose(chat, ("big.txt", "text/plain", b"x" * 1001), ("paper.pdf", "application/pdf", b"%PDF"))
    expect(chat.shown("The file is larger than 1000 bytes.")).to_be_visible()
    expect(chat.shown("Files of this type cannot be sent.")).to_be_visible()
    assert desk.latest()["files"] == []
    asked = {one["data"].get("operation") for one in desk.control.journal()["entries"]}
    assert "startChat" in asked
    assert "uploadFile" not in asked


def test_a_file_that_the_desk_rejects_is_shown_as_failed(
    new_desk: Callable[..., MockDesk], open_chat: Callable[..., Chat]
) -> None:
    """A virus scanner says no after the upload: the user must not believe that the agent has the file."""
    desk = new_desk(files_accepted_at_once=False)
    chat = open_chat(desk)
    ada = desk.agent("Ada")
    chat.joined_by(ada)
    choose(chat, ("odd.png", "image/png", PICTURE))
    chat.write("See this.")
    chat.happened("file.updated")
    [file] = desk.latest()["files"]
    assert file["state"] == "pending"
    conversation = desk.latest()["id"]
    rejected = {"action": "set_file_state", "file_id": file["id"], "state": "rejected", "message": "It holds a virus."}
    desk.control.act(conversation, rejected)
    expect(chat.shown("It holds a virus.")).to_be_visible()
