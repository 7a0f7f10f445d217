"""Probes of what a desk declares: its limits at the border, its rate, and each function that it says it has."""

from __future__ import annotations

from contracts.desk.bench import Bench, probe
from contracts.desk.probe_conversation import read_all
from contracts.desk.stream import open_stream
from contracts.desk.wire import NONE

MOST_CHARACTERS = 100_000
MOST_BYTES = 2 * 1024 * 1024
"""Declared limits beyond these are not tried."""
MOST_MESSAGES = 100
FEW = 4
OVERHEAD = len('{"text": "a", "filling": ""}')
WIDE = "\U0001f600"
"""A character of four bytes in UTF-8 and of two units in UTF-16."""


@probe("LIM-01", "MSG-01")
def longest_text(bench: Bench) -> None:
    """Send texts of the declared maximum, in narrow and wide characters, and one that is longer by one."""
    chat, most = bench.chat(), bench.limit("max_text_characters")
    if isinstance(most, int) and 0 < most <= MOST_CHARACTERS:
        bench.say(chat, "a" * most, message_id="limit-1", purpose="limit.longest")
        bench.say(chat, WIDE * most, message_id="limit-2", purpose="limit.longest_wide")
        bench.say(chat, " " + "\u00e9" * (most - 2) + "\n", message_id="limit-3", purpose="limit.longest_spaced")
        bench.say(chat, "a" * (most + 1), message_id="limit-4", purpose="limit.too_long")
        bench.say(chat, WIDE * (most + 1), message_id="limit-5", purpose="limit.too_long_wide")
        read_all(bench, chat)


@probe("LIM-03", settings={"max_messages_per_minute": FEW})
def too_many_messages(bench: Bench) -> None:
    """Send as many messages as a minute allows, and more; another user sends one, and later the first again."""
    most = bench.limit("max_messages_per_minute")
    if not isinstance(most, int) or not 0 < most <= MOST_MESSAGES:
        return
    chat, other = bench.chat("probe-hasty"), bench.chat("probe-patient")
    for number in range(most):
        bench.say(chat, f"message {number}", purpose="rate.allowed")
    refused = bench.say(chat, "one too many", message_id="rate-1", purpose="rate.too_many")
    bench.say(chat, "and another", purpose="rate.too_many")
    bench.say(other, "the first of another user", purpose="rate.other_user")
    seconds = refused.headers.get("retry-after", "")
    if bench.driver is not None and bench.driver.describe().get("clock") == "virtual" and seconds.isdigit():
        bench.driver.advance(float(seconds))
        bench.say(chat, "one too many", message_id="rate-1", purpose="rate.later")
    read_all(bench, chat)


@probe("LIM-07", settings={"max_body_bytes": 20_000, "max_file_bytes": 1_000, "allowed_file_types": ["text/plain"]})
def largest_bodies(bench: Bench) -> None:
    """Send bodies and files of the declared size, and larger by one byte; and a file of a type that is not allowed."""
    chat = bench.chat()
    most = bench.limit("max_body_bytes")
    if isinstance(most, int) and OVERHEAD < most <= MOST_BYTES:
        for size, purpose in ((most, "limit.largest_body"), (most + 1, "limit.too_large_body")):
            content = b'{"text": "a", "filling": "' + b"x" * (size - OVERHEAD) + b'"}'
            headers = {"Content-Type": "application/json"}
            bench.wire.request("sendMessageToAgent", chat, content=content, headers=headers, purpose=purpose)
    most = bench.limit("max_file_bytes")
    if bench.offers("uploadFile") and isinstance(most, int) and 0 < most <= MOST_BYTES:
        for size, purpose in ((most, "limit.largest_file"), (most + 1, "limit.too_large_file")):
            part = {"file": ("large.txt", b"x" * size, "text/plain")}
            bench.wire.request("uploadFile", chat, files=part, purpose=purpose)
    types = bench.limit("allowed_file_types")
    if bench.offers("uploadFile") and types and "text/html" not in types:
        part = {"file": ("page.html", b"<p>", "text/html")}
        bench.wire.request("uploadFile", chat, files=part, purpose="limit.wrong_type")


@probe("LIM-06")
def what_is_declared(bench: Bench) -> None:
    """Use each function and each transport that the desk declares."""
    bench.wire.request("getCapabilities", token=NONE, purpose="declared")
    if bench.offers("getAvailability"):
        bench.wire.request("getAvailability", token=NONE, purpose="declared")
    chat = bench.chat()
    file_id = bench.upload(chat, purpose="declared") if bench.offers("uploadFile") else None
    for operation in bench.guarded():
        if operation.id not in ("uploadFile", "pollEvents", "endChat") and (file_id or operation.id != "getFile"):
            bench.call(operation.id, chat, file_id=file_id, purpose="declared")
    for transport in bench.transports():
        _read(bench, chat, transport)


def _read(bench: Bench, chat: str, transport: str) -> None:
    accept = {"long_poll": "application/json", "server_sent_events": "text/event-stream"}.get(transport)
    if transport == "websocket":
        opened = open_stream(bench.wire, chat, purpose="declared.websocket")
        if opened.stream is not None:
            opened.stream.close()
    elif accept == "application/json":
        bench.wire.request("pollEvents", chat, headers={"Accept": accept}, purpose="declared.long_poll")


PROBES = (longest_text, too_many_messages, largest_bodies, what_is_declared)
