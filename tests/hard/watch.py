"""What nobody may see of a server while it is being tried: errors in its log, exceptions that no thread caught."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LOGGERS = ("mockdesk", "werkzeug", "flask", "uvicorn", "asyncio")


class Watch(logging.Handler):
    """Collects records at ERROR or above, and exceptions of threads, as texts."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.seen.append(logging.Formatter().format(record))

    def note_thread(self, told: threading.ExceptHookArgs) -> None:
        """Keep what a thread did not catch."""
        name = told.thread.name if told.thread is not None else "a thread"
        self.seen.append(f"{name}: {told.exc_type.__name__}: {told.exc_value}")


@contextmanager
def watching() -> Iterator[Watch]:
    """Collect until the block is left. Loggers of the server are heard even if they tell nobody else."""
    watch, hook = Watch(), threading.excepthook
    for name in LOGGERS:
        logging.getLogger(name).addHandler(watch)
    threading.excepthook = watch.note_thread
    try:
        yield watch
    finally:
        threading.excepthook = hook
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(watch)
