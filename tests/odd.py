"""Odd texts and bodies: nearly right, or nothing at all. Whoever tries odd input takes these and adds its own."""

from __future__ import annotations

from collections.abc import Sequence

ODD_TEXTS: Sequence[str] = (
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "1e9",
    "٣",
    "9" * 400,
    "null",
    "true",
    "é",
    "\x00",
    "\r\nX-Injected: 1",
    "..",
    "../../etc/passwd",
    "%2e%2e%2f",
    "'\"<b>",
    "${7*7}",
    "\u2028",
    "\u202e",
    "👩‍💻" * 50,
    "\ufffe",
    "a" * 5000,
)
DEEP = 20_000
"""How deep a nested body goes: more than Python's recursion limit."""
ODD_BODIES: Sequence[bytes] = (
    b"",
    b"{",
    b"}",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b"\xff\xfe",
    b'{"a":"\xc3\x28"}',
    b'{"text":"\\ud800"}',
    b"\xef\xbb\xbf{}",
    b"[" * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"=&=&%zz",
    b'{"a":1,"a":2}',
    b"NaN",
    b'{"typing":Infinity}',
    b'{"text":"' + b"x" * 30_000 + b'"}',
    b'{"n":' + b"9" * 10_000 + b"}",
    b"\x00" * 50,
    b'{"text":"a\x00b"}',
    b'{"text":"\\u0000"}',
)
