"""Pages of the host model: a reload ends one adapter instance and builds the next, and callbacks may fail."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from byosd_reference import connect
from contracts.adapter import AdapterFactory, DeskDriver
from contracts.census import unhandled_recorded
from contracts.clock import WallClock
from contracts.deadlines import Patience
from contracts.host import Host, HostRaised
from contracts.host_callback import HostCallback
from contracts.page import Page, PageGone
from contracts.program import Step, act, step
from contracts.session import Session
from contracts.subject import Subject
from contracts.trace import Recorder, Side, Trace


def play(driver: DeskDriver, factory: AdapterFactory, *program: Step) -> Trace:
    """Play a program and return its trace."""
    with Session(Subject("adapter", "test", factory), driver) as session:
        return session.play(program)


def kinds(entries: Iterable[Any]) -> list[str]:
    """Return the kinds of entries."""
    return [entry.kind for entry in entries]


def without_reconnect(*args: Any, **kwargs: Any) -> Any:
    """An adapter that cannot take up a chat."""
    adapter = connect(*args, **kwargs)
    adapter.reconnect = None  # type: ignore[method-assign,assignment]
    return adapter


@pytest.fixture
def host() -> Host:
    """A host whose callbacks can be called by hand."""
    return Host(Recorder(lambda: 0.0), "u1", Patience(), lambda method, *args: method(*args))


def test_a_chat_goes_on_after_a_reload(driver: DeskDriver) -> None:
    """The order is the widget's: factory, name, reconnect; then the chat is what it was."""
    talk = [step("start"), act("join", "ada"), step("unload"), act("say", "ada", text="Away?")]
    trace = play(driver, connect, *talk, step("reload"), step("send", text="Here."), act("end", "ada"))
    page = [entry for entry in trace.of(Side.HOST) if entry.call is None and entry.kind != "send_message_to_agent"]
    assert kinds(page) == ["constructed", "start_chat", "constructed", "get_name", "reconnect", "end_chat"]
    assert [entry.data["goes_on"] for entry in trace.of(Side.SUITE, "reloaded")] == [True]
    assert [e.data["texts"] for e in trace.of(Side.CALLBACK, "send_message_to_user")] == [["Away?"]]
    assert kinds(trace.of(Side.CALLBACK))[-2:] == ["agent_ended_chat", "returned"]
    assert not trace.of(Side.SUITE, "unhandled", "impossible")
    (census,) = trace.of(Side.SUITE, "census")
    assert (census.data["streams"], census.data["timers"], census.data["threads"]) == (0, [], [])


@pytest.mark.parametrize("joined", [True, False])
def test_a_chat_that_cannot_be_taken_up_is_over(driver: DeskDriver, joined: bool) -> None:
    """Nobody waits for what no page can show; the next chat begins as any other."""
    talk = [step("start"), *([act("join", "ada")] if joined else []), step("reload"), act("say", "ada", text="Lost.")]
    trace = play(driver, without_reconnect, *talk, step("send", text="x"), step("start"), act("join", "bob"))
    assert [entry.data["goes_on"] for entry in trace.of(Side.SUITE, "reloaded")] == [False]
    assert [entry.chat for entry in trace.of(Side.HOST, "start_chat")] == ["u1#1", "u1#2"]
    assert not [entry for entry in trace.of(Side.SUITE, "delivered") if entry.data.get("late")]


def test_what_is_left_of_an_old_page_is_neither_heard_nor_counted(driver: DeskDriver) -> None:
    """A browser ends the code of a page; a thread of this process can only be made to hear that it should end."""
    heard: list[str] = []

    def haunted(desk_url: str, callback: Any, **more: Any) -> Any:
        def haunt() -> None:
            heard.append("the timer fired")

        def wait() -> None:
            more["clock"].wait(threading.Event(), 60.0)

        more["clock"].call_later(5.0, haunt)
        threading.Thread(target=wait, name="ghost", daemon=True).start()
        return connect(desk_url, callback, **more)

    with Session(Subject("adapter", "test", haunted), driver) as session:
        for one in (step("start"), act("join", "ada"), step("unload")):
            session.perform(one)
        assert isinstance(session.hosts["u1"], Host)
        timers = [name for name in session.clock.timers() if name != "wait"]
        session.perform(step("advance", seconds=10.0))
        trace = session.trace()
    assert (heard, timers) == ([], [])
    assert not trace.of(Side.SUITE, "unhandled")


def test_an_old_page_can_do_nothing(host: Host) -> None:
    """Whatever a ghost touches tells it to end; that is no exception which an adapter would catch."""
    page = Page(WallClock())
    callback = HostCallback(host, page)
    timer = page.clock.call_later(60.0, lambda: None)
    page.leave()
    for use in (page.clock.now, callback.agent_read_messages, callback.persisted_state, page.guarded(len)):
        with pytest.raises(PageGone):
            use()
    with pytest.raises(PageGone):
        page.clock.call_later(1.0, lambda: None)
    timer.cancel()
    assert not issubclass(PageGone, Exception)


def test_a_wait_ends_with_its_page() -> None:
    """A thread of an old page must not wait until a clock moves that nobody moves."""
    page, ended = Page(WallClock()), threading.Event()

    def wait() -> None:
        try:
            page.clock.wait(threading.Event(), 60.0)
        except PageGone:
            ended.set()

    threading.Thread(target=wait, daemon=True).start()
    page.leave()
    assert ended.wait(5.0)


def test_the_end_of_a_ghost_is_no_unhandled_error() -> None:
    """The exception is the suite's own."""
    recorder = Recorder(lambda: 0.0)

    def die() -> None:
        raise PageGone

    with unhandled_recorded(recorder):
        thread = threading.Thread(target=die)
        thread.start()
        thread.join()
    assert recorder.snapshot() == ()


def test_the_host_raises_as_often_as_it_is_asked_to(host: Host) -> None:
    """The callback is recorded and has its effect; then it raises, and the trace says so (ERR-08)."""
    callback = HostCallback(host, Page(WallClock()))
    host.raises["agent_joined"] += 1
    with pytest.raises(HostRaised, match="agent_joined"):
        callback.agent_joined({"id": "a", "nickname": "A"})
    callback.agent_joined({"id": "a", "nickname": "A"})
    trace = host._recorder.trace({})
    assert kinds(trace) == ["agent_joined", "returned", "agent_joined"]
    assert host.joined


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("send_message_to_user", ("no agent",)),
        ("set_error_status", (2,)),
        ("agent_joined", (None,)),
        ("update_persisted_state", ([],)),
        ("agent_left_chat", ("too much",)),
    ],
)
def test_arguments_that_the_interface_does_not_have_are_refused(host: Host, name: str, args: tuple[Any, ...]) -> None:
    """They are told apart from callbacks, so that no requirement falls over them (ERR-10)."""
    with pytest.raises(TypeError):
        getattr(HostCallback(host, Page(WallClock())), name)(*args)
    (entry,) = host._recorder.snapshot()
    assert (entry.side, entry.kind, entry.data["callback"]) == (Side.SUITE, "refused", name)


def test_a_state_that_is_no_json_has_no_size(host: Host) -> None:
    """The size is of all that is kept, after the merge (REC-09)."""
    callback = HostCallback(host, Page(WallClock()))
    callback.update_persisted_state({"a": "é"})
    callback.update_persisted_state({"b": 1})
    callback.update_persisted_state({"c": {1, 2}})
    assert [entry.data["size"] for entry in host._recorder.snapshot()] == [11, 19, None]
    assert callback.begin_transfer_to_another_agent() is None  # type: ignore[func-returns-value]
