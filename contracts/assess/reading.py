"""OpenAPI 3.0, 3.1 and Swagger 2 documents to neutral operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contracts.assess.document import Body, Document, Hook, Operation, Parameter
from contracts.assess.fields import Fields, body_of, values_of
from contracts.assess.references import References
from contracts.assess.source import Source, read_file

METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
MOST_OPERATIONS = 20_000
"""How many operations a document may have."""
LONGEST_TEXT = 4000


def read_document(path: Path) -> Document:
    """Read a document and the files it refers to.

    Raises:
        BadInput: it cannot be read, is no OpenAPI document, or is of a version that is not known.
    """
    return document_of(read_file(path), path.parent)


def document_of(source: Source, folder: Path | None = None) -> Document:
    """Return the document in a source. Files beside it are looked for in ``folder``, with ``None`` nowhere.

    Raises:
        BadInput: it is no OpenAPI document, is of an unknown version, or has no ``paths`` to read.
    """
    data = source.data
    if not isinstance(data, Mapping):
        raise source.bad((), "not an OpenAPI document", "give a document that begins with openapi: or swagger:")
    form = _format(source, data)
    return _Reader(source, References(source, folder), form).document()


def _format(source: Source, data: Mapping[str, Any]) -> str:
    if "openapi" in data:
        version = str(data["openapi"])
        if version.startswith(("3.0", "3.1")):
            return f"OpenAPI {version[:3]}"
        raise source.bad(("openapi",), f"version {version[:20]} is not known", "known are 3.0, 3.1 and Swagger 2.0")
    if "swagger" in data:
        version = str(data["swagger"])
        if version in ("2.0", "2"):
            return "Swagger 2.0"
        raise source.bad(("swagger",), f"version {version[:20]} is not known", "known are OpenAPI 3.0, 3.1 and 2.0")
    remedy = "give a document that begins with openapi: or swagger:"
    raise source.bad((), "not an OpenAPI document: neither openapi nor swagger stands at its top", remedy)


class _Reader:
    """Reads one document."""

    def __init__(self, source: Source, references: References, form: str) -> None:
        self._source = source
        self._data: Mapping[str, Any] = source.data
        self._references = references
        self._fields = Fields(references)
        self._form = form
        self._notes: list[str] = []

    def document(self) -> Document:
        operations = tuple(self._operations())
        hooks = tuple(self._hooks(self._data.get("webhooks"), self._references.resolver)) + tuple(
            self._hooks(self._data.get("x-webhooks"), self._references.resolver)
        )
        info = self._data.get("info")
        title = _text(info.get("title")) if isinstance(info, Mapping) else ""
        notes = (*self._notes[:20], *self._references.notes)
        return Document(title or "(no title)", self._form, operations, hooks, notes)

    def _operations(self) -> Iterator[Operation]:
        paths = self._data.get("paths")
        if not isinstance(paths, Mapping):
            place = ("paths",) if "paths" in self._data else ()
            message = "paths is not a mapping" if place else "there are no paths"
            raise self._source.bad(place, message, "an API that is to be assessed lists its paths and their operations")
        count = 0
        for path, item in paths.items():
            if str(path).startswith("x-"):
                continue
            found = self._references.follow(item, self._references.resolver)
            if not isinstance(found.value, Mapping):
                self._note(("paths", path), "is not a mapping")
                continue
            for method in METHODS:
                if method in found.value:
                    count += 1
                    if count > MOST_OPERATIONS:
                        raise self._source.bad(("paths",), f"more than {MOST_OPERATIONS} operations", "give a part")
                    yield from self._operation(str(path), method, found.value, found.resolver)

    def _operation(self, path: str, method: str, item: Mapping[str, Any], resolver: Any) -> Iterator[Operation]:
        value = item[method]
        if not isinstance(value, Mapping):
            self._note(("paths", path, method), "is not a mapping")
            return
        parameters = [*self._list(item.get("parameters"), resolver), *self._list(value.get("parameters"), resolver)]
        answer, headers, said = self._answers(value, resolver)
        statuses = value.get("responses")
        yield Operation(
            method.upper(),
            path,
            _text(value.get("operationId")),
            _text(value.get("summary")) or _text(item.get("summary")),
            _text(value.get("description")) or _text(item.get("description")),
            tuple(tag for tag in value.get("tags", ()) if isinstance(tag, str))
            if isinstance(value.get("tags"), list)
            else (),
            tuple(_parameters(parameters)),
            self._request(value, parameters, resolver),
            answer,
            said,
            headers,
            upgrades="x-websocket" in value
            or (isinstance(statuses, Mapping) and "101" in {str(key) for key in statuses}),
            hooks=tuple(self._callbacks(value.get("callbacks"), resolver)),
        )

    def _list(self, value: Any, resolver: Any) -> Iterator[tuple[Mapping[str, Any], Any]]:
        for one in value if isinstance(value, list) else []:
            found = self._references.follow(one, resolver)
            if isinstance(found.value, Mapping):
                yield found.value, found.resolver

    def _request(
        self, value: Mapping[str, Any], parameters: list[tuple[Mapping[str, Any], Any]], resolver: Any
    ) -> Body:
        if self._form != "Swagger 2.0":
            found = self._references.follow(value.get("requestBody"), resolver)
            content = found.value.get("content") if isinstance(found.value, Mapping) else None
            return self._fields.body(content, found.resolver)
        media = frozenset(_words(value.get("consumes", self._data.get("consumes"))))
        form: dict[str, Any] = {}
        for one, where in parameters:
            if one.get("in") == "body":
                return body_of(self._fields.read(one.get("schema"), where), media)
            if one.get("in") == "formData":
                form[str(one.get("name"))] = one
        if not form:
            return Body()
        return body_of(self._fields.read({"type": "object", "properties": form}, resolver), media)

    def _answers(self, value: Mapping[str, Any], resolver: Any) -> tuple[Body, frozenset[str], str]:
        bodies: list[Body] = []
        headers: set[str] = set()
        said: list[str] = []
        responses = value.get("responses")
        if not isinstance(responses, Mapping):
            responses = {}
        for status, response in responses.items():
            if not _succeeds(str(status), responses):
                continue
            found = self._references.follow(response, resolver)
            if not isinstance(found.value, Mapping):
                continue
            said.append(_text(found.value.get("description")))
            named = found.value.get("headers")
            headers |= {str(name).lower() for name in named} if isinstance(named, Mapping) else set()
            bodies.append(self._answer(found.value, found.resolver, value))
        return _joined(bodies), frozenset(headers), " ".join(said)

    def _answer(self, response: Mapping[str, Any], resolver: Any, operation: Mapping[str, Any]) -> Body:
        if self._form != "Swagger 2.0":
            return self._fields.body(response.get("content"), resolver)
        media = frozenset(_words(operation.get("produces", self._data.get("produces"))))
        return body_of(self._fields.read(response.get("schema"), resolver), media)

    def _callbacks(self, value: Any, resolver: Any) -> Iterator[Hook]:
        for name, callback in value.items() if isinstance(value, Mapping) else ():
            found = self._references.follow(callback, resolver)
            for hook in self._hooks(found.value, found.resolver):
                yield Hook(str(name), hook.text, hook.body)

    def _hooks(self, value: Any, resolver: Any) -> Iterator[Hook]:
        for name, item in value.items() if isinstance(value, Mapping) else ():
            found = self._references.follow(item, resolver)
            for method in METHODS if isinstance(found.value, Mapping) else ():
                one = found.value.get(method)
                if isinstance(one, Mapping):
                    text = (
                        f"{_text(one.get('operationId'))} {_text(one.get('summary'))} {_text(one.get('description'))}"
                    )
                    yield Hook(str(name), text.strip(), self._request(one, [], found.resolver))

    def _note(self, place: tuple[str, ...], what: str) -> None:
        self._notes.append(f"{'.'.join(str(part) for part in place)} {what} and was left out")


def _succeeds(status: str, responses: Mapping[Any, Any]) -> bool:
    if status == "default":
        return not any(str(other).startswith("2") for other in responses)
    return status.startswith("2") or status == "101"


def _joined(bodies: list[Body]) -> Body:
    fields = {(field.path, field.types, field.values): field for body in bodies for field in body.fields}
    media = frozenset(name for body in bodies for name in body.media)
    return Body(tuple(fields.values()), media, any(body.described for body in bodies))


def _parameters(found: list[tuple[Mapping[str, Any], Any]]) -> Iterator[Parameter]:
    for one, _ in found:
        place = one.get("in")
        if place in ("path", "query", "header", "cookie"):
            schema = one.get("schema")
            values = values_of(schema if isinstance(schema, Mapping) else one)
            yield Parameter(str(one.get("name")), str(place), _text(one.get("description")), values)


def _words(value: Any) -> list[str]:
    return [str(one).lower() for one in value] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value[:LONGEST_TEXT] if isinstance(value, str) else ""
