# ruff: noqa: D102  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that lose, change or mix up the host's state, and what the bot knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote

from byosd_reference.errors import DeskError
from byosd_reference.settings import Deadline
from contracts.frozen import InputMutated
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Spoiled, factory

Item = dict[str, Any]


class ChangesTheConnectMessage(Spoiled):
    """An adapter that reads the connect message otherwise than it is."""

    def start_chat(self, connect_message: Any, options: Any = None) -> None:
        generic = [self.read({**item}) for item in connect_message["output"]["generic"]]
        super().start_chat({**connect_message, "output": {"generic": generic}}, None)

    def read(self, item: Item) -> Item:
        """Return the item as it is read."""
        return item


class KeepsMessageToItself(ChangesTheConnectMessage):
    """The bot's message to the agent is not passed on."""

    def read(self, item: Item) -> Item:
        return {**item, "message_to_human_agent": None}


class KeepsTopicToItself(ChangesTheConnectMessage):
    """The topic is not passed on."""

    def read(self, item: Item) -> Item:
        return {**item, "topic": None}


class KeepsHistoryToItself(ChangesTheConnectMessage):
    """The key of the talk with the bot is not passed on."""

    def read(self, item: Item) -> Item:
        return {**item, "transfer_info": {}}


def with_key(item: Item, change: Callable[[str], str]) -> Item:
    """Return the item with another history key."""
    info = item.get("transfer_info") or {}
    key = info.get("session_history_key")
    return {**item, "transfer_info": {**info, "session_history_key": change(key)}} if key else item


class PutsTheKeyIntoAnAddress(ChangesTheConnectMessage):
    """The history key goes through an address, in which it is not encoded."""

    def read(self, item: Item) -> Item:
        return with_key(item, lambda key: parse_qs(f"key={key.partition('#')[0]}")["key"][0])


class SplitsTheKey(ChangesTheConnectMessage):
    """Of the history key the first two parts are kept."""

    def read(self, item: Item) -> Item:
        return with_key(item, lambda key: "::".join(key.split("::")[:2]))


class FlattensAdditionalData(ChangesTheConnectMessage):
    """Additional data becomes texts."""

    def read(self, item: Item) -> Item:
        info = item.get("transfer_info") or {}
        data = {name: str(value) for name, value in (info.get("additional_data") or {}).items()}
        return {**item, "transfer_info": {**info, "additional_data": data}}


class DecodesTheSession(Spoiled):
    """The session's id is taken for a part of an address, and decoded."""

    def update_state(self, state: Any) -> None:
        super().update_state({name: unquote(value) if value else value for name, value in state.items()})


# update_state


class NeedsAFullState(Spoiled):
    """Each part of the state is used without a look whether it is there."""

    def update_state(self, state: Any) -> None:
        super().update_state({"locale": state["locale"].lower(), "user_id": state["user_id"].strip()})


class NeedsAChat(Spoiled):
    """A state without a chat is an error."""

    def update_state(self, state: Any) -> None:
        self._running_chat()
        super().update_state(state)


class TellsWhetherItArrived(Spoiled):
    """A state that the desk refuses is an exception."""

    def update_state(self, state: Any) -> None:
        if self.chat is not None and not self.chat.is_over and any(state.values()):
            self.chat._api.update_state({name: value for name, value in state.items() if value}, Deadline(0.5))


class WaitsForTheDesk(Spoiled):
    """The host waits until the desk has noted the state, however long that takes."""

    def update_state(self, state: Any) -> None:
        super().update_state(state)
        if self.chat is not None and not self.chat.is_over and any(state.values()):
            with suppress(DeskError):
                self.chat._api.update_state({name: value for name, value in state.items() if value}, Deadline(4.0))


class ForgetsTheState(Spoiled):
    """The state is kept for nobody."""

    def update_state(self, state: Any) -> None:
        self.kept = dict(state)


class KnowsTheUserOnly(Spoiled):
    """Session and locale are dropped."""

    def update_state(self, state: Any) -> None:
        super().update_state({"user_id": state.get("user_id")})


