"""Probes of tokens and of malformed requests: who may do what, and how a desk says no."""

from __future__ import annotations

from contracts.desk.bench import Bench, CannotProbe, probe
from contracts.desk.stream import open_stream
from contracts.desk.wire import GARBAGE, NONE, OWN, Token

EXPIRED = Token("expired")
JSON = {"Content-Type": "application/json"}
ODD_TEXTS = (
    "\u00fc\u00df\u2603",
    "\U0001f469\u200d\U0001f467",
    "\x00 \x1f \x7f",
    "\u202e \u2028 \ufeff \uffff",
    "%s %00 ${x} {{x}}",
    "'; DROP TABLE x; --",
)
"""Texts that are allowed: letters beyond ASCII and beyond 16 bits, control characters, other people's syntax."""


@probe("SEC-03", "SEC-04")
def tokens_on_each_operation(bench: Bench) -> None:
    """Call each operation with no token, garbage, another conversation's token, and at last its own."""
    chat, other = bench.chat("probe-victim"), bench.chat("probe-intruder")
    foreign = Token("foreign", bench.wire.chats[other].token.value)
    file_id = bench.upload(chat) if bench.offers("getFile") else None
    for token in (NONE, GARBAGE, foreign):
        for operation in bench.guarded():
            bench.call(operation.id, chat, token=token, file_id=file_id, purpose=f"token.{token.owner}")
    bench.call("getConversation", chat, purpose="token.unharmed")
    bench.call("listMessages", chat, purpose="token.unharmed")
    for operation in bench.guarded():
        bench.call(operation.id, chat, file_id=file_id, purpose="token.own")


@probe("SEC-04", needs=("websocket",))
def tokens_on_the_handshake(bench: Bench) -> None:
    """Open a stream with no token, garbage, another's, and with its own in both ways; and of no conversation."""
    chat, other = bench.chat("probe-victim"), bench.chat("probe-intruder")
    foreign = Token("foreign", bench.wire.chats[other].token.value)
    for token in (NONE, GARBAGE, foreign, OWN):
        for by_header in (False, True):
            opened = open_stream(bench.wire, chat, token=token, by_header=by_header, purpose=f"token.{token.owner}")
            if opened.stream is not None:
                opened.stream.close()
    open_stream(bench.wire, "conv_that_is_not", token=foreign, purpose="handshake.unknown_conversation")
    bench.wire.request("streamEvents", chat, purpose="handshake.without_upgrade")


@probe("SEC-04")
def tokens_of_users(bench: Bench) -> None:
    """Start with a token that is none, and ask for a user token without an API key and with a wrong one."""
    body = {"user_id": "probe-user"}
    bench.wire.request("startChat", token=GARBAGE, body=body, purpose="token.garbage")
    bench.wire.request("createToken", token=NONE, body=body, purpose="api_key.none")
    wrong = {"X-Api-Key": "no-key-of-this-desk"}
    bench.wire.request("createToken", token=Token("wrong_api_key"), body=body, headers=wrong, purpose="api_key.wrong")


@probe("SEC-04", needs=("driver:expire_token",))
def tokens_that_expired(bench: Bench) -> None:
    """Let a conversation's token expire, then call each operation and open a stream with it."""
    chat = bench.chat("probe-expired")
    file_id = bench.upload(chat) if bench.offers("getFile") else None
    if bench.driver is None:
        raise CannotProbe("there is no driver")
    bench.driver.inject({"kind": "expire_token", "conversation_id": chat})
    expired = Token("expired", bench.wire.chats[chat].token.value)
    for operation in bench.guarded():
        bench.call(operation.id, chat, token=expired, file_id=file_id, purpose="token.expired")
    if "websocket" in bench.transports():
        open_stream(bench.wire, chat, token=expired, purpose="token.expired")


@probe("SEC-04", "SEC-03")
def conversations_that_are_not(bench: Bench) -> None:
    """Call each operation on a conversation that does not exist, with a good token."""
    good = Token("foreign", bench.wire.chats[bench.chat()].token.value)
    for operation in bench.guarded():
        bench.call(operation.id, "conv_that_is_not", token=good, file_id="none", purpose="conversation.unknown")


@probe("ERR-06", "ERR-07")
def malformed_requests(bench: Bench) -> None:
    """Requests that are wrong in one way each."""
    wire, chat = bench.wire, bench.chat()
    wire.request("startChat", token=NONE, content=b'{"user_id": ', headers=JSON, purpose="malformed.json")
    wire.request("startChat", token=NONE, content=b"", headers=JSON, purpose="malformed.empty_body")
    wire.request("startChat", token=NONE, body=["user_id"], purpose="malformed.not_an_object")
    wire.request("startChat", token=NONE, body={}, purpose="malformed.missing_field")
    wire.request("startChat", token=NONE, body={"user_id": 7}, purpose="malformed.wrong_type")
    wire.request("startChat", token=NONE, body={"user_id": ""}, purpose="malformed.too_short")
    wire.request("startChat", token=NONE, body={"user_id": "u" * 201}, purpose="malformed.too_long")
    wire.request("startChat", token=NONE, body={"user_id": "u", "queue": "no-such-queue"}, purpose="malformed.queue")
    wire.request("sendMessageToAgent", chat, body={"text": ""}, purpose="malformed.empty_text")
    wire.request("sendMessageToAgent", chat, body={"text": None}, purpose="malformed.null_text")
    wire.request(
        "sendMessageToAgent",
        chat,
        content=b"text=hello",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        purpose="malformed.media_type",
    )
    wire.request("pollEvents", chat, query={"after": "one"}, purpose="malformed.position")
    wire.request("pollEvents", chat, query={"after": -1}, purpose="malformed.negative_position")
    wire.request("pollEvents", chat, query={"after": 0, "wait": "soon"}, purpose="malformed.wait")
    wire.request("pollEvents", chat, query={"after": 0}, headers={"Accept": "image/png"}, purpose="malformed.accept")
    if bench.offers("userTyping"):
        wire.request("userTyping", chat, body={"typing": "yes"}, purpose="malformed.not_a_boolean")


@probe("ERR-06", "ERR-07")
def odd_characters(bench: Bench) -> None:
    """Starts and messages that are right, with characters over which desks have been seen to fall."""
    wire, chat = bench.wire, bench.chat()
    for text in ODD_TEXTS:
        wire.request("startChat", token=NONE, body={"user_id": text, "user_name": text}, purpose="odd.user")
        wire.request("sendMessageToAgent", chat, body={"text": text, "message_id": text}, purpose="odd.message")
    bench.call("listMessages", chat, purpose="odd.transcript")


@probe("ERR-07")
def plain_reads(bench: Bench) -> None:
    """Read everything that can be read without changing anything."""
    bench.wire.request("getCapabilities", token=NONE, purpose="read")
    if bench.offers("getAvailability"):
        bench.wire.request("getAvailability", token=NONE, purpose="read")
    chat = bench.chat()
    for operation in ("getConversation", "listMessages", "pollEvents"):
        bench.call(operation, chat, purpose="read")


PROBES = (
    tokens_on_each_operation,
    tokens_on_the_handshake,
    tokens_of_users,
    tokens_that_expired,
    conversations_that_are_not,
    malformed_requests,
    odd_characters,
    plain_reads,
)
