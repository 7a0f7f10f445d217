"""Requirements of credentials: where none may be seen, and what happens when one expires: SEC-02, SEC-05, SEC-09."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from contracts.readings_messages import said_at, showings
from contracts.readings_pages import outage_end
from contracts.readings_wire import Gap, connecting_errors, connection_reports, due, gaps, says_lost, undisturbed
from contracts.requirement import Guide, Judgement, Judgements, Level, Subject, broken, held, judged, requirement
from contracts.trace import Side, Trace
from contracts.views import Chat, chats

EVENTS = (Guide.EVENTS,)
TOLD_WITHIN_SECONDS = 5.0
PLACES = {
    "log": "what the adapter logs and prints",
    "callback": "what it tells the host",
    "error": "the text of an error",
    "url": "the address of a request",
    "persisted_state": "the persisted state",
}


@requirement("SEC-02", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:secrets",))
def no_credential_is_seen(trace: Trace) -> Judgements:
    """No credential is in a log, an address, a callback or the text of an error.

    What: No token that the desk has issued, and no key that the adapter was given, stands in what the adapter logs or
    prints, in the addresses of its requests, in the arguments of callbacks, or in the text of a rejection. Loggers of
    libraries do not count.
    Why: Logs and addresses are read by many, kept for long and sent to other companies; a token in them opens the
    conversation to all of them.
    Seen: B23 (bearer tokens were written to the console), B69 (token and user id stood in the socket's address), B22
    (authentication data was logged).
    """
    yield from _leaks(trace, lambda where: where != "persisted_state")


@requirement("SEC-09", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("driver:secrets", "reconnect"))
def no_credential_is_persisted(trace: Trace) -> Judgements:
    """No credential is in the persisted state.

    What: No token that the desk has issued, and no key, stands in what the adapter gives to update_persisted_state.
    Why: The persisted state lies in the browser's storage as plain text, next to everything else of the page, longer
    than the chat; whatever script runs there can read it.
    Seen: Kin of B48 (the account's secret was handed to the browser), B23.
    """
    yield from _leaks(trace, lambda where: where == "persisted_state")


def _leaks(trace: Trace, wanted: Callable[[str], bool]) -> Iterator[Judgement]:
    for search in trace.of(Side.SUITE, "searched"):
        found = [entry for entry in trace.of(Side.SUITE, "leak") if wanted(entry.data["where"])]
        for leak in found:
            where = PLACES[leak.data["where"]]
            shown = f", which ends in {leak.data['ends']!r}" if leak.data.get("ends") else ""
            at = leak.index if leak.data.get("entry") is None else leak.data["entry"]
            yield broken(at, f"{where} holds no credential", f"it holds a {leak.data['credential']}{shown}", leak.chat)
        places = [name for name, count in search.data["over"].items() if count and wanted(name)]
        if search.data["secrets"] and not found:
            yield from (held(search.index) for _ in places)


@requirement("SEC-05", level=Level.MUST, subject=Subject.ADAPTER, guide=EVENTS, needs=("fault:expire_token",))
def expiry_is_never_silent(trace: Trace) -> Judgements:
    """A token that expires is renewed, or the user is told.

    What: When the desk lets the token of a chat expire, the adapter renews it and goes on, or tells DISCONNECTED or the
    end of the chat. When a user token of an earlier start has expired, the next start gets a new one.
    Why: Whoever is not told writes on, and waits for an agent whose words cannot arrive any more; and a token that is
    kept for ever makes every chat of the next morning fail.
    Seen: B19 (a token was cached for ever and not renewed after a 401), B32 (no handling of an expired token at all).
    """
    for chat in chats(trace):
        for gap in gaps(chat):
            if gap.cut.data.get("expired"):
                yield from _told(chat, gap)
    yield from _later_starts(trace)


def _told(chat: Chat, gap: Gap) -> Iterator[Judgement]:
    ends = [*chat.callbacks("agent_ended_chat"), *connecting_errors(chat)]
    told = [*ends, *(report for report in connection_reports(chat) if says_lost(report))]
    later = [one for one in showings(chat) if said_at(chat, one.seq) > gap.cut.index and due(chat, one.seq)]
    renewed = bool(later) and all(one.callback is not None for one in later)
    if renewed or any(entry.index > gap.cut.index for entry in told):
        yield held(gap.cut.index, chat.key)
    elif outage_end(chat, gap).time - gap.cut.time >= TOLD_WITHIN_SECONDS:
        expected = f"the token of chat {chat.key} expired: it is renewed, or a loss or an end is told"
        yield broken(gap.cut.index, expected, "nothing was told, and nothing arrived", chat.key)


def _later_starts(trace: Trace) -> Iterator[Judgement]:
    """Judge starts that come when the user token of the start before has expired."""
    settings = trace.about.get("settings") or {}
    life = settings.get("token_ttl_seconds")
    if not settings.get("require_user_token") or life is None:
        return
    last: dict[str, float] = {}
    for chat in chats(trace):
        before = last.get(chat.user)
        expired = before is not None and chat.start.entry.time - before >= life
        if expired and chat.start.settled and undisturbed(trace, chat.start):
            expected = f"chat {chat.key} starts with a new user token, as the one before has expired"
            yield judged(chat.start.ok, chat.start.index, expected, f"the start failed: {chat.start.error}", chat.key)
        if chat.start.ok:
            last.setdefault(chat.user, chat.start.entry.time)
