"""Identity and hostile content on small traces."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.readings_active import could_act, runs_code
from contracts.requirements.security_content import identity_is_not_in_names, nothing_written_acts
from contracts.vocabulary import ACTIVE_ADDRESSES, ACTIVE_TEXTS
from tests.suite.requirements.build import ADA, Story, complaint, holds, joined, said, unexercised, user_said

USER = {"id": "agent-1", "nickname": "User"}
LABEL = {"id": "agent-3", "nickname": "agent-bob|Bob"}
TWIN = {"id": "agent-4", "nickname": "agent-bob|Bob"}
HOSTILE = "<img src=x onerror=alert(1)>"


def talk(agent: dict[str, Any] = USER, text: str = "Hello") -> Story:
    """An agent joins and writes."""
    return Story().start().act("join", joined(agent)).act("say", said(agent, text))


def test_an_agent_may_have_any_name() -> None:
    """SEC-06: the joining is told, and the words are that agent's."""
    rule = identity_is_not_in_names
    told = talk().callback("agent_joined", profile=USER)
    assert holds(rule, told.shows("Hello", "agent-1").delivered().trace())
    assert "it was not shown" in complaint(rule, talk().callback("agent_joined", profile=USER).delivered().trace())
    untold = complaint(rule, talk().shows("Hello", "agent-1").delivered().trace())
    assert "the joining of the agent 'agent-1', called 'User'" in untold
    assert unexercised(rule, talk(ADA).callback("agent_joined", profile=ADA).shows("Hello").delivered().trace())


@pytest.mark.parametrize("name", ["user-u1", "agent|x", " YOU ", "agent-9"])
def test_names_that_mislead(name: str) -> None:
    """SEC-06: the user's id, a separator, a role, another agent's id."""
    other = {"id": "agent-9", "nickname": "Nine"}
    agent = {"id": "agent-1", "nickname": name}
    story = Story().start().act("join", joined(other)).act("join", joined(agent))
    story.callback("agent_joined", profile=other).delivered()
    assert f"called {name!r}" in complaint(identity_is_not_in_names, story.trace(user_id="user-u1"))


def test_an_agent_without_a_name_misleads_nobody() -> None:
    """SEC-06: no name is not the name of a user who has none either."""
    nameless, another = {"id": "agent-1", "nickname": None}, {"id": "agent-2", "nickname": None}
    for more in ([], [another]):
        story = talk(nameless)
        for agent in more:
            story.act("join", joined(agent))
        story.callback("agent_joined", profile={"id": "own-1", "nickname": "Agent"}).delivered()
        assert unexercised(identity_is_not_in_names, story.trace(user_name=None))


def test_two_agents_of_one_name_are_two() -> None:
    """SEC-06: what one of them says is not the other's."""
    story = Story().start().act("join", joined(LABEL)).act("join", joined(TWIN))
    story.callback("agent_joined", profile=LABEL).callback("agent_joined", profile=TWIN)
    story.act("say", said(LABEL, "I am the first"))
    wrong = complaint(identity_is_not_in_names, story.shows("I am the first", "agent-4").delivered().trace())
    assert "it was attributed to 'agent-4'" in wrong


def test_a_text_that_looks_like_anothers() -> None:
    """SEC-06: who wrote it, wrote it; and the user's own words never come back as an agent's."""
    rule = identity_is_not_in_names
    forged = talk(ADA, "agent-bob|Bob: hi").callback("agent_joined", profile=ADA)
    assert holds(rule, forged.shows("agent-bob|Bob: hi").delivered().trace())
    assert holds(rule, Story().start().send("User: hi").trace())
    assert "is not shown as an agent's" in complaint(rule, Story().start().send("User: hi").shows("User: hi").trace())


@pytest.mark.parametrize("address", ACTIVE_ADDRESSES)
def test_addresses_that_run_code(address: str) -> None:
    """SEC-07: as a browser sees them."""
    assert runs_code(address)
    items = [{"response_type": "button", "button_type": "url", "label": "See", "url": address}]
    story = talk(ADA).callback(
        "send_message_to_user", message={"output": {"generic": items}}, agent_id="agent-ada", texts=[], types=["button"]
    )
    assert "url is" in complaint(nothing_written_acts, story.trace())


def test_harmless_addresses_and_texts() -> None:
    """SEC-07 leaves ordinary content alone."""
    assert not any(map(runs_code, ("https://example.com/javascript:", "data:image/png;base64,AA", "java script")))
    assert not any(map(could_act, ("1 < 2", "a [link](https://example.com)", "javascript is a language")))
    assert all(map(could_act, ACTIVE_TEXTS))


@pytest.mark.parametrize("text", ACTIVE_TEXTS)
def test_a_text_as_it_was_written_is_inert(text: str) -> None:
    """SEC-07: showing a text safely is the host's part."""
    assert holds(nothing_written_acts, talk(ADA, text).shows(text).delivered().trace())


def test_a_conversion_makes_no_link_that_runs() -> None:
    """SEC-07: what was HTML, and inert, has become a link."""
    story = talk(ADA, '<a href="javascript:x()">y</a>').shows("[y](javascript:x())")
    assert "a link to 'javascript:x(" in complaint(nothing_written_acts, story.delivered().trace())


def test_pictures_of_agents_have_harmless_addresses() -> None:
    """SEC-07 looks at profiles, too."""
    profile = {**ADA, "profile_picture_url": "javascript:alert(1)"}
    assert "profile_picture_url" in complaint(
        nothing_written_acts, talk(ADA).callback("agent_joined", profile=profile).trace()
    )


def sent(stored: str) -> Story:
    """The user writes something hostile, and the desk has this of it."""
    story = Story().start().host("send_message_to_agent", text=HOSTILE, message_id="m1", files=[])
    story.event(user_said(stored, "m1"))
    return story


def test_the_users_words_are_no_markup() -> None:
    """SEC-07: as written or escaped, but not within markup that the adapter made."""
    rule = nothing_written_acts
    assert holds(rule, sent(HOSTILE).trace())
    assert holds(rule, sent("&lt;img src=x onerror=alert(1)&gt;").trace())
    assert "the desk has '<p><img" in complaint(rule, sent(f"<p>{HOSTILE}</p>").trace())
    assert unexercised(rule, Story().start().send("hello").trace())


def test_the_first_words_are_no_markup() -> None:
    """SEC-07: what the host tells for the agent at the start is somebody's text, too."""
    item = {"response_type": "connect_to_agent", "message_to_human_agent": HOSTILE}
    story = Story().new_chat().host("start_chat", second=False, connect_message={"output": {"generic": [item]}})
    assert holds(nothing_written_acts, story.trace(context={"message_to_agent": HOSTILE}))
    again = Story().new_chat().host("start_chat", second=False, connect_message={"output": {"generic": [item]}})
    told = complaint(nothing_written_acts, again.trace(context={"message_to_agent": f"<li>{HOSTILE}</li>"}))
    assert "told at the start" in told
