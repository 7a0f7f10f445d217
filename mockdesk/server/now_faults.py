"""Faults that strike at once, on what is open: holds of events, the end of tokens, and whatever a stream does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockdesk.core.faults import Fault

if TYPE_CHECKING:
    from mockdesk.server.host import DeskHost


def strike_now(host: DeskHost, fault: Fault) -> None:
    """Make a fault happen now, and note it; with the desk's lock held."""
    host.records.fault(fault, fault.conversation_id)
    if fault.kind == "hold_events":
        host.holds.hold(fault.conversation_id)
    elif fault.kind == "expire_token":
        for conversation in host.desk.conversations():
            if fault.conversation_id in (None, conversation.id):
                host.desk.expire_token(conversation.id)
    else:
        for reader in host.readers.of(fault.conversation_id):
            reader.apply(fault)
