"""From the desk's events to the host's callbacks."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from contracts.adapter import AgentAvailability, AgentProfile, Callback, Clock, ErrorType, MessageToUser, Timer

LOG = logging.getLogger(__name__)
NAMELESS = "Agent"
"""What an agent without a nickname is called."""


class Presenter:
    """Shows the events of one chat to the host, one callback at a time, and none once it is silenced."""

    def __init__(self, callback: Callback, clock: Clock) -> None:
        self.joined = False
        self.ended = False
        self.file_names: dict[str, str] = {}
        self._callback = callback
        self._clock = clock
        self._silent = False
        self._calling = threading.RLock()
        self._present: set[str] = set()
        self._transfers: set[str] = set()
        self._handing_over = False
        self._last_of_user = 0
        self._typing: Timer | None = None
        self._notices = 0
        self._handlers: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
            "queue.updated": self._queue_updated,
            "agent.joined": self._agent_joined,
            "agent.typing": self._agent_typing,
            "agent.read": self._agent_read,
            "agent.left": self._agent_left,
            "transfer.started": self._transfer_started,
            "message.created": self._message_created,
            "conversation.ended": self._conversation_ended,
            "file.updated": self._file_updated,
            "capabilities.updated": self._capabilities_updated,
        }

    def silence(self) -> None:
        """Make no further callback."""
        self._silent = True
        self._cancel_typing()

    def show(self, event_type: str, data: Mapping[str, Any]) -> None:
        """Show one event; unknown types are passed over."""
        handler = self._handlers.get(event_type)
        if handler is not None:
            handler(data)

    def connecting_failed(self, why: str) -> None:
        """Tell that no chat could be had."""
        self._call(self._callback.set_error_status, {"type": ErrorType.CONNECTING, "log_info": why})

    def disconnected(self, is_disconnected: bool) -> None:
        """Tell that the connection was lost, or is back."""
        self._stop_typing()
        error = {"type": ErrorType.DISCONNECTED, "is_disconnected": is_disconnected}
        self._call(self._callback.set_error_status, error)

    def over(self) -> None:
        """Tell that the desk ended the chat."""
        self._stop_typing()
        self._call(self._callback.agent_ended_chat)

    def uploaded(self, host_id: str, error: str | None) -> None:
        """Tell what became of a file."""
        self._call(self._callback.set_file_upload_status, host_id, error is not None, error)

    def _call(self, function: Callable[..., Any], *arguments: Any) -> None:
        with self._calling:
            if self._silent:
                return
            try:
                function(*arguments)
            except Exception:
                LOG.exception("the host's callback raised")

    def _queue_updated(self, data: Mapping[str, Any]) -> None:
        availability: AgentAvailability = {}
        if data.get("estimated_wait_seconds") is not None:
            availability["estimated_wait_time"] = math.ceil(data["estimated_wait_seconds"] / 60)
        if data.get("position") is not None:
            availability["position_in_queue"] = data["position"]
        if data.get("message") is not None:
            availability["message"] = data["message"]
        if availability and not self._present:
            self._call(self._callback.update_agent_availability, availability)

    def _agent_joined(self, data: Mapping[str, Any]) -> None:
        profile = profile_of(data["agent"])
        if self._present and not self._handing_over:
            self._call(self._callback.begin_transfer_to_another_agent, profile)
        self._present.add(profile["id"])
        self.joined, self._handing_over = True, False
        self._call(self._callback.agent_joined, profile)

    def _agent_left(self, data: Mapping[str, Any]) -> None:
        self._stop_typing()
        self._present.discard(data["agent_id"])
        if not self._present and data.get("reason") != "transferred":
            self._call(self._callback.agent_left_chat)

    def _transfer_started(self, data: Mapping[str, Any]) -> None:
        self._stop_typing()
        first, self._handing_over = data["transfer_id"] not in self._transfers, True
        self._transfers.add(data["transfer_id"])
        if first and self.joined:
            agent = data.get("to_agent")
            self._call(self._callback.begin_transfer_to_another_agent, profile_of(agent) if agent else None)

    def _message_created(self, data: Mapping[str, Any]) -> None:
        message = data["message"]
        author = message["author"]
        if author["role"] == "user":
            self._last_of_user = message.get("seq") or 0
            return
        self._stop_typing()
        sender = author["id"] if author["role"] == "agent" else None
        self._call(self._callback.send_message_to_user, shown(message), sender)

    def _agent_read(self, data: Mapping[str, Any]) -> None:
        """Tell that everything was read, if it was; a desk that does not say how far means all."""
        until = data.get("up_to_seq")
        if until is None or until >= self._last_of_user:
            self._call(self._callback.agent_read_messages)

    def _conversation_ended(self, data: Mapping[str, Any]) -> None:
        self.ended = True
        if data.get("by") != "user":
            self.over()

    def _file_updated(self, data: Mapping[str, Any]) -> None:
        if data["state"] != "pending":
            rejected = data["state"] == "rejected"
            error = str(data.get("message") or "The file was rejected.") if rejected else None
            self.uploaded(self.file_names.get(data["file_id"], data["file_id"]), error)

    def _capabilities_updated(self, data: Mapping[str, Any]) -> None:
        given = {key: value for key, value in data.items() if value is not None}
        self._call(self._callback.update_capabilities, given)

    def _agent_typing(self, data: Mapping[str, Any]) -> None:
        if not data["typing"]:
            self._stop_typing()
            return
        with self._calling:
            fresh = self._typing is None
            self._cancel_typing()
            self._notices += 1
            run_out = partial(self._run_out, self._notices)
            self._typing = self._clock.call_later(data.get("expires_in_seconds") or 5.0, run_out)
            if fresh:  # told before the timer may tell the stop
                self._call(self._callback.agent_typing, True)

    def _run_out(self, notice: int) -> None:
        with self._calling:
            if notice == self._notices:  # a later notice has a timer of its own
                self._stop_typing()

    def _stop_typing(self) -> None:
        with self._calling:
            shown_before = self._typing is not None
            self._cancel_typing()
            if shown_before:
                self._call(self._callback.agent_typing, False)

    def _cancel_typing(self) -> None:
        timer, self._typing = self._typing, None
        if timer is not None:
            timer.cancel()


def is_web_address(url: object) -> bool:
    """Tell whether this is an http address; others may run code in the host's page."""
    return isinstance(url, str) and url.startswith(("https://", "http://"))


