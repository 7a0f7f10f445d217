"""Credentials are looked for everywhere, and are written nowhere."""

from __future__ import annotations

import json
import logging
import sys
import threading
from dataclasses import replace

import pytest

from contracts.adapter import DeskDriver
from contracts.leaks import Secret, Written, known_secrets, masked, search
from contracts.program import step
from contracts.session import Session
from contracts.subject import Subject
from contracts.trace import Entry, Side
from tests.suite.defects.security_secrets import PersistsItsToken, TellsItsToken
from tests.suite.defects.spoiled import factory

TOKEN = Secret("conversation token", "canary-token-xyz")


def entry(kind: str, side: Side = Side.CALLBACK, **data: object) -> Entry:
    """An entry of a trace."""
    return Entry(0, 0.0, side, kind, data=data)


@pytest.mark.parametrize(
    ("found_in", "where"),
    [
        (entry("send_message_to_user", message={"output": [f"Bearer {TOKEN.value}"]}), "callback"),
        (entry("update_persisted_state", state={TOKEN.value: 1}), "persisted_state"),
        (entry("settled", Side.HOST, error=f"401 for {TOKEN.value}"), "error"),
    ],
)
def test_entries_are_searched(found_in: Entry, where: str) -> None:
    """Keys and nested values count, too."""
    (leak,), over = search([TOKEN], [found_in], [], [])
    assert (leak["where"], leak["ends"], over) == (where, "xyz", {where: 1})
    assert TOKEN.value not in json.dumps(leak)


def test_lines_and_addresses_are_searched() -> None:
    """A token in a path, in a query, or one that the desk saw and keeps to itself."""
    requests = [{"path": f"/v1/{TOKEN.value}"}, {"query": {"t": TOKEN.value}}, {"token_in_url": True}, {"path": "/v1"}]
    leaks, over = search([TOKEN], [], [f"token={TOKEN.value}", "nothing"], requests)
    assert [leak["where"] for leak in leaks] == ["log", "url", "url", "url"]
    assert over == {"log": 2, "url": 4}


def test_secrets_are_masked() -> None:
    """A trace is stored and sent around."""
    (one,) = masked((entry("x", told=[{"a": f"-{TOKEN.value}-"}]),), [TOKEN])
    assert one.data == {"told": [{"a": "-<conversation token …xyz>-"}]}
    plain = entry("x", told="nothing")
    assert masked((plain,), [TOKEN]) == (plain,)
    assert replace(plain) == plain


def test_short_secrets_are_left_out_and_the_key_counts() -> None:
    """A short one could stand in a text by chance; the key of the options is a secret, whoever issued it."""
    found = known_secrets(
        [{"kind": "t", "value": "abc"}, {"kind": "t", "value": "abcdefg"}], {"api_key": "the-api-key"}
    )
    assert [(one.kind, one.value) for one in found] == [("t", "abcdefg"), ("API key", "the-api-key")]


def test_what_is_logged_and_printed_is_captured(capsys: pytest.CaptureFixture[str]) -> None:
    """At every level, also where logging is disabled; the suite's, libraries' and the driver's own do not count."""
    written, root = Written(), logging.getLogger()
    before = (root.level, list(root.handlers), sys.stdout)
    logging.disable(logging.CRITICAL)
    try:
        with written.captured("desk-"):
            logging.getLogger("service_desk.wire").debug("sent %s", "this")
            print("and this")  # noqa: T201
            for name in ("contracts.x", "urllib3.connectionpool", "websockets.client"):
                logging.getLogger(name).error("not this")
            foreign = threading.Thread(target=logging.getLogger("any").error, args=("nor this",), name="desk-1")
            foreign.start()
            foreign.join()
        assert logging.root.manager.disable == logging.CRITICAL
    finally:
        logging.disable(logging.NOTSET)
    assert written.lines == ["sent this", "and this"]
    assert (root.level, list(root.handlers), sys.stdout) == before
    assert capsys.readouterr().out == "and this\n"


@pytest.mark.parametrize(("kind", "where"), [(PersistsItsToken, "persisted_state"), (TellsItsToken, "callback")])
def test_a_run_tells_of_a_token_without_telling_it(kind: type, where: str, driver: DeskDriver) -> None:
    """The trace of a leaking adapter holds the leak's place, and the token nowhere."""
    with Session(Subject("adapter", "test", factory(kind)), driver) as session:
        for one in (step("start"), step("act", action="join", agent="ada"), step("drop", outage=True)):
            session.perform(one)
        trace = session.finish()
        tokens = [one["value"] for one in driver.secrets()]
    assert {leak.data["where"] for leak in trace.of(Side.SUITE, "leak")} == {where}
    (done,) = trace.of(Side.SUITE, "searched")
    assert done.data["secrets"] >= 1
    assert done.data["over"]["callback"] > 0
    assert tokens
    assert not [token for token in tokens if token in json.dumps(trace.to_json())]
