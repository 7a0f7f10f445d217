"""The Python lane: a target ``package.module:factory`` is imported, its methods are called, coroutines are awaited."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from contracts.adapter import AdapterFactory, Clock
from contracts.timing import Takes


class BadTarget(ValueError):
    """A target cannot be had; the message says which part is wrong and what to do."""


def load(target: str) -> Any:
    """Return what ``package.module:name`` names. The working directory is searched, too.

    Raises:
        BadTarget: the form, the module or the name is wrong, or the module raised on import.
    """
    module_name, colon, name = target.partition(":")
    if not colon or not module_name or not name:
        raise BadTarget(f"{target!r} is not of the form package.module:name")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise BadTarget(
            f"{target!r}: there is no module {error.name!r}; is it installed, or the path wrong?"
        ) from error
    except Exception as error:
        raise BadTarget(f"{target!r}: importing {module_name} failed: {type(error).__name__}: {error}") from error
    try:
        return getattr(module, name)
    except AttributeError as error:
        raise BadTarget(f"{target!r}: the module {module_name} has no {name!r}") from error


def load_factory(target: str) -> AdapterFactory:
    """Return the adapter factory that ``target`` names.

    Raises:
        BadTarget: there is none, or it cannot be called.
    """
    factory = load(target)
    if not callable(factory):
        raise BadTarget(f"{target!r} is a {type(factory).__name__}, not a factory that can be called")
    return factory  # type: ignore[no-any-return]


def timed(factory: AdapterFactory) -> tuple[AdapterFactory, Takes]:
    """Return a factory that can be given a clock, and what its adapters make of time.

    A factory whose signature has no ``clock`` is not given one: its adapters live in real time.
    """
    try:
        parameters = inspect.signature(factory).parameters.values()
    except (TypeError, ValueError):  # a callable that does not tell its signature
        return factory, Takes.SUITE
    if any(one.name == "clock" or one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters):
        return factory, Takes.SUITE

    def without_clock(*args: Any, clock: Clock, **kwargs: Any) -> Any:
        return factory(*args, **kwargs)

    return without_clock, Takes.REAL


class PythonLane:
    """Calls an adapter's methods; owns the event loop on which ``async def`` methods run."""

    watches_inputs = True
    """The adapter gets the host's values themselves, so that an attempt to change one is seen."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def invoke(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call ``method``; if it returns an awaitable, run that on the lane's loop and return its result."""
        result = method(*args, **kwargs)
        if not inspect.isawaitable(result):
            return result

        async def finish() -> Any:
            return await result

        return asyncio.run_coroutine_threadsafe(finish(), self._running_loop()).result()

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="contracts-loop", daemon=True)
                self._thread.start()
            return self._loop

    def close(self) -> None:
        """Stop the loop, if there is one."""
        with self._lock:
            if self._loop is not None and self._thread is not None:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(timeout=2)
                self._loop.close()
                self._loop = self._thread = None
