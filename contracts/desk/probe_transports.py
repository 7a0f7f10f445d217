"""Probes of how events travel: polls that wait, server-sent events, and what comes after the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from contracts.desk.bench import Bench, CannotProbe, probe
from contracts.desk.sse import read_events
from contracts.desk.stream import open_stream
from contracts.desk.wire import Answer

PATIENCE = 3.0
"""Wall seconds without a frame after which a stream that should have ended is given up."""
WAIT_SECONDS = 2.0
MOST_OTHER_NEWS = 5
"""How often a waiting poll may be answered with something else before it is given up."""


@probe("ORD-09", needs=("long_poll",))
def polls_that_wait(bench: Bench) -> None:
    """Poll where nothing happens, without and with waiting; and wait for a message that is sent meanwhile."""
    chat = bench.chat("probe-waiting")
    known = bench.call("pollEvents", chat, purpose="prepare")
    if not known.ok or not isinstance(known.body, dict):
        raise CannotProbe(f"the events could not be read: {known.status}")
    after = _next(known, 0)
    after = _next(_poll(bench, chat, after, 0, "poll.at_once"), after)
    if _virtual(bench) and not _can(bench, "wait"):
        return  # time does not go by on its own, and nobody tells when a poll has begun to wait
    idle = _waiting(bench, chat, after, WAIT_SECONDS, "poll.idle")
    while bench.driver is not None and _virtual(bench) and idle.is_alive():
        bench.driver.advance(WAIT_SECONDS)  # once, or again if the poll began to wait only then
        idle.join(0.05)
    idle.join()
    _hear_while_waiting(bench, chat, _next(idle.answer, after))


def _hear_while_waiting(bench: Bench, chat: str, after: int) -> None:
    """Send a message while a poll waits; poll on where something else, like an agent's joining, came first."""
    waiting = _waiting(bench, chat, after, WAIT_SECONDS * 5, "poll.waiting")
    sent = bench.say(chat, "Here it is.", purpose="poll.sent")
    waiting.join()
    if not sent.ok or not isinstance(sent.body, dict):
        return
    answer = waiting.answer
    for _ in range(MOST_OTHER_NEWS):
        events = _events(answer)
        if not events or any(event.get("seq") == sent.body.get("seq") for event in events):
            return
        after = _next(answer, after)
        answer = _poll(bench, chat, after, WAIT_SECONDS * 5, "poll.waiting")


