"""What a session gathers besides what it sees happen: what the adapter wrote, what it asked the desk for and when, and
whether a credential stands where none may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts.leaks import API_KEY, Secret, Written, known_secrets, masked, search, search_answers
from contracts.trace import Entry, Side

if TYPE_CHECKING:
    from contracts.session import Session


class Evidence:
    """Gathers for one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._written = Written()

    @contextmanager
    def captured(self) -> Iterator[None]:
        """Capture what is written while the session runs."""
        with self._written.captured(self._session.description.get("thread_prefix")):
            yield

    def gather(self) -> None:
        """Note at the end of a run what the desk received, and where credentials were found."""
        requests = list(self._requests())
        timed = any(page.clock.used for page in self._session.pages)
        self._session.recorder.add(Side.SUITE, "requests", timed=timed, requests=[_paced(one) for one in requests])
        if self._session.subject.kind == "desk" or self._offers("secrets"):
            self._search(requests)

    def masked(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Return the entries without credentials: a trace is shown, stored and sent around."""
        return masked(entries, self._secrets())

    def _search(self, requests: list[dict[str, Any]]) -> None:
        secrets, recorder = self._secrets(), self._session.recorder
        if self._session.subject.kind == "desk":
            leaks, over = search_answers(secrets, recorder.snapshot())
        else:
            leaks, over = search(secrets, recorder.snapshot(), self._written.lines, requests)
        for leak in leaks:
            recorder.add(Side.SUITE, "leak", **leak)
        recorder.add(Side.SUITE, "searched", secrets=len(secrets), over=over)

    def _secrets(self) -> list[Secret]:
        session = self._session
        issued: list[Mapping[str, Any]] = list(session.driver.secrets()) if self._offers("secrets") else []
        kept = [value for host in session.hosts.values() for value in host.tokens.values() if isinstance(value, str)]
        issued += [{"kind": "token of the session storage", "value": value} for value in kept]
        issued += [{"kind": API_KEY, "value": key} for key in session.settings.get("api_keys") or ()]
        unique = {str(one["value"]): one for one in reversed(issued)}
        return known_secrets(unique.values(), session.desk.get("options", {}))

    def _offers(self, operation: str) -> bool:
        return operation in self._session.description.get("operations", ())

    def _requests(self) -> Iterator[dict[str, Any]]:
        """Yield what the desk noted of each request, with the status of its answer and the seconds since the start."""
        journal = self._session.driver.journal() if self._offers("journal") else []
        statuses = {one["cause"]: one["data"].get("status") for one in journal if one["kind"] == "response"}
        for one in journal:
            if one["kind"] == "request":
                moment = datetime.fromisoformat(one["time"]).timestamp()
                yield {
                    **one["data"],
                    "conversation_id": one.get("conversation_id"),
                    "status": statuses.get(one["position"]),
                    "seconds": round(moment - self._session.recorder.start, 6),
                }


def _paced(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return what tells the pace of requests, without what is in them; a message keeps its id and text."""
    shown = {name: request.get(name) for name in ("operation", "conversation_id", "status", "seconds")}
    body = request.get("body")
    message = body if request.get("operation") == "sendMessageToAgent" and isinstance(body, Mapping) else {}
    return {**shown, "message_id": message.get("message_id"), "text": message.get("text")}
