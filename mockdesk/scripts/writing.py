"""Values to YAML: every text in quotes, but plain words, so that no reader takes one for something else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

_PLAIN_WORD = re.compile(r"[a-z][a-z]+(_[a-z]+)*")
_NOT_TEXTS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


class _Dumper(yaml.SafeDumper):
    """Writes texts as this module says."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write the same value twice rather than an alias."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    is_plain = _PLAIN_WORD.fullmatch(text) is not None and (text not in _NOT_TEXTS)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if is_plain else '"')


_Dumper.add_representer(str, _represent_text)


def write_yaml(data: Any, comments: Iterable[str] = ()) -> str:
    """Return a YAML text with comments above it."""
    head = "".join(f"# {_one_line(comment)}\n" for comment in comments)
    return head + yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**20)


def _one_line(comment: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in comment)
