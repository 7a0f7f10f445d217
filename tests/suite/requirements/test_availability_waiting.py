"""AVL-04 to AVL-08, what a waiting user is told, on traces made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.messages import connect_message
from contracts.requirements import availability_waiting
from contracts.trace import Side
from tests.suite.requirements.build import ADA, Story, complaint, joined
from tests.suite.requirements.talk import Talk, finding, holds, vacuous


def news(position: int | None = None, seconds: float | None = None, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the desk's news of a queue."""
    data = {"queue": "default", "position": position, "estimated_wait_seconds": seconds, **more}
    return "queue.updated", {"agents_online": None, "message": None, **data}


def waiting(*events: tuple[str, dict[str, Any]]) -> Talk:
    """Return a chat that waits, of which the desk has told these news."""
    story = Talk()
    for event in events:
        story.event(event)
    return story


def telling(story: Story, **availability: Any) -> Story:
    """Let the adapter tell of the wait."""
    return story.callback("update_agent_availability", availability=availability)


class TestAVL04:
    """the_place_is_this_users."""

    def test_holds(self) -> None:
        """Places in the desk's order; one may be left out, one told twice."""
        story = waiting(news(3), news(2), news(1))
        for place in (3, 1, 1):
            telling(story, position_in_queue=place)
        assert holds(availability_waiting.the_place_is_this_users, story)

    def test_grows_with_the_desk(self) -> None:
        """A place that the desk itself gave may be a worse one."""
        story = telling(telling(waiting(news(1), news(2)), position_in_queue=1), position_in_queue=2)
        assert holds(availability_waiting.the_place_is_this_users, story)

    @pytest.mark.parametrize("place", [0, -1, 1.5, True, "1"])
    def test_no_place(self, place: Any) -> None:
        """What is no place at all."""
        story = telling(waiting(news(1)), position_in_queue=place)
        assert "1 or more" in finding(availability_waiting.the_place_is_this_users, story)

    def test_length(self) -> None:
        """The length of the queue (B18)."""
        story = telling(waiting(news(1)), position_in_queue=2)
        assert "2 was told" in finding(availability_waiting.the_place_is_this_users, story)

    def test_goes_up(self) -> None:
        """The queue only shrinks, and the place goes up."""
        story = telling(telling(waiting(news(2), news(1)), position_in_queue=1), position_in_queue=2)
        assert "in order: 2, 1" in finding(availability_waiting.the_place_is_this_users, story)

    def test_not_exercised(self) -> None:
        """An adapter need not tell a place."""
        assert vacuous(availability_waiting.the_place_is_this_users, telling(waiting(news(1)), message="Soon."))


class TestAVL05:
    """the_queue_is_the_one_asked_for."""

    def started(self, queue: str | None, began: str) -> Story:
        """Return a chat that asked for a queue, and the one it began in."""
        story = Story().new_chat()
        message = connect_message("user-u1", {"queue": queue} if queue else {})
        story.host("start_chat", second=False, connect_message=message)
        story.event(news(1, queue=began))
        return story

    def test_holds(self) -> None:
        """The queue that was asked for."""
        assert holds(availability_waiting.the_queue_is_the_one_asked_for, self.started("sales", "sales"))

    def test_broken(self) -> None:
        """Another queue (B46)."""
        story = self.started("sales", "default")
        assert "'default'" in finding(availability_waiting.the_queue_is_the_one_asked_for, story)

    def test_not_exercised(self) -> None:
        """No queue was asked for."""
        assert vacuous(availability_waiting.the_queue_is_the_one_asked_for, self.started(None, "default"))


class TestAVL06:
    """the_wait_is_in_minutes."""

    @pytest.mark.parametrize("minutes", [1, 2, 2.0])
    def test_holds(self, minutes: float) -> None:
        """90 seconds may be rounded either way."""
        story = telling(waiting(news(1, 90.0)), estimated_wait_time=minutes)
        assert holds(availability_waiting.the_wait_is_in_minutes, story)

    def test_counted_down(self) -> None:
        """An adapter may count the minutes down by itself."""
        story = waiting(news(1, 600.0)).advance(300)
        assert holds(availability_waiting.the_wait_is_in_minutes, telling(story, estimated_wait_time=5))

    @pytest.mark.parametrize("told", [float("nan"), float("inf"), -1, 1.5, None, "2", 90, 0.5])
    def test_broken(self, told: Any) -> None:
        """NaN (B72), -1 and fractions (B18), null, and the desk's seconds."""
        story = telling(waiting(news(1, 90.0)), estimated_wait_time=told)
        assert "estimated_wait_time was" in finding(availability_waiting.the_wait_is_in_minutes, story)

    def test_made_up(self) -> None:
        """A wait of 0 where the desk knows none."""
        story = telling(waiting(news(1)), estimated_wait_time=0)
        assert "the desk told no wait" in finding(availability_waiting.the_wait_is_in_minutes, story)

    @pytest.mark.parametrize("told", [{"message": None}, {"message": ""}, {"position_in_queue": None}])
    def test_null(self, told: dict[str, Any]) -> None:
        """What is not known is left out."""
        assert "was" in finding(availability_waiting.the_wait_is_in_minutes, telling(waiting(news(1)), **told))

    def test_not_exercised(self) -> None:
        """Nothing was told."""
        assert vacuous(availability_waiting.the_wait_is_in_minutes, waiting(news(1, 60.0)))


