"""The menu of the example desk, walked through by a user, in virtual time."""

from __future__ import annotations

from contracts.adapter import ErrorType
from tests.reference.conftest import MakeBench
from tests.reference.support import await_no_threads


def test_the_menu_from_help_to_end(make_bench: MakeBench) -> None:
    """help, anything else, someone else, disconnect and reconnect, end chat: all that the example desk offers."""
    bench = make_bench({"script": "menu"}, user_name="Grace")
    host, clock = bench.host, bench.clock

    def ask(text: str, number: int) -> None:
        bench.widget.say(text, f"m-{number}")

    bench.desk.start_chat({})
    clock.advance(2)
    host.await_text("Hello Grace, this is Ada. Write help to see what I can do.")
    ask("help", 1)
    clock.advance(1)
    host.await_call("send_message_to_user", 2)
    assert "someone else: another agent takes over" in host.texts()[-1]
    ask("good morning", 2)
    clock.advance(1)
    host.await_text('You wrote: "good morning". Write help to see what I can do.')
    ask("someone else", 3)
    clock.advance(4)
    host.await_text("Hi, this is Bob. I have taken over.")
    ask("disconnect and reconnect", 4)
    clock.advance(1)
    host.await_call("set_error_status")
    for wait in (0.5, 1, 2, 4):  # the line is dead for four seconds
        clock.await_wait(wait)
        clock.advance(wait)
    host.await_call("set_error_status", 2)
    host.await_text("The line was dead for some seconds. It works again.")
    ask("end chat", 5)
    clock.advance(1)
    host.await_call("agent_ended_chat")
    await_no_threads()

    names = [name for name in host.names() if name in ("agent_joined", "begin_transfer_to_another_agent")]
    assert names == ["agent_joined", "begin_transfer_to_another_agent", "agent_joined"]
    errors = [(error[0]["type"], error[0]["is_disconnected"]) for error in host.calls("set_error_status")]
    assert errors == [(ErrorType.DISCONNECTED, True), (ErrorType.DISCONNECTED, False)]
    assert host.texts()[-1] == "Goodbye Grace."
