"""A desk of another shape as the subject of a verification: its mapping speaks for it."""

from __future__ import annotations

from functools import partial
from typing import Any

from contracts.desk.probes import PROBES, run_probes
from contracts.desk.subject import PROBE_TIMEOUT, play_probes, record_outcomes
from contracts.mapping.adapter import factory
from contracts.mapping.cutting import CuttableClient, drop, restore
from contracts.mapping.judgeable import lacking, resumable
from contracts.mapping.model import OPTIONAL, Mapped
from contracts.mapping.wire import MappedWire
from contracts.program import Step
from contracts.run import Verifier
from contracts.session import Session
from contracts.subject import Subject

PLAIN = (
    "end_again",
    "messages_are_kept",
    "message_again",
    "message_refused",
    "no_control_words",
    "two_users",
    "tokens_on_each_operation",
    "tokens_on_the_handshake",
    "conversations_that_are_not",
    "odd_characters",
    "start_with_key",
    "seen_by_websocket",
)
"""The probes that are made of requests which any desk may have."""
FROM_POSITIONS = ("resume_by_long_poll", "resume_by_websocket", "seen_by_long_poll")
"""Those that read events from any position."""


def mapped_subject(url: str, mapping: Mapped) -> Subject:
    """Return the desk at ``url``, as the mapping describes it, as a subject."""
    return Subject(
        "desk",
        url,
        factory(mapping, CuttableClient),
        annotate=dict,
        words={"probe": partial(_play_probe, mapping), "drop": drop, "restore": restore},
        lacks=partial(lacking, mapping),
    )


def _play_probe(mapping: Mapped, session: Session, step: Step) -> None:
    recorder = partial(session.record_wire, step.user)
    url = session.desk["desk_url"]
    outcomes = run_probes(
        url,
        recorder,
        driver=session.driver,
        select=[step.args["name"]],
        wire=MappedWire(url, mapping, recorder, timeout=PROBE_TIMEOUT),
        capabilities=offered(mapping),
    )
    record_outcomes(session, step, outcomes)


def offered(mapping: Mapped) -> dict[str, Any]:
    """Return what the mapping says that the desk offers, as openapi.yaml's capabilities."""
    transport = "websocket" if mapping.events.transport == "websocket" else "long_poll"
    functions = {host: name in mapping.functions for name, host in OPTIONAL.items()}
    return {"functions": functions, "transports": [transport], "limits": {}}


def further_checks(mapping: Mapped, verifier: Verifier) -> list[str]:
    """Play the probes that a desk of another shape can be asked."""
    wanted = {one.id for one in verifier.requirements}
    names = {*PLAIN, *(FROM_POSITIONS if resumable(mapping) else ())}
    other = "websocket" if mapping.events.transport == "polling" else "long_poll"
    probes = [one for one in PROBES if one.name in names and wanted & set(one.aims) and other not in one.needs]
    return play_probes(verifier, probes)
