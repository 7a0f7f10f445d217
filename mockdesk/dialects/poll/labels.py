"""Labels: how the polling desk names an agent, ``Ada|agent-ada``. The id stands behind the last bar."""

from __future__ import annotations

from mockdesk.core.events import AgentProfile


def label_of(profile: AgentProfile) -> str:
    """Return the label of an agent; a bar in the id is written ``%7C`` and a percent sign ``%25``."""
    return f"{profile.nickname or ''}|{profile.id.replace('%', '%25').replace('|', '%7C')}"
