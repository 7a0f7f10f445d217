"""STA-06: what the host hands over stays the host's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from contracts.requirement import Guide, Judgements, Level, Subject, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import calls

HANDED_OVER: Mapping[str, Guide | None] = MappingProxyType(
    {
        "start_chat": Guide.START_CHAT,
        "end_chat": Guide.END_CHAT,
        "send_message_to_agent": Guide.SEND_MESSAGE_TO_AGENT,
        "update_state": Guide.UPDATE_STATE,
        "are_any_agents_online": Guide.ARE_ANY_AGENTS_ONLINE,
        "files_selected_for_upload": None,
    }
)
"""The functions that get an object of the host's."""


@requirement(
    "STA-06",
    level=Level.MUST,
    subject=Subject.ADAPTER,
    guide=tuple(guide for guide in HANDED_OVER.values() if guide is not None),
)
def inputs_are_left_alone(trace: Trace) -> Judgements:
    """What the host hands over is not changed.

    What: no function of the adapter changes the messages, options, states and lists of files that the host gave it,
    neither at once nor later; it copies what it wants to change.
    Why: they are the host's own: it shows the message that was just sent, and uses the connect message again for the
    next check and the next start.
    Seen: rests on the host, which passes its objects on without copying them.
    """
    if not trace.about.get("inputs_watched"):
        return
    tried: dict[int, list[str]] = defaultdict(list)
    for entry in trace.of(Side.SUITE, "mutated"):
        tried[entry.data["of"]].append(str(entry.data["change"]))
    for call in calls(trace, Side.HOST, *HANDED_OVER):
        changes = ", ".join(tried[call.index])
        expected = f"{call.entry.kind} leaves what the host handed over as it is"
        judgement = judged(not changes, call.index, expected, f"it tried to change it: {changes}", call.entry.chat)
        yield replace(judgement, function=HANDED_OVER[call.entry.kind])
