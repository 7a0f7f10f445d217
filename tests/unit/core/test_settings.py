"""Settings, requests and actions are read strictly and say by name what does not fit."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockdesk.core.actions import ACTION_NAMES, describe, parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest, StateChanges
from mockdesk.core.errors import InvalidRequest
from mockdesk.core.reading import json_problem

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def pointers(refused: pytest.ExceptionInfo[InvalidRequest]) -> set[str]:
    """Return the fields that a refusal names."""
    return {error.pointer for error in refused.value.errors}


def test_every_setting_has_a_default_and_is_read_back() -> None:
    """An empty mapping is the default desk, and each limit reaches the capabilities."""
    assert DeskSettings.from_dict({}) == DeskSettings()
    settings = DeskSettings.from_dict(
        {
            "capabilities": {"files": False},
            "transports": ["long_poll"],
            "max_text_characters": 10,
            "max_file_bytes": 20,
            "allowed_file_types": ["image/*"],
            "reconnect_grace_seconds": 5,
        }
    )
    capabilities = Desk(settings, VirtualClock()).capabilities()
    assert capabilities["functions"]["files"] is False
    assert capabilities["functions"]["user_typing"] is True
    assert capabilities["transports"] == ["long_poll"]
    assert capabilities["limits"] == {
        "max_text_characters": 10,
        "max_body_bytes": 1_048_576,
        "max_file_bytes": 20,
        "allowed_file_types": ["image/*"],
        "event_retention": 10_000,
        "reconnect_grace_seconds": 5,
        "typing_expires_seconds": 5.0,
        "max_poll_wait_seconds": 30.0,
    }


def test_all_wrong_settings_are_named_at_once() -> None:
    """Whoever fixes a file wants to see every mistake, with its place and the word that was meant."""
    with pytest.raises(InvalidRequest) as refused:
        DeskSettings.from_dict(
            {
                "seed": "x",
                "token_ttl": 3,
                "queues": {"sales": {"open": 1, "wait": 2}, "help": []},
                "agents": [{"nickname": "no id"}, {"id": "ok", "queues": "sales"}],
                "transports": ["carrier_pigeon"],
                "capabilities": {"file": True},
                "idle_timeout_seconds": -1,
                "max_text_characters": 0,
                "require_user_token": "yes",
            }
        )
    assert pointers(refused) == {
        "/seed",
        "/token_ttl",
        "/queues/sales/open",
        "/queues/sales/wait",
        "/queues/help",
        "/agents/0/id",
        "/agents/1/queues",
        "/transports",
        "/capabilities/file",
        "/idle_timeout_seconds",
        "/max_text_characters",
        "/require_user_token",
    }
    details = {error.pointer: error.detail for error in refused.value.errors}
    assert "did you mean 'token_ttl_seconds'?" in details["/token_ttl"]
    assert "did you mean 'files'?" in details["/capabilities/file"]


def test_the_default_queue_is_always_there() -> None:
    """A start without a queue works on every desk, unless the desk closes it."""
    assert set(DeskSettings.from_dict({"queues": {"sales": None}}).queues) == {"default", "sales"}
    assert DeskSettings.from_dict({"queues": {"default": {"open": False}}}).queues["default"].open is False


@given(json_values)
def test_no_json_value_breaks_a_reader(value: Any) -> None:
    """Whatever comes over the wire is accepted or refused by name, never a crash (ERR-06)."""
    readers = (
        DeskSettings.from_dict,
        StartRequest.from_dict,
        MessageDraft.from_dict,
        StateChanges.from_dict,
        parse_action,
    )
    for reader in readers:
        with suppress(InvalidRequest):
            reader(value)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/user_id"),
        ({"user_id": ""}, "/user_id"),
        ({"user_id": "x" * 201}, "/user_id"),
        ({"user_id": 7}, "/user_id"),
        ({"user_id": "u", "queue": None}, "/queue"),
        ({"user_id": "u", "qeue": "sales"}, "/qeue"),
        ({"user_id": "u", "context": []}, "/context"),
        ({"user_id": "u", "context": {"locale": 1}}, "/context/locale"),
        ({"user_id": "u", "context": {"additional_data": [1]}}, "/context/additional_data"),
        ({"user_id": "u", "context": {"additional_data": {"x": float("nan")}}}, "/context/additional_data"),
        ({"user_id": "u", "context": {"a/b~c": 1}}, "/context/a~1b~0c"),
        ("not an object", ""),
    ],
)
def test_a_wrong_start_is_refused_by_field(body: Any, pointer: str) -> None:
    """A JSON pointer leads to the mistake."""
    with pytest.raises(InvalidRequest) as refused:
        StartRequest.from_dict(body)
    assert pointer in pointers(refused)


def test_lengths_are_checked_at_the_border() -> None:
    """1 to 200 characters of a user id, 1 to 100 of a message id; code points, not bytes."""
    assert StartRequest.from_dict({"user_id": "\U0001f600" * 200}).user_id
    assert MessageDraft.from_dict({"text": "", "message_id": "x" * 100}).message_id
    for message_id in ("", "x" * 101):
        with pytest.raises(InvalidRequest):
            MessageDraft.from_dict({"text": "a", "message_id": message_id})


def test_null_leaves_the_state_as_it_is() -> None:
    """The host knows no user id before the login and sends null."""
    assert StateChanges.from_dict({"user_id": None, "locale": "de"}).to_data() == {"locale": "de"}


@pytest.mark.parametrize(
    "action",
    [
        {"action": "offer", "agent": "ada"},
        {"action": "decline", "agent": "ada"},
        {"action": "join", "agent": {"id": "ada", "nickname": "Ada", "profile_picture_url": "https://a.example/"}},
        {"action": "typing", "agent": "ada", "typing": False},
        {"action": "say", "agent": "ada", "text": "hi", "items": [{"type": "link", "url": "https://a.example/"}]},
        {"action": "say", "by": "system", "text": "hi"},
        {"action": "read", "agent": "ada", "up_to_seq": 3},
        {"action": "transfer", "agent": "ada", "to_agent": {"id": "bob", "nickname": None}},
        {"action": "transfer", "agent": "ada", "to_queue": "sales", "reason": "why"},
        {"action": "leave", "agent": "ada", "reason": "disconnected"},
        {"action": "end", "agent": "ada", "reason": "done"},
        {"action": "end", "by": "system"},
        {"action": "request_screen", "agent": "ada"},
        {"action": "end_screen", "agent": "ada"},
        {"action": "set_file_state", "file_id": "f", "state": "accepted", "message": "ok"},
        {"action": "set_capabilities", "allow_file_uploads": False, "allowed_file_upload_types": "image/*"},
        {"action": "update_queue", "position": 2, "estimated_wait_seconds": 1.5, "message": "soon"},
    ],
    ids=lambda action: str(action["action"]),
)
def test_an_action_is_described_as_it_is_read(action: dict[str, Any]) -> None:
    """The journal shows what somebody could send again."""
    assert describe(parse_action(action)) == action
    assert action["action"] in ACTION_NAMES


def test_an_end_without_anybody_is_the_desks() -> None:
    """``{"action": "end"}`` names no agent, so it is the system's."""
    assert parse_action({"action": "end"}) == parse_action({"action": "end", "by": "system"})


