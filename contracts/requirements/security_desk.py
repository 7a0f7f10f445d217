"""SEC, at the desk: who may see and do what."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.readings_exchanges import TOKENS, Exchange, exchanges, known_conversations
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Side, Trace

ANSWER = "answer"
"""The place of a leak that a desk's answer, or a frame of its stream, is (as contracts.leaks names it)."""
GUIDE = (Guide.START_CHAT, Guide.SEND_MESSAGE_TO_AGENT, Guide.END_CHAT, Guide.EVENTS)


@requirement("SEC-03", level=Level.MUST, subject=Subject.DESK, guide=GUIDE)
def token_opens_one_conversation(trace: Trace) -> Judgements:
    """A conversation's token opens that conversation only, and no account's secret reaches the client.

    What: the token of one conversation used at another is refused with 401, 403 or 404, by each operation and by
    the stream. No answer and no frame holds a key of the account that the desk was set up with.
    Why: the token is in a browser, where its user can read it; with it nobody may read or write what is not theirs.
    Seen: B48, the account's own bearer was handed to the browser and accepted back from it.
    """
    known = known_conversations(trace)
    for one in _asked(trace):
        if one.token == "foreign" and one.conversation in known:
            yield _refused(one, (401, 403, 404))
    yield from _keys_in_answers(trace)


def _asked(trace: Trace) -> Iterator[Exchange]:
    """Yield the requests about one conversation that the desk itself answered."""
    for one in exchanges(trace):
        if one.answered and one.conversation is not None and one.operation != "startChat":
            yield one


def _refused(one: Exchange, statuses: tuple[int, ...]) -> Judgement:
    if one.mapped:
        return judged(one.refused, one.index, f"{one} is refused", f"it was answered {one.status}")
    expected = f"{one} is refused with {' or '.join(map(str, statuses))}"
    actual = f"it was answered {one.status}" + (f" ({one.body['code']})" if one.body.get("code") else "")
    return judged(one.status in statuses, one.index, expected, actual)


def _keys_in_answers(trace: Trace) -> Judgements:
    """Judge what the session found when it looked for keys of the account (contracts.leaks)."""
    leaks = [entry for entry in trace.of(Side.SUITE, "leak") if entry.data["where"] == ANSWER]
    for leak in leaks:
        sent = trace.entries[leak.data["entry"]]
        where = str(sent.data.get("operation") or "a frame of the stream")
        expected = f"the answer of {where} holds no key of the account"
        yield broken(sent.index, expected, f"it holds the key that ends in {leak.data['ends']!r}")
    for search in trace.of(Side.SUITE, "searched"):
        if search.data["over"].get(ANSWER) and not leaks:
            yield held(search.index)


@requirement("SEC-04", level=Level.MUST, subject=Subject.DESK, guide=GUIDE)
def bad_tokens_are_refused(trace: Trace) -> Judgements:
    """A missing, wrong or expired token is refused, by each operation and by the stream.

    What: without a token, with one that the desk never gave out, with an expired one, and with another user's, each
    operation of a conversation and the opening of its stream is refused with 401 or 403. So is a start with a token
    that the desk never gave out, and a request for a user token without a key of the account or with a wrong one.
    Why: one forgotten check is enough: who knows or guesses an id reads along.
    Seen: B20, tokens were given to anybody who asked, from anywhere, and identity was taken from the request's
    body.
    """
    known = known_conversations(trace)
    for one in _asked(trace):
        if one.token in BAD and one.conversation in known:
            yield _refused(one, (401, 403))
    for one in exchanges(trace, "startChat", "createToken"):
        minting = one.operation == "createToken"
        if one.answered and one.token in (("none", "wrong_api_key") if minting else ("garbage",)):
            yield _refused(one, (401, 403, 404) if minting else (401, 403))


BAD = frozenset(TOKENS) - {"own", "foreign"}
"""Kinds of tokens that open nothing; a foreign one is SEC-03's."""
