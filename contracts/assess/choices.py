"""What a mapping file says about which operation serves which function. Of such a file nothing else is read here.

Two forms are known. ``operation: "POST /chats"`` (or an operationId, or a list of several) just names it. A whole
mapping (``contracts mapping check``) has the request, with method and path, from which the operation is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.assess.document import Document, Operation
from contracts.assess.lines import Place
from contracts.assess.source import Source, read_file
from contracts.mapping.mistakes import near
from contracts.requirement import Guide

NAMES: Mapping[str, Guide] = {
    **{guide.value: guide for guide in Guide if guide is not Guide.EVENTS},
    "events": Guide.EVENTS,
}
"""The keys below ``functions``: the guide's names, and ``events`` (which may also stand at the top)."""
BESIDE = frozenset({"getConversation", "listMessages"})
"""Functions of a mapping that are none of the guide's."""
MOST_GUESSED = 2000
"""In documents with more operations than this no near name is looked for: it would take long."""


@dataclass(frozen=True)
class Choice:
    """The operations that a mapping file names for a function, and where it does."""

    operations: tuple[Operation, ...]
    where: str


def read_choices(path: Path, document: Document) -> dict[Guide, Choice]:
    """Return what a mapping file chooses.

    Raises:
        BadInput: it cannot be read, names no functions, or one that the guide does not have, or an operation that the
            document does not have. The error names file, line and key.
    """
    return choices_of(read_file(path), document)


def choices_of(source: Source, document: Document) -> dict[Guide, Choice]:
    """Return what a mapping file that was read chooses; raises as :func:`read_choices`."""
    data = source.data if isinstance(source.data, Mapping) else {}
    functions = data.get("functions")
    if not isinstance(functions, Mapping):
        place: Place = ("functions",) if "functions" in data else ()
        raise source.bad(place, "no mapping of functions", 'write functions: {startChat: {operation: "POST /..."}}')
    base = data.get("base")
    reader = _Reader(source, document, base if isinstance(base, str) else "")
    chosen: dict[Guide, Choice] = {}
    entries: list[tuple[Guide, Place, Any]] = [
        (NAMES[key], ("functions", key), value) for key, value in functions.items() if reader.knows(key)
    ]
    if "events" in data:
        entries.append((Guide.EVENTS, ("events",), data["events"]))
    for guide, place, value in entries:
        found = tuple(reader.operations(place, value))
        if found:
            chosen[guide] = Choice(found, f"{source.name}:{source.line(place)}")
    return chosen


@dataclass(frozen=True)
class _Reader:
    """Reads one mapping file. ``base`` stands before the paths of its requests."""

    source: Source
    document: Document
    base: str

    def knows(self, key: str) -> bool:
        """Tell whether a key is a function of the guide; others that mappings have are passed over."""
        if key not in NAMES and key not in BESIDE:
            remedy = f"did you mean {guess}?" if (guess := near(key, NAMES)) else f"known are {', '.join(NAMES)}"
            raise self.source.bad(("functions", key), "not a function of the guide", remedy)
        return key in NAMES

    def operations(self, place: Place, value: Any) -> Iterator[Operation]:
        """Yield the operations that a function names; none when it names none."""
        if not isinstance(value, Mapping):
            raise self.source.bad(place, "not a mapping", 'write {operation: "POST /chats"}')
        if "operation" in value:
            named = value["operation"]
            for index, name in enumerate(named if isinstance(named, list) else [named]):
                here: Place = (*place, "operation", *((index,) if isinstance(named, list) else ()))
                if not isinstance(name, str):
                    raise self.source.bad(here, "not the name of an operation", 'write "POST /chats"')
                yield self._operation(here, name, name)
        elif isinstance(request := value.get("request"), Mapping):
            method, path = request.get("method", "GET"), request.get("path")
            if not isinstance(path, str) or not isinstance(method, str):
                raise self.source.bad((*place, "request"), "no method and path", "write both")
            yield self._operation((*place, "request", "path"), f"{method} {self.base}{path}", f"{method} {path}")

    def _operation(self, place: Place, name: str, without_base: str) -> Operation:
        """Return an operation. Whether the document's paths begin with the base is the document's own business."""
        operation = self.document.find(name) or self.document.find(without_base)
        if operation is None:
            what = f"the document has no operation {name[:200]}"
            known = {one.lower().replace("_", ""): one for one in self.document.names()}
            guess = near(name, known.values()) if len(known) <= MOST_GUESSED else None
            remedy = f"did you mean {guess}?" if guess else "write METHOD and path as they stand in the document"
            raise self.source.bad(place, what, remedy)
        return operation
