"""Export and import: what goes out comes in again as it was, and a mistake is named with line and key."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, MessageDraft, StartRequest
from mockdesk.core.errors import DeskError, InvalidToken
from mockdesk.core.player import ScriptPlayer
from mockdesk.scripts import load_builtin
from mockdesk.store.codec import Mistake
from mockdesk.store.exchange import exported, read_lines
from mockdesk.store.importing import import_all
from tests.unit.store.keeping import NOWHERE, Keeping

SCRIPT = load_builtin("menu")
texts = st.text(max_size=20)
ITEM = {"type": "carousel", "alt": "three cards", "cards": [1, 2.5, None, {"a": True}]}
COMMANDS: dict[str, Any] = {
    "send": lambda desk, clock, one, text: desk.send(one, MessageDraft(text or "x", text[:100] or None)),
    "join": lambda desk, clock, one, text: desk.act(one, parse_action({"action": "join", "agent": {"id": "zoe"}})),
    "say": lambda desk, clock, one, text: desk.act(
        one, parse_action({"action": "say", "agent": "zoe", "text": text, "items": [ITEM]})
    ),
    "transfer": lambda desk, clock, one, text: desk.act(
        one, parse_action({"action": "transfer", "agent": "zoe", "reason": text})
    ),
    "upload": lambda desk, clock, one, text: desk.upload_file(one, text, "text/plain", text.encode()),
    "type": lambda desk, clock, one, text: desk.user_typing(one, len(text) % 2 == 0),
    "read": lambda desk, clock, one, text: desk.user_read(one),
    "state": lambda desk, clock, one, text: desk.update_state(one, {"session_id": text}),
    "end": lambda desk, clock, one, text: desk.end(one, text),
    "wait": lambda desk, clock, one, text: clock.advance(3.7 * len(text)),
}
commands = st.lists(st.tuples(st.sampled_from(sorted(COMMANDS)), st.integers(0, 2), texts), max_size=25)
contexts = st.dictionaries(
    texts, st.recursive(st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts, st.lists)
)


def played(todo: list[tuple[str, int, str]], context: dict[str, Any], script: bool) -> tuple[Desk, Keeping, list[str]]:
    """Return a desk in which something has happened, its store, and the tokens of its conversations."""
    clock = VirtualClock()
    desk = Desk(DeskSettings.from_dict({"seed": 2, "event_retention": 12}), clock)
    keeping = Keeping(SCRIPT if script else None)
    keeping.watch(desk)
    if script:
        desk.install_script(ScriptPlayer(SCRIPT))
    tokens = []
    for number in range(3):
        body = {"user_id": f"u{number}", "context": {"additional_data": context}}
        tokens.append(desk.start(StartRequest.from_dict(body), f"key {number}" if number else None).token)
    for name, number, text in todo:
        try:
            COMMANDS[name](desk, clock, desk.conversations()[number].id, text)
        except DeskError:
            continue
        keeping.save(desk, clock)
    keeping.save(desk, clock)
    return desk, keeping, tokens


def imported(lines: list[str]) -> Keeping:
    """Return a new store with exported conversations."""
    into = Keeping()
    import_all(NOWHERE, into.connection, read_lines(lines))
    return into


@given(commands, contexts, st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_goes_out_comes_in_again(
    todo: list[tuple[str, int, str]], context: dict[str, Any], script: bool, with_tokens: bool
) -> None:
    """Truth and transcript are the same, and so is another export; tokens go on only where they were asked for."""
    desk, keeping, tokens = played(todo, context, script)
    with closing(keeping.connection):
        lines = list(exported(NOWHERE, keeping.connection, with_tokens))
    into = imported(lines)
    with closing(into.connection):
        assert list(exported(NOWHERE, into.connection, with_tokens)) == lines
        again, _, _ = into.again(desk.settings)
    assert again.truths() == desk.truths()
    assert again.digest() == desk.digest()
    ids = [conversation.id for conversation in desk.conversations()]
    for one, token in zip(ids, tokens, strict=True):
        if with_tokens:
            assert again.authorize(one, token).id == one
            assert again.token_expires_at(one) == desk.token_expires_at(one)
        else:
            assert token not in "".join(lines)
            with pytest.raises(InvalidToken):
                again.authorize(one, token)
    if with_tokens:
        body = {"user_id": "u1", "context": {"additional_data": context}}
        assert again.start(StartRequest.from_dict(body), "key 1").token == tokens[1]


def lines_of_a_desk() -> list[str]:
    """Return the export of a small desk."""
    todo = [("join", 0, ""), ("send", 0, "hello"), ("upload", 0, "a"), ("end", 1, "done")]
    _, keeping, _ = played(todo, {}, False)
    with closing(keeping.connection):
        return list(exported(NOWHERE, keeping.connection, True))


def changed(line: str, path: str, value: Any) -> str:
    """Return a line with another value at a path such as ``events/0/seq``; ``...`` removes it."""
    data = json.loads(line)
    at: Any = data
    *parts, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in parts:
        at = at[part]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return json.dumps(data)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("beginning/id", 7, "2: beginning.id must be str"),
        ("beginning/id", "", "2: beginning.id must not be empty"),
        ("beginning/created_at", 1e300, "2: beginning.created_at must be seconds since 1970"),
        ("context", ..., "2: context is missing"),
        ("extra", 1, "2: the value has 'extra', which is not known"),
        ("state/state", "sleeping", "2: state.state 'sleeping' is not a valid State"),
        ("state/state", "ended", "2: state.ended_at must be there exactly where state.state is ended"),
        ("state/last_seq", 99, "2: events[0].seq must be 96"),
        ("state/user_typing", 0, "2: state.user_typing must be bool"),
        ("events/1/seq", 5, "2: events[1].seq must be"),
        ("events/0/type", "queue.left", "2: events[0].type 'queue.left' is not known"),
        ("events/0/data/queue", None, "2: events[0].data: queue must be str"),
        ("events/0/data/more", 1, "2: events[0].data: the value has 'more', which is not known"),
        ("events/0/time", -1, "2: events[0].time must be seconds since 1970"),
        ("messages", [], "2: events[2].seq is 3, but no message has it"),
        ("messages/0/role", "nobody", "2: messages[0].role does not fit"),
        ("files/0/content", "?", "2: files[0].content must be base64"),
        ("token/digest", "xyz", "2: token.digest must be hexadecimal"),
        ("desk", "other", "2: desk 'other' is not in the store; make it first, or set desk to an empty text"),
    ],
)
def test_a_mistake_is_named_with_line_and_key(path: str, value: Any, told: str) -> None:
    """Whoever edits an export finds the place; and nothing is half imported."""
    lines = lines_of_a_desk()
    lines[1] = changed(lines[1], path, value)
    into = Keeping()
    with closing(into.connection):
        with pytest.raises(Mistake) as caught:
            import_all(NOWHERE, into.connection, read_lines(lines))
        assert into.connection.execute("SELECT count(*) FROM conversation").fetchone() == (0,)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "1: the file is empty"),
        (["{"], "1: column 2: is no JSON"),
        (["[]"], '1: format must be "mockdesk conversations"'),
        (['{"format": "mockdesk conversations", "version": 2}'], "1: version 2 is not known, 1 is"),
        (['{"format": "mockdesk conversations", "version": 1}', "[1]"], "2: the value must be an object"),
        (['{"format": "mockdesk conversations", "version": 1}', '{"a": NaN}'], "2: NaN is no number of JSON"),
        (['{"format": "mockdesk conversations", "version": 1}', ""], "2: column 1: is no JSON"),
    ],
)
def test_what_is_no_export(lines: list[str], told: str) -> None:
    """Other files are told from exports by the first line."""
    with pytest.raises(Mistake) as caught:
        read_lines(lines)
    assert str(caught.value).startswith(told)


def test_a_conversation_that_is_there_already() -> None:
    """An import never changes what a store has; and it is all or nothing."""
    lines = lines_of_a_desk()
    into = imported(lines[:2])
    with closing(into.connection):
        with pytest.raises(Mistake, match=r"^2: beginning.id 'conv_.*': the desk has this conversation already$"):
            import_all(NOWHERE, into.connection, read_lines(lines))
        assert into.connection.execute("SELECT count(*) FROM conversation").fetchone() == (1,)
    with pytest.raises(Mistake, match=r"^3: beginning.id 'conv_.*' stands on another line, too$"):
        read_lines([lines[0], lines[1], lines[1]])


def test_without_tokens_nobody_goes_on_as_the_user() -> None:
    """The agents' side has the conversation; its token is one that nobody was ever given."""
    desk, keeping, _ = played([("send", 0, "hello")], {}, False)
    into = imported(list(exported(NOWHERE, keeping.connection, False)))
    again, _, _ = into.again(desk.settings)
    one = again.conversations()[0].id
    again.act(one, parse_action({"action": "join", "agent": {"id": "zoe"}}))
    assert again.token_expires_at(one) == 0
    with pytest.raises(InvalidToken):
        again.authorize(one, "a guess")
    own = again.start(StartRequest("u9"))
    assert again.authorize(own.conversation.id, own.token).id == own.conversation.id
    for each in (keeping, into):
        each.connection.close()


def test_who_comes_by_an_import_waits_behind_the_others_and_is_told() -> None:
    """Two stores put together have two who are first; the one that was there stays it."""
    first, second = lines_of_a_desk(), lines_of_a_desk()
    into = imported(first)
    moved = [changed(line, "beginning/id", f"other_{number}") for number, line in enumerate(second[1:])]
    moved = [changed(changed(line, "token", None), "beginning/start", None) for line in moved]
    import_all(NOWHERE, into.connection, read_lines([second[0], *moved]))
    desk, _, _ = into.again(DeskSettings.from_dict({"seed": 2}))
    waiting = [one for one in desk.conversations() if one.position is not None]
    assert sorted(one.position or 0 for one in waiting) == [1, 2]
    assert [one.position for one in waiting] == [1, 2]
    assert desk.events_after(waiting[1].id, waiting[1].log.last_seq - 1)[0].body.to_data()["position"] == 2
    into.connection.close()
