"""Generated requests against a desk: schemathesis in this process, with examples, border cases, random cases and walks
along the links of openapi.yaml."""

from __future__ import annotations

import copy
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

from contracts.desk import contract
from contracts.desk.fuzz_hooks import Conversations, ConversationToken, aim
from contracts.desk.wire import NONE, Record, Token, Wire

PHASES = ("examples", "coverage", "fuzzing", "stateful")
REQUIREMENT_OF_CHECK: Mapping[str, str] = {
    "not_a_server_error": "ERR-06",
    "negative_data_rejection": "ERR-06",
    "positive_data_acceptance": "ERR-06",
    "missing_required_header": "ERR-06",
    "unsupported_method": "ERR-06",
    "allow_header_conformance": "ERR-07",
    "status_code_conformance": "ERR-07",
    "content_type_conformance": "ERR-07",
    "response_headers_conformance": "ERR-07",
    "response_schema_conformance": "ERR-07",
    "ignored_auth": "SEC-04",
    "object_level_authorization": "SEC-03",
    "use_after_free": "MSG-11",
    "ensure_resource_availability": "LIF-01",
}
"""Which requirement a failed check of schemathesis speaks against."""
NOT_USED = ("use_after_free", "ensure_resource_availability", "object_level_authorization")
"""Checks that guess from verbs and paths; an ended conversation is no deleted one."""
SECRET = re.compile(r"(Bearer |X-Api-Key: )[^'\"\s]+", re.IGNORECASE)
"""A token in a curl command."""
ACCEPTABLE = ["2xx", "401", "403", "404", "409", "410", "413", "429"]
"""Answers to requests that the schemas allow: what a state, a token or a declared limit may say against them, too."""
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "410", "413", "415", "422", "429"]


@dataclass(frozen=True)
class FuzzFailure:
    """One way in which the desk failed a check. ``request`` is a curl command without a token."""

    operation: str
    check: str
    requirement: str
    title: str
    message: str
    request: str
    status: int | None
    phase: str


@dataclass
class FuzzResult:
    """What came of a run. ``accepted`` and ``walked`` count 2xx answers by operation: of all calls, and of walks."""

    failures: list[FuzzFailure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    walked: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    complete: bool = True


def fuzz(
    desk_url: str,
    *,
    max_examples: int = 20,
    seed: int = 0,
    seconds: float = 60.0,
    phases: tuple[str, ...] = PHASES,
    operations: tuple[str, ...] = (),
    api_key: str | None = None,
    recorder: Record | None = None,
    timeout: float = 10.0,
) -> FuzzResult:
    """Send generated requests to the desk and return what was wrong with its answers.

    ``max_examples`` bounds the random cases of each operation and the walks; ``seconds`` (wall) bounds the run, and
    ``complete`` says whether it sufficed. ``operations`` limits it to some operations. The requests that prepare and
    tidy up are reported to ``recorder``, with the probe ``fuzz``; the generated ones are in the result.
    """
    wire = Wire(desk_url, recorder, timeout=timeout)
    wire.probe = "fuzz"
    conversations = Conversations(wire, lambda user: _user_token(wire, api_key, user))
    schema = _schema(desk_url, max_examples, seed, phases, operations, timeout)
    _prepare(schema, conversations, api_key, wire)
    result, began = FuzzResult(), time.monotonic()
    stream = from_schema(schema).execute()
    limit = threading.Timer(seconds, stream.stop)
    limit.daemon, limit.name = True, "contracts-fuzz-limit"
    limit.start()
    try:
        for event in stream:
            _note(result, event)
        conversations.end_all()
    finally:
        limit.cancel()
        wire.close()
    result.complete = not stream.stop_event.is_set()
    result.seconds = time.monotonic() - began
    return result


def _schema(
    desk_url: str, max_examples: int, seed: int, phases: tuple[str, ...], operations: tuple[str, ...], timeout: float
) -> BaseSchema:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": desk_url.rstrip("/"),
            "request-timeout": timeout,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"max-examples": max_examples, "database": "none"},
            "phases": {name: _phase(name, name in phases) for name in PHASES},
            "checks": {
                "negative_data_rejection": {"expected-statuses": REFUSALS},
                "positive_data_acceptance": {"expected-statuses": ACCEPTABLE},
                **{name: {"enabled": False} for name in NOT_USED},
            },
        }
    )
    schema = schemathesis.openapi.from_dict(_document(), config=config)
    return schema.include(operation_id=list(operations)) if operations else schema


