"""Rules turn a desk's own events into canonical ones; progress gives each out once."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.catalogue import select
from contracts.mapping.answers import online
from contracts.mapping.judgeable import lacking
from contracts.mapping.load import parse_mapping
from contracts.mapping.model import Mapped
from contracts.mapping.progress import Progress
from contracts.mapping.rules import UNKNOWN, translate
from contracts.mapping.secrets import Secrets
from contracts.mapping.truth import truth_of

TEXT = """\
format: 1
name: Parley
functions:
  startChat:
    request: {method: POST, path: /engagements}
    pick: {conversation_id: number}
  endChat:
    request: {method: PUT, path: "/engagements/{conversation_id}"}
  sendMessageToAgent:
    request: {method: POST, path: "/engagements/{conversation_id}/entries", json: {content: "{text}"}}
events:
  transport: polling
  request: {method: GET, path: "/engagements/{conversation_id}/feed"}
  items: entries
  rules:
    - when: {kind: text, side: visitor}
      own: {text: content}
    - when: {kind: text}
      message: {agent_id: who, text: content, id: ref}
    - when: {kind: composing}
      typing: {agent_id: who}
    - when: {kind: place}
      queue: {position: place, wait: wait, unit: minutes}
    - when: {kind: swap}
      transfer: {to_agent_id: to}
      left: {agent_id: who, transferred: "`true`"}
    - when: {kind: closed}
      ended: {by_user: side == 'visitor'}
"""


def mapping(events: str = "") -> Mapped:
    """The mapping, with more said of its events."""
    return parse_mapping(TEXT.replace("  items: entries\n", f"  items: entries\n{events}"))


def meant(item: Any) -> list[tuple[str, Any]]:
    """What one event means."""
    found = translate(mapping().events.rules, item, position="no", key="ref").events
    return [(event["type"], event["data"]) for event in found]


def test_the_first_rule_that_holds_is_the_one() -> None:
    """The user's own text must not be shown as an agent's because a later rule would fit, too."""
    [(kind, data)] = meant({"kind": "text", "side": "visitor", "content": "hello", "who": "jane"})
    assert kind == "message.created"
    assert data["message"]["author"]["role"] == "user"


def test_an_event_without_its_essential_means_nothing() -> None:
    """An empty bubble, or an agent without an id, would be blamed on the desk."""
    assert meant({"kind": "text", "who": "ada"})[0][0] == UNKNOWN
    assert meant({"kind": "composing"})[0][0] == UNKNOWN
    for odd in (None, 7, "text", [], {"kind": ["text"]}):
        assert meant(odd)[0][0] == UNKNOWN


def test_a_rule_may_have_several_meanings_in_the_right_order() -> None:
    """A transfer is announced before the first agent leaves."""
    assert [kind for kind, _ in meant({"kind": "swap", "who": "ada", "to": "grace"})] == [
        "transfer.started",
        "agent.left",
    ]


@pytest.mark.parametrize(("wait", "seconds"), [(2, 120), ("2", 120), (-1, None), ("soon", None), (None, None)])
def test_waits_have_a_unit_and_may_be_unknown(wait: Any, seconds: Any) -> None:
    """Minus one and words are how desks say that they do not know."""
    [(_, data)] = meant({"kind": "place", "place": 3, "wait": wait})
    assert data["estimated_wait_seconds"] == seconds
    assert data["position"] == 3


def texts(progress: Progress, *entries: dict[str, Any]) -> list[str]:
    """The texts that are new in a batch."""
    events = progress.take({"entries": list(entries)})
    return [event["data"]["message"]["text"] for event in events if event["type"] == "message.created"]


def said(no: int, text: str = "hello") -> dict[str, Any]:
    """A text of an agent."""
    return {"kind": "text", "who": "ada", "no": no, "ref": f"e-{no}", "content": text}


@pytest.mark.parametrize("declared", ["  position: no\n", "  key: ref\n", "  position: no\n  key: ref\n"])
def test_an_event_that_comes_again_is_known(declared: str) -> None:
    """Desks deliver at least once; the user reads once."""
    progress = Progress(mapping(declared).events)
    assert texts(progress, said(3, "one"), said(7, "two")) == ["one", "two"]
    assert texts(progress, said(7, "two"), said(9, "three")) == ["three"]


def test_what_nobody_understands_moves_nothing() -> None:
    """A frame of garbage with a high number must not swallow what follows."""
    progress = Progress(mapping("  position: no\n").events)
    assert texts(progress, {"kind": "text", "no": 900}, {"kind": "strange", "no": 950}) == []
    assert texts(progress, said(3)) == ["hello"]
    assert (progress.position, progress.reached) == (3, 950)


def test_an_implied_join_comes_first_and_once() -> None:
    """A desk that tells of no joining must not make its integration break the host's order."""
    progress = Progress(mapping("  joins: implied\n").events)
    batch = {"entries": [{"kind": "composing", "who": "ada"}, said(1), {**said(2), "who": "grace"}]}
    kinds = [event["type"] for event in progress.take(batch)]
    assert kinds == ["agent.joined", "agent.typing", "message.created", "agent.joined", "message.created"]


def test_availability_has_many_forms() -> None:
    """The guide leaves it open; minus nothing and an empty list are nobody."""
    assert [online(one) for one in (True, False, 3, 0, "2", "0", ["ada"], [], None, "perhaps")] == [
        *(True, False, True, False, True, False, True, False),
        None,
        None,
    ]


def test_what_is_not_declared_is_not_judged() -> None:
    """No pass, and no blame, for what the file says nothing of."""
    bare, full = mapping(), mapping("  position: no\n")
    by_id = {one.id: one for one in select(["ORD", "ERR", "SEC", "MSG", "LIF"])}
    assert "position" in str(lacking(bare, by_id["ORD-03"], ()))
    assert lacking(full, by_id["ORD-03"], ()) is None
    assert "another shape" in str(lacking(full, by_id["ERR-07"], ()))
    assert "token" in str(lacking(full, by_id["SEC-04"], ()))
    assert "state" in str(lacking(full, by_id["SEC-08"], ()))
    assert lacking(full, by_id["SEC-08"], ("driver:conversations",)) is None
    assert lacking(full, by_id["LIF-01"], ()) is None


def test_secrets_are_hidden_wherever_they_stand() -> None:
    """A desk may put a token into an address, a list, or a name."""
    secrets = Secrets(["abc"])
    secrets.add("0123456789")
    hidden = secrets.hide({"url": "wss://x/?k=0123456789", "list": ["0123456789", 7], "abc": None})
    assert "0123456789" not in str(hidden)
    assert hidden["url"].removeprefix("wss://x/?k=") == hidden["list"][0]
    assert hidden["list"][1] == 7
    assert "abc" in hidden  # too short to be told from a word


def test_a_truth_tells_who_is_there_and_how_it_ended() -> None:
    """It is what the suite takes for the desk's own word."""
    join = {"type": "agent.joined", "seq": 1, "data": {"agent": {"id": "ada"}}}
    end = {"type": "conversation.ended", "seq": 2, "data": {"by": "user"}}
    assert truth_of("7", "jane", [])["state"] == "waiting"
    assert truth_of("7", "jane", [join])["agents"] == ["ada"]
    ended = truth_of("7", "jane", [join, end])
    assert (ended["state"], ended["ended_by"], ended["last_seq"], ended["agents"]) == ("ended", "user", 2, [])
