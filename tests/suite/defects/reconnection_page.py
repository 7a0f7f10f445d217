# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that do not get over a page reload, or keep too much, or the wrong things, for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from byosd_reference.chat import Chat, Surroundings
from byosd_reference.resuming import Resumption
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class ReplaysAfterReload(Spoiled):
    """After a reload everything is shown once more."""

    def __init__(self, around: Surroundings, desk_url: str, persisted_state: Mapping[str, Any] | None) -> None:
        again = None if persisted_state is None else {**persisted_state, "last_seq": 0}
        super().__init__(around, desk_url, again)


class ForgetsWhatCameMeanwhile(Spoiled):
    """After a reload the stream begins with what is new."""

    def spoil(self, chat: Any) -> None:
        if chat.last_seq:
            chat._stream.last_seq = chat._api.conversation(Deadline(2.0))["last_seq"]


class AnswersNothing(Spoiled):
    """The chat is taken up, but the host is not told so."""

    def reconnect(self) -> bool:
        super().reconnect()
        return None  # type: ignore[return-value]


class LivesOnInSecret(Spoiled):
    """The host is told that the chat is over, and then of what happens in it."""

    def reconnect(self) -> bool:
        super().reconnect()
        return False


class StartsAnewAfterReload(Spoiled):
    """A reload makes a new conversation at the desk."""

    def reconnect(self) -> bool:
        self.another_conversation()
        return super().reconnect()


class ReadsTwice(Spoiled):
    """Each call of reconnect opens a stream of its own."""

    def __init__(self, around: Surroundings, desk_url: str, persisted_state: Mapping[str, Any] | None) -> None:
        super().__init__(around, desk_url, persisted_state)
        self.remembered = persisted_state

    def reconnect(self) -> bool:
        resumption = Resumption(self._around, self._desk_url, self.remembered)
        chat = resumption.run()
        if chat is not None:
            self._current = chat
            chat.begin(resumption.agents)
        return chat is not None


class ListensAgain(Spoiled):
    """Each new stream comes with a further listener, and the ones before stay."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        tell, regained = inner._translator.tell, chat.connection_regained
        listeners = [tell]

        def connection_regained() -> None:
            regained()
            listeners.append(tell)

        def tell_all(event: Any) -> None:
            for listener in list(listeners):
                listener(event)

        inner.connection_regained, inner._translator.tell = connection_regained, tell_all


class KeepsASet(Ear):
    """What is kept is no JSON."""

    def update_persisted_state(self, state: Any, merge: bool = True) -> None:
        self.host.update_persisted_state({**state, "seen": {1, 2}} if state else state, merge)


class KeepsTheTalk(Ear):
    """The whole talk is kept."""

    talk = ""

    def send_message_to_user(self, message: Any, agent_id: Any) -> None:
        self.talk += str(message)
        self.host.send_message_to_user(message, agent_id)

    def update_persisted_state(self, state: Any, merge: bool = True) -> None:
        self.host.update_persisted_state({**state, "talk": self.talk} if state else state, merge)


class NeverForgets(Ear):
    """What was kept of a chat stays when it has ended."""

    def update_persisted_state(self, state: Any, merge: bool = True) -> None:
        if state:
            self.host.update_persisted_state(state, merge)


class Merges(Ear):
    """The state is cleared with an empty one, which is merged into what is there."""

    def update_persisted_state(self, state: Any, merge: bool = True) -> None:
        self.host.update_persisted_state(state)


ADAPTERS = (
    Defect("replays_after_reload", "REC-06", "a reload repeats everything", "B54", factory(ReplaysAfterReload)),
    Defect("forgets_meanwhile", "REC-06", "what came meanwhile is lost", "", factory(ForgetsWhatCameMeanwhile)),
    Defect("answers_nothing", "REC-06", "reconnect answers nothing", "", factory(AnswersNothing)),
    Defect("lives_on_in_secret", "REC-06", "a chat that is over speaks", "", factory(LivesOnInSecret)),
    Defect("new_chat_after_reload", "REC-06", "a reload makes a new chat", "", factory(StartsAnewAfterReload)),
    Defect("reads_twice", "REC-07", "two calls make two readers", "B59", factory(ReadsTwice)),
    Defect("listens_again", "REC-07", "each stream adds a listener", "B29", factory(ListensAgain)),
    Defect("keeps_a_set", "REC-09", "what is kept is no JSON", "", told_by(KeepsASet)),
    Defect("keeps_the_talk", "REC-09", "the whole talk is kept", "", told_by(KeepsTheTalk)),
    Defect("never_forgets", "REC-09", "what is kept outlives the chat", "B56", told_by(NeverForgets)),
    Defect("merges_nothing", "REC-09", "clearing merges into what is there", "", told_by(Merges)),
)
