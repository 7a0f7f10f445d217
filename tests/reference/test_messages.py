"""What an agent said, and where the user stands, in the words of the host."""

from __future__ import annotations

from typing import Any

import pytest

from byosd_reference.messages import message_to_user
from byosd_reference.translator import availability_of
from tests.reference.conftest import MakeBench
from tests.reference.support import Bench


def items(*given: dict[str, Any], text: str = "") -> Any:
    """Return the items that the host is given for a message with these."""
    message = message_to_user({"text": text, "items": list(given)})
    assert isinstance(message, dict)
    return message["output"]["generic"]


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (
            {"type": "image", "url": "https://x.example/a.png", "title": "A", "alt": "an A"},
            {"response_type": "image", "source": "https://x.example/a.png", "title": "A", "alt_text": "an A"},
        ),
        (
            {"type": "video", "url": "http://x.example/a.mp4"},
            {"response_type": "video", "source": "http://x.example/a.mp4"},
        ),
        (
            {"type": "link", "url": "https://x.example/", "title": "Your bill"},
            {"response_type": "button", "button_type": "url", "label": "Your bill", "url": "https://x.example/"},
        ),
        (
            {"type": "link", "url": "https://x.example/"},
            {
                "response_type": "button",
                "button_type": "url",
                "label": "https://x.example/",
                "url": "https://x.example/",
            },
        ),
        ({"type": "error", "text": "Too late."}, {"response_type": "inline_error", "text": "Too late."}),
        ({"type": "map", "text": "We are here."}, {"response_type": "text", "text": "We are here."}),
        ({"type": "map"}, {"response_type": "text", "text": "map"}),
        ({"type": "map", "url": "https://x.example/map"}, {"response_type": "text", "text": "https://x.example/map"}),
        (
            {"type": "link", "url": "javascript:alert(1)", "title": "Click"},
            {"response_type": "text", "text": "Click"},
        ),
        ({"type": "image", "url": "http://[", "alt": "a picture"}, {"response_type": "text", "text": "a picture"}),
        ({}, {"response_type": "text", "text": "(something that cannot be shown here)"}),
    ],
)
def test_each_item_becomes_what_the_host_can_show(item: dict[str, Any], shown: dict[str, Any]) -> None:
    """Known kinds are shown as what they are, others as text, and nothing vanishes (MSG-10, SEC-07)."""
    assert items(item) == [shown]


def test_the_text_of_a_message_with_items_comes_first() -> None:
    """The text is the agent's too, and comes unchanged."""
    shown = items({"type": "error", "text": "No."}, text=" <b>bold</b> ")
    assert shown[0] == {"response_type": "text", "text": " <b>bold</b> "}


def test_a_plain_text_stays_a_string(bench: Bench) -> None:
    """Markup of either side is a text like any other (MSG-01, SEC-07)."""
    bench.start("ada")
    for text in ("<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "** bold **", "  spaces  "):
        bench.say(text)
        assert bench.host.texts()[-1] == text


def test_items_arrive_with_their_author(bench: Bench) -> None:
    """A rich message is a message: attributed, in order."""
    bench.start("ada")
    bench.act("say", "ada", text="look", items=[{"type": "link", "url": "https://x.example/"}])
    shown, agent_id = bench.host.await_call("send_message_to_user")
    assert [item["response_type"] for item in shown["output"]["generic"]] == ["text", "button"]
    assert agent_id == "ada"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"position": 2, "estimated_wait_seconds": 61}, {"estimated_wait_time": 2, "position_in_queue": 2}),
        ({"position": 1, "estimated_wait_seconds": 0}, {"estimated_wait_time": 0, "position_in_queue": 1}),
        ({"position": None, "estimated_wait_seconds": None, "message": "Soon."}, {"message": "Soon."}),
        ({"position": 0, "estimated_wait_seconds": -1}, {}),
        ({"position": "2", "estimated_wait_seconds": "x", "message": 5}, {}),
        ({"position": 1.5, "estimated_wait_seconds": float("nan")}, {}),
        ({"position": True, "estimated_wait_seconds": float("inf")}, {}),
        ({"agents_online": 2}, {}),
        ({"agents_online": 0, "position": 3}, {"position_in_queue": 3}),
    ],
)
def test_the_place_in_the_queue_is_told_in_the_hosts_terms(data: dict[str, Any], told: dict[str, Any]) -> None:
    """Whole minutes, and only what is known: no -1, no NaN, no fields without a value (AVL-06)."""
    assert availability_of(data) == told


def test_that_nobody_is_online_is_said() -> None:
    """The user is told what they wait for (AVL-08)."""
    assert "online" in availability_of({"agents_online": 0})["message"]


def test_the_queue_is_told_until_somebody_joins(make_bench: MakeBench) -> None:
    """A place in the queue after the join would be old news (AVL-04, AVL-07)."""
    bench = make_bench({"queues": {"default": {"seconds_per_conversation": 90}}})
    first = bench.new_widget()
    first.desk.start_chat({})
    bench.start()
    bench.act("join", "ada", 0)
    bench.host.await_call("update_agent_availability", 2)
    places = [call[0]["position_in_queue"] for call in bench.host.calls("update_agent_availability")]
    assert places == [2, 1]
    bench.act("join", "bob")
    bench.act("leave", "bob")
    bench.act("update_queue", message="still open")
    bench.act("join", "bob")
    bench.host.await_call("agent_joined", 2)
    assert len(bench.host.calls("update_agent_availability")) == 2
