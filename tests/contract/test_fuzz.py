"""Generated requests reach the desk's conversations, and find a desk's faults."""

from __future__ import annotations

import pytest
from flask import Request, Response

from contracts.desk.fuzz import REQUIREMENT_OF_CHECK, FuzzResult, fuzz
from contracts.desk.fuzz_hooks import short_wait
from mockdesk import DeskControl, RunningServer
from tests.contract.conftest import Mangle, faulty


def test_walks_are_accepted(desk_url: str, desk: DeskControl) -> None:
    """Links hand on no token: without the hook a walk is nothing but 401s, and finds nothing."""
    result = fuzz(desk_url, max_examples=20, seed=1, phases=("stateful",))
    assert result.errors == []
    for operation in ("startChat", "sendMessageToAgent", "listMessages", "endChat"):
        assert result.walked[operation] > 0, result.walked
    assert any(truth["end_calls"] for truth in desk.conversations())


@pytest.mark.all
def test_correct_desk_has_no_failure(desk_url: str, desk: DeskControl) -> None:
    """A correct desk stays green, and what was tried reached every operation with accepted calls."""
    result = fuzz(desk_url, max_examples=5, seed=2, phases=("examples", "coverage", "fuzzing"), api_key="site-key")
    assert (result.failures, result.errors, result.complete) == ([], [], True)
    # a screen share is offered by an agent only, so nothing can be accepted there
    assert {operation for operation in result.sent if not result.accepted[operation]} == {"answerScreenShare"}
    assert {truth["state"] for truth in desk.conversations()} == {"ended"}


def test_desk_with_user_tokens_and_small_limits_has_no_failure(server: RunningServer) -> None:
    """What a desk declares, a limit or that it wants user tokens, is no fault; and starts must get through there."""
    control = server.new_desk({"require_user_token": True, "api_keys": ["site-key"], "max_text_characters": 5})
    url = server.desk_url(control)
    operations = ("startChat", "sendMessageToAgent")
    result = fuzz(
        url, max_examples=5, seed=8, phases=("examples", "fuzzing"), operations=operations, api_key="site-key"
    )
    server.remove_desk(control.name)
    assert (result.failures, result.errors) == ([], [])
    assert all(result.accepted[operation] for operation in operations)


def crash(request: Request, response: Response) -> Response:
    """Fail on every accepted typing."""
    return Response("boom", 500) if request.path.endswith("/typing") and response.status_code == 204 else response


def lose_a_field(request: Request, response: Response) -> Response:
    """Leave the author of a message away."""
    if request.path.endswith("/messages") and response.status_code == 201:
        response.set_data(response.get_data().replace(b'"author"', b'"writer"'))
    return response


def accept_anything(request: Request, response: Response) -> Response:
    """Take invalid read receipts for good."""
    return Response("", 204) if request.path.endswith("/read") and response.status_code == 422 else response


def refuse_as_text(request: Request, response: Response) -> Response:
    """Answer refusals as plain text."""
    if response.status_code == 422:
        return Response("no", 422, content_type="text/plain")
    return response


@pytest.mark.parametrize(
    ("mangle", "operation", "check", "requirement"),
    [
        (crash, "userTyping", "not_a_server_error", "ERR-06"),
        (lose_a_field, "sendMessageToAgent", "response_schema_conformance", "ERR-07"),
        (accept_anything, "userReadMessages", "negative_data_rejection", "ERR-06"),
        (refuse_as_text, "userTyping", "content_type_conformance", "ERR-07"),
    ],
)
def test_faulty_desk_is_caught(desk_url: str, mangle: Mangle, operation: str, check: str, requirement: str) -> None:
    """A fuzzer that is green at a broken desk is worse than none."""
    with faulty(desk_url, mangle) as url:
        result = fuzz(url, max_examples=3, seed=3, phases=("coverage",), operations=(operation,))
    assert (operation, check, requirement) in found(result), result


def test_desk_that_looks_at_no_token_is_caught(desk_url: str) -> None:
    """Other people's conversations would be open to everybody."""
    tokens: list[str] = []

    def remember(request: Request, response: Response) -> Response:
        if request.method == "POST" and request.path == "/v1/conversations" and response.status_code == 201:
            tokens.append(response.get_json()["token"])
        return response

    def authorize(path: str, headers: dict[str, str]) -> None:
        if path.startswith("v1/conversations/"):
            headers["Authorization"] = f"Bearer {tokens[-1]}"

    with faulty(desk_url, remember, authorize) as url:
        result = fuzz(url, max_examples=3, seed=4, phases=("examples",), operations=("listMessages",))
    assert ("listMessages", "ignored_auth", "SEC-04") in found(result), result


def found(result: FuzzResult) -> set[tuple[str, str, str]]:
    """Return operation, check and requirement of each failure."""
    return {(failure.operation, failure.check, failure.requirement) for failure in result.failures}


def test_failures_hold_no_token(desk_url: str) -> None:
    """The request of a failure is printed for everybody to try."""
    with faulty(desk_url, crash) as url:
        result = fuzz(url, max_examples=3, seed=5, phases=("coverage",), operations=("userTyping",))
    assert all("Bearer $TOKEN" in failure.request for failure in result.failures if "Bearer" in failure.request)
    assert any("curl" in failure.request for failure in result.failures)


@pytest.mark.parametrize(
    ("wait", "sent"), [(0, 0), (0.5, 0), (30, 0), ("12", 0), (61, 61), (-1, -1), ("soon", "soon"), (None, None)]
)
def test_generated_polls_do_not_wait(wait: object, sent: object) -> None:
    """On a desk whose clock is moved by hand a poll that waits may wait for ever; what is refused may stand."""
    assert short_wait(wait) == sent


def test_time_is_bounded(desk_url: str) -> None:
    """A verification may not hang on a desk that is slow: it stops, and says that it did."""
    result = fuzz(desk_url, max_examples=10_000, seed=6, seconds=0.5, phases=("fuzzing",))
    assert not result.complete
    assert result.seconds < 20


def test_same_seed_sends_the_same(desk_url: str) -> None:
    """A failure must be found again with the seed of its report."""
    runs = [fuzz(desk_url, max_examples=5, seed=7, phases=("fuzzing",), operations=("getAvailability",)) for _ in "12"]
    assert runs[0].sent == runs[1].sent
    assert runs[0].sent


def test_every_check_names_a_requirement() -> None:
    """A check that speaks against nothing would be found and not judged."""
    assert {"not_a_server_error", "response_schema_conformance", "ignored_auth"} <= REQUIREMENT_OF_CHECK.keys()
    assert all(name[:3] in {"ERR", "SEC", "MSG", "LIF"} for name in REQUIREMENT_OF_CHECK.values())
