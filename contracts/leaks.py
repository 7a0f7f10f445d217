"""Looks for credentials where none may be: in what the adapter writes, tells, keeps and asks for, and in what a desk
answers.

A session knows the secrets of its run and must not repeat them: the trace is told where one was found, its kind and its
last three characters, and every other occurrence in the trace is masked. Requirements judge these notes (SEC-02,
SEC-03, SEC-09), so that they stay pure functions of the trace.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from typing import Any, TextIO

from contracts.trace import Entry, Side

SHORTEST_SECRET = 6
"""A shorter secret could stand in a text by chance."""
QUIET_LOGGERS = ("contracts", "asyncio", "urllib3", "websockets", "httpx", "httpcore", "aiohttp", "h11", "hypothesis")
"""Loggers that do not count: the suite's, and those of libraries, which tell all when nobody asked them to be silent.
Whether an adapter turns them on is its own affair; what it logs itself is not."""
LOG, CALLBACK, PERSISTED, ERROR, URL = "log", "callback", "persisted_state", "error", "url"
ANSWER = "answer"
"""What a desk under test sent: the answer of an operation, or a frame of its stream."""
API_KEY = "API key"


@dataclass(frozen=True)
class Secret:
    """A credential and what it is, in words."""

    kind: str
    value: str

    @property
    def ends(self) -> str:
        """What a report may show of it."""
        return self.value[-3:]

    @property
    def mask(self) -> str:
        """What stands in its place."""
        return f"<{self.kind} …{self.ends}>"


class Written:
    """What is logged and printed while a session runs, line by line."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @contextmanager
    def captured(self, foreign_threads: str | None) -> Iterator[None]:
        """Capture every logger at DEBUG, and what is printed; threads of the driver are left out."""
        with ExitStack() as stack:
            stack.enter_context(_listening(_Handler(self.lines, foreign_threads)))
            stack.enter_context(redirect_stdout(_Tee(sys.stdout, self.lines)))
            stack.enter_context(redirect_stderr(_Tee(sys.stderr, self.lines)))
            yield


class _Handler(logging.Handler):
    def __init__(self, lines: list[str], foreign_threads: str | None) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines
        self._foreign = foreign_threads

    def emit(self, record: logging.LogRecord) -> None:
        if self._foreign and (record.threadName or "").startswith(self._foreign):
            return
        if record.name.split(".")[0] in QUIET_LOGGERS:
            return
        try:
            self._lines.append(self.format(record))
        except Exception:
            self._lines.append(f"{record.msg} {record.args!r}")


@contextmanager
def _listening(handler: logging.Handler) -> Iterator[None]:
    disabled = logging.root.manager.disable
    root, quiet = logging.getLogger(), [logging.getLogger(name) for name in QUIET_LOGGERS]
    before = [(logger, logger.level) for logger in (root, *quiet)]
    for logger in quiet:
        logger.setLevel(max(logger.getEffectiveLevel(), logging.WARNING))  # their DEBUG is slow, and not looked at
    logging.disable(logging.NOTSET)
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        for logger, level in before:
            logger.setLevel(level)
        logging.disable(disabled)


class _Tee:
    """A text stream that writes what it gets, and keeps it."""

    def __init__(self, original: TextIO, lines: list[str]) -> None:
        self._original = original
        self._lines = lines

    def write(self, text: str) -> int:
        if text.strip():
            self._lines.append(text)
        return self._original.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)


def known_secrets(issued: Iterable[Mapping[str, Any]], options: Mapping[str, Any]) -> list[Secret]:
    """Return what must not be seen: the credentials that the desk has issued, and the API key of the options."""
    found = {str(one["value"]): Secret(str(one["kind"]), str(one["value"])) for one in issued}
    key = options.get("api_key")
    if isinstance(key, str):
        found.setdefault(key, Secret(API_KEY, key))
    return [secret for secret in found.values() if len(secret.value) >= SHORTEST_SECRET]


def search_answers(secrets: Iterable[Secret], entries: Iterable[Entry]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return where a desk gave an account's key to its client, like `search`; tokens are meant for the client."""
    answers = [entry for entry in entries if entry.side is Side.WIRE and entry.kind in ("exchange", "frame")]
    keys = [secret for secret in secrets if secret.kind == API_KEY]
    leaks = [
        {"where": ANSWER, "entry": entry.index, "credential": key.kind, "ends": key.ends}
        for entry in answers
        for key in keys
        if key.value in _text([entry.data.get(part) for part in ("body", "headers", "frame")])
    ]
    return leaks, {ANSWER: len(answers) if keys else 0}


def search(
    secrets: list[Secret], entries: Iterable[Entry], lines: Iterable[str], requests: Iterable[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return each leak, as the data of a trace entry, and over how much was searched, by place.

    ``requests``: what the desk noted of each request: ``path`` and ``query``, and ``token_in_url`` where it saw one and
    keeps it to itself.
    """
    places: list[tuple[str, int | None, str]] = [(LOG, None, line) for line in lines]
    places += [(where, entry.index, _text(entry.data)) for entry in entries if (where := _place(entry)) is not None]
    leaks = [
        {"where": where, "entry": index, "credential": secret.kind, "ends": secret.ends}
        for where, index, text in places
        for secret in secrets
        if secret.value in text
    ]
    counts = Counter(where for where, _, _ in places)
    for request in requests:
        counts[URL] += 1
        leaks += _in_url(request, secrets)
    return leaks, dict(counts)


def _in_url(request: Mapping[str, Any], secrets: list[Secret]) -> Iterator[dict[str, Any]]:
    about = {"where": URL, "entry": None, "operation": request.get("operation")}
    if request.get("token_in_url"):
        yield {**about, "credential": "token", "ends": None}
    address = f"{request.get('path')} {_text(request.get('query'))}"
    for secret in secrets:
        if secret.value in address:
            yield {**about, "credential": secret.kind, "ends": secret.ends}


def _place(entry: Entry) -> str | None:
    if entry.side is Side.CALLBACK:
        return PERSISTED if entry.kind == "update_persisted_state" else CALLBACK
    return ERROR if entry.side is Side.HOST and entry.kind == "settled" and entry.data.get("error") else None


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def masked(entries: tuple[Entry, ...], secrets: list[Secret]) -> tuple[Entry, ...]:
    """Return the entries with a mask in the place of each secret."""
    return tuple(
        replace(entry, data=_masked(dict(entry.data), secrets))
        if any(secret.value in _text(entry.data) for secret in secrets)
        else entry
        for entry in entries
    )


def _masked(value: Any, secrets: list[Secret]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret.value, secret.mask)
        return value
    if isinstance(value, Mapping):
        return {_masked(key, secrets): _masked(item, secrets) for key, item in value.items()}
    return [_masked(item, secrets) for item in value] if isinstance(value, list | tuple) else value
