"""Scenarios of the host's state, and of what the desk is told of the user."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

HARD_KEY = "history::1/2?x&y=%20#ü"
SESSION = "Session::9/8?a&b=%41#É"
STATE = "updateState"


@scenario("STA-01")
def state_before_during_and_after() -> Iterable[Step]:
    """A full state, parts of one, nulls and nothing at all, at every time."""
    yield step("state", changes={"session_id": "session-1", "user_id": "user-u1", "locale": "en"})
    yield step("start")
    yield step("state", changes={"locale": "de"})
    yield act("join", "ada")
    yield step("state", changes={"session_id": None, "user_id": None, "locale": "fr"})
    yield step("state", changes={})
    yield step("state", changes={"session_id": ""})
    yield act("say", "ada", text="Parlez-vous français ?")
    yield step("end")
    yield step("state", changes={"session_id": "session-2", "user_id": None, "locale": "en"})


@scenario("STA-01")
def state_refused() -> Iterable[Step]:
    """The desk refuses to note a state, and then keeps silent about the next."""
    yield step("start")
    yield act("join", "ada")
    yield step("fault", fault={"kind": "status", "operation": STATE, "status": 500, "count": None})
    yield step("state", changes={"locale": "de"})
    yield step("clear")
    yield step("fault", fault={"kind": "no_answer", "operation": STATE, "count": None})
    yield step("state", changes={"locale": "fr"})
    yield step("clear")
    yield act("say", "ada", text="Hello.")


@scenario("STA-02")
def new_language_and_session() -> Iterable[Step]:
    """The language changes, then the session; each time the user writes on."""
    yield step("start")
    yield act("join", "ada")
    yield step("state", changes={"locale": "de"})
    yield step("await", operation=STATE)
    yield step("send", text="Guten Tag.")
    yield step("state", changes={"session_id": "session-2", "locale": "fr"})
    yield step("await", operation=STATE, count=2)
    yield step("send", text="Bonjour.")


@scenario("STA-02", "STA-05")
def the_visitor_logs_in() -> Iterable[Step]:
    """The user logs in while waiting, with an agent, and in the middle of the talk."""
    yield step("start")
    yield step("send", text="Written by nobody in particular.")
    yield step("state", changes={"user_id": "user-login"})
    yield step("send", text="Written by who logged in.")
    yield act("join", "ada")
    yield step("state", changes={"user_id": "user-other", "locale": "de"})
    yield step("send", text="Written by somebody else.")


@scenario("STA-03", "STA-04")
def everything_for_the_agent() -> Iterable[Step]:
    """The connect message holds all that the bot knows, in characters that mean something elsewhere."""
    yield step(
        "start",
        topic="Refund of order 4711",
        message_to_agent="The user was charged twice.\nPlease check <invoice> & date.",
        session_history_key=HARD_KEY,
        additional_data={"a::b::c": "1/2?x", "order": {"number": "4711", "lines": [1, 2]}},
    )
    yield act("join", "ada")
    yield act("say", "ada", text="I have read it all.")


@scenario("STA-04", "STA-02")
def session_with_a_hard_key() -> Iterable[Step]:
    """A history key that splits at its colons, and a session whose id is anything but a word."""
    yield step("start", session_history_key="a::b::c")
    yield act("join", "ada")
    yield step("state", changes={"session_id": SESSION})
    yield step("await", operation=STATE)
    yield step("send", text="Is this still my session?")


@scenario("STA-05")
def two_users_and_one_changes() -> Iterable[Step]:
    """Two users write in turn; one of them becomes somebody else."""
    yield step("start", user="u1")
    yield step("start", user="u2")
    yield step("send", user="u1", text="From the first.")
    yield step("send", user="u2", text="From the second.")
    yield step("state", user="u1", changes={"user_id": "user-login"})
    yield step("send", user="u2", text="From the second, later.")
    yield step("send", user="u1", text="From the first, who logged in.")


@scenario("STA-05")
def message_beside_a_slow_change() -> Iterable[Step]:
    """The desk takes its time to note the new user, and the user writes on."""
    yield step("start")
    yield act("join", "ada")
    yield step("send", text="Written before.")
    yield step("fault", fault={"kind": "hold", "operation": STATE, "conversation_id": True, "nth": 1, "count": 1})
    yield step("state", changes={"user_id": "user-login"})
    yield step("await", operation=STATE)
    yield step("send", text="Written after.", wait=False)
    yield step("await", operation="sendMessageToAgent", count=2, timeout=0.3)  # a message that waits does not come
    yield step("clear")
    yield step("settle")


@scenario("STA-06")
def everything_is_handed_over() -> Iterable[Step]:
    """Each function of the host is called with everything that it can be given."""
    yield step("availability", queue="default", additional_data={"order": "4711"})
    yield step("state", changes={"session_id": "session-1", "user_id": "user-u1", "locale": "en"})
    yield step("start", additional_data={"order": "4711", "lines": [1, 2]})
    yield act("join", "ada")
    yield step("send", text="A text.")
    yield step("state", changes={"locale": "de"})
    yield step("send", text="Another text.")
    yield step("end")
