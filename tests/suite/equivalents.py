# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faults of published integrations that nobody can see here: correct adapters, for all that the host and the desk know.

They are not counted as defects. That they are equivalent is not believed but tested: they play with the correct
variants, and nothing may blame them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from byosd_reference.chat import Chat
from contracts.adapter import AdapterFactory
from tests.suite.defects.spoiled import Spoiled, factory


@dataclass(frozen=True)
class Equivalent:
    """An adapter with a fault that makes no difference. ``seen``: its row; ``why``: what makes up for it."""

    factory: AdapterFactory
    seen: str
    why: str


class LeavesTheEndToTheHost(Spoiled):
    """The agent's end is told to the host, and nothing is closed before the host calls ``end_chat`` for it."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        release, told = inner._release, []

        def later(deadline: Any) -> None:
            told.append(deadline)
            if len(told) > 1 or not inner._gate.closed:
                release(deadline)

        inner._release = later

    def end_chat(self, info: Any = None) -> None:
        chat = self.chat
        super().end_chat(info)
        if isinstance(chat, Chat):
            inner: Any = chat
            inner._stream.stop()
            inner._line.cut()


EQUIVALENTS: Mapping[str, Equivalent] = MappingProxyType(
    {
        "end_left_to_the_host": Equivalent(
            factory(LeavesTheEndToTheHost), "B66", "the host calls end_chat inside agent_ended_chat, which closes all"
        ),
    }
)
"""By name."""
