"""The polling desk (docs/polling-desk.md): no push, a session id that rotates, batches, labels."""

from __future__ import annotations

from mockdesk.dialects.poll.dialect import PollDialect

__all__ = ["PollDialect"]