def _phase(name: str, enabled: bool) -> dict[str, Any]:
    """Return the settings of one phase: walks follow the links of the document and no guessed ones, and other calls do
    not pick up the ids of conversations that may have ended since."""
    walk: dict[str, Any] = {"inference": {"algorithms": []}}
    return {"enabled": enabled, **(walk if name == "stateful" else {"extra-data-sources": {"responses": False}})}


def _document() -> dict[str, Any]:
    """Return the contract without what a client of single requests cannot read, the streams, and with one beginning
    of walks: the start of a conversation."""
    document = copy.deepcopy(dict(contract.load().document))
    document["paths"] = {path: item for path, item in document["paths"].items() if not path.endswith("/stream")}
    document["components"]["links"].pop("StartedStream")
    document["paths"]["/v1/tokens"]["post"]["responses"]["201"].pop("links")
    start = document["paths"]["/v1/conversations"]["post"]["responses"]
    for answer in (start["200"], start["201"]):
        answer["links"] = {name: link for name, link in answer["links"].items() if name != "streamEvents"}
    events_content = document["paths"]["/v1/conversations/{conversation_id}/events"]["get"]["responses"]["200"]
    events_content["content"].pop("text/event-stream")
    return document


def _prepare(schema: BaseSchema, conversations: Conversations, api_key: str | None, wire: Wire) -> None:
    """Hook real conversations, tokens and the recorder into the generated calls."""
    schema.auth.set_from_requests(ConversationToken(conversations, api_key))
    _let_walks_begin(schema)

    def map_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
        return aim(case, conversations)

    def after_call(context: schemathesis.HookContext, case: schemathesis.Case[Any], response: Response) -> None:
        if _operation(case) == "startChat" and response.status_code < 300:
            conversations.remember(_json(response))

    def before_add_examples(context: schemathesis.HookContext, examples: list[schemathesis.Case[Any]]) -> None:
        for case in examples:
            aim(case, conversations)

    schema.hook(map_case)
    schema.hook(before_add_examples)
    schema.hook(after_call)


def _let_walks_begin(schema: BaseSchema) -> None:
    """Let walks begin with the start of a conversation.

    The library does not begin a walk with an operation that needs ids which no other makes, and takes ``user_id`` and
    ``session_id`` for such: the user is the client's to name.
    """
    analysis: Any = getattr(schema, "analysis", None)
    start = analysis.dependency_graph.operations.get("POST /v1/conversations") if analysis is not None else None
    if start is not None:
        start.inputs.clear()


def _user_token(wire: Wire, api_key: str | None, user: str) -> Token:
    if api_key is None:
        return NONE
    headers = {"X-Api-Key": api_key}
    answer = wire.request("createToken", token=Token("api_key"), body={"user_id": user}, headers=headers)
    return Token("user", str(answer.body["token"])) if answer.ok else NONE


def _operation(case: schemathesis.Case[Any]) -> str:
    return str(case.operation.definition.raw.get("operationId", case.operation.label))


def _json(response: Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _note(result: FuzzResult, event: events.EngineEvent) -> None:
    """Take over what an event of the engine tells."""
    if isinstance(event, events.ScenarioFinished):
        _note_answers(result, event.recorder, event.phase.value)
        _note_failures(result, event.recorder, event.phase.value)
    elif isinstance(event, events.NonFatalError):
        result.errors.append(f"{event.label}: {event.info.title}: {event.info.message}")


def _note_answers(result: FuzzResult, recorder: ScenarioRecorder, phase: str) -> None:
    for case_id, interaction in recorder.interactions.items():
        case = recorder.cases[case_id].value
        operation = _operation(case)
        result.sent[operation] += 1
        own = case.method.lower() == case.operation.method.lower()
        if own and interaction.response is not None and interaction.response.status_code < 300:
            result.accepted[operation] += 1
            if phase == "stateful":
                result.walked[operation] += 1


def _note_failures(result: FuzzResult, recorder: ScenarioRecorder, phase: str) -> None:
    known = {(each.operation, each.check, each.title) for each in result.failures}
    for case_id, checks in recorder.checks.items():
        case = recorder.cases[case_id].value
        interaction = recorder.interactions.get(case_id)
        response = interaction.response if interaction is not None else None
        for check in checks:
            info = check.failure_info
            if check.status != Status.FAILURE or info is None:
                continue
            key = (_operation(case), check.name, info.failure.title)
            if key not in known:
                known.add(key)
                result.failures.append(
                    FuzzFailure(
                        operation=key[0],
                        check=check.name,
                        requirement=REQUIREMENT_OF_CHECK.get(check.name, "ERR-06"),
                        title=info.failure.title,
                        message=info.failure.message,
                        request=SECRET.sub(r"\1$TOKEN", info.code_sample),
                        status=response.status_code if response is not None else None,
                        phase=phase,
                    )
                )