class WaitsForTheNextChat(Spoiled):
    """A new state is for the next chat."""

    def update_state(self, state: Mapping[str, Any]) -> None:
        with self._lock:
            self._state.update({name: value for name, value in state.items() if value})


class TellsTheStateBehind(Spoiled):
    """The state is told when there is time; messages overtake it."""

    def spoil(self, chat: Any) -> None:
        def later(change: Any) -> None:
            chat._workers.start("state", lambda: self._tell(chat, dict(change)))

        chat.outbox.update_state = later

    def _tell(self, chat: Any, change: dict[str, str]) -> None:
        with suppress(DeskError):
            chat._api.update_state(change, Deadline(2.0))


class SharesTheUser(Spoiled):
    """Whoever logged in last is everybody."""

    everybody: ClassVar[dict[str, list[Spoiled]]] = {}

    def built(self) -> None:
        self.everybody.setdefault(self.desk_url, []).append(self)

    def update_state(self, state: Any) -> None:
        for adapter in self.everybody[self.desk_url]:
            Spoiled.update_state(adapter, state)


# inputs


class MarksTheMessage(Spoiled):
    """The message that is sent gets a mark, if it takes one."""

    def send_message_to_agent(self, message: Any, *rest: Any) -> None:
        with suppress(InputMutated):
            message["sent"] = True
        super().send_message_to_agent(message, *rest)


class TakesTheItemOut(Spoiled):
    """The connect message is emptied of what has been read."""

    def start_chat(self, connect_message: Any, *rest: Any) -> None:
        super().start_chat(connect_message, *rest)
        with suppress(TypeError):
            connect_message["output"]["generic"].pop()


class FillsTheState(Spoiled):
    """What the state lacks is filled in."""

    def update_state(self, state: Any) -> None:
        try:
            state.setdefault("locale", "en")
        except InputMutated:
            state = dict(state)
        super().update_state(state)


ADAPTERS = (
    Defect("needs_a_full_state", "STA-01", "a partial state raises", "", factory(NeedsAFullState)),
    Defect("state_needs_a_chat", "STA-01", "a state before the chat raises", "", factory(NeedsAChat)),
    Defect("tells_if_it_arrived", "STA-01", "a refused state raises", "", factory(TellsWhetherItArrived)),
    Defect("waits_for_the_desk", "STA-01", "a state waits for a silent desk", "", factory(WaitsForTheDesk)),
    Defect("forgets_the_state", "STA-02", "the state is dropped", "B17", factory(ForgetsTheState)),
    Defect("knows_the_user_only", "STA-02", "session and locale are dropped", "B17", factory(KnowsTheUserOnly)),
    Defect("keeps_the_message", "STA-03", "the message to the agent is lost", "B61", factory(KeepsMessageToItself)),
    Defect("keeps_the_topic", "STA-03", "the topic is lost", "B61", factory(KeepsTopicToItself)),
    Defect("keeps_the_history", "STA-03", "the history key is lost", "B61", factory(KeepsHistoryToItself)),
    Defect("key_in_an_address", "STA-04", "the key is not encoded", "B22", factory(PutsTheKeyIntoAnAddress)),
    Defect("splits_the_key", "STA-04", "the key loses its end", "B22", factory(SplitsTheKey)),
    Defect("decodes_the_session", "STA-04", "the session id is decoded", "", factory(DecodesTheSession)),
    Defect("flattens_data", "STA-04", "additional data becomes texts", "", factory(FlattensAdditionalData)),
    Defect("state_for_the_next", "STA-05", "a new user is for the next chat", "B17", factory(WaitsForTheNextChat)),
    Defect("state_comes_behind", "STA-05", "messages overtake the new user", "", factory(TellsTheStateBehind)),
    Defect("shares_the_user", "STA-05", "a new user is everybody's", "B33", factory(SharesTheUser)),
    Defect("marks_the_message", "STA-06", "a message is changed, silently", "", factory(MarksTheMessage)),
    Defect("empties_the_connect", "STA-06", "the connect message is emptied", "", factory(TakesTheItemOut)),
    Defect("fills_the_state", "STA-06", "a state is filled in", "", factory(FillsTheState)),
)
