"""What may vary from desk to desk is found in each of its forms; what is essential is missed where it is not there."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.assess.judge import Assessment, Conclusion
from contracts.requirement import Guide
from tests.suite.assess.compact import api
from tests.suite.assess.support import assess_data, verdicts

START = "POST /chats | createChat | Start a chat with an agent; it waits in a queue. | queue visitor.name | id"
SEND = "POST /chats/{chatId}/messages | sendMessage | Send a message to the agent. | text | id"
END = "POST /chats/{chatId}/end | endChat | End the chat."
EVENTS = (
    "GET /chats/{chatId}/events | getEvents | What happens in the chat. | |"
    " events[].type=agent.joined,agent.typing,message events[].text events[].author | after wait"
)
FUNCTIONS = {Guide.START_CHAT: START, Guide.SEND_MESSAGE_TO_AGENT: SEND, Guide.END_CHAT: END, Guide.EVENTS: EVENTS}


def desk(*more: str, without: Guide | None = None) -> dict[str, Any]:
    """Return a small desk, without the operation of one function, and with further operations."""
    return api("\n".join([line for guide, line in FUNCTIONS.items() if guide is not without] + list(more)))


def best(done: Assessment, guide: Guide) -> str:
    """Return the operation that was found for a function."""
    found = done.finding(guide).candidates
    return found[0].candidate.operation.name if found else ""


def test_the_small_desk_is_a_desk() -> None:
    """What the other tests change has to be right unchanged."""
    assert assess_data(desk()).conclusion is Conclusion.CAN


@pytest.mark.parametrize("guide", FUNCTIONS)
def test_each_must_have_is_missed_when_it_is_not_there(guide: Guide) -> None:
    """Nothing else stands in for the operation that was taken out."""
    done = assess_data(desk(without=guide))
    assert verdicts(done)[guide.value] in ("missing", "doubtful")
    assert done.conclusion is not Conclusion.CAN
    assert guide.value in done.why


# forms of the same function ---
@pytest.mark.parametrize(
    "line",
    [
        "GET /availability | availability | Whether agents are online. | | online:boolean | queue",
        "GET /queues/{queue}/agents | agents | Agents of a queue. | | agents[].name agents[].status=online,away",
        "GET /queues/{queue}/statistics | statistics | Statistics. | | agentsAvailable:integer waiting:integer",
        "GET /departments/status | departments | Departments. | | departments[].name departments[].isOnline:boolean",
        "GET /queues/{queue}/waittime | waitTime | The wait in a queue. | | estimatedWaitSeconds:integer",
        "POST /agents/availability | getAvailability | Whether agents are available. | skill | data.available:boolean",
        "GET /agents/online/count | onlineAgents | How many agents are online. | | count:integer agentsOnline:integer",
        "GET /operators | operators | Operators. | | data.operators[].id data.operators[].online:boolean",
        "GET /staffing | staffing | The staffing of a department. | | agentsOnline:integer",
        "GET /chat/status | chatStatus | Whether the chat is open. | | status=online,offline",
    ],
)
def test_availability_in_any_form_counts(line: str) -> None:
    """Yes or no, a count, a list, statistics or a wait: the guide takes any of them."""
    done = assess_data(desk(line))
    assert verdicts(done)["areAnyAgentsOnline"] in ("present", "likely")
    assert best(done, Guide.ARE_ANY_AGENTS_ONLINE) == line.split(" |")[0]


@pytest.mark.parametrize(
    "line",
    [
        "GET /agents | agents | The team. | | agents[].name agents[].photo",
        "GET /status | health | Whether the service is up. | | status=ok,degraded",
        "GET /queues | queues | The queues. | | queues[].id queues[].name",
        "PUT /agents/{agentId}/availability | setAvailability | Set an agent available. | available:boolean",
        "GET /phones/available | phones | Phone numbers that are available. | | numbers[].number",
    ],
)
def test_what_tells_nothing_about_agents_is_no_availability(line: str) -> None:
    """Names of agents, a health check, or setting a status do not tell whether somebody would answer."""
    assert verdicts(assess_data(desk(line)))["areAnyAgentsOnline"] in ("missing", "doubtful")


@pytest.mark.parametrize(
    "line",
    [
        "DELETE /chats/{chatId} | closeChat | Close the chat.",
        "DELETE /chats/{chatId}/participants/{participantId} | leaveChat | Leave the chat.",
        "PATCH /chats/{chatId} | patchChat | Change the chat. | state=open,closed",
        "PUT /chats/{chatId}/status | putStatus | Set the status. | status=active,ended",
        "POST /chats/{chatId}/members/{memberId}/leave | leave | Leave the chat.",
        "POST /chats/{chatId}/disconnect | disconnect | Disconnect the visitor.",
        "POST /closeChat | closeChat | Close a chat. | chatId",
        "PATCH /chats/{chatId}/participants/{id} | patch | Change the visitor's state. | state=connected,disconnected",
    ],
)
def test_ending_in_any_form_counts(line: str) -> None:
    """Deleting, leaving, a state or an action of its own: each of them ends the conversation for the user."""
    done = assess_data(desk(line, without=Guide.END_CHAT))
    assert verdicts(done)["endChat"] in ("present", "likely")
    assert best(done, Guide.END_CHAT) == line.split(" |")[0]


@pytest.mark.parametrize(
    "line",
    [
        "GET /chats/{chatId}/stream | stream | Server-sent events of the chat. | | @text/event-stream type text author",
        "GET /chats/{chatId}/socket | socket | A WebSocket with what happens in the chat. | | type text author",
        "GET /chats/{chatId}/messages | listMessages | Messages. | | messages[].text messages[].author | after",
        "GET /chats/{chatId}/updates | updates | Long poll for updates. | | updates[].text updates[].sender | timeout",
        "POST /chats/{chatId}/webhooks | webhook | Have messages of the chat sent. | url events[]=message.created",
    ],
)
def test_events_in_any_form_count(line: str) -> None:
    """A socket, a stream, a long poll, a list from a position on, a webhook: each is a way to hear."""
    extra = "GET /chats/{chatId}/transcript | transcript | The transcript. | | entries[].text entries[].author"
    done = assess_data(desk(line, extra, without=Guide.EVENTS))
    assert verdicts(done)["event channel"] in ("present", "likely")
    assert best(done, Guide.EVENTS) == line.split(" |")[0]


def test_an_address_of_a_stream_in_the_answer_of_the_start_counts() -> None:
    """The channel need not be an operation: the start may say where to connect. What comes there is not described."""
    lines = START.replace("| id", "| id streamUrl"), SEND, END
    listed = "GET /chats/{chatId}/messages | list | Messages. | | messages[].text messages[].author"
    done = assess_data(api("\n".join([*lines, listed])))
    assert verdicts(done)["event channel"] == "likely"
    assert best(done, Guide.EVENTS) == "POST /chats"


def test_webhooks_and_callbacks_of_the_document_count() -> None:
    """OpenAPI has two places of its own for what the desk sends."""
    body = {"content": {"application/json": {"schema": {"properties": {"text": {"type": "string"}, "author": {}}}}}}
    hook = {"post": {"summary": "An agent wrote a message in a chat.", "requestBody": body}}
    document = desk(without=Guide.EVENTS)
    assert verdicts(assess_data({**document, "webhooks": {"messageCreated": hook}}))["event channel"] == "likely"
    document["paths"]["/chats"]["post"]["callbacks"] = {"messageCreated": {"{$request.body#/url}": hook}}
    assert verdicts(assess_data(document))["event channel"] == "likely"


@pytest.mark.parametrize("noun", ["conversations", "chats", "engagements", "interactions", "webchats", "dialogs"])
@pytest.mark.parametrize("said", ["messages", "texts", "activities"])
def test_conversations_and_messages_may_be_called_otherwise(noun: str, said: str) -> None:
    """Each desk has its own words for the same things."""
    lines = "\n".join(FUNCTIONS.values()).replace("chats", noun).replace("chatId", "id").replace("messages", said)
    assert assess_data(api(lines)).conclusion is Conclusion.CAN


@pytest.mark.parametrize("noun", ["sessions", "channels", "rooms", "requests"])
def test_loose_words_count_where_the_texts_speak_of_chats(noun: str) -> None:
    """A session of which the text says that it is a chat with an agent is one; the same word alone is not."""
    lines = "\n".join(FUNCTIONS.values()).replace("chats", noun).replace("chatId", "id")
    assert assess_data(api(lines)).conclusion is Conclusion.CAN
    silent = lines.replace("chat", "thing").replace("Chat", "Thing").replace("agent", "worker")
    assert assess_data(api(silent)).conclusion is not Conclusion.CAN


@pytest.mark.parametrize(
    "line",
    [
        "POST /chats/{chatId}/typing | typing | The visitor types.",
        "PUT /chats/{chatId}/typing-indicator | indicator | Show that the visitor types. | active:boolean",
        "POST /chats/{chatId}/activity | activity | What the visitor does. | kind=typing,idle",
        "PATCH /chats/{chatId}/participants/me | me | What the visitor does. | isTyping:boolean",
    ],
)
def test_typing_in_any_form_counts(line: str) -> None:
    """An operation of its own, or one of several things that can be told."""
    done = assess_data(desk(line))
    assert verdicts(done)["userTyping"] in ("present", "likely")
    assert best(done, Guide.USER_TYPING) == line.split(" |")[0]


@pytest.mark.parametrize(
    "line",
    [
        "PUT /chats/{chatId}/read | read | Everything was read.",
        "POST /chats/{chatId}/receipts | receipt | A read receipt. | messageId",
        "PUT /chats/{chatId}/horizon | horizon | Move the read horizon. | position:integer",
        "PATCH /chats/{chatId}/participants/me | me | Change the participant. | lastReadMessageIndex:integer",
    ],
)
def test_reading_in_any_form_counts(line: str) -> None:
    """A mark, a receipt, a horizon or the index of the last message that was read."""
    done = assess_data(desk(line))
    assert verdicts(done)["userReadMessages"] in ("present", "likely")
    assert best(done, Guide.USER_READ_MESSAGES) == line.split(" |")[0]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PUT /chats/{chatId}/state | state | Update the user's state. | sessionId userId locale", "present"),
        ("PATCH /chats/{chatId} | patch | Change who the user is. | userId locale", "present"),
        ("PATCH /chats/{chatId} | patch | Change the chat's data. | customAttributes:object", "likely"),
        ("PUT /chats/{chatId}/state | state | Set the state. | state=open,closed", "doubtful"),
    ],
)
def test_a_changed_state_needs_a_place_for_it(line: str, expected: str) -> None:
    """Session, user and locale make the state; free data can hold them; open and closed is another state."""
    assert verdicts(assess_data(desk(line)))["updateState"] == expected


# essential information ---
@pytest.mark.parametrize(
    ("guide", "line", "expected", "missing"),
    [
        (Guide.START_CHAT, START.replace("| id", "| ok:boolean"), "doubtful", "id of the conversation"),
        (Guide.START_CHAT, START.removesuffix("| id"), "likely", "id of the conversation"),
        (Guide.SEND_MESSAGE_TO_AGENT, SEND.replace("| text |", "| kind:integer |"), "doubtful", "the text"),
        (Guide.SEND_MESSAGE_TO_AGENT, SEND.replace("| text | id", ""), "likely", "the text"),
        (Guide.SEND_MESSAGE_TO_AGENT, SEND.replace("/chats/{chatId}", ""), "doubtful", "which conversation"),
        (Guide.END_CHAT, END.replace("/{chatId}", ""), "doubtful", "which conversation"),
        (Guide.EVENTS, EVENTS.replace(" events[].text", ""), "doubtful", "the text of a message"),
        (Guide.EVENTS, EVENTS.replace(" events[].author", "").replace("agent.", ""), "doubtful", "who wrote it"),
    ],
)
def test_missing_information_is_named_and_keeps_the_verdict_down(
    guide: Guide, line: str, expected: str, missing: str
) -> None:
    """An operation with the right name that lacks the essential serves nothing; what is not described may be there."""
    done = assess_data(desk(line, without=guide))
    finding = done.finding(guide)
    assert finding.verdict.value == expected
    assert any(missing in gap.what for gap in finding.candidates[0].candidate.missing)


def test_operations_of_another_conversation_do_not_add_up() -> None:
    """A start of one thing and a send of another make no chat."""
    other = SEND.replace("/chats/{chatId}", "/interactions/{interactionId}")
    done = assess_data(desk(other, without=Guide.SEND_MESSAGE_TO_AGENT))
    assert verdicts(done)["sendMessageToAgent"] == "doubtful"
