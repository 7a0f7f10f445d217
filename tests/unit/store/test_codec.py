"""Every value of a desk comes back from JSON as it was, whatever is in it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mockdesk.core.agents import RosterAgent
from mockdesk.core.conversation import PendingTransfer, ScreenShare, StateChange, UploadRules
from mockdesk.core.drafts import Context, StartRequest
from mockdesk.core.events import AgentProfile, Event, Item, Message, MessageCreated
from mockdesk.core.saved import SavedBeginning, SavedCalls, SavedParts, SavedScript, SavedStart, SavedState
from mockdesk.core.script_place import SavedPlace
from mockdesk.core.settings import CapabilitySwitches, DeskSettings, QueueSettings
from mockdesk.store.batch import SavedClock
from mockdesk.store.codec import BODIES, Mistake, dump, event_data, event_of, load, read
from mockdesk.store.desk_settings import KeptSettings

texts = st.text(st.characters(exclude_categories=()), max_size=8)  # lone surrogates, too
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
)
objects = st.dictionaries(texts, values, max_size=3)


def built(kind: type, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy for a dataclass; its fields are made by their types."""
    return st.builds(kind, **more)


items = built(Item, more=objects)
contexts = built(Context, additional_data=st.none() | objects)
starts = built(SavedStart, request=built(StartRequest, context=contexts))
VALUES: dict[type, st.SearchStrategy[Any]] = {
    Context: contexts,
    Item: items,
    Message: built(Message, text=texts, items=st.lists(items, max_size=2).map(tuple)),
    SavedBeginning: built(SavedBeginning, id=texts, start=st.none() | starts),
    SavedState: built(SavedState, user_id=texts, queue=texts),
    KeptSettings: built(KeptSettings, settings=built(DeskSettings, script=st.none(), dialect_settings=objects)),
    **{kind: st.from_type(kind) for kind in BODIES.values() if kind is not MessageCreated},
    **{
        kind: st.from_type(kind)
        for kind in (AgentProfile, PendingTransfer, QueueSettings, RosterAgent, SavedCalls, SavedClock, SavedParts)
    },
    **{kind: st.from_type(kind) for kind in (SavedPlace, SavedScript, ScreenShare, StateChange, UploadRules)},
    **{kind: st.from_type(kind) for kind in (CapabilitySwitches,)},
}


@pytest.mark.parametrize("kind", list(VALUES), ids=lambda kind: kind.__name__)
@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_value_comes_back(kind: type, data: st.DataObject) -> None:
    """By the quick reading of the store and by the strict one of an import; 5 stays 5, and is not 5.0."""
    value = data.draw(VALUES[kind])
    text = dump(value)
    assume("NaN" not in text)  # it is not equal to itself, and no desk has one
    assert "\n" not in text
    assert load(text, kind) == value == read(json.loads(text), kind)
    assert dump(load(text, kind)) == text


@given(VALUES[Message], st.integers(1, 99), st.floats(0, 1e9))
def test_an_event_comes_back(message: Message, seq: int, time: float) -> None:
    """A message is kept beside its event, once."""
    event = Event(seq, time, MessageCreated(message))
    assert event_data(event) is None
    assert event_of(seq, time, event.type, None, message) == event


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"id": 1}, "id must be str"),
        ({}, "id is missing"),
        ({"id": "a", "name": "b"}, "the value has 'name', which is not known"),
        ({"id": "a", "nickname": 1}, "nickname must be str"),
        ([], "the value must be an object"),
        (None, "the value must be an object"),
    ],
)
def test_what_does_not_fit_is_named(value: Any, told: str) -> None:
    """Nothing is made to fit: a number is no text, and a key that nobody knows is a mistake."""
    with pytest.raises(Mistake) as caught:
        read(value, AgentProfile)
    assert str(caught.value) == told
