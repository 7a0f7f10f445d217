"""The steps of both sides, of queues and of time: what each word of a program does in a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from contracts import objects
from contracts.clock import WallClock
from contracts.messages import connect_message
from contracts.objects import packages_of
from contracts.program import AGENTS, Step
from contracts.timing import LONGEST_WAIT
from contracts.trace import Side
from contracts.uploads import for_adapter, for_trace

if TYPE_CHECKING:
    from contracts.session import Session

SOON = 1.0
"""Wall seconds within which a thread of this process goes on."""
NO_PAGE = "the user's page is gone"


def start(session: Session, step: Step) -> None:
    """The user asks for an agent."""
    if session.host(step.user).page is None:
        return session.impossible(step, NO_PAGE)
    args = {key: value for key, value in step.args.items() if key != "in_vain"}
    wait, minimal = bool(args.pop("wait", True)), bool(args.pop("minimal", False))
    session.host(step.user).start_chat(args, minimal=minimal, wait=wait)
    if wait:
        session.chat(step.user)
    return None


def _call(session: Session, step: Step, name: str, arguments: tuple[Any, ...] = (), **data: Any) -> None:
    host = session.host(step.user)
    if not host.has(name):
        return session.impossible(step, f"the adapter has no {name}", lacking=True)
    host.call(name, arguments, data, wait=bool(step.args.get("wait", True)))
    return None


def send(session: Session, step: Step) -> None:
    """The user writes; a message id is made unless the step gives one."""
    host, text = session.host(step.user), step.args["text"]
    host.sent += 1
    message_id = step.args.get("message_id") or f"{step.user}-m{host.sent}"
    files = step.args.get("files", [])
    data = {"files_to_upload": [for_adapter(file) for file in files]} if files else {}
    shown = [for_trace(file) for file in files]
    arguments = ({"input": {"message_type": "text", "text": text}}, message_id, data)
    _call(session, step, "send_message_to_agent", arguments, text=text, message_id=message_id, files=shown)


def select_files(session: Session, step: Step) -> None:
    """The user chooses files; nothing is sent yet."""
    files = step.args["files"]
    shown = [for_trace(file) for file in files]
    _call(session, step, "files_selected_for_upload", ([for_adapter(file) for file in files],), files=shown)


def screen_share(session: Session, step: Step) -> None:
    """Decide how the user will answer requests for the screen."""
    session.host(step.user).screen.plan(step.args["answer"])


def answer_screen_share(session: Session, step: Step) -> None:
    """The user answers a request for the screen that waits; return when the adapter has the answer."""
    if not session.host(step.user).screen.answer(step.args["answer"]):
        return session.impossible(step, "no request for the screen waits for an answer")
    session.recorder.wait_for(lambda: not _unanswered(session, step.user), SOON)
    return None


def _unanswered(session: Session, user: str) -> set[int]:
    own = [entry for entry in session.recorder.snapshot() if entry.user == user and entry.side is Side.CALLBACK]
    asked = {entry.index for entry in own if entry.kind == "screen_share_request"}
    return asked - {entry.call for entry in own if entry.kind == "returned" and entry.call is not None}


def stop_sharing(session: Session, step: Step) -> None:
    """The user stops sharing the screen."""
    _call(session, step, "screen_share_stop")


def count_objects(session: Session, step: Step) -> None:
    """Note how many objects there are of the adapter's own classes."""
    packages = packages_of(session.host(step.user).adapter)
    if not packages:
        return session.impossible(step, "the adapter's objects are not in this process")
    kinds = objects.count_objects(packages)
    data: dict[str, Any] = {"total": kinds.total(), "kinds": dict(kinds)}
    session.recorder.add(Side.SUITE, "objects", user=step.user, chats=len(session.chats), **data)
    return None


def type_(session: Session, step: Step) -> None:
    """The user types, or stops."""
    on = bool(step.args.get("is_typing", True))
    _call(session, step, "user_typing", (on,), is_typing=on)


def read(session: Session, step: Step) -> None:
    """The user has read everything."""
    _call(session, step, "user_read_messages")


