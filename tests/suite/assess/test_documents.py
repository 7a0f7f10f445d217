"""Whole documents, with what each of them has: derived from what the desks are, not from what the program prints."""

from __future__ import annotations

import pytest

from contracts.assess.judge import Conclusion
from contracts.requirement import Guide
from tests.suite.assess.support import assess_data, assess_file, load, verdicts
from tests.suite.assess.swagger import as_swagger

COLUMNS = (
    "startChat",
    "endChat",
    "sendMessageToAgent",
    "event channel",
    "updateState",
    "areAnyAgentsOnline",
    "userTyping",
    "userReadMessages",
)
P, L, D, M = "present", "likely", "doubtful", "missing"

# guest_chat: a session with agents by name, a WebSocket, waits by queue; no reading, nothing to change afterwards.
# conversations_rest: everything by REST, but people come only through the routing beside, so nothing is sure; events by
#   webhook or by listing; state as free data; availability of workers is plain; the user's typing is not in REST.
# polling_desk: a long poll; no reading, no state.
# salon_desk and openapi: all eight.
# tickets, mail, pet_shop: no desks. Where mail has something of the kind, it may be in doubt, never more.
DESKS = {
    #                     start end send events state online typing read
    "openapi": (P, P, P, P, P, P, P, P),
    "guest_chat": (P, P, P, P, M, P, P, M),
    "conversations_rest": (L, L, L, L, L, P, M, L),
    "polling_desk": (P, P, P, P, M, P, P, M),
    "salon_desk": (P, P, P, P, P, P, P, P),
}
NO_DESKS = {
    "tickets": (M, M, M, M, M, M, M, M),
    "mail": (D, D, D, D, M, M, M, D),
    "pet_shop": (M, M, M, M, M, M, M, M),
}

GUEST = "/api/v2/webchat/guest/conversations"
SERVES = {
    "openapi": {
        Guide.START_CHAT: "POST /v1/conversations",
        Guide.END_CHAT: "POST /v1/conversations/{conversation_id}/end",
        Guide.SEND_MESSAGE_TO_AGENT: "POST /v1/conversations/{conversation_id}/messages",
        Guide.EVENTS: "GET /v1/conversations/{conversation_id}/events",
        Guide.UPDATE_STATE: "PUT /v1/conversations/{conversation_id}/state",
        Guide.ARE_ANY_AGENTS_ONLINE: "GET /v1/availability",
        Guide.USER_TYPING: "PUT /v1/conversations/{conversation_id}/typing",
        Guide.USER_READ_MESSAGES: "PUT /v1/conversations/{conversation_id}/read",
    },
    "guest_chat": {
        Guide.START_CHAT: f"POST {GUEST}",
        Guide.END_CHAT: f"DELETE {GUEST}/{{conversationId}}/members/{{memberId}}",
        Guide.SEND_MESSAGE_TO_AGENT: f"POST {GUEST}/{{conversationId}}/members/{{memberId}}/messages",
        Guide.EVENTS: f"POST {GUEST}",
        Guide.ARE_ANY_AGENTS_ONLINE: "GET /api/v2/routing/queues/{queueId}/estimatedwaittime",
        Guide.USER_TYPING: f"POST {GUEST}/{{conversationId}}/members/{{memberId}}/typing",
    },
    "polling_desk": {
        Guide.START_CHAT: "POST /contacts/chats",
        Guide.END_CHAT: "POST /contacts/chats/{chatSession}/end",
        Guide.SEND_MESSAGE_TO_AGENT: "POST /contacts/chats/{chatSession}/send-text",
        Guide.EVENTS: "GET /contacts/chats/{chatSession}",
        Guide.ARE_ANY_AGENTS_ONLINE: "GET /skills/{skillId}/activity",
        Guide.USER_TYPING: "POST /contacts/chats/{chatSession}/typing",
    },
    "salon_desk": {
        Guide.START_CHAT: "POST /dialogService/openDialog",
        Guide.END_CHAT: "POST /dialogService/closeDialog",
        Guide.SEND_MESSAGE_TO_AGENT: "POST /dialogService/postUtterance",
        Guide.EVENTS: "GET /dialogService/dialogEvents",
        Guide.UPDATE_STATE: "POST /dialogService/changeVisitor",
        Guide.ARE_ANY_AGENTS_ONLINE: "GET /staffService/advisorsOnDuty",
        Guide.USER_TYPING: "POST /dialogService/postComposing",
        Guide.USER_READ_MESSAGES: "POST /dialogService/postReadReceipt",
    },
    "conversations_rest": {
        Guide.SEND_MESSAGE_TO_AGENT: "POST /v1/Conversations/{ConversationSid}/Messages",
        Guide.USER_READ_MESSAGES: "POST /v1/Conversations/{ConversationSid}/Participants/{Sid}",
    },
}
AMONG = {
    Guide.START_CHAT: {"POST /v1/Conversations", "POST /v1/Interactions", "POST /v2/WebChats"},
    Guide.END_CHAT: {
        "POST /v1/Conversations/{Sid}",
        "DELETE /v1/Conversations/{Sid}",
        "DELETE /v1/Conversations/{ConversationSid}/Participants/{Sid}",
    },
    Guide.EVENTS: {
        "POST /v1/Conversations/{ConversationSid}/Webhooks",
        "GET /v1/Conversations/{ConversationSid}/Messages",
    },
    Guide.ARE_ANY_AGENTS_ONLINE: {
        "GET /v1/Workspaces/{WorkspaceSid}/Workers",
        "GET /v1/Workspaces/{WorkspaceSid}/Workers/RealTimeStatistics",
    },
}
"""What the REST conversations offer in more ways than one: each of them is named."""


