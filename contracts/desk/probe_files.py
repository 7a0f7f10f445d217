"""Probes of files and of sharing the screen."""

from __future__ import annotations

from contracts.desk.bench import Bench, CannotProbe, probe
from contracts.desk.wire import GARBAGE, NONE, Token

AGENT = {"id": "agent-ada", "nickname": "Ada"}
NAMES = (
    "notes.txt",
    "../../etc/passwd",
    "a\r\nContent-Type: text/html.txt",
    "CON",
    "photo\u202egpj.exe",
    "n" * 251 + ".txt",
    'say "hi"; filename=x.txt',
    "%2e%2e%2fünï ☃ 😀 <b>.txt",
)
"""Names that somebody has taken for a path, a header, a device or markup."""
KINDS = ("text/plain", "application/octet-stream", "image/png", "application/x-odd+json")


@probe("FIL-03", "FIL-05", needs=("files",))
def files_come_back(bench: Bench) -> None:
    """Upload files with plain and hostile names, read them back, and try foreign tokens and unknown ids."""
    chat, other = bench.chat("probe-files"), bench.chat("probe-other")
    foreign = Token("foreign", bench.wire.chats[other].token.value)
    for number, name in enumerate(NAMES):
        content = bytes(range(256)) + b"\r\n\x00\xff--boundary\r\n" + bytes([number])
        part = {"file": (name, content, KINDS[number % len(KINDS)])}
        answer = bench.wire.request("uploadFile", chat, files=part, purpose="file.upload")
        if answer.ok:
            file_id = str(answer.body["id"])
            bench.call("getFile", chat, file_id=file_id, purpose="file.read")
            for token in (NONE, GARBAGE, foreign):
                bench.call("getFile", chat, file_id=file_id, token=token, purpose=f"file.{token.owner}_token")
            bench.call("getFile", other, file_id=file_id, purpose="file.of_another_conversation")
    part = {"file": ("empty.txt", b"", "text/plain")}
    answer = bench.wire.request("uploadFile", chat, files=part, purpose="file.upload")
    if answer.ok:
        bench.call("getFile", chat, file_id=str(answer.body["id"]), purpose="file.read")
    bench.call("getFile", chat, file_id="no-such-file", purpose="file.unknown")


@probe("FIL-05", needs=("files", "driver:expire_token"))
def files_after_the_token_expired(bench: Bench) -> None:
    """Read a file with a token that has expired."""
    chat = bench.chat("probe-files")
    file_id = bench.upload(chat)
    if bench.driver is None or file_id is None:
        raise CannotProbe("there is no driver, or the desk took no file")
    bench.driver.inject({"kind": "expire_token", "conversation_id": chat})
    expired = Token("expired", bench.wire.chats[chat].token.value)
    bench.call("getFile", chat, file_id=file_id, token=expired, purpose="file.expired_token")


@probe("FIL-08", needs=("screen_share", "driver:act", "driver:request_screen"))
def screen_share_answers(bench: Bench) -> None:
    """Answer a request for the screen, answer it otherwise, end the sharing twice; answer where nothing was asked."""
    if bench.driver is None:
        raise CannotProbe("there is no driver")
    for first, second in (("accepted", "declined"), ("declined", "accepted"), ("declined", "ended")):
        chat = bench.chat(f"probe-{first}-{second}")
        _answer(bench, chat, "accepted", "screen.unasked")
        bench.driver.act(chat, {"action": "join", "agent": AGENT})
        bench.driver.act(chat, {"action": "request_screen", "agent": AGENT["id"]})
        for word in (first, second, "ended", "ended"):
            _answer(bench, chat, word, "screen.answer")


def _answer(bench: Bench, chat: str, word: str, purpose: str) -> None:
    bench.wire.request("answerScreenShare", chat, body={"answer": word}, purpose=purpose)


PROBES = (files_come_back, files_after_the_token_expired, screen_share_answers)
