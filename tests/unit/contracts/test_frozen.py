"""The host's values: they read as usual, refuse changes, and tell of each attempt."""

from __future__ import annotations

import copy
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from contracts.frozen import FrozenDict, InputMutated, freeze


def test_frozen_inputs_read_as_usual_and_refuse_changes() -> None:
    """An adapter that changes the host's message changes what the host does next."""
    value = freeze({"a": [1, {"b": 2}]})
    assert isinstance(value, FrozenDict)
    assert value["a"][1]["b"] == 2
    for change in (lambda: value.update(x=1), lambda: value["a"].append(2), lambda: value["a"][1].pop("b")):
        with pytest.raises(InputMutated):
            change()


def test_an_attempt_to_change_an_input_is_told() -> None:
    """An adapter may swallow the exception; the suite must know all the same."""
    told: list[str] = []
    value = freeze({"a": [{"b": 2}]}, told.append)
    for change in (lambda: value.pop("a"), lambda: value["a"].append(3), lambda: value["a"][0].update(b=3)):
        with suppress(InputMutated):
            change()
    assert told == ["pop('a')", "append(3)", "update()"]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, dict, FrozenDict.copy])
def test_a_copy_of_an_input_may_be_changed(copied: Callable[[Any], dict[str, Any]]) -> None:
    """Who copies first does what the host asks for."""
    told: list[str] = []
    mine = copied(freeze({"a": [1]}, told.append))
    mine["b"] = 2
    assert (type(mine), mine, told) == (dict, {"a": [1], "b": 2}, [])


def test_a_deep_copy_is_plain_all_the_way_down() -> None:
    """A copied message may be changed at any depth."""
    mine = copy.deepcopy(freeze({"a": [{"b": 2}]}))
    mine["a"][0]["b"] = 3
    mine["a"].append(4)
    assert mine == {"a": [{"b": 3}, 4]}
