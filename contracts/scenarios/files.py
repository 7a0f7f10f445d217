"""Scenarios of files: chosen, sent, refused, and what may be sent at all."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from contracts.program import Step, act, scenario, step

BINARY = base64.b64encode(bytes(range(256)) * 2 + b"\r\n--boundary\r\n\x00").decode()
HOSTILE_NAMES = (
    "../../etc/passwd",
    "a\r\nContent-Type: text/html.txt",
    "CON",
    "photo\u202egpj.exe",
    "n" * 251 + ".txt",
    'say "hi"; filename=x.txt',
    "%2e%2e%2fünï ☃ 😀 <b>.txt",
)
"""Names that somebody has taken for a path, a header, a device or markup."""
ACCEPTED: dict[str, Any] = {"files_accepted_at_once": True}


def file(id: str, name: str, content_type: str = "text/plain", **content: Any) -> dict[str, Any]:
    """Write a file of a program; without a content it holds its own name."""
    return {"id": id, "name": name, "content_type": content_type, **(content or {"content": f"This is {name}."})}


NOTES, PICTURE = file("f1", "notes.txt"), file("f2", "picture.png", "image/png", content_base64=BINARY)


@scenario("FIL-01")
def files_are_chosen_and_left() -> Iterable[Step]:
    """The user chooses files, twice, and sends only a text."""
    yield step("start")
    yield act("join", "ada")
    yield step("select_files", files=[NOTES])
    yield step("select_files", files=[NOTES, PICTURE])
    yield act("say", "ada", text="Take your time.")
    yield step("send", text="I would rather not send it.")
    yield act("end", "ada")


@scenario("FIL-01", "FIL-02", settings={**ACCEPTED, "max_file_bytes": 1000, "allowed_file_types": ["text/plain"]})
def files_that_cannot_be_sent() -> Iterable[Step]:
    """One file is too large, one of a type that is not allowed; the third may be sent."""
    large, wrong = file("f3", "large.txt", size=1001), file("f4", "page.html", "text/html")
    yield step("start")
    yield act("join", "ada")
    yield step("select_files", files=[NOTES, large, wrong])
    yield act("say", "ada", text="I see that you have files.")
    yield step("select_files", files=[file("f5", "just.txt", size=1000)])
    yield step("send", text="Here is the one that fits.", files=[NOTES])
    yield act("say", "ada", text="Thank you.")


@scenario("FIL-02", "FIL-03", "FIL-04")
def files_are_decided_about() -> Iterable[Step]:
    """The desk accepts one file after a while and rejects another."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Two files.", files=[NOTES, PICTURE])
    yield act("set_file_state", file="notes.txt", state="accepted")
    yield act("set_file_state", file="picture.png", state="rejected", message="Pictures are not read here.")
    yield act("say", "ada", text="Only one of them came through.")


@scenario("FIL-02", settings=ACCEPTED)
def uploads_fail() -> Iterable[Step]:
    """The desk fails while a file is uploaded, then while the message is sent; a further file arrives."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="I will send you some files.")
    yield step("fault", fault={"kind": "status", "operation": "uploadFile", "status": 500, "count": None})
    yield step("send", text="A file that does not get through.", files=[NOTES])
    yield step("clear")
    yield step("fault", fault={"kind": "status", "operation": "sendMessageToAgent", "status": 500, "count": None})
    yield step("send", text="A message that does not.", files=[PICTURE])
    yield step("clear")
    yield step("send", text="And now?", files=[file("f6", "third.txt")])
    yield act("say", "ada", text="Now I have it.")


@scenario("FIL-02", "FIL-06")
def the_chat_ends_before_the_decision() -> Iterable[Step]:
    """A file is still being looked at when the user ends the chat; in a second chat, when the agent does."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Please look at it.", files=[NOTES])
    yield step("end")
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Once more.", files=[PICTURE])
    yield act("end", "ada")


@scenario("FIL-03", "FIL-02", settings=ACCEPTED)
def hostile_names_and_bytes() -> Iterable[Step]:
    """Binary files under names that look like something else."""
    yield step("start")
    yield act("join", "ada")
    for number, name in enumerate(HOSTILE_NAMES, start=1):
        one = file(f"h{number}", name, "application/octet-stream", content_base64=BINARY)
        one["content_base64"] = base64.b64encode(base64.b64decode(BINARY) + bytes([number])).decode()
        yield step("send", text=f"File number {number}.", files=[one])
    yield act("say", "ada", text="What is that?")


@scenario("FIL-04", "FIL-03", settings=ACCEPTED)
def files_without_a_word() -> Iterable[Step]:
    """Texts and files in turns; some files go without a text."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="First a word.")
    yield step("send", text="", files=[NOTES])
    yield step("send", text="Then a picture:")
    yield step("send", text="", files=[PICTURE, file("f7", "second.txt")])
    yield step("send", text="That was all.")
    yield act("say", "ada", text="Thank you.")


@scenario("FIL-06", "FIL-01")
def what_may_be_sent_changes() -> Iterable[Step]:
    """The desk takes files, then none, then only some."""
    yield step("start")
    yield act("join", "ada")
    yield act("set_capabilities", allow_file_uploads=False)
    yield act("say", "ada", text="No files any more.")
    yield step("select_files", files=[NOTES])
    yield act("set_capabilities", allow_file_uploads=True, allowed_file_upload_types="image/*,.pdf")
    yield act("say", "ada", text="Pictures only.")
    yield step("select_files", files=[file("f8", "other.txt"), PICTURE])
    yield act("say", "ada", text="I see.")
    yield act("end", "ada")


@scenario("FIL-06", settings={"capabilities": {"files": False}})
def a_desk_without_files() -> Iterable[Step]:
    """The desk takes no files; nobody offers any."""
    yield step("start")
    yield act("join", "ada")
    yield act("say", "ada", text="Send it by mail, please.")
    yield step("end")
