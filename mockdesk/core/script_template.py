"""Text templates of scripts: named fields in braces, nothing else.

``{text}`` is the user's last message, ``{{`` and ``}}`` are braces. A template is cut into parts once; what is put into
a field is data and is never looked at again, so a user who writes ``{agent}`` gets ``{agent}`` back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from mockdesk.lazy_dataclass import lazy_dataclass

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "text": "the user's last message",
        "count": "how many messages the user has sent",
        "user_id": "the user's id",
        "user_name": "the user's name, or the id where the chat has no name",
        "agent": "the nickname of the agent in charge, or the id where there is none",
        "agent_id": "the id of the agent in charge",
        "queue": "the queue the chat was started in",
        "position": "the place in that queue, empty when out of it",
        "conversation": "the id of the conversation",
    }
)
"""The fields a template may name, and what each stands for."""

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")


class TemplateMistake(ValueError):
    """A template that cannot be read. ``field`` is the unknown field, or ``None`` for a brace that stands alone."""

    def __init__(self, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.field = field


@lazy_dataclass(frozen=True)
class Field:
    """The place of a named field in a template."""

    name: str


@lazy_dataclass(frozen=True)
class Template:
    """A text with named fields, cut into literal texts and fields."""

    parts: tuple[str | Field, ...]

    @classmethod
    def parse(cls, source: str) -> Template:
        """Cut ``source`` into parts.

        Raises:
            TemplateMistake: it names an unknown field, or a brace stands alone.
        """
        return cls(tuple(_part(piece) for piece in _PIECE.finditer(source)))

    @cached_property
    def has_fields(self) -> bool:
        """Whether there is something to fill in."""
        return any(isinstance(part, Field) for part in self.parts)

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text with every field replaced by its value; a value is not expanded again."""
        return "".join(values[part.name] if isinstance(part, Field) else part for part in self.parts)


def _part(piece: re.Match[str]) -> str | Field:
    text, name = piece.group(), piece.group(1)
    if text in ("{{", "}}"):
        return text[0]
    if text in ("{", "}"):
        raise TemplateMistake(f"the brace {text} stands alone")
    if name is None:
        return text
    if name not in FIELDS:
        raise TemplateMistake(f"unknown field {{{name}}}", name)
    return Field(name)
