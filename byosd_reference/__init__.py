"""The reference integration: web chat's functions on one side, the canonical desk API on the other.

It is written to be read, beginning with :mod:`byosd_reference.integration`, and to be taken as the start of your own.
It needs ``requests`` and ``websockets`` and, for the types of the host, ``contracts.adapter``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.integration import ReferenceServiceDesk
from byosd_reference.settings import Settings, checked_address
from byosd_reference.surroundings import Surroundings
from contracts.adapter import Callback, Clock

__all__ = ["ReferenceServiceDesk", "connect"]


def connect(
    desk_url: str,
    callback: Callback,
    *,
    clock: Clock,
    options: Mapping[str, Any],
    persisted_state: Mapping[str, Any] | None = None,
) -> ReferenceServiceDesk:
    """Return an integration with the desk whose API is below ``desk_url`` (what comes before ``/v1``).

    Building it starts nothing. Options, all of them optional: ``timeout_scale`` multiplies every wall-clock time-out,
    ``reconnect_limit_seconds`` (60, by the clock) bounds an outage, ``user_name`` is what agents see, ``api_key`` is
    for desks that want a user token, ``token_store`` is a mapping that keeps tokens over a page reload.

    Raises:
        ValueError: the address is no http address, or an option makes no sense.
    """
    address = checked_address(desk_url)
    around = Surroundings(callback, clock, Settings.from_options(options))
    return ReferenceServiceDesk(around, address, persisted_state)
