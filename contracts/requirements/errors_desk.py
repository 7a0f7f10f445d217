"""ERR: how a desk takes what is wrong, and whether its answers and frames are what its contract says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contracts.readings_exchanges import FAULT_CODE
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Entry, Side, Trace

FUNCTIONS = {
    "startChat": Guide.START_CHAT,
    "getConversation": Guide.START_CHAT,
    "endChat": Guide.END_CHAT,
    "sendMessageToAgent": Guide.SEND_MESSAGE_TO_AGENT,
    "listMessages": Guide.SEND_MESSAGE_TO_AGENT,
    "updateState": Guide.UPDATE_STATE,
    "getAvailability": Guide.ARE_ANY_AGENTS_ONLINE,
    "userTyping": Guide.USER_TYPING,
    "userReadMessages": Guide.USER_READ_MESSAGES,
    "pollEvents": Guide.EVENTS,
    "streamEvents": Guide.EVENTS,
}
"""The function of the guide that an operation serves."""


def _of(judgement: Judgement, operation: str) -> Judgement:
    """Put a judgement down to the function of the guide that the operation serves."""
    return replace(judgement, function=FUNCTIONS.get(operation))


def _answers(trace: Trace) -> Iterator[Entry]:
    """Yield the exchanges that the desk itself answered, or should have: not those that an injected fault answered."""
    for entry in trace.of(Side.WIRE, "exchange"):
        body = entry.data.get("body")
        injected = isinstance(body, dict) and body.get("code") == FAULT_CODE
        if not injected and not _spoilt(trace, entry):
            yield entry


def _spoilt(trace: Trace, answer: Entry) -> bool:
    """Tell whether a fault on this operation was at work, so that an odd answer is not the desk's own."""
    operations = (answer.data["operation"], "*")
    cleared = max(
        (one.index for one in trace.of(Side.SUITE, "cleared", "restore") if one.index < answer.index), default=-1
    )
    faults = [one for one in trace.of(Side.SUITE, "fault") if cleared < one.index < answer.index]
    return any(fault.data["fault"].get("operation") in operations for fault in faults)


def _planted(trace: Trace, frame: Entry) -> bool:
    """Tell whether a frame that is no event was put there by a fault; it may have been under way for a while."""
    content = frame.data["frame"]
    is_event = isinstance(content, dict) and isinstance(content.get("seq"), int)
    kinds = {entry.data["fault"].get("kind") for entry in trace.of(Side.SUITE, "fault") if entry.index < frame.index}
    return not is_event and bool(kinds & {"garbage_frame", "unknown_type"})


def _generated(trace: Trace, id: str) -> Iterator[Judgement]:
    """Yield a judgement for each operation that generated requests tried, and one for each check that failed."""
    failures = [entry for entry in trace.of(Side.WIRE, "fuzz.failure") if entry.data["requirement"] == id]
    for entry in failures:
        yield _of(_failed(entry, entry.data), entry.data["operation"])
    for entry in trace.of(Side.WIRE, "fuzz.done"):
        broken_operations = {failure.data["operation"] for failure in failures}
        sent = [operation for operation in entry.data["sent"] if operation not in broken_operations]
        yield from (_of(held(entry.index), operation) for operation in sent)


def _failed(entry: Entry, data: Any) -> Judgement:
    message = " ".join(str(data["message"]).split())
    actual = f"{data['operation']} answered {data['status']}: {data['title']}: {message}; try: {data['request']}"
    return broken(entry.index, f"the check {data['check']} holds for generated requests", actual)


@requirement("ERR-06", level=Level.MUST, subject=Subject.DESK, guide=tuple(Guide))
def malformed_is_refused(trace: Trace) -> Judgements:
    """A malformed request is refused with 4xx, never with 5xx and never with silence.

    What: whatever is sent to an operation, the desk answers, and not with a server error; what the contract does not
    allow is refused.
    Why: a desk that falls over an odd character takes the conversations of others along, and an integration cannot tell
    its own mistake from an outage.
    Seen: B49: an answer without its list made the integration's server throw, and the request hung for ever.
    """
    for entry in _answers(trace):
        status = entry.data.get("status")
        if status is None:
            error = entry.data.get("error")
            finding = broken(entry.index, f"{entry.data['operation']} is answered", f"no answer came: {error}")
            yield _of(finding, entry.data["operation"])
        else:
            what = f"{entry.data['operation']} answered {status}"
            expected = f"{entry.data['operation']} does not fail in the server"
            yield _of(judged(status < 500, entry.index, expected, what), entry.data["operation"])
    yield from _generated(trace, "ERR-06")


@requirement("ERR-07", level=Level.MUST, subject=Subject.DESK, guide=tuple(Guide))
def answers_fit_the_contract(trace: Trace) -> Judgements:
    """Answers are what the contract says; errors have one machine-readable shape.

    What: status, content type, required headers and body of each answer are described in openapi.yaml; refusals are
    problem+json with a code and whether to try again.
    Why: an integration that has to guess the shape of an error shows the wrong thing, or nothing.
    Seen: B21, B70: a rate limiter answered in plain text and the client parsed JSON; an availability reply of another
    shape became "offline".
    """
    for entry in _answers(trace):
        violations = entry.data.get("violations")
        if violations is None or entry.data.get("status", 500) >= 500:
            continue
        what = f"{entry.data['operation']} answered {entry.data['status']} with {'; '.join(violations[:3])}"
        finding = judged(
            not violations, entry.index, f"the answer of {entry.data['operation']} fits openapi.yaml", what
        )
        yield _of(finding, entry.data["operation"])
    yield from _generated(trace, "ERR-07")


@requirement("ERR-11", level=Level.MUST, subject=Subject.DESK, guide=(Guide.EVENTS,))
def frames_fit_the_contract(trace: Trace) -> Judgements:
    """Each frame of the stream is an event as the contract describes it.

    What: each frame has its position, type and time, and its data fits the schema of its type.
    Why: the stream is the only way back to the user; OpenAPI tools do not look at it, so nobody else does.
    Seen: B45, B67, B72: typing collapsed over a batch, an agent without an id, a wait that was no number.
    """
    for entry in trace.of(Side.WIRE, "frame"):
        violations = entry.data.get("violations")
        if violations is None or _planted(trace, entry):
            continue
        frame = entry.data["frame"]
        kind = frame.get("type") if isinstance(frame, dict) else "no object"
        what = f"a frame ({kind}) with {'; '.join(violations[:3])}"
        yield judged(not violations, entry.index, "the frame fits the schema of its event", what)
