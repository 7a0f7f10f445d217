"""Generated requests against the control API: schemathesis in all phases, aimed at conversations that exist."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.schemas import BaseSchema

from tests.hard.document import control_document, operations

PHASES = ("examples", "coverage", "fuzzing", "stateful")
LEFT_OUT = ("streamControl", "waitForJournal")
"""An endless answer, and one that comes when others do something: no single request can be judged by them."""
FURTHEST_SECONDS = 1e6
"""How far time may be moved in one go. Without it the first call leads to the year 9999, where time ends, and every
later one is refused."""
NOT_USED = (
    "status_code_conformance",  # the document names the refusals of each operation's own, and not those of HTTP
    "positive_data_acceptance",  # actions, faults and scripts have fields that stand in docs/control-api.md only
    "unsupported_method",
    "use_after_free",
    "ensure_resource_availability",
    "object_level_authorization",
    "ignored_auth",
    "missing_required_header",
)
REFUSALS = ["400", "404", "405", "409", "410", "413", "415", "422"]


@dataclass
class Fuzzed:
    """What came of a run: failures as texts, and how often each operation was asked for and accepted."""

    failures: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    walked: Counter[str] = field(default_factory=Counter)


def names() -> set[str]:
    """Return the operations that are driven."""
    return {one.name for one in operations(control_document())} - set(LEFT_OUT)


Real = Callable[[str], Mapping[str, str]]
"""Returns path parameters of something that is there, for an operation."""


def fuzz_control(url: str, real: Real, seed: int, max_examples: int) -> Fuzzed:
    """Send generated requests to a server's own desk."""
    schema = _schema(url, seed, max_examples)

    def map_case(context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
        return _aim(case, real)

    def before_add_examples(context: schemathesis.HookContext, examples: list[schemathesis.Case[Any]]) -> None:
        for case in examples:
            _aim(case, real)

    schema.hook(map_case)
    schema.hook(before_add_examples)
    result = Fuzzed()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(result, event)
        elif isinstance(event, events.NonFatalError):
            result.failures.append(f"{event.label}: {event.info.title}: {event.info.message}")
    return result


def _schema(url: str, seed: int, max_examples: int) -> BaseSchema:
    checks: dict[str, Any] = {name: {"enabled": False} for name in NOT_USED}
    checks["negative_data_rejection"] = {"expected-statuses": REFUSALS}
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": url,
            "request-timeout": 60.0,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"max-examples": max_examples, "database": "none"},
            "phases": {name: {"enabled": True} for name in PHASES},
            "checks": checks,
        }
    )
    return schemathesis.openapi.from_dict(_document(), config=config).include(operation_id=sorted(names()))


def _document() -> dict[str, Any]:
    """Return the document without what the library would read in another way: YAML is a text to us, and a file that
    is put may be empty."""
    document = copy.deepcopy(dict(control_document()))
    document.pop("servers", None)
    document["paths"]["/_mock/files/{name}"]["put"]["requestBody"]["required"] = False
    for item in document["paths"].values():
        for operation in item.values():
            answers = operation.get("responses", {}).values() if isinstance(operation, dict) else ()
            for content in (answer.get("content", {}) for answer in answers):
                if "application/yaml" in content:
                    content["application/yaml"] = {"schema": {}}
    return document


def _aim(case: schemathesis.Case[Any], real: Real) -> schemathesis.Case[Any]:
    """Aim a case at something real, without making right what was made wrong on purpose."""
    name, negated = str(case.operation.definition.raw.get("operationId")), _negated(case)
    if "path_parameters" not in negated and case.path_parameters:
        there = real(name)
        known = {one: value for one, value in there.items() if one in case.path_parameters}
        case.path_parameters = {**case.path_parameters, **known}
    if "body" not in negated and isinstance(case.body, dict):
        seconds = case.body.get("seconds")
        if name == "advanceClock" and isinstance(seconds, (int, float)) and seconds > FURTHEST_SECONDS:
            case.body = {**case.body, "seconds": FURTHEST_SECONDS}
        elif name == "putScript" and isinstance(case.body.get("name"), str):
            case.body = {"name": "echo"}
    return case


def _negated(case: schemathesis.Case[Any]) -> set[str]:
    if case.meta is None:
        return set()
    return {location.container_name for location, info in case.meta.components.items() if info.mode.is_negative}


def _note(result: Fuzzed, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        case = recorder.cases[case_id].value
        name = str(case.operation.definition.raw.get("operationId"))
        result.sent[name] += 1
        own = case.method.lower() == case.operation.method.lower()
        if own and interaction.response is not None and interaction.response.status_code < 300:
            result.accepted[name] += 1
            result.walked[name] += event.phase.value == "stateful"
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE and check.failure_info is not None:
                found = recorder.interactions.get(case_id)
                told: Response | None = found.response if found is not None else None
                info = check.failure_info
                result.failures.append(
                    f"{event.phase.value} {check.name}: {info.failure.title}: {info.failure.message} "
                    f"[{told.status_code if told is not None else None}] {info.code_sample}"
                )
