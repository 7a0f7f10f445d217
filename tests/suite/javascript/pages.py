"""Bundles under test without a desk: a page is opened, its functions are called, and the host's side is recorded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from contracts.adapter import Callback
from contracts.clock import SuiteClock
from contracts.lanes.chromium import find_chromium
from contracts.lanes.javascript import PageOptions
from contracts.lanes.node import find_node
from contracts.lanes.python_object import BadTarget
from contracts.lanes.targets import BROWSER, NODE, open_target
from contracts.no_desk import NoDesk

LANES = [NODE, pytest.param(BROWSER, marks=pytest.mark.all)]
"""Both lanes; the one with a browser runs in CI."""
SECONDS = 20.0


def needs(lane: str) -> None:
    """Skip a test whose lane cannot be had here."""
    try:
        find_node() if lane == NODE else find_chromium()
    except BadTarget as error:
        pytest.skip(str(error))


class Recorder:
    """The host: it remembers what it is told, and may be asked to fail."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self._came = threading.Condition()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(**arguments: Any) -> Any:
            with self._came:
                self.told.append((name, arguments))
                self._came.notify_all()
            answer = self.answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return called

    def wait_for(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Return what was told when it is so much."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.told) >= count, SECONDS), self.told
            return list(self.told)


class OpenedPage:
    """A page with a bundle in it. ``heard`` is what the lane tells of it: ``(kind, text)``."""

    def __init__(self, adapter: Any, host: Recorder, clock: SuiteClock) -> None:
        self.adapter = adapter
        self.host = host
        self.clock = clock
        self.heard: list[tuple[str, str]] = []
        self._came = threading.Condition()
        adapter.listen(self._hear)

    def _hear(self, kind: str, text: str) -> None:
        with self._came:
            self.heard.append((kind, text))
            self._came.notify_all()

    def wait_to_hear(self, part: str) -> tuple[str, str]:
        """Return the first thing told that has ``part`` in it."""
        with self._came:
            found = lambda: next((one for one in self.heard if part in one[1]), None)  # noqa: E731
            assert self._came.wait_for(found, SECONDS), self.heard
            return cast("tuple[str, str]", found())


@contextmanager
def page_of(
    text: str, folder: Path, lane: str, *, name: str = "bundle.js", tokens: dict[str, str] | None = None, **how: Any
) -> Iterator[OpenedPage]:
    """Open a page with a bundle of this text. ``how``: ``state`` for the persisted state, ``desk_url``, and fields of
    :class:`PageOptions`."""
    needs(lane)
    state, desk_url = how.pop("state", None), how.pop("desk_url", "http://127.0.0.1:9/desks/one")
    bundle = folder / name
    bundle.write_text(text, encoding="utf-8")
    target = open_target(str(bundle), lane, PageOptions(**how))
    clock, host = SuiteClock(NoDesk()), Recorder()
    adapter: Any = None
    try:
        kept = {} if state is None else {"persisted_state": state}
        options = {"token_store": {} if tokens is None else tokens, "timeout_scale": 0.25}
        adapter = cast(Any, target.factory)(desk_url, cast(Callback, host), clock=clock, options=options, **kept)
        yield OpenedPage(adapter, host, clock)
    finally:
        if adapter is not None:
            adapter.kill()
        target.close()


def integration(**functions: str) -> str:
    """Return a bundle whose integration has these functions, ``name="(arguments) => expression"``; within them the
    host is ``callback`` and what the factory was given ``parameters``."""
    own = {"getName": "() => 'test'", **functions}
    body = ", ".join(f"{name}: {code}" for name, code in own.items())
    factory = "(parameters) => { const { callback } = parameters; return { " + body + " }; }"
    return f"window.WebChatServiceDeskFactory = {factory};"
