"""The probes make the traffic that they promise, and a desk's faults can be seen in what they recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Request, Response

from contracts.desk import contract
from contracts.desk.probes import PROBES, describe, run_probes
from mockdesk import DeskControl, RunningServer
from tests.contract.conftest import faulty

Records = list[dict[str, Any]]


class Driver:
    """As much of a driver as the probes use."""

    def __init__(self, control: DeskControl) -> None:
        self.inject = control.inject
        self.act = control.act
        self.advance = control.advance
        self.journal = lambda: control.journal()["entries"]
        self.wait = control.wait

    def describe(self) -> dict[str, Any]:
        """Tell what there is."""
        operations = ["inject", "act", "advance", "journal", "wait"]
        actions = ["join", "request_screen"]
        faults = ["expire_token"]
        return {"name": "test", "operations": operations, "actions": actions, "faults": faults, "clock": "virtual"}


@pytest.fixture(scope="module")
def probed(server: RunningServer) -> Iterator[Records]:
    """What every probe recorded at a correct desk."""
    settings: dict[str, Any] = {"api_keys": ["site-key"], "queues": {"staffed": {}, "deserted": {}}}
    control = server.new_desk(settings)
    records: Records = []
    driver: Any = Driver(control)
    outcomes = run_probes(server.desk_url(control), records.append, driver=driver, api_key="site-key")
    assert [outcome for outcome in outcomes if not outcome.ran] == []
    yield records
    server.remove_desk(control.name)


def exchanges(records: Records, purpose: str, probe: str | None = None) -> Records:
    """Return the exchanges and handshakes of a purpose."""
    return [
        record
        for record in records
        if record["purpose"] == purpose
        and record["kind"] in ("exchange", "handshake")
        and probe in (None, record["probe"])
    ]


def statuses(records: Records, purpose: str) -> set[int | None]:
    """Return the statuses that a purpose was answered with."""
    return {record["status"] for record in exchanges(records, purpose)}


def test_correct_desk_violates_nothing(probed: Records) -> None:
    """A probe that provokes violations of a correct desk, or a contract that refuses it, makes every desk red."""
    judge = contract.load()
    for record in probed:
        if record["kind"] == "exchange":
            found = judge.check_response(record["operation"], record["status"], record["headers"], record["body"])
        else:
            found = judge.check_event(record["frame"]) if record["kind"] == "frame" else []
        assert found == [], record


def test_records_have_the_promised_shape(probed: Records) -> None:
    """Requirements are functions of these records; a missing key would make them silently vacuous."""
    common = {"kind", "at", "probe", "purpose", "conversation_id"}
    keys = {
        "exchange": {"operation", "token", "request", "status", "headers", "body", "seconds", "error"},
        "handshake": {"connection", "token", "after", "status", "subprotocol", "body", "error"},
        "frame": {"connection", "after", "transport", "frame"},
        "stream.closed": {"connection", "after", "code", "by"},
    }
    assert {record["kind"] for record in probed} == set(keys)
    for record in probed:
        assert keys[record["kind"]] | common <= record.keys()


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("end.again", {200}),
        ("start.first", {201}),
        ("start.same_key", {200}),
        ("start.same_key_other_body", {409}),
        ("message.again", {200}),
        ("message.to_ended", {409}),
        ("message.foreign_token", {403}),
        ("token.none", {401}),
        ("token.garbage", {401}),
        ("token.foreign", {403}),
        ("token.expired", {401}),
        ("conversation.unknown", {404}),
        ("resume.unknown_position", {410}),
        ("limit.longest_wide", {201}),
        ("limit.too_long", {413}),
        ("declared.websocket", {101}),
        ("poll.waiting", {200}),
        ("start.same_key_other_user", {409}),
        ("file.of_another_conversation", {404}),
    ],
)
def test_correct_desk_answers_as_the_contract_says(probed: Records, purpose: str, expected: set[int]) -> None:
    """The purposes are what requirements look for; one without records would leave its requirement inconclusive."""
    assert statuses(probed, purpose) == expected


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (
            "largest_bodies",
            {
                "limit.largest_body": {201},
                "limit.too_large_body": {413},
                "limit.largest_file": {201},
                "limit.too_large_file": {413},
                "limit.wrong_type": {415},
            },
        ),
        (
            "too_many_messages",
            {"rate.allowed": {201}, "rate.too_many": {429}, "rate.other_user": {201}, "rate.later": {201}},
        ),
    ],
)
def test_limits_are_tried_where_a_driver_sets_them(
    server: RunningServer, probe: str, expected: dict[str, set[int]]
) -> None:
    """A limit that no desk of the suite has would never be tried; the driver makes a desk that has it."""
    settings = next(each.settings for each in PROBES if each.name == probe)
    control = server.new_desk(settings)
    records: Records = []
    driver: Any = Driver(control)
    run_probes(server.desk_url(control), records.append, driver=driver, select=[probe])
    server.remove_desk(control.name)
    assert {purpose: statuses(records, purpose) for purpose in expected} == expected


def test_tokens_are_tried_on_every_operation_and_the_stream(probed: Records) -> None:
    """SEC-04 says each operation: one that is left out is not judged."""
    guarded = {operation.id for operation in contract.load().operations.values() if operation.of_conversation}
    for purpose in ("token.none", "token.garbage", "token.foreign", "token.expired", "token.own"):
        found = exchanges(probed, purpose)
        tried = {record["operation"] for record in found if record["kind"] == "exchange"} - {"startChat"}
        assert tried == guarded - {"streamEvents"}, purpose
        assert any(record["kind"] == "handshake" for record in found), purpose


@pytest.mark.parametrize("transport", ["websocket", "server_sent_events"])
def test_each_position_gives_exactly_the_later_events(probed: Records, transport: str) -> None:
    """REC-05 is judged by these frames: they must come from every position and be complete."""
    found: dict[tuple[str, int], dict[int, list[int]]] = {}
    for record in probed:
        if record["kind"] == "frame" and record["transport"] == transport and record["purpose"] == "resume.position":
            key = (record["conversation_id"], record["after"])
            found.setdefault(key, {}).setdefault(record["connection"], []).append(record["frame"]["seq"])
    assert sorted(after for _, after in found) == [0, 1, 2, 3, 4]
    for (_, after), connections in found.items():
        assert list(connections.values()) == [list(range(after + 1, 6))]


def test_files_come_back_byte_for_byte(probed: Records) -> None:
    """Names and bytes are recorded so that a desk which changes them can be told."""
    sent = [record["request"]["body"]["file"] for record in exchanges(probed, "file.upload")]
    answered = [record["body"]["name"] for record in exchanges(probed, "file.upload")]
    read = [record["body"] for record in exchanges(probed, "file.read")]
    assert [name.replace("%0D%0A", "\r\n") for name in answered] == [each["name"] for each in sent]
    assert read == [{"size": each["size"], "sha256": each["sha256"]} for each in sent]


def test_records_hold_no_secret(probed: Records) -> None:
    """Traces are printed and shared; equal tokens must stay equal, so that LIF-19 can be judged."""
    assert "site-key" not in str(probed)
    first, again = exchanges(probed, "start.first")[0], exchanges(probed, "start.same_key")[0]
    assert first["body"]["token"] == again["body"]["token"]
    assert first["body"]["token"].startswith("digest-")


def test_nothing_stays_open_at_the_desk(server: RunningServer, desk: DeskControl, desk_url: str) -> None:
    """A vendor's desk must not fill up with conversations that no one ends."""
    run_probes(desk_url, lambda record: None, select=["two_users", "MSG-07"])
    assert {truth["state"] for truth in desk.conversations()} == {"ended"}
    assert len(desk.conversations()) == 3


