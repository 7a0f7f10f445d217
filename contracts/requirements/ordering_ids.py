"""ORD-05: at a desk whose ids are replaced while one works with them, all calls use the same, the latest one."""

from __future__ import annotations

from contracts.readings_requests import Request, requests
from contracts.requirement import Guide, Judgements, Level, Subject, judged, requirement
from contracts.trace import Trace
from contracts.views import Chat, chats


@requirement(
    "ORD-05",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=(Guide.SEND_MESSAGE_TO_AGENT, Guide.END_CHAT, Guide.EVENTS),
    needs=("rotating_ids", "driver:journal"),
)
def rotating_ids_are_used_by_all_calls(trace: Trace) -> Judgements:
    """Calls that go on at the same time share the desk's latest id.

    What: Some desks hand out a new session id or cursor with each answer, and take the older ones no more once the new
    one was used. Whatever is sent, told or ended while events are being read uses the latest one; a call that came too
    late with an older one, and was refused for that, is made again with the latest. (A call that a fault answered is
    not judged: nobody was told that its id was old.)
    Why: The call that keeps the id of the chat's start is refused from the second answer on: the user's words are lost,
    or the chat is never ended at the desk.
    Seen: B44, the id changed with every poll while messages went out with the one before.
    """
    for chat in chats(trace):
        calls = _calls(trace, chat)
        for place, call in enumerate(calls):
            if call["operation"] != "pollEvents" and _rotated(calls[:place]):
                again = [other for other in calls[place + 1 :] if _same(call, other)]
                ok = call["rotating_id"] == "current" or any(one["rotating_id"] == "current" for one in again)
                expected = f"{call['operation']} at {call['time']:g} s uses the latest id of the chat"
                yield judged(ok, chat.start.index, expected, "it used an older one, and was not made again", chat.key)


def _calls(trace: Trace, chat: Chat) -> list[Request]:
    """Return the requests of a chat that came with a rotating id and were not lost on the way."""
    if chat.truth is None:
        return []
    found = requests(trace, conversation_id=str(chat.truth["id"])) or []
    return [one for one in found if "rotating_id" in one and one["status"] is not None and not one.get("struck")]


def _rotated(before: list[Request]) -> bool:
    """Whether the desk has replaced the id: a poll was answered with events, and its new id was used."""
    return len([one for one in before if one["operation"] == "pollEvents" and one["rotating_id"] == "current"]) > 1


def _same(call: Request, other: Request) -> bool:
    return all(call.get(name) == other.get(name) for name in ("operation", "characters"))
