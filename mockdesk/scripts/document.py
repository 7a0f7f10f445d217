"""A script's text as built-in values, with the line of every key and what is wrong with it."""

from __future__ import annotations

from dataclasses import field
from typing import Any

from mockdesk.lazy_dataclass import lazy_dataclass
from mockdesk.scripts.mistakes import Mistake

MAXIMUM_BYTES = 1_000_000
"""The size of the largest script file."""

Path = tuple[str | int, ...]


@lazy_dataclass()
class Document:
    """A YAML text as built-in values. ``lines`` has the line of each path, ``mistakes`` what could not be read."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of ``path``, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def mistake(self, path: Path, message: str, remedy: str) -> None:
        """Note a mistake at ``path``."""
        self.mistakes.append(Mistake(self.line(path), key_of(path), message, remedy))


def key_of(path: Path) -> str:
    """Return a path as people write it: ``rules[0].steps[2].say``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".") or "(file)"
