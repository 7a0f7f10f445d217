"""Sync objects."""

from __future__ import annotations

from mockdesk.dialects.twilio.objects import SyncObject
from mockdesk.dialects.twilio.sids import is_sid


def test_rest_and_events_count_alike() -> None:
    """A client drops an event whose id its cache has already: REST must tell the id of the event that made an item."""
    roster = SyncObject("map", "CH1.roster", 0.0)
    added, other, updated = roster.put("MB1", {"n": 1}, 1.0), roster.put("MB2", {}, 2.0), roster.put("MB1", {}, 3.0)
    assert [one.event_id for one in (added, other, updated)] == [1, 2, 3]
    assert [one.event_type for one in (added, updated)] == ["map_item_added", "map_item_updated"]
    assert roster.to_item("MB1", "https://cds")["last_event_id"] == updated.event["id"] == 3
    assert roster.to_item("MB2", "https://cds")["last_event_id"] == other.event["id"]
    root = roster.to_root("https://cds")
    assert (root["last_event_id"], root["revision"]) == (3, updated.event["map_revision"])
    assert root["links"]["items"] == f"https://cds/v3/Maps/{roster.sid}/Items"


def test_removed_items_are_told_with_their_data() -> None:
    """A client shows who has left, so the event must say who it was."""
    roster = SyncObject("map", "CH1.roster", 0.0)
    roster.put("MB1", {"identity": "ada"}, 1.0)
    gone = roster.remove("MB1", 2.0)
    assert (gone.event_type, gone.event["item_data"]) == ("map_item_removed", {"identity": "ada"})
    assert not roster.items


def test_each_object_has_a_sid_of_its_kind() -> None:
    """Clients route by sid: equal names of different kinds must not meet."""
    sids = {kind: SyncObject(kind, "one", 0.0).sid for kind in ("document", "list", "map")}  # type: ignore[arg-type]
    assert [is_sid(sids[kind], prefix) for kind, prefix in (("document", "ET"), ("list", "ES"), ("map", "MP"))] == [
        True
    ] * 3
    assert not is_sid("MP1", "MP")
