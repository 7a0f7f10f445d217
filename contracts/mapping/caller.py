"""Making the calls of a mapping: templates filled, answers picked from, and what is shown of it without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.mapping.http import Line, Reply
from contracts.mapping.model import Function, Mapped, Request
from contracts.mapping.picks import pick
from contracts.mapping.secrets import Secrets
from contracts.mapping.template import fill_json, fill_text, fill_texts

SECRET_NAMES = ("token", "key", "secret", "password")
"""A picked name that ends so is kept out of what is recorded."""


@dataclass(frozen=True)
class Performed:
    """How a function went: the reply that decides (the main one, or that of the step that failed), and all raw."""

    ok: bool
    reply: Reply
    main_done: bool
    raw: tuple[Mapping[str, Any], ...]


class Caller:
    """Calls of the desk at one address."""

    def __init__(self, address: str, headers: Mapping[str, Any], secrets: Secrets) -> None:
        self.address = address
        self.secrets = secrets
        self._headers = headers

    @classmethod
    def of(cls, desk_url: str, mapping: Mapped) -> Caller:
        """Return a caller for the functions of a mapping.

        Raises:
            NoVariable: a variable of the mapping has no value.
        """
        return cls(desk_url.rstrip("/") + mapping.base, mapping.headers, Secrets(mapping.secrets()))

    def perform(self, function: Function, values: dict[str, Any], timeout: float) -> Performed:
        """Make the calls of a function until one fails; what is picked goes into ``values``.

        Raises:
            Unfilled: a name that a request needs has no value.
        """
        raw: list[Mapping[str, Any]] = []
        main: Reply | None = None
        for step in function.steps:
            sent = dict(values)
            reply = self.send(step.request, values, timeout)
            ok = step.success.met(reply.status, reply.body)
            if ok:
                self.pick(step.pick, reply.body, values)
            raw.append(self.shown(step.request, sent, reply))  # after the picks: what is secret is known now
            if not ok:
                return Performed(False, reply, main is not None, tuple(raw))
            main = reply if step is function.main else main
        assert main is not None
        return Performed(True, main, True, tuple(raw))

    def pick(self, picks: Mapping[str, str], body: Any, values: dict[str, Any]) -> None:
        """Take what the expressions pick into ``values``; what is not there stays as it was."""
        for name, expression in picks.items():
            found = pick(expression, body)
            if found is not None:
                values[name] = found
                if name.endswith(SECRET_NAMES):
                    self.secrets.add(found)

    def send(self, request: Request, values: Mapping[str, Any], timeout: float, line: Line | None = None) -> Reply:
        """Fill a request's templates and send it; ``line`` can give it up.

        Raises:
            Unfilled: a name that it needs has no value.
        """
        return (line or Line()).send(
            request.method,
            self.address + fill_text(request.path, values, quoted=True),
            fill_texts(request.query, values),
            {**fill_texts(self._headers, values), **fill_texts(request.headers, values)},
            json_body=None if request.json is None else fill_json(request.json, values),
            form=None if request.form is None else fill_texts(request.form, values),
            timeout=timeout,
        )

    def shown(self, request: Request, values: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
        """Return what went over the wire, without headers and secrets."""
        body = fill_json(request.json, values) if request.json is not None else None
        whole = {
            "method": request.method,
            "path": fill_text(request.path, values, quoted=True),
            "query": fill_texts(request.query, values),
            "sent": fill_texts(request.form, values) if request.form is not None else body,
            "status": reply.status,
            "body": reply.body,
        }
        hidden: dict[str, Any] = self.secrets.hide({name: value for name, value in whole.items() if value is not None})
        return hidden
