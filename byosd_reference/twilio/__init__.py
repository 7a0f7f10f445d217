"""Twilio Flex web chat, behind the same host's side as every other desk.

Begin with :mod:`byosd_reference.twilio.desk`. ``page_server`` is about what only the integrator's own server can do,
``twilsock`` and ``packets`` about the connection, ``sync`` about what it tells, ``door`` and ``conversation`` about
what that means, ``user_api`` and ``line`` about what the user does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.integration import TellsReading
from byosd_reference.settings import Settings, checked_address
from byosd_reference.surroundings import Surroundings
from byosd_reference.twilio.desk import FlexDesk, twilsock_uri_in
from contracts.adapter import Callback, Clock

__all__ = ["connect"]


def connect(
    desk_url: str,
    callback: Callback,
    *,
    clock: Clock,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> TellsReading:
    """Return an integration with Flex.

    ``desk_url`` is the address of the page's server, which begins chats and mints tokens. Building it starts nothing.
    The options are those of :func:`byosd_reference.connect`, but for ``api_key``, which a page has none of, and
    ``twilsock_uri``: the vendor's ``wss://tsock.us1.twilio.com/v3/wsconnect``, or whatever plays it. Without it, it is
    looked for below ``desk_url``. What Flex cannot do (a change of the user's state, the screen), and files, the
    integration does not offer.

    Raises:
        ValueError: an address is none, or an option makes no sense.
    """
    address = checked_address(desk_url)
    twilsock_uri_in(options, address)
    around = Surroundings(callback, clock, Settings.from_options(options), FlexDesk)
    return TellsReading(around, address, persisted_state)
