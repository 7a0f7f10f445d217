"""An adapter that reads by polls and is between two of them sees nothing until its pause is over (desk's time)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.clock import SuiteClock

if TYPE_CHECKING:
    from contracts.chat_state import ChatState
    from contracts.session import Session

BETWEEN_POLLS_SECONDS = 0.05
"""Wall seconds after which an event that nobody has read yet may be waiting for the adapter's next poll."""
LONGEST_PAUSE = 10.0
"""The longest pause between two polls (desk's time) that is waited for."""
MOST_PAUSES = 4


def let_a_poller_ask(session: Session, state: ChatState) -> None:
    """Let time go on until the adapter asks again, if there is something to see and no connection to see it by."""
    clock = session.clock
    if not isinstance(clock, SuiteClock):
        return
    for _ in range(MOST_PAUSES):
        shown, due = state.expectations.wait_briefly(BETWEEN_POLLS_SECONDS), clock.next_due()
        if shown or due is None or due - clock.now() > LONGEST_PAUSE or session.wire.connections(state):
            return
        session.advance(max(0.0, due - clock.now()))
