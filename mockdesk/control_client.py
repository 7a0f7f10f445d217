"""The control of a desk over HTTP: the same operations as :class:`mockdesk.server.control.DeskControl` in process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

from mockdesk.core.errors import ERRORS_BY_CODE, DeskError, FieldError

ANSWER_SECONDS = 30.0
"""How long (wall) an answer may take; a wait gets its own time on top."""


class ControlClient:
    """Speaks to ``{desk_url}/_mock``. Refusals are the ``DeskError`` that the desk answered."""

    def __init__(self, desk_url: str, session: requests.Session | None = None) -> None:
        self.url = desk_url.rstrip("/")
        self._session = session or requests.Session()
        self._session.trust_env = False

    def describe(self) -> dict[str, Any]:
        """Return what the desk is.

        Raises:
            ConnectionError: nothing answers there, or it has no control API.
        """
        try:
            told = self._call("GET", "")
        except (requests.RequestException, DeskError, ValueError) as error:
            raise ConnectionError(f"no mock desk's control API at {self.url}/_mock: {_brief(error)}") from None
        return dict(told)

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first."""
        return list(self._call("GET", "/conversations")["conversations"])

    def act(self, conversation_id: str, action: Mapping[str, Any]) -> dict[str, Any]:
        """Do as an agent does; return ``{"events": [...]}``."""
        return dict(self._call("POST", f"/conversations/{quote(conversation_id, safe='')}/actions", dict(action)))

    def inject(self, fault: Mapping[str, Any]) -> str:
        """Install a fault and return its id."""
        return str(self._call("POST", "/faults", dict(fault))["id"])

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let go what is held; return how many went."""
        return int(self._call("POST", "/release", {"conversation_id": conversation_id, "count": count})["released"])

    def clear_faults(self) -> None:
        """Remove every fault and let go what is held."""
        self._call("DELETE", "/faults")

    def now(self) -> float:
        """Return the desk's time."""
        return float(self._call("GET", "/clock")["now"])

    def advance(self, seconds: float) -> dict[str, Any]:
        """Move the virtual clock; return the clock."""
        return dict(self._call("POST", "/clock/advance", {"seconds": seconds}))

    def census(self) -> dict[str, Any]:
        """Return what is open."""
        return dict(self._call("GET", "/census"))

    def journal(self, after: int = 0) -> dict[str, Any]:
        """Return the journal after a position."""
        return dict(self._call("GET", f"/journal?after={after}"))

    def wait(self, match: Mapping[str, Any], count: int = 1, timeout_seconds: float = 5.0) -> dict[str, Any]:
        """Wait (wall seconds) for journal entries."""
        wanted = {"match": dict(match), "count": count, "timeout_seconds": timeout_seconds}
        return dict(self._call("POST", "/wait", wanted, ANSWER_SECONDS + timeout_seconds))

    def make_desk(self, settings: Mapping[str, Any], clock: str) -> ControlClient:
        """Make an isolated desk at the same server and return its control."""
        made = self._call("POST", "/desks", {"settings": dict(settings), "clock": clock})
        return ControlClient(made["url"], self._session)

    def remove_desk(self, name: str) -> None:
        """Stop an isolated desk of this server."""
        self._call("DELETE", f"/desks/{quote(name, safe='')}")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _call(self, method: str, path: str, body: Any = None, seconds: float = ANSWER_SECONDS) -> Any:
        answer = self._session.request(method, f"{self.url}/_mock{path}", json=body, timeout=seconds)
        if answer.status_code >= 400:
            raise _refusal(answer)
        return answer.json() if answer.content else None


def _refusal(answer: requests.Response) -> DeskError:
    """Return the refusal that the desk answered, as the error it was in the desk."""
    problem = answer.json()
    kind = ERRORS_BY_CODE.get(problem.get("code"), DeskError)
    error = kind(str(problem.get("detail", answer.reason)))
    error.status = answer.status_code
    error.errors = tuple(FieldError(each["pointer"], each["detail"]) for each in problem.get("errors", []))
    return error


def _brief(error: Exception) -> str:
    if isinstance(error, requests.ConnectionError):
        return "nothing listens there"
    return f"{type(error).__name__}" if isinstance(error, requests.RequestException) else str(error)
