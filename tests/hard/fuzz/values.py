"""Texts, JSON values and bodies that are nearly right, or nothing at all. Everything is drawn from one ``Random``."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from tests.odd import ODD_BODIES, ODD_TEXTS

Value = TypeVar("Value")

NUMBERS: Sequence[Any] = (0, -1, 1, 2**31, 2**53 + 1, -(2**63), 10**400, 1e308, -0.0, 5e-324, 0.1)


def one_of(random: Random, *choices: Callable[[], Value]) -> Value:
    """Return what one of the makers makes."""
    return random.choice(choices)()


def text(random: Random) -> str:
    """Return an odd text; lone surrogates are among them."""
    return one_of(
        random,
        lambda: random.choice(ODD_TEXTS),
        lambda: "".join(chr(random.choice((0x20, 0x7E, 0xE9, 0x4E2D, 0xD800, 0x1F600, 0))) for _ in range(3)),
        lambda: "".join(chr(random.randrange(0x20, 0x7F)) for _ in range(random.randrange(1, 30))),
    )


def value(random: Random, depth: int = 0) -> Any:
    """Return an odd JSON value."""
    choices: list[Callable[[], Any]] = [
        lambda: random.choice((None, True, False)),
        lambda: random.choice(NUMBERS),
        lambda: text(random),
    ]
    if depth < 3:
        choices.append(lambda: [value(random, depth + 1) for _ in range(random.randrange(3))])
        choices.append(lambda: {text(random): value(random, depth + 1) for _ in range(random.randrange(3))})
    return one_of(random, *choices)


def changed(random: Random, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body in which up to two fields, wherever they stand, are missing, odd, or more than was asked for."""
    made = copy.deepcopy(dict(body))
    for _ in range(random.randrange(3)):
        where, name = random.choice([*_places(made), (made, text(random))])
        if random.random() < 0.2:
            where.pop(name, None)
        else:
            where[name] = value(random)
    return made


def _places(held: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for name, one in held.items():
        yield held, name
        if isinstance(one, dict):
            yield from _places(one)


def torn(random: Random, data: bytes) -> bytes:
    """Return bytes of which something was lost, repeated or replaced."""
    at = random.randrange(len(data) + 1)
    upto = min(len(data), at + random.randrange(1, 20))
    return one_of(
        random,
        lambda: data[:at],
        lambda: data[:at] + data[upto:],
        lambda: data[:upto] + data[at:],
        lambda: data[:at] + random.randbytes(upto - at or 1) + data[upto:],
    )


def body(random: Random, good: Mapping[str, Any] | None, write: Callable[[Mapping[str, Any]], bytes]) -> bytes:
    """Return a body: mostly a good one with something changed, written as this API's clients write."""
    known = good or {}
    return one_of(
        random,
        lambda: write(changed(random, known)),
        lambda: write(changed(random, known)),
        lambda: write(known),
        lambda: json.dumps(value(random)).encode(),
        lambda: torn(random, write(known)),
        lambda: random.choice(ODD_BODIES),
        lambda: random.randbytes(random.randrange(60)),
    )