def name(session: Session, step: Step) -> None:
    """The host asks for the name."""
    _call(session, step, "get_name")


def availability(session: Session, step: Step) -> None:
    """The host asks whether an agent is there."""
    message = connect_message(session.host(step.user).user_id, step.args)
    _call(session, step, "are_any_agents_online", (message,), connect_message=message)


def state(session: Session, step: Step) -> None:
    """The host's session, user or locale has changed."""
    _call(session, step, "update_state", (dict(step.args["changes"]),), state=step.args["changes"])


def end(session: Session, step: Step) -> None:
    """The user ends the chat."""
    if session.host(step.user).page is None:
        return session.impossible(step, NO_PAGE)
    _call(session, step, "end_chat", ({},), inside=None)
    chat = session.chat(step.user)
    if chat is not None and step.args.get("wait", True):
        chat.ended = True
    return None


def settle(session: Session, step: Step) -> None:
    """Wait for all calls of this user that are under way, and for what the chat should show by then, also of what the
    desk did by itself."""
    host = session.host(step.user)
    host.settle()
    chat = session.chat(step.user)
    if chat is not None:
        session.look(step.user, chat)
        if host.running or chat.ended:
            session.settle(step.user, chat)


def act(session: Session, step: Step) -> None:
    """An agent does something in the user's present chat."""
    chat = session.chat(step.user)
    if chat is None or chat.conversation_id is None:
        return session.impossible(step, "the desk has no conversation of this user")
    action = {key: value for key, value in step.args.items() if key != "wait"}
    for key in ("agent", "to_agent"):
        if isinstance(action.get(key), str):
            action[key] = dict(AGENTS.get(action[key], {"id": action[key], "nickname": action[key]}))
    name = action.pop("file", None)
    if name is not None:
        file_id = _file_id(session, chat.conversation_id, name)
        if file_id is None:
            return session.impossible(step, f"the desk has no file {name!r} of this user")
        action["file_id"] = file_id
    session.act(step.user, chat, action)
    return None


def _file_id(session: Session, conversation_id: str, name: str) -> str | None:
    """Return the desk's id of the latest file of a name in a conversation, or ``None``."""
    truths = [truth for truth in session.driver.conversations() if truth["id"] == conversation_id]
    files = [file for truth in truths for file in truth.get("files", []) if file["name"] == name]
    return str(files[-1]["id"]) if files else None


def queue(session: Session, step: Step) -> None:
    """The desk gets a queue, or one of its queues changes."""
    changes = dict(step.args)
    name = str(changes.pop("name", "default"))
    if "set_queue" not in session.description.get("operations", ()):
        return session.impossible(step, "the driver cannot change a queue")
    entry = session.recorder.add(Side.DESK, "queue", name=name, queue=changes)  # before its effects
    try:
        session.driver.set_queue(name, changes)
    except Exception as error:
        session.recorder.add(Side.DESK, "done", call=entry.index, ok=False, error=f"{type(error).__name__}: {error}")
        return session.impossible(step, f"the driver refused the queue: {error}")
    session.recorder.add(Side.DESK, "done", call=entry.index, ok=True, error=None)
    return None


def advance(session: Session, step: Step) -> None:
    """Time goes by on the desk's clock."""
    seconds = float(step.args["seconds"])
    if isinstance(session.clock, WallClock) and seconds > LONGEST_WAIT * session.clock.speed:
        return session.impossible(step, f"time cannot be moved, and nobody waits {seconds:g} s for it")
    session.advance(seconds, patiently=bool(step.args.get("patiently", False)))
    return None


WORDS: Mapping[str, Callable[[Session, Step], None]] = MappingProxyType(
    {
        "start": start,
        "send": send,
        "select_files": select_files,
        "screen_share": screen_share,
        "answer_screen_share": answer_screen_share,
        "stop_sharing": stop_sharing,
        "count_objects": count_objects,
        "type": type_,
        "read": read,
        "name": name,
        "availability": availability,
        "state": state,
        "end": end,
        "settle": settle,
        "act": act,
        "queue": queue,
        "advance": advance,
    }
)
"""The words of a program that every session knows; the wire's stand in contracts.wire_faults."""