class TestAVL07:
    """news_of_the_queue_stops."""

    def test_holds(self) -> None:
        """News, then the join."""
        story = telling(waiting(news(1)), position_in_queue=1)
        story.act("join").callback("agent_joined", profile=ADA)
        assert holds(availability_waiting.news_of_the_queue_stops, story)

    def test_after_the_join(self) -> None:
        """News in the middle of a talk."""
        story = waiting(news(1)).callback("agent_joined", profile=ADA)
        assert "1 times" in finding(availability_waiting.news_of_the_queue_stops, telling(story, position_in_queue=1))

    def test_after_the_end(self) -> None:
        """News for a user who has left."""
        story = telling(waiting(news(1)).end(), position_in_queue=1)
        assert "after the end" in finding(availability_waiting.news_of_the_queue_stops, story)

    @pytest.mark.parametrize("gone", ["agent_left_chat", "begin_transfer_to_another_agent"])
    def test_waits_again(self, gone: str) -> None:
        """Who is alone again waits again."""
        story = waiting(news(1)).callback("agent_joined", profile=ADA).callback(gone)
        assert holds(availability_waiting.news_of_the_queue_stops, telling(story, position_in_queue=1))

    def test_not_exercised(self) -> None:
        """The user still waits, or the desk has no queue."""
        assert vacuous(availability_waiting.news_of_the_queue_stops, telling(waiting(news(1)), position_in_queue=1))
        assert vacuous(availability_waiting.news_of_the_queue_stops, waiting().callback("agent_joined", profile=ADA))


class TestAVL08:
    """who_waits_in_vain_is_told."""

    def emptied(self, subject: str = "adapter", told: bool = True) -> Story:
        """Return a chat whose queue loses its last agent; ``told``: whether the desk tells."""
        story = waiting(news(1, agents_online=1))
        story.about = {"settings": {"queues": {"default": {"agents_online": 1}}}, "subject": subject}
        made = story.add(Side.DESK, "queue", name="default", queue={"agents_online": 0})
        story.add(Side.DESK, "done", made, ok=True)
        if told:
            story.event(news(1, agents_online=0))
        return story

    @pytest.mark.parametrize("told", [{"position_in_queue": 1}, {"message": "Nobody is there."}])
    def test_holds(self, told: dict[str, Any]) -> None:
        """The host hears something of the wait."""
        assert holds(availability_waiting.who_waits_in_vain_is_told, telling(self.emptied(), **told).delivered())

    def test_error(self) -> None:
        """Or that it is over."""
        story = self.emptied().callback("set_error_status", error={"type": 1})
        assert holds(availability_waiting.who_waits_in_vain_is_told, story)

    def test_silence(self) -> None:
        """The adapter passes the news over; what the next agent says does not count."""
        story = self.emptied()
        story.act("join").callback("agent_joined", profile=ADA).shows("Hello").delivered()
        words = complaint(availability_waiting.who_waits_in_vain_is_told, story.trace())
        assert "no callback followed" in words

    def test_silent_desk(self) -> None:
        """A desk that tells nothing is to blame, and no adapter."""
        blamed = self.emptied("desk", told=False).delivered()
        assert "the desk told nothing" in finding(availability_waiting.who_waits_in_vain_is_told, blamed)
        spared = self.emptied("adapter", told=False).delivered()
        assert vacuous(availability_waiting.who_waits_in_vain_is_told, spared)

    def asked(self, seconds: float, told_after: float | None) -> Story:
        """Return the chat at a desk that must be asked; the user waits for so long, and then an agent comes."""
        story = self.emptied()
        story.about["desk"] = {"lacks": {"action:update_queue": "the desk tells nothing of its queues"}}
        if told_after is not None:
            story.advance(told_after)
            telling(story, message="Nobody is there.")
        story.advance(seconds - (told_after or 0))
        story.act("join", joined(ADA)).callback("agent_joined", profile=ADA)
        return story.delivered()

    def test_a_desk_that_must_be_asked(self) -> None:
        """Where the desk tells nothing, its news is no news; the adapter has a minute to find out."""
        requirement = availability_waiting.who_waits_in_vain_is_told
        assert holds(requirement, self.asked(61, told_after=30))
        assert "in 60 s" in finding(requirement, self.asked(61, told_after=None))
        assert vacuous(requirement, self.asked(20, told_after=None))

    def test_desk_without_words(self) -> None:
        """Nobody can pass over what the desk has no words for, whatever its driver knows."""
        story = self.emptied()
        story.about["desk"] = {"lacks": {"told:queue": "the desk tells nobody a place in a queue"}}
        assert vacuous(availability_waiting.who_waits_in_vain_is_told, story.delivered())

    def timed_out(self) -> Story:
        """Return a chat that the desk has given up."""
        story = waiting(news(1))
        story.event(("conversation.ended", {"by": "system", "agent_id": None, "reason": "queue_timeout"}))
        return story

    @pytest.mark.parametrize("end", [("agent_ended_chat", {}), ("set_error_status", {"error": {"type": 1}})])
    def test_given_up(self, end: tuple[str, dict[str, Any]]) -> None:
        """An end or an error, both are right."""
        story = self.timed_out()
        story.callback(end[0], **end[1]).delivered()
        assert holds(availability_waiting.who_waits_in_vain_is_told, story)

    def test_given_up_in_silence(self) -> None:
        """The user waits for ever."""
        story = self.timed_out().delivered()
        assert "queue_timeout" in finding(availability_waiting.who_waits_in_vain_is_told, story)

    def test_not_exercised(self) -> None:
        """Somebody is there all the time."""
        assert vacuous(availability_waiting.who_waits_in_vain_is_told, waiting(news(1)).delivered())
