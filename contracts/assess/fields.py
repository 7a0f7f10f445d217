"""Schemas to lists of fields.

Parts of ``allOf``, ``oneOf`` and ``anyOf`` are laid over each other: what may be there is there. The walk goes level
by level, so a schema that refers to itself is cut at a depth and not at a name, and the outcome is the same whether a
schema is referred to or written out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.assess.document import Body, Field
from contracts.assess.references import References

DEEPEST = 7
"""How many levels of fields are looked at."""
MOST_HOPS = 12
"""How many parts may lie within parts at one level."""
MOST_SCHEMAS = 3000
"""How many schemas are looked at for one body."""
LONGEST_TEXT = 2000

_PARTS = ("allOf", "oneOf", "anyOf")
_Step = tuple[tuple[str, ...], Any, Any, int]  # the path, the schema, its resolver, the hops so far


class Fields:
    """Reads schemas of one document; what was read once is kept."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[int, tuple[Any, tuple[Field, ...]]] = {}

    def read(self, schema: Any, resolver: Any) -> tuple[Field, ...]:
        """Return the fields of a schema, those of upper levels first. Never raises."""
        known = self._known.get(id(schema))
        if known is None:
            known = self._known[id(schema)] = (schema, self._walk(schema, resolver))
        return known[1]

    def body(self, content: Any, resolver: Any) -> Body:
        """Return the body that a ``content`` of OpenAPI 3 describes."""
        if not isinstance(content, Mapping):
            return Body()
        fields: dict[tuple[str, ...], Field] = {}
        for media in content.values():
            found = self._references.follow(media, resolver)
            if isinstance(found.value, Mapping):
                _lay(fields, self._media(found.value, found.resolver))
        return body_of(fields.values(), frozenset(str(name).lower() for name in content))

    def _media(self, media: Mapping[str, Any], resolver: Any) -> Iterator[Field]:
        fields = self.read(media.get("schema"), resolver)
        if any(field.path for field in fields):
            yield from fields
            return
        examples = media.get("examples")
        values = (
            [one.get("value") for one in examples.values() if isinstance(one, Mapping)]
            if isinstance(examples, Mapping)
            else []
        )
        for example in [media.get("example"), *values]:
            yield from example_fields(example)
        yield from fields

    def _walk(self, schema: Any, resolver: Any) -> tuple[Field, ...]:
        fields: dict[tuple[str, ...], Field] = {}
        steps: deque[_Step] = deque([((), schema, resolver, 0)])
        seen: set[tuple[tuple[str, ...], int]] = set()
        budget = MOST_SCHEMAS
        while steps and budget > 0:
            path, value, where, hops = steps.popleft()
            found = self._references.follow(value, where)
            if not isinstance(found.value, Mapping) or (path, id(found.value)) in seen:
                continue
            seen.add((path, id(found.value)))
            budget -= 1
            _lay(fields, [_field(path, found.value)])
            if isinstance(value, Mapping) and value is not found.value:
                _lay(fields, [Field(path, description=_text(value.get("description")))])
            steps.extend(_inner(path, found.value, found.resolver, hops))
        return tuple(fields.values())


def body_of(fields: Any, media: frozenset[str]) -> Body:
    """Return a body; it is described when something is known of it."""
    fields = tuple(fields)
    return Body(fields, media, any(field.path or field.types - {"object"} for field in fields))


def example_fields(example: Any) -> list[Field]:
    """Return the fields of an example; of a list, those of its first items."""
    fields: dict[tuple[str, ...], Field] = {}
    level: list[tuple[tuple[str, ...], Any]] = [((), example)] if isinstance(example, dict | list) else []
    for _ in range(DEEPEST):
        following: list[tuple[tuple[str, ...], Any]] = []
        for path, value in level[:MOST_SCHEMAS]:
            _lay(fields, [Field(path, frozenset({_type_of(value)}))])
            if isinstance(value, Mapping):
                following.extend(((*path, str(key)), inner) for key, inner in value.items())
            elif isinstance(value, list):
                following.extend(((*path, "[]"), inner) for inner in value[:3])
        level = following
    return list(fields.values())


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "null")


def _inner(path: tuple[str, ...], schema: Mapping[str, Any], resolver: Any, hops: int) -> Iterator[_Step]:
    if hops < MOST_HOPS:
        for key in _PARTS:
            parts = schema.get(key)
            for part in parts if isinstance(parts, list) else []:
                yield path, part, resolver, hops + 1
    if sum(1 for part in path if part != "[]") >= DEEPEST or len(path) >= 2 * DEEPEST:
        return
    properties = schema.get("properties")
    for name, value in properties.items() if isinstance(properties, Mapping) else ():
        yield (*path, str(name)), value, resolver, 0
    items = schema.get("items")
    for item in items if isinstance(items, list) else [items]:
        if isinstance(item, Mapping):
            yield (*path, "[]"), item, resolver, 0
    if isinstance(schema.get("additionalProperties"), Mapping):
        yield (*path, "*"), schema["additionalProperties"], resolver, 0


def _field(path: tuple[str, ...], schema: Mapping[str, Any]) -> Field:
    kind = schema.get("type")
    types = frozenset(str(one) for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str))
    if not types and "properties" in schema:
        types = frozenset({"object"})
    text = " ".join(filter(None, (_text(schema.get("title")), _text(schema.get("description")))))
    form = schema.get("format")
    return Field(path, types, form if isinstance(form, str) else "", values_of(schema), text)


def values_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what an ``enum`` or ``const`` allows, as texts."""
    allowed = schema.get("enum")
    values = list(allowed[:200]) if isinstance(allowed, list) else []
    if "const" in schema:
        values.append(schema["const"])
    return tuple(dict.fromkeys(str(value)[:100] for value in values if isinstance(value, str | int)))


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""


def _lay(fields: dict[tuple[str, ...], Field], more: Any) -> None:
    """Lay further fields over those that are there: types and values add up."""
    for new in more:
        old = fields.get(new.path)
        if old is None:
            fields[new.path] = new
            continue
        text = old.description if new.description in old.description else f"{old.description} {new.description}".strip()
        values = tuple(dict.fromkeys(old.values + new.values))
        fields[new.path] = Field(new.path, old.types | new.types, old.format or new.format, values, text)
