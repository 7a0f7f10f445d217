"""The control of a desk over HTTP: the same operations as :class:`mockdesk.server.control.DeskControl` in process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import requests

from mockdesk.core.error_codes import ERRORS_BY_CODE
from mockdesk.core.errors import DeskError, FieldError, InjectedFault

ANSWER_SECONDS = 30.0
"""How long (wall) an answer may take; a wait gets its own time on top."""


class ControlClient:
    """Speaks to ``{desk_url}/_mock``. Refusals are the ``DeskError`` that the desk answered."""

    def __init__(self, desk_url: str, session: requests.Session | None = None) -> None:
        self.url = desk_url.rstrip("/")
        self._session = session or requests.Session()
        self._session.trust_env = False

    @property
    def name(self) -> str:
        """The desk's name; empty for the server's own."""
        return self.url.partition("/desks/")[2]

    @property
    def path(self) -> str:
        """The desk's path below the server's URL."""
        return f"/desks/{self.name}" if self.name else ""

    def check(self) -> None:
        """Look whether there is a control API.

        Raises:
            ConnectionError: nothing answers there, or something else does.
        """
        try:
            self.describe()
        except (requests.RequestException, DeskError, ValueError, TypeError) as error:
            raise ConnectionError(f"no mock desk's control API at {self.url}/_mock: {_brief(error)}") from None

    def describe(self) -> dict[str, Any]:
        """Return what the desk is."""
        return dict(self._call("GET", ""))

    def conversations(self) -> list[dict[str, Any]]:
        """Return what the desk really has, oldest first."""
        return list(self._call("GET", "/conversations")["conversations"])

    def conversation(self, conversation_id: str) -> dict[str, Any]:
        """Return what the desk really has of one conversation."""
        return dict(self._call("GET", f"/conversations/{_part(conversation_id)}"))

    def remove_conversation(self, conversation_id: str) -> None:
        """Forget a conversation."""
        self._call("DELETE", f"/conversations/{_part(conversation_id)}")

    def act(self, conversation_id: str, action: Mapping[str, Any]) -> dict[str, Any]:
        """Do as an agent does; return ``{"events": [...]}``."""
        return dict(self._call("POST", f"/conversations/{_part(conversation_id)}/actions", dict(action)))

    def agents(self) -> list[dict[str, Any]]:
        """Return the roster."""
        return list(self._call("GET", "/agents")["agents"])

    def set_agent(self, agent_id: str, agent: Mapping[str, Any]) -> dict[str, Any]:
        """Add or replace an agent."""
        return dict(self._call("PUT", f"/agents/{_part(agent_id)}", dict(agent)))

    def remove_agent(self, agent_id: str) -> None:
        """Take an agent off the roster."""
        self._call("DELETE", f"/agents/{_part(agent_id)}")

    def queues(self) -> dict[str, dict[str, Any]]:
        """Return every queue by name."""
        return {queue["name"]: queue for queue in self._call("GET", "/queues")["queues"]}

    def set_queue(self, name: str, queue: Mapping[str, Any]) -> dict[str, Any]:
        """Make a queue or change what is named of it."""
        return dict(self._call("PUT", f"/queues/{_part(name)}", dict(queue)))

    def script(self) -> dict[str, Any] | None:
        """Return the installed script."""
        script: dict[str, Any] | None = self._call("GET", "/script")["script"]
        return script

    def install_script(self, source: str | Mapping[str, Any] | None) -> dict[str, Any] | None:
        """Let a script play the agents: a built-in's name, or a script as a dict; ``None``: nobody."""
        if source is None:
            self._call("DELETE", "/script")
            return None
        body = {"name": source} if isinstance(source, str) else {"script": dict(source)}
        return dict(self._call("PUT", "/script", body)["script"])

    def signal(self, name: str, conversation_id: str | None = None) -> int:
        """Give the installed script a signal; return how many conversations were told."""
        return int(self._call("POST", "/script/signals", {"name": name, "conversation_id": conversation_id})["told"])

    def clock(self) -> dict[str, Any]:
        """Return the clock."""
        return dict(self._call("GET", "/clock"))

    def now(self) -> float:
        """Return the desk's time."""
        return float(self.clock()["now"])

    def advance(self, seconds: float | None = None, to_next: bool = False) -> dict[str, Any]:
        """Move the virtual clock by ``seconds``, or to the next timer; return the clock."""
        return dict(self._call("POST", "/clock/advance", {"seconds": seconds, "to_next": to_next}))

    def set_speed(self, speed: float) -> dict[str, Any]:
        """Let a running clock go ``speed`` times as fast; 0: it stands still."""
        return dict(self._call("PUT", "/clock", {"speed": speed}))

    def faults(self) -> list[dict[str, Any]]:
        """Return the installed faults."""
        return list(self._call("GET", "/faults")["faults"])

    def inject(self, fault: Mapping[str, Any]) -> str:
        """Install a fault and return its id."""
        return str(self._call("POST", "/faults", dict(fault))["id"])

    def remove_fault(self, fault_id: str) -> None:
        """Remove one fault."""
        self._call("DELETE", f"/faults/{_part(fault_id)}")

    def clear_faults(self) -> None:
        """Remove every fault and let go what is held."""
        self._call("DELETE", "/faults")

    def release(self, conversation_id: str | None = None, count: int | None = None) -> int:
        """Let go what is held; return how many went."""
        return int(self._call("POST", "/release", {"conversation_id": conversation_id, "count": count})["released"])

    def journal(self, after: int = 0, kinds: tuple[str, ...] | None = None, limit: int | None = None) -> dict[str, Any]:
        """Return the journal after a position: all entries, or the oldest ``limit``."""
        most = "" if limit is None else f"&limit={limit}"
        return dict(self._call("GET", f"/journal?after={after}&kind={','.join(kinds or ())}{most}"))

    def wait(
        self, match: Mapping[str, Any], count: int = 1, timeout_seconds: float = 5.0, after: int = 0
    ) -> dict[str, Any]:
        """Wait (wall seconds) for journal entries."""
        wanted = {"match": dict(match), "count": count, "timeout_seconds": timeout_seconds, "after": after}
        return dict(self._call("POST", "/wait", wanted, ANSWER_SECONDS + timeout_seconds))

    def transcript(self) -> str:
        """Return the canonical JSON of all event logs."""
        return self._answer("GET", "/transcript").content.decode()

    def digest(self) -> str:
        """Return the SHA-256 of the transcript."""
        return str(self._answer("GET", "/transcript").headers["Mockdesk-Digest"])

    def played_script(self, conversation_id: str) -> str:
        """Return what the agents did in a conversation as a script file (YAML)."""
        return self._answer("GET", f"/conversations/{_part(conversation_id)}/script").content.decode()

    def stream(
        self, after: str = "0", kinds: tuple[str, ...] | None = None, quiet_seconds: float | None = None
    ) -> Iterator[dict[str, Any]]:
        """Give the control stream's events ``{"event", "id", "data"}`` until the desk is reset or stops.

        ``after`` is a position or an ``id``; ``quiet_seconds`` (wall) ends it when nothing has come for so long.
        """
        url = f"{self.url}/_mock/stream"
        asked = {"after": after, "kind": ",".join(kinds or ())}
        with self._session.get(url, params=asked, stream=True, timeout=(ANSWER_SECONDS, quiet_seconds)) as answer:
            _checked(answer)
            yield from _until_quiet(server_sent_events(answer))

    def put_file(self, name: str, content: bytes, content_type: str = "application/octet-stream") -> dict[str, Any]:
        """Keep a file that agents can send: an item's ``url`` is the desk's URL with the ``path`` that is returned."""
        url = f"{self.url}/_mock/files/{quote(name)}"
        typed = {"Content-Type": content_type}
        return dict(_checked(self._session.put(url, data=content, headers=typed, timeout=ANSWER_SECONDS)).json())

    def file(self, name: str) -> bytes:
        """Return the content of a file that agents can send."""
        return self._answer("GET", f"/files/{quote(name)}").content

    def user_file(self, conversation_id: str, file_id: str) -> bytes:
        """Return the content of a file that the user has sent."""
        return self._answer("GET", f"/conversations/{_part(conversation_id)}/files/{_part(file_id)}").content

    def census(self) -> dict[str, Any]:
        """Return what is open."""
        return dict(self._call("GET", "/census"))

    def reset(self) -> None:
        """Begin anew."""
        self._call("POST", "/reset")

    def make_desk(self, settings: Mapping[str, Any] | None = None, clock: str | None = None) -> ControlClient:
        """Make an isolated desk at the same server and return its control."""
        made = self._call("POST", "/desks", {"settings": dict(settings or {}), "clock": clock})
        return ControlClient(made["url"], self._session)

    def remove_desk(self, name: str) -> None:
        """Stop an isolated desk of this server."""
        self._call("DELETE", f"/desks/{_part(name)}")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _call(self, method: str, path: str, body: Any = None, seconds: float = ANSWER_SECONDS) -> Any:
        answer = self._answer(method, path, body, seconds)
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, body: Any = None, seconds: float = ANSWER_SECONDS) -> requests.Response:
        return _checked(self._session.request(method, f"{self.url}/_mock{path}", json=body, timeout=seconds))


