"""Scenarios of sharing the screen."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

ANSWERED = "answerScreenShare"


@scenario("FIL-07")
def the_screen_is_shared_and_stopped() -> Iterable[Step]:
    """The user accepts, and stops twice; then declines a second request, and stops what does not go on."""
    yield step("start")
    yield act("join", "ada")
    yield act("request_screen", "ada")
    yield step("await", operation=ANSWERED)
    yield act("say", "ada", text="I see your screen.")
    yield step("stop_sharing")
    yield step("stop_sharing")
    yield step("screen_share", answer="declined")
    yield act("request_screen", "ada")
    yield step("await", operation=ANSWERED, count=3)
    yield step("stop_sharing")
    yield act("say", "ada", text="Then not.")


@scenario("FIL-07")
def the_agent_takes_the_request_back() -> Iterable[Step]:
    """The agent takes a request back that the user has not answered; the late answer counts for nothing."""
    yield step("start")
    yield act("join", "ada")
    yield step("screen_share", answer="wait")
    yield act("request_screen", "ada")
    yield act("say", "ada", text="It is the button on the right.")
    yield act("end_screen", "ada")
    yield act("say", "ada", text="Never mind.")
    yield step("answer_screen_share", answer="accepted")
    yield step("send", text="What did I accept?")
    yield act("say", "ada", text="Nothing.")


@scenario("FIL-07")
def the_agent_stops_the_sharing() -> Iterable[Step]:
    """The user accepts after a while, the agent stops; the user's own stop after it has nothing to stop."""
    yield step("start")
    yield act("join", "ada")
    yield step("screen_share", answer="wait")
    yield act("request_screen", "ada")
    yield act("say", "ada", text="Take your time.")
    yield step("answer_screen_share", answer="accepted")
    yield step("await", operation=ANSWERED)
    yield act("end_screen", "ada")
    yield act("say", "ada", text="I have seen enough.")
    yield step("stop_sharing")
    yield act("say", "ada", text="Good bye.")


@scenario("FIL-07")
def the_chat_ends_while_the_user_is_asked() -> Iterable[Step]:
    """A request is open when the user ends the chat; in a second chat, when the agent does; in a third it is lost."""
    yield step("screen_share", answer="wait")
    yield step("start")
    yield act("join", "ada")
    yield act("request_screen", "ada")
    yield act("say", "ada", text="May I?")
    yield step("end")
    yield step("start")
    yield act("join", "ada")
    yield act("request_screen", "ada")
    yield act("say", "ada", text="May I now?")
    yield act("end", "ada")


@scenario("FIL-07")
def the_request_comes_again_over_a_new_connection() -> Iterable[Step]:
    """A request comes twice over the wire, and the connection is lost after it; the user is asked once."""
    yield step("start")
    yield act("join", "ada")
    yield step("screen_share", answer="wait")
    yield step(
        "fault",
        fault={"kind": "duplicate", "conversation_id": True, "event_type": "screen_share.requested", "nth": 1},
    )
    yield act("request_screen", "ada")
    yield act("say", "ada", text="May I see your screen?")
    yield step("drop")
    yield step("restore")
    yield step("answer_screen_share", answer="declined")
    yield step("await", operation=ANSWERED)
    yield act("say", "ada", text="Then not.")
