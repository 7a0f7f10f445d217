"""The head of a request on the event loop is bounded however its bytes are cut, and a usual one costs a comparison."""

from __future__ import annotations

import pytest

from mockdesk.server.limits import ServerLimits
from mockdesk.server.scale.head import HEADERS_TOO_LARGE, MOST_HEADERS, URI_TOO_LONG, Head

LIMITS = ServerLimits(request_line_bytes=100, head_bytes=200)
SHORT = [(b"host", b"x")]


def judged(url: bytes, headers: list[tuple[bytes, bytes]], chunks: list[int]) -> int | None:
    """Return the first refusal of a head that comes in chunks of these sizes."""
    head = Head(LIMITS)
    for size in chunks[:-1]:
        head.begin_chunk(size)
        refused = head.end_chunk(url)
        if refused is not None:
            return refused
    head.begin_chunk(chunks[-1])
    return head.complete(b"GET", url, headers)


@pytest.mark.parametrize("chunks", [[300], [60, 60, 180], [1] * 300, [0, 299, 1]])
def test_the_same_heads_are_refused_however_they_come(chunks: list[int]) -> None:
    """A client chooses where its bytes are cut; a body in the same chunk is not the head's."""
    assert judged(b"/", SHORT, chunks) is None
    assert judged(b"/" * 85, SHORT, chunks) is None
    assert judged(b"/" * 86, SHORT, chunks) == URI_TOO_LONG
    assert judged(b"/", [(b"x", b"y" * 195)], chunks) is None
    assert judged(b"/", [(b"x", b"y" * 196)], chunks) == HEADERS_TOO_LARGE
    assert judged(b"/", [(b"x", b"y" * 90)] * 3, chunks) == HEADERS_TOO_LARGE


def test_headers_are_counted() -> None:
    """Very many short ones are more work than a few long ones."""
    assert judged(b"/", [(b"a", b"")] * MOST_HEADERS, [50]) is None
    assert judged(b"/", [(b"a", b"")] * (MOST_HEADERS + 1), [50]) == HEADERS_TOO_LARGE


def test_a_head_without_end_is_refused() -> None:
    """Before it is complete nobody knows its headers; its bytes are counted."""
    assert judged(b"/" * 101, [], [101, 1]) == URI_TOO_LONG
    assert judged(b"/", [], [299, 1, 1]) is None
    assert judged(b"/", [], [299, 2, 1]) == HEADERS_TOO_LARGE


def test_what_precedes_a_head_is_not_counted_to_it() -> None:
    """Behind a long body in the same chunk a usual head may begin; one that is too long is still found."""
    for value, refused in ((b"y" * 150, None), (b"y" * 250, HEADERS_TOO_LARGE)):
        head = Head(LIMITS)
        head.begin_chunk(10_000)
        assert head.complete(b"POST", b"/", SHORT) is None
        assert not head.is_begun
        head.begin()
        assert head.end_chunk(b"/") is None
        head.begin_chunk(20)
        assert head.end_chunk(b"/") is None
        assert head.is_begun
        head.begin_chunk(5)
        assert head.complete(b"GET", b"/", [(b"x", value)]) == refused
