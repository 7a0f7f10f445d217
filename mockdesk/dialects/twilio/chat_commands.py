"""The commands of a chat 4 client, by the action that each names. Names are the client's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from mockdesk.core.errors import DeskError, NotFound
from mockdesk.dialects.twilio import customer, server_acts, starting
from mockdesk.dialects.twilio.conversation import Described, FlexConversation
from mockdesk.dialects.twilio.model import Model
from mockdesk.dialects.twilio.refusals import BAD_PARAMETER, VendorError, refusal

MEMBER_EXISTS = 50404


@dataclass(frozen=True)
class Command:
    """One command: whose it is, its id, and the request as it came."""

    identity: str
    id: str
    request: Mapping[str, Any]

    @property
    def action(self) -> str:
        """What is to be done."""
        return self.text("action") or ""

    def text(self, name: str) -> str | None:
        """Return a value that is a text."""
        value = self.request.get(name)
        return value if isinstance(value, str) else None

    @property
    def channel(self) -> str:
        """The channel that it is about; of a report: the first."""
        report = self.request.get("report")
        first = report[0] if isinstance(report, list) and report else None
        about = first if isinstance(first, dict) else self.request
        sid = about.get("channelSid")
        return sid if isinstance(sid, str) else ""


Result: TypeAlias = dict[str, Any]
Doing: TypeAlias = Callable[[Model, Command], Result]


def operation_of(model: Model, command: Command) -> str:
    """Return the contract's word for a command."""
    if command.action in ("joinChannelV2", "addMemberV2"):
        return server_acts.operation_of_adding(model, command.channel)
    return _OPERATIONS.get(command.action, "updateConversation")


def carry_out(model: Model, command: Command) -> Result:
    """Do a command and return its response. Never raises: a refusal is a response, too."""
    try:
        doing = _DOING.get(command.action)
        if doing is None:
            raise NotFound(f"there is no command {command.action!r}")
        return {"status": 200, "statusText": "OK", **doing(model, command)}
    except DeskError as error:
        told = json.loads(refusal(error).body)
        return {"status": told["status"], "statusText": told["message"], "code": told["code"]}


def _seen(model: Model, command: Command) -> FlexConversation:
    return customer.visible(model, command.channel, command.identity)


def _create(model: Model, command: Command) -> Result:
    described = Described(command.text("friendlyName"), command.text("uniqueName") or None)
    described.attributes, described.created_by = command.text("attributes") or "{}", command.identity
    made = starting.create(model, described, starting.CHANNEL_EXISTS)
    return {"channelSid": made.sid, "channel": made.document.unique_name}


def _join(model: Model, command: Command) -> Result:
    one, status = _seen(model, command), model.settings.guesses.joined_again_status
    if one.participant_of(command.identity) is not None and status >= 400:
        raise VendorError(status, MEMBER_EXISTS, "Member already exists")
    return {"memberSid": customer.join(model, one, command.identity).sid}


def _add(model: Model, command: Command) -> Result:
    if command.text("username") != command.identity:
        raise VendorError(403, customer.NOT_ALLOWED, "only agents and one customer take part here")
    return _join(model, command)


def _leave(model: Model, command: Command) -> Result:
    name = command.text("memberSid") or command.text("username") or command.identity
    customer.leave(model, _seen(model, command), command.identity, name)
    return {}


def _send(model: Model, command: Command) -> Result:
    text, attributes = command.text("text") or "", command.text("attributes") or "{}"
    index = customer.say(model, _seen(model, command), command.identity, command.id, text, attributes)
    return {"messageId": str(index)}


def _read(model: Model, command: Command) -> Result:
    told = []
    for one in _reported(command):
        sid, index = one.get("channelSid"), one.get("messageIdx")
        if index is None:
            raise VendorError(400, BAD_PARAMETER, "what was read does not become unread here")
        conversation = customer.visible(model, str(sid), command.identity)
        count = customer.read(model, conversation, command.identity, index)
        told.append({"channelSid": sid, "unreadMessagesCount": count})
    return {"report": told}


def _reported(command: Command) -> list[Mapping[str, Any]]:
    report = command.request.get("report")
    if not isinstance(report, list) or not all(isinstance(one, dict) for one in report):
        raise VendorError(400, BAD_PARAMETER, "report must be a list of objects")
    return report


def _edit(model: Model, command: Command) -> Result:
    one = _seen(model, command)
    unique = command.text("uniqueName")
    starting.require_free(model, unique, starting.CHANNEL_EXISTS, one)
    if unique is not None:
        one.described.unique_name = unique or None
    one.described.attributes = command.text("attributes") or one.described.attributes
    one.described.friendly_name = command.text("friendlyName") or one.described.friendly_name
    model.retell(one)
    return {}


_DOING: Mapping[str, Doing] = MappingProxyType(
    {
        "createChannel": _create,
        "joinChannelV2": _join,
        "addMemberV2": _add,
        "leaveChannel": _leave,
        "removeMember": _leave,
        "destroyChannel": _leave,
        "sendMessage": _send,
        "consumptionReportV2": _read,
        "editAttributes": _edit,
        "editFriendlyName": _edit,
        "editUniqueName": _edit,
    }
)
_OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "createChannel": "createConversation",
        "leaveChannel": "endChat",
        "removeMember": "endChat",
        "destroyChannel": "endChat",
        "sendMessage": "sendMessageToAgent",
        "consumptionReportV2": "userReadMessages",
    }
)
