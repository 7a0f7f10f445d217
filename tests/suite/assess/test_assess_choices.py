"""A mapping file settles which operation serves which function; its mistakes are named with file, line and key."""

from __future__ import annotations

import pytest

from contracts.assess.choices import choices_of
from contracts.assess.document import Document
from contracts.assess.judge import Assessment, Conclusion, assess
from contracts.assess.problems import BadInput
from contracts.assess.reading import document_of
from contracts.assess.source import Source, read_text
from contracts.requirement import Guide
from tests.suite.assess.compact import api

# Names that say nothing: only a mapping can tell what serves what.
MUTE = """
    POST /v1/things | | | a b | id
    POST /v1/things/{thing}/parts | | | text | id
    GET /v1/things/{thing}/parts | | | | parts[].text parts[].author | after
    POST /v1/things/{thing}/done | | |
    PUT /v1/other | opaque | | a
"""


def document(lines: str = MUTE) -> Document:
    """Return a document of an API in short form."""
    return document_of(Source("openapi.yaml", "", api(lines)))


def assessed(mapping: str, lines: str = MUTE) -> Assessment:
    """Assess the API with a mapping."""
    read = document(lines)
    return assess(read, choices_of(read_text(mapping, "mapping.yaml"), read))


NAMED = """
functions:
  startChat: {operation: "POST /v1/things"}
  sendMessageToAgent: {operation: "POST /v1/things/{thing}/parts"}
  endChat: {operation: "POST /v1/things/{thing}/done"}
  events: {operation: ["GET /v1/things/{thing}/parts"]}
"""
WHOLE = """
format: 1
name: things
base: /v1
functions:
  startChat:
    request: {method: POST, path: /things, json: {a: "{user_name}"}}
    pick: {thing: id}
  sendMessageToAgent:
    request: {method: POST, path: "/things/{thing_id}/parts", json: {text: "{text}"}}
  endChat:
    request: {method: POST, path: "/things/{thing_id}/done"}
  listMessages:
    request: {method: GET, path: "/nowhere"}
    items: parts
events:
  transport: polling
  request: {method: GET, path: "/things/{thing_id}/parts", query: {after: "{position}"}}
"""


def test_without_a_mapping_nothing_is_known() -> None:
    """What the mapping settles below is not seen without it."""
    assert assess(document()).conclusion is Conclusion.CANNOT


@pytest.mark.parametrize("mapping", [NAMED, WHOLE])
def test_a_mapping_settles_what_names_do_not_say(mapping: str) -> None:
    """Both a bare list of operations and a whole mapping do; the user's word counts more than any rule."""
    done = assessed(mapping)
    assert done.conclusion is Conclusion.CAN, done.why
    for guide, operation in (
        (Guide.START_CHAT, "POST /v1/things"),
        (Guide.SEND_MESSAGE_TO_AGENT, "POST /v1/things/{thing}/parts"),
        (Guide.END_CHAT, "POST /v1/things/{thing}/done"),
        (Guide.EVENTS, "GET /v1/things/{thing}/parts"),
    ):
        finding = done.finding(guide)
        assert finding.candidates[0].candidate.operation.name == operation
        assert finding.chosen.startswith("mapping.yaml:")


def test_what_the_document_lacks_is_still_said() -> None:
    """The user knows which operation it is; that its answer has no id of the conversation he should hear."""
    done = assessed('functions: {startChat: {operation: "PUT /v1/other"}}')
    finding = done.finding(Guide.START_CHAT)
    assert finding.verdict.value == "likely"
    assert any("id of the conversation" in one.reason for one in finding.candidates[0].limits)


def test_a_mapping_corrects_a_wrong_guess() -> None:
    """What the rules took for the function gives way to what the user says."""
    lines = f"POST /chats | createChat | Start a chat with an agent. | | id\n{MUTE}"
    assert assess(document(lines)).finding(Guide.START_CHAT).candidates[0].candidate.operation.path == "/chats"
    done = assessed('functions: {startChat: {operation: "POST /v1/things"}}', lines)
    assert [one.candidate.operation.path for one in done.finding(Guide.START_CHAT).candidates] == ["/v1/things"]


def test_an_operation_may_be_named_by_its_id() -> None:
    """Documents name their operations; so may a mapping."""
    done = assessed("functions: {updateState: {operation: opaque}}")
    assert done.finding(Guide.UPDATE_STATE).candidates[0].candidate.operation.name == "PUT /v1/other"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("a: 1\n", "mapping.yaml:1: no mapping of functions"),
        ("functions: []\n", "mapping.yaml:1: functions: no mapping of functions"),
        ("functions:\n  startChat: {}\n  startchat:\n    operation: x\n", "mapping.yaml:3: functions.startchat: not a"),
        ("functions:\n  startChat:\n    operation: POST /v1/thing\n", "mapping.yaml:3: functions.startChat.operation:"),
        ("functions:\n  startChat:\n    operation:\n      - 7\n", "mapping.yaml:4: functions.startChat.operation[0]"),
        ("functions:\n  startChat: POST /v1/things\n", "mapping.yaml:2: functions.startChat: not a mapping"),
        (
            "functions: {}\nevents:\n  request:\n    path: /no\n",
            "mapping.yaml:4: events.request.path: the document",
        ),
        ("functions:\n  endChat:\n    request: {json: 1}\n", "mapping.yaml:3: functions.endChat.request: no method"),
    ],
)
def test_mistakes_are_named_with_file_line_and_key(mapping: str, said: str) -> None:
    """A misspelt operation must not silently leave the doubt where it was."""
    with pytest.raises(BadInput) as caught:
        assessed(mapping)
    assert str(caught.value).startswith(said)


def test_the_nearest_operation_is_offered() -> None:
    """Most mistakes are a letter."""
    with pytest.raises(BadInput, match=r"did you mean POST /v1/things\?"):
        assessed('functions: {startChat: {operation: "POST /v1/thingz"}}')


def test_the_users_word_outweighs_missing_signs() -> None:
    """Settled is settled, even where nothing shows live talk: the user has seen the desk, the rules have not."""
    done = assessed(NAMED)
    assert done.signs.live.value == "none"
    assert all(one.verdict.value == "present" for one in done.findings if one.must_have)
