"""The published JSON Schema, and its violations in words.

The schema alone decides what a script may look like; this module only says it to people: which key, what is wrong, what
to do. So the schema and the checker cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mockdesk.core.script_template import FIELDS, Template, TemplateMistake
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.scripts.document import Document, Path
from mockdesk.scripts.mistakes import nearest, suggestion

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_NOUNS = MappingProxyType(
    {
        "string": "a text",
        "number": "a number",
        "integer": "a whole number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping",
        "null": "null",
    }
)
_LONGEST_SHOWN = 40
SEE = "see docs/scripts.md"


@cache
def script_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a script; do not change it."""
    text = files("mockdesk.scripts").joinpath("script.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # a sixth of the mock's start, and a built-in script needs no check

    return Draft202012Validator(script_schema())


def check_shape(document: Document) -> None:
    """Note every violation of the schema in the document's mistakes."""
    for error in _validator().iter_errors(document.data):
        for path, message, remedy in _explain(error):
            document.mistake(path, message, remedy)


def step_names() -> list[str]:
    """Return the names of all steps."""
    return list(script_schema()["$defs"]["step"]["properties"])


Explained = Iterator[tuple[Path, str, str]]


@lazy_dataclass(frozen=True)
class Violation:
    """One violation: what stands at ``path``, the part of the schema that it violates, and the value of its keyword."""

    path: Path
    value: Any
    schema: Mapping[str, Any]
    wanted: Any
    message: str
    of_a_key: bool

    @property
    def noun(self) -> str:
        """What people call the thing."""
        title = self.schema.get("title")
        return str(title) if title in ("step", "trigger") else "key"


def _explain(error: ValidationError) -> Explained:
    violation = Violation(
        tuple(error.absolute_path),
        error.instance,
        error.schema if isinstance(error.schema, Mapping) else {},
        error.validator_value,
        error.message,
        "propertyNames" in error.absolute_schema_path,
    )
    words = _WORDS.get(str(error.validator))
    if words is None:
        yield violation.path, violation.message, SEE
    else:
        yield from words(violation)


def _unknown_keys(found: Violation) -> Explained:
    known = found.schema["properties"]
    if found.schema.get("maxProperties") == 1 and len(found.value) > 1 and known.keys() & found.value.keys():
        return
    for key in found.value:
        if key not in known:
            yield (*found.path, key), f'unknown {found.noun} "{_shown(key)}"', suggestion(key, known)


def _missing_key(found: Violation) -> Explained:
    known = found.schema.get("properties", {})
    misspelled = {nearest(key, known) for key in found.value if key not in known}
    for key in found.wanted:
        if key not in found.value and key not in misspelled and found.message.startswith(f"'{key}'"):
            yield found.path, f'the key "{key}" is missing', f'add "{key}: ..."'


def _wrong_type(found: Violation) -> Explained:
    wanted = [found.wanted] if isinstance(found.wanted, str) else list(found.wanted)
    expected = " or ".join(_NOUNS[name] for name in wanted)
    yield found.path, f"expected {expected}, got {_got(found.value)}", _type_remedy(found.value, wanted)


def _type_remedy(value: Any, wanted: list[str]) -> str:
    if value is None:
        return "give a value, or leave the key out"
    if "string" in wanted and isinstance(value, bool | int | float):
        return f'put it into quotes: "{str(value).lower()}"'
    if "array" in wanted and isinstance(value, dict):
        return 'begin each entry with "- "'
    return f"write {_NOUNS[wanted[0]]}"


def _unknown_word(found: Violation) -> Explained:
    word, known = str(found.value), [str(value) for value in found.wanted]
    if found.of_a_key:
        yield (*found.path, word), f'"{_shown(word)}" does not belong to this kind', suggestion(word, known)
    elif found.path[-1:] == ("on",) or found.path[-2:-1] == ("steps",):
        yield from _unknown_bare_word(word, found.path)
    else:
        yield found.path, f'unknown word "{_shown(word)}"', suggestion(word, known)


def _unknown_bare_word(word: str, path: Path) -> Explained:
    noun = "trigger" if path[-1] == "on" else "step"
    definition = script_schema()["$defs"][noun]
    known = [*definition["properties"], *definition["then"]["enum"]]
    if word in known:
        yield path, f"the {noun} {word} needs its settings", f'write "{word}: ..."'
    else:
        yield path, f'unknown {noun} "{_shown(word)}"', suggestion(word, set(known))


def _too_many_keys(found: Violation) -> Explained:
    keys = " and ".join(f'"{_shown(key)}"' for key in found.value)
    remedy = "give each step its own dash, and indent its settings" if found.noun == "step" else "keep one of them"
    yield found.path, f"one {found.noun} is expected, got {keys}", remedy


def _empty(found: Violation) -> Explained:
    yield found.path, "too few entries" if found.value else "this is empty", "fill it, or leave it out"


def _bound(word: str) -> Callable[[Violation], Explained]:
    def explain(found: Violation) -> Explained:
        yield found.path, f"{_got(found.value)} is out of range", f"write {word} {found.wanted}"

    return explain


def _too_long(found: Violation) -> Explained:
    yield found.path, "this is too long", f"{found.wanted} is the most"


def _template(found: Violation) -> Explained:
    try:
        Template.parse(found.value)
    except TemplateMistake as mistake:
        alone = mistake.field is None
        yield found.path, str(mistake), "write {{ and }} for braces" if alone else _field_remedy(str(mistake.field))
    else:
        yield found.path, f"{_got(found.value)} does not match {found.wanted}", SEE


def _field_remedy(name: str) -> str:
    return suggestion(name, FIELDS) if name.strip() else "write {{ and }} for braces"


def _one_of(found: Violation) -> Explained:
    keys = [branch["required"][0] for branch in found.wanted]
    yield found.path, f"exactly one of {' and '.join(keys)} is needed", "give one of them"


def _got(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f'the text "{_shown(value)}"'
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    return str(value).lower()


def _shown(text: Any) -> str:
    shown = str(text)
    return shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "..."


_WORDS: Mapping[str, Callable[[Violation], Explained]] = MappingProxyType(
    {
        "additionalProperties": _unknown_keys,
        "required": _missing_key,
        "type": _wrong_type,
        "enum": _unknown_word,
        "maxProperties": _too_many_keys,
        "minProperties": _empty,
        "minLength": _empty,
        "minItems": _empty,
        "maxLength": _too_long,
        "maxItems": _too_long,
        "minimum": _bound("at least"),
        "exclusiveMinimum": _bound("more than"),
        "maximum": _bound("at most"),
        "pattern": _template,
        "oneOf": _one_of,
    }
)
