# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that lose, change, double or misname what is said."""

from __future__ import annotations

import json
import re
from typing import Any

from byosd_reference.events import parse_event
from byosd_reference.settings import Deadline
from contracts.messages import texts_of
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by

# MSG-01: as written


class EscapesMarkdown(Ear):
    """Runs what agents write through a converter to markdown."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(re.sub(r"([*_#\[\]])", r"\\\1", message), agent_id)


class StripsTags(Ear):
    """Takes everything in angle brackets for markup and removes it."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(re.sub(r"<[^>]*>", "", message), agent_id)


class AsciiOnly(Ear):
    """Shows a question mark for each character that is not ASCII."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message.encode("ascii", "replace").decode(), agent_id)


class TrimsTheUser(Spoiled):
    """Sends the user's text without the spaces at its ends."""

    def send_message_to_agent(self, message: Any, message_id: str, additional_data: Any = None) -> None:
        trimmed = {"input": {"text": message["input"]["text"].strip() or " "}}
        super().send_message_to_agent(trimmed, message_id, additional_data)


# MSG-02: everything


class OnlyTheLastWhoJoined(Ear):
    """Shows only what the agent who joined last has written."""

    last: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.last = profile["id"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if agent_id == self.last:
            self.host.send_message_to_user(message, agent_id)


class MissesTheBeginning(Spoiled):
    """Listens only to what happens after the stream is open."""

    def spoil(self, chat: Any) -> None:
        chat._stream.last_seq = chat._api.conversation(Deadline(2.0))["last_seq"]


class DropsTheDesksWords(Ear):
    """Drops what nobody has said whose profile is known: greetings and notices of the desk."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if agent_id is not None:
            self.host.send_message_to_user(message, agent_id)


class DropsWhatIsLabelledUser(Ear):
    """Takes whoever is called User for the user, and drops what they write as an echo."""

    label = ""

    def agent_joined(self, profile: Any) -> None:
        self.label = profile["nickname"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if self.label != "User":
            self.host.send_message_to_user(message, agent_id)


class MissesTheGap(Spoiled):
    """After a lost connection goes on with what happens then."""

    def spoil(self, chat: Any) -> None:
        stream = chat._stream
        reopen = stream.open

        def skip(deadline: Any) -> None:
            stream.last_seq = chat._api.conversation(Deadline(2.0))["last_seq"]
            reopen(deadline)

        stream.open = skip


# MSG-03: once


class DoesNotLookAtPositions(Spoiled):
    """Shows each event that comes, however often it comes."""

    def spoil(self, chat: Any) -> None:
        stream = chat._stream

        def read(listener: Any) -> bool:
            connection = stream._socket
            for frame in connection.frames() if connection else ():
                event = parse_event(frame)
                if event is not None and not stream._stop.is_set():
                    stream._handle(event, listener)
            return False

        stream._read = read


class TranscriptAtEachJoin(Ear):
    """Shows everything again for each agent who joins."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.shown: list[Any] = []

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.shown.append((message, agent_id))
        self.host.send_message_to_user(message, agent_id)

    def agent_joined(self, profile: Any) -> None:
        self.host.agent_joined(profile)
        for message, agent_id in self.shown:
            self.host.send_message_to_user(message, agent_id)


class InitialisedTwice(Ear):
    """Two initialisations at once have left two listeners."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id)
        self.host.send_message_to_user(message, agent_id)


class OneListenerMoreForEachChat(Spoiled):
    """Listeners of earlier chats are still there: the second chat shows everything twice."""

    class ear(Ear):
        """Shows a message as often as there were starts."""

        def send_message_to_user(self, message: Any, agent_id: Any) -> None:
            for _ in range(self.adapter.starts):
                self.host.send_message_to_user(message, agent_id)

    starts = 0

    def start_chat(self, *args: Any) -> None:
        self.starts += 1
        super().start_chat(*args)


# MSG-04: by whom


class NoAgentId(Ear):
    """The agent's id is always an empty text."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, "")


class TheLastWhoJoinedSaidIt(Ear):
    """Everything was said by the agent who joined last."""

    last: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.last = profile["id"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id and self.last)


class TheDeskSpeaksAsAnAgent(Ear):
    """What the desk itself says is shown as the agent's words."""

    last: Any = None

    def agent_joined(self, profile: Any) -> None:
        self.last = profile["id"]
        self.host.agent_joined(profile)

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message, agent_id or self.last)