def test_desk_that_looks_at_no_token_is_seen(desk_url: str, desk: DeskControl) -> None:
    """A probe whose records are the same at a bad desk tests nothing."""
    tokens: dict[str, str] = {}

    def remember(request: Request, response: Response) -> Response:
        if request.method == "POST" and request.path.endswith("/v1/conversations"):
            body = response.get_json()
            tokens[body["conversation"]["id"]] = body["token"]
        return response

    def authorize(path: str, headers: dict[str, str]) -> None:
        if path.startswith("v1/conversations/"):
            headers.pop("Authorization", None)
            headers["Authorization"] = f"Bearer {next(iter(tokens.values()))}"

    records: Records = []
    with faulty(desk_url, remember, authorize) as url:
        run_probes(url, records.append, select=["tokens_on_each_operation"])
    assert 200 in statuses(records, "token.none")


def test_probes_need_what_the_desk_declares(desk_url: str, server: RunningServer) -> None:
    """A probe of what a desk does not offer would blame it for what it never promised."""
    control = server.new_desk({"capabilities": {"files": False}, "transports": ["long_poll"]})
    outcomes = run_probes(server.desk_url(control), lambda record: None, select=["FIL-03", "REC-05"])
    server.remove_desk(control.name)
    left_out = {outcome.probe: outcome.reason for outcome in outcomes if not outcome.ran}
    assert left_out["files_come_back"] == "the desk does not declare files"
    assert left_out["resume_by_websocket"] == "the desk does not declare websocket"
    assert "resume_by_long_poll" not in left_out


def test_desk_that_cannot_start_breaks_probes_softly() -> None:
    """A desk that is not there must give outcomes with reasons, not an exception."""
    outcomes = run_probes("http://127.0.0.1:9", lambda record: None, timeout=2)
    assert all(outcome.reason for outcome in outcomes if not outcome.ran)
    assert any(outcome.broken for outcome in outcomes)


def test_every_probe_is_described() -> None:
    """The documentation of the probes is made of their docstrings."""
    assert [entry["name"] for entry in describe()] == [probe.name for probe in PROBES]
    assert all(entry["does"].endswith(".") and entry["aims"] for entry in describe())
