"""An adapter that tells its credentials in several places at once."""

from __future__ import annotations

from byosd_reference.chat import Chat
from tests.suite.defects.security_secrets import KeyInTheError, LogsItsToken, TellsItsToken, TokenInAnotherAddress
from tests.suite.defects.spoiled import Ear, factory


class LeaksEverywhere(KeyInTheError):
    """In logs, addresses, what the host is told, and errors."""

    ear: type[Ear] = TellsItsToken.ear

    def spoil(self, chat: Chat) -> None:
        """Put all the faults into a chat."""
        LogsItsToken.spoil(self, chat)  # type: ignore[arg-type]
        TokenInAnotherAddress.spoil(self, chat)  # type: ignore[arg-type]


connect = factory(LeaksEverywhere)
