"""PRS and AVL, at the desk: typing has an end and stays where it belongs, and availability is true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from contracts.readings_exchanges import Exchange, exchanges, seen_events
from contracts.requirement import Guide, Judgements, Level, Subject, judged, requirement
from contracts.trace import Trace

LONGEST_TYPING_SECONDS = 60.0
"""Nobody is typing for so long without another key."""


@requirement("PRS-14", level=Level.SHOULD, subject=Subject.DESK, guide=(Guide.EVENTS, Guide.USER_TYPING))
def typing_has_an_end(trace: Trace) -> Judgements:
    """Typing has an end, and is seen in its own conversation only.

    What: An event that an agent types says after how many seconds it is over without a renewal, at most 60. Where the
    user's typing is told, the conversation shows it until the stop is told, and no other conversation shows it.
    Why: A stop that is lost, with the agent's connection, leaves "is typing" on the user's screen for ever.
    Seen: an addition to the catalogue; B13 and the desks that send no stop at all.
    """
    for seen in seen_events(trace):
        data = seen.event.get("data")
        if seen.event.get("type") == "agent.typing" and isinstance(data, Mapping) and data.get("typing") is True:
            seconds = data.get("expires_in_seconds")
            good = isinstance(seconds, int | float) and 0 < seconds <= LONGEST_TYPING_SECONDS
            yield judged(good, seen.index, "an agent's typing says when it is over", f"it says {seconds!r}")
    told: dict[str, bool] = defaultdict(bool)
    for one in exchanges(trace, "userTyping", "getConversation"):
        purpose = one.entry.data.get("purpose")
        if one.operation == "userTyping" and one.ok and purpose == "typing.told":
            told[str(one.conversation)] = one.sent.get("typing") is True
        elif one.operation == "getConversation" and one.ok and purpose == "typing.seen":
            wanted, shown = told[str(one.conversation)], one.body.get("user_typing")
            expected = f"the conversation shows that its user {'types' if wanted else 'does not type'}"
            yield judged(shown is wanted, one.index, expected, f"user_typing is {shown!r}")


@requirement("AVL-10", level=Level.MUST, subject=Subject.DESK, guide=(Guide.ARE_ANY_AGENTS_ONLINE,))
def availability_is_true(trace: Trace) -> Judgements:
    """Availability says what is so.

    What: The answer is for the queue that was asked for. `online` is true only where an agent is there, and false only
    where none is, as the answer's own count and the agents that the desk was set up with tell; the place of a new
    conversation is behind all that wait.
    Why: A user who is sent to an empty desk waits for nobody; one who is told "offline" gives up while agents wait.
    Seen: an addition to the catalogue; B46 and B70: the queue was not passed on, and a shape was taken for an answer.
    """
    for one in exchanges(trace, "getAvailability"):
        if one.ok and one.answered and one.entry.data.get("purpose") == "availability":
            wrong = list(_contradictions(one, trace.about.get("settings") or {}))
            queue = one.query.get("queue", "default")
            expected = f"the availability of the queue {queue!r} agrees with what the desk has"
            yield judged(not wrong, one.index, expected, "; ".join(wrong))


def _contradictions(one: Exchange, settings: Mapping[str, Any]) -> list[str]:
    body, asked = one.body, one.query.get("queue")
    online, count = body.get("online"), body.get("agents_online")
    known = ((settings.get("queues") or {}).get(asked) or {}).get("agents_online") if asked else None
    length, position = body.get("queue_length"), body.get("position")
    found = [(f"it is of the queue {body.get('queue')!r}", asked is not None and body.get("queue") != asked)]
    for number, whose in ((count, "it says that {} agents are online"), (known, "{} agents are there")):
        if isinstance(number, int) and not isinstance(number, bool) and isinstance(online, bool):
            found.append((f"online is {online!r}, and {whose.format(number)}", online != (number > 0)))
    if isinstance(length, int) and isinstance(position, int):
        found.append((f"a new conversation is at place {position}, and {length} wait", position <= length))
    return [words for words, wrong in found if wrong]
