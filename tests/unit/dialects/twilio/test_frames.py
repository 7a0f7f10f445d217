"""twilsock's framing."""

from __future__ import annotations

import json

import pytest

from mockdesk.dialects.twilio.frames import MalformedFrame, Payload, decode, encode, json_payload


def test_what_is_encoded_is_decoded() -> None:
    """Lengths count bytes, not characters: a name in UTF-8 must not shift the payload."""
    frame = encode({"method": "message", "id": "TMé"}, json_payload({"text": "grüße"}))
    packet = decode(frame)
    assert (packet.method, packet.id, packet.payload) == ("message", "TMé", {"text": "grüße"})
    assert decode(encode({"method": "reply"})).payload is None
    assert decode(encode({"method": "m"}, Payload(b"a=b", "text/plain"))).payload == "a=b"


def test_the_clients_layout() -> None:
    """The header's size leaves its line end out, as the vendor's client counts it."""
    frame = encode({"method": "close"})
    head, _, rest = frame.partition(b"\r\n")
    assert head == b"TWILSOCK V3.0 %d" % len(rest.removesuffix(b"\r\n"))
    assert json.loads(rest) == {"method": "close", "payload_size": 0}


def test_a_payload_that_is_no_json() -> None:
    """It concerns one message: the frame is good, and the socket must not end for it."""
    packet = decode(encode({"method": "message"}, Payload(b"[" * 100_000)))
    assert (packet.payload, len(packet.raw)) == (None, 100_000)


@pytest.mark.parametrize(
    "frame",
    [
        "TWILSOCK V3.0 2\r\n{}\r\n",
        b"",
        b"GET / HTTP/1.1\r\n",
        b"TWILSOCK V2.0 2\r\n{}\r\n",
        b"TWILSOCK V3.0 3\r\n{}\r\n",
        b"TWILSOCK V3.0 99\r\n{}\r\n",
        b"TWILSOCK V3.0 9999999999999999999999\r\n{}\r\n",
        b"TWILSOCK V3.0 2\r\n[]\r\n",
        b'TWILSOCK V3.0 18\r\n{"payload_size":1}\r\n',
        b'TWILSOCK V3.0 19\r\n{"payload_size":-1}\r\n',
        b'TWILSOCK V3.0 21\r\n{"payload_size":true}\r\n',
        b"TWILSOCK V3.0 2\r\n\xff\xff\r\n",
        b"TWILSOCK V3.0 100000\r\n" + b"[" * 100000 + b"\r\n",
    ],
)
def test_no_frame(frame: str | bytes) -> None:
    """Whatever a client sends, it is refused in one way and nothing falls."""
    with pytest.raises(MalformedFrame):
        decode(frame)
