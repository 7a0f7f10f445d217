"""Labels: the desk names an agent by the name, a bar, and the id, in one text.

The name is the agent's own and may hold anything, bars too: so the id is what stands behind the *last* bar, and only
the id says who it is. Whoever takes a label apart at the first bar lets an agent choose to be somebody else.
"""

from __future__ import annotations

from typing import Any

from byosd_reference import reading


def agent_in(event: Any) -> dict[str, Any]:
    """Return the agent whom an event's ``label`` names, as a profile of the canonical API."""
    return profile(reading.text(event, "label"), reading.text(event, "picture"))


def profile(label: str | None, picture: str | None = None) -> dict[str, Any]:
    """Return what a label says, as a profile of the canonical API; without a bar in it there is no id."""
    name, bar, quoted = (label or "").rpartition("|")
    agent_id = quoted.replace("%7C", "|").replace("%25", "%") if bar else ""
    found = {"id": agent_id, "nickname": name, "profile_picture_url": picture}
    return {key: value for key, value in found.items() if value}
