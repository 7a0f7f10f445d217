"""Reading a mapping file: checked first, every mistake named, then turned into what is played."""

from __future__ import annotations

from pathlib import Path

from contracts.mapping.check import mistakes_in
from contracts.mapping.document import read_document
from contracts.mapping.mistakes import BadMapping, Mistake
from contracts.mapping.model import Mapped


def load_mapping(path: Path | str) -> Mapped:
    """Return the mapping of a file.

    Raises:
        BadMapping: the file cannot be read, or has mistakes; all of them are named.
    """
    source = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        mistake = Mistake(1, "(file)", f"the file cannot be read: {reason}", "check the path")
        raise BadMapping(source, [mistake]) from error
    return parse_mapping(text, source)


def parse_mapping(text: str, source: str = "<text>") -> Mapped:
    """Return the mapping of a YAML text.

    Raises:
        BadMapping: it has mistakes; all of them are named.
    """
    document = read_document(text, source)
    mistakes = mistakes_in(document)
    if mistakes:
        raise BadMapping(source, mistakes)
    return Mapped.read(source, document.data)
