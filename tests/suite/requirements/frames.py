"""A story of frames that a desk writes, for tests of requirements."""

from __future__ import annotations

from typing import Any

from contracts.trace import Side
from tests.suite.requirements.build import (
    ADA,
    Story,
    typing,
)

# ORD-03, ORD-06 and ORD-07, on the wire


class Wire(Story):
    """A story of frames and polls of the conversation ``c1``."""

    def __init__(self) -> None:
        super().__init__(subject="desk")
        self.truth = {"id": "c1"}
        self.start()

    def opens(self, after: int = 0, connection: int = 1) -> Wire:
        """Open a stream."""
        self.add(Side.WIRE, "handshake", conversation_id="c1", connection=connection, after=after, status=101)
        return self

    def frames(self, *seqs: Any, after: int = 0, connection: int = 1) -> Wire:
        """Receive events with these positions."""
        for seq in seqs:
            event = {"seq": seq, "type": "agent.typing", "data": {}}
            self.add(Side.WIRE, "frame", conversation_id="c1", connection=connection, after=after, frame=event)
        return self

    def polls(self, after: int, *seqs: int) -> Wire:
        """Poll after a position and get the events with these positions."""
        events = [{"seq": seq, "type": "agent.typing", "data": {}} for seq in seqs]
        self.add(
            Side.WIRE,
            "exchange",
            operation="pollEvents",
            conversation_id="c1",
            token="own",
            status=200,
            request={"query": {"after": after}},
            body={"events": events, "next": max([after, *seqs])},
        )
        return self


def acted(story: Story) -> Story:
    """Let an agent type, as the next event."""
    return story.act("typing", typing(ADA))