@pytest.mark.parametrize(
    ("action", "pointer"),
    [
        ({}, "/action"),
        ({"action": "jion", "agent": "ada"}, "/action"),
        ({"action": ["join"], "agent": "ada"}, "/action"),
        ({"action": "join"}, "/agent"),
        ({"action": "join", "agent": ""}, "/agent"),
        ({"action": "join", "agent": None}, "/agent"),
        ({"action": "join", "agent": {"nickname": "A"}}, "/agent/id"),
        ({"action": "join", "agent": {"id": "a", "nick": "A"}}, "/agent/nick"),
        ({"action": "join", "agent": "a", "text": "hi"}, "/text"),
        ({"action": "say", "agent": "a", "text": 7}, "/text"),
        ({"action": "say", "agent": "a", "text": "\ud800"}, "/text"),
        ({"action": "say", "agent": "a", "items": [{"url": "x"}]}, "/items/0/type"),
        ({"action": "say", "agent": "a", "items": [{"type": "x", "y": float("inf")}]}, "/items/0/y"),
        ({"action": "say", "text": "who speaks?"}, "/agent"),
        ({"action": "typing", "agent": "a", "typing": 1}, "/typing"),
        ({"action": "read", "agent": "a", "up_to_seq": -1}, "/up_to_seq"),
        ({"action": "read", "agent": "a", "up_to_seq": 1.5}, "/up_to_seq"),
        ({"action": "read", "agent": "a", "up_to_seq": True}, "/up_to_seq"),
        ({"action": "transfer", "agent": "a", "to_agent": "b", "to_queue": "c"}, "/to_queue"),
        ({"action": "leave", "agent": "a", "reason": "bored"}, "/reason"),
        ({"action": "end", "agent": "a", "by": "system"}, "/agent"),
        ({"action": "end", "by": "user"}, "/by"),
        ({"action": "set_file_state", "file_id": "f"}, "/state"),
        ({"action": "set_capabilities", "allow_file_uploads": "no"}, "/allow_file_uploads"),
        ({"action": "update_queue", "position": 0}, "/position"),
    ],
)
def test_a_wrong_action_is_refused_by_field(action: dict[str, Any], pointer: str) -> None:
    """A driver's typing mistake must not become a quiet nothing."""
    with pytest.raises(InvalidRequest) as refused:
        parse_action(action)
    assert pointer in pointers(refused)


def test_an_unknown_action_is_told_the_nearest_one() -> None:
    """Most are spelling mistakes."""
    with pytest.raises(InvalidRequest, match="did you mean 'join'"):
        parse_action({"action": "jion", "agent": "ada"})


def test_what_is_not_json_is_named() -> None:
    """Free-form data is kept and sent again, so it must be plain JSON all the way down."""
    deep: Any = []
    for _ in range(40):
        deep = [deep]
    assert "deeper" in str(json_problem(deep))
    assert "surrogate" in str(json_problem({"a": ["\ud800"]}))
    assert "surrogate" in str(json_problem({"\ud800": 1}))
    assert "finite" in str(json_problem([float("inf")]))
    assert "not JSON" in str(json_problem({"a": b""}))
    assert "not JSON" in str(json_problem({1: "a"}))
    assert json_problem({"a": [1, 2.5, None, True, "x"]}) is None
