"""Genesys Cloud guest web chat (docs/genesys.md): its own API and event stream, behind the same host's side as every
other desk.

Begin with :mod:`byosd_reference.genesys.desk`. ``talk`` says what the frames mean, ``people`` who the members are,
``door`` how the stream is opened and what it missed is fetched, ``guest_api`` what the user does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.genesys.deployment import Deployment
from byosd_reference.genesys.desk import GenesysDesk
from byosd_reference.integration import BasicServiceDesk
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
    """Return an integration with the web chat whose API is at ``desk_url`` (what comes before ``/api/v2``).

    Building it starts nothing. ``organization_id``, ``deployment_id`` and ``queue_name`` are needed;
    ``middleware_url`` is where ``/availability`` and ``/jwt`` are, if not at ``desk_url``. The other options are those
    of :func:`byosd_reference.connect`, but for ``api_key``. What the chat cannot do (a change of the user's state, read
    receipts, files, the screen) the integration does not offer.

    Raises:
        ValueError: an address is no http address, an option is missing or makes no sense.
    """
    address, settings = checked_address(desk_url), Settings.from_options(options)
    Deployment.from_options(options)
    return BasicServiceDesk(Surroundings(callback, clock, settings, GenesysDesk), address, persisted_state)
