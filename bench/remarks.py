"""The remarks that people have written by hand about what limits a line: ``remarks.md``, a section for each."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("remarks.md")


def read_remarks(text: str) -> dict[str, str]:
    """Return the text of each section of level 2 by its heading, in one line; sections without text are left out."""
    remarks: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("## "):
            words = remarks.setdefault(line.removeprefix("## ").strip(), [])
        else:
            words += line.split()
    return {name: " ".join(words) for name, words in remarks.items() if words}
