"""The messages of the stdio protocol: lines to values and back, each checked against the published schema.

``stdio.schema.json`` is the source: one definition for each type of message.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from contracts.smoke import Miswired

PROTOCOL = 1
"""The version of the protocol."""
SHOWN = 120
"""So many characters of a wrong line are shown."""


class ProtocolError(Miswired):
    """The adapter broke the protocol; the message names the line, or the message and its field."""


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of all messages."""
    text = files("contracts.lanes").joinpath("stdio.schema.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


@cache
def types_from(sender: str) -> tuple[str, ...]:
    """Return the types of message that ``suite`` or ``adapter`` sends."""
    return tuple(one["$ref"].rpartition("/")[2] for one in schema()["$defs"][f"from_{sender}"]["oneOf"])


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": schema()["$defs"]})


def encode(message: Mapping[str, Any]) -> bytes:
    """Return the line of a message of the suite.

    Raises:
        ValueError: it does not fit the schema: a fault of the suite, or a value of the host that JSON cannot hold.
    """
    line = json.dumps(in_json(message), allow_nan=False)
    fault = best_match(_validator(str(message["type"])).iter_errors(json.loads(line)))
    if fault is not None:
        raise ValueError(f"message {message['type']}: {_where(fault)}: {fault.message}")
    return line.encode() + b"\n"


def in_json(value: Any) -> Any:
    """Return a value of the host for JSON: bytes under ``content`` become Base64 under ``content_base64``."""
    if isinstance(value, Mapping):
        return dict(_item(key, item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [in_json(item) for item in value]
    return value


def _item(key: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, bytes):
        return f"{key}_base64", base64.b64encode(value).decode("ascii")
    return key, in_json(value)


def decode(line: bytes) -> dict[str, Any]:
    """Return the message of the adapter that a line holds.

    Raises:
        ProtocolError: it is none; the text names the line, or the message and the field.
    """
    try:
        message = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise ProtocolError(
            f"a line on standard output is no JSON: {_shown(line)}; is something printing to stdout? Logs go to stderr"
        ) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise ProtocolError(f"a line on standard output is no message, an object with a text 'type': {_shown(line)}")
    _check(message)
    return message


def _check(message: dict[str, Any]) -> None:
    kind = message["type"]
    if kind not in types_from("adapter"):
        known = ", ".join(types_from("adapter"))
        raise ProtocolError(f"message {kind!r}: an adapter sends no such message, but {known}")
    if kind == "ready" and message.get("protocol") != PROTOCOL:
        raise ProtocolError(
            f"message 'ready': the adapter speaks version {message.get('protocol')!r} of the protocol, "
            f"this suite speaks {PROTOCOL}"
        )
    fault = best_match(_validator(kind).iter_errors(message))
    if fault is not None:
        raise ProtocolError(f"message {kind!r}: field {_where(fault)}: {fault.message[:SHOWN]}")


def _where(fault: Any) -> str:
    path = ".".join(str(part) for part in fault.absolute_path)
    if fault.validator == "required":
        lacking = next((name for name in fault.validator_value if name not in fault.instance), "")
        path = f"{path}.{lacking}".strip(".")
    elif fault.validator == "additionalProperties":
        known = fault.schema.get("properties", {})
        path = next((name for name in fault.instance if name not in known), path)
    return repr(path or "type")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _shown(line: bytes) -> str:
    text = line.decode("utf-8", "backslashreplace").strip()
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")
