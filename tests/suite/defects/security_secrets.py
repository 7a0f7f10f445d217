# ruff: noqa: D102, T201  (the class says what the fault is; the method is where it is put)
"""Faulty adapters that tell credentials, or do not notice when one expires."""

from __future__ import annotations

import logging
from typing import Any
from unittest.mock import patch

from byosd_reference.chat import Chat
from byosd_reference.desk_api import DeskApi
from tests.suite.defect import Defect
from tests.suite.defects.spoiled import Ear, Spoiled, factory


def token_of(chat: Any) -> str:
    """Return the token of a chat."""
    return str(chat._api._token)


class LogsItsToken(Spoiled):
    """The token is logged, at the most talkative level."""

    def spoil(self, chat: Chat) -> None:
        logging.getLogger("service_desk").debug("connected with %s", {"token": token_of(chat)})


class PrintsItsToken(Spoiled):
    """The token is written to the console."""

    def spoil(self, chat: Chat) -> None:
        print("token", token_of(chat))


class TokenInTheAddress(Spoiled):
    """The token stands in the address of the socket."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        inner._stream._door._url += f"?access_token={token_of(chat)}"


class TokenInAnotherAddress(Spoiled):
    """The token stands in the address of a request, under a name that no desk knows."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        call = inner._api._line.call

        def with_token(what: str, method: str, path: str, *rest: Any, **more: Any) -> Any:
            more["params"] = {**(more.get("params") or {}), "auth": token_of(inner)}
            return call(what, method, path, *rest, **more)

        inner._api._line.call = with_token


class TellsItsToken(Spoiled):
    """The token is told to the host, for its log."""

    class ear(Ear):
        """Adds to what is told of a loss."""

        def set_error_status(self, error: Any) -> None:
            told = f"Bearer {token_of(self.adapter.chat)}"
            self.host.set_error_status({**error, "log_info": told})


class KeyInTheError(Spoiled):
    """The text of an error holds the key of the account."""

    def start_chat(self, *args: Any) -> None:
        try:
            super().start_chat(*args)
        except Exception as error:
            raise RuntimeError(f"{error} ({self._around.settings.api_key})") from error


class PersistsItsToken(Spoiled):
    """The token is kept where everything can read it."""

    class ear(Ear):
        """Adds to what is kept."""

        def update_persisted_state(self, state: Any, merge: bool = True) -> None:
            token = {"token": token_of(self.adapter.kept_chat)} if state and self.adapter.kept_chat else {}
            self.host.update_persisted_state({**state, **token}, merge)

    kept_chat: Any = None

    def spoil(self, chat: Chat) -> None:
        self.kept_chat = chat


class PersistsItsKey(Spoiled):
    """The key of the account is kept where everything can read it."""

    class ear(Ear):
        """Adds to what is kept."""

        def update_persisted_state(self, state: Any, merge: bool = True) -> None:
            key = self.adapter._around.settings.api_key
            self.host.update_persisted_state({**state, "settings": [{"key": key}]} if state else state, merge)


class IgnoresExpiry(Spoiled):
    """A stream that ends because the token has expired is not looked after."""

    def spoil(self, chat: Chat) -> None:
        inner: Any = chat
        resume = inner._stream._resume

        def unless_expired(listener: Any, *, quietly: bool) -> bool:
            if "4401" in inner._stream._socket.why_closed():
                return False
            return bool(resume(listener, quietly=quietly))

        inner._stream._resume = unless_expired


class KeepsTheUserToken(Spoiled):
    """The user token is asked for once, and kept for ever."""

    token: str | None = None

    def start_chat(self, *args: Any) -> None:
        original = DeskApi.create_token

        def cached(api: DeskApi, api_key: str, user_id: str, deadline: Any) -> str:
            self.token = self.token or original(api, api_key, user_id, deadline)
            return self.token

        with patch.object(DeskApi, "create_token", cached):
            super().start_chat(*args)


ADAPTERS = (
    Defect("logs_its_token", "SEC-02", "the token is logged", "B22", factory(LogsItsToken)),
    Defect("prints_its_token", "SEC-02", "the token is printed", "B23", factory(PrintsItsToken)),
    Defect("token_in_the_address", "SEC-02", "the token is in the socket's URL", "B69", factory(TokenInTheAddress)),
    Defect("token_as_parameter", "SEC-02", "the token is in a request's URL", "B69", factory(TokenInAnotherAddress)),
    Defect("tells_its_token", "SEC-02", "the token is told to the host", "B23", factory(TellsItsToken)),
    Defect("key_in_the_error", "SEC-02", "an error holds the key", "", factory(KeyInTheError)),
    Defect("persists_its_token", "SEC-09", "the token is persisted", "", factory(PersistsItsToken)),
    Defect("persists_its_key", "SEC-09", "the key is persisted", "B48", factory(PersistsItsKey)),
    Defect("ignores_expiry", "SEC-05", "an expired token is not noticed", "B32", factory(IgnoresExpiry)),
    Defect("keeps_the_user_token", "SEC-05", "a user token is kept for ever", "B19", factory(KeepsTheUserToken)),
)