def _events(answer: Answer | None) -> list[dict[str, Any]]:
    body = answer.body if answer is not None and answer.ok else None
    found = body.get("events") if isinstance(body, dict) else None
    return [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []


def _next(answer: Answer | None, after: int) -> int:
    """Return from where to poll next; ``after`` where the answer does not say."""
    body = answer.body if answer is not None and answer.ok else None
    following = body.get("next") if isinstance(body, dict) else None
    return following if isinstance(following, int) else after


def _virtual(bench: Bench) -> bool:
    return bench.driver is not None and bench.driver.describe().get("clock") == "virtual"


def _can(bench: Bench, operation: str) -> bool:
    return bench.driver is not None and operation in bench.driver.describe().get("operations", ())


def _poll(bench: Bench, chat: str, after: int, wait: float, purpose: str) -> Answer:
    query = {"after": after, "wait": wait}
    return bench.wire.request("pollEvents", chat, query=query, timeout=wait + PATIENCE, purpose=purpose)


class _WaitingPoll(threading.Thread):
    """A poll that waits, and what came of it."""

    def __init__(self, ask: Callable[[], Answer]) -> None:
        super().__init__(name="contracts-probe-poll", daemon=True)
        self._ask = ask
        self.answer: Answer | None = None

    def run(self) -> None:
        self.answer = self._ask()


def _waiting(bench: Bench, chat: str, after: int, wait: float, purpose: str) -> _WaitingPoll:
    """Begin a poll; return when the desk has it, where the driver can tell."""
    known = _polls_begun(bench)
    thread = _WaitingPoll(partial(_poll, bench, chat, after, wait, purpose))
    thread.start()
    if bench.driver is not None and known is not None:
        bench.driver.wait({"kind": "request", "operation": "pollEvents"}, known + 1, PATIENCE)
    return thread


def _polls_begun(bench: Bench) -> int | None:
    if bench.driver is None or not (_can(bench, "wait") and _can(bench, "journal")):
        return None
    found = [entry for entry in bench.driver.journal() if entry.get("kind") == "request"]
    return len([entry for entry in found if (entry.get("data") or {}).get("operation") == "pollEvents"])


@probe("ORD-10", needs=("server_sent_events",))
def server_sent_events_have_ids(bench: Bench) -> None:
    """Read an ended conversation as server-sent events, from the beginning and from its second event on."""
    chat = bench.chat("probe-sse")
    bench.say(chat, "hello")
    bench.wire.request("endChat", chat, body={}, purpose="prepare")
    read_events(bench.wire, chat, 0, patience=PATIENCE, purpose="sse.all")
    read_events(bench.wire, chat, 0, last_event_id=1, patience=PATIENCE, purpose="sse.rest")


@probe("LIF-20")
def the_end_is_the_last_word(bench: Bench) -> None:
    """End a conversation whose events are being read over each transport; then touch and read it again."""
    chat = bench.chat("probe-end")
    opened = open_stream(bench.wire, chat, purpose="ended.stream") if "websocket" in bench.transports() else None
    bench.say(chat, "the last message")
    bench.wire.request("endChat", chat, body={"reason": "done"}, purpose="ended.end")
    _try_what_is_over(bench, chat)
    if opened is not None and opened.stream is not None:
        opened.stream.drain(None, PATIENCE)
        opened.stream.close()
    if "long_poll" in bench.transports():
        bench.call("pollEvents", chat, purpose="ended.poll")
    if "server_sent_events" in bench.transports():
        read_events(bench.wire, chat, 0, patience=PATIENCE, purpose="ended.sse")
    bench.call("getConversation", chat, purpose="ended.state")


def _try_what_is_over(bench: Bench, chat: str) -> None:
    """Do what must change nothing any more."""
    body: dict[str, Any] = {"text": "too late"}
    bench.wire.request("sendMessageToAgent", chat, body=body, purpose="ended.send")
    bench.wire.request("endChat", chat, body={"reason": "again"}, purpose="ended.again")
    for operation in ("userTyping", "updateState", "uploadFile"):
        if bench.offers(operation):
            bench.call(operation, chat, purpose="ended.late")


@probe("PRS-14", needs=("user_typing",))
def typing_of_the_user(bench: Bench) -> None:
    """Tell that the user types, and stopped, in one of two conversations, and look at both."""
    chat, other = bench.chat("probe-typist"), bench.chat("probe-silent")
    for on in (True, False, True, False):
        bench.wire.request("userTyping", chat, body={"typing": on}, purpose="typing.told")
        bench.call("getConversation", chat, purpose="typing.seen")
        bench.call("getConversation", other, purpose="typing.seen")


@probe(
    "AVL-10",
    needs=("are_any_agents_online",),
    settings={
        "queues": {"staffed": {"agents_online": 2, "seconds_per_conversation": 60}, "deserted": {"agents_online": 0}}
    },
)
def availability_of_queues(bench: Bench) -> None:
    """Ask whether somebody would answer in a queue with agents, in one without, and where the driver has none."""
    for queue in ("staffed", "deserted", None):
        query = {"queue": queue} if queue else None
        bench.wire.request("getAvailability", query=query, purpose="availability")
    bench.chat("probe-waiting")
    bench.wire.request("getAvailability", purpose="availability")


PROBES = (
    polls_that_wait,
    server_sent_events_have_ids,
    the_end_is_the_last_word,
    typing_of_the_user,
    availability_of_queues,
)
