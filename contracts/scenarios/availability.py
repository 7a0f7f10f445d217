"""Scenarios of availability: the check before a chat, queues, places and waits."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.program import Step, act, scenario, step

TWO_ONLINE = {"queues": {"default": {"agents_online": 2}}}
NOBODY_ONLINE = {"queues": {"default": {"agents_online": 0}}}
KNOWN_WAIT = {"queues": {"default": {"agents_online": 1, "seconds_per_conversation": 90}}}
NOT_OFFERED = {"capabilities": {"are_any_agents_online": False}}
CHECK = "getAvailability"


@scenario("AVL-01", "AVL-02", "AVL-09", settings=TWO_ONLINE)
def checks_before_during_and_after() -> Iterable[Step]:
    """Two agents are online; the host asks before the chat, in it, and after it."""
    yield step("availability")
    yield step("availability")
    yield step("start")
    yield act("join", "ada")
    yield step("availability")
    yield step("send", text="Are you still there?")
    yield act("say", "ada", text="I am.")
    yield step("end")
    yield step("availability")


@scenario("AVL-01", "AVL-09", settings=NOBODY_ONLINE)
def nobody_is_online() -> Iterable[Step]:
    """The desk knows that no agent is online."""
    yield step("availability")


@scenario("AVL-01")
def nobody_knows_who_is_online() -> Iterable[Step]:
    """The desk cannot tell: its answer holds null."""
    yield step("availability")


@scenario("AVL-01", settings=NOT_OFFERED)
def checks_are_not_offered() -> Iterable[Step]:
    """The desk does not offer the check; its answer holds next to nothing."""
    yield step("availability")


@scenario("AVL-02")
def only_checked() -> Iterable[Step]:
    """The host asks, and nobody starts a chat."""
    yield step("availability")
    yield step("availability", user="u2")


@scenario("AVL-03", "AVL-02", settings=TWO_ONLINE)
def check_refused() -> Iterable[Step]:
    """The desk refuses checks, for a while and for good; then it works again."""
    for status in (500, 404):
        yield step("fault", fault={"kind": "status", "operation": CHECK, "status": status, "count": None})
        yield step("availability")
        yield step("clear")
    yield step("availability")
    yield step("start")
    yield act("join", "ada")


@scenario("AVL-03", settings=TWO_ONLINE)
def check_answered_with_garbage() -> Iterable[Step]:
    """The answer to the check is not JSON, or breaks off in the middle."""
    for kind in ("garbage", "truncated", "reset"):
        yield step("fault", fault={"kind": kind, "operation": CHECK, "count": None})
        yield step("availability")
        yield step("clear")


@scenario("AVL-03", settings=TWO_ONLINE, slow=True)
def check_unanswered() -> Iterable[Step]:
    """The desk keeps silent; the user starts a chat all the same."""
    yield step("fault", fault={"kind": "no_answer", "operation": CHECK, "count": None})
    yield step("availability")
    yield step("clear")
    yield step("start")
    yield act("join", "ada")


@scenario("AVL-05", "AVL-09", settings=TWO_ONLINE)
def asked_for_a_queue() -> Iterable[Step]:
    """Two queues besides the default one: one in which agents answer, and one in which nobody does."""
    yield step("queue", name="support", agents_online=3)
    yield step("queue", name="sales", agents_online=0)
    for queue in ("support", "sales"):
        yield step("availability", queue=queue)
        yield step("start", queue=queue)
        yield step("end")


@scenario("AVL-04", "AVL-06", "AVL-07", settings=KNOWN_WAIT)
def two_users_in_one_queue() -> Iterable[Step]:
    """The first is served while the second waits; meanwhile the queue becomes slower."""
    yield step("start", user="u1")
    yield step("start", user="u2")
    yield step("queue", seconds_per_conversation=130)
    yield act("join", "ada", user="u1")
    yield act("say", "ada", user="u1", text="Hello, you are first.")
    yield act("join", "bob", user="u2")
    yield act("say", "bob", user="u2", text="Hello, you waited.")


@scenario("AVL-04", "AVL-06")
def three_users_and_one_gives_up() -> Iterable[Step]:
    """The queue grows behind a user, and shrinks before the last one."""
    for user in ("u1", "u2", "u3"):
        yield step("start", user=user)
    yield step("queue", seconds_per_conversation=60)
    yield step("end", user="u2")
    yield act("join", "ada", user="u1")
    yield act("join", "bob", user="u3")
    yield act("say", "bob", user="u3", text="You were third.")


@scenario("AVL-04", "AVL-06", "AVL-07")
def news_of_all_kinds() -> Iterable[Step]:
    """The desk tells half a minute, no wait at all, a place, a text; then it knows nothing more."""
    yield step("start")
    yield act("update_queue", estimated_wait_seconds=29.5)
    yield act("update_queue", estimated_wait_seconds=0, position=1)
    yield act("update_queue", message="A colleague will be back after lunch.")
    yield act("update_queue")
    yield act("join", "ada")
    yield act("say", "ada", text="Here I am.")
    yield step("advance", seconds=60)


@scenario("AVL-07", "AVL-04")
def news_under_way_when_the_user_cancels() -> Iterable[Step]:
    """News of the queue is under way when the user gives up waiting."""
    yield step("start")
    yield step("hold")
    yield act("update_queue", position=1, message="Soon.")
    yield step("end")
    yield step("release")
    yield step("advance", seconds=60)


@scenario("AVL-08", settings=TWO_ONLINE)
def last_agent_goes_while_the_user_waits() -> Iterable[Step]:
    """The agents of the queue go home; a desk that does not tell is asked in the next minute."""
    yield step("start")
    yield step("settle")
    yield step("queue", agents_online=0)
    yield step("settle")
    yield step("advance", seconds=61)
    yield step("settle")


@scenario("AVL-08", settings=TWO_ONLINE)
def queue_closes_while_the_user_waits() -> Iterable[Step]:
    """The queue closes; who is in it stays in it."""
    yield step("start")
    yield step("settle")
    yield step("queue", open=False)
    yield step("settle")


@scenario("AVL-08", settings={"queue_timeout_seconds": 120})
def waited_in_vain() -> Iterable[Step]:
    """After two minutes the desk gives up."""
    yield step("start")
    yield step("advance", seconds=121)
    yield step("settle")
