"""The readers behind WebSockets, whichever tier serves them."""

from __future__ import annotations

from mockdesk.core.errors import NotFound
from mockdesk.dialects import canonical
from mockdesk.dialects.canonical_feed import CanonicalFeed
from mockdesk.dialects.seam import Feed
from mockdesk.server.calls import Call
from mockdesk.server.delivery import Reader
from mockdesk.server.served import ServedCall
from mockdesk.server.steps import WEBSOCKET, ReaderRequest


def reader_of(call: ServedCall, feed: Feed, after: int) -> Reader:
    """Return a reader of a feed for the call's connection.

    Raises:
        DeskError: the feed may not be read, or not from there.
    """
    return call.host.open_reader(ReaderRequest(feed, after, WEBSOCKET, call.connection, call.position))


def open_stream(call: Call) -> Reader:
    """Return the reader of a new stream.

    Raises:
        DeskError: the stream may not be read, or not from there.
    """
    headers, args = call.request.headers, call.request.args
    token = canonical.stream_token(
        headers.get("Authorization"), headers.get("Sec-WebSocket-Protocol"), args.get("access_token")
    )
    with call.desk() as desk:
        desk.authorize(call.conversation_id or "", token)
        if WEBSOCKET not in desk.settings.transports:
            raise NotFound("this desk does not offer WebSocket")
    after = canonical.parse_position(args.get("after"))
    feed = CanonicalFeed(call.host.desk, call.conversation_id or "", token, call.host.entries)
    return reader_of(call, feed, after)
