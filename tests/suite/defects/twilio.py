"""Faulty adapters of Twilio Flex: the reference integration for it, with a fault each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.errors import DeskError, StreamRefused
from byosd_reference.settings import Deadline
from byosd_reference.twilio.conversation import ENDED, Told
from byosd_reference.twilio.desk import FlexConversation, FlexDesk
from byosd_reference.twilio.door import ConversationDoor
from byosd_reference.twilio.sync import Change
from byosd_reference.twilio.user_api import ConversationApi
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import SpoiledBasics, factory

FLEX = "mockdesk-twilio"


def door_of(chat: Chat) -> Any:
    """Return the door of a chat's events, with its inner parts."""
    return chat._stream._door


class Retold(SpoiledBasics):
    """What a change means is told otherwise."""

    def spoil(self, chat: Chat) -> None:
        """Put :meth:`retell` between what a change means and who is told."""
        shown = door_of(chat).shown
        take: Callable[[Change], Iterator[Told]] = shown.take
        shown.take = lambda change: (other for told in take(change) for other in self.retell(shown, *told))

    def retell(self, shown: Any, kind: str, data: Mapping[str, Any]) -> Iterator[Told]:
        """Give what is told instead."""
        yield kind, dict(data)


class HearsTheLastMember(Retold):
    """Only the member who joined last is listened to; what anybody else writes is dropped."""

    def retell(self, shown: Any, kind: str, data: Mapping[str, Any]) -> Iterator[Told]:
        """Leave out the words of others."""
        last = list(shown.members.values())[-1:]
        author = data.get("message", {}).get("author", {})
        if kind != "message.created" or author["role"] != "agent" or author["id"] in last:
            yield kind, dict(data)


class EndsWithWhoeverLeaves(Retold):
    """Any member who leaves has ended the chat."""

    def retell(self, shown: Any, kind: str, data: Mapping[str, Any]) -> Iterator[Told]:
        """Make an end of a leaving."""
        yield ENDED if kind == "agent.left" else (kind, dict(data))


class ReadsBySpeaking(Retold):
    """An agent who writes is taken to have read everything."""

    def retell(self, shown: Any, kind: str, data: Mapping[str, Any]) -> Iterator[Told]:
        """Add a receipt to each message of an agent."""
        yield kind, dict(data)
        author = data.get("message", {}).get("author", {})
        if author.get("role") == "agent":
            yield "agent.read", {"agent_id": author["id"], "up_to_seq": shown.next_index}


class EverybodyIsAnAgent(SpoiledBasics):
    """Whoever takes part is an agent, the user as well, and so the user's own words come back."""

    def spoil(self, chat: Chat) -> None:
        """Forget who the user is."""
        shown = door_of(chat).shown
        api: Any = chat._api
        api._shown = type(shown)(shown.identity)
        shown.identity = "nobody"


class AnnouncesNoTransfer(SpoiledBasics):
    """A further agent joins without a word before."""

    def spoil(self, chat: Chat) -> None:
        """Let every join pass for a first one."""
        presence: Any = chat._presence
        joined = presence.joined

        def unannounced(profile: Any) -> None:
            presence._join_may_follow = True
            joined(profile)

        presence.joined = unannounced


class LogsHistoryOnly(SpoiledBasics):
    """What happened while there was no connection is read, and shown to nobody."""

    def spoil(self, chat: Chat) -> None:
        """Take what was missed for shown."""
        door = door_of(chat)
        missed = door._missed

        def logged(socket: Any, deadline: Deadline) -> list[Change]:
            for change in missed(socket, deadline):
                list(door.shown.take(change))
            return []

        door._missed = logged


class NeverComesBack(SpoiledBasics):
    """Nobody handles the state of the connection: a lost one stays lost."""

    def spoil(self, chat: Chat) -> None:
        """Refuse each further opening."""

        def refused(after: int, deadline: Deadline) -> Any:
            raise StreamRefused("open the event stream", 404)

        door_of(chat).open = refused


class TrustsAnyReply(ConversationApi):
    """Whatever the service answers to a message, it was sent."""

    def _post(self, message_id: str, text: str, deadline: Deadline) -> None:
        try:
            super()._post(message_id, text, deadline)
        except DeskError:
            return


class IgnoresReplies(SpoiledBasics):
    """The answer to a message is not looked at."""

    def spoil(self, chat: Chat) -> None:
        """Put the careless requests in the place of the careful ones."""
        api: Any = chat._api
        api.__class__ = TrustsAnyReply


class ListensLate(FlexDesk):
    """Who takes part is asked for once the chat has begun, and listened to a moment later."""

    def start(self, request: Mapping[str, Any], key: str, deadline: Deadline) -> FlexConversation:
        """Make a conversation whose first look at the members is thrown away."""
        conversation = super().start(request, key, deadline)
        door = conversation.door

        def late(changed: Callable[[], None]) -> ConversationDoor:
            made: Any = door(changed)
            missed = made._missed

            def joined_before(socket: Any, deadline: Deadline) -> list[Change]:
                changes = missed(socket, deadline)
                made._missed = missed
                return [one for one in changes if not one.type.startswith("map_")]

            made._missed = joined_before
            return made  # type: ignore[no-any-return]

        conversation.door = late  # type: ignore[method-assign]
        return conversation


def _defect(
    kills: str, name: str, kind: type[SpoiledBasics], seen: str, shape: type[FlexDesk] = FlexDesk, why: str = ""
) -> Defect:
    words = why or (kind.__doc__ or "").strip()
    return Defect(name, kills, words, seen, factory=factory(kind, shape), driver=FLEX)


DEFECTS = (
    _defect("MSG-02", "hears_the_last_member", HearsTheLastMember, "B24"),
    _defect("PRS-03", "listens_late", SpoiledBasics, "B25", ListensLate, (ListensLate.__doc__ or "").strip()),
    _defect("TRF-01", "announces_no_transfer", AnnouncesNoTransfer, "B26"),
    _defect("PRS-10", "everybody_is_an_agent", EverybodyIsAnAgent, "B26"),
    _defect("TRF-02", "ends_with_whoever_leaves", EndsWithWhoeverLeaves, "B27"),
    _defect("REC-04", "logs_history_only", LogsHistoryOnly, "B28"),
    _defect("PRS-12", "reads_by_speaking", ReadsBySpeaking, "B30"),
    _defect("REC-01", "lost_socket_stays_lost", NeverComesBack, "B32"),
    _defect("MSG-05", "ignores_replies", IgnoresReplies, "B41"),
)
