"""What can be wrong with the files that are given to an assessment."""

from __future__ import annotations


class BadInput(Exception):
    """A document or mapping file cannot be used. The text is one line: file, line, place, what is wrong, the remedy."""

    def __init__(self, file: str, line: int | None, place: str, message: str, remedy: str) -> None:
        where = f"{file}:{line}" if line else file
        text = f"{where}: {place}: {message}; {remedy}" if place else f"{where}: {message}; {remedy}"
        super().__init__("".join(character if character.isprintable() else " " for character in text))
        self.file = file
        self.line = line
        self.place = place


def place_of(path: tuple[str | int, ...]) -> str:
    """Return a path into a document as people write it: ``paths./chats.post``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
