"""Each requirement of credentials on small traces."""

from __future__ import annotations

from typing import Any

from contracts.requirements.security_secrets import (
    expiry_is_never_silent,
    no_credential_is_persisted,
    no_credential_is_seen,
)
from tests.suite.requirements.build import ADA, Story, broken_by, complaint, holds, joined, said, unexercised

OVER = {"log": 3, "callback": 2, "url": 5, "persisted_state": 1}


def searched(*leaks: dict[str, Any], secrets: int = 2, over: dict[str, int] | None = None) -> Story:
    """A run in which credentials were looked for."""
    story = Story().start()
    for leak in leaks:
        story.suite("leak", **leak)
    return story.suite("searched", secrets=secrets, over=OVER if over is None else over)


def leak(where: str, ends: str | None = "xyz") -> dict[str, Any]:
    """A credential that was found."""
    return {"where": where, "entry": None, "credential": "conversation token", "ends": ends}


def test_a_credential_in_sight_is_told_without_being_told() -> None:
    """SEC-02 says where it stood, what it is and how it ends."""
    rule = no_credential_is_seen
    assert holds(rule, searched().trace())
    told = complaint(rule, searched(leak("log")).trace())
    assert "what the adapter logs and prints" in told
    assert "conversation token, which ends in 'xyz'" in told
    assert "the address of a request" in complaint(rule, searched(leak("url", None)).trace())
    assert not broken_by(rule, searched(leak("persisted_state")).trace())


def test_a_credential_that_is_kept() -> None:
    """SEC-09 is about the persisted state alone."""
    rule = no_credential_is_persisted
    assert holds(rule, searched().trace())
    assert "the persisted state holds no credential" in complaint(rule, searched(leak("persisted_state")).trace())
    assert not broken_by(rule, searched(leak("callback")).trace())


def test_a_search_without_a_secret_or_a_place_shows_nothing() -> None:
    """Both are exercised only where there was something to find, and somewhere to look."""
    for rule in (no_credential_is_seen, no_credential_is_persisted):
        assert unexercised(rule, searched(secrets=0).trace())
        assert unexercised(rule, searched(over={}).trace())
        assert unexercised(rule, Story().start().trace())


def expired(seconds: float = 60) -> Story:
    """A chat whose token has expired."""
    story = Story().start().act("join", joined(ADA)).callback("agent_joined", profile=ADA)
    return story.suite("drop", code=4401, outage=False, silent=False, expired=True).advance(seconds)


def test_expiry_is_never_silent() -> None:
    """SEC-05: a loss, an end, or the chat goes on."""
    rule = expiry_is_never_silent
    assert holds(rule, expired().callback("set_error_status", error={"type": 2, "is_disconnected": True}).trace())
    assert holds(rule, expired().callback("agent_ended_chat").trace())
    renewed = expired().act("say", said(ADA, "Still here")).shows("Still here").delivered()
    assert holds(rule, renewed.trace())
    assert "nothing was told" in complaint(rule, expired().trace())
    assert unexercised(rule, expired(1).trace())


def test_a_user_token_is_renewed() -> None:
    """SEC-05: the start of the evening does not fail with the token of the morning."""
    settings = {"require_user_token": True, "token_ttl_seconds": 600.0}
    rule = expiry_is_never_silent
    assert holds(rule, Story(settings=settings).start().end().advance(700).start().trace())
    failed = Story(settings=settings).start().end().advance(700).start("DeskRefused: 401")
    assert "the start failed: DeskRefused: 401" in complaint(rule, failed.trace())
    assert unexercised(rule, Story(settings=settings).start().end().advance(30).start("DeskRefused: 401").trace())
    assert unexercised(rule, Story().start().end().advance(700).start("DeskRefused: 401").trace())
