"""APIs in short form: what tempts to be called a desk and is none, and desks of further shapes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from contracts.assess.judge import Conclusion, assess
from contracts.assess.reading import document_of
from contracts.assess.source import read_text
from tests.suite.assess.compact import api
from tests.suite.assess.support import assess_data, path_of, short, verdicts

OTHER_NAMES = (
    *("case", "issue", "incident", "request", "matter", "thread", "conversation", "chat", "interaction", "session"),
    *("engagement", "contact", "dialog", "channel"),
)
CLAIMED = ("present", "likely")
MUST = ("startChat", "endChat", "sendMessageToAgent", "event channel")


@pytest.mark.parametrize("one", short("tempting"), ids=lambda one: one["name"].replace(" ", "-"))
def test_what_is_not_there_is_not_claimed(one: dict[str, Any]) -> None:
    """Words of the trade in an API of another trade must not add up to a desk."""
    done = assess_data(api(one["lines"]))
    found = verdicts(done)
    assert [name for name in one["not_there"] if found[name] in CLAIMED] == []
    assert done.conclusion is not Conclusion.CAN


@pytest.mark.parametrize("one", short("other_desks"), ids=lambda one: one["name"].replace(" ", "-"))
def test_desks_of_further_shapes_are_seen(one: dict[str, Any]) -> None:
    """Shapes that no whole document of the tests has, so that the rules do not only know what they were shown."""
    done = assess_data(api(one["lines"]))
    found = verdicts(done)
    assert [name for name in one["there"] if found[name] not in CLAIMED] == []
    assert [name for name in one["not_there"] if found[name] in CLAIMED] == []
    assert done.conclusion is Conclusion.CAN


@pytest.mark.parametrize("noun", ["conversation", "chat", "session"])
@pytest.mark.parametrize("one", short("tempting"), ids=lambda one: one["name"].replace(" ", "-"))
def test_what_tempts_is_not_claimed_under_other_names_either(one: dict[str, Any], noun: str) -> None:
    """A forum that calls its topics chats is no desk yet."""
    words = r"\b(conversation|topic|interaction|engagement|room|channel|request|meeting)(s?)\b"
    done = assess_data(api(re.sub(words, rf"{noun}\2", one["lines"], flags=re.IGNORECASE)))
    found = verdicts(done)
    assert found["startChat"] not in CLAIMED
    assert found["sendMessageToAgent"] not in CLAIMED
    assert done.conclusion is not Conclusion.CAN


@pytest.mark.parametrize("noun", OTHER_NAMES)
def test_a_ticket_system_under_any_other_name_is_none(noun: str) -> None:
    """Some call their tickets conversations or chats: what is done with them tells, not what they are called."""
    text = (
        path_of("tickets")
        .read_text(encoding="utf-8")
        .replace("/sessions", "/logins")
        .replace("conversations", "replies")
    )
    for old, new in (("ticket", noun), ("Ticket", noun.capitalize())):
        text = text.replace(old, new)
    done = assess(document_of(read_text(text, "tickets.yaml")))
    found = verdicts(done)
    assert [name for name in MUST if found[name] in CLAIMED] == []
    assert done.conclusion is Conclusion.CANNOT


@pytest.mark.parametrize("one", short("tempting"), ids=lambda one: one["name"].replace(" ", "-"))
def test_a_desk_beside_it_is_still_found(one: dict[str, Any]) -> None:
    """Vendors put everything into one document: a desk's chats beside tickets or bots are a desk's chats."""
    desk = short("other_desks")[1]["lines"]
    done = assess_data(api(f"{one['lines']}\n{desk}"))
    assert done.conclusion is Conclusion.CAN, done.why
