"""Each lifecycle requirement on small traces: one that holds, one that is broken, one that does not exercise it."""

from __future__ import annotations

from typing import Any

from contracts.requirements.lifecycle_instance import (
    building_starts_nothing,
    name_is_short,
    same_key_makes_one_conversation,
    second_start_makes_no_second_stream,
)
from contracts.requirements.lifecycle_start import (
    failed_start_leaves_no_conversation,
    failed_start_rejects,
    one_conversation_for_each_start,
    start_needs_no_optional_argument,
    start_resolves_when_usable,
)
from contracts.trace import Side, Trace
from tests.suite.requirements.build import ADA, Story, complaint, holds, joined, said, unexercised

NOTHING = Story().trace()
REFUSED = {"kind": "status", "operation": "startChat", "status": 503}


def with_desk(story: Story, *truths: dict[str, Any], **own: Any) -> Trace:
    """Close a story: the last chat's truth, and all that the desk has."""
    own = {"id": "c1", "user_id": "user-u1", "state": "ended", "created_at": 0.0, **own}
    story.add(Side.DESK, "conversations", truths=list(truths))
    return story.trace(**own)


def conversation(id: str = "c1", state: str = "ended", created_at: float = 0.0) -> dict[str, Any]:
    """Return what the desk has of one conversation."""
    return {"id": id, "user_id": "user-u1", "state": state, "created_at": created_at, "events": []}


def test_one_conversation_for_each_start() -> None:
    """LIF-01 counts: a conversation too many is told with its number, a rejected start may have left one."""
    rule = one_conversation_for_each_start
    assert holds(rule, with_desk(Story().start(), conversation()))
    assert "1 more conversation" in complaint(rule, with_desk(Story().start(), conversation(), conversation("c2")))
    assert unexercised(rule, with_desk(Story().start("refused"), conversation()))


def test_a_resolved_start_without_a_conversation_is_broken() -> None:
    """LIF-01 names the chat whose start resolved for nothing."""
    story = Story().start()
    story.add(Side.DESK, "conversations", truths=[])
    bare = Trace(tuple(story.entries))
    assert "chat u1#1" in complaint(one_conversation_for_each_start, bare)


def test_start_resolves_when_usable() -> None:
    """LIF-02 wants the first text to be taken right after the start, and the start not to wait for an agent."""
    rule = start_resolves_when_usable
    assert holds(rule, Story().start().send("Hello").trace())
    assert "'Hello'" in complaint(rule, Story().start().send("Hello", error="InvalidState: not open").trace())
    waiting = Story().new_chat()
    waiting.add(Side.HOST, "given_up", waiting.call("start_chat", second=False), seconds=30)
    assert "no agent has joined" in complaint(rule, waiting.trace())
    assert unexercised(rule, NOTHING)


def test_an_agent_right_after_the_start_is_seen() -> None:
    """LIF-02 names the agent who came right after the start and was not announced."""
    story = Story().start().act("join", joined(ADA)).delivered()
    assert "agent-ada" in complaint(start_resolves_when_usable, story.trace())


def test_failed_start_rejects() -> None:
    """LIF-03 wants a reason, in time, and a quiet host; an early agent_ended_chat is too much."""
    rule = failed_start_rejects
    assert holds(rule, Story().suite("fault", fault=REFUSED).start("Refused: the desk answered 503").trace())
    assert "says nothing" in complaint(rule, Story().suite("fault", fault=REFUSED).start("RuntimeError:").trace())
    loud = Story().suite("fault", fault=REFUSED).new_chat()
    call = loud.call("start_chat", second=False)
    loud.callback("agent_ended_chat").settle(call, "Refused: 503")
    assert "agent_ended_chat" in complaint(rule, loud.trace())
    assert unexercised(rule, Story().start().trace())


def test_failed_start_that_hangs_or_lies() -> None:
    """LIF-03 is broken by a start that never settles, and by one that resolves though the desk has nothing."""
    hanging = Story().suite("fault", fault=REFUSED).new_chat()
    hanging.add(Side.HOST, "given_up", hanging.call("start_chat", second=False), seconds=30)
    assert "patience" in complaint(failed_start_rejects, hanging.trace())
    lying = Trace(tuple(Story().suite("fault", fault=REFUSED).start().entries))
    assert "has no conversation" in complaint(failed_start_rejects, lying)


