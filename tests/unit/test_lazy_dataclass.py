"""A class made late is the one that ``dataclass`` would have made."""

from __future__ import annotations

import inspect
import sys
import threading
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from typing import Any

import pytest

from mockdesk.lazy_dataclass import lazy_dataclass


def pairs() -> tuple[tuple[Any, Any], ...]:
    """Return the same classes twice: made at once, and made late; the second ones extend the first ones."""

    def of(decorator: Any) -> tuple[Any, Any]:
        @decorator(frozen=True)
        class Point:
            x: int
            tags: list[str] = field(default_factory=list, compare=False)

        @decorator(frozen=True)
        class Named(Point):
            name: str = "origin"
            hidden: int = field(default=3, kw_only=True, repr=False)

        return Point, Named

    return tuple(zip(of(dataclass), of(lazy_dataclass), strict=True))  # type: ignore[return-value]


@pytest.mark.parametrize("index", [0, 1])
def test_it_does_what_a_dataclass_does(index: int) -> None:
    """Whoever writes a class of values relies on each of these."""
    usual, late = pairs()[index]
    for kind in (usual, late):
        one = kind(3)
        assert one == kind(3, ["a"]) != kind(4)
        assert hash(one) == hash(kind(3))
        assert replace(one, x=4).x == 4
        assert one.tags is not kind(3).tags
        with pytest.raises(FrozenInstanceError):
            one.x = 5
        with pytest.raises(FrozenInstanceError):
            one.unknown = 5
        with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'x'"):
            kind()
    assert repr(late(3)) == repr(usual(3))
    assert late.__match_args__ == usual.__match_args__
    assert late(3).__dict__ == usual(3).__dict__


@pytest.mark.parametrize("index", [0, 1])
def test_a_look_makes_it(index: int) -> None:
    """Codecs and tests look at classes of which there is no instance yet."""
    for look in (fields, inspect.signature):
        usual, late = pairs()[index]
        assert str(look(late)) == str(look(usual))
    assert is_dataclass(pairs()[index][1])


def test_without_frozen_and_equality() -> None:
    """Both options are passed on."""

    @lazy_dataclass(eq=False)
    class Counter:
        count: int = 0

    one = Counter()
    one.count += 1
    assert one.count == 1
    assert one != Counter(1)
    assert hash(one) != hash(Counter(1))


def test_a_usual_dataclass_may_extend_it() -> None:
    """Classes with slots or an order are made at once, whatever they extend."""

    @lazy_dataclass(frozen=True)
    class Base:
        x: int = 1

    @dataclass(frozen=True, order=True)
    class Ordered(Base):
        y: int = 2

    assert Ordered(1, 2) < Ordered(1, 3)


def test_threads_may_use_it_first_at_the_same_time() -> None:
    """A server's requests do: none may see half of a class."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(20):
            _use_at_once(pairs()[1][1])
    finally:
        sys.setswitchinterval(interval)


def _use_at_once(kind: Any) -> None:
    made: list[Any] = []
    start = threading.Barrier(4)

    def use() -> None:
        start.wait()
        made.append((kind(1), hash(kind(1)), repr(kind(1))))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1
