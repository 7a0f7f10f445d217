"""What is known of a customer before the chat begins."""

from __future__ import annotations

from dataclasses import dataclass, field

from mockdesk.core.drafts import Context
from mockdesk.core.settings import DEFAULT_QUEUE


@dataclass(frozen=True)
class Wish:
    """What a customer who begins a chat says of it."""

    identity: str
    name: str | None = None
    attributes: str = "{}"
    queue: str = DEFAULT_QUEUE
    context: Context = field(default_factory=Context)
