# ruff: noqa: D102  (the class says in what it is wrong; the method is where it is)
"""Faulty adapters that share the screen wrongly."""

from __future__ import annotations

from typing import Any

from byosd_reference.chat import Chat
from byosd_reference.settings import Deadline
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory, told_by


class AsksTwice(Ear):
    """The user is asked again, to be sure."""

    def screen_share_request(self) -> Any:
        self.host.screen_share_request()
        return self.host.screen_share_request()


class AcceptsForTheUser(Ear):
    """Whatever the user answers, the agent hears yes."""

    def screen_share_request(self) -> Any:
        self.host.screen_share_request()
        return "accepted"


class NeverAsks(Ear):
    """Requests are declined by themselves."""

    def screen_share_request(self) -> Any:
        return "declined"


class Wire(Spoiled):
    """How the answer goes to the desk is changed."""

    def spoil(self, chat: Chat) -> None:
        api: Any = chat._api
        answer = api.answer_screen_share

        def changed(request_id: str, word: str, deadline: Deadline) -> None:
            for one in self.words(word):
                answer(request_id, one, deadline)

        api.answer_screen_share = changed

    def words(self, word: str) -> list[str]:
        return [word]


class AnswersTwice(Wire):
    """An answer is sent twice."""

    def words(self, word: str) -> list[str]:
        return [word, word]


class KeepsTheAnswer(Wire):
    """A no is not told: the agent will see that nothing comes."""

    def words(self, word: str) -> list[str]:
        return [] if word == "declined" else [word]


class DoesNotTellTheStop(Spoiled):
    """The user's stop is an affair of the widget."""

    def screen_share_stop(self) -> None:
        return


class TellsEachStop(Spoiled):
    """Each stop is told, whether something is shared or not."""

    def spoil(self, chat: Chat) -> None:
        share: Any = chat.screen_share
        requested, share.latest = share.requested, None

        def noted(data: Any) -> None:
            share.latest = data["request_id"]
            requested(data)

        share.requested = noted

    def screen_share_stop(self) -> None:
        if isinstance(self.chat, Chat):
            share: Any = self.chat.screen_share
            self.chat._api.answer_screen_share(share.latest, "ended", Deadline(2.0))


class HidesTheAgentsStop(Ear):
    """The host is not told that an agent has stopped the sharing."""

    def screen_share_ended(self) -> None:
        return


class TellsEachEnd(Spoiled):
    """The host is told of each end, also of the user's own."""

    def screen_share_stop(self) -> None:
        super().screen_share_stop()
        self.host.screen_share_ended()


class AnswersLate(Spoiled):
    """What was taken back is answered all the same."""

    def spoil(self, chat: Chat) -> None:
        share: Any = chat.screen_share
        share._note_answer = lambda request_id, answer: True


class AsksAfterEachConnection(Spoiled):
    """Requests are put to the user as they come, also those that have come before."""

    def spoil(self, chat: Chat) -> None:
        stream: Any = chat._stream
        seen: dict[int, Any] = {}
        came = chat.event_came

        def kept(event: Any) -> None:
            if event.type == "screen_share.requested":
                seen[event.seq] = event
            came(event)

        chat.event_came = kept  # type: ignore[method-assign]
        regained = chat.connection_regained

        def again() -> None:
            regained()
            for event in seen.values():
                share: Any = chat.screen_share
                share._current = None
                share.requested(event.data)

        chat.connection_regained = again  # type: ignore[method-assign]
        assert stream is not None


DEFECTS = (
    Defect("asks_for_screen_twice", "FIL-07", "two dialogs for one request", factory=told_by(AsksTwice)),
    Defect("accepts_for_the_user", "FIL-07", "a no becomes a yes", factory=told_by(AcceptsForTheUser)),
    Defect("never_asks_for_screen", "FIL-07", "the user is not asked", factory=told_by(NeverAsks)),
    Defect("answers_screen_twice", "FIL-07", "an answer is sent twice", factory=factory(AnswersTwice)),
    Defect("keeps_the_answer", "FIL-07", "a no is not told", factory=factory(KeepsTheAnswer)),
    Defect("hides_the_users_stop", "FIL-07", "the desk is not told of a stop", factory=factory(DoesNotTellTheStop)),
    Defect("tells_each_stop", "FIL-07", "a stop of nothing is told", factory=factory(TellsEachStop)),
    Defect("hides_the_agents_stop", "FIL-07", "the host is not told", factory=told_by(HidesTheAgentsStop)),
    Defect("tells_each_end", "FIL-07", "the user's own stop is told back", factory=factory(TellsEachEnd)),
    Defect("answers_screen_late", "FIL-07", "what was taken back is accepted", factory=factory(AnswersLate)),
    Defect("asks_after_reconnect", "FIL-07", "asked again after a loss", factory=factory(AsksAfterEachConnection)),
)
