"""The user's token: renewed in time, kept over a page reload, never seen."""

from __future__ import annotations

import json
from typing import Any

from tests.reference.twilio.conftest import MakeVisit, Visit


def test_a_token_that_is_about_to_end_is_renewed(make_visit: MakeVisit) -> None:
    """The chat goes on behind the end of its first token, and a new page has the new one (SEC-05)."""
    visit = make_visit(token_ttl_seconds=600)
    visit.start()
    before = dict(visit.tokens)
    visit.driver.advance(430.0)
    visit.await_request("createToken")
    visit.act("say", "ada", text="renewed")
    visit.host.await_text("renewed")
    assert visit.tokens != before
    visit.driver.advance(300.0)
    visit.act("say", "ada", text="still here")
    visit.host.await_text("still here")
    assert visit.host.calls("set_error_status") == []


def test_a_renewal_that_failed_is_tried_again(make_visit: MakeVisit) -> None:
    """One refusal of the page's server in three minutes must not end a chat."""
    visit = make_visit(token_ttl_seconds=600)
    visit.start()
    visit.driver.inject({"kind": "status", "operation": "createToken", "status": 500, "count": 1})
    visit.driver.advance(430.0)
    visit.await_request("createToken")
    visit.clock.await_wait(15.0)
    visit.clock.advance(15.0)
    visit.await_request("createToken", 2)
    visit.driver.advance(300.0)
    visit.act("say", "ada", text="still here")
    visit.host.await_text("still here")


def test_a_token_that_has_ended_ends_the_chat(visit: Visit) -> None:
    """Who cannot renew it any more is told, and nobody talks into the void (B32)."""
    visit.start()
    visit.fault("expire_token")
    visit.host.await_call("agent_ended_chat")
    assert [call[0] for call in visit.host.talk()] == ["agent_joined", "set_error_status", "agent_ended_chat"]


def test_a_reload(visit: Visit) -> None:
    """The chat goes on behind what was shown: same agent, nothing twice, nothing missed, and with a new token."""
    visit.start()
    visit.act("say", "ada", text="before")
    visit.host.await_text("before")
    first = dict(visit.tokens)
    again = visit.reload()
    again.act("say", "ada", text="meanwhile")
    assert again.adapter.reconnect() is True
    again.host.await_text("meanwhile")
    again.say("after")
    assert again.host.texts() == ["meanwhile"]
    assert again.host.calls("agent_joined") == []
    assert again.user_texts() == ["after"]
    assert visit.tokens.keys() == first.keys()
    assert visit.tokens != first


def test_a_reload_between_a_joining_and_the_words(visit: Visit) -> None:
    """A page that goes away in the midst of one piece of news has persisted what was shown, and no more."""
    visit.start(None)
    chat: Any = visit.chat
    visit.host.reactions["agent_joined"] = lambda profile: chat._gate.close()  # nothing of this page is heard any more
    visit.act("join", "ada")
    visit.act("say", "ada", text="Hello")
    visit.host.await_call("agent_joined")
    again = visit.reload()
    assert again.adapter.reconnect() is True
    again.host.await_text("Hello")
    assert [call[0] for call in again.host.talk()] == ["agent_joined", "send_message_to_user"]


def test_the_persisted_state_is_small_and_holds_no_token(visit: Visit) -> None:
    """It lies about in the browser (REC-09, SEC-09)."""
    visit.start()
    (token,) = visit.tokens.values()
    kept = json.dumps([call[0] for call in visit.host.calls("update_persisted_state")])
    assert token not in kept
    assert set(visit.host.kept) == {
        "conversation_id",
        "last_seq",
        "agents",
        "identity",
        "next_index",
        "positions",
        "members",
    }


def test_a_chat_whose_token_has_ended_is_not_taken_up(visit: Visit) -> None:
    """The host hears no, and nothing is left of the old chat (REC-06, LIF-17)."""
    visit.start()
    again = visit.reload()
    again.driver.advance(90_000.0)
    assert again.adapter.reconnect() is False
    assert (again.host.kept, again.tokens) == ({}, {})
