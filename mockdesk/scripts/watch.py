"""Watching a script's file: a good edit gives the new script, a broken one keeps the old and says why.

Nothing waits in here: whoever owns the watcher calls :meth:`ScriptWatcher.check` as often as it likes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mockdesk.core.script import Script
from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.scripts.loader import parse_script, read_text
from mockdesk.scripts.mistakes import Mistake, ScriptError


@lazy_dataclass(frozen=True)
class Reloaded:
    """The file holds another script now."""

    script: Script


@lazy_dataclass(frozen=True)
class Broken:
    """The file cannot be used as it is; the script of before stays. ``error`` names every mistake."""

    error: ScriptError

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong with the file."""
        return self.error.mistakes


Signature = object
"""What is compared to see whether a file has changed; ``None``: there is no file."""


def file_signature(path: Path) -> Signature:
    """Return the time of the last change, the size and the number of a file, or ``None`` when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


class ScriptWatcher:
    """Watches one file. ``script`` is the latest good script; ``None`` while the file has never been good."""

    def __init__(
        self,
        path: str | Path,
        *,
        read: Callable[[Path], str] = read_text,
        signature: Callable[[Path], Signature] = file_signature,
    ) -> None:
        self.path = Path(path)
        self.script: Script | None = None
        self._read = read
        self._signature = signature
        self._seen: Signature = _NEVER
        self._text: str | None = None

    def check(self) -> Reloaded | Broken | None:
        """Look at the file once; return what became of it, or ``None`` when nothing has changed since the last look."""
        signature = self._signature(self.path)
        if signature == self._seen:
            return None
        self._seen = signature
        try:
            text = self._read(self.path)
            if text == self._text:
                return None
            self._text = text
            self.script = parse_script(text, str(self.path))
        except ScriptError as error:
            self._text = None
            return Broken(error)
        return Reloaded(self.script)


_NEVER: Signature = object()
