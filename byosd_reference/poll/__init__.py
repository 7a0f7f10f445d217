"""The polling desk of docs/polling-desk.md: a desk that cannot push, behind the same host's side as every other one.

Begin with :mod:`byosd_reference.poll.desk`; ``sessions`` is about the id that rotates, ``door`` about the polls,
``translation`` and ``labels`` about what they bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.integration import BasicServiceDesk
from byosd_reference.poll.desk import PollingDesk
from byosd_reference.settings import Settings, checked_address
from byosd_reference.surroundings import Surroundings
from contracts.adapter import Callback, Clock

__all__ = ["connect"]


def connect(
    desk_url: str,
    callback: Callback,
    *,
    clock: Clock,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> BasicServiceDesk:
    """Return an integration with the polling desk at ``desk_url`` (what comes before ``/chats``).

    Building it starts nothing. The options are those of :func:`byosd_reference.connect`, but for ``api_key``: this desk
    wants no user token. What it cannot do (a change of the user's state, read receipts, files, the screen) the
    integration does not offer.

    Raises:
        ValueError: the address is no http address, or an option makes no sense.
    """
    address = checked_address(desk_url)
    around = Surroundings(callback, clock, Settings.from_options(options), PollingDesk)
    return BasicServiceDesk(around, address, persisted_state)
