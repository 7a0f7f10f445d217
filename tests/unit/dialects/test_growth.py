"""What each shape of desk remembers is bounded, or goes with its conversation: a mock may run for weeks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockdesk.core.actions import parse_action
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings
from mockdesk.core.errors import DeskError, UnknownPosition
from mockdesk.core.limit_errors import DeskFull
from mockdesk.dialects.feeds import ConversationLog
from mockdesk.dialects.genesys.bodies import CreateRequest
from mockdesk.dialects.genesys.conversations import KEPT_UNATTACHED, GuestConversations
from mockdesk.dialects.genesys.identifiers import Uuids
from mockdesk.dialects.genesys.members import MemberInfo
from mockdesk.dialects.genesys.settings import DEPLOYMENT, ORGANIZATION, read_settings
from mockdesk.dialects.genesys.tokens import Tokens
from mockdesk.dialects.poll.chats import KEPT_SESSIONS
from mockdesk.dialects.seam import Request
from mockdesk.dialects.twilio.conversation import MOST_WEBHOOKS, Described
from mockdesk.dialects.twilio.flex_face import FlexFace
from mockdesk.dialects.twilio.model import KEPT_CONTINUATIONS, Model
from mockdesk.dialects.twilio.page_server import KEPT_KEYS, PageServer
from mockdesk.dialects.twilio.settings import settings_of
from mockdesk.dialects.twilio.starting import start_chat
from mockdesk.dialects.twilio.tokens import KEPT_REVOKED, RevokedTokens
from mockdesk.dialects.twilio.users import KEPT_SESSIONS as KEPT_CHAT_SESSIONS
from mockdesk.dialects.twilio.wish import Wish
from tests.unit.dialects.poll_client import Client


def new_desk(**settings: Any) -> Desk:
    """Return a desk."""
    return Desk(DeskSettings.from_dict(settings), VirtualClock())


def test_a_log_keeps_its_newest_entries() -> None:
    """Positions go on, and whoever comes too late is told so instead of missing something in silence."""
    log = ConversationLog(3)
    for number in range(5):
        log.append([f"frame {number}"], number + 1)
    assert (log.begin(), log.last()) == (2, 5)
    assert [entry.position for entry in log.after(2)] == [3, 4, 5]
    assert [entry.frames for entry in log.after(4)] == [("frame 4",)]
    assert log.after(5) == ()
    for position in (-1, 0, 1, 6):
        with pytest.raises(UnknownPosition):
            log.after(position)


# The polling desk


def test_a_chat_knows_its_newest_session_ids() -> None:
    """Each answer hands one out; a chat that is polled for weeks would have millions."""
    client = Client()
    client.start()
    first = client.session
    conversation = client.chat
    sessions = client.poll_desk._sessions
    chat = client.poll_desk._chats[conversation]
    for _ in range(2 * KEPT_SESSIONS):
        client.session = sessions.issue(chat, 0).id
    assert len(sessions) == len(chat.session_ids) == KEPT_SESSIONS
    assert client.call("GET", f"/chats/{first}/events")[0] == 404
    assert client.call("POST", f"/chats/{client.session}/messages", {"text": "hello"})[0] == 201
    client.desk.remove(conversation)
    assert (len(sessions), len(client.poll_desk._chats)) == (0, 0)


# Genesys


def guests(**settings: Any) -> tuple[Desk, Callable[[], str], GuestConversations]:
    """Return a desk, what makes a guest's conversation there that is not attached, and all of them."""
    desk = new_desk(**settings)
    tokens = Tokens(desk.clock.now)
    every = GuestConversations(desk, read_settings(desk.settings), tokens, Uuids(None))
    wanted = CreateRequest(ORGANIZATION, DEPLOYMENT, "default", MemberInfo("Guest"), None)

    def create() -> str:
        return every.create(wanted)[0].id

    return desk, create, every


def test_conversations_that_nobody_attached_are_forgotten_with_their_tokens() -> None:
    """Creating costs nothing, and the core hears of it only when the stream comes."""
    desk, create, every = guests(token_ttl_seconds=60.0)
    for _ in range(5):
        for _ in range(KEPT_UNATTACHED):
            create()
        desk.clock.advance(60)  # type: ignore[attr-defined]
    create()
    assert len(every._conversations) <= 2 * KEPT_UNATTACHED
    _, create, every = guests(limits={"conversations": 3})
    kept = [create() for _ in range(3)]
    with pytest.raises(DeskFull):
        create()
    assert all(every.find(one) is not None for one in kept)


# Twilio


@pytest.fixture
def make_model() -> Callable[..., Model]:
    """Makes the model of a desk."""

    def make(**settings: Any) -> Model:
        desk = new_desk(**settings)
        return Model(desk, settings_of(desk.settings))

    return make


def test_identities_that_take_part_in_nothing_are_forgotten(make_model: Callable[..., Model]) -> None:
    """Whoever may ask who somebody is could make as many identities as there are names."""
    model = make_model(limits={"names": 5})
    start_chat(model, Described(), Wish("customer"))
    model.user("chatty").sessions["ES"] = None  # type: ignore[assignment]
    for number in range(50):
        model.user(f"asked-for-{number}")
    assert len(model.users) <= 5
    assert {"customer", "chatty"} <= model.users.keys()