def profile_of(agent: Mapping[str, Any]) -> AgentProfile:
    """Return the host's profile of an agent of the desk."""
    profile: AgentProfile = {"id": agent["id"], "nickname": agent.get("nickname") or NAMELESS}
    if is_web_address(agent.get("profile_picture_url")):
        profile["profile_picture_url"] = agent["profile_picture_url"]
    return profile


def shown(message: Mapping[str, Any]) -> MessageToUser:
    """Return a message as the host shows it: its text alone, or text and items as response types."""
    items = message.get("items") or []
    if not items:
        return str(message["text"])
    text = [{"response_type": "text", "text": message["text"]}] if message["text"] else []
    return {"output": {"generic": text + [_item(item) for item in items]}}


def _item(item: Mapping[str, Any]) -> dict[str, Any]:
    kind, title = item["type"], item.get("title")
    url = item.get("url") if is_web_address(item.get("url")) else None
    if kind in ("image", "video") and url:
        return {"response_type": kind, "source": url, "title": title or "", "alt_text": item.get("alt", "")}
    if kind == "link" and url:
        return {"response_type": "button", "button_type": "url", "label": title or url, "url": url}
    if kind == "error":
        return {"response_type": "inline_error", "text": item.get("text") or ""}
    return {"response_type": "text", "text": item.get("text") or title or item.get("url") or f"[{kind}]"}
