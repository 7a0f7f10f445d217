"""A mapping file is written by hand, so its mistakes are named with file, line, key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.mapping.check import schema
from contracts.mapping.load import load_mapping, parse_mapping
from contracts.mapping.mistakes import BadMapping, Mistake
from contracts.mapping.picks import holds, pick, pick_text
from contracts.mapping.template import Unfilled, fill_json, fill_text, fill_texts

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "mapping").glob("*.yaml"))
GOOD = """\
format: 1
name: Parley
functions:
  startChat:
    request: {method: POST, path: /engagements}
    pick: {conversation_id: number, token: key}
  endChat:
    request: {method: PUT, path: "/engagements/{conversation_id}"}
  sendMessageToAgent:
    request: {method: POST, path: "/engagements/{conversation_id}/entries", json: {content: "{text}"}}
events:
  transport: polling
  request: {method: GET, path: "/engagements/{conversation_id}/feed", query: {mark: "{mark}"}}
  pick: {mark: mark}
  rules:
    - when: {kind: text}
      message: {agent_id: from.label, text: body.content}
    - when: {kind: closed}
      ended: {}
"""


def mistakes_of(old: str, new: str) -> list[Mistake]:
    """Return the mistakes that the good file has with one place changed."""
    assert GOOD.count(old) == 1
    with pytest.raises(BadMapping) as refused:
        parse_mapping(GOOD.replace(old, new), "desk.yaml")
    assert all(line.startswith("desk.yaml:") for line in str(refused.value).splitlines())
    return list(refused.value.mistakes)


def test_the_schema_is_one() -> None:
    """Editors complete and check mapping files with it."""
    Draft202012Validator.check_schema(dict(schema()))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_can_be_used(path: Path) -> None:
    """Everybody begins with a copy of an example."""
    assert {"startChat", "endChat", "sendMessageToAgent"} <= set(load_mapping(path).functions)


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "remedy"),
    [
        ("  endChat:", "  endChatt:", 7, "functions.endChatt", "did you mean endChat?"),
        ("method: PUT", "method: PUTT", 8, "functions.endChat.request.method", "did you mean PUT?"),
        ("{content: ", "{content: 1, content: ", 10, "functions.sendMessageToAgent.request.json.content", "keep one"),
        ("{text}", "{txt}", 10, "functions.sendMessageToAgent.request.json.content", "did you mean text?"),
        ("conversation_id: number", "number: number", 4, "functions.startChat", "add it to pick"),
        ("from.label", "from..label", 17, "events.rules[0].message.agent_id", "see https://jmespath.org"),
        ("polling", "websocket", 11, "events", "add url:"),
        ("ended: {}", "endd: {}", 19, "events.rules[1].endd", "did you mean ended?"),
        ("mark: mark}", "mark: 7}", 14, "events.pick.mark", "write a text"),
        ("kind: text}", "kind: text", 17, "(syntax)", "check the indentation"),
        ('json: {content: "{text}"}', 'json: {c: "{text}"}, form: {}', 10, "functions", "keep one of the two"),
    ],
)
def test_each_mistake_is_named(old: str, new: str, line: int, key: str, remedy: str) -> None:
    """A mistake that is only called one costs the reader an hour."""
    found = mistakes_of(old, new)
    assert any(one.line == line and one.key.startswith(key) and one.remedy.startswith(remedy) for one in found), found


def test_a_misspelled_key_is_not_called_missing_too() -> None:
    """One mistake is told once."""
    assert len(mistakes_of("  endChat:", "  endChatt:")) == 1


def test_words_are_words() -> None:
    """With YAML 1.1 a pick of the field "no" would be false, and a key "on" would be true."""
    mapping = parse_mapping(GOOD.replace("  pick: {mark: mark}", "  pick: {mark: mark}\n  position: no"))
    assert mapping.events.position == "no"


def test_a_template_takes_names_only() -> None:
    """What has no value is left out where that can be; types survive where a name stands alone."""
    values = {"is_typing": True, "text": 'a "b" {token}', "number": 7}
    assert fill_json({"on": "{is_typing}", "t": "{text}", "n": ["x{number}"], "topic": "{topic}"}, values) == {
        "on": True,
        "t": 'a "b" {token}',
        "n": ["x7"],
    }
    assert fill_text("/a/{text}", {"text": "a/b?c"}, quoted=True) == "/a/a%2Fb%3Fc"
    assert fill_texts({"X-Key": "{token}", "on": "{is_typing}"}, values) == {"on": "true"}
    with pytest.raises(Unfilled, match="token"):
        fill_text("/{token}", values)


def test_conditions_and_picks() -> None:
    """A number is no truth value, and what is not there is not picked."""
    event = {"kind": "text", "no": 1, "on": True, "from": {"side": "staff"}}
    assert holds({"kind": ["text", "note"], "from.side": "staff"}, event)
    assert not holds({"no": True}, event)
    assert holds("on && kind != 'x'", event)
    assert pick_text("no", event) == "1"
    assert pick_text("on", event) is None
    assert pick("length(no)", event) is None
