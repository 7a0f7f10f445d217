"""The control API over HTTP: :class:`DeskControl` mapped onto ``/_mock``, as control.openapi.yaml describes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from flask import Flask, request
from werkzeug.wrappers import Response

from mockdesk.core.errors import DeskError, FieldError, InvalidRequest
from mockdesk.core.journal import JOURNAL_KINDS
from mockdesk.core.reading import Fields, read_json
from mockdesk.dialects.bodies import parse_json
from mockdesk.server import documents, problems
from mockdesk.server.bodies import check_json_type, read_bytes
from mockdesk.server.control import DeskControl
from mockdesk.server.guard import CONTROL_PATH
from mockdesk.server.operations import answer, nothing
from mockdesk.server.scripting import builtin_scripts, check_remote, read_remote
from mockdesk.server.served import host_of

PREFIX = CONTROL_PATH
MOST_WAIT_SECONDS = 60.0


View: TypeAlias = Callable[..., Any]


def add_control(app: Flask) -> None:
    """Add the routes of the control API that every desk has."""
    for method, path, view in DESK_ROUTES:
        name = f"control.{view.__name__}"
        app.add_url_rule(f"{PREFIX}{path}", name, partial(_desk_view, view), methods=[method])


def _desk_view(view: View, **arguments: str) -> Response:
    return answered(lambda: view(DeskControl(host_of(request)), **arguments))


def answered(make: Callable[[], Any]) -> Response:
    """Return what ``make`` gives, or its refusal, as an answer; ``None`` is 204."""
    try:
        value = make()
    except DeskError as error:
        return problems.problem(error)
    return nothing() if value is None else value if isinstance(value, Response) else answer(value)


def _json(*, optional: bool = False) -> Any:
    body = read_bytes(request, host_of(request).options.limits.control_body_bytes)
    if optional and not body:
        return {}
    check_json_type(request)
    try:
        return read_json(parse_json(body))
    except ValueError as error:
        raise InvalidRequest(f"the body {error}", [FieldError("", str(error))]) from None


def _object(*, optional: bool = False) -> dict[str, Any]:
    value = _json(optional=optional)
    if not isinstance(value, dict):
        raise InvalidRequest("the body must be an object", [FieldError("", "must be an object")])
    return value


def read_fields(*, optional: bool = False) -> Fields:
    """Return the fields of the JSON object in the body."""
    return Fields(_object(optional=optional))


def describe(control: DeskControl) -> Any:
    """What this desk is."""
    return control.describe()


def control_document(control: DeskControl) -> Response:
    """The description of this API."""
    return documents.yaml_answer(documents.control_openapi())


def list_conversations(control: DeskControl) -> Any:
    """What the desk really has."""
    return {"conversations": control.conversations()}


def show_conversation(control: DeskControl, conversation_id: str) -> Any:
    """What the desk really has of one conversation."""
    return control.conversation(conversation_id)


def remove_conversation(control: DeskControl, conversation_id: str) -> None:
    """Forget a conversation."""
    control.remove_conversation(conversation_id)


def act(control: DeskControl, conversation_id: str) -> Any:
    """Do as an agent does."""
    return control.act(conversation_id, _object())


def list_agents(control: DeskControl) -> Any:
    """The roster."""
    return {"agents": control.agents()}


def put_agent(control: DeskControl, agent_id: str) -> Any:
    """Add or replace an agent."""
    return control.set_agent(agent_id, _object(optional=True))


def remove_agent(control: DeskControl, agent_id: str) -> None:
    """Take an agent off the roster."""
    control.remove_agent(agent_id)


def list_queues(control: DeskControl) -> Any:
    """Every queue."""
    return {"queues": list(control.queues().values())}


def put_queue(control: DeskControl, name: str) -> Any:
    """Make or change a queue."""
    return control.set_queue(name, _object(optional=True))


def list_scripts(control: DeskControl) -> Any:
    """The scripts that come with mockdesk."""
    return {"scripts": builtin_scripts()}


def show_script(control: DeskControl) -> Any:
    """The installed script."""
    return {"script": control.script()}


def put_script(control: DeskControl) -> Any:
    """Install a script: ``{"name": ...}`` of a built-in, ``{"script": {...}}``, or ``{"text": "..."}`` of a file."""
    fields = read_fields()
    name, script, text = fields.optional_text("name", 1), fields.json("script"), fields.optional_text("text", 1)
    if [name, script, text].count(None) != 2:
        fields.fail("name", "say name, or script, or text")
    fields.finish("script")
    if text is not None:
        return {"script": control.install_script(read_remote(text))}
    return {"script": control.install_script(check_remote(script if name is None else name))}


def remove_script(control: DeskControl) -> None:
    """Let nobody play the agents."""
    control.install_script(None)


def give_signal(control: DeskControl) -> Any:
    """Give the installed script a signal."""
    fields = read_fields()
    name, conversation_id = fields.text("name", 1), fields.optional_text("conversation_id")
    fields.finish("signal")
    return {"told": control.signal(name, conversation_id)}


def show_clock(control: DeskControl) -> Any:
    """The desk's time."""
    return control.clock()


