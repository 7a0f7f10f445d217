"""Following ``$ref`` within a document and to the files beside or below it. Nothing is fetched from a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource, Unresolvable

from contracts.assess.problems import BadInput
from contracts.assess.source import Source, read_file

MOST_FILES = 200
"""How many files one document may be spread over."""
MOST_BYTES = 32_000_000
"""How many characters these files may have together."""
MOST_NOTES = 20
LONGEST_CHAIN = 30
"""How many references may lead to references before it is given up."""

_BASE = "file:///"
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Found:
    """What a reference leads to, and the resolver for the references inside it."""

    value: Any
    resolver: Any = field(repr=False)


class References:
    """The references of one document."""

    def __init__(self, source: Source, folder: Path | None) -> None:
        self._folder = folder.resolve() if folder is not None else None
        self._files = 0
        self._size = len(source.text)
        self.notes: list[str] = []
        self._seen: set[str] = set()
        root = _BASE + quote(Path(source.name).name)
        make: Any = Registry  # the types of the library do not have the argument's public name
        registry: Registry[Any] = make(retrieve=self._retrieve)
        self.resolver = registry.with_resource(root, Resource.opaque(source.data)).resolver(root)

    def follow(self, value: Any, resolver: Any) -> Found:
        """Return the value that stands at the end of a chain of references; ``{}`` when one leads nowhere."""
        for _ in range(LONGEST_CHAIN):
            reference = value.get("$ref") if isinstance(value, Mapping) else None
            if not isinstance(reference, str):
                return Found(value, resolver)
            try:
                resolved = resolver.lookup(reference)
            except (Unresolvable, ValueError, TypeError, LookupError, AttributeError) as error:
                self._note(reference, error)
                return Found(_NOTHING, resolver)
            value, resolver = resolved.contents, resolved.resolver
        self._note(str(reference), None)
        return Found(_NOTHING, resolver)

    def _note(self, reference: str, error: Exception | None) -> None:
        if reference in self._seen or len(self.notes) >= MOST_NOTES:
            return
        self._seen.add(reference)
        shown = reference if len(reference) <= 120 else reference[:117] + "..."
        self.notes.append(f"$ref {shown}: {self._why(reference, error)}; what it stands for is unknown")

    def _why(self, reference: str, error: Exception | None) -> str:
        if error is None:
            return "a chain of references that does not end"
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, BadInput):
                return str(cause)
            cause = cause.__cause__
        if not reference.startswith("#") and urlsplit_scheme(reference) not in ("", "file"):
            return "not in a file, and nothing is fetched"
        return "leads nowhere"

    def _retrieve(self, uri: str) -> Resource[Any]:
        if self._folder is None or not uri.startswith(_BASE) or self._files >= MOST_FILES:
            raise NoSuchResource(uri)
        path = (self._folder / unquote(uri[len(_BASE) :])).resolve()
        if not path.is_relative_to(self._folder):
            raise NoSuchResource(uri)
        self._files += 1
        source = read_file(path, str(path.relative_to(self._folder)))
        self._size += len(source.text)
        if self._size > MOST_BYTES:
            raise NoSuchResource(uri)
        return Resource.opaque(source.data)


def urlsplit_scheme(reference: str) -> str:
    """Return the scheme of a reference, empty when it has none or is no URL."""
    try:
        return urlsplit(reference).scheme
    except ValueError:
        return ""