def test_start_needs_no_optional_argument() -> None:
    """LIF-04 says what was lacking; a queue that the settings closed is no reason to blame."""
    rule = start_needs_no_optional_argument
    assert holds(rule, Story().start().trace())
    assert "without an availability check" in complaint(rule, Story().start("KeyError: 'x'").trace())
    assert unexercised(rule, Story(settings={"queues": {"default": {"open": False}}}).start("closed").trace())


def test_failed_start_leaves_no_conversation() -> None:
    """LIF-05 names the conversation that stayed open; where ends are refused nobody could have ended it."""
    rule = failed_start_leaves_no_conversation
    assert holds(rule, with_desk(Story().start("no: stream refused"), conversation()))
    assert "c1" in complaint(rule, with_desk(Story().start("no: stream refused"), conversation(state="waiting")))
    no_way = Story().suite("fault", fault={"kind": "status", "operation": "endChat", "status": 503})
    assert unexercised(rule, with_desk(no_way.start("no"), conversation(state="waiting")))
    assert unexercised(rule, with_desk(Story().start(), conversation(state="waiting")))


def test_name_is_short() -> None:
    """LIF-14 shows the name that is too long or missing."""

    def named(value: Any) -> Trace:
        story = Story()
        return story.settle(story.call("get_name"), value=value).trace()

    assert holds(name_is_short, named("Reference desk"))
    assert "''" in complaint(name_is_short, named(""))
    assert "x" * 41 in complaint(name_is_short, named("x" * 41))
    assert unexercised(name_is_short, NOTHING)


def test_second_start_makes_no_second_stream() -> None:
    """LIF-15 is broken by two open conversations of one user, by two streams, and by what two readers show."""
    rule = second_start_makes_no_second_stream
    twice = Story().start().host("start_chat", "Busy: a chat runs", second=True)
    assert holds(rule, with_desk(twice, conversation()))
    twice = Story().start().host("start_chat", second=True)
    both = complaint(rule, with_desk(twice, conversation(), conversation("c2", "waiting", 3.0)))
    assert "two conversations of this user" in both
    doubled = Story().start().host("start_chat", second=True).act("say", said(ADA, "Hi")).shows("Hi").shows("Hi")
    assert "'Hi' was shown more often" in complaint(rule, with_desk(doubled, conversation()))
    assert unexercised(rule, with_desk(Story().start(), conversation()))


def test_building_starts_nothing() -> None:
    """LIF-16 is broken by a callback before the first start, and by a conversation that nobody asked for."""
    rule = building_starts_nothing
    built = Story().suite("advance", seconds=0.0)
    built.add(Side.HOST, "constructed", functions=[])
    assert holds(rule, with_desk(built))
    built = Story().callback("update_agent_availability", availability={})
    built.add(Side.HOST, "constructed", functions=[])
    assert "update_agent_availability" in complaint(rule, with_desk(built))
    built = Story()
    built.add(Side.HOST, "constructed", functions=[])
    assert "the desk has 1" in complaint(rule, with_desk(built, conversation()))
    assert unexercised(rule, Story().start().trace())


def start_exchange(story: Story, answered: str, key: str = "k", status: int = 201, **body: Any) -> Story:
    """Add a request to start with an idempotency key."""
    request = {"headers": {"Idempotency-Key": key}, "body": {"user_id": "user-u1", **body}}
    answer = {"conversation": {"id": answered}}
    story.add(Side.WIRE, "exchange", operation="startChat", request=request, status=status, body=answer)
    return story


def test_same_key_makes_one_conversation() -> None:
    """LIF-19 compares the answers to one key and one body; another body never opens the first conversation."""
    rule = same_key_makes_one_conversation
    assert holds(rule, start_exchange(start_exchange(Story(), "c1"), "c1", status=200).trace())
    assert "c2" in complaint(rule, start_exchange(start_exchange(Story(), "c1"), "c2").trace())
    assert unexercised(rule, start_exchange(start_exchange(Story(), "c1"), "c2", key="other").trace())
    assert holds(rule, start_exchange(start_exchange(Story(), "c1"), "c2", queue="sales").trace())
    assert holds(rule, start_exchange(start_exchange(Story(), "c1"), "", status=409, user_id="user-u2").trace())
    mixed = start_exchange(start_exchange(Story(), "c1"), "c1", status=200, user_id="user-u2").trace()
    assert "does not answer the first conversation" in complaint(rule, mixed)
