"""What docs/scripts.md shows works as it is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mockdesk.core.script_template import FIELDS
from mockdesk.scripts import callable_script, check_text, parse_script, script_schema
from tests.unit.scripts.stage import AGENTS, Stage

PAGE = (Path(__file__).parents[3] / "docs" / "scripts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
TRIGGERS, STEPS = (PAGE.partition(f"## {title}")[2].partition("\n## ")[0] for title in ("Triggers", "Steps"))


def table(section: str) -> list[str]:
    """Return the rows of the table of a section."""
    return [line for line in section.splitlines() if line.startswith("| `")]


def cells(section: str, column: int) -> list[str]:
    """Return the code in a column of the table of a section."""
    return [code for row in table(section) for code in re.findall(r"`([^`]+)`", row.split(" | ")[column])]


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_script_of_the_page_plays_without_a_refusal(text: str) -> None:
    """People copy it."""
    assert check_text(text) == []
    stage = Stage(parse_script(text)).start().advance(10).send("hello", "123456").advance(1000)
    assert (stage.noted("refused"), stage.noted("failed")) == ([], [])
    assert len(stage.said) > 1


@pytest.mark.parametrize("trigger", cells(TRIGGERS, 0))
def test_a_trigger_of_the_page_is_one(trigger: str) -> None:
    """Each form of the table can be pasted."""
    if trigger != "on:":
        parse_script(f"name: x\nrules: [{{on: {trigger}, steps: [fault: {{kind: eof}}]}}]")


@pytest.mark.parametrize("step", [form for form in cells(STEPS, 1) if form != "sales"])
def test_a_step_of_the_page_is_one(step: str) -> None:
    """Each form of the table can be pasted."""
    step = step.replace("[...]", "[join]")
    parse_script(f"name: x\n{AGENTS}\nrules:\n  - on: started\n    steps:\n      - {step}\n")


def test_the_tables_are_complete() -> None:
    """A step or trigger that nobody documents might as well not be there."""
    definitions = script_schema()["$defs"]
    assert set(cells(STEPS, 0)) == {*definitions["step"]["properties"]}
    known = {*definitions["trigger"]["properties"], *definitions["trigger"]["then"]["enum"]}
    assert {re.findall(r"\w+", trigger)[0] for trigger in cells(TRIGGERS, 0)} - {"on"} == known


def test_the_fields_are_complete() -> None:
    """Every field that a text may name is told, and no other."""
    texts = PAGE.partition("## Texts")[2].partition("\n## ")[0]
    assert set(re.findall(r"`\{(\w+)\}`", texts)) == set(FIELDS)


def test_the_callable_of_the_page_plays() -> None:
    """The first Python script anybody writes is this one with another text."""
    names: dict[str, object] = {}
    exec(PROGRAMS[0], names)
    play = names["play"]
    assert callable(play)
    stage = Stage(callable_script(play)).start().send("Eva")
    assert stage.said == ["What is your name?", "Goodbye, Eva."]


def test_the_test_of_the_page_passes() -> None:
    """The shortest test without a server."""
    exec(PROGRAMS[1], {})
