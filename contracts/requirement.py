"""What a requirement is, and how one is declared.

A requirement is a pure function of one trace. It yields a :class:`Judgement` for each time that its trigger occurred:
``held(...)`` or ``broken(...)``. A trace without the trigger yields nothing, and a requirement that nothing exercised
is never green.

The function's docstring is its page in the catalogue: the first line is the title, then the paragraphs ``What:``,
``Why:`` and ``Seen:`` (where the fault was met in published integrations, or what the rule rests on).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from contracts.trace import Trace


class Level(StrEnum):
    """MUST: host or user is misled or blocked, or data is lost or leaks. SHOULD: experience degrades. MAY: only checked
    if the capability is declared; then it binds as MUST."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"


class Subject(StrEnum):
    """Whom a requirement judges."""

    ADAPTER = "adapter"
    DESK = "desk"
    BOTH = "both"


class Guide(StrEnum):
    """The functions of the adoption guide, and the event channel, in the guide's names."""

    START_CHAT = "startChat"
    END_CHAT = "endChat"
    SEND_MESSAGE_TO_AGENT = "sendMessageToAgent"
    UPDATE_STATE = "updateState"
    ARE_ANY_AGENTS_ONLINE = "areAnyAgentsOnline"
    USER_TYPING = "userTyping"
    USER_READ_MESSAGES = "userReadMessages"
    EVENTS = "event channel"


MUST_HAVE = (Guide.START_CHAT, Guide.END_CHAT, Guide.SEND_MESSAGE_TO_AGENT, Guide.EVENTS)
"""What the guide calls must have; the rest is nice to have."""


@dataclass(frozen=True)
class Judgement:
    """One occasion on which a requirement was exercised. ``at`` is the index of the entry it is about.

    ``function``: the one function of the guide that it speaks of, where a requirement looks at several.
    """

    ok: bool
    at: int
    expected: str = ""
    actual: str = ""
    chat: str | None = None
    function: Guide | None = None


Judgements = Iterator[Judgement]


def held(at: int, chat: str | None = None) -> Judgement:
    """Say that the requirement was exercised at entry ``at`` and held."""
    return Judgement(True, at, chat=chat)


def broken(at: int, expected: str, actual: str, chat: str | None = None) -> Judgement:
    """Say that the requirement was violated at entry ``at``, what was expected and what came."""
    return Judgement(False, at, expected, actual, chat)


def judged(ok: bool, at: int, expected: str, actual: str, chat: str | None = None) -> Judgement:
    """Return :func:`held` or :func:`broken`, whichever ``ok`` says."""
    return held(at, chat) if ok else broken(at, expected, actual, chat)


@dataclass(frozen=True)
class Requirement:
    """One rule of the catalogue, with the function that judges a trace."""

    id: str
    level: Level
    subject: Subject
    guide: tuple[Guide, ...]
    needs: tuple[str, ...]
    title: str
    what: str
    why: str
    seen: str
    judge: Callable[[Trace], Judgements]

    @property
    def group(self) -> str:
        """The part of the id before the dash: ``LIF``."""
        return self.id.partition("-")[0]

    def applies_to(self, subject: str) -> bool:
        """Tell whether it judges subjects of this kind (``adapter`` or ``desk``)."""
        return self.subject is Subject.BOTH or self.subject.value == subject


class BadDeclaration(TypeError):
    """A requirement's declaration is incomplete: its docstring lacks a part, or its id is malformed."""


def requirement(
    id: str,
    *,
    level: Level,
    subject: Subject,
    guide: tuple[Guide, ...] = (),
    needs: tuple[str, ...] = (),
) -> Callable[[Callable[[Trace], Judgements]], Requirement]:
    """Declare a requirement; the decorated name becomes the :class:`Requirement`.

    ``guide``: the functions of the guide that do not work if it fails. ``needs``: capabilities without which it is
    skipped: an adapter's function (``user_typing``), or ``driver:act``, ``driver:inject``, ``clock:virtual`` and so on.

    Raises:
        BadDeclaration: the id is malformed or the docstring lacks a part.
    """
    if not re.fullmatch(r"[A-Z]{3}-\d{2}", id):
        raise BadDeclaration(f"{id!r} is not of the form ABC-01")

    def declare(judge: Callable[[Trace], Judgements]) -> Requirement:
        title, parts = _parse(id, inspect.getdoc(judge) or "")
        return Requirement(id, level, subject, guide, needs, title, parts["What"], parts["Why"], parts["Seen"], judge)

    return declare


def _parse(id: str, text: str) -> tuple[str, dict[str, str]]:
    title, _, rest = text.partition("\n")
    parts = {
        match["name"]: " ".join(match["text"].split())
        for match in re.finditer(r"^(?P<name>What|Why|Seen):(?P<text>.*?)(?=^(?:What|Why|Seen):|\Z)", rest, re.M | re.S)
    }
    missing = [name for name in ("What", "Why", "Seen") if not parts.get(name)]
    if not title.strip() or missing:
        raise BadDeclaration(f"{id}: the docstring lacks {', '.join(missing) or 'a title'}")
    return title.strip().rstrip("."), parts