@pytest.mark.parametrize("name", [*DESKS, *NO_DESKS])
def test_what_a_document_has_is_found_and_no_more(name: str) -> None:
    """The table of what each desk has is the measure; a ticket system that passes for a desk costs somebody weeks."""
    expected = dict(zip(COLUMNS, {**DESKS, **NO_DESKS}[name], strict=True))
    assert verdicts(assess_file(name)) == expected


@pytest.mark.parametrize("name", DESKS)
def test_desks_can_carry_an_integration(name: str) -> None:
    """Four desks of four shapes have every must have, and the conclusion says so."""
    assert assess_file(name).conclusion is Conclusion.CAN


@pytest.mark.parametrize("name", NO_DESKS)
def test_what_is_no_desk_is_said_to_be_none(name: str) -> None:
    """The reader learns what the document is about instead, not just that something is missing."""
    done = assess_file(name)
    assert done.conclusion is Conclusion.CANNOT
    assert "no desk" in done.why
    assert {"tickets": "tickets", "mail": "mail", "pet_shop": "orders"}[name] in done.why


@pytest.mark.parametrize("name", SERVES)
def test_the_right_operation_is_named(name: str) -> None:
    """A right verdict for a wrong operation sends the reader to the wrong place."""
    done = assess_file(name)
    for guide, operation in SERVES[name].items():
        assert done.finding(guide).candidates[0].candidate.operation.name == operation


def test_each_way_of_doing_it_is_named() -> None:
    """Where a desk offers several ways, the choice is the integrator's: all of them are listed."""
    done = assess_file("conversations_rest")
    for guide, operations in AMONG.items():
        assert operations <= {one.candidate.operation.name for one in done.finding(guide).candidates}


@pytest.mark.parametrize("name", ["openapi", "guest_chat", "salon_desk", "conversations_rest", "tickets", "mail"])
def test_the_version_of_the_format_does_not_matter(name: str) -> None:
    """The same API written down as Swagger 2 has the same functions."""
    expected = verdicts(assess_file(name))
    assert verdicts(assess_data(as_swagger(load(name)))) == expected


@pytest.mark.parametrize("name", DESKS)
def test_names_of_operations_are_not_needed(name: str) -> None:
    """Many documents have no operationId and say little: paths, verbs and fields must do, if less surely."""
    data = load(name)
    for item in data["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict):
                operation.pop("operationId", None)
                operation.pop("x-function", None)
    found = verdicts(assess_data(data))
    for function, verdict in zip(COLUMNS[:4], DESKS[name][:4], strict=True):
        assert found[function] in (P, L), f"{function} was {verdict}"
