"""The page's steps of a session: it is closed and loaded again, and the widget on it may fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from contracts.clock import SuiteClock
from contracts.program import Step
from contracts.trace import Side

if TYPE_CHECKING:
    from contracts.chat_state import ChatState
    from contracts.host import Host
    from contracts.session import Session


def unload(session: Session, step: Step) -> None:
    """The page goes away: the adapter's code ends, and its connections break off."""
    host = session.host(step.user)
    state = session.chat(step.user)
    if host.page is None or (state is not None and state.cut):
        return session.impossible(step, "there is no page, or its stream is cut")
    host.settle()
    if state is not None and host.running:
        session.settle(step.user, state)
    if isinstance(session.clock, SuiteClock):
        session.clock.pass_barriers()  # a page does not go away in the middle of a turn: what it keeps in it is kept
    lingering = bool(step.args.get("lingering", False))
    session.recorder.add(Side.SUITE, "unload", user=step.user, chat=host.chat, lingering=lingering)
    session.throw_away(host)
    if state is not None and host.running:
        state.away = True
        if not lingering:
            cut_streams(session, state)
    return None


def cut_streams(session: Session, state: ChatState) -> None:
    """Let the desk see what a browser does with the connections of a page that goes away."""
    if state.conversation_id is not None and not state.ended:
        with suppress(NotImplementedError):
            session.driver.inject({"kind": "eof", "conversation_id": state.conversation_id})


def reload(session: Session, step: Step) -> None:
    """The page is loaded again: a new adapter, which may take up the chat of the one before."""
    host = session.host(step.user)
    if host.page is not None:
        unload(session, step)
        if host.page is not None:
            return
    session.build(host, host.kept)
    host.call("get_name")
    why = _take_up(host, int(step.args.get("reconnects", 1))) if host.running else "no chat was running"
    session.recorder.add(Side.SUITE, "reloaded", user=step.user, chat=host.chat, goes_on=host.running, why=why)
    state = session.chat(step.user)
    if state is not None and state.away:
        _go_on(session, host, state)


def _take_up(host: Host, reconnects: int) -> str:
    """Let the host ask for the chat of before; return why it goes on, or why it is over."""
    if not host.joined:
        host.running = False
        return "no agent had joined: the host does not ask"
    if not host.has("reconnect"):
        host.running = False
        return "the adapter has no reconnect"
    host.reconnected = False
    calls = [host.call("reconnect", wait=False) for _ in range(reconnects)]
    host.settle(*calls)
    host.running = host.reconnected
    return "reconnect returned true" if host.reconnected else "reconnect did not return true"


def _go_on(session: Session, host: Host, state: ChatState) -> None:
    if host.running:
        state.away = False
        session.settle(host.user, state)
    else:
        cut_streams(session, state)


def host_raises(session: Session, step: Step) -> None:
    """A callback of the host will raise."""
    host, callback, count = session.host(step.user), str(step.args["callback"]), int(step.args.get("count", 1))
    session.recorder.add(Side.SUITE, "host_raises", user=step.user, chat=host.chat, callback=callback, count=count)
    host.raises[callback] += count


PAGE_WORDS: Mapping[str, Callable[[Session, Step], None]] = MappingProxyType(
    {"unload": unload, "reload": reload, "host_raises": host_raises}
)
"""The page's words of a program."""
