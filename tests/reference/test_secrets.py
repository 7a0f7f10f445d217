"""No credential in logs, addresses, callbacks and errors (SEC-02)."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any

import pytest

from byosd_reference.desk_api import Credentials
from byosd_reference.settings import Settings
from tests.reference.conftest import MakeBench
from tests.reference.host import error_of
from tests.reference.support import Bench

FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 500, "operation": "sendMessageToAgent", "count": None},
    {"kind": "reset", "operation": "userTyping"},
    {"kind": "truncated", "operation": "updateState"},
    {"kind": "garbage", "operation": "userReadMessages"},
    {"kind": "eof"},
]


def test_nothing_shows_a_credential(make_bench: MakeBench, caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at its most talkative, through a chat in which everything goes wrong."""
    tokens: dict[str, str] = {}
    bench = make_bench(
        {"require_user_token": True, "api_keys": ["canary-key"]}, api_key="canary-key", token_store=tokens
    )
    with caplog.at_level(logging.DEBUG):
        conversation_id = bench.start("ada")
        secrets = [tokens[conversation_id], "canary-key"]
        errors = _go_wrong(bench)
        error = error_of(bench.desk.start_chat, {})
        bench.desk.end_chat()
    errors.append(error)
    written = caplog.text + repr(bench.host.said) + json.dumps(bench.host.calls("update_persisted_state"))
    written += json.dumps(bench.driver.journal())
    written += "".join("".join(traceback.format_exception(error)) for error in errors if error is not None)
    for secret in secrets:
        assert secret not in written.replace(f"'token_store': {tokens}", "")
    assert "access_token" not in written


def _go_wrong(bench: Bench) -> list[BaseException | None]:
    for fault in FAULTS:
        bench.driver.inject(fault)
    bench.desk.update_state({"locale": "de"})
    bench.desk.user_typing(True)
    bench.desk.user_read_messages()
    return [error_of(bench.widget.say, "hello")]


def test_errors_tell_a_reason_without_an_address(bench: Bench) -> None:
    """A reason is for a person; an address in it ends up on a screen."""
    bench.start("ada")
    bench.fault("reset", operation="sendMessageToAgent", count=None)
    error = error_of(bench.widget.say, "my words")
    told = "".join(traceback.format_exception(error))
    assert "take the message" in str(error)
    assert bench.desk_url not in told
    assert "my words" not in str(error)


def test_objects_do_not_show_their_secrets() -> None:
    """They may end up in a traceback or in a log of somebody else."""
    shown = repr(Credentials("conv", "ws://x", "canary")) + repr(
        Settings(api_key="canary", token_store={"c": "canary"})
    )
    assert "canary" not in shown
