"""What was missed, in an order in which it may have happened.

Each object tells its own changes in order, but nobody tells the order between objects. The times do, as far as they
differ. For the rest there is one rule: whoever speaks has come before, and nobody leaves before their last words.
"""

from __future__ import annotations

from collections.abc import Iterable

from byosd_reference import reading
from byosd_reference.twilio.sync import Change


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Return the changes of messages, participants and the document as one: the document's, which end it, come last."""
    of_kind: dict[str, list[Change]] = {"list": [], "map": [], "document": []}
    for change in sorted(changes, key=lambda one: one.event_id):
        of_kind.get(change.type.partition("_")[0], []).append(change)
    roster, found = of_kind["map"], []
    for message in of_kind["list"]:
        while roster and (roster[0].at < message.at or _brings_author(roster, message)):
            found.append(roster.pop(0))
        found.append(message)
    return [*found, *roster, *of_kind["document"]]


def _brings_author(roster: list[Change], message: Change) -> bool:
    """Tell whether the author of a message is still to come."""
    author = reading.text(message.data, "memberSid")
    return author is not None and any(one.key == author and one.type == "map_item_added" for one in roster)
