"""What is wrong with a mapping file: against its schema, and in what a schema cannot see."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jmespath.exceptions import JMESPathError
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from contracts.mapping.document import Document, Path
from contracts.mapping.mistakes import Mistake, near, suggestion
from contracts.mapping.picks import compiled
from contracts.mapping.template import has_stray_brace, names_in

GIVEN = frozenset(
    {
        "user_id",
        "user_name",
        "text",
        "message_id",
        "topic",
        "message_to_agent",
        "session_history_key",
        "queue",
        "locale",
        "session_id",
        "is_typing",
        "conversation_id",
        "token",
        "position",
        "wait",
        "idempotency_key",
    }
)
"""The names that a template may always use; those that have no value at that moment are left out."""
ACTING = frozenset({"agent_id", "nickname", "to_agent_id"})
"""The further names of agents' actions."""
TEMPLATES = frozenset({"path", "headers", "query", "json", "form", "url", "subprotocols", "first_frames", "frame"})
"""The keys below which there are templates."""
FREE = frozenset({"json", "first_frames", "frame"})
"""Those below which anything may stand."""
PICKING = frozenset({"joined", "left", "typing", "message", "notice", "own", "read", "transfer", "ended", "queue"})
CONDITIONS = frozenset({"when", "is_typing", "transferred", "by_user"})
NOUNS = {"object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number", "boolean": "true"}


@cache
def schema() -> Mapping[str, Any]:
    """Return the JSON Schema of mapping files."""
    text = resources.files("contracts.mapping").joinpath("mapping.schema.json").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def mistakes_in(document: Document) -> list[Mistake]:
    """Return every mistake of a mapping file; what the schema refuses hides what only a right shape can show."""
    found = [one for error in _violations(document.data) for one in _in_words(document, error)]
    return found or [*_expressions(document), *_templates(document), *_meaning(document)]


def _violations(data: Any) -> Iterator[ValidationError]:
    for error in Draft202012Validator(schema()).iter_errors(data):
        yield from error.context if error.validator == "anyOf" and error.context else [error]


def _in_words(document: Document, error: ValidationError) -> Iterator[Mistake]:
    path: Path = tuple(error.absolute_path)
    there: Any = error.instance
    wanted: Any = error.validator_value
    known: Mapping[str, Any] = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties" and known:
        for key in there:
            if key not in known:
                yield document.mistake((*path, str(key)), f"there is no key {key!r} here", suggestion(str(key), known))
    elif error.validator == "required":
        for key in _lacking(there, wanted, known):
            yield document.mistake(path, f"the key {key!r} is missing", f"add {key}:")
    elif error.validator == "type":
        expected = " or ".join(NOUNS.get(one, one) for one in ([wanted] if isinstance(wanted, str) else wanted))
        yield document.mistake(path, f"{_shown(there)} is not {expected}", f"write {expected}")
    elif error.validator in ("enum", "const"):
        choices = [wanted] if error.validator == "const" else wanted
        remedy = suggestion(str(there), map(str, choices))
        yield document.mistake(path, f"{_shown(there)} is not known here", remedy)
    else:
        yield document.mistake(path, _short(error), "see docs/map-your-api.md")


def _lacking(there: Mapping[str, Any], wanted: list[str], known: Mapping[str, Any]) -> list[str]:
    """Return the keys that are missing, but not those that are there misspelled."""
    odd = [str(key) for key in there if key not in known]
    return [key for key in wanted if key not in there and not any(near(one, known) == key for one in odd)]


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _short(error: ValidationError) -> str:
    return error.message if len(error.message) <= 120 else f"{error.message[:120]}..."


def walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of a document with its path."""
    yield path, value
    children = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from walk(child, (*path, key))


def _expressions(document: Document) -> Iterator[Mistake]:
    for path, expression in _picked(document.data):
        try:
            compiled(expression)
        except JMESPathError as error:
            what = f"{expression!r} is no JMESPath: {str(error).splitlines()[0]}"
            yield document.mistake(path, what, "see https://jmespath.org/tutorial.html")


def _picked(data: Any) -> Iterator[tuple[Path, str]]:
    """Yield every JMESPath expression with where it stands."""
    for path, value in walk(data):
        if any(part in FREE for part in path[:-1]):
            continue
        key, parent = (path[-1] if path else None), (path[-2] if len(path) > 1 else None)
        if key in CONDITIONS and isinstance(value, Mapping):
            yield from ((((*path, str(expression))), str(expression)) for expression in value)
        elif isinstance(value, str) and (
            key in CONDITIONS
            or parent == "pick"
            or (key in ("items", "position", "key") and parent in ("events", "listMessages", "conversation"))
            or (key in ("items", "id", "user_id") and parent == "list")
            or (parent in PICKING and key != "unit")
        ):
            yield path, value


def _templates(document: Document) -> Iterator[Mistake]:
    data = document.data
    known = GIVEN | set(data.get("variables", {}))
    known |= {str(path[-1]) for path, _ in walk(data) if path[-2:-1] in (("pick",), ("start",))}
    for path, value in walk(data):
        keys = [part for part in path if part in TEMPLATES]
        if not keys and path[:1] != ("headers",):
            continue
        if isinstance(value, str):
            allowed = known | ACTING if path[0] == "agents" else known
            for name in sorted(set(names_in(value)) - allowed):
                what = f"{{{name}}} is not a name that is known here"
                yield document.mistake(path, what, suggestion(name, allowed))
            if has_stray_brace(value) and not any(part in FREE for part in path):
                yield document.mistake(path, f"a brace that is around no name in {value!r}", "write {name}")


def _meaning(document: Document) -> Iterator[Mistake]:
    functions, events = document.data["functions"], document.data["events"]
    start = functions["startChat"]
    picked = {
        name for step in [*start.get("before", []), start, *start.get("then", [])] for name in step.get("pick", {})
    }
    path: Path = ("functions", "startChat")
    if "conversation_id" not in picked:
        yield document.mistake(path, "conversation_id is not picked", "add it to pick: the conversation's id")
    needed, foreign = ("request", "url") if events["transport"] == "polling" else ("url", "request")
    if needed not in events:
        yield document.mistake(("events",), f"{events['transport']} needs {needed}", f"add {needed}:")
    if foreign in events:
        what = f"{foreign} has no meaning for {events['transport']}"
        yield document.mistake(("events", foreign), what, "leave it out, or change the transport")
    if "areAnyAgentsOnline" in functions and "online" not in functions["areAnyAgentsOnline"].get("pick", {}):
        path = ("functions", "areAnyAgentsOnline")
        yield document.mistake(path, "online is not picked", "pick online: true or false, a number, or a list")
    if "getConversation" in functions and "ended" not in functions["getConversation"].get("pick", {}):
        path = ("functions", "getConversation")
        yield document.mistake(path, "ended is not picked", "pick ended: whether the conversation is over")
    if "text" not in set(names_in(functions["sendMessageToAgent"])):
        path = ("functions", "sendMessageToAgent", "request")
        yield document.mistake(path, "the text is not sent", "put {text} into the request")
    for kind, why in (("message", "what agents say"), ("ended", "that the chat has ended")):
        if not any(kind in rule for rule in events["rules"]):
            yield document.mistake(("events", "rules"), f"no rule tells {why}", f"add a rule with {kind}:")
    for path, request in walk(document.data):
        if path[-1:] == ("request",) and isinstance(request, Mapping) and {"json", "form"} <= set(request):
            yield document.mistake((*path, "form"), "a body twice: json and form", "keep one of the two")
