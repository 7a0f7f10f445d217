"""Tells "mis-wired" from "does not conform": before anything is judged, the subject must be reached at all."""

from __future__ import annotations

from contracts.trace import Side, Trace

MUST_HAVE = ("get_name", "start_chat", "end_chat", "send_message_to_agent")


class Miswired(Exception):
    """The subject was never reached, so that no verdict on it would be fair. The message says what to look at."""


def check_wiring(trace: Trace) -> None:
    """Look at the trace of the smoke test.

    Raises:
        Miswired: a must-have function is missing, or the first start failed and the desk never had a conversation.
    """
    functions = trace.about.get("functions", [])
    lacking = [name for name in MUST_HAVE if name not in functions]
    if lacking:
        raise Miswired(f"the adapter has no {', '.join(lacking)}: does the factory return the right object?")
    outcomes = [entry for entry in trace.of(Side.HOST, "settled", "given_up") if _is_start(trace, entry.call)]
    known = [entry for entry in trace.of(Side.DESK, "conversations") if entry.data["truths"]]
    if outcomes and not known and not outcomes[0].data.get("ok", False):
        reason = outcomes[0].data.get("error") or "it never settled"
        raise Miswired(
            f"start_chat failed and the desk never saw a conversation: {reason}; "
            "does the adapter use the desk_url and the options that its factory is given?"
        )


def _is_start(trace: Trace, index: int | None) -> bool:
    return index is not None and trace.entries[index].kind == "start_chat"