# MSG-06: only messages


class LooksForLinksFirst(Spoiled):
    """Looks for addresses in the raw event before it looks at its type."""

    def spoil(self, chat: Any) -> None:
        tell = chat._translator.tell

        def links_first(event: Any) -> None:
            raw = json.dumps({"type": event.type, "data": event.data}, default=dict)
            if "https://" in raw and event.type != "message.created":
                self.host.send_message_to_user(raw, None)
            tell(event)

        chat._translator.tell = links_first


class SaysWhoTypes(Ear):
    """Typing is shown as a message."""

    def agent_typing(self, is_typing: bool) -> None:
        self.host.agent_typing(is_typing)
        if is_typing:
            self.host.send_message_to_user("The agent is typing", None)


class ShowsUnknownFrames(Spoiled):
    """A frame that is no event is shown as it is."""

    def spoil(self, chat: Any) -> None:
        socket = chat._stream._socket
        frames = socket.frames

        def all_frames() -> Any:
            for frame in frames():
                if parse_event(frame) is None:
                    self.host.send_message_to_user(str(frame), None)
                yield frame

        socket.frames = all_frames


# MSG-10: rich items


class OnlyTexts(Ear):
    """Of a rich message only the text is shown."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.host.send_message_to_user(message if isinstance(message, str) else texts_of(message)[0], agent_id)


class TypesOfTheDesk(Ear):
    """Items are shown under the desk's own names for their kinds."""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        if not isinstance(message, str):
            generic = [
                {**item, "response_type": f"desk_{item['response_type']}"} for item in message["output"]["generic"]
            ]
            message = {"output": {"generic": [{"response_type": "text", "text": texts_of(message)[0]}, *generic]}}
        self.host.send_message_to_user(message, agent_id)


ADAPTERS = (
    Defect("markdown_escaped", "MSG-01", "plain text is converted to markdown", "B71", told_by(EscapesMarkdown)),
    Defect("tags_stripped", "MSG-01", "what looks like a tag is removed", "B71", told_by(StripsTags)),
    Defect("ascii_only", "MSG-01", "only ASCII is shown", "", told_by(AsciiOnly)),
    Defect("user_trimmed", "MSG-01", "the user's spaces are cut off", "", factory(TrimsTheUser)),
    Defect("only_last_agent", "MSG-02", "only the last agent's texts are shown", "B24", told_by(OnlyTheLastWhoJoined)),
    Defect("misses_beginning", "MSG-02", "events before the stream are lost", "B28", factory(MissesTheBeginning)),
    Defect("drops_desks_words", "MSG-02", "texts of anybody but agents are dropped", "B8", told_by(DropsTheDesksWords)),
    Defect("drops_labelled", "MSG-02", "an agent called User is dropped", "B47", told_by(DropsWhatIsLabelledUser)),
    Defect("misses_gap", "MSG-02", "texts of a gap are lost", "B1", factory(MissesTheGap)),
    Defect("no_positions", "MSG-03", "what comes twice is shown twice", "", factory(DoesNotLookAtPositions)),
    Defect("transcript_again", "MSG-03", "each join shows everything again", "B54", told_by(TranscriptAtEachJoin)),
    Defect("initialised_twice", "MSG-03", "every message is shown twice", "B59", told_by(InitialisedTwice)),
    Defect("listeners_add_up", "MSG-03", "each chat adds a listener", "B29", factory(OneListenerMoreForEachChat)),
    Defect("no_agent_id", "MSG-04", "the agent's id is empty", "B67", told_by(NoAgentId)),
    Defect("last_agent_speaks", "MSG-04", "the last to join said it all", "", told_by(TheLastWhoJoinedSaidIt)),
    Defect("desk_speaks_as_agent", "MSG-04", "the desk's words are an agent's", "", told_by(TheDeskSpeaksAsAnAgent)),
    Defect("links_before_type", "MSG-06", "any event with a link is a message", "B64", factory(LooksForLinksFirst)),
    Defect("typing_as_message", "MSG-06", "typing is shown as a message", "", told_by(SaysWhoTypes)),
    Defect("unknown_as_message", "MSG-06", "unknown frames are messages", "", factory(ShowsUnknownFrames)),
    Defect("items_vanish", "MSG-10", "rich items are dropped", "", told_by(OnlyTexts)),
    Defect("items_of_the_desk", "MSG-10", "items keep the desk's kinds", "", told_by(TypesOfTheDesk)),
)
