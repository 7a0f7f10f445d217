"""APIs in short form: what tempts to be called a desk and is none, and desks of further shapes."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.assess.judge import Conclusion
from tests.suite.assess.compact import api
from tests.suite.assess.support import assess_data, short, verdicts

CLAIMED = ("present", "likely")


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


@pytest.mark.parametrize("one", short("tempting"), ids=lambda one: one["name"].replace(" ", "-"))
def test_a_desk_beside_it_is_still_found(one: dict[str, Any]) -> None:
    """Vendors put everything into one document: a desk's chats beside tickets or bots are a desk's chats."""
    desk = short("other_desks")[1]["lines"]
    done = assess_data(api(f"{one['lines']}\n{desk}"))
    assert done.conclusion is Conclusion.CAN, done.why