def test_identities_that_are_busy_fill_the_desk(make_model: Callable[..., Model]) -> None:
    """Then one more is refused, and nobody is forgotten."""
    model = make_model(limits={"names": 3})
    for name in ("a", "b", "c"):
        start_chat(model, Described(), Wish(name))
    with pytest.raises(DeskFull):
        model.user("one more")
    assert len(model.users) == 3


def test_conversations_without_a_customer_are_bounded(make_model: Callable[..., Model]) -> None:
    """The core knows nothing of them, so that its own limit does not count them."""
    model = make_model(limits={"conversations": 2})
    model.create(Described()), model.create(Described())
    with pytest.raises(DeskFull):
        model.create(Described())


def test_what_a_refused_message_said_is_not_kept(make_model: Callable[..., Model]) -> None:
    """A client that repeats a refused message under new keys for weeks must leave nothing behind."""
    model = make_model()
    conversation = start_chat(model, Described(), Wish("customer"))
    model.send(conversation, "hello", "key", "{}")
    for number in range(10):
        with pytest.raises(DeskError):
            model.send(conversation, "x" * 5_000, f"key-{number}", "{}")
        with pytest.raises(DeskError):
            model.send(conversation, "something else", "key", "{}")
    assert conversation.message_attributes == {"key": "{}"}


def test_a_conversation_that_goes_takes_all_of_it_along(make_model: Callable[..., Model]) -> None:
    """Maps by conversation are where leaks hide."""
    model = make_model()
    for number in range(20):
        conversation = start_chat(model, Described(), Wish(f"customer-{number % 2}"))
        model.typing(conversation)
        model.desk.act(conversation.sid, parse_action({"action": "join", "agent": {"id": "ada"}}))
        model.desk.end(conversation.sid)
        model.desk.remove(conversation.sid)
    model.desk.clock.advance(60)  # type: ignore[attr-defined]
    assert (model.conversations, model.wishes, model.expected, model._typing) == ({}, {}, {}, {})
    assert all(not user.my_conversations.items for user in model.users.values())


def test_the_log_and_its_notices_stay_together(make_model: Callable[..., Model]) -> None:
    """What an entry tells is looked up by its position, also when older ones were dropped."""
    model = make_model(event_retention=5)
    conversation = start_chat(model, Described(), Wish("customer"))
    for number in range(20):
        model.send(conversation, f"text {number}", f"key-{number}", "{}")
    last = conversation.log.last()
    assert conversation.log.begin() == last - 5
    entries = conversation.log.after(last - 5)
    assert [len(conversation.notices_at(one.position)) for one in entries] == [len(one.frames) for one in entries]
    assert conversation.notices_at(1) == ()
    assert len(list(conversation.notices_until(last))) == 5
    assert list(conversation.notices_until(1)) == []
    assert model.feed(conversation).after(conversation.log.begin())


def test_webhooks_interactions_and_the_like_are_bounded(make_model: Callable[..., Model]) -> None:
    """They are kept and told, and nothing else would end them."""
    model = make_model(limits={"names": 3})
    conversation = model.create(Described())
    for number in range(MOST_WEBHOOKS):
        conversation.webhooks[f"WH{number}"] = {}
    with pytest.raises(DeskFull):
        conversation.webhooks["one more"] = {}
    face = FlexFace(model)
    request = Request(
        "POST", "/", headers={"content-type": "application/x-www-form-urlencoded"}, body=b'Channel={"type":"web"}'
    )
    for _ in range(3):
        assert face.create(request, {}).run().status == 201  # type: ignore[union-attr]
    with pytest.raises(DeskFull):
        face.create(request, {}).run()


def test_tokens_and_sockets_of_before_are_forgotten(make_model: Callable[..., Model]) -> None:
    """A revoked token matters until its time is over, an earlier socket for a while."""
    revoked = RevokedTokens()
    revoked.add(b"long", 1e9, 0.0)
    for number in range(10 * KEPT_REVOKED):
        revoked.add(number.to_bytes(8, "big"), number + 10.0, float(number))
    assert len(revoked) <= KEPT_REVOKED
    assert b"long" in revoked
    model = make_model()
    for number in range(KEPT_CONTINUATIONS + 5):
        model.continuations[str(number)] = {}
    assert len(model.continuations) == KEPT_CONTINUATIONS
    sessions = model.user("somebody").sessions
    for number in range(2 * KEPT_CHAT_SESSIONS):
        sessions[str(number)] = None  # type: ignore[assignment]
    assert len(sessions) == KEPT_CHAT_SESSIONS


def test_keys_of_chats_that_are_gone_are_forgotten(make_model: Callable[..., Model]) -> None:
    """The server behind the page remembers which chat a key has made, for as long as that is there."""
    settings = {"api_keys": {"SK" + "0" * 32: "secret" * 6}}
    model = make_model(dialect_settings={"twilio": settings})
    server = PageServer(model)

    def begin(key: str) -> dict[str, Any]:
        body = json.dumps({"key": key, "identity": "customer"}).encode()
        request = Request("POST", "/initWebchat", headers={"content-type": "application/json"}, body=body)
        told: dict[str, Any] = json.loads(server.prepare(request).run().body)  # type: ignore[union-attr]
        return told

    for number in range(3 * KEPT_KEYS):
        model.desk.remove(begin(f"key-{number}")["conversationSid"])
    assert len(server._begun) <= KEPT_KEYS + 1
    assert begin("stays")["conversationSid"] == begin("stays")["conversationSid"]
