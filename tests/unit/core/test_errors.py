"""Every refusal: its status, and for those the core raises, how it comes about and that nothing changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockdesk.core.actions import parse_action
from mockdesk.core.desk import DeskSettings, MessageDraft, StartRequest
from mockdesk.core.error_codes import ERRORS_BY_CODE
from mockdesk.core.errors import DeskError, FieldError, InjectedFault, InvalidRequest, RateLimited
from tests.unit.core.bench import Bench, MakeBench

STATUS = {
    "malformed_json": 400,
    "invalid_request": 422,
    "missing_token": 401,
    "invalid_token": 401,
    "expired_token": 401,
    "invalid_api_key": 401,
    "foreign_token": 403,
    "unknown_conversation": 404,
    "unknown_file": 404,
    "unknown_queue": 422,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "body_too_large": 413,
    "text_too_long": 413,
    "unsupported_media_type": 415,
    "empty_text": 422,
    "conversation_ended": 409,
    "illegal_in_state": 409,
    "idempotency_conflict": 409,
    "unknown_position": 410,
    "upgrade_required": 426,
    "rate_limited": 429,
    "queue_closed": 503,
    "queue_full": 503,
    "desk_full": 503,
    "conversation_full": 409,
    "limit_reached": 409,
    "injected_fault": 500,
    "unknown_agent": 404,
    "agent_not_present": 409,
    "agent_already_present": 409,
    "no_transfer": 409,
    "no_offer": 409,
    "unknown_script": 404,
    "invalid_script": 422,
    "unknown_desk": 404,
    "desk_exists": 409,
    "clock_not_virtual": 409,
    "foreign_host": 403,
    "foreign_origin": 403,
}


def test_every_code_has_the_status_of_the_contract() -> None:
    """Clients decide by code and status; openapi.yaml promises both."""
    assert {code: error.status for code, error in ERRORS_BY_CODE.items()} == STATUS


def test_only_what_may_pass_by_itself_is_retryable() -> None:
    """A client that repeats a hopeless request makes things worse."""
    assert {code for code, error in ERRORS_BY_CODE.items() if error.retryable} == {
        "rate_limited",
        "queue_closed",
        "queue_full",
        "desk_full",
    }


def test_a_problem_has_one_shape() -> None:
    """One machine-readable shape for all refusals (ERR-07)."""
    problem = InvalidRequest("no text", [FieldError("/text", "is required")]).to_problem()
    assert problem == {
        "type": "urn:byosd:problem:invalid_request",
        "title": "The request is not valid",
        "status": 422,
        "detail": "no text",
        "code": "invalid_request",
        "retryable": False,
        "errors": [{"pointer": "/text", "detail": "is required"}],
    }
    assert "errors" not in RateLimited("slow down", 2.5).to_problem()
    assert RateLimited("slow down", 2.5).retry_after_seconds == 2.5


def test_an_injected_fault_can_look_like_anything() -> None:
    """Faults play every answer a desk could give."""
    problem = InjectedFault("on purpose", 502, "bad_gateway", retryable=True).to_problem()
    assert (problem["status"], problem["code"], problem["retryable"]) == (502, "bad_gateway", True)


Provoke = Callable[[Bench, str], object]


def _ended(bench: Bench, one: str) -> None:
    bench.desk.end(one)
    bench.send(one)


def _conflict(bench: Bench, one: str) -> None:
    bench.send(one, "a", message_id="m")
    bench.send(one, "b", message_id="m")


def _start_conflict(bench: Bench, one: str) -> object:
    bench.desk.start(StartRequest("u"), "key")
    return bench.desk.start(StartRequest("v"), "key")


def _closed(bench: Bench, one: str) -> object:
    bench.desk.set_queue("default", {"open": False})
    return bench.start()


def _closed_transfer(bench: Bench, one: str) -> object:
    bench.desk.set_queue("sales", {"open": False})
    return bench.act(one, "transfer", agent="ada", to_queue="sales")


def _expired(bench: Bench, one: str) -> object:
    token = bench.desk.start(StartRequest("u")).token
    bench.clock.advance(86_400)
    return bench.desk.authorize(one, token)


def _foreign(bench: Bench, one: str) -> object:
    return bench.desk.authorize(one, bench.desk.start(StartRequest("u")).token)


def _decided(bench: Bench, one: str) -> object:
    file = bench.desk.upload_file(one, "a", "text/plain", b"")
    bench.act(one, "set_file_state", file_id=file.id, state="accepted")
    return bench.act(one, "set_file_state", file_id=file.id, state="rejected")


def _asked_twice(bench: Bench, one: str) -> object:
    bench.act(one, "request_screen", agent="ada")
    return bench.act(one, "request_screen", agent="ada")


def _wrong_request(bench: Bench, one: str) -> None:
    bench.act(one, "request_screen", agent="ada")
    bench.desk.answer_screen_share(one, "screen_other", "accepted")


def _early_end_of_sharing(bench: Bench, one: str) -> None:
    bench.act(one, "request_screen", agent="ada")
    bench.desk.answer_screen_share(one, None, "ended")


def _uploads_withdrawn(bench: Bench, one: str) -> object:
    bench.act(one, "set_capabilities", allow_file_uploads=False)
    return bench.desk.upload_file(one, "a", "text/plain", b"")


PROVOKED: list[tuple[str, str, Provoke]] = [
    ("missing_token", "no credential", lambda b, one: b.desk.authorize(one, None)),
    ("missing_token", "no credential is tested first", lambda b, one: b.desk.authorize("conv_none", "")),
    ("invalid_token", "the token is tested before the conversation", lambda b, one: b.desk.authorize("conv_none", "x")),
    ("expired_token", "time is up", _expired),
    ("foreign_token", "another conversation's token", _foreign),
    ("invalid_api_key", "no key is known", lambda b, one: b.desk.create_token("guess", "user")),
    ("unknown_conversation", "a made-up id", lambda b, one: b.send("conv_none")),
    ("unknown_conversation", "agents too", lambda b, one: b.act("conv_none", "join", agent="ada")),
    ("unknown_file", "a made-up file", lambda b, one: b.desk.file(one, "file_none")),
    ("unknown_file", "deciding about one", lambda b, one: b.act(one, "set_file_state", file_id="f", state="accepted")),
    ("unknown_queue", "a made-up queue", lambda b, one: b.start(queue="defualt")),
    ("unknown_queue", "asking for it", lambda b, one: b.desk.availability("none")),
    ("unknown_queue", "transfer to it", lambda b, one: b.act(one, "transfer", agent="ada", to_queue="none")),
    ("body_too_large", "one byte too many", lambda b, one: b.desk.upload_file(one, "a", "text/plain", b"x" * 101)),
    ("text_too_long", "one character too many", lambda b, one: b.send(one, "é" * 4001)),
    ("empty_text", "nothing said", lambda b, one: b.send(one, "")),
    ("empty_text", "nothing said by an agent", lambda b, one: b.act(one, "say", agent="ada")),
    ("invalid_request", "cannot be written as UTF-8", lambda b, one: b.send(one, "\ud800")),
    ("invalid_request", "receipt ahead of the log", lambda b, one: b.desk.user_read(one, 99)),
    ("invalid_request", "receipt before it", lambda b, one: b.desk.user_read(one, -1)),
    ("invalid_request", "agent's receipt", lambda b, one: b.act(one, "read", agent="ada", up_to_seq=99)),
    ("invalid_request", "no such answer", lambda b, one: b.desk.answer_screen_share(one, None, "maybe")),
    ("invalid_request", "file name", lambda b, one: b.desk.upload_file(one, "\udfff", "text/plain", b"")),
    ("conversation_ended", "nothing after the end", _ended),
    ("idempotency_conflict", "one id, two texts", _conflict),
    ("idempotency_conflict", "one key, two starts", _start_conflict),
    ("unknown_position", "ahead of the log", lambda b, one: b.desk.events_after(one, 3)),
    ("unknown_position", "before it", lambda b, one: b.desk.events_after(one, -1)),
    ("queue_closed", "nobody gets in", _closed),
    ("queue_closed", "not by transfer either", _closed_transfer),
    ("unknown_agent", "not on the roster", lambda b, one: b.act(one, "join", agent="adda")),
    ("unknown_agent", "nothing to remove", lambda b, one: b.desk.remove_agent("nobody")),
    ("agent_not_present", "not joined", lambda b, one: b.act(one, "say", agent="bob", text="hi")),
    ("agent_not_present", "cannot end", lambda b, one: b.act(one, "end", agent="bob")),
    ("agent_not_present", "cannot transfer", lambda b, one: b.act(one, "transfer", agent="bob")),
    ("agent_not_present", "cannot leave", lambda b, one: b.act(one, "leave", agent="bob")),
    ("agent_already_present", "joins twice", lambda b, one: b.act(one, "join", agent="ada")),
    ("agent_already_present", "offered twice", lambda b, one: b.act(one, "offer", agent="ada")),
    ("agent_already_present", "to oneself", lambda b, one: b.act(one, "transfer", agent="ada", to_agent="ada")),
    ("no_offer", "declines nothing", lambda b, one: b.act(one, "decline", agent="bob")),
    ("no_transfer", "not in a transfer", lambda b, one: b.act(one, "leave", agent="ada", reason="transferred")),
    ("illegal_in_state", "joined: no queue", lambda b, one: b.act(one, "update_queue")),
    ("illegal_in_state", "no request", lambda b, one: b.desk.answer_screen_share(one, None, "accepted")),
    ("illegal_in_state", "another request", _wrong_request),
    ("illegal_in_state", "not sharing yet", _early_end_of_sharing),
    ("illegal_in_state", "nothing to end", lambda b, one: b.act(one, "end_screen", agent="ada")),
    ("illegal_in_state", "asked already", _asked_twice),
    ("illegal_in_state", "a decision is final", _decided),
    ("illegal_in_state", "uploads withdrawn", _uploads_withdrawn),
]


@pytest.mark.parametrize(("code", "why", "provoke"), PROVOKED, ids=[f"{code}: {why}" for code, why, _ in PROVOKED])
def test_a_refusal_has_its_code(make_bench: MakeBench, code: str, why: str, provoke: Provoke) -> None:
    """Each refusal of the core can be provoked, says what it is, and says something to a person."""
    bench = make_bench(max_file_bytes=100, queues={"sales": {}})
    one = bench.connected()
    with pytest.raises(DeskError) as refused:
        provoke(bench, one)
    assert refused.value.code == code, why
    assert refused.value.detail


def test_an_ended_conversation_is_the_first_thing_that_is_said(bench: Bench) -> None:
    """Whoever comes too late is told that, not that the agent is unknown or the text empty."""
    one = bench.connected()
    bench.desk.end(one)
    for provoke in (
        lambda: bench.desk.send(one, MessageDraft("")),
        lambda: bench.act(one, "say", agent="nobody", text=""),
        lambda: bench.desk.act(one, parse_action({"action": "set_file_state", "file_id": "f", "state": "accepted"})),
        lambda: bench.desk.user_read(one, 99),
        lambda: bench.desk.upload_file(one, "a", "text/plain", b""),
    ):
        with pytest.raises(DeskError) as refused:
            provoke()
        assert refused.value.code == "conversation_ended"


def test_reading_goes_on_after_the_end(bench: Bench) -> None:
    """The transcript of an ended conversation stays available."""
    one = bench.connected()
    bench.send(one)
    bench.desk.end(one)
    assert len(bench.desk.messages(one)) == 1
    assert bench.desk.events_after(one, 3)[0].type == "conversation.ended"
    assert bench.desk.events_after(one, 4) == ()


def test_a_misspelt_name_is_told_the_nearest_known_one(bench: Bench) -> None:
    """Most refusals of names are spelling mistakes."""
    with pytest.raises(DeskError, match="did you mean 'ada'"):
        bench.act(bench.start(), "join", agent="adda")
    with pytest.raises(DeskError, match="did you mean 'default'"):
        bench.start(queue="defualt")
    with pytest.raises(DeskError, match="did you mean 'idle_timeout_seconds'"):
        DeskSettings.from_dict({"idle_timeout": 3})