def advance_clock(control: DeskControl) -> Any:
    """Move the virtual clock."""
    fields = read_fields()
    seconds, to_next = fields.optional_number("seconds"), fields.flag("to_next", False)
    fields.finish("advance")
    return control.advance(seconds, to_next)


def set_clock(control: DeskControl) -> Any:
    """Set the speed of a running clock."""
    fields = read_fields()
    if not fields.has("speed"):
        fields.fail("speed", "is required")
    speed = fields.number("speed", 0.0)
    fields.finish("clock")
    return control.set_speed(speed)


def list_faults(control: DeskControl) -> Any:
    """The installed faults."""
    return {"faults": control.faults()}


def inject_fault(control: DeskControl) -> Response:
    """Install a fault."""
    return answer({"id": control.inject(_object())}, 201)


def clear_faults(control: DeskControl) -> None:
    """Remove every fault."""
    control.clear_faults()


def remove_fault(control: DeskControl, fault_id: str) -> None:
    """Remove one fault."""
    control.remove_fault(fault_id)


def release(control: DeskControl) -> Any:
    """Let go what is held."""
    fields = read_fields(optional=True)
    conversation_id, count = fields.optional_text("conversation_id"), fields.optional_integer("count", 1)
    fields.finish("release")
    return {"released": control.release(conversation_id, count)}


def read_journal(control: DeskControl) -> Any:
    """What happened after a position."""
    given = {name: _digits(request.args[name]) for name in ("after", "limit") if name in request.args}
    fields = Fields(given)
    after, limit = fields.integer("after", 0), fields.optional_integer("limit", 1)
    kinds = tuple(kind for kind in request.args.get("kind", "").split(",") if kind)
    if any(kind not in JOURNAL_KINDS for kind in kinds):
        fields.fail("kind", f"must be one of: {', '.join(JOURNAL_KINDS)}")
    fields.finish("journal")
    return control.journal(after, kinds or None, limit)


def _digits(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text


def wait_for_journal(control: DeskControl) -> Any:
    """Wait for journal entries."""
    fields = read_fields()
    match = fields.json("match")
    if not isinstance(match, dict):
        fields.fail("match", "must be an object")
    most = host_of(request).options.limits.wait_entries
    count, after = fields.integer("count", 1, 1, most), fields.integer("after", 0)
    seconds = fields.number("timeout_seconds", 5.0)
    fields.finish("wait")
    return control.wait(match, count, min(seconds, MOST_WAIT_SECONDS), after)


def reset(control: DeskControl) -> None:
    """Begin anew."""
    control.reset()


def show_transcript(control: DeskControl) -> Response:
    """The canonical JSON of all event logs; its SHA-256 is in the header ``Mockdesk-Digest``."""
    headers = {"Mockdesk-Digest": control.digest()}
    return Response(control.transcript().encode(), 200, headers, content_type="application/json")


def show_census(control: DeskControl) -> Any:
    """What is open at the moment."""
    return control.census()


DESK_ROUTES: tuple[tuple[str, str, View], ...] = (
    ("GET", "", describe),
    ("GET", "/openapi.yaml", control_document),
    ("GET", "/conversations", list_conversations),
    ("GET", "/conversations/<conversation_id>", show_conversation),
    ("DELETE", "/conversations/<conversation_id>", remove_conversation),
    ("POST", "/conversations/<conversation_id>/actions", act),
    ("GET", "/agents", list_agents),
    ("PUT", "/agents/<path:agent_id>", put_agent),
    ("DELETE", "/agents/<path:agent_id>", remove_agent),
    ("GET", "/queues", list_queues),
    ("PUT", "/queues/<path:name>", put_queue),
    ("GET", "/scripts", list_scripts),
    ("GET", "/script", show_script),
    ("PUT", "/script", put_script),
    ("DELETE", "/script", remove_script),
    ("POST", "/script/signals", give_signal),
    ("GET", "/clock", show_clock),
    ("PUT", "/clock", set_clock),
    ("POST", "/clock/advance", advance_clock),
    ("GET", "/faults", list_faults),
    ("POST", "/faults", inject_fault),
    ("DELETE", "/faults", clear_faults),
    ("DELETE", "/faults/<fault_id>", remove_fault),
    ("POST", "/release", release),
    ("GET", "/journal", read_journal),
    ("POST", "/wait", wait_for_journal),
    ("POST", "/reset", reset),
    ("GET", "/transcript", show_transcript),
    ("GET", "/census", show_census),
)
