"""The report's first page, in the guide's words: seven functions and the event channel, must have first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.requirement import MUST_HAVE, Guide
from contracts.verdict import Result, Verdict

METHODS: dict[Guide, str] = {
    Guide.START_CHAT: "start_chat",
    Guide.END_CHAT: "end_chat",
    Guide.SEND_MESSAGE_TO_AGENT: "send_message_to_agent",
    Guide.UPDATE_STATE: "update_state",
    Guide.ARE_ANY_AGENTS_ONLINE: "are_any_agents_online",
    Guide.USER_TYPING: "user_typing",
    Guide.USER_READ_MESSAGES: "user_read_messages",
}


@dataclass(frozen=True)
class GuideLine:
    """How one function of the guide stands: ``works``, ``broken``, ``not offered`` or ``not judged``."""

    function: str
    level: str
    state: str


def guide_lines(results: Iterable[Result], functions: Sequence[str]) -> list[GuideLine]:
    """Return a line for each function of the guide. A function works if something that it carries was judged and
    nothing failed; the offered ``functions`` are the adapter's."""
    results = tuple(results)
    order = [*MUST_HAVE, *(one for one in Guide if one not in MUST_HAVE)]
    return [GuideLine(one.value, _level(one), _state(one, results, functions)) for one in order]


def _level(one: Guide) -> str:
    return "must have" if one in MUST_HAVE else "nice to have"


def _state(one: Guide, results: tuple[Result, ...], functions: Sequence[str]) -> str:
    method = METHODS.get(one)
    if method is not None and functions and method not in functions:
        return "not offered"
    verdicts = [verdict for result in results if (verdict := _verdict_on(one, result)) is not None]
    if Verdict.FAIL in verdicts or Verdict.KNOWN_FAILURE in verdicts:
        return "broken"
    return "works" if Verdict.PASS in verdicts else "not judged"


def _verdict_on(one: Guide, result: Result) -> Verdict | None:
    """Return what a result says of one function, ``None`` for nothing."""
    if result.functions:
        good = result.functions.get(one)
        return None if good is None else Verdict.PASS if good else Verdict.FAIL
    return result.verdict if one in result.requirement.guide else None
