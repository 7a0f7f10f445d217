"""Files: chosen, uploaded with the message, and each with one final status."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from byosd_reference.errors import DeskError, InvalidMessage
from contracts.adapter import FileUpload
from tests.reference.conftest import MakeBench
from tests.reference.host import error_of
from tests.reference.support import Bench, in_background


def upload(file_id: str = "f-1", name: str = "a.txt", content: bytes = b"abc", kind: str = "text/plain") -> FileUpload:
    """Return a file that the user chose."""
    return FileUpload(id=file_id, name=name, content_type=kind, content=content)


@pytest.fixture
def chat(make_bench: MakeBench) -> Bench:
    """A chat with an agent, at a desk that decides about files at once."""
    bench = make_bench({"files_accepted_at_once": True, "max_file_bytes": 10, "allowed_file_types": ["text/*", ".pdf"]})
    bench.start("ada")
    return bench


def statuses(bench: Bench) -> list[tuple[Any, ...]]:
    """Return what the host was told of each file."""
    return bench.host.calls("set_file_upload_status")


def test_what_may_be_sent_is_announced_and_withdrawn(chat: Bench) -> None:
    """The widget offers files while there is a chat that takes them (FIL-06)."""
    chat.desk.end_chat()
    assert [call[0] for call in chat.host.calls("update_capabilities")] == [
        {"allow_file_uploads": True, "allow_multiple_file_uploads": True, "allowed_file_upload_types": "text/*,.pdf"},
        {"allow_file_uploads": False},
    ]


def test_choosing_sends_nothing_and_tells_what_is_wrong_once(chat: Bench) -> None:
    """The list may come again and again, longer each time (FIL-01)."""
    big, wrong = upload("f-2", content=b"x" * 11), upload("f-3", "a.exe", kind="application/x-exe")
    fit = upload("f-4", "a.PDF", kind="application/pdf")
    chat.desk.files_selected_for_upload([upload(), big])
    chat.desk.files_selected_for_upload([upload(), big, wrong, fit])
    assert statuses(chat) == [
        ("f-2", True, "The file is larger than 10 bytes."),
        ("f-3", True, "Files of this type cannot be sent."),
    ]
    assert chat.requests("uploadFile") == []


def test_choosing_without_a_chat_is_harmless(bench: Bench) -> None:
    """There is nobody to ask what may be sent."""
    bench.desk.files_selected_for_upload([upload()])
    assert bench.host.said == []


def test_files_arrive_unchanged_with_their_message(chat: Bench) -> None:
    """Bytes, name and type are the user's; the message names the files in order (FIL-03, FIL-04)."""
    files = [upload("f-1", "../é 'x'.txt", b"\x00\xff\r\n"), upload("f-2", "b.txt", b"")]
    chat.widget.say("", "m-1", files)
    truth = chat.truth()
    assert [(file["name"], file["content_type"], file["size"]) for file in truth["files"]] == [
        ("../é 'x'.txt", "text/plain", 4),
        ("b.txt", "text/plain", 0),
    ]
    (message,) = truth["messages"]
    assert message["file_ids"] == [file["id"] for file in truth["files"]]
    assert statuses(chat) == [("f-1", False, None), ("f-2", False, None)]


def test_the_bytes_can_be_read_back(make_bench: MakeBench) -> None:
    """What the agent opens is what the user sent (FIL-03)."""
    tokens: dict[str, str] = {}
    bench = make_bench({"files_accepted_at_once": True}, token_store=tokens)
    conversation_id = bench.start("ada")
    bench.widget.say("look", "m-1", [upload(content=bytes(range(256)))])
    url = f"{bench.desk_url}/v1/conversations/{conversation_id}/files/{bench.truth()['files'][0]['id']}"
    answer = requests.get(url, headers={"Authorization": f"Bearer {tokens[conversation_id]}"}, timeout=5)
    assert answer.content == bytes(range(256))


@pytest.mark.parametrize(("state", "told"), [("accepted", (False, None)), ("rejected", (True, "It is infected."))])
def test_a_later_decision_of_the_desk_is_the_final_status(bench: Bench, state: str, told: tuple[Any, ...]) -> None:
    """The desk looks into the file after it took it (FIL-02)."""
    bench.start("ada")
    bench.widget.say("look", "m-1", [upload()])
    assert statuses(bench) == []
    file_id = bench.truth()["files"][0]["id"]
    bench.act("set_file_state", file_id=file_id, state=state, message="It is infected.")
    assert bench.host.await_call("set_file_upload_status") == ("f-1", *told)
    bench.say("marker")
    assert len(statuses(bench)) == 1


