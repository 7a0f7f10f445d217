# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters of the Genesys guest web chat: the reference integration for it, with a fault each."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.errors import DeskError
from byosd_reference.genesys.desk import GenesysDesk
from byosd_reference.genesys.missed import Missed
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import SpoiledBasics, factory

GENESYS = "mockdesk-genesys"


def talk_of(chat: Chat) -> Any:
    """Return what the frames of a chat mean to the adapter."""
    door: Any = chat._stream._door
    return door.talk


class HearsTheRecordedAgentOnly(SpoiledBasics):
    """A message whose sender is not the agent who joined last is dropped: a greeting, the one who hands over."""

    def spoil(self, chat: Chat) -> None:
        talk = talk_of(chat)
        join, said = talk._join, talk._agent_said
        recorded: list[str] = []

        def joined(member: str) -> Any:
            recorded.append(member)
            return join(member)

        talk._join = joined
        talk._agent_said = lambda member, body: said(member, body) if recorded[-1:] == [member] else []


class AnnouncesEveryAttempt(SpoiledBasics):
    """Whoever is alerting is announced as taking over, however many are asked in turn."""

    def spoil(self, chat: Chat) -> None:
        talk = talk_of(chat)
        alerting = talk._alerting
        asked: list[str] = []

        def announced(member: str) -> Any:
            asked.append(member)
            notice = {"transfer_id": f"attempt {len(asked)}", "to_agent": talk._people.profile(member)}
            return [*alerting(member), ("transfer.started", notice)]

        talk._alerting = announced


class LeavesWithTheConnection(SpoiledBasics):
    """An agent who is disconnected is told as gone, although only a ``member-leave`` says so."""

    def spoil(self, chat: Chat) -> None:
        talk = talk_of(chat)
        disconnect = talk._disconnect

        def left(member: str) -> Any:
            return [*disconnect(member), *(talk._left(member) if member in talk._here else [])]

        talk._disconnect = left


class FetchesNothing(SpoiledBasics):
    """The stream is opened again, and what was missed meanwhile is not asked for."""

    def spoil(self, chat: Chat) -> None:
        door: Any = chat._stream._door
        door._missed = lambda deadline: Missed()


class PostsBlindly(SpoiledBasics):
    """A message is posted, and whatever comes back, it counts as sent."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        send = api.send

        def posted(message: Any, deadline: Any) -> None:
            with suppress(DeskError):
                send(message, deadline)

        api.send = posted


class PostsTwice(SpoiledBasics):
    """A message whose answer got lost is posted again, without a look at what is stored."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        api._is_stored = lambda sent, deadline: False


class TellsHowManyWait(SpoiledBasics):
    """What the middleware calls a position is told as the guest's place, now and whenever the queue is looked at."""

    def spoil(self, chat: Chat) -> None:
        news = talk_of(chat)._queue
        waits = news.waits

        def length() -> dict[str, Any]:
            now = news._ask(Deadline(2.0))
            return {} if now is None or not now.waiting else {"position": now.waiting + 1}

        news.waits = lambda name: {**(waits(name) or {}), **length()}
        news.still_waits = length


class NeverLooksAgain(SpoiledBasics):
    """The queue is asked for once, when the guest comes into it."""

    def spoil(self, chat: Chat) -> None:
        talk_of(chat)._queue.still_waits = lambda: None


class HearsItself(SpoiledBasics):
    """The guest's own messages, which the stream brings back, are taken for somebody else's."""

    def spoil(self, chat: Chat) -> None:
        talk_of(chat)._guest = ""


def _defect(kills: str, name: str, kind: type[SpoiledBasics], seen: str = "") -> Defect:
    return Defect(name, kills, (kind.__doc__ or "").strip(), seen, factory=factory(kind, GenesysDesk), driver=GENESYS)


DEFECTS = (
    _defect("REC-04", "fetches_nothing_after_a_gap", FetchesNothing, "B1"),
    _defect("MSG-02", "hears_the_recorded_agent_only", HearsTheRecordedAgentOnly, "B8"),
    _defect("TRF-03", "announces_every_alerting", AnnouncesEveryAttempt, "B9"),
    _defect("PRS-06", "leaves_with_the_connection", LeavesWithTheConnection, "B12"),
    _defect("MSG-05", "posts_blindly", PostsBlindly, "B14"),
    _defect("AVL-04", "tells_how_many_wait", TellsHowManyWait, "B18"),
    _defect("PRS-10", "hears_itself", HearsItself, "B26"),
    _defect("MSG-07", "posts_twice", PostsTwice),
    _defect("AVL-08", "never_looks_again", NeverLooksAgain),
)
