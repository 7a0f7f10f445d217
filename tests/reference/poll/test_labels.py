"""Who an agent is stands behind the last bar of a label, whatever the name says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byosd_reference.poll.labels import profile


@pytest.mark.parametrize(
    ("label", "agent_id", "nickname"),
    [
        ("Ada|agent-ada", "agent-ada", "Ada"),
        ("Ada|agent-bob|agent-ada", "agent-ada", "Ada|agent-bob"),
        ("User|agent-ada", "agent-ada", "User"),
        ("|agent-ada", "agent-ada", None),
        ("Ada|a%7Cb%25", "a|b%", "Ada"),
        ("Ada|%257C", "%7C", "Ada"),
        ("A%7Cda|x", "x", "A%7Cda"),
    ],
)
def test_the_id_stands_behind_the_last_bar(label: str, agent_id: str, nickname: str | None) -> None:
    """An agent chooses the name, and with a bar in it could choose to be somebody else (SEC-06)."""
    found = profile(label)
    assert (found["id"], found.get("nickname")) == (agent_id, nickname)


@pytest.mark.parametrize("label", [None, "", "agent", "Ada|", "|"])
def test_a_label_without_an_id_names_nobody(label: str | None) -> None:
    """A name alone is what anybody can call themselves."""
    assert "id" not in profile(label)


@given(st.text(), st.text(min_size=1))
def test_every_label_that_a_desk_can_write_is_read_back(name: str, agent_id: str) -> None:
    """Names and ids are data: none of them is special."""
    quoted = agent_id.replace("%", "%25").replace("|", "%7C")
    assert profile(f"{name}|{quoted}") == {"id": agent_id, **({"nickname": name} if name else {})}