def test_a_decision_that_overtakes_the_answer_is_not_lost(bench: Bench) -> None:
    """The event stream and the upload go different ways (FIL-02)."""
    bench.start("ada")
    bench.fault("hold", operation="uploadFile", after=True)
    with in_background(bench.widget.say, "look", "m-1", [upload()]) as sent:
        bench.await_request("uploadFile")
        assert bench.driver.wait({"kind": "command", "command": "upload_file"}, 1, 5)
        bench.act("set_file_state", file_id=bench.truth()["files"][0]["id"], state="accepted")
        bench.say("marker")
        bench.driver.release()
    assert sent == [None]
    assert statuses(bench) == [("f-1", False, None)]


def test_a_file_that_cannot_be_uploaded_does_not_take_the_text_along(chat: Bench) -> None:
    """The text and the other files arrive, and the user is told which one did not (FIL-02)."""
    chat.fault("status", operation="uploadFile", status=500)
    chat.widget.say("two files", "m-1", [upload("f-1"), upload("f-2", "b.txt")])
    assert [(status[0], status[1]) for status in statuses(chat)] == [("f-1", True), ("f-2", False)]
    assert len(chat.truth()["messages"][0]["file_ids"]) == 1


def test_files_of_a_message_that_failed_have_failed(chat: Bench) -> None:
    """A file without its message is of no use to an agent (FIL-02)."""
    chat.fault("status", operation="sendMessageToAgent", status=422)
    assert isinstance(error_of(chat.widget.say, "look", "m-1", [upload()]), DeskError)
    assert [(status[0], status[1]) for status in statuses(chat)] == [("f-1", True)]
    chat.widget.say("again", "m-2", [upload()])
    assert [status[1] for status in statuses(chat)] == [True, False]


def test_if_nothing_can_be_sent_the_send_rejects(chat: Bench) -> None:
    """Nothing of what the user sent has arrived."""
    chat.fault("status", operation="uploadFile", status=500)
    assert isinstance(error_of(chat.widget.say, "", "m-1", [upload()]), InvalidMessage)
    assert isinstance(error_of(chat.widget.say, "", "m-2", [upload(content=b"x" * 11)]), InvalidMessage)
    assert chat.truth()["messages"] == []


def test_files_on_their_way_have_failed_at_the_end(bench: Bench) -> None:
    """No file stays without a status, and none gets one after the end (FIL-02, LIF-06)."""
    bench.start("ada")
    bench.widget.say("look", "m-1", [upload()])
    bench.act("end", "ada")
    bench.host.await_call("agent_ended_chat")
    assert statuses(bench) == [("f-1", True, "The chat has ended.")]
    assert bench.host.names()[-1] == "agent_ended_chat"


def test_changed_capabilities_are_told_and_obeyed(chat: Bench) -> None:
    """The desk may change its mind in the middle of a chat (FIL-06)."""
    change = {"allow_file_uploads": True, "allow_multiple_file_uploads": False, "allowed_file_upload_types": "image/*"}
    chat.driver.act(chat.truth()["id"], {"action": "set_capabilities", **change})
    chat.host.await_call("update_capabilities", 2)
    assert chat.host.calls("update_capabilities")[-1] == (change,)
    image = upload("f-1", "a.png", kind="image/png")
    chat.desk.files_selected_for_upload([image, {**image, "id": "f-2"}, upload("f-3")])
    assert [(status[0], status[2]) for status in statuses(chat)] == [
        ("f-2", "Only one file can be sent at a time."),
        ("f-3", "Only one file can be sent at a time."),
    ]


def test_a_desk_without_files_takes_none(make_bench: MakeBench) -> None:
    """The widget must not offer what the desk refuses (FIL-06)."""
    bench = make_bench({"capabilities": {"files": False}})
    bench.start("ada")
    bench.desk.files_selected_for_upload([upload()])
    assert statuses(bench) == [("f-1", True, "Files cannot be sent in this chat.")]
    bench.desk.end_chat()
    assert [call[0]["allow_file_uploads"] for call in bench.host.calls("update_capabilities")] == [False]
