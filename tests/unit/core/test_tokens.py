"""Tokens: secret in every run, one for each conversation, compared in constant time."""

from __future__ import annotations

from hmac import compare_digest

import pytest

from mockdesk.core import tokens
from mockdesk.core.clock import VirtualClock
from mockdesk.core.desk import Desk, DeskSettings, StartRequest
from mockdesk.core.errors import ForeignToken, InvalidApiKey, InvalidRequest, UnknownConversation
from mockdesk.core.identifiers import Identifiers
from tests.unit.core.bench import Bench, MakeBench


def watch_comparing(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that notes the length of whatever is compared in constant time."""
    compared: list[int] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(len(one))
        return compare_digest(one, other)

    monkeypatch.setattr(tokens, "compare_digest", compare)
    return compared


def test_a_seed_makes_ids_the_same_and_tokens_never() -> None:
    """A seed is written in reports; a token that follows from it would be public."""
    first, second = Identifiers(5), Identifiers(5)
    assert [first.new(kind) for kind in ("conv", "msg", "msg")] == [second.new(kind) for kind in ("conv", "msg", "msg")]
    assert first.new_token() != second.new_token()
    assert Identifiers(6).new("conv") != Identifiers(5).new("conv")


def test_without_a_seed_ids_are_secret() -> None:
    """Nobody can guess the id of somebody else's conversation."""
    assert Identifiers().new("conv") != Identifiers().new("conv")


def test_ids_of_one_kind_do_not_depend_on_another(make_bench: MakeBench) -> None:
    """Otherwise one more file would rename all later messages."""
    plain, busy = Identifiers(1), Identifiers(1)
    busy.new("file")
    assert plain.new("msg") == busy.new("msg")


def test_a_token_fits_a_subprotocol_name(bench: Bench) -> None:
    """Browsers send it as ``bearer.<token>``, where only token characters are allowed."""
    token = bench.desk.start(StartRequest("user")).token
    assert len(token) >= 32
    assert token.replace("-", "").replace("_", "").isalnum()


def test_the_store_keeps_no_token(bench: Bench) -> None:
    """A dump of the store gives nothing away."""
    token = bench.desk.start(StartRequest("user")).token
    store = bench.desk._state.tokens
    assert token not in repr(vars(store))


def test_tokens_are_compared_in_constant_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of an answer must not tell how much of a guess was right."""
    compared = watch_comparing(monkeypatch)
    started = bench.desk.start(StartRequest("user"))
    bench.desk.authorize(started.conversation.id, started.token)
    assert compared == [32]


def test_every_api_key_is_compared(make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time must not tell which key matched."""
    bench = make_bench(api_keys=["one", "two", "three"])
    compared = watch_comparing(monkeypatch)
    bench.desk.create_token("one", "user")
    assert len(compared) == 3


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_a_wrong_api_key_makes_no_token(make_bench: MakeBench, key: str | None) -> None:
    """Minting without authentication was the fault of published servers (B20)."""
    bench = make_bench(api_keys=["right", "also"])
    with pytest.raises(InvalidApiKey):
        bench.desk.create_token(key, "user")


def test_an_empty_key_is_never_good() -> None:
    """A forgotten configuration value must not open the desk."""
    desk = Desk(DeskSettings(api_keys=("",)), VirtualClock())
    with pytest.raises(InvalidApiKey):
        desk.create_token("", "user")


def test_a_user_token_vouches_for_a_user_of_a_sensible_name(make_bench: MakeBench) -> None:
    """The same limits as in a start, or the token could never be used."""
    bench = make_bench(api_keys=["right"], token_ttl_seconds=60)
    made = bench.desk.create_token("right", "user")
    assert (made.user_id, made.expires_at) == ("user", bench.clock.now() + 60)
    for user_id in ("", "x" * 201, "\ud800"):
        with pytest.raises(InvalidRequest):
            bench.desk.create_token("right", user_id)


def test_a_user_token_opens_no_conversation(make_bench: MakeBench) -> None:
    """Each conversation has its own token; the user's is for starting only."""
    bench = make_bench(api_keys=["right"])
    token = bench.desk.create_token("right", "user").token
    with pytest.raises(ForeignToken):
        bench.desk.authorize(bench.start(), token)


def test_the_token_of_a_removed_conversation_finds_nothing(bench: Bench) -> None:
    """It was good once, so the answer is 404 and not 401."""
    started = bench.desk.start(StartRequest("user"))
    bench.desk.remove(started.conversation.id)
    with pytest.raises(UnknownConversation):
        bench.desk.authorize(started.conversation.id, started.token)


def test_an_api_key_that_cannot_be_encoded_is_refused(make_bench: MakeBench) -> None:
    """Garbage in a header is a wrong key, not a crash."""
    bench = make_bench(api_keys=["right"])
    with pytest.raises(InvalidApiKey):
        bench.desk.create_token("\ud800", "user")
