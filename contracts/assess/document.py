"""An API document as the assessment sees it: operations with the fields of their requests and answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One field of a body. ``path`` are the names that lead to it, ``[]`` for the items of a list, ``*`` for any key.

    ``types`` are JSON Schema's; ``values`` what an enumeration allows.
    """

    path: tuple[str, ...]
    types: frozenset[str] = frozenset()
    format: str = ""
    values: tuple[str, ...] = ()
    description: str = ""

    @property
    def name(self) -> str:
        """The field's own name, empty for a whole body or an item of a list."""
        return self.path[-1] if self.path and self.path[-1] not in ("[]", "*") else ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names that lead to it, without the marks of lists."""
        return tuple(part for part in self.path if part not in ("[]", "*"))

    @property
    def in_list(self) -> bool:
        """Whether it stands in an item of a list."""
        return "[]" in self.path

    def shown(self) -> str:
        """Return the field as people write it: ``entities[].sender.id``."""
        return ".".join(self.path).replace(".[]", "[]") or "the whole body"


@dataclass(frozen=True)
class Body:
    """What a request or a successful answer holds. ``described`` is false when the document does not say."""

    fields: tuple[Field, ...] = ()
    media: frozenset[str] = frozenset()
    described: bool = False


@dataclass(frozen=True)
class Parameter:
    """A parameter in ``path``, ``query``, ``header`` or ``cookie``."""

    name: str
    place: str
    description: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hook:
    """A request that the desk makes: a webhook, or a callback of an operation."""

    name: str
    text: str
    body: Body


@dataclass(frozen=True)
class Operation:
    """One operation. ``headers`` are those of its successful answers; ``answers`` what is said about these."""

    method: str
    path: str
    operation_id: str = ""
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    request: Body = Body()
    answer: Body = Body()
    answers: str = ""
    headers: frozenset[str] = frozenset()
    upgrades: bool = False
    hooks: tuple[Hook, ...] = ()

    @property
    def name(self) -> str:
        """The method and the path, as a mapping file names the operation."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Document:
    """A whole document. ``format`` is such as ``OpenAPI 3.1``; ``notes`` say what could not be understood."""

    title: str
    format: str
    operations: tuple[Operation, ...]
    hooks: tuple[Hook, ...] = ()
    notes: tuple[str, ...] = ()

    def find(self, name: str) -> Operation | None:
        """Return the operation of that method and path, or of that operationId.

        The parameters of the path may be called otherwise, or have a value: ``POST /chats/7/end``.
        """
        method, _, path = name.strip().partition(" ")
        same = [one for one in self.operations if one.method == method.upper() and _fits(one.path, path.strip())]
        named = [one for one in self.operations if one.operation_id == name.strip() != ""]
        return min(same, key=lambda one: (one.path != path.strip(), one.path.count("{")), default=None) or (
            named[0] if named else None
        )

    def names(self) -> Iterable[str]:
        """Return the names of all operations."""
        return [one.name for one in self.operations]


def _fits(path: str, given: str) -> bool:
    """Tell whether a path that is given is the document's, whatever its parameters are called or have for values."""
    own, other = path.strip("/").split("/"), given.strip("/").split("/")
    pairs = zip(own, other, strict=False)
    return len(own) == len(other) and all(one == two or one.startswith("{") for one, two in pairs)