def _checked(answer: requests.Response) -> requests.Response:
    if answer.status_code >= 400:
        raise _refusal(answer)
    return answer


def server_sent_events(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """Give the events of an event stream whose data is JSON, as ``{"event", "id", "data"}``."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines(chunk_size=None):
        name, _, value = line.decode().partition(": ")
        if name:
            fields[name] = value
        elif line == b"" and "data" in fields:
            yield {"event": fields["event"], "id": fields.get("id"), "data": json.loads(fields["data"])}
            fields = {}


def _until_quiet(events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give events until nothing has come for as long as the session waits."""
    try:
        yield from events
    except requests.ConnectionError as error:
        if "timed out" not in str(error).lower():
            raise


def _part(text: str) -> str:
    return quote(text, safe="")


def _refusal(answer: requests.Response) -> DeskError:
    """Return the refusal that the desk answered, as the error it was in the desk."""
    problem = answer.json()
    errors = [FieldError(each["pointer"], each["detail"]) for each in problem.get("errors", [])]
    kind = ERRORS_BY_CODE.get(problem["code"])
    if kind is None:
        return InjectedFault(problem["detail"], answer.status_code, problem["code"], problem["retryable"])
    error = kind(problem["detail"])
    error.errors = tuple(errors)
    return error


def _brief(error: Exception) -> str:
    if isinstance(error, requests.ConnectionError):
        return "nothing listens there"
    return str(error) if isinstance(error, DeskError) else "what answers is something else"
