"""LIM, at the desk: what it declares holds, at the border and beyond."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.readings_exchanges import Exchange, exchanges, told_by_id, told_messages
from contracts.readings_messages import normal, same_text
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, judged, requirement
from contracts.trace import Trace

SEND = (Guide.SEND_MESSAGE_TO_AGENT,)
OPERATIONS = {
    "updateState": "update_state",
    "userTyping": "user_typing",
    "userReadMessages": "user_read_messages",
    "uploadFile": "files",
    "getFile": "files",
    "answerScreenShare": "screen_share",
    "getAvailability": "are_any_agents_online",
}
"""The function that a desk declares for each optional operation."""
NOT_THERE = (404, 405, 426, 501)


def _declared(trace: Trace, part: str) -> Any:
    """Return a part of what the desk says that it offers, ``None`` where it was not asked."""
    found = [one.body.get(part) for one in exchanges(trace, "getCapabilities") if one.ok]
    return found[-1] if found else None


def _limit(trace: Trace, name: str) -> int | None:
    limits = _declared(trace, "limits")
    found = limits.get(name) if isinstance(limits, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _with_purpose(trace: Trace, operation: str, start: str) -> list[Exchange]:
    found = exchanges(trace, operation)
    return [one for one in found if one.answered and str(one.entry.data.get("purpose") or "").startswith(start)]


@requirement("LIM-01", level=Level.MUST, subject=Subject.DESK, guide=SEND)
def declared_length_is_taken(trace: Trace) -> Judgements:
    """A text of the declared length is taken whole, and a longer one is refused.

    What: The desk declares how long a text may be, in characters. A text of exactly that length is accepted, whatever
    its characters take in bytes, and told again in full; one that is longer by one character is answered 413 or 422,
    and no part of it is kept.
    Why: A text that is cut in silence loses its last words, which are often the question. A limit that is counted
    otherwise than declared refuses users of some languages only.
    Seen: rests on the desk contract; limits counted in bytes or in units of UTF-16 are a common fault.
    """
    most = _limit(trace, "max_text_characters")
    if most is None:
        return
    told = told_by_id(trace)
    for one in _with_purpose(trace, "sendMessageToAgent", "limit."):
        text = one.sent.get("text")
        if not isinstance(text, str):
            continue
        if len(text) > most:
            yield _too_long(trace, one, text, most)
        elif len(text) == most:
            found = [message for _, _, message in told.get((str(one.conversation), one.body.get("id")), [])]
            yield _longest(one, text, [str(message.get("text")) for message in found])


def _longest(one: Exchange, text: str, told: list[str]) -> Judgement:
    size = len(text.encode("utf-8", "replace"))
    expected = f"a text of the declared {len(text)} characters ({size} bytes in UTF-8) is accepted and told again whole"
    cut = [again for again in told if not same_text(again, text)]
    actual = f"it was answered {one.status}" + (f", and told with {len(cut[0])} characters" if cut else "")
    return judged(one.ok and not cut, one.index, expected, actual)


def _too_long(trace: Trace, one: Exchange, text: str, most: int) -> Judgement:
    start = normal(text)[: most // 2]
    allowed = {normal(str(sent.sent.get("text"))) for sent in exchanges(trace, "sendMessageToAgent") if sent.ok}
    kept = [
        how
        for index, how, message in told_messages(trace, str(one.conversation))
        if index > one.index
        and normal(str(message.get("text"))).startswith(start)
        and normal(str(message.get("text"))) not in allowed
    ]
    expected = f"a text of {len(text)} characters, where {most} are declared, is answered 413 or 422 and not kept"
    actual = f"it was answered {one.status}" + (f", and a part of it is in {kept[0]}" if kept else "")
    return judged(one.status in (413, 422) and not kept, one.index, expected, actual)


@requirement("LIM-03", level=Level.SHOULD, subject=Subject.DESK, guide=SEND)
def rate_is_limited_for_each_user(trace: Trace) -> Judgements:
    """A rate limit is the user's own, and is told with 429 and Retry-After, in the shape of errors.

    What: Where the desk declares how many messages a user may send in a minute, so many are accepted, and the next is
    answered 429 with a Retry-After of whole seconds (or a date), in the error shape, marked as worth trying again, and
    not kept. Another user is not held up by it. After the time of Retry-After the message is accepted.
    Why: A limit for an address holds up everybody behind one company's proxy. A 429 that cannot be read becomes
    "failed", and without a time the client tries again at once.
    Seen: B21, one limiter for everybody behind one address, its 429 plain text that the client parsed as JSON.
    """
    most = _limit(trace, "max_messages_per_minute")
    if most is None:
        return
    for one in _with_purpose(trace, "sendMessageToAgent", "rate."):
        match str(one.entry.data["purpose"]):
            case "rate.too_many":
                yield _slowed_down(trace, one, most)
            case "rate.later":
                yield judged(one.ok, one.index, "after Retry-After the message is accepted", f"it got {one.status}")
            case _:
                expected = f"a message within the declared {most} in a minute of its own user is accepted"
                yield judged(one.ok, one.index, expected, f"it was answered {one.status}")


def _slowed_down(trace: Trace, one: Exchange, most: int) -> Judgement:
    headers = {str(name).lower(): str(value) for name, value in (one.entry.data.get("headers") or {}).items()}
    later = headers.get("retry-after", "")
    seconds_or_date = (later.isdigit() and int(later) > 0) or later.endswith("GMT")
    again = any(other.ok and other.sent == one.sent for other in exchanges(trace, "sendMessageToAgent"))
    text = str(one.sent.get("text"))
    kept = not again and any(
        same_text(str(message.get("text")), text) for _, _, message in told_messages(trace, str(one.conversation))
    )
    wrong = [
        what
        for what, ok in (
            (f"it was answered {one.status}", one.status == 429),
            (f"Retry-After is {later!r}" if later else "there is no Retry-After", bool(seconds_or_date)),
            (f"its type is {headers.get('content-type')}", "problem+json" in headers.get("content-type", "")),
            (f"its code is {one.body.get('code')!r}", isinstance(one.body.get("code"), str)),
            (f"retryable is {one.body.get('retryable')!r}", one.body.get("retryable") is True),
            ("its text is kept", not kept),
        )
        if not ok
    ]
    expected = f"a message beyond the declared {most} in a minute is answered 429 with Retry-After, in the error shape"
    return judged(not wrong, one.index, expected, "; ".join(wrong))


@requirement("LIM-06", level=Level.MUST, subject=Subject.DESK)
def what_is_declared_is_there(trace: Trace) -> Judgements:
    """Whatever the desk declares, it has.

    What: An operation of a function that the desk declares, called with the conversation's own token, is not answered
    as something that is not there (404, 405, 426, 501); a declared transport opens. Refusals that the state of the
    conversation explains are no fault.
    Why: An integration offers its user what the desk declares: a button that leads to "not found" is worse than none.
    Seen: an addition to the catalogue; kin of B70, where an answer was trusted that the desk did not keep.
    """
    functions, transports = _declared(trace, "functions"), _declared(trace, "transports")
    if not isinstance(functions, Mapping):
        return
    for one in exchanges(trace):
        purpose = str(one.entry.data.get("purpose") or "")
        if not purpose.startswith("declared") or not one.answered:
            continue
        function, transport = OPERATIONS.get(one.operation), purpose.partition(".")[2]
        if function is not None and functions.get(function) is True:
            expected = f"{one.operation} is there: the desk declares {function}"
            yield judged(one.status not in NOT_THERE, one.index, expected, f"it was answered {one.status}")
        elif transport and transport in (transports or ()):
            yield judged(one.ok, one.index, f"the declared transport {transport} opens", f"it got {one.status}")


@requirement("LIM-07", level=Level.MUST, subject=Subject.DESK)
def declared_sizes_hold(trace: Trace) -> Judgements:
    """Bodies and files of the declared size are taken, larger ones are refused.

    What: A body and a file of exactly the declared size are accepted; one byte more is answered 413, or 422; a file of
    a type that is not declared is answered 415 or 422.
    Why: An integration checks what it sends by what the desk declares; where the desk counts otherwise, the check
    refuses what would be taken, or lets through what is not.
    Seen: an addition to the catalogue, beside LIM-01.
    """
    for one in exchanges(trace, "sendMessageToAgent", "uploadFile"):
        purpose = str(one.entry.data.get("purpose") or "")
        what, _, kind = purpose.partition(".")
        if what != "limit" or not one.answered or kind not in SIZES:
            continue
        expected, statuses = SIZES[kind]
        good = one.ok if not statuses else one.status in statuses
        yield judged(good, one.index, expected, f"it was answered {one.status}")


SIZES: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "largest_body": ("a body of the declared size is accepted", ()),
    "too_large_body": ("a body that is larger by a byte is answered 413 or 422", (413, 422)),
    "largest_file": ("a file of the declared size is accepted", ()),
    "too_large_file": ("a file that is larger by a byte is answered 413 or 422", (413, 422)),
    "wrong_type": ("a file of a type that is not declared is answered 415 or 422", (415, 422)),
}
"""What is expected of each purpose, and the statuses of a refusal (none: it is accepted)."""
