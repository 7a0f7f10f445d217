"""WebSocket frames (RFC 6455) as bytes: good ones, and such as break each of its rules."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from random import Random

from tests.hard.fuzz import values

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CLOSE_CODES = (0, 999, 1000, 1001, 1004, 1005, 1006, 1011, 1015, 1016, 2999, 3000, 4404, 4999, 5000, 65_535)


def frame(opcode: int, payload: bytes, *, first: int = 0x80, masked: bool = True, size: int | None = None) -> bytes:
    """Return a client's frame. ``first``: FIN and the reserved bits; ``size``: what it says of its length."""
    told = len(payload) if size is None else size
    mask_bit = 0x80 if masked else 0
    head = bytes([first | opcode])
    if told < 126:
        head += bytes([mask_bit | told])
    elif told < 65_536:
        head += bytes([mask_bit | 126]) + struct.pack(">H", told)
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", told)
    if not masked:
        return head + payload
    key = b"\x11\x22\x33\x44"
    return head + key + bytes(one ^ key[index % 4] for index, one in enumerate(payload))


def close(code: int, reason: bytes = b"") -> bytes:
    """Return a close frame."""
    return frame(CLOSE, struct.pack(">H", code) + reason)


def handshake(path: str, headers: Sequence[tuple[str, str]] = ()) -> bytes:
    """Return a good handshake."""
    key = base64.b64encode(b"sixteen bytes ok").decode()
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *(f"{name}: {one}" for name, one in headers)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def odd(random: Random, payload: bytes) -> bytes:
    """Return one frame that carries ``payload``, rightly or wrongly."""
    opcode = random.choice((TEXT, BINARY))
    small = payload[:125]
    return values.one_of(
        random,
        lambda: frame(opcode, payload),
        lambda: frame(opcode, payload),
        lambda: frame(opcode, payload),
        lambda: frame(random.choice((PING, PONG)), small),
        lambda: frame(random.choice((PING, PONG)), payload + b"x" * 130),
        lambda: frame(opcode, payload, first=random.choice((0xC0, 0xA0, 0x90, 0xF0))),
        lambda: frame(random.choice((3, 4, 7, 11, 15)), small),
        lambda: frame(opcode, payload, masked=False),
        lambda: frame(opcode, payload, first=0) + frame(0, b"rest"),
        lambda: frame(opcode, payload, first=0) + frame(PING, b"amid") + frame(0, b"rest"),
        lambda: frame(opcode, payload, first=0) + frame(TEXT, b"a new one amid"),
        lambda: frame(0, b"a rest of nothing"),
        lambda: frame(PING, small, first=0),
        lambda: frame(TEXT, b"\xff\xfe\xc3\x28"),
        lambda: frame(opcode, b"", size=random.choice((2**62, 2**63, 70_000))),
        lambda: frame(opcode, b"x" * 70_000),
        lambda: close(random.choice(CLOSE_CODES), random.choice((b"", b"bye", b"\xff\xfe", b"r" * 123))),
        lambda: frame(CLOSE, b"\x03"),
        lambda: values.torn(random, frame(opcode, payload)),
        lambda: random.randbytes(random.randrange(1, 80)),
        lambda: b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    )
