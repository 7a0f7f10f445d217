"""A desk that has seen very many conversations come and go is no larger than before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockdesk.server.host import DeskHost
from tests.server.support import Desk, User, session

SCRIPT = {
    "name": "short",
    "agents": [{"id": "ada"}],
    "rules": [
        {"on": "started", "steps": ["join", {"wait": 1}, {"say": "hello"}]},
        {"on": {"idle": 60}, "steps": [{"say": "still there?"}]},
    ],
}


def live(desk: Desk, number: int) -> User:
    """Live a conversation's whole life, in two shapes, with a held event."""
    http = session()
    user = desk.start(user_id=f"user-{number}")
    user.send("one", message_id="m")
    desk.control.inject({"kind": "hold_events", "conversation_id": user.conversation_id})
    desk.control.advance(1)
    user.poll(wait=0)
    desk.control.release(user.conversation_id)
    chat = http.post(f"{desk.url}/poll/chats", json={"from": f"user-{number}", "key": f"key-{number}"}).json()
    own = {"Authorization": f"Bearer {chat['token']}"}
    http.get(f"{desk.url}/poll/chats/{chat['session']}/events", headers=own)
    user.call("POST", "/end")
    desk.control.remove_conversation(user.conversation_id)
    desk.control.remove_conversation(chat["chat"])
    return user


def sizes(host: DeskHost) -> dict[str, Any]:
    """Return how much of everything the desk has."""
    state = host.desk._state
    return {
        "conversations": len(state.conversations),
        "kept bytes": state.kept.bytes,
        "tokens": len(state.tokens),
        "starts": len(host.desk._starts._records) + len(host.desk._starts._keys),
        "positions": len(host.records._events),
        "gates": len(host.holds._gates),
        "holds": len(host.holds.to_data()),
        "readers": len(host.readers),
        "rates": len(state.message_rate),
        "playing": len(host.desk.script._playing),  # type: ignore[union-attr]
        "timers": len(host.clock._schedule) if hasattr(host.clock, "_schedule") else 0,
        "chats": len(host._dialects["poll"]._chats),  # type: ignore[attr-defined]
        "sessions": len(host._dialects["poll"]._sessions),  # type: ignore[attr-defined]
        "waiting": sum(len(queue.waiting) for queue in state.queues.all()),
        "failures": len(host.desk.failures),
        "journal": len(host.desk.journal),
    }


def test_what_comes_and_goes_leaves_nothing_behind(new_desk: Callable[..., Desk]) -> None:
    """Whatever grows a little with each conversation stops a mock in the third week."""
    limits = {"removed_tokens": 5}
    desk = new_desk(script=SCRIPT, journal_limit=50, max_messages_per_minute=1_000, limits=limits)
    host = desk.server._desks.find_host(desk.control.name)
    for number in range(5):
        live(desk, number)
    before = sizes(host)
    for number in range(5, 40):
        live(desk, number)
    after = sizes(host)
    assert after["rates"] <= 1_000
    for told in (before, after):
        told.pop("rates")
    assert after == before
