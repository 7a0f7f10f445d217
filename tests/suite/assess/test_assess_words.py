"""The words of names, on which everything else stands."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from contracts.assess import vocabulary
from contracts.assess.document import Operation
from contracts.assess.evidence import Function
from contracts.assess.judge import FUNCTIONS
from contracts.assess.shape import Shape
from contracts.assess.words import words
from contracts.requirement import Guide
from tests.unit.test_imports import VENDORS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eventStreamUri", ("event", "stream", "uri")),
        ("send_message-to.Agents", ("send", "message", "to", "agent")),
        ("HTTPUserID", ("http", "user", "id")),
        ("activities", ("activity",)),
        ("status", ("status",)),
        ("User-Agent", ("useragent",)),
        ("A WebSocket, a live chat", ("a", "websocket", "a", "livechat")),
        ("", ()),
        ("ключ", ()),
    ],
)
def test_names_become_words(text: str, expected: tuple[str, ...]) -> None:
    """Each manner of writing names comes to the same words, and a user agent is no agent."""
    assert words(text) == expected


@pytest.mark.parametrize(
    ("path", "noun", "item"),
    [
        ("/chats/{id}/messages", "message", False),
        ("/v1/chats:start", "start", False),
        ("/chats/{id}", "chat", True),
        ("/chats/{id}:close", "close", False),
        ("/chats({id})/end", "end", False),
        ("/", "", False),
    ],
)
def test_paths_become_nouns(path: str, noun: str, item: bool) -> None:
    """Actions behind a colon are parts of the path of their own."""
    shape = Shape(Operation("POST", path))
    assert (shape.last.words[-1:] or ("",))[0] == noun
    assert shape.on_item is item


def test_the_vocabulary_names_no_vendor() -> None:
    """A word for one product's sake would make the assessment see that product and nothing else."""
    sets = [value for name, value in vars(vocabulary).items() if isinstance(value, frozenset)]
    sets += [known for pair in vocabulary.TRADES.values() for known in pair]
    assert not {word for known in sets for word in known} & set(VENDORS)


def test_no_module_names_a_vendor() -> None:
    """The same for the rules: there is no branch for one product."""
    for path in Path(str(files("contracts.assess"))).glob("*.py"):
        assert not set(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower())) & set(VENDORS), path.name


def test_the_vocabulary_is_written_as_words_are() -> None:
    """A word in the plural or in two parts would never be met."""
    sets = {name: value for name, value in vars(vocabulary).items() if isinstance(value, frozenset)}
    sets |= {f"{name} {index}": known for name, pair in vocabulary.TRADES.items() for index, known in enumerate(pair)}
    never = {name: {word for word in known if words(word) != (word,)} for name, known in sets.items()}
    assert {name: found for name, found in never.items() if found} == {}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=lambda one: one.guide.value)
def test_each_function_has_rules_for_and_against(function: Function) -> None:
    """A function without a leading rule is never found, one without a rule against is found everywhere."""
    assert any(rule.leads for rule in function.rules)
    assert any(rule.points < 0 for rule in function.rules)
    assert len({rule.name for rule in function.rules}) == len(function.rules)
    assert function.settles


def test_each_function_of_the_guide_is_looked_for() -> None:
    """The report has a line for each of them."""
    assert set(FUNCTIONS) == set(Guide)
